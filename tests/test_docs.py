"""The configurations that docs/grading.md describes are read as it says."""

import re
import sys
from types import ModuleType

import pytest
from traitlets.config.loader import PyFileConfigLoader

from gancourse import paths

DOCS = paths.root() / "docs"


def settings(folder, name="nbgrader_config.py"):
    return PyFileConfigLoader(name, path=str(folder)).load_config()


def test_a_shared_exchange_and_a_database_by_environment(tmp_path, monkeypatch):
    monkeypatch.setenv("GANCOURSE_EXCHANGE", str(tmp_path / "exchange"))
    monkeypatch.setenv("GANCOURSE_DB", "postgresql://grader@host/gradebook")
    found = settings(paths.root())
    assert found.Exchange.root == str(tmp_path / "exchange")
    assert found.CourseDirectory.db_url == "postgresql+psycopg://grader@host/gradebook"


def test_ngshare_in_place_of_the_exchange(monkeypatch):
    asked = ModuleType("ngshare_exchange")
    asked.configureExchange = lambda config, url: setattr(config.ExchangeFactory, "exchange", url)
    monkeypatch.setitem(sys.modules, "ngshare_exchange", asked)
    monkeypatch.setenv("GANCOURSE_NGSHARE", "http://ngshare:8080")
    assert settings(paths.root()).ExchangeFactory.exchange == "http://ngshare:8080"


def test_the_hub_gives_every_server_the_exchange(monkeypatch):
    monkeypatch.setenv("GANCOURSE_EXCHANGE", "/shared/exchange")
    monkeypatch.setenv("GANCOURSE_CLONE", "/shared/course")
    found = settings(DOCS / "jupyterhub", "jupyterhub_config.py")
    assert found.Spawner.environment == {"GANCOURSE_EXCHANGE": "/shared/exchange"}
    assert found.Spawner.cmd == ["/shared/course/.venv/bin/gancourse", "lab"]
    (service,) = found.JupyterHub.services
    assert service["cwd"] == "/shared/course" and service["environment"] == found.Spawner.environment
    (role, _) = found.JupyterHub.load_roles
    assert set(role["groups"]) <= found.JupyterHub.load_groups.keys()


@pytest.mark.parametrize(
    "page",
    [DOCS / "grading.md", DOCS / "learning.md", DOCS / "measured.md", paths.root() / "README.md"],
    ids=lambda page: page.name,
)
def test_commands_in_the_docs_exist(page):
    from typer.main import get_command

    from gancourse.cli.main import app

    known = get_command(app)
    for line in re.findall(r"gancourse ((?:[a-z]+ ?)+)", page.read_text("utf-8")):
        name, *rest = line.split()
        if name not in known.commands:
            continue  # prose
        group = known.commands[name]
        assert not hasattr(group, "commands") or rest and rest[0] in group.commands, line


@pytest.mark.parametrize("page", [*DOCS.glob("*.md"), paths.root() / "README.md"], ids=lambda page: page.name)
def test_links_lead_somewhere(page):
    text = page.read_text("utf-8")
    for target in re.findall(r"\]\((?!http|#)([^)]+)\)", text) + re.findall(r'(?:src|href)="([^"]+)"', text):
        assert (page.parent / target).exists(), target
