"""Backbones: built, frozen, rightly fed, with weights from where they say; and what course_mini's are worth."""

import hashlib
import inspect
import json
import os
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
from gancourse.keras import backbones, to_batch
from gancourse.keras.backbones import (
    FAMILIES,
    NAMES,
    SHIPPED_MAPS,
    backbone,
    course_mini,
    mini_weights,
    shipped_weights,
)
from gancourse.keras.weights import facts, save_weights

pytestmark = pytest.mark.stage("14")

sys.path.insert(0, str(paths.root() / "tools"))
pretraining, shipping = import_module("train_course_mini"), import_module("ship_mobilenetv2")

MODULES = {
    "MobileNetV2": keras.applications.mobilenet_v2,
    "EfficientNetV2B0": keras.applications.efficientnet_v2,
    "Xception": keras.applications.xception,
    "InceptionV3": keras.applications.inception_v3,
    "InceptionResNetV2": keras.applications.inception_resnet_v2,
}

# Of the three maps that the course ships, for stripes: mean, standard deviation, share of zeros.
KNOWN = [(1.1764, 1.5922, 0.4516), (0.7810, 1.1822, 0.5041), (0.2795, 0.6657, 0.7446)]


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
    assert at_random.source == "random" and len(maps) == (SHIPPED_MAPS if at_random.name == "MobileNetV2" else 4)
    for stride, size in zip((4, 8, 16, 32), sizes):
        assert 96 / stride / 3 <= size <= 96 / stride + 1  # the Inceptions don't pad
    assert sizes == sorted(set(sizes), reverse=True)
    assert len({m.shape[3] for m in maps}) == len(maps)
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


# The ImageNet weights that come with the course


@pytest.fixture(scope="module")
def eyes() -> backbones.Backbone:
    return backbone("MobileNetV2", 96)


def test_mobilenetv2_comes_with_imagenet_weights_and_asks_no_network(monkeypatch, tmp_path, capsys):
    def refuse(*arguments):
        raise AssertionError("a download")

    monkeypatch.setattr(backbones, "download", refuse)
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    found = backbone("MobileNetV2", 64)
    assert (found.name, found.source, capsys.readouterr().out) == ("MobileNetV2", "ImageNet", "")
    assert [m.shape[1:] for m in found.model.outputs] == [(16, 16, 144), (8, 8, 192), (4, 4, 576)]
    assert not found.model.trainable_variables and 0 < found.learning_rate < 1e-2


def test_its_activations_are_known(eyes):
    """Mean, standard deviation and share of zeros of each map, for stripes that any machine draws alike."""
    place = np.arange(96, dtype="float32")
    stripes = np.stack([np.sin(place[:, None] / 3 + place * k / 9) for k in range(3)], axis=-1)[None].astype("float32")
    assert eyes.model.outputs[0].dtype == "float32"
    found = [(np.mean(m), np.std(m), np.mean(m.numpy() == 0)) for m in eyes.model(stripes)]
    np.testing.assert_allclose(found, KNOWN, rtol=2e-3)


def test_they_are_the_ones_it_was_given_but_for_the_rounding(eyes):
    """Against the weights in full precision, where these are: `<layer>/<weight>` in the mirror's folder."""
    file = Path(os.environ.get("GANCOURSE_MIRROR", "")) / "mobilenetv2-imagenet-to-block13.safetensors"
    if not file.is_file():
        pytest.skip("the weights in full precision aren't in the mirror")
    net = backbones._maps(FAMILIES["MobileNetV2"], 96, SHIPPED_MAPS)
    shipping.from_tensors(net, file)
    for ours, exact in zip(inner(eyes).weights, net.weights, strict=True):
        np.testing.assert_array_equal(ours, exact.numpy().astype("float16").astype("float32"), err_msg=exact.path)
    faces = to_batch(data.draw_faces(8, seed=3, size=96).images)
    for ours, exact in zip(eyes.model(faces), net(faces, training=False)):
        assert np.abs(ours - exact).mean() < 0.01 * np.std(exact)


