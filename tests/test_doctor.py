"""gancourse doctor: says what is there, and for what isn't, the command that mends it."""

import importlib.metadata
import io
import subprocess
import sys
from collections import namedtuple

import pytest
from rich.console import Console

from gancourse import doctor, paths


def by_name() -> dict[str, doctor.Finding]:
    return {finding.name: finding for finding in doctor.examine()}


def test_names_what_there_is():
    found = by_name()
    assert found["torch"].found == importlib.metadata.version("torch") and found["torch"].fine
    assert found["data, fashion-mnist"].fine and found["device"].fine
    console = Console(width=120, record=True, file=io.StringIO())
    console.print(doctor.table(list(found.values())))
    assert "fashion-mnist" in console.export_text()


def test_a_missing_package_has_its_remedy(monkeypatch):
    def version(name):
        if name == "papermill":
            raise importlib.metadata.PackageNotFoundError
        return "1.0"

    monkeypatch.setattr(importlib.metadata, "version", version)
    finding = by_name()["papermill"]
    assert not finding.fine and "make lab" in finding.mend


def test_a_set_that_is_not_here_has_its_command(monkeypatch):
    from gancourse.data import loading

    monkeypatch.setattr(loading, "origin", lambda entry: "nowhere" if entry.name == "cifar10" else "sample")
    found = by_name()
    assert not found["data, cifar10"].fine and found["data, cifar10"].mend == "gancourse data fetch cifar10"
    assert found["data, fashion-mnist"].fine and "sample" in found["data, fashion-mnist"].found
    assert "data, maps" not in found  # no lesson needs it


def test_a_full_disk_and_little_memory_are_said(monkeypatch):
    import psutil

    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(doctor.shutil, "disk_usage", lambda folder: usage(100, 99, 1))
    monkeypatch.setattr(psutil, "virtual_memory", lambda: namedtuple("m", "available total")(2**30, 2**34))
    found = by_name()
    assert not found["disk, cache"].fine and "GANCOURSE_HOME" in found["disk, cache"].mend
    assert not found["memory"].fine and "close other programs" in found["memory"].mend


def test_the_command_exits_1_only_when_something_is_amiss(monkeypatch):
    from typer.testing import CliRunner

    from gancourse.cli.main import app

    monkeypatch.setattr(doctor, "examine", lambda: [doctor.Finding("thing", True, "here")])
    assert CliRunner().invoke(app, ["doctor"]).exit_code == 0
    monkeypatch.setattr(doctor, "examine", lambda: [doctor.Finding("thing", False, "gone", "buy one")])
    result = CliRunner().invoke(app, ["doctor"])
    assert result.exit_code == 1 and "buy one" in result.output


@pytest.mark.parametrize("module", ["gancourse", "gancourse.cli.main", "gancourse.data", "gancourse.lessons"])
def test_importing_is_quick_since_it_loads_no_framework(module):
    code = f"import sys, {module}; sys.exit(bool({{'torch', 'tensorflow', 'matplotlib'}} & sys.modules.keys()))"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0


@pytest.mark.parametrize(("query", "name"), [("1", "01-first-gan"), ("00", "00-welcome"), ("01-first-gan",) * 2])
def test_a_stage_is_found_by_number_or_name(query, name):
    assert paths.stage(query) == name


@pytest.mark.parametrize("query", ["99", "first", "01-first", "", "1-", "01x"])
def test_what_is_no_stage_is_refused_with_those_there_are(query):
    with pytest.raises(ValueError, match="there are: 00-welcome, 01-first-gan"):
        paths.stage(query)
