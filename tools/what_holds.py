"""What holds in one environment, and the table of all of them: CI's weekly run, for the site's page site/holds.md.

Usage: python tools/what_holds.py report NAME REPORT.xml OUT.json     by the Python that ran the tests, after them
       python tools/what_holds.py collect FOLDER OUT.json NAME ...    one table of each holds.json below FOLDER

REPORT.xml is what pytest writes with --junit-xml. An environment that left no report keeps its place in the table,
without results. Needs nothing but Python: the job that collects has no environment of the course's.
"""

import json
import os
import platform
import re
import sys
import xml.etree.ElementTree as ET
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

TESTS = {"lessons": "test_every_lesson_runs", "solutions": "test_the_solution_runs"}
PACKAGES = ("torch", "tensorflow", "keras", "numpy")
LONGEST = 200  # characters of an error
COLOUR = re.compile(r"(?:\x1b|#x1B)\[[\d;]*m")  # as pytest writes an escape character in XML
NAMED = re.compile(r"[\w.]*(?:Error|Exception|Interrupt|Exit|Warning|Failed|Timeout): ")


def first_line(problem: ET.Element) -> str:
    """The line that names what went wrong: the last exception of the traceback, which caused those around it."""
    lines = [COLOUR.sub("", line) for line in (problem.text or "").splitlines()]
    named = [line for line in (line[1:].strip() for line in lines if line.startswith("E ")) if NAMED.match(line)]
    told = [line.strip() for line in COLOUR.sub("", problem.get("message", "")).splitlines() if line.strip()]
    line = (named[-1:] or told or ["no message"])[0]
    return line if len(line) <= LONGEST else line[: LONGEST - 1] + "…"


def result(case: ET.Element) -> dict:
    """A test's outcome ("passed", "failed" or "skipped"), its seconds and, unless it passed, the line that says why."""
    found = {"outcome": "passed", "seconds": round(float(case.get("time", 0)), 1)}
    for tag, outcome in (("failure", "failed"), ("error", "failed"), ("skipped", "skipped")):
        if (problem := case.find(tag)) is not None:
            return found | {"outcome": outcome, "why": first_line(problem)}
    return found


def results(report: Path) -> dict[str, dict]:
    """{"lessons": {stage: result}, "solutions": ...}; empty where pytest wrote no report, or not all of it."""
    try:
        cases = list(ET.parse(report).iter("testcase"))
    except (OSError, ET.ParseError):
        return {}
    found = {kind: {} for kind in TESTS}
    for case in cases:
        test, _, stage = case.get("name").removesuffix("]").partition("[")
        for kind in (kind for kind, name in TESTS.items() if name == test):
            # a test whose clean-up fails as well is there twice
            if found[kind].get(stage, {}).get("outcome") != "failed":
                found[kind][stage] = result(case)
    return found


def environment(name: str, report: Path) -> dict:
    """What the Python that runs this is and has, and what held there."""
    packages = {}
    for package in PACKAGES:
        try:
            packages[package] = version(package)
        except PackageNotFoundError:
            packages[package] = None
    if sys.platform == "darwin":
        system = f"macOS {platform.mac_ver()[0]}"
    else:
        system = platform.freedesktop_os_release()["PRETTY_NAME"]
    about = {"name": name, "system": f"{system}, {platform.machine()}", "python": platform.python_version()}
    return about | {"packages": packages, "results": results(report)}


def table(folder: Path, names: list[str]) -> dict:
    """All environments by name, in order, those that left nothing too; the date; the run's address on GitHub."""
    found = [json.loads(path.read_text("utf-8")) for path in sorted(folder.rglob("holds.json"))]
    by_name = {one["name"]: one for one in found}
    run = "{GITHUB_SERVER_URL}/{GITHUB_REPOSITORY}/actions/runs/{GITHUB_RUN_ID}"
    return {
        "date": f"{datetime.now(UTC):%Y-%m-%d}",
        "run": run.format_map(os.environ) if "GITHUB_RUN_ID" in os.environ else None,
        "environments": [by_name.get(name, {"name": name, "results": {}}) for name in names],
    }


def main(command: str, *arguments: str) -> None:
    if command == "report":
        name, report, out = arguments
        made = environment(name, Path(report))
        if not made["results"]:
            print(f"{report} isn't there, or isn't whole: nothing is known of the lessons here.", file=sys.stderr)
    else:
        folder, out, *names = arguments
        made = table(Path(folder), names)
    Path(out).parent.mkdir(parents=True, exist_ok=True)
    Path(out).write_text(json.dumps(made, indent=1, ensure_ascii=False) + "\n", "utf-8")


if __name__ == "__main__":
    if len(sys.argv) < 5 or sys.argv[1] not in ("report", "collect"):
        sys.exit(__doc__)
    main(*sys.argv[1:])
