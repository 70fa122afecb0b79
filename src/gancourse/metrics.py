"""How good, how varied, how new: what is measured on generated pictures. Lesson 02 derives each of them.

Distances and shares are measured between features, float arrays (n, d), of pictures in one of our own small classifiers
(`feature_net`). They compare with each other, not with the numbers in papers, which come from an ImageNet network.
"""

import json
from collections.abc import Callable, Sequence
from functools import cache
from typing import NamedTuple

import numpy as np
import torch
from safetensors import safe_open
from scipy.stats import rankdata
from torch import nn

from gancourse import data, paths
from gancourse.nets.features import feature_classifier
from gancourse.nets.mobilenet import imagenet_eyes


class FeatureNet(NamedTuple):
    """A trained classifier: `features` for distances, `probabilities` for which class a picture shows."""

    name: str
    classes: tuple[str, ...]
    accuracy: float  # share of the data set's test pictures that it gets right
    net: nn.Sequential
    size: int | None = None  # of the pictures that it has learned from, where that isn't the data set's own

    def features(self, pictures: np.ndarray) -> np.ndarray:
        """uint8 pictures (n, h, w, c) to float64 (n, d): the last hidden layer, never negative."""
        return self._through(self.net[:-1], pictures)

    def probabilities(self, pictures: np.ndarray) -> np.ndarray:
        """uint8 pictures (n, h, w, c) to float64 (n, classes), each row summing to 1."""
        return self._through(nn.Sequential(self.net, nn.Softmax(1)), pictures)

    @torch.no_grad()
    def _through(self, net: nn.Module, pictures: np.ndarray) -> np.ndarray:
        channels = self.net[0].in_channels
        if pictures.ndim != 4 or pictures.shape[-1] != channels:
            raise ValueError(f"the {self.name} features take pictures (n, h, w, {channels}), not {pictures.shape}")
        on = next(net.parameters()).device
        parts = [net(data.to_batch(pictures[i : i + 500]).to(on)) for i in range(0, len(pictures), 500)]
        return torch.cat(parts).double().cpu().numpy()


@cache
def feature_net(name: str = "fashion-mnist") -> FeatureNet:
    """The course's own classifier for a data set, in eval mode; `tools/train_features.py` trained it.

    Raises ValueError, with those that there are, for a data set without one.
    """
    file = paths.root() / "course" / "weights" / f"features-{name}.safetensors"
    if not file.exists():
        known = ", ".join(sorted(f.stem.removeprefix("features-") for f in file.parent.glob("features-*.safetensors")))
        raise ValueError(f"no features for {name!r}; there are: {known}")
    with safe_open(file, "pt") as saved:
        facts = {key: json.loads(value) for key, value in saved.metadata().items()}
        weights = {key: saved.get_tensor(key) for key in saved.keys()}  # noqa: SIM118 (it isn't a dict)
    net = feature_classifier(facts["channels"], facts["widths"], len(facts["classes"]))
    net.load_state_dict(weights)
    net.eval().requires_grad_(False)
    return FeatureNet(name, tuple(facts["classes"]), facts["test_accuracy"], net, facts.get("size"))


class Moments(NamedTuple):
    """What a Fréchet distance needs of features (n, d): n, their mean (d,) and covariance (d, d), divided by n - 1."""

    n: int
    mean: np.ndarray
    covariance: np.ndarray


def moments(features: np.ndarray) -> Moments:
    """Number, mean and covariance of features (n, d), at least two; ValueError for values that aren't finite."""
    features, _ = _checked(features, features)
    covariance = np.cov(features, rowvar=False, ddof=1).reshape(2 * features.shape[1:])
    return Moments(len(features), features.mean(0), covariance)


def merge_moments(parts: Sequence[Moments]) -> Moments:
    """The moments of all features together, from those of their parts (Chan et al. 1979): exact, up to rounding.

    Each part adds its own spread and how far its mean lies from the common mean.
    """
    n = sum(part.n for part in parts)
    mean = sum(part.n * part.mean for part in parts) / n
    scatter = sum(
        (part.n - 1) * part.covariance + part.n * np.outer(part.mean - mean, part.mean - mean) for part in parts
    )
    return Moments(n, mean, scatter / (n - 1))


