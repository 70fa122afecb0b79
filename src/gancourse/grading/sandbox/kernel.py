"""Shells as the grader sees them: forked by a warmed process into a box each; what they say, and what they use."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from functools import cache
from pathlib import Path
from weakref import WeakSet

from gancourse import paths
from gancourse.grading.judge import GradingError
from gancourse.grading.sandbox import frames, shell
from gancourse.grading.sandbox.box import FOLDER, Box, Limits, SandboxError, filter_file, hidden, missing
from gancourse.grading.sandbox.group import Group, subtree
from gancourse.grading.sandbox.meter import Meter

FORGED_FRAME = "spoke for the process that runs the tests"
TICK = 0.1  # seconds between two looks at what a shell uses
PATIENCE = 3  # times its seconds are over for a cell at last, however busy the machine is


class Ended(Exception):
    """A cell ended its shell; the message says how, in words for the learner."""


class Starved(Ended):
    """A cell's time was over, but other programs had most of it: that says nothing about the cell."""


class Kernel:
    """One shell and its sandbox. Use as a context manager; `close` kills all that runs in it."""

    def __init__(self, zygote: "Zygote", limits: Limits, sandboxed: bool):
        self.limits = limits
        self.box = Box(limits) if sandboxed else None
        self.meter = Meter(self.box.places if self.box else [])
        self.folder = None if sandboxed else Path(tempfile.mkdtemp(prefix="gancourse-"))
        self.pid = self.group = None
        self.waived = 0.0  # seconds so far in which a cell waited for a processor
        kernels.add(self)
        try:
            self.connection, theirs = socket.socketpair()
            with theirs:
                self.pid = zygote.fork(self._job(sandboxed), theirs)
            self._greet(sandboxed)
            if sandboxed and (above := subtree()):
                self.group = Group(above, self._memory, limits.processes)
                self.group.add(self.pid)
        except BaseException:
            self.close()
            raise

    def _job(self, sandboxed: bool) -> dict:
        limits = {"memory": int(self.limits.memory_gib * 2**30), "disk": self.limits.disk_mib * 2**20}
        return {
            "pid": self.box.pid if sandboxed else None,
            "folder": FOLDER if sandboxed else str(self.folder),
            "hidden": [str(folder) for folder in hidden()] if sandboxed else [],
            "filter": filter_file().read_bytes().decode("latin-1") if sandboxed else None,
            "limits": limits,
        }

    def _greet(self, sandboxed: bool) -> None:
        try:
            hello, _ = self._receive()
        except Ended as err:
            raise SandboxError(f"the sandbox's shell didn't start: {err}") from err
        problem = hello.get("problem") or (_is_root(self.pid) if sandboxed else None)
        if problem:
            raise SandboxError(f"the sandbox doesn't hold: {problem}")

    def begin(self, env: dict[str, str], files: dict[str, bytes]) -> None:
        """The secret seed and the like, and the learner's own files for the working folder."""
        self._send({"env": env, "files": {name: content.decode("latin-1") for name, content in files.items()}})

    def run(self, source: str, kind: str, seconds: float) -> frames.Said:
        """Run a cell; what the shell says of it.

        seconds: of which those count in which the shell ran or slept; where other programs had the processor the cell
        gets up to `PATIENCE` times as long. Raises Ended where it doesn't come back, Starved where it had too little
        of that time.
        """
        self._send({"source": source, "kind": kind})
        message, size = self._receive(seconds)
        try:
            return frames.said(message, size)
        except frames.Malformed as err:
            raise Ended(FORGED_FRAME) from err

    def _send(self, message: dict) -> None:
        with contextlib.suppress(OSError):  # a dead shell: the next _receive says so
            self.connection.settimeout(30)
            shell.send(self.connection, message)

    def _receive(self, seconds: float = 30) -> tuple[dict, int]:
        """The next frame and its size in bytes."""
        data, size, charged = bytearray(), None, 0.0
        began = looked = time.monotonic()
        while size is None or len(data) < size:
            # By the clock, and not only where nothing comes: who sends a byte a millisecond is looked at, too.
            if (now := time.monotonic()) - looked >= TICK:
                share = self._look()
                charged += (now - looked) * share
                self.waived += (now - looked) * (1 - share)
                looked = now
            if charged > seconds:
                raise Ended(f"took more than {seconds:.0f} seconds")
            if now - began > PATIENCE * seconds:
                raise Starved(f"took more than {PATIENCE * seconds:.0f} seconds, most of them on a busy machine")
            self.connection.settimeout(TICK)
            try:
                part = self.connection.recv(1 << 20)
            except TimeoutError:
                continue
            except OSError:
                part = b""
            if not part and self.group and self.group.out_of_memory():
                raise Ended(f"used more than {self.limits.memory_gib:g} GiB of memory")
            if not part:
                raise Ended("ended the Python process")
            data += part
            if size is None and len(data) >= 4:
                size = int.from_bytes(data[:4], "big")
                del data[:4]
                if size > frames.MAX_FRAME:
                    raise Ended("sent more output than can be kept")
        if len(data) > size:
            raise Ended(FORGED_FRAME)
        try:
            return frames.parse(data), size
        except frames.Malformed as err:
            raise Ended(FORGED_FRAME) from err

    def _look(self) -> float:
        """The share of the time since the last look that the shell's processes are to be charged with, from 0 to 1.

        Raises Ended where they use too much.
        """
        if self.pid is None or sys.platform != "linux":
            return 1.0
        limits = self.limits
        pids, most = self.box.processes() if self.box else [self.pid], self._memory
        # Of too many processes there may be twice as many by the time that each has been asked for its threads.
        used = self.meter.look(pids, most) if len(pids) <= limits.processes else None
        if used is None or used.threads > limits.processes:
            raise Ended(f"started more than {limits.processes} processes or threads")
        if used.memory > most:
            raise Ended(f"used more than {limits.memory_gib:g} GiB of memory")
        if used.files > limits.files:
            raise Ended(f"made more than {limits.files:,} files")
        return used.share

    @property
    def _memory(self) -> int:
        return int(self.limits.memory_gib * 2**30) + BASE_MEMORY

    def close(self) -> None:
        kernels.discard(self)
        if hasattr(self, "connection"):
            self.connection.close()
        if self.box:
            self.box.close()
        elif self.pid:
            with contextlib.suppress(OSError):
                os.killpg(os.getpgid(self.pid), signal.SIGKILL)
        if self.group:
            self.group.close()
        if self.folder:
            shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


