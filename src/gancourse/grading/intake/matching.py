"""Which of a submission's cells is which of the assignment's: by grade_id, by id, by what it defines, by its place."""

from collections import defaultdict
from dataclasses import dataclass, field

from gancourse.grading.intake.names import additions
from gancourse.grading.intake.reading import Cell, Submission, Unreadable, excerpt
from gancourse.grading.intake.skeleton import Skeleton, essence, heading, lines

UNEXPLAINED = 5  # lines of code from which a cell may be somebody's lost answer


@dataclass
class Matching:
    """What is known so far about a submission's cells.

    cells: in the learner's order, without those that were left out. home: the place of those that are the assignment's.
    answers: for the place of each answer its cells; further ones than the first are parts that were split off.
    found: by what an answer was found. rivals: other cells that could be the answer as well.
    """

    assignment: Skeleton
    cells: list[Cell]
    home: dict[Cell, int] = field(default_factory=dict)
    answers: dict[int, list[Cell]] = field(default_factory=dict)
    found: dict[int, str] = field(default_factory=dict)
    rivals: dict[int, list[Cell]] = field(default_factory=dict)
    repairs: list[str] = field(default_factory=list)
    unplaced: list[str] = field(default_factory=list)

    @property
    def own(self) -> list[Cell]:
        """The cells that aren't the assignment's."""
        return [cell for cell in self.cells if cell not in self.home]

    @property
    def loose(self) -> list[Cell]:
        """Those of them that are no part of an answer either."""
        parts = {cell for cells in self.answers.values() for cell in cells}
        return [cell for cell in self.own if cell not in parts]

    def drop(self, cells: list[Cell]) -> None:
        self.cells = [cell for cell in self.cells if cell not in cells]

    def answer(self, place: int, parts: list[Cell], found: str) -> None:
        self.answers[place], self.found[place] = parts, found
        # A cell that answers several tasks is at home where it says so, or where it is needed first.
        if parts[0] not in self.home or self.assignment.marked(parts[0]) == place:
            self.home[parts[0]] = place

    def in_order(self) -> list[tuple[int, int]]:
        """The longest row of cells that stand in the assignment's order: index in `cells`, and place."""
        rows = [[]]  # the longest that ends with each cell
        for index, cell in enumerate(self.cells):
            if cell in self.home:
                place = self.home[cell]
                before = max((row for row in rows if not row or row[-1][1] < place), key=len)
                rows.append([*before, (index, place)])
        return max(rows, key=len)


def match(assignment: Skeleton, submission: Submission) -> Matching:
    """Find the assignment's cells among the submission's. Raises Unreadable where no answer cell is among them."""
    m = Matching(assignment, submission.cells, repairs=submission.repairs)
    _find_locked(m)
    _find_examples(m)
    _find_answers_by_definition(m)
    _find_answers_by_id(m)
    _check_stage(m, submission)
    _find_answers_by_position(m)
    if not m.answers:
        raise Unreadable("it has none of the assignment's answer cells: there is nothing to grade")
    _settle_rivals(m)
    _explain_answers(m, submission)
    _look_for_lost_answers(m)
    return m


def _find_locked(m: Matching) -> None:
    """Find the copies of locked cells. What was added to one that was edited becomes a cell beside it."""
    copies, cells = defaultdict(list), []
    for cell in m.cells:
        place = m.assignment.locked_place(cell)
        if place is None:
            cells.append(cell)
            continue
        closeness, added = m.assignment.closeness(place, lines(cell.text)), ""
        if closeness < 1 and m.assignment.cells[place].cell_type == "code":
            added = additions(cell.text, m.assignment.released[place])
        copies[place].append((closeness, cell, added))
        extra = [Cell("code", added)] if added else []
        # A test goes on with what stands in front of its lines; behind them an import cell has what it needs.
        cells += [*extra, cell] if place in m.assignment.tests else [cell, *extra]
    m.cells = cells
    for place in m.assignment.locked:
        label = m.assignment.label(place)
        if not copies[place]:
            m.repairs.append(f"{label} was deleted: restored")
            continue
        closeness, kept, added = max(copies[place], key=lambda copy: copy[0])
        m.home[kept] = place
        if closeness < 1 or kept.kind != m.assignment.cells[place].cell_type:
            m.repairs.append(
                f"{label} was changed: restored{', and what was added is kept beside it' if added else ''}"
            )
        if len(copies[place]) > 1:
            m.repairs.append(f"{label} was there {len(copies[place])} times: one was kept")
            m.drop([cell for _, cell, _ in copies[place] if cell is not kept])


