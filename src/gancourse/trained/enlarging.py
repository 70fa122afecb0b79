"""A photograph four times as large, by lesson 11's shipped networks: `gancourse enlarge`."""

import io
import json
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

from gancourse import paths
from gancourse.data.pictures import Broken, decode, quiet
from gancourse.nets.resolution import FACTOR, Upscaler, enlarge_picture, interpolated
from gancourse.train import load_weights

ACCURATE, SHARP = "11-super-resolution", "11-super-resolution-sharp"
MOST_PIXELS = 40_000_000  # of the photograph: the result is 16 times as large, 1.9 GB in memory


def enlarge(photo: Path, file: Path, sharp: float = 0.0, bar: Callable[[list], Iterable] = iter) -> tuple[int, int]:
    """Write the photograph as PNG, four times as high and wide; returns the new height and width.

    Read as `data.load` reads pictures: turned as EXIF says, any mode and depth to 8 bits of R, G and B; transparency is
    lost. `bar`: as for `enlarge_picture`. `file` is written whole or not at all. Raises ValueError for what isn't a
    picture, or too large, and for a `sharp` that isn't in [0, 1]; OSError.
    """
    net = upscaler(sharp)
    result = enlarge_picture(net, read(photo), bar=bar)
    packed = io.BytesIO()
    Image.fromarray(result).save(packed, "png", compress_level=3)
    paths.write(file, packed.getvalue())
    return result.shape[:2]


def read(photo: Path) -> np.ndarray:
    """The photograph as uint8 (h, w, 3). Raises ValueError, in one line that names it, and OSError."""
    if photo.is_dir():
        raise ValueError(f"{paths.readable(photo)} is a folder: name one photograph")
    try:
        with quiet(), photo.open("rb") as opened:
            picture = decode(opened, 3, None, ImageOps.fit)
    except Broken as err:
        raise ValueError(f"{paths.readable(photo)}: {err}") from err
    h, w = picture.shape[:2]
    if h * w > MOST_PIXELS:
        raise ValueError(
            f"{paths.readable(photo)} has {w} x {h} pixels; at most {MOST_PIXELS / 1e6:.0f} million can be enlarged: "
            f"the result has {FACTOR**2} times as many"
        )
    return picture


def upscaler(sharp: float = 0.0) -> Upscaler:
    """The network trained on squared error (0), the one trained on with a discriminator (1), or one between them."""
    if not 0 <= sharp <= 1:  # NaN is neither below nor above
        raise ValueError(f"--sharp is a number from 0 to 1, not {sharp}")
    if sharp in (0, 1):
        return _shipped(SHARP if sharp else ACCURATE)
    return interpolated(_shipped(ACCURATE), _shipped(SHARP), sharp)


@cache
def _shipped(name: str) -> Upscaler:
    file = paths.root() / "course" / "weights" / f"{name}.safetensors"
    card = json.loads(file.with_suffix(".json").read_text("utf-8"))
    return load_weights(Upscaler(card["channels"], card["blocks"]), file)
