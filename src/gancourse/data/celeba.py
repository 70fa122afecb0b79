"""CelebA as its authors, torchvision and Kaggle publish it: aligned faces in a folder or zip, a list of splits."""

import re
import zipfile
import zlib
from pathlib import Path, PurePosixPath

import numpy as np

from gancourse.data.archives import Splits, read_folder, read_zip
from gancourse.data.catalog import Entry
from gancourse.data.photographs import opened
from gancourse.data.pictures import decode_all

LIST = re.compile(r"list_eval_partition\.(txt|csv)")
LINE = re.compile(r"^(\d{6})\.jpg[ ,]+([012])", re.MULTILINE)
SPLITS = {"0": "train", "2": "test"}  # 1 is the validation split, which the course leaves out


def read_celeba(entry: Entry, path: Path) -> Splits:
    """Read the folder or zip with `list_eval_partition` and the aligned faces (or their own zip), at any depth.

    The middle square of each face is scaled to the catalogue's size. Class folders are read, too. Raises ValueError,
    with what to do by hand, where the list or pictures are missing; OSError.
    """
    try:
        with opened(path) as (names, open_file):
            listing = next((name for name in names if LIST.fullmatch(PurePosixPath(name).name)), None)
            if listing is None:
                return read_zip(entry, path) if path.suffix.lower() == ".zip" else read_folder(entry, path)
            with open_file(listing) as file:
                parts = dict(LINE.findall(file.read().decode()))
            packed = next((Path(name) for name in names if Path(name).name == "img_align_celeba.zip"), None)
            if packed is None or any(name.endswith(".jpg") for name in names):
                return _read(entry, parts, names, open_file)
        with opened(packed) as (names, open_file):
            return _read(entry, parts, names, open_file)
    except (zipfile.BadZipFile, zlib.error, RuntimeError) as err:  # RuntimeError: encrypted
        raise ValueError(f"{path.name} isn't a complete zip file ({err})") from err
    except ValueError as err:
        raise ValueError(f"{err}. {entry.by_hand}".strip()) from err


def _read(entry: Entry, parts: dict[str, str], names: list[str], open_file) -> Splits:
    files = {PurePosixPath(Path(name).as_posix()).stem: name for name in names if name.endswith(".jpg")}
    splits = {}
    for part, split in SPLITS.items():
        listed = sorted(number for number, its_part in parts.items() if its_part == part)
        if missing := [number for number in listed if number not in files]:
            raise ValueError(
                f"{len(missing):,} of {len(listed):,} {split} pictures are missing, for example {missing[0]}.jpg"
            )
        decoded = decode_all([files[number] for number in listed], open_file, 3, entry.shape[0], entry.name)
        if decoded.broken:
            name, why = next(iter(decoded.broken.items()))
            raise ValueError(f"{len(decoded.broken)} pictures can't be read, for example {Path(name).name}: {why}")
        splits[split] = decoded.images, np.zeros(len(listed), np.int64)
    return splits
