"""Backbones: built, frozen, rightly fed, with weights from where they say; and what course_mini's are worth."""

import hashlib
import inspect
import json
import sys
import warnings
from importlib import import_module
from pathlib import Path

import gancourse.keras  # noqa: F401  isort: skip (first: it starts TensorFlow)
import keras
import numpy as np
import pytest
import tensorflow as tf

from gancourse import data, paths
from gancourse.keras import backbones
from gancourse.keras.backbones import FAMILIES, NAMES, backbone, course_mini, mini_weights
from gancourse.keras.weights import facts

pytestmark = pytest.mark.stage("14")

sys.path.insert(0, str(paths.root() / "tools"))
pretraining = import_module("train_course_mini")

MODULES = {
    "MobileNetV2": keras.applications.mobilenet_v2,
    "EfficientNetV2B0": keras.applications.efficientnet_v2,
    "Xception": keras.applications.xception,
    "InceptionV3": keras.applications.inception_v3,
    "InceptionResNetV2": keras.applications.inception_resnet_v2,
}


def pictures(size: int, n: int = 2) -> tf.Tensor:
    return tf.constant(np.random.default_rng(size).uniform(-1, 1, (n, size, size, 3)).astype("float32"))


@pytest.fixture(scope="module", params=NAMES)
def at_random(request) -> backbones.Backbone:
    return backbone(request.param, 96, "random")


def inner(found: backbones.Backbone) -> keras.Model:
    return found.model.layers[-1].layer


def test_maps_get_coarser_and_differ(at_random):
    maps = at_random.model(pictures(96))
    sizes = [m.shape[1] for m in maps]
    assert at_random.source == "random" and len(maps) == 4
    for stride, size in zip((4, 8, 16, 32), sizes):
        assert 96 / stride / 3 <= size <= 96 / stride + 1  # the Inceptions don't pad
    assert sizes == sorted(set(sizes), reverse=True)
    assert len({m.shape[3] for m in maps}) == 4
    for m in maps:
        assert np.isfinite(m).all() and np.std(m[0] - m[1]) > 0


def test_a_step_trains_the_head_alone_and_its_gradient_reaches_the_pictures(at_random):
    x = pictures(96)
    head = keras.layers.Dense(1)
    before = [w.numpy() for w in at_random.model.weights]
    with tf.GradientTape() as tape:
        tape.watch(x)
        pooled = [tf.reduce_mean(m, axis=[1, 2]) for m in at_random.model(x, training=True)]
        loss = tf.reduce_mean(tf.square(head(tf.concat(pooled, axis=1)) - 1.0))
    kernel = head.kernel.numpy()
    variables = [*at_random.model.trainable_variables, *head.trainable_variables]
    *gradients, to_pictures = tape.gradient(loss, [*variables, x])
    keras.optimizers.Adam(0.01).apply_gradients(zip(gradients, variables))
    assert np.abs(head.kernel.numpy() - kernel).max() > 0
    for weight, old in zip(at_random.model.weights, before):
        np.testing.assert_array_equal(weight.numpy(), old, err_msg=weight.path)
    assert np.isfinite(to_pictures).all() and (np.abs(to_pictures).max(axis=(1, 2, 3)) > 0).all()


@pytest.mark.parametrize("at_random", MODULES, indirect=True)
def test_a_family_is_fed_as_keras_says(at_random):
    x = pictures(96)
    wanted = MODULES[at_random.name].preprocess_input((x.numpy() + 1) * 127.5)
    for ours, theirs in zip(at_random.model(x), inner(at_random)(wanted, training=False)):
        np.testing.assert_allclose(ours, theirs, rtol=1e-3, atol=1e-3 * np.abs(theirs).max())


def test_smaller_pictures_are_enlarged_where_a_family_needs_it():
    found = backbone("Xception", 64, "random")
    assert [m.shape[1:3] for m in found.model(pictures(64, n=1))] == [(23, 23), (12, 12), (6, 6), (3, 3)]
    assert inner(found).input_shape == (None, 96, 96, 3)


