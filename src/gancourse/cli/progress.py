"""What `gancourse grade` shows: a table that grows while a class is graded, and at the end who needs attention.

Learners choose names and words that end up here: all is shown as plain text, without anything that moves the cursor.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console, Group
from rich.live import Live
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from gancourse.grading.assessment import Status
from gancourse.grading.batch import Outcome, Summary
from gancourse.paths import readable

COLORS = {
    Status.GRADED: "green",
    Status.REVIEW: "yellow",
    Status.UNREADABLE: "red",
    Status.TIMEOUT: "yellow",
    Status.ERROR: "red",
    Status.MISSING: "dim",
}
ADVICE = {
    Status.REVIEW: "look at the notebook in Formgrader, and save points for each of its tests to settle it",
    Status.UNREADABLE: "tell the learner (`gancourse feedback` has a page for them), and grade what they send",
    Status.TIMEOUT: "give points in Formgrader for what never ran, or grade again when the machine is less busy",
    Status.ERROR: "fix what the message says, and run the same command again",
}


class Shown:
    """Call it with each outcome, the number of those done, and of all, as `batch.grade` does."""

    def __init__(self, console: Console, stage: str):
        self.done, self.total = 0, None
        self.console = console
        self._stage, self._outcomes = stage, []
        self._bar = Progress(
            TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), console=console
        )
        self._task = self._bar.add_task(f"{stage}: collecting; reference and blank come first", total=None)
        self._live = Live(console=console, get_renderable=self._view, transient=True) if console.is_terminal else None

    def start(self) -> None:
        if self._live:
            self._live.start()

    def stop(self) -> None:
        if self._live:
            self._live.stop()

    def __call__(self, outcome: Outcome, done: int, total: int) -> None:
        self.done, self.total = done, total
        self._outcomes.append(outcome)
        self._bar.update(self._task, description=self._stage, completed=done, total=total)
        if not self._live:
            name, status, points, seconds, note = cells(outcome)
            self.console.out(
                f"[{done}/{total}] {name}  {status}  {points}  {seconds}  {note}".rstrip(), highlight=False
            )

    def _view(self) -> Group:
        room = max(1, self.console.height - 8)
        return Group(table(self._outcomes[-room:], wrap=False), self._bar)


@contextmanager
def shown(stage: str) -> Iterator[Shown]:
    """Show a batch while it runs: a live table and a bar or, without a terminal, a line for each learner."""
    view = Shown(Console(), stage)
    view.start()
    try:
        yield view
    finally:
        view.stop()


def conclude(summary: Summary, console: Console | None = None) -> None:
    """Print the batch as a whole: everybody's result, how many of each status, and what is left to do for whom."""
    console = console or Console()
    if console.is_terminal:
        console.print(table(summary.outcomes, wrap=True))
    for line in summary.told:
        console.out(readable(line), style="yellow", highlight=False)
    counts = summary.counts
    total = ", ".join(f"{counts[status]} {status}" for status in Status if counts[status])
    console.out(f"{summary.stage}: {total}", highlight=False)
    for status, advice in ADVICE.items():
        left = [outcome for outcome in summary.unresolved if outcome.found.status is status]
        if not left:
            continue
        console.out(f"\n{status}: {advice}", style=COLORS[status], highlight=False)
        for outcome in left:
            console.out(f"  {readable(outcome.student)}: {readable('; '.join(outcome.found.reasons))}", highlight=False)


def table(outcomes: list[Outcome] | tuple[Outcome, ...], *, wrap: bool) -> Table:
    """A row for each outcome; without `wrap` each is one line high."""
    made = Table(box=None, pad_edge=False, expand=True)
    made.add_column("learner", no_wrap=True, max_width=40)
    made.add_column("status", no_wrap=True)
    made.add_column("points", no_wrap=True, justify="right")
    made.add_column("seconds", no_wrap=True, justify="right")
    made.add_column("note", no_wrap=not wrap, overflow="ellipsis", ratio=1)
    for outcome in outcomes:
        name, status, points, seconds, note = cells(outcome)
        made.add_row(Text(name), Text(status, COLORS[outcome.found.status]), points, seconds, Text(note))
    return made


def cells(outcome: Outcome) -> tuple[str, str, str, str, str]:
    """Learner, status, points, seconds and note, as they are shown."""
    found = outcome.found
    status = f"{found.status}, decided" if outcome.decided else str(found.status)
    known = [result.points for result in found.results if result.points is not None]
    points = f"{sum(known):g}/{found.max_score:g}" if found.results else "-"
    seconds = f"{found.seconds:.1f}" if found.seconds else "-"
    notes = [outcome.note, *found.reasons, *found.repairs]
    if found.results and not found.sandboxed:
        notes.insert(0, "no sandbox")
    return readable(outcome.student), status, points, seconds, readable("; ".join(filter(None, notes)))
