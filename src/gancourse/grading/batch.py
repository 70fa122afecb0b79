"""Grade a class: collect, grade the reference and the blank first, then everybody in parallel, each saved at once.

Only this process writes, and an attempt's record comes last: what has a record is complete, so a batch that was
interrupted goes on where it stopped. Submissions run in the sandboxes of this machine, or of a Dask cluster's workers.
"""

import hashlib
import os
import time
from collections import Counter, deque
from collections.abc import Callable, Collection, Iterator
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config

from gancourse import machine
from gancourse.grading import assess, exchange
from gancourse.grading.assessment import Assessment, Status
from gancourse.grading.books import saving
from gancourse.grading.books.attempts import Attempt
from gancourse.grading.books.records import Records, settled
from gancourse.grading.course import settings, timezone
from gancourse.grading.intake import handin
from gancourse.grading.intake.handin import HandedIn, unsafe_name
from gancourse.grading.intake.reading import Unreadable, clean, excerpt
from gancourse.grading.judge import GradingError
from gancourse.grading.notebooks import assignments, source_path
from gancourse.grading.sandbox.box import LIMITS, Limits

RETRIES = 3  # of a submission whose Dask worker died or lost it
PATIENCE = 30  # seconds for a Dask scheduler to answer, and to have a worker
POLL = 1.0  # seconds between two looks at what another grader is at
JOB_MEMORY = 1300 * 2**20  # bytes that grading one submission takes (benchmarks/grading_throughput.py)
TURN = 0.05  # seconds between two tries to be the one that writes into the gradebook


class UnknownLearner(ValueError):
    """A learner was named whom the course doesn't know."""


@dataclass(frozen=True)
class Outcome:
    """The result for one learner in this batch. found: the assessment, without its notebook, or the earlier attempt
    that still stands; decided: an instructor has settled that one in Formgrader; note: what else there is to know."""

    student: str
    found: Assessment | Attempt
    decided: bool = False
    note: str = ""

    @property
    def resolved(self) -> bool:
        """Whether nobody has to do anything about it."""
        return self.found.status.resolved or self.decided


@dataclass(frozen=True)
class Summary:
    """A finished batch: outcomes in the learners' order; told: what there is to know about the collecting."""

    stage: str
    outcomes: tuple[Outcome, ...]
    told: tuple[str, ...]

    @property
    def unresolved(self) -> tuple[Outcome, ...]:
        return tuple(outcome for outcome in self.outcomes if not outcome.resolved)

    @property
    def counts(self) -> Counter[Status]:
        return Counter(outcome.found.status for outcome in self.outcomes)


@dataclass(frozen=True)
class Task:
    """A submission to grade; sha256: what it was when the batch began."""

    student: str
    folder: Path
    sha256: str


def grade(
    root: Path,
    stage: str,
    *,
    students: list[str] | None = None,
    jobs: int | None = None,
    force: bool = False,
    sandbox: bool = True,
    db_url: str | None = None,
    scheduler: str | None = None,
    limits: Limits = LIMITS,
    report: Callable[[Outcome, int, int], None] = lambda outcome, done, total: None,
) -> Summary:
    """Grade the stage's submissions of the course at `root`; report(outcome, done, total) is called for each learner.

    students: by default all who handed in or are in nbgrader's gradebook. jobs: submissions at once on this
    machine, by default one for each CPU. force: also those that are graded already. db_url: by default that of
    nbgrader_config.py. scheduler: a Dask scheduler's address, whose workers grade instead.

    Raises UnknownLearner for one of the students whom nobody knows, GradingError where nothing can be graded (no
    sandbox, a reference that fails); whatever a submission is or does becomes its status. On KeyboardInterrupt, what
    is finished is saved, what runs is killed, and the exception goes on.
    """
    config = settings(root, db_url)
    with Records(config.CourseDirectory.db_url) as records:
        seen = records.latest(stage)  # before those that the claims below know of
    with Records(config.CourseDirectory.db_url) as records:
        told, refused = exchange.collect(config, stage)
        chosen = learners(config, records, students, refused)
        version = assess.version(source_path(root, stage))
        batch = _Batch(config, stage, records, version, force, sandbox, refused, len(chosen), report)
        tasks = [task for student, folder in chosen.items() if (task := batch.triage(student, folder)) is not None]
        if tasks:
            with ThreadPoolExecutor(1) as pool:  # the two take about as long
                prepared = pool.submit(_prepare, root, stage, limits, sandbox)
                try:
                    batch.register()
                    judged = prepared.result()
                except BaseException:
                    _stop([prepared])
                    raise
            with _workers(jobs or _jobs(), scheduler) as (executor, room):
                batch.run(judged, tasks, seen, executor, room)
    told = (*told, *strays(config, assignments(root)))
    return Summary(stage, tuple(batch.outcomes[student] for student in chosen), told)


