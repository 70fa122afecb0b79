"""Drawn pictures of ten shapes, each with a caption that says what it shows: data for labels and for text."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np

COLOURS = {
    "red": (214, 40, 40),
    "orange": (240, 135, 35),
    "yellow": (245, 210, 60),
    "green": (50, 150, 75),
    "blue": (45, 95, 200),
    "purple": (120, 60, 165),
    "pink": (240, 145, 185),
    "white": (235, 235, 235),
    "black": (30, 30, 34),
}
RADII = {"small": (0.36, 0.42), "": (0.50, 0.58), "large": (0.66, 0.74)}  # the picture reaches from -1 to 1
ROWS, COLUMNS = ("top", "", "bottom"), ("left", "", "right")
LARGEST_TILT = 25  # degrees: upright enough to be named
CHUNK = 128  # pictures at a time: their coordinates fit into a processor's cache


class Shapes(NamedTuple):
    images: np.ndarray  # uint8 (n, size, size, 3)
    labels: np.ndarray  # int64 (n,), indices into classes
    captions: list[str]
    classes: tuple[str, ...]


def draw_shapes(n: int, seed: int | np.random.Generator, size: int = 32) -> Shapes:
    """n pictures of one shape each, with captions: "a large red star at the top left on a striped blue background".

    Class, size, place, tilt, colour and background are drawn uniformly and independently, except that a shape never
    has its background's colour. Captions leave out a medium size and a plain background. The same seed gives the same
    bytes on every machine and the same scenes at every size, and a shorter draw is the beginning of a longer one: from
    the random numbers to the pixels there is only arithmetic that IEEE 754 rounds in exactly one way.

    Raises ValueError for n below 1 and for sizes other than 16 to 64 pixels.
    """
    if n < 1 or not 16 <= size <= 64:
        raise ValueError(f"draw at least one picture, of 16 to 64 pixels; got {n=}, {size=}")
    rng = np.random.default_rng(seed)
    chunks = [_draw(rng.random((min(CHUNK, n - start), 17)).T, size) for start in range(0, n, CHUNK)]
    images, labels, captions = zip(*chunks)
    return Shapes(np.concatenate(images), np.concatenate(labels), sum(captions, []), tuple(SHAPES))


def _draw(random: np.ndarray, size: int) -> tuple[np.ndarray, np.ndarray, list[str]]:
    """Pictures, labels and captions from numbers in [0, 1), (17, n): each column makes a picture."""
    rows = iter(random)

    def pick(options: int) -> np.ndarray:
        return (options * next(rows)).astype(np.int64)

    def between(low: float | np.ndarray, high: float | np.ndarray) -> np.ndarray:
        return low + (high - low) * next(rows)

    label, scale, row, column = pick(len(SHAPES)), pick(len(RADII)), pick(len(ROWS)), pick(len(COLUMNS))
    colour, background = pick(len(COLOURS)), pick(len(BACKGROUNDS))
    ground = (colour + 1 + pick(len(COLOURS) - 1)) % len(COLOURS)
    captions = [_caption(*words) for words in zip(scale, colour, label, row, column, background, ground)]

    radius = between(*np.array(list(RADII.values()))[scale].T)
    room = 1 - radius  # the centre stays within; gaps between the thirds keep the captions true
    centre_x = room * (0.8 * (column - 1) + between(-0.2, 0.2))
    centre_y = room * (0.8 * (row - 1) + between(-0.2, 0.2))
    y, x = np.meshgrid(*[(2 * np.arange(size) + 1) / size - 1] * 2, indexing="ij")
    tilt = pick(2 * LARGEST_TILT + 1) - LARGEST_TILT
    u, v = _turned((x - _each(centre_x)) / _each(radius), (_each(centre_y) - y) / _each(radius), tilt)
    pixels_outside = _by_kind(SHAPES, label, u, v) * _each(radius) * size / 2
    cover = np.clip(0.5 - pixels_outside, 0, 1)  # of each pixel, the share that is inside the shape

    period = _each(between(0.4, 0.6))
    across, along = _turned(x, y, pick(360))
    tone = _by_kind(BACKGROUNDS, background, across / period, along / period)

    palette = np.array(list(COLOURS.values()))
    shape, behind = (_each(palette[index] + np.trunc(between(-12, 12))[:, None]) for index in (colour, ground))
    behind = behind + tone[..., None]
    images = np.clip(behind + (shape - behind) * cover[..., None], 0, 255)
    return np.floor(images + 0.5).astype(np.uint8), label, captions


def _caption(scale: int, colour: int, label: int, row: int, column: int, background: int, ground: int) -> str:
    def words(*parts: str) -> str:
        return " ".join(part for part in parts if part)

    def a(thing: str) -> str:
        return f"an {thing}" if thing.startswith("orange") else f"a {thing}"

    colours = list(COLOURS)
    shape = words(list(RADII)[scale], colours[colour], list(SHAPES)[label])
    place = words(ROWS[row], COLUMNS[column])
    scene = words(list(BACKGROUNDS)[background], colours[ground], "background")
    return f"{a(shape)} {f'at the {place}' if place else 'in the middle'} on {a(scene)}"


def _each(values: np.ndarray) -> np.ndarray:
    """One value (n,), or colour (n, 3), for each picture, spread over its pixels: (n, 1, 1), (n, 1, 1, 3)."""
    return values[:, None, None]


def _turned(x: np.ndarray, y: np.ndarray, degrees: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    cos, sin = (_each(part) for part in _direction(degrees))
    return cos * x + sin * y, cos * y - sin * x


def _direction(degrees: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Cosine and sine, rounded to 20 bits: in their last bits the libraries of different machines differ."""
    angles = np.deg2rad(degrees)
    return np.round(np.cos(angles) * 2**20) / 2**20, np.round(np.sin(angles) * 2**20) / 2**20