@pytest.mark.parametrize("name", ["course_mini", "EfficientNetV2B0"])
def test_it_runs_as_trained_also_while_it_is_fine_tuned(name):
    found = backbone(name, 32, "random")  # EfficientNetV2 drops whole branches in training
    x = pictures(32, n=4)
    frozen = found.model(x, training=False)
    found.model.trainable = True
    assert len(found.model.trainable_variables) > 50
    for once, again in zip(frozen, found.model(x, training=True)):
        np.testing.assert_allclose(once, again, rtol=1e-5, atol=1e-6)
    net = inner(found)
    assert np.abs(net(x, training=True)[0] - frozen[0]).max() > 0.01  # else there were nothing to keep off


def test_unknown_names_weights_and_sizes():
    with pytest.raises(ValueError, match="did you mean 'MobileNetV2'"):
        backbone("mobilenet", 64)
    with pytest.raises(ValueError, match="did you mean 'InceptionV3'"):
        backbone("Inception-v3", 64)
    with pytest.raises(ValueError, match="no 'imagenet' weights for Xception"):
        backbone("Xception", 64, "imagenet")
    with pytest.raises(ValueError, match="course_mini"):
        backbone("course_mini", 64, "ImageNet")
    with pytest.raises(ValueError, match="at least 32"):
        backbone("MobileNetV2", 31)


# Weights of ImageNet: there is no network here, so a random net's file plays their part.


@pytest.fixture(scope="module")
def plays_imagenet(tmp_path_factory) -> tuple[keras.Model, Path]:
    """A whole MobileNetV2 and its weights in a file of the form that Keras' servers give."""
    net = keras.applications.MobileNetV2(include_top=False, weights=None, input_shape=(96, 96, 3))
    file = tmp_path_factory.mktemp("server") / Path(FAMILIES["MobileNetV2"].weights).name
    with warnings.catch_warnings(action="ignore"):
        net.save(file)  # the old format, by the name's end
    return net, file


@pytest.fixture
def cache(tmp_path, monkeypatch) -> Path:
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    (tmp_path / "models").mkdir()
    return tmp_path / "models"


def test_weights_in_keras_cache_are_taken(plays_imagenet, cache):
    net, file = plays_imagenet
    (cache / file.name).write_bytes(file.read_bytes())
    found = backbone("MobileNetV2", 64)
    assert (found.name, found.source) == ("MobileNetV2", "ImageNet")
    known = net.get_layer("block_6_expand").kernel.numpy()
    np.testing.assert_array_equal(inner(found).get_layer("block_6_expand").kernel.numpy(), known)


def test_without_them_course_mini_stands_in_and_says_so(cache, capsys):
    found = backbone("InceptionV3", 64)
    assert (found.name, found.source) == ("course_mini", "course")
    said = capsys.readouterr().out
    assert said.count("\n") == 1 and "course_mini stands in" in said and "GANCOURSE_OFFLINE=1" in said
    with pytest.raises(OSError, match="no ImageNet weights for InceptionV3"):
        backbone("InceptionV3", 64, "ImageNet")
    assert list(cache.iterdir()) == []


