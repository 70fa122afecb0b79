"""Drawn faces with and without masks: data for the lessons on masked faces that needs no network, and nobody's photo."""

from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from typing import NamedTuple

import numpy as np

from gancourse.data.facepaint import paint_faces
from gancourse.data.pictures import workers

SPLIT_SEEDS = {"train": 0, "test": 1}  # of the splits that `load("drawn-faces")` gives
CLASSES = ("without_mask", "with_mask")
CHUNK = 24  # faces at a time: what is computed for each of their pixels fits into a processor's cache
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
    and fit are drawn independently of all others. The same seed gives the same bytes on every machine, the same
    faces at every size, and the beginning of a longer draw: between the random numbers and the pixels stands nothing
    but arithmetic that IEEE 754 rounds in one way only.

    Raises ValueError for n below 1 and for sizes other than 32 to 128 pixels.
    """
    if n < 1 or not 32 <= size <= 128:
        raise ValueError(f"draw at least one face, of 32 to 128 pixels, not {n=} of {size=}")
    attributes, scene = _describe(np.random.default_rng(seed).random((n, NUMBERS)))
    images = np.empty((n, size, size, 3), np.uint8)
    # Alike next to each other: what none of a chunk's faces shows isn't computed.
    order = np.lexsort([scene["scale"].ravel(), attributes["style"], np.where(scene["worn"], attributes["mask"], "")])

    def draw(start: int) -> None:
        chosen = order[start : start + CHUNK]
        images[chosen] = paint_faces(SimpleNamespace(**{key: value[chosen] for key, value in scene.items()}), size)

    with ThreadPoolExecutor(workers()) as pool:
        list(pool.map(draw, range(0, n, CHUNK)))
    return Faces(images, scene["worn"].astype(np.int64), attributes, CLASSES)


def _describe(random: np.ndarray) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    """Attributes, and all that `paint_faces` asks for, from numbers in [0, 1), (n, NUMBERS): each row makes a face."""
    columns = iter(random.T)

    def between(low: float, high: float) -> np.ndarray:
        return low + (high - low) * next(columns)

    def about(middle: float, most: float) -> np.ndarray:
        """Mostly near `middle`, at most `most` from it."""
        return middle + most * (next(columns) + next(columns) - 1)

    def chance(share: float) -> np.ndarray:
        return next(columns) < share

    def choose(shares) -> np.ndarray:
        """Indices of options with these shares, the same (options,) or others (n, options) for each face."""
        return (np.cumsum(shares, axis=-1)[..., :-1] <= next(columns)[:, None]).sum(axis=-1)

    def one_of(options: list[Colour]) -> np.ndarray:
        return np.array(options, float)[(len(options) * next(columns)).astype(np.int64)]

    def of_kind(kinds: dict[str, NamedTuple], index: np.ndarray) -> dict[str, np.ndarray]:
        """Each face's numbers from a table of kinds."""
        numbers = {field: [getattr(kind, field) for kind in kinds.values()] for field in next(iter(kinds.values()))._fields}
        return {field: np.array(values)[index] for field, values in numbers.items() if field not in ("share", "colours")}

    def shares(kinds: dict[str, NamedTuple]) -> list[float]:
        return [kind.share for kind in kinds.values()]

    skin = choose([1 / len(SKIN)] * len(SKIN))
    hair = choose(np.array(HAIR_SHARES)[(skin >= 3).astype(int)])
    style, glasses = choose(shares(STYLES)), choose(list(GLASSES.values()))
    worn_over = of_kind(STYLES, style)
    beard = choose(list(BEARDS.values())) * worn_over["beard"].astype(int)
    mask, fit = choose(shares(MASKS)), choose(shares(FITS))
    chosen = {
        "skin": (SKIN, skin),
        "hair": (HAIR, hair),
        "style": (STYLES, style),
        "glasses": (GLASSES, glasses),
        "beard": (BEARDS, beard),
        "mask": (["none", *MASKS], np.where(fit == 0, 0, 1 + mask)),
        "fit": (FITS, fit),
    }
    attributes = {key: np.array(list(options))[index] for key, (options, index) in chosen.items()}
    is_ = {f"{key} {name}": attributes[key] == name for key, (options, _) in chosen.items() for name in options}

    scale, volume = between(0.64, 0.92), between(0, 1)
    scene = {
        **{"scale": scale, "centre_x": about(0, 0.16), "centre_y": about(0.04, 0.12) + 0.12 * (scale - 0.64)},
        **{"width": between(0.72, 0.83), "taper": between(0.16, 0.32)},
        **{"eye_x": between(0.28, 0.33), "eye_y": between(-0.12, -0.05), "slant": between(-0.05, 0.10)},
        **{"eye_width": between(0.14, 0.17), "eye_height": between(0.05, 0.085), "iris": between(0.068, 0.08)},
        **{"gaze": about(0, 0.05), "eye_colour": one_of(EYES)},
        **{"brow_y": between(0.16, 0.21), "brow_height": between(0.018, 0.04), "brow_arch": between(0.01, 0.06)},
        **{"nose_width": between(0.085, 0.13), "nose_y": between(0.20, 0.27)},
        **{"mouth_y": between(0.50, 0.56), "mouth_width": between(0.18, 0.26), "smile": between(-0.03, 0.10)},
        **{"mouth_open": np.maximum(between(-0.06, 0.07), 0), "lip": between(0.03, 0.06)},
        **{"hairline": between(-0.64, -0.48), "part": between(0.1, 0.6) * np.where(chance(0.5), -1, 1)},
        **{key: worn_over[key] for key in ("temple", "behind", "curls", "fringe", "bun")},
        "receding": between(0, 0.16) * (is_["style short"] | is_["style bun"]),
        "volume": worn_over["volume"] + volume * np.where(worn_over["curls"] > 0, 0.2, 0.05),
        "length": worn_over["length"] * between(0.5, 1.6),
        **{"frame_width": between(0.2, 0.24), "frame_colour": one_of(FRAMES)},
        **{"mask_top": between(-0.02, 0.10), "mask_tilt": about(0, 0.08), "mask_side": between(0.80, 0.93)},
        **of_kind(MASKS, mask),
        **of_kind(FITS, fit),
        **{"pattern": choose([1 / 4] * 4), "pattern_x": between(0, 1), "valve": chance(0.35) & is_["mask ffp2"]},
        "ear_side": np.where(chance(0.5), -1.0, 1.0),
        **{"light_x": between(-0.75, 0.75), "light_y": between(-0.55, 0), "ambient": between(0.5, 0.74)},
        **{"exposure": between(0.82, 1.08), "fade": between(0, 0.08), "warmth": about(0, 0.1)},
        **{"wall": choose([1 / 4] * 4), "wall_x": between(-1, 1), "wall_y": between(-1, 1)},
        **{"wall_colour": one_of(WALLS), "wall_colour2": 0.85 * one_of(WALLS), "shirt_colour": 0.85 * one_of(CLOTHS)},
        "grain_at": (64 * np.stack([next(columns), next(columns)], axis=1)).astype(np.int64),
    }
    for axis, most in {"roll": 18, "yaw": 40, "pitch": 15}.items():
        angle = np.deg2rad(about(0, most))
        # Rounded to 20 bits: in their last bits the libraries of different machines differ.
        scene |= {f"{f.__name__}_{axis}": np.round(f(angle) * 2**20) / 2**20 for f in (np.cos, np.sin)}

    tones = np.array(list(SKIN.values()), float)
    toward = between(-0.45, 0.45)  # a neighbouring tone: no two faces have quite the same
    other = tones[np.clip(skin + np.where(toward < 0, -1, 1), 0, len(SKIN) - 1)]
    skin_colour = tones[skin] + np.abs(toward)[:, None] * (other - tones[skin])
    hair_colour = np.array(list(HAIR.values()), float)[hair] * between(0.85, 1.15)[:, None]
    cloth = (is_["style cap"] | is_["style headscarf"])[:, None]
    scene |= {
        "skin_colour": skin_colour,
        "lip_colour": skin_colour * (0.80, 0.56, 0.56) + (12, 4, 6),
        "hair_colour": hair_colour,
        "brow_colour": 0.6 * hair_colour + 0.1 * skin_colour,
        "over_colour": np.where(cloth, 0.9 * one_of(CLOTHS), hair_colour),
        "mask_colour": np.choose(mask[:, None], [one_of(kind.colours) for kind in MASKS.values()]),
        "pattern_colour": one_of(CLOTHS),
        "strap_colour": np.full((len(random), 3), 236.0),
    }
    scene["strap_colour"][is_["mask sports"]] = scene["mask_colour"][is_["mask sports"]]
    return attributes, {key: _spread(key, value) for key, value in scene.items()} | {
        "worn": is_["fit worn"],
        "mask": ~is_["fit none"] & ~is_["fit on one ear"],
        "hanging": is_["fit on one ear"],
        "patterned": is_["mask cloth"] & (scene["pattern"] > 0),
        "valve": scene["valve"],
        **{name: is_[f"style {name}"] for name in ("cap", "headscarf", "long")},
        **{name: is_[f"beard {name}"] for name in ("stubble", "moustache", "full")},
        **{name: is_[f"glasses {name}"] for name in ("clear", "sunglasses")},
    }


def _spread(key: str, value: np.ndarray) -> np.ndarray:
    """Whole numbers as they are; others as float32, over a picture's pixels: (n, 1, 1), and colours (n, 3, 1, 1) to 1."""
    if value.dtype.kind in "ib":
        return value
    return (value / 255 if key.endswith(("_colour", "_colour2")) else value).astype(np.float32)[..., None, None]
