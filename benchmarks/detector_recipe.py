"""How to train lesson 14's small net from scratch: widths and epochs, by cross-validation in blocks.

    python benchmarks/detector_recipe.py --channels 16 32 64 128 --small-epochs 42 --epochs 101 [--blocks 0 1]

The photographs of each class are cut into four blocks in the order of their files, so that near-duplicates, which stand
near each other, stay together. Each block named is held out once; one training each, on one thread, as the lesson
trains but for its validation part. Counted are the wrong verdicts at logit 0: on the held-out photographs as they are,
and on nine views of them (JPEG, blurred, grey, off-centre, farther, darker, warmer). The test split isn't touched.
Takes about four minutes of the processor a block; needs the photographs.
"""

import argparse
import io
import sys
import time

import gancourse.keras  # noqa: F401  # isort: skip (first, so that TensorFlow starts quietly)
import keras
import numpy as np
import tensorflow as tf
from PIL import Image

from gancourse import data
from gancourse.keras import batches
from gancourse.keras.detector import Augmentation, Detector, detector_net

BLOCKS = 4
SIZE = 64


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--channels", type=int, nargs="+", default=[16, 32, 64, 128])
    parser.add_argument("--small-epochs", type=int, default=46, help="at 32 pixels")
    parser.add_argument("--epochs", type=int, default=108, help="all, the small ones among them")
    parser.add_argument("--blocks", type=int, nargs="+", choices=range(BLOCKS), default=[0, 1])
    options = parser.parse_args()
    tf.config.threading.set_intra_op_parallelism_threads(1)
    tf.config.threading.set_inter_op_parallelism_threads(1)
    photographs = data.load("masked-faces", "train", size=SIZE)
    if "draw_faces" in photographs.source:
        sys.exit("This compares recipes for photographs, and there are none: gancourse data fetch masked-faces")
    print("| channels | epochs | block | photographs | wrong | in nine views | CPU seconds |\n" + "|---" * 7 + "|")
    for block in options.blocks:
        held = held_out(photographs.labels, block)
        began = time.process_time()
        detector = trained(photographs[~held], tuple(options.channels), options.small_epochs, options.epochs)
        seconds = time.process_time() - began
        labels = photographs.labels[held]
        wrong = [int(((detector.logits(view) > 0) != labels).sum()) for view in views(photographs.images[held])]
        epochs = f"{options.small_epochs} + {options.epochs - options.small_epochs}"
        row = (str(options.channels)[1:-1], epochs, block, len(labels), wrong[0], sum(wrong), round(seconds))
        print("|", " | ".join(map(str, row)), "|", flush=True)


def held_out(labels: np.ndarray, block: int) -> np.ndarray:
    """bool (n,): the block of each class."""
    held = np.zeros(len(labels), bool)
    for label in np.unique(labels):
        held[np.array_split(np.flatnonzero(labels == label), BLOCKS)[block]] = True
    return held


def trained(pictures: data.ImageSet, channels: tuple[int, ...], small_epochs: int, epochs: int) -> Detector:
    """A net after the lesson's recipe: two sizes, one cycle of the learning rate for each."""
    keras.utils.set_random_seed(0)
    net = detector_net(channels)
    model = keras.Sequential([Augmentation(), net])
    for side, n in ((SIZE // 2, small_epochs), (SIZE, epochs - small_epochs)):
        steps = n * (len(pictures) // 32)
        rate = keras.optimizers.schedules.CosineDecay(
            3e-3 / 20, steps - steps // 5, warmup_target=3e-3, warmup_steps=steps // 5
        )
        optimizer = keras.optimizers.AdamW(rate, weight_decay=0.05, beta_2=0.99)
        optimizer.exclude_from_weight_decay(var_names=["bias", "gamma", "beta"])
        loss = keras.losses.BinaryCrossentropy(from_logits=True, label_smoothing=0.1)
        model.compile(optimizer, loss, jit_compile=False)
        times = SIZE // side
        sized = batches(pictures, 32).map(lambda x, y, times=times: (tf.nn.avg_pool2d(x, times, times, "VALID"), y))
        model.fit(sized, epochs=n, shuffle=False, verbose=0)
    return Detector(net, temperature=1.0, threshold=0.5)


def views(images: np.ndarray) -> list[np.ndarray]:
    """The pictures as they are, then eight versions of them: uint8 (n, size, size, 3) each."""
    size = images.shape[1]

    def each(change) -> np.ndarray:
        return np.stack([np.asarray(change(Image.fromarray(image)).convert("RGB")) for image in images])

    def jpeg(picture: Image.Image) -> Image.Image:
        coded = io.BytesIO()
        picture.save(coded, "JPEG", quality=30)
        return Image.open(coded)

    def part(corner: int) -> np.ndarray:
        box = (corner, corner, corner + round(0.84 * size), corner + round(0.84 * size))
        return each(lambda picture: picture.crop(box).resize((size, size), Image.Resampling.BILINEAR))

    def smaller(times: float) -> np.ndarray:
        return each(lambda p: p.resize((round(size / times),) * 2, Image.Resampling.BILINEAR))

    far = smaller(1.6)
    edge = size - far.shape[1]
    return [
        images,
        each(jpeg),
        np.stack([Image.fromarray(p).resize((size, size), Image.Resampling.BILINEAR) for p in smaller(2)]),
        each(lambda picture: picture.convert("L")),
        part(0),
        part(size - round(0.84 * size)),
        np.pad(far, ((0, 0), (edge // 2, edge - edge // 2), (edge // 2, edge - edge // 2), (0, 0)), mode="edge"),
        (images * 0.5).astype(np.uint8),
        np.clip(images * np.array([1.15, 1.0, 0.85]), 0, 255).astype(np.uint8),
    ]


if __name__ == "__main__":
    main()