def frechet_distance(real: np.ndarray, fake: np.ndarray) -> float:
    """Fréchet distance between normal distributions fitted to features (n, d) and (m, d); >= 0 up to rounding.

    |m1 - m2|^2 + tr C1 + tr C2 - 2 tr (C1 C2)^(1/2) (Heusel et al. 2017, arXiv:1706.08500, eq. 6). It falls with more
    samples, by about 1/n: compare equal numbers only.

    Raises ValueError for features of different width, fewer than two rows, or values that aren't finite.
    """
    return frechet_between(*(moments(features) for features in _checked(real, fake)))


def frechet_between(real: Moments, fake: Moments) -> float:
    """`frechet_distance` from the moments of the features alone."""
    # C1 C2 has the eigenvalues of the symmetric R^T C2 R, where C1 = R R^T, so no matrix root is needed: the last
    # trace is the sum of their roots.
    difference = real.mean - fake.mean
    c1, c2 = real.covariance, fake.covariance
    values, vectors = np.linalg.eigh(c1)
    root = vectors * np.sqrt(values.clip(0))
    shared = np.sqrt(np.linalg.eigvalsh(root.T @ c2 @ root).clip(0)).sum()
    return float(difference @ difference + np.trace(c1) + np.trace(c2) - 2 * shared)


def kernel_distance(real: np.ndarray, fake: np.ndarray) -> float:
    """Kernel distance of features (n, d) and (m, d): unbiased squared MMD with k(x, y) = (x.y / d + 1)^3.

    Its mean doesn't depend on the number of samples; for two samples of one distribution it is as often below 0 as
    above (Binkowski et al. 2018, arXiv:1801.01401, eq. 4). Raises ValueError as `frechet_distance` does.
    """
    real, fake = _checked(real, fake)
    n, m = len(real), len(fake)
    same_real = (_kernel_sum(real, real) - _kernel_of_itself(real)) / (n * (n - 1))
    same_fake = (_kernel_sum(fake, fake) - _kernel_of_itself(fake)) / (m * (m - 1))
    return float(same_real + same_fake - 2 * _kernel_sum(real, fake) / (n * m))


def precision_recall(real: np.ndarray, fake: np.ndarray, k: int = 3) -> tuple[float, float]:
    """Improved precision and recall of features (n, d) and (m, d), both in [0, 1].

    Around each point lies a ball that reaches to its k-th nearest neighbour in its own set. Precision is the share of
    fakes inside a real one's ball, recall the share of reals inside a fake one's (Kynkäänniemi et al. 2019,
    arXiv:1904.06991, eq. 2 and 3). Raises ValueError for different widths, values that aren't finite, or k not below
    both n and m.
    """
    real, fake = _checked(real, fake)
    if not 0 < k < min(len(real), len(fake)):
        raise ValueError(f"k must be at least 1 and less than the number of points, got {k=}")
    real, fake = torch.from_numpy(real).float(), torch.from_numpy(fake).float()
    real_radii, fake_radii = _radii(real, k), _radii(fake, k)
    inside_real, inside_fake = [], torch.zeros(len(real), dtype=torch.bool)
    for part, radii in zip(fake.split(1000), fake_radii.split(1000)):
        distances = torch.cdist(part, real)
        inside_real.append((distances <= real_radii).any(1))
        inside_fake |= (distances <= radii[:, None]).any(0)
    return torch.cat(inside_real).float().mean().item(), inside_fake.float().mean().item()


def mode_coverage(points: np.ndarray, centres: np.ndarray, radius: float) -> tuple[int, float]:
    """How many of the modes at `centres` (modes, d) have a point (n, d) within `radius`, and the share of such points.

    Counted as in Metz et al. 2017 (arXiv:1611.02163) and Lin et al. 2018 (PacGAN, arXiv:1712.04086), whose radius is
    three standard deviations of a mode.
    """
    distances = np.linalg.norm(points[:, None] - centres[None], axis=2)
    near = distances.min(1) <= radius
    return len(np.unique(distances.argmin(1)[near])), float(near.mean())


