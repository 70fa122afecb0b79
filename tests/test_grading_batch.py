"""A class graded as a whole: everybody's one status, what nbgrader and Formgrader see of it, going on after a stop."""

import datetime
import io
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nbformat
import psutil
import pytest
import typer
from conftest import hears_ctrl_c
from nbgrader.api import Gradebook
from nbgrader.apps.api import NbGraderAPI
from nbgrader.coursedir import CourseDirectory
from rich.console import Console
from toycourse import MARKER, POINTS, STAGE, make, notebook, submit
from typer.testing import CliRunner

import gancourse
from gancourse import paths
from gancourse.cli import progress
from gancourse.cli.grade import grade as grade_command
from gancourse.grading import assess, batch
from gancourse.grading.assessment import Assessment, Result, Status
from gancourse.grading.books import saving
from gancourse.grading.books.records import Records
from gancourse.grading.course import settings
from gancourse.grading.intake import handin
from gancourse.grading.intake.reading import MAX_BYTES, Unreadable
from gancourse.grading.judge import GradingError
from gancourse.grading.notebooks import source_path
from gancourse.grading.sandbox.box import Limits, SandboxError

pytest_plugins = ["postgres"]
pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or not shutil.which("bwrap"), reason="no bubblewrap on this machine"
)

RIGHT = {"double": "def double(x):\n    return x + x", "half": "def half(x):\n    return 0.5 * x"}
HALF_RIGHT = RIGHT | {"double": "def double(x):\n    return abs(x) * 2"}
PATCHED = RIGHT | {"half": "np.allclose = lambda *a, **k: True\ndef half(x):\n    return x / 2"}
SLOW = RIGHT | {"double": "import time\ntime.sleep(60)\ndef double(x):\n    return 2 * x"}
FULL = {"double-values": 2, "half-values": 1}


def grade(root: Path, **options) -> dict[str, batch.Outcome]:
    summary = batch.grade(root, STAGE, **{"jobs": 2} | options)
    return {outcome.student: outcome for outcome in summary.outcomes}


def hand_in_again(root: Path, student: str, answers: dict[str, str]) -> Path:
    shutil.rmtree(root / "gradebook" / "submitted" / student / STAGE, ignore_errors=True)
    return submit(root, student, answers)


def database(root: Path) -> str:
    return f"sqlite:///{root / 'gradebook' / 'gradebook.db'}"


def history(root: Path, student: str, url: str | None = None) -> list:
    with Records(url or database(root)) as records:
        return records.history(STAGE, student)


def grades(root: Path, student: str) -> dict[str, tuple]:
    """What nbgrader's gradebook has for each test cell: automatic points, a person's, and whether one is needed."""
    with Gradebook(database(root)) as gradebook:
        found = gradebook.find_submission_notebook(STAGE, STAGE, student).grades
        return {g.name: (g.auto_score, g.manual_score, g.needs_manual_grade) for g in found}


def autograded(root: Path, student: str) -> Path:
    return root / "gradebook" / "autograded" / student / STAGE


def formgrader(root: Path) -> dict[str, dict]:
    """What Formgrader lists as submissions."""
    config = settings(root)
    return {s["student"]: s for s in NbGraderAPI(CourseDirectory(config=config), config=config).get_submissions(STAGE)}


def instructor(root: Path, student: str, points: dict[str, float] | None = None, comment: str | None = None) -> None:
    """What a person saves in Formgrader: points for these tests, or all tests as they are, and a comment on `half`."""
    with Gradebook(database(root)) as gradebook:
        found = gradebook.find_submission_notebook(STAGE, STAGE, student)
        for each in found.grades:
            if points is None or each.name in points:
                each.manual_score = (points or {}).get(each.name, each.manual_score)
                each.needs_manual_grade = False
        for each in found.comments:
            each.manual_comment = comment if each.name == "half" else None
        gradebook.db.commit()


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """A class of all sorts, graded once: its course, the outcomes, and what was reported on the way."""
    root = make(tmp_path_factory.mktemp("course"))
    for student, answers in {"right": RIGHT, "half-right": HALF_RIGHT, "patched": PATCHED}.items():
        submit(root, student, answers)
    submit(root, "stuck", RIGHT | {"double": "while True: pass", "half": "import time\ntime.sleep(60)"})
    renamed = submit(root, "renamed", RIGHT)
    renamed.rename(renamed.with_name("my homework.ipynb"))
    (renamed.parent / "timestamp.txt").write_text("2026-11-20 10:00:00.000000 UTC")
    (renamed.parent / "submission_secret.txt").write_text("theirs")
    (renamed.parent / "notes.txt").write_text("kept")
    (renamed.parent / "page.html").write_text("<script>alert(1)</script>")
    submit(root, "empty", RIGHT).write_bytes(b"")
    (root / "gradebook" / "submitted" / "elsewhere" / "01-other").mkdir(parents=True)
    with Records(database(root)), Gradebook(database(root), "gan-course") as gradebook:
        gradebook.add_student("enrolled", first_name="En")
    reports = []
    batch.assess.prepare(root, STAGE)  # so that what comes next finds a warm process, for its time is short
    limits = Limits(cell_seconds=2, submission_seconds=3)
    outcomes = grade(root, limits=limits, report=lambda *report: reports.append(report))
    return root, outcomes, reports


