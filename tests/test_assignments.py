"""assignments/ is what solutions/ makes it, and gives nothing away; the solutions run."""

import os
import re
import subprocess
import sys

import nbformat
import pytest
from nbgrader.utils import is_solution
from toycourse import MARKER, STAGE, make
from typer.testing import CliRunner

from gancourse import paths
from gancourse.cli.main import app
from gancourse.grading import notebooks, release

ROOT = paths.root()
STAGES = notebooks.assignments(ROOT)


def hidden_lines(source: str) -> set[str]:
    """The lines of a test cell from BEGIN HIDDEN TESTS to END HIDDEN TESTS, stripped.

    Left out: very short ones, and what a visible line of it shows anyway.
    """
    hidden, visible, inside = set(), [], False
    for line in source.splitlines():
        inside = inside or "BEGIN HIDDEN TESTS" in line
        if not inside:
            visible.append(line)
        elif len(line.strip()) > 5:
            hidden.add(line.strip())
        inside = inside and "END HIDDEN TESTS" not in line
    return {line for line in hidden if not any(line in seen for seen in visible)}


@pytest.mark.stage(*(stage[:2] for stage in STAGES))
def test_assignments_are_up_to_date():
    drift = release.drift(ROOT, release.generate(ROOT))
    assert not drift, "run `gancourse assignments`"


@pytest.mark.parametrize("stage", STAGES)
def test_a_release_holds_no_solution_and_no_hidden_test(stage):
    source = notebooks.read(notebooks.source_path(ROOT, stage))
    released = notebooks.release_path(ROOT, stage).read_text("utf-8")
    cells = nbformat.reads(released, as_version=4).cells
    shown = {cell.id: cell.source for cell in cells}
    for cell in source.cells:
        secret = hidden_lines(cell.source)
        secret |= set(re.findall(r"### BEGIN SOLUTION\n(.*?)\n\s*### END SOLUTION", cell.source, re.S))
        assert secret or not (notebooks.is_test(cell) or is_solution(cell)), f"{cell.id} has nothing to hide"
        for text in secret | {"BEGIN SOLUTION", "HIDDEN TESTS"}:
            assert text not in shown[cell.id], text
    assert not any(cell.get("outputs") for cell in cells)


@pytest.mark.parametrize("stage", STAGES)
def test_a_source_keeps_to_the_conventions(stage):
    source = notebooks.read(notebooks.source_path(ROOT, stage))
    about = [cell.metadata.nbgrader for cell in source.cells if "nbgrader" in cell.metadata]
    assert len({a.grade_id for a in about}) == len(about)
    tested = notebooks.test_cells(source)
    assert set(tested.values()) == set(notebooks.answer_cells(source)), "each answer has its test cells"
    first = next(cell for cell in source.cells if cell.cell_type == "code")
    assert first.metadata.nbgrader.locked and "import" in first.source
    for cell in source.cells:
        if cell.cell_type == "code":
            assert "### BEGIN HIDDEN TESTS" in cell.source or not notebooks.is_test(cell)
            problems = [o for o in cell.outputs if o.output_type == "error" or o.get("name") == "stderr"]
            assert not problems, cell.id


FORK_AND_COMPUTE = """
import os, signal
pid = os.fork()
if not pid:
    signal.alarm(60)  # TensorFlow's threads don't survive a fork: an operation would wait for them for ever
    tf.reduce_sum(tf.ones((4, 4)) @ tf.ones((4, 4)))
    os._exit(0)
raise SystemExit(os.waitpid(pid, 0)[1])
"""


def first_cell(stage: str) -> str:
    source = notebooks.read(notebooks.source_path(ROOT, stage))
    return next(cell.source for cell in source.cells if cell.cell_type == "code")


@pytest.mark.parametrize("stage", [stage for stage in STAGES if "tensorflow as tf" in first_cell(stage)])
def test_graders_can_fork_after_the_first_cell(stage):
    first = first_cell(stage)
    done = subprocess.run([sys.executable, "-c", first + FORK_AND_COMPUTE], capture_output=True, text=True)
    assert done.returncode == 0, f"the first cell of {stage} may import, but not compute anything"
    assert not done.stderr


@pytest.mark.parametrize("stage", STAGES)
def test_the_solution_runs(stage, warm_kernels):
    """nbval, lax: every cell runs without an error; what it prints may differ between versions."""
    command = [sys.executable, "-m", "pytest", "-p", "nbval.plugin", "--nbval-lax", "-q", "-p", "no:cacheprovider"]
    path = notebooks.source_path(ROOT, stage)
    environment = os.environ | {"JUPYTER_PATH": warm_kernels(path), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    done = subprocess.run([*command, str(path)], cwd=ROOT, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_command_writes_what_differs_and_check_only_says_so(tmp_path, monkeypatch):
    root = make(tmp_path)
    (root / "solutions" / STAGE / "picture.png").write_bytes(b"png")
    monkeypatch.setattr(paths, "root", lambda: root)

    def assignments(*options):
        result = CliRunner().invoke(app, ["assignments", *options])
        return result.exit_code, result.output

    folder = root / "assignments" / STAGE
    assert assignments()[0] == 0
    assert sorted(path.name for path in folder.iterdir()) == [f"{STAGE}.ipynb", "picture.png"]
    assert MARKER not in (folder / f"{STAGE}.ipynb").read_text("utf-8")
    assert not (root / "gradebook" / "gradebook.db").exists(), "the instructor's gradebook is left alone"

    (folder / "picture.png").write_bytes(b"edited by hand")
    (folder / "left-over.txt").write_text("")
    status, printed = assignments("--check")
    assert status == 1 and "picture.png" in printed and "left-over.txt" in printed
    assert (folder / "picture.png").read_bytes() == b"edited by hand"
    assert assignments()[0] == 0
    assert (folder / "picture.png").read_bytes() == b"png" and not (folder / "left-over.txt").exists()


def test_a_workplace_elsewhere_leaves_the_release_what_it_is(tmp_path, monkeypatch):
    root = make(tmp_path / "course")
    release.write(root, release.generate(root))
    monkeypatch.setenv("GANCOURSE_WORK", str(tmp_path / "elsewhere"))
    assert release.generate(root).keys() and not release.drift(root, release.generate(root))
