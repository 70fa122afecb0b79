"""The sandbox: that it holds, that it refuses where it doesn't, and that a cell's misdeeds cost only itself."""

import re
import shutil
import sys
import time
from functools import partial

import nbformat
import pytest
from nbformat.v4 import new_code_cell

from gancourse import paths
from gancourse.grading import assess, notebooks
from gancourse.grading.sandbox import box, session, trial
from gancourse.grading.sandbox.box import Limits, SandboxError
from gancourse.grading.sandbox.kernel import Ended, Kernel, zygote

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or not shutil.which("bwrap"), reason="no bubblewrap (Debian: apt install bubblewrap)"
)
LIMITS = Limits(cell_seconds=3, submission_seconds=60, memory_gib=1, processes=40, disk_mib=32)


@pytest.fixture
def kernel():
    with Kernel(zygote(""), LIMITS, True) as kernel:
        kernel.begin({}, {})
        yield kernel


def test_nothing_gets_out():
    assert trial.trial(LIMITS) == []


def test_a_sandbox_that_shows_too_much_is_found_out(monkeypatch):
    whole = box.command
    home = str(trial._own_folder())
    monkeypatch.setattr(box, "command", lambda limits: [*whole(limits), "--ro-bind", home, home])
    assert trial.trial(LIMITS) == ["reads files of yours"]


@pytest.mark.parametrize(
    ("weakened", "problem"),
    [
        (["--share-net"], "can't be entered"),
        (["--ro-bind", str(paths.root() / "solutions"), str(paths.root() / "solutions")], "would see"),
        (["--uid", "1234"], "as user 1234"),
    ],
)
def test_no_code_runs_in_a_sandbox_with_a_hole(monkeypatch, weakened, problem):
    whole = box.command
    monkeypatch.setattr(box, "command", lambda limits: _insert(whole(limits), weakened))
    with pytest.raises(SandboxError, match=problem):
        Kernel(zygote(""), LIMITS, True)


def _insert(command: list[str], options: list[str]) -> list[str]:
    """With more options, in front of those that close the root."""
    place = command.index("--remount-ro")
    return [*command[:place], *options, *command[place:]]


def test_without_bubblewrap_nothing_runs_and_it_says_what_to_install(monkeypatch):
    warm = zygote("")
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(SandboxError, match="apt install bubblewrap"):
        Kernel(warm, LIMITS, True)


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("while True: pass", "took more than 3 seconds"),
        ("import signal\nfor s in (2, 15): signal.signal(s, signal.SIG_IGN)\nwhile True: pass", "took more than 3"),
        ("import os\nos._exit(0)", "ended the Python process"),
        ("exit()", "ended the Python process"),
        ("import ctypes\nctypes.string_at(0)", "ended the Python process"),
        ("held = []\nwhile True: held.append(bytearray(b'x' * 2**20))", "MemoryError|1 GiB|ended the Python process"),
        ("import threading, time\nfor _ in range(99): threading.Thread(target=time.sleep, args=(9,)).start()\n"
         "time.sleep(9)", "more than 40 processes|RuntimeError"),
        ("import os, time\nfor i in range(180): os.write(os.memfd_create(str(i)), bytes(2**24))\n"
         "time.sleep(9)", "1 GiB"),
        ("open('large', 'wb').write(b'x' * 2**26)", "OSError"),
        ("import os, socket\nfor n in range(3, 200):\n    try: os.write(n, b'\\0\\0\\0\\2[]')\n"
         "    except OSError: pass", "spoke for"),
        ("import os\nfor n in range(3, 200):\n    try: os.write(n, b'\\xff' * 9)\n"
         "    except OSError: pass", "more output"),
        ("import os, time\nos.kill(1, 9)\nos.kill(-1, 9)\ntime.sleep(2)", "ended the Python process"),
    ],
)  # fmt: skip
def test_a_cell_that_goes_too_far(kernel, code, said):
    try:
        outputs = kernel.run(code, "answer", 3 if "True: pass" in code else 20)["outputs"]
    except Ended as err:
        assert re.search(said, str(err))
    else:
        assert re.search(said, outputs[-1]["ename"])


