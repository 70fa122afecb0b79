"""Run an assignment's cells for one submission, such that a cell which hangs, dies or eats memory costs only itself."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from nbformat import NotebookNode
from nbgrader.utils import is_solution

from gancourse.grading.notebooks import grade_id, is_test
from gancourse.grading.sandbox.box import Limits
from gancourse.grading.sandbox.kernel import Ended, Kernel, Starved

MAX_SUBMISSION = 200_000_000  # bytes of outputs that are kept of one run of a notebook


class Allowance:
    """The seconds that a submission has, without those in which other programs had the processor."""

    def __init__(self, seconds: float):
        self.end = time.monotonic() + seconds

    @property
    def left(self) -> float:
        return self.end - time.monotonic()

    def at_least(self, seconds: float) -> None:
        self.end = max(self.end, time.monotonic() + seconds)


@dataclass
class Outcome:
    """How a cell fared. `ended`: how it ended the process, in words for the learner; `ran`: False if time was over;
    `starved`: it ended because other programs left it no time."""

    outputs: list[NotebookNode] = field(default_factory=list)
    ended: str | None = None
    ran: bool = True
    starved: bool = False


@dataclass
class Session:
    """All outcomes, by the cell's place; what looked like tampering; the course's modules that were loaded."""

    outcomes: list[Outcome]
    signs: dict[str, None] = field(default_factory=dict)  # in order, each once
    modules: set[str] = field(default_factory=set)
    rebound: set[str] = field(default_factory=set)  # names with another meaning for the learner than for the tests
    room: int = MAX_SUBMISSION  # bytes of outputs that may still come


def kind(cell: NotebookNode) -> str:
    """ "locked" for the assignment's own cells before any answer, "test", or "answer" for what the learner wrote."""
    if is_test(cell):
        return "test"
    return "locked" if grade_id(cell) and not is_solution(cell) else "answer"


def run(
    cells: list[NotebookNode],
    start: Callable[[], Kernel],
    limits: Limits,
    *,
    allowance: Allowance,
    env: dict[str, str],
    files: dict[str, bytes],
    skip: frozenset[int] = frozenset(),
) -> Session:
    """Run code cells in order. A cell that ends its process is guilty: the next ones get a new process, in which all
    earlier cells but tests and guilty ones run again.

    allowance: what time is left for the submission; what didn't get to run says so.
    skip: places of cells not to run at all. Raises SandboxError where no shell can be had.
    """
    session, guilty, kernel = Session([Outcome(ran=False) for _ in cells]), set(skip), None

    def revive(place: int) -> Kernel:
        """A new process in the state that the cells before `place` leave behind."""
        while True:
            new = start()
            try:
                new.begin(env, files)
                for earlier in range(place):
                    if earlier in guilty or kind(cells[earlier]) == "test":
                        continue
                    if _run(new, cells[earlier], session, limits, allowance).ended:
                        guilty.add(earlier)  # it went well once: a third time isn't worth the wait
                        break
                else:
                    return new
            except BaseException:
                new.close()
                raise
            new.close()

    try:
        for place, cell in enumerate(cells):
            if allowance.left < 0:
                break
            if place in guilty:
                continue
            kernel = kernel or revive(place)
            outcome = session.outcomes[place] = _run(kernel, cell, session, limits, allowance)
            if outcome.ended or not outcome.ran:
                guilty.add(place)
                kernel.close()
                kernel = None
    finally:
        if kernel:
            kernel.close()
    return session


def _run(kernel: Kernel, cell: NotebookNode, session: Session, limits: Limits, allowance: Allowance) -> Outcome:
    waived = kernel.waived
    try:
        said = kernel.run(cell.source, kind(cell), min(limits.cell_seconds, allowance.left))
    except Ended as err:
        allowance.end += kernel.waived - waived
        return Outcome(ended=str(err), ran=allowance.left > 0, starved=isinstance(err, Starved))
    allowance.end += kernel.waived - waived
    session.signs.update(dict.fromkeys(said.signs))
    session.modules.update(said.modules)
    session.rebound.update(said.rebound)
    session.room -= said.size
    if session.room < 0:
        return Outcome(ended="came after more output than can be kept of one notebook")
    return Outcome(said.outputs)
