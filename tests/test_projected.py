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
from gancourse.keras.projected import (
    ClassNorm,
    ConditionalGAN,
    conditional_generator,
    mixed,
    projected_discriminator,
    scratch_discriminator,
)
from gancourse.keras.training import as_torch
from gancourse.trained import sampling

pytestmark = pytest.mark.stage("15")

SIZE, LATENT_DIM, WIDTHS = 64, 5, (8, 6, 5, 4, 3)
WEIGHTS = paths.root() / "course" / "weights"
RESULTS = paths.root() / "course" / "results" / "masked-face-comparison.json"


@pytest.fixture(scope="module")
def eyes():
    return backbone("course_mini", SIZE, "random")


def pairs(n: int = 3, seed: int = 0, size: int = SIZE) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    return rng.uniform(-1, 1, (n, size, size, 3)).astype("float32"), rng.integers(2, size=n)


def projected(eyes, width: int = 4, size: int = SIZE) -> keras.Model:
    return projected_discriminator(eyes, 2, pairs(8, seed=1, size=size)[0], width)


def game(eyes, rate: float = 1e-2) -> ConditionalGAN:
    gan = ConditionalGAN(conditional_generator(LATENT_DIM, 2, WIDTHS), projected(eyes), LATENT_DIM)
    gan.compile(keras.optimizers.Adam(rate), keras.optimizers.Adam(rate))
    return gan


@pytest.mark.parametrize("name", NAMES)
def test_a_training_step_moves_heads_and_generator_and_nothing_of_the_backbone(name):
    keras.utils.set_random_seed(0)
    borrowed = backbone(name, SIZE, "random")
    gan = game(borrowed)
    assert len(gan.discriminator.outputs) == len(borrowed.model.outputs) + 2
    moves = [*gan.discriminator.trainable_weights, *gan.generator.trainable_weights]
    learned = {id(weight) for weight in moves}
    states = ("moving", "vector_u", "seed")  # of batch norm, spectral norm and random numbers: not learned, but alive
    stays = [weight for weight in gan.discriminator.weights if id(weight) not in learned]
    stays = [weight for weight in stays if not any(state in weight.path for state in states)] + borrowed.model.weights
    before = [weight.numpy() for weight in stays], [weight.numpy() for weight in moves]
    x, y = pairs()
    losses = gan.train_step((tf.constant(x), tf.constant(y)))
    assert all(np.isfinite(float(loss)) for loss in losses.values())
    assert all((old == new.numpy()).all() for old, new in zip(before[0], stays))
    still = {weight.name for old, weight in zip(before[1], moves) if (old == weight.numpy()).all()}
    assert not still & {"kernel", "embeddings", "scale", "shift"}


def test_only_the_heads_are_trainable(eyes):
    d = projected(eyes)
    frozen = {id(weight) for weight in eyes.model.weights}
    assert frozen <= {id(weight) for weight in d.weights}
    assert not frozen & {id(weight) for weight in d.trainable_weights}
    assert [logits.shape[1] for logits in d.outputs] == [16, 16, 16, 4, 64, 16]


def test_each_map_comes_to_a_mean_square_of_1_before_it_is_mixed(eyes):
    d, x = projected(eyes), pairs(8, seed=1)[0]
    mixing = [layer for layer in d.layers if isinstance(layer, keras.layers.Conv2D) and not layer.trainable]
    first = [layer for layer in mixing if layer.kernel.shape[2] in (64, 128, 256, 320)]
    assert len(first) == 4
    strengths = [float(np.mean(each.numpy() ** 2)) for each in eyes.model(x)]
    assert max(strengths) > 1.5 * min(strengths), "the maps as they are differ too little to test anything"
    entering = keras.Model(d.inputs, [layer.input for layer in first])([x, np.zeros(8, int)])
    assert [float(np.mean(each.numpy() ** 2)) for each in entering] == pytest.approx([1] * 4, rel=1e-3)


def test_a_backbone_for_larger_pictures_gets_them_enlarged():
    larger = backbone("course_mini", 96, "random")
    d = projected(larger)
    assert d.inputs[0].shape == (None, SIZE, SIZE, 3)
    assert [logits.shape[1] for logits in d.outputs] == [9, 9, 9, 9, 64, 16]
    for wrong in (pairs(2, size=16)[0], pairs(2)[0][:, :32]):
        with pytest.raises(ValueError, match="a size of 32 at least"):
            projected_discriminator(larger, 2, wrong)


