"""Lesson 15's networks: what learns and what stands still, for every backbone; its ruler, weights and results."""

import importlib.util
import json
import sys

from gancourse.keras import load_weights  # isort: skip (first, so that TensorFlow starts quietly)
import keras
import numpy as np
import pytest
import tensorflow as tf

from gancourse import data, metrics, paths
from gancourse.keras.backbones import NAMES, backbone
from gancourse.keras.losses import discriminator_loss
from gancourse.keras.projected import (
    ConditionalGAN,
    conditional_generator,
    mixed,
    projected_discriminator,
    scratch_discriminator,
)
from gancourse.keras.training import as_torch
from gancourse.trained import sampling

pytestmark = pytest.mark.stage("15")

SIZE, LATENT_DIM = 64, 5
WEIGHTS = paths.root() / "course" / "weights"
RESULTS = paths.root() / "course" / "results" / "masked-face-comparison.json"
SHIPPED = ("15-masked-face-gan", "15-masked-face-gan-drawn")


@pytest.fixture(scope="module")
def eyes():
    return backbone("course_mini", SIZE, "random")


def pairs(n: int = 3, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    return rng.uniform(-1, 1, (n, SIZE, SIZE, 3)).astype("float32"), rng.integers(2, size=n)


@pytest.mark.parametrize("name", NAMES)
def test_a_training_step_moves_heads_and_generator_and_nothing_of_the_backbone(name):
    keras.utils.set_random_seed(0)
    borrowed = backbone(name, SIZE, "random")
    generator = conditional_generator(LATENT_DIM, (SIZE, SIZE, 3), classes=2, channels=2)
    gan = ConditionalGAN(generator, projected_discriminator(borrowed, classes=2, width=4), LATENT_DIM)
    gan.compile(keras.optimizers.Adam(1e-2), keras.optimizers.Adam(1e-2))
    stays = [weight for weight in gan.discriminator.weights if not weight.trainable and "moving" not in weight.path]
    stays += borrowed.model.weights
    moves = [*gan.discriminator.trainable_weights, *generator.trainable_weights]
    before = [weight.numpy() for weight in stays], [weight.numpy() for weight in moves]
    x, y = pairs()
    losses = gan.train_step((tf.constant(x), tf.constant(y)))
    assert all(np.isfinite(float(loss)) for loss in losses.values())
    assert all((old == new.numpy()).all() for old, new in zip(before[0], stays))
    still = {weight.name for old, weight in zip(before[1], moves) if (old == weight.numpy()).all()}
    assert not still & {"kernel", "embeddings"}


def test_only_the_heads_are_trainable(eyes):
    d = projected_discriminator(eyes, classes=2, width=8)
    frozen = {id(weight) for weight in eyes.model.weights}
    assert frozen <= {id(weight) for weight in d.weights}
    assert not frozen & {id(weight) for weight in d.trainable_weights}
    assert [logits.shape[1] for logits in d.outputs] == [16, 16]
    every = projected_discriminator(eyes, classes=2, width=8, depths=4)
    assert [logits.shape[1] for logits in every.outputs] == [16, 16, 16, 4]


def test_each_mixed_map_knows_of_all_coarser_ones_and_of_no_finer_one():
    rng = np.random.default_rng(0)
    shapes = [(16, 16, 5), (8, 8, 7), (4, 4, 3)]
    inputs = [keras.Input(shape) for shape in shapes]
    mixing = keras.Model(inputs, mixed(inputs, width=6))
    assert not mixing.trainable_weights
    maps = [rng.standard_normal((2, *shape)).astype("float32") for shape in shapes]
    plain = mixing(maps)
    assert [each.shape[1:] for each in plain] == [(16, 16, 6), (8, 8, 6), (4, 4, 6)]
    for changed in range(3):
        other = mixing([each + (place == changed) for place, each in enumerate(maps)])
        differ = [not np.allclose(a, b) for a, b in zip(plain, other)]
        assert differ == [place <= changed for place in range(3)]


@pytest.mark.parametrize("kind", ["scratch", "projected"])
def test_whether_a_class_fits_depends_on_the_picture(kind, eyes):
    keras.utils.set_random_seed(0)
    if kind == "scratch":
        d = scratch_discriminator((SIZE, SIZE, 3), classes=2, channels=4)
    else:
        d = projected_discriminator(eyes, classes=2, width=8)
    x, _ = pairs(5)
    ones, zeros = (tf.nest.flatten(d([x, np.full(5, label)], training=True)) for label in (1, 0))
    assert all(np.ptp(a - b, axis=0).max() > 1e-3 for a, b in zip(ones, zeros))


def test_the_gradient_reaches_the_pictures_through_every_head(eyes):
    d = projected_discriminator(eyes, classes=2, width=8, depths=4)
    x, y = pairs()
    x = tf.constant(x)
    for head in range(4):
        with tf.GradientTape() as tape:
            tape.watch(x)
            logits = tf.reduce_sum(d([x, tf.constant(y)])[head])
        assert (np.abs(tape.gradient(logits, x)).max(axis=(1, 2, 3)) > 0).all()


def test_losses_are_means_over_heads_of_unequal_size():
    rng = np.random.default_rng(0)
    real, fake = ([tf.constant(rng.standard_normal((3, n)).astype("float32")) for n in (16, 4)] for _ in range(2))
    expected = np.mean([float(discriminator_loss(a, b)) for a, b in zip(real, fake)])
    assert float(ConditionalGAN.d_loss(real, fake)) == pytest.approx(expected)
    softplus = [np.log1p(np.exp(-each.numpy())).mean() for each in fake]
    assert float(ConditionalGAN.g_loss(fake)) == pytest.approx(np.mean(softplus), rel=1e-5)


def test_fakes_are_judged_with_the_classes_that_they_were_made_from(eyes, monkeypatch):
    generator = conditional_generator(LATENT_DIM, (SIZE, SIZE, 3), classes=2, channels=2)
    gan = ConditionalGAN(generator, projected_discriminator(eyes, classes=2, width=4), LATENT_DIM)
    gan.compile(keras.optimizers.Adam(), keras.optimizers.Adam())
    drawn, scored = [], []
    monkeypatch.setattr(gan, "draw", lambda z, y: drawn.append(y) or ConditionalGAN.draw(gan, z, y))
    monkeypatch.setattr(gan, "score", lambda x, y: scored.append(y) or ConditionalGAN.score(gan, x, y))
    x, y = pairs(6)
    gan.train_step((tf.constant(x), tf.constant(y)))
    assert len(drawn) == 1 and len(scored) == 3  # real and fake for D, fake for G
    assert all((np.asarray(each) == y).all() for each in drawn + scored)


def test_the_ruler_for_faces_is_good_and_sees_more_than_masks():
    ruler = metrics.feature_net("masked-faces")
    assert ruler.classes == ("without_mask", "with_mask") and ruler.size == SIZE and ruler.accuracy >= 0.95
    faces = data.draw_faces(600, seed=5, size=SIZE)
    right = ruler.probabilities(faces.images).argmax(1) == faces.labels
    assert right.mean() > 0.95
    bare = ruler.features(faces.images[faces.attributes["fit"] == "none"])
    styles = faces.attributes["style"][faces.attributes["fit"] == "none"]
    scarves, others = bare[styles == "headscarf"], bare[np.isin(styles, ["short", "bald"])]
    centres = scarves[::2].mean(0), others[::2].mean(0)
    nearer = [
        np.linalg.norm(half - centres[0], axis=1) < np.linalg.norm(half - centres[1], axis=1)
        for half in (scarves[1::2], others[1::2])
    ]
    assert nearer[0].mean() > 0.8 and nearer[1].mean() < 0.2


@pytest.mark.parametrize("name", SHIPPED)
def test_shipped_generators_draw_what_is_ordered_and_copy_nobody(name):
    file = WEIGHTS / f"{name}.safetensors"
    assert file.stat().st_size < 4e6
    card = json.loads(file.with_suffix(".json").read_text("utf-8"))
    generator = load_weights(conditional_generator(64, (SIZE, SIZE, 3), classes=2, channels=16), file)
    pictures = sampling.draw(as_torch(generator), 64, (0, 1), 100)
    obeyed = metrics.feature_net("masked-faces").probabilities(pictures).argmax(1) == np.repeat((0, 1), 100)
    assert obeyed.mean() == pytest.approx(card["obedience"], abs=0.06) and obeyed.mean() > 0.85
    assert card["copying"]["features"] < 0.7
    assert pictures.std(axis=0).mean() > 20, "collapsed"


@pytest.fixture(scope="module")
def comparison():
    """benchmarks/masked_face_comparison.py as a module."""
    file = paths.root() / "benchmarks" / "masked_face_comparison.py"
    spec = importlib.util.spec_from_file_location(file.stem, file)
    module = importlib.util.module_from_spec(spec)
    sys.modules[file.stem] = module
    spec.loader.exec_module(module)
    yield module
    del sys.modules[file.stem]


def test_the_comparison_has_three_seeds_on_one_budget_and_the_docs_show_it(comparison):
    results = json.loads(RESULTS.read_text("utf-8"))
    assert set(results["arms"]) == set(comparison.ARMS)
    for arm, runs in results["arms"].items():
        assert [run["seed"] for run in runs] == [0, 1, 2], arm
    assert comparison.table(results) in (paths.root() / "docs" / "measured.md").read_text("utf-8")
