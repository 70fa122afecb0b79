"""Aligned faces: the eyes level and at one height, every face of the same size.

A network that draws aligned faces needn't learn where a face may be. For the catalogue's photographs, a list says where
eyes, nose and mouth are (tools/find_landmarks.py made it); in other pictures MTCNN finds them (Zhang et al. 2016,
arXiv:1604.02878), if facenet-pytorch is installed.
"""

import functools
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable
from pathlib import Path, PurePosixPath
from typing import BinaryIO, NamedTuple

import numpy as np
from PIL import Image

from gancourse import paths
from gancourse.data import catalog, pictures
from gancourse.data.archives import Splits, in_mixed_order
from gancourse.data.catalog import Entry
from gancourse.data.photographs import listed_files, listed_pictures, opened
from gancourse.data.pictures import Broken, decode, middle

EYES = (0.50, 0.33)  # where the middle between the eyes is, as shares of the square's side from left and top
FACE = 0.45  # the larger of the eyes' distance and 0.9 of the way from there to the mouth, as a share of the side
MOST_OUTSIDE = 0.20  # of the square: what a photograph doesn't hold is reflected at its border
SMALLEST = 48  # pixels of the photograph that the square's side covers
MOST_TURNED = 30  # degrees between the eyes' line and the horizontal
SURE = 0.8  # MTCNN's score of a face
SIZE = 64  # of a user's own aligned pictures, unless told otherwise

SEEN_AT, BORDER = 384, 96  # pixels of a photograph's longer side when MTCNN looks at it, and of a grey frame around it
MISSING = (
    "aligning your own pictures needs a face detector, which the course doesn't install: "
    "`pip install --no-deps facenet-pytorch==2.6.0` (MIT, 2 MB, its weights are inside)"
)


class Face(NamedTuple):
    """Where the parts of a face are in a photograph of `width` x `height` pixels."""

    width: int
    height: int
    points: np.ndarray  # (5, 2): x, y of the eyes (the one on the picture's left first), nose and corners of the mouth


class Square(NamedTuple):
    """What is cut out of a photograph: centre between the eyes (x, y), length of a side in pixels, turn in radians."""

    eyes: np.ndarray
    side: float
    angle: float


def square_of(points: np.ndarray) -> Square:
    """The square in which a face with these five points is aligned."""
    left, right, _, *mouth = np.asarray(points, float)
    eyes, across = (left + right) / 2, right - left
    down = np.linalg.norm(np.mean(mouth, axis=0) - eyes)
    return Square(eyes, max(np.linalg.norm(across), 0.9 * down) / FACE, np.arctan2(across[1], across[0]))


def why_not(face: Face | None) -> str:
    """Why a face can't be aligned, in words; "" if it can."""
    if face is None:
        return "no face found"
    square = square_of(face.points)
    if square.side < SMALLEST:
        return "face too small"
    if abs(np.degrees(square.angle)) > MOST_TURNED:
        return "face turned too far"
    if _outside(square, face.width, face.height) > MOST_OUTSIDE:
        return "too much of the face outside"
    return ""


def align(picture: Image.Image, points: np.ndarray, size: int) -> Image.Image:
    """The face's square of a colour or grey picture, turned upright, size x size; borders reflect."""
    eyes, side, angle = square_of(points)
    fine = 4 * size  # resampled at four times the size, then scaled down: no aliasing, whatever the photograph's size
    if side > fine:
        shrunk = tuple(max(1, round(length * fine / side)) for length in picture.size)
        scale = np.divide(shrunk, picture.size)
        picture = picture.resize(shrunk, Image.Resampling.LANCZOS)
    else:
        scale = np.ones(2)
    step = side / fine
    turn = step * np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]]) * scale[:, None]
    start = eyes * scale - turn @ np.multiply(EYES, fine)
    corners = start + np.array([[0, 0], [0, fine], [fine, 0], [fine, fine]]) @ turn.T
    before = np.ceil(np.maximum(0, -corners.min(0))).astype(int) + 2  # 2: what bicubic resampling reaches beyond
    after = np.ceil(np.maximum(0, corners.max(0) - picture.size)).astype(int) + 2
    around = [(before[1], after[1]), (before[0], after[0])]
    pixels = np.asarray(picture)
    padded = np.pad(pixels, around + [(0, 0)] * (pixels.ndim - 2), mode="symmetric")
    start += before
    cut = Image.fromarray(padded).transform(
        (fine, fine),
        Image.Transform.AFFINE,
        (*turn[0], start[0], *turn[1], start[1]),
        Image.Resampling.BICUBIC,
    )
    return cut.resize((size, size), Image.Resampling.LANCZOS)


def _outside(square: Square, width: int, height: int, places: int = 64) -> float:
    """The share of the square that lies outside a picture of this size, on a grid of places."""
    across = (np.arange(places) + 0.5) / places
    u, v = np.meshgrid(across - EYES[0], across - EYES[1])
    x = square.eyes[0] + square.side * (np.cos(square.angle) * u - np.sin(square.angle) * v)
    y = square.eyes[1] + square.side * (np.sin(square.angle) * u + np.cos(square.angle) * v)
    return float(((x < 0) | (x > width) | (y < 0) | (y > height)).mean())


# The catalogue's photographs, by their list


def read_aligned(entry: Entry, path: Path) -> Splits:
    """The aligned faces of the set `entry.faces_of`, in a zip or folder: its authors' or a mirror's.

    A mirror holds each photograph's middle square, in the list's order. One printed line says what was left out, and
    why. Raises ValueError where photographs are missing or damaged; OSError.
    """
    whole = catalog.entry(entry.faces_of)
    try:
        with opened(path) as (names, open_file):
            return _read_aligned(entry, whole, names, open_file)
    except (zipfile.BadZipFile, zlib.error, RuntimeError) as err:  # RuntimeError: encrypted
        raise ValueError(f"{path.name} isn't a complete zip file ({err})") from err
    except ValueError as err:
        raise ValueError(f"{err}. {whole.by_hand}".strip()) from err


