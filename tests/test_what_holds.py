"""What CI finds on Mondays, from pytest's report to the site's page: tools/what_holds.py, site/holds.py, workflows."""

import json
import os
import platform
import re
import runpy
import shlex
import subprocess
import sys
from datetime import UTC, datetime
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from types import SimpleNamespace

import pytest
import yaml
from bs4 import BeautifulSoup

from gancourse import paths

ROOT = paths.root()
sys.path.insert(0, str(ROOT / "tools"))
what_holds = import_module("what_holds")
page = SimpleNamespace(**runpy.run_path(str(ROOT / "site" / "holds.py")))

STAGES = ["01-a", "02-b", "03-c", "04-d"]
TESTS_OF_A_LESSON = """
import pytest

def dies(): raise RuntimeError("afterwards")

@pytest.mark.parametrize("stage", ["01-a", "02-b", "03-c"])
def test_every_lesson_runs(stage, request):
    if stage == "02-b":
        try:
            {}["x"]
        except KeyError as err:
            raise ValueError("\\x1b[31modd\\x1b[0m: <b> & | $x$ `y` é") from err
    if stage == "03-c":
        pytest.skip("no <camera> here")

@pytest.mark.parametrize("stage", ["01-a", "02-b"])
def test_the_solution_runs(stage, request):
    if stage == "01-a":
        request.addfinalizer(dies)
        assert 1 == 2, "ran:\\nModuleNotFoundError: No module named 'x'\\nthe end"

@pytest.mark.parametrize("stage", ["01-a"])
def test_something_else(stage):
    assert False
"""
RUN = {"GITHUB_SERVER_URL": "https://github.com", "GITHUB_REPOSITORY": "her/gans", "GITHUB_RUN_ID": "77"}


@pytest.fixture(scope="module")
def report(tmp_path_factory) -> Path:
    """What pytest writes of some tests with the names of those of lessons and solutions."""
    folder = tmp_path_factory.mktemp("tests")
    (folder / "test_small.py").write_text(TESTS_OF_A_LESSON, "utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-c", os.devnull, "--rootdir", folder, "-p", "no:cacheprovider"]
    environment = os.environ | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    subprocess.run([*command, "--junit-xml", folder / "report.xml", folder], env=environment, stdout=subprocess.DEVNULL)
    return folder / "report.xml"


def without_seconds(results: dict) -> dict:
    found = {kind: {stage: dict(result) for stage, result in of.items()} for kind, of in results.items()}
    assert all(0 <= result.pop("seconds") < 60 for of in found.values() for result in of.values())
    return found


def test_a_report_says_what_passed_and_why_the_rest_did_not(report):
    assert without_seconds(what_holds.results(report)) == {
        "lessons": {
            "01-a": {"outcome": "passed"},
            "02-b": {"outcome": "failed", "why": "ValueError: odd: <b> & | $x$ `y` é"},
            "03-c": {"outcome": "skipped", "why": "no <camera> here"},
        },
        "solutions": {
            "01-a": {"outcome": "failed", "why": "ModuleNotFoundError: No module named 'x'"},
            "02-b": {"outcome": "passed"},
        },
    }


@pytest.mark.parametrize("left", [None, "", "<testsuites><testsuite><testcase name='test_every_lesson_runs[01-a]'"])
def test_a_report_that_is_not_there_or_not_whole_says_nothing(left, tmp_path):
    if left is not None:
        (tmp_path / "report.xml").write_text(left, "utf-8")
    assert what_holds.results(tmp_path / "report.xml") == {}


@pytest.mark.parametrize(
    ("problem", "line"),
    [
        # papermill's error holds a cell's traceback, and the cell's error comes last
        ("E  PapermillExecutionError: \nE  Cell In[2]\nE  TypeError: no\n\na.py:1: X", "TypeError: no"),
        ("E   Failed: Timeout (>600.0s) from pytest-timeout.", "Failed: Timeout (>600.0s) from pytest-timeout."),
        ("E   assert 1 == 2", "the message"),
        ("", "the message"),
        ("E   OSError: " + "x" * 500, "OSError: " + "x" * 190 + "…"),
    ],
)
def test_the_line_that_names_what_went_wrong(problem, line):
    failure = what_holds.ET.Element("failure", message="\n the message \nand more")
    failure.text = problem
    assert what_holds.first_line(failure) == line


