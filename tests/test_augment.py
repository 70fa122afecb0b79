"""Augmentation: one draw for each picture, within the strengths asked for, and differentiable where a GAN needs it."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from gancourse.keras.augment import POLICY, classical, diff_augment, gentle_augment

pytestmark = pytest.mark.stage("16")

STILL = {"rotation": 0, "scale": 0, "stretch": 0, "shift": 0, "brightness": 0, "contrast": 0, "saturation": 0}
STRENGTHS = {"rotation": 20, "scale": 0.25, "stretch": 0.2, "shift": 0.1} | {
    "brightness": 0.2,
    "contrast": 0.3,
    "saturation": 0.5,
}


@pytest.fixture(autouse=True)
def seed():
    keras.utils.set_random_seed(1)


def pictures(n: int = 6, height: int = 16, width: int = 24) -> np.ndarray:
    return np.random.default_rng(0).uniform(-0.6, 0.6, (n, height, width, 3)).astype(np.float32)


def copies(n: int = 64, height: int = 16, width: int = 24) -> np.ndarray:
    return np.repeat(pictures(1, height, width), n, axis=0)


def different(batch) -> int:
    return len({picture.tobytes() for picture in np.asarray(batch)})


ALL = {name: lambda x, name=name: diff_augment(x, (name,)) for name in POLICY}
ALL["gentle"] = gentle_augment
ALL |= {name: lambda x, name=name: classical(x, **STILL | {name: STRENGTHS[name]}) for name in STRENGTHS}


@pytest.mark.parametrize("name", ALL)
def test_each_picture_gets_a_draw_of_its_own_and_each_call_new_ones(name):
    x = copies()
    first, second = ALL[name](x).numpy(), ALL[name](x).numpy()
    assert different(first) >= 25, "equal pictures of a batch must come out different"  # translation: 5 times 7 places
    assert (first != second).any()
    keras.utils.set_random_seed(1)
    np.testing.assert_array_equal(ALL[name](x), first, err_msg="the same seed, the same draws")


@pytest.mark.parametrize("augment", [diff_augment, classical, gentle_augment])
def test_any_batch_size_within_a_function_and_a_dataset(augment):
    inside = tf.function(augment, input_signature=[tf.TensorSpec([None, 16, 24, 3])])
    for n in (1, 5):
        assert inside(pictures(n)).shape == (n, 16, 24, 3)
    assert (inside(copies()) != inside(copies())).numpy().any(), "drawn while tracing, not at each call"
    data = tf.data.Dataset.from_tensor_slices(copies()).batch(32).map(augment)
    assert data.element_spec.shape.as_list() == [None, 16, 24, 3]
    passes = [np.concatenate([batch.numpy() for batch in data]) for _ in range(2)]
    assert (passes[0] != passes[1]).any(), "the same draws in each pass"
    assert different(passes[0]) == 64


def test_colour_is_brightness_saturation_and_contrast_in_the_papers_bounds():
    x = copies(800)
    y = diff_augment(x, ("colour",)).numpy()
    added = y.mean((1, 2, 3)) - x.mean((1, 2, 3))  # saturation and contrast keep the mean
    grey_x, grey_y = x.mean(3), y.mean(3)
    contrast = grey_y.std((1, 2)) / grey_x.std((1, 2))
    saturation = (y - grey_y[..., None]).std((1, 2, 3)) / (x - grey_x[..., None]).std((1, 2, 3)) / contrast
    for drawn, low, high in ((added, -0.5, 0.5), (contrast, 0.5, 1.5), (saturation, 0, 2)):
        assert low - 1e-3 <= drawn.min() < low + 0.05 * (high - low)
        assert high + 1e-3 >= drawn.max() > high - 0.05 * (high - low)
        assert abs(drawn.mean() - (low + high) / 2) < 0.05 * (high - low)
    assert np.abs(np.corrcoef([added, contrast, saturation]) - np.eye(3)).max() < 0.15, "drawn each by itself"


def test_translation_moves_by_whole_pixels_and_leaves_grey():
    x = copies(600)
    padded = np.pad(x[0], ((2, 2), (3, 3), (0, 0)))
    moved = {
        padded[2 - down : 18 - down, 3 - right : 27 - right].tobytes(): (down, right)
        for down in range(-2, 3)
        for right in range(-3, 4)
    }
    found = [moved[picture.tobytes()] for picture in diff_augment(x, ("translation",)).numpy()]
    assert len(set(found)) == len(moved), "every shift of up to an eighth comes, in both directions"


def test_cutout_takes_a_rectangle_of_half_the_sides():
    x = copies(900)
    y = diff_augment(x, ("cutout",)).numpy()
    holes = y != x
    assert not y[holes].any(), "a hole is mid-grey"
    np.testing.assert_array_equal(holes.all(3), holes.any(3))
    rows, columns = holes.any((2, 3)), holes.any((1, 3))
    np.testing.assert_array_equal(holes[..., 0], rows[:, :, None] & columns[:, None])
    for side, inside in ((16, rows), (24, columns)):
        lengths = inside.sum(1)
        assert lengths.max() == side // 2 and lengths.min() == side // 4, "as a centre at the border leaves half of it"
        assert (np.abs(np.diff(inside, axis=1)).sum(1) <= 2).all(), "in one piece"
        assert inside.any(0).all(), "every place is cut out some time"


@pytest.mark.parametrize("policy", [(name,) for name in POLICY] + [POLICY])
def test_gradients_go_through_diff_augment(policy):
    x, weight = tf.constant(pictures()), tf.constant(pictures()[::-1].copy())

    def score(x):
        keras.utils.set_random_seed(3)
        return tf.reduce_sum(weight * diff_augment(x, policy))

    with tf.GradientTape() as tape:
        tape.watch(x)
        value = score(x)
    gradient = tape.gradient(value, x)
    direction = tf.random.normal(x.shape)
    # Augmentation with fixed draws is affine in the picture: a difference quotient is exact for any step.
    np.testing.assert_allclose(score(x + direction) - value, tf.reduce_sum(gradient * direction), rtol=1e-3)


def test_xla_compiles_diff_augment():
    compiled = tf.function(diff_augment, jit_compile=True)
    assert compiled(pictures()).shape == (6, 16, 24, 3)


def test_an_unknown_name_is_told():
    with pytest.raises(ValueError, match="no 'color' in DiffAugment; there are colour, translation, cutout"):
        diff_augment(pictures(), ("color",))


def test_classical_without_strength_mirrors_half_of_the_pictures():
    x = copies(300)
    y = classical(x, **STILL).numpy()
    plain, mirrored = (np.isclose(y, other, atol=1e-4).all((1, 2, 3)) for other in (x, x[:, :, ::-1]))
    assert (plain ^ mirrored).all() and 0.35 < mirrored.mean() < 0.65


def dots(strength: dict[str, float], n: int = 300) -> np.ndarray:
    """Where two dots, right of and below the centre, lie after `classical`: (n, 2 dots, x and y) from the centre."""
    y, x = np.mgrid[:48, :64].astype(np.float32)
    spots = [
        np.exp(-((x - 31.5 - 12) ** 2 + (y - 23.5) ** 2) / 8),
        np.exp(-((x - 31.5) ** 2 + (y - 23.5 - 10) ** 2) / 8),
    ]
    picture = np.stack([*spots, np.zeros_like(x)], axis=2)
    moved = classical(np.repeat(picture[None], n, 0), **STILL | strength).numpy()[..., :2]
    weights = moved / moved.sum((1, 2), keepdims=True)
    return np.stack([np.einsum("nhwk,hw->nk", weights, axis) for axis in (x - 31.5, y - 23.5)], axis=2)


def test_classical_turns():
    found = dots({"rotation": 20})
    np.testing.assert_allclose(np.linalg.norm(found, axis=2), [[12, 10]] * 300, atol=0.1)
    below = np.degrees(np.arctan2(found[:, 1, 0], found[:, 1, 1]))
    assert -20.5 < below.min() < -18 and 18 < below.max() < 20.5


def test_classical_scales_both_sides_alike_and_stretches_each():
    found = dots({"scale": 0.25})
    across, down = np.abs(found[:, 0, 0]) / 12, found[:, 1, 1] / 10
    assert 0.79 < across.min() < 0.83 and 1.2 < across.max() < 1.26
    np.testing.assert_allclose(across, down, atol=0.02)
    found = dots({"stretch": 0.2})
    across, down = np.abs(found[:, 0, 0]) / 12, found[:, 1, 1] / 10
    for factor in (across, down):
        assert 0.82 < factor.min() < 0.86 and 1.17 < factor.max() < 1.21
    assert abs(np.corrcoef(across, down)[0, 1]) < 0.2


def test_classical_shifts():
    found = dots({"shift": 0.1})
    across, down = found[:, 1, 0], found[:, 0, 1]
    for moved, side in ((across, 64), (down, 48)):
        assert 0.085 * side < moved.max() < 0.102 * side and -0.085 * side > moved.min() > -0.102 * side
    np.testing.assert_allclose(found[:, 1, 1] - 10, down, atol=0.1)


def test_classical_changes_light_and_colour_within_the_range():
    x = copies(400)
    brightness, contrast, saturation = (
        classical(x, **STILL | {name: STRENGTHS[name]}).numpy() for name in ("brightness", "contrast", "saturation")
    )
    added = brightness.mean((1, 2, 3)) - x.mean((1, 2, 3))
    assert -0.201 < added.min() < -0.18 and 0.18 < added.max() < 0.201
    factor = contrast.std((1, 2, 3)) / x.std((1, 2, 3))
    assert 0.69 < factor.min() < 0.72 and 1.27 < factor.max() < 1.31
    np.testing.assert_allclose(contrast.mean((1, 2, 3)), x.mean((1, 2, 3)), atol=1e-3)
    np.testing.assert_allclose(saturation.mean((1, 2, 3)), x.mean((1, 2, 3)), atol=1e-3)
    bright = classical(np.ones_like(x), brightness=1.0).numpy()
    assert bright.max() <= 1 and bright.min() >= -1


def test_gentle_moves_reflect_reach_every_place_and_come_with_light_and_colours_of_their_strengths():
    x = copies(1200)
    y = gentle_augment(x).numpy()
    kept = y[(y != 0).all((1, 2, 3))]  # without a hole: saturation and contrast have all but surely left no exact 0
    assert 0.4 < len(kept) / len(y) < 0.6, "half of the pictures have a hole"
    padded = np.pad(x[0], ((2, 2), (3, 3), (0, 0)), "reflect")
    views = np.stack([padded[r : r + 16, c : c + 24] for r in range(5) for c in range(7)])
    seen, grey = views.mean(-1).reshape(35, -1), kept.mean(-1).reshape(len(kept), -1)
    # of light, saturation and contrast the grey picture shows a factor and an offset alone
    likeness = np.corrcoef(seen, grey)[:35, 35:]
    assert likeness.max(0).min() > 0.9999 and len(set(likeness.argmax(0))) == 35, "moved by -1/8 to 1/8, reflected"
    own = views[likeness.argmax(0)]
    contrast = grey.std(1) / own.mean(-1).reshape(len(own), -1).std(1)
    colour = [each - each.mean(-1, keepdims=True) for each in (kept, own)]
    saturation = colour[0].std((1, 2, 3)) / colour[1].std((1, 2, 3)) / contrast
    for drawn, low, high in ((contrast, 0.75, 1.25), (saturation, 0.6, 1.4)):
        assert low - 1e-3 <= drawn.min() < low + 0.05 * (high - low)
        assert high + 1e-3 >= drawn.max() > high - 0.05 * (high - low)


def test_gentle_holes_are_three_eighths_of_the_sides_where_they_lie_inside():
    holes = (gentle_augment(copies(600)).numpy() == 0).all(3)
    heights, widths = holes.any(2).sum(1), holes.any(1).sum(1)
    assert heights.max() == 6 and widths.max() == 9
    assert (holes.sum((1, 2)) == heights * widths).all(), "rectangles"


def test_gentle_lets_a_gradient_through():
    x = tf.constant(pictures())
    with tf.GradientTape() as tape:
        tape.watch(x)
        total = tf.reduce_sum(gentle_augment(x))
    gradient = tape.gradient(total, x).numpy()
    assert np.isfinite(gradient).all() and (np.abs(gradient).reshape(6, -1).max(1) > 0.1).all()
