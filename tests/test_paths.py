"""Where things go: in the clone, beside a clone that can't be written, without a home; and names for people."""

import json
import os
import pwd
import shutil
import stat
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from traitlets.config.loader import PyFileConfigLoader

from gancourse import data, doctor, jupyter, lab, lessons, paths
from gancourse.data import cache, sources
from gancourse.grading import course, release
from gancourse.grading.sandbox import box, trial

VARIABLES = ("GANCOURSE_WORK", "GANCOURSE_HOME", "XDG_CACHE_HOME")


@pytest.fixture
def own(tmp_path, monkeypatch):
    """A home folder, no variables, and a temporary folder of the test's own."""
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "home").mkdir()
    (tmp_path / "tmp").mkdir()
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "tmp"))
    paths.temporary.cache_clear()
    yield tmp_path
    paths.temporary.cache_clear()


@pytest.fixture
def read_only(own, monkeypatch):
    """A clone that this user can't write to: a function that says which folders those are, for tests run as root."""
    shut = {own / "clone"}
    really = os.access
    monkeypatch.setattr(os, "access", lambda path, mode: Path(path) not in shut and really(path, mode))
    (own / "clone").mkdir()
    return shut


@pytest.fixture
def homeless(own, monkeypatch):
    """Neither HOME nor an entry in the password file, as in a container under any uid."""

    def nobody(uid):
        raise KeyError(f"getpwuid(): uid not found: {uid}")

    monkeypatch.delenv("HOME")
    monkeypatch.setattr(pwd, "getpwuid", nobody)
    return own


def test_in_a_clone_that_can_be_written_all_is_there(own):
    (own / "clone").mkdir()
    assert paths.workplace(own / "clone") == own / "clone"
    assert paths.place("work", own / "clone") == own / "clone" / "work"


def test_beside_one_that_cannot_it_is_in_the_home(own, read_only):
    assert paths.workplace(own / "clone") == own / "home" / "gan-course"
    assert paths.place("runs", own / "clone") == own / "home" / "gan-course" / "runs"


def test_a_folder_in_it_that_can_be_written_is_used(own, read_only):
    """The account that grades owns gradebook/ in a clone that isn't its own."""
    (own / "clone" / "gradebook").mkdir()
    (own / "clone" / "work").mkdir()
    read_only.add(own / "clone" / "work")
    assert paths.place("gradebook", own / "clone") == own / "clone" / "gradebook"
    assert paths.place("work", own / "clone") == own / "home" / "gan-course" / "work"


@pytest.mark.parametrize("given", ["elsewhere", "~/elsewhere"])
def test_the_variable_decides_over_both(own, read_only, monkeypatch, given):
    monkeypatch.chdir(own)
    monkeypatch.setenv("GANCOURSE_WORK", given)
    expected = own / ("home/elsewhere" if given.startswith("~") else "elsewhere")
    assert paths.workplace(own / "clone") == expected and paths.place("work", own / "clone") == expected / "work"


def test_a_run_a_copy_and_a_check_go_there(own, monkeypatch):
    monkeypatch.setenv("GANCOURSE_WORK", str(own / "mine"))
    assert lessons.prepare("00-welcome", "smoke").parent == own / "mine" / "runs"
    copy = release.start(paths.root(), "00-welcome")
    assert copy == own / "mine" / "work" / "00-welcome" and (copy / "00-welcome.ipynb").is_file()
    with pytest.raises(ValueError, match=f"stays as it is: {copy}"):
        release.start(paths.root(), "00-welcome")


def test_nbgrader_s_settings_follow(own, monkeypatch):
    monkeypatch.setenv("GANCOURSE_WORK", str(own / "mine"))
    found = course.settings(paths.root())
    assert found.CourseDirectory.root == str(own / "mine")
    assert (paths.root() / "solutions").samefile(found.CourseDirectory.source_directory)
    assert found.CourseDirectory.db_url == f"sqlite:///{own / 'mine' / 'gradebook' / 'gradebook.db'}"
    assert found.Exchange.assignment_dir == str(own / "mine" / "work") and (own / "mine" / "work").is_dir()
    assert own / "mine" / "work" in box.hidden()