def test_an_environment_says_what_it_is_and_has(report, tmp_path, capsys):
    out = tmp_path / "new folder" / "holds.json"
    what_holds.main("report", "Here, Python", str(report), str(out))
    found = json.loads(out.read_text("utf-8"))
    assert found["name"] == "Here, Python" and found["python"] == platform.python_version()
    assert found["packages"]["numpy"] == version("numpy") and platform.machine() in found["system"]
    assert found["results"] == what_holds.results(report) and not capsys.readouterr().err

    what_holds.main("report", "Here, Python", str(tmp_path / "none.xml"), str(out))
    assert not json.loads(out.read_text("utf-8"))["results"] and "none.xml isn't there" in capsys.readouterr().err


@pytest.fixture
def table(report, tmp_path, monkeypatch) -> Path:
    """The table of three environments: one that reported, one whose tests were cut short, one that left nothing."""
    for name, value in RUN.items():
        monkeypatch.setenv(name, value)
    found = tmp_path / "found"
    what_holds.main("report", "whole", str(report), str(found / "a" / "holds.json"))
    what_holds.main("report", "cut short", str(tmp_path / "none.xml"), str(found / "b" / "holds.json"))
    what_holds.main("collect", str(found), str(tmp_path / "holds.json"), "dead", "whole", "cut short")
    return tmp_path / "holds.json"


def test_the_table_keeps_a_place_for_who_left_nothing(table):
    found = json.loads(table.read_text("utf-8"))
    assert [(one["name"], bool(one["results"]), "python" in one) for one in found["environments"]] == [
        ("dead", False, False),
        ("whole", True, True),
        ("cut short", False, True),
    ]
    assert found["run"] == "https://github.com/her/gans/actions/runs/77"
    assert found["date"] == f"{datetime.now(UTC):%Y-%m-%d}"


def rows(table) -> list[list[str]]:
    return [[cell.get_text() for cell in row.find_all(["td", "th"])] for row in table.find_all("tr")]


def test_the_page_shows_what_passed_and_never_what_did_not_run_as_passed(table):
    text = page.text(table, STAGES)
    assert "](https://github.com/her/gans/actions/runs/77)" in text
    soup = BeautifulSoup(text, "html.parser")
    environments, lessons, solutions = soup.find_all("table")
    assert [row[:2] for row in rows(environments)[1:]] == [
        ["dead", "didn't run"],
        ["whole", "1 of 4 lessons, 1 of 4 solutions"],
        ["cut short", "didn't run"],
    ]
    assert version("torch") in rows(environments)[2] and rows(environments)[1][2:] == ["–"] * 6
    shown = {row[0]: [re.sub(r", \d+ s$", "", cell) for cell in row[1:]] for row in rows(lessons)}
    assert shown == {
        "": ["dead", "whole", "cut short"],
        "01-a": ["didn't run", "passed", "didn't run"],
        "02-b": ["didn't run", "failed", "didn't run"],
        "03-c": ["didn't run", "skipped", "didn't run"],
        "04-d": ["didn't run"] * 3,
    }
    assert "passed" in rows(solutions)[2][2] and rows(solutions)[1][2] == "failed"
    reasons = {reason["id"]: reason.get_text() for reason in soup.find_all("li")}
    assert "ValueError: odd: <b> & | $x$ `y` é" in reasons["lessons-02-b-2"]
    assert {link["href"][1:] for link in soup.select('td a[href^="#"]')} == reasons.keys()


def test_a_block_of_html_has_no_empty_line_which_would_end_it(table):
    for block in page.text(table, STAGES).split("\n\n"):
        assert block.count("<table") == block.count("</table>") and block.count("<ul") == block.count("</ul>")


def test_without_a_table_the_page_says_so(tmp_path):
    assert page.text(tmp_path / "holds.json", STAGES) == page.NO_TABLE


# The workflows


def jobs(workflow: str) -> dict:
    return yaml.safe_load((ROOT / ".github" / "workflows" / workflow).read_text("utf-8"))["jobs"]


def command(job: dict, word: str) -> list[str]:
    """The words of the one step of a job that runs something with this word in it."""
    (found,) = [words for step in job["steps"] if word in (words := shlex.split(step.get("run", "")))]
    return found


