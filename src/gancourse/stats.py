"""Comparing recipes by paired runs: a mean with its interval, the right test, corrections for many. Lesson 16."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from scipy import stats


class Paired(NamedTuple):
    """What paired runs say about the difference of two recipes."""

    mean: float
    low: float  # the interval's ends
    high: float
    p: float  # two-sided, of Student's t-test with n - 1 degrees of freedom


def paired(a: np.ndarray, b: np.ndarray, level: float = 0.95) -> Paired:
    """Mean of a - b with its `level` interval, and Student's paired t-test; a and b (n,) hold the same runs in order.

    The interval is mean +- t * s / sqrt(n), with s the differences' standard deviation. It assumes that the pairs are
    independent and their differences about normal (Student 1908). Differences that are all equal have no spread to
    judge by: the interval is a point, and p is 0, or 1 where they are 0.

    Raises ValueError for different lengths, fewer than two pairs, or values that aren't finite.
    """
    a, b = np.asarray(a, np.float64), np.asarray(b, np.float64)
    if a.shape != b.shape or a.ndim != 1 or len(a) < 2:
        raise ValueError(f"a and b are (n,) with n at least 2, got {a.shape} and {b.shape}")
    if not np.isfinite([a, b]).all():
        raise ValueError("a and b must be finite: a run without a result has no pair")
    mean = float((a - b).mean())
    if np.ptp(a - b) == 0:
        return Paired(mean, mean, mean, float(mean == 0))
    test = stats.ttest_rel(a, b)
    low, high = test.confidence_interval(level)
    return Paired(mean, float(low), float(high), float(test.pvalue))


def simultaneous(pairs: Sequence[tuple[np.ndarray, np.ndarray]], level: float = 0.95) -> list[Paired]:
    """`paired` for each (a, b) of a family of m, all of them corrected in one way: Bonferroni's.

    The intervals hold the true differences all at once with a probability of `level` at least: each is that of
    `paired` at the level 1 - (1 - level) / m. Each p is m times as large, 1 at most. So an interval holds 0 exactly
    where p is 1 - level or more, and however the differences depend on each other, both are right.

    Raises ValueError for what `paired` does.
    """
    m = len(pairs)
    found = [paired(a, b, 1 - (1 - level) / m) for a, b in pairs]
    return [each._replace(p=min(1.0, m * each.p)) for each in found]


def holm(p: np.ndarray) -> np.ndarray:
    """p-values (m,) of m tests, corrected for there being m: reject where one is below 0.05, and the probability of
    any false rejection stays below 0.05, however the tests depend on each other (Holm 1979). It rejects all that
    `simultaneous` rejects, and sometimes more, but no intervals belong to it.

    The smallest is multiplied by m, the next by m - 1, and so on; none becomes smaller than the one before, or
    larger than 1.
    """
    p = np.asarray(p, np.float64)
    order = p.argsort()
    corrected = np.empty_like(p)
    corrected[order] = np.maximum.accumulate(p[order] * np.arange(len(p), 0, -1)).clip(max=1)
    return corrected
