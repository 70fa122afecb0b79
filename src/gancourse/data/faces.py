"""Drawn faces with and without masks: data for lessons on masked faces that needs no network and nobody's picture.

And drawn masks for photographs of aligned faces, where it's known where eyes and mouth are.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from typing import NamedTuple

import numpy as np

from gancourse import machine
from gancourse.data import alignment
from gancourse.data.facepaint import paint_faces, paint_masks
from gancourse.data.imageset import Pairs

CLASSES = ("without_mask", "with_mask")
CHUNK = 48  # faces at a time: few enough for a processor's cache, many enough for NumPy; measured at 64 pixels
NUMBERS = 96  # random numbers for each face; a few are left over

Colour = tuple[int, int, int]

SKIN = {
    "very light": (247, 214, 192),
    "light": (236, 192, 160),
    "medium": (214, 163, 122),
    "tan": (180, 124, 84),
    "brown": (134, 88, 60),
    "dark": (96, 62, 46),
}
HAIR = {
    "black": (28, 24, 26),
    "dark brown": (62, 42, 32),
    "brown": (104, 68, 42),
    "blond": (212, 172, 104),
    "red": (156, 70, 34),
    "grey": (168, 166, 166),
}
HAIR_SHARES = ((0.22, 0.22, 0.20, 0.18, 0.06, 0.12), (0.50, 0.30, 0.06, 0.03, 0.01, 0.10))  # lighter, darker skin
GLASSES = {"none": 0.74, "clear": 0.19, "sunglasses": 0.07}
BEARDS = {"none": 0.68, "stubble": 0.12, "moustache": 0.08, "full": 0.12}
EYES = [(46, 30, 22), (70, 42, 26), (98, 66, 36), (84, 104, 70), (74, 116, 158)]
FRAMES = [(22, 20, 20), (22, 20, 20), (92, 62, 40), (150, 152, 156)]
CLOTHS = [
    *[(196, 52, 58), (40, 74, 140), (232, 184, 66), (64, 128, 92), (150, 86, 150)],
    *[(236, 232, 224), (228, 140, 150), (70, 70, 78), (208, 172, 140), (60, 150, 170)],
]
WALLS = [
    *[(236, 236, 234), (198, 210, 220), (150, 172, 190), (226, 208, 178), (180, 160, 140)],
    *[(122, 140, 120), (84, 92, 104), (60, 66, 84), (200, 120, 104), (110, 150, 170)],
]

# What varies from face to face, between two numbers or about the first by at most the second; lengths in half heads,
# but for the head's own size and place, where the picture reaches from -1 to 1.
BETWEEN = {
    "scale": (0.64, 0.92),
    "width": (0.72, 0.83),
    "taper": (0.16, 0.32),
    "eye_x": (0.28, 0.33),
    "eye_y": (-0.12, -0.05),
    "eye_width": (0.14, 0.17),
    "eye_height": (0.05, 0.085),
    "iris": (0.068, 0.08),
    "slant": (-0.05, 0.10),
    "brow_y": (0.16, 0.21),
    "brow_height": (0.018, 0.04),
    "brow_arch": (0.01, 0.06),
    "nose_width": (0.085, 0.13),
    "nose_y": (0.20, 0.27),
    "mouth_y": (0.50, 0.56),
    "mouth_width": (0.18, 0.26),
    "mouth_open": (-0.06, 0.07),
    "smile": (-0.03, 0.10),
    "lip": (0.03, 0.06),
    "hairline": (-0.64, -0.48),
    "receding": (0.0, 0.16),
    "part": (0.1, 0.6),
    "fullness": (0.0, 1.0),
    "frame_width": (0.20, 0.24),
    "mask_top": (-0.02, 0.10),
    "mask_side": (0.80, 0.93),
    "pattern_x": (0.0, 1.0),
    "light_x": (-0.75, 0.75),
    "light_y": (-0.55, 0.0),
    "ambient": (0.50, 0.74),
    "exposure": (0.82, 1.08),
    "fade": (0.0, 0.08),
    "wall_x": (-1.0, 1.0),
    "wall_y": (-1.0, 1.0),
}
ABOUT = {
    "centre_x": (0.0, 0.16),
    "centre_y": (0.04, 0.12),
    "gaze": (0.0, 0.05),
    "mask_tilt": (0.0, 0.08),
    "warmth": (0.0, 0.10),
}
TURNS = {"roll": 18, "yaw": 40, "pitch": 15}  # degrees at most


class Style(NamedTuple):
    """How hair, or what is worn over it, lies around the head. Heights are in half heads, downwards from its middle."""

    share: float
    volume: float = 1.05  # its reach, where the skull's is 1
    temple: float = 0.0  # where it ends at the temples
    behind: float = 0.4  # where it ends behind the head
    length: float = -9.0  # where it ends at the sides, if it falls beside the face
    curls: float = 0.0
    fringe: float = 0.0
    bun: float = -9.0  # radius
    beard: float = 1.0  # whether there may be one


STYLES = {
    "bald": Style(0.07, volume=-9.0),
    "short": Style(0.24),
    "fringe": Style(0.16, volume=1.10, temple=0.3, behind=0.6, fringe=1.0),
    "long": Style(0.22, volume=1.10, temple=0.9, behind=9.0, length=1.0, beard=0.0),
    "curly": Style(0.12, volume=1.25, temple=0.1, behind=0.9, curls=1.0),
    "bun": Style(0.07, bun=0.3, beard=0.0),
    "cap": Style(0.06, volume=1.08, temple=-0.35),
    "headscarf": Style(0.06, volume=1.12, behind=9.0, length=9.0, beard=0.0),
}


class Mask(NamedTuple):
    """What a kind of mask looks like; the numbers say how much of each there is."""

    share: float
    colours: list[Colour]
    sides_drop: float = 0.2  # how much lower its upper edge is at the sides
    peak: float = 0.0  # how much higher it is on the nose
    pleats: float = 0.0
    seam: float = 0.0
    hem: float = 0.0


MASKS = {
    "surgical": Mask(
        0.40,
        [(160, 206, 228), (132, 188, 220), (238, 242, 244), (168, 216, 198), (236, 190, 206)],
        pleats=0.11,
        hem=0.08,
    ),
    "cloth": Mask(0.25, CLOTHS, peak=0.03, seam=0.12, hem=0.04),
    "ffp2": Mask(0.20, [(240, 240, 238), (238, 240, 242), (226, 230, 232), (60, 62, 68)], 0.3, seam=0.16, hem=0.09),
    "sports": Mask(0.15, [(34, 36, 42), (34, 36, 42), (78, 80, 86), (44, 56, 92)], peak=0.06, seam=0.14),
}


class Fit(NamedTuple):
    """Where a mask sits."""

    share: float
    lower: float = 0.0  # by how much it is too low
    height: float = 1.1
    loose: float = 0.06  # how far it stands out from the jaw


FITS = {
    "none": Fit(0.38),
    "worn": Fit(0.50),
    "under the nose": Fit(0.05, lower=0.30, height=0.80),
    "under the chin": Fit(0.05, lower=0.66, height=0.62, loose=0.20),
    "on one ear": Fit(0.02),
}


class Faces(NamedTuple):
    images: np.ndarray  # uint8 (n, size, size, 3)
    labels: np.ndarray  # int64 (n,), indices into classes
    attributes: dict[str, np.ndarray]  # strings (n,): skin, hair, style, glasses, beard, mask, fit
    classes: tuple[str, ...]


def draw_faces(n: int, seed: int | np.random.Generator, size: int = 64) -> Faces:
    """n pictures of one face each; half of them wear a mask as they should, over mouth and nose: "with_mask".

    Of the others, some have a mask but wear it wrongly: under the nose, under the chin, on one ear. The attributes
    say so ("fit"), and which kind of "mask", tone of "skin", "hair", "style", "glasses" and "beard" each face has; mask
    and fit are drawn independently of all others. The same seed gives the same bytes on every machine and the
    same faces at every size, and a shorter draw is the beginning of a longer one: from the random numbers to the
    pixels there is only arithmetic that IEEE 754 rounds in exactly one way.

    Raises ValueError for n below 1 and for sizes other than 32 to 128 pixels.
    """
    _check_drawing(n, size)
    attributes, scene = _describe(np.random.default_rng(seed).random((n, NUMBERS)))
    return Faces(_painted(attributes, scene, size), scene["worn"].astype(np.int64), attributes, CLASSES)


def draw_face_pairs(n: int, seed: int | np.random.Generator, size: int = 64) -> Pairs:
    """n faces, each drawn twice: `first` without a mask, `second` with one, in all else the same.

    The faces, and where their masks sit, are those of `draw_faces` with the same seed and size. But the masks are all
    of one kind and colour, light blue surgical ones: were they as varied as there, a face would have many partners.

    Raises ValueError as `draw_faces` does.
    """
    _check_drawing(n, size)
    numbers = np.random.default_rng(seed).random((n, NUMBERS))
    bare, masked = (_painted(*_describe(numbers, fit, "surgical"), size) for fit in ("none", "worn"))
    return Pairs(bare, masked, tuple(map(str, range(n))), CLASSES, "drawn-faces", "pairs", "drawn")


def paste_masks(photographs: np.ndarray, seed: int | np.random.Generator) -> np.ndarray:
    """Photographs of aligned faces, uint8 (n, size, size, 3), each with another drawn mask over mouth and nose.

    For faces as `load("aligned-faces", ...)` has them, seen from the front: the mask is that of a drawn face whose eyes
    and mouth lie where theirs do, but for a little jitter in place and size. Kind, colour, pattern and light are drawn
    as in `draw_faces`; what lies above the mask stays as it is. A face that wears a mask already gets a second one.
    The same seed gives the same masks, at every size.

    Raises ValueError for pictures that aren't squares of 32 to 128 pixels in colour, or for none.
    """
    n, size, *rest = photographs.shape
    if n < 1 or rest != [size, 3] or not 32 <= size <= 128:
        raise ValueError(f"photographs are (n, size, size, 3) with size from 32 to 128, not {photographs.shape}")
    rng = np.random.default_rng(seed)
    _, scene = _describe(rng.random((n, NUMBERS)), fit="worn")
    jitter = rng.uniform(-1, 1, (3, n, 1, 1)).astype(np.float32)
    # Lengths in the picture are of its half side; an aligned mouth is FACE / 0.9 sides below the eyes, or a bit less.
    scale = (2 * alignment.FACE / 0.9 - 0.05 + 0.08 * jitter[0]) / (scene["mouth_y"] - scene["eye_y"])
    scene |= {f"cos_{axis}": np.ones_like(scale) for axis in TURNS} | {f"sin_{axis}": 0 * scale for axis in TURNS}
    scene |= {
        "scale": scale,
        "centre_x": 2 * alignment.EYES[0] - 1 + 0.06 * jitter[1],
        "centre_y": 2 * alignment.EYES[1] - 1 - scale * scene["eye_y"] + 0.06 * jitter[2],
        "skin_colour": photographs[:, size // 2].mean(1)[:, :, None, None].astype(np.float32) / 255,
    }
    pasted = np.empty_like(photographs)
    for start in range(0, n, CHUNK):
        chosen = slice(start, start + CHUNK)
        part = SimpleNamespace(**{key: value[chosen] for key, value in scene.items()})
        pasted[chosen] = paint_masks(part, photographs[chosen])
    return pasted


class _Dice:
    """Draws for many faces at once, each from the next column of numbers in [0, 1), (n, NUMBERS)."""

    def __init__(self, numbers: np.ndarray):
        self._columns = iter(numbers.T)

    def between(self, low: float, high: float) -> np.ndarray:
        return low + (high - low) * next(self._columns)

    def about(self, middle: float, most: float) -> np.ndarray:
        return middle + most * (next(self._columns) + next(self._columns) - 1)

    def side(self) -> np.ndarray:
        return np.where(next(self._columns) < 0.5, -1.0, 1.0)

    def choose(self, shares: Sequence[float] | np.ndarray) -> np.ndarray:
        """Indices, by the options' shares, (options,) or (n, options)."""
        return (np.cumsum(shares, axis=-1)[..., :-1] <= next(self._columns)[:, None]).sum(axis=-1)

    def one_of(self, colours: list[Colour]) -> np.ndarray:
        return np.array(colours, float)[(len(colours) * next(self._columns)).astype(np.int64)]


