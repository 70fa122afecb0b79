"""The configurations that docs/grading.md describes are read as it says."""

import re
import shlex
import subprocess
import sys
from types import ModuleType

import pytest
import yaml
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


@pytest.mark.parametrize("page", [*DOCS.rglob("*.md"), paths.root() / "README.md"], ids=lambda page: page.name)
def test_links_lead_somewhere(page):
    text = page.read_text("utf-8")
    for target in re.findall(r"\]\((?!http|#)([^)]+)\)", text) + re.findall(r'(?:src|href)="([^"]+)"', text):
        assert (page.parent / target).exists(), target


def slurm_command() -> list[str]:
    script = (DOCS / "scaling" / "slurm.sh").read_text("utf-8").replace("\\\n", " ")
    (line,) = [line for line in script.splitlines() if line.startswith("srun ")]
    return shlex.split(line)[1:]


def kubernetes_command() -> list[str]:
    _, job = yaml.safe_load_all((DOCS / "scaling" / "kubernetes.yaml").read_text("utf-8"))
    (container,) = job["spec"]["template"]["spec"]["containers"]
    return container["command"]


@pytest.mark.stage("17")
@pytest.mark.parametrize("command", [slurm_command, kubernetes_command], ids=["slurm", "kubernetes"])
def test_torchrun_knows_the_arguments_of_the_clusters_files(command):
    from torch.distributed.run import get_args_parser

    program, *arguments = command()
    assert program == ".venv/bin/torchrun"
    found = get_args_parser().parse_args(arguments)
    assert found.module and found.training_script == "gancourse.cli"
    assert found.training_script_args[:2] == ["run", "--resume"] and len(found.training_script_args) == 3
    assert found.rdzv_backend == "c10d" and found.rdzv_endpoint.endswith(":29500") and found.max_restarts == 3


@pytest.mark.stage("17")
def test_the_clusters_files_are_sound():
    subprocess.run(["bash", "-n", str(DOCS / "scaling" / "slurm.sh")], check=True)
    service, job = yaml.safe_load_all((DOCS / "scaling" / "kubernetes.yaml").read_text("utf-8"))
    pod = job["spec"]["template"]["spec"]
    assert service["metadata"]["name"] == pod["subdomain"] and job["spec"]["completionMode"] == "Indexed"
    assert service["spec"]["selector"] == {"job-name": job["metadata"]["name"]}
    (container,) = pod["containers"]
    assert {v["name"] for v in container["volumeMounts"]} == {v["name"] for v in pod["volumes"]}
