"""The course's database, SQLite or PostgreSQL: nbgrader's gradebook, every attempt beside it, claims between graders.

The newest attempt is what counts.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa

from gancourse.grading.assessment import Assessment, Status
from gancourse.grading.books import attempts, gradebook
from gancourse.grading.books.attempts import Attempt
from gancourse.grading.books.claims import FileLocks, ServerLocks, lock_number
from gancourse.grading.books.gradebook import Learner, Standing
from gancourse.grading.course import database_url

DECIDABLE = (Status.REVIEW, Status.TIMEOUT)  # an instructor can settle these in Formgrader, which has their notebook


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
            self._seen = attempts.last(connection)
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
        with self._transaction() as connection:
            number = attempts.add(
                connection, stage, student, assessment, submission_sha256=submission_sha256, version=version
            )
        with self._guard:
            self._own.add(number)
        self.release(stage, student)

    def latest(self, stage: str) -> dict[str, Attempt]:
        """The newest attempt of each learner who has one."""
        with self._transaction() as connection:
            return attempts.latest(connection, stage)

    def history(self, stage: str, student: str) -> list[Attempt]:
        """All attempts at one learner's submissions, oldest first."""
        with self._transaction() as connection:
            return attempts.history(connection, stage, student)

    def stages(self) -> list[str]:
        """The stages of which anything was graded, by this course's grader or by nbgrader alone, in order."""
        with self._transaction() as connection:
            return sorted(gradebook.stages(connection) | attempts.stages(connection))

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
        return settled(past[-1], self.standings(stage).get(student))

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
        free = False
        try:
            with self._transaction() as connection:
                last = attempts.last_of(connection, stage, student, submission_sha256, after=self._seen)
                free = last in self._own | {None}
        finally:
            if not free:
                self.release(stage, student)
        return free

    def release(self, stage: str, student: str) -> None:
        """Give up a claim, if there is one, without recording anything."""
        with self._guard, self._plain_errors():
            if (lock := self._claims.pop((stage, student), None)) is not None:
                self._locks.release(lock)

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


def settled(attempt: Attempt, standing: Standing | None) -> bool:
    """Whether nobody need do more about the attempt: its status says so, or an instructor has decided it since."""
    if attempt.status in DECIDABLE:
        return standing is not None and not standing.needs_grade
    return attempt.status.resolved


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
    attempts.create_tables(connection)
