"""Kernels that start at once: forks of a process that has imported the frameworks, and nothing of this course.

`python warm_kernel.py serve SOCKET MODULE...` is that process; it forks for as long as its stdin is open.
`python warm_kernel.py SOCKET ARGUMENT...` is what a kernel.json names (see conftest.py): it stands for the kernel,
hands on signals, and ends as the kernel ends. To papermill and nbval nothing differs.
"""

import gc
import json
import os
import select
import signal
import socket
import sys
import threading
from contextlib import suppress
from importlib import import_module
from pathlib import Path


def launch(path: str, arguments: list[str]) -> int:
    """Ask for a kernel with this process's folder, environment and streams; its exit status."""
    with socket.socket(socket.AF_UNIX) as server:
        server.connect(path)
        request = json.dumps(
            {"arguments": arguments, "folder": str(Path.cwd()), "environment": dict(os.environ)}
        ).encode()
        socket.send_fds(server, [len(request).to_bytes(4, "big")], [0, 1, 2])
        server.sendall(request)
        pid = int.from_bytes(server.recv(4), "big")
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda number, _: os.kill(pid, number))
        return int.from_bytes(server.recv(4), "big")


def serve(path: str, modules: list[str]) -> None:
    gc.disable()  # importing makes millions of objects and hardly any garbage
    for module in modules:
        import_module(module)
    gc.freeze()  # the collector must not touch, and so copy, pages that all kernels share
    gc.enable()
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(path)
        listening.listen()
        signal.signal(signal.SIGCHLD, signal.SIG_IGN)
        while listening in select.select([listening, sys.stdin], [], [])[0]:
            connection, _ = listening.accept()
            with connection:
                if not os.fork():
                    listening.close()
                    guard(connection)


def guard(connection: socket.socket) -> None:
    """Fork the kernel, end it when its launcher is gone, tell how it ended. Doesn't return."""
    size, streams, *_ = socket.recv_fds(connection, 4, 3)
    with connection.makefile("rb") as file:
        request = json.loads(file.read(int.from_bytes(size, "big")))
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    if not (pid := os.fork()):
        connection.close()
        become_kernel(request, streams)

    def watch() -> None:
        connection.recv(1)  # nothing comes but the end
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)

    connection.sendall(pid.to_bytes(4, "big"))
    threading.Thread(target=watch, daemon=True).start()
    status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    connection.sendall((status % 256).to_bytes(4, "big"))
    os._exit(0)


def become_kernel(request: dict, streams: list[int]) -> None:
    """What `python -m ipykernel_launcher` would be, in this fork. Doesn't return."""
    import matplotlib
    from ipykernel.kernelapp import IPKernelApp

    os.setsid()
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
        os.close(stream)
    os.chdir(request["folder"])
    os.environ.clear()
    os.environ.update(request["environment"])
    matplotlib.rcParams["backend"] = os.environ["MPLBACKEND"]  # read when it was imported
    parent = int(os.environ.get("JPY_PARENT_PID", 0))
    IPKernelApp.launch_instance(request["arguments"], parent_handle=parent)
    sys.exit()


if __name__ == "__main__":
    del sys.path[0]  # this folder
    if sys.argv[1] == "serve":
        serve(sys.argv[2], sys.argv[3:])
    else:
        sys.exit(launch(sys.argv[1], sys.argv[2:]))
