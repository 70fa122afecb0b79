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
from gancourse.grading.sandbox.kernel import Ended, Kernel, zygote

# Runs inside; prints what it could do and shouldn't. `told` is what the outside knows.
ATTEMPTS = """
import json, os, socket, subprocess, sys, time
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
attempt("mounts file systems", lambda: not subprocess.run(["mount", "-t", "tmpfs", "x", "/tmp"]).returncode)
attempt("makes user namespaces", lambda: not subprocess.run(["unshare", "--user", "true"]).returncode)
attempt("fills the disk", lambda: os.posix_fallocate(os.open("large", os.O_RDWR | os.O_CREAT), 0, told["disk"]) is None)
attempt("takes all memory", lambda: bytearray(told["memory"]))
subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)", told["mark"]], start_new_session=True)
print(json.dumps(found))
"""


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
            }
            kernel.begin({}, {})
            try:
                said = kernel.run(f"told = {told!r}\n{ATTEMPTS}", "locked", 60)
                found = json.loads(said["outputs"][0]["text"])
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
