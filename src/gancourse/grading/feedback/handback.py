"""Feedback pages for a whole class: written whole or not at all, and handed out by nbgrader's exchange."""

import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

from nbgrader.auth import Authenticator
from nbgrader.converters import GenerateFeedback
from nbgrader.coursedir import CourseDirectory
from nbgrader.exchange import ExchangeFactory
from traitlets.config import Config

from gancourse import paths
from gancourse.grading.assessment import Status
from gancourse.grading.books.attempts import Attempt
from gancourse.grading.books.records import Records
from gancourse.grading.course import convert
from gancourse.grading.feedback.pages import EXPLANATIONS, explain
from gancourse.grading.intake.handin import unsafe_name

EXCHANGE_FILES = ("timestamp.txt", "submission_secret.txt")  # by these the exchange knows whose feedback it is


def write(config: Config, stage: str, students: list[str] | None = None) -> tuple[dict[str, Path], dict[str, str]]:
    """Write the feedback page of each learner who handed in: by the newest attempt, their notebook with points and
    hints, or why it couldn't be graded.

    students: all by default. Returns the pages and, for those who got none, the reason, by learner; what was there
    before stays then. Raises ValueError for a learner whose submission wasn't graded.
    """
    with Records(config.CourseDirectory.db_url) as records:
        latest = records.latest(stage)
    if unknown := [student for student in students or [] if student not in latest]:
        raise ValueError(f"nothing by {', '.join(unknown)} has been graded: run `gancourse grade {stage[:2]}` first")
    if not latest:
        raise ValueError(f"nothing of {stage} has been graded: run `gancourse grade {stage[:2]}` first")
    pages, failed = {}, {}
    for student in students or sorted(latest):
        if reason := unsafe_name(student):
            failed[student] = f"no page, for {reason}"
        elif latest[student].status is not Status.MISSING:
            try:
                pages[student] = _write(config, stage, student, latest[student])
            except Exception as err:  # of nbgrader or the disk: it costs this page alone
                failed[student] = str(err) or type(err).__name__
    return pages, failed


def hand_out(config: Config, stage: str, pages: dict[str, Path]) -> dict[str, str]:
    """Release the pages to the exchange, where learners fetch their own. Returns, by learner, why a page wasn't."""
    failed = {}
    for student, page in pages.items():
        missing = [name for name in EXCHANGE_FILES if not (page.parent / name).is_file()]
        if missing:
            failed[student] = f"not handed in through the exchange (no {missing[0]}), so please give them {page}"
            continue
        if set("[]*?") & set(student):  # a pattern: nbgrader would find no page, and say nothing
            failed[student] = f"nbgrader can't release anything for this name, so please give them {page}"
            continue
        directory = CourseDirectory(config=config, assignment_id=stage, student_id=student)
        exchange = ExchangeFactory(config=config).ReleaseFeedback(
            coursedir=directory, authenticator=Authenticator(config=config), config=config
        )
        try:
            exchange.start()
        except Exception as err:  # ExchangeError, and whatever nbgrader lets through
            failed[student] = f"not released: {err}"
    return failed


def _write(config: Config, stage: str, student: str, attempt: Attempt) -> Path:
    """Put a learner's page, what the exchange needs, and nothing else into their folder of feedback."""
    directory = CourseDirectory(config=config)
    steps = (directory.autograded_directory, directory.submitted_directory, directory.feedback_directory)
    autograded, submitted, folder = (Path(directory.format_path(step, student, stage)) for step in steps)
    if attempt.status in EXPLANATIONS:
        page, origin = explain(stage, attempt.status, attempt.reasons).encode(), submitted
    else:
        page, origin = _render(config, stage, student), autograded
    files = {
        name: (origin / name).read_bytes()
        for name in EXCHANGE_FILES
        if (origin / name).is_file() and not (origin / name).is_symlink()
    } | {f"{stage}.html": page}
    folder.mkdir(parents=True, exist_ok=True)
    for path in folder.iterdir():  # whatever else lies here would be released too
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        elif path.name not in files:
            path.unlink()
    for name, content in files.items():
        paths.write(folder / name, content)
    return folder / f"{stage}.html"


def _render(config: Config, stage: str, student: str) -> bytes:
    """What nbgrader's GenerateFeedback makes of the autograded notebook. Raises GradingError where it fails."""
    with TemporaryDirectory() as name:
        own = config.copy()
        own.CourseDirectory = config.CourseDirectory.copy()
        own.CourseDirectory.feedback_directory = name
        own.CourseDirectory.student_id = student
        convert(GenerateFeedback, own, stage)
        return (Path(name) / student / stage / f"{stage}.html").read_bytes()