STATUSES = {
    "right": "graded",
    "half-right": "graded",
    "renamed": "graded",
    "patched": "review",
    "stuck": "timeout",
    "empty": "unreadable",
    "elsewhere": "missing",
    "enrolled": "missing",
}


def test_everybody_has_one_status(graded):
    _, outcomes, reports = graded
    assert {student: outcome.found.status for student, outcome in outcomes.items()} == STATUSES
    assert sorted(report[0].student for report in reports) == sorted(STATUSES)
    assert [report[1:] for report in reports] == [(n, len(STATUSES)) for n in range(1, len(STATUSES) + 1)]
    unresolved = {student for student, outcome in outcomes.items() if not outcome.resolved}
    assert unresolved == {"patched", "stuck", "empty"}


def test_everybody_has_one_record(graded):
    root, outcomes, _ = graded
    for student, status in STATUSES.items():
        (attempt,) = history(root, student)
        assert (attempt.status, attempt.reasons) == (status, outcomes[student].found.reasons)
        assert (attempt.submission_sha256 is None) == (status == "missing")
    assert len({history(root, s)[0].seed for s in ("right", "half-right", "patched", "stuck")}) == 1


def test_the_gradebook_says_the_same(graded):
    root, *_ = graded
    assert grades(root, "right") == {"double-values": (2, None, False), "half-values": (1, None, False)}
    assert grades(root, "half-right") == {"double-values": (0, None, False), "half-values": (1, None, False)}
    assert grades(root, "patched") == {"double-values": (2, None, True), "half-values": (1, None, True)}
    stuck = grades(root, "stuck")
    assert None in {points for points, *_ in stuck.values()}
    assert all(waits == (points is None) for points, _, waits in stuck.values())


def test_formgrader_shows_the_scores(graded):
    root, *_ = graded
    listed = formgrader(root)
    assert listed["right"]["autograded"] and listed["right"]["score"] == 3 == listed["right"]["max_score"]
    assert listed["renamed"]["autograded"] and listed["renamed"]["timestamp"] == "2026-11-20T10:00:00"
    assert listed["patched"]["needs_manual_grade"] and listed["stuck"]["needs_manual_grade"]
    assert not listed["empty"]["autograded"]
    assert "elsewhere" not in listed


def test_autograded_folders_hold_what_is_shown_and_no_page_that_would_run(graded):
    root, *_ = graded
    found = {path.name: path for path in autograded(root, "renamed").iterdir()}
    assert found.keys() == {f"{STAGE}.ipynb", "timestamp.txt", "submission_secret.txt", "notes.txt"}
    made = nbformat.read(found[f"{STAGE}.ipynb"], as_version=4)
    nbformat.validate(made)
    assert MARKER not in str([cell.get("outputs") for cell in made.cells])
    assert not autograded(root, "empty").exists()
    assert not [path for path in (root / "gradebook" / "autograded").rglob(".*")]


def test_what_was_put_right_is_logged(graded):
    _, outcomes, _ = graded
    assert "my homework.ipynb" in " ".join(outcomes["renamed"].found.repairs)


def test_who_is_graded_is_left_alone_until_something_changes(tmp_path):
    root = make(tmp_path)
    for student in ("ann", "bob"):
        submit(root, student, RIGHT)
    submit(root, "eve", PATCHED)
    grade(root)
    hand_in_again(root, "bob", HALF_RIGHT)
    submit(root, "new", RIGHT)
    outcomes = grade(root)
    assert {student: len(history(root, student)) for student in outcomes} == {"ann": 1, "bob": 2, "eve": 2, "new": 1}
    assert outcomes["ann"].note == "graded before" and outcomes["ann"].found.score == 3
    assert outcomes["bob"].found.score == 1
    outcomes = grade(root, students=["ann"], force=True)
    assert list(outcomes) == ["ann"]
    first, second = history(root, "ann")
    assert first.seed != second.seed and first.score == second.score == 3


