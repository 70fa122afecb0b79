"""Make the clone's `.venv` from a requirements file, once. The Makefile calls it before each of its commands.

Usage: python tools/make_venv.py requirements.lock

A finished `.venv` carries a mark: what it holds, where it lies, which Python. With the right mark nothing is
done. Else (cut short, lock changed, clone moved) it is made again from nothing, because pip takes a
half-installed package for a whole one. A `.venv` that this script didn't make is left alone.
"""

import contextlib
import fcntl
import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
MARK = VENV / "made-by-gancourse.json"
LOG = VENV / "install.log"
VENV_GB = 8
ROOM_GB = 12  # the installed packages and, until pip is done, their wheels


def python_version(python: Path | str) -> str:
    """ "3.11", or "" where this Python doesn't run."""
    code = "import sys; print('%d.%d' % sys.version_info[:2])"
    try:
        return subprocess.run([python, "-c", code], capture_output=True, text=True).stdout.strip()
    except OSError:
        return ""


def wanted_mark(requirements: Path) -> dict[str, str]:
    digest = hashlib.sha256(requirements.read_bytes()).hexdigest()
    # A Python named by the user wins over the one in .venv; one that the Makefile found doesn't.
    version = python_version(sys.executable if os.environ.get("PYTHON") else PYTHON)
    return {"requirements": digest, "place": str(VENV), "python": version}


def is_ready(requirements: Path) -> bool:
    if not MARK.is_file() or not python_version(PYTHON):
        return False
    return json.loads(MARK.read_text("utf-8") or "{}") == wanted_mark(requirements)


def start_anew() -> None:
    """An empty `.venv` with an empty mark, or a SystemExit that says what is in the way."""
    if VENV.exists() and not MARK.exists():
        sys.exit(f"{VENV} exists and wasn't made by this Makefile. Move or remove it, then try again.")
    if VENV.exists():
        print("The environment in .venv is unfinished, or made for other packages: making it again.")
        shutil.rmtree(VENV)
    free = shutil.disk_usage(ROOT).free / 1e9
    if free < ROOM_GB:
        sys.exit(f"{free:.1f} GB free at {ROOT}: setting up takes {ROOM_GB} GB. Free some, then try again.")
    VENV.mkdir()
    MARK.touch()


def run(step: str, *command: str | Path, show=lambda log: "") -> None:
    """Run a command, output to LOG, one line of progress. If it fails: SystemExit with the log's end."""
    begin, last = time.monotonic(), ""
    # Wheels of 3 GB pass through the temporary folder, and /tmp may be small.
    env = os.environ | {"TMPDIR": str(VENV / "tmp"), "PYTHONUNBUFFERED": "1", "PIP_USER": "0"}
    with LOG.open("a", encoding="utf-8") as log:
        process = subprocess.Popen([str(c) for c in command], cwd=ROOT, env=env, stdout=log, stderr=log)
    try:
        while process.returncode is None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(0.5 if sys.stdout.isatty() else 10)
            seconds = int(time.monotonic() - begin)
            line = f"  {step} {show(LOG.read_text('utf-8', errors='replace'))}".rstrip()
            if sys.stdout.isatty():
                print(f"\r\033[K{line}  ({seconds // 60}:{seconds % 60:02d})", end="", flush=True)
            elif line != last:
                print(line, flush=True)
            last = line
    finally:
        if process.poll() is None:  # Ctrl-C: pip got it too, and must be gone before we say so
            process.send_signal(signal.SIGINT)
            process.wait()
        if sys.stdout.isatty():
            print()
    if process.returncode:
        tail = "\n    ".join(LOG.read_text("utf-8", errors="replace").splitlines()[-15:])
        sys.exit(f"Setting up failed. {LOG} ends with\n    {tail}\nThe same command starts it anew.")


def pip_progress(requirements: Path):
    """How far pip is, from its log: packages fetched, then packages in place."""
    listed = [line for line in requirements.read_text("utf-8").splitlines() if line[:1].isalpha()]

    def show(log: str) -> str:
        lines = log.splitlines()
        fetched = sum(line.startswith(("Collecting ", "Processing ")) for line in lines)
        total = max(fetched, len(listed) - sum(line.startswith("Ignoring ") for line in lines))
        if "Installing collected packages" not in log:
            return f"fetched {fetched} of {total}"
        placed = len(list(VENV.glob("lib/python*/site-packages/*.dist-info")))
        return f"fetched, installed {min(placed, total)} of {total}"

    return show


def point_to_library() -> None:
    """Write the path to src/ without the letters of the clone's: under LC_ALL=C, Python wouldn't start for a ü."""
    for file in VENV.glob("lib/python*/site-packages/__editable__.gancourse-*.pth"):
        file.write_text(os.path.relpath(ROOT / "src", file.parent) + "\n", "ascii")


def make(requirements: Path) -> None:
    start_anew()
    begin = time.monotonic()
    print(
        f"Setting up the course, once: Python {python_version(sys.executable)} and the packages of\n"
        f"{requirements.name} into {VENV}\n"
        f"About {VENV_GB} GB and some minutes, most of them for PyTorch and TensorFlow. Ctrl-C stops it.",
        flush=True,
    )
    (VENV / "tmp").mkdir()
    pip = (PYTHON, "-m", "pip", "--disable-pip-version-check")
    run("1/4 environment", sys.executable, "-m", "venv", VENV)
    run(
        "2/4 packages:",
        *(*pip, "install", "--progress-bar", "off", "-r", requirements),
        show=pip_progress(requirements),
    )
    # setuptools is among the packages: no build environment, so nothing more to fetch. By ".", as pip would take the
    # end of a path like "GAN [WS26]" for extras.
    run("3/4 gancourse", *pip, "install", "--no-build-isolation", "--no-deps", "--editable", ".")
    point_to_library()
    kernel = ("install", "--sys-prefix", "--name", "python3", "--display-name", "GAN course")
    run("4/4 Jupyter kernel", PYTHON, "-m", "ipykernel", *kernel)
    shutil.rmtree(VENV / "tmp")
    mark = wanted_mark(requirements)
    MARK.with_suffix(".part").write_text(json.dumps(mark), "utf-8")
    MARK.with_suffix(".part").replace(MARK)
    print(f"Ready after {(time.monotonic() - begin) / 60:.1f} minutes.", flush=True)


def main() -> None:
    requirements = ROOT / sys.argv[1]
    if is_ready(requirements):
        return
    with requirements.open() as lock:  # two terminals: the second waits, then finds all done
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("Another command is setting up .venv: waiting for it.", flush=True)
            fcntl.flock(lock, fcntl.LOCK_EX)
        if not is_ready(requirements):
            make(requirements)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit("\nStopped. The same command starts the set-up anew; pip keeps what it has fetched.")
