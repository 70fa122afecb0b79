"""What a process may use, where a container allows less than the machine has: made-up cgroups of both versions."""

import os
from pathlib import Path

import psutil
import pytest

from gancourse import doctor, jupyter, machine
from gancourse.grading import batch

GIB = 2**30


@pytest.fixture
def cgroups(tmp_path, monkeypatch):
    """A function that makes files under a /sys/fs/cgroup, and says in which groups this process is."""
    monkeypatch.setattr(machine, "CGROUPS", tmp_path / "cgroup")
    monkeypatch.setattr(machine, "OWN", tmp_path / "own")
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setattr(os, "sched_getaffinity", lambda pid: set(range(64)), raising=False)
    host = psutil.virtual_memory()._replace(total=256 * GIB, available=200 * GIB)
    monkeypatch.setattr(psutil, "virtual_memory", lambda: host)

    def make(own: str, **files: str) -> None:
        (tmp_path / "own").write_text(own)
        for name, content in files.items():
            file = tmp_path / "cgroup" / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(content)

    return make


def stat(inactive: int, key: str = "inactive_file") -> str:
    return f"anon 1\n{key} {inactive}\nslab 3\n"


def test_without_limits_the_machine_counts(cgroups):
    cgroups("0::/user.slice\n", **{"user.slice/memory.max": "max\n", "user.slice/cpu.max": "max 100000\n"})
    assert machine.cpus() == 64 and not machine.limited()
    assert machine.memory() == (256 * GIB, 200 * GIB, False)


@pytest.mark.parametrize(
    ("own", "files"),
    [
        (
            "0::/\n",  # version 2, a container's own view
            {
                "cpu.max": "150000 100000\n",
                "memory.max": f"{4 * GIB}\n",
                "memory.current": f"{3 * GIB}\n",
                "memory.stat": stat(GIB),
            },
        ),
        (
            "0::/kubepods/pod1/c1\n",  # the limits are those of groups above
            {
                "kubepods/cpu.max": "400000 100000\n",
                "kubepods/pod1/cpu.max": "150000 100000\n",
                "kubepods/pod1/c1/cpu.max": "max 100000\n",
                "kubepods/memory.max": f"{4 * GIB}\n",
                "kubepods/memory.current": f"{3 * GIB}\n",
                "kubepods/memory.stat": stat(GIB),
                "kubepods/pod1/c1/memory.max": "max\n",
                "kubepods/pod1/c1/memory.current": "5\n",
            },
        ),
        (
            "5:memory:/docker/abc\n3:cpu,cpuacct:/docker/abc\n0::/\n",  # version 1, the path is the host's
            {
                "cpu,cpuacct/cpu.cfs_quota_us": "150000\n",
                "cpu,cpuacct/cpu.cfs_period_us": "100000\n",
                "memory/memory.limit_in_bytes": f"{4 * GIB}\n",
                "memory/memory.usage_in_bytes": f"{3 * GIB}\n",
                "memory/memory.stat": stat(GIB, "total_inactive_file"),
            },
        ),
        (
            "5:memory:/slurm/job\n3:cpu:/slurm/job\n",
            {
                "cpu/cpu.cfs_quota_us": "-1\n",
                "cpu/cpu.cfs_period_us": "100000\n",
                "cpu/slurm/cpu.cfs_quota_us": "15000\n",
                "cpu/slurm/cpu.cfs_period_us": "10000\n",
                "memory/slurm/job/memory.limit_in_bytes": f"{4 * GIB}\n",
                "memory/slurm/job/memory.usage_in_bytes": f"{2 * GIB}\n",
                "memory/memory.limit_in_bytes": f"{2**63 - 4096}\n",
                "memory/memory.usage_in_bytes": f"{90 * GIB}\n",
            },
        ),
    ],
    ids=["v2", "v2, groups above", "v1", "v1, groups above"],
)
def test_a_container_s_limits_are_heeded(cgroups, own, files):
    cgroups(own, **files)
    assert machine.cpus() == 2 and machine.limited()
    assert machine.memory() == (4 * GIB, 2 * GIB, True)


@pytest.mark.parametrize("quota", ["1000 100000", "100 0", "", "max", "many"])
def test_a_small_or_broken_quota_leaves_one_cpu_or_all(cgroups, quota):
    cgroups("0::/\n", **{"cpu.max": quota, "memory.max": "much", "memory.current": ""})
    assert machine.cpus() == (1 if quota.startswith("1000 ") else 64)
    assert not machine.memory().limited


@pytest.mark.parametrize("own", ["", "nonsense\n", "0::/../..\n", "1:cpu\n"])
def test_whatever_the_system_s_files_hold_nothing_is_raised(cgroups, own):
    cgroups(own)
    assert machine.cpus() == 64 and machine.memory().available == 200 * GIB


def test_one_that_used_more_than_its_limit_has_nothing_left(cgroups):
    cgroups("0::/\n", **{"memory.max": f"{GIB}", "memory.current": f"{2 * GIB}"})
    assert machine.memory() == (GIB, 0, True)


def test_doctor_and_grade_go_by_what_the_container_leaves(cgroups):
    cgroups("0::/\n", **{"cpu.max": "max 100000", "memory.max": f"{4 * GIB}", "memory.current": f"{GIB // 2}"})
    assert batch._jobs() == 2, "64 CPUs, but memory for two submissions"
    finding = doctor._memory()
    assert finding.fine and finding.found == "3.5 of 4.0 GiB free within the container's limit"
    cgroups("0::/\n", **{"cpu.max": "50000 100000", "memory.max": f"{GIB}", "memory.current": "0"})
    assert batch._jobs() == 1 and "1 cores" in doctor._device().found
    assert not doctor._memory().fine and "raise the container's limit" in doctor._memory().mend


def test_frameworks_start_as_many_threads_as_there_are_cpus_to_use(cgroups, tmp_path, monkeypatch):
    for name in ("OMP_NUM_THREADS", "TF_NUM_INTRAOP_THREADS"):
        monkeypatch.delenv(name, raising=False)
    cgroups("0::/\n", **{"cpu.max": "200000 100000"})
    made = jupyter.environment(tmp_path)
    assert made["OMP_NUM_THREADS"] == made["TF_NUM_INTRAOP_THREADS"] == "2"
    monkeypatch.setenv("OMP_NUM_THREADS", "7")
    assert jupyter.environment(tmp_path)["OMP_NUM_THREADS"] == "7"
    cgroups("0::/\n", **{"cpu.max": "max 100000"})
    assert "TF_NUM_INTRAOP_THREADS" not in jupyter.environment(tmp_path)


def test_this_machine_is_read_without_an_error():
    assert 1 <= machine.cpus() <= (os.cpu_count() or 1)
    assert 0 <= machine.memory().available <= machine.memory().total <= psutil.virtual_memory().total
    assert not Path("/proc/self/cgroup").exists() or isinstance(machine.limited(), bool)