def test_another_assignment_is_another_version(tmp_path):
    root = make(tmp_path)
    submit(root, "ann", HALF_RIGHT)
    assert grade(root)["ann"].found.score == 1
    easier = notebook({"double-values": f'probe("zero", double(0), hint="")  # {MARKER}'})
    nbformat.write(easier, root / "solutions" / STAGE / f"{STAGE}.ipynb")
    assert grade(root)["ann"].found.score == 3
    assert len({attempt.version for attempt in history(root, "ann")}) == 2


def test_another_library_is_another_version(tmp_path, monkeypatch):
    path, library = source_path(make(tmp_path / "course"), STAGE), tmp_path / "gancourse"
    (library / "grading").mkdir(parents=True)
    (library / "cli").mkdir()
    monkeypatch.setattr(gancourse, "__file__", str(library / "__init__.py"))

    def version() -> str:
        assess._code.cache_clear()
        return assess.version(path)

    (library / "grading" / "judge.py").write_text("strict = False")
    (library / "cli" / "main.py").write_text("help = 1")
    before = version()
    (library / "cli" / "main.py").write_text("help = 2")
    assert version() == before == version()
    (library / "grading" / "judge.py").write_text("strict = True")
    after = version()
    assess._code.cache_clear()
    assert after != before


def test_nothing_to_grade_runs_nothing(tmp_path, monkeypatch):
    root = make(tmp_path)
    submit(root, "ann", RIGHT)
    grade(root)
    monkeypatch.setattr(batch.assess, "prepare", lambda *a, **k: pytest.fail("the canary ran"))
    assert grade(root)["ann"].found.score == 3


def test_no_score_of_an_earlier_attempt_stays(tmp_path):
    root = make(tmp_path)
    submit(root, "ann", RIGHT)
    grade(root)
    hand_in_again(root, "ann", RIGHT).write_bytes(b"{")
    assert grade(root)["ann"].found.status is Status.UNREADABLE
    assert grades(root, "ann") == dict.fromkeys(POINTS, (None, None, True))
    assert not autograded(root, "ann").exists()
    assert formgrader(root)["ann"]["score"] == 0 and not formgrader(root)["ann"]["autograded"]


def test_what_a_person_gave_survives_a_regrade(tmp_path):
    root = make(tmp_path)
    submit(root, "ann", HALF_RIGHT)
    grade(root)
    instructor(root, "ann", {"double-values": 1.5}, comment="nearly")
    grade(root, force=True)
    assert grades(root, "ann") == {"double-values": (0, 1.5, True), "half-values": (1, None, False)}
    with Gradebook(database(root)) as gradebook:
        found = gradebook.find_submission_notebook(STAGE, STAGE, "ann")
        assert {comment.name: comment.comment for comment in found.comments}["half"] == "nearly"
        assert found.score == 2.5


def test_a_review_that_a_person_has_decided_stays_decided(tmp_path):
    root = make(tmp_path)
    submit(root, "eve", PATCHED)
    assert not grade(root)["eve"].resolved
    instructor(root, "eve", {"half-values": 0})
    assert not grade(root)["eve"].resolved  # one of two tests is left
    instructor(root, "eve")
    outcome = grade(root)["eve"]
    assert outcome.resolved and outcome.decided
    assert len(history(root, "eve")) == 2
    assert grades(root, "eve")["half-values"] == (1, 0, False)


def test_an_untouched_answer_has_nbgraders_comment(tmp_path):
    root = make(tmp_path)
    submit(
        root,
        "ann",
        {"double": RIGHT["double"], "half": "def half(x):\n    # YOUR CODE HERE\n    raise NotImplementedError()"},
    )
    grade(root)
    with Gradebook(database(root)) as gradebook:
        found = gradebook.find_submission_notebook(STAGE, STAGE, "ann").comments
        assert {comment.name: comment.comment for comment in found} == {"double": None, "half": "No response."}


def test_late_submissions_get_nbgraders_penalty(tmp_path):
    root = make(tmp_path)
    with (root / "nbgrader_config.py").open("a") as file:
        file.write("\nc.LateSubmissionPlugin.penalty_method = 'zero'\n")
    times = {"early": "2026-11-01 12:00:00 UTC", "late": "2026-11-03 12:00:00 UTC"}
    for student, text in times.items():
        (submit(root, student, RIGHT).parent / "timestamp.txt").write_text(text)
    saving_config = settings(root)
    with Records(database(root)):
        saving.register(saving_config, STAGE)
    with Gradebook(database(root)) as gradebook:
        gradebook.update_or_create_assignment(STAGE, duedate=datetime.datetime(2026, 11, 2))
    grade(root)
    with Gradebook(database(root)) as gradebook:
        penalties = {s: gradebook.find_submission(STAGE, s).late_submission_penalty for s in times}
    assert penalties == {"early": 0, "late": 3}


