"""Drawn pictures with a long-range rule: the squares at the left and at the right edge have the same colour.

What stands at one edge says what must stand at the other, and nothing in between does. Whether the rule is kept is read
off the pixels, without a network.
"""

from typing import NamedTuple

import numpy as np

PALETTE = {
    "red": (214, 40, 40),
    "yellow": (240, 205, 50),
    "green": (45, 160, 75),
    "blue": (45, 95, 210),
    "violet": (150, 50, 190),
}
SIZE = 32
SIDE = 6  # of a square, in pixels
HEIGHTS = 5  # at which a square may stand, one square apart
EDGES = (1, SIZE - SIDE - 1)  # the first column of the left and of the right square
STRIP = 8  # columns at each edge in which `twin_colours` looks for a square
COLOURFUL = 60  # a pixel is coloured if its largest and its smallest channel differ by so much


class Twins(NamedTuple):
    images: np.ndarray  # uint8 (n, 32, 32, 3)
    labels: np.ndarray  # int64 (n,): the colour of both squares, an index into classes
    classes: tuple[str, ...]


def draw_twins(n: int, seed: int | np.random.Generator, size: int = SIZE) -> Twins:
    """n pictures of two squares of 6 x 6 pixels and of one colour, the class, on grey.

    The left square fills columns 1 to 6, the right one columns 25 to 30, each at one of five heights. The colour, both
    heights and the grey are drawn uniformly and independently, and so is a small deviation of each square from its
    colour: nothing but the one square tells the colour of the other. The same seed gives the same bytes on every
    machine, and a shorter draw is the beginning of a longer one.

    Raises ValueError for n below 1 and for sizes other than 32: the rule is about pixels.
    """
    if n < 1 or size != SIZE:
        raise ValueError(f"draw at least one picture, of {SIZE} pixels; got {n=}, {size=}")
    random = np.random.default_rng(seed).random((n, 8)).T  # each column makes a picture
    rows = iter(random)

    def pick(options: int) -> np.ndarray:
        return (options * next(rows)).astype(np.int64)

    label, left, right = pick(len(PALETTE)), SIDE * pick(HEIGHTS), SIDE * pick(HEIGHTS)
    images = np.empty((n, SIZE, SIZE, 3), np.uint8)
    images[:] = (40 + pick(71))[:, None, None, None]
    picture, along = np.arange(n)[:, None, None], np.arange(SIDE)
    for column, height in zip(EDGES, (left, right)):
        deviation = [pick(25) - 12, pick(25) - 12]
        square = np.array(list(PALETTE.values()))[label] + np.stack([*deviation, -deviation[0]], axis=1)
        rows_of_square = 1 + height[:, None, None] + along[:, None]
        images[picture, rows_of_square, column + along] = square.clip(0, 255)[:, None, None]
    return Twins(images, label, tuple(PALETTE))


def twin_colours(images: np.ndarray) -> np.ndarray:
    """The colours of the left and of the right square, int64 (n, 2), as indices into PALETTE; -1 where there is none.

    images: uint8 (n, 32, 32, 3), drawn or generated. In a strip of 8 columns at each edge, every coloured pixel is
    given to the nearest colour of the palette. A square is there if at least 12 pixels (a third of a square) are
    coloured, and two thirds of them agree.
    """
    palette = np.array(list(PALETTE.values()), np.int64)
    found = []
    for strip in (images[:, :, :STRIP], images[:, :, -STRIP:]):
        pixels = strip.reshape(len(strip), -1, 3).astype(np.int64)
        coloured = pixels.max(2) - pixels.min(2) >= COLOURFUL
        nearest = ((pixels[:, :, None] - palette) ** 2).sum(3).argmin(2)
        votes = ((nearest[:, :, None] == np.arange(len(palette))) & coloured[:, :, None]).sum(1)
        clear = (coloured.sum(1) >= SIDE**2 // 3) & (3 * votes.max(1) >= 2 * coloured.sum(1))
        found.append(np.where(clear, votes.argmax(1), -1))
    return np.stack(found, axis=1)


class RuleReport(NamedTuple):
    obeyed: float  # of all pictures, the share with two squares of one colour
    drawn: float  # of all pictures, the share with two squares
    by_chance: float  # of those, the share that would have one colour if the two squares were drawn independently
    colours: int  # how many colours stand at the left in at least a fifth of an even share


def rule_report(images: np.ndarray) -> RuleReport:
    """How often the rule is kept, and what that means: uint8 (n, 32, 32, 3) to shares in [0, 1].

    A generator that has only learned red squares always obeys; `by_chance`, from its own shares of each colour at the
    left and at the right, is then 1 as well.
    """
    found = twin_colours(images)
    both = found[(found >= 0).all(1)]
    if len(both) == 0:
        return RuleReport(0.0, 0.0, 0.0, 0)
    left, right = (np.bincount(side, minlength=len(PALETTE)) / len(both) for side in both.T)
    obeyed = (both[:, 0] == both[:, 1]).sum() / len(found)
    many = int((left >= 1 / (5 * len(PALETTE))).sum())
    return RuleReport(float(obeyed), len(both) / len(found), float(left @ right), many)
