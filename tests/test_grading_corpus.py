"""All submissions of tests/corpus, graded in one batch a stage: what each comes to, and that nothing is left of it."""

import base64
import hashlib
import shutil
import site
import socket
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import nbformat
import psutil
import pytest
from corpus import attacking, cheating, dying, first_gan, hanging, honest, hungry, malformed
from corpus.case import LONG, Case, case
from nbgrader.api import Gradebook, MissingEntry
from toycourse import MARKER, STAGE, make

import gancourse
from gancourse import paths
from gancourse.grading import batch
from gancourse.grading.assessment import Assessment, Status
from gancourse.grading.sandbox.box import Limits

pytestmark = pytest.mark.timeout(1800)  # the first test waits for all submissions

LIMITS = {
    STAGE: Limits(cell_seconds=5, submission_seconds=60, memory_gib=0.5),
    first_gan.STAGE: Limits(cell_seconds=30, submission_seconds=120),
}
JOBS = 3  # most submissions wait for their time to be over
PASSWORD = "planted-password-of-the-instructor"
KINDS = {
    module.__name__.removeprefix("corpus."): module.CASES
    for module in (attacking, cheating, dying, first_gan, hanging, honest, hungry, malformed)
}


def submissions() -> dict[str, Case]:
    """Who hands in what. Learners are graded by name: between the kinds, and around them all, are honest ones."""
    found = {f"{kind}-{each.name}": each for kind, cases in KINDS.items() for each in cases}
    controls = [f"{kind}-{place}" for kind in KINDS for place in ("aa-honest-before", "zz-honest-after")]
    for name in ["aa-honest-before", "zz-honest-after", *controls, *malformed.NAMES]:
        found[name] = case(name, "Nobody else's submission may touch this one.")
    for name in malformed.UNSAFE_NAMES:
        found[name] = case(name, "A name that no web page may show.", status="error", points=None, says=("rename",))
    return found


SUBMISSIONS = submissions()


@dataclass(frozen=True)
class Batch:
    """What grading everything came to, and what it left behind."""

    found: dict[str, Assessment]  # of those who handed in
    missing: dict[tuple[str, str], Assessment]  # of a stage and a learner who handed in something else
    scores: dict[str, dict[str, float | None]]  # in nbgrader's gradebook
    notebooks: dict[str, str]  # autograded
    root: str
    changed: list[str]  # files of the course that are no longer what they were
    left: list[str]  # files outside the course, processes
    callers: list[str]  # who reached the server on this machine


def grade(root: Path) -> dict[tuple[str, str], Assessment]:
    """Grade all stages as `gancourse grade` does: what was found, by stage and learner."""
    summaries = [batch.grade(root, stage, jobs=JOBS, limits=limits) for stage, limits in LIMITS.items()]
    return {(each.stage, outcome.student): outcome.found for each in summaries for outcome in each.outcomes}


def database(root: Path) -> str:
    return f"sqlite:///{root / 'gradebook' / 'gradebook.db'}"


@pytest.fixture(scope="module")
def graded(tmp_path_factory) -> Batch:
    """The batch, run once: all of these tests are one worker's."""
    if sys.platform != "linux" or not shutil.which("bwrap"):
        pytest.skip("no bubblewrap on this machine (Debian: apt install bubblewrap)")
    root = make(tmp_path_factory.mktemp("corpus") / "course")
    shutil.copytree(paths.root() / "solutions" / first_gan.STAGE, root / "solutions" / first_gan.STAGE)
    before = litter()
    with pytest.MonkeyPatch.context() as patch, server() as (port, callers), own_temporary_folder() as temporary:
        for student, each in SUBMISSIONS.items():
            each.hand_in(root, student, {"@ROOT@": str(root), "@PORT@": str(port)})
        original = fingerprints(root)
        patch.setenv("PGPASSWORD", PASSWORD)
        with processes() as started:
            found = grade(root)
            turns = {temporary / paths.temporary().name}  # by whose files graders on one machine take turns
            kept = set(temporary.iterdir()) - turns
            left = [*survivors(started), *map(str, litter() - before), *map(str, kept)]
    now = fingerprints(root)
    handed_in = {(each.stage, student) for student, each in SUBMISSIONS.items()}
    return Batch(
        {student: each for (stage, student), each in found.items() if (stage, student) in handed_in},
        {key: each for key, each in found.items() if key not in handed_in},
        {student: scores(root, SUBMISSIONS[student].stage, student) for student in SUBMISSIONS},
        {
            student: path.read_text("utf-8")
            for stage, student in handed_in
            if (path := autograded(root, stage, student))
        },
        str(root),
        [name for name in original.keys() | now.keys() if original.get(name) != now.get(name)],
        left,
        callers,
    )


