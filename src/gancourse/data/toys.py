"""Seeded toy distributions whose modes are known, so that one can count which of them a generator covers."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np


class Points(NamedTuple):
    points: np.ndarray  # float32 (n, d)
    labels: np.ndarray  # int64 (n,): the mode that each point was drawn from
    centres: np.ndarray  # float32 (modes, d)


def mixture_1d(
    n: int, seed: int | np.random.Generator, centres: Sequence[float] = (-2.0, 2.0), spread: float = 0.5
) -> Points:
    """n points (n, 1) from equally likely Gaussians on a line, of standard deviation `spread`."""
    return _gaussians(n, seed, np.reshape(centres, (-1, 1)), spread)


def ring(n: int, seed: int | np.random.Generator, modes: int = 8, radius: float = 2.0, spread: float = 0.02) -> Points:
    """n points (n, 2) from Gaussians of standard deviation `spread`, evenly on a circle around the origin.

    The defaults are those of Metz et al., "Unrolled Generative Adversarial Networks" (2017), appendix A.
    """
    angles = 2 * np.pi * np.arange(modes) / modes
    return _gaussians(n, seed, radius * np.stack([np.cos(angles), np.sin(angles)], axis=1), spread)


def grid(n: int, seed: int | np.random.Generator, side: int = 5, spacing: float = 2.0, spread: float = 0.05) -> Points:
    """n points (n, 2) from side x side Gaussians of standard deviation `spread`, `spacing` apart, centred.

    The defaults are the 2D grid of Lin et al., "PacGAN" (2018), section 4.1: 25 modes at -4, -2, 0, 2, 4.
    """
    ticks = spacing * (np.arange(side) - (side - 1) / 2)
    return _gaussians(n, seed, np.stack(np.meshgrid(ticks, ticks), axis=-1).reshape(-1, 2), spread)


def _gaussians(n: int, seed: int | np.random.Generator, centres: np.ndarray, spread: float) -> Points:
    if n < 1 or len(centres) < 1 or spread < 0:
        raise ValueError(f"need n >= 1, at least one mode and spread >= 0; got {n=}, {len(centres)} modes, {spread=}")
    rng = np.random.default_rng(seed)
    labels = rng.integers(len(centres), size=n)
    points = centres[labels] + spread * rng.standard_normal((n, centres.shape[1]))
    return Points(points.astype(np.float32), labels, centres.astype(np.float32))
