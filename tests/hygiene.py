"""What a careful reader would object to in a stored notebook. A pre-commit hook, and part of `make lint` and the tests.

Usage: python tests/hygiene.py [NOTEBOOK ...]     (none named: all of course/, solutions/ and assignments/)
Prints one line for each finding; exit status 1 if there are any.
"""

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import nbformat

ROOT = Path(__file__).resolve().parents[1]
KINDS = ("course", "solutions", "assignments")
MAX_LINES = 20
MAX_BYTES = 2_000_000
MIN_ALT = 20  # characters
MACHINE_PATH = re.compile(
    r"(?<![\w.~/-])/(?:root|home|Users|tmp|var|mnt|opt|srv|work|workspace|builds)/[\w.-]+"
    r"|\b[A-Za-z]:\\{1,2}Users\b"
)
ELSEWHERE = "../docs/hosted.md"
NOT_RELEASED = re.compile(r"### (?:BEGIN|END) (?:SOLUTION|HIDDEN TESTS)|\bprobe\(")


def notebooks() -> list[Path]:
    found = [path for kind in KINDS for path in sorted((ROOT / kind).rglob("*.ipynb"))]
    return [path for path in found if ".ipynb_checkpoints" not in path.parts]


def findings(path: Path, kind: str) -> Iterator[str]:
    """Objections to one notebook of a kind ("course", "solutions" or "assignments"), each once."""
    text = path.read_text("utf-8")
    try:
        notebook = nbformat.reads(text, as_version=4)
        nbformat.validate(notebook)
    except (nbformat.reader.NotJSONError, nbformat.ValidationError) as err:
        yield f"not a valid notebook: {str(err).splitlines()[0]}"
        return
    if len(text.encode()) > MAX_BYTES:
        yield f"{len(text.encode()) / 1e6:.1f} MB stored; at most {MAX_BYTES / 1e6:.0f}"
    if notebook.metadata.get("kernelspec", {}).get("name") != "python3":
        yield "its kernel isn't python3"
    if match := MACHINE_PATH.search(json.dumps([notebook.metadata, *(c.metadata for c in notebook.cells)])):
        yield f"machine path in metadata: {match[0]}"
    for number, cell in enumerate(notebook.cells, 1):
        for objection in cell_findings(cell, kind):
            yield f"cell {number}: {objection}"
    code = [cell for cell in notebook.cells if cell.cell_type == "code" and cell.source.strip()]
    if kind != "assignments" and [c.execution_count for c in code] != list(range(1, len(code) + 1)):
        yield "not executed from top to bottom in a fresh kernel"
    if kind == "course":
        first = notebook.cells[0] if notebook.cells else None
        if first is None or first.cell_type != "markdown" or not first.source.startswith("# "):
            yield "doesn't start with a title"
        elif f"]({ELSEWHERE})" not in first.source:
            yield f"its first cell doesn't say where else it can be opened: no link to {ELSEWHERE}"
        if not any("parameters" in cell.metadata.get("tags", []) for cell in code):
            yield "no cell tagged parameters"
        if not any("image/png" in out.get("data", {}) for cell in code for out in cell.outputs):
            yield "no picture"


def cell_findings(cell: nbformat.NotebookNode, kind: str) -> Iterator[str]:
    if kind == "assignments" and (match := NOT_RELEASED.search(cell.source)):
        yield f"not for learners: {match[0]}"
    if cell.cell_type != "code":
        return
    if "execution" in cell.metadata:
        yield "the times of its execution in the metadata"
    if kind == "assignments" and (cell.outputs or cell.execution_count):
        yield "has outputs"
        return
    if kind == "course" and len(cell.source.splitlines()) > MAX_LINES:
        yield f"{len(cell.source.splitlines())} lines; at most {MAX_LINES}"
    for out in cell.outputs:
        for kind_of_picture in ("image/png", "image/gif"):
            alt = out.get("metadata", {}).get(kind_of_picture, {}).get("alt", "")
            if kind_of_picture in out.get("data", {}) and len(alt) < MIN_ALT:
                yield "a figure without alt text: plots.display(figure, 'what it shows')"
        if out.output_type == "error" and "raises-exception" not in cell.metadata.get("tags", []):
            yield f"stored error: {out.ename}"
        if out.get("name") == "stderr":
            yield f"stored stderr: {out.text.strip()[:80]}"
        texts = {mime: data for mime, data in out.get("data", {}).items() if not mime.startswith("image/")}
        shown = [texts, out.get("text", ""), out.get("evalue", ""), out.get("traceback", "")]
        if match := MACHINE_PATH.search(json.dumps(shown)):
            yield f"machine path in output: {match[0]}"


def main(names: list[str]) -> int:
    paths = [Path(name).resolve() for name in names] or notebooks()
    bad = 0
    for path in paths:
        kind = path.relative_to(ROOT).parts[0]
        for finding in findings(path, kind) if kind in KINDS else ():
            print(f"{path.relative_to(ROOT)}: {finding}")
            bad += 1
    return bool(bad)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
