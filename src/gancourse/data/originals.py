"""Photographs in their own sizes, on which super-resolution is measured: Set5, Set14 and BSD68 from a mirror."""

import os
import zipfile
from pathlib import PurePosixPath

import numpy as np
from PIL import ImageOps

from gancourse import paths
from gancourse.data.pictures import decode, is_picture, quiet

FILE = "sr-photos.zip"


def load_originals(folder: str) -> dict[str, np.ndarray]:
    """{name: uint8 (h, w, 3)}, sorted by name, of "set5", "set14" or "bsd68" in the mirror's sr-photos.zip.

    `GANCOURSE_MIRROR` must be a folder here. See datasets/sr-photos/README.md for what is in it, and what isn't. Raises
    FileNotFoundError where there is no such file, ValueError for a folder that isn't in it.
    """
    mirror = os.environ.get("GANCOURSE_MIRROR", "")
    file = paths.expanded(mirror) / FILE
    if not mirror or not file.is_file():
        raise FileNotFoundError(f"no mirror (GANCOURSE_MIRROR) has {FILE}")
    with zipfile.ZipFile(file) as archive, quiet():
        names = [name for name in map(PurePosixPath, archive.namelist()) if is_picture(name)]
        chosen = sorted(name for name in names if name.parent.name == folder)
        if not chosen:
            raise ValueError(f"no folder {folder!r}; there are {', '.join(sorted({n.parent.name for n in names}))}")
        found = {}
        for name in chosen:
            with archive.open(str(name)) as opened:
                found[name.stem] = decode(opened, 3, None, ImageOps.fit)
        return found
