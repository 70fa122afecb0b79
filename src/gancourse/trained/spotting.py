"""Pictures that don't belong among normal ones: `gancourse anomalies`.

At each place of a picture, features of the ImageNet network that comes with the course, and their distance to the
nearest of the normal pictures' features, wherever those lie. Roth et al. 2022 (PatchCore), arXiv:2106.08265, in small.
"""

import io
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

import matplotlib.pyplot as plt
import numpy as np
import torch
import torch.nn.functional as F

from gancourse import data, paths, plots
from gancourse.data.pictures import decode, quiet, whole_or_middle
from gancourse.nets.mobilenet import imagenet_eyes
from gancourse.trained.detecting import files_in, read_or_problem

SIZE = 128  # pixels at which pictures are looked at
BATCH = 32
LEAST = 8  # normal pictures
MOST_PLACES = 20_000  # of normal pictures that are remembered
ODDEST = 5  # places of a picture whose mean distance is its score
MOST_SHOWN = 60


class Spotted(NamedTuple):
    """One picture and how far it is from the normal ones."""

    file: Path
    score: float  # 1 is the median of the normal pictures, each compared with all others
    rank: float  # the share of normal pictures that score less, in [0, 1]
    where: np.ndarray  # float32 (16, 16): the distance at each place, in the score's unit


class Familiar:
    """What is normal: features at places of normal pictures, uint8 (n, 128, 128, 3), n at least 2.

    Of all places at most 20,000 are remembered, drawn by a fixed seed. `usual`: the normal pictures' own scores (n,),
    sorted, each compared with all others.
    """

    def __init__(self, pictures: np.ndarray, bar: Callable[[list], Iterable] = iter):
        features = torch.cat([_features(pictures[i : i + BATCH]) for i in bar(list(range(0, len(pictures), BATCH)))])
        rows = features.flatten(0, 1)
        owners = torch.arange(len(pictures)).repeat_interleave(features.shape[1])
        kept = torch.randperm(len(rows), generator=torch.Generator().manual_seed(0))[:MOST_PLACES]
        self._known, self._owners, self._unit = rows[kept], owners[kept], 1.0
        own = [_score(self._to_nearest(each, i)) for i, each in enumerate(features)]
        self._unit = max(float(np.median(own)), 1e-12)
        self.usual = np.sort(np.array(own) / self._unit)

    def distances(self, pictures: np.ndarray) -> np.ndarray:
        """float32 (n, 16, 16): for each place of pictures, uint8 (n, 128, 128, 3), the distance to what is known."""
        near = [self._to_nearest(each) for each in _features(pictures)]
        return np.stack([each.reshape(SIZE // 8, SIZE // 8).numpy() for each in near])

    def scores(self, pictures: np.ndarray) -> np.ndarray:
        """float64 (n,): the mean distance at each picture's five oddest places."""
        maps = [self.distances(pictures[i : i + BATCH]) for i in range(0, len(pictures), BATCH)]
        return np.array([_score(torch.from_numpy(each)) for each in np.concatenate(maps)])

    def _to_nearest(self, rows: torch.Tensor, owner: int = -1) -> torch.Tensor:
        """Each row's distance to the nearest known one that isn't its owner's."""
        far = torch.cdist(rows, self._known)
        return far.masked_fill_(self._owners == owner, torch.inf).amin(1) / self._unit


def spot(
    photos: Path, normal: Path, bar: Callable[[list], Iterable] = iter
) -> tuple[list[Spotted], list[tuple[Path, str]]]:
    """Each picture in the folder `photos` (or that one file), the oddest first, and each file that is none, with why.

    Files are read as `gancourse detect` reads them; those in the folder `normal` that are no pictures are named too.
    `bar` goes over a list and may show how far it is. Raises ValueError for fewer than 8 normal pictures.
    """
    good, problems = _read(files_in(normal))
    if len(good) < LEAST:
        why = f" ({paths.readable(problems[0][0])}: {problems[0][1]})" if problems else ""
        raise ValueError(f"{paths.readable(normal)}: {len(good)} pictures; at least {LEAST} are needed{why}")
    familiar = Familiar(np.stack(list(good.values())), bar)
    files, found = files_in(photos), []
    for start in bar(list(range(0, len(files), BATCH))):
        pictures, wrong = _read(files[start : start + BATCH])
        problems += wrong
        maps = familiar.distances(np.stack(list(pictures.values()))) if pictures else []
        for file, where in zip(pictures, maps):
            score = _score(torch.from_numpy(where))
            found.append(Spotted(file, score, float(np.searchsorted(familiar.usual, score) / len(good)), where))
    return sorted(found, key=lambda each: -each.score), problems


def draw(found: Sequence[Spotted], file: Path) -> None:
    """Write a contact sheet of the first 60 as PNG: each with its score, red where it is further from what is normal
    than a normal picture's five oddest places are. `file` is written whole or not at all."""
    shown = found[:MOST_SHOWN]
    pictures, _ = _read([each.file for each in shown])
    kept = [each for each in shown if each.file in pictures]
    marked = [_marked(pictures[each.file], each.where) for each in kept]
    figure = plots.grid(np.stack(marked), min(10, len(marked)), labels=[f"{each.score:.2f}" for each in kept])
    packed = io.BytesIO()
    figure.savefig(packed, format="png", dpi=120)
    plt.close(figure)
    paths.write(file, packed.getvalue())


def read_picture(file: Path) -> np.ndarray:
    """uint8 (128, 128, 3): the picture's middle square, or all of a long one, squeezed. Raises Broken and OSError."""
    with quiet(), file.open("rb") as opened:
        return decode(opened, 3, SIZE, whole_or_middle)


def _read(files: Sequence[Path]) -> tuple[dict[Path, np.ndarray], list[tuple[Path, str]]]:
    read = {file: read_or_problem(file, read_picture) for file in files}
    pictures = {file: each for file, each in read.items() if isinstance(each, np.ndarray)}
    return pictures, [(file, each) for file, each in read.items() if isinstance(each, str)]


@torch.no_grad()
def _features(pictures: np.ndarray) -> torch.Tensor:
    """float32 (n, 256, 768): the second and third map, each averaged over 3 x 3 places, at the second one's places."""
    _, middle, deep = imagenet_eyes()(data.to_batch(pictures))
    smooth = partial(F.avg_pool2d, kernel_size=3, stride=1, padding=1, count_include_pad=False)
    deep = F.interpolate(smooth(deep), scale_factor=2.0, mode="bilinear")
    return torch.cat([smooth(middle), deep], 1).flatten(2).mT.contiguous()


def _score(distances: torch.Tensor) -> float:
    return float(distances.flatten().topk(ODDEST).values.mean())


def _marked(picture: np.ndarray, where: np.ndarray) -> np.ndarray:
    """The picture with red over the places from distance 1 on, full from 2 on."""
    share = np.clip(where - 1, 0, 1).repeat(SIZE // len(where), 0).repeat(SIZE // len(where), 1)[..., None]
    return (picture * (1 - 0.6 * share) + np.array([255, 0, 0]) * 0.6 * share).round().astype(np.uint8)