def _is_root(pid: int) -> str | None:
    """A problem if that process is root outside its namespaces."""
    line = next(line for line in Path(f"/proc/{pid}/status").read_text().splitlines() if line.startswith("Uid:"))
    return "the learner's code would be root outside" if "0" in line.split()[1:] else None


BASE_MEMORY = 1 << 30  # what a shell with all imports shows as its own at most, although most of it is shared
kernels: WeakSet[Kernel] = WeakSet()


def close_all() -> None:
    """Kill every shell of this process."""
    for kernel in list(kernels):
        kernel.close()


class Zygote:
    """The warmed process of this one; `fork` is safe to call from several threads."""

    def __init__(self, source: str):
        self.lock = threading.Lock()
        self.control, theirs = socket.socketpair()
        with theirs:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "gancourse.grading.sandbox.zygote", str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env=environment(),
                start_new_session=True,  # Ctrl-C is for the process that grades
            )
        shell.send(self.control, {"source": source})
        if shell.receive(self.control) is None:
            raise GradingError(
                f"the process that runs notebooks didn't start: {sys.executable} -m gancourse.grading.sandbox.zygote"
            )

    def fork(self, job: dict, connection: socket.socket) -> int:
        """A new shell's PID. Raises SandboxError where it can't enter its sandbox."""
        with self.lock:
            socket.send_fds(self.control, [b"f"], [connection.fileno()])
            shell.send(self.control, job)
            answer = shell.receive(self.control) or {"error": "the process that forks shells died"}
        if "error" in answer:
            raise SandboxError(f"{answer['error']}. {missing()}")
        return answer["pid"]


@cache
def zygote(source: str) -> Zygote:
    """The one that is warm with this import cell."""
    return Zygote(source)


def environment() -> dict[str, str]:
    """The environment of every shell: nothing of the grader's own, which may hold a database's password."""
    return {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.defpath}",
        "HOME": FOLDER,
        "USER": "learner",
        "LOGNAME": "learner",
        "LANG": "C.UTF-8",
        "TMPDIR": "/tmp",
        "IPYTHONDIR": "/tmp/ipython",
        "MPLCONFIGDIR": "/tmp/matplotlib",
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONSAFEPATH": "1",
        "OMP_NUM_THREADS": "1",  # several submissions at once; and OpenMP's threads don't survive a fork
        "OMP_WAIT_POLICY": "passive",  # who asks for more threads all the same waits without burning the other CPU
        "OPENBLAS_NUM_THREADS": "1",
        "MKL_NUM_THREADS": "1",
        "MALLOC_ARENA_MAX": "2",  # each further arena reserves 64 MiB of what memory may be mapped
        "CUDA_VISIBLE_DEVICES": "",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "GANCOURSE_HOME": str(paths.cache()),
        "GANCOURSE_OFFLINE": "1",
        **_mirror(),
    }


def _mirror() -> dict[str, str]:
    """The mirror's variable where it is a folder. An address may hold a password, and there is no network inside."""
    mirror = os.environ.get("GANCOURSE_MIRROR")
    if not mirror or "://" in mirror:
        return {}
    return {"GANCOURSE_MIRROR": str(paths.expanded(mirror).absolute())}
