"""The file formats that data sets come in, each read to {split: (uint8 (n, h, w, c), int64 labels (n,))}."""

import gzip
import re
import tarfile
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

import numpy as np

from gancourse.data.catalog import Entry
from gancourse.data.pictures import SUFFIXES, decode_all, whole_or_middle

Splits = dict[str, tuple[np.ndarray, np.ndarray]]

SHUFFLE_SEED = 0  # pictures from class folders are shuffled once, so that any slice holds all classes


def read_official(entry: Entry, folder: Path) -> Splits:
    """Read the official files of `entry` (or a system's copies) in `folder`. Raises ValueError, OSError."""
    return {"idx": _read_idx, "cifar-binary": _read_cifar}[entry.archive](entry, folder)


def read_zip(entry: Entry, path: Path) -> Splits:
    """Read a mirror's zip: `train/<class>/*`, `test/<class>/*`, at any depth. Raises ValueError, OSError."""
    try:
        with zipfile.ZipFile(path) as archive:
            members: dict[str, dict[str, list[str]]] = {}
            for name in archive.namelist():
                *above, split, folder, file = ["", "", *name.split("/")]
                if split in entry.counts and is_picture(Path(file)) and "__MACOSX" not in above:
                    members.setdefault(split, {}).setdefault(folder, []).append(name)
            if "train" not in members:
                raise ValueError(f"{path.name} has no pictures under train/<class>/")
            return {split: _read_classes(entry, folders, archive.open) for split, folders in members.items()}
    except zipfile.BadZipFile as err:
        raise ValueError(f"{path.name} is no whole zip file ({err})") from err


def read_folder(entry: Entry, path: Path) -> Splits:
    """Read a folder of class folders, or of train/ and test/ with those. Raises ValueError, OSError."""
    roots = split_roots(path) or {"train": path}
    return {split: _read_classes(entry, class_folders(root), open_binary) for split, root in roots.items()}


def open_binary(name: str) -> BinaryIO:
    return Path(name).open("rb")


def split_roots(path: Path) -> dict[str, Path]:
    """{"train": path/train, "test": path/test} where `path` holds such folders of class folders, else {}."""
    roots = {split: path / split for split in ("train", "test")}
    found = {split: root for split, root in roots.items() if root.is_dir() and _folders(root)}
    return found if "train" in found else {}


def class_folders(root: Path) -> dict[str, list[str]]:
    """{class: its pictures' paths} for the folders directly under `root`, both sorted.

    Raises ValueError where these are no class folders: no folders at all, or folders that hold no pictures.
    """
    if not root.is_dir():
        raise ValueError(f"there is no folder {root}")
    folders = _folders(root)
    if not folders:
        pictures = any(is_picture(p) for p in root.iterdir())
        hint = f"pictures, but no class folders: put them into one, as in {root / 'all'}" if pictures else "no folders"
        raise ValueError(f"{root} holds {hint}; classes are the folders directly under it")
    found = {folder.name: sorted(str(p) for p in folder.iterdir() if is_picture(p)) for folder in folders}
    for folder in folders:
        if not found[folder.name]:
            deeper = f" but folders: did you mean {folder}?" if _folders(folder) else ""
            raise ValueError(f"{folder} holds no pictures{deeper or '.'} Classes are the folders directly under {root}")
    return found


def in_mixed_order(files: dict[int, list[str]]) -> tuple[list[str], np.ndarray]:
    """{label: files} to all files and their labels (int64), in one fixed random order."""
    names = [name for label in sorted(files) for name in files[label]]
    labels = np.repeat(sorted(files), [len(files[label]) for label in sorted(files)])
    order = np.random.default_rng(SHUFFLE_SEED).permutation(len(names))
    return [names[i] for i in order], labels[order].astype(np.int64)


def _folders(path: Path) -> list[Path]:
    return sorted(p for p in path.iterdir() if p.is_dir() and not p.name.startswith((".", "__")))


def is_picture(path: Path) -> bool:
    return path.suffix.lower() in SUFFIXES and not path.name.startswith(".")


