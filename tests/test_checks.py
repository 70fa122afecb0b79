"""Probes, and the judge that compares them: without a kernel."""

import json

import numpy as np
import pytest
import torch
from nbformat.v4 import new_output

from gancourse import checks
from gancourse.grading.judge import GradingError, judge

NAN, INF = float("nan"), float("inf")
ARRAY = np.arange(6.0).reshape(2, 3)


@pytest.fixture
def handed_out(monkeypatch):
    """The outputs of the probes called so far, as a judged kernel would send them."""
    outputs = []
    monkeypatch.setenv(checks.SEED_VARIABLE, "5")
    monkeypatch.setattr(
        "IPython.display.display",
        lambda data, raw: outputs.append(new_output("display_data", json.loads(json.dumps(data)))),
    )
    return outputs


@pytest.fixture
def verdict(handed_out):
    """Judge values against reference values that the same cell measured."""

    def verdict(reference, submission, **tolerance):
        checks.probe("value", reference, hint="Look again.", **tolerance)
        checks.probe("value", submission, hint="forged", rtol=1e9)
        expected, found = handed_out
        handed_out.clear()
        return judge([expected], [found])

    return verdict


@pytest.mark.parametrize(
    ("reference", "submission"),
    [
        (1, 1.0),
        (1.0, np.float32(1)),
        (np.int64(3), 3),
        (1.0, 1.00005),
        (0.0, 1e-7),
        (NAN, NAN),
        (np.array([1, NAN, -INF]), np.array([1, NAN, -INF])),
        (ARRAY, ARRAY.astype(np.float32)),
        (ARRAY, torch.tensor(ARRAY, dtype=torch.float32, requires_grad=True)),
        (torch.ones(2, dtype=torch.bfloat16), np.ones(2)),
        (np.array([250, 3], np.uint8), np.array([250, 3])),
        (torch.Size([2, 3]), [2, 3]),
        (True, np.bool_(True)),
        (None, None),
        ("float32", "float32"),
        ({"a": [1, None], "b": ARRAY}, {"b": ARRAY, "a": (1.0, None)}),
        (np.zeros((0, 3)), np.zeros((0, 3))),
        (1 + 2j, 1 + 2j),
    ],
)
def test_values_that_agree(verdict, reference, submission):
    assert verdict(reference, submission).passed
    assert verdict(submission, reference).passed


@pytest.mark.parametrize(
    ("reference", "submission"),
    [
        (1.0, 1.001),
        (1.0, 0.999),
        (0.0, 1e-5),
        (1.0, NAN),
        (NAN, 1.0),
        (1.0, INF),
        (INF, -INF),
        (1, None),
        (None, 0),
        (True, 1),
        (1.0, True),
        (np.array([True]), np.array([1.0])),
        ("1", 1),
        ("a", "b"),
        (ARRAY, ARRAY.T),
        (ARRAY, ARRAY[:1]),
        (np.ones(3), np.ones((3, 1))),
        (np.ones(1), 1.0),
        (np.ones(2), [1.0, 1.0]),
        ([1, 2], [1, 2, 3]),
        ([1], 1),
        ({"a": 1}, {"b": 1}),
        ({"a": 1}, [1]),
        (np.array([250], np.uint8), np.array([-6], np.int8)),
        (1 + 2j, 1 + 1j),
    ],
)
def test_values_that_disagree(verdict, reference, submission):
    assert not verdict(reference, submission).passed
    assert verdict(reference, submission).hints == ("Look again.",)


def test_the_tolerance_is_the_references(verdict):
    assert verdict(100.0, 109.0, rtol=0.1).passed
    assert not verdict(100.0, 111.0, rtol=0.1).passed
    assert verdict(0.0, 0.4, atol=0.5).passed


def record(name="a", value=1.0, **changes):
    return {
        "name": name,
        "value": checks.probes._encode(value),
        "rtol": 0.1,
        "atol": 0,
        "hint": f"hint {name}",
    } | changes


def outputs(*records):
    return [new_output("display_data", {checks.MIME: r}) for r in records]


