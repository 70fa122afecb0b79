"""A process that has run an assignment's import cell, and forks a shell for each submission, into a sandbox.

`python -m gancourse.grading.sandbox.zygote FD` talks over the socket FD. The first frame holds the import cell; each
later one asks for a shell: {"pid": a process of the sandbox whose namespaces it shall enter, or null, "limits": ...},
with the shell's end of a socket attached; the answer is {"pid": the shell's}, or {"error": why}. The zygote never runs
a learner's code and knows nothing that a learner may not know: its memory is in every shell's reach.
"""

import contextlib
import ctypes
import fcntl
import gc
import os
import resource
import signal
import socket
import sys
from importlib import import_module
from pathlib import Path

from gancourse.grading.sandbox import shell

NS_GET_USERNS = 0xB701  # ioctl: the user namespace that owns a namespace (linux/nsfs.h)
PR_SET_PDEATHSIG, PR_SET_SECCOMP, PR_CAPBSET_DROP, PR_SET_NO_NEW_PRIVS = 1, 22, 24, 38
SECCOMP_MODE_FILTER = 2
CAPABILITIES_3 = 0x20080522
NAMESPACES = ("mnt", "pid", "net", "ipc", "uts", "cgroup")
UID = 65534  # who the learner's code is inside: nobody

libc = ctypes.CDLL(None, use_errno=True)


def main() -> None:
    control = socket.socket(fileno=int(sys.argv[1]))
    gc.disable()  # importing makes millions of objects and hardly any garbage
    # One that fails here fails again, and is seen, in the notebook.
    with contextlib.suppress(Exception):
        exec(shell.receive(control)["source"], {"__name__": "__main__"})
        if "torch" in sys.modules:  # the first optimizer loads this: for most of a second, in each shell anew
            import_module("torch._dynamo")
    ready = shell.make()
    gc.freeze()  # the collector must not touch, and so copy, pages that all shells share
    gc.enable()
    shell.send(control, {"ready": True})
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    while (request := _request(control)) is not None:
        job, connection = request
        with connection:
            shell.send(control, _fork(ready, control, job, connection))
        with contextlib.suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass


def _request(control: socket.socket) -> tuple[dict, socket.socket] | None:
    """The next request, and the socket that came with it."""
    mark, descriptors, *_ = socket.recv_fds(control, 1, 1)
    if not mark:
        return None
    return shell.receive(control), socket.socket(fileno=descriptors[0])


def _fork(ready: shell.Shell, control: socket.socket, job: dict, connection: socket.socket) -> dict:
    """Fork a process that enters the sandbox and forks the shell there (a PID namespace takes children only)."""
    theirs, ours = socket.socketpair()
    if not os.fork():
        control.close()
        theirs.close()
        _enter_and_fork(ready, job, connection, ours)
    ours.close()
    with theirs:
        return shell.receive(theirs) or {"error": "the process that enters the sandbox died"}


def _enter_and_fork(ready: shell.Shell, job: dict, connection: socket.socket, report: socket.socket) -> None:
    try:
        os.setsid()
        if job["pid"] is not None:
            enter(job["pid"])
        pid = os.fork()
        if not pid:
            _become_shell(ready, job, connection)
        connection.close()
        shell.send(report, {"pid": pid})
        report.close()
        os.waitpid(pid, 0)
    except BaseException as err:
        with contextlib.suppress(OSError):
            shell.send(report, {"error": f"the sandbox can't be entered: {err}"})
    finally:
        os._exit(0)


def enter(pid: int) -> None:
    """Move this process into all namespaces of another one. Its next child is inside the PID namespace, too."""
    handles = {name: os.open(f"/proc/{pid}/ns/{name}", os.O_RDONLY | os.O_CLOEXEC) for name in (*NAMESPACES, "user")}
    # The sandbox's namespaces belong to bubblewrap's first user namespace, its processes to one within that.
    owner = fcntl.ioctl(handles["mnt"], NS_GET_USERNS)
    for handle in (owner, *(handles[name] for name in NAMESPACES)):
        _check(libc.setns(handle, 0), "setns")
    if os.fstat(owner).st_ino != os.fstat(handles["user"]).st_ino:
        _check(libc.setns(handles["user"], 0), "setns, user")


