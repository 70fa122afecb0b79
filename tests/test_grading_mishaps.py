"""What happens to a batch that isn't the submissions' doing: a busy machine, a folder that vanishes, a stop between."""

import shutil
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import nbformat
import pytest
from graded import assessment
from test_grading_batch import RIGHT, autograded, database, grade, history
from toycourse import POINTS, STAGE, make, notebook, submit

from gancourse.grading import assess
from gancourse.grading.assessment import Status
from gancourse.grading.books import saving
from gancourse.grading.books.records import Records
from gancourse.grading.sandbox import session
from gancourse.grading.sandbox.box import Limits

sandboxed = pytest.mark.skipif(
    sys.platform != "linux" or not shutil.which("bwrap"), reason="no bubblewrap (Debian: apt install bubblewrap)"
)


@pytest.fixture
def judged(tmp_path):
    root = make(tmp_path / "course")
    return assess.prepare(root, STAGE, limits=Limits(cell_seconds=20))


def starve(monkeypatch, times: int) -> list[str]:
    """Let the first `times` runs of double's test have too little time; the list grows with how each one ran."""
    runs, real = [], session._run

    def run(kernel_, cell, *given):
        if session.grade_id(cell) != "double-values" or len(runs) >= 2 * times:
            return real(kernel_, cell, *given)
        runs.append(cell.source)
        return session.Outcome(ended="took more than 60 seconds, most of them on a busy machine", starved=True)

    monkeypatch.setattr(session, "_run", run)
    return runs


@sandboxed
def test_a_cell_that_others_left_no_time_runs_again(judged, monkeypatch):
    runs = starve(monkeypatch, times=0.5)
    found = assess.assess(judged, nbformat.writes(notebook()).encode())
    assert len(runs) == 1 and found.status is Status.GRADED and found.score == sum(POINTS.values())


@sandboxed
def test_one_that_has_none_alone_either_is_looked_at(judged, monkeypatch):
    starve(monkeypatch, times=9)
    found = assess.assess(judged, nbformat.writes(notebook()).encode())
    assert found.status is Status.REVIEW and "the machine was busy" in found.reasons[0]
    assert {result.test: result.points for result in found.results} == {"double-values": 0, "half-values": 1}


@sandboxed
def test_a_submission_that_vanishes_meanwhile_keeps_its_result(tmp_path, monkeypatch):
    root = make(tmp_path / "course")
    for student in ("ann", "bob"):
        submit(root, student, RIGHT)
    grade(root)
    real = assess.assess

    def slow(stage, raw, files=None):  # while ann's runs, bob takes his away
        shutil.rmtree(root / "gradebook" / "submitted" / "bob" / STAGE, ignore_errors=True)
        return real(stage, raw, files)

    monkeypatch.setattr(assess, "canary", lambda stage: None)
    monkeypatch.setattr(assess, "assess", slow)
    monkeypatch.setattr("gancourse.grading.batch._workers", one_at_a_time)
    found = grade(root, force=True)
    assert found["ann"].found.status is Status.GRADED
    assert found["bob"].found.status is Status.GRADED and "vanished" in found["bob"].note
    assert (autograded(root, "bob") / f"{STAGE}.ipynb").exists() and len(history(root, "bob")) == 1


@contextmanager
def one_at_a_time(jobs, scheduler):
    with ThreadPoolExecutor(1) as executor:
        yield executor, lambda: 1


def test_a_folder_is_replaced_in_one_step(tmp_path):
    folder = tmp_path / "autograded"
    saving._replace_folder(folder, {"a.txt": b"old"})
    inode = folder.stat().st_ino
    saving._replace_folder(folder, {"b/c.txt": b"new"})
    assert [str(path.relative_to(folder)) for path in sorted(folder.rglob("*"))] == ["b", "b/c.txt"]
    assert folder.stat().st_ino != inode and list(tmp_path.iterdir()) == [folder]


def test_where_folders_cannot_be_exchanged_they_are_renamed(tmp_path, monkeypatch):
    monkeypatch.setattr(saving, "_exchange", lambda a, b: False)
    folder = tmp_path / "autograded"
    for content in (b"old", b"new"):
        saving._replace_folder(folder, {"a.txt": content})
    assert (folder / "a.txt").read_bytes() == b"new" and list(tmp_path.iterdir()) == [folder]


@sandboxed
def test_nothing_to_do_for_a_class_of_decided_reviews_reads_the_gradebook_once(tmp_path, monkeypatch):
    root = make(tmp_path / "course")
    submit(root, "ann", RIGHT)
    grade(root)
    with Records(database(root)) as records:
        for number in range(30):
            records.add(STAGE, f"l{number}", assessment(status=Status.REVIEW), submission_sha256="a", version="1")
            (root / "gradebook" / "submitted" / f"l{number}").mkdir()
    calls, real = [], Records.standings
    monkeypatch.setattr(Records, "standings", lambda self, stage: calls.append(stage) or real(self, stage))
    grade(root)
    assert len(calls) == 1
