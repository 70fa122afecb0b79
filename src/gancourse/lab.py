"""JupyterLab on the course: what `gancourse lab`, and so `make lab`, starts."""

import hashlib
import json
import os
import sys
import webbrowser
from pathlib import Path

from gancourse import jupyter, paths


def furnish(root: Path, place: Path) -> list[str]:
    """Put the lessons of a clone that can't be written into `place`, where a learner may change and save them.

    A lesson that the learner hasn't changed follows the clone's; one that they have stays as it is. Returns the names
    of those whose lesson in the clone is a newer one. Pictures and data cards are links into the clone.
    """
    (place / "course").mkdir(parents=True, exist_ok=True)
    (place / "work").mkdir(exist_ok=True)
    settings = f"load_subconfig({str(root / 'nbgrader_config.py')!r})  # the course's, for Assignment List\n"
    (place / "work" / "nbgrader_config.py").write_text(settings, "utf-8")
    for name in ("course/images", "datasets", "README.md"):
        if not os.path.lexists(place / name) and (root / name).exists():
            (place / name).symlink_to(root / name)
    record = place / "course" / ".lessons.json"  # {lesson: SHA-256 of the clone's when it was copied}
    try:
        copied = dict(json.loads(record.read_text("utf-8")))
    except (OSError, ValueError, TypeError):
        copied = {}
    stale = []
    for lesson in (root / "course").glob("[0-9][0-9]-*.ipynb"):
        own, known = place / "course" / lesson.name, copied.get(lesson.name)
        newest, here = _digest(lesson), _digest(own) if own.exists() else None
        if here in (None, known, newest):  # not there, or as it came
            if here != newest:
                own.write_bytes(lesson.read_bytes())
            copied[lesson.name] = newest
        elif known != newest:
            stale.append(lesson.name)
    record.write_text(json.dumps(copied, indent=1), "utf-8")
    return sorted(stale)


def _digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def command(place: Path) -> list[str]:
    """JupyterLab in a folder, opened on the first lesson there. Ctrl-C ends it without a question.

    Under a JupyterHub it is the Hub's own form of it, which asks the Hub who may come in.
    """
    lessons = sorted((place / "course").glob("[0-9][0-9]-*.ipynb"))
    first = lessons[0].relative_to(place).as_posix() if lessons else "README.md"
    hub = "JUPYTERHUB_API_TOKEN" in os.environ
    options = [
        f"--ServerApp.root_dir={place}",
        f"--LabApp.default_url=/lab/tree/{first}",
        f"--LabApp.app_settings_dir={Path(__file__).parent / 'lab_settings'}",  # no news, no update checks
        "--ServerApp.answer_yes=True",
        "--ServerApp.log_level=WARN",  # the address is printed all the same
        "--KernelManager.transport_encryption=auto",  # else each kernel prints a warning
    ]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        options.append("--allow-root")
    if hub or not has_browser():
        options.append("--no-browser")
    return [sys.executable, "-m", "jupyterhub.singleuser" if hub else "jupyterlab", *options]


def has_browser() -> bool:
    """Whether a browser can open a window here. One that runs in the terminal would get in the way."""
    screen = sys.platform in ("darwin", "win32") or any(
        os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER")
    )
    try:
        return screen and webbrowser.get() is not None
    except webbrowser.Error:
        return False


def start(options: list[str]) -> None:
    """Become JupyterLab, with more of its command-line options if given. Doesn't return.

    It starts from the clone, where nbgrader looks for the course's settings, and shows the `workplace()`.
    """
    root, place = paths.root(), paths.workplace()
    if place != root:
        stale = furnish(root, place)
        print(f"Lessons, work/ and runs/ are in {place}.")
        if stale:
            print(
                f"The course has newer versions of lessons that you have changed: {', '.join(stale)}. "
                "Rename yours to get the new ones."
            )
    print("Starting JupyterLab: Ctrl-C here stops it and all its kernels.", flush=True)
    os.chdir(root)
    shown = paths.plain(place)  # Formgrader wants the course within it, by nbgrader's name for the course
    os.execve(sys.executable, [*command(shown), *options], jupyter.environment(shown))
