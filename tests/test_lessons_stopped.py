"""What ends a lesson before its last cell: a kernel that dies, a training that diverges, a fault of our own."""

import json
import os
import shlex
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook
from typer.testing import CliRunner

from gancourse import lessons, paths
from gancourse.cli import main
from gancourse.cli.main import app

STAGE = "00-little"


@pytest.fixture
def little(tmp_path, monkeypatch):
    """A function that makes a course with one lesson of these cells, in a folder with odd letters, and runs it."""
    root = tmp_path / "a course [x] ü"
    (root / "course").mkdir(parents=True)
    monkeypatch.setattr(paths, "root", lambda: root)
    monkeypatch.delenv("GANCOURSE_WORK", raising=False)
    monkeypatch.chdir(root)
    before = dict(os.environ)

    def run(*cells: str, **options):
        parameters = new_code_cell("SEED = 0", metadata={"tags": ["parameters"]})
        lesson = new_notebook(cells=[parameters, *map(new_code_cell, cells)])
        lesson.metadata.kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
        nbformat.write(lesson, root / "course" / f"{STAGE}.ipynb")
        return CliRunner().invoke(app, ["run", "00", *options.get("arguments", [])])

    yield run
    os.environ.clear()
    os.environ.update(before)


def test_a_kernel_that_dies_is_told_in_two_lines(little):
    done = little("import os, signal; os.kill(os.getpid(), signal.SIGKILL)")
    assert done.exit_code == 1 and not done.stdout.endswith("Done.")
    first, second = done.stderr.strip().splitlines()[-2:]
    folder = next(Path("runs").iterdir())
    assert "the kernel died" in first and "lack of memory" in first and str(folder) in first
    assert second == f"Continue with:  gancourse run --resume {shlex.quote(str(folder))}"
    assert "Traceback" not in done.stderr and isinstance(done.exception, SystemExit)


def test_a_kernel_that_does_not_start_is_told(little, monkeypatch):
    monkeypatch.setattr(sys, "executable", "/bin/false")
    done = little("1")
    assert done.exit_code == 1 and "the kernel died" in done.stderr and "Traceback" not in done.stderr


def test_a_foreign_kernel_of_the_same_name_does_not_run_the_lesson(little, tmp_path, monkeypatch):
    folder = tmp_path / "jp" / "kernels" / "python3"
    folder.mkdir(parents=True)
    (folder / "kernel.json").write_text(json.dumps({"argv": ["/opt/old/python", "{connection_file}"], "language": "x"}))
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path / "jp"))
    (tmp_path / "ipython" / "profile_default" / "startup").mkdir(parents=True)
    (tmp_path / "ipython" / "profile_default" / "startup" / "0.py").write_text("1 / 0\nsum = None")
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    done = little("import sys, gancourse\nprint(sys.executable)\nassert sum([1]) == 1")
    assert done.exit_code == 0, done.stderr
    (run,) = Path("runs").iterdir()
    assert sys.executable in (run / f"{STAGE}.ipynb").read_text("utf-8")


@pytest.mark.parametrize("value", ["1e999", "-1e999"])
def test_a_parameter_that_is_not_finite_is_refused(little, value):
    done = little("1", arguments=["-p", f"SEED={value}"])
    assert done.exit_code == 1 and isinstance(done.exception, ValueError) and "finite" in str(done.exception)


def test_a_fault_of_our_own_is_one_line_and_its_traceback_a_file(monkeypatch, capsys):
    def fault(*arguments):
        raise KeyError("unforeseen")

    monkeypatch.setattr(paths, "stage", fault)
    monkeypatch.setattr(sys, "argv", ["gancourse", "run", "01"])
    with pytest.raises(SystemExit) as caught:
        main.main()
    said = capsys.readouterr().err
    assert caught.value.code == 1 and said.startswith("gancourse: KeyError: 'unforeseen'\nThis is a bug")
    file = Path(said.split()[-1])
    assert "Traceback" in file.read_text("utf-8") and "in fault" in file.read_text("utf-8")
    file.unlink()


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "utf-8"])
def test_a_name_that_the_terminal_has_no_letters_for_is_shown(tmp_path, encoding):
    """LANG=C, or an old terminal: what can't be written is escaped, and nothing ends."""
    done = subprocess.run(
        [sys.executable, "-m", "gancourse.cli", "detect", str(tmp_path / "Zoë ☺.jpg")],
        env=os.environ | {"PYTHONIOENCODING": encoding, "LC_ALL": "C"},
        capture_output=True,
    )
    assert done.returncode == 1 and b"there is no such file" in done.stderr and b"Zo" in done.stderr, done.stderr


@pytest.mark.parametrize("content", ["", "{", "[]", '{"stage": "00-little"}', '{"stage": 7, "parameters": {}}', "null"])
def test_a_damaged_description_of_a_run_is_told(little, content):
    little("1", arguments=["--preset", "none of these"])  # the lesson is there, and doesn't run
    folder = lessons.prepare(STAGE)
    (folder / "run.json").write_text(content)
    done = CliRunner().invoke(app, ["run", "--resume", str(folder)])
    assert done.exit_code == 1 and isinstance(done.exception, ValueError) and "start a new run" in str(done.exception)


@pytest.mark.parametrize("value", ["{}[]", "(" * 5000, "{[]: 1}"])
def test_a_parameter_that_is_no_value_is_text(value):
    from gancourse.cli import learner

    assert learner._value(value) == value