def test_an_unknown_learner_is_told_before_anything_starts(tmp_path, monkeypatch):
    root = make(tmp_path)
    submit(root, "ann", RIGHT)
    monkeypatch.setattr(batch.assess, "prepare", lambda *a, **k: pytest.fail("the canary ran"))
    with pytest.raises(batch.UnknownLearner, match="nobody called bob, cyd is in .*submitted"):
        grade(root, students=["ann", "bob", "cyd"])
    assert not history(root, "ann")


def test_nobody_at_all_is_said(tmp_path):
    with pytest.raises(
        ValueError, match="nobody has handed in anything: there is no LEARNER/STAGE/STAGE.ipynb in .*submitted"
    ):
        grade(make(tmp_path))


def test_a_submission_that_was_taken_away_keeps_its_result_until_forced(tmp_path):
    root = make(tmp_path)
    path = submit(root, "ann", RIGHT)
    submit(root, "bob", RIGHT)
    grade(root)
    shutil.rmtree(path.parent)
    outcome = grade(root)["ann"]
    assert outcome.found.score == 3 and "no longer in gradebook/submitted" in outcome.note
    assert grade(root, force=True)["ann"].found.status is Status.MISSING
    assert grades(root, "ann") == dict.fromkeys(POINTS, (None, None, True))
    assert not autograded(root, "ann").exists()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"double": "def double(x):\n    return nothing"}, "double-values: the reference raised NameError"),
        ({"half-values": 'probe("always", 1, hint="nothing")'}, "blank release must get no points.*half-values"),
    ],
)
def test_a_canary_that_dies_stops_everything(tmp_path, change, message):
    root = make(tmp_path, change)
    submit(root, "ann", RIGHT)
    with pytest.raises(GradingError, match=message):
        grade(root)
    assert not history(root, "ann")
    assert not (root / "gradebook" / "autograded").exists()


def test_without_a_sandbox_nothing_is_graded(tmp_path, monkeypatch):
    root = make(tmp_path)
    submit(root, "ann", RIGHT)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SandboxError, match="bubblewrap"):
        grade(root)
    assert not history(root, "ann")


def test_no_sandbox_marks_the_results(tmp_path):
    root = make(tmp_path)
    submit(root, "ann", RIGHT)
    outcome = grade(root, sandbox=False)["ann"]
    assert outcome.found.score == 3 and not outcome.found.sandboxed
    assert not history(root, "ann")[0].sandboxed
    assert progress.cells(outcome)[-1] == "no sandbox"
    assert not grade(root, sandbox=False)["ann"].found.sandboxed and len(history(root, "ann")) == 1
    assert grade(root)["ann"].found.sandboxed, "what could be forged doesn't stand once there is a sandbox"


def test_cells_that_came_after_submissions_are_told_in_one_line(tmp_path):
    root = make(tmp_path)
    submit(root, "ann", RIGHT)
    grade(root)
    changed = notebook()
    changed.cells[1].metadata.nbgrader.grade_id = changed.cells[1].id = "twice"
    changed.cells[2].metadata.nbgrader.grade_id = "twice-values"
    nbformat.write(changed, root / "solutions" / STAGE / f"{STAGE}.ipynb")
    with pytest.raises(
        GradingError, match=f"^cells of {STAGE} were added or removed .* `nbgrader db assignment remove {STAGE}"
    ):
        grade(root)


def test_one_result_that_cannot_be_saved_costs_nobody_else(tmp_path, monkeypatch):
    root = make(tmp_path)
    for student in ("ann", "bob", "cyd"):
        submit(root, student, RIGHT)
    real = saving.save

    def full_for_bob(config, stage, student, *rest):
        if student == "bob":
            raise OSError(28, "No space left on device")
        real(config, stage, student, *rest)

    monkeypatch.setattr(saving, "save", full_for_bob)
    outcomes = grade(root)
    assert {s: o.found.status for s, o in outcomes.items()} == {"ann": "graded", "bob": "error", "cyd": "graded"}
    assert "No space left" in outcomes["bob"].found.reasons[0] and history(root, "bob")[0].score is None
    monkeypatch.setattr(saving, "save", real)
    assert grade(root)["bob"].found.score == 3
    assert [len(history(root, s)) for s in ("ann", "bob", "cyd")] == [1, 2, 1]


