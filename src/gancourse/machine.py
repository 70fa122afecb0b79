"""What this process may use of the machine: CPUs and memory, less where a container or a batch system allows less."""

import math
import os
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

CGROUPS = Path("/sys/fs/cgroup")
OWN = Path("/proc/self/cgroup")  # this process's groups: HIERARCHY:CONTROLLERS:PATH


class Memory(NamedTuple):
    """In bytes. limited: whether a container's limit is the smaller one."""

    total: int
    available: int
    limited: bool


def cpus() -> int:
    """How many CPUs' time this process may use, at least 1: its affinity, and its container's quota, rounded up."""
    return max(1, min([_affinity(), *(math.ceil(quota) for quota in _quotas())]))


def limited() -> bool:
    """Whether a container's quota is less than the CPUs that this process sees."""
    return cpus() < _affinity()


def memory() -> Memory:
    """Memory of the machine, or what its container leaves: the least that any of the groups above allows."""
    import psutil

    host = psutil.virtual_memory()
    total, available, limited = host.total, host.available, False
    for limit, used in _limits():
        if limit < host.total:
            total, available, limited = min(total, limit), min(available, max(0, limit - used)), True
    return Memory(total, available, limited)


def _affinity() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _quotas() -> Iterator[float]:
    """The CPUs that each group with a quota allows (cgroup v2: cpu.max; v1: cpu.cfs_quota_us)."""
    for folder in _groups("cpu"):
        maximum = _words(folder / "cpu.max") or _words(folder / "cpu.cfs_quota_us") + _words(
            folder / "cpu.cfs_period_us"
        )
        with suppress(ValueError, ZeroDivisionError):
            quota, period = map(int, maximum)  # v2 says "max", v1 -1 where there is none
            if quota > 0:
                yield quota / period


def _limits() -> Iterator[tuple[int, int]]:
    """(limit, used) in bytes of each group with a limit; what the system can take back at once isn't used."""
    for folder in _groups("memory"):
        for limit, usage in (
            ("memory.max", "memory.current"),
            ("memory.high", "memory.current"),
            ("memory.limit_in_bytes", "memory.usage_in_bytes"),
        ):
            with suppress(ValueError, IndexError):
                most, used = int(_words(folder / limit)[0]), int(_words(folder / usage)[0])
                facts = _words(folder / "memory.stat")
                facts = dict(zip(facts[::2], facts[1::2]))
                cached = facts.get("total_inactive_file", facts.get("inactive_file", 0))
                yield most, max(0, used - int(cached))


def _groups(controller: str) -> Iterator[Path]:
    """The folders of this process's group for a controller and of all above it, as far as they can be seen.

    In a container the path may be the host's, and its own group is then what is mounted.
    """
    if sys.platform != "linux":
        return
    try:
        lines = OWN.read_text("utf-8").splitlines()
    except (OSError, ValueError):
        lines = []
    for line in lines or ["0::/"]:
        number, controllers, path = (*line.split(":", 2), "", "")[:3]
        if number == "0" and not controllers:
            tops = [CGROUPS, CGROUPS / "unified"]
        elif controller in controllers.split(","):
            tops = [CGROUPS / controllers, CGROUPS / controller]
        else:
            continue
        for top in tops:
            below = path.strip("/")
            for part in (below, *map(str, Path(below).parents)) if below else ("",):
                if ".." not in part and (top / part).is_dir():
                    yield top / part


def _words(file: Path) -> list[str]:
    """The words in one of the system's files; none where it can't be read."""
    try:
        return file.read_text("utf-8").split()
    except (OSError, ValueError):
        return []