def nearest(pictures: np.ndarray, training: np.ndarray, k: int = 1) -> tuple[np.ndarray, np.ndarray]:
    """The k nearest training pictures of each picture, by Euclidean distance between pixel values.

    Both uint8 (n, h, w, c). Returns indices into `training`, (n, k) int64, nearest first, and the distances (n, k)
    as root mean squared difference of a pixel, in grey levels from 0 to 255.

    Raises ValueError where the pictures' shapes differ.
    """
    if pictures.shape[1:] != training.shape[1:]:
        raise ValueError(f"pictures {pictures.shape[1:]} and training pictures {training.shape[1:]} differ in shape")
    queries = torch.from_numpy(np.asarray(pictures, np.float32)).flatten(1)
    distances = torch.cat(
        [  # a slice at a time: as floats, the whole training set would take four times its memory
            torch.cdist(queries, torch.from_numpy(training[i : i + 4096].astype(np.float32)).flatten(1))
            for i in range(0, len(training), 4096)
        ],
        dim=1,
    )
    values, indices = distances.topk(k, largest=False)
    return indices.numpy(), values.numpy() / np.sqrt(queries.shape[1])


def auroc(scores: np.ndarray, is_anomaly: np.ndarray) -> float:
    """The area under the ROC curve, in [0, 1]: how probably an anomaly has the higher score; a tie counts half.

    Scores (n,), higher for what is less normal, and bool (n,). By ranks, ties having their mean rank: Mann and
    Whitney's U as a share. Raises ValueError for other shapes, labels that aren't bool, scores that are NaN, and
    where there is only one kind.
    """
    scores, is_anomaly = np.asarray(scores), np.asarray(is_anomaly)
    if scores.ndim != 1 or scores.shape != is_anomaly.shape or is_anomaly.dtype != bool:
        given = f"{scores.shape} and {is_anomaly.dtype} {is_anomaly.shape}"
        raise ValueError(f"scores (n,) and bool (n,) are needed, not {given}")
    if np.isnan(scores).any():
        raise ValueError("a score is NaN, which has no rank")
    n = int(is_anomaly.sum())
    if n in (0, len(scores)):
        raise ValueError("there must be normal pictures and anomalies")
    above = rankdata(scores)[is_anomaly].sum() - n * (n + 1) / 2
    return float(above / (n * (len(scores) - n)))


def copying_score(generated: np.ndarray, held_out: np.ndarray, training: np.ndarray) -> float:
    """How probable it is that a generated picture lies nearer to the training set than an unseen real one does.

    All uint8 (n, h, w, c). Each picture's distance is that to its `nearest` training picture; the score compares every
    generated one with every held-out one (ties count half), which is Mann and Whitney's U as a share. 0.5: as new
    as unseen pictures; 1: copies; below 0.5: further away than real ones (Meehan et al. 2020, arXiv:2004.05675).
    """
    made, unseen = (nearest(pictures, training)[1][:, 0] for pictures in (generated, held_out))
    return float((made[:, None] < unseen).mean() + (made[:, None] == unseen).mean() / 2)


def standard_error(
    metric: Callable[[np.ndarray, np.ndarray], float], real: np.ndarray, fake: np.ndarray, groups: int = 10
) -> float:
    """Standard error of metric(real, fake) from the choice of the fakes, by the delete-a-group jackknife.

    The metric is taken `groups` times, each time without one group of the fakes: with mean a of those values a_i, the
    variance is (g - 1) / g * sum (a_i - a)^2 (Efron & Tibshirani 1993, chapter 11).
    """
    part = np.arange(len(fake)) % groups
    values = np.array([metric(real, fake[part != group]) for group in range(groups)])
    return float(np.sqrt((groups - 1) * values.var()))


