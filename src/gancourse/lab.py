"""JupyterLab on the course: what `gancourse lab`, and so `make lab`, starts."""

import os
import sys
import webbrowser
from pathlib import Path

from gancourse import paths


def environment(root: Path) -> dict[str, str]:
    """This environment, with Jupyter's and IPython's settings and state in the clone's `.jupyter/`.

    So nobody's own settings can break the course, and nothing is written to the home folder. The environment's
    programs come first: `gancourse` and `nbgrader` work in JupyterLab's terminal.
    """
    state = root / ".jupyter"
    return os.environ | {
        "JUPYTER_CONFIG_DIR": str(state / "config"),
        "JUPYTER_DATA_DIR": str(state / "data"),
        "JUPYTER_RUNTIME_DIR": str(state / "runtime"),
        "IPYTHONDIR": str(state / "ipython"),
        "PATH": str(Path(sys.executable).parent) + os.pathsep + os.environ.get("PATH", ""),
    }


def command(root: Path) -> list[str]:
    """JupyterLab at a clone's root, opened on its first lesson. Ctrl-C ends it without a question."""
    lessons = sorted((root / "course").glob("[0-9][0-9]-*.ipynb"))
    first = lessons[0].relative_to(root).as_posix() if lessons else "README.md"
    options = [
        f"--ServerApp.root_dir={root}",
        f"--LabApp.default_url=/lab/tree/{first}",
        f"--LabApp.app_settings_dir={Path(__file__).parent / 'lab_settings'}",  # no news, no update checks
        "--ServerApp.answer_yes=True",
        "--ServerApp.log_level=WARN",  # the address is printed all the same
        "--KernelManager.transport_encryption=auto",  # else each kernel prints a warning
    ]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        options.append("--allow-root")
    if not has_browser():
        options.append("--no-browser")
    return [sys.executable, "-m", "jupyterlab", *options]


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
    """Become JupyterLab, with more of its command-line options if given. Doesn't return."""
    root = paths.root()
    print("JupyterLab starts: Ctrl-C here ends it and all its kernels.", flush=True)
    os.chdir(root)
    os.execve(sys.executable, [*command(root), *options], environment(root))
