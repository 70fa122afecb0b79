"""Grade one learner's notebook on the spot, as in a class, and say what to look at."""

from dataclasses import replace
from pathlib import Path

import nbformat
from nbgrader.utils import is_grade
from rich.table import Table
from rich.text import Text

from gancourse import paths
from gancourse.grading import assess
from gancourse.grading.assessment import Assessment, Status
from gancourse.grading.feedback.pages import HideTests, render
from gancourse.grading.intake import handin
from gancourse.grading.judge import GradingError
from gancourse.grading.notebooks import grade_id


def check(root: Path, stage: str, notebook: Path) -> tuple[Assessment, Path]:
    """Grade a learner's copy with the visible and the hidden tests, here and without a sandbox: it is their own code.

    The notebook is only read; the feedback page lies beside it. Raises ValueError for a notebook that isn't a
    learner's copy of this stage, and GradingError where the grading itself fails.
    """
    examine(root, stage, notebook)
    beside, left_out = handin.beside(notebook.parent, notebook.name)  # what a class's grader would take
    prepared = assess.prepare(root, stage, sandbox=False)
    found = assess.assess(prepared, notebook.read_bytes(), beside)
    if found.status is Status.UNREADABLE:
        raise ValueError(f"{notebook}: {found.reasons[0]}")
    if found.status is Status.ERROR:
        raise GradingError("; ".join(found.reasons))
    feedback = notebook.with_suffix(".feedback.html")
    paths.write(feedback, page(stage, found).encode())
    return replace(found, repairs=(*left_out, *found.repairs)), feedback


def page(stage: str, found: Assessment) -> str:
    """The feedback page that nbgrader would make, without its gradebook."""
    notebook, _ = HideTests().preprocess(nbformat.reads(found.notebook, as_version=4), {})
    points = {result.test: result.points or 0 for result in found.results}
    for cell in filter(is_grade, notebook.cells):
        cell.metadata.nbgrader["score"] = points.get(grade_id(cell), 0)
    about = {"notebook": stage, "score": sum(points.values()), "max_score": found.max_score, "late_penalty": 0}
    return render(notebook, about)


def examine(root: Path, stage: str, notebook: Path) -> None:
    """Raise ValueError, saying what to do, unless `notebook` may be a learner's copy of the stage's assignment."""
    place = notebook.resolve()
    for name in ("assignments", "solutions"):
        if place.is_relative_to((root / name).resolve()):
            raise ValueError(
                f"{notebook} belongs to the course. `gancourse start {stage[:2]}` gives you a copy of your own."
            )
    if not notebook.is_file() and notebook == paths.place("work", root) / stage / f"{stage}.ipynb":
        raise ValueError(f"you haven't started {stage}: no {notebook}. `gancourse start {stage[:2]}` puts it there.")
    if not notebook.is_file():
        raise ValueError(f"no notebook at {notebook}")


def table(found: Assessment) -> Table:
    """The results for the terminal: a row for each test cell, and the total."""
    shown = Table("task", "test", "points", "what to look at", show_footer=True)
    shown.columns[2].justify = "right"
    previous = None
    for result in found.results:
        points, full = result.points or 0, result.points == result.max_points
        shown.add_row(
            Text(result.task if result.task != previous else ""),
            Text(result.test.removeprefix(f"{result.task}-")),
            Text(f"{points:g}/{result.max_points:g}", style="green" if full else "red"),
            Text("\n".join(result.hints)),  # a learner's words may hold what rich takes for markup
        )
        previous = result.task
    shown.columns[0].footer = "total"
    shown.columns[2].footer = f"{sum(r.points or 0 for r in found.results):g}/{found.max_score:g}"
    return shown
