"""Compare what a submission's test cell measured with what the reference measured.

Nothing here runs code or touches files: outputs of cells in nbformat's form go in, a verdict comes out.
"""

import base64
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from gancourse.checks import MIME

if TYPE_CHECKING:  # importing nbformat takes longer than judging an assignment
    from nbformat import NotebookNode

FORGED = "Something other than this test handed out measurements here: only the test cell may call `probe`."


class GradingError(ValueError):
    """The grading itself is broken (a failing reference, say): nobody gets points until it is fixed."""


@dataclass(frozen=True)
class Verdict:
    """Whether a test cell earns its points. `failed` names the probes that disagreed or never came, `hints` says what
    to look at (empty where the cell raised); `forged`: something other than the test handed out measurements."""

    passed: bool
    hints: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()
    forged: bool = False


def judge(reference: "list[NotebookNode]", submission: "list[NotebookNode]") -> Verdict:
    """The verdict on one test cell, from the outputs that it had in the reference and in the submission.

    It passes if nothing raised and the submission's probes are the reference's, by name and in order, each within
    the tolerance that the reference states. Raises GradingError if the reference raised or measured nothing.
    """
    expected = reference_probes(reference)
    known, found = [record["name"] for record in expected], probes(submission)
    if any(not isinstance(record, dict) or not {"name", "value"} <= record.keys() for record in found):
        return Verdict(False, (FORGED,), forged=True)
    names = [record["name"] for record in found]
    bad = [
        record
        for record in expected
        if names.count(record["name"]) != 1 or not _agree(record, found[names.index(record["name"])])
    ]
    failed, raised = tuple(record["name"] for record in bad), error_of(submission) is not None
    forged = names != [name for name in known if name in names]  # unknown, twice, or in another order
    if raised:
        return Verdict(False, failed=failed, forged=forged)
    hints = tuple(dict.fromkeys(record["hint"] for record in bad)) or ((FORGED,) if forged else ())
    return Verdict(not hints, hints, failed, forged)


def reference_probes(outputs: "list[NotebookNode]") -> list[dict]:
    """The reference's probe records of one test cell. Raises GradingError if it raised or measured nothing."""
    error = error_of(outputs)
    if error is not None:
        raise GradingError(f"the reference raised {error.ename}: {error.evalue}")
    records = probes(outputs)
    names = [record["name"] for record in records]
    if not records:
        raise GradingError("the reference handed out no probe: a cell that bears points needs one in its hidden tests")
    if len(set(names)) < len(names):
        raise GradingError(f"two probes of one cell have the same name, among {names}")
    return records


def probes(outputs: "list[NotebookNode]") -> list:
    """The probe records among a cell's outputs, as they came."""
    return [o.data[MIME] for o in outputs if o.output_type in ("display_data", "execute_result") and MIME in o.data]


def error_of(outputs: "list[NotebookNode]") -> "NotebookNode | None":
    """The first error among a cell's outputs."""
    return next((o for o in outputs if o.output_type == "error"), None)


def _agree(reference: dict, submission: dict) -> bool:
    expected = _decode(reference["value"])
    try:
        return _close(expected, _decode(submission["value"]), reference["rtol"], reference["atol"])
    except Exception:  # whatever a forged record does to the decoder, it does not agree
        return False


def _decode(value):
    """The inverse of the encoding in gancourse.checks. Raises all sorts of errors for what probe didn't write."""
    if isinstance(value, list):
        return [_decode(item) for item in value]
    if isinstance(value, dict) and "dict" in value:
        return {key: _decode(item) for key, item in value["dict"].items()}
    if isinstance(value, dict):
        return np.load(io.BytesIO(base64.b64decode(value["npy"], validate=True)), allow_pickle=False)
    return np.asarray(value) if isinstance(value, bool | str) else value


def _close(expected, found, rtol: float, atol: float) -> bool:
    if isinstance(expected, np.ndarray):
        if not isinstance(found, np.ndarray) or expected.shape != found.shape:
            return False
        if expected.dtype.kind in "bU" or found.dtype.kind in "bU":
            return expected.dtype.kind == found.dtype.kind and np.array_equal(expected, found)
        wide = np.result_type(expected, found, np.float64)
        return np.allclose(found.astype(wide), expected.astype(wide), rtol=rtol, atol=atol, equal_nan=True)
    if isinstance(expected, list):
        return (
            isinstance(found, list)
            and len(expected) == len(found)
            and all(_close(e, f, rtol, atol) for e, f in zip(expected, found))
        )
    if isinstance(expected, dict):
        return (
            isinstance(found, dict)
            and expected.keys() == found.keys()
            and all(_close(expected[key], found[key], rtol, atol) for key in expected)
        )
    return found is None