@pytest.mark.parametrize(
    "forged",
    [
        [],
        [record("a")],
        [record("b"), record("a")],
        [record("a"), record("a"), record("b")],
        [record("a"), record("b"), record("c")],
        [record("a"), record("b", value=9.0)],
        [record("a"), "no record"],
        [record("a"), None],
        [record("a"), {"name": "b"}],
        [record("a"), record(["b"])],
        *(
            [record("a"), record("b") | {"value": value}]
            for value in ({"npy": "!"}, {"npy": 7}, {"npy": "AAAA"}, {}, {"dict": 3}, {"npy": None}, 1.0, [[]], "1.0")
        ),
    ],
)
def test_forged_probes_disagree(forged):
    expected = outputs(record("a"), record("b"))
    assert judge(expected, expected).passed
    verdict = judge(expected, outputs(*forged))
    assert not verdict.passed and verdict.hints


def test_pickles_are_not_opened(tmp_path):
    import base64
    import io

    file = io.BytesIO()
    np.save(file, np.array([{"any": "object"}], dtype=object), allow_pickle=True)
    pickled = record("a") | {"value": {"npy": base64.b64encode(file.getvalue()).decode()}}
    assert not judge(outputs(record("a")), outputs(pickled)).passed


def test_hints_name_what_disagrees_and_only_that():
    expected = outputs(record("a"), record("b"), record("c"))
    assert judge(expected, outputs(record("a"), record("b", 2.0))).hints == ("hint b", "hint c")


def test_a_reference_that_fails_or_measures_nothing_stops_the_grading():
    error = new_output("error", ename="KeyError", evalue="'x'", traceback=[])
    for reference, message in [
        ([error], "raised KeyError"),
        ([], "no probe"),
        (outputs(record("a"), record("a")), "same name"),
    ]:
        with pytest.raises(GradingError, match=message):
            judge(reference, [])


def test_a_cell_that_raised_fails_and_names_what_never_came():
    raised = [new_output("error", ename="NameError", evalue="name 'y' is not defined", traceback=[])]
    verdict = judge(outputs(record("a"), record("b")), outputs(record("a")) + raised)
    assert not verdict.passed and not verdict.hints and not verdict.forged
    assert verdict.failed == ("b",)


@pytest.mark.parametrize(
    ("value", "error", "message"),
    [
        (object(), TypeError, "name: expected numbers, arrays"),
        (np.array([None]), TypeError, "got ndarray"),
        ({1: 2}, TypeError, "keys"),
        (torch.nn.Linear(1, 1), TypeError, "got Linear"),
        (np.zeros(10**6), ValueError, "10.7 MB"),
    ],
)
def test_what_a_probe_cannot_carry(value, error, message):
    with pytest.raises(error, match=message):
        checks.probe("name", value, hint="")


def test_without_a_judge_a_probe_is_silent_but_never_passes_under_autograde(monkeypatch, capsys):
    monkeypatch.delenv(checks.SEED_VARIABLE, raising=False)
    monkeypatch.delenv("NBGRADER_EXECUTION", raising=False)
    checks.probe("a", 1, hint="")
    monkeypatch.setenv("NBGRADER_EXECUTION", "validate")
    checks.probe("a", 1, hint="")
    assert capsys.readouterr() == ("", "")
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    monkeypatch.setenv("GANCOURSE_SEED", "3")  # fixes the judge's seed, and does not stand in for the judge
    with pytest.raises(RuntimeError, match=r"nbgrader_config\.py"):
        checks.probe("a", 1, hint="")


def test_secret_numbers_depend_on_seed_and_name_alone(monkeypatch):
    def draw(name):
        return checks.secret_rng(name).random(3), torch.randn(3, generator=checks.secret_torch(name))

    monkeypatch.setenv(checks.SEED_VARIABLE, str(2**63 - 1))
    first, _ = draw("a"), draw("other")
    for again, wanted in zip(draw("a"), first):
        assert (again == wanted).all()
    assert (draw("b")[0] != first[0]).all()
    monkeypatch.setenv(checks.SEED_VARIABLE, "8")
    assert (draw("a")[0] != first[0]).all() and (draw("a")[1] != first[1]).all()
