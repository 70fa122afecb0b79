"""The sandbox: that it holds, that it refuses where it doesn't, and that a cell's misdeeds cost only itself."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from functools import cache, partial
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell

from gancourse import paths
from gancourse.grading import assess, notebooks
from gancourse.grading.judge import probes
from gancourse.grading.sandbox import box, session, trial
from gancourse.grading.sandbox import kernel as kernel_module
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


def test_the_limits_hold_while_output_flows():
    assert trial.excesses() == []


def test_limits_that_nobody_looks_at_are_found_out(monkeypatch):
    monkeypatch.setattr(Kernel, "_look", lambda self: 1.0)
    assert trial.excesses(seconds=0.5) == list(trial.EXCESSES)


def test_calls_that_nothing_refuses_are_found_out(monkeypatch, tmp_path):
    allow_all = tmp_path / "all.bpf"
    allow_all.write_bytes(bytes.fromhex("060000000000ff7f"))  # BPF_RET, SECCOMP_RET_ALLOW
    monkeypatch.setattr(kernel_module, "filter_file", lambda: allow_all)
    found = trial.trial(LIMITS)
    assert {"may call keyctl", "may call unshare", "may call inotify_init1"} <= set(found)
    assert "keeps data in the kernel's keyring" in found


def test_a_machine_without_a_filter_has_no_sandbox(monkeypatch):
    monkeypatch.setattr(box.platform, "machine", lambda: "vax")
    with pytest.raises(SandboxError, match="no filter of system calls for vax, only for aarch64, x86_64"):
        Kernel(zygote(""), LIMITS, True)


def test_the_learner_is_root_nowhere(kernel):
    status = Path(f"/proc/{kernel.pid}/status").read_text()
    assert re.search(r"Uid:\s+(\d+)\s+(\d+)\s+(\d+)\s+(\d+)", status)[1] != "0"


@pytest.mark.skipif(os.geteuid() != 0, reason="not root: bubblewrap's own user namespace holds no root")
def test_a_namespace_in_which_nobody_is_root_outside_is_refused(monkeypatch):
    monkeypatch.setattr(box, "user_namespace", lambda: None)
    with pytest.raises(SandboxError, match="root outside"):
        Kernel(zygote(""), LIMITS, True)


def test_time_that_others_take_is_not_charged(kernel, monkeypatch):
    """A cell that gets a tenth of the processor runs on, past the seconds that an idle machine would grant."""
    monkeypatch.setattr(kernel, "_look", lambda: 0.1)
    monkeypatch.setattr(kernel_module, "PATIENCE", 60)  # on a busy machine 1.5 s are more
    assert "done" in str(kernel.run("import time; time.sleep(1.5); print('done')", "answer", 1))


def test_a_cell_is_charged_with_less_where_others_have_its_processor(kernel):
    busy = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(3)]
    try:
        os.sched_setaffinity(kernel.pid, {0})
        for process in busy:
            os.sched_setaffinity(process.pid, {0})
        kernel.run("import time\nwhile time.process_time() < 1: pass", "answer", 60)
        assert kernel.waived > 0.5  # three others: 3 s of the processor to its one
    finally:
        for process in busy:
            process.kill()
            process.wait()


def test_a_sandbox_that_shows_too_much_is_found_out(monkeypatch):
    whole = box.command
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        Path(folder).chmod(0o755)
        monkeypatch.setattr(trial, "_own_folder", lambda: folder)
        assert trial.trial(LIMITS) == []
        monkeypatch.setattr(box, "command", lambda *given: [*whole(*given), "--ro-bind", folder, folder])
        assert trial.trial(LIMITS) == ["reads files of yours"]


@pytest.mark.parametrize(
    ("weakened", "problem"),
    [
        (["--share-net"], "can't be entered"),
        (["--ro-bind", str(paths.root() / "solutions"), str(paths.root() / "solutions")], "would see"),
        (["--uid", "1234"], "as user 1234|unable to switch"),
    ],
)
def test_no_code_runs_in_a_sandbox_with_a_hole(monkeypatch, weakened, problem):
    whole = box.command
    monkeypatch.setattr(box, "command", lambda *given: _insert(whole(*given), weakened))
    with pytest.raises(SandboxError, match=problem):
        Kernel(zygote(""), LIMITS, True)


def _insert(command: list[str], options: list[str]) -> list[str]:
    """With more options, in front of those that close the root."""
    place = command.index("/dev", command.index("--dev") + 2) - 1
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
        ("import os, time\nos.kill(1, 9)\nos.kill(-1, 9)\ntime.sleep(2)", "ended the Python process|PermissionError"),
    ],
)  # fmt: skip
def test_a_cell_that_goes_too_far(kernel, code, said):
    try:
        outputs = kernel.run(code, "answer", 3 if "True: pass" in code else 20).outputs
    except Ended as err:
        assert re.search(said, str(err))
    else:
        assert re.search(said, outputs[-1]["ename"])


def test_output_is_capped_by_bytes(kernel):
    outputs = kernel.run("print('x' * 10**8)\nprint('more')", "answer", 20).outputs
    assert len(str(outputs)) < 200_000 and "cut here" in str(outputs)


def test_a_notebooks_ways_work(kernel):
    """Plots, magics, the shell, await at top level: as in JupyterLab."""
    run = partial(kernel.run, kind="answer", seconds=20)
    plot = run("%matplotlib inline\nimport matplotlib.pyplot as plt\nplt.plot([1, 2]);").outputs
    assert "image/png" in plot[-1]["data"]
    assert run("import asyncio\nawait asyncio.sleep(0.01)\n7").outputs[-1]["data"]["text/plain"] == "7"
    assert "hello" in str(run("!echo hello").outputs)
    assert "Wall time" in str(run("%%time\nx = 1").outputs)
    assert run("raise KeyboardInterrupt").outputs[-1]["ename"] == "KeyboardInterrupt"
    assert run("import sys\nsys.exit()").outputs[-1]["ename"] == "SystemExit"
    assert run("input()").outputs[-1]["ename"] == "EOFError"
    assert run("open('mine.txt', 'w').write('x')\n1").signs == []


def test_tampering_leaves_signs(kernel):
    import_cell = kernel.run("import numpy as np", "locked", 20)
    assert import_cell.signs == []
    assert kernel.run("import tqdm.auto, ipywidgets, matplotlib.pyplot", "answer", 60).signs == []
    assert kernel.run("np.allclose = lambda *a, **k: True", "answer", 20).signs == ["numpy.allclose"]
    hook = "get_ipython().input_transformers_post.append(lambda lines: lines)"
    assert "IPython's input transformers" in kernel.run(hook, "answer", 20).signs


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
    found = session.run(cells, start, LIMITS, allowance=session.Allowance(60), env={}, files={})
    ends = [outcome.ended for outcome in found.outcomes]
    assert ends == [None, "ended the Python process", None, "took more than 3 seconds", None]
    assert found.outcomes[-1].outputs[0].text == "1 2\n"


def test_when_the_time_is_over_the_rest_does_not_run():
    cells = [new_code_cell("import time\ntime.sleep(2)") for _ in range(3)]
    kernel = Kernel(zygote(""), LIMITS, True)  # starting one takes time, too, and more on a busy machine
    found = session.run(cells, lambda: kernel, LIMITS, allowance=session.Allowance(3.5), env={}, files={})
    assert [outcome.ran for outcome in found.outcomes] == [True, False, False]


@cache
def prepared(stage: str, seed: int) -> assess.Stage:
    return assess.prepare(paths.root(), stage, seed=seed)


@pytest.mark.parametrize("stage", notebooks.assignments(paths.root()))
def test_every_test_cell_measures_what_the_seed_changes(stage):
    """Else whoever speaks in the place of the process that runs the tests could know what a test is to measure."""
    first, second = (prepared(stage, seed).reference for seed in (1, 2))
    values = {name: [[p["value"] for p in probes(run[name])] for run in (first, second)] for name in first}
    assert [name for name, (one, other) in values.items() if one == other] == []


@pytest.mark.parametrize("stage", notebooks.assignments(paths.root()))
def test_every_assignment_survives_new_processes(stage):
    """The reference keeps all points if each task begins with a cell that ends the process: no test needs what another
    test left behind."""
    judged = prepared(stage, 1)
    assess.canary(judged)
    tasks = set(notebooks.test_cells(judged.source).values())
    cells = []
    for cell in judged.source.cells:
        if notebooks.grade_id(cell) in tasks:
            cells.append(new_code_cell("import os\nos._exit(0)"))
        cells.append(cell)
    broken = nbformat.from_dict(judged.source | {"cells": cells})
    found = assess.assess(judged, nbformat.writes(broken).encode())
    assert found.score == found.max_score, [result for result in found.results if result.hints]