def test_what_was_not_saved_whole_has_no_record(tmp_path, monkeypatch):
    root = make(tmp_path)
    submit(root, "ann", RIGHT)

    def interrupted(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(saving.AssignLatePenalties, "preprocess", interrupted)  # the last step but the record
        grade(root)
    assert grades(root, "ann")["half-values"][0] == 1 and not history(root, "ann")
    assert grade(root)["ann"].note == ""
    assert len(history(root, "ann")) == 1


def test_a_name_that_is_no_text_is_told(tmp_path):
    root = make(tmp_path)
    submit(root, "ann", RIGHT)
    (root / "gradebook" / "submitted" / os.fsdecode(b"\xff")).mkdir()
    outcomes = grade(root)
    assert outcomes.pop("ann").found.score == 3
    (outcome,) = outcomes.values()
    assert outcome.found.status is Status.ERROR and "rename it" in outcome.found.reasons[0]
    assert progress.cells(outcome)[0] == "ÿ", "as Latin-1 has it"


def test_what_lies_where_submissions_do_and_is_none_is_told(tmp_path, monkeypatch):
    root = make(tmp_path)
    submit(root, "ann", RIGHT)
    submitted = root / "gradebook" / "submitted"
    (submitted / "bob.ipynb").write_text("{}")
    (submitted / "cyd" / "Toy 00").mkdir(parents=True)
    (submitted / ".hidden").mkdir()
    told = batch.strays(settings(root), [STAGE])
    assert len(told) == 2 and "bob.ipynb isn't a learner's folder" in told[0]
    assert "cyd handed in Toy 00, which isn't the name of a stage" in told[1]
    for number in range(30):
        (submitted / f"{number}.ipynb").touch()
    told = batch.strays(settings(root), [STAGE])
    assert len(told) == 20 and told[-1] == "skipped: 13 more"


# From the exchange


def inbound(root: Path, name: str, answers: dict[str, str] = RIGHT) -> Path:
    """A folder as `nbgrader submit` makes it: LEARNER+STAGE+TIME+RANDOM."""
    folder = root / "gradebook" / "exchange" / "gan-course" / "inbound" / name
    folder.mkdir(parents=True)
    made = notebook(answers)
    nbformat.write(made, folder / f"{STAGE}.ipynb")
    (folder / "timestamp.txt").write_text(name.split("+")[2])
    (folder / "submission_secret.txt").write_text(f"secret of {name}")
    return folder


def test_collects_the_newest_from_the_exchange(tmp_path):
    root = make(tmp_path)
    inbound(root, f"ann+{STAGE}+2026-11-01 10:00:00.000000 UTC+aaaa", HALF_RIGHT)
    inbound(root, f"ann+{STAGE}+2026-11-02 10:00:00.000000 UTC+bbbb")
    inbound(root, f"bob+{STAGE}+2026-11-01 10:00:00.000000 UTC+cccc", HALF_RIGHT)
    outcomes = grade(root)
    assert {student: outcome.found.score for student, outcome in outcomes.items()} == {"ann": 3, "bob": 1}
    assert (autograded(root, "ann") / "timestamp.txt").read_text() == "2026-11-02 10:00:00.000000 UTC"
    assert (autograded(root, "ann") / "submission_secret.txt").read_text().endswith("bbbb")
    inbound(root, f"bob+{STAGE}+2026-11-03 10:00:00.000000 UTC+dddd")
    assert grade(root)["bob"].found.score == 3
    assert [attempt.score for attempt in history(root, "bob")] == [1, 3]
    assert len(history(root, "ann")) == 1


def test_nothing_in_the_exchange_can_lead_the_collecting_astray(tmp_path):
    root = make(tmp_path)
    time_ = "2026-11-01 10:00:00.000000 UTC"
    place = inbound(root, f"ann+{STAGE}+{time_}+aaaa").parent
    linking = inbound(root, f"bob+{STAGE}+{time_}+bbbb")
    (linking / f"{STAGE}.ipynb").unlink()
    (linking / f"{STAGE}.ipynb").symlink_to(root / "solutions" / STAGE / f"{STAGE}.ipynb")
    (linking / "all").symlink_to("/")
    os.mkfifo(linking / "pipe")
    forging = inbound(root, f"cyd+{STAGE}+{time_}+cccc")
    (forging / "timestamp.txt").write_text("9999-01-01 or never")
    inbound(root, f"..+{STAGE}+{time_}+dddd")
    inbound(root, f"dan+{STAGE}+no time+eeee")
    (place / f"eve+{STAGE}+{time_}+ffff").symlink_to(root / "solutions" / STAGE)
    (place / f"fay+{STAGE}+{time_}+gggg").write_text("a file")
    summary = batch.grade(root, STAGE, jobs=2)
    statuses = {outcome.student: outcome.found.status for outcome in summary.outcomes}
    assert statuses == {"ann": "graded", "bob": "unreadable", "cyd": "graded", "dan": "error"}
    told = "\n".join(summary.told)
    assert "is a symbolic link" in told and "isn't a regular file" in told
    assert all(f"it isn't a submission: {name}+" in told for name in ("eve", "fay"))
    assert not (root / "gradebook" / STAGE).exists()
    submitted = root / "gradebook" / "submitted"
    assert (submitted / "cyd" / STAGE / "timestamp.txt").read_text() == time_
    assert sorted(path.name for path in (submitted / "bob" / STAGE).iterdir()) == [
        "submission_secret.txt",
        "timestamp.txt",
    ]


# What was handed in


@pytest.fixture
def folder(tmp_path) -> Path:
    return submit(tmp_path, "ann", RIGHT).parent


def test_reads_a_submission_and_what_lies_beside_it(folder):
    (folder / "helper.py").write_text("x = 1")
    (folder / "data").mkdir()
    (folder / "data" / "table.csv").write_bytes(b"1,2")
    (folder / ".ipynb_checkpoints").mkdir()
    (folder / ".ipynb_checkpoints" / "old.ipynb").write_text("{}")
    (folder / "timestamp.txt").write_text("2026-11-01 11:00:00.000000 CET")
    found = handin.read(folder, STAGE)
    assert found.raw == (folder / f"{STAGE}.ipynb").read_bytes()
    assert found.files == {"helper.py": b"x = 1", "data/table.csv": b"1,2"}
    assert found.repairs == ()
    assert found.timestamp == datetime.datetime(2026, 11, 1, 10)


def test_tells_submissions_apart(folder):
    (folder / "a").write_bytes(b"bc")
    (folder / "timestamp.txt").write_text("2026-11-01 12:00:00 UTC")
    seen = {handin.read(folder, STAGE).sha256}
    assert handin.read(folder, STAGE).sha256 in seen
    (folder / "a").rename(folder / "ab")
    seen.add(handin.read(folder, STAGE).sha256)
    (folder / "ab").write_bytes(b"c")
    seen.add(handin.read(folder, STAGE).sha256)
    (folder / "timestamp.txt").write_text("2026-11-02 12:00:00 UTC")
    seen.add(handin.read(folder, STAGE).sha256)
    (folder / f"{STAGE}.ipynb").write_bytes(b"{}")
    assert len(seen | {handin.read(folder, STAGE).sha256}) == 5


@pytest.mark.parametrize("name", ["my answers.ipynb", f"{STAGE} (1).ipynb", "OTHER.IPYNB", f"{STAGE}/{STAGE}.ipynb"])
def test_takes_the_only_notebook_whatever_its_name(folder, name):
    raw = (folder / f"{STAGE}.ipynb").read_bytes()
    (folder / f"{STAGE}.ipynb").unlink()
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / name).write_bytes(raw)
    ((folder / name).parent / "helper.py").write_text("")
    found = handin.read(folder, STAGE)
    assert found.raw == raw and name in found.repairs[0]
    assert found.files == {"helper.py": b""}


