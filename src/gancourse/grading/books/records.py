"""Every attempt at grading a submission, kept beside nbgrader's gradebook in the same database; claims between graders.

SQLite or PostgreSQL. The newest attempt is what counts, and none is ever changed or removed.
"""

import threading
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy as sa

from gancourse.grading.assessment import Assessment, Result, Status
from gancourse.grading.books import gradebook
from gancourse.grading.books.claims import FileLocks, ServerLocks, lock_number
from gancourse.grading.books.gradebook import Learner, Standing

DECIDABLE = (Status.REVIEW, Status.TIMEOUT)  # an instructor can settle these in Formgrader, which has their notebook

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


class Records:
    """The attempts in the database at `db_url` (see `database_url`), which gets the tables that it lacks.

    May be used by several threads, and by several graders on one database at a time; open it before nbgrader's own
    `Gradebook`, which two processes can't both begin. Every method raises ValueError, one line without the
    password, where the database can't be reached or refuses.
    """

    def __init__(self, db_url: str):
        url = sa.make_url(database_url(db_url))
        self._engine = _engine(url)
        self._locks = FileLocks(Path(url.database)) if url.get_backend_name() == "sqlite" else ServerLocks(url)
        self._claims: dict[tuple[str, str], object] = {}
        self._guard = threading.Lock()  # for _claims, _own and the server's one connection for locks
        with self._transaction() as connection:
            _create_tables(connection)
            self._seen = connection.scalar(sa.select(sa.func.max(attempts.c.id))) or 0
        self._own: set[int] = set()

    def __enter__(self) -> "Records":
        return self

    def __exit__(self, *exception) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the connections, and of what is still claimed."""
        with self._guard:
            for lock in self._claims.values():
                self._locks.release(lock)
            self._claims.clear()
            self._locks.close()
        self._engine.dispose()

    def add(
        self, stage: str, student: str, assessment: Assessment, *, submission_sha256: str | None, version: str
    ) -> None:
        """Append an attempt, whole or not at all; the submission is no longer claimed afterwards."""
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
        with self._transaction() as connection:
            number = connection.execute(attempts.insert().values(attempt)).inserted_primary_key[0]
            rows = [
                vars(result)
                | {"attempt": number, "position": i, "failed": list(result.failed), "hints": list(result.hints)}
                for i, result in enumerate(assessment.results)
            ]
            if rows:
                connection.execute(results.insert(), rows)
        with self._guard:
            self._own.add(number)
        self.release(stage, student)

    def latest(self, stage: str) -> dict[str, Attempt]:
        """The newest attempt of each learner who has one."""
        newest = sa.select(sa.func.max(attempts.c.id)).where(attempts.c.stage == stage).group_by(attempts.c.student)
        return {attempt.student: attempt for attempt in self._read(attempts.c.id.in_(newest))}

    def history(self, stage: str, student: str) -> list[Attempt]:
        """All attempts at one learner's submissions, oldest first."""
        return self._read(attempts.c.stage == stage, attempts.c.student == student)

    def stages(self) -> list[str]:
        """The stages of which anything was graded, by this course's grader or by nbgrader alone, in order."""
        with self._transaction() as connection:
            return sorted(
                gradebook.stages(connection).union(connection.scalars(sa.select(attempts.c.stage).distinct()))
            )

    def learners(self) -> dict[str, Learner]:
        """Everybody in nbgrader's Student table, by their id."""
        with self._transaction() as connection:
            return gradebook.learners(connection)

    def standings(self, stage: str) -> dict[str, Standing]:
        """What nbgrader's gradebook says about the stage's submissions, a person's changes included, by learner."""
        with self._transaction() as connection:
            return gradebook.standings(connection, stage)

    def resolved(self, stage: str, student: str, submission_sha256: str | None, version: str) -> bool:
        """Whether the newest attempt was at this very submission by this grader version, and nobody need do more.

        That is so if its status is resolved, or if an instructor has decided it in Formgrader (see `Standing`).
        """
        past = self.history(stage, student)
        if not past or (past[-1].submission_sha256, past[-1].version) != (submission_sha256, version):
            return False
        if past[-1].status in DECIDABLE:
            standing = self.standings(stage).get(student)
            return standing is not None and not standing.needs_grade
        return past[-1].status.resolved

    def claim(self, stage: str, student: str, submission_sha256: str | None) -> bool:
        """Whether this grader is the one to grade the submission; call it when its turn comes.

        False if another one is at work on the learner's submission, or has recorded an attempt at this one since
        these Records were opened. A claim ends with `add`, `release` or `close`, or when the grader's process dies.
        """
        key = (stage, student)
        with self._guard, self._plain_errors():
            if key in self._claims or (lock := self._locks.acquire("/".join(key))) is None:
                return False
            self._claims[key] = lock
        newest = sa.select(sa.func.max(attempts.c.id)).where(
            attempts.c.stage == stage,
            attempts.c.student == student,
            attempts.c.submission_sha256 == submission_sha256,
            attempts.c.id > self._seen,
        )
        free = False
        try:
            with self._transaction() as connection:
                free = connection.scalar(newest) in self._own | {None}
        finally:
            if not free:
                self.release(stage, student)
        return free

    def release(self, stage: str, student: str) -> None:
        """Give up a claim, if there is one, without recording anything."""
        with self._guard, self._plain_errors():
            if (lock := self._claims.pop((stage, student), None)) is not None:
                self._locks.release(lock)

    def _read(self, *conditions: sa.ColumnElement[bool]) -> list[Attempt]:
        found = defaultdict(list)
        with self._transaction() as connection:
            rows = connection.execute(attempts.select().where(*conditions).order_by(attempts.c.id)).all()
            chosen = results.c.attempt.in_([row.id for row in rows])
            for row in connection.execute(results.select().where(chosen).order_by(results.c.position)):
                found[row.attempt].append(
                    Result(row.test, row.task, row.points, row.max_points, tuple(row.failed), tuple(row.hints))
                )
        return [_attempt(row, tuple(found[row.id])) for row in rows]

    @contextmanager
    def _transaction(self) -> Iterator[sa.Connection]:
        with self._plain_errors(), self._engine.begin() as connection:
            yield connection

    @contextmanager
    def _plain_errors(self) -> Iterator[None]:
        try:
            yield
        except sa.exc.SQLAlchemyError as err:
            url = self._engine.url
            reason = str(getattr(err, "orig", None) or err).strip().partition("\n")[0]
            where = f" on {url.host}" if url.host else ""
            raise ValueError(f"the database {url.database}{where} failed: {reason}") from err