def _check_drawing(n: int, size: int) -> None:
    if n < 1 or not 32 <= size <= 128:
        raise ValueError(f"draw at least one face, of 32 to 128 pixels; got {n=}, {size=}")


def _painted(attributes: dict[str, np.ndarray], scene: dict[str, np.ndarray], size: int) -> np.ndarray:
    images = np.empty((len(scene["worn"]), size, size, 3), np.uint8)
    # Alike next to each other: what none of a chunk's faces shows isn't computed.
    order = np.lexsort([scene["scale"].ravel(), attributes["style"], np.where(scene["worn"], attributes["mask"], "")])

    def draw(start: int) -> None:
        chosen = order[start : start + CHUNK]
        images[chosen] = paint_faces(SimpleNamespace(**{key: value[chosen] for key, value in scene.items()}), size)

    with ThreadPoolExecutor(machine.cpus()) as pool:
        list(pool.map(draw, range(0, len(order), CHUNK)))
    return images


def _describe(
    numbers: np.ndarray, fit: str = "", mask: str = ""
) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    """Attributes, and the scene: all that `paint_faces` asks for.

    With `fit`, all masks sit so; with `mask`, all are of this kind, and of its first colour.
    """
    dice = _Dice(numbers)
    skin = dice.choose([1 / len(SKIN)] * len(SKIN))
    hair = dice.choose(np.array(HAIR_SHARES)[(skin >= 3).astype(int)])
    style, kind, seat = (dice.choose([one.share for one in kinds.values()]) for kinds in (STYLES, MASKS, FITS))
    if fit:
        seat[:] = list(FITS).index(fit)
    if mask:
        kind[:] = list(MASKS).index(mask)
    glasses, beard = (dice.choose(list(kinds.values())) for kinds in (GLASSES, BEARDS))
    of_style = _numbers_of(STYLES, style)
    chosen = {
        "skin": (SKIN, skin),
        "hair": (HAIR, hair),
        "style": (STYLES, style),
        "glasses": (GLASSES, glasses),
        "beard": (BEARDS, np.where(of_style["beard"] > 0, beard, 0)),
        "mask": (["none", *MASKS], np.where(seat == 0, 0, 1 + kind)),
        "fit": (FITS, seat),
    }
    attributes = {key: np.array(list(options))[index] for key, (options, index) in chosen.items()}

    scene = of_style | _numbers_of(MASKS, kind) | _numbers_of(FITS, seat)
    scene |= {key: dice.between(*limits) for key, limits in BETWEEN.items()}
    scene |= {key: dice.about(*limits) for key, limits in ABOUT.items()}
    scene["centre_y"] += 0.12 * (scene["scale"] - BETWEEN["scale"][0])
    scene["mouth_open"] = np.maximum(scene["mouth_open"], 0)
    scene["part"] *= dice.side()
    scene["receding"] *= np.isin(attributes["style"], ["short", "bun"])
    scene["length"] *= 0.5 + 1.1 * scene["fullness"]
    scene["volume"] += scene["fullness"] * np.where(scene["curls"] > 0, 0.2, 0.05)
    scene["ear_side"] = dice.side()
    for axis, most in TURNS.items():
        angle = np.deg2rad(dice.about(0, most))
        # Rounded to 20 bits: in their last bits the libraries of different machines differ.
        scene |= {f"{f.__name__}_{axis}": np.round(f(angle) * 2**20) / 2**20 for f in (np.cos, np.sin)}

    colours = _colours(dice, attributes, skin, hair, kind)
    if mask:
        colours["mask_colour"][:] = MASKS[mask].colours[0]
    return attributes, {
        **{key: value.astype(np.float32)[:, None, None] for key, value in scene.items()},
        **{key: (value / 255).astype(np.float32)[:, :, None, None] for key, value in colours.items()},
        "wall": dice.choose([1 / 4] * 4),
        "pattern": np.where(attributes["mask"] == "cloth", dice.choose([1 / 4] * 4), 0),
        "valve": (attributes["mask"] == "ffp2") & (dice.between(0, 1) < 0.35),
        "grain_at": np.stack([dice.between(0, 64), dice.between(0, 64)], axis=1).astype(np.int64),
        "worn": attributes["fit"] == "worn",
        "masked": ~np.isin(attributes["fit"], ["none", "on one ear"]),
        "hanging": attributes["fit"] == "on one ear",
        **{name: attributes["style"] == name for name in ("cap", "headscarf", "long")},
        **{name: attributes["beard"] == name for name in ("stubble", "moustache", "full")},
        **{name: attributes["glasses"] == name for name in ("clear", "sunglasses")},
    }


