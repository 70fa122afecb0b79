"""Turns on this machine: submissions run beside each other, but one that others left no time runs once more alone."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager

from gancourse import paths


@contextmanager
def beside() -> Iterator[None]:
    """For a submission that shares the machine with others of this user; waits for one that has to run alone."""
    with _lock("queue", fcntl.LOCK_EX):
        running = _lock("running", fcntl.LOCK_SH)
        running.__enter__()
    try:
        yield
    finally:
        running.__exit__(None, None, None)


@contextmanager
def alone() -> Iterator[None]:
    """For one that runs alone: waits until those that run have ended, and lets no other begin."""
    with _lock("queue", fcntl.LOCK_EX), _lock("running", fcntl.LOCK_EX):
        yield


@contextmanager
def _lock(name: str, kind: int) -> Iterator[None]:
    """A lock by a file, so that it holds between processes, too, and ends with whoever dies."""
    folder = paths.temporary()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)  # whoever cleans /tmp may have taken it away
    handle = os.open(folder / f"turn-{name}", os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(handle, kind)
        yield
    finally:
        os.close(handle)
