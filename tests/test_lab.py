"""What `make lab` starts: JupyterLab that opens the first lesson, and leaves nothing behind when it ends."""

import json
import os
import pty
import re
import signal
import subprocess
import time
import urllib.request

import pytest

from gancourse import jupyter, lab


def until(condition, seconds=60):
    end = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.1)
    return found


def test_ctrl_c_ends_jupyterlab_and_its_kernels_at_once(tmp_path):
    (tmp_path / "README.md").touch()
    log = tmp_path / "log"
    ours, theirs = pty.openpty()  # only at a terminal does Ctrl-C ask a question first
    with log.open("w") as out:
        command = [*lab.command(tmp_path), "--no-browser", "--ServerApp.port=0"]
        process = subprocess.Popen(
            command, cwd=tmp_path, env=jupyter.environment(tmp_path), stdin=theirs, stdout=out, stderr=out
        )
    try:
        found = until(lambda: re.search(r"(http://127\S+:\d+)/lab/tree/README.md\?token=(\w+)", log.read_text()))
        request = urllib.request.Request(
            f"{found[1]}/api/kernels",
            data=b'{"name": "python3"}',
            headers={"Authorization": f"token {found[2]}", "Content-Type": "application/json"},
        )
        kernel = json.load(urllib.request.urlopen(request))["id"]
        files = until(lambda: list(tmp_path.glob(f".jupyter/runtime/kernel-{kernel}.json")))
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 0
    finally:
        process.kill()
        os.close(ours)
        os.close(theirs)
    assert not files[0].exists()
    assert {path.name for path in tmp_path.iterdir()} == {"README.md", "log", ".jupyter"}


def test_it_opens_the_first_lesson(tmp_path):
    (tmp_path / "course").mkdir()
    for name in ("01-first-gan.ipynb", "00-welcome.ipynb"):
        (tmp_path / "course" / name).touch()
    assert "--LabApp.default_url=/lab/tree/course/00-welcome.ipynb" in lab.command(tmp_path)


@pytest.mark.parametrize("euid", [0, 1000])
def test_only_root_needs_leave_to_run_as_root(tmp_path, monkeypatch, euid):
    monkeypatch.setattr(os, "geteuid", lambda: euid)
    assert ("--allow-root" in lab.command(tmp_path)) == (euid == 0)


def test_without_a_screen_no_browser_is_started(tmp_path, monkeypatch):
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("sys.platform", "linux")
    assert "--no-browser" in lab.command(tmp_path)


def test_settings_and_state_stay_in_the_clone(tmp_path):
    environment = jupyter.environment(tmp_path)
    places = [environment[f"JUPYTER_{name}_DIR"] for name in ("CONFIG", "DATA", "RUNTIME")]
    assert all(place.startswith(str(tmp_path / ".jupyter")) for place in [*places, environment["IPYTHONDIR"]])
