"""The assignment that submissions are laid over: its cells, their text as released, what each answer defines."""

import json
from collections import Counter
from collections.abc import Iterable
from copy import deepcopy
from dataclasses import dataclass
from functools import cached_property, lru_cache

from nbformat import NotebookNode, from_dict
from nbgrader.preprocessors import ClearHiddenTests, ClearSolutions
from nbgrader.utils import is_solution

from gancourse.grading.intake.names import Names, parse
from gancourse.grading.intake.reading import Cell
from gancourse.grading.notebooks import grade_id, is_test

EDITED = 0.5  # the share of either's lines from which a cell that bears a locked one's id is an edited copy of it
COPY = 0.8  # the share of lines in common from which a cell without any id is a copy


@dataclass(frozen=True)
class Skeleton:
    """Cells, and their text as learners get it; a cell's index in both is its place."""

    metadata: NotebookNode
    cells: list[NotebookNode]
    released: list[str]

    @cached_property
    def answers(self) -> list[int]:
        return [place for place, cell in enumerate(self.cells) if is_solution(cell)]

    @cached_property
    def locked(self) -> list[int]:
        return [place for place, cell in enumerate(self.cells) if grade_id(cell) and not is_solution(cell)]

    @cached_property
    def free(self) -> list[int]:
        """Cells that nbgrader doesn't know: examples, for learners to change."""
        return [place for place, cell in enumerate(self.cells) if not grade_id(cell)]

    @cached_property
    def tests(self) -> list[int]:
        return [place for place, cell in enumerate(self.cells) if is_test(cell)]

    @cached_property
    def names(self) -> list[Names]:
        return [parse(t) if c.cell_type == "code" else Names() for c, t in zip(self.cells, self.released)]

    @cached_property
    def tasks(self) -> dict[int, frozenset[str]]:
        """For each answer the names that it alone defines: in its stub, or, where that has none, in the solution."""
        code = [place for place in self.answers if self.cells[place].cell_type == "code"]
        bound = {place: self.names[place].bound or parse(self.cells[place].source).bound for place in code}
        counts = Counter(name for names in bound.values() for name in names)
        return {place: frozenset(n for n in bound.get(place, ()) if counts[n] == 1) for place in self.answers}

    @cached_property
    def lines(self) -> list[list[Counter]]:
        """The lines of each cell, as released and as in the source, which an author may hand in."""
        return [[lines(text) for text in {t, c.source}] for c, t in zip(self.cells, self.released)]

    @cached_property
    def by_grade_id(self) -> dict[str, int]:
        return {grade_id(cell): place for place, cell in enumerate(self.cells) if grade_id(cell)}

    @cached_property
    def by_id(self) -> dict[str, int]:
        return {cell.id: place for place, cell in enumerate(self.cells)}

    def marked(self, cell: Cell) -> int | None:
        """The place that a cell claims by its grade_id, or else by its id."""
        return self.by_grade_id.get(cell.grade_id, self.by_id.get(cell.id))

    def closeness(self, place: int, found: Counter) -> float:
        """The share of lines that a text has in common with a cell: 1 if they are the same lines."""
        return max(_dice(own, found) for own in self.lines[place])

    def locked_place(self, cell: Cell) -> int | None:
        """Of which locked cell a cell is a copy, edited or not."""
        marked, found = self.marked(cell), lines(cell.text)
        claims_locked = marked in self.locked
        if claims_locked and max(_overlap(own, found) for own in self.lines[marked]) >= EDITED:
            return marked
        closest = max(self.locked, key=lambda place: self.closeness(place, found), default=None)
        if closest is not None and self.closeness(closest, found) >= (COPY if claims_locked or marked is None else 1):
            return closest
        # Something else stands in it: an answer, a helper or a note is kept, what binds no name isn't.
        gone = not found or (cell.kind == "code" and not cell.names.bound)
        return marked if claims_locked and gone else None

    def blank(self, place: int, cell: Cell) -> bool:
        """Whether a cell holds no more than parts of the stub of this answer."""
        return lines("\n".join(essence(cell.text))) <= lines(self.released[place])

    def label(self, place: int) -> str:
        """What messages call the cell."""
        cell = self.cells[place]
        if place in self.answers:
            return f"answer {grade_id(cell)!r}"
        kind = "test" if is_test(cell) else "text" if cell.cell_type == "markdown" else cell.cell_type
        return f"{kind} cell {grade_id(cell) or cell.id!r}"


def of(source: NotebookNode) -> Skeleton:
    """The skeleton of a notebook in solutions/; the same object for the same notebook."""
    given = [[cell.cell_type, cell.id, cell.source, cell.metadata] for cell in source.cells]
    return _skeleton(json.dumps([source.metadata, given]))


@lru_cache(maxsize=16)
def _skeleton(content: str) -> Skeleton:
    metadata, given = json.loads(content)
    cells = [from_dict({"cell_type": t, "id": i, "source": s, "metadata": m}) for t, i, s, m in given]
    released, _ = ClearSolutions().preprocess(from_dict({"metadata": metadata, "cells": deepcopy(cells)}), {})
    released, _ = ClearHiddenTests().preprocess(released, {})
    return Skeleton(from_dict(metadata), cells, [cell.source for cell in released.cells])


def lines(text: str) -> Counter:
    """How often each line of a text occurs, without its indent; empty lines don't count."""
    return Counter(line.strip() for line in text.split("\n") if line.strip())


def essence(text: str) -> list[str]:
    """The lines of a text without comments and empty lines: texts of which it is the same say the same."""
    return [line.rstrip() for line in text.split("\n") if line.strip() and not line.lstrip().startswith("#")]


def heading(texts: Iterable[str]) -> str | None:
    """The first line in these texts that is a heading, without its mark."""
    found = (line for text in texts for line in text.split("\n") if line.startswith("# "))
    return next((line[2:].strip() for line in found), None)


def _dice(a: Counter, b: Counter) -> float:
    total = a.total() + b.total()
    if 2 * min(a.total(), b.total()) < COPY * total:  # can't be a copy, and may be long
        return 0
    return 2 * (a & b).total() / total if total else 1


def _overlap(a: Counter, b: Counter) -> float:
    return (a & b).total() / min(a.total(), b.total()) if a and b else 0
