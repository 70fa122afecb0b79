"""What a class misunderstood: for each test and each probe how many failed it, from the newest attempts."""

import ast
import re
import textwrap
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from statistics import fmean

from matplotlib import colormaps
from matplotlib.figure import Figure
from nbformat import NotebookNode
from rich.table import Table
from rich.text import Text

from gancourse.grading.assessment import Result
from gancourse.grading.books.attempts import Attempt
from gancourse.grading.notebooks import grade_id, is_test

MOST_BARS = 40


@dataclass(frozen=True)
class Item:
    """One probe of a test cell, or with `probe` None the whole cell: how many of those whose cell ran failed it."""

    task: str
    test: str
    probe: str | None
    hint: str
    failed: int
    learners: int

    @property
    def share(self) -> float:
        return self.failed / self.learners


@dataclass(frozen=True)
class Task:
    """One answer: the mean of its points over those all of whose cells ran, and how many of them got all."""

    name: str
    mean: float
    max_points: float
    full: int
    learners: int


def tasks(attempts: Iterable[Attempt]) -> list[Task]:
    """Each task's mean, in the order of the notebook."""
    points, most = defaultdict(list), {}
    for attempt in attempts:
        for name, cells in _by(attempt.results, "task").items():
            if all(cell.points is not None for cell in cells):
                points[name].append(sum(cell.points for cell in cells))
                most[name] = sum(cell.max_points for cell in cells)
    return [
        Task(name, fmean(found), most[name], sum(value >= most[name] for value in found), len(found))
        for name, found in points.items()
    ]


def tests(attempts: Iterable[Attempt]) -> list[Item]:
    """How many didn't get all points of each test cell; the hint is the one that most of them read."""
    return [
        _item(cells, None, [cell for cell in cells if cell.points < cell.max_points], "")
        for cells in _judged(attempts).values()
    ]


def probes(attempts: Iterable[Attempt], source: NotebookNode) -> list[Item]:
    """How many failed each probe, and the visible part of each test; those that failed most often first.

    source: the stage's notebook in solutions/, whose hints are the labels, and whose probes are there also if nobody
    failed them (but for those whose names are only known when it runs).
    """
    hints, found = _hints(source), []
    for test, cells in _judged(attempts).items():
        known = [name for of, name, _, _ in hints if of == test and name is not None]
        for probe in dict.fromkeys([*known, *(name for cell in cells for name in cell.failed)]):
            hint = next((hint for of, _, form, hint in hints if of == test and form.fullmatch(probe)), "")
            found.append(_item(cells, probe, [cell for cell in cells if probe in cell.failed], hint))
    return sorted(found, key=lambda item: -item.share)


def table(items: list[Item]) -> Table:
    """The items for the terminal."""
    probes = any(item.probe is not None for item in items)
    shown = Table("test", *(["probe"] if probes else []), "failed", "share", "what to look at")
    for column in shown.columns[-3:-1]:
        column.justify = "right"
    for item in items:
        names = [item.test, item.probe or ""] if probes else [item.test]
        texts = [*names, f"{item.failed} of {item.learners}", f"{100 * item.share:.0f} %", item.hint]
        shown.add_row(*map(Text, texts))  # a hint may hold what rich takes for markup
    return shown


def task_table(found: Iterable[Task]) -> Table:
    """The tasks' means for the terminal."""
    shown = Table("task", "mean", "of", "all points")
    for column in shown.columns[1:]:
        column.justify = "right"
    for task in found:
        full = f"{task.full} of {task.learners}"
        shown.add_row(Text(task.name), f"{task.mean:.2f}", f"{task.max_points:g}", full)
    return shown


def plot(items: Iterable[Item], title: str) -> Figure:
    """Horizontal bars of the share that failed, the longest on top, a colour for each task; MOST_BARS at most.

    Items that nobody failed have none. Raises ValueError if nobody failed anything.
    """
    failed = sorted((item for item in items if item.failed), key=lambda item: item.share)
    if not failed:
        raise ValueError("nothing to draw: nobody failed anything")
    shown = failed[-MOST_BARS:]
    if len(shown) < len(failed):
        title += f" (the {MOST_BARS} that most failed, of {len(failed)})"
    names = list(dict.fromkeys(item.task for item in reversed(shown)))
    palette = colormaps["Set2"].colors
    colours = {name: palette[place % len(palette)] for place, name in enumerate(names)}
    places = range(len(shown))
    figure = Figure(figsize=(11, 1.5 + 0.38 * len(shown)), layout="constrained")
    axes = figure.add_subplot()
    bars = axes.barh(places, [100 * item.share for item in shown], color=[colours[item.task] for item in shown])
    axes.set_yticks(places, [_label(item) for item in shown], fontsize=8, parse_math=False)
    notes = [f"{item.failed} of {item.learners}  {_name(item)}" for item in shown]
    for note in axes.bar_label(bars, notes, padding=4, fontsize=7, color="0.4"):
        note.set_parse_math(False)
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.tick_params(axis="y", length=0)
    axes.set(xlim=(0, 100), ylim=(-0.6, len(shown) - 0.4), xlabel="learners who failed it, in per cent")
    axes.grid(axis="x", color="0.9")
    axes.set_axisbelow(True)
    figure.suptitle(title, fontsize=11, parse_math=False)
    handles = [bars[[item.task for item in shown].index(name)] for name in names]
    figure.legend(handles, names, loc="outside lower center", ncols=min(4, len(names)), fontsize=8, frameon=False)
    return figure


def _by(results: Iterable[Result], key: str) -> dict[str, list[Result]]:
    found = defaultdict(list)
    for result in results:
        found[getattr(result, key)].append(result)
    return found


def _judged(attempts: Iterable[Attempt]) -> dict[str, list[Result]]:
    """The results of each test cell that ran, over all attempts."""
    return _by((result for a in attempts for result in a.results if result.points is not None), "test")


def _item(cells: list[Result], probe: str | None, failed: list[Result], hint: str) -> Item:
    if not hint:
        hint = next((hint for hint, _ in Counter(" ".join(cell.hints) for cell in failed).most_common(1)), "")
    return Item(cells[0].task, cells[0].test, probe, hint, len(failed), len(cells))


def _label(item: Item) -> str:
    """The hint in one line, or in two of about the same length."""
    text = textwrap.shorten(item.hint or _name(item), 140, placeholder=" ...")
    return text if len(text) <= 70 else textwrap.fill(text, len(text) // 2 + 8)


def _name(item: Item) -> str:
    return item.test if item.probe is None else f"{item.test}: {item.probe}"


def _hints(source: NotebookNode) -> list[tuple[str, str | None, re.Pattern, str]]:
    """What the source's test cells say about their probes: test, name if it is fixed, the name's form, hint."""
    found = []
    for cell in filter(is_test, source.cells):
        for node in ast.walk(ast.parse(cell.source)):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "probe":
                hint = next(keyword.value for keyword in node.keywords if keyword.arg == "hint")
                words, form = _parts(hint, "..."), _parts(node.args[0], None)
                fixed = isinstance(node.args[0], ast.Constant)
                pattern = "".join(".*" if part is None else re.escape(part) for part in form)
                found.append((grade_id(cell), form[0] if fixed else None, re.compile(pattern), "".join(words)))
    return found


def _parts(node: ast.expr, unknown: str | None) -> list[str | None]:
    """A string's fixed parts, and `unknown` for what is only known when it runs."""
    if isinstance(node, ast.JoinedStr):
        return [part for value in node.values for part in _parts(value, unknown)]
    return [str(node.value) if isinstance(node, ast.Constant) else unknown]
