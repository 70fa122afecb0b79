"""tools/make_venv.py: when the environment is made, left alone, or made again. Nothing is installed here."""

import importlib.util
import json
import shutil
import sys
from collections import namedtuple
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture
def make_venv(tmp_path, monkeypatch):
    """The script as a module, working on a clone in tmp_path."""
    monkeypatch.delenv("PYTHON", raising=False)
    spec = importlib.util.spec_from_file_location("make_venv", ROOT / "tools" / "make_venv.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    module.ROOT, module.VENV = tmp_path, tmp_path / ".venv"
    module.PYTHON = module.VENV / "bin" / "python"
    module.MARK = module.VENV / "made-by-gancourse.json"
    module.LOG = module.VENV / "install.log"
    (tmp_path / "requirements.lock").write_text("numpy==2.4.6\n")
    leave_free(monkeypatch, 100e9)  # whatever this machine has
    return module


def leave_free(monkeypatch, free: float) -> None:
    usage = namedtuple("usage", "total used free")(200e9, 200e9 - free, free)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage)


@pytest.fixture
def finished(make_venv):
    """The same with an environment in place, as far as the script looks."""
    make_venv.PYTHON.parent.mkdir(parents=True)
    make_venv.PYTHON.symlink_to(sys.executable)
    make_venv.MARK.write_text(json.dumps(make_venv.wanted_mark(make_venv.ROOT / "requirements.lock")))
    return make_venv


def ready(make_venv):
    return make_venv.is_ready(make_venv.ROOT / "requirements.lock")


def test_a_finished_environment_is_left_alone(finished):
    assert ready(finished)


def test_an_unfinished_one_is_made_again_from_nothing(finished):
    finished.MARK.write_text("")
    (finished.VENV / "half").touch()
    assert not ready(finished)
    finished.start_anew()
    assert [path.name for path in finished.VENV.iterdir()] == [finished.MARK.name]
    assert not ready(finished)


def test_a_changed_lock_a_moved_clone_and_a_broken_python_are_noticed(finished, monkeypatch):
    lock = finished.ROOT / "requirements.lock"
    lock.write_text("numpy==2.4.7\n")
    assert not ready(finished)
    lock.write_text("numpy==2.4.6\n")
    assert ready(finished)
    mark = json.loads(finished.MARK.read_text())
    finished.MARK.write_text(json.dumps(mark | {"place": "elsewhere"}))
    assert not ready(finished)
    finished.MARK.write_text(json.dumps(mark))
    finished.PYTHON.unlink()
    assert not ready(finished)


def test_only_a_python_that_the_user_names_replaces_the_one_in_use(finished, monkeypatch):
    version = finished.python_version
    monkeypatch.setattr(finished, "python_version", lambda p: "3.13" if p == sys.executable else version(p))
    mark = json.loads(finished.MARK.read_text()) | {"python": version(finished.PYTHON)}
    finished.MARK.write_text(json.dumps(mark))
    assert ready(finished)
    monkeypatch.setenv("PYTHON", "python3.13")
    assert not ready(finished)


def test_somebody_elses_venv_is_not_touched(make_venv):
    make_venv.VENV.mkdir()
    (make_venv.VENV / "theirs").touch()
    with pytest.raises(SystemExit, match="wasn't made by this Makefile"):
        make_venv.start_anew()
    assert (make_venv.VENV / "theirs").exists()


def test_a_full_disk_is_named_before_anything_is_made(make_venv, monkeypatch):
    leave_free(monkeypatch, 1e9)
    with pytest.raises(SystemExit, match=r"1\.0 GB free .* takes \d+ GB"):
        make_venv.start_anew()
    assert not make_venv.VENV.exists()


def test_a_step_that_fails_shows_the_end_of_its_log(make_venv):
    make_venv.start_anew()
    with pytest.raises(SystemExit, match=r"(?s)Setting up failed.*no such wheel.*starts it anew"):
        make_venv.run("packages", sys.executable, "-c", "raise SystemExit('no such wheel')")


def test_progress_counts_packages_of_this_platform(make_venv, tmp_path):
    lock = tmp_path / "some.lock"
    lock.write_text("# pinned\na==1\nb==2\nc==3 ; sys_platform == 'win32'\n")
    show = make_venv.pip_progress(lock)
    log = "Ignoring c: markers don't match\nCollecting a==1\n"
    assert show(log) == "fetched 1 of 2"
    (make_venv.VENV / "lib" / "python3.11" / "site-packages" / "a-1.dist-info").mkdir(parents=True)
    assert show(log + "Collecting b==2\nInstalling collected packages: a, b\n") == "fetched, installed 1 of 2"


def test_the_library_is_pointed_to_without_the_letters_of_the_path(make_venv, tmp_path):
    """Python reads .pth files by the locale, and doesn't start where it can't."""
    make_venv.ROOT = tmp_path / "GAN [WS26] für alle"
    make_venv.VENV = make_venv.ROOT / ".venv"
    site = make_venv.VENV / "lib" / "python3.11" / "site-packages"
    site.mkdir(parents=True)
    (site / "__editable__.gancourse-0.1.0.pth").write_text(f"{make_venv.ROOT}/src", "utf-8")
    (site / "other.pth").write_text("/x")
    make_venv.point_to_library()
    line = (site / "__editable__.gancourse-0.1.0.pth").read_text("ascii").strip()
    assert (site / line).resolve() == make_venv.ROOT / "src" and (site / "other.pth").read_text() == "/x"
