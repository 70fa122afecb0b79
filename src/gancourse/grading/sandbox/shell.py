"""What runs a learner's cells: an IPython shell that takes cells from a socket and gives back their outputs.

It stands in the learner's process and can be tampered with at will. So nothing that it says is believed: probes are
judged outside, outputs are sanitised outside, and its "signs" only make a person look. Frames on the socket: the length
in 4 bytes, then JSON. Outputs are plain dicts in nbformat's form: importing nbformat takes a second and a half.
"""

import ast
import builtins
import contextlib
import io
import json
import os
import socket
import struct
import sys
import warnings
from pathlib import Path

from IPython.core.async_helpers import get_asyncio_loop
from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

from gancourse.checks import MIME, SEED_VARIABLE

MAX_TEXT = 100_000  # characters of printed text that are kept for each cell
MAX_SHOWN = 4_000_000  # characters of pictures and other displays
MAX_PROBES = 16_000_000  # characters of probe records
CUT = "\n... more output was cut here.\n"
_compile, _exec = compile, exec  # see Course.run
_NOTHING = object()
JUPYTER = {"display", "get_ipython", "exit", "quit", "open"}  # builtins that IPython binds in a namespace, too
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
NOT_CALLED = {"torch.load", "torch.save"}  # by no test: whoever sets their defaults may


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
        return {"stdout": 1, "stderr": 2}[self.name]  # for faulthandler and subprocesses: what comes there is gone


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
    shell = Shell.instance(config=config, displayhook_class=Hook, display_pub_class=Publisher)
    for name in ("autosave", "connect_info", "qtconsole"):  # ipykernel's, which have nothing to do here
        shell.register_magic_function(lambda line: None, magic_name=name)
    return shell


def run_cell(shell: Shell, source: str) -> list[dict]:
    """Run one cell as ipykernel does, within a running event loop; its outputs in nbformat's form."""

    async def run():
        with contextlib.suppress(Exception):  # a line that is no Python: run_cell says so
            transformed = shell.transform_cell(source)
            if shell.should_run_async(source, transformed_cell=transformed):
                return await shell.run_cell_async(source, store_history=True, transformed_cell=transformed)
        return shell.run_cell(source, store_history=True)

    outputs.start()
    shell.error = None
    sys.stdout, sys.stderr = Stream("stdout"), Stream("stderr")
    result = get_asyncio_loop().run_until_complete(run())
    if not result.success:
        exception = result.error_before_exec or result.error_in_exec
        outputs.fail(shell.error or _error(type(exception).__name__, exception, []))
    return outputs.kept


class Names(dict):
    """The namespace of the course's own cells; what isn't in it is looked up in the learner's, but for builtins."""

    def __init__(self, learner: dict[str, object]):
        self.builtins = dict(vars(builtins))
        super().__init__({"__name__": "__main__", "__builtins__": self.builtins})
        self.learner = learner

    def __missing__(self, name: str) -> object:
        if name in self.builtins:
            raise KeyError(name)
        return self.learner[name]


class Course:
    """Runs the course's own cells, tests above all, past the learner's names.

    `all`, `list` or `np` mean there what Python and the course's cells say, whatever a learner called a variable of
    theirs; what the course never bound, the answers above all, is the learner's.
    """

    def __init__(self, learner: dict[str, object]):
        self.names = Names(learner)
        self.bound: dict[str, object] = {}  # by locked cells
        self.defaults: dict[str, object] = {}

    def run(self, shell: Shell, source: str, kind: str, shown: bool) -> list[dict]:
        """Run a locked cell or a test, plain Python, past whatever IPython may have become since learner's code ran.

        Compiled and executed by what this module took hold of when nobody else's code had run. The last expression's
        value and open plots are displayed only if `shown`. What the cell bound is in the learner's namespace
        afterwards, as in a notebook.
        """
        outputs.start()
        sys.stdout, sys.stderr = Stream("stdout"), Stream("stderr")
        names, theirs = self.names, settings()
        given = {n: value for n, value in names.learner.items() if n not in names and n not in names.builtins}
        names.update(given)  # tf.function copies a function's globals, and so knows of none that are missing
        apply(self.defaults)
        try:
            self._execute(shell, source, shown)
        except BaseException as err:
            lines = shell.InteractiveTB.structured_traceback(type(err), err, err.__traceback__) if shown else []
            outputs.fail(_error(type(err).__name__, err, lines))
        finally:
            apply(theirs)
        made = {n: value for n, value in names.items() if given.get(n, self.bound.get(n, _NOTHING)) is not value}
        made = {n: value for n, value in made.items() if n not in ("__name__", "__builtins__")}
        if kind == "locked":
            self.bound |= made
            self.defaults = self.defaults or settings()
        for name in list(names.keys() - self.bound.keys() - {"__name__", "__builtins__"}):
            del names[name]
        names.update(self.bound)
        names.learner.update(made)
        return outputs.kept

    def _execute(self, shell: Shell, source: str, shown: bool) -> None:
        if not shown:
            _exec(_compile(source, "<test>", "exec", dont_inherit=True), self.names)
            return
        file = shell.compile.cache(source, shell.execution_count)
        tree = ast.parse(source)
        last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
        _exec(_compile(tree, file, "exec", dont_inherit=True), self.names)
        if last is not None and not source.rstrip().endswith(";"):
            value = eval(_compile(ast.Expression(last.value), file, "eval", dont_inherit=True), self.names)
            shell.displayhook(value)
        elif last is not None:
            eval(_compile(ast.Expression(last.value), file, "eval", dont_inherit=True), self.names)
        shell.events.trigger("post_execute")  # by which matplotlib shows what is open

    def hidden(self) -> list[str]:
        """The names to which the learner's namespace gives another meaning, which the course's cells don't see."""
        learner = self.names.learner
        rebound = [n for n, value in self.bound.items() if not _alike(learner.get(n, value), value)]
        own = [n for n in learner if n in self.names.builtins and n not in JUPYTER]
        return sorted(name for name in rebound + own if not name.startswith("_"))