def fine_power(real: np.ndarray, fake: np.ndarray) -> float:
    """The spectral power of fakes above 18 cycles a picture, as a share of that of real pictures.

    uint8 pictures (n, side, side, channels) and (m, side, side, channels), of which only the grey values count. 1: as
    much fine structure as the real ones have; blurred pictures have less, noise and checkers count as more. Raises
    ValueError for pictures that aren't square, or of two sizes.
    """
    powers = _power(real), _power(fake)
    if powers[0].shape != powers[1].shape:
        raise ValueError(f"real and generated pictures must be of one size, not {real.shape} and {fake.shape}")
    each = np.fft.fftfreq(len(powers[0]), 1 / len(powers[0]))
    fine = np.hypot(each[:, None], each) > 18
    return float(powers[1][fine].sum() / powers[0][fine].sum())


def checker_peak(pictures: np.ndarray, period: int) -> float:
    """How far a pattern that repeats every `period` pixels stands out of the spectrum: about 1 where there is none.

    uint8 pictures (n, side, side, channels). The mean spectral power of checkers and of stripes of this period, each
    over the median of what lies two to four cycles beside it (stripes: on the same axis); the largest of the three.
    The enlargements in a generator and the strides of a discriminator leave such patterns, mostly of 2 and 4 pixels
    (Odena et al. 2016, doi:10.23915/distill.00003). Raises ValueError for pictures that aren't square, or whose side
    the period doesn't divide.
    """
    power = _power(pictures)
    side = len(power)
    if side % period:
        raise ValueError(f"a period must divide the pictures' side, {side}, and {period} doesn't")
    offsets = np.array([-4, -3, -2, 2, 3, 4])
    all_offsets = np.arange(-4, 5)
    place, near = side // period, (side // period + offsets) % side
    square = power[np.ix_((place + all_offsets) % side, (place + all_offsets) % side)]
    ring = square[np.abs(all_offsets)[:, None].clip(np.abs(all_offsets)) >= 2]
    around = (power[place, place], ring), (power[place, 0], power[near, 0]), (power[0, place], power[0, near])
    return float(max(peak / np.median(beside) for peak, beside in around))


def _power(pictures: np.ndarray) -> np.ndarray:
    """Mean spectral power (side, side) of the pictures' grey values about each one's mean."""
    if pictures.ndim != 4 or pictures.shape[1] != pictures.shape[2]:
        raise ValueError(f"square pictures (n, side, side, channels) are needed, not {pictures.shape}")
    grey = pictures.astype(float).mean(3)
    return (np.abs(np.fft.fft2(grey - grey.mean((1, 2), keepdims=True))) ** 2).mean(0)


def squares(pictures: Sequence[np.ndarray], side: int = 32) -> np.ndarray:
    """Pictures (h, w, c) of any sizes cut into squares (n, side, side, c), row by row; what doesn't fill one at the
    right and below is left out."""
    parts = []
    for picture in pictures:
        rows, columns = picture.shape[0] // side, picture.shape[1] // side
        part = picture[: rows * side, : columns * side].reshape(rows, side, columns, side, -1)
        parts.append(part.swapaxes(1, 2).reshape(rows * columns, side, side, -1))
    return np.concatenate(parts)


def patch_features(pictures: Sequence[np.ndarray], side: int = 32) -> np.ndarray:
    """Texture features, float64 (patches, 144), of uint8 pictures (h, w, 3), for `frechet_distance` and the like: of
    each of their `squares`, the ImageNet network's first map averaged over its places."""
    patches = squares(pictures, side)
    with torch.no_grad():
        parts = [imagenet_eyes()(data.to_batch(patches[i : i + 200]), 1)[0] for i in range(0, len(patches), 200)]
    return torch.cat([part.mean((2, 3)) for part in parts]).double().numpy()


