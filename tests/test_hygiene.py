"""Stored notebooks are fit to read; and the check that says so finds what it should."""

import os
import subprocess
import sys

import hygiene
import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from gancourse import paths


def said(text, name="stdout"):
    return new_output("stream", name=name, text=text)


def lesson():
    """A lesson that nobody objects to."""
    alt = {"image/png": {"alt": "two curves, which cross at step 40"}}
    picture = new_output("display_data", {"image/png": "aGk="}, metadata=alt)
    cells = [
        new_markdown_cell("# A lesson\n\nIt opens elsewhere: [docs/hosted.md](../docs/hosted.md)"),
        new_code_cell("EPOCHS = 4", execution_count=1, metadata={"tags": ["parameters"]}),
        new_code_cell("plot()", execution_count=2, outputs=[picture]),
        new_code_cell("print(1)", execution_count=3, outputs=[said("see work/01-first-gan and ../tmp/x\n")]),
    ]
    return new_notebook(cells=cells, metadata={"kernelspec": {"name": "python3", "display_name": "Python 3"}})


def released():
    cells = [new_markdown_cell("# Task"), new_code_cell("def f():\n    raise NotImplementedError")]
    return new_notebook(cells=cells, metadata={"kernelspec": {"name": "python3", "display_name": "Python 3"}})


def found(notebook, kind, folder):
    path = folder / "notebook.ipynb"
    nbformat.write(notebook, path)
    return list(hygiene.findings(path, kind))


def test_good_notebooks_pass(tmp_path):
    assert found(lesson(), "course", tmp_path) == []
    assert found(lesson(), "solutions", tmp_path) == []
    assert found(released(), "assignments", tmp_path) == []


def error(trace="ZeroDivisionError"):
    return new_output("error", ename="ZeroDivisionError", evalue="division by zero", traceback=[trace])


BAD_LESSONS = {
    "title": (lambda nb: nb.cells.pop(0), "doesn't start with a title"),
    "elsewhere": (lambda nb: nb.cells[0].update(source="# A lesson"), "doesn't say where else it can be opened"),
    "kernel": (lambda nb: nb.metadata.kernelspec.update(name="my-env"), "its kernel isn't python3"),
    "parameters": (lambda nb: nb.cells[1].metadata.pop("tags"), "no cell tagged parameters"),
    "picture": (lambda nb: nb.cells[2].outputs.clear(), "no picture"),
    "no text": (lambda nb: nb.cells[2].outputs[0].metadata.clear(), "a figure without alt text"),
    "never run": (lambda nb: nb.cells[3].update(execution_count=None), "not executed from top to bottom"),
    "gap": (lambda nb: nb.cells[3].update(execution_count=7), "not executed from top to bottom"),
    "order": (
        lambda nb: (nb.cells[1].update(execution_count=2), nb.cells[2].update(execution_count=1)),
        "not executed from top to bottom",
    ),
    "times": (lambda nb: nb.cells[3].metadata.update(execution={}), "cell 4: the times of its execution"),
    "long": (lambda nb: nb.cells[3].update(source="x = 1\n" * 21), "cell 4: 21 lines"),
    "error": (lambda nb: nb.cells[3].outputs.append(error()), "cell 4: stored error: ZeroDivisionError"),
    "stderr": (lambda nb: nb.cells[3].outputs.append(said("UserWarning", "stderr")), "cell 4: stored stderr: User"),
    "home": (lambda nb: nb.cells[3].outputs.append(said("in /home/ann/gan")), "machine path in output: /home/ann"),
    "repr": (
        lambda nb: nb.cells[3].outputs.append(new_output("display_data", {"text/plain": "Path('/tmp/x1/a.png')"})),
        "machine path in output: /tmp/x1",
    ),
    "windows": (lambda nb: nb.cells[3].outputs.append(said(r"C:\Users\ann")), "machine path in output: C:"),
    "metadata": (
        lambda nb: nb.metadata.update(papermill={"input_path": "/Users/ann/gan/01.ipynb"}),
        "machine path in metadata: /Users/ann",
    ),
    "size": (lambda nb: nb.cells[2].outputs[0].data.update({"image/png": "A" * 2_000_000}), "2.0 MB stored"),
}


@pytest.mark.parametrize("name", BAD_LESSONS)
def test_each_objection_to_a_lesson_is_named_once(name, tmp_path):
    spoil, message = BAD_LESSONS[name]
    notebook = lesson()
    spoil(notebook)
    (finding,) = found(notebook, "course", tmp_path)
    assert message in finding


def test_an_error_that_the_lesson_is_about_may_stand(tmp_path):
    notebook = lesson()
    notebook.cells[3].outputs.append(error())
    notebook.cells[3].metadata["tags"] = ["raises-exception"]
    assert found(notebook, "course", tmp_path) == []


@pytest.mark.parametrize("code", ["### BEGIN SOLUTION", "### END HIDDEN TESTS", "probe('mean', 1, hint='the mean')"])
def test_nothing_secret_is_released(code, tmp_path):
    notebook = released()
    notebook.cells[1].source += f"\n{code}"
    (finding,) = found(notebook, "assignments", tmp_path)
    assert "cell 2: not for learners" in finding


@pytest.mark.parametrize("spoiled", [{"outputs": [said("1")]}, {"execution_count": 3}])
def test_released_notebooks_are_not_executed(spoiled, tmp_path):
    notebook = released()
    notebook.cells[1].update(spoiled)
    assert found(notebook, "assignments", tmp_path) == ["cell 2: has outputs"]


def test_solutions_are_stored_executed_and_clean(tmp_path):
    notebook = lesson()
    notebook.cells[2].execution_count = None
    notebook.cells[3].outputs.append(said("warned", "stderr"))
    assert len(found(notebook, "solutions", tmp_path)) == 2


def test_not_a_notebook(tmp_path):
    path = tmp_path / "broken.ipynb"
    path.write_text("{", "utf-8")
    (finding,) = hygiene.findings(path, "course")
    assert finding.startswith("not a valid notebook")


@pytest.mark.parametrize("command", [["check"], ["format", "--check"]], ids=" ".join)
def test_ruff(command):
    cache = {"RUFF_CACHE_DIR": str(paths.workplace() / ".ruff_cache")}  # the clone may not be ours to write to
    done = [sys.executable, "-m", "ruff", *command, hygiene.ROOT]
    run = subprocess.run(done, env=os.environ | cache, capture_output=True, text=True)
    assert run.returncode == 0, run.stdout + run.stderr


def test_the_course_has_nothing_to_object_to():
    """As pre-commit and `make lint` run it."""
    run = subprocess.run([sys.executable, hygiene.__file__], capture_output=True, text=True)
    assert run.returncode == 0, run.stdout + run.stderr
    assert hygiene.notebooks()