def _link(folder):
    (folder / f"{STAGE}.ipynb").symlink_to("/etc/passwd")
    (folder / "other.ipynb").write_text("{}")


def _whole_folder_link(folder):
    folder.rename(folder.with_name("real"))
    folder.symlink_to(folder.with_name("real"))


def _a_file(folder):
    folder.rmdir()
    folder.write_text("")


def _two(folder):
    for name in ("a.ipynb", "b.ipynb"):
        (folder / name).write_text("{}")


def _huge(folder):
    with (folder / f"{STAGE}.ipynb").open("wb") as file:
        file.truncate(10**12)


@pytest.mark.parametrize(
    ("break_it", "message"),
    [
        (lambda folder: None, "its folder is empty"),
        (lambda folder: (folder / "answers.py").write_text(""), "no notebook in it, only answers.py"),
        (_link, f"{STAGE}.ipynb is a symbolic link"),
        (lambda folder: (folder / "x.ipynb").symlink_to("/etc/passwd"), r"only x.ipynb \(is a symbolic link\)"),
        (_whole_folder_link, "its folder is a symbolic link"),
        (_a_file, "is a file, not a folder"),
        (lambda folder: (folder / f"{STAGE}.ipynb").mkdir(), "is a folder, not a notebook"),
        (lambda folder: os.mkfifo(folder / f"{STAGE}.ipynb"), "isn't a regular file"),
        (_two, f"none of its notebooks is called {STAGE}.ipynb: a.ipynb, b.ipynb"),
        (_huge, "is too large: 1000000.0 MB"),
    ],
)
def test_what_is_no_submission_is_said_in_words(folder, break_it, message):
    (folder / f"{STAGE}.ipynb").unlink()
    break_it(folder)
    with pytest.raises(Unreadable, match=message):
        handin.read(folder, STAGE)


