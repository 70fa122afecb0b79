"""Grading on a Dask cluster: the same results, and none is lost when a worker dies."""

import os
import shutil
import signal
import sys

import pytest
from distributed import LocalCluster
from toycourse import STAGE, make, submit

from gancourse.grading import batch
from gancourse.grading.books.records import Records
from gancourse.grading.judge import GradingError

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or not shutil.which("bwrap"), reason="no bubblewrap on this machine"
)

RIGHT = {
    "double": "import time\ntime.sleep(1)\ndef double(x):\n    return x + x",
    "half": "def half(x):\n    return 0.5 * x",
}


@pytest.fixture
def cluster():
    """Starts one, with what LocalCluster takes."""
    started = []

    def start(**options) -> LocalCluster:
        started.append(LocalCluster(threads_per_worker=1, dashboard_address=None, **options))
        return started[-1]

    yield start
    for each in started:
        each.close()


def test_a_worker_that_dies_loses_nothing(tmp_path, cluster):
    root = make(tmp_path)
    names = [f"s{number}" for number in range(6)]
    for name in names:
        submit(root, name, RIGHT)
    submit(root, "wrong", RIGHT | {"half": "def half(x):\n    return x"})
    workers, killed = cluster(n_workers=2, processes=True), []

    def kill_one(outcome, done, total):
        if not killed:  # the first result is here, so both are at work
            killed.append(next(iter(workers.workers.values())).process.process.pid)
            os.kill(killed[0], signal.SIGKILL)

    summary = batch.grade(root, STAGE, scheduler=workers.scheduler_address, report=kill_one)
    assert killed
    assert {o.student: o.found.score for o in summary.outcomes} == dict.fromkeys(names, 3) | {"wrong": 2}
    assert not summary.unresolved
    with Records(f"sqlite:///{root / 'gradebook' / 'gradebook.db'}") as records:
        assert all(len(records.history(STAGE, name)) == 1 for name in names)
        assert len({attempt.seed for attempt in records.latest(STAGE).values()}) == 1


def test_a_worker_without_a_sandbox_grades_nothing(tmp_path, cluster, monkeypatch):
    root = make(tmp_path)
    submit(root, "ann", RIGHT)
    judged = batch._prepare(root, STAGE, batch.LIMITS, True)
    monkeypatch.setattr(batch, "_prepare", lambda *_: judged)
    workers = cluster(n_workers=1, processes=False)  # in this process, whose PATH it shares
    monkeypatch.setenv("PATH", str(tmp_path))
    (outcome,) = batch.grade(root, STAGE, scheduler=workers.scheduler_address).outcomes
    assert outcome.found.status == "error" and "bubblewrap" in outcome.found.reasons[0]
    assert not outcome.resolved


def test_a_worker_that_always_fails_is_told(tmp_path, cluster, monkeypatch):
    root = make(tmp_path)
    submit(root, "ann", RIGHT)
    workers = cluster(n_workers=1, processes=False)
    judged = batch._prepare(root, STAGE, batch.LIMITS, True)
    monkeypatch.setattr(batch, "_prepare", lambda *_: judged)
    monkeypatch.setattr(batch.assess, "assess", unable)
    (outcome,) = batch.grade(root, STAGE, scheduler=workers.scheduler_address).outcomes
    assert outcome.found.status == "error"
    assert outcome.found.reasons == ("no worker could grade it: ModuleNotFoundError: No module named 'gancourse'",)


def unable(*_):
    raise ModuleNotFoundError("No module named 'gancourse'")


def test_no_scheduler_and_no_worker_are_told(tmp_path, cluster, monkeypatch):
    root = make(tmp_path)
    submit(root, "ann", RIGHT)
    monkeypatch.setattr(batch, "_prepare", lambda *_: None)
    monkeypatch.setattr(batch, "PATIENCE", 1)
    with pytest.raises(GradingError, match="no Dask scheduler answers at tcp://127.0.0.1:1 "):
        batch.grade(root, STAGE, scheduler="tcp://127.0.0.1:1")
    address = cluster(n_workers=0, processes=False).scheduler_address
    with pytest.raises(GradingError, match=f"has no worker: start one with `dask worker {address}`"):
        batch.grade(root, STAGE, scheduler=address)