@pytest.mark.parametrize("name", ["MobileNetV2", "Xception"])
def test_half_a_file_is_not_taken(name, plays_imagenet, cache, capsys):
    whole = plays_imagenet[1].read_bytes()
    (cache / Path(FAMILIES[name].weights).name).write_bytes(whole[: len(whole) // 2])
    assert backbone(name, 64).name == "course_mini"
    assert "stands in" in capsys.readouterr().out


def test_download_is_checked_and_goes_to_keras_cache(plays_imagenet, cache, monkeypatch, capsys):
    asked = []

    def download(urls, checksum, target):
        asked.append((urls, checksum, target))
        target.write_bytes(plays_imagenet[1].read_bytes())
        return target

    def unreachable(urls, checksum, target):
        raise OSError("no connection to storage.googleapis.com")

    family = FAMILIES["MobileNetV2"]
    file = cache / Path(family.weights).name
    md5 = hashlib.md5(plays_imagenet[1].read_bytes()).hexdigest()
    monkeypatch.setitem(FAMILIES, "MobileNetV2", family._replace(md5=md5))
    monkeypatch.delenv("GANCOURSE_OFFLINE")
    monkeypatch.setattr(backbones, "download", unreachable)
    assert backbone("MobileNetV2", 64).name == "course_mini"
    assert "no connection" in capsys.readouterr().out

    monkeypatch.setattr(backbones, "download", download)
    file.write_bytes(b"another")  # a changed file is asked for again
    assert backbone("MobileNetV2", 64).source == "ImageNet"
    assert backbones._imagenet_weights(FAMILIES["MobileNetV2"]) == file
    assert asked == [([backbones.KERAS_FILES + family.weights], f"md5:{md5}", file)]


@pytest.mark.parametrize("name", MODULES)
def test_checksums_are_those_of_the_keras_installed(name):
    source = Path(inspect.getfile(FAMILIES[name].build)).read_text("utf-8")
    assert (FAMILIES[name].md5 or "mobilenet_v2_weights_tf_dim_ordering_tf_kernels_") in source


# course_mini


def test_course_mini_is_small_and_its_card_tells_the_numbers():
    card = json.loads(mini_weights().with_suffix(".json").read_text("utf-8"))
    assert mini_weights().stat().st_size < 3_000_000
    assert card["parameters"] == course_mini(64).count_params()
    assert card["pretext"] == facts(mini_weights())["pretext"]
    rows = card["comparison"]["rows"]
    assert max(rows, key=lambda pretext: rows[pretext]["accuracy"]) == card["pretext"]
    assert card["transfer"]["accuracy"] > rows["random"]["accuracy"] + 0.05


def test_course_mini_beats_random_features_where_labels_are_few():
    """Masks on drawn faces that it hasn't seen, 20 labels a class; even masks worn wrongly count as none."""
    faces = data.draw_faces(400, seed=11, size=64)
    chosen = pretraining.few_labels(faces.labels, 20, seed=0)
    rest = np.setdiff1d(np.arange(400), chosen)
    accuracy = {}
    for weights in ("random", "auto"):
        features = pretraining.pooled_maps(backbone("course_mini", 64, weights).model, faces.images)
        features /= features.std(axis=0) + 1e-3 * features.std()
        scores = pretraining.probe_scores(features[chosen], faces.labels[chosen], features[rest])
        accuracy[weights] = np.mean((scores > 0) == faces.labels[rest])
    assert accuracy["auto"] > max(0.72, accuracy["random"] + 0.1), accuracy


def test_a_linear_probe_finds_the_direction_that_counts():
    rng = np.random.default_rng(5)
    features, labels = rng.standard_normal((60, 200)) + 3, np.arange(60) % 2
    features[:, 7] += 8 * labels
    scores = pretraining.probe_scores(features[:40], labels[:40], features[40:])
    assert ((scores > 0) == labels[40:]).all()
    np.testing.assert_allclose(pretraining.probe_scores(9 * features[:40], labels[:40], 9 * features[40:]), scores)


def test_pictures_are_turned_by_quarters_whether_mirrored_or_not():
    """An arrow up, turned by a quarter, points to the left, and a mirror doesn't swap left and right."""
    picture = np.zeros((40, 64, 64, 3), np.uint8)
    picture[:, :20, 20:44] = 255
    for quarters, side in enumerate((np.s_[:16, 24:40], np.s_[24:40, :16], np.s_[48:, 24:40], np.s_[24:40, 48:])):
        turned = pretraining.seen(tf.constant(picture), 64, tf.fill([40], tf.constant(quarters, tf.int64))).numpy()
        assert turned.min() >= -1 and turned.max() <= 1
        mean = turned.mean(axis=(0, 3))
        assert mean[side].mean() > mean[::-1, ::-1][side].mean() + 0.8, quarters
