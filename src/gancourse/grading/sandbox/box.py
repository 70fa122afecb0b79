"""Sandboxed shells: bubblewrap makes a sandbox for each submission, a warmed zygote forks a shell into it.

Inside there is no network, a read-only system, this environment, the library, data sets and cache, and a small working
folder that ends with the sandbox; no course beyond that, no gradebook, no home, no other learner. Everything fails
closed: a shell that would see more than this is never started.
"""

import contextlib
import json
import os
import platform
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from weakref import WeakSet

import gancourse
from gancourse import paths
from gancourse.grading.judge import GradingError
from gancourse.grading.sandbox import shell
from gancourse.grading.sandbox.meter import Meter

FOLDER = "/tmp/work"  # the learner's working folder inside
WAITING = "echo ready && exec cat"  # what keeps an empty sandbox open
SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64")
SETTINGS = ("ld.so.cache", "ld.so.conf", "ld.so.conf.d", "localtime", "alternatives", "fonts")  # of /etc
NOBODY = 65534  # who a learner's code is, inside; where the grader is root outside, too
FORGED_FRAME = "spoke for the process that runs the tests"
MAX_FRAME = 64_000_000  # bytes that one cell may send; shell.py keeps honest cells far below
TICK = 0.1  # seconds between two looks at what a shell uses
PATIENCE = 3  # times its seconds are over for a cell at last, however busy the machine is


class SandboxError(GradingError):
    """There is no sandbox that holds; nothing is run."""


@dataclass(frozen=True)
class Limits:
    """What one submission may use. Memory: of all its processes together, beyond what the imports take."""

    cell_seconds: float = 120  # without those in which other programs had the processor, but see `PATIENCE`
    submission_seconds: float = 600
    memory_gib: float = 4
    processes: int = 128  # and threads
    disk_mib: int = 256
    files: int = 20_000


LIMITS = Limits()


class Ended(Exception):
    """A cell ended its shell; the message says how, in words for the learner."""


class Starved(Ended):
    """A cell's time was over, but other programs had most of it: that says nothing about the cell."""


class Kernel:
    """One shell and its sandbox. Use as a context manager; `close` kills all that runs in it."""

    def __init__(self, zygote: "Zygote", limits: Limits, sandboxed: bool):
        self.limits = limits
        self.box = _Box(limits) if sandboxed else None
        self.meter = Meter(self.box.places if self.box else [])
        self.folder = None if sandboxed else Path(tempfile.mkdtemp(prefix="gancourse-"))
        self.pid = None
        self.waived = 0.0  # seconds so far in which a cell waited for a processor
        kernels.add(self)
        try:
            self.connection, theirs = socket.socketpair()
            with theirs:
                self.pid = zygote.fork(self._job(sandboxed), theirs)
            self._greet(sandboxed)
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
            hello = self._receive()
        except Ended as err:
            raise SandboxError(f"the sandbox's shell didn't start: {err}") from err
        problem = hello["problem"] or (_is_root(self.pid) if sandboxed else None)
        if problem:
            raise SandboxError(f"the sandbox doesn't hold: {problem}")

    def begin(self, env: dict[str, str], files: dict[str, bytes]) -> None:
        """The secret seed and the like, and the learner's own files for the working folder."""
        self._send({"env": env, "files": {name: content.decode("latin-1") for name, content in files.items()}})

    def run(self, source: str, kind: str, seconds: float) -> dict:
        """Run a cell; {"outputs", "signs", "modules"} as the shell says.

        seconds: of which those count in which the shell ran or slept; where other programs had the processor the cell
        gets up to `PATIENCE` times as long. Raises Ended where it doesn't come back, Starved where it had too little
        of that time.
        """
        self._send({"source": source, "kind": kind})
        return self._receive(seconds)

    def _send(self, message: dict) -> None:
        with contextlib.suppress(OSError):  # a dead shell: the next _receive says so
            self.connection.settimeout(30)
            shell.send(self.connection, message)

    def _receive(self, seconds: float = 30) -> dict:
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

    def _look(self) -> float:
        """The share of the time since the last look that the shell's processes are to be charged with, from 0 to 1.

        Raises Ended where they use too much.
        """
        if self.pid is None or sys.platform != "linux":
            return 1.0
        limits = self.limits
        pids, most = self.box.processes() if self.box else [self.pid], int(limits.memory_gib * 2**30) + BASE_MEMORY
        # Of too many processes there may be twice as many by the time that each has been asked for its threads.
        used = self.meter.look(pids, most) if len(pids) <= limits.processes else None
        if used is None or used.threads > limits.processes:
            raise Ended(f"started more than {limits.processes} processes or threads")
        if used.memory > most:
            raise Ended(f"used more than {limits.memory_gib:g} GiB of memory")
        if used.files > limits.files:
            raise Ended(f"made more than {limits.files:,} files")
        return used.share

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


