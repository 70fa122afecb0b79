"""What are borrowed eyes worth? Four discriminators for masked faces on one budget of processor time.

The same generator, optimiser, augmentation and aligned photographs; D stands on MobileNetV2 as ImageNet trained it, on
the same net with random weights, on `course_mini`, or is learned from scratch (DCGAN). Each training gets the same time
of the processor, from after its first step (building and tracing are left out): other work on the machine doesn't
count. Its averaged generator is measured by `gancourse.metrics.evaluate` in the features of the ruler for aligned
faces, which no discriminator here stands on. Results go to course/results/masked-face-comparison.json.

    python benchmarks/masked_face_comparison.py [--seeds 3] [--seconds 100] [--arm ImageNet]

Trained generators are kept in runs/masked-face-comparison: an interrupted comparison goes on, `--arm` trains one arm
alone, so that several may be trained side by side, and only when all are there everything is measured. The photographs
are wanted: a mirror, or a network.
"""

import argparse
import json
import os
import platform
import sys
import time
from pathlib import Path

from gancourse.keras import batches, load_weights, save_weights, to_batch  # isort: skip (TensorFlow starts quietly)
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
from gancourse.keras.weights import facts
from gancourse.trained import sampling

RESULTS = paths.root() / "course" / "results" / "masked-face-comparison.json"
PICTURE = paths.root() / "course" / "images" / "15-masked-face-comparison.png"
SIZE, LATENT_DIM, WIDTHS, WIDTH, BATCH_SIZE, EMA_DECAY, SAMPLES = 64, 64, (96, 64, 48, 32, 16), 32, 16, 0.99, 2000
LEARNING_RATE = 1e-3  # tuned for none of the arms
ARMS = {
    "ImageNet": "MobileNetV2, trained on ImageNet",
    "random": "MobileNetV2, random weights",
    "course_mini": "course_mini",
    "scratch": "learned from scratch",
}
COLUMNS = {  # name: (heading, factor, digits)
    "kernel": ("kernel × 1000", 1000, 0),
    "frechet": ("Fréchet", 1, 1),
    "precision": ("precision", 1, 2),
    "recall": ("recall", 1, 2),
    "obeyed": ("class obeyed", 1, 2),
    "fine_power": ("power above 18 cycles", 1, 2),
    "peak_2": ("peak, period 2", 1, 1),
    "peak_4": ("peak, period 4", 1, 1),
}
PROTOCOL = (
    f"gancourse.metrics.evaluate: {SAMPLES:,} samples (seed 0) of the averaged generator against the test photographs "
    "of aligned-faces at 64 pixels, in the features of the ruler for aligned faces; kernel distance first, since the "
    "Fréchet distance is biased with so few pictures; obeyed: the share of 1,000 samples whose class the ruler sees; "
    "power above 18 cycles as a share of the test photographs'; peaks: gancourse.metrics.checker_peak"
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=100, help="of the processor, for each training")
    parser.add_argument("--arm", choices=ARMS, help="train this one alone, and measure nothing")
    options = parser.parse_args()
    tf.config.threading.set_intra_op_parallelism_threads(1)
    if "draw_faces" in data.load("aligned-faces", "train", SIZE).source:
        sys.exit("the comparison wants the photographs: `gancourse data fetch aligned-faces`")
    trained = {
        (arm, seed): train(arm, seed, options.seconds)
        for seed in range(options.seeds)
        for arm in ([options.arm] if options.arm else ARMS)
    }
    if options.arm:
        return
    results = {"protocol": PROTOCOL, "processor_seconds": options.seconds, "learning_rate": LEARNING_RATE}
    results |= {"hardware": f"{os.cpu_count()} CPU threads, {platform.machine()}", "floor": floor()}
    results["arms"] = {arm: [measure(trained[arm, seed]) for seed in range(options.seeds)] for arm in ARMS}
    RESULTS.write_text(json.dumps(results, indent=1) + "\n", "utf-8")
    samples = np.concatenate([sampling.draw(load(trained[arm, 0]), LATENT_DIM, (0, 1), 6) for arm in ARMS])
    Image.fromarray(plots.tile(samples, 12)).save(PICTURE, optimize=True)
    print(table(results))


