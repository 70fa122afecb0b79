"""The metrics against torchmetrics, against values worked by hand, and the protocol that stages share."""

import json

import numpy as np
import pytest
import torch

from gancourse import data, metrics, paths

pytestmark = pytest.mark.stage("02")

FEATURES = sorted(
    p.stem.removeprefix("features-") for p in (paths.root() / "course" / "weights").glob("features-*.safetensors")
)


def correlated(n: int, d: int, seed: int, shift: float = 0.0) -> np.ndarray:
    """Features whose covariances don't commute from seed to seed, with a mean that isn't 0."""
    rng = np.random.default_rng(seed)
    return shift + rng.standard_normal((n, d)) @ rng.standard_normal((d, d)) / np.sqrt(d)


class AsFeatures(torch.nn.Module):
    """Hands torchmetrics our features in place of a picture's: each "picture" is a row of them."""

    num_features = 12

    def forward(self, x):
        return x.flatten(1)


@pytest.fixture(scope="module")
def two_sets():
    return correlated(700, 12, 1), correlated(500, 12, 2, shift=0.7)


def as_pictures(features: np.ndarray) -> torch.Tensor:
    return torch.from_numpy(features)[:, :, None, None]


def test_frechet_distance_agrees_with_torchmetrics(two_sets):
    from torchmetrics.image.fid import FrechetInceptionDistance

    theirs = FrechetInceptionDistance(feature=AsFeatures(), input_img_size=(12, 1, 1), normalize=False).set_dtype(
        torch.float64
    )
    for features, real in zip(two_sets, (True, False)):
        theirs.update(as_pictures(features), real=real)
    assert metrics.frechet_distance(*two_sets) == pytest.approx(theirs.compute().item(), rel=1e-3)


def test_kernel_distance_agrees_with_torchmetrics(two_sets):
    from torchmetrics.image.kid import KernelInceptionDistance

    real, fake = two_sets[0][:500], two_sets[1]
    theirs = KernelInceptionDistance(feature=AsFeatures(), subsets=1, subset_size=500)
    for features, is_real in ((real, True), (fake, False)):
        theirs.update(as_pictures(features), real=is_real)
    assert metrics.kernel_distance(real, fake) == pytest.approx(theirs.compute()[0].item(), rel=1e-3)


def test_frechet_distance_of_lines_is_that_of_means_and_deviations():
    a, b = np.array([[1.0], [3.0], [8.0]]), np.array([[10.0], [14.0]])
    by_hand = (4 - 12) ** 2 + (np.std([1, 3, 8], ddof=1) - np.std([10, 14], ddof=1)) ** 2
    assert metrics.frechet_distance(a, b) == pytest.approx(by_hand)


def test_frechet_distance_of_a_set_to_itself_is_0_also_with_fewer_points_than_features():
    few = correlated(8, 30, 3)
    assert metrics.frechet_distance(few, few) == pytest.approx(0, abs=1e-6)
    assert np.isfinite(metrics.frechet_distance(few, correlated(9, 30, 4)))


def test_frechet_distance_shrinks_with_the_number_of_samples_and_the_kernel_distance_does_not():
    pairs = {n: [(correlated(n, 6, 5) * 1.0, _again(n, seed)) for seed in range(40)] for n in (40, 160)}
    frechet = {n: np.mean([metrics.frechet_distance(*pair) for pair in many]) for n, many in pairs.items()}
    kernel = {n: [metrics.kernel_distance(*pair) for pair in many] for n, many in pairs.items()}
    assert frechet[160] < 0.4 * frechet[40]
    for values in kernel.values():
        assert abs(np.mean(values)) < 4 * np.std(values) / np.sqrt(len(values))
        assert min(values) < 0 < max(values)


def _again(n: int, seed: int) -> np.ndarray:
    """Another sample of the distribution of correlated(n, 6, 5)."""
    rng = np.random.default_rng(5)
    rng.standard_normal((n, 6))
    mix = rng.standard_normal((6, 6)) / np.sqrt(6)
    return np.random.default_rng(100 + seed).standard_normal((n, 6)) @ mix


def test_kernel_distance_by_hand():
    real, fake = np.array([[1.0], [2.0], [3.0]]), np.array([[0.0], [4.0]])

    def k(x, y):
        return (x * y + 1) ** 3

    same_real = 2 * (k(1, 2) + k(1, 3) + k(2, 3)) / 6
    same_fake = k(0, 4)
    between = np.mean([k(x, y) for x in (1, 2, 3) for y in (0, 4)])
    assert metrics.kernel_distance(real, fake) == pytest.approx(same_real + same_fake - 2 * between)


