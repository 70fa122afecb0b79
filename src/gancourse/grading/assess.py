"""One submission, from raw bytes to points: normalised, run twice in a sandbox, judged outside.

The first run has the secret seed and the hidden tests: only its probes count, and nothing that it printed or raised is
ever shown. The second run has the visible tests only: what a learner wrote can't show a hidden line there, however it
tries, since none was ever in that process.
"""

import ast
import builtins
import hashlib
import os
import secrets
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from copy import deepcopy
from dataclasses import asdict, dataclass, replace
from functools import cache, partial
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_output
from nbgrader.preprocessors import ClearHiddenTests, ClearSolutions

import gancourse
from gancourse.checks import MIME, SEED_VARIABLE
from gancourse.grading.assessment import Assessment, Result, Status
from gancourse.grading.feedback import sanitise
from gancourse.grading.intake import syntax
from gancourse.grading.intake.normalise import Unreadable, normalise
from gancourse.grading.judge import GradingError, Verdict, error_of, judge, reference_probes
from gancourse.grading.notebooks import grade_id, is_test, read, source_path, test_cells
from gancourse.grading.sandbox import kernel, session, turns
from gancourse.grading.sandbox.box import LIMITS, Limits

# What an honest answer has no use for; each is a reason to look, none costs a point.
SUSPECT_NAMES = {"_ih", "_i", "_ii", "_iii", "probe", "secret_rng", "secret_torch"}
SUSPECT_ATTRIBUTES = {"_getframe", "settrace", "setprofile", "input_transformers_post", "ast_transformers"}
SUSPECT_READS = {"In", "Out", "_oh"}
SUSPECT_MODULES = {"ctypes", "gancourse.checks"}
# Where the library has what assignments ask for.
ANSWERS = ("gancourse.losses", "gancourse.nets", "gancourse.metrics", "gancourse.train", "gancourse.trained.sampling")
# The tests' own tools: they see them as the course bound them, and a person looks at who gave them another meaning.
TOOLS = {"torch", "np", "nn", "tf", "keras", "probe", "secret_rng", "secret_torch"}
# By which code can get hold of the process that it runs in, beyond what it was given.
REACHING = {"builtins", "ctypes", "gancourse", "gc", "importlib", "inspect", "socket", "sys", "threading", "traceback"}
REACHING |= {"compile", "delattr", "eval", "exec", "get_ipython", "getattr", "globals", "locals", "setattr", "vars"}
ORDINARY = {
    "__init__",
    "__call__",
    "__len__",
    "__getitem__",
    "__iter__",
    "__next__",
    "__name__",
    "__enter__",
    "__exit__",
}
LIBRARY = ("gancourse.checks.", "gancourse.grading", *ANSWERS)
SECOND_RUN = "This test passed in one of two runs: does your answer depend on chance?"


@dataclass(frozen=True)
class Stage:
    """What every submission of a batch is judged by; picklable. `reference`: the reference's outputs by test cell."""

    name: str
    source: NotebookNode
    seed: int
    reference: dict[str, list[NotebookNode]]
    modules: frozenset[str]  # the course's own that the reference loads
    limits: Limits
    sandbox: bool
    version: str


def prepare(root: Path, stage: str, *, seed: int | None = None, limits: Limits = LIMITS, sandbox: bool = True) -> Stage:
    """Run the reference of the course at `root` under a secret seed.

    seed: by default `$GANCOURSE_SEED`, else drawn anew. Raises GradingError, which says what to fix, if the reference
    fails or measures nothing, and SandboxError where no sandbox holds.
    """
    path = source_path(root, stage)
    source = read(path)
    drawn = int(os.environ.get("GANCOURSE_SEED") or secrets.randbits(63)) if seed is None else seed
    made = Stage(stage, source, drawn, {}, frozenset(), limits, sandbox, version(path))
    cells = [cell for cell in source.cells if cell.cell_type == "code"]
    ran = _run(made, cells, session.Allowance(limits.submission_seconds), hidden=True)
    reference = {}
    for cell, outcome in zip(cells, ran.outcomes):
        if not is_test(cell):
            continue
        name = grade_id(cell)
        if outcome.ended or not outcome.ran:
            raise GradingError(f"{path.name}, {name}: the reference {outcome.ended or 'ran out of time'}")
        reference[name] = outcome.outputs
        try:
            reference_probes(outcome.outputs)
        except GradingError as err:
            raise GradingError(f"{path.name}, {name}: {err}") from err
    return replace(made, reference=reference, modules=frozenset(ran.modules))


