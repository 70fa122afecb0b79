"""Does the sandbox hold? Found out by trying to get out of it, as `gancourse doctor` does."""

import contextlib
import json
import os
import socket
import tempfile
import time
from pathlib import Path

import gancourse
from gancourse import paths
from gancourse.grading.judge import GradingError
from gancourse.grading.sandbox.box import LIMITS, Limits, hidden
from gancourse.grading.sandbox.kernel import BASE_MEMORY, Ended, Kernel, zygote

# Runs inside; prints what it could do and shouldn't. `told` is what the outside knows.
ATTEMPTS = """
import ctypes, errno, json, os, platform, socket, subprocess, sys, time
found = []
def attempt(what, action):
    try:
        if action():
            found.append(what)
    except Exception:
        pass
def reach(port):
    socket.create_connection(("127.0.0.1", port), timeout=1)
    return True
def pids():
    return [name for name in os.listdir("/proc") if name.isdigit()]
def write(path):
    with open(path, "w") as file:
        file.write("x")
    return True
attempt("reaches the network of this machine", lambda: reach(told["port"]))
attempt("reads files of yours", lambda: open(told["secret"]).read())
for folder in told["hidden"]:
    attempt("sees " + folder, lambda: os.listdir(folder))
attempt("writes into the library", lambda: write(told["library"] + "/intruder.py"))
attempt("writes to the system", lambda: write("/usr/intruder"))
attempt("sees your processes", lambda: any(told["program"] in open(f"/proc/{n}/cmdline").read() for n in pids()))
attempt("reads your environment", lambda: told["variable"] in os.environ)
attempt("can change the kernel's settings", lambda: os.open("/proc/sys/kernel/core_pattern", os.O_WRONLY))
attempt("reaches virtual machines' sockets", lambda: socket.socket(40, socket.SOCK_STREAM))
library = ctypes.CDLL(None, use_errno=True)
numbers = dict(zip(told["calls"], told["calls_" + platform.machine()]))
for name, number in numbers.items():
    # A call that isn't refused complains of its senseless arguments, or knows none at all.
    refused = library.syscall(number, -1, -1, -1, -1, -1) == -1 and ctypes.get_errno() in (errno.EPERM, errno.ENOSYS)
    attempt("may call " + name, lambda: not refused)
own = -2  # the process's keyring, so that nothing stays
key = library.syscall(numbers["add_key"], b"user", b"gancourse-trial", b"1", 1, own)
attempt("keeps data in the kernel's keyring", lambda: key != -1)
attempt("mounts file systems", lambda: not subprocess.run(["mount", "-t", "tmpfs", "x", "/tmp"]).returncode)
attempt("makes user namespaces", lambda: not subprocess.run(["unshare", "--user", "true"]).returncode)
attempt("fills the disk", lambda: os.posix_fallocate(os.open("large", os.O_RDWR | os.O_CREAT), 0, told["disk"]) is None)
attempt("takes all memory", lambda: bytearray(told["memory"]))
subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)", told["mark"]], start_new_session=True)
print(json.dumps(found))
"""


# System calls that the filter must refuse, with their numbers on the machines that have a filter.
CALLS = {
    "add_key": (248, 217),
    "request_key": (249, 218),
    "keyctl": (250, 219),
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    "userfaultfd": (323, 282),
    "io_uring_setup": (425, 425),
    "kexec_load": (246, 104),
    "unshare": (272, 97),
    "setns": (308, 268),
    "mount": (165, 40),
    "open_tree": (428, 428),
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "inotify_init1": (294, 26),
}
# Each goes past one limit, and sends output all the while: the limits hold by the clock.
EXCESSES = {
    "has more processes than allowed": """
import os, time
for _ in range({processes} + 20):
    if not os.fork():
        time.sleep(30)
        os._exit(0)
""",
    "takes more memory than allowed, shared with its children": """
import mmap, os, time
for _ in range(8):
    if not os.fork():
        held = mmap.mmap(-1, {memory} // 6)
        for place in range(0, len(held), 4096):
            held[place] = 1
        time.sleep(30)
        os._exit(0)
""",
    "makes more files than allowed": """
for number in range({files} + 1000):
    open(f"file-{{number}}", "w").close()
""",
}
CHATTER = """
import time
until = time.monotonic() + {seconds}
while time.monotonic() < until:
    print(".", end="", flush=True)
    time.sleep(0.001)
print("past")
"""


def excesses(seconds: float = 10) -> list[str]:
    """Which limits a learner's code could go past for so long; empty where all hold.

    Tried with limits small enough for any machine. Raises SandboxError if there is no sandbox.
    """
    limits = Limits(memory_gib=0.25, processes=40, files=2000)
    told = {"processes": limits.processes, "files": limits.files, "seconds": seconds}
    told["memory"] = int(limits.memory_gib * 2**30) + BASE_MEMORY
    found = []
    for what, code in EXCESSES.items():
        with Kernel(zygote(""), limits, True) as kernel:
            kernel.begin({}, {})
            with contextlib.suppress(Ended):
                said = kernel.run((code + CHATTER).format(**told), "answer", 30)
                if "past" in str(said.outputs):
                    found.append(what)
    return found


def trial(limits: Limits = LIMITS) -> list[str]:
    """What a learner's code could do and shouldn't; empty where the sandbox holds. Raises SandboxError if there is
    none."""
    variable, mark = "GANCOURSE_TRIAL", f"gancourse-trial-{os.getpid()}-{time.monotonic_ns()}"
    os.environ[variable] = "1"
    try:
        with (
            socket.create_server(("127.0.0.1", 0)) as server,
            tempfile.NamedTemporaryFile("w", dir=_own_folder()) as secret,
            Kernel(zygote(""), limits, True) as kernel,
        ):
            secret.write("secret")
            secret.flush()
            Path(secret.name).chmod(0o644)  # what hides it must be the sandbox
            told = {
                "port": server.getsockname()[1],
                "secret": secret.name,
                "hidden": [str(folder) for folder in hidden() if any(folder.iterdir())],
                "library": str(Path(gancourse.__file__).parent),
                "program": Path(f"/proc/{os.getpid()}/cmdline").read_text(),
                "variable": variable,
                "disk": (limits.disk_mib + 64) << 20,
                "memory": int((limits.memory_gib + 2) * 2**30),
                "mark": mark,
                "calls": list(CALLS),
                "calls_x86_64": [numbers[0] for numbers in CALLS.values()],
                "calls_aarch64": [numbers[1] for numbers in CALLS.values()],
            }
            kernel.begin({}, {})
            try:
                said = kernel.run(f"told = {told!r}\n{ATTEMPTS}", "locked", 60)
                found = json.loads(said.outputs[0]["text"])
            except (Ended, LookupError, ValueError) as err:
                raise GradingError(f"the trial of the sandbox gave no answer: {err}") from err
        time.sleep(0.2)
        return found + (["leaves processes behind"] if _runs(mark) else [])
    finally:
        os.environ.pop(variable)


def _own_folder() -> Path:
    """A folder that only the grader should see: the home, or where that can't be written, the next best."""
    folders = filter(None, (paths.home(), paths.root(), Path(tempfile.gettempdir())))
    return next(folder for folder in folders if os.access(folder, os.W_OK))


def _runs(mark: str) -> bool:
    for process in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            if mark.encode() in process.read_bytes():
                return True
    return False