class _Box:
    """An empty sandbox, whose namespaces a shell enters."""

    def __init__(self, limits: Limits):
        users = user_namespace() if os.geteuid() == 0 else None
        reading, writing = os.pipe()
        with os.fdopen(reading) as info:
            try:
                self.process = subprocess.Popen(
                    [*command(limits, users), "--info-fd", str(writing), "/bin/sh", "-c", WAITING],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.PIPE,
                    pass_fds=[writing] if users is None else [writing, users],
                    env={"PATH": os.defpath},
                )
            finally:
                os.close(writing)
            try:
                if self.process.stdout.readline() != b"ready\n":
                    said = self.process.stderr.read(1000).decode(errors="replace").strip()
                    raise SandboxError(f"bubblewrap can't make a sandbox: {said}. {missing()}")
                facts = json.load(info)
            except BaseException:
                self.close()
                raise
        self.pid, self.namespace = facts["child-pid"], facts["pid-namespace"]
        self.places = [Path(f"/proc/{self.pid}/root{place}") for place in ("/tmp", "/dev/shm")]

    def processes(self) -> list[int]:
        """All processes inside, by the PID namespace that they are in."""
        found = []
        for process in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                if (process / "ns" / "pid").stat().st_ino == self.namespace:
                    found.append(int(process.name))
        return found

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout, self.process.stderr):
            with contextlib.suppress(OSError):
                pipe.close()


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
        **({"GANCOURSE_MIRROR": mirror} if (mirror := os.environ.get("GANCOURSE_MIRROR")) else {}),
    }


MAKE_USER_NAMESPACE = """
import ctypes, sys
if ctypes.CDLL(None, use_errno=True).unshare(0x10000000):
    sys.exit(f"error {ctypes.get_errno()}")
print("made", flush=True)
input()
with open("/proc/sys/user/max_user_namespaces", "w") as file:
    file.write("0")  # none within this one
"""


@cache
def user_namespace() -> int:
    """A handle on a user namespace for all sandboxes of a grader who is root: nobody inside is nobody outside, too.

    The one that bubblewrap would make has the grader's user only, so a learner's code would be root outside. Raises
    SandboxError where there can be none.
    """
    command = [sys.executable, "-I", "-S", "-c", MAKE_USER_NAMESPACE]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            if process.stdout.readline() == "made\n":
                for kind in ("uid_map", "gid_map"):
                    Path(f"/proc/{process.pid}/{kind}").write_text(f"0 0 1\n{NOBODY} {NOBODY} 1\n")
                handle = os.open(f"/proc/{process.pid}/ns/user", os.O_RDONLY | os.O_CLOEXEC)
        except OSError as err:
            process.kill()
            raise SandboxError(f"users can't be mapped into a sandbox: {err}. {missing()}") from err
        _, said = process.communicate("\n")
    if process.returncode:
        raise SandboxError(f"a user namespace can't be made: {said.strip()[-200:]}. {missing()}")
    return handle


def filter_file() -> Path:
    """The filter of system calls for this machine. Raises SandboxError where there is none."""
    path = Path(__file__).parent / "filters" / f"{platform.machine()}.bpf"
    if not path.is_file():
        known = ", ".join(sorted(file.stem for file in path.parent.glob("*.bpf")))
        raise SandboxError(
            f"there is no filter of system calls for {platform.machine()}, only for {known}: "
            "tools/make_syscall_filters.py makes them"
        )
    return path


