"""A learner's own commands: `gancourse start` and `gancourse check`."""

import hashlib
from pathlib import Path

import nbformat
import pytest
from toycourse import MARKER, STAGE, make, notebook
from typer.testing import CliRunner

from gancourse import paths
from gancourse.cli.main import app
from gancourse.grading import release
from gancourse.grading.intake import handin


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """The toy course with its release made and started by a learner."""
    root = make(tmp_path_factory.mktemp("course"))
    release.write(root, release.generate(root))
    release.start(root, STAGE)
    return root


@pytest.fixture
def gancourse(course, monkeypatch):
    """The command line in the toy course: (exit status, what it printed, the error it would print)."""
    monkeypatch.setattr(paths, "root", lambda: course)
    monkeypatch.setenv("COLUMNS", "120")

    def run(*arguments):
        result = CliRunner().invoke(app, [str(a) for a in arguments])
        return result.exit_code, result.output, str(result.exception)

    return run


def write(path, cells):
    """The release's notebook with other sources; None deletes a cell."""
    path.parent.mkdir(parents=True, exist_ok=True)
    made = notebook({name: source for name, source in cells.items() if source is not None})
    made.cells = [cell for cell in made.cells if cells.get(cell.id, "") is not None]
    nbformat.write(made, path)
    return path


def test_start_copies_the_release_and_never_overwrites(course, gancourse):
    copy = course / "work" / STAGE / f"{STAGE}.ipynb"
    assert copy.read_bytes() == (course / "assignments" / STAGE / f"{STAGE}.ipynb").read_bytes()
    copy.write_text("my work")
    status, _, error = gancourse("start", "0")
    assert status == 1 and "started 00-toy already" in error and "rename or move" in error
    assert copy.read_text() == "my work"
    assert [path.name for path in (course / "work").iterdir()] == [STAGE]


def test_check_grades_as_nbgrader_does_and_only_reads_the_notebook(course, gancourse):
    path = write(
        course / "mine" / "answers.ipynb",
        {"double": "def double(x):\n    return abs(2 * x)", "half": "def half(x):\n    return x * [/b] 0.5"},
    )
    before = hashlib.sha256(path.read_bytes()).hexdigest(), path.stat().st_mtime_ns
    status, printed, _ = gancourse("check", "00", path)
    assert (hashlib.sha256(path.read_bytes()).hexdigest(), path.stat().st_mtime_ns) == before
    assert status == 1
    assert "Try negative numbers." in printed and "0/2" in printed and "0/3" in printed
    assert sorted(p.name for p in path.parent.iterdir()) == ["answers.feedback.html", "answers.ipynb"]
    feedback = path.with_name("answers.feedback.html").read_text("utf-8")
    assert "Try negative numbers." in feedback and MARKER not in feedback
    assert not (course / "gradebook" / "gradebook.db").exists()

    path = write(path, {"double": "def double(x):\n    return x + x"})
    status, printed, _ = gancourse("check", STAGE, path)
    assert status == 0 and "3/3" in printed
    assert "Try negative numbers." not in path.with_name("answers.feedback.html").read_text("utf-8")


@pytest.mark.parametrize(
    ("place", "message"),
    [
        ("assignments/00-toy/00-toy.ipynb", "gancourse start 00"),
        ("solutions/00-toy/00-toy.ipynb", "gancourse start 00"),
        ("nowhere.ipynb", "no notebook at"),
    ],
)
def test_check_refuses_what_is_not_a_learners_copy(course, gancourse, place, message):
    status, _, error = gancourse("check", "00", course / place)
    assert status == 1 and message in error


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "empty"),
        ('{"cells": [', "JSON"),
        ("[1, 2]", "isn't a notebook"),
        (nbformat.writes(nbformat.v4.new_notebook()), "it has no cells"),
    ],
)
def test_check_of_a_broken_file(course, gancourse, content, message):
    path = course / "broken.ipynb"
    path.write_text(content)
    status, _, error = gancourse("check", "00", path)
    assert status == 1 and message in error
    assert path.read_text() == content


def test_check_repairs_deleted_and_copied_cells_and_says_so(course, gancourse):
    path = write(course / "cut.ipynb", {"half-values": None, "half": "def half(x):\n    return x / 2"})
    made = nbformat.read(path, as_version=4)
    made.cells.append(nbformat.NotebookNode(made.cells[1], id="copy"))
    nbformat.write(made, path)
    before = path.read_bytes()
    status, printed, _ = gancourse("check", "00", path)
    assert status == 0 and "3/3" in printed
    assert "'half-values' was deleted: restored" in printed
    assert path.read_bytes() == before


def test_check_of_another_assignment_says_so(course, gancourse):
    path = course / "other.ipynb"
    released = Path(__file__).parents[1] / "assignments" / "01-first-gan" / "01-first-gan.ipynb"
    path.write_bytes(released.read_bytes())
    status, _, error = gancourse("check", "00", path)
    assert status == 1 and "other.ipynb: " in error
    assert not path.with_suffix(".feedback.html").exists()


def test_code_that_ends_the_process_costs_its_own_points(course, gancourse):
    path = write(course / "dies.ipynb", {"double": "import os\ndef double(x):\n    os._exit(1)"})
    status, printed, _ = gancourse("check", "00", path)
    assert status == 1 and "0/2" in printed and "1/1" in printed
    assert "This test ended the Python process." in printed
    assert path.with_suffix(".feedback.html").exists()


def test_a_write_leaves_the_old_content_if_it_fails(tmp_path, monkeypatch):
    path = tmp_path / "a.html"
    path.write_text("old")
    with pytest.raises(TypeError):
        paths.write(path, None)
    assert [p.name for p in tmp_path.iterdir()] == ["a.html"] and path.read_text() == "old"


def test_check_takes_what_grade_takes(course, gancourse):
    """Helpers in a package and numbers in a file beside the notebook; what a class's grader leaves out is told."""
    folder = course / "helped"
    own = "import json\nfrom helpers.deep import factor\n"
    path = write(
        folder / f"{STAGE}.ipynb",
        {"double": own + 'def double(x):\n    return x * factor() * json.load(open("data/one.json"))["one"]'},
    )
    for name, content in {
        "helpers/__init__.py": "",
        "helpers/deep.py": "def factor():\n    return 2\n",
        "data/one.json": '{"one": 1}',
        "timestamp.txt": "yesterday",
    }.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(content)
    (folder / "link.py").symlink_to(folder / "helpers" / "deep.py")
    status, printed, _ = gancourse("check", "00", path)
    assert status == 0 and "3/3" in printed, printed
    assert "left out: link.py is a symbolic link" in printed and "timestamp" not in printed
    handed_in = handin.read(folder, STAGE)
    assert handin.beside(folder, path.name)[0] == handed_in.files
