"""The table on site/holds.md: a row for each lesson, a column for each environment. tools/what_holds.py wrote it."""

import html
import json
from collections.abc import Iterator
from pathlib import Path

NO_TABLE = """
**This copy of the site has no such table.** CI writes it on Mondays and publishes the site with it; before the first
Monday, and in a site that `make site` builds on your own computer, there is none.
"""
KINDS = {"lessons": "Lessons", "solutions": "Solutions of the assignments"}
DID_NOT_RUN = "didn't run"


def text(found: Path, stages: list[str]) -> str:
    """What follows the page's introduction, in Markdown: the tables of all stages, or that there are none."""
    if not found.is_file():
        return NO_TABLE
    table = json.loads(found.read_text("utf-8"))
    run = f" ([its log]({table['run']}))" if table["run"] else ""
    parts = [f"**The run of {table['date']}**{run}:", environments(table["environments"], stages)]
    for kind, title in KINDS.items():
        parts += [f"## {title}", grid(kind, table["environments"], stages)]
    if reasons := list(why(table["environments"], stages)):
        parts += ["## What failed, and what was skipped", "\n".join(["<ul>", *reasons, "</ul>"])]
    return "\n\n".join(parts) + "\n"


def result(environment: dict, kind: str, stage: str) -> dict:
    return environment["results"].get(kind, {}).get(stage, {"outcome": DID_NOT_RUN})


def place(kind: str, stage: str, column: int) -> str:
    """The id of a reason, where its cell leads."""
    return f"{kind}-{stage}-{column}"


def environments(found: list[dict], stages: list[str]) -> str:
    """What each environment is, and how much of it held."""
    packages = list(dict.fromkeys(name for one in found for name in one.get("packages", {})))
    rows = []
    for one in found:
        passed = [
            f"{sum(result(one, kind, stage)['outcome'] == 'passed' for stage in stages)} of {len(stages)} {kind}"
            for kind in one["results"]
        ]
        versions = [one.get("packages", {}).get(name) or "–" for name in packages]
        about = [", ".join(passed) or DID_NOT_RUN, one.get("system", "–"), one.get("python", "–"), *versions]
        rows.append(
            [f'<th scope="row">{html.escape(one["name"])}</th>', *(f"<td>{html.escape(a)}</td>" for a in about)]
        )
    return as_table(["Environment", "Passed", "System", "Python", *packages], rows)


def grid(kind: str, found: list[dict], stages: list[str]) -> str:
    rows = []
    for stage in stages:
        row = [f'<th scope="row"><a href="../course/{stage}.html">{stage}</a></th>']
        for column, one in enumerate(found, 1):
            outcome, seconds = (result(one, kind, stage).get(key) for key in ("outcome", "seconds"))
            if outcome == "passed":
                row.append(f'<td class="passed">passed, {seconds:.0f} s</td>')
            elif outcome == DID_NOT_RUN:
                row.append(f'<td class="absent">{DID_NOT_RUN}</td>')
            else:
                row.append(f'<td class="{outcome}"><a href="#{place(kind, stage, column)}">{outcome}</a></td>')
        rows.append(row)
    return as_table(["", *(one["name"] for one in found)], rows)


def why(found: list[dict], stages: list[str]) -> Iterator[str]:
    for kind in KINDS:
        for stage in stages:
            for column, one in enumerate(found, 1):
                if reason := result(one, kind, stage).get("why"):
                    name = html.escape(f"{stage}, {kind.removesuffix('s')}, {one['name']}")
                    yield f'<li id="{place(kind, stage, column)}">{name}: <code>{html.escape(reason)}</code></li>'


def as_table(head: list[str], rows: list[list[str]]) -> str:
    """One block of HTML, which an empty line would end."""
    heads = "".join(f'<th scope="col">{html.escape(cell)}</th>' if cell else "<td></td>" for cell in head)
    body = "\n".join(f"<tr>{''.join(row)}</tr>" for row in rows)
    table = f'<table class="table holds">\n<thead><tr>{heads}</tr></thead>\n<tbody>\n{body}\n</tbody>\n</table>'
    return f'<div class="pst-scrollable-table-container">\n{table}\n</div>'