def database_url(url: str) -> str:
    """The URL as SQLAlchemy and nbgrader need it: sqlite:///FILE, or PostgreSQL's through psycopg 3.

    Takes also postgresql:// and postgres://. Raises ValueError, which never repeats the URL, for anything else.
    """
    try:
        parsed = sa.make_url(url)
    except sa.exc.ArgumentError:
        parsed = None
    if parsed and "@" in (parsed.host or ""):  # else what follows the first @ of a password would be shown as the host
        raise ValueError("in a database's URL, an @ in the password must be written %40")
    if parsed and parsed.drivername in ("postgresql", "postgres", "postgresql+psycopg"):
        return parsed.set(drivername="postgresql+psycopg").render_as_string(hide_password=False)
    if parsed and parsed.drivername == "sqlite" and parsed.database not in (None, "", ":memory:"):
        return parsed.render_as_string(hide_password=False)
    raise ValueError(
        "the database must be sqlite:///FILE (four slashes begin an absolute path) or postgresql://USER@HOST/NAME"
    )


def _engine(url: sa.URL) -> sa.Engine:
    if url.get_backend_name() != "sqlite":
        return sa.create_engine(url, pool_pre_ping=True)
    engine = sa.create_engine(url, connect_args={"timeout": 60})

    @sa.event.listens_for(engine, "connect")
    def begin_by_ourselves(connection, _):
        connection.isolation_level = None

    @sa.event.listens_for(engine, "begin")
    def take_the_lock_at_once(connection):  # two that read first and write later would refuse each other
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def _create_tables(connection: sa.Connection) -> None:
    if connection.dialect.name == "postgresql":  # creating a table that another is creating fails, even IF NOT EXISTS
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(lock_number("create tables"))))
    gradebook.create_tables(connection)
    metadata.create_all(connection)


def _attempt(row: sa.Row, found: tuple[Result, ...]) -> Attempt:
    values = row._asdict() | {"results": found, "time": row.time.replace(tzinfo=UTC), "status": Status(row.status)}
    values |= {"reasons": tuple(row.reasons), "repairs": tuple(row.repairs)}
    del values["id"]
    return Attempt(**values)