def learners(
    config: Config, records: Records, students: list[str] | None, refused: Collection[str] = ()
) -> dict[str, Path]:
    """Everybody whom the course knows, or those of `students`, in order, and where they would have handed in.

    refused: those who handed in what the exchange couldn't give.

    Raises UnknownLearner for one of `students` whom nobody knows, and ValueError where there is nobody at all.
    """
    directory = CourseDirectory(config=config)
    submitted = Path(directory.root) / directory.submitted_directory
    known = set(records.learners()) | set(refused)
    if submitted.is_dir():
        known |= {place.name for place in submitted.iterdir() if place.is_dir() and not place.name.startswith(".")}
    if unknown := [student for student in students or [] if student not in known]:
        raise UnknownLearner(f"nobody called {', '.join(unknown)} is in {submitted} or in the gradebook")
    if not known:
        raise ValueError(f"nobody has handed in anything: there is no LEARNER/STAGE/STAGE.ipynb in {submitted}")
    return {student: submitted / student for student in sorted(set(students) if students else known)}


def strays(config: Config, stages: Collection[str]) -> list[str]:
    """What lies in gradebook/submitted/ and is no submission of any of the stages, in words; 20 lines at most."""
    directory = CourseDirectory(config=config)
    submitted, lines = Path(directory.root) / directory.submitted_directory, []
    for place in sorted(submitted.iterdir()) if submitted.is_dir() else []:
        if not place.is_dir():
            lines.append(f"skipped in gradebook/submitted: {excerpt(place.name)} isn't a learner's folder")
        elif not place.name.startswith("."):
            lines += [
                f"skipped: {excerpt(place.name)} handed in {excerpt(found.name)}, which isn't the name of a stage"
                for found in sorted(place.iterdir())
                if found.name not in stages and not found.name.startswith(".")
            ]
    return lines if len(lines) <= 20 else [*lines[:19], f"skipped: {len(lines) - 19:,} more"]


@dataclass
class _Batch:
    config: Config
    stage: str
    records: Records
    version: str
    force: bool
    sandbox: bool
    refused: dict[str, str]
    total: int
    report: Callable[[Outcome, int, int], None]

    def __post_init__(self):
        self.outcomes: dict[str, Outcome] = {}
        self.latest = self.records.latest(self.stage)
        self.standings = self.records.standings(self.stage)  # once: they are read for the whole class
        self.zone = timezone(self.config)

    def triage(self, student: str, place: Path) -> Task | None:
        """What is to be graded; None where there is nothing to do, or nothing that can be done."""
        folder, attempt = place / self.stage, self.latest.get(student)
        if student in self.refused:
            self._refuse(student, self.refused[student])
        elif reason := unsafe_name(student):
            self._refuse(student, f"handed in, but {reason}: rename it")
        elif not os.path.lexists(folder):
            if attempt and attempt.status is not Status.MISSING and not self.force:
                note = "no longer in gradebook/submitted: its last result stands (--force forgets it)"
                self._done(self._stands(attempt, note))
            elif attempt and attempt.status is Status.MISSING:
                self._done(Outcome(student, attempt))
            else:
                self._save(student, Assessment(Status.MISSING), None, None)
        else:
            sha256 = _sha256(folder, self.stage, self.zone)
            bare = attempt is not None and not attempt.sandboxed and self.sandbox  # its verdict may be forged
            same = attempt is not None and (attempt.submission_sha256, attempt.version) == (sha256, self.version)
            if self.force or bare or not same or not settled(attempt, self.standings.get(student)):
                return Task(student, folder, sha256)
            self._done(self._stands(attempt, "graded before"))
        return None

    def _refuse(self, student: str, reason: str) -> None:
        """Record, once, that there is something which can't be graded: nbgrader's gradebook never hears of it."""
        found, past = Assessment(Status.ERROR, (reason,), sandboxed=self.sandbox), self.latest.get(clean(student))
        if past is None or past.reasons != found.reasons:
            self.records.add(self.stage, clean(student), found, submission_sha256=None, version=self.version)
        self._done(Outcome(student, found))

    def register(self) -> None:
        with self._gradebook_alone():
            saving.register(self.config, self.stage)

    @contextmanager
    def _gradebook_alone(self) -> Iterator[None]:
        """One grader at a time writes into nbgrader's gradebook: registering removes and adds an assignment's cells,
        to which the points of another grader's submission would refer."""
        while not self.records.claim(self.stage, "", None):
            time.sleep(TURN)
        try:
            yield
        finally:
            self.records.release(self.stage, "")

    def run(
        self,
        judged: assess.Stage,
        tasks: list[Task],
        seen: dict[str, Attempt],
        executor: Executor,
        room: Callable[[], int],
    ) -> None:
        """Grade and save all tasks, as many at once as there is room for; wait for those that another grader is at."""
        waiting, elsewhere = deque(tasks), []
        running: dict[Future, tuple[Task, HandedIn]] = {}
        try:
            while waiting or running or elsewhere:
                free = room() - len(running)
                while waiting and free > 0:
                    task = waiting.popleft()
                    if not self.records.claim(self.stage, task.student, task.sha256):
                        elsewhere.append(task)
                    elif (handed_in := self._read(task)) is not None:
                        future = executor.submit(assess.assess, judged, handed_in.raw, handed_in.files)
                        running[future] = task, handed_in
                        free -= 1
                finished, _ = wait(running, POLL, FIRST_COMPLETED)
                for future in finished:
                    self._finish(future, *running.pop(future))
                if elsewhere and not finished:
                    if not running:
                        time.sleep(POLL)
                    waiting.extend(self._unsettled(elsewhere, seen))
                    elsewhere.clear()
        except BaseException:
            finished = [future for future in running if future.done()]
            _stop(running)
            for future in finished:
                self._finish(future, *running[future])
            raise

    def _read(self, task: Task) -> HandedIn | None:
        try:
            return handin.read(task.folder, self.stage, self.zone)
        except (Unreadable, OSError) as err:
            if os.path.lexists(task.folder):
                self._save(task.student, Assessment(Status.UNREADABLE, (clean(str(err)),)), None, task.sha256)
            elif attempt := self.latest.get(task.student):
                self.records.release(self.stage, task.student)
                self._done(self._stands(attempt, "vanished while the batch ran: its last result stands"))
            else:
                self._save(task.student, Assessment(Status.MISSING), None, None)
            return None

    def _unsettled(self, tasks: list[Task], seen: dict[str, Attempt]) -> Iterator[Task]:
        """Those of the tasks that no other grader has settled meanwhile."""
        latest = self.records.latest(self.stage)
        for task in tasks:
            attempt = latest.get(task.student)
            if attempt and attempt.submission_sha256 == task.sha256 and attempt != seen.get(task.student):
                self._done(self._stands(attempt, "graded by another grader"))
            else:
                yield task

    def _finish(self, future: Future, task: Task, handed_in: HandedIn) -> None:
        try:
            assessment = future.result()
        except Exception as err:  # assess doesn't raise: a worker died once too often, or lacks the course
            reason = f"no worker could grade it: {type(err).__name__}: {err}".splitlines()[0]
            assessment = Assessment(Status.ERROR, (reason,))
        assessment = replace(assessment, repairs=(*handed_in.repairs, *assessment.repairs))
        self._save(task.student, assessment, handed_in, handed_in.sha256)

    def _save(self, student: str, assessment: Assessment, handed_in: HandedIn | None, sha256: str | None) -> None:
        try:
            with self._gradebook_alone():
                saving.save(self.config, self.stage, student, assessment, handed_in)
        except Exception as err:  # of nbgrader, SQLAlchemy, the disk: it costs this result alone
            reason = f"it ended as {assessment.status}, but that couldn't be saved: {err}".splitlines()[0]
            assessment = replace(assessment, status=Status.ERROR, reasons=(reason,), results=(), notebook=None)
        self.records.add(self.stage, student, assessment, submission_sha256=sha256, version=self.version)
        self._done(Outcome(student, replace(assessment, notebook=None)))

    def _stands(self, attempt: Attempt, note: str) -> Outcome:
        decided = not attempt.status.resolved and settled(attempt, self.standings.get(attempt.student))
        return Outcome(attempt.student, attempt, decided, note)

    def _done(self, outcome: Outcome) -> None:
        self.outcomes[outcome.student] = outcome
        self.report(outcome, len(self.outcomes), self.total)


