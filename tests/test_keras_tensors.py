"""gancourse.keras: quiet start, pictures to tensors and back, tf.data batches, weights as safetensors."""

import subprocess
import sys

import numpy as np
import pytest

from gancourse import keras
from gancourse.data import ImageSet
from gancourse.keras import weights

from keras import Sequential, layers  # isort: skip (gancourse.keras comes first)

pytestmark = pytest.mark.stage("06")


def image_set(n: int) -> ImageSet:
    """n pictures that bear their number, which is also their label."""
    images = np.zeros((n, 4, 6, 3), np.uint8) + np.arange(n, dtype=np.uint8)[:, None, None, None]
    return ImageSet(images, np.arange(n), tuple(map(str, range(n))), "numbered", "train", "here")


def test_importing_it_writes_nothing_and_puts_keras_on_tensorflow():
    code = "import gancourse.keras, keras, tensorflow as tf; tf.constant(1.0) + 1; print(keras.backend.backend())"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, "tensorflow\n", "")


def test_torchvision_may_come_after_it():
    """Without a word from us, torchvision after TensorFlow ends the process where PyTorch has its compiler."""
    done = subprocess.run([sys.executable, "-c", "import gancourse.keras, torchvision"], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


def test_an_error_after_the_import_is_still_seen():
    code = "import gancourse.keras, os; os.write(2, b'native'); raise SystemExit('python')"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 1 and done.stderr == "nativepython\n"


def test_pictures_survive_the_way_to_tensors_and_back():
    images = np.arange(256, dtype=np.uint8).reshape(2, 8, 16, 1)
    batch = keras.to_batch(images)
    assert batch.shape == images.shape and float(batch[0, 0, 0, 0]) == -1 and float(batch[-1, -1, -1, -1]) == 1
    np.testing.assert_array_equal(keras.to_pictures(batch), images)


def test_the_same_tensors_as_pytorch_gets():
    from gancourse import data

    images = np.random.default_rng(0).integers(0, 256, (3, 5, 7, 3), dtype=np.uint8)
    np.testing.assert_array_equal(keras.to_batch(images), data.to_batch(images).permute(0, 2, 3, 1).numpy())


def test_what_lies_outside_is_clipped():
    values = np.array([-7.0, -1.0, -0.5, 0.0, 1.0, 1.02, np.nan, np.inf], np.float32).reshape(1, 2, 4, 1)
    assert keras.to_pictures(values).ravel().tolist() == [0, 0, 64, 128, 255, 255, 0, 255]


@pytest.mark.parametrize("wrong", [np.zeros((2, 4, 4, 3), np.float32), np.zeros((4, 4, 3), np.uint8)])
def test_what_are_no_pictures_is_refused(wrong):
    with pytest.raises(ValueError, match="to_batch takes uint8 pictures"):
        keras.to_batch(wrong)
    with pytest.raises(ValueError, match="to_pictures takes floats"):
        keras.to_pictures(wrong[0, 0])


def test_batches_hold_every_picture_once_with_its_label_in_another_order_each_time():
    dataset = keras.batches(image_set(50), 8, drop_last=False)
    passes = []
    for _ in range(2):
        pairs = [(x.numpy(), y.numpy()) for x, y in dataset]
        assert [len(y) for _, y in pairs] == [8] * 6 + [2]
        x, y = (np.concatenate(parts) for parts in zip(*pairs))
        np.testing.assert_array_equal(keras.to_pictures(x)[:, 0, 0, 0], y)
        assert sorted(y) == list(range(50))
        passes.append(y.tolist())
    assert passes[0] != passes[1] != sorted(passes[1])


def test_a_seed_repeats_all_passes_and_no_shuffling_keeps_the_order():
    def labels(**options):
        dataset = keras.batches(image_set(20), 6, **options)
        return [[y.numpy().tolist() for _, y in dataset] for _ in range(2)]

    assert labels(seed=3) == labels(seed=3) != labels(seed=4)
    assert labels(shuffle=False)[0] == [list(range(i, i + 6)) for i in (0, 6, 12)]


def test_too_few_pictures_for_a_batch():
    with pytest.raises(ValueError, match="5 pictures don't fill one batch of 6"):
        keras.batches(image_set(5), 6)
    assert len(list(keras.batches(image_set(5), 6, drop_last=False))) == 1


def network(width: int = 4) -> Sequential:
    return Sequential(
        [
            layers.Input((8, 8, 1)),
            layers.Conv2D(width, 3),
            layers.BatchNormalization(),
            layers.Dropout(0.5),
            layers.Flatten(),
            layers.Dense(2),
        ]
    )


def test_weights_and_moving_statistics_come_back(tmp_path):
    first, second = network(), network()
    x = np.random.default_rng(0).standard_normal((5, 8, 8, 1)).astype("float32")
    first(x, training=True)  # moves batch norm's statistics
    weights.save_weights(first, tmp_path / "w.safetensors", classes=["a", "b"], accuracy=0.5)
    assert not np.allclose(first(x), second(x))
    np.testing.assert_array_equal(weights.load_weights(second, tmp_path / "w.safetensors")(x), first(x))
    assert weights.facts(tmp_path / "w.safetensors") == {"classes": ["a", "b"], "accuracy": 0.5}
    assert [file.name for file in tmp_path.iterdir()] == ["w.safetensors"]


def test_another_architectures_weights_are_refused_and_change_nothing(tmp_path):
    weights.save_weights(network(5), tmp_path / "w.safetensors")
    model = network()
    before = [weight.numpy() for weight in model.weights]
    with pytest.raises(ValueError, match=r"another architecture's weights: they differ in 000\.kernel"):
        weights.load_weights(model, tmp_path / "w.safetensors")
    for weight, kept in zip(model.weights, before):
        np.testing.assert_array_equal(weight, kept)
