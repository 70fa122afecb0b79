"""requirements.txt, its lock, environment.yml, pyproject.toml and what the code imports agree."""

import ast
import re
import sys
import tomllib
from importlib.metadata import packages_distributions, version
from pathlib import Path

import nbformat
import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
PYTHONS = ("3.11", "3.12", "3.13")


def requirements(name):
    lines = [line for line in (ROOT / name).read_text("utf-8").splitlines() if line and not line.startswith("#")]
    return [Requirement(line) for line in lines]


DIRECT = requirements("requirements.txt")
LOCK = requirements("requirements.lock")


def locked(python, platform="linux"):
    """{name: version} that the lock gives for a Python and a platform."""
    machine = {"python_version": python, "python_full_version": f"{python}.2", "sys_platform": platform}
    chosen = [r for r in LOCK if r.marker is None or r.marker.evaluate(machine | {"platform_machine": "x86_64"})]
    assert len({r.name for r in chosen}) == len(chosen), "the lock pins a package twice"
    return {canonicalize_name(r.name): next(iter(r.specifier)) for r in chosen}


@pytest.mark.parametrize("python", PYTHONS)
def test_the_lock_pins_what_requirements_txt_asks_for(python):
    pins = locked(python)
    assert {pin.operator for pin in pins.values()} == {"=="}
    for direct in DIRECT:
        assert direct.specifier, f"{direct.name} has no bound"
        pin = pins[canonicalize_name(direct.name)]
        assert direct.specifier.contains(pin.version), f"{direct} but locked {pin}"


def test_the_lock_names_no_server():
    assert not re.search(r"://|@|--", (ROOT / "requirements.lock").read_text("utf-8"))


def test_conda_makes_the_same_environment():
    wanted = yaml.safe_load((ROOT / "environment.yml").read_text("utf-8"))["dependencies"]
    conda, pip = wanted[:-1], wanted[-1]["pip"]
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    assert conda == [f"python {project['project']['requires-python']}", "pip"]
    assert pip == ["--requirement requirements.txt", "--constraint requirements.lock", "--editable ."]


def test_the_package_needs_what_requirements_txt_says():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    assert project["project"]["dynamic"] == ["dependencies"]
    assert project["tool"]["setuptools"]["dynamic"]["dependencies"]["file"] == ["requirements.txt"]


def test_ci_runs_on_each_python_that_the_project_allows():
    workflow = yaml.safe_load((ROOT / ".github" / "workflows" / "ci.yml").read_text("utf-8"))
    assert workflow["jobs"]["test"]["strategy"]["matrix"]["python"] == list(PYTHONS)


def sources():
    """(path, Python source) of all modules, tests, benchmarks and notebooks."""
    for folder in ("src", "tests", "benchmarks", "tools"):
        for path in (ROOT / folder).rglob("*.py"):
            yield path, path.read_text("utf-8")
    for folder in ("course", "solutions"):
        for path in (ROOT / folder).rglob("*.ipynb"):
            cells = nbformat.read(path, as_version=4).cells
            code = "\n".join(cell.source for cell in cells if cell.cell_type == "code")
            code = re.sub(r"(?m)^%%writefile (?:-a )?", "pass # ", code)
            yield path, re.sub(r"(?m)^(\s*)[%!].*", r"\1pass", code)  # IPython's own lines


def imported(source):
    """Top-level names of the packages that a source imports."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield node.module.split(".")[0]


AUTHORS_ONLY = {"pyseccomp"}  # for a tool whose result is committed; its docstring says what to install
ASKED_FOR = {"facenet_pytorch"}  # where it isn't installed, `data.load(..., aligned=True)` says how to get it


def test_every_import_is_a_direct_dependency():
    direct = {canonicalize_name(r.name) for r in DIRECT} | {"gancourse"}
    folders = (ROOT / "tests", ROOT / "benchmarks")  # their files import each other
    own = {name for folder in folders for path in folder.rglob("*.py") for name in (path.stem, path.parent.name)}
    own |= set(sys.stdlib_module_names) | ASKED_FOR
    packages = packages_distributions()
    stray = {}
    for path, source in sources():
        written = set(re.findall(r"(?m)^pass # (\w+)\.py$", source))  # scripts of a lesson
        for name in set(imported(source)) - own - written - (AUTHORS_ONLY if path.parent.name == "tools" else set()):
            distributions = {canonicalize_name(d) for d in packages.get(name, [name])}
            if not distributions & direct:
                stray.setdefault(name, []).append(str(path.relative_to(ROOT)))
    assert not stray, f"imported, but not in requirements.txt: {stray}"


def test_this_environment_is_one_that_requirements_txt_allows():
    wrong = [f"{r} but {version(r.name)}" for r in DIRECT if not r.specifier.contains(version(r.name), True)]
    assert not wrong, f"made by other means than `make lab`? {wrong}"
