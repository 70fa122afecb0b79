"""Warm kernels are kernels: each by itself, in its folder and environment; they hear Ctrl-C, and end in time."""

import sys
import tempfile
import time
from pathlib import Path

import psutil
import pytest
from conftest import serve_kernels
from nbclient import NotebookClient
from nbclient.exceptions import DeadKernelError
from nbformat.v4 import new_code_cell, new_notebook

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="kernels are started as usual elsewhere")


@pytest.fixture(scope="module")
def place():
    with tempfile.TemporaryDirectory(prefix="warm-", dir="/tmp") as folder:
        server = serve_kernels(Path(folder, "few"), ["ipykernel.kernelapp", "wave"])
        yield Path(folder, "few")
        server.kill()
        server.wait()


@pytest.fixture
def run(place, tmp_path, monkeypatch):
    """Run cells in a kernel of their own; what each printed, or its error's name."""
    monkeypatch.setenv("JUPYTER_PATH", str(place))

    def run(*cells: str, **options) -> list[str]:
        notebook = new_notebook(cells=[*map(new_code_cell, cells)])
        resources = {"metadata": {"path": str(tmp_path)}}
        options = {"kernel_name": "python3", "resources": resources, "allow_errors": True} | options
        NotebookClient(notebook, **options).execute()
        outputs = [output for cell in notebook.cells for output in cell.outputs]
        return [output.get("text") or output.ename for output in outputs]

    return run


def test_each_has_its_folder_environment_and_names_and_ends(run, tmp_path, monkeypatch):
    facts = (
        "import os, sys\nprint('wave' in sys.modules, 'x' in globals(), os.environ['MARK'], os.getcwd(), os.getpid())"
    )
    seen = []
    for mark in ("first", "second"):
        monkeypatch.setenv("MARK", mark)
        (said,) = run(facts, "x = 1")
        *rest, pid = said.split()
        assert rest == ["True", "False", mark, str(tmp_path)]
        seen.append(int(pid))
    assert seen[0] != seen[1]
    deadline = time.monotonic() + 10
    while any(map(psutil.pid_exists, seen)) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not any(map(psutil.pid_exists, seen))


def test_it_finds_no_module_of_the_tests_and_none_of_the_course(run):
    (said,) = run("import sys\nprint(any(name.startswith('gancourse') for name in sys.modules), sys.path)")
    assert said.startswith("False") and str(Path(__file__).parent) not in said


def test_it_is_interrupted(run):
    said = run("import time\ntime.sleep(60)", "print('alive')", timeout=1, interrupt_on_timeout=True)
    assert said == ["KeyboardInterrupt", "alive\n"]


def test_its_death_is_noticed(run):
    with pytest.raises(DeadKernelError):
        run("import os\nos._exit(3)")
