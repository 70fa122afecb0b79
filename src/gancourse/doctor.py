"""What the environment is, what is missing, and the command that fixes it."""

import importlib.metadata
import platform
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

from gancourse import jupyter, machine, paths

PACKAGES = ("torch", "torchvision", "tensorflow", "keras", "numpy", "jupyterlab", "nbgrader", "papermill")
GIB = 2**30


@dataclass(frozen=True)
class Finding:
    """One thing examined: whether it is fine, what was found, and, if it isn't fine, what fixes it."""

    name: str
    fine: bool
    found: str
    mend: str = ""


def examine() -> list[Finding]:
    """Look at everything that a learner needs. Imports torch; never raises for what it finds."""
    looks = (_python, _packages, _kernel, _device, _memory, _disks, _data, _cache, _workplace, _nbgrader, _sandbox)
    findings = []
    for look in looks:
        try:
            found = look()
        except Exception as err:  # it is here to say what is wrong, not to be stopped by it
            found = Finding(look.__name__.strip("_"), False, f"couldn't be examined: {type(err).__name__}: {err}")
        findings += found if isinstance(found, list) else [found]
    return findings


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


def _packages() -> list[Finding]:
    return [_package(name) for name in PACKAGES]


def _package(name: str) -> Finding:
    try:
        return Finding(name, True, importlib.metadata.version(name))
    except importlib.metadata.PackageNotFoundError:
        return Finding(name, False, "not installed", "make lab   (in the course's folder; it completes .venv)")


def _kernel() -> Finding:
    """Harmless in `gancourse lab` and `gancourse run`, which start their own; to be known elsewhere."""
    foreign = jupyter.foreign_kernel()
    if foreign is None:
        return Finding("Jupyter kernel", True, "python3 is this Python")
    found = f"elsewhere, python3 is {_short(foreign)}; gancourse lab and gancourse run start this Python"
    return Finding("Jupyter kernel", True, found, "to change that: .venv/bin/python -m ipykernel install --sys-prefix")


def _device() -> Finding:
    try:
        import torch
    except ImportError as err:
        return Finding("device", False, f"torch can't be imported: {err}", "rm -r .venv, then make lab")
    if torch.cuda.is_available():
        return Finding("device", True, torch.cuda.get_device_name())
    if torch.backends.mps.is_available():
        return Finding("device", True, "Apple GPU (MPS)")
    return Finding("device", True, f"CPU, {machine.cpus()} cores")


def _memory() -> Finding:
    memory = machine.memory()
    fine = memory.available > 3 * GIB
    limit = " within the container's limit" if memory.limited else ""
    found = f"{memory.available / GIB:.1f} of {memory.total / GIB:.1f} GiB free{limit}"
    mend = "raise the container's limit" if memory.limited else "close other programs"
    return Finding("memory", fine, found, "" if fine else f"{mend}: a lesson takes up to 3 GB")


def _disks() -> list[Finding]:
    findings = []
    for name, place in (("disk, course", paths.workplace()), ("disk, cache", paths.cache())):
        free = shutil.disk_usage(paths.existing(place)).free / GIB
        mend = "" if free > 2 else "free 2 GiB, or set GANCOURSE_HOME to a folder on a larger disk"
        findings.append(Finding(name, free > 2, f"{free:.0f} GiB free", mend))
    return findings


def _data() -> list[Finding]:
    from gancourse.data import catalog, loading

    findings = []
    for entry in catalog.entries().values():
        if entry.optional:
            continue
        origin = loading.origin(entry)
        mend = f"gancourse data fetch {entry.name}" if origin in ("download", "sample", "nowhere") else ""
        states = {
            "download": "not downloaded yet",
            "sample": "only the embedded sample",
            "drawn": "drawn when first used",
        }
        found = states.get(origin, f"from the {origin}")
        findings.append(Finding(f"data, {entry.name}", origin != "nowhere", found, mend))
    return findings


def _cache() -> Finding:
    folder, mend = paths.cache(), "set GANCOURSE_HOME to a writable folder"
    if folder == paths.temporary():
        return Finding("cache", False, f"no writable home folder: data sets are in {folder} for now", mend)
    fine = paths.writable(folder)
    found = "can be written" if fine else f"{_short(folder)} can't be written: data sets are prepared anew each time"
    return Finding("cache", fine, found, "" if fine else mend)


def _workplace() -> Finding:
    place = paths.workplace()
    fine = paths.writable(place)
    where = "the course's folder" if place == paths.root() else _short(place)
    found = f"{where} {'can' if fine else 'cannot'} be written"
    mend = "" if fine else "set GANCOURSE_WORK to a writable folder"
    return Finding("runs/ and work/", fine, found, mend)


def _nbgrader() -> Finding:
    fine = (Path.cwd() / "nbgrader_config.py").is_file() or Path.cwd().is_relative_to(paths.root())
    return Finding("nbgrader", fine, "course configured" if fine else "outside the course", "" if fine else "make lab")


def _sandbox() -> Finding:
    """Tried, not guessed: code in the sandbox tries to get out of it."""
    from gancourse.grading.judge import GradingError
    from gancourse.grading.sandbox import box, group, trial

    name = "sandbox for grading"
    if sys.platform != "linux" or not shutil.which("bwrap"):  # learners need none
        return Finding(name, True, "none here; needed only to grade other people's notebooks", box.missing())
    try:
        leaks = trial.trial() + trial.excesses()
    except GradingError as err:
        return Finding(name, False, "doesn't start", str(err))
    bounds = "bounds by control groups" if group.subtree() else "bounds looked at ten times a second"
    found = f"doesn't hold: inside, code {', '.join(leaks)}" if leaks else f"holds (tried to get out); {bounds}"
    return Finding(name, not leaks, found, box.missing() if leaks else "")


def _short(path: str | Path) -> str:
    """A path for people: the home folder as ~."""
    path, home = Path(path), paths.home()
    return f"~/{path.relative_to(home)}" if home and path.is_relative_to(home) else str(path)