def _is_root(pid: int) -> str | None:
    """A problem if that process is root outside its namespaces."""
    line = next(line for line in Path(f"/proc/{pid}/status").read_text().splitlines() if line.startswith("Uid:"))
    return "the learner's code would be root outside" if "0" in line.split()[1:] else None


def command(limits: Limits, users: int | None = None) -> list[str]:
    """bubblewrap's command line, up to the program. Raises SandboxError where it would show what must be hidden.

    users: a handle on the user namespace to use; by default bubblewrap makes one.
    """
    program = shutil.which("bwrap")
    if not program:
        raise SandboxError(missing())
    shown = _readable()
    made = [program, "--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts", "--unshare-cgroup-try"]
    if users is None:
        made += ["--unshare-user", "--disable-userns", "--uid", str(NOBODY), "--gid", str(NOBODY)]
    else:
        made += ["--userns", str(users), "--cap-drop", "ALL"]
    made += ["--die-with-parent", "--new-session", "--hostname", "sandbox", "--clearenv"]
    made += ["--proc", "/proc", "--remount-ro", "/proc", "--dev", "/dev"]
    made += ["--perms", "1777", "--size", str(64 << 20), "--tmpfs", "/dev/shm"]
    made += ["--perms", "1777", "--size", str(limits.disk_mib << 20), "--tmpfs", "/tmp"]
    made += ["--perms", "0777", "--dir", FOLDER]
    for place in sorted({parent for each in shown for parent in each.parents} - {Path("/")}):
        made += ["--perms", "0755", "--dir", str(place)]
    for place in SYSTEM:
        if Path(place).is_symlink():
            made += ["--symlink", str(Path(place).readlink()), place]
        elif Path(place).is_dir():
            made += ["--ro-bind", place, place]
    for name in SETTINGS:
        made += ["--ro-bind-try", f"/etc/{name}", f"/etc/{name}"]
    for place in shown:
        made += ["--ro-bind", str(place), str(place)]
    for folder in hidden():
        if any(folder.is_relative_to(place) for place in (*map(Path, SYSTEM), *shown)):
            made += ["--tmpfs", str(folder), "--remount-ro", str(folder)]
    return [*made, "--remount-ro", "/dev", "--remount-ro", "/", "--chdir", "/tmp"]


def hidden() -> list[Path]:
    """What no learner's code may see, where it exists: solutions, gradebook, tests and other learners' work."""
    root = paths.root()
    return [root / name for name in ("solutions", "gradebook", "tests", "work", ".git") if (root / name).is_dir()]


def _readable() -> list[Path]:
    """What is bound read-only beside the system: this environment, the library, data sets, lessons and cache."""
    root, source = paths.root(), Path(gancourse.__file__).resolve().parents[1]
    wanted = [Path(sys.prefix), Path(sys.base_prefix), source, root / "datasets", root / "course", paths.cache()]
    if mirror := os.environ.get("GANCOURSE_MIRROR"):
        wanted.append(Path(mirror))
    found = [place.resolve() for place in wanted if place.is_dir()]
    home = Path.home().resolve()
    for place in found:
        if home.is_relative_to(place) and home != Path("/"):
            raise SandboxError(f"the sandbox would show the whole of {place}, your home with it: install elsewhere")
    system = [Path(place).resolve() for place in SYSTEM]
    return sorted({place for place in found if not any(place.is_relative_to(one) for one in system)})


def missing() -> str:
    """What to do where there is no sandbox, by platform."""
    container = "run the grading in a Linux container instead (docs/grading.md)"
    if sys.platform != "linux":
        return f"The sandbox needs Linux and bubblewrap: {container}"
    if not shutil.which("bwrap"):
        return "Install bubblewrap: apt install bubblewrap, or dnf install bubblewrap"
    return (
        "Unprivileged user namespaces may be switched off: sysctl kernel.unprivileged_userns_clone=1, and on Ubuntu "
        f"an AppArmor profile for bwrap (sysctl kernel.apparmor_restrict_unprivileged_userns); else {container}"
    )
