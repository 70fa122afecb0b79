"""Picture files to uint8 arrays, a few at a time in parallel, and arrays to another size."""

import os
import struct
import zipfile
import zlib
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import BinaryIO, NamedTuple

import numpy as np
from PIL import Image, ImageOps

SUFFIXES = {".bmp", ".gif", ".jpeg", ".jpg", ".pgm", ".png", ".ppm", ".tif", ".tiff", ".webp"}
GREY_MODES = {"1", "L", "LA", "La", "I", "I;16", "I;16B", "I;16L"}
# What Pillow and zipfile raise for a file that is no whole picture.
BROKEN = (
    OSError,
    EOFError,
    RuntimeError,  # an encrypted zip
    ValueError,
    SyntaxError,
    struct.error,
    zlib.error,
    zipfile.BadZipFile,
    Image.DecompressionBombError,
)

CHUNK = 256  # pictures a task: one each would cost more in the thread pool than in decoding


class Decoded(NamedTuple):
    images: np.ndarray  # uint8 (kept, height, width, channels)
    kept: np.ndarray  # bool (number of files,)
    broken: list[str]  # names of the others


def all_grey(names: Sequence[str]) -> bool:
    """Whether none of these picture files has colour, by their headers; unreadable ones don't count."""
    for name in names:
        try:
            with Image.open(name) as picture:
                if picture.mode not in GREY_MODES:
                    return False
        except BROKEN:
            continue
    return True


def decode_all(
    names: Sequence[str],
    open_file: Callable[[str], BinaryIO],
    channels: int,
    size: int | None = None,
    title: str = "",
    square: Callable[[Image.Image, tuple[int, int]], Image.Image] = ImageOps.fit,
) -> Decoded:
    """Decode `names`, each opened by `open_file`, to one array of `channels` 1 (grey) or 3 (colour).

    All must have the shape of the first that can be read, or `square` makes them so: to `size`, by scaling and
    centre-cropping unless told otherwise. Files that can't be read are left out and named. Raises ValueError where a
    picture has another shape.
    """

    def read(name: str) -> np.ndarray | None:
        try:
            with open_file(name) as file:
                return decode(file, channels, size, square)
        except BROKEN:
            return None

    first = next((picture for picture in map(read, names) if picture is not None), None)
    if first is None:
        return Decoded(np.empty((0, 0, 0, channels), np.uint8), np.zeros(len(names), bool), list(names))
    shape = first.shape
    images = np.empty((len(names), *shape), np.uint8)
    kept = np.zeros(len(names), bool)

    def one(i: int) -> None:
        picture = read(names[i])
        if picture is None:
            return
        if picture.shape != shape:
            (h, w), (height, width) = picture.shape[:2], shape[:2]
            raise ValueError(f"{names[i]} is {w}x{h} pixels, others are {width}x{height}: give one size, as in size=64")
        images[i] = picture
        kept[i] = True

    _for_each(one, len(names), f"{title}: reading pictures")
    broken = [name for name, good in zip(names, kept) if not good]
    return Decoded(images[kept] if broken else images, kept, broken)


def resize(images: np.ndarray, size: int, title: str = "") -> np.ndarray:
    """uint8 (n, h, w, c) to (n, size, size, c): scaled to cover the square (bicubic), centre-cropped."""
    channels = images.shape[3]
    resized = np.empty((len(images), size, size, channels), np.uint8)

    def one(i: int) -> None:
        picture = Image.fromarray(images[i, :, :, 0] if channels == 1 else images[i])
        resized[i] = np.asarray(ImageOps.fit(picture, (size, size))).reshape(size, size, channels)

    _for_each(one, len(images), f"{title}: resizing to {size}x{size}")
    return resized


def whole_or_middle(picture: Image.Image, size: tuple[int, int]) -> Image.Image:
    """A square of the picture's middle; of one that is long or wide, where that might miss the face, all, squeezed."""
    width, height = picture.size
    if 5 / 8 < width / height < 8 / 5:
        side = min(width, height)
        left, top = (width - side) // 2, (height - side) // 2
        picture = picture.crop((left, top, left + side, top + side))
    return picture.resize(size, Image.Resampling.LANCZOS)


def decode(file: BinaryIO, channels: int, size: int | None, square: Callable) -> np.ndarray:
    with Image.open(file) as opened:
        picture = ImageOps.exif_transpose(opened)  # cameras store portraits lying, with a note to turn them
        if picture.mode.startswith("I"):
            picture = picture.point(lambda v: v / 257).convert("L")  # 16 bits a pixel: convert alone would clip
        if picture.mode == "P" and "transparency" in picture.info:
            picture = picture.convert("RGBA")  # straight to RGB, Pillow would warn
        picture = picture.convert("L" if channels == 1 else "RGB")
        if size is not None:
            picture = square(picture, (size, size))
    return np.asarray(picture).reshape(picture.height, picture.width, channels)


def _for_each(one: Callable[[int], None], n: int, title: str) -> None:
    """Call `one(i)` for i < n in threads (Pillow releases the GIL), with a progress bar where it takes long."""
    from tqdm.auto import tqdm

    def chunk(start: int) -> int:
        stop = min(start + CHUNK, n)
        for i in range(start, stop):
            one(i)
        return stop - start

    with (
        ThreadPoolExecutor(os.cpu_count()) as pool,
        tqdm(total=n, desc=title, unit=" pictures", delay=2, leave=False) as bar,
    ):
        for done in pool.map(chunk, range(0, n, CHUNK)):
            bar.update(done)