def test_precision_and_recall_tell_a_dropped_mode_from_a_bad_sample():
    rng = np.random.default_rng(0)
    left, right = rng.standard_normal((300, 2)), rng.standard_normal((300, 2)) + 50
    real = np.concatenate([left, right])
    precision, recall = metrics.precision_recall(real, rng.standard_normal((200, 2)))
    assert precision > 0.9 and 0.4 < recall < 0.52
    scattered = np.concatenate([real[:300:2] + 0.01, rng.uniform(1e3, 1e4, (150, 2))])
    precision, _ = metrics.precision_recall(real, scattered)
    assert 0.45 < precision <= 0.5
    assert metrics.precision_recall(real, real) == (1.0, 1.0)


def test_precision_and_recall_by_hand():
    real, fake = np.array([[0.0], [1.0], [2.0], [10.0]]), np.array([[0.4], [5.0], [5.2]])
    # k = 1: reals reach 1, 1, 1 and 8, so all three fakes lie within; fakes reach 4.6, 0.2 and 0.2
    assert metrics.precision_recall(real, fake, k=1) == (1.0, 0.75)
    with pytest.raises(ValueError, match="k must be"):
        metrics.precision_recall(real, fake, k=3)


def test_mode_coverage_counts_modes_and_good_points():
    centres = np.array([[0.0, 0.0], [5.0, 0.0], [0.0, 5.0]])
    points = np.array([[0.1, 0.0], [0.0, -0.2], [5.0, 0.3], [2.5, 2.5]])
    assert metrics.mode_coverage(points, centres, radius=0.5) == (2, 0.75)
    assert metrics.mode_coverage(points + 100, centres, radius=0.5) == (0, 0.0)


def test_copying_score_knows_copies_from_new_pictures():
    rng = np.random.default_rng(0)
    training, unseen, new = (rng.integers(0, 256, (n, 4, 6, 1), np.uint8) for n in (200, 80, 90))
    assert metrics.copying_score(training[:50], unseen, training) == 1
    assert metrics.copying_score(new, unseen, training) == pytest.approx(0.5, abs=0.12)
    assert metrics.copying_score(unseen, unseen, training) == 0.5


def test_standard_error_is_that_of_a_mean():
    values = np.random.default_rng(0).standard_normal((5000, 1))
    error = metrics.standard_error(lambda _, fake: fake.mean(), values, values, groups=50)
    assert error == pytest.approx(1 / np.sqrt(5000), rel=0.35)


def noise(n: int = 200, side: int = 64, strength: float = 20) -> np.ndarray:
    return np.random.default_rng(0).normal(128, strength, (n, side, side, 3)).clip(0, 255).astype(np.uint8)


def test_fine_power_is_a_share_that_noise_and_blur_move():
    real = noise()
    assert metrics.fine_power(real, real) == pytest.approx(1)
    assert metrics.fine_power(real, noise(50, strength=40)) == pytest.approx(4, rel=0.05)  # power goes with the square
    halves = real.reshape(200, 32, 2, 32, 2, 3).mean((2, 4)).repeat(2, 1).repeat(2, 2).astype(np.uint8)
    assert metrics.fine_power(real, halves) < 0.25
    waves = (128 + 100 * np.sin(2 * np.pi * 18 * np.arange(64) / 64)).astype(np.uint8)
    slow = np.broadcast_to(waves[None, :, None, None], (1, 64, 64, 3))
    assert metrics.fine_power(real, slow) < 0.01, "18 cycles aren't above 18"
    with pytest.raises(ValueError, match="of one size"):
        metrics.fine_power(real, noise(3, side=32))


@pytest.mark.parametrize("period", [2, 4])
@pytest.mark.parametrize("kind", ["checkers", "columns", "rows"])
def test_a_checker_peak_is_found_in_noise_and_only_at_its_period(kind, period):
    plain = noise()
    assert 0.7 < metrics.checker_peak(plain, period) < 1.3
    stripes = np.arange(64) % period < period // 2
    pattern = {"checkers": stripes[:, None] != stripes, "columns": stripes[None], "rows": stripes[:, None]}[kind]
    checked = (plain + 6 * np.broadcast_to(pattern, (64, 64))[..., None]).clip(0, 255).astype(np.uint8)
    assert metrics.checker_peak(checked, period) > 3
    assert metrics.checker_peak(checked, 6 - period) < 1.3
    with pytest.raises(ValueError, match="64, and 5 doesn't"):
        metrics.checker_peak(plain, 5)
    with pytest.raises(ValueError, match="square pictures"):
        metrics.checker_peak(plain[:, :32], period)


