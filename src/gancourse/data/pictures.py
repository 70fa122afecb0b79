"""Picture files to uint8 arrays, a few at a time in parallel, and arrays to another size."""

import warnings
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path, PurePath
from typing import BinaryIO, NamedTuple, TypeVar

import numpy as np
from PIL import ExifTags, Image, ImageOps

from gancourse import machine, paths

GREY_MODES = {"1", "L", "LA", "La", "I", "I;16", "I;16B", "I;16L", "I;16N", "F"}
# What Pillow opens and is no picture: PostScript is a program, the others need one, or are measurements or films.
NO_PICTURES = {"BUFR", "EPS", "GRIB", "HDF5", "MPEG", "WMF"}
DAMAGED = "no picture, or a damaged one"
HEIC = "HEIC, as iPhones store photographs: export it as JPEG"
HEIC_SUFFIXES = {".heic", ".heif", ".hif"}
HEIC_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}

# How to turn a picture of each EXIF orientation.
TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
WHITES = (1, 255, 1023, 4095, 65535)  # what is white in fractions, and in 8, 10, 12 and 16 bits

CHUNK = 256  # pictures a task: one each would cost more in the thread pool than in decoding


Item = TypeVar("Item")


class Decoded(NamedTuple):
    images: np.ndarray  # uint8 (kept, height, width, channels)
    kept: np.ndarray  # bool (number of files,)
    broken: dict[str, str]  # the others' names, and what is wrong with each
    scaled: list[str]  # names of pictures whose white isn't the one of 8 or 16 bits: see `decode`


class Broken(ValueError):
    """A file that isn't a complete picture; the message says why."""


def is_picture(name: PurePath) -> bool:
    """Whether a file of this name is to be read as a picture: Pillow reads its kind, and it isn't hidden."""
    return name.suffix.lower() in suffixes() and not name.name.startswith(".")


def opens(file: Path) -> bool:
    """Whether Pillow takes the file for a picture, by its first bytes."""
    with quiet(), suppress(Exception), Image.open(file):
        return True
    return False


@cache
def suffixes() -> frozenset[str]:
    """The suffixes of all pictures that Pillow reads here: ".jpg", ".jfif", ".avif", ..."""
    known = Image.registered_extensions()
    return frozenset(s for s, kind in known.items() if kind in Image.OPEN and kind not in NO_PICTURES)


def all_grey(names: Sequence[str]) -> bool:
    """Whether none of these picture files has colour, by their headers; unreadable ones don't count."""
    with quiet():
        for name in names:
            with suppress(Exception), Image.open(name) as picture:  # what can't be opened is told by `decode_all`
                if picture.mode not in GREY_MODES:
                    return False
    return True


@contextmanager
def quiet() -> Iterator[None]:
    """Silence Pillow's warnings about odd files: nobody can act on them."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", module="PIL")
        yield


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
    scaled, broken = set(), {}

    def read(name: str) -> np.ndarray | None:
        try:
            with open_file(name) as file:
                picture, stretched = _opened(file)
                if stretched:
                    scaled.add(name)
                return _squared(picture, channels, size, square)
        except Broken as err:
            broken[name] = str(err)
        except Exception as err:  # of zipfile: damaged, encrypted, packed in an unknown way; and OSError
            broken[name] = getattr(err, "strerror", None) or DAMAGED
        return None

    with quiet():
        first = next((picture for picture in map(read, names) if picture is not None), None)
        if first is None:
            return Decoded(np.empty((0, 0, 0, channels), np.uint8), np.zeros(len(names), bool), broken, [])
        shape = first.shape
        images = np.empty((len(names), *shape), np.uint8)
        kept = np.zeros(len(names), bool)

        def one(i: int) -> None:
            picture = read(names[i])
            if picture is None:
                return
            if picture.shape != shape:
                (h, w), (height, width) = picture.shape[:2], shape[:2]
                raise ValueError(
                    f"{paths.readable(names[i])} is {w}x{h} pixels, others are {width}x{height}: "
                    "give one size, as in size=64"
                )
            images[i] = picture
            kept[i] = True

        _for_each(one, len(names), f"{title}: reading pictures")
    broken = {name: broken[name] for name in names if name in broken}
    return Decoded(images[kept] if broken else images, kept, broken, sorted(scaled))


def gather(read: Callable[[Item], np.ndarray], items: Sequence[Item], shape: tuple[int, ...], title: str) -> np.ndarray:
    """`read(item)` for each item, uint8 pictures of one shape, as one array; in threads, without Pillow's warnings."""
    images = np.empty((len(items), *shape), np.uint8)

    def one(i: int) -> None:
        images[i] = read(items[i])

    with quiet():
        _for_each(one, len(items), title)
    return images


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
    return picture.crop(middle(picture.size)).resize(size, Image.Resampling.LANCZOS)


