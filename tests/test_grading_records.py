"""The records of attempts, on SQLite and on a real PostgreSQL: history, resuming, several graders at once."""

import multiprocessing
import os
import subprocess
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from graded import assessment, enter, failure
from nbgrader.api import Gradebook
from toycourse import STAGE

from gancourse.grading.assessment import Assessment, Result, Status
from gancourse.grading.books.records import Records
from gancourse.grading.course import database_url

pytest_plugins = ["postgres"]
CLAIMING = f"""
import sys, time
from gancourse.grading.books.records import Records
records = Records(sys.argv[1])
print(records.claim({STAGE!r}, "ada", "abc"), flush=True)
time.sleep(100)
"""
GRADERS = 3
LEARNERS = [f"learner{number:02d}" for number in range(20)]


@pytest.fixture(params=["sqlite", "postgres"])
def url(request, tmp_path) -> str:
    return request.getfixturevalue("postgres") if request.param == "postgres" else f"sqlite:///{tmp_path / 'g.db'}"


@pytest.fixture
def records(url):
    with Records(url) as opened:
        yield opened


@pytest.fixture
def other(url, records):
    """A second grader's records of the same database."""
    with Records(url) as opened:
        yield opened


@pytest.fixture(scope="module")
def processes():
    """Runs functions in processes of their own, at the same time."""
    with ProcessPoolExecutor(GRADERS, mp_context=multiprocessing.get_context("spawn")) as pool:
        yield pool


def grade_everybody(url: str) -> list[str]:
    """A grader: what it claims it grades, for a moment; returns who that was."""
    graded = []
    with Records(url) as records:
        for student in LEARNERS:
            if not records.resolved(STAGE, student, "abc", "1") and records.claim(STAGE, student, "abc"):
                time.sleep(0.01)
                records.add(STAGE, student, assessment(), submission_sha256="abc", version="1")
                graded.append(student)
    return graded


def append_many(url: str) -> None:
    with Records(url) as records:
        for _ in range(25):
            records.add(STAGE, "ada", assessment(), submission_sha256="abc", version="1")


def test_an_attempt_comes_back_as_it_was_recorded(records):
    results = (
        Result(
            "double-values", "double", 0.5, 2.0, ("values", "length"), ('"quoted", ünïcode ☃', "NUL \0, half \ud83d")
        ),
        Result("half-values", "half", None, 1.0),
    )
    made = Assessment(Status.TIMEOUT, ("too slow",), ("a cell restored",), results, seed=2**63 - 1, seconds=1.5)
    records.add(STAGE, "ada", made, submission_sha256="abc", version="1.0+xyz")
    attempt = records.latest(STAGE)["ada"]
    for field in ("status", "reasons", "repairs", "results", "seed", "seconds", "sandboxed", "score", "max_score"):
        assert getattr(attempt, field) == getattr(made, field), field
    assert (attempt.stage, attempt.student, attempt.version) == (STAGE, "ada", "1.0+xyz")
    assert attempt.submission_sha256 == "abc"
    assert timedelta(0) <= datetime.now(UTC) - attempt.time < timedelta(minutes=1)


def test_the_newest_attempt_counts_and_the_history_stays(records):
    records.add(STAGE, "ada", assessment(), submission_sha256="abc", version="1")
    records.add(STAGE, "bob", assessment(0, 0), submission_sha256="def", version="1")
    records.add("01-other", "ada", assessment(1), submission_sha256="abc", version="1")
    records.add(STAGE, "ada", failure(Status.ERROR, "broken"), submission_sha256="abc", version="2")
    assert [(a.status, a.score, a.version) for a in records.history(STAGE, "ada")] == [
        (Status.GRADED, 3, "1"),
        (Status.ERROR, None, "2"),
    ]
    latest = records.latest(STAGE)
    assert latest.keys() == {"ada", "bob"}
    assert (latest["ada"].score, latest["ada"].reasons, latest["ada"].results) == (None, ("broken",), ())
    assert len(latest["bob"].results) == 2
    assert records.latest("02-none") == {} and records.history(STAGE, "eve") == []
    assert records.stages() == [STAGE, "01-other"]