def _read_classes(entry: Entry, folders: dict[str, list[str]], open_file: Callable[[str], BinaryIO]):
    """Class folders to arrays, labels in the catalogue's order whatever the folders' order and spelling."""
    wanted = {_plain(name): label for label, name in enumerate(entry.classes)}
    given = {_plain(name): name for name in folders}
    if given.keys() != wanted.keys():
        unknown = ", ".join(name for plain, name in given.items() if plain not in wanted)
        missing = ", ".join(entry.classes[label] for plain, label in wanted.items() if plain not in given)
        parts = [f"not of {entry.name}: {unknown}"] * bool(unknown) + [f"missing: {missing}"] * bool(missing)
        raise ValueError(f"the class folders don't fit; {'; '.join(parts)}")
    names, labels = in_mixed_order({wanted[_plain(folder)]: sorted(files) for folder, files in folders.items()})
    size = entry.shape[0] if entry.archive == "photographs" else None  # these come in all sizes
    decoded = decode_all(names, open_file, entry.shape[2], size, entry.name, whole_or_middle)
    if decoded.broken:
        raise ValueError(f"{len(decoded.broken)} of {len(names)} pictures can't be read, as {decoded.broken[0]}")
    return decoded.images, labels


def _plain(name: str) -> str:
    """A class name as a folder may spell it: "T-shirt/top" and "t_shirt top" are the same."""
    return re.sub(r"[^a-z0-9]", "", name.lower())


def _read_idx(entry: Entry, folder: Path) -> Splits:
    """The MNIST format: http://yann.lecun.com/exdb/mnist/, big-endian sizes after a magic number."""
    height, width, _ = entry.shape
    splits = {}
    for split, prefix in {"train": "train", "test": "t10k"}.items():
        images = _idx(folder / f"{prefix}-images-idx3-ubyte.gz", 3).reshape(-1, height, width, 1)
        labels = _idx(folder / f"{prefix}-labels-idx1-ubyte.gz", 1).astype(np.int64)
        splits[split] = images, labels
    return splits


def _idx(path: Path, dimensions: int) -> np.ndarray:
    try:
        raw = gzip.decompress(path.read_bytes())
    except (gzip.BadGzipFile, EOFError, zlib.error) as err:
        raise ValueError(f"{path.name} is damaged ({err})") from err
    magic, *shape = np.frombuffer(raw, ">i4", 1 + dimensions) if len(raw) >= 4 + 4 * dimensions else [0]
    start = 4 * (1 + dimensions)
    if magic != 0x800 + dimensions or len(raw) != start + np.prod(shape):
        raise ValueError(f"{path.name} is no idx file of {dimensions} dimensions")
    return np.frombuffer(bytearray(raw), np.uint8, offset=start).reshape(shape)  # writable


def _read_cifar(entry: Entry, folder: Path) -> Splits:
    """The binary form of https://www.cs.toronto.edu/~kriz/cifar.html: records of label, R, G, B planes."""
    height, width, channels = entry.shape
    (name,) = entry.files
    batches = {"train": [f"data_batch_{i}.bin" for i in range(1, 6)], "test": ["test_batch.bin"]}
    try:
        with tarfile.open(folder / name) as archive:
            files = {Path(m.name).name: archive.extractfile(m).read() for m in archive if m.name.endswith(".bin")}
            raw = {split: b"".join(files[file] for file in names) for split, names in batches.items()}
        records = {
            split: np.frombuffer(data, np.uint8).reshape(-1, 1 + height * width * channels)
            for split, data in raw.items()
        }
    except (tarfile.TarError, EOFError, zlib.error, KeyError, ValueError) as err:
        raise ValueError(f"{name} is damaged ({err})") from err
    return {
        split: (
            np.ascontiguousarray(r[:, 1:].reshape(-1, channels, height, width).transpose(0, 2, 3, 1)),
            r[:, 0].astype(np.int64),
        )
        for split, r in records.items()
    }
