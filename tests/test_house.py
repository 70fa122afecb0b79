"""The library's rooms: CONTRIBUTING lists them all, and no import runs up its list."""

import ast
import re
from collections.abc import Iterator
from importlib.util import resolve_name
from pathlib import Path

import pytest

from gancourse import paths

LIBRARY = paths.root() / "src" / "gancourse"


def listed(folder: str) -> list[str]:
    """The names in the first column of CONTRIBUTING's table of a folder, in order; folders end in a slash."""
    text = (paths.root() / "CONTRIBUTING.md").read_text("utf-8")
    table = re.search(rf"^\| in `{folder}` .*\n\|[-|]+\n((?:\|.*\n)+)", text, re.M)[1]
    return [name for row in table.splitlines() for name in re.findall("`(.+?)`", row.split("|")[1])]


def order() -> list[str]:
    """All rooms, from those that know nobody; those of grading/ stand in its place."""
    inside = [f"grading.{name.rstrip('/')}" for name in listed("grading/")]
    return [
        room for name in listed("src/gancourse/") for room in (inside if name == "grading/" else [name.rstrip("/")])
    ]


def room(name: str) -> str:
    """The room of a module, or of what it defines: gancourse.data.catalog -> data."""
    parts = name.split(".")[1:]
    return ".".join(parts[: 2 if parts[:1] == ["grading"] else 1])


def imported(source: str, package: str) -> Iterator[tuple[int, str]]:
    """Line and full name of all that a module of the package imports of gancourse, inside functions too."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = resolve_name("." * node.level + (node.module or ""), package)
            names = [f"{base}.{alias.name}" for alias in node.names]
        else:
            continue
        yield from ((node.lineno, name) for name in names if name.startswith("gancourse."))


def upward(file: str, source: str) -> list[str]:
    """The imports of a file, by its path in the library, from rooms below its own in the list, or not in it."""
    rank = {room: place for place, room in enumerate(order())}
    package = ".".join(Path("gancourse", file).parent.parts)
    own = rank.get(room(f"{package}.{Path(file).stem}"), -1)  # gancourse itself, and grading: they know nobody
    return [
        f"{file}:{line} imports {name}"
        for line, name in imported(source, package)
        if rank.get(room(name), len(rank)) > own
    ]


@pytest.mark.parametrize("folder", ["src/gancourse/", "grading/"])
def test_the_list_names_every_room_once(folder):
    inside = LIBRARY if folder.startswith("src") else LIBRARY / folder
    modules = [path.stem for path in inside.glob("*.py") if path.stem != "__init__"]
    folders = [f"{path.parent.name}/" for path in inside.glob("*/__init__.py")]
    assert sorted(listed(folder)) == sorted(modules + folders)


def test_no_import_runs_up():
    files = {path.relative_to(LIBRARY).as_posix(): path.read_text("utf-8") for path in LIBRARY.rglob("*.py")}
    assert not [line for file, source in files.items() for line in upward(file, source)]


@pytest.mark.parametrize(
    ("file", "line"),
    [
        ("data/loading.py", "from gancourse import plots"),
        ("data/loading.py", "from gancourse.grading.notebooks import read"),
        ("paths.py", "import gancourse.data.catalog as c"),
        ("nets/mlp.py", "from ..train import fit"),
        ("nets/mlp.py", "from .. import train"),
        ("nets/__init__.py", "from gancourse import losses"),
        ("__init__.py", "from gancourse import paths"),
        ("grading/intake/handin.py", "from gancourse.grading.books import records"),
        ("grading/sandbox/box.py", "from gancourse.grading.assess import prepare"),
        ("grading/judge.py", "def late():\n    from gancourse.grading import batch"),
        ("train.py", "from gancourse import nowhere"),
    ],
)
def test_what_runs_up_is_found(file, line):
    assert len(upward(file, line)) == 1


@pytest.mark.parametrize(
    ("file", "line"),
    [
        ("data/loading.py", "import gancourse\nfrom gancourse import paths\nfrom gancourse.data import cache"),
        ("nets/__init__.py", "from .mlp import mlp_generator"),
        (
            "grading/books/records.py",
            "from gancourse.grading.books import attempts\nfrom gancourse.grading import course",
        ),
        ("cli/main.py", "from gancourse.grading.execute import JudgedExecute"),
    ],
)
def test_what_runs_down_or_stays_in_the_room_is_not(file, line):
    assert not upward(file, line)
