"""What may be shown of what a learner wrote: text and pictures, nothing that a browser would run or fetch.

Autograded notebooks hold only what went through here: Formgrader renders them with the instructor's rights, feedback
in the learner's browser. Nothing here raises, whatever shape a hostile process gave its outputs.
"""

import base64
import io
import os
import re
import sys
from functools import cache
from pathlib import Path

from nbformat import NotebookNode
from nbformat.v4 import new_output
from PIL import Image

from gancourse import paths

MAX_TEXT = 64_000  # bytes of all the text that a cell put out; of one source
MAX_ERROR = 16_000  # bytes of a traceback: its end, which says what is wrong, is kept
MAX_PICTURES = 3_000_000  # bytes of all the pictures of a cell
MAX_PIXELS = 20_000_000  # a small file may unpack to what no browser can hold
MAX_OUTPUTS = 200
PICTURES = {"image/png": "PNG", "image/jpeg": "JPEG"}

BYTE = r"(?:25[0-5]|2[0-4]\d|[01]?\d?\d)"
STYLE = rf"(?:[34]8;(?:5;{BYTE}|2;{BYTE};{BYTE};{BYTE})|(?![34]8)(?:0?\d|[2-4]\d|9\d|10[0-7]))"
ESCAPES = re.compile(
    rf"(?P<colour>\x1b\[(?:{STYLE}(?:;{STYLE}){{0,9}})?m)"  # as well-formed as nbconvert needs them
    r"|\x1b\[[0-?]*[ -/]*[@-~]?"  # moving the cursor, clearing the screen, other colours
    r"|\x1b[\]PX^_][^\x07\x1b\n]*(?:\x07|\x1b\\)?"  # titles, links, the clipboard
    r"|\x1b[ -/]*[0-~]?"
)
# Control characters but tab, newline and escape; marks that turn the order in which text reads; halves of characters.
INVISIBLE = re.compile("[\x00-\x08\x0b-\x1a\x1c-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def outputs(found) -> list[NotebookNode]:
    """A code cell's outputs as valid ones that hold streams, plain text, PNG, JPEG and one error, and no more.

    A display that has neither plain text nor a picture leaves a line that names its types. Metadata is dropped. An
    execute_result becomes display_data: nbgrader would take its number for points. Text and pictures end at MAX_TEXT
    and MAX_PICTURES bytes, with a line that says so; the error is kept however much was printed before it.
    """
    merged = _merged(found if isinstance(found, list | tuple) else [])
    errors = [output for output in merged if output.get("output_type") == "error"]
    others = [o for o in merged if o.get("output_type") in ("stream", "display_data", "execute_result")]
    if len(others) > MAX_OUTPUTS:
        note = f"... cut: {len(others) - MAX_OUTPUTS + 1:,} more outputs\n"
        others[MAX_OUTPUTS - 1 :] = [{"output_type": "display_data", "data": {"text/plain": note}}]
    kept, text_left, bytes_left = [], MAX_TEXT, MAX_PICTURES
    for output in others:
        if output["output_type"] == "stream":
            written, text_left = _cut(text(output["text"]), text_left)
            if written:
                kept.append(new_output("stream", name=output["name"], text=written))
        elif isinstance(data := output.get("data"), dict) and data:
            shown, bytes_left = _pictures(data, bytes_left)
            plain, text_left = _cut(_plain(data, bool(shown)), text_left)
            shown |= {"text/plain": plain} if plain else {}
            if shown:
                kept.append(new_output("display_data", data=shown))
    return kept + [_error(error) for error in errors[:1]]


def markdown(written) -> str:
    """A learner's markdown as a fenced block, which shows it as it was written and renders nothing of it.

    No HTML, link, picture, formula or attachment in it works: a relative link would lead to a file that the learner
    handed in, a remote picture would tell its owner who reads this and when.
    """
    shown = source(written)
    longest = max(map(len, re.findall("`+", shown)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}\n{shown}\n{fence}"


def source(written) -> str:
    """A cell's source (text or a list of lines) for reading: no invisible characters, no more than MAX_TEXT bytes."""
    shown = _joined(written).replace("\r\n", "\n").replace("\r", "\n")
    return _cut(INVISIBLE.sub("", shown.replace("\x1b", "")), MAX_TEXT)[0]


def text(written) -> str:
    """What was printed (text or a list of lines) as a terminal would leave it: overwritten lines gone, of escape
    sequences only colours there; no invisible characters, no folder of this machine. "" for what isn't text."""
    lines = ESCAPES.sub(lambda m: m["colour"] or "", _joined(written)).replace("\r\n", "\n").split("\n")
    shown = INVISIBLE.sub("", "\n".join(line.rstrip("\r").rpartition("\r")[2] for line in lines))
    for folder, name in _folders().items():
        shown = re.sub(rf"{re.escape(folder)}(?![\w.-])", name, shown)
    return shown


def line(written, limit: int = 500) -> str:
    """Text as one line without colours, of at most `limit` characters."""
    shown = " ".join(ESCAPES.sub("", text(written)).split())
    return shown if len(shown) <= limit else f"{shown[: limit - 4].rstrip()} ..."


def _joined(written) -> str:
    if isinstance(written, list | tuple):
        return "".join(part for part in written if isinstance(part, str))
    return written if isinstance(written, str) else ""


def _merged(found) -> list[dict]:
    """The outputs that are dicts, with neighbouring pieces of one stream as one."""
    merged = []
    for output in found:
        if not isinstance(output, dict):
            continue
        if output.get("output_type") == "stream":
            name = "stderr" if output.get("name") == "stderr" else "stdout"
            last = merged[-1] if merged else {}
            if last.get("output_type") == "stream" and last["name"] == name:
                last["text"].append(_joined(output.get("text")))
                continue
            output = {"output_type": "stream", "name": name, "text": [_joined(output.get("text"))]}
        merged.append(output)
    return merged


def _error(output: dict) -> NotebookNode:
    ename = line(output.get("ename"), 200) or "Error"
    evalue, _ = _cut(ESCAPES.sub("", text(output.get("evalue"))), MAX_ERROR)
    frames = output.get("traceback")
    traceback = "\n".join(map(text, frames)) if isinstance(frames, list | tuple) else ""
    traceback = traceback if traceback.strip() else f"{ename}: {evalue}"
    raw = traceback.encode()
    if len(raw) > MAX_ERROR:
        first, newline, rest = raw[100 - MAX_ERROR :].decode(errors="ignore").partition("\n")
        traceback = f"... cut: what comes before this\n{rest if newline else first}"
    return new_output("error", ename=ename, evalue=evalue, traceback=traceback.split("\n"))


def _pictures(data: dict, left: int) -> tuple[dict[str, str], int]:
    """The pictures among what was displayed, encoded anew, as far as `left` bytes reach; and how many are left then."""
    kept = {}
    for mime, kind in PICTURES.items():
        raw = _picture(_joined(data.get(mime)), kind)
        if raw and len(raw) <= left:
            kept[mime] = base64.b64encode(raw).decode()
            left -= len(raw)
    return kept, left


def _picture(encoded: str, kind: str) -> bytes | None:
    """The bytes of a picture of this kind, of which only the head is read; None for anything else."""
    if len(encoded) > 2 * MAX_PICTURES:
        return None
    try:
        raw = base64.b64decode("".join(encoded.split()), validate=True)
        with Image.open(io.BytesIO(raw), formats=[kind]) as picture:
            width, height = picture.size
    except Exception:  # whatever a forged head makes Pillow raise, it is no picture
        return None
    return raw if width * height <= MAX_PIXELS else None


def _plain(data: dict, pictured: bool) -> str:
    """The plain text among what was displayed; where a reader would miss something, also what else there was."""
    plain = text(data.get("text/plain"))
    if pictured or (plain and not data.keys() & PICTURES.keys()):
        return plain
    types = sorted(line(mime, 60) for mime in data if mime != "text/plain")
    return f"{plain}\n[not shown: {', '.join(types[:9])}]".lstrip("\n") if types else plain


def _cut(shown: str, left: int) -> tuple[str, int]:
    """The text as far as `left` bytes reach, with a last line that says what was cut; and how many are left then."""
    raw = shown.encode()
    if len(raw) <= left:
        return shown, left - len(raw)
    if left < 100:  # no room to say more, and it was said already
        return "", 0
    head = re.sub(r"\x1b[^m]*\Z", "", raw[: left - 100].decode(errors="ignore"))  # not within a colour
    return f"{head}\n... cut: {len(raw) - left + 100:,} more bytes\n", 0


@cache
def _folders() -> dict[str, str]:
    """The folders of this machine whose names are nobody's business, and what to call them."""
    named = {sys.prefix: "<python>", str(paths.root()): "<course>", os.path.expanduser("~"): "~"}  # noqa: PTH111
    return {folder: name for folder, name in named.items() if len(Path(folder).parts) > 1}
