"""What the processes of a sandbox use, looked at from outside: memory, processes, files, and time of the processor."""

import contextlib
import os
import stat
import time
from pathlib import Path
from typing import NamedTuple


class Use(NamedTuple):
    """threads: of all processes. memory: bytes, shared pages counted once, files in memory included. files: how many
    the file systems in memory hold. share: of the time since the last look, how much the processes are to be charged
    with: 1 where they ran or slept, less where they waited for a processor that others had; but 1 again where together
    they had a whole one, since then they wait for each other."""

    threads: int
    memory: int
    files: int
    share: float


class Meter:
    """Looks at the processes of one sandbox, again and again."""

    def __init__(self, places: list[Path]):
        """places: the file systems in memory that the processes may write to, as they are seen from outside."""
        self._places = places
        self._scheduled: dict[str, tuple[int, int]] = {}
        self._looked = time.monotonic_ns()

    def look(self, pids: list[int], memory_limit: int) -> Use:
        """What these processes use now. Memory is exact where it may be above the limit, and else at most that."""
        blocks = files = 0
        for place in self._places:
            with contextlib.suppress(OSError):
                facts = os.statvfs(place)
                blocks += (facts.f_blocks - facts.f_bfree) * facts.f_frsize
                files += facts.f_files - facts.f_ffree
        held = _held(pids)
        memory = sum(map(_resident, pids)) + blocks + held
        if memory > memory_limit:  # pages that processes share were counted for each of them
            memory = sum(map(_proportional, pids)) + blocks + held
        scheduled, now = _scheduled(pids), time.monotonic_ns()
        share = _share(self._scheduled, scheduled, now - self._looked)
        self._scheduled, self._looked = scheduled, now
        return Use(len(scheduled), memory, files, share)


def _resident(pid: int) -> int:
    """Bytes of the process's own and of shared anonymous memory; both may be shared with others."""
    wanted = {"RssAnon:", "RssShmem:"}
    with contextlib.suppress(OSError, ValueError, IndexError):
        lines = (line.split() for line in Path(f"/proc/{pid}/status").read_text().splitlines())
        return sum(int(words[1]) for words in lines if words and words[0] in wanted) * 1024
    return 0


def _proportional(pid: int) -> int:
    """The same with each page divided by the number of processes that share it."""
    wanted = {"Pss_Anon:", "Pss_Shmem:"}
    with contextlib.suppress(OSError, ValueError, IndexError):
        lines = (line.split() for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines())
        return sum(int(words[1]) for words in lines if words and words[0] in wanted) * 1024
    return _resident(pid)


def _held(pids: list[int]) -> int:
    """Bytes of files in memory that processes hold open and that no folder names any more."""
    seen, size = set(), 0
    for pid in pids:
        with contextlib.suppress(OSError):
            for number in Path(f"/proc/{pid}/fd").iterdir():
                with contextlib.suppress(OSError):
                    held = number.stat()
                    key = held.st_dev, held.st_ino
                    if stat.S_ISREG(held.st_mode) and held.st_nlink == 0 and key not in seen:
                        seen.add(key)
                        size += held.st_blocks * 512
    return size


def _scheduled(pids: list[int]) -> dict[str, tuple[int, int]]:
    """For each thread the nanoseconds that it ran, and those that it waited for a processor (proc(5), schedstat)."""
    found = {}
    for pid in pids:
        with contextlib.suppress(OSError):
            for task in Path(f"/proc/{pid}/task").iterdir():
                found[task.name] = (0, 0)
                with contextlib.suppress(OSError, ValueError, IndexError):
                    ran, waited = (task / "schedstat").read_text().split()[:2]
                    found[task.name] = int(ran), int(waited)
    return found


def _share(before: dict[str, tuple[int, int]], now: dict[str, tuple[int, int]], passed: int) -> float:
    ran = sum(now[task][0] - before[task][0] for task in now.keys() & before.keys())
    waited = sum(now[task][1] - before[task][1] for task in now.keys() & before.keys())
    return max(ran / (ran + waited), min(1.0, ran / passed)) if ran + waited > 0 else 1.0