def evaluate(
    sample: Callable[[int, torch.Generator], torch.Tensor],
    name: str = "fashion-mnist",
    samples: int = 10_000,
    seed: int = 0,
    reference: data.ImageSet | None = None,
) -> dict[str, float | int | str]:
    """The protocol by which every stage of the course measures a generator.

    `sample(n, rng)` returns pictures (n, c, h, w) in [-1, 1] that depend on the CPU generator `rng` alone; it is
    called for 500 at a time, 10,000 in all, and the pictures are rounded to uint8 as if they had been saved. They are
    compared with the data set's test pictures, or those of `reference` (at most `samples`), in the features of
    `feature_net(name)`:

    - frechet, frechet_error: `frechet_distance`, and its standard error from the choice of the samples;
    - kernel, kernel_error: mean and standard error of `kernel_distance` over disjoint parts of 1,000; where there are
      fewer than 2,000 of either, all at once with the error from the choice of the samples;
    - precision, recall: `precision_recall` with k = 3;
    - classes: how many classes the classifier finds in at least a fifth of their even share of the samples;
    - features, samples, reference, seed: what was measured on.

    Raises ValueError where the generator's pictures aren't finite: they would count as black ones.
    """
    rng = torch.Generator().manual_seed(seed)
    parts = [sample(min(500, samples - i), rng) for i in range(0, samples, 500)]
    if not all(part.isfinite().all() for part in parts):
        raise ValueError("the generator's pictures hold NaN or infinity: its training has diverged")
    pictures = np.concatenate([data.to_pictures(part) for part in parts])
    judge = feature_net(name)
    real = reference_features(name, samples) if reference is None else judge.features(reference.images[:samples])
    fake = judge.features(pictures)
    found = judge.net[-1](torch.from_numpy(fake).float()).argmax(1)
    counts = np.bincount(found, minlength=len(judge.classes))
    kernel, kernel_error = _kernel_with_error(real, fake)
    precision, recall = precision_recall(real, fake)
    return {
        "frechet": frechet_distance(real, fake),
        "frechet_error": standard_error(frechet_distance, real, fake),
        "kernel": kernel,
        "kernel_error": kernel_error,
        "precision": precision,
        "recall": recall,
        "classes": int((counts >= 0.2 * len(fake) / len(counts)).sum()),
        "features": f"course classifier, {name}",
        "samples": samples,
        "reference": f"{len(real):,} {'test' if reference is None else reference.split} pictures",
        "seed": seed,
    }


@cache
def reference_features(name: str, n: int) -> np.ndarray:
    """The features of a data set's first n test pictures: asked for by every evaluation, so computed once a process."""
    judge = feature_net(name)
    return judge.features(data.load(name, "test", judge.size).images[:n])


def _kernel_with_error(real: np.ndarray, fake: np.ndarray) -> tuple[float, float]:
    shared = min(len(real), len(fake))
    if shared < 2000:
        return kernel_distance(real, fake), standard_error(kernel_distance, real, fake)
    parts = [slice(i, i + 1000) for i in range(0, shared - 999, 1000)]
    kernels = [kernel_distance(real[part], fake[part]) for part in parts]
    return float(np.mean(kernels)), float(np.std(kernels, ddof=1) / np.sqrt(len(kernels)))


def _checked(real: np.ndarray, fake: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    real, fake = np.asarray(real, np.float64), np.asarray(fake, np.float64)
    if real.ndim != 2 or fake.ndim != 2 or real.shape[1] != fake.shape[1] or min(len(real), len(fake)) < 2:
        raise ValueError(f"features are (n, d) and (m, d), n and m at least 2; got {real.shape} and {fake.shape}")
    for name, features in (("real", real), ("fake", fake)):
        if bad := (~np.isfinite(features).all(1)).sum():
            raise ValueError(f"the {name} features hold NaN or infinity, in {bad:,} of {len(features):,} rows")
    return real, fake


def _kernel_sum(a: np.ndarray, b: np.ndarray) -> float:
    """The sum of k(x, y) over all pairs, a thousand rows at a time: the whole matrix needn't fit into memory."""
    return sum(((a[i : i + 1000] @ b.T / a.shape[1] + 1) ** 3).sum() for i in range(0, len(a), 1000))


def _kernel_of_itself(a: np.ndarray) -> float:
    """The sum of k(x, x)."""
    return (((a * a).sum(1) / a.shape[1] + 1) ** 3).sum()


def _radii(points: torch.Tensor, k: int) -> torch.Tensor:
    """Distance of each point to its k-th nearest neighbour among the others."""
    return torch.cat(
        [torch.cdist(part, points).topk(k + 1, largest=False).values[:, -1] for part in points.split(1000)]
    )
