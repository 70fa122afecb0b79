"""What a shell says of a cell, looked at before anything else does: of the right shape, and no more than can be kept.

A learner's code can speak in the shell's place, so nothing is taken for granted. All that is done here takes time and
memory in proportion to the bytes that came, of which there are at most `MAX_FRAME`.
"""

import json
from dataclasses import dataclass

from nbformat import NotebookNode

MAX_FRAME = 32_000_000  # bytes that one cell may send; shell.py keeps honest cells below
MAX_BRACKETS = 1_000_000  # lists and dicts in one frame: each takes a hundred times its two characters
MAX_OUTPUTS = 200_000  # of a cell
MAX_SIGNS, MAX_MODULES, MAX_NAME = 200, 500, 300


class Malformed(ValueError):
    """No shell of ours sends this."""


@dataclass(frozen=True)
class Said:
    """What a shell says of one cell: outputs in nbformat's form, names of what looked like tampering, names of the
    course's modules that are loaded, names to which the learner gave another meaning than the course's cells (which
    don't see it). size: of all that, in bytes."""

    outputs: list[NotebookNode]
    signs: list[str]
    modules: list[str]
    rebound: list[str]
    size: int


def parse(data: bytes | bytearray) -> dict:
    """The JSON object in a frame. Raises Malformed for anything else."""
    if data.count(b"[") + data.count(b"{") > MAX_BRACKETS:
        raise Malformed("too many lists and dicts")
    try:
        message = json.loads(data)
    except (ValueError, RecursionError) as err:
        raise Malformed(str(err)[:200]) from err
    if not isinstance(message, dict):
        raise Malformed("no object")
    return message


def said(message: dict, size: int) -> Said:
    """What a frame says of a cell. Raises Malformed where a field is missing, of another type, or too long."""
    found = message.get("outputs")
    if not isinstance(found, list) or len(found) > MAX_OUTPUTS:
        raise Malformed("outputs")
    return Said(
        [_output(each) for each in found],
        _names(message.get("signs"), MAX_SIGNS),
        _names(message.get("modules"), MAX_MODULES),
        _names(message.get("rebound"), MAX_SIGNS),
        size,
    )


def _output(found) -> NotebookNode:
    """One output. What a display holds stays as it came, plain dicts and lists: whoever shows it looks at it again."""
    kind = found.get("output_type") if isinstance(found, dict) else None
    if kind == "stream":
        _expect(isinstance(found.get("text"), str) and found.get("name") in ("stdout", "stderr"), "stream")
        return NotebookNode(output_type=kind, name=found["name"], text=found["text"])
    if kind in ("display_data", "execute_result"):
        data = found.get("data")
        _expect(isinstance(data, dict) and len(data) <= 100, "display")
        shown = NotebookNode(output_type=kind, data=NotebookNode(), metadata=NotebookNode())
        dict.update(shown["data"], data)
        return NotebookNode(shown | ({"execution_count": None} if kind == "execute_result" else {}))
    if kind == "error":
        words = [found.get("ename"), found.get("evalue")]
        lines = found.get("traceback")
        _expect(all(isinstance(word, str) for word in words) and isinstance(lines, list), "error")
        _expect(len(lines) <= 10_000 and all(isinstance(line, str) for line in lines), "traceback")
        return NotebookNode(output_type=kind, ename=words[0], evalue=words[1], traceback=lines)
    raise Malformed("output")


def _names(found, most: int) -> list[str]:
    _expect(isinstance(found, list) and len(found) <= most, "names")
    _expect(all(isinstance(name, str) and len(name) <= MAX_NAME for name in found), "name")
    return found


def _expect(right: bool, what: str) -> None:
    if not right:
        raise Malformed(what)
