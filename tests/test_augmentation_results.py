"""Lesson 16's experiment: the committed runs are complete and paired, and docs/measured.md shows what they come to."""

import importlib.util
import json

import numpy as np
import pytest

from gancourse import paths

pytestmark = pytest.mark.stage("16")

FILE = paths.root() / "course" / "results" / "augmentation.json"
if not FILE.exists():
    pytest.skip("no course/results/augmentation.json: python benchmarks/augmentation.py", allow_module_level=True)
RESULTS = json.loads(FILE.read_text("utf-8"))
CELLS = RESULTS["masked-faces"]
T4 = 2.776445  # Student's t with 4 degrees of freedom, 95 % between -t and t: from a printed table


@pytest.fixture(scope="module")
def augmentation():
    """benchmarks/augmentation.py as a module."""
    spec = importlib.util.spec_from_file_location("augmentation", paths.root() / "benchmarks" / "augmentation.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_size_has_five_subsets_once(augmentation):
    runs = sorted((cell["size"], cell["seed"]) for cell in CELLS)
    assert runs == [(size, seed) for size in (20, 50, 100, 200) for seed in range(5)]


def test_every_cell_is_paired(augmentation):
    """One cell is one subset, with every arm in it, measured on the same and on all test pictures."""
    assert {cell["test"] for cell in CELLS} == {611}
    for cell in CELLS:
        arms = {"plain", "classical", "gan", "both"}
        if cell["size"] == augmentation.SWEEP:
            arms |= {"share 0.25", "share 0.75", "share 1.0"}
        assert set(cell["errors"]) == set(cell["hard_errors"]) == arms
        for arm, wrong in cell["errors"].items():
            assert isinstance(wrong, int) and 0 <= cell["hard_errors"][arm] <= wrong <= cell["test"]
            assert cell["hard_errors"][arm] <= cell["hard_test"]


def test_subsets_differ():
    """Five subsets of one size that gave the same numbers would be one subset."""
    for size in (20, 50, 100, 200):
        assert len({json.dumps(cell["errors"]) for cell in CELLS if cell["size"] == size}) == 5


@pytest.mark.parametrize("comparison", range(3))
def test_means_and_intervals_are_those_of_the_raw_numbers(augmentation, comparison):
    a, b = augmentation.COMPARISONS[comparison]
    each, pooled = augmentation.compare(CELLS)
    differences = np.zeros((4, 5))
    for cell in CELLS:
        row = (20, 50, 100, 200).index(cell["size"])
        differences[row, cell["seed"]] = 100 * (cell["errors"][a] - cell["errors"][b]) / 611
    rows = [*differences, differences.mean(0)]
    for found, row in zip([*each[comparison], pooled[comparison]], rows, strict=True):
        half = T4 * row.std(ddof=1) / 5**0.5
        assert (found.mean, found.low, found.high) == pytest.approx((row.mean(), row.mean() - half, row.mean() + half))
        assert (found.p < 0.05) == (abs(row.mean()) > half)


def test_the_docs_show_these_results(augmentation):
    assert augmentation.table(CELLS) in (paths.root() / "docs" / "measured.md").read_text("utf-8")


def test_a_missing_cell_is_no_table(augmentation):
    with pytest.raises(KeyError):
        augmentation.table(CELLS[:-1])
