"""What runs a learner's cells: an IPython shell that takes cells from a socket and gives back their outputs.

It stands in the learner's process and can be tampered with at will. So nothing that it says is believed: probes are
judged outside, outputs are sanitised outside, and its "signs" only make a person look. Frames on the socket: the length
in 4 bytes, then JSON. Outputs are plain dicts in nbformat's form: importing nbformat takes a second and a half.
"""

import contextlib
import io
import json
import os
import socket
import struct
import sys
from pathlib import Path

from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

from gancourse.checks import MIME, SEED_VARIABLE

MAX_TEXT = 100_000  # characters of printed text that are kept for each cell
MAX_SHOWN = 4_000_000  # characters of pictures and other displays
MAX_PROBES = 16_000_000  # characters of probe records
CUT = "\n... more output was cut here.\n"
_compile, _exec = compile, exec  # see run_test
# Libraries whose functions tests and probes call; a replaced one is a sign of tampering.
WATCHED = (
    "builtins",
    "numpy",
    "numpy.testing",
    "torch",
    "torch.testing",
    "math",
    "json",
    "base64",
    "gancourse.checks",
    "gancourse.checks.chance",
    "gancourse.checks.networks",
    "gancourse.checks.probes",
    "gancourse.checks.watching",
    __name__,
)


class Outputs:
    """The outputs of the running cell, in order and within bounds."""

    def __init__(self):
        self.start()

    def start(self) -> None:
        self.kept, self.room = [], {"text": MAX_TEXT, "shown": MAX_SHOWN, "probes": MAX_PROBES}

    def write(self, name: str, text: str) -> None:
        text = self._within("text", text)
        if not text:
            return
        last = self.kept[-1] if self.kept else None
        if last and last["output_type"] == "stream" and last["name"] == name:
            last["text"] += text
        else:
            self.kept.append({"output_type": "stream", "name": name, "text": text})

    def show(self, kind: str, data: dict, metadata: dict | None) -> None:
        what = "probes" if MIME in data else "shown"
        size = len(json.dumps(data, default=str))
        if size > self.room[what]:
            self.write("stdout", CUT)
        else:
            self.room[what] -= size
            shown = {"output_type": kind, "data": dict(data), "metadata": dict(metadata or {})}
            self.kept.append(shown | ({"execution_count": None} if kind == "execute_result" else {}))

    def fail(self, error: dict) -> None:
        self.kept.append(error)

    def _within(self, what: str, text: str) -> str:
        room = self.room[what]
        self.room[what] = max(0, room - len(text))
        return text if len(text) <= room else (text[:room] + CUT if room else "")


outputs = Outputs()


class Stream(io.TextIOBase):
    """sys.stdout or sys.stderr of the learner's code."""

    encoding = "utf-8"

    def __init__(self, name: str):
        self.name = name

    def write(self, text: str) -> int:
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        outputs.write(self.name, text)
        return len(text)

    def writable(self) -> bool:
        return True

    def fileno(self) -> int:
        raise io.UnsupportedOperation("fileno")


class Publisher(DisplayPublisher):
    def publish(self, data, metadata=None, **kwargs):
        outputs.show("display_data", data, metadata)

    def clear_output(self, wait=False):
        pass


class Hook(DisplayHook):
    def write_output_prompt(self):
        pass

    def write_format_data(self, format_dict, md_dict=None):
        outputs.show("execute_result", format_dict, md_dict)

    def finish_displayhook(self):
        self._is_active = False


class Shell(InteractiveShell):
    """InteractiveShell as a notebook has it: displays and errors become outputs."""

    error = None

    def enable_gui(self, gui=None):
        pass  # plots are pictures here, as in a notebook

    def _tee(self, channel):
        return contextlib.nullcontext()  # IPython would keep all that is printed for a history that nobody asks for

    def ask_exit(self):
        os._exit(0)  # as exit() ends a kernel

    def _showtraceback(self, etype, evalue, stb):
        self.error = _error(etype.__name__, evalue, stb)


def make() -> Shell:
    """The process's shell. No history: its thread and its database don't survive a fork."""
    config = Config(HistoryManager={"enabled": False})
    return Shell.instance(config=config, displayhook_class=Hook, display_pub_class=Publisher)


def run_cell(shell: Shell, source: str) -> list[dict]:
    """Run one cell; its outputs in nbformat's form."""
    outputs.start()
    shell.error = None
    sys.stdout, sys.stderr = Stream("stdout"), Stream("stderr")
    result = shell.run_cell(source, store_history=True)
    if not result.success:
        exception = result.error_before_exec or result.error_in_exec
        outputs.fail(shell.error or _error(type(exception).__name__, exception, []))
    return outputs.kept


