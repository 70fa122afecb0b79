"""Jupyter as the course starts it: settings and state of its own, and kernels of this environment's Python."""

import json
import os
import sys
from pathlib import Path

from gancourse import machine, paths

# Variables that name folders: a kernel starts elsewhere, and would look for a relative one from there.
FOLDERS = ("GANCOURSE_HOME", "GANCOURSE_WORK", "GANCOURSE_MIRROR", "GANCOURSE_EXCHANGE")


def environment(place: Path) -> dict[str, str]:
    """This environment, with Jupyter's and IPython's settings and state in `place`/.jupyter/, which is made.

    So nobody's own settings can break the course, and nothing is written to the home folder. "python3", the kernel
    that every notebook asks for, is this Python, whatever else has that name on this machine. The environment's
    programs come first: `gancourse` and `nbgrader` work in JupyterLab's terminal.
    """
    state = place / ".jupyter"
    _write_kernel(state / "course" / "kernels" / "python3" / "kernel.json")
    given = {name: os.environ[name] for name in FOLDERS if os.environ.get(name) and "://" not in os.environ[name]}
    changes = {name: str(paths.expanded(folder).absolute()) for name, folder in given.items()}
    home = paths.home()
    if home is None or not paths.writable(home):  # IPython, Matplotlib, Keras and others want to write there
        changes |= {"HOME": str(place), "GANCOURSE_HOME": str(paths.cache())}
    if machine.limited():  # PyTorch and TensorFlow would start a thread for each CPU of the host
        threads = dict.fromkeys(("OMP_NUM_THREADS", "TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS"), machine.cpus())
        changes |= {name: str(number) for name, number in threads.items() if name not in os.environ}
    kernels, settings = [state / "course"], []
    prefix = paths.plain(Path(sys.prefix))
    if prefix != Path(sys.prefix):  # Jupyter, too, would take a path with brackets for a pattern, and miss nbgrader
        kernels.append(prefix / "share" / "jupyter")
        settings.append(prefix / "etc" / "jupyter")
    for name, own in (("JUPYTER_PATH", kernels), ("JUPYTER_CONFIG_PATH", settings)):
        if found := os.pathsep.join([*map(str, own), *filter(None, [os.environ.get(name)])]):
            changes[name] = found
    changes |= {
        "JUPYTER_CONFIG_DIR": str(state / "config"),
        "JUPYTER_DATA_DIR": str(state / "data"),
        "JUPYTER_RUNTIME_DIR": str(state / "runtime"),
        "IPYTHONDIR": str(state / "ipython"),
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",  # pictures, whatever the shell has set
        "PATH": str(Path(sys.executable).parent) + os.pathsep + os.environ.get("PATH", os.defpath),
    }
    return os.environ | changes


def foreign_kernel() -> str | None:
    """The program that Jupyter by itself would start as "python3", if that is a different Python from this one."""
    from jupyter_client.kernelspec import KernelSpecManager

    try:
        program = KernelSpecManager().get_kernel_spec("python3").argv[0]
    except Exception as err:  # no home, no such spec, or one that holds anything
        return f"nothing ({err})"
    names = {"python", "python3", f"python{sys.version_info.major}.{sys.version_info.minor}"}
    own = program in names or Path(program).absolute().parent == Path(sys.executable).absolute().parent
    return None if own else program


def _write_kernel(file: Path) -> None:
    command = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    wanted = {"argv": command, "display_name": "GAN course", "language": "python", "metadata": {"debugger": True}}
    text = json.dumps(wanted, indent=1)
    if file.is_file() and file.read_text("utf-8", "replace") == text:
        return
    file.parent.mkdir(parents=True, exist_ok=True)
    temporary = file.with_suffix(f".{os.getpid()}")
    temporary.write_text(text, "utf-8")
    temporary.replace(file)
