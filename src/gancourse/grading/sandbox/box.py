"""The sandbox that bubblewrap makes for each submission, empty until a shell enters it.

Inside there is no network, a read-only system, this environment, the library, data sets and cache, and a small working
folder that ends with the sandbox; no course beyond that, no gradebook, no home, no other learner. Everything fails
closed: a shell that would see more than this is never started.
"""

import contextlib
import json
import os
import platform
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import gancourse
from gancourse import paths
from gancourse.grading.judge import GradingError

FOLDER = "/tmp/work"  # the learner's working folder inside
WAITING = "echo ready && exec cat"  # what keeps an empty sandbox open
SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64")
SETTINGS = ("ld.so.cache", "ld.so.conf", "ld.so.conf.d", "localtime", "alternatives", "fonts")  # of /etc
NOBODY = 65534  # who a learner's code is, inside; where the grader is root outside, too


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


class Box:
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
                if users is not None:
                    os.close(users)
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


MAKE_USER_NAMESPACE = """
import ctypes, sys
if ctypes.CDLL(None, use_errno=True).unshare(0x10000000):
    sys.exit(f"error {ctypes.get_errno()}")
print("made", flush=True)
input()
with open("/proc/sys/user/max_user_namespaces", "w") as file:
    file.write("0")  # none within this one
"""


def user_namespace() -> int:
    """A handle on a user namespace for the sandbox of a grader who is root: the user nobody inside is nobody outside.

    The one that bubblewrap would make has the grader's user only, so a learner's code would be root outside. Each
    sandbox has its own, as the kernel counts a user's processes by it. Raises SandboxError where there can be none.
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
    """What no learner's code may see, where it exists: solutions, gradebook, tests, exchange, other learners' work."""
    root = paths.root()
    elsewhere = [paths.place(name) for name in ("gradebook", "work")]
    inside = [root / name for name in ("solutions", "gradebook", "tests", "work", ".git")]
    exchanges = [Path("/usr/local/share/nbgrader/exchange")]  # nbgrader's own default
    if given := os.environ.get("GANCOURSE_EXCHANGE"):
        exchanges.append(paths.expanded(given).absolute())
    found = dict.fromkeys([*inside, *elsewhere, *exchanges])
    return [folder for folder in found if folder.is_dir()]  # in a worktree, .git is a file


def _readable() -> list[Path]:
    """What is bound read-only beside the system: this environment, the library, data sets, lessons and cache."""
    root, source = paths.root(), Path(gancourse.__file__).resolve().parents[1]
    wanted = [Path(sys.prefix), Path(sys.base_prefix), source, root / "datasets", root / "course", paths.cache()]
    if mirror := os.environ.get("GANCOURSE_MIRROR"):
        wanted.append(paths.expanded(mirror))
    found = [place.resolve() for place in wanted if place.is_dir()]
    home = (paths.home() or Path("/")).resolve()
    for place in found:
        if home.is_relative_to(place) and home != Path("/"):
            raise SandboxError(
                f"the sandbox would show the whole of {place}, including your home folder: install elsewhere"
            )
    system = [Path(place).resolve() for place in SYSTEM]
    return sorted({place for place in found if not any(place.is_relative_to(one) for one in system)})


def missing() -> str:
    """What to do, on this platform, where there is no sandbox."""
    container = "run the grading in a Linux container instead (docs/grading.md)"
    if sys.platform != "linux":
        return f"The sandbox needs Linux and bubblewrap: {container}"
    if not shutil.which("bwrap"):
        return "Install bubblewrap: apt install bubblewrap, or dnf install bubblewrap"
    return (
        "Unprivileged user namespaces may be switched off: sysctl kernel.unprivileged_userns_clone=1, and on Ubuntu "
        f"an AppArmor profile for bwrap (sysctl kernel.apparmor_restrict_unprivileged_userns); else {container}"
    )
