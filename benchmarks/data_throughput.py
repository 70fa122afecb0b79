"""How fast `gancourse.data.batches` is beside torchvision's usual pipeline, a second `load`, and the drawing of faces.

Both pipelines give shuffled batches of 128 float tensors in [-1, 1] of the same Fashion-MNIST training images, in
turn, several times; medians count. Needs no network, writes only to a temporary folder. Exits 1 where batches are less
than 10 times as fast, the second `load` takes 0.2 s or more, or fewer than 2,000 faces of 64 pixels are drawn a second.
The last line is the ratio.
"""

import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import torch
from torch.utils.data import DataLoader
from torchvision import transforms
from torchvision.datasets import FashionMNIST

from gancourse import data

BATCH = 128
REPEATS = 5
WANTED_RATIO = 10
LOAD_LIMIT_S = 0.2
FACES, WANTED_FACES_PER_S = 4_000, 2_000


def main() -> int:
    """Run and print everything; returns the exit status."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["GANCOURSE_HOME"] = str(Path(folder) / "cache")
        data.load("fashion-mnist")
        load_s, images = timed(lambda: data.load("fashion-mnist"))
        usual = usual_pipeline(Path(folder) / "torchvision", images)
        ours = data.batches(images, BATCH, drop_last=False)

        epoch(ours), epoch(usual)  # warm both up
        seconds = {"torchvision": [], "gancourse": []}
        for _ in range(REPEATS):
            seconds["torchvision"].append(timed(lambda: epoch(usual))[0])
            seconds["gancourse"].append(timed(lambda: epoch(ours))[0])

    draw_s = statistics.median(timed(lambda: data.draw_faces(FACES, seed=2, size=64))[0] for _ in range(REPEATS))
    rates = {name: len(images) / statistics.median(s) for name, s in seconds.items()}
    ratio = rates["gancourse"] / rates["torchvision"]
    print(f"{len(images):,} images from {images.source}, {torch.get_num_threads()} threads, {REPEATS} repeats")
    for name, rate in rates.items():
        print(f"{name}: {rate:,.0f} images/s")
    print(f"second load from the cache: {load_s:.4f} s (limit {LOAD_LIMIT_S} s)")
    print(f"drawn faces of 64 pixels: {FACES / draw_s:,.0f} images/s (at least {WANTED_FACES_PER_S:,})")
    print(f"ratio: {ratio:.1f} (at least {WANTED_RATIO})")
    fast = ratio >= WANTED_RATIO and load_s < LOAD_LIMIT_S and FACES / draw_s >= WANTED_FACES_PER_S
    return 0 if fast else 1


def usual_pipeline(folder: Path, images: data.ImageSet) -> DataLoader:
    """torchvision's FashionMNIST of the same images, as most tutorials write it."""
    raw = folder / "FashionMNIST" / "raw"
    raw.mkdir(parents=True)
    for prefix, part in {"train": images, "t10k": images[:1]}.items():  # torchvision asks for both
        write_idx(raw / f"{prefix}-images-idx3-ubyte", part.images[..., 0])
        write_idx(raw / f"{prefix}-labels-idx1-ubyte", part.labels.astype(np.uint8))
    convert = transforms.Compose([transforms.ToTensor(), transforms.Normalize((0.5,), (0.5,))])
    return DataLoader(FashionMNIST(folder, train=True, transform=convert), batch_size=BATCH, shuffle=True)


def write_idx(path: Path, array: np.ndarray) -> None:
    """uint8 array in MNIST's file format."""
    header = np.array([0x800 + array.ndim, *array.shape], ">i4")
    path.write_bytes(header.tobytes() + array.tobytes())


def epoch(loader: DataLoader) -> None:
    for x, _ in loader:
        assert x.dtype == torch.float32


def timed(action):
    """(seconds, result) of one call."""
    start = time.perf_counter()
    result = action()
    return time.perf_counter() - start, result


if __name__ == "__main__":
    sys.exit(main())