def fingerprints(root: Path) -> dict[str, str]:
    """What grading must not change: solutions, submissions and settings, by path."""
    found = {}
    for top in (root / "nbgrader_config.py", root / "solutions", root / "gradebook" / "submitted"):
        for path in [top, *top.rglob("*")]:
            if path.is_symlink():
                found[str(path)] = str(path.readlink())
            else:
                found[str(path)] = hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else "no file"
    return found


def litter() -> set[Path]:
    """What the submissions left on this machine: files by their name."""
    library = Path(gancourse.__file__).parent
    folders = {"/", "/tmp", "/var/tmp", "/dev/shm", "/run", "/etc", Path.home(), library, paths.cache(), sys.prefix}
    folders |= {*site.getsitepackages(), Path.home() / ".ipython/profile_default/startup", Path.cwd()}
    return {path for folder in map(Path, folders) for path in folder.glob("*gancourse-corpus-*")}


@contextmanager
def own_temporary_folder() -> Iterator[Path]:
    """One with a short path (sockets' names end at 107 bytes), for all that this process makes meanwhile."""
    with pytest.MonkeyPatch.context() as patch, tempfile.TemporaryDirectory(prefix="corpus-") as folder:
        patch.setenv("TMPDIR", folder)
        patch.setattr(tempfile, "tempdir", folder)
        yield Path(folder)


@contextmanager
def server() -> Iterator[tuple[int, list[str]]]:
    """A server on this machine that has the answer: its port, and a growing list of those who asked."""
    callers, sockets = [], [socket.socket(), socket.socket(socket.AF_UNIX)]
    sockets[0].bind(("127.0.0.1", 0))
    port = sockets[0].getsockname()[1]
    sockets[1].bind(f"\0gancourse-corpus-{port}")

    def serve(listening: socket.socket) -> None:
        while True:
            try:
                caller, address = listening.accept()
            except OSError:  # closed
                return
            callers.append(str(address))
            with caller:
                caller.sendall(b"double = lambda x: 2 * x")

    for listening in sockets:
        listening.listen()
        threading.Thread(target=serve, args=[listening], daemon=True).start()
    yield port, callers
    for listening in sockets:
        listening.shutdown(socket.SHUT_RDWR)
        listening.close()


@contextmanager
def processes() -> Iterator[set[psutil.Process]]:
    """All processes that this one starts meanwhile, and those that they start: a growing set."""
    started, done = set(), threading.Event()

    def look() -> None:
        while not done.wait(0.2):
            started.update(psutil.Process().children(recursive=True))

    watching = threading.Thread(target=look)
    watching.start()
    yield started
    done.set()
    watching.join()


def survivors(started: set[psutil.Process]) -> list[str]:
    """Processes of submissions that are alive some seconds after the batch; this one's own children may be kept."""
    for _ in range(50):
        found = []
        for process in psutil.process_iter():
            try:
                ours = process in started and process.ppid() != psutil.Process().pid
                if (ours or str(LONG) in process.cmdline()) and process.status() != psutil.STATUS_ZOMBIE:
                    found.append(f"process {process.pid}: {' '.join(process.cmdline())}")
            except psutil.NoSuchProcess:
                pass
        if not found:
            break
        time.sleep(0.1)
    return found


def autograded(root: Path, stage: str, student: str) -> Path | None:
    path = root / "gradebook" / "autograded" / student / stage / f"{stage}.ipynb"
    return path if path.is_file() else None


