"""Every attempt at grading a submission, in tables of our own beside nbgrader's; none is ever changed or removed."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime

import sqlalchemy as sa

from gancourse.grading.assessment import Assessment, Result, Status

metadata = sa.MetaData()

attempts = sa.Table(
    "gancourse_attempt",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),  # grows with time: the newest attempt has the highest
    sa.Column("stage", sa.Text, nullable=False),
    sa.Column("student", sa.Text, nullable=False),
    sa.Column("time", sa.DateTime, nullable=False),  # UTC
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("score", sa.Float),
    sa.Column("max_score", sa.Float, nullable=False),
    sa.Column("seed", sa.BigInteger),
    sa.Column("version", sa.Text, nullable=False),
    sa.Column("submission_sha256", sa.Text),
    sa.Column("reasons", sa.JSON, nullable=False),
    sa.Column("repairs", sa.JSON, nullable=False),
    sa.Column("sandboxed", sa.Boolean, nullable=False),
    sa.Column("seconds", sa.Float, nullable=False),
    sa.Index("gancourse_attempt_of", "stage", "student"),
)
results = sa.Table(
    "gancourse_result",
    metadata,
    sa.Column("attempt", sa.ForeignKey(attempts.c.id), primary_key=True),
    sa.Column("position", sa.Integer, primary_key=True),
    sa.Column("test", sa.Text, nullable=False),
    sa.Column("task", sa.Text, nullable=False),
    sa.Column("points", sa.Float),
    sa.Column("max_points", sa.Float, nullable=False),
    sa.Column("failed", sa.JSON, nullable=False),
    sa.Column("hints", sa.JSON, nullable=False),
)


@dataclass(frozen=True)
class Attempt:
    """One attempt as it was recorded: an `Assessment` without its notebook, and of what, when and by which grader.

    version: the grader's. submission_sha256: None where nothing was handed in. time: in UTC.
    """

    stage: str
    student: str
    time: datetime
    status: Status
    score: float | None
    max_score: float
    seed: int | None
    version: str
    submission_sha256: str | None
    reasons: tuple[str, ...]
    repairs: tuple[str, ...]
    sandboxed: bool
    seconds: float
    results: tuple[Result, ...]


def create_tables(connection: sa.Connection) -> None:
    """Our tables, where they are missing."""
    metadata.create_all(connection)


def add(
    connection: sa.Connection,
    stage: str,
    student: str,
    assessment: Assessment,
    *,
    submission_sha256: str | None,
    version: str,
) -> int:
    """Append an attempt; returns its id."""
    attempt = {
        "stage": stage,
        "student": student,
        "time": datetime.now(UTC).replace(tzinfo=None),
        "status": str(assessment.status),
        "score": assessment.score,
        "max_score": assessment.max_score,
        "seed": assessment.seed,
        "version": version,
        "submission_sha256": submission_sha256,
        "reasons": list(assessment.reasons),
        "repairs": list(assessment.repairs),
        "sandboxed": assessment.sandboxed,
        "seconds": assessment.seconds,
    }
    number = connection.execute(attempts.insert().values(attempt)).inserted_primary_key[0]
    rows = [
        vars(result) | {"attempt": number, "position": i, "failed": list(result.failed), "hints": list(result.hints)}
        for i, result in enumerate(assessment.results)
    ]
    if rows:
        connection.execute(results.insert(), rows)
    return number


def latest(connection: sa.Connection, stage: str) -> dict[str, Attempt]:
    """The newest attempt of each learner who has one."""
    newest = sa.select(sa.func.max(attempts.c.id)).where(attempts.c.stage == stage).group_by(attempts.c.student)
    return {attempt.student: attempt for attempt in _read(connection, attempts.c.id.in_(newest))}


def history(connection: sa.Connection, stage: str, student: str) -> list[Attempt]:
    """All attempts at one learner's submissions, oldest first."""
    return _read(connection, attempts.c.stage == stage, attempts.c.student == student)


def stages(connection: sa.Connection) -> set[str]:
    """The stages with an attempt."""
    return set(connection.scalars(sa.select(attempts.c.stage).distinct()))


def last(connection: sa.Connection) -> int:
    """The newest attempt's id; 0 where there is none."""
    return connection.scalar(sa.select(sa.func.max(attempts.c.id))) or 0


def last_of(
    connection: sa.Connection, stage: str, student: str, submission_sha256: str | None, after: int
) -> int | None:
    """The id of the newest attempt at this very submission whose id is above `after`; None where there is none."""
    return connection.scalar(
        sa.select(sa.func.max(attempts.c.id)).where(
            attempts.c.stage == stage,
            attempts.c.student == student,
            attempts.c.submission_sha256 == submission_sha256,
            attempts.c.id > after,
        )
    )


def _read(connection: sa.Connection, *conditions: sa.ColumnElement[bool]) -> list[Attempt]:
    found = defaultdict(list)
    rows = connection.execute(attempts.select().where(*conditions).order_by(attempts.c.id)).all()
    chosen = results.c.attempt.in_([row.id for row in rows])
    for row in connection.execute(results.select().where(chosen).order_by(results.c.position)):
        found[row.attempt].append(
            Result(row.test, row.task, row.points, row.max_points, tuple(row.failed), tuple(row.hints))
        )
    return [_attempt(row, tuple(found[row.id])) for row in rows]


def _attempt(row: sa.Row, found: tuple[Result, ...]) -> Attempt:
    values = row._asdict() | {"results": found, "time": row.time.replace(tzinfo=UTC), "status": Status(row.status)}
    values |= {"reasons": tuple(row.reasons), "repairs": tuple(row.repairs)}
    del values["id"]
    return Attempt(**values)
