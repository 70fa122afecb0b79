"""What are borrowed eyes worth? Five discriminators for masked faces on one budget, three seeds each.

The same generator, optimiser, augmentation and photographs; D is learned from scratch (DCGAN), or stands on the two
finest maps of `course_mini` with the weights that it was pretrained to, or of the same net with random weights, or on
the finest of the pretrained maps alone, or on all four. Each training gets the
same time of the processor, from after its first step (building and tracing are left out): other work on the machine
doesn't count. Its averaged generator is measured by `gancourse.metrics.evaluate` in the features of the ruler for
faces, which no discriminator here stands on. Results go to course/results/masked-face-comparison.json.

    python benchmarks/masked_face_comparison.py [--seeds 3] [--seconds 60]

What is in that file, for the same time, is kept: an interrupted comparison goes on, and without the file it begins
anew. The photographs are wanted: a mirror, or a network.
"""

import argparse
import json
import os
import platform
import sys
import time

from gancourse.keras import batches  # isort: skip (first, so that TensorFlow starts quietly)
import keras
import numpy as np
import tensorflow as tf
from PIL import Image

from gancourse import data, metrics, paths, plots
from gancourse.keras.backbones import backbone
from gancourse.keras.projected import (
    ConditionalGAN,
    conditional_generator,
    projected_discriminator,
    scratch_discriminator,
)
from gancourse.keras.training import as_torch, sampler
from gancourse.trained import sampling

RESULTS = paths.root() / "course" / "results" / "masked-face-comparison.json"
PICTURE = paths.root() / "course" / "images" / "15-masked-face-comparison.png"
SIZE, LATENT_DIM, CHANNELS, WIDTH, BATCH_SIZE, EMA_DECAY, SAMPLES = 64, 64, 16, 32, 16, 0.995, 2000
ARMS = {
    "scratch": "learned from scratch",
    "random": "course_mini, random weights",
    "pretrained": "course_mini, pretrained",
    "one depth": "course_mini, pretrained, finest map alone",
    "four depths": "course_mini, pretrained, four maps",
}
LEARNING_RATE = 2e-3  # of lesson 03; tuned for none of the arms
DEPTHS = {"one depth": 1, "four depths": 4}  # of the others: 2
PROTOCOL = (
    f"gancourse.metrics.evaluate: {SAMPLES:,} samples (seed 0) of the averaged generator against the 611 test "
    "photographs of masked-faces at 64 pixels, in the features of the ruler for faces; kernel distance first, since "
    "the Fréchet distance is biased with so few pictures; obeyed: the share of 1,000 samples whose class the ruler sees"
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=60, help="of the processor, for each training")
    options = parser.parse_args()
    if data.load("masked-faces", "train", SIZE).source == data.load("drawn-faces", "train").source:
        sys.exit("the comparison wants the photographs: `gancourse data fetch masked-faces`")
    results = json.loads(RESULTS.read_text("utf-8")) if RESULTS.exists() else {}
    if results.get("processor_seconds") != options.seconds:
        results = {"protocol": PROTOCOL, "processor_seconds": options.seconds, "learning_rate": LEARNING_RATE}
        results |= {"hardware": f"{os.cpu_count()} CPU threads, {platform.machine()}", "floor": floor()}
        results["arms"] = {arm: [] for arm in ARMS}
    for seed in range(options.seeds):
        samples = []
        for arm in [arm for arm in ARMS if len(results["arms"][arm]) == seed]:
            row, made = run(arm, seed, options.seconds)
            results["arms"][arm].append(row)
            samples.append(made)
            RESULTS.write_text(json.dumps(results, indent=1) + "\n", "utf-8")
            print(arm, json.dumps(row), flush=True)
        if seed == 0 and len(samples) == len(ARMS):
            Image.fromarray(plots.tile(np.concatenate(samples), 12)).save(PICTURE, optimize=True)
    print(table(results))


