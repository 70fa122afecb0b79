"""Lesson 16's experiment: the committed runs are complete and paired, and docs/measured.md shows what they come to."""

import importlib.util
import json

import numpy as np
import pytest
from scipy.stats import t as student

from gancourse import paths

pytestmark = pytest.mark.stage("16")

FILE = paths.root() / "course" / "results" / "augmentation.json"
if not FILE.exists():
    pytest.skip("no course/results/augmentation.json: python benchmarks/augmentation.py", allow_module_level=True)
RESULTS = json.loads(FILE.read_text("utf-8"))
TESTED = {"masked-faces": 611, "aligned-faces": 471}
experiments = pytest.mark.parametrize("name", TESTED)


@pytest.fixture(scope="module")
def augmentation():
    """benchmarks/augmentation.py as a module."""
    spec = importlib.util.spec_from_file_location("augmentation", paths.root() / "benchmarks" / "augmentation.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@experiments
def test_every_size_has_every_hand_once(augmentation, name):
    plan = augmentation.EXPERIMENTS[name]
    runs = sorted((cell["size"], cell["seed"]) for cell in RESULTS[name])
    assert runs == [(size, hand) for size in plan.sizes for hand in range(plan.hands)] and plan.hands >= 5


@experiments
def test_every_cell_is_paired(augmentation, name):
    """One cell is one hand, with every arm in it, measured on the same and on all test pictures."""
    for cell in RESULTS[name]:
        arms = set(augmentation.EXPERIMENTS[name].arms)
        if "gan" in arms and cell["size"] == augmentation.SWEEP:
            arms |= {"share 0.25", "share 0.75", "share 1.0"}
        assert cell["test"] == TESTED[name] and set(cell["errors"]) == set(cell["hard_errors"]) == arms
        for arm, wrong in cell["errors"].items():
            assert isinstance(wrong, int) and 0 <= cell["hard_errors"][arm] <= wrong <= cell["test"]
            assert cell["hard_errors"][arm] <= cell["hard_test"]


@experiments
def test_hands_differ(augmentation, name):
    """Hands of one size that gave the same numbers would be one hand."""
    plan = augmentation.EXPERIMENTS[name]
    for size in plan.sizes:
        assert len({json.dumps(cell["errors"]) for cell in RESULTS[name] if cell["size"] == size}) == plan.hands


@pytest.mark.parametrize("comparison", range(3))
@experiments
def test_means_intervals_and_p_are_those_of_the_raw_numbers(augmentation, name, comparison):
    plan = augmentation.EXPERIMENTS[name]
    a, b = plan.comparisons[comparison]
    each, pooled = augmentation.compare(name, RESULTS[name])
    differences = np.zeros((len(plan.sizes), plan.hands))
    for cell in RESULTS[name]:
        row = plan.sizes.index(cell["size"])
        differences[row, cell["seed"]] = 100 * (cell["errors"][a] - cell["errors"][b]) / TESTED[name]
    families = [3 * len(plan.sizes)] * len(plan.sizes) + [3]
    rows = [*differences, differences.mean(0)]
    for found, row, m in zip([*each[comparison], pooled[comparison]], rows, families, strict=True):
        half = student.ppf(1 - 0.025 / m, plan.hands - 1) * row.std(ddof=1) / plan.hands**0.5
        assert (found.mean, found.low, found.high) == pytest.approx((row.mean(), row.mean() - half, row.mean() + half))
        assert (found.p < 0.05) == (abs(row.mean()) > half)  # an interval that excludes 0 never stands beside p > 0.05


@experiments
def test_the_docs_show_these_results(augmentation, name):
    assert augmentation.table(name, RESULTS[name]) in (paths.root() / "docs" / "measured.md").read_text("utf-8")


def test_a_missing_cell_is_no_table(augmentation):
    with pytest.raises(KeyError):
        augmentation.table("masked-faces", RESULTS["masked-faces"][:-1])
