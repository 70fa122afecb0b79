"""A course with one tiny assignment, for tests of grading: no torch, so that its kernels start at once."""

import shutil
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from gancourse import paths

STAGE = "00-toy"
MARKER = "marker_of_what_no_learner_may_see"

CELLS = {
    "imports": "import numpy as np\n\nfrom gancourse.checks import probe, secret_rng",
    "double": """def double(x):
    ### BEGIN SOLUTION
    return 2 * x
    ### END SOLUTION""",
    "double-values": f"""assert double(3) == 6, "double(3) should be 6"
### BEGIN HIDDEN TESTS
{MARKER} = secret_rng("x").uniform(-2, -1, 5)
probe("values", double({MARKER}), hint="Try negative numbers.")
probe("length", len(double({MARKER})), hint="As many come out as go in.")
### END HIDDEN TESTS""",
    "half": """def half(x):
    ### BEGIN SOLUTION
    return x / 2
    ### END SOLUTION""",
    "half-values": f"""assert half is not None
### BEGIN HIDDEN TESTS
{MARKER} = half(np.arange(3) + secret_rng("y").random()).sum()
probe("sum", {MARKER}, hint="Half of everything, also of fractions.")
### END HIDDEN TESTS""",
}
POINTS = {"double-values": 2, "half-values": 1}


def notebook(cells: dict[str, str] = CELLS) -> nbformat.NotebookNode:
    """The assignment's source, or with other sources for some cells."""
    made = []
    for name, source in (CELLS | cells).items():
        answer = name in ("double", "half")
        about = {"grade": name in POINTS, "grade_id": name, "locked": not answer, "solution": answer, "task": False}
        about |= {"schema_version": 3} | ({"points": POINTS[name]} if name in POINTS else {})
        made.append(new_code_cell(source, id=name, metadata={"nbgrader": about}))
    made.append(new_markdown_cell("The end.", id="end"))
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    return new_notebook(cells=made, metadata={"kernelspec": kernel})


def make(root: Path, cells: dict[str, str] = CELLS) -> Path:
    """A course folder at `root` with this course's own nbgrader_config.py."""
    source = root / "solutions" / STAGE / f"{STAGE}.ipynb"
    source.parent.mkdir(parents=True)
    nbformat.write(notebook(cells), source)
    shutil.copy(paths.root() / "nbgrader_config.py", root)
    return root


def submit(root: Path, student: str, answers: dict[str, str], source: Path | None = None) -> Path:
    """Put a submission into the gradebook: the toy's notebook, or the one at `source`, with these answers."""
    submitted = notebook() if source is None else nbformat.read(source, as_version=4)
    stage = STAGE if source is None else source.stem
    for cell in submitted.cells:
        cell.source = answers.get(cell.metadata.get("nbgrader", {}).get("grade_id"), cell.source)
    path = root / "gradebook" / "submitted" / student / stage / f"{stage}.ipynb"
    path.parent.mkdir(parents=True)
    nbformat.write(submitted, path)
    return path