@pytest.mark.parametrize("metric", [metrics.frechet_distance, metrics.kernel_distance, metrics.precision_recall])
def test_features_of_different_width_are_refused(metric):
    with pytest.raises(ValueError, match=r"\(5, 3\) and \(5, 4\)"):
        metric(np.zeros((5, 3)), np.zeros((5, 4)))


def test_the_feature_nets_are_shipped_small_and_good():
    assert FEATURES == ["aligned-faces", "cifar10", "fashion-mnist"]
    for name in FEATURES:
        file = paths.root() / "course" / "weights" / f"features-{name}.safetensors"
        assert file.stat().st_size < 2e6
        assert json.loads(file.with_suffix(".json").read_text())["test_accuracy"] == metrics.feature_net(name).accuracy
    assert metrics.feature_net("fashion-mnist").accuracy >= 0.92


def test_the_accuracy_of_the_features_holds_on_the_test_pictures():
    net, test = metrics.feature_net("fashion-mnist"), data.load("fashion-mnist", "test")
    probabilities = net.probabilities(test.images)
    assert probabilities.shape == (len(test), 10) and np.allclose(probabilities.sum(1), 1)
    assert (probabilities.argmax(1) == test.labels).mean() == pytest.approx(net.accuracy, abs=0.01)


def test_features_of_a_picture_do_not_depend_on_its_neighbours():
    net = metrics.feature_net("fashion-mnist")
    pictures = np.random.default_rng(0).integers(0, 256, (501, 28, 28, 1), np.uint8)
    together = net.features(pictures)
    assert together.dtype == np.float64 and (together >= 0).all()
    assert np.allclose(net.features(pictures[500:]), together[500:], atol=1e-4)
    with pytest.raises(ValueError, match=r"\(n, h, w, 1\)"):
        net.features(pictures[..., 0])
    with pytest.raises(ValueError, match="there are: aligned-faces, cifar10, fashion-mnist"):
        metrics.feature_net("imagenet")


def test_evaluate_is_repeatable_and_sees_a_bad_generator():
    test = data.load("fashion-mnist", "test")
    real = data.to_batch(data.load("fashion-mnist", "train").images[:1000])

    def copies(n, rng):
        return real[torch.randint(len(real), (n,), generator=rng)]

    def shirts(n, rng):
        return data.to_batch(test.images[test.labels == 0][:1]).expand(n, -1, -1, -1)

    good, again, bad = (metrics.evaluate(s, samples=1200) for s in (copies, copies, shirts))
    assert good == again
    assert good["samples"] == 1200 and good["classes"] == 10 and bad["classes"] == 1
    assert bad["frechet"] > 10 * good["frechet"] and bad["kernel"] > 10 * good["kernel"] and bad["recall"] < 0.1
    assert good["precision"] > 0.6 and 0 < good["frechet_error"] < good["frechet"]


def test_evaluate_against_other_pictures_and_the_kernel_distance_of_few():
    shirts = data.load("fashion-mnist", "test")
    shirts = shirts[shirts.labels == 0][:600]

    def copies(n, rng):
        return data.to_batch(shirts.images[torch.randint(len(shirts), (n,), generator=rng).numpy()])

    row = metrics.evaluate(copies, samples=1200, reference=shirts)
    whole = metrics.evaluate(copies, samples=1200)
    assert row["reference"] == "600 test pictures" and row["frechet"] < 0.1 * whole["frechet"]
    judge, rng = metrics.feature_net("fashion-mnist"), torch.Generator().manual_seed(0)
    made = [data.to_pictures(copies(n, rng)) for n in (500, 500, 200)]
    real, fake = judge.features(shirts.images), judge.features(np.concatenate(made))
    assert row["kernel"] == pytest.approx(metrics.kernel_distance(real, fake))
    assert row["kernel_error"] == pytest.approx(metrics.standard_error(metrics.kernel_distance, real, fake))
