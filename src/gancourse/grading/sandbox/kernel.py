"""Shells as the grader sees them: forked by a warmed process into a box each; what they say, and what they use."""

import contextlib
import json
import os
import shutil
import signal
import socket
import stat
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
from gancourse.grading.sandbox import shell
from gancourse.grading.sandbox.box import FOLDER, Box, Limits, SandboxError, hidden, missing

FORGED_FRAME = "spoke for the process that runs the tests"
MAX_FRAME = 64_000_000  # bytes that one cell may send; shell.py keeps honest cells far below
TICK = 0.1  # seconds between two looks at what a shell uses


class Ended(Exception):
    """A cell ended its shell; the message says how, in words for the learner."""


class Kernel:
    """One shell and its sandbox. Use as a context manager; `close` kills all that runs in it."""

    def __init__(self, zygote: "Zygote", limits: Limits, sandboxed: bool):
        self.limits = limits
        self.box = Box(limits) if sandboxed else None
        self.folder = None if sandboxed else Path(tempfile.mkdtemp(prefix="gancourse-"))
        self.pid = None
        kernels.add(self)
        try:
            self.connection, theirs = socket.socketpair()
            with theirs:
                self.pid = zygote.fork(self._job(sandboxed), theirs)
            self._greet()
        except BaseException:
            self.close()
            raise

    def _job(self, sandboxed: bool) -> dict:
        limits = {"memory": int(self.limits.memory_gib * 2**30), "disk": self.limits.disk_mib * 2**20}
        return {
            "pid": self.box.pid if sandboxed else None,
            "folder": FOLDER if sandboxed else str(self.folder),
            "hidden": [str(folder) for folder in hidden()] if sandboxed else [],
            "limits": limits,
        }

    def _greet(self) -> None:
        try:
            hello = self._receive(time.monotonic() + 30)
        except Ended as err:
            raise SandboxError(f"the sandbox's shell didn't start: {err}") from err
        if hello["problem"]:
            raise SandboxError(f"the sandbox doesn't hold: {hello['problem']}")

    def begin(self, env: dict[str, str], files: dict[str, bytes]) -> None:
        """The secret seed and the like, and the learner's own files for the working folder."""
        self._send({"env": env, "files": {name: content.decode("latin-1") for name, content in files.items()}})

    def run(self, source: str, kind: str, seconds: float) -> dict:
        """Run a cell; {"outputs", "signs", "modules"} as the shell says. Raises Ended where it doesn't come back."""
        self._send({"source": source, "kind": kind})
        return self._receive(time.monotonic() + seconds, seconds)

    def _send(self, message: dict) -> None:
        with contextlib.suppress(OSError):  # a dead shell: the next _receive says so
            self.connection.settimeout(30)
            shell.send(self.connection, message)

    def _receive(self, deadline: float, seconds: float = 30) -> dict:
        data, size = bytearray(), None
        while size is None or len(data) < size:
            left = deadline - time.monotonic()
            if left <= 0:
                raise Ended(f"took more than {seconds:.0f} seconds")
            self.connection.settimeout(min(TICK, left))
            try:
                part = self.connection.recv(1 << 20)
            except TimeoutError:
                self._watch()
                continue
            except OSError:
                part = b""
            if not part:
                raise Ended("ended the Python process")
            data += part
            if size is None and len(data) >= 4:
                size = int.from_bytes(data[:4], "big")
                del data[:4]
                if size > MAX_FRAME:
                    raise Ended("sent more output than can be kept")
        try:
            message = json.loads(data)
            if isinstance(message, dict) and len(data) == size:
                return message
        except (ValueError, RecursionError):
            pass
        raise Ended(FORGED_FRAME)

    def _watch(self) -> None:
        """Raise Ended where the shell's processes use too much."""
        if self.pid is None or sys.platform != "linux":
            return
        pids, most = self.box.processes() if self.box else [self.pid], self.limits.processes
        # Of too many processes there may be twice as many by the time that each has been asked for its threads.
        threads, memory = (len(pids), 0) if len(pids) > most else _usage(pids)
        if threads > most:
            raise Ended(f"started more than {most} processes or threads")
        if memory > self.limits.memory_gib * 2**30 + BASE_MEMORY:
            raise Ended(f"used more than {self.limits.memory_gib:g} GiB of memory")

    def close(self) -> None:
        kernels.discard(self)
        if hasattr(self, "connection"):
            self.connection.close()
        if self.box:
            self.box.close()
        elif self.pid:
            with contextlib.suppress(OSError):
                os.killpg(os.getpgid(self.pid), signal.SIGKILL)
        if self.folder:
            shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


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
    """The mirror's variable, where there is one; inside, a relative folder would be another one."""
    mirror = os.environ.get("GANCOURSE_MIRROR")
    if mirror and "://" not in mirror:
        mirror = str(paths.expanded(mirror).absolute())
    return {"GANCOURSE_MIRROR": mirror} if mirror else {}


def _usage(pids: list[int]) -> tuple[int, int]:
    """Threads, and bytes of memory that are not shared, of these processes; files in memory that they hold count."""
    threads = memory = 0
    page = os.sysconf("SC_PAGE_SIZE")
    seen = set()
    for pid in pids:
        with contextlib.suppress(OSError, ValueError, IndexError):
            folder = Path(f"/proc/{pid}")
            resident, shared = (folder / "statm").read_text().split()[1:3]
            memory += (int(resident) - int(shared)) * page
            threads += len(list((folder / "task").iterdir()))
            for number in (folder / "fd").iterdir():
                with contextlib.suppress(OSError):
                    held = number.stat()
                    key = held.st_dev, held.st_ino
                    if stat.S_ISREG(held.st_mode) and held.st_nlink == 0 and key not in seen:
                        seen.add(key)
                        memory += held.st_blocks * 512
    return threads, memory