def uses(job: dict, action: str) -> dict:
    """What the job gives to an action."""
    (found,) = [step["with"] for step in job["steps"] if step.get("uses", "").startswith(f"actions/{action}@")]
    return found


@pytest.mark.parametrize(("kind", "file"), [("lessons", "test_lessons.py"), ("solutions", "test_assignments.py")])
def test_the_tests_that_the_table_is_made_of_exist(kind, file):
    name = what_holds.TESTS[kind]
    assert re.search(rf"^def {name}\(stage, ", (ROOT / "tests" / file).read_text("utf-8"), re.M)
    assert f"tests/{file}::{name}" in jobs("ci.yml")["macos"]["env"]["TESTS"].split()


def test_ci_collects_every_environment_and_knows_no_other():
    ci, wanted = jobs("ci.yml"), []
    collects = ci["holds"]
    for name in collects["needs"]:
        python, script, report, environment, xml, out = command(ci[name], "tools/what_holds.py")
        assert (ROOT / script).is_file() and (python, report) == (".venv/bin/python", "report")
        (tests,) = [step["run"] for step in ci[name]["steps"] if f"--junit-xml={xml}" in step.get("run", "")]
        assert tests.startswith(("bash .ci/run PYTHON=python ", "make test PYTHON=python "))
        given = uses(ci[name], "upload-artifact")
        assert Path(out).parent == Path(given["path"]) and Path(out).name == "holds.json"
        assert re.fullmatch(uses(collects, "download-artifact")["pattern"].replace("*", ".+"), given["name"])
        assert "${{ matrix.python }}" in given["name"]
        wanted += [
            environment.replace("${{ matrix.python }}", python) for python in ci[name]["strategy"]["matrix"]["python"]
        ]
    _, script, collect, folder, out, *names = command(collects, "tools/what_holds.py")
    assert (ROOT / script).is_file() and collect == "collect" and names == wanted
    assert uses(collects, "download-artifact")["path"] == folder and uses(collects, "upload-artifact")["path"] == out
    workflow = command(collects, "workflow")[3]
    assert (ROOT / ".github" / "workflows" / workflow).is_file() and collects["permissions"]["actions"] == "write"


GH = """#!{python}
import json, pathlib, sys
what, words = sys.argv[2], sys.argv[3:]
if what == "list":
    assert words[words.index("--event") + 1] == "schedule" and words[words.index("--branch") + 1] == "main"
    print("\\n".join({runs}))
elif words[0] not in {left}:
    sys.exit(1)
else:
    folder = pathlib.Path(words[words.index("--dir") + 1])
    folder.mkdir()
    (folder / words[words.index("--name") + 1]).with_suffix(".json").write_text(words[0])
"""


@pytest.mark.parametrize(
    ("runs", "left", "found"),
    [(["9", "8"], ["9", "8"], "9"), (["9", "8"], ["8"], "8"), (["9"], [], None), ([], [], None)],
    ids=["last", "the last isn't over", "none left one", "no Monday yet"],
)
def test_the_site_takes_the_last_table_in_and_does_without_one(runs, left, found, tmp_path):
    job = jobs("pages.yml")["publish"]
    (script,) = [step["run"] for step in job["steps"] if "gh run download" in step.get("run", "")]
    assert uses(jobs("ci.yml")["holds"], "upload-artifact")["name"] in shlex.split(script)
    program = tmp_path / "gh"
    program.write_text(GH.format(python=sys.executable, runs=runs, left=left), "utf-8")
    program.chmod(0o755)
    environment = os.environ | {"PATH": f"{tmp_path}:{os.environ['PATH']}"}
    subprocess.run(["bash", "-e", "-c", script], cwd=tmp_path, env=environment, check=True, stdout=subprocess.DEVNULL)
    table = tmp_path / "build" / "holds.json"  # where site/conf.py looks, beside build/site
    assert (table.read_text("utf-8") if found else table.exists()) == (found or False)


def test_every_script_of_a_workflow_is_one_that_bash_reads():
    for workflow, job in ((name, job) for name in ("ci.yml", "pages.yml") for job in jobs(name).values()):
        for step in (step for step in job["steps"] if "run" in step):
            script = re.sub(r"\$\{\{.*?\}\}", "x", step["run"])
            assert subprocess.run(["bash", "-n", "-c", script]).returncode == 0, f"{workflow}: {step['run']}"