def discriminator(arm: str, photographs: np.ndarray) -> keras.Model:
    if arm == "scratch":
        return scratch_discriminator((SIZE, SIZE, 3), classes=2, channels=32)
    name = "course_mini" if arm == "course_mini" else "MobileNetV2"
    eyes = backbone(name, SIZE, "random" if arm == "random" else "auto")
    return projected_discriminator(eyes, 2, to_batch(photographs[:64]), WIDTH)


def train(arm: str, seed: int, seconds: float) -> Path:
    """Train one GAN for so many seconds of the processor, unless it's there; the file of its averaged generator."""
    file = paths.root() / "runs" / "masked-face-comparison" / f"{arm}-{seed}-{seconds:.0f}.safetensors"
    if file.exists():
        return file
    keras.utils.set_random_seed(seed)
    photographs = data.load("aligned-faces", "train", SIZE)
    generator = conditional_generator(LATENT_DIM, 2, WIDTHS)
    gan = ConditionalGAN(generator, discriminator(arm, photographs.images), LATENT_DIM, EMA_DECAY, seed)
    gan.compile(*(keras.optimizers.Adam(LEARNING_RATE, beta_1=0.0, beta_2=0.99) for _ in range(2)))
    pairs = batches(photographs, BATCH_SIZE, seed=seed).map(lambda x, y: (tf.image.random_flip_left_right(x), y))
    pairs, step = iter(pairs.repeat()), tf.function(gan.train_step)
    step(next(pairs))
    steps, began = 0, time.process_time()
    while time.process_time() - began < seconds:
        step(next(pairs))
        steps += 1
    file.parent.mkdir(parents=True, exist_ok=True)
    save_weights(gan.average, file, seed=seed, steps=steps)
    print(arm, seed, steps, flush=True)
    return file


def load(file: Path):
    return as_torch(load_weights(conditional_generator(LATENT_DIM, 2, WIDTHS), file))


def measure(file: Path) -> dict:
    generator = load_weights(conditional_generator(LATENT_DIM, 2, WIDTHS), file)
    measured = metrics.evaluate(sampler(generator, LATENT_DIM, 2), "aligned-faces", SAMPLES)
    made = sampling.draw(as_torch(generator), LATENT_DIM, (0, 1), 500)
    seen = metrics.feature_net("aligned-faces").probabilities(made).argmax(1)
    row = facts(file) | {key: measured[key] for key in ("kernel", "frechet", "precision", "recall")}
    row["obeyed"] = float((seen == np.repeat((0, 1), 500)).mean())
    return row | spectrum(made)


def spectrum(made: np.ndarray) -> dict:
    row = {"fine_power": metrics.fine_power(data.load("aligned-faces", "test", SIZE).images, made)}
    return row | {f"peak_{period}": metrics.checker_peak(made, period) for period in (2, 4)}


def floor() -> dict:
    """The training photographs in the place of samples: what a generator as good as they are would get."""
    train = data.load("aligned-faces", "train", SIZE)
    order = iter(np.random.default_rng(0).permutation(len(train)))

    def sample(n, rng):
        return data.to_batch(train.images[[next(order) for _ in range(n)]])

    measured = metrics.evaluate(sample, "aligned-faces", SAMPLES)
    right = metrics.feature_net("aligned-faces").accuracy
    row = {key: measured[key] for key in ("kernel", "frechet", "precision", "recall")}
    return row | {"obeyed": right} | spectrum(train.images)


def table(results: dict) -> str:
    """The comparison as lesson and docs/measured.md show it: means, and ranges over the seeds."""
    lines = [
        f"| the discriminator | steps | {' | '.join(heading for heading, _, _ in COLUMNS.values())} |",
        "|---" * (len(COLUMNS) + 2) + "|",
    ]
    for arm, name in ARMS.items():
        runs = results["arms"][arm]
        cells = [_spread([factor * run[key] for run in runs], digits) for key, (_, factor, digits) in COLUMNS.items()]
        lines.append(f"| {name} | {np.mean([run['steps'] for run in runs]):,.0f} | {' | '.join(cells)} |")
    best = results["floor"]
    cells = [f"{factor * best[key]:.{digits}f}" for key, (_, factor, digits) in COLUMNS.items()]
    lines.append(f"| (training photographs) | | {' | '.join(cells)} |")
    return "\n".join(lines)


def _spread(values: list[float], digits: int) -> str:
    mean = f"{np.mean(values):.{digits}f}"
    return mean if len(values) == 1 else f"{mean} ({min(values):.{digits}f} to {max(values):.{digits}f})"


if __name__ == "__main__":
    main()