def scores(root: Path, stage: str, student: str) -> dict[str, float | None]:
    """nbgrader's scores by test cell; empty where it has no submission."""
    with Gradebook(database(root)) as gradebook:
        try:
            grades = gradebook.find_submission_notebook(stage, stage, student).grades
        except MissingEntry:
            return {}
        return {grade.name: None if grade.auto_score is None else grade.score for grade in grades}


@pytest.mark.parametrize("student", SUBMISSIONS)
def test_verdict(graded, student):
    wanted, found = SUBMISSIONS[student], graded.found[student]
    words = "\n".join([*found.reasons, *found.repairs, *(hint for result in found.results for hint in result.hints)])
    assert found.status in wanted.status, f"{wanted.why}\n{words}"
    points = {result.test: result.points for result in found.results}
    if wanted.at_most:
        assert points.keys() == wanted.points.keys()
        assert all(points[test] <= most for test, most in wanted.points.items()), f"{wanted.why}\n{words}"
    else:
        assert points == wanted.points, f"{wanted.why}\n{words}"
    for text in wanted.says:
        assert text.casefold() in words.casefold()


@pytest.mark.parametrize("student", SUBMISSIONS)
def test_gradebook_says_the_same(graded, student):
    points = {result.test: result.points for result in graded.found[student].results}
    assert _known(graded.scores[student]) == _known(points)


def _known(points: dict[str, float | None]) -> dict[str, float]:
    return {test: number for test, number in points.items() if number is not None}


def test_everybody_has_one_status_and_nobody_else_has(graded):
    assert graded.found.keys() == SUBMISSIONS.keys()
    others = {(stage, name) for name, each in SUBMISSIONS.items() for stage in LIMITS if stage != each.stage}
    assert graded.missing.keys() == others
    unsafe = malformed.UNSAFE_NAMES
    assert {found.status for (_, name), found in graded.missing.items() if name not in unsafe} == {Status.MISSING}


def test_no_submission_changes_the_course_or_another_one(graded):
    assert not graded.changed


def test_nothing_is_left_behind(graded):
    assert not graded.left


def test_no_submission_reaches_a_server_on_this_machine(graded):
    assert not graded.callers


def test_no_submission_outlasts_its_time(graded):
    late = {
        student: found.seconds
        for student, found in graded.found.items()
        if found.seconds > LIMITS[SUBMISSIONS[student].stage].submission_seconds + 15
    }
    assert not late


@pytest.mark.parametrize("secret", ["hidden line", "password", "course's folder", "seed"])
def test_no_secret_in_what_a_learner_sees(graded, secret):
    seeds = {found.seed for student, found in graded.found.items() if SUBMISSIONS[student].stage == STAGE}
    (seed,) = map(str, seeds - {None})
    text = {"hidden line": MARKER, "password": PASSWORD, "course's folder": graded.root, "seed": seed}[secret]
    for student, found in graded.found.items():
        seen = "\n".join([*found.repairs, *(hint for result in found.results for hint in result.hints)])
        if student in graded.notebooks:
            made = nbformat.reads(graded.notebooks[student], as_version=4)
            seen += str([made.metadata, *(cell.get("outputs") for cell in made.cells)])
        told = secret == "course's folder" and "@ROOT@" in str(SUBMISSIONS[student].files)
        assert told or not [form for form in disguises(text) if form in seen], student


def test_no_autograded_notebook_is_huge(graded):
    assert max(map(len, graded.notebooks.values())) < 8_000_000


def test_the_corpus_holds_what_it_should():
    names = [f"{kind}-{each.name}" for kind, cases in KINDS.items() for each in cases]
    assert len(set(names)) == len(names), "two cases of a kind have the same name"
    assert len(names) >= 75
    assert all(each.why.endswith((".", "!", "?")) for cases in KINDS.values() for each in cases)


def disguises(text: str) -> list[str]:
    """A text as it is, backwards, in hexadecimal digits, and within base64 wherever it begins there."""
    raw = text.encode()
    encoded = [base64.b64encode(b"x" * shift + raw).decode()[4:-4] for shift in range(3)]
    return [text, text[::-1], raw.hex(), *encoded]
