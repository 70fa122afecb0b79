"""Run a lesson headless, into a folder of its own."""

import ast
import base64
import difflib
import io
import json
import math
import os
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import nbformat
import yaml
from PIL import Image

from gancourse import jupyter, machine, paths

PRESETS = ("smoke", "laptop", "full")


class KernelDied(ChildProcessError):
    """The process that ran a lesson's cells, or one of several, ended before they did."""


def parameters_of(stage: str) -> dict[str, object]:
    """The lesson's parameters and their laptop values, from its cell tagged `parameters`."""
    from papermill import inspect_notebook

    found = inspect_notebook(str(_lesson(stage)))
    return {name: ast.literal_eval(entry["default"]) for name, entry in found.items()}


def preset(stage: str, name: str) -> dict[str, object]:
    """What a preset changes; laptop is what the notebook itself says, so it changes nothing.

    Raises ValueError for an unknown preset, or one that sets a parameter the lesson doesn't have.
    """
    if name not in PRESETS:
        raise ValueError(f"no preset {name!r}; there are {', '.join(PRESETS)}")
    if name == "laptop":
        return {}
    file = paths.root() / "course" / "presets" / f"{name}.yaml"
    return _checked(stage, yaml.safe_load(file.read_text("utf-8")).get(stage) or {})


def prepare(stage: str, preset_name: str = "laptop", changes: Mapping[str, object] | None = None) -> Path:
    """Make a new folder under runs/ with the run's parameters in run.json; `changes` come on top of the preset.

    Raises ValueError for a parameter that the lesson doesn't have, or a value of another type.
    """
    parameters = preset(stage, preset_name) | _checked(stage, changes or {})
    folder = paths.new_run(stage)
    description = {"stage": stage, "preset": preset_name, "parameters": parameters_of(stage) | parameters}
    (folder / "run.json").write_text(json.dumps(description, indent=1) + "\n", "utf-8")
    return folder


def execute(folder: Path, processes: int = 1) -> None:
    """Execute the lesson of a prepared or interrupted run; training goes on from the folder's last checkpoint.

    With more `processes`, `torchrun` starts as many that execute it side by side and train together: see
    `gancourse.distributed`. The folder gets what the first one leaves, and torchrun.log, what all of them said.

    Raises ValueError where the folder isn't a run's, or several processes have nothing to share; KeyboardInterrupt
    when interrupted (what is done stays in the folder), KernelDied where that is what happened, and papermill's
    PapermillExecutionError when a cell fails, or KernelDied where that was in one of several processes.
    """
    stage, parameters = _description(folder)
    if processes > 1:
        check_shared_out(stage)
        _launch(folder, parameters, processes)
    elif os.environ.get("RANK", "0") == "0":
        _execute(folder, stage, parameters)
    else:
        with tempfile.TemporaryDirectory(prefix="gancourse-") as scratch:
            _execute(Path(scratch), stage, parameters)


def _execute(folder: Path, stage: str, parameters: dict[str, object]) -> None:
    from papermill import execute_notebook
    from papermill.exceptions import PapermillException

    own, together = parameters_of(stage), "RANK" in os.environ
    if together:  # torchrun's word that another process has failed: the kernel mustn't be left behind
        signal.signal(signal.SIGTERM, signal.default_int_handler)
    os.environ.update(jupyter.environment(paths.workplace()))
    os.environ["GANCOURSE_RUN_DIR"] = str(folder)  # the kernel inherits it: see gancourse.train.run_folder
    began = time.perf_counter()
    with _training_progress(folder, parameters):
        try:
            execute_notebook(
                _lesson(stage),
                folder / f"{stage}.ipynb",
                parameters={name: value for name, value in parameters.items() if value != own[name]},
                kernel_name="python3",
                cwd=_lesson(stage).parent,
                progress_bar=False if together else {"desc": stage, "unit": "cell"},
                extra_arguments=[
                    "--IPKernelApp.log_level=CRITICAL"
                ],  # its log (loopback not encrypted) isn't for users
            )
        except PapermillException:
            raise
        except (RuntimeError, LookupError) as err:  # nbclient's DeadKernelError, jupyter_client's NoSuchKernel, ...
            raise KernelDied(
                f"the kernel died ({err or type(err).__name__}): the system may have ended it for lack of memory"
            ) from err
    metrics = folder / "metrics.json"
    known = json.loads(metrics.read_text("utf-8")) if metrics.exists() else {}
    known["lesson_seconds"] = round(time.perf_counter() - began, 1)
    metrics.write_text(json.dumps(known, indent=1) + "\n", "utf-8")


def check_shared_out(stage: str) -> None:
    """Raises ValueError for a lesson that several processes can't train together, as it doesn't train with `fit`."""
    lesson = nbformat.read(_lesson(stage), as_version=4)
    code = "\n".join(c.source for c in lesson.cells if c.cell_type == "code" and not c.source.startswith("%%"))
    if not re.search(r"^from gancourse\.train import .*\bfit\b", code, re.MULTILINE):
        raise ValueError(f"{stage} doesn't train with gancourse.train.fit: several processes have nothing to share")


