"""Rebuild a submission on the assignment's own notebook, so that only the learner's words are the learner's.

Every cell of the assignment comes from solutions/, in its order, with its metadata. Each answer cell gets the learner's
text, wherever it is found. What else the learner wrote stays where it stood, in cells that are marked as the learner's
own. Nothing here runs code or touches files.
"""

from copy import deepcopy
from dataclasses import dataclass

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_raw_cell

from gancourse.grading.intake import placing, skeleton
from gancourse.grading.intake.matching import Matching, match
from gancourse.grading.intake.reading import Cell, Unreadable, excerpt, read
from gancourse.grading.intake.skeleton import essence

__all__ = ["MAX_ANSWER", "OWN", "Normalised", "Unreadable", "normalise"]

MAX_ANSWER = 200_000  # characters
OWN = {"gancourse": {"own": True}}  # metadata of a cell whose text is the learner's, and no answer
NEW = {"code": new_code_cell, "markdown": new_markdown_cell, "raw": new_raw_cell}


@dataclass(frozen=True)
class Normalised:
    """A submission on the assignment's cells, without outputs.

    repairs: what was put right, in words. unplaced: what a person should look at, for no rule can decide it.
    """

    notebook: NotebookNode
    repairs: tuple[str, ...] = ()
    unplaced: tuple[str, ...] = ()


def normalise(raw: bytes, source: NotebookNode) -> Normalised:
    """The submission in `raw` on the cells of `source`, the stage's notebook in solutions/.

    What isn't the learner's is as in the source, hidden tests included; an answer that is missing or empty is the stub
    that learners get. Raises Unreadable, and nothing else, for bytes in which there is nothing to grade.
    """
    assignment, submission = skeleton.of(source), read(raw)
    spec = source.metadata.get("kernelspec", {})
    wanted = spec.get("name", ""), spec.get("language", "")
    if any(asked and asked != right for asked, right in zip(submission.kernel, wanted)):
        asked = excerpt(" ".join(submission.kernel))
        submission.repairs.append(f"the kernel was {asked!r}: replaced by {wanted[0]!r}")
    matching = match(assignment, submission)
    notebook = _rebuild(matching)
    return Normalised(notebook, tuple(matching.repairs), tuple(matching.unplaced))


def _rebuild(m: Matching) -> NotebookNode:
    """The notebook: the assignment's cells, the learner's answers, and the learner's own cells where they belong."""
    slots, cells = placing.slots(m), []
    examples = {place: cell for cell, place in m.home.items() if place in m.assignment.free}
    for place in range(len(m.assignment.cells) + 1):
        for cell in slots[place]:
            cells.append(_cell(cell.kind, cell.text, f"own-{len(cells) + 1}", OWN, cell.attachments))
        if place in m.assignment.answers:
            cells.append(_answer(m, place))
        elif place < len(m.assignment.cells):
            given, text, mark = m.assignment.cells[place], m.assignment.cells[place].source, {}
            if place in examples and essence(examples[place].text) != essence(text):
                text, mark = examples[place].text, OWN
            cells.append(_cell(given.cell_type, text, given.id, given.metadata | mark))
    return new_notebook(cells=cells, metadata=deepcopy(m.assignment.metadata))


def _answer(m: Matching, place: int) -> NotebookNode:
    given, found = m.assignment.cells[place], m.answers.get(place, [Cell("code", "")])[0]
    if len(found.text) > MAX_ANSWER:
        label, size = m.assignment.label(place), len(found.text)
        raise Unreadable(f"{label} has {size:,} characters, and {MAX_ANSWER:,} at most are read")
    text = found.text if found.text.strip() else m.assignment.released[place]
    return _cell(given.cell_type, text, given.id, given.metadata, found.attachments)


def _cell(kind: str, text: str, id: str, metadata: dict, pictures: dict | None = None) -> NotebookNode:
    attached = {"attachments": pictures} if pictures and kind != "code" else {}
    return NEW[kind](text, id=id, metadata=deepcopy(metadata), **attached)
