"""What nbgrader's gradebook says about a whole class, read in one query, with nbgrader's own sums."""

from dataclasses import dataclass
from pathlib import Path

import nbgrader.api
import sqlalchemy as sa
from alembic.script import ScriptDirectory
from nbgrader.api import Assignment, Grade, Student, SubmittedAssignment, SubmittedNotebook


@dataclass(frozen=True)
class Learner:
    """A row of nbgrader's Student table (`nbgrader db student add`); what isn't known is ""."""

    student: str
    first_name: str = ""
    last_name: str = ""
    email: str = ""
    lms_user_id: str = ""


@dataclass(frozen=True)
class Standing:
    """A submission in nbgrader's gradebook: its score as Formgrader shows it, less the penalty for being late.

    needs_grade: whether any cell still waits for a person. Saving points for a cell in Formgrader, be it the automatic
    ones as they are, is what nbgrader takes for a person's decision.
    """

    score: float
    max_score: float
    needs_grade: bool


def create_tables(connection: sa.Connection) -> None:
    """nbgrader's own tables, where they are missing, as if nbgrader had made them.

    It notes its schema's version only in a database without any table, so never in one that has ours.
    """
    if sa.inspect(connection).has_table(Assignment.__tablename__):
        return
    nbgrader.api.Base.metadata.create_all(connection)
    head = ScriptDirectory(str(Path(nbgrader.api.__file__).parent / "alembic")).get_current_head()
    connection.execute(sa.text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)"))
    connection.execute(sa.text("INSERT INTO alembic_version VALUES (:head)"), {"head": head})


def learners(connection: sa.Connection) -> dict[str, Learner]:
    """Everybody in the Student table, by their id."""
    columns = (Student.id, Student.first_name, Student.last_name, Student.email, Student.lms_user_id)
    return {row[0]: Learner(*(value or "" for value in row)) for row in connection.execute(sa.select(*columns))}


def standings(connection: sa.Connection, stage: str) -> dict[str, Standing]:
    """The stage's submissions that have at least one graded cell, by learner."""
    cells = (
        sa.select(Grade.id)
        .join(SubmittedNotebook, Grade.notebook_id == SubmittedNotebook.id)
        .where(SubmittedNotebook.assignment_id == SubmittedAssignment.id)
        .correlate(SubmittedAssignment)
    )
    unknown = Grade.needs_manual_grade | (Grade.auto_score.is_(None) & Grade.manual_score.is_(None))
    found = connection.execute(
        sa.select(
            SubmittedAssignment.student_id,
            SubmittedAssignment.score,
            SubmittedAssignment.late_submission_penalty,
            SubmittedAssignment.max_score,
            cells.where(unknown).exists(),
        )
        .join(Assignment, SubmittedAssignment.assignment_id == Assignment.id)
        .where(Assignment.name == stage, cells.exists())
    )
    return {
        student: Standing(max(0.0, score - (penalty or 0.0)), most, bool(waiting))
        for student, score, penalty, most, waiting in found
    }


def stages(connection: sa.Connection) -> set[str]:
    """The assignments that have a submission."""
    found = sa.select(Assignment.name).join(SubmittedAssignment, SubmittedAssignment.assignment_id == Assignment.id)
    return set(connection.scalars(found))
