"""The prepared cache: NAME/native and NAME/SIZExSIZE hold both splits as .npy files, meta.json, and
NAME/.../SPLIT-notes.json where pictures have partners or captions.

Each of these folders is written beside its place and renamed into it, so that it is there whole or not at
all.
"""

import functools
import hashlib
import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import numpy as np

from gancourse import paths
from gancourse.data import catalog
from gancourse.data.archives import Splits

FORMAT = 1  # of the files below; another number is prepared anew


class Prepared(NamedTuple):
    splits: Splits
    source: str  # one line: where they came from
    notes: dict[str, list] = {}  # what belongs to each picture of a split besides its label: see `archives.Noted`


def folder(name: str, size: int | None = None) -> Path:
    return paths.cache() / name / (f"{size}x{size}" if size else "native")


def read(name: str, size: int | None = None) -> Prepared | None:
    """A prepared set, memory-mapped; None where it is missing, damaged, or made from something that has changed.

    The maps are copy-on-write: changing a picture in memory doesn't change the file.
    """
    place = folder(name, size)
    try:
        meta = json.loads((place / "meta.json").read_text("utf-8"))
        if meta["format"] != FORMAT or meta.get("made_from", _made_from(name)) != _made_from(name):
            return None
        splits, notes = {}, {}
        for split, shape in meta["splits"].items():
            images = np.load(place / f"{split}-images.npy", mmap_mode="c").view(np.ndarray)
            labels = np.load(place / f"{split}-labels.npy")
            if images.shape != tuple(shape) or labels.shape != images.shape[:1]:
                return None
            splits[split] = images, labels
            if (place / f"{split}-notes.json").exists():
                notes[split] = json.loads((place / f"{split}-notes.json").read_text("utf-8"))
                if len(notes[split]) != len(labels):
                    return None
        return Prepared(splits, meta["source"], notes)
    except Exception:  # the files may hold anything
        return None


def write(name: str, size: int | None, prepared: Prepared) -> None:
    """Put a set into the cache; hold `lock(name)`. A new native set takes its resized copies' place too.

    Raises OSError (disk full, read-only, ...) and then leaves the cache as it was.
    """
    home = paths.cache()
    new = home / f".{name}.new"
    shutil.rmtree(new, ignore_errors=True)  # left by a process that was killed: nobody else writes under the lock
    files, target = (new, folder(name, size)) if size else (new / "native", home / name)
    try:
        files.mkdir(parents=True)
        for split, (images, labels) in prepared.splits.items():
            np.save(files / f"{split}-images.npy", images)
            np.save(files / f"{split}-labels.npy", labels)
            if split in prepared.notes:
                (files / f"{split}-notes.json").write_text(json.dumps(prepared.notes[split]), "utf-8")
        shapes = {split: images.shape for split, (images, _) in prepared.splits.items()}
        meta = {"format": FORMAT, "source": prepared.source, "splits": shapes, "made_from": _made_from(name)}
        (files / "meta.json").write_text(json.dumps(meta, indent=1), "utf-8")
        _replace(new, target)
    finally:
        shutil.rmtree(new, ignore_errors=True)


def _made_from(name: str) -> str:
    """A digest of what a prepared set follows from: shape and classes; the code that draws it; its landmarks."""
    entry = catalog.entry(name)
    made_with = _drawing_code() if entry.archive == "drawn" else b""
    if entry.landmarks:
        made_with = (paths.root() / "datasets" / entry.landmarks).read_bytes()
    return hashlib.sha256(repr((entry.shape, entry.classes)).encode() + made_with).hexdigest()[:16]


@functools.cache
def _drawing_code() -> bytes:
    here = Path(__file__).parent
    files = [here / "shapes.py", here / "twins.py", here / "faces.py", *sorted((here / "facepaint").glob("*.py"))]
    return b"".join(file.read_bytes() for file in files)


@contextmanager
def lock(name: str) -> Iterator[None]:
    """Only one process at a time prepares a set. Raises OSError where the cache can't be written."""
    from filelock import FileLock, Timeout

    paths.cache().mkdir(parents=True, exist_ok=True)
    held = FileLock(paths.cache() / f".{name}.lock")
    try:
        held.acquire(timeout=1)
    except Timeout:
        print(f"{name}: another process is preparing it; waiting")
        held.acquire()
    try:
        yield
    finally:
        held.release()


def _replace(new: Path, target: Path) -> None:
    """Rename `new` to `target`; what was there goes only once the new one stands."""
    old = target.with_name(f".{target.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    target.parent.mkdir(parents=True, exist_ok=True)
    if target.exists():
        target.replace(old)
    try:
        new.replace(target)
    except OSError:
        if old.exists():
            old.replace(target)
        raise
    shutil.rmtree(old, ignore_errors=True)