def test_follows_no_link_and_carries_no_load(folder):
    (folder / "passwd").symlink_to("/etc/passwd")
    (folder / "etc").symlink_to("/etc")
    (folder / "small").write_bytes(b"1")
    (folder / "large").write_bytes(bytes(handin.MAX_BESIDE))
    deep = folder.joinpath(*"d" * (handin.MAX_DEPTH + 1))
    deep.mkdir(parents=True)
    (deep / "file").write_text("")
    (folder / "timestamp.txt").write_text("soon")
    found = handin.read(folder, STAGE)
    assert found.files == {"small": b"1"}
    assert found.timestamp is None and not found.own
    said = "\n".join(found.repairs)
    for words in (
        "passwd is a symbolic link",
        "etc is a symbolic link",
        "large is too large",
        "lies too deep",
        "no complete date",
    ):
        assert words in said


def test_many_folders_end_somewhere_and_that_is_told(folder, monkeypatch):
    monkeypatch.setattr(handin, "MAX_FILES", 5)
    for number in range(9):
        (folder / f"f{number}").mkdir()
    found = handin.read(folder, STAGE)
    assert len(found.repairs) == 1 and "is one too many: at most 5 folders are looked into" in found.repairs[0]


def test_many_files_end_somewhere(folder):
    for number in range(handin.MAX_FILES + 10):
        (folder / f"{number}.txt").write_text("")
    found = handin.read(folder, STAGE)
    assert len(found.files) < handin.MAX_FILES and "one too many" in found.repairs[-1]


def test_a_notebook_above_the_limit_is_read_so_far_that_it_is_known(folder):
    (folder / f"{STAGE}.ipynb").write_bytes(b" " * (MAX_BYTES + 10))
    assert len(handin.read(folder, STAGE).raw) > MAX_BYTES


# Interrupted, killed, and two at a time

COMMAND = """
import sys, typer
from pathlib import Path
from gancourse import paths
from gancourse.cli.grade import grade
root = Path(sys.argv.pop(1))
paths.root = lambda: root
app = typer.Typer()
app.command()(grade)
app()
"""