def discriminator(arm: str) -> keras.Model:
    if arm == "scratch":
        return scratch_discriminator((SIZE, SIZE, 3), classes=2, channels=CHANNELS)
    eyes = backbone("course_mini", SIZE, "random" if arm == "random" else "auto")
    return projected_discriminator(eyes, 2, WIDTH, DEPTHS.get(arm, 2))


def run(arm: str, seed: int, seconds: float) -> tuple[dict, np.ndarray]:
    """Train one GAN for so many seconds of the processor, and measure it; also six samples of each class."""
    keras.utils.set_random_seed(seed)
    generator = conditional_generator(LATENT_DIM, (SIZE, SIZE, 3), classes=2, channels=CHANNELS)
    gan = ConditionalGAN(generator, discriminator(arm), LATENT_DIM, EMA_DECAY, seed)
    gan.compile(*(keras.optimizers.Adam(LEARNING_RATE, beta_1=0.5, beta_2=0.99) for _ in range(2)))
    photographs = batches(data.load("masked-faces", "train", SIZE), BATCH_SIZE, seed=seed)
    pairs = iter(photographs.map(lambda x, y: (tf.image.random_flip_left_right(x), y)).repeat())
    step = tf.function(gan.train_step)
    step(next(pairs))
    steps, began, started = 0, time.process_time(), time.perf_counter()
    while time.process_time() - began < seconds:
        step(next(pairs))
        steps += 1
    row = {"seed": seed, "steps": steps, "seconds": round(time.perf_counter() - started, 1)}
    keep = ("kernel", "kernel_error", "frechet", "frechet_error", "precision", "recall")
    measured = metrics.evaluate(sampler(gan.average, LATENT_DIM, 2), "masked-faces", SAMPLES)
    made = sampling.draw(as_torch(gan.average), LATENT_DIM, (0, 1), 500)
    seen = metrics.feature_net("masked-faces").probabilities(made).argmax(1)
    obeyed = float((seen == np.repeat((0, 1), 500)).mean())
    return row | {key: measured[key] for key in keep} | {"obeyed": obeyed}, made[[*range(6), *range(500, 506)]]


def floor() -> dict:
    """The training photographs in the place of samples: what a generator as good as they are would get."""
    train = data.load("masked-faces", "train", SIZE)
    order = iter(np.random.default_rng(0).permutation(len(train)))

    def sample(n, rng):
        return data.to_batch(train.images[[next(order) for _ in range(n)]])

    measured = metrics.evaluate(sample, "masked-faces", SAMPLES)
    right = metrics.feature_net("masked-faces").accuracy
    return {key: measured[key] for key in ("kernel", "frechet", "precision", "recall")} | {"obeyed": right}


def table(results: dict) -> str:
    """The comparison as lesson and docs/measured.md show it: means and ranges over the seeds."""
    lines = [
        "| the discriminator | steps | kernel × 1000 | Fréchet | precision | recall | class obeyed |",
        "|---|---|---|---|---|---|---|",
    ]
    for arm, name in ARMS.items():
        runs = results["arms"][arm]
        lines.append(
            f"| {name} | {np.mean([run['steps'] for run in runs]):,.0f} "
            f"| {_spread([1000 * run['kernel'] for run in runs])} | {_spread([run['frechet'] for run in runs])} "
            f"| {_spread([run['precision'] for run in runs], 2)} | {_spread([run['recall'] for run in runs], 2)} "
            f"| {_spread([run['obeyed'] for run in runs], 2)} |"
        )
    best = results["floor"]
    lines.append(
        f"| (training photographs) | | {1000 * best['kernel']:.1f} | {best['frechet']:.1f} "
        f"| {best['precision']:.2f} | {best['recall']:.2f} | {best['obeyed']:.2f} |"
    )
    return "\n".join(lines)


def _spread(values: list[float], digits: int = 1) -> str:
    return f"{np.mean(values):.{digits}f} ({min(values):.{digits}f} to {max(values):.{digits}f})"


if __name__ == "__main__":
    main()
