"""Locks by name between the graders of one database; those of a grader that dies are free at once."""

import contextlib
import hashlib
from pathlib import Path

import filelock
import sqlalchemy as sa


class FileLocks:
    """Locks between the processes that use an SQLite database, in files beside it, which the system frees."""

    def __init__(self, database: Path):
        self._folder = database.absolute().with_name(f".{database.name}.claims")

    def acquire(self, name: str) -> filelock.FileLock | None:
        """The lock, for `release`; None where somebody has it."""
        self._folder.mkdir(exist_ok=True)
        path = self._folder / f"{hashlib.sha256(name.encode()).hexdigest()[:32]}.lock"
        lock = filelock.FileLock(path, thread_local=False)
        try:
            lock.acquire(blocking=False)
        except filelock.Timeout:
            return None
        return lock

    def release(self, lock: filelock.FileLock) -> None:
        lock.release()

    def close(self) -> None:
        pass


class ServerLocks:
    """Locks between all who use a PostgreSQL database, held by one connection; the server frees them with it.

    Not for several threads at a time.
    """

    def __init__(self, url: sa.URL):
        self._engine = sa.create_engine(url, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
        self._connection = None

    def acquire(self, name: str) -> int | None:
        """The lock, for `release`; None where somebody else has it."""
        number = lock_number(name)
        try:
            return number if self._locked(number) else None
        except sa.exc.SQLAlchemyError:
            self.close()  # the connection may have broken since it was last used
            return number if self._locked(number) else None

    def release(self, number: int) -> None:
        if self._connection is not None:
            try:
                self._connection.execute(sa.select(sa.func.pg_advisory_unlock(number)))
            except sa.exc.SQLAlchemyError:  # a connection that broke has lost its locks anyway
                self.close()

    def _locked(self, number: int) -> bool:
        if self._connection is None:
            self._connection = self._engine.connect()
            for setting in ("idle = 60", "interval = 10", "count = 3"):  # a grader's machine may vanish
                self._connection.exec_driver_sql(f"SET tcp_keepalives_{setting}")
        return self._connection.scalar(sa.select(sa.func.pg_try_advisory_lock(number)))

    def close(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            with contextlib.suppress(sa.exc.SQLAlchemyError):
                connection.close()


def lock_number(name: str) -> int:
    """A name in the form that PostgreSQL's advisory locks need: 64 bits, signed."""
    return int.from_bytes(hashlib.sha256(f"gancourse {name}".encode()).digest()[:8], signed=True)