def test_each_mixed_map_knows_of_all_coarser_ones_and_of_no_finer_one():
    rng = np.random.default_rng(0)
    shapes = [(16, 16, 5), (8, 8, 7), (4, 4, 3)]
    inputs = [keras.Input(shape) for shape in shapes]
    mixing = keras.Model(inputs, mixed(inputs, width=6))
    assert not mixing.trainable_weights
    maps = [rng.standard_normal((2, *shape)).astype("float32") for shape in shapes]
    plain = mixing(maps)
    assert [each.shape[1:] for each in plain] == [(16, 16, 6), (8, 8, 9), (4, 4, 12)]
    for changed in range(3):
        other = mixing([each + (place == changed) for place, each in enumerate(maps)])
        differ = [not np.allclose(a, b) for a, b in zip(plain, other)]
        assert differ == [place <= changed for place in range(3)]


@pytest.mark.parametrize("kind", ["scratch", "projected"])
def test_whether_a_class_fits_depends_on_the_picture(kind, eyes):
    keras.utils.set_random_seed(0)
    d = scratch_discriminator((SIZE, SIZE, 3), classes=2, channels=4) if kind == "scratch" else projected(eyes, 8)
    x, _ = pairs(5)
    ones, zeros = (tf.nest.flatten(d([x, np.full(5, label)], training=True)) for label in (1, 0))
    assert all(np.ptp(a - b, axis=0).max() > 1e-3 for a, b in zip(ones, zeros))


def test_the_gradient_reaches_the_pictures_through_every_head(eyes):
    d = projected(eyes)
    x, y = pairs()
    x = tf.constant(x)
    for head in range(len(d.outputs)):
        with tf.GradientTape() as tape:
            tape.watch(x)
            logits = tf.reduce_sum(d([x, tf.constant(y)])[head])
        assert (np.abs(tape.gradient(logits, x)).max(axis=(1, 2, 3)) > 0).all()


def test_the_patch_head_has_no_batch_norm_and_sees_22_pixels(eyes):
    x, y = pairs(4)
    patches = projected(eyes)
    changed = x.copy()
    changed[0, :8, :8] *= -1
    before, after = (patches([each, y], training=False)[4].numpy().reshape(4, 8, 8) for each in (x, changed))
    moved = np.argwhere(before != after)
    assert set(moved[:, 0]) == {0} and moved[:, 1:].max() <= 1


def test_no_convolution_of_a_head_stretches_by_more_than_about_1_after_training(eyes):
    keras.utils.set_random_seed(0)
    gan = game(eyes, rate=0.05)
    x, y = (tf.constant(each) for each in pairs(4))
    for _ in range(4):
        gan.train_step((x, y))
    for _ in range(20):  # the estimate of the largest singular value gets better with each call
        gan.score(x, y)
    normed = [layer for layer in gan.discriminator.layers if isinstance(layer, keras.layers.SpectralNormalization)]
    norms = [np.linalg.norm(layer.layer.kernel.numpy().reshape(-1, layer.layer.filters), 2) for layer in normed]
    assert len(norms) == 18 and max(norms) < 1.05, norms


def test_a_class_norm_scales_and_shifts_as_its_class_says():
    norm = ClassNorm(3)
    x = np.random.default_rng(0).normal(5, 3, (6, 4, 4, 2)).astype("float32")
    y = np.array([0, 0, 1, 1, 2, 2])
    plain = norm([x, y], training=True).numpy()
    assert plain.mean((0, 1, 2)) == pytest.approx([0, 0], abs=1e-4)
    assert plain.std((0, 1, 2)) == pytest.approx([1, 1], rel=1e-3)
    norm.scale.assign([[1, 1], [2, 3], [1, 1]])
    norm.shift.assign([[0, 0], [0, 0], [5, -7]])
    changed = norm([x, y], training=True).numpy()
    assert np.allclose(changed[:2], plain[:2], atol=1e-5)
    assert np.allclose(changed[2:4], plain[2:4] * [2, 3], atol=1e-5)
    assert np.allclose(changed[4:], plain[4:] + [5, -7], atol=1e-5)
    again = norm([x[:2], y[:2]], training=False).numpy()
    assert np.allclose(again, norm([x, y], training=False).numpy()[:2], atol=1e-5), "at inference, each by itself"


def test_a_generator_doubles_its_map_for_each_width_and_listens_to_its_class():
    keras.utils.set_random_seed(0)
    for widths in ((4, 3), (4, 3, 2, 2, 2)):
        g = conditional_generator(LATENT_DIM, 2, widths)
        z = np.random.default_rng(0).standard_normal((3, LATENT_DIM)).astype("float32")
        pictures = g([z, np.zeros(3, int)]).numpy()
        assert pictures.shape == (3, *2 * [2 ** (len(widths) + 1)], 3) and np.abs(pictures).max() <= 1
        assert np.abs(pictures - g([z, np.ones(3, int)]).numpy()).max() > 1e-3
        assert np.allclose(pictures, g([7 * z, np.zeros(3, int)]).numpy(), atol=1e-4), "latents have one length"
    with pytest.raises(ValueError, match="at least two of them"):
        conditional_generator(LATENT_DIM, 2, (4,))


