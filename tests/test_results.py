"""docs/measured.md shows what course/results/running-comparison.json holds, as the shipped weights give it."""

import importlib.util
import json
import sys

import pytest
from safetensors.torch import load_file

from gancourse import data, metrics, paths

pytestmark = pytest.mark.stage("03")

FILE = paths.root() / "course" / "results" / "running-comparison.json"
if not FILE.exists():
    pytest.skip("no running-comparison.json: python benchmarks/running_comparison.py", allow_module_level=True)
RESULTS = json.loads(FILE.read_text("utf-8"))
METRICS = ("frechet", "kernel", "precision", "recall", "classes")


@pytest.fixture(scope="module")
def comparison():
    """benchmarks/running_comparison.py as a module."""
    folder = paths.root() / "benchmarks"
    sys.path.insert(0, str(folder))
    spec = importlib.util.spec_from_file_location("running_comparison", folder / "running_comparison.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    yield module
    sys.path.remove(str(folder))


def test_every_number_has_three_seeds():
    assert list(RESULTS["rows"])[0] == "beginner"
    for name, row in RESULTS["rows"].items():
        assert [run["seed"] for run in row["laptop"]] == [0, 1, 2], name
        for run in row["laptop"]:
            assert run["raw"]["samples"] == 10_000 and run["raw"]["reference"] == "10,000 test pictures"


def test_the_docs_show_these_results(comparison):
    assert comparison.table(RESULTS["rows"]) in (paths.root() / "docs" / "measured.md").read_text("utf-8")


def test_lessons_stay_within_their_memory():
    """Their seconds stand beside it, but tell as much about what else the machine did."""
    for name, row in RESULTS["rows"].items():
        if name != "beginner":
            assert max(run["peak_memory_gib"] for run in row["laptop"]) < 2, name


def test_shipped_weights_give_the_recorded_numbers(comparison):
    recorded = RESULTS["rows"]["03-dcgan"]["full"]["average"]
    if len(data.load("fashion-mnist", "test")) < 10_000:
        pytest.skip("measured against all 10,000 test pictures: `gancourse data fetch fashion-mnist`")
    weights = load_file(paths.root() / "course" / "weights" / "03-dcgan.safetensors")
    measured = metrics.evaluate(comparison.stage_sampler("03-dcgan", weights))
    assert {key: measured[key] for key in METRICS} == pytest.approx({key: recorded[key] for key in METRICS}, rel=0.01)
    assert measured["features"] == recorded["features"]