def test_output_is_capped_by_bytes(kernel):
    outputs = kernel.run("print('x' * 10**8)\nprint('more')", "answer", 20)["outputs"]
    assert len(str(outputs)) < 200_000 and "cut here" in str(outputs)


def test_a_notebooks_ways_work(kernel):
    """Plots, magics, the shell, await at top level: as in JupyterLab."""
    run = partial(kernel.run, kind="answer", seconds=20)
    plot = run("%matplotlib inline\nimport matplotlib.pyplot as plt\nplt.plot([1, 2]);")["outputs"]
    assert "image/png" in plot[-1]["data"]
    assert run("import asyncio\nawait asyncio.sleep(0.01)\n7")["outputs"][-1]["data"]["text/plain"] == "7"
    assert "hello" in str(run("!echo hello")["outputs"])
    assert "Wall time" in str(run("%%time\nx = 1")["outputs"])
    assert run("raise KeyboardInterrupt")["outputs"][-1]["ename"] == "KeyboardInterrupt"
    assert run("import sys\nsys.exit()")["outputs"][-1]["ename"] == "SystemExit"
    assert run("input()")["outputs"][-1]["ename"] == "EOFError"
    assert run("open('mine.txt', 'w').write('x')\n1")["signs"] == []


def test_tampering_leaves_signs(kernel):
    import_cell = kernel.run("import numpy as np", "locked", 20)
    assert import_cell["signs"] == []
    assert kernel.run("import tqdm.auto, ipywidgets, matplotlib.pyplot", "answer", 60)["signs"] == []
    assert kernel.run("np.allclose = lambda *a, **k: True", "answer", 20)["signs"] == ["numpy.allclose"]
    hook = "get_ipython().input_transformers_post.append(lambda lines: lines)"
    assert "IPython's input transformers" in kernel.run(hook, "answer", 20)["signs"]


def test_cells_after_a_dead_one_find_the_earlier_answers():
    answer = {"nbgrader": {"grade_id": "a", "solution": True, "grade": False}}
    cells = [
        new_code_cell("a = 1", metadata=answer),
        new_code_cell("import os\nos._exit(1)", metadata=answer),
        new_code_cell("b = a + 1", metadata=answer),
        new_code_cell("while True: pass", metadata=answer),
        new_code_cell("print(a, b)", metadata=answer),
    ]
    start = partial(Kernel, zygote(""), LIMITS, True)
    found = session.run(cells, start, LIMITS, deadline=time.monotonic() + 60, env={}, files={})
    ends = [outcome.ended for outcome in found.outcomes]
    assert ends == [None, "ended the Python process", None, "took more than 3 seconds", None]
    assert found.outcomes[-1].outputs[0].text == "1 2\n"


def test_when_the_time_is_over_the_rest_does_not_run():
    cells = [new_code_cell("import time\ntime.sleep(2)") for _ in range(3)]
    start = partial(Kernel, zygote(""), LIMITS, True)
    found = session.run(cells, start, LIMITS, deadline=time.monotonic() + 3.5, env={}, files={})
    assert [outcome.ran for outcome in found.outcomes] == [True, False, False]


@pytest.mark.parametrize("stage", notebooks.assignments(paths.root()))
def test_every_assignment_survives_new_processes(stage):
    """The reference keeps all points if each task begins with a cell that ends the process: no test needs what another
    test left behind."""
    prepared = assess.prepare(paths.root(), stage)
    assess.canary(prepared)
    tasks = set(notebooks.test_cells(prepared.source).values())
    cells = []
    for cell in prepared.source.cells:
        if notebooks.grade_id(cell) in tasks:
            cells.append(new_code_cell("import os\nos._exit(0)"))
        cells.append(cell)
    broken = nbformat.from_dict(prepared.source | {"cells": cells})
    found = assess.assess(prepared, nbformat.writes(broken).encode())
    assert found.score == found.max_score, [result for result in found.results if result.hints]
