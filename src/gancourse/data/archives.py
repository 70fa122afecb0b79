"""Pictures in class folders and zips, read to {split: (uint8 (n, h, w, c), int64 labels (n,))}."""

import json
import re
import struct
import zipfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path, PurePath, PurePosixPath
from typing import BinaryIO

import numpy as np

from gancourse import paths
from gancourse.data.catalog import Entry
from gancourse.data.pictures import HEIC, HEIC_SUFFIXES, decode_all, is_picture, opens, whole_or_middle

Splits = dict[str, tuple[np.ndarray, np.ndarray]]
ANY_SIZE = ("photographs", "folders", "celeba")  # archives whose pictures are scaled to the catalogue's shape


class Noted(dict):
    """Splits with what belongs to each picture besides its label: `notes` is {split: a list, one entry a picture}.

    For pairs an entry is the file's name without its suffix, for captions the list of them.
    """

    def __init__(self, splits: Splits, notes: dict[str, list]):
        super().__init__(splits)
        self.notes = notes


CLUTTER = {"thumbs.db", "desktop.ini", "icon\r"}  # what file managers leave in folders
SHUFFLE_SEED = 0  # pictures from class folders are shuffled once, so that any slice holds all classes


def read_zip(entry: Entry, path: Path) -> Splits:
    """Read a mirror's zip: `train/<class>/*`, `test/<class>/*`, at any depth. Raises ValueError, OSError.

    One printed line says what was left out.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            members: dict[str, dict[str, list[str]]] = {}
            passed_over = PassedOver()
            for name in archive.namelist():
                *above, split, folder, file = ["", "", *name.replace("\\", "/").split("/")]  # Windows writes \\
                if split not in entry.counts or not file or "__MACOSX" in above:
                    continue
                if is_picture(PurePosixPath(file)):
                    members.setdefault(split, {}).setdefault(folder, []).append(name)
                else:
                    passed_over.file(PurePosixPath(file))
            if "train" not in members:
                raise ValueError(f"{path.name} has no pictures under train/<class>/{passed_over.told(', but ')}")
            listed = {split: _listed(entry, members[split]) for split in entry.counts if split in members}
            splits = {split: _decoded(entry, *files, archive.open) for split, files in listed.items()}
            if entry.pairs or entry.captions:
                splits = _noted(entry, splits, listed, archive.open, archive.namelist())
    except (zipfile.BadZipFile, EOFError, RuntimeError, struct.error) as err:  # RuntimeError: made in an unknown way
        raise ValueError(f"{path.name} isn't a complete zip file ({err})") from err
    passed_over.tell(entry.name)
    return splits


def read_folder(entry: Entry, path: Path) -> Splits:
    """Read a folder of class folders, or of train/ and test/ with those. Raises ValueError, OSError.

    One printed line says what was left out.
    """
    roots = split_roots(path) or {"train": path}
    passed_over = PassedOver()
    passed_over.splits = other_splits(path) if roots["train"] != path else []
    listed = {split: _listed(entry, class_folders(root, passed_over)) for split, root in roots.items()}
    splits = {split: _decoded(entry, *files, open_binary) for split, files in listed.items()}
    if entry.pairs or entry.captions:
        splits = _noted(entry, splits, listed, open_binary, [str(file) for file in path.iterdir()])
    passed_over.tell(entry.name)
    return splits


class PassedOver:
    """What lies in class folders but isn't read, reported in one line: files of other kinds, and folders."""

    def __init__(self):
        self.kinds: Counter[str] = Counter()
        self.folders: list[str] = []
        self.beside = 0  # pictures directly in the folder of class folders
        self.splits: list[str] = []  # folders beside train/ and test/

    def file(self, path: PurePath) -> None:
        """Count a file, unless it is one that a file manager leaves everywhere."""
        if not path.name.startswith(".") and path.name.lower() not in CLUTTER:
            self.kinds[path.suffix.lower() or "without suffix"] += 1

    def told(self, before: str = "") -> str:
        """In words, with `before` in front; "" where nothing was passed over."""
        parts = []
        if files := self.kinds.total():
            kinds = ", ".join(map(paths.readable, list(self.kinds)[:5])) + ", ..." * (len(self.kinds) > 5)
            parts.append(f"{_number(files, 'file')} of {'another kind' if files == 1 else 'other kinds'} ({kinds})")
        if self.folders:
            shown = ", ".join(self.folders[:3]) + ", ..." * (len(self.folders) > 3)
            parts.append(f"{_number(len(self.folders), 'folder')} within a class ({shown})")
        if self.beside:
            parts.append(f"{_number(self.beside, 'picture')} beside the class folders")
        if self.splits:
            parts.append(f"{_number(len(self.splits), 'folder')} beside train/ and test/ ({', '.join(self.splits)})")
        advice = f"; {HEIC}" if HEIC_SUFFIXES & self.kinds.keys() else ""
        return before + " and ".join(parts) + advice if parts else ""

    def tell(self, name: str) -> None:
        if words := self.told():
            print(f"{name}: left out {words}")


def open_binary(name: str) -> BinaryIO:
    return Path(name).open("rb")


def split_roots(path: Path) -> dict[str, Path]:
    """{"train": path/train, "test": path/test} where `path` holds such folders of class folders, else {}."""
    roots = {split: path / split for split in ("train", "test")}
    found = {split: root for split, root in roots.items() if root.is_dir() and _folders(root)}
    return found if "train" in found else {}


