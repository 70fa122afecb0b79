"""Chance: are these draws what the text asks for? With enough draws that a right answer fails once in ten million."""

import math
from collections.abc import Sequence

import numpy as np

FALSE_ALARM = 1e-8  # of each single comparison
SIGMAS = 6.0  # the same, for what is nearly normally distributed
FEWEST = 4_000
BEYOND = math.erfc(2.5 / math.sqrt(2))  # how much of the standard normal distribution lies beyond +-2.5


def odd_latents(z, batch: int | None = None) -> list[str]:
    """How the latents differ from independent draws from the standard normal distribution; [] if they don't.

    Catches other distributions of the same mean and variance (uniform, +-1, truncated, Laplace), latents scaled to the
    same length or standardised by row or batch, numbers shared by rows or columns, a latent that occurs twice, and
    z with -z. z: tensor or array (n, d), or of any shape whose first axis counts the latents. batch: how many of them
    each call drew, to notice also those that are standardised call by call. Raises ValueError for fewer than 4,000
    numbers, 100 latents or 100 calls, which are too few to tell.
    """
    z = _array(z)
    z = z.reshape(len(z), -1)
    (n, d), size = z.shape, z.size
    if size < FEWEST or n < 100:
        raise ValueError(f"{n} latents of {d} numbers are too few to tell: at least 100, and {FEWEST:,} numbers in all")
    if batch is not None and n < 100 * batch:
        raise ValueError(f"{n} latents, {batch} a call, are too few to tell: at least 100 calls")
    if not np.isfinite(z).all():
        return ["some are not finite"]
    found = {
        "mean": _far(z.mean(), 0, 1 / size),
        "variance": _far((z**2).mean(), 1, 2 / size),
        "skewness": _far((z**3).mean(), 0, 15 / size),
        "tails": _far((z**4).mean(), 3, 96 / size, 1.5),  # heavy tails of its own: more room
        "extremes": _far((np.abs(z) > 2.5).mean(), BEYOND, BEYOND * (1 - BEYOND) / size),  # where truncated ones end
        "distribution": _kolmogorov(z.ravel()) > math.sqrt(math.log(2 / FALSE_ALARM) / (2 * size)),
        "repeated numbers": len(np.unique(np.abs(z))) < 0.95 * size,  # float32 has some by chance; z with -z, too
        "repeated latents": len(np.unique(np.abs(z).round(5), axis=0)) < (n if d > 2 else 0.9 * n),  # z with -z, too
        # An average that is 0 and a variance that is 1 to so many digits were made, not drawn.
        "standardised batch": bool(
            abs(z.mean()) < 1e-4 / math.sqrt(size)
            and min(abs(z.var(ddof=ddof) - 1) for ddof in (0, 1)) < 1e-4 / math.sqrt(size)
        ),
        "neighbours": _far((z[1:] * z[:-1]).mean(), 0, 1 / (size - d)),
    }
    if d > 1:
        together = z.T @ z / n
        found |= {
            "length": _far(((z**2).sum(1) - d).var() / (2 * d), 1, (2 + 12 / d) / n, 1.5),
            "columns": np.abs(together - np.diag(np.diag(together))).max() > (SIGMAS + 0.5) / math.sqrt(n),
            "rows' means": _far((z.mean(1) ** 2).mean() * d, 1, 2 / n),
            "standardised columns": bool(np.abs(z.mean(0)).max() * math.sqrt(n) < 0.1 ** (8 / d)),
        }
    if batch is not None:
        calls = z[: n // batch * batch].reshape(n // batch, -1)
        m, count = calls.shape[1], len(calls)
        found["calls"] = _far((calls.mean(1) ** 2).mean() * m, 1, 2 / count) or _far(
            (((calls**2).mean(1) - 1) ** 2).mean() * m / 2, 1, (2 + 12 / m) / count
        )
    return [name for name, odd in found.items() if odd]


def equally_likely(counts: Sequence[int], shares: Sequence[float] | None = None) -> bool:
    """Whether these counts of each kind could come from draws with these probabilities, all equal by default.

    Catches a kind that is never or always drawn, a range without one of its ends, a shuffle of only a part. `shares`
    must not be 0 and are scaled to sum to 1. Pearson's chi-square by the Wilson-Hilferty approximation; draw at least
    ten times the number of kinds, or rare kinds can't be told from missing ones.
    """
    counts = np.asarray(counts, np.float64)
    shares = np.ones(len(counts)) if shares is None else np.asarray(shares, np.float64)
    expected = counts.sum() * shares / shares.sum()
    freedom = len(counts) - 1
    statistic = ((counts - expected) ** 2 / expected).sum()
    spread = 2 / (9 * freedom)
    return bool(((statistic / freedom) ** (1 / 3) - (1 - spread)) / math.sqrt(spread) < SIGMAS)


def _far(found: float, expected: float, variance: float, room: float = 1.0) -> bool:
    return bool(abs(found - expected) > room * SIGMAS * math.sqrt(variance))


def _kolmogorov(x: np.ndarray) -> float:
    """The largest difference between the draws' distribution function and the standard normal one."""
    ordered = np.sort(x) / math.sqrt(2)
    normal = 0.5 + 0.5 * np.array([math.erf(each) for each in ordered])
    steps = np.arange(len(x) + 1) / len(x)
    return max((steps[1:] - normal).max(), (normal - steps[:-1]).max())


def _array(z) -> np.ndarray:
    if hasattr(z, "detach"):
        z = z.detach().cpu()
    return np.asarray(z, np.float64)
