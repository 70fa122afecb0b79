"""What the corpus is made of: a case is a folder as a learner hands it in, and what grading it must come to.

The modules beside this one are lists of cases, to be read. A new one is three lines in the list of its kind:

    case("asleep", "Sleeps for longer than any cell may run.", points=(0, 1), double='''
    import time
    time.sleep(1e6)'''),

What isn't said is an honest learner's: the released notebook of the toy course, with two right answers, graded, with
full marks. In code and in files `@ROOT@` stands for the course's folder, `@PORT@` for the port of a server on this
machine. What a case writes outside its own folder is called `gancourse-corpus-...`, and what it starts sleeps for
`LONG` seconds, so that the test finds what was left behind. Greedy ones stop somewhere: where a limit fails, the test
fails, and the machine survives.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell
from nbgrader.preprocessors import ClearHiddenTests, ClearSolutions, ComputeChecksums, LockCells
from toycourse import POINTS, STAGE, notebook

from gancourse.grading.assessment import Status

LONG = 98765
DOUBLE = "def double(x):\n    return 2 * x"
HALF = "def half(x):\n    return x / 2"

Make = Callable[[Path], object]  # makes something at a path: a link, a folder, a pipe


@dataclass(frozen=True)
class Case:
    """One submission. status: those that are right. points: of each test cell; with `at_most`, none may be more.
    says: what the reasons, repairs and hints must hold, in any case of letters."""

    name: str
    why: str
    files: dict[str, bytes | Make]
    status: frozenset[Status]
    points: dict[str, float | None]
    at_most: bool = False
    says: tuple[str, ...] = ()
    stage: str = STAGE

    def hand_in(self, root: Path, student: str, places: dict[str, str]) -> None:
        """Put it into the gradebook, with `places` (`@ROOT@` and the like) filled in."""
        folder = root / "gradebook" / "submitted" / student / self.stage
        folder.mkdir(parents=True)
        for name, content in self.files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            if callable(content):
                content(path)
                continue
            for place, value in places.items():
                content = content.replace(place.encode(), value.encode())
            path.write_bytes(content)


def case(
    name: str,
    why: str,
    *,
    double: str = DOUBLE,
    half: str = HALF,
    own: str | list[str] = (),
    edit: Callable[[NotebookNode], object] | None = None,
    raw: Callable[[str], bytes | str] | None = None,
    called: str | None = f"{STAGE}.ipynb",
    files: dict[str, bytes | str | Make] | None = None,
    status: str = "graded",
    points: tuple[float | None, ...] | None = (2, 1),
    at_most: bool = False,
    says: tuple[str, ...] = (),
) -> Case:
    """A case on the toy course.

    double, half: the code of the two answers.
    own: code of the learner's own cells, in front of the first answer.
    edit: changes the notebook in place; raw: makes the file's content of the notebook's JSON.
    called: the notebook's file name; None for no notebook. files: what lies beside it, by name.
    status: one, or several with "or" between them. points: for `double` and for `half`; None where nothing is judged.
    """
    made = released()
    cell(made, "double").source = double.removeprefix("\n")
    cell(made, "half").source = half.removeprefix("\n")
    for source in [own] if isinstance(own, str) else own:
        put(made, new_code_cell(source.removeprefix("\n")), before="double")
    if edit:
        edit(made)
    content = dumps(made) if raw is None else raw(dumps(made))
    given = ({called: content} if called else {}) | (files or {})
    return Case(
        name,
        why,
        {path: content.encode() if isinstance(content, str) else content for path, content in given.items()},
        frozenset(map(Status, status.split(" or "))),
        dict(zip(POINTS, points)) if points else {},
        at_most,
        says,
    )


def released() -> NotebookNode:
    """The toy course's notebook as learners get it; a new one at each call."""
    return nbformat.from_dict(json.loads(_released()))


@cache
def _released() -> str:
    made = notebook()
    for step in (LockCells, ClearSolutions, ClearHiddenTests, ComputeChecksums):
        made, _ = step().preprocess(made, {})
    return json.dumps(made)


def dumps(made: NotebookNode) -> str:
    """The notebook's JSON as Jupyter writes it, whatever is in it."""
    return json.dumps(made, indent=1, ensure_ascii=False)


def cell(made: NotebookNode, name: str) -> NotebookNode:
    """The cell with this grade_id."""
    return next(cell for cell in made.cells if about(cell).get("grade_id") == name)


def about(cell: NotebookNode) -> NotebookNode:
    """What nbgrader knows of a cell; to be changed in place."""
    return cell.metadata.get("nbgrader", NotebookNode())


def put(made: NotebookNode, new: NotebookNode, before: str) -> None:
    """A cell of the learner's own, in front of the one with this grade_id."""
    made.cells.insert(made.cells.index(cell(made, before)), new)


def link(target: str) -> Make:
    """A file that is a symbolic link."""
    return lambda path: path.symlink_to(target)
