"""How to build lesson 14's detector: picture size, maps and augmented views, by cross-validation in blocks.

    python benchmarks/detector_probe.py [--sizes 64 96 128] [--views 0 3]

A linear probe on the shipped MobileNetV2. The training photographs of each class are cut into four blocks in the order
of their files, so that near-duplicates, which stand near each other, stay together (`benchmarks/detector_recipe.py`).
Each block is held out once. Counted are the wrong verdicts at logit 0, averaged over a picture and its mirror image: of
2,645 photographs as they are, and for the first block, of 661 in eight other views (JPEG, blurred, grey, off-centre,
farther, darker, warmer). The test split isn't touched. About two minutes of the processor; needs the photographs.
"""

import argparse
import sys

import gancourse.keras  # noqa: F401  # isort: skip (first, so that TensorFlow starts quietly)
import detector_recipe
import keras
import numpy as np
import tensorflow as tf

from gancourse import data
from gancourse.keras import to_batch, to_pictures
from gancourse.keras.backbones import Backbone, backbone
from gancourse.keras.detector import Augmentation, pooled, probe

FINEST = {"all three": slice(None), "stride 16 alone": slice(144 + 192, None)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=[64, 96, 128])
    parser.add_argument(
        "--views", type=int, nargs="+", default=[0, 3], help="with more than 0 at the largest size only"
    )
    options = parser.parse_args()
    tf.config.threading.set_intra_op_parallelism_threads(1)
    print("| pixels | maps | views | wrong of all | in eight views of the first block |\n" + "|---" * 5 + "|")
    for size in options.sizes:
        photographs = data.load("masked-faces", "train", size=size)
        if "draw_faces" in photographs.source:
            sys.exit("This compares recipes for photographs, and there are none: gancourse data fetch masked-faces")
        eyes, largest = backbone("MobileNetV2", size), size == max(options.sizes)
        upright = pooled(eyes, photographs.images)
        mirrored = pooled(eyes, photographs.images[:, :, ::-1])
        others = other_views(eyes, photographs) if largest else []
        augmented = [features_of_a_view(eyes, photographs.images, i) for i in range(max(options.views) * largest)]
        for views in options.views if largest else [0]:
            for name, part in FINEST.items():
                seen = [each[:, part] for each in (upright, *augmented[:views])]
                found = wrong(
                    seen, (upright[:, part] + mirrored[:, part]) / 2, [o[:, part] for o in others], photographs
                )
                print(f"| {size} | {name} | {views} | {found[0]} | {found[1] if largest else '-'} |", flush=True)


def features_of_a_view(eyes: Backbone, images: np.ndarray, seed: int) -> np.ndarray:
    """Features of one augmented version of each picture."""
    keras.utils.set_random_seed(seed)
    augment = Augmentation()
    starts = range(0, len(images), 64)
    return pooled(
        eyes, np.concatenate([to_pictures(augment(to_batch(images[i : i + 64]), training=True)) for i in starts])
    )


def other_views(eyes: Backbone, photographs: data.ImageSet) -> list[np.ndarray]:
    """Features of the first block's photographs in eight views."""
    first = photographs.images[detector_recipe.held_out(photographs.labels, 0)]
    return [pooled(eyes, view) for view in detector_recipe.views(first)[1:]]


def wrong(seen: list, both: np.ndarray, others: list, photographs: data.ImageSet) -> tuple[int, int]:
    """Wrong verdicts on all blocks, and on the first block's other views."""
    total, elsewhere = 0, 0
    for block in range(detector_recipe.BLOCKS):
        held = detector_recipe.held_out(photographs.labels, block)
        labels = np.tile(photographs.labels[~held], len(seen))
        weights, bias = probe(np.concatenate([each[~held] for each in seen]), labels)
        total += int(((both[held] @ weights + bias > 0) != photographs.labels[held]).sum())
        if block == 0:
            answers = [(view @ weights + bias > 0) != photographs.labels[held] for view in others]
            elsewhere = int(np.sum(answers))
    return total, elsewhere


if __name__ == "__main__":
    main()