def canary(stage: Stage) -> None:
    """Grade the reference, which must get all points, and the blank release, which must get none.

    Raises GradingError, with the test cells to look at, where they don't: then nothing may be graded.
    """
    with ThreadPoolExecutor(2) as pool:
        both = pool.map(partial(assess, stage), [nbformat.writes(stage.source).encode(), blank(stage.source)])
    for name, wanted, found in zip(("reference", "blank release"), ("all", "no"), both):
        wrong = [r for r in found.results if r.points != (r.max_points if wanted == "all" else 0)]
        if wrong:
            said = "; ".join(f"{r.test} ({', '.join(r.hints) or 'passed'})" for r in wrong)
            raise GradingError(f"canary: the {name} must get {wanted} points; nothing was graded. Look at {said}")
        if found.status is not Status.GRADED:
            raise GradingError(f"canary: the {name} ended as {found.status}: {'; '.join(found.reasons)}")


def version(path: Path) -> str:
    """The grader's version: the library's number, and a digest of the library's code and the source notebook."""
    return f"{gancourse.__version__}+{hashlib.sha256(path.read_bytes() + _code()).hexdigest()[:12]}"


@cache
def _code() -> bytes:
    """A digest of the library, but for its commands: with it a verdict may change."""
    library = Path(gancourse.__file__).parent
    files = sorted(file for file in library.rglob("*.py") if file.relative_to(library).parts[0] != "cli")
    return hashlib.sha256(b"".join(hashlib.sha256(file.read_bytes()).digest() for file in files)).digest()


def blank(source: NotebookNode) -> bytes:
    """What a learner gets, as bytes: the source without solutions and hidden tests."""
    cleared, _ = ClearSolutions().preprocess(deepcopy(source), {})
    cleared, _ = ClearHiddenTests().preprocess(cleared, {})
    return nbformat.writes(cleared).encode()


def assess(stage: Stage, raw: bytes, files: dict[str, bytes] | None = None) -> Assessment:
    """Grade a submission's notebook; files: the learner's others, by relative path, which its code may read.

    Never raises for what a submission is or does; where the grading itself fails, the status is "error".
    """
    about = {"seed": stage.seed, "sandboxed": stage.sandbox}
    try:
        normalised = normalise(raw, stage.source)
    except Unreadable as err:
        return Assessment(Status.UNREADABLE, (str(err),), **about)
    attempt = partial(_assess, stage, normalised.notebook, tuple(normalised.unplaced), files or {})
    try:
        with turns.beside():
            found = attempt()
        if found.starved:  # nobody loses points for what others do on this machine
            with turns.alone():
                found = attempt()
        repairs = (*normalised.repairs, *found.notes)
        found.notebook.metadata["gancourse"] = {
            "status": str(found.status),
            "sandboxed": stage.sandbox,
            "repairs": list(repairs),
            "results": [asdict(result) for result in found.results],
        }
        text = nbformat.writes(found.notebook)
        return Assessment(found.status, found.reasons, repairs, found.results, text, seconds=found.seconds, **about)
    except (GradingError, OSError) as err:
        return Assessment(Status.ERROR, (str(err),), tuple(normalised.repairs), **about)
    except Exception as err:  # whatever a submission does to the grading ends that submission, never the batch
        reason = f"the grading failed with {type(err).__name__}: {sanitise.line(str(err), 200)}"
        return Assessment(Status.ERROR, (reason,), tuple(normalised.repairs), **about)


def close() -> None:
    """Kill all that runs for this process's submissions."""
    kernel.close_all()


@dataclass(frozen=True)
class _Graded:
    """What both runs of a notebook came to. notes: what else to know. starved: a cell got too little processor."""

    notebook: NotebookNode
    status: Status
    reasons: tuple[str, ...]
    results: tuple[Result, ...]
    notes: tuple[str, ...]
    starved: bool
    seconds: float


