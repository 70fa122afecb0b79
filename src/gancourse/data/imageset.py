"""What `load`, `load_pairs` and `load_captions` return."""

from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np


@dataclass(frozen=True, eq=False, repr=False)
class ImageSet:
    """Labelled pictures, still uint8. A slice, mask or index array gives a smaller set: `pictures[:1000]`."""

    images: np.ndarray  # uint8 (n, height, width, channels), often a memory map: changes to it stay in this process
    labels: np.ndarray  # int64 (n,), indices into classes
    classes: tuple[str, ...]
    name: str
    split: str
    source: str

    def __len__(self) -> int:
        return len(self.images)

    def __getitem__(self, index) -> "ImageSet":
        if not isinstance(index, slice) and np.ndim(index) == 0:
            raise TypeError(
                f"index with a slice or array, as in pictures[:10]; one picture is pictures.images[{index}]"
            )
        if isinstance(index, list):
            index = np.array(index, dtype=None if index else np.int64)
        return replace(self, images=self.images[index], labels=self.labels[index])

    def __repr__(self) -> str:
        shape = "x".join(map(str, self.images.shape[1:]))
        content = f"{len(self):,} of {shape}, {len(self.classes)} class{'es' * (len(self.classes) != 1)}"
        return f"ImageSet({self.name} {self.split}: {content}, from {self.source})"


@dataclass(frozen=True, eq=False, repr=False)
class Pairs:
    """Two views of the same things: `first[i]` and `second[i]` belong together, as `names[i]`."""

    first: np.ndarray  # uint8 (n, height, width, channels)
    second: np.ndarray  # the same shape
    names: tuple[str, ...]
    classes: tuple[str, str]  # what `first` and `second` show
    name: str
    split: str
    source: str

    def __len__(self) -> int:
        return len(self.names)

    def __repr__(self) -> str:
        shape = "x".join(map(str, self.first.shape[1:]))
        return f"Pairs({self.name} {self.split}: {len(self):,} of {shape}, {' and '.join(self.classes)})"


class Captioned(NamedTuple):
    """Pictures, and for each one its captions, at least one."""

    images: ImageSet
    captions: list[list[str]]
