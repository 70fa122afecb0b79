"""Learn what is normal, score the rest: the plain methods, the protocol they share, and the search of AnoGAN.

A score is one number for each picture: the higher, the less normal. Lesson 12 builds everything here.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import torch

from gancourse.data import ImageSet


class OneClass(NamedTuple):
    """One class is normal, all others are anomalies. Pictures are uint8 (n, h, w, c)."""

    normal: np.ndarray  # of the training split: all that a method may learn from
    held_out: np.ndarray  # of the training split too, normal: for thresholds and for choosing
    test: np.ndarray  # the whole test split, normal and not
    is_anomaly: np.ndarray  # bool (len(test),)


def one_class(train: ImageSet, test: ImageSet, normal: int, held_out: int = 0) -> OneClass:
    """The task in which class number `normal` is normal; the last `held_out` of its training pictures are kept apart.

    Raises ValueError where that leaves nothing to learn from, or where the test split lacks one of the two kinds.
    """
    pictures = train.images[train.labels == normal]
    is_anomaly = test.labels != normal
    if held_out < 0 or held_out >= len(pictures):
        raise ValueError(f"{len(pictures)} training pictures of class {normal}; {held_out} can't be held out")
    if is_anomaly.all() or not is_anomaly.any():
        raise ValueError(f"the test split must have pictures of class {normal} and of others")
    cut = len(pictures) - held_out
    return OneClass(pictures[:cut], pictures[cut:], test.images, is_anomaly)


def mean_distance(pictures: np.ndarray, normal: np.ndarray) -> np.ndarray:
    """The Euclidean distance of each picture to the mean of the normal ones, float64 (n,).

    Both (n, ...) of the same shape behind n: pictures, or features. uint8 counts in units of the range, 0 to 1.
    """
    pictures, normal = _rows(pictures, normal)
    return (pictures - normal.mean(0)).norm(dim=1).double().numpy()


def pca_residual(pictures: np.ndarray, normal: np.ndarray, components: int = 32) -> np.ndarray:
    """The distance of each picture to the plane of the normal ones' first principal components, float64 (n,).

    That is the error of the best linear autoencoder with a code of that length. Otherwise as `mean_distance`. Raises
    ValueError for more components than the normal ones have directions.
    """
    pictures, normal = _rows(pictures, normal)
    if not 0 <= components <= min(normal.shape):
        raise ValueError(f"{len(normal)} vectors of length {normal.shape[1]} have no {components} components")
    mean = normal.mean(0)
    centred = (normal - mean).double()
    _, axes = torch.linalg.eigh(centred.T @ centred)  # ascending
    axes = axes[:, axes.shape[1] - components :]
    rest = (pictures - mean).double()
    return (rest - rest @ axes @ axes.T).norm(dim=1).numpy()


def neighbour_distance(pictures: np.ndarray, normal: np.ndarray, k: int = 5) -> np.ndarray:
    """The distance of each picture to its k-th nearest normal one, float64 (n,). Otherwise as `mean_distance`.

    Pictures that are among the normal ones are their own first neighbours. Raises ValueError for a k that isn't
    between 1 and the number of normal ones.
    """
    pictures, normal = _rows(pictures, normal)
    if not 1 <= k <= len(normal):
        raise ValueError(f"among {len(normal)} normal ones there is no neighbour number {k}")
    parts = [torch.cdist(part, normal).kthvalue(k, dim=1).values for part in pictures.split(512)]
    return torch.cat(parts).double().numpy()


def search(
    generator: Callable[[torch.Tensor], torch.Tensor],
    features: Callable[[torch.Tensor], torch.Tensor],
    x: torch.Tensor,
    latents: torch.Tensor,
    steps: int = 200,
    rate: float = 0.05,
    share: float = 0.1,
) -> tuple[torch.Tensor, torch.Tensor]:
    """AnoGAN: move latents until the generator's pictures are as near as possible to x, (n, c, h, w).

    Returns the latents found, and each picture's score (n,): `anogan_score` at the end. The search begins at `latents`
    (n, latent_dim) and takes `steps` steps of Adam, each picture's by itself. The networks have to be in inference mode
    already; neither their parameters nor their gradients change. Schlegl et al. 2017, arXiv:1703.05921.
    """
    z = latents.detach().clone().requires_grad_()
    optimiser = torch.optim.Adam([z], rate, betas=(0.5, 0.999))
    wanted = features(x).detach()
    for _ in range(steps):
        made = generator(z)
        (z.grad,) = torch.autograd.grad(anogan_score(x, made, wanted, features(made), share).sum(), z)
        optimiser.step()
    with torch.no_grad():
        made = generator(z)
        return z.detach(), anogan_score(x, made, wanted, features(made), share)


def anogan_score(
    x: torch.Tensor, made: torch.Tensor, features: torch.Tensor, features_made: torch.Tensor, share: float = 0.1
) -> torch.Tensor:
    """(1 - share) mean|x - made| + share mean|f(x) - f(made)|, for each picture of a batch, (n,).

    The paper's residual and discrimination loss (equations 1 to 4), with means in place of sums, so that `share`
    doesn't depend on sizes.
    """
    residual = (x - made).abs().flatten(1).mean(1)
    return (1 - share) * residual + share * (features - features_made).abs().flatten(1).mean(1)


def standardised(scores: np.ndarray, normal_scores: np.ndarray) -> np.ndarray:
    """Scores in standard deviations from the mean of held-out normal ones: so that several methods' can be added."""
    return (scores - np.mean(normal_scores)) / max(np.std(normal_scores), 1e-12)


def _rows(pictures: np.ndarray, normal: np.ndarray) -> tuple[torch.Tensor, torch.Tensor]:
    """Both as float32 (n, d)."""
    if pictures.shape[1:] != normal.shape[1:]:
        raise ValueError(f"pictures {pictures.shape[1:]} and normal ones {normal.shape[1:]} differ in shape")
    if len(normal) == 0:
        raise ValueError("there are no normal pictures")
    both = []
    for values in (pictures, normal):
        scale = 255 if values.dtype == np.uint8 else 1
        both.append(torch.from_numpy(np.asarray(values, np.float32)).flatten(1) / scale)
    return both[0], both[1]