def other_splits(path: Path) -> list[str]:
    """The folders beside train/ and test/, which nobody reads."""
    return [paths.readable(folder.name) for folder in _folders(path) if folder.name not in ("train", "test")]


def class_folders(root: Path, passed_over: PassedOver | None = None) -> dict[str, list[str]]:
    """{class: its pictures' paths} for the folders directly under `root`, both sorted; counts what it passes over.

    Raises ValueError where these aren't class folders: no folders at all, or folders that hold no pictures.
    """
    if not root.is_dir():
        raise ValueError(f"there is no folder {root}")
    folders = _folders(root)
    beside = sum(is_picture(path) for path in root.iterdir() if path.is_file())
    if not folders:
        hint = f"pictures, but no class folders: put them into one, as in {root / 'all'}" if beside else "no folders"
        raise ValueError(f"{root} holds {hint}; classes are the folders directly under it")
    found = {}
    for folder in folders:
        others = PassedOver()
        found[folder.name] = []
        for path in sorted(folder.iterdir()):
            if path.is_dir():
                others.folders += [paths.readable(f"{folder.name}/{path.name}")] * (path in _folders(folder))
            elif is_picture(path) or (not path.suffix and opens(path)):
                found[folder.name].append(str(path))
            else:
                others.file(path)
        if not found[folder.name]:
            deeper = f" but folders: did you mean {folder}?" if others.folders else others.told(", but ") + "."
            raise ValueError(f"{folder} holds no pictures{deeper} Classes are the folders directly under {root}")
        if passed_over is not None:
            passed_over.kinds += others.kinds
            passed_over.folders += others.folders
    if passed_over is not None:
        passed_over.beside += beside
    return found


def in_mixed_order(files: dict[int, list[str]]) -> tuple[list[str], np.ndarray]:
    """{label: files} to all files and their labels (int64), in one fixed random order."""
    names = [name for label in sorted(files) for name in files[label]]
    labels = np.repeat(sorted(files), [len(files[label]) for label in sorted(files)])
    order = np.random.default_rng(SHUFFLE_SEED).permutation(len(names))
    return [names[i] for i in order], labels[order].astype(np.int64)


def _folders(path: Path) -> list[Path]:
    return sorted(p for p in path.iterdir() if p.is_dir() and not p.name.startswith((".", "__")))


def _number(n: int, what: str) -> str:
    return f"{n:,} {what}{'s' * (n != 1)}"


def _listed(entry: Entry, folders: dict[str, list[str]]) -> tuple[list[str], np.ndarray]:
    """All files of class folders, and labels in the catalogue's order whatever the folders' order and spelling."""
    wanted = {_plain(name): label for label, name in enumerate(entry.classes)}
    given = {_plain(name): name for name in folders}
    if given.keys() != wanted.keys():
        unknown = ", ".join(name for plain, name in given.items() if plain not in wanted)
        missing = ", ".join(entry.classes[label] for plain, label in wanted.items() if plain not in given)
        parts = [f"not of {entry.name}: {unknown}"] * bool(unknown) + [f"missing: {missing}"] * bool(missing)
        raise ValueError(f"the class folders don't fit; {'; '.join(parts)}")
    return in_mixed_order({wanted[_plain(folder)]: sorted(files) for folder, files in folders.items()})


def _decoded(entry: Entry, names: list[str], labels: np.ndarray, open_file: Callable[[str], BinaryIO]):
    size = entry.shape[0] if entry.archive in ANY_SIZE else None
    decoded = decode_all(names, open_file, entry.shape[2], size, entry.name, whole_or_middle)
    if decoded.broken:
        name, why = next(iter(decoded.broken.items()))
        raise ValueError(
            f"{len(decoded.broken)} of {len(names)} pictures can't be read, for example {paths.readable(name)}: {why}"
        )
    return decoded.images, labels


def _noted(
    entry: Entry, splits: Splits, listed: dict, open_file: Callable[[str], BinaryIO], beside: list[str]
) -> Noted:
    """The splits with their captions or the names of pairs. `beside`: files, among which is that with the captions."""
    if entry.pairs:
        return Noted(splits, {split: _pair_names(entry, *files) for split, files in listed.items()})
    file = next((name for name in beside if PurePath(name).name == entry.captions), None)
    if file is None:
        raise ValueError(f"there is no {entry.captions} with the captions beside the pictures")
    with open_file(file) as opened:
        captions = json.load(opened)
    notes = {}
    for split, (names, _) in listed.items():
        keys = ["/".join(PurePosixPath(name.replace("\\", "/")).parts[-3:]) for name in names]
        if missing := [key for key in keys if not captions.get(key)]:
            raise ValueError(f"{entry.captions} has no caption for {len(missing)} pictures, for example {missing[0]}")
        notes[split] = [captions[key] for key in keys]
    return Noted(splits, notes)


def _pair_names(entry: Entry, names: list[str], labels: np.ndarray) -> list[str]:
    stems = [PurePosixPath(name.replace("\\", "/")).stem for name in names]
    first, second = ({stem for stem, label in zip(stems, labels) if label == side} for side in (0, 1))
    if first != second:
        lonely = sorted(first ^ second)
        raise ValueError(
            f"{len(lonely)} pictures of {entry.name} have no partner of the same name, for example {lonely[0]}"
        )
    return stems


def _plain(name: str) -> str:
    """A class name as a folder may spell it: "T-shirt/top", "t_shirt top" and "001.T-shirt top" are the same."""
    return re.sub(r"[^a-z0-9]", "", re.sub(r"^\d+\.", "", name.lower()))