def test_resolved_is_the_same_submission_by_the_same_version_with_nothing_left_to_do(records):
    def resolved(sha256: str | None = "abc", version: str = "1") -> bool:
        return records.resolved(STAGE, "ada", sha256, version)

    assert not resolved()
    records.add(STAGE, "ada", assessment(), submission_sha256="abc", version="1")
    assert resolved() and not resolved("def") and not resolved(version="2") and not resolved(None)
    for status in (Status.REVIEW, Status.TIMEOUT, Status.UNREADABLE, Status.ERROR):
        records.add(STAGE, "ada", failure(status), submission_sha256="abc", version="1")
        assert not resolved(), status
    records.add(STAGE, "ada", failure(Status.MISSING), submission_sha256=None, version="1")
    assert resolved(None) and not resolved()


@pytest.mark.parametrize(
    ("status", "decidable"), [(Status.REVIEW, True), (Status.TIMEOUT, True), (Status.ERROR, False)]
)
def test_a_review_is_resolved_once_somebody_has_decided_it_in_formgrader(url, records, status, decidable):
    records.add(STAGE, "ada", assessment(status=status), submission_sha256="abc", version="1")
    assert not records.resolved(STAGE, "ada", "abc", "1")
    enter(
        url, "ada", {"double-values": {"auto_score": 2, "needs_manual_grade": True}, "half-values": {"auto_score": 1}}
    )
    assert not records.resolved(STAGE, "ada", "abc", "1")
    enter(url, "ada", {"double-values": {"auto_score": 2}, "half-values": {"auto_score": 1}})
    assert records.resolved(STAGE, "ada", "abc", "1") == decidable
    assert not records.resolved(STAGE, "ada", "def", "1")


def test_a_claim_is_one_grader_s_until_it_is_given_up(records, other):
    assert records.claim(STAGE, "ada", "abc")
    assert not records.claim(STAGE, "ada", "abc")
    assert not other.claim(STAGE, "ada", "abc") and not other.claim(STAGE, "ada", "a newer submission")
    assert other.claim(STAGE, "bob", "abc") and other.claim("01-other", "ada", "abc")
    records.release(STAGE, "ada")
    records.release(STAGE, "nobody")
    assert other.claim(STAGE, "ada", "abc")
    other.close()
    assert records.claim(STAGE, "ada", "abc")


def test_what_another_has_just_graded_is_not_graded_again(url, records, other):
    assert records.claim(STAGE, "ada", "abc")
    records.add(STAGE, "ada", assessment(), submission_sha256="abc", version="1")
    assert not other.claim(STAGE, "ada", "abc")
    assert other.claim(STAGE, "ada", "a newer submission")
    other.release(STAGE, "ada")
    assert records.claim(STAGE, "ada", "abc"), "its own regrade"
    records.release(STAGE, "ada")
    with Records(url) as later:
        assert later.claim(STAGE, "ada", "abc"), "a later run, which may regrade"


def test_several_graders_at_once_grade_each_submission_once(url, processes):
    graded = [student for found in processes.map(grade_everybody, [url] * GRADERS) for student in found]
    assert sorted(graded) == LEARNERS
    with Records(url) as records:
        assert all(len(records.history(STAGE, student)) == 1 for student in LEARNERS)


def test_several_processes_append_without_losing_one(url, processes):
    list(processes.map(append_many, [url] * GRADERS))
    with Records(url) as records:
        history = records.history(STAGE, "ada")
    assert len(history) == GRADERS * 25
    assert all(len(attempt.results) == 2 for attempt in history)


def test_the_claim_of_a_killed_grader_is_free(url, records):
    with subprocess.Popen([sys.executable, "-c", CLAIMING, url], stdout=subprocess.PIPE, text=True) as grader:
        assert grader.stdout.readline() == "True\n"
        assert not records.claim(STAGE, "ada", "abc")
        grader.kill()
    deadline = time.monotonic() + 60  # PostgreSQL has to notice
    while not records.claim(STAGE, "ada", "abc"):
        assert time.monotonic() < deadline
        time.sleep(0.05)