def run_test(shell: Shell, source: str) -> list[dict]:
    """Run a hidden test cell, past whatever IPython may have become since the learner's code ran.

    Plain Python, compiled and executed by what this module took hold of when nobody else's code had run.
    """
    outputs.start()
    sys.stdout, sys.stderr = Stream("stdout"), Stream("stderr")
    try:
        _exec(_compile(source, "<test>", "exec", dont_inherit=True), shell.user_ns)
    except BaseException as err:
        outputs.fail(_error(type(err).__name__, err, []))
    return outputs.kept


def serve(shell: Shell, connection: socket.socket) -> None:
    """Run the cells that come, until the other side closes. The first frame is {"env", "files"}."""
    first = receive(connection)
    os.environ.update(first["env"])
    _write_files(first["files"])
    hidden = SEED_VARIABLE in first["env"]
    # Names of this frame, which no other code can give another meaning.
    base, run, test = {}, run_cell, run_test if hidden else run_cell
    while (job := receive(connection)) is not None:
        if job["kind"] == "answer" and not base:
            base = fingerprint(shell)  # after the assignment's own imports, before the learner's first line
        signs = tampering(base, fingerprint(shell)) if base and job["kind"] == "test" else []
        sys.settrace(None)
        sys.setprofile(None)
        kept = (test if job["kind"] == "test" else run)(shell, job["source"])
        if base and job["kind"] != "locked":
            signs += [sign for sign in tampering(base, fingerprint(shell)) if sign not in signs]
        send(connection, {"outputs": kept, "signs": signs, "modules": course_modules()})


def fingerprint(shell: Shell) -> dict[str, object]:
    """What the tests rely on in this process, by name."""
    found = {}
    for module in WATCHED:
        values = vars(sys.modules[module]) if module in sys.modules else {}
        found |= {f"{module}.{name}": value for name, value in list(values.items()) if callable(value)}
    found |= {
        "IPython's input transformers": _names(shell.input_transformers_post, shell.input_transformers_cleanup),
        "IPython's AST transformers": _names(shell.ast_transformers),
        "IPython's handler of exceptions": shell.custom_exceptions,
        "IPython's compiler": (type(shell.compile), type(shell.compile).__call__),
        "IPython's way to run cells": (type(shell), getattr(shell.run_cell, "__func__", None), type(shell).run_code),
        "IPython's transformer": type(shell.input_transformer_manager).transform_cell,
        "IPython's transformer of this shell": vars(shell.input_transformer_manager).get("transform_cell"),
        "IPython's display hook": type(shell.displayhook),
        "IPython's display publisher": type(shell.display_pub),
        "sys.settrace": sys.gettrace(),
        "sys.setprofile": sys.getprofile(),
    }
    return found


def tampering(before: dict[str, object], now: dict[str, object]) -> list[str]:
    """What was replaced, by name. Additions are fine: libraries make them when they are imported."""
    own = {"builtins.display", "builtins.get_ipython", "builtins._"}
    return [name for name, value in before.items() if name not in own and not _same(value, now.get(name))]


def course_modules() -> list[str]:
    """The course's modules that are loaded in this process."""
    return sorted(name for name in list(sys.modules) if name.split(".")[0] == "gancourse")


def send(connection: socket.socket, message: dict) -> None:
    data = json.dumps(message, default=str).encode("utf-8", "backslashreplace")
    connection.sendall(struct.pack(">I", len(data)) + data)


def receive(connection: socket.socket) -> dict | None:
    """The next frame; None at the end."""
    if len(head := _read(connection, 4)) < 4:
        return None
    return json.loads(_read(connection, *struct.unpack(">I", head)))


def _read(connection: socket.socket, size: int) -> bytes:
    parts = []
    while size and (part := connection.recv(min(size, 1 << 20))):
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


def _error(name: str, value: object, traceback: list[str]) -> dict:
    try:
        text = str(value)
    except BaseException:  # a learner's exception class may do anything
        text = "(its message can't be shown)"
    lines = [line[:MAX_TEXT] for line in traceback]
    return {"output_type": "error", "ename": str(name)[:200], "evalue": text[:MAX_TEXT], "traceback": lines}


def _names(*hooks: list) -> list[str]:
    return [f"{type(hook).__name__} {getattr(hook, '__qualname__', '')}" for hook in (h for hs in hooks for h in hs)]


def _same(a: object, b: object) -> bool:
    if type(a) is type(b) and type(a) in (list, tuple):
        return len(a) == len(b) and all(x is y or type(x) is type(y) is str and x == y for x, y in zip(a, b))
    return a is b


def _write_files(files: dict[str, str]) -> None:
    """The learner's own files beside the notebook: {relative path: latin-1 of the bytes}."""
    for name, content in files.items():
        path = Path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode("latin-1"))
