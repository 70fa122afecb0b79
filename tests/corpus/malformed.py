"""Submissions whose form is broken: files, JSON, metadata, ids. What the learner wrote counts, wherever it stands."""

import json
import os
from functools import partial
from pathlib import Path

from nbformat.v4 import new_code_cell, new_markdown_cell
from toycourse import STAGE

from gancourse import paths
from gancourse.grading.notebooks import release_path

from .case import DOUBLE, HALF, about, case, cell, dumps, link, put, released

unreadable = partial(case, status="unreadable", points=None)
NOTEBOOK = f"{STAGE}.ipynb"


def answered() -> str:
    """The JSON of an honest notebook, for a file beside the submitted one."""
    made = released()
    cell(made, "double").source, cell(made, "half").source = DOUBLE, HALF
    return dumps(made)


def swap(made) -> None:
    first, second = about(cell(made, "double")), about(cell(made, "half"))
    first.grade_id, second.grade_id = second.grade_id, first.grade_id


def strip(made) -> None:
    """As a converter does that knows no metadata: neither nbgrader's nor any cell's id."""
    made.metadata.clear()
    for number, each in enumerate(made.cells):
        each.metadata.clear()
        each.id = f"cell-{number}"


def duplicate(name: str, source: str | None = None):
    """Copy a cell, as Ctrl-C and Ctrl-V do, and change the copy."""

    def change(made) -> None:
        copy = json.loads(json.dumps(cell(made, name)))
        copy["source"] = copy["source"] if source is None else source
        made.cells.insert(made.cells.index(cell(made, name)) + 1, type(made)(copy))
        about(made.cells[made.cells.index(cell(made, name)) + 1])["grade_id"] = name

    return change


def remove(*names: str):
    return lambda made: [made.cells.remove(cell(made, name)) for name in names]


def old_format(text: str) -> str:
    """The notebook as IPython 2 wrote it: format 3, worksheets, `input` in place of `source`."""
    cells = [
        {"cell_type": "code", "input": each["source"], "language": "python", "collapsed": False, "outputs": []}
        | {"metadata": each["metadata"]}
        if each["cell_type"] == "code"
        else {"cell_type": each["cell_type"], "source": each["source"], "metadata": each["metadata"]}
        for each in json.loads(text)["cells"]
    ]
    sheet = {"cells": cells, "metadata": {}}
    return json.dumps({"metadata": {"name": ""}, "nbformat": 3, "nbformat_minor": 0, "worksheets": [sheet]})


def data(**changes):
    """The notebook with other values for top-level keys; a value of None takes the key away."""

    def change(text: str) -> str:
        changed = json.loads(text) | changes
        return json.dumps({key: value for key, value in changed.items() if value is not None})

    return change


def without(*keys: str):
    """Every code cell without these keys."""

    def change(text: str) -> str:
        made = json.loads(text)
        for each in made["cells"]:
            for key in keys:
                each.pop(key, None)
        return json.dumps(made)

    return change


