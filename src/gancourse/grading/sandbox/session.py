"""Run an assignment's cells for one submission, such that a cell which hangs, dies or eats memory costs only itself."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from nbformat import NotebookNode, from_dict
from nbgrader.utils import is_solution

from gancourse.grading.notebooks import grade_id, is_test
from gancourse.grading.sandbox.box import Limits
from gancourse.grading.sandbox.kernel import FORGED_FRAME, Ended, Kernel, Starved


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
    signs: list[str] = field(default_factory=list)
    modules: set[str] = field(default_factory=set)


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
        outputs = [from_dict(output) for output in said["outputs"]]
        session.signs += [sign for sign in map(str, said["signs"]) if sign not in session.signs]
        session.modules |= set(map(str, said["modules"]))
    except Ended as err:
        allowance.end += kernel.waived - waived
        return Outcome(ended=str(err), ran=allowance.left > 0, starved=isinstance(err, Starved))
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError):  # a frame that no shell of ours sends
        return Outcome(ended=FORGED_FRAME)
    allowance.end += kernel.waived - waived
    return Outcome(outputs)
