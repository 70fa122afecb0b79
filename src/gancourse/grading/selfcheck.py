"""Grade one learner's notebook on the spot, as nbgrader would in a class, and say what to look at."""

import shutil
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from nbformat import NotebookNode
from nbgrader.api import Gradebook
from nbgrader.converters import Autograde, GenerateAssignment, GenerateFeedback
from nbgrader.utils import is_grade, is_solution
from rich.table import Table
from rich.text import Text

from gancourse.grading.course import convert, temporary_course
from gancourse.grading.judge import GradingError, error_of
from gancourse.grading.notebooks import assignments, grade_id, is_test, read, source_path, test_cells
from gancourse.grading.release import replace

LEARNER = "you"


@dataclass(frozen=True)
class Result:
    """One test cell's points, and what to look at where some are missing."""

    task: str
    test: str
    points: float
    max_points: float
    look_at: str


def check(root: Path, stage: str, notebook: Path) -> tuple[list[Result], Path]:
    """Grade a learner's copy with the visible and the hidden tests; returns the results and nbgrader's HTML feedback.

    The notebook is only read; the feedback lies beside it. Raises ValueError for a notebook that isn't a learner's
    copy of this stage, and GradingError where the grading itself fails.
    """
    examine(root, stage, notebook)
    with TemporaryDirectory() as name:
        folder = Path(name)
        config = temporary_course(root, folder)
        convert(GenerateAssignment, config, stage)
        submitted = folder / config.CourseDirectory.submitted_directory / LEARNER / stage / f"{stage}.ipynb"
        submitted.parent.mkdir(parents=True)
        shutil.copyfile(notebook, submitted)
        try:
            convert(Autograde, config, stage)
        except GradingError as err:
            if "DeadKernelError" not in str(err):
                raise
            raise ValueError(
                f"{notebook} ended its Python process while it ran (exit(), out of memory, a crash), so nothing could "
                "be graded. In JupyterLab, Run > Restart Kernel and Run All Cells shows in which cell."
            ) from err
        convert(GenerateFeedback, config, stage)
        graded = folder / config.CourseDirectory.autograded_directory / LEARNER / stage / f"{stage}.ipynb"
        html = folder / config.CourseDirectory.feedback_directory / LEARNER / stage / f"{stage}.html"
        found = results(root, stage, graded, config.CourseDirectory.db_url)
        feedback = notebook.with_suffix(".feedback.html")
        replace(feedback, html.read_bytes())
    return found, feedback


def examine(root: Path, stage: str, notebook: Path) -> None:
    """Raise ValueError, saying what to do, unless `notebook` is a learner's whole copy of the stage's assignment."""
    place = notebook.resolve()
    for name in ("assignments", "solutions"):
        if place.is_relative_to((root / name).resolve()):
            raise ValueError(
                f"{notebook} belongs to the course. `gancourse start {stage[:2]}` gives you a copy of your own."
            )
    if not notebook.is_file() and notebook == root / "work" / stage / f"{stage}.ipynb":
        raise ValueError(f"you haven't started {stage}: no {notebook}. `gancourse start {stage[:2]}` puts it there.")
    ids = _marked(read(notebook))
    wanted = _marked(read(source_path(root, stage)))
    if not ids & wanted:
        other = [name for name in assignments(root) if ids & _marked(read(source_path(root, name)))]
        hint = f"it looks like {other[0]}" if other else f"`gancourse start {stage[:2]}` gives you a copy to work on"
        raise ValueError(f"{notebook} isn't a copy of {stage}: {hint}.")
    problems = {
        "missing": [cell[0] for cell in wanted if not ids[cell]],
        "there more than once": [cell[0] for cell in wanted if ids[cell] > 1],
    }
    said = [f"{' and '.join(names)}: {what}" for what, names in problems.items() if names]
    if said:
        raise ValueError(
            f"{notebook} can't be graded, for these cells were deleted, copied or changed in kind: {'; '.join(said)}. "
            f"Delete the copies, or rename {notebook.parent}, run `gancourse start {stage[:2]}` "
            "and paste your answers into the fresh copy."
        )


def results(root: Path, stage: str, graded: Path, db_url: str) -> list[Result]:
    """The points in nbgrader's gradebook for each test cell of the autograded notebook, in order."""
    tested = test_cells(read(source_path(root, stage)))
    errors = {grade_id(cell): error_of(cell.outputs) for cell in read(graded).cells if is_test(cell)}
    with Gradebook(db_url) as gradebook:
        grades = {grade.name: grade for grade in gradebook.find_submission_notebook(stage, stage, LEARNER).grades}
        return [
            Result(task, test, grades[test].score, grades[test].max_score, _look_at(errors[test]))
            for test, task in tested.items()
        ]


def table(found: list[Result]) -> Table:
    """The results for the terminal: a row for each test cell, and the total."""
    shown = Table("task", "test", "points", "what to look at", show_footer=True)
    shown.columns[2].justify = "right"
    previous = None
    for result in found:
        full = result.points == result.max_points
        shown.add_row(
            Text(result.task if result.task != previous else ""),
            Text(result.test.removeprefix(f"{result.task}-")),
            Text(f"{result.points:g}/{result.max_points:g}", style="green" if full else "red"),
            Text(result.look_at),  # a learner's words may hold what rich takes for markup
        )
        previous = result.task
    shown.columns[0].footer = "total"
    shown.columns[2].footer = f"{sum(r.points for r in found):g}/{sum(r.max_points for r in found):g}"
    return shown


def _marked(notebook: NotebookNode) -> Counter:
    """The cells that nbgrader knows: grade_id, type, and whether it is a test, an answer."""
    return Counter(
        (grade_id(cell), cell.cell_type, is_grade(cell), is_solution(cell)) for cell in notebook.cells if grade_id(cell)
    )


def _look_at(error) -> str:
    if error is None:
        return ""
    if error.ename == "NotImplementedError":
        return "no answer yet"
    text = error.evalue if error.ename == "CheckFailed" else f"{error.ename}: {error.evalue}".rstrip(": ")
    return text if len(text) < 300 else f"{text[:300]}..."
