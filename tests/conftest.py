"""Every test runs offline, with folders of its own for data and Jupyter; the report names what was skipped and why."""

import os
import shutil
import signal
import subprocess
from collections import Counter
from contextlib import suppress
from importlib import import_module
from pathlib import Path

import pytest

from gancourse import paths

os.environ["OMP_NUM_THREADS"] = "1"  # before PyTorch: threads of several tests at once would wait for each other
with suppress(ImportError):
    import_module("triton")  # before TensorFlow, as in gancourse.keras: tests of both kinds share a process

ROOT = Path(__file__).resolve().parents[1]
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


@pytest.fixture(autouse=True, scope="session")
def own_folders(tmp_path_factory):
    """Nothing touches the user's cache, Jupyter settings or notebook history, and nothing is downloaded."""
    home = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GANCOURSE_HOME", str(home / "gancourse"))
        patch.setenv("GANCOURSE_OFFLINE", "1")
        patch.setenv("MPLBACKEND", "agg")
        patch.delenv("GANCOURSE_WORK", raising=False)
        for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR"):
            patch.setenv(name, str(home / name.lower()))
        yield


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
