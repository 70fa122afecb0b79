"""The parts of an assignment's notebook, and where its source, release and mutants lie in the course folder."""

from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbgrader.utils import is_grade, is_solution


def source_path(root: Path, stage: str) -> Path:
    return root / "solutions" / stage / f"{stage}.ipynb"


def release_path(root: Path, stage: str) -> Path:
    return root / "assignments" / stage / f"{stage}.ipynb"


def assignments(root: Path) -> list[str]:
    """The stages that have an assignment, in order."""
    return sorted(p.stem for p in (root / "solutions").glob("[0-9][0-9]-*/*.ipynb") if p.stem == p.parent.name)


def read(path: Path) -> NotebookNode:
    """The notebook at `path`. Raises ValueError, with the reason, where there is none or it can't be read."""
    if not path.is_file():
        raise ValueError(f"no notebook at {path}")
    try:
        return nbformat.read(path, as_version=4)
    except Exception as err:  # nbformat raises json's, its own and AttributeErrors for what is no notebook
        raise ValueError(f"{path} can't be read as a notebook ({type(err).__name__}: {err})") from err


def grade_id(cell: NotebookNode) -> str | None:
    """The cell's nbgrader id; None for cells that nbgrader doesn't know."""
    return cell.metadata.get("nbgrader", {}).get("grade_id")


def is_test(cell: NotebookNode) -> bool:
    """Whether the cell is a test that bears points (and no answer that a person grades)."""
    return cell.cell_type == "code" and is_grade(cell) and not is_solution(cell)


def answer_cells(notebook: NotebookNode) -> list[str]:
    """The grade_ids of the cells that hold the learner's code, in order."""
    return [grade_id(cell) for cell in notebook.cells if cell.cell_type == "code" and is_solution(cell)]


def test_cells(notebook: NotebookNode) -> dict[str, str]:
    """For each test cell that bears points, in order, the answer cell that it tests.

    That is the one with the longest grade_id that, with a dash, starts the test's. Raises ValueError where none does.
    """
    answers = answer_cells(notebook)
    tested = {}
    for cell in notebook.cells:
        if is_test(cell):
            found = [answer for answer in answers if grade_id(cell).startswith(f"{answer}-")]
            if not found:
                raise ValueError(
                    f"test cell {grade_id(cell)!r} belongs to no answer cell: its grade_id must start with one of "
                    f"{', '.join(answers)}, and a dash"
                )
            tested[grade_id(cell)] = max(found, key=len)
    return tested