def test_the_fourth_and_fifth_map_are_excited_by_the_first_and_second():
    keras.utils.set_random_seed(0)
    g = conditional_generator(LATENT_DIM, 2, WIDTHS)
    convolutions = [layer for layer in g.layers if isinstance(layer, keras.layers.Conv2D)]
    last = [layer for layer in convolutions if layer.kernel.shape[:2] == (1, 1)]
    assert [layer.filters for layer in last] == [WIDTHS[3], WIDTHS[4]]
    z, y = np.random.default_rng(0).standard_normal((2, LATENT_DIM)).astype("float32"), np.array([0, 1])
    for layer in last:  # sigmoid(-100) = 0: nothing is let through
        layer.kernel.assign(0 * layer.kernel)
        layer.bias.assign(0 * layer.bias - 100)
    assert np.abs(g([z, y]).numpy()).max() == 0, "with the gates closed, nothing but the last bias, 0, is left"


def test_the_losses_are_hinges_and_the_pixel_heads_count_half():
    real = [tf.constant([[2.0, -1.0]]), tf.constant([[0.5]]), tf.constant([[3.0]]), tf.constant([[-2.0]])]
    fake = [tf.constant([[-3.0, 0.0]]), tf.constant([[0.25]]), tf.constant([[-0.5]]), tf.constant([[1.0]])]
    each = [(0 + 2) / 2 + (0 + 1) / 2, 0.5 + 1.25, 0 + 0.5, 3 + 2]  # max(0, 1 - real) and max(0, 1 + fake)
    assert float(ConditionalGAN.d_loss(real, fake)) == pytest.approx(np.dot(each, [1, 1, 0.5, 0.5]) / 3)
    assert float(ConditionalGAN.g_loss(fake)) == pytest.approx(np.dot([1.5, -0.25, 0.5, -1], [1, 1, 0.5, 0.5]) / 3)
    assert float(ConditionalGAN.d_loss(real[:1], fake[:1])) == pytest.approx(each[0]), "one head, from scratch"


def test_what_d_sees_is_augmented_and_a_discriminator_from_scratch_gives_a_list_too(eyes):
    gan = ConditionalGAN(
        conditional_generator(LATENT_DIM, 2, WIDTHS), scratch_discriminator((SIZE, SIZE, 3), 2, channels=4), LATENT_DIM
    )
    x, y = pairs(4)
    logits = gan.score(tf.constant(x), tf.constant(y))
    assert len(logits) == 1 and logits[0].shape == (4, 1)
    seen = []
    gan.augment = lambda pictures: seen.append(pictures) or pictures
    gan.score(tf.constant(x), tf.constant(y))
    assert len(seen) == 1 and (seen[0].numpy() == x).all()


def test_fakes_are_judged_with_the_classes_that_they_were_made_from(eyes, monkeypatch):
    gan = game(eyes)
    drawn, scored = [], []
    monkeypatch.setattr(gan, "draw", lambda z, y: drawn.append(y) or ConditionalGAN.draw(gan, z, y))
    monkeypatch.setattr(gan, "score", lambda x, y: scored.append(y) or ConditionalGAN.score(gan, x, y))
    x, y = pairs(6)
    gan.train_step((tf.constant(x), tf.constant(y)))
    assert len(drawn) == 1 and len(scored) == 3  # real and fake for D, fake for G
    assert all((np.asarray(each) == y).all() for each in drawn + scored)


def test_the_ruler_for_faces_is_good_and_sees_more_than_masks():
    ruler = metrics.feature_net("aligned-faces")
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
    assert nearer[0].mean() > 0.8 and nearer[1].mean() < 0.35


@pytest.mark.parametrize("data_set", sampling.SHIPPED["15-masked-face-gan"])
def test_shipped_generators_draw_what_is_ordered_and_copy_nobody(data_set):
    shipped = sampling.SHIPPED["15-masked-face-gan"][data_set]
    file = WEIGHTS / f"{shipped.weights}.safetensors"
    assert file.stat().st_size < 6e6
    card = json.loads(file.with_suffix(".json").read_text("utf-8"))
    generator = load_weights(shipped.build(), file)
    pictures = sampling.draw(as_torch(generator), shipped.latent_dim, (0, 1), 100)
    obeyed = metrics.feature_net("aligned-faces").probabilities(pictures).argmax(1) == np.repeat((0, 1), 100)
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


def test_the_comparison_has_the_same_seeds_for_all_on_one_budget_and_the_docs_show_it(comparison):
    results = json.loads(RESULTS.read_text("utf-8"))
    assert set(results["arms"]) == set(comparison.ARMS)
    seeds = {arm: [run["seed"] for run in runs] for arm, runs in results["arms"].items()}
    assert all(each == list(range(len(each))) and each == seeds["ImageNet"] for each in seeds.values()), seeds
    assert comparison.table(results) in (paths.root() / "docs" / "measured.md").read_text("utf-8")