def middle(size: tuple[int, int]) -> tuple[int, int, int, int]:
    """What `whole_or_middle` takes of a picture of this width and height: left, top, right, bottom."""
    width, height = size
    if not 5 / 8 < width / height < 8 / 5:
        return 0, 0, width, height
    side = min(width, height)
    left, top = (width - side) // 2, (height - side) // 2
    return left, top, left + side, top + side


def decode(file: BinaryIO, channels: int, size: int | None, square: Callable) -> np.ndarray:
    """One picture as uint8 (height, width, channels), turned as its EXIF orientation says, whatever else that holds.

    16 bits per pixel become 8. Pictures with fewer significant bits than their format has (a camera's 12 in 16), with
    32 bits, or with fractions are scaled: white is the least of 1, 255, 1023, 4095 and 65535 that isn't below their
    largest value, or that value itself if it is far from all of these. With values below 0, the scale goes from the
    smallest to the largest.

    Raises Broken for what isn't a complete picture.
    """
    return _squared(_opened(file)[0], channels, size, square)


def _squared(picture: Image.Image, channels: int, size: int | None, square: Callable) -> np.ndarray:
    picture = picture.convert("L" if channels == 1 else "RGB")
    if size is not None:
        picture = square(picture, (size, size))
    return np.asarray(picture).reshape(picture.height, picture.width, channels)


def _opened(file: BinaryIO) -> tuple[Image.Image, bool]:
    """The upright picture in a mode of 8 bits, and whether it was scaled by what it holds. Raises Broken."""
    try:
        with Image.open(file) as opened:
            opened.load()
            turn = TURNS.get(_orientation(opened))  # cameras store portraits lying, with a note to turn them
            picture = opened.copy() if turn is None else opened.transpose(turn)
            if picture.mode.startswith(("I", "F")):
                return _eight_bits(np.asarray(picture, np.float64), picture.mode)
            if picture.mode == "P" and "transparency" in picture.info:
                picture = picture.convert("RGBA")  # straight to RGB, Pillow would warn
            return (picture.convert("RGB") if picture.mode in ("LAB", "HSV") else picture), False
    except Broken:
        raise
    except Image.DecompressionBombError as err:
        raise Broken(f"too large: more than {2 * Image.MAX_IMAGE_PIXELS:,} pixels") from err
    except MemoryError as err:
        raise Broken("too large for this machine's memory") from err
    except Exception as err:  # what Pillow raises for broken files has no end: struct.error, AttributeError, ...
        raise Broken(HEIC if _is_heic(file) else DAMAGED) from err


def _orientation(picture: Image.Image) -> int:
    """The EXIF orientation, 1 to 8; 0 where there is none. Read by itself: in other entries may stand anything."""
    try:
        value = picture.getexif().get(ExifTags.Base.Orientation, 0)
        value = value[0] if isinstance(value, tuple) else value
        return int.from_bytes(value, "little") if isinstance(value, bytes) else int(value)
    except Exception:  # as for broken pictures; but this one's pixels are fine
        return 0


def _eight_bits(values: np.ndarray, mode: str) -> tuple[Image.Image, bool]:
    low, high = values.min(), values.max()
    if not np.isfinite([low, high]).all():
        raise Broken("it holds values that aren't finite")
    black = min(0.0, low)
    white = high if black < 0 else next((white for white in WHITES if white / 16 < high <= white), high)
    grey = ((values - black) * (255 / max(white - black, 1e-30))).round().clip(0, 255).astype(np.uint8)
    return Image.fromarray(grey), not (mode.startswith("I;16") and white == 65535)


def _is_heic(file: BinaryIO) -> bool:
    with suppress(Exception):
        file.seek(0)
        head = file.read(12)
        return head[4:8] == b"ftyp" and head[8:12] in HEIC_BRANDS
    return False


def _for_each(one: Callable[[int], None], n: int, title: str) -> None:
    """Call `one(i)` for i < n in threads (Pillow releases the GIL), with a progress bar where it takes long."""
    from tqdm.auto import tqdm

    def chunk(start: int) -> int:
        stop = min(start + CHUNK, n)
        for i in range(start, stop):
            one(i)
        return stop - start

    with (
        ThreadPoolExecutor(machine.cpus()) as pool,
        tqdm(total=n, desc=title, unit=" pictures", delay=2, leave=False) as bar,
    ):
        for done in pool.map(chunk, range(0, n, CHUNK)):
            bar.update(done)
