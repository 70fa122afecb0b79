"""Draw the embedded sample of Fashion-MNIST from the full set: `python datasets/fashion-mnist/make_sample.py`.

Needs the full set's official files as Debian's package dataset-fashion-mnist installs them, or `FOLDER` as argument.
Writes sample.npz beside this file: 1,000 training and 200 test images of each class, in mixed order, and where each
stands in the full set (`train_index`, `test_index`). The same files give the same bytes.
"""

import sys
from pathlib import Path

import numpy as np

from gancourse.data.catalog import entry
from gancourse.data.official import read_official

SEED = 0
PER_CLASS = {"train": 1_000, "test": 200}


def draw(folder: Path) -> dict[str, np.ndarray]:
    """The arrays of sample.npz from the official files in `folder`."""
    rng = np.random.default_rng(SEED)
    arrays = {}
    for split, (images, labels) in read_official(entry("fashion-mnist"), folder).items():
        chosen = [rng.choice(np.flatnonzero(labels == c), PER_CLASS[split], replace=False) for c in range(10)]
        index = rng.permutation(np.concatenate(chosen))
        arrays |= {f"{split}_images": images[index], f"{split}_labels": labels[index], f"{split}_index": index}
    return arrays


if __name__ == "__main__":
    source = Path(sys.argv[1] if len(sys.argv) > 1 else entry("fashion-mnist").system)
    np.savez_compressed(Path(__file__).with_name("sample.npz"), **draw(source))
