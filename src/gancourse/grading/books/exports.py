"""A class's grades for a learning platform or a spreadsheet: the newest attempts, with what people changed since.

What isn't known is left empty, never 0: nothing handed in, or a submission that someone still has to look at.
"""

import csv
import io
import json
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime

from gancourse.grading.assessment import Result, Status
from gancourse.grading.books.attempts import Attempt
from gancourse.grading.books.gradebook import Learner, Standing
from gancourse.grading.books.records import DECIDABLE, Records

BYTE_ORDER_MARK = "\N{ZERO WIDTH NO-BREAK SPACE}"
WAITING = "a cell still needs to be graded by hand in Formgrader"


@dataclass(frozen=True)
class Grade:
    """What one learner has for one stage. `score` is None where there is none; `note` says why, or what is special."""

    stage: str
    learner: Learner
    status: Status
    score: float | None
    max_score: float | None
    note: str = ""
    time: datetime | None = None  # of the newest attempt, in UTC
    sandboxed: bool | None = None
    results: tuple[Result, ...] = ()


def grades(records: Records, stages: Iterable[str]) -> list[Grade]:
    """The grades of everybody who is in nbgrader's Student table or was graded: stage by stage, by learner.

    The newest attempt gives the status. Where that has a score, or is one that a person may decide, the score is
    nbgrader's if the submission stands there: with the points given, the extra credit and the late penalty that
    Formgrader shows, and none while a cell waits for a person. A submission that only nbgrader knows (its own
    autograde, Formgrader's button) has the score that it has there.
    """
    known = records.learners()
    latest = {stage: records.latest(stage) for stage in stages}
    standings = {stage: records.standings(stage) for stage in latest}
    students = sorted(
        known.keys() | {student for by_stage in (latest, standings) for found in by_stage.values() for student in found}
    )
    return [
        _grade(stage, known.get(student, Learner(student)), latest[stage].get(student), standings[stage].get(student))
        for stage in latest
        for student in students
    ]


def unresolved(found: list[Grade]) -> list[str]:
    """What an instructor should read before handing the export on: which cells are empty, why, and other oddities."""
    lines = []
    empty = [grade for grade in found if grade.score is None and grade.status is not Status.MISSING]
    if empty:
        counts = Counter(str(grade.status) for grade in empty)
        lines.append(
            f"{len(empty)} of {len(found)} left empty because they aren't resolved "
            f"({', '.join(f'{number} {status}' for status, number in counts.items())}):"
        )
        lines += [f"  {grade.learner.student}, {grade.stage}: {grade.status}: {grade.note}" for grade in empty]
    if missing := sum(grade.status is Status.MISSING for grade in found):
        lines.append(f"{missing} of {len(found)} left empty because nothing was handed in")
    if bare := sum(grade.sandboxed is False for grade in found):
        lines.append(f"{bare} of {len(found)} were graded without a sandbox")
    return lines


def as_csv(found: list[Grade]) -> str:
    """A row for each learner and stage: who, status, score, maximum, when, and why a score is missing.

    It begins with a byte order mark: without one, Excel takes UTF-8 for the system's old encoding, and saves it so.
    """
    header = ["stage", "student", "last_name", "first_name", "email", "lms_user_id"]
    header += ["status", "score", "max_score", "graded", "sandboxed", "note"]
    rows = [
        [
            *(grade.stage, grade.learner.student, grade.learner.last_name, grade.learner.first_name),
            *(grade.learner.email, grade.learner.lms_user_id, str(grade.status)),
            *(_number(grade.score), _number(grade.max_score), _when(grade)),
            *("" if grade.sandboxed is None else "yes" if grade.sandboxed else "no", grade.note),
        ]
        for grade in found
    ]
    return BYTE_ORDER_MARK + _csv([header, *rows])


def as_json(found: list[Grade]) -> str:
    """A list of objects, one for each learner and stage, with each test's points and hints; null where unknown."""
    entries = [
        {"stage": grade.stage, **asdict(grade.learner), "status": str(grade.status)}
        | {"score": _rounded(grade.score), "max_score": _rounded(grade.max_score), "graded": _when(grade) or None}
        | {"sandboxed": grade.sandboxed, "note": grade.note, "results": [asdict(result) for result in grade.results]}
        for grade in found
    ]
    return json.dumps(entries, indent=1) + "\n"


def as_canvas(found: list[Grade]) -> str:
    """What Canvas imports under Grades: a column for each stage, and the row with the points possible.

    lms_user_id is Canvas's own id if it is a number, else the SIS's; nbgrader's student id is the login. Canvas takes
    an empty cell for no score, and offers to match a column's name with an assignment of its own.
    """
    stages, by_learner = _table(found)
    header = ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", *stages]
    possible = ["    Points Possible", "", "", "", "", *(_number(_possible(found, stage)) for stage in stages)]
    rows = []
    for learner, row in by_learner.items():
        own = learner.lms_user_id if learner.lms_user_id.isdecimal() else ""
        name = ", ".join(filter(None, (learner.last_name, learner.first_name))) or learner.student
        scores = [_number(row[stage].score) for stage in stages]
        rows.append([name, own, "" if own else learner.lms_user_id, learner.student, "", *scores])
    return _csv([header, possible, *rows])


