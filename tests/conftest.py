"""Every test runs offline, with folders of its own for data and Jupyter; the report names what was skipped and why."""

import gc
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import suppress
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import pytest
from xdist.scheduler import LoadScopeScheduling

from gancourse import paths

gc.disable()  # until all tests are imported, with their frameworks: millions of objects and hardly any garbage
os.environ["OMP_NUM_THREADS"] = "1"  # before PyTorch: threads of several tests at once would wait for each other
with suppress(ImportError):
    import_module("triton")  # before TensorFlow, as in gancourse.keras: tests of both kinds share a process

ROOT = Path(__file__).resolve().parents[1]
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
STAGES = paths.stages()
STAGE = re.compile("|".join(STAGES))

# Units that mostly wait. Mutants use all cores, the others one.
WAITING = ["corpus", "browser", "batch", "sandbox", "dask", "records", "feedback", "grading.py", "mutants", "lab"]
BUILT_ONCE = ("test_play.py", "test_site.py")  # a site that is dear to build, and the same for every stage


def pytest_addoption(parser):
    parser.addoption("--stage", metavar="NN", help="only the tests of one stage, as in `make test STAGE=03`")


def pytest_configure(config):
    config.addinivalue_line("markers", "stage(NN, ...): what a test is about, where no parameter of it says so")
    if asked := config.getoption("stage"):
        try:
            config.option.stage = paths.stage(asked)[:2]
        except ValueError as err:
            raise pytest.UsageError(str(err)) from err


def pytest_collection_modifyitems(config, items):
    if number := config.getoption("stage"):
        config.hook.pytest_deselected(items=[item for item in items if number not in stages_of(item)])
        items[:] = [item for item in items if number in stages_of(item)]
    if hasattr(config, "workerinput"):  # one of several workers
        items.sort(key=lambda item: rank(unit(item.nodeid)))


def pytest_collection_finish():
    gc.freeze()
    gc.enable()


def stages_of(item) -> set[str]:
    """The numbers of the stages that a test is about: by its marks, and by parameters that are a stage or its file."""
    marks = {number for mark in item.iter_markers("stage") for number in mark.args}
    parameters = item.callspec.params.values() if hasattr(item, "callspec") else ()
    return marks | {found[0][:2] for value in parameters if (found := STAGE.match(Path(str(value)).name))}


def unit(nodeid: str) -> str:
    """What one worker does in a row, for it shares what is expensive: a file's tests of one stage, or its others."""
    file, _, test = nodeid.partition("::")
    stage = None if file.endswith(BUILT_ONCE) else STAGE.search(test)
    return f"{file} {stage[0]}" if stage else file


def rank(unit: str) -> int:
    """When a unit's turn comes: one that waits and one that uses all cores by turns; then the site and lessons; short
    ones last."""
    file, _, stage = unit.partition(" ")
    if stage:
        return 2 * STAGES.index(stage) + 1 if "mutants" in file else 100 + ("lessons" not in file)
    if file.endswith(BUILT_ONCE):
        return 99
    return next((2 * place for place, name in enumerate(WAITING) if name in file), 102)


class ByUnit(LoadScopeScheduling):
    def _split_scope(self, nodeid: str) -> str:
        return unit(nodeid)


def pytest_xdist_make_scheduler(config, log):
    gc.enable()  # in the process that hands out tests and imports none
    config.option.loadscopereorder = False  # the order is that of pytest_collection_modifyitems
    return ByUnit(config, log)


@pytest.fixture(autouse=True, scope="session")
def own_folders(request, tmp_path_factory):
    """Nothing touches the user's cache, Jupyter settings or notebook history, and nothing is downloaded."""
    home = tmp_path_factory.mktemp("home")
    several = hasattr(request.config, "workerinput")
    with pytest.MonkeyPatch.context() as patch:  # all workers share the data sets that one has prepared
        patch.setenv("GANCOURSE_HOME", str(home.parents[several] / "gancourse"))
        patch.setenv("GANCOURSE_OFFLINE", "1")
        patch.setenv("MPLBACKEND", "agg")
        patch.delenv("GANCOURSE_WORK", raising=False)
        for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR"):
            patch.setenv(name, str(home / name.lower()))
        yield