def _find_examples(m: Matching) -> None:
    """Find the cells that aren't locked and bear no points: a learner may change them, but not to an answer."""
    tasks = frozenset().union(*m.assignment.tasks.values())
    for place in m.assignment.free:
        found = []
        for cell in m.own:
            marked, kind = m.assignment.marked(cell), m.assignment.cells[place].cell_type
            same = marked is None and m.assignment.closeness(place, lines(cell.text)) == 1
            if cell.kind == kind and (same or (marked == place and not cell.names.bound & tasks)):
                found.append(cell)
        if found:
            m.home[found[0]] = place
            m.drop([cell for cell in found[1:] if cell.text == found[0].text])
        else:
            m.repairs.append(f"{m.assignment.label(place)} was deleted: restored")


def _find_answers_by_definition(m: Matching) -> None:
    """Find the answers that define what their task asks for. One cell may answer several tasks."""
    pool, tasks = m.own, m.assignment.tasks

    def rank(cell: Cell) -> tuple[bool, ...]:
        marked = m.assignment.marked(cell)
        needed_elsewhere = marked != place and bool(cell.names.bound & tasks.get(marked, frozenset()))
        return marked == place, not needed_elsewhere, cell.kind == "code", bool(cell.names.made & tasks[place])

    for place in m.assignment.answers:
        candidates = [c for c in pool if c.names.bound & tasks[place] and not m.assignment.blank(place, c)]
        best = max(map(rank, candidates), default=None)
        best = [cell for cell in candidates if rank(cell) == best]
        parts, defined = [], frozenset()
        for cell in reversed(best):  # of two that define the same, Jupyter goes on with the later one
            if new := cell.names.bound & tasks[place] - defined:
                parts, defined = [cell, *parts], defined | new
        if parts:
            m.answer(place, parts, f"by its definition of {min(parts[0].names.bound & tasks[place])}")
            m.rivals[place] = [cell for cell in best if cell not in parts]
        if len(parts) > 1:
            m.repairs.append(f"{m.assignment.label(place)} was split into {len(parts)} cells: all were kept")


def _find_answers_by_id(m: Matching) -> None:
    """Find further answers by their ids, and stubs, whatever their ids, by their text."""
    stubs = ["\n".join(essence(m.assignment.released[place])) for place in m.assignment.answers]
    unique = {stub: place for place, stub in zip(m.assignment.answers, stubs) if stubs.count(stub) == 1}
    claims = defaultdict(list)
    for cell in m.loose:
        claims[unique.get("\n".join(essence(cell.text)), m.assignment.marked(cell))].append(cell)
    for place in m.assignment.answers:
        if place not in m.answers and claims[place]:
            answered = [cell for cell in claims[place] if not m.assignment.blank(place, cell)]
            m.answer(place, [(answered or claims[place])[-1]], "by its stub")
            m.rivals[place] = answered[:-1]


def _check_stage(m: Matching, submission: Submission) -> None:
    """Raise Unreadable for another assignment's notebook. Some ids and names are the same in many of them."""
    ids = {cell.grade_id for cell in submission.cells if cell.grade_id}
    foreign = ids - m.assignment.by_grade_id.keys()
    tested = any(place in m.assignment.tests for place in m.home.values())
    few = 2 * len(m.answers) < len(m.assignment.answers)
    if not (m.answers or tested) or (few and 2 * len(foreign) > len(ids)):
        wanted = heading(cell.source for cell in m.assignment.cells if cell.cell_type == "markdown")
        found = heading(cell.text for cell in submission.cells if cell.kind == "markdown")
        raise Unreadable(
            f"it isn't this assignment{f', {excerpt(wanted)!r}' if wanted else ''}: few of its cells belong there"
            + (f"; its heading is {excerpt(found)!r}" if found and found != wanted else "")
        )
    if few and not tested:
        m.unplaced.append("most cells of this assignment are missing: was another one handed in?")