def settings() -> dict[str, object]:
    """What of the process's state tests depend on, and a learner may honestly have set otherwise."""
    found = {"warnings": list(warnings.filters)}
    if numpy := sys.modules.get("numpy"):
        found["numpy"] = numpy.geterr()
    if torch := sys.modules.get("torch"):
        found["torch"] = (
            torch.get_default_dtype(),
            torch.is_grad_enabled(),
            torch.is_anomaly_enabled(),
            torch.are_deterministic_algorithms_enabled(),
        )
    if keras := sys.modules.get("keras"):
        found["keras"] = (keras.config.floatx(), keras.config.dtype_policy())
    return found


def apply(found: dict[str, object]) -> None:
    """Set it so again, where it is known and different."""
    now = settings()
    for name in found:
        if found[name] == now.get(name):
            continue
        if name == "warnings":
            warnings.filters[:] = found[name]
            warnings._filters_mutated()
        elif name == "numpy":
            sys.modules["numpy"].seterr(**found[name])
        elif name == "torch":
            torch = sys.modules["torch"]
            dtype, gradients, anomaly, deterministic = found[name]
            torch.set_default_dtype(dtype)
            torch.set_grad_enabled(gradients)
            torch.autograd.set_detect_anomaly(anomaly)
            torch.use_deterministic_algorithms(deterministic)
        else:
            keras = sys.modules["keras"]
            keras.config.set_floatx(found[name][0])
            keras.config.set_dtype_policy(found[name][1])


def serve(shell: Shell, connection: socket.socket) -> None:
    """Run the cells that come, until the other side closes. The first frame is {"env", "files"}."""
    first = receive(connection)
    os.environ.update(first["env"])
    _write_files(first["files"])
    hidden = SEED_VARIABLE in first["env"]
    # Names of this frame, which no other code can give another meaning.
    base, course = {}, Course(shell.user_ns)
    run, answer, look, compare, say = course.run, run_cell, fingerprint, tampering, send
    while (job := receive(connection)) is not None:
        kind = job["kind"]
        if kind == "answer" and not base:
            base = look(shell)  # after the assignment's own imports, before the learner's first line
        signs = compare(base, look(shell)) if base and kind == "test" else []
        sys.settrace(None)
        sys.setprofile(None)
        rebound = course.hidden() if kind == "test" else []
        if kind == "answer":
            kept = answer(shell, job["source"])
        else:
            kept = run(shell, job["source"], kind, shown=kind == "locked" or not hidden)
        if base and kind != "locked":
            signs += [sign for sign in compare(base, look(shell)) if sign not in signs]
        say(
            connection,
            {"outputs": kept, "signs": signs[:100], "modules": course_modules(), "rebound": rebound[:100]},
        )


def fingerprint(shell: Shell) -> dict[str, object]:
    """What the tests rely on in this process, by name."""
    found = {}
    for module in WATCHED:
        values = vars(sys.modules[module]) if module in sys.modules else {}
        found |= {f"{module}.{name}": value for name, value in list(values.items()) if callable(value)}
    found |= {
        "IPython's input transformers": _names(shell.input_transformers_post, shell.input_transformers_cleanup),
        "IPython's AST transformers": _names(shell.ast_transformers),
        "IPython's exception handler": shell.custom_exceptions,
        "IPython's compiler": (type(shell.compile), type(shell.compile).__call__),
        "IPython's way of running cells": (
            type(shell),
            getattr(shell.run_cell, "__func__", None),
            type(shell).run_code,
        ),
        "IPython's transformer": type(shell.input_transformer_manager).transform_cell,
        "this shell's IPython transformer": vars(shell.input_transformer_manager).get("transform_cell"),
        "IPython's display hook": type(shell.displayhook),
        "IPython's display publisher": type(shell.display_pub),
        "sys.settrace": sys.gettrace(),
        "sys.setprofile": sys.getprofile(),
    }
    return found


def tampering(before: dict[str, object], now: dict[str, object]) -> list[str]:
    """What was replaced, by name. Additions are fine: libraries make them when they are imported. So is what a library
    replaces of its own, as PyTorch does with `torch.manual_seed` when the first optimizer is made."""
    own = {"builtins.display", "builtins.get_ipython", "builtins._", *NOT_CALLED}
    replaced = [name for name, value in before.items() if name not in own and not _same(value, now.get(name))]
    return [name for name in replaced if not _by_library(name, now.get(name))]


def _by_library(name: str, value: object) -> bool:
    """Whether what stands there now is the same library's own: a class that it has, or a function whose code it has."""
    top = name.split(".")[0]
    if isinstance(value, type):
        return (
            value.__module__.split(".")[0] == top and vars(sys.modules[value.__module__]).get(value.__name__) is value
        )
    folder = Path(getattr(sys.modules.get(top), "__file__", None) or "/nowhere/x").parent
    code = getattr(value, "__code__", None)
    return code is not None and top != "gancourse" and code.co_filename.startswith(f"{folder}{os.sep}")


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


def _alike(a: object, b: object) -> bool:
    """Whether a name still means the same: also where it is the same library by another door (tensorflow.keras)."""
    if a is b:
        return True
    parts = [getattr(each, "__name__", "").split(".")[-1] for each in (a, b) if isinstance(each, type(sys))]
    return len(parts) == 2 and parts[0] == parts[1] and a in sys.modules.values()


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