def _become_shell(ready: shell.Shell, job: dict, connection: socket.socket) -> None:
    """In the last fork: give up what the learner's code must not have, then run its cells. Doesn't return."""
    try:
        keep = os.dup2(connection.detach(), 100)
        null = os.open("/dev/null", os.O_RDWR)
        for number in (0, 1, 2):
            os.dup2(null, number)
        os.closerange(3, keep)
        os.closerange(keep + 1, os.sysconf("SC_OPEN_MAX"))
        sys.stdin = open(0, closefd=False)  # noqa: SIM115 - end of file for whoever reads
        connection = socket.socket(fileno=keep)
        if sys.platform == "linux":
            libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
            _limit(job["limits"])
        if job["pid"] is not None:
            _drop_privileges()
            _filter_calls(job["filter"].encode("latin-1"))
        os.chdir(job["folder"])
        sys.path.insert(0, job["folder"])  # a learner's own modules, as in JupyterLab
        if problem := _seen(job["hidden"]):
            shell.send(connection, {"problem": problem})
            os._exit(1)
        shell.send(connection, {"problem": None})
        signal.signal(signal.SIGINT, signal.default_int_handler)
        shell.serve(ready, connection)
    finally:
        os._exit(1)


def _limit(limits: dict) -> None:
    mapped = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    bounds = {
        resource.RLIMIT_AS: mapped + limits["memory"],
        resource.RLIMIT_FSIZE: limits["disk"],
        resource.RLIMIT_NOFILE: 512,
        resource.RLIMIT_CORE: 0,
        # What stops a fork bomb between two looks of the grader; counted by user namespace, so of this sandbox.
        resource.RLIMIT_NPROC: 1024,
    }
    for kind, bound in bounds.items():
        resource.setrlimit(kind, (bound, bound))


def _drop_privileges() -> None:
    if os.getuid() != UID:  # the grader is root, and so is whoever enters a namespace of its
        os.setgroups([])
        os.setresgid(UID, UID, UID)
        os.setresuid(UID, UID, UID)
        libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)  # another user's process has lost it
    for capability in range(64):
        if libc.prctl(PR_CAPBSET_DROP, capability, 0, 0, 0):
            break  # beyond the last that this kernel knows
    header, nothing = (ctypes.c_uint32 * 2)(CAPABILITIES_3, 0), (ctypes.c_uint32 * 6)()
    _check(libc.capset(header, nothing), "capset")
    _check(libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "no_new_privs")


class _Program(ctypes.Structure):
    """struct sock_fprog: a number of instructions of 8 bytes, and where they are."""

    _fields_ = [("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p)]


def _filter_calls(instructions: bytes) -> None:
    """Refuse the system calls that no honest code needs, for this process and all that it starts (seccomp(2))."""
    program = _Program(len(instructions) // 8, instructions)
    _check(libc.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.byref(program)), "seccomp")


def _seen(hidden: list[str]) -> str | None:
    """What must be out of reach here and isn't. Empty folders may stand where hidden ones would be."""
    if not hidden:
        return None
    if os.getuid() != UID:
        return f"the learner's code would run as user {os.getuid()}"
    status = Path("/proc/self/status").read_text()
    if any(line.startswith(("CapEff", "CapPrm")) and int(line.split()[1], 16) for line in status.splitlines()):
        return "the learner's code would have capabilities"
    if "Seccomp:\t2" not in status:
        return "no filter of system calls is on"
    if not os.statvfs("/proc").f_flag & os.ST_RDONLY or os.access("/proc/sys/kernel/core_pattern", os.W_OK):
        return "the learner's code could change the kernel's settings in /proc/sys"
    if [name for _, name in socket.if_nameindex() if name != "lo"]:
        return "the learner's code would have a network"
    for folder in hidden:
        with contextlib.suppress(OSError):
            if any(Path(folder).iterdir()):
                return f"the learner's code would see {folder}"
    return None


def _check(result: int, what: str) -> None:
    if result:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")


if __name__ == "__main__":
    main()
