"""Between which of the assignment's cells the learner's own ones belong."""

from collections import defaultdict

from gancourse.grading.intake.matching import Matching
from gancourse.grading.intake.reading import Cell, excerpt


def slots(m: Matching) -> dict[int, list[Cell]]:
    """For each place the learner's own cells that go in front of it.

    They stay behind the cell that they stood behind. Two things matter more: on which side of an answer a cell stood
    that defines the same, and that a helper comes before the answer that uses it.
    """
    row, own = m.in_order(), [cell for cell in m.own if cell.text.strip()]
    index = {cell: number for number, cell in enumerate(m.cells)}
    slot = {cell: max((place + 1 for number, place in row if number < index[cell]), default=0) for cell in own}
    for place, (answer, *parts) in sorted(m.answers.items()):
        for cell in own:
            if cell in parts:
                slot[cell] = place + 1
            elif m.assignment.marked(cell) == place or cell.names.bound & m.assignment.tasks[place]:
                if index[cell] < index[answer]:
                    slot[cell] = min(slot[cell], place)
                elif (index[answer], place) not in row:  # the answer had been moved, so it moves with it
                    slot[cell] = place + 1
    if moved := [m.assignment.label(place) for cell, place in m.home.items() if (index[cell], place) not in row]:
        shown = ", ".join(moved[:5]) + (f" and {len(moved) - 5} more" if len(moved) > 5 else "")
        m.repairs.append(f"cells stood in another order: put back {shown}")
    _bring_helpers_forward(m, own, slot)
    ordered = defaultdict(list)
    for cell in own:
        ordered[slot[cell]].append(cell)
    return ordered


def _bring_helpers_forward(m: Matching, own: list[Cell], slot: dict[Cell, int]) -> None:
    """Move own cells in front of the answers that use what they define, where they stood behind the answers' tests."""
    known = frozenset().union(*(names.bound for names in m.assignment.names))
    known = known.union(*(cell.names.bound for parts in m.answers.values() for cell in parts))
    makers, users = defaultdict(list), []
    for cell in own:
        for name in cell.names.bound - known:
            makers[name].append(cell)
    for place in sorted(m.answers, reverse=True):
        test = min((test for test in m.assignment.tests if test > place), default=place)
        users += [(part, place, test) for part in m.answers[place]]
    while users:
        user, place, limit = users.pop()
        for name in sorted(user.names.free & makers.keys()):
            if all(slot[maker] > limit for maker in makers[name]):
                maker, label = makers[name][0], m.assignment.label(place)
                slot[maker] = place
                users.append((maker, place, place))
                m.repairs.append(f"{excerpt(name)}, which {label} uses, was defined after it: moved before it")