def _by_kind(functions: Mapping[str, Callable], kinds: np.ndarray, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Each picture's coordinates (n, size, size) through the function of its kind."""
    values = np.empty(x.shape)
    for kind, function in enumerate(functions.values()):
        chosen = kinds == kind
        values[chosen] = function(x[chosen], y[chosen])
    return values


# Shapes in the unit circle, as distances from the outline, negative inside; u to the right, v upwards. Near the
# outline, where a pixel is partly covered, they are true distances, for their gradients have length 1.


def _circle(u: np.ndarray, v: np.ndarray) -> np.ndarray:
    return np.sqrt(u * u + v * v) - 0.85


def _ring(u: np.ndarray, v: np.ndarray) -> np.ndarray:
    return np.abs(np.sqrt(u * u + v * v) - 0.7) - 0.24


def _moon(u: np.ndarray, v: np.ndarray) -> np.ndarray:
    return np.maximum(_circle(u, v) - 0.1, -_circle(u - 0.5, v - 0.15) - 0.1)


def _heart(u: np.ndarray, v: np.ndarray) -> np.ndarray:
    """A square that stands on a corner, and a circle around the middle of each of its upper sides."""
    u, v, half = np.abs(u), v + 0.1, 0.4
    circle = np.sqrt((u - half) ** 2 + (v - half) ** 2) - half * np.sqrt(2)
    return np.minimum((u + np.abs(v) - 2 * half) / np.sqrt(2), circle)


def _triangle(u: np.ndarray, v: np.ndarray) -> np.ndarray:
    return np.maximum(-v - 0.6, (15 * np.abs(u) + 8 * v) / 17 - 0.42)


def _square(u: np.ndarray, v: np.ndarray) -> np.ndarray:
    return np.maximum(np.abs(u), np.abs(v)) - 0.7


def _cross(u: np.ndarray, v: np.ndarray) -> np.ndarray:
    u, v = np.abs(u), np.abs(v)
    return np.maximum(np.maximum(u, v) - 0.9, np.minimum(u, v) - 0.28)


def _star(u: np.ndarray, v: np.ndarray) -> np.ndarray:
    """Five points alike, so only the nearest one matters: how far along it a pixel is, and how far beside it."""
    along = np.maximum.reduce([cos * v - sin * u for cos, sin in zip(*_direction(72 * np.arange(5)))])
    beside = np.sqrt(np.maximum(u * u + v * v - along * along, 0))
    return (12 * beside + 5 * along - 5) / 13


def _arrow(u: np.ndarray, v: np.ndarray) -> np.ndarray:
    u = np.abs(u)
    return np.minimum(np.maximum(u - 0.25, np.abs(v + 0.3) - 0.6), np.maximum(-v, (4 * u + 3 * v) / 5 - 0.6))


def _hourglass(u: np.ndarray, v: np.ndarray) -> np.ndarray:
    u, v = np.abs(u), np.abs(v)
    return np.maximum(v - 0.78, (4 * u - 3 * v) / 5 - 0.06)


SHAPES = {
    "circle": _circle,
    "ring": _ring,
    "moon": _moon,
    "heart": _heart,
    "triangle": _triangle,
    "square": _square,
    "cross": _cross,
    "star": _star,
    "arrow": _arrow,
    "hourglass": _hourglass,
}

# Backgrounds, as levels to add to their colour; x and y in periods of the pattern, turned in any direction.


def _plain(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    return np.zeros(x.shape)


def _shaded(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    return 15 * x


def _striped(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    wave = 4 * np.abs(x - np.floor(x) - 0.5) - 1
    return np.clip(40 * wave, -20, 20)


def _checked(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    return _striped(x, y) * _striped(y, x) / 20


def _dotted(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    x, y = x - np.floor(x) - 0.5, y - np.floor(y) - 0.5
    return np.clip(150 * (0.3 - np.sqrt(x * x + y * y)), -20, 20)


BACKGROUNDS = {"": _plain, "shaded": _shaded, "striped": _striped, "checked": _checked, "dotted": _dotted}