def test_a_saved_half_is_half_as_large_and_read_as_the_whole(tmp_path):
    net = keras.Sequential([keras.Input((40,)), keras.layers.Dense(50)])
    for half in (False, True):
        save_weights(net, tmp_path / f"{half}.safetensors", half=half, note="x")
    sizes = [(tmp_path / f"{half}.safetensors").stat().st_size for half in (True, False)]
    assert 0.4 < sizes[0] / sizes[1] < 0.6 and facts(tmp_path / "True.safetensors") == {"note": "x"}
    other = backbones.load_weights(keras.models.clone_model(net), tmp_path / "True.safetensors")
    assert other.weights[0].dtype == "float32"
    np.testing.assert_allclose(other.weights[0], net.weights[0], atol=1e-3)


def test_gradients_reach_the_pictures_through_every_map(eyes):
    x = pictures(96)
    for depth in range(SHIPPED_MAPS):
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = tf.reduce_mean(eyes.model(x, training=True)[depth])
        gradient = tape.gradient(y, x).numpy()
        assert np.isfinite(gradient).all() and (np.abs(gradient).max(axis=(1, 2, 3)) > 0).all()


def test_its_card_says_whose_they_are():
    file = shipped_weights(FAMILIES["MobileNetV2"])
    card = json.loads(file.with_suffix(".json").read_text("utf-8"))
    net = backbones._maps(FAMILIES["MobileNetV2"], 96, SHIPPED_MAPS)
    assert card == shipping.card(net, card["source"]) and "Apache-2.0" in card["licence"]
    assert file.stat().st_size < 1_300_000 and facts(file)["licence"] == "Apache-2.0"
    assert "Apache License" in file.with_suffix(".LICENSE.txt").read_text("utf-8")


# All four maps, from Keras: there is no network here, so a random net's file plays their part.


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


def test_weights_in_keras_cache_are_taken_where_all_maps_are_asked_for(plays_imagenet, cache):
    net, file = plays_imagenet
    (cache / file.name).write_bytes(file.read_bytes())
    found = backbone("MobileNetV2", 64, "ImageNet")
    assert (found.name, found.source, len(found.model.outputs)) == ("MobileNetV2", "ImageNet", 4)
    known = net.get_layer("block_6_expand").kernel.numpy()
    np.testing.assert_array_equal(inner(found).get_layer("block_6_expand").kernel.numpy(), known)
    assert len(backbone("MobileNetV2", 64).model.outputs) == SHIPPED_MAPS  # whatever the cache holds


def test_without_them_mobilenetv2_stands_in_and_a_line_says_so(cache, capsys):
    found = backbone("InceptionV3", 64)
    assert (found.name, found.source, len(found.model.outputs)) == ("MobileNetV2", "ImageNet", SHIPPED_MAPS)
    said = capsys.readouterr().out
    assert said.count("\n") == 1 and "MobileNetV2, which comes with" in said and "GANCOURSE_OFFLINE=1" in said
    with pytest.raises(OSError, match="no ImageNet weights for InceptionV3: .* otherwise put https://.*_notop.h5 into"):
        backbone("InceptionV3", 64, "ImageNet")
    with pytest.raises(OSError, match='or take backbone."MobileNetV2", .... with its 3 finest maps'):
        backbone("MobileNetV2", 64, "ImageNet")
    assert list(cache.iterdir()) == []


@pytest.mark.parametrize("name", ["MobileNetV2", "Xception"])
def test_half_a_file_is_not_taken(name, plays_imagenet, cache):
    whole = plays_imagenet[1].read_bytes()
    (cache / Path(FAMILIES[name].weights).name).write_bytes(whole[: len(whole) // 2])
    with pytest.raises(OSError, match=f"no ImageNet weights for {name}"):
        backbone(name, 64, "ImageNet")


def test_download_is_checked_and_goes_to_keras_cache(plays_imagenet, cache, monkeypatch):
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
    with pytest.raises(OSError, match="no connection"):
        backbone("MobileNetV2", 64, "ImageNet")

    monkeypatch.setattr(backbones, "download", download)
    file.write_bytes(b"another")  # a changed file is asked for again
    assert backbone("MobileNetV2", 64, "ImageNet").source == "ImageNet"
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