# What kernels find imported: the frameworks, with parts that they load at their first use, and nothing of the course.
# A framework that is here already says no word when it's imported, so test_lessons.py looks at the order of imports.
WARM = ["ipykernel.kernelapp", "IPython.core.completer", "matplotlib.figure", "matplotlib.backends.backend_agg"]
WARM += ["torch", "torch._dynamo", "safetensors.torch"]
WARM_FOR_KERAS = [*filter(find_spec, ["triton"]), "keras", "tensorflow", *WARM]  # the order: see gancourse.keras


@pytest.fixture(scope="session")
def warm_kernels():
    """Call it with a notebook: the value of JUPYTER_PATH with which its kernel starts warm, see warm_kernel.py."""
    servers = {}
    with tempfile.TemporaryDirectory(prefix="warm-", dir="/tmp") as folder:  # a socket's path must be short

        def path(notebook: Path) -> str:
            if sys.platform != "linux":
                return ""  # elsewhere not everything that was imported survives a fork
            keras = "gancourse.keras" in notebook.read_text("utf-8")
            place = Path(folder, "keras" if keras else "torch")
            if keras not in servers:
                servers[keras] = serve_kernels(place, WARM_FOR_KERAS if keras else WARM)
            return str(place)

        yield path
        for server in servers.values():
            server.kill()
            server.wait()


def serve_kernels(place: Path, modules: list[str]) -> subprocess.Popen:
    """Start a server of warm kernels; `place` becomes a folder for JUPYTER_PATH with a kernel.json that asks it."""
    program, found = str(Path(__file__).with_name("warm_kernel.py")), place / "socket"
    argv = [sys.executable, "-I", "-S", program, str(found), "-f", "{connection_file}"]
    spec = place / "kernels" / "python3" / "kernel.json"
    spec.parent.mkdir(parents=True)
    spec.write_text(json.dumps({"argv": argv, "display_name": "Python 3", "language": "python"}))
    quiet = {"KERAS_BACKEND": "tensorflow", "TF_CPP_MIN_LOG_LEVEL": "3"}
    with (place / "log").open("w") as log:
        command = [sys.executable, program, "serve", str(found), *modules]
        server = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=log, stderr=log, env=os.environ | quiet)
    while not found.exists():
        assert server.poll() is None, (place / "log").read_text()
        time.sleep(0.05)
    return server


def hears_ctrl_c() -> None:
    """For a new process: a shell starts its background jobs deaf to SIGINT, and so all that they start."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture
def output(request) -> Path:
    """`test-output/<module>/`, for what a person may want to look at: screenshots, logs."""
    folder = paths.workplace(ROOT) / "test-output" / request.module.__name__.removeprefix("test_")
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture(scope="session")
def browser_path() -> str:
    """A Chromium that this machine has, else the test is skipped."""
    if not (found := chromium()):
        pytest.skip("no Chromium on this machine (Debian: apt install chromium)")
    return found


def chromium() -> str | None:
    return next(filter(None, map(shutil.which, BROWSERS)), None)


def gpu() -> str | None:
    if not shutil.which("nvidia-smi"):
        return None
    listed = subprocess.run(["nvidia-smi", "-L"], capture_output=True, text=True)
    return listed.stdout.strip() if listed.returncode == 0 else None


def pytest_terminal_summary(terminalreporter):
    """What this machine has of the things that tests use but don't need, and what was skipped for lack of them."""
    debian = Path("/usr/share/datasets/fashion-mnist")
    optional = {
        "Chromium": chromium(),
        "Debian's dataset-fashion-mnist": debian if debian.is_dir() else None,
        "mirror (GANCOURSE_MIRROR)": os.environ.get("GANCOURSE_MIRROR"),
        "GPU": gpu(),
    }
    terminalreporter.section("optional, and what was skipped")
    for name, found in optional.items():
        terminalreporter.line(f"{name}: {found or 'none'}")
    reasons = Counter(
        report.longrepr[2].removeprefix("Skipped: ") for report in terminalreporter.stats.get("skipped", [])
    )
    for reason, number in reasons.most_common():
        terminalreporter.line(f"skipped {number}: {reason}")
    if not reasons:
        terminalreporter.line("nothing was skipped")
