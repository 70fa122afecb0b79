"""What lesson 16 and its experiment stand on: disjoint subsets, mixed batches, detectors and GANs that start anew."""

import numpy as np
import pytest

from gancourse.data import ImageSet
from gancourse.keras import scarce

pytestmark = pytest.mark.stage("16")


def pictures(n: int, value: int | None = None, size: int = 16, seed: int = 0) -> ImageSet:
    """n pictures with labels 0, 1, 0, 1, ..., of noise or all of one grey."""
    rng = np.random.default_rng(seed)
    images = rng.integers(0, 256, (n, size, size, 3), dtype=np.uint8)
    if value is not None:
        images[:] = value
    return ImageSet(images, np.arange(n) % 2, ("no", "yes"), "noise", "train", "the test")


def test_subsets_are_disjoint_nested_and_of_their_class():
    labels = np.random.default_rng(3).permutation(np.repeat([0, 1, 2], [13, 17, 12]))
    subsets, rest = scarce.disjoint_subsets(labels, 3, 4, seed=1)
    assert len(subsets) == 3 and all(subset.shape == (3, 4) for subset in subsets)
    for subset in subsets:
        assert (labels[subset] == np.arange(3)[:, None]).all()
    everything = np.concatenate([*(subset.ravel() for subset in subsets), rest])
    assert sorted(everything) == list(range(42)) and (np.diff(rest) > 0).all()
    again, _ = scarce.disjoint_subsets(labels, 3, 4, seed=1)
    other, _ = scarce.disjoint_subsets(labels, 3, 4, seed=2)
    assert np.array_equal(subsets, again) and not np.array_equal(subsets, other)


def test_too_few_pictures_for_disjoint_subsets():
    with pytest.raises(ValueError, match=r"need 15 of each, and one has 14"):
        scarce.disjoint_subsets(np.repeat([0, 1], [14, 20]), 3, 5)


@pytest.mark.parametrize("share, synthetic", [(0.0, 0), (0.25, 2), (0.5, 5), (1.0, 10)])
def test_a_batch_has_its_share_of_synthetic_pictures(share, synthetic):
    data = scarce.detector_batches(pictures(24, 0), 10, synthetic=pictures(30, 255), share=share)
    for x, y in data.take(9):  # more than a pass over either
        assert x.shape == (10, 16, 16, 3) and (x.numpy() == 1).all((1, 2, 3)).sum() == synthetic
        assert y.shape == (10,)


def test_labels_stay_with_their_pictures():
    images = pictures(24)
    images.images[:] = 60 * images.labels[:, None, None, None] + 90
    made = pictures(20)
    made.images[:] = 60 * made.labels[:, None, None, None] + 90
    for x, y in scarce.detector_batches(images, 10, synthetic=made).take(5):
        assert ((x.numpy()[:, 0, 0, 0] > 0) == y.numpy().astype(bool)).all()


def test_augmentation_gets_every_picture_of_the_batch_and_no_label():
    data = scarce.detector_batches(pictures(24, 0), 10, synthetic=pictures(20, 255), augment=lambda x: x + 7)
    x, y = next(iter(data))
    assert sorted(np.unique(x.numpy())) == [6, 8] and set(y.numpy()) == {0, 1}


def test_detectors_of_one_seed_differ_by_their_data_alone():
    few = pictures(40)
    net = scarce.small_detector(3, size=16, channels=4)
    first = scarce.logits(scarce.train_detector(net, 3, few, seed=5), few)
    other = scarce.logits(scarce.train_detector(net, 3, few, seed=6), few)
    again = scarce.logits(scarce.train_detector(net, 3, few, seed=5), few)
    assert np.array_equal(first, again) and not np.allclose(first, other)


def test_accuracy_counts_logits_above_zero():
    class Net:
        def __call__(self, x, training):
            assert not training
            return x[:, 0, 0, :1]  # above 0 for light pictures

    images = pictures(8, 200)
    images.images[[0, 1]] = 50
    assert scarce.accuracy(Net(), images) == 4 / 8  # 0 right, 1 wrong, and of six light ones the three of class 1


def test_drawn_faces_are_framed_like_aligned_ones():
    faces = scarce.drawn_faces(41, seed=3)
    assert faces.images.shape == (41, 32, 32, 3) and faces.classes == ("without_mask", "with_mask")
    assert np.array_equal(faces.labels, np.arange(41) % 2)
    assert np.array_equal(faces.images, scarce.drawn_faces(41, seed=3).images)
    assert len(np.unique(faces.images.reshape(41, -1), axis=0)) == 41


def test_pasted_masks_come_from_unmasked_faces_alone():
    real = pictures(30, size=32)
    real.images[real.labels == 1] = 0  # masked ones, of which nothing may be seen
    made = scarce.pasted_masks(real, 50, seed=2)
    assert np.array_equal(made.labels, np.arange(50) % 2) and made.source == "pasted masks"
    known = {image.tobytes() for image in real.images[real.labels == 0]}
    assert all(image.tobytes() in known for image in made.images[made.labels == 0])
    masked = made.images[made.labels == 1]
    assert len({image.tobytes() for image in masked}) == 25 and not {image.tobytes() for image in masked} & known
    tops = {image[:8].tobytes() for image in real.images[real.labels == 0]}  # hair and forehead stay
    assert sum(image[:8].tobytes() in tops for image in masked) >= 24


def test_networks_heed_the_class():
    g = scarce.conditional_generator((16, 16, 3), 2, channels=4)
    d = scarce.conditional_discriminator((16, 16, 3), 2, channels=4)
    z = np.random.default_rng(0).standard_normal((2, scarce.LATENT_DIM)).astype(np.float32)
    z[1] = z[0]
    x = g([z, np.array([0, 1])])
    assert x.shape == (2, 16, 16, 3) and abs(x.numpy()).max() <= 1
    assert not np.allclose(x[0], x[1])
    one = np.repeat(x[:1], 2, axis=0)
    logits = d([one, np.array([0, 1])]).numpy()
    assert logits.shape == (2, 1) and logits[0] != logits[1]


def test_a_gan_is_repeatable_and_drawn_pictures_have_their_labels():
    few = pictures(40)
    labels = np.array([0, 0, 1, 0])
    first, again = (scarce.draw(scarce.train_gan(few, 2), labels, few) for _ in range(2))
    assert first.images.shape == (4, 16, 16, 3) and first.images.dtype == np.uint8
    assert np.array_equal(first.labels, labels) and first.source == "generated"
    assert np.array_equal(first.images, again.images)


def test_copies_score_one():
    real, unseen = pictures(20), pictures(20, seed=1)
    assert scarce.copying(real, unseen, real) == 1
    assert scarce.copying(pictures(60, seed=2), pictures(60, seed=3), real) == pytest.approx(0.5, abs=0.15)
