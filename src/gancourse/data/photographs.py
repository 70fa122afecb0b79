"""Photographs as their authors publish them, in all sizes: those on a list, or each person's in a folder."""

import hashlib
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from gancourse import paths
from gancourse.data.archives import Splits, in_mixed_order, open_binary, read_folder, read_zip
from gancourse.data.catalog import Entry
from gancourse.data.pictures import decode_all, is_picture, whole_or_middle

MOST = 10  # pictures of one person in one class: a few stars have hundreds
TEST_SHARE = 5  # every fifth person goes to the test split
PACKED = (".rar", ".7z", ".tar", ".gz")


def read_photographs(entry: Entry, path: Path) -> Splits:
    """Read a zip or folder: class folders, people's folders, or the pictures that the catalogue lists, at any depth.

    Raises ValueError, with what to do by hand, for anything else; OSError.
    """
    if path.suffix.lower() in PACKED:
        raise ValueError(f"{path.name} must be unpacked first, with all its parts beside it. {entry.by_hand}".strip())
    if path.is_file() and path.suffix.lower() != ".zip":
        raise ValueError(f"{path} is a file, not a folder or zip. {entry.by_hand}".strip())
    try:
        with opened(path) as (names, open_file):
            people = _people(entry, names)
            if people:
                return {split: _decoded(entry, files, open_file) for split, files in people.items()}
            listed = listed_files(entry, names, open_file)
            if listed:
                return {split: _decoded(entry, files, open_file) for split, files in listed.items()}
        return read_zip(entry, path) if path.suffix.lower() == ".zip" else read_folder(entry, path)
    except (zipfile.BadZipFile, zlib.error, RuntimeError) as err:  # RuntimeError: encrypted
        raise ValueError(f"{path.name} isn't a complete zip file ({err})") from err
    except ValueError as err:
        raise ValueError(f"{err}. {entry.by_hand}".strip()) from err


def listed_pictures(entry: Entry) -> dict[str, dict[int, list[str]]]:
    """{split: {label: SHA-256 of its pictures, the first 16 digits}}, in the order of the catalogue's list."""
    listed: dict[str, dict[int, list[str]]] = {}
    for line in (paths.root() / "datasets" / entry.pictures).read_text("utf-8").split("\n"):
        if line.startswith("["):
            split, name = line.strip("[]").split("/")
            digests = listed.setdefault(split, {}).setdefault(entry.classes.index(name), [])
        elif line and not line.startswith("#"):
            digests.append(line)
    return listed


@contextmanager
def opened(path: Path) -> Iterator[tuple[list[str], Callable[[str], BinaryIO]]]:
    """The names of all pictures in a zip or folder, and what opens them."""
    if path.suffix.lower() == ".zip":
        with zipfile.ZipFile(path) as archive:
            yield sorted(name for name in archive.namelist() if not name.endswith("/")), archive.open
    else:
        yield sorted(str(file) for file in path.rglob("*") if file.is_file()), open_binary


def listed_files(entry: Entry, names: list[str], open_file: Callable) -> dict[str, dict[int, list[str]]]:
    """Where the listed pictures are: {split: {label: names}}; {} where there is none of them."""
    found = {}
    for name in names:
        with open_file(name) as file:
            found[hashlib.sha256(file.read()).hexdigest()[:16]] = name
    listed = listed_pictures(entry)
    digests = {digest for classes in listed.values() for part in classes.values() for digest in part}
    missing = len(digests - found.keys())
    if missing == len(digests):
        return {}
    if missing:
        raise ValueError(f"{missing:,} of the {len(digests):,} pictures of {entry.name} are missing or changed")
    return {
        split: {label: [found[digest] for digest in part] for label, part in classes.items()}
        for split, classes in listed.items()
    }


def _people(entry: Entry, names: list[str]) -> dict[str, dict[int, list[str]]]:
    """Pictures in <a folder of entry.people>/<person>/: {split: {label: names}}; {} where there are no such folders.

    All pictures of a person are in one split.
    """
    people: dict[str, dict[int, list[str]]] = {}
    for name in names:
        *_, folder, person, file = ("", "", *PurePosixPath(Path(name).as_posix()).parts)
        if folder in entry.people and is_picture(PurePosixPath(file)):
            label = entry.classes.index(entry.people[folder])
            people.setdefault(person, {}).setdefault(label, []).append(name)
    splits: dict[str, dict[int, list[str]]] = {}
    for number, person in enumerate(sorted(people), start=1):
        split = splits.setdefault("train" if number % TEST_SHARE else "test", {})
        for label, files in people[person].items():
            split.setdefault(label, []).extend(files[:MOST])
    return splits


def _decoded(entry: Entry, files: dict[int, list[str]], open_file: Callable):
    names, labels = in_mixed_order(files)
    decoded = decode_all(names, open_file, entry.shape[2], entry.shape[0], entry.name, whole_or_middle)
    if not decoded.kept.any():
        raise ValueError(f"none of {len(names)} pictures can be read, for example {paths.readable(names[0])}")
    if decoded.broken:
        name, why = next(iter(decoded.broken.items()))
        print(
            f"{entry.name}: left out {len(decoded.broken)} of {len(names)} pictures, which can't be read, "
            f"for example {paths.readable(name)}: {why}"
        )
    return decoded.images, labels[decoded.kept]