def _numbers_of(kinds: dict[str, NamedTuple], index: np.ndarray) -> dict[str, np.ndarray]:
    """Each face's numbers from a table of kinds."""
    table = type(next(iter(kinds.values())))(*zip(*kinds.values()))._asdict()
    return {key: np.array(values)[index] for key, values in table.items() if key not in ("share", "colours")}


def _colours(
    dice: _Dice, attributes: dict[str, np.ndarray], skin: np.ndarray, hair: np.ndarray, mask: np.ndarray
) -> dict[str, np.ndarray]:
    """{part: its colour (n, 3), 0 to 255}."""
    tones = np.array(list(SKIN.values()), float)
    toward = dice.between(-0.45, 0.45)  # a neighbouring tone: no two faces have quite the same
    other = tones[np.clip(skin + np.where(toward < 0, -1, 1), 0, len(SKIN) - 1)]
    skin_colour = tones[skin] + np.abs(toward)[:, None] * (other - tones[skin])
    hair_colour = np.array(list(HAIR.values()), float)[hair] * dice.between(0.85, 1.15)[:, None]
    cloth = np.isin(attributes["style"], ["cap", "headscarf"])[:, None]
    mask_colour = np.choose(mask[:, None], [dice.one_of(kind.colours) for kind in MASKS.values()])
    return {
        "skin_colour": skin_colour,
        "lip_colour": skin_colour * (0.80, 0.56, 0.56) + (12, 4, 6),
        "eye_colour": dice.one_of(EYES),
        "hair_colour": hair_colour,
        "brow_colour": 0.6 * hair_colour + 0.1 * skin_colour,
        "over_colour": np.where(cloth, 0.9 * dice.one_of(CLOTHS), hair_colour),
        "frame_colour": dice.one_of(FRAMES),
        "mask_colour": mask_colour,
        "pattern_colour": dice.one_of(CLOTHS),
        "strap_colour": np.where((attributes["mask"] == "sports")[:, None], mask_colour, 236.0),
        "shirt_colour": 0.85 * dice.one_of(CLOTHS),
        "wall_colour": dice.one_of(WALLS),
        "wall_colour2": 0.85 * dice.one_of(WALLS),
    }
