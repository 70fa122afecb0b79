"""Control groups (cgroup v2) for submissions, where this process was given its own subtree to make them in.

`systemd-run --user --scope -p Delegate=yes gancourse grade 01` gives it one. In a group the kernel itself bounds
memory, processes and processor time, at once and whatever is forked; elsewhere `meter` looks ten times a second.
See the kernel's Documentation/admin-guide/cgroup-v2.rst, and systemd.resource-control(5) on Delegate.
"""

import contextlib
import itertools
import os
import re
import time
from functools import cache
from pathlib import Path

CONTROLLERS = ("cpu", "memory", "pids")
numbers = itertools.count()


@cache
def subtree() -> Path | None:
    """The subtree that is this process's to divide; None where there is none, as on most machines.

    All of its own processes move to a group below it, since only a group without processes may have groups that are
    bounded.
    """
    with contextlib.suppress(OSError, StopIteration, TypeError):
        own = next(
            line.partition("::")[2] for line in Path("/proc/self/cgroup").read_text().splitlines() if line[:3] == "0::"
        )
        mounts = Path("/proc/self/mountinfo").read_text()
        place = Path(re.search(r"^\S+ \S+ \S+ \S+ (\S+) .* - cgroup2 ", mounts, re.M)[1]) / own.lstrip("/")
        return divide(place) if os.getxattr(place, "user.delegate") == b"1" else None
    return None


def divide(place: Path) -> Path | None:
    """Make the group ready to have bounded groups below it; None where a controller is missing."""
    if not set(CONTROLLERS) <= set((place / "cgroup.controllers").read_text().split()):
        return None
    (place / "grader").mkdir(exist_ok=True)
    for pid in (place / "cgroup.procs").read_text().split():
        with contextlib.suppress(OSError):  # one that has ended meanwhile
            (place / "grader" / "cgroup.procs").write_text(pid)
    (place / "cgroup.subtree_control").write_text(" ".join(f"+{name}" for name in CONTROLLERS))
    return place


class Group:
    """A group for the processes of one submission."""

    def __init__(self, above: Path, memory: int, processes: int):
        """memory: bytes, of all processes together; processes: and threads. One processor's time is theirs at most."""
        self.place = above / f"submission-{os.getpid()}-{next(numbers)}"
        self.place.mkdir()
        settings = {
            "memory.max": memory,
            "memory.swap.max": 0,
            "memory.oom.group": 1,
            "pids.max": processes,
            "cpu.max": "100000 100000",
        }
        for name, value in settings.items():
            with contextlib.suppress(FileNotFoundError):  # memory.swap.max is missing where there is no swap
                (self.place / name).write_text(str(value))

    def add(self, pid: int) -> None:
        (self.place / "cgroup.procs").write_text(str(pid))

    def out_of_memory(self) -> bool:
        """Whether the kernel has ended the group's processes for lack of memory."""
        with contextlib.suppress(OSError):
            return re.search(r"^oom_kill [1-9]", (self.place / "memory.events").read_text(), re.M) is not None
        return False

    def close(self) -> None:
        """End all that runs in it, and the group."""
        for _ in range(100):
            with contextlib.suppress(OSError):
                (self.place / "cgroup.kill").write_text("1")
            try:
                self.place.rmdir()
            except FileNotFoundError:
                return
            except OSError:  # processes are dying
                time.sleep(0.02)
            else:
                return