CASES = [
    # Files and folders
    unreadable("empty-file", "Nothing in it.", raw=lambda text: b""),
    unreadable("folder-in-place-of-the-notebook", "A folder of that name.", called=None, files={NOTEBOOK: Path.mkdir}),
    unreadable("link-to-a-system-file", "A symbolic link.", called=None, files={NOTEBOOK: link("/etc/passwd")}),
    unreadable(
        "link-to-the-solution",
        "Full marks, if anybody followed it.",
        called=None,
        files={NOTEBOOK: link(f"../../../../solutions/{STAGE}/{STAGE}.ipynb")},
    ),
    unreadable(
        "link-to-the-work-of-a-neighbour",
        "The same with a neighbour's submission.",
        called=None,
        files={NOTEBOOK: link(f"../../malformed-aa-honest-before/{STAGE}/{STAGE}.ipynb")},
    ),
    unreadable("link-to-itself", "A loop.", called=None, files={NOTEBOOK: link(NOTEBOOK)}),
    unreadable("link-to-nowhere", "Its target doesn't exist.", called=None, files={NOTEBOOK: link("gone.ipynb")}),
    unreadable(
        "pipe-in-place-of-the-notebook", "Reading it would wait for ever.", called=None, files={NOTEBOOK: os.mkfifo}
    ),
    unreadable("no-notebook", "Only a text file was handed in.", called=None, files={"answers.txt": DOUBLE}),
    unreadable("a-script", "The answers as a .py file.", called=None, files={f"{STAGE}.py": f"{DOUBLE}\n\n{HALF}\n"}),
    case("other-file-name", "As browsers name a second download.", called=f"{STAGE} (1).ipynb", says=(f"{STAGE} (1)",)),
    case("upper-case-suffix", "As some systems write it.", called=f"{STAGE}.IPYNB"),
    unreadable(
        "two-notebooks-of-other-names",
        "Nothing tells which is meant.",
        called=None,
        files={"final.ipynb": answered(), "final final.ipynb": answered()},
    ),
    case("two-notebooks", "One has the right name, so it counts.", files={"old attempt.ipynb": "{"}),
    case(
        "links-beside-the-notebook",
        "To the system, to the solution and to the whole disk: none is followed.",
        files={
            "passwd": link("/etc/passwd"),
            "solution.ipynb": link(f"../../../../solutions/{STAGE}/{STAGE}.ipynb"),
            "disk": link("/"),
        },
    ),
    case(
        "odd-names-beside-the-notebook",
        "Names that shells, terminals and web pages stumble over.",
        files={
            "-rf": "",
            "line\nbreak.txt": "",
            "[red]markup[/nope].txt": "",
            "<script>alert(1)</script>": "",
            "\x1b]0;title\x07.txt": "",
            "ünï cödé 🎓.txt": "",
            "x" * 255: "",
            "deep/er/and/er/file.txt": "",
        },
    ),
    case(
        "settings-beside-the-notebook",
        "Every file that some program of Jupyter's would load and run if it started here.",
        files={
            name: 'import os\nopen("@ROOT@/gancourse-corpus-loaded", "w").close()\nos._exit(1)\n'
            for name in (
                *("nbgrader_config.py", "jupyter_config.py", "jupyter_nbconvert_config.py", "ipython_config.py"),
                *("sitecustomize.py", "usercustomize.py", "conftest.py", "setup.py"),
                *(".ipython/profile_default/startup/00-first.py", ".ipython/profile_default/ipython_config.py"),
            )
        },
    ),
    # Bytes and JSON
    unreadable("not-json", "A web page saved under the notebook's name.", raw=lambda text: "<!DOCTYPE html><html>"),
    unreadable("truncated", "The upload broke off.", raw=lambda text: text[: len(text) // 2]),
    unreadable("binary", "A zip file with another name.", raw=lambda text: b"PK\x03\x04" + bytes(range(256)) * 9),
    unreadable("a-list", "JSON, but no notebook.", raw=lambda text: "[1, 2, 3]"),
    unreadable("null", "The shortest JSON.", raw=lambda text: "null"),
    unreadable("deeply-nested", "A hundred thousand brackets.", raw=lambda text: "[" * 100_000 + "]" * 100_000),
    unreadable("thirty-megabytes", "A video went in as output.", raw=lambda text: text + " " * 30_000_000),
    unreadable(
        "merge-conflict", "Git's marks in the file.", raw=lambda text: text.replace("\n", "\n<<<<<<< HEAD\n", 3)
    ),
    unreadable("without-any-cell", "A notebook, and nothing in it.", raw=data(cells=[])),
    unreadable(
        "another-stage",
        "The right file name, and the assignment of another week in it.",
        raw=lambda text: release_path(paths.root(), "01-first-gan").read_bytes(),
    ),
    case("byte-order-mark", "UTF-8 as Windows' editor writes it.", raw=lambda text: text.encode("utf-8-sig")),
    case("utf-16", "As PowerShell writes it.", raw=lambda text: text.encode("utf-16")),
    case(
        "latin-1",
        "An old editor's encoding.",
        double=f"{DOUBLE}  # für alle",
        raw=lambda text: text.encode("latin-1"),
    ),
    case("line-ends-of-windows", "In the file.", raw=lambda text: text.replace("\n", "\r\n")),
    case(
        "line-ends-of-windows-in-the-sources",
        "In the cells.",
        raw=lambda text: text.replace("\\n", "\\r\\n"),
    ),
    case("line-ends-of-old-macs", "Carriage returns only.", raw=lambda text: text.replace("\\n", "\\r")),
    case(
        "null-characters",
        "In a cell of the learner's own, and in a comment of an answer.",
        double=f"{DOUBLE}  # \0",
        edit=lambda made: put(made, new_markdown_cell("a \0 b"), "half"),
    ),
    case(
        "lone-surrogates",
        "Half an emoji, which no encoding can write.",
        double=f"{DOUBLE}  # \ud83d",
        edit=lambda made: put(made, new_markdown_cell("\udc00 \ud83d"), "half"),
        raw=lambda text: json.dumps(json.loads(text)),
    ),
    case(
        "not-a-number",
        "NaN and infinity, which JSON doesn't know and Python writes.",
        edit=lambda made: made.metadata.update(score=float("nan"), other=float("inf")),
    ),
    case(
        "twice-the-same-key",
        "The last one counts.",
        raw=lambda text: text.replace("{", '{"cells": [], "nbformat": 1,', 1),
    ),
    # The notebook's format
    case("format-3", "As IPython wrote it in 2014.", raw=old_format),
    case("format-5", "From the future, with nothing new in it.", raw=data(nbformat=5, nbformat_minor=0)),
    case("format-missing", "No version at all.", raw=data(nbformat=None, nbformat_minor=None)),
    case("format-as-text", '"4" is no number.', raw=data(nbformat="4", nbformat_minor="four")),
    case("metadata-missing", "Of the notebook.", raw=data(metadata=None)),
    case("metadata-is-a-list", "Of the notebook.", raw=data(metadata=[1, 2])),
    unreadable("cells-are-an-object", "By number, in place of a list.", raw=data(cells={"0": "double"})),
    unreadable("no-cells", "The key is missing.", raw=data(cells=None)),
    case("cells-without-metadata", "Of any cell.", raw=without("metadata", "id")),
    case("cells-without-outputs", "Nor execution counts.", raw=without("outputs", "execution_count")),
    case(
        "cells-of-odd-types",
        "Numbers, null and unknown kinds among the cells.",
        raw=lambda text: data(cells=[7, None, [], {}, {"cell_type": "video"}, *json.loads(text)["cells"]])(text),
    ),
    case(
        "sources-as-lists",
        "Each line an item, as Jupyter stores it.",
        raw=lambda text: data(
            cells=[each | {"source": each["source"].splitlines(True)} for each in json.loads(text)["cells"]]
        )(text),
    ),
    case(
        "cell-metadata-not-an-object",
        "Text, numbers and lists where nbgrader looks for its own.",
        raw=lambda text: data(
            cells=[
                each | {"metadata": odd}
                for each, odd in zip(
                    json.loads(text)["cells"], ["text", 7, [], {"nbgrader": []}, {"nbgrader": "x"}] * 9
                )
            ]
        )(text),
    ),
    case(
        "wrong-kernel",
        "A kernel and a language that this machine doesn't have.",
        edit=lambda made: made.metadata.update(
            kernelspec={"name": "ir", "language": "R", "display_name": "R"}, language_info={"name": "R"}
        ),
    ),
    case("no-kernel", "None named.", edit=lambda made: made.metadata.clear()),
    case(
        "state-of-widgets",
        "As JupyterLab saves it, and a broken one.",
        edit=lambda made: made.metadata.update(widgets={"application/vnd.jupyter.widget-state+json": ["broken"]}),
    ),
    case(
        "attachments",
        "Pictures within markdown, and a broken one.",
        edit=lambda made: put(
            made,
            new_markdown_cell("![](attachment:a.png)") | {"attachments": {"a.png": {"image/png": "!"}, "b": 7}},
            before="double",
        ),
    ),
    case(
        "broken-outputs",
        "Stored outputs of every wrong shape; nobody needs them.",
        edit=lambda made: cell(made, "double").update(outputs=[{}, 7, {"output_type": "x"}, {"data": []}]),
    ),
    # nbgrader's cells
    case("ids-stripped", "A converter lost all metadata.", edit=strip),
    case("ids-swapped", "The two answers carry each other's name.", edit=swap),
    case("id-duplicated", "An answer copied, and the copy is as it was.", edit=duplicate("double")),
    case(
        "id-duplicated-and-empty",
        "The answer is in one of two cells; the other is the stub.",
        edit=duplicate("double", "def double(x):\n    raise NotImplementedError()"),
    ),
    case(
        "two-different-answers",
        "Both claim the task: the later one counts, as it does in Jupyter, and a person should look.",
        edit=duplicate("double", "def double(x):\n    return 3 * x"),
        status="graded or review",
        points=(0, 1),
    ),
    case(
        "id-unknown",
        "A cell with a name that the assignment doesn't have.",
        edit=lambda made: put(
            made,
            new_code_cell(
                "triple = 3",
                metadata={"nbgrader": {"grade_id": "triple", "grade": True, "solution": True, "points": 50}},
            ),
            "half",
        ),
    ),
    case("id-not-text", "A number and an object.", edit=lambda made: about(cell(made, "double")).update(grade_id=[7])),
    case("test-deleted", "It comes back.", edit=remove("double-values"), says=("double-values",)),
    case("all-tests-deleted", "So do all.", edit=remove("double-values", "half-values")),
    case("imports-deleted", "The locked first cell.", edit=remove("imports")),
    case("answer-deleted", "Its points are lost, and no others.", edit=remove("double"), points=(0, 1)),
    case(
        "answer-moved-to-an-own-cell",
        "Written into a new cell; the given one still has the stub.",
        double="def double(x):\n    raise NotImplementedError()",
        edit=lambda made: put(made, new_code_cell(DOUBLE), "double-values"),
        status="graded or review",
    ),
    case(
        "test-edited",
        "A learner's own version of the test is dropped.",
        double="def double(x):\n    return 7",
        edit=lambda made: cell(made, "double-values").update(source="assert double(3) == 7"),
        points=(0, 1),
        says=("double-values",),
    ),
    case("test-duplicated", "One of them is enough.", edit=duplicate("double-values")),
    case(
        "test-turned-into-markdown",
        "It stays a test.",
        edit=lambda made: cell(made, "double-values").update(cell_type="markdown"),
    ),
    case(
        "answer-turned-into-markdown",
        "It stays code.",
        edit=lambda made: cell(made, "double").update(cell_type="markdown"),
        says=("double",),
    ),
    case(
        "answer-turned-into-raw",
        "The same.",
        edit=lambda made: cell(made, "half").update(cell_type="raw"),
    ),
    case(
        "points-changed",
        "A hundred for a wrong answer, and a negative number.",
        double="def double(x):\n    return 7",
        edit=lambda made: [
            about(cell(made, "double-values")).update(points=100),
            about(cell(made, "half-values")).update(points=-1),
        ],
        points=(0, 1),
    ),
    case(
        "flags-changed",
        "Tests that bear no points, answers that are locked and graded.",
        edit=lambda made: [
            about(each).update(
                grade=not about(each)["grade"], locked=not about(each)["locked"], solution=True, points=9
            )
            for each in made.cells
            if about(each)
        ],
    ),
    case(
        "points-for-an-own-cell",
        "A cell that awards itself.",
        double="def double(x):\n    return 7",
        edit=lambda made: put(
            made,
            new_code_cell(
                "100",
                metadata={
                    "nbgrader": {"grade_id": "bonus", "grade": True, "solution": False, "locked": True, "points": 100}
                    | {"schema_version": 3, "task": False, "cell_type": "code"}
                },
            ),
            "half",
        ),
        points=(0, 1),
    ),
    case(
        "schema-of-nbgrader",
        "Versions that nbgrader never had.",
        edit=lambda made: [about(each).update(schema_version="new") for each in made.cells if about(each)],
    ),
    case(
        "cell-ids-duplicated",
        "The same one everywhere.",
        edit=lambda made: [each.update(id="same") for each in made.cells],
    ),
    case(
        "cell-ids-invalid", "Spaces, and far too long.", edit=lambda made: [c.update(id="! " * 99) for c in made.cells]
    ),
    case("cells-shuffled", "From last to first.", edit=lambda made: made.cells.reverse()),
    case(
        "two-thousand-cells",
        "More than anybody wrote by hand.",
        own=["pass"] * 2000,
        status="unreadable",
        points=None,
    ),
    case(
        "syntax-error",
        "An answer that isn't Python; the other one counts.",
        double="def double(x)\n    return 2 * x",
        points=(0, 1),
        says=("SyntaxError",),
    ),
    case(
        "not-answered", "As released.", double="def double(x):\n    raise NotImplementedError()", half="", points=(0, 0)
    ),
    case(
        "indented-by-tabs-and-spaces",
        "TabError, in a cell whose neighbour is right.",
        double="def double(x):\n    if True:\n\treturn 2 * x",
        points=(0, 1),
    ),
    # What comes out
    case(
        "outputs-that-no-encoding-knows",
        "Lone surrogates printed, raised in own cells and shown.",
        own=['print("\\ud83d")', 'display({"text/plain": "\\udc00"}, raw=True)', 'raise ValueError("\\ud83d")'],
    ),
    case(
        "outputs-that-are-no-json",
        "Sets, bytes and objects as display data, keys that are numbers.",
        own="""
for data in ({"text/plain": {1, 2}}, {"text/plain": b"x"}, {7: object()}, {"image/png": 3}, "text", None, [None]):
    try:
        display(data, raw=True)
    except Exception:
        pass""",
    ),
    case(
        "outputs-for-the-terminal",
        "Escape sequences, markup of the progress table, carriage returns.",
        double=r"""
def double(x):
    print("\x1b]0;title\x07\x1b[2J\x1b[31mred\r\n[/nope][bold]")
    raise ValueError("[/nope] \x1b[2J \x00 {0} %s")""",
        points=(0, 1),
    ),
    case(
        "odd-exceptions",
        "A class without a proper name, an argument without a representation.",
        double=r"""
class Odd(Exception):
    __module__ = None
    def __str__(self):
        raise self
    __repr__ = __str__
Odd.__name__ = "\ud83d [/nope]"
def double(x):
    raise Odd(Odd())""",
        points=(0, 1),
    ),
    case(
        "representations-that-fail",
        "Last values whose every representation raises, or is of a wrong type.",
        own="""
class Odd:
    def __repr__(self):
        raise SystemExit
    _repr_html_ = _repr_png_ = _repr_mimebundle_ = __repr__
Odd()""",
    ),
]

NAMES = ["o'neil", "a&b", "ünï cödé 🎓", "[red]x[blink", "-j", "Smith, Jr", "=1+1", "a%b{c}", "; drop table grade"]
"""Learners' names; each hands in an honest notebook."""
UNSAFE_NAMES = ["<b>x", 'a"b', "a\\b"]
"""The same, with names that Formgrader would show as HTML: not graded, and the instructor is told to rename them."""
