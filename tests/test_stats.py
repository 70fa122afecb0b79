"""Paired comparisons and Holm's correction, by hand."""

import math

import numpy as np
import pytest

from gancourse import stats

pytestmark = pytest.mark.stage("16")


def test_paired_by_hand():
    """Differences 1, 2, 3, 4, 5: mean 3, standard error sqrt(2.5 / 5)."""
    b = np.array([7.0, -3, 11, 0, 5])
    found = stats.paired(b + [3, 1, 5, 2, 4], b)
    half = 2.776445 * math.sqrt(0.5)
    assert (found.mean, found.low, found.high) == pytest.approx((3, 3 - half, 3 + half), rel=1e-5)
    x = 18 / 4  # t * t / df; with 4 degrees of freedom, Student's distribution has a closed form
    tails = 1 - 0.75 * math.sqrt(18 / (1 + x)) * (1 - x / (3 * (1 + x)))
    assert found.p == pytest.approx(tails) and found.p == pytest.approx(0.01324, rel=1e-3)
    turned = stats.paired(b, b + [3, 1, 5, 2, 4])
    assert (turned.mean, turned.low, turned.high, turned.p) == pytest.approx((-3, -found.high, -found.low, found.p))


def test_intervals_hold_the_truth_as_often_as_they_say():
    rng = np.random.default_rng(0)
    trials = [stats.paired(*rng.standard_normal((2, 5))) for _ in range(2000)]
    assert np.mean([one.low <= 0 <= one.high for one in trials]) == pytest.approx(0.95, abs=0.015)
    assert all((one.low <= 0 <= one.high) == (one.p >= 0.05) for one in trials)


def test_no_spread():
    assert stats.paired([1, 2, 3], [1, 2, 3]) == (0, 0, 0, 1)
    assert stats.paired([2, 3, 4], [1, 2, 3]) == (1, 1, 1, 0)


@pytest.mark.parametrize("a, b", [([1.0], [2.0]), ([1, 2, 3], [1, 2]), ([[1, 2]], [[3, 4]])])
def test_what_is_no_pairs(a, b):
    with pytest.raises(ValueError, match="n at least 2"):
        stats.paired(a, b)


def test_a_family_is_corrected_in_one_way():
    """Of a family of m: p times m, and intervals at the level at which p says the same as they do."""
    rng = np.random.default_rng(1)
    pairs = [(rng.standard_normal(5) + shift, rng.standard_normal(5)) for shift in (0, 1, 4, 9)]
    alone, family = [stats.paired(*pair) for pair in pairs], stats.simultaneous(pairs)
    t = 4.314656  # Student's, 4 degrees of freedom, 0.05 / 4 outside
    for (a, b), one, of_four in zip(pairs, alone, family, strict=True):
        half = t * (a - b).std(ddof=1) / 5**0.5
        assert of_four[:3] == pytest.approx((one.mean, one.mean - half, one.mean + half), rel=1e-5)
        assert of_four.p == pytest.approx(min(1, 4 * one.p)) and (of_four.low <= 0 <= of_four.high) == (
            of_four.p >= 0.05
        )
    assert any(one.p < 0.05 <= of_four.p for one, of_four in zip(alone, family))
    assert stats.simultaneous(pairs[:1]) == alone[:1]


def test_simultaneous_intervals_hold_all_truths_at_once():
    rng = np.random.default_rng(2)
    families = [stats.simultaneous([rng.standard_normal((2, 5)) for _ in range(6)]) for _ in range(1000)]
    assert np.mean([all(one.low <= 0 <= one.high for one in family) for family in families]) > 0.93


def test_holm():
    assert stats.holm([0.04, 0.01, 0.03, 0.5]) == pytest.approx([0.09, 0.04, 0.09, 0.5])
    assert stats.holm([0.4, 0.9, 0.6]) == pytest.approx([1, 1, 1])
    assert stats.holm([0.02]) == pytest.approx([0.02])