def as_moodle(found: list[Grade]) -> str:
    """What Moodle imports as grades from CSV: for each stage a column with the score, one with feedback, the status.

    lms_user_id is the ID number, nbgrader's student id the user name; map one of them, or the email address. Where one
    is missing, "unknown" stands there, at which Moodle stops: it would give a row without it to the learner of the row
    before. No score is "-", as in Moodle's own exports: it reads an empty cell of a new grade item as 0.
    """
    stages, by_learner = _table(found)
    header = ["First name", "Last name", "ID number", "Username", "Email address"]
    header += [title for stage in stages for title in (stage, f"{stage} (feedback)", f"{stage} (status)")]
    rows = []
    for learner, row in by_learner.items():
        keys = [learner.lms_user_id or "unknown", learner.student, learner.email or "unknown"]
        cells = [learner.first_name, learner.last_name, *keys]
        for grade in (row[stage] for stage in stages):
            score = _number(grade.score)
            cells += ["-" if score == "" else score, _feedback(grade), str(grade.status)]
        rows.append(cells)
    return _csv([header, *rows])


FORMATS = {"canvas": as_canvas, "moodle": as_moodle, "csv": as_csv, "json": as_json}


def harmless(cell: str | float) -> str | float:
    """A cell that no spreadsheet takes for a formula: text that could begin one gets an apostrophe in front of it.

    Spaces and characters that can't be seen are read over, as some spreadsheets do; full-width forms count as well. A
    part behind a semicolon, tab or new line counts as a cell: where a comma is the decimal point, these separate.
    """
    if not isinstance(cell, str) or re.fullmatch(r"-|[+-]?\d+(\.\d+)?", cell, re.A):
        return cell
    parts = re.split(r"([;\t\r\n]+)", cell)
    made = "".join(f"'{part}" if i % 2 == 0 and _begins_formula(part) else part for i, part in enumerate(parts))
    return f"'{made}" if made[:1] in set("\t\r\n") else made


def _begins_formula(text: str) -> bool:
    seen = next((letter for letter in text if unicodedata.category(letter)[0] not in "CZ" and letter not in "\"'"), "")
    return unicodedata.normalize("NFKC", seen) in set("=+-@|\N{MINUS SIGN}")


def _grade(stage: str, learner: Learner, attempt: Attempt | None, standing: Standing | None) -> Grade:
    if attempt is None and standing is None:
        return Grade(stage, learner, Status.MISSING, None, None)
    if attempt is None:
        status = Status.REVIEW if standing.needs_grade else Status.GRADED
        score, note = (None, WAITING) if standing.needs_grade else (standing.score, "graded by nbgrader alone")
        return Grade(stage, learner, status, score, standing.max_score, note)
    status, notes = attempt.status, list(attempt.reasons)
    score = attempt.score if status is Status.GRADED else None
    most = attempt.max_score or None
    if standing and status in (Status.GRADED, *DECIDABLE):
        most = standing.max_score
        if standing.needs_grade:
            status, score = Status.REVIEW if status is Status.GRADED else status, None
            notes = notes or [WAITING]
        else:
            notes = [] if status is Status.GRADED else [f"{status}, decided in Formgrader", *notes]
            status, score = Status.GRADED, standing.score
    if not attempt.sandboxed:
        notes.append("graded without a sandbox")
    return Grade(
        stage, learner, status, score, most, "; ".join(notes), attempt.time, attempt.sandboxed, attempt.results
    )


def _table(found: list[Grade]) -> tuple[list[str], dict[Learner, dict[str, Grade]]]:
    """The stages, and for each learner their grades by stage."""
    stages, by_learner = list(dict.fromkeys(grade.stage for grade in found)), {}
    for grade in sorted(found, key=lambda grade: (grade.learner.last_name, grade.learner.first_name)):
        by_learner.setdefault(grade.learner, {})[grade.stage] = grade
    return stages, by_learner


def _possible(found: list[Grade], stage: str) -> float | None:
    """The stage's points: what most of its grades say, for an old attempt may have had others."""
    counts = Counter(grade.max_score for grade in found if grade.stage == stage and grade.max_score)
    return counts.most_common(1)[0][0] if counts else None


def _feedback(grade: Grade) -> str:
    """What to look at, for the learner: no points, which a person may have changed; reasons are the instructor's."""
    if grade.status is Status.MISSING:
        return "Nothing was handed in."
    if grade.score is None:
        return ""
    lost = [result for result in grade.results if result.points is not None and result.points < result.max_points]
    return "\n".join(f"{result.test}: {' '.join(result.hints)}" for result in lost)


def _number(value: float | None) -> float | str:
    """A score as a cell: empty where there is none."""
    rounded = _rounded(value)
    return "" if rounded is None else rounded


def _rounded(value: float | None) -> float | None:
    """A score without the noise of sums."""
    rounded = None if value is None else round(float(value), 4)
    return int(rounded) if rounded is not None and rounded.is_integer() else rounded


def _when(grade: Grade) -> str:
    return grade.time.isoformat(timespec="seconds") if grade.time else ""


def _csv(rows: list[list[str | float]]) -> str:
    file = io.StringIO()
    csv.writer(file, lineterminator="\r\n").writerows([[harmless(cell) for cell in row] for row in rows])
    return file.getvalue().encode(errors="backslashreplace").decode()  # a learner's lone surrogate is no text
