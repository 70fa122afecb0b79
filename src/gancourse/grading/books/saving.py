"""Keep what grading came to where nbgrader and its Formgrader look for it: the gradebook and gradebook/autograded/."""

import ctypes
import mimetypes
import os
import shutil
import warnings
from pathlib import Path
from tempfile import TemporaryDirectory

import nbformat
from nbformat.v4 import new_notebook
from nbgrader.api import Grade, Gradebook, MissingEntry, SubmittedAssignment
from nbgrader.converters import GenerateAssignment
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import AssignLatePenalties
from sqlalchemy.exc import SAWarning
from traitlets.config import Config

from gancourse.grading.assessment import Assessment, Status
from gancourse.grading.course import convert
from gancourse.grading.intake.handin import HandedIn
from gancourse.grading.judge import GradingError
from gancourse.grading.notebooks import grade_id

# Formgrader serves what lies in autograded/ to the instructor's browser, which must not run it.
HARMLESS = {None, "text/plain", "text/csv", "text/x-python", "application/json", "image/png", "image/jpeg", "image/gif"}
AT_FDCWD, RENAME_EXCHANGE = -100, 2  # of renameat2(2)


def register(config: Config, stage: str) -> None:
    """Tell nbgrader's gradebook of the assignment as it stands in solutions/; assignments/ isn't touched.

    Raises GradingError, also where cells came or went after submissions were graded: nbgrader can't take that.
    """
    with TemporaryDirectory() as folder:
        own = config.copy()
        own.CourseDirectory = config.CourseDirectory.copy()
        own.CourseDirectory.release_directory = folder
        try:
            convert(GenerateAssignment, own, stage)
        except GradingError as err:
            if "Cannot add or remove cells" not in str(err):
                raise
            raise GradingError(
                f"cells of {stage} were added or removed after submissions had been graded, which nbgrader can't "
                f"handle. `nbgrader db assignment remove {stage} --force` forgets its points and comments (attempts "
                "stay on record); then grade again"
            ) from err


def save(config: Config, stage: str, student: str, assessment: Assessment, handed_in: HandedIn | None) -> None:
    """Put a learner's autograded notebook and points into place; what an earlier attempt left there doesn't stay.

    handed_in: None where nothing could be read. Points and comments that a person gave stay, as nbgrader keeps them,
    and are to be looked at again.
    """
    directory = CourseDirectory(config=config)
    folder = Path(directory.format_path(directory.autograded_directory, student, stage))
    if assessment.notebook is None:
        shutil.rmtree(folder, ignore_errors=True)
    else:
        beside = {name: content for name, content in handed_in.files.items() if _harmless(name)}
        notebook = {f"{stage}.ipynb": assessment.notebook.encode()}
        _replace_folder(folder, beside | handed_in.own | notebook)
    with (
        warnings.catch_warnings(category=SAWarning, action="ignore"),  # nbgrader's own, and harmless
        Gradebook(directory.db_url, directory.course_id) as gradebook,
    ):
        gradebook.update_or_create_student(student)
        submission = _submission(gradebook, stage, student, assessment, handed_in)
        if submission is None:
            return
        _save_points(gradebook, stage, student, assessment)
        gradebook.db.commit()
    names = {"notebook": stage, "assignment": stage, "student": student, "db_url": directory.db_url}
    AssignLatePenalties(config=config).preprocess(new_notebook(), {"nbgrader": names})


def _submission(
    gradebook: Gradebook, stage: str, student: str, assessment: Assessment, handed_in: HandedIn | None
) -> SubmittedAssignment | None:
    """The gradebook's submission; None where there is none and nothing to put into it."""
    if assessment.notebook is None:
        try:
            gradebook.find_submission(stage, student)
        except MissingEntry:
            return None
    timestamp = handed_in.timestamp if handed_in else None
    return gradebook.update_or_create_submission(stage, student, timestamp=timestamp)


def _save_points(gradebook: Gradebook, stage: str, student: str, assessment: Assessment) -> None:
    points = {result.test: result.points for result in assessment.results}
    notebook = gradebook.find_submission_notebook(stage, stage, student)
    unanswered = _unanswered(notebook, assessment)
    for grade in notebook.grades:
        grade.auto_score = 0 if grade.name in unanswered else points.get(grade.name)
        grade.needs_manual_grade = _needs_a_person(grade, assessment)
    for comment in notebook.comments:
        comment.auto_comment = "No response." if comment.name in unanswered else None


def _needs_a_person(grade: Grade, assessment: Assessment) -> bool:
    return assessment.status is Status.REVIEW or grade.auto_score is None or grade.manual_score is not None


def _unanswered(notebook, assessment: Assessment) -> set[str]:
    """The answer cells that the learner left as they came."""
    if assessment.notebook is None:
        return set()
    answers = {comment.name for comment in notebook.comments}
    released = {cell.name: cell.source for cell in notebook.notebook.source_cells if cell.name in answers}
    cells = nbformat.reads(assessment.notebook, as_version=4).cells
    return {name for cell in cells if (name := grade_id(cell)) in released and cell.source == released[name]}


def _harmless(name: str) -> bool:
    kind, encoding = mimetypes.guess_type(name)
    return kind in HARMLESS and encoding is None


def _replace_folder(folder: Path, files: dict[str, bytes]) -> None:
    """Make `folder` hold exactly these files: all of them, or it stays as it was, even if the machine stops here."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=folder.parent, prefix=f".{folder.name}.") as temporary:
        made = Path(temporary) / "new"
        for name, content in files.items():
            path = made / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        if not folder.exists():
            made.rename(folder)
        elif not _exchange(made, folder):  # the old one is in the temporary folder then, and goes with it
            folder.rename(Path(temporary) / "old")
            made.rename(folder)


def _exchange(a: Path, b: Path) -> bool:
    """Let two folders change places in one step (Linux's renameat2); False where system or file system can't."""
    rename = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    return rename is not None and rename(AT_FDCWD, os.fsencode(a), AT_FDCWD, os.fsencode(b), RENAME_EXCHANGE) == 0