def _launch(folder: Path, parameters: dict[str, object], processes: int) -> None:
    command = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", str(processes)]
    worker = ["-m", "gancourse.cli", "run", "--resume", str(folder)]
    threads = {"OMP_NUM_THREADS": str(max(1, machine.cpus() // processes))}
    log = folder / "torchrun.log"
    with log.open("w", encoding="utf-8") as file, _training_progress(folder, parameters):
        # In a session of its own, so that Ctrl-C in a terminal goes through torchrun, which hands it on.
        launched = subprocess.Popen(
            [*command, *worker], stdout=file, stderr=file, env=threads | os.environ, start_new_session=True
        )
        try:
            status = launched.wait()
        except BaseException:
            launched.send_signal(signal.SIGINT)
            launched.wait()
            raise
    if status:
        said = log.read_text("utf-8", "replace").splitlines()
        why = next((line for line in said if re.match(r"Cell \d+ failed|The lesson stopped|gancourse:", line)), "")
        raise KernelDied(f"{why or f'a process ended, and torchrun with {status}'} (in full: {log.name})")


def store(folder: Path) -> Path:
    """Put a run's executed notebook into course/ in place of the lesson, as what readers see; returns its path.

    Only a laptop run with the lesson's own numbers may be stored: raises ValueError otherwise. Left out are
    progress bars and whatever papermill adds; pictures are packed tighter, without loss.
    """
    stage, parameters = _description(folder)
    if parameters != parameters_of(stage):
        raise ValueError("only a run with the lesson's own numbers can be stored: no preset, no -p")
    notebook = nbformat.read(folder / f"{stage}.ipynb", as_version=4)
    nbformat.validate(notebook)
    for cell in notebook.cells:
        tags = cell.metadata.get("tags")
        cell.metadata = nbformat.from_dict({"tags": tags} if tags else {})
        if cell.cell_type == "code":
            cell.outputs = [
                o for o in cell.outputs if "application/vnd.jupyter.widget-view+json" not in o.get("data", {})
            ]
            for output in cell.outputs:
                if "image/png" in output.get("data", {}):
                    output.data["image/png"] = _packed(output.data["image/png"])
    notebook.metadata = nbformat.from_dict(
        {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        }
    )
    target = _lesson(stage)
    temporary = target.with_suffix(".part")
    nbformat.write(notebook, temporary)
    temporary.replace(target)
    return target


def _packed(png: str) -> str:
    """The same picture in fewer bytes, base64 both: matplotlib stores an alpha channel and grey as three colours."""
    picture = Image.open(io.BytesIO(base64.b64decode(png))).convert("RGBA")
    *colours, alpha = picture.split()
    if alpha.getextrema() == (255, 255):
        picture = colours[0] if colours[0] == colours[1] == colours[2] else picture.convert("RGB")
    file = io.BytesIO()
    picture.save(file, "PNG", optimize=True)
    return base64.b64encode(file.getvalue()).decode()


def _lesson(stage: str) -> Path:
    return paths.root() / "course" / f"{stage}.ipynb"


def _checked(stage: str, parameters: Mapping[str, object]) -> dict[str, object]:
    known = parameters_of(stage)
    for name, value in parameters.items():
        if name not in known:
            near = difflib.get_close_matches(name.upper(), known, n=1)
            hint = f"did you mean {near[0]}? " if near else ""
            raise ValueError(f"{stage} has no parameter {name!r}; {hint}It has {', '.join(known)}")
        numbers = isinstance(value, (int, float)) and isinstance(known[name], float)
        if isinstance(value, float) and not math.isfinite(value):
            raise ValueError(f"{name} is {value!r}, but must be a finite number")
        if not numbers and type(value) is not type(known[name]):
            raise ValueError(f"{name} is {value!r}, but must be like {known[name]!r} ({type(known[name]).__name__})")
    return dict(parameters)


def _description(folder: Path) -> tuple[str, dict[str, object]]:
    file = folder / "run.json"
    if not file.is_file():
        raise ValueError(f"{folder} isn't the folder of a run: it has no run.json")
    try:
        description = json.loads(file.read_text("utf-8"))
        stage, parameters = paths.stage(str(description["stage"])), dict(description["parameters"])
    except (ValueError, TypeError, LookupError) as err:
        raise ValueError(f"{file} is damaged ({err}): start a new run") from err
    return stage, _checked(stage, parameters)


@contextmanager
def _training_progress(folder: Path, parameters: Mapping[str, object]) -> Iterator[None]:
    """A second bar with the epochs trained, since one training cell takes most of a lesson's time."""
    from tqdm import tqdm

    done = threading.Event()

    def watch() -> None:
        options = {"desc": "training", "unit": "epoch", "position": 1, "leave": False, "disable": None}
        with tqdm(total=parameters["EPOCHS"], **options) as bar:
            while not done.wait(0.5):
                file = folder / "metrics.json"
                epoch = json.loads(file.read_text("utf-8")).get("epochs", 0) if file.exists() else 0
                bar.update(epoch - bar.n)

    watcher = threading.Thread(target=watch, daemon=True)
    if "EPOCHS" in parameters:
        watcher.start()
    try:
        yield
    finally:
        done.set()
        if watcher.is_alive():
            watcher.join()
