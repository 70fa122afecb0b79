"""Read what was handed in as a notebook: from bytes that may hold anything to plain cells.

nbformat's own reader needs a valid notebook; a learner's may come out of an editor, a merge or a script. So only what
grading needs is read, and everything else may be missing or broken: outputs, ids, metadata, the format's number.
"""

import json
import re
from collections import defaultdict
from dataclasses import dataclass, field
from functools import cached_property

from gancourse.grading.intake import names
from gancourse.grading.intake.names import Names

MAX_BYTES = 20_000_000
MAX_CELLS = 1000
MAX_LINES = 100_000  # of all cells together; these two keep short what happens to a notebook outside any sandbox
MAX_CODE = 500_000  # characters of all code cells together
MAX_PICTURES = 100  # attached to one cell; of more none is kept

# A text cell that begins like this was code once.
CODE = re.compile(r"(?:[ \t]*(?:#.*)?\n)*(?:(?:def|class|import|from|async)\s|@)")


class Unreadable(ValueError):
    """There is no notebook in it that could be graded; the message says why, for learner and instructor."""


@dataclass(eq=False)
class Cell:
    """One cell of a submission. kind: "code", "markdown" or "raw"; grade_id: nbgrader's; id: nbformat's."""

    kind: str
    text: str
    grade_id: str | None = None
    id: str | None = None
    attachments: dict[str, dict[str, str]] = field(default_factory=dict)

    @cached_property
    def names(self) -> Names:
        if self.kind == "code":
            return names.parse(self.text)
        return names.sketch(self.text) if CODE.match(self.text) else Names()


@dataclass
class Submission:
    """A submitted notebook. kernel: name and language that it asks for, "" for what it doesn't say."""

    cells: list[Cell]
    kernel: tuple[str, str]
    repairs: list[str]  # in words


def read(raw: bytes) -> Submission:
    """The cells of the notebook in `raw`, which may be of format 3 or 4. Raises Unreadable."""
    content, repairs = _json(raw)
    if not isinstance(content, dict):
        raise Unreadable("the file isn't a notebook: it holds JSON, but not a notebook's fields")
    found = content.get("cells")
    if not isinstance(found, list):
        sheets = content.get("worksheets")
        sheets = [sheet for sheet in sheets if isinstance(sheet, dict)] if isinstance(sheets, list) else []
        found = [cell for sheet in sheets if isinstance(sheet.get("cells"), list) for cell in sheet["cells"]]
        if not sheets:
            raise Unreadable("the file isn't a notebook: it has no list of cells")
        repairs.append("the notebook was in format 3: read as format 4")
    if not found:
        raise Unreadable("the notebook is empty: it has no cells")
    if len(found) > MAX_CELLS:
        raise Unreadable(f"the notebook has {len(found):,} cells, and {MAX_CELLS:,} at most can be graded")
    troubles = defaultdict(list)
    cells = [_cell(_dict(cell), number, troubles) for number, cell in enumerate(found, 1)]
    for trouble, places in troubles.items():
        shown = ", ".join(places[:5]) + (f" and {len(places) - 5} more" if len(places) > 5 else "")
        repairs.append(f"{trouble} (cell {shown})")
    code = sum(len(cell.text) for cell in cells if cell.kind == "code")
    if code > MAX_CODE:
        raise Unreadable(f"the notebook holds {code:,} characters of code, and {MAX_CODE:,} at most are read")
    lines = sum(cell.text.count("\n") for cell in cells)
    if lines > MAX_LINES:
        raise Unreadable(f"the notebook has {lines:,} lines, and {MAX_LINES:,} at most are read")
    spec = _dict(_dict(content.get("metadata")).get("kernelspec"))
    name, language = (_string(spec.get(key)) or "" for key in ("name", "language"))
    return Submission(cells, (name, language), repairs)


def excerpt(text: str) -> str:
    """The beginning of a learner's words, fit to stand in a message of one line."""
    return clean(text)[:60].encode("unicode_escape").decode()


def clean(text: str) -> str:
    """The text with \\n as line end and nothing that UTF-8, JSON or a database can't hold."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _json(raw: bytes) -> tuple[object, list[str]]:
    if len(raw) > MAX_BYTES:
        size, most = len(raw) / 1e6, MAX_BYTES / 1e6
        raise Unreadable(
            f"the file has {size:.1f} MB, and {most:.0f} MB at most are read: clear the outputs, save, hand in again"
        )
    if not raw.strip():
        raise Unreadable("the file is empty")
    repairs, encoding = [], json.detect_encoding(raw)
    try:
        text = raw.decode(encoding, "surrogatepass")
    except UnicodeDecodeError:
        encoding, text = "Latin-1", raw.decode("latin-1")
    if not encoding.startswith("utf-8"):
        repairs.append(f"the file's encoding wasn't UTF-8: read as {encoding}")
    try:
        return json.loads(text), repairs
    except json.JSONDecodeError as err:
        place = f"line {err.lineno}, column {err.colno}"
        raise Unreadable(f"the file isn't a notebook, or only a part of one: no JSON at {place} ({err.msg})") from None
    except (ValueError, RecursionError, MemoryError):  # a number of thousands of digits, brackets within brackets
        raise Unreadable(
            "the file isn't a notebook: its JSON is nested too deeply, or holds an endless number"
        ) from None


def _cell(cell: dict, number: int, troubles: dict[str, list[str]]) -> Cell:
    metadata = _dict(cell.get("metadata"))
    grade_id = _string(_dict(metadata.get("nbgrader")).get("grade_id"))
    kind = cell.get("cell_type")
    if kind not in ("code", "markdown", "raw"):
        kind = "code" if cell.keys() & {"outputs", "execution_count", "input"} else "markdown"
    source = cell.get("source", cell.get("input", ""))  # format 3: input
    lines = source if isinstance(source, list) else [source]
    raw = "".join(line for line in lines if isinstance(line, str))
    text = clean(raw)
    if "\r" in raw:
        troubles["line ends of another system: normalised"].append(str(number))
    if text != raw.replace("\r\n", "\n").replace("\r", "\n"):
        troubles["characters that no text can hold: replaced or left out"].append(str(number))
    if not cell or not all(isinstance(line, str) for line in lines):
        troubles["something other than text: left out"].append(str(number))
    return Cell(kind, text, grade_id, _string(cell.get("id")), _attachments(cell.get("attachments")))


def _attachments(found) -> dict[str, dict[str, str]]:
    """Pasted pictures, where they have the form that nbformat requires."""
    if len(_dict(found)) > MAX_PICTURES:
        return {}
    kept = {}
    for name, bundle in _dict(found).items():
        forms = _dict(bundle)
        if len(forms) <= MAX_PICTURES and all(isinstance(data, str) for data in forms.values()):
            kept[clean(name)] = {clean(kind): clean(data) for kind, data in forms.items()}
    return kept


def _dict(value) -> dict:
    return value if isinstance(value, dict) else {}


def _string(value) -> str | None:
    return value if isinstance(value, str) else None