def _assess(stage: Stage, normalised: NotebookNode, unplaced: tuple[str, ...], files: dict) -> _Graded:
    """Run the notebook twice and judge it."""
    began = time.monotonic()
    allowance = session.Allowance(stage.limits.submission_seconds)
    notebook = deepcopy(normalised)
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    hidden = _run(stage, cells, allowance, files, hidden=True)
    verdicts = {}
    for cell, outcome in zip(cells, hidden.outcomes):
        if is_test(cell):
            verdicts[grade_id(cell)] = judge(stage.reference[grade_id(cell)], _judged(outcome))
    visible = _visible(stage, cells, hidden, verdicts, files, allowance)
    tasks, results, ended = test_cells(notebook), [], {}
    for cell, first, second in zip(cells, hidden.outcomes, visible):
        if is_test(cell):
            name = grade_id(cell)
            result = _result(stage, cell, tasks[name], verdicts[name], first, second)
            if not result.points and (why := ended.get(result.task)):
                result = replace(result, hints=(f"The answer's cell {why}.", *result.hints))
            results.append(result)
        elif first.ended:
            ended[grade_id(cell)] = first.ended
        elif (error := error_of(second.outputs)) is not None and error.ename != "NotImplementedError":
            ended[grade_id(cell)] = sanitise.text(f"raised {error.ename}: {error.evalue}")[:300]
        _show(cell, results[-1] if is_test(cell) else None, first, second)
    for cell in notebook.cells:
        if cell.cell_type != "code" and cell.metadata.get("gancourse", {}).get("own"):
            cell.update(cell_type="markdown", source=sanitise.markdown(cell.source))
            cell.pop("attachments", None)  # JupyterLab would render it with the rights of whoever opens it
    late = [grade_id(cell) for cell, outcome in zip(cells, hidden.outcomes) if is_test(cell) and not outcome.ran]
    starved = [grade_id(cell) or "own" for cell, outcome in zip(cells, hidden.outcomes) if outcome.starved]
    busy = [f"the machine was busy: other programs took the time of {', '.join(starved)}"] if starved else []
    names = ", ".join(sanitise.line(name, 40) for name in sorted(hidden.rebound - TOOLS)[:20])
    notes = (f"names that your notebook redefines, which the tests don't see: {names}",) if names else ()
    reasons = (*unplaced, *busy, *_tampering(stage, cells, hidden, visible, verdicts))
    status = Status.REVIEW if reasons else Status.GRADED
    if late:
        limit = f"its {stage.limits.submission_seconds:.0f} seconds were up before {', '.join(late)} had run"
        status, reasons = Status.TIMEOUT, (limit, *reasons)
    return _Graded(notebook, status, reasons, tuple(results), notes, bool(starved), time.monotonic() - began)


def _run(
    stage: Stage,
    cells: list[NotebookNode],
    allowance: session.Allowance,
    files: dict[str, bytes] | None = None,
    *,
    hidden: bool,
    skip: frozenset[int] = frozenset(),
) -> session.Session:
    env = {"NBGRADER_EXECUTION": "autograde"} | ({SEED_VARIABLE: str(stage.seed)} if hidden else {})
    first = next(cell.source for cell in stage.source.cells if cell.cell_type == "code")
    start = partial(kernel.Kernel, kernel.zygote(first), stage.limits, stage.sandbox)
    return session.run(cells, start, stage.limits, allowance=allowance, env=env, files=files or {}, skip=skip)


def _visible(
    stage: Stage,
    cells: list,
    hidden: session.Session,
    verdicts: dict,
    files: dict,
    allowance: session.Allowance,
) -> list:
    """The outcomes of the second run.

    Where the first printed nothing and failed nowhere, there is nothing to see; and where all code is plain, nothing
    to be compared either: whoever speaks in the shell's place has to get hold of it first.
    """
    theirs = [o for cell, o in zip(cells, hidden.outcomes) if session.kind(cell) != "locked"]
    shown = [output for outcome in theirs for output in outcome.outputs if MIME not in output.get("data", {})]
    ended = any(outcome.ended or not outcome.ran for outcome in hidden.outcomes)
    plain = all(_plain(cell.source) for cell in cells if session.kind(cell) == "answer")
    if plain and not shown and not ended and all(verdict.passed for verdict in verdicts.values()):
        return [session.Outcome() for _ in cells]
    bare = deepcopy(cells)
    for cell in filter(is_test, bare):
        ClearHiddenTests()._remove_hidden_test_region(cell)
    # What hung or died does so again, and what nobody waited for isn't waited for now.
    skip = frozenset(place for place, outcome in enumerate(hidden.outcomes) if outcome.ended or not outcome.ran)
    allowance.at_least(10)
    return _run(stage, bare, allowance, files, hidden=False, skip=skip).outcomes


def _judged(outcome: session.Outcome) -> list[NotebookNode]:
    """The outputs that a test cell is judged by: one that ended its process, or never ran, has raised."""
    if outcome.ended or not outcome.ran:
        return [new_output("error", ename="Ended", evalue=outcome.ended or "", traceback=[])]
    return outcome.outputs


def _result(stage: Stage, cell, task: str, verdict: Verdict, first, second) -> Result:
    """A test cell's points and hints, in the words of the author or of the visible test."""
    name, most = grade_id(cell), cell.metadata.nbgrader.points
    if not first.ran:
        return Result(name, task, None, most, (), ("did not run: the time for this notebook was up",))
    if verdict.passed:
        return Result(name, task, most, most)
    error = error_of(second.outputs)
    if first.ended:
        hints, failed = (f"This test {first.ended}.",), verdict.failed
    elif error is not None:
        said = error.evalue if error.ename == "AssertionError" and error.evalue else f"{error.ename}: {error.evalue}"
        said = "no answer yet" if error.ename == "NotImplementedError" else sanitise.text(said)[:400]
        hints, failed = (said,), ("visible part",)
    elif verdict.hints:
        hints, failed = verdict.hints, verdict.failed
    else:
        hints, failed = _raised(stage.reference[name], error_of(first.outputs), verdict), verdict.failed
    return Result(name, task, 0, most, failed, hints)