def _prepare(root: Path, stage: str, limits: Limits, sandbox: bool) -> assess.Stage:
    """The reference's run; raises GradingError unless the canary lives."""
    judged = assess.prepare(root, stage, limits=limits, sandbox=sandbox)
    assess.canary(judged)
    return judged


def _stop(futures: Collection[Future]) -> None:
    """Kill what runs on this machine; what runs elsewhere ends by its limits, and nobody hears of it."""
    for future in futures:
        future.cancel()
    assess.close()
    while wait(futures, 0.1).not_done:
        assess.close()  # a submission goes on after a cell that was killed, until none is left


def _sha256(folder: Path, stage: str, zone: str) -> str:
    """What tells the submission from others, be it a notebook or not."""
    try:
        return handin.read(folder, stage, zone).sha256
    except (Unreadable, OSError) as err:
        return hashlib.sha256(str(err).encode(errors="replace")).hexdigest()


@contextmanager
def _workers(jobs: int, scheduler: str | None) -> Iterator[tuple[Executor, Callable[[], int]]]:
    """What grades, and how many submissions it should have at a time: one more than it can run."""
    if scheduler is None:
        with ThreadPoolExecutor(jobs) as executor:
            yield executor, lambda: jobs + 1
        return
    from distributed import Client

    try:
        client = Client(scheduler, timeout=PATIENCE, set_as_default=False)
    except (OSError, ValueError) as err:
        raise GradingError(f"no Dask scheduler answers at {scheduler} ({err})") from err
    with client:
        try:
            client.wait_for_workers(1, timeout=PATIENCE)
        except OSError as err:
            raise GradingError(f"the Dask scheduler has no worker: start one with `dask worker {scheduler}`") from err
        yield client.get_executor(pure=False, retries=RETRIES), lambda: sum(client.nthreads().values()) + 1


def _jobs() -> int:
    """How many submissions at once the CPUs and the memory that this process may use are enough for, at least 1."""
    return max(1, min(machine.cpus(), machine.memory().available // JOB_MEMORY))