def _find_answers_by_position(m: Matching) -> None:
    """Find further answers as the only cells that stand where they should, between neighbours that are known."""
    row, loose, gaps = m.in_order(), m.loose, defaultdict(list)
    for place in m.assignment.answers:
        if place not in m.answers:
            above = max((index for index, known in row if known < place), default=-1)
            below = min((index for index, known in row if known > place), default=len(m.cells))
            gaps[above, below].append(place)
    others = frozenset().union(*m.assignment.tasks.values())
    for (above, below), places in gaps.items():
        kinds = {m.assignment.cells[place].cell_type for place in places}
        found = [
            cell
            for cell in m.cells[above + 1 : below]
            if m.assignment.marked(cell) is None and cell.kind in kinds and essence(cell.text)
        ]
        found = [cell for cell in found if cell in loose and not cell.names.bound & others]
        if len(places) == 1:
            found = found[-1:]  # in front of it may be helpers of the learner's
        if len(places) == len(found):
            for place, cell in zip(places, found):
                m.answer(place, [cell], "by its position")


def _settle_rivals(m: Matching) -> None:
    """Leave out what says the same as an answer, or nothing; have a person look at what says something else."""
    for place, parts in m.answers.items():
        loose, label = m.loose, m.assignment.label(place)
        rivals = [cell for cell in m.rivals.get(place, []) if cell in loose]
        claims = [cell for cell in loose if cell in rivals or m.assignment.marked(cell) == place]
        said = [essence(part.text) for part in parts]
        same = [cell for cell in claims if m.assignment.blank(place, cell) or essence(cell.text) in said]
        m.drop(same)
        if any(cell not in same for cell in rivals):
            m.unplaced.append(f"{label} is there in several versions: the last one was taken; was that the one meant?")
        elif claims and m.assignment.marked(parts[0]) == place:
            defined = sorted(parts[0].names.bound & m.assignment.tasks[place])
            kept = f"the one that defines {defined[0]}" if defined else "the one with an answer"
            m.repairs.append(f"{len(claims) + 1} cells claimed {label}: {kept} was kept")


def _explain_answers(m: Matching, submission: Submission) -> None:
    """Say where answers were found that weren't where they should be."""
    claimed = {m.assignment.marked(cell) for cell in submission.cells}
    homes = {place: m.assignment.marked(parts[0]) for place, parts in m.answers.items()}
    for place, marked in sorted(homes.items()):
        cell, label, kind = m.answers[place][0], m.assignment.label(place), m.assignment.cells[place].cell_type
        if marked is None:
            lost = "stood in a cell of its own" if place in claimed else "had lost its grade_id"
            m.repairs.append(f"{label} {lost}: found {m.found[place]}")
        elif marked == place:
            if cell.grade_id not in m.assignment.by_grade_id:
                m.repairs.append(f"{label} had lost its grade_id: found by its cell id")
        elif homes.get(marked) != place:
            m.repairs.append(f"{label} stood in the cell of {m.assignment.label(marked)}: found {m.found[place]}")
        elif place < marked:
            m.repairs.append(
                f"{label} and {m.assignment.label(marked)} had swapped ids: told apart by what they define"
            )
        if cell.kind != kind:
            m.repairs.append(f"{label} was a {cell.kind} cell: taken as {kind}")


def _look_for_lost_answers(m: Matching) -> None:
    missing = [m.assignment.label(place) for place in m.assignment.answers if place not in m.answers]
    m.repairs += [f"{label} was deleted: left unanswered" for label in missing]
    used = frozenset().union(*(cell.names.free for cell in m.cells))
    lost = [cell for cell in m.loose if cell.names.made - used and len(essence(cell.text)) >= UNEXPLAINED]
    if missing and lost:
        made = min(lost[0].names.made - used)
        m.unplaced.append(
            f"{', '.join(missing)}: missing, and {excerpt(made)}, which nothing uses, may be meant as the answer"
        )
