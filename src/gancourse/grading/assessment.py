"""What grading one submission comes to: its status, and for each test cell points and what to look at."""

from dataclasses import dataclass, field
from enum import StrEnum


class Status(StrEnum):
    """The one status that a submission ends in."""

    GRADED = "graded"  # every test cell has its verdict
    REVIEW = "review"  # graded, and a person should look: signs of tampering, or answers that no repair could place
    UNREADABLE = "unreadable"  # no notebook that could be graded
    TIMEOUT = "timeout"  # the submission's time was over before all its cells had run
    ERROR = "error"  # the grading itself failed: nothing is known about the submission
    MISSING = "missing"  # nothing was handed in

    @property
    def resolved(self) -> bool:
        """Whether nobody has to do anything about it."""
        return self in (Status.GRADED, Status.MISSING)


@dataclass(frozen=True)
class Result:
    """One test cell. `points` is None where it never ran (a timeout); `failed` names the probes that disagreed;
    `hints` are what the learner may read, in the author's words or what the visible test said."""

    test: str  # the test cell's grade_id
    task: str  # the answer cell's
    points: float | None
    max_points: float
    failed: tuple[str, ...] = ()
    hints: tuple[str, ...] = ()


@dataclass(frozen=True)
class Assessment:
    """One attempt at grading one submission.

    reasons: why the status isn't "graded", for the instructor. repairs: what was normalised in the notebook.
    notebook: the autograded notebook as JSON text (None if unreadable or error), whose outputs hold no hidden line.
    """

    status: Status
    reasons: tuple[str, ...] = ()
    repairs: tuple[str, ...] = ()
    results: tuple[Result, ...] = ()
    notebook: str | None = field(default=None, repr=False)
    seed: int | None = None
    seconds: float = 0.0
    sandboxed: bool = True

    @property
    def score(self) -> float | None:
        """The sum of the points; None unless every test cell has some."""
        points = [result.points for result in self.results]
        return None if not points or None in points else sum(points)

    @property
    def max_score(self) -> float:
        return sum(result.max_points for result in self.results)