def command(root: Path, *options: str) -> subprocess.Popen:
    """`gancourse grade STAGE` for the course at `root`, in a process of its own."""
    return subprocess.Popen(
        [sys.executable, "-u", "-c", COMMAND, str(root), STAGE, *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        preexec_fn=hears_ctrl_c,
    )


def below(process: psutil.Process) -> set[psutil.Process]:
    """All that a process has started, and these have."""
    return set(process.children(recursive=True))


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
def test_goes_on_where_it_was_stopped(tmp_path, how):
    root = make(tmp_path)
    for student in ("a1", "a2"):
        submit(root, student, RIGHT)
    for student in ("b1", "b2", "b3"):
        submit(root, student, SLOW)
    process = command(root, "-j", "2")
    lines = [process.stdout.readline() for _ in range(2)]
    assert all("graded" in line for line in lines), lines
    deadline = time.monotonic() + 60
    while not any(each.name() == "bwrap" for each in below(psutil.Process(process.pid))):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    time.sleep(1)  # the slow ones are at it
    started = below(psutil.Process(process.pid))
    process.send_signal(how)
    rest, _ = process.communicate(timeout=60)
    _, left = psutil.wait_procs(started, timeout=10)
    assert not [each for each in left if each.status() != psutil.STATUS_ZOMBIE]
    if how == signal.SIGINT:
        assert process.returncode == 130
        assert re.search(r"Interrupted: 2 of 5 are done and saved. Continue with:  gancourse grade 00-toy", rest), rest
        assert "Traceback" not in rest
    with Records(database(root)) as records:
        assert {s: a.score for s, a in records.latest(STAGE).items()} == {"a1": 3, "a2": 3}
    for student in ("b1", "b2", "b3"):
        hand_in_again(root, student, RIGHT)
    outcomes = grade(root)
    assert all(outcome.found.score == 3 for outcome in outcomes.values())
    assert [len(history(root, student)) for student in outcomes] == [1] * 5


@pytest.mark.parametrize("database_kind", ["sqlite", "postgresql"])
def test_two_graders_at_once_share_the_work(tmp_path, request, database_kind):
    root = make(tmp_path)
    url = request.getfixturevalue("postgres") if database_kind == "postgresql" else database(root)
    names = [f"s{number}" for number in range(8)]
    for name in names:
        submit(root, name, RIGHT)
    both = [command(root, "-j", "1", "--db", url) for _ in range(2)]
    said = [process.communicate(timeout=300)[0] for process in both]
    assert [process.returncode for process in both] == [0, 0], said
    for text in said:
        assert "00-toy: 8 graded" in text
    assert [len(history(root, name, url)) for name in names] == [1] * 8
    others = [text.count("graded by another grader") for text in said]
    assert sum(others) + sum(text.count("graded before") for text in said) == 8, said
    with Gradebook(url) as gradebook:
        assert {name: gradebook.find_submission(STAGE, name).score for name in names} == dict.fromkeys(names, 3)


def test_a_grader_takes_over_from_one_that_died(tmp_path, monkeypatch):
    root = make(tmp_path)
    for student in ("ann", "bob"):
        submit(root, student, RIGHT)
    monkeypatch.setattr(batch, "POLL", 0.1)
    other, done = Records(database(root)), []
    sha256 = handin.read(root / "gradebook" / "submitted" / "ann" / STAGE, STAGE).sha256
    assert other.claim(STAGE, "ann", sha256)
    with ThreadPoolExecutor(1) as pool:
        found = pool.submit(grade, root, report=lambda outcome, *_: done.append(outcome.student))
        while not done and not found.done():
            time.sleep(0.1)
        time.sleep(2)
        assert done == ["bob"]
        other.close()
        assert found.result(60)["ann"].found.score == 3


# The command


@pytest.fixture
def app(monkeypatch):
    """Call it with a course's folder and the command's arguments."""

    def call(root: Path, *arguments: str):
        monkeypatch.setattr(paths, "root", lambda: root)
        made = typer.Typer()
        made.command()(grade_command)
        return CliRunner().invoke(made, list(arguments))

    return call


def test_command_says_who_is_to_be_looked_at_and_what_to_do(tmp_path, app):
    root = make(tmp_path)
    submit(root, "ann", RIGHT)
    submit(root, "eve", PATCHED)
    submit(root, "bob", RIGHT)
    (root / "gradebook" / "submitted" / "cyd").mkdir()
    done = app(root, "0", "--students", "ann", "cyd", "-j", "1")
    assert done.exit_code == 0, done.output
    assert "00-toy: 1 graded, 1 missing" in done.output and "bob" not in done.output
    done = app(root, STAGE)
    assert done.exit_code == 1
    assert re.search(r"\[\d/4\] eve  review  3/3  [\d.]+  replaced in the running process: numpy.allclose", done.output)
    assert "review: look at the notebook in Formgrader" in done.output
    assert "\x1b" not in done.output


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["77"], "no stage '77'; there are: 00-toy"),
        (["0", "--students", "nobody"], "nobody called nobody is in"),
        (["0", "--students", "ann", "nobody", "either"], "nobody called nobody, either is in"),
        (["0", "-j", "0"], "greater than or equal to 1"),
        ([], "Missing argument"),
    ],
)
def test_a_command_that_cannot_be_meant_ends_with_2(tmp_path, app, arguments, message):
    root = make(tmp_path)
    submit(root, "ann", RIGHT)
    done = app(root, *arguments)
    assert done.exit_code == 2
    assert message in " ".join(done.output.replace("│", " ").split())


def test_no_sandbox_is_said_out_loud(tmp_path, app):
    root = make(tmp_path)
    submit(root, "ann", RIGHT)
    done = app(root, "0", "--no-sandbox")
    assert done.exit_code == 0
    assert "NO SANDBOX" in done.output and "no sandbox" in done.output


def outcome(student: str, status: Status = Status.GRADED, **about) -> batch.Outcome:
    results = (Result("double-values", "double", 2, 2), Result("half-values", "half", None, 1))
    return batch.Outcome(student, Assessment(status, **{"results": results, "seconds": 1.5} | about))


def test_table_grows_within_the_terminal():
    console = Console(force_terminal=True, width=80, height=20, file=io.StringIO())
    view = progress.Shown(console, STAGE)
    view.start()
    for number in range(50):
        view(outcome(f"learner-{number}", reasons=("long " * 50,)), number + 1, 60)
    view.stop()
    shown = re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", console.file.getvalue()).splitlines()
    assert any("learner-49  graded     2/3      1.5  long long" in line for line in shown)
    assert any("50/60" in line for line in shown)
    assert max(map(len, shown)) <= 80


def test_what_learners_wrote_moves_no_cursor_and_is_no_markup():
    console = Console(force_terminal=True, width=120, file=io.StringIO())
    nasty = outcome("[red]x\x1b]0;title\x07", Status.REVIEW, reasons=("first\nsecond \x1b[2J [/]",))
    progress.conclude(batch.Summary(STAGE, (nasty,), ("told \x1b[1A",)), console)
    shown = re.sub(r"\x1b\[[0-9;]*m", "", console.file.getvalue())
    assert "\x1b" not in shown
    assert "[red]x?]0;title?" in shown and "first?second ?[2J [/]" in shown and "told ?[1A" in shown