def test_a_runs_folder_that_cannot_be_made_has_its_remedy(own, monkeypatch):
    def refuse(self, *args, **options):
        raise PermissionError(13, "Permission denied", str(self))

    monkeypatch.setattr(Path, "mkdir", refuse)
    with pytest.raises(PermissionError, match="set GANCOURSE_WORK"):
        paths.new_run("00-welcome")


# JupyterLab beside such a clone


@pytest.fixture
def shared(tmp_path):
    """A clone with two lessons, and the place of a learner."""
    root = tmp_path / "clone"
    for name in ("course/00-a.ipynb", "course/01-b.ipynb", "course/images/a.png", "datasets/x/README.md", "README.md"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(f"{name}, first")
    return root, tmp_path / "place"


def test_lessons_are_copied_and_may_be_changed(shared):
    root, place = shared
    assert lab.furnish(root, place) == []
    assert (place / "course" / "00-a.ipynb").read_text() == "course/00-a.ipynb, first"
    assert (place / "course" / "images" / "a.png").is_file() and (place / "datasets" / "x" / "README.md").is_file()
    (place / "course" / "00-a.ipynb").write_text("mine")
    assert lab.furnish(root, place) == []
    assert (place / "course" / "00-a.ipynb").read_text() == "mine"
    assert "--LabApp.default_url=/lab/tree/course/00-a.ipynb" in lab.command(place)


def test_a_newer_lesson_replaces_one_that_is_as_it_came_and_no_other(shared):
    root, place = shared
    lab.furnish(root, place)
    (place / "course" / "00-a.ipynb").write_text("mine")
    for name in ("00-a", "01-b"):
        (root / "course" / f"{name}.ipynb").write_text("second")
    assert lab.furnish(root, place) == ["00-a.ipynb"]
    assert (place / "course" / "00-a.ipynb").read_text() == "mine"
    assert (place / "course" / "01-b.ipynb").read_text() == "second"
    (place / "course" / ".lessons.json").write_text("[1")  # damaged: nothing is known, so nothing is replaced
    assert lab.furnish(root, place) == ["00-a.ipynb"]
    assert (place / "course" / "00-a.ipynb").read_text() == "mine"


def test_assignment_list_finds_the_settings_there(own, monkeypatch):
    monkeypatch.setenv("GANCOURSE_WORK", str(own / "mine [x] ü"))
    lab.furnish(paths.root(), paths.workplace())
    found = PyFileConfigLoader("nbgrader_config.py", path=str(paths.place("work"))).load_config()
    assert found == PyFileConfigLoader("nbgrader_config.py", path=str(paths.root())).load_config()
    assert (own / "mine [x] ü" / "work").samefile(found.Exchange.assignment_dir)
    assert not set("[]") & set(found.CourseDirectory.root)


@pytest.mark.parametrize(("hub", "module"), [(None, "jupyterlab"), ("token", "jupyterhub.singleuser")])
def test_under_a_hub_the_hub_s_own_server_starts(tmp_path, monkeypatch, hub, module):
    monkeypatch.delenv("JUPYTERHUB_API_TOKEN", raising=False)
    if hub:
        monkeypatch.setenv("JUPYTERHUB_API_TOKEN", hub)
    assert lab.command(tmp_path)[1:3] == ["-m", module]


def test_lab_starts_in_the_clone_and_shows_the_workplace(own, monkeypatch, capsys):
    monkeypatch.setenv("GANCOURSE_WORK", str(own / "mine"))
    monkeypatch.chdir(own)
    started = []
    monkeypatch.setattr(os, "execve", lambda *arguments: started.append((*arguments, Path.cwd())))
    lab.start(["--port=1"])
    ((program, command, environment, folder),) = started
    assert program == sys.executable and folder == paths.root() and command[-1] == "--port=1"
    assert f"--ServerApp.root_dir={own / 'mine'}" in command
    assert environment["JUPYTER_RUNTIME_DIR"] == str(own / "mine" / ".jupyter" / "runtime")
    assert f"are in {own / 'mine'}" in capsys.readouterr().out


# Without a home


def test_without_a_home_sets_are_kept_in_a_folder_of_one_s_own(homeless, capsys, monkeypatch):
    folder = homeless / "tmp" / f"gancourse-{os.getuid()}"
    assert paths.home() is None and paths.cache() == folder
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    monkeypatch.setitem(sources.DRAWN, "shapes", lambda n, seed, size: data.draw_shapes(10, seed, size))
    data.load("shapes")
    assert f"so it is in {folder} for now: set GANCOURSE_HOME" in capsys.readouterr().out
    assert cache.read("shapes") is not None


@pytest.mark.parametrize("what", ["a link", "open to all"])
def test_a_folder_that_somebody_else_has_prepared_is_not_used(homeless, what):
    folder = homeless / "tmp" / f"gancourse-{os.getuid()}"
    if what == "a link":
        folder.symlink_to(homeless)
    else:
        folder.mkdir()
        folder.chmod(0o777)
    assert paths.temporary() != folder and paths.temporary().parent == homeless / "tmp"


def test_doctor_never_raises(homeless, monkeypatch):
    found = {finding.name: finding for finding in doctor.examine()}
    assert not found["cache"].fine and found["cache"].mend == "set GANCOURSE_HOME to a writable folder"
    monkeypatch.setattr(doctor, "_memory", lambda: 1 / 0)
    monkeypatch.setattr(doctor, "_sandbox", lambda: [])
    found = {finding.name: finding for finding in doctor.examine()}
    broken = [finding for finding in found.values() if "ZeroDivisionError" in finding.found]
    assert len(broken) == 1 and not broken[0].fine


def test_the_sandbox_needs_no_home(homeless, monkeypatch):
    monkeypatch.setenv("GANCOURSE_HOME", str(homeless / "sets"))
    assert box._readable() and trial._own_folder().is_dir()


def test_a_home_that_cannot_be_written_is_as_none(own, read_only):
    read_only.add(own / "home")
    assert paths.cache().parent == own / "tmp" and paths.workplace(own / "clone").parent.parent == own / "tmp"
    (own / "home" / ".cache" / "gancourse").mkdir(parents=True)  # prepared for many, to be read
    assert paths.cache() == own / "home" / ".cache" / "gancourse" or sys.platform == "darwin"


@pytest.mark.parametrize("given", ["~/sets", "~nobody-of-this-name/sets"])
def test_a_tilde_in_a_variable_is_a_home(own, monkeypatch, given):
    monkeypatch.setenv("GANCOURSE_HOME", given)
    if given.startswith("~/"):
        assert paths.cache() == own / "home" / "sets"
    else:
        with pytest.raises(ValueError, match="there is no home folder for the ~"):
            paths.cache()


def test_a_relative_variable_means_the_same_folder_in_a_kernel(own, monkeypatch):
    monkeypatch.chdir(own)
    monkeypatch.setenv("GANCOURSE_HOME", "sets")
    monkeypatch.setenv("GANCOURSE_MIRROR", "https://example.org/sets")
    made = jupyter.environment(own / "place")
    assert made["GANCOURSE_HOME"] == str(own / "sets") and made["GANCOURSE_MIRROR"] == "https://example.org/sets"


def test_a_kernel_has_a_home_where_its_user_has_none(homeless):
    made = jupyter.environment(homeless / "place")
    assert made["HOME"] == str(homeless / "place") and made["GANCOURSE_HOME"] == str(paths.cache())


@pytest.mark.skipif(os.geteuid() != 0 or not shutil.which("setpriv"), reason="only root can become somebody else")
def test_a_uid_without_home_and_entry_gets_its_own_places(tmp_path):
    """The real thing, in another process: no HOME, no line in /etc/passwd, a clone that isn't theirs."""
    tmp_path.chmod(0o777)
    program = "; ".join(
        [
            "from gancourse import paths, doctor; from gancourse.data import cache",
            "lock = cache.lock('x'); lock.__enter__(); lock.__exit__(None, None, None); doctor._cache()",
            "print(paths.new_run('00-welcome'), paths.place('work'))",
        ]
    )
    # may read all, as this Python may lie in root's home, and write nothing of others
    becoming = ["setpriv", "--reuid=54321", "--regid=54321", "--clear-groups"]
    becoming += ["--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search"]
    bare = {name: value for name, value in os.environ.items() if name not in (*VARIABLES, "HOME")}
    done = subprocess.run(
        [*becoming, sys.executable, "-c", program], env=bare | {"TMPDIR": str(tmp_path)}, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    place = tmp_path / "gancourse-54321" / "gan-course"
    assert f"{place / 'runs'}/00-welcome-" in done.stdout and str(place / "work") in done.stdout


# The kernel that notebooks ask for


def test_python3_is_this_python_whatever_bears_the_name(own, monkeypatch):
    foreign = own / "jp" / "kernels" / "python3"
    foreign.mkdir(parents=True)
    (foreign / "kernel.json").write_text(json.dumps({"argv": ["/opt/old/bin/python", "-m", "x"], "language": "python"}))
    monkeypatch.setenv("JUPYTER_PATH", str(own / "jp"))
    assert jupyter.foreign_kernel() == "/opt/old/bin/python"
    finding = doctor._kernel()
    assert "/opt/old/bin/python" in finding.found and "gancourse run" in finding.found
    for name, value in jupyter.environment(own / "place").items():
        monkeypatch.setenv(name, value)
    assert jupyter.foreign_kernel() is None
    from jupyter_client.kernelspec import KernelSpecManager

    assert KernelSpecManager().get_kernel_spec("python3").argv[0] == sys.executable
    assert str(own / "jp") in os.environ["JUPYTER_PATH"], "other kernels stay"


def test_jupyter_finds_its_extensions_in_a_path_with_brackets(own, monkeypatch):
    prefix = own / "GAN [WS26]" / ".venv"
    for name in ("etc/jupyter/jupyter_server_config.d", "share/jupyter/labextensions"):
        (prefix / name).mkdir(parents=True)
    monkeypatch.delenv("JUPYTER_CONFIG_PATH", raising=False)
    assert "JUPYTER_CONFIG_PATH" not in jupyter.environment(own / "place")
    monkeypatch.setattr(sys, "prefix", str(prefix))
    made = jupyter.environment(own / "place")
    for name, folder in (("JUPYTER_CONFIG_PATH", "etc"), ("JUPYTER_PATH", "share")):
        (found,) = [place for place in made[name].split(os.pathsep) if place.endswith(f"{folder}/jupyter")]
        assert Path(found).samefile(prefix / folder / "jupyter") and not paths.PATTERN & set(found)


@pytest.mark.parametrize("content", ["", "{", "[]", '{"argv": []}'])
def test_a_broken_kernelspec_is_told(own, monkeypatch, content):
    folder = own / "jp" / "kernels" / "python3"
    folder.mkdir(parents=True)
    (folder / "kernel.json").write_text(content)
    monkeypatch.setenv("JUPYTER_PATH", str(own / "jp"))
    assert jupyter.foreign_kernel().startswith("nothing (")


# Names


@pytest.mark.parametrize("letters", ["GAN [WS26]", "what? *", "[[]]", "(1+1)", "{a}|b$"])
def test_a_path_that_nbgrader_would_take_for_a_pattern_has_a_plain_name(own, letters):
    folder = own / letters
    folder.mkdir()
    (folder / "file").touch()
    plain = paths.plain(folder)
    assert (plain / "file").is_file() and not paths.PATTERN & set(str(plain)) and paths.plain(folder) == plain
    assert paths.plain(own) == own


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Zoë ☺", "Zoë ☺"),
        ("עדה", "עדה"),
        ("a\nb\x1b[1m", "a?b?[1m"),
        ("\u202egnp.exe", "?gnp.exe"),
        ("gro\udcdf", "groß"),
    ],
)
def test_names_are_shown_as_they_are_unless_they_do_something(name, shown):
    assert paths.readable(name) == shown