def _read_aligned(entry: Entry, whole: Entry, names: list[str], open_file: Callable[[str], BinaryIO]) -> Splits:
    listed = listed_pictures(whole)
    mirrored = _mirrored(whole, names, listed)
    files = mirrored or listed_files(whole, names, open_file)
    if not files:
        raise ValueError(f"there are no photographs of {whole.name} in it")

    def aligned(of: tuple[str, Face]) -> np.ndarray:
        name, face = of
        left, top, right, bottom = middle((face.width, face.height)) if mirrored else (0, 0, face.width, face.height)

        def cut(picture: Image.Image, size: tuple[int, int]) -> Image.Image:
            if mirrored:  # at the photograph's own size, and not squeezed, as it was
                picture = picture.resize((right - left, bottom - top), Image.Resampling.BICUBIC)
            return align(picture, face.points - [left, top], size[0])

        with open_file(name) as file:
            return decode(file, 3, entry.shape[0], cut)

    splits, left_out = {}, Counter()
    for split, classes in listed_faces(entry).items():
        kept = {}
        for label, found in classes.items():
            named = dict(zip(listed[split][label], files[split][label], strict=True))
            kept[label] = [(named[digest], face) for digest, face in found.items() if isinstance(face, Face)]
            left_out.update(why for why in found.values() if isinstance(why, str))
        chosen, labels = in_mixed_order(kept)
        images = pictures.gather(aligned, chosen, entry.shape, f"{entry.name}: aligning faces")
        splits[split] = images, labels
    if left_out:
        reasons = ", ".join(f"{why} {n:,}" for why, n in left_out.most_common())
        total = left_out.total() + sum(len(labels) for _, labels in splits.values())
        print(f"{entry.name}: left out {left_out.total():,} of {total:,} photographs ({reasons})")
    return splits


def listed_faces(entry: Entry) -> dict[str, dict[int, dict[str, Face | str]]]:
    """{split: {label: {digest of a photograph: its face, or why there is none}}}, by the catalogue's list."""
    listed: dict[str, dict[int, dict[str, Face | str]]] = {}
    for line in (paths.root() / "datasets" / entry.landmarks).read_text("utf-8").splitlines():
        if line.startswith("["):
            split, name = line.strip("[]").split("/")
            faces = listed.setdefault(split, {}).setdefault(entry.classes.index(name), {})
        elif line and not line.startswith("#"):
            digest, rest = line.split(" ", 1)
            faces[digest] = _face(rest) if rest[0].isdigit() else rest
    return listed


def _face(numbers: str) -> Face:
    width, height, *points = numbers.split()
    return Face(int(width), int(height), np.array(points, float).reshape(5, 2))


def written(face: Face) -> str:
    """A face as the list writes it: width, height and the five points, to a tenth of a pixel."""
    return f"{face.width} {face.height} " + " ".join(f"{x:.1f}" for x in face.points.ravel())


def _mirrored(whole: Entry, names: list[str], listed: dict) -> dict[str, dict[int, list[str]]]:
    """A mirror's files in the list's order, {split: {label: names}}; {} where they aren't a mirror's."""
    files = {split: {label: [] for label in classes} for split, classes in listed.items()}
    for name in names:
        *_, split, folder, _ = ("", "", *PurePosixPath(name.replace("\\", "/")).parts)
        if split in files and folder in whole.classes and pictures.is_picture(PurePosixPath(name)):
            files[split][whole.classes.index(folder)].append(name)
    counts = [[len(part) for part in parts.values()] for parts in (*files.values(), *listed.values())]
    return files if counts[: len(files)] == counts[len(files) :] else {}


# One's own pictures, by a detector


def aligned_face(picture: Image.Image, size: tuple[int, int]) -> Image.Image:
    """The largest face in a picture, aligned. Raises Broken, with the reason, where there is none to align."""
    face = find_face(picture)
    if why := why_not(face):
        raise Broken(why)
    return align(picture, face.points, size[0])


def find_face(picture: Image.Image) -> Face | None:
    """The largest face that MTCNN is sure of, if any. Raises ImportError where there is no facenet-pytorch."""
    scale = SEEN_AT / max(picture.size)
    seen = picture.convert("RGB").resize(
        tuple(max(1, round(length * scale)) for length in picture.size),
        Image.Resampling.LANCZOS if scale < 1 else Image.Resampling.BICUBIC,
    )
    framed = Image.new("RGB", (seen.width + 2 * BORDER, seen.height + 2 * BORDER), (128, 128, 128))
    framed.paste(seen, (BORDER, BORDER))  # faces in tight crops are found only with something around them
    try:
        boxes, scores, points = detector().detect(framed, landmarks=True)
    except RuntimeError:  # facenet-pytorch's own, of an empty list, where nothing at all looks like a face
        return None
    sure = [i for i in range(len(boxes) if boxes is not None else 0) if scores[i] >= SURE]
    if not sure:
        return None
    largest = max(sure, key=lambda i: (boxes[i][2] - boxes[i][0]) * (boxes[i][3] - boxes[i][1]))
    return Face(*picture.size, (np.asarray(points[largest], float) - BORDER) / scale)


@functools.cache
def detector():
    """MTCNN. Raises ImportError, with what to install."""
    try:
        from facenet_pytorch import MTCNN
    except ImportError as err:
        raise ImportError(MISSING) from err
    return MTCNN(keep_all=True, min_face_size=SEEN_AT // 8)