def _raised(reference: list[NotebookNode], error: NotebookNode, verdict: Verdict) -> tuple[str, ...]:
    """Words for an error in the hidden part: its message may show what is hidden, its type may not."""
    if not verdict.failed:
        return (SECOND_RUN,)
    known = isinstance(getattr(builtins, error.ename, None), type)
    hint = next(record["hint"] for record in reference_probes(reference) if record["name"] == verdict.failed[0])
    return f"Here your code raised {error.ename if known else 'an error'}:", hint


def _show(cell: NotebookNode, result: Result | None, first: session.Outcome, second: session.Outcome) -> None:
    """Give a cell of the autograded notebook its outputs: the second run's, and for a test what nbgrader scores by."""
    outputs = sanitise.outputs([output for output in second.outputs if MIME not in output.get("data", {})])
    if result is None:
        reason = first.ended or second.ended
        ended = [new_output("error", ename="Ended", evalue=f"This cell {reason}.", traceback=[f"This cell {reason}."])]
        cell.outputs = outputs + (ended if reason else [])
        return
    plain = [NotebookNode(o, name="stdout") if o.output_type == "stream" else o for o in outputs]  # nbgrader: failure
    if result.points:
        cell.outputs = [output for output in plain if output.output_type != "error"]
    elif error_of(plain) is not None:
        cell.outputs = plain
    else:
        lines = ["This test failed. Look at this:", *(f"- {hint}" for hint in result.hints)]
        failed = new_output("error", ename="CheckFailed", evalue="\n".join(result.hints), traceback=lines)
        cell.outputs = [*plain, failed]


def _tampering(
    stage: Stage, cells: list, hidden: session.Session, visible: list, verdicts: dict[str, Verdict]
) -> Iterator[str]:
    """Signs that a person should look at, in words."""
    for cell, second in zip(cells, visible):
        if is_test(cell) and verdicts[grade_id(cell)].passed and error_of(second.outputs) is not None:
            yield f"{grade_id(cell)}: passed with the hidden tests, but failed with the visible ones alone"
    for test, verdict in verdicts.items():
        if verdict.forged:
            yield f"{test}: something other than the test handed out measurements"
    if hidden.signs:
        signs = ", ".join(sanitise.text(sign)[:80] for sign in list(hidden.signs)[:10])
        yield f"replaced in the running process: {signs}"
    if tools := sorted(TOOLS & hidden.rebound):
        yield f"redefined {', '.join(tools)} (the tests didn't see it)"
    if more := {name for name in hidden.modules - stage.modules if name.startswith(ANSWERS)}:
        yield f"loaded parts of the library that the assignment doesn't use: {', '.join(sorted(more)[:10])}"
    if any(outcome.ended == kernel.FORGED_FRAME for outcome in hidden.outcomes):
        yield f"a cell {kernel.FORGED_FRAME}"
    for cell in cells:
        if session.kind(cell) == "answer":
            for sign in suspects(cell.source):
                yield f"{grade_id(cell) or 'an own cell of the learner'}: {sign}"


def _plain(source: str) -> bool:
    """Whether this is Python that touches nothing of the process that it runs in."""
    try:
        tree = syntax.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            names = [getattr(node, "module", None) or "", *(alias.name for alias in node.names)]
            if any(name.split(".")[0] in REACHING for name in names):
                return False
        elif isinstance(node, ast.Name | ast.Attribute):
            name = node.id if isinstance(node, ast.Name) else node.attr
            if name in REACHING or (name.startswith("__") and name not in ORDINARY):
                return False
    return True


def suspects(source: str) -> list[str]:
    """What in an answer's code an honest one has no use for. Code that isn't plain Python says nothing."""
    try:
        tree = syntax.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []
    found = []
    stored = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            top = f"{node.module}." if isinstance(node, ast.ImportFrom) else ""
            names = [f"{top}{alias.name}" for alias in node.names]
            found += [f"imports {n}" for n in names if n in SUSPECT_MODULES or n.startswith(LIBRARY)]
        elif isinstance(node, ast.Name) and node.id in SUSPECT_NAMES - (stored if node.id.startswith("_i") else set()):
            found.append(f"uses {node.id}")
        elif isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name in SUSPECT_NAMES:
            found.append(f"defines {node.name}")
        elif isinstance(node, ast.Attribute) and node.attr in SUSPECT_ATTRIBUTES:
            found.append(f"uses {node.attr}")
        elif isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name):
            if node.value.id in SUSPECT_READS - stored:
                found.append(f"reads {node.value.id}")
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and SEED_VARIABLE in node.value:
            found.append("mentions the secret seed")
    return list(dict.fromkeys(found))
