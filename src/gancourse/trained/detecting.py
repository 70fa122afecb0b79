"""Photographs, read as the data set's were, and what the shipped detector says of each: `gancourse detect`."""

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

import numpy as np

from gancourse import machine
from gancourse.data import catalog
from gancourse.data.pictures import Broken, decode, quiet, resize, whole_or_middle

BATCH = 64


class Finding(NamedTuple):
    """The result for one photograph: a verdict, or why there is none."""

    file: Path
    probability: float | None = None  # of a mask, calibrated, in [0, 1]
    verdict: str = ""  # "with mask" or "without mask"
    problem: str = ""


def detect(files_and_folders: Sequence[Path], threshold: float | None = None) -> Iterator[Finding]:
    """A finding for each file, in order; for a folder, one for each file in it that isn't hidden, at any depth, sorted.

    The verdict is "with mask" from a probability of `threshold` on, by default the detector's own, chosen in lesson 14.
    TensorFlow is loaded for the first photograph that can be read. Raises ValueError for a threshold that isn't a
    probability.
    """
    if threshold is not None and not 0 <= threshold <= 1:  # NaN is neither below nor above
        raise ValueError(f"the threshold must be a probability, from 0 to 1, not {threshold}")
    files = [file for path in files_and_folders for file in files_in(path)]
    with ThreadPoolExecutor(machine.cpus()) as pool, quiet():
        for start in range(0, len(files), BATCH):
            chunk = files[start : start + BATCH]
            yield from _findings(chunk, list(pool.map(read_or_problem, chunk)), threshold)


def read_photograph(file: Path, size: int = 128) -> np.ndarray:
    """uint8 (size, size, 3): what `data.load("masked-faces", size=size)` makes of such a file.

    Raises `gancourse.data.pictures.Broken` for a file that isn't a complete picture, and OSError.
    """
    with file.open("rb") as opened:
        photograph = decode(opened, 3, catalog.entry("masked-faces").shape[0], whole_or_middle)
    return resize(photograph[None], size)[0]


def files_in(path: Path) -> list[Path]:
    """The file itself, whether it is there or not; all that aren't hidden in a folder; the folder itself if none is.

    With them the folders that can't be looked into and links to folders: passed over, and to be told.
    """
    if not os.path.isdir(path):  # noqa: PTH112 - Path's raises where a folder on the way may not be looked into
        return [path]
    inside, shut = [], []
    for place, folders, names in os.walk(path, onerror=shut.append):
        folders[:] = [name for name in folders if not name.startswith(".")]
        inside += [Path(place, name) for name in folders if Path(place, name).is_symlink()]
        inside += [Path(place, name) for name in names if not name.startswith(".")]
    return sorted([*inside, *(Path(err.filename) for err in shut)]) or [path]


def why_no_file(file: Path) -> str:
    """Why there's nothing to read here: a folder, or no such file; "" for a file."""
    if file.is_dir():
        if not os.access(file, os.R_OK | os.X_OK):
            return "a folder that you aren't allowed to read"
        return "a link to a folder: links aren't followed" if file.is_symlink() else "there is no file in this folder"
    return "" if file.is_file() else "there is no such file"


def read_or_problem(file: Path, read: Callable[[Path], np.ndarray] = read_photograph) -> np.ndarray | str:
    """The picture that `read` makes of the file, or what is wrong with the file."""
    try:
        return why_no_file(file) or read(file)
    except PermissionError:
        return "you aren't allowed to read it"
    except (Broken, OSError) as err:
        return str(err)


def _findings(files: list[Path], read: list[np.ndarray | str], threshold: float | None) -> Iterator[Finding]:
    pictures = [each for each in read if isinstance(each, np.ndarray)]
    if pictures:
        from gancourse.keras.detector import load_detector

        detector = load_detector()
        threshold = detector.threshold if threshold is None else threshold
        probabilities = iter(detector.probabilities(np.stack(pictures)).tolist())
    for file, each in zip(files, read):
        if isinstance(each, str):
            yield Finding(file, problem=each)
        else:
            probability = next(probabilities)
            yield Finding(file, probability, "with mask" if probability >= threshold else "without mask")