@pytest.fixture
def alembic(monkeypatch):
    """nbgrader calls it by name when it makes a gradebook; this course's nbgrader_config.py sees to that."""
    monkeypatch.setenv("PATH", str(Path(sys.executable).parent), prepend=os.pathsep)


def test_nbgraders_own_gradebook_lives_in_the_same_database(url, alembic):
    with Records(url) as records:
        records.add(STAGE, "ada", assessment(), submission_sha256="abc", version="1")
    enter(url, "ada", {"double-values": {"auto_score": 2}, "half-values": {"auto_score": 0}})
    with Gradebook(url, course_id="gan-course") as gradebook:
        assert gradebook.find_submission(STAGE, "ada").score == 2
        version = gradebook.db.execute(sa.text("SELECT version_num FROM alembic_version")).scalar_one()
        tables = sa.inspect(gradebook.engine).get_table_names()
    assert {"gancourse_attempt", "gancourse_result", "submitted_assignment"} <= set(tables)
    with Gradebook(url.replace("g.db", "fresh.db")) as fresh:  # on PostgreSQL the same one again
        assert fresh.db.execute(sa.text("SELECT version_num FROM alembic_version")).scalar_one() == version
    with Records(url) as records:
        assert len(records.latest(STAGE)) == 1 and records.learners().keys() == {"ada"}


def test_a_gradebook_that_nbgrader_made_gets_the_tables(url, alembic):
    enter(url, "ada", {"double-values": {"auto_score": 2}, "half-values": {"auto_score": 0}})
    with Records(url) as records:
        assert records.latest(STAGE) == {}
        assert records.stages() == [STAGE]


@pytest.mark.parametrize(
    ("given", "used"),
    [
        ("sqlite:////tmp/g.db", "sqlite:////tmp/g.db"),
        ("postgresql://ada:p%40ss@host/course", "postgresql+psycopg://ada:p%40ss@host/course"),
        ("postgres://host/course", "postgresql+psycopg://host/course"),
        ("postgresql+psycopg://host/course", "postgresql+psycopg://host/course"),
    ],
)
def test_a_url_becomes_what_sqlalchemy_and_nbgrader_understand(given, used):
    assert database_url(given) == used


@pytest.mark.parametrize(
    "given", ["mysql://me:secret@host/course", "gradebook.db", "sqlite://", "", "postgresql+psycopg2://h/c"]
)
def test_another_url_is_refused_without_repeating_it(given):
    with pytest.raises(ValueError, match="sqlite:///FILE") as caught:
        Records(given)
    assert "secret" not in str(caught.value)


def test_a_password_that_is_cut_at_its_at_sign_is_not_shown():
    with pytest.raises(ValueError, match="%40") as caught:
        Records("postgresql://me:sec@ret@127.0.0.1:1/course")
    assert "ret" not in str(caught.value)


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ("postgresql://me:secret@127.0.0.1:1/course", "the database course on 127.0.0.1"),
        ("postgresql://me@127.0.0.1:1/course?password=secret", "the database course on 127.0.0.1"),
        ("sqlite:////nowhere/at/all/secretly.db", "the database /nowhere/at/all"),
    ],
)
def test_an_unreachable_database_is_one_line_without_the_password(given, named):
    with pytest.raises(ValueError, match=named) as caught:
        Records(given)
    assert "\n" not in str(caught.value) and "secret@" not in str(caught.value) and "=secret" not in str(caught.value)


def test_a_server_that_restarts_costs_the_claims_and_no_more(postgres):
    with Records(postgres) as records, Records(postgres) as other:
        assert records.claim(STAGE, "ada", "abc")
        engine = sa.create_engine(postgres, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:  # as a restart does to connections
            query = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
            connection.execute(sa.text(query + " AND datname = current_database()"))
        engine.dispose()
        assert records.claim(STAGE, "bob", "abc")
        assert not other.claim(STAGE, "bob", "abc")
        records.add(STAGE, "ada", assessment(), submission_sha256="abc", version="1")
