"""What the environment is, what is missing, and the command that mends it."""

import importlib.metadata
import os
import platform
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

from gancourse import paths

PACKAGES = ("torch", "torchvision", "tensorflow", "keras", "numpy", "jupyterlab", "nbgrader", "papermill")
GIB = 2**30


@dataclass(frozen=True)
class Finding:
    """One thing looked at: whether it is fine, what was found, and, where it isn't, what mends it."""

    name: str
    fine: bool
    found: str
    mend: str = ""


def examine() -> list[Finding]:
    """Look at everything that a learner needs. Imports torch; never raises for what it finds."""
    return [
        _python(),
        *map(_package, PACKAGES),
        _device(),
        _memory(),
        *_disks(),
        *_data(),
        _cache(),
        _nbgrader(),
        _sandbox(),
    ]


def table(findings: list[Finding]):
    """The findings as a rich table, for a terminal or a notebook."""
    from rich.table import Table

    out = Table("", "what", "found", "what mends it", title="gancourse doctor", title_justify="left")
    for f in findings:
        out.add_row("[green]ok[/]" if f.fine else "[red]no[/]", f.name, f.found, f.mend)
    return out


def _python() -> Finding:
    fine = (3, 11) <= sys.version_info[:2] <= (3, 13)
    return Finding("Python", fine, platform.python_version(), "" if fine else "make lab PYTHON=python3.12")


def _package(name: str) -> Finding:
    try:
        return Finding(name, True, importlib.metadata.version(name))
    except importlib.metadata.PackageNotFoundError:
        return Finding(name, False, "not installed", "make lab   (in the course's folder; it completes .venv)")


def _device() -> Finding:
    try:
        import torch
    except ImportError as err:
        return Finding("device", False, f"torch can't be imported: {err}", "rm -r .venv, then make lab")
    if torch.cuda.is_available():
        return Finding("device", True, torch.cuda.get_device_name())
    if torch.backends.mps.is_available():
        return Finding("device", True, "Apple GPU (MPS)")
    return Finding("device", True, f"CPU, {os.cpu_count()} cores")


def _memory() -> Finding:
    import psutil

    memory = psutil.virtual_memory()
    fine = memory.available > 3 * GIB
    found = f"{memory.available / GIB:.0f} of {memory.total / GIB:.0f} GiB free"
    return Finding("memory", fine, found, "" if fine else "close other programs: a lesson takes up to 3 GB")


def _disks() -> list[Finding]:
    findings = []
    for name, folder in (("disk, course", paths.root()), ("disk, cache", paths.cache())):
        while not folder.exists():
            folder = folder.parent
        free = shutil.disk_usage(folder).free / GIB
        mend = "" if free > 2 else "free 2 GiB, or set GANCOURSE_HOME to a folder on a larger disk"
        findings.append(Finding(name, free > 2, f"{free:.0f} GiB free", mend))
    return findings


def _data() -> list[Finding]:
    from gancourse.data import catalog, loading

    findings = []
    for entry in catalog.entries().values():
        origin = loading.origin(entry)
        mend = f"gancourse data fetch {entry.name}" if origin in ("download", "sample", "nowhere") else ""
        states = {"download": "not here yet", "sample": "only the embedded sample", "drawn": "drawn when first used"}
        found = states.get(origin, f"from the {origin}")
        findings.append(Finding(f"data, {entry.name}", origin != "nowhere", found, mend))
    return findings


def _cache() -> Finding:
    folder = paths.cache()
    while not folder.exists():
        folder = folder.parent
    fine = os.access(folder, os.W_OK)
    found = "can be written" if fine else f"{_short(paths.cache())} can't be written: sets are prepared anew each time"
    return Finding("cache", fine, found, "" if fine else "set GANCOURSE_HOME to a folder of yours")


def _nbgrader() -> Finding:
    fine = (Path.cwd() / "nbgrader_config.py").is_file() or Path.cwd().is_relative_to(paths.root())
    return Finding("nbgrader", fine, "course configured" if fine else "outside the course", "" if fine else "make lab")


def _sandbox() -> Finding:
    """Tried, not guessed: code in the sandbox tries to get out of it."""
    from gancourse.grading.judge import GradingError
    from gancourse.grading.sandbox import box, trial

    name = "sandbox for grading"
    if sys.platform != "linux" or not shutil.which("bwrap"):  # learners need none
        return Finding(name, True, "none here: needed to grade other people's notebooks", box.missing())
    try:
        leaks = trial.trial() + trial.excesses()
    except GradingError as err:
        return Finding(name, False, "doesn't start", str(err))
    found = f"doesn't hold: inside, code {', '.join(leaks)}" if leaks else "holds (tried to get out)"
    return Finding(name, not leaks, found, box.missing() if leaks else "")


def _short(folder: Path) -> str:
    """A path for people: the home folder as ~."""
    home = Path.home()
    return f"~/{folder.relative_to(home)}" if folder.is_relative_to(home) else str(folder)
