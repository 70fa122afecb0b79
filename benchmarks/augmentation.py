"""Do pictures from a GAN help a detector that has few photographs? Lesson 16's experiment.

For 20, 50, 100 and 200 training photographs a class, and for five disjoint subsets of each size, a conditional GAN sees
these photographs and no others. Detectors learn from them plainly, with classical augmentation, with the GAN's samples
as half of every batch, and with both: in equally many steps, from the same first weights. They are measured on the
whole test split, by which nothing was chosen: nets, rates, numbers of steps and augmentation were set beforehand, on
training photographs that belong to no subset.

    python benchmarks/augmentation.py [--data masked-faces] [--workers 2]

Each finished cell (a size and a subset) goes into course/results/augmentation.json at once, and the same command goes
on with those that are missing. The samples and sheets of them are kept in runs/augmentation/, not in the repository:
those of few photographs can be nearly these photographs.
"""

import argparse
import json
import multiprocessing
import os
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from filelock import FileLock
from PIL import Image

from gancourse import data, metrics, paths, plots, stats

if TYPE_CHECKING:
    import keras

RESULTS = paths.root() / "course" / "results" / "augmentation.json"
KEPT = paths.root() / "runs" / "augmentation"
SIZES = (20, 50, 100, 200)  # training pictures a class
SEEDS = 5
ARMS = ("plain", "classical", "gan", "both")
SHARES = (0.25, 0.75, 1.0)  # of synthetic pictures in each batch, beside the arms' 0 and 0.5
SWEEP = 50  # the size at which they are tried
PIXELS = 32
STEPS = 300
GAN_STEPS = 1_000
JUDGE_STEPS = 1_000
SAMPLES = 2_000
COMPARISONS = (("classical", "plain"), ("gan", "plain"), ("both", "classical"))


class Bench(NamedTuple):
    """What the cells have in common."""

    train: data.ImageSet
    test: data.ImageSet
    subsets: list[np.ndarray]
    rest: data.ImageSet  # training pictures that belong to no subset
    net: "keras.Model"  # the detector, trained anew for each arm
    judge: "keras.Model"  # a detector that has seen all training pictures
    hard: np.ndarray  # bool: the third of the test pictures that the judge is least sure of, or wrong about


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", choices=("masked-faces", "drawn-faces"), default="masked-faces")
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args()
    results = json.loads(RESULTS.read_text("utf-8")) if RESULTS.exists() else {}
    cells = results.setdefault(options.data, [])
    done = {(cell["size"], cell["seed"]) for cell in cells}
    missing = [(size, seed) for seed in range(SEEDS) for size in SIZES if (size, seed) not in done]
    with ProcessPoolExecutor(options.workers, multiprocessing.get_context("spawn"), one_thread) as pool:
        for future in as_completed([pool.submit(run_cell, options.data, *each) for each in missing]):
            cells.append(future.result())
            cells.sort(key=lambda cell: (cell["size"], cell["seed"]))
            write(results)
            print(f"{len(cells)} of {len(SIZES) * SEEDS}: {future.result()}", flush=True)
    print(table(cells))


def one_thread() -> None:
    """For TensorFlow, before a worker imports it: the workers share the cores among them."""
    os.environ.update(TF_NUM_INTRAOP_THREADS="1", TF_NUM_INTEROP_THREADS="1")


@cache
def bench(name: str) -> Bench:
    """The data, the detector's graph and the judge, once in each worker; the judge is trained once and kept."""
    from gancourse.keras import augment, load_weights, save_weights, scarce

    train, test = data.load(name, "train", PIXELS), data.load(name, "test", PIXELS)
    subsets, rest = scarce.disjoint_subsets(train.labels, SEEDS, max(SIZES))
    KEPT.mkdir(parents=True, exist_ok=True)
    judge, file = scarce.small_detector(JUDGE_STEPS), KEPT / f"{name}-judge.safetensors"
    with FileLock(file.with_suffix(".lock")):
        if file.exists():
            load_weights(judge, file)
        else:
            save_weights(scarce.train_detector(judge, JUDGE_STEPS, train, augment=augment.classical), file)
    sure = scarce.logits(judge, test) * (2 * test.labels - 1)
    hard = np.zeros(len(test), bool)
    hard[sure.argsort()[: len(test) // 3]] = True
    return Bench(train, test, subsets, train[rest], scarce.small_detector(STEPS), judge, hard)


def samples(name: str, size: int, seed: int, real: data.ImageSet) -> data.ImageSet:
    """What a GAN of this subset draws; kept, so that it's trained once."""
    from gancourse.keras import scarce

    file = KEPT / f"{name}-{size:03d}-{seed}.npz"
    if not file.exists():
        generator = scarce.train_gan(real, GAN_STEPS, seed=seed)
        drawn = scarce.draw(generator, np.arange(SAMPLES) % len(real.classes), real, seed)
        temporary = file.with_suffix(".part.npz")
        np.savez(temporary, images=drawn.images, labels=drawn.labels)
        temporary.replace(file)
    with np.load(file) as kept:
        return replace(real, images=kept["images"], labels=kept["labels"], source="generated")


def run_cell(name: str, size: int, seed: int) -> dict:
    """One subset's GAN and detectors: how many test pictures each gets wrong, and how good the samples are."""
    from gancourse.keras import augment, scarce

    train, test, subsets, rest, net, judge, hard = bench(name)
    real = train[subsets[seed][:, :size].ravel()]
    synthetic = samples(name, size, seed, real)
    cell = {
        "size": size,
        "seed": seed,
        "test": len(test),
        "hard_test": int(hard.sum()),
        "errors": {},
        "hard_errors": {},
        "judge_accuracy": scarce.accuracy(judge, test),
        "label_agreement": scarce.accuracy(judge, synthetic),
        "copying": scarce.copying(synthetic, rest, real),
    }

    def measure(arm: str, **mixture) -> None:
        wrong = (scarce.logits(scarce.train_detector(net, STEPS, real, seed=seed, **mixture), test) > 0) != test.labels
        cell["errors"][arm], cell["hard_errors"][arm] = int(wrong.sum()), int(wrong[hard].sum())

    measure("plain")
    measure("classical", augment=augment.classical)
    measure("gan", synthetic=synthetic)
    measure("both", synthetic=synthetic, augment=augment.classical)
    for share in SHARES if size == SWEEP else ():
        measure(f"share {share}", synthetic=synthetic, share=share)
    keep_sheet(f"{name}-{size:03d}-{seed}", synthetic, real)
    return cell


def keep_sheet(title: str, synthetic: data.ImageSet, real: data.ImageSet, columns: int = 12) -> None:
    """Samples of each class, and under each the training picture that is nearest to it."""
    rows = []
    for label in range(len(real.classes)):
        made = synthetic.images[synthetic.labels == label][:columns]
        rows += [made, real.images[metrics.nearest(made, real.images)[0][:, 0]]]
    sheet = Image.fromarray(plots.tile(np.concatenate(rows), columns))
    sheet.resize((3 * sheet.width, 3 * sheet.height), Image.Resampling.NEAREST).save(KEPT / f"{title}.png")


def per_cent_wrong(cells: list[dict], arm: str, kind: str = "errors") -> np.ndarray:
    """The errors of an arm in per cent of the test pictures: (sizes, seeds)."""
    tests = {"errors": "test", "hard_errors": "hard_test"}[kind]
    found = {(cell["size"], cell["seed"]): 100 * cell[kind][arm] / cell[tests] for cell in cells}
    return np.array([[found[size, seed] for seed in range(SEEDS)] for size in SIZES])


def compare(cells: list[dict]) -> tuple[list[list[stats.Paired]], list[stats.Paired]]:
    """For each of COMPARISONS, the paired difference at each size, and that of the means over all sizes; p-values as
    they are.

    The second is the question that the experiment was made for. A subset's four sizes contain each other, so their
    differences aren't independent: they become one mean for each subset, and there are five of those.
    """
    pairs = [(per_cent_wrong(cells, a), per_cent_wrong(cells, b)) for a, b in COMPARISONS]
    each = [[stats.paired(*row) for row in zip(a, b)] for a, b in pairs]
    return each, [stats.paired(a.mean(0), b.mean(0)) for a, b in pairs]


def table(cells: list[dict]) -> str:
    """The two tables of docs/measured.md: the detectors' errors, and what augmentation changes in percentage points.

    Behind a difference stand its 95 % interval and the p-value of the paired t-test, by Holm's method for all twelve
    differences of a single size, and for the three of all sizes.
    """
    means = np.stack([per_cent_wrong(cells, arm).mean(1) for arm in ARMS], axis=1)
    lines = [
        "| pictures a class | plain | classical | GAN samples | both |",
        "|---|---|---|---|---|",
        *(f"| {size} | " + " | ".join(f"{value:.1f} %" for value in row) + " |" for size, row in zip(SIZES, means)),
        "",
        "| pictures a class | "
        + " | ".join(f"{a} less {b}" for a, b in COMPARISONS).replace("gan", "GAN samples")
        + " |",
        "|---|---|---|---|",
    ]
    each, pooled = compare(cells)
    single = stats.holm(np.array([[difference.p for difference in row] for row in each]).ravel()).reshape(3, -1)
    for i, size in enumerate(SIZES):
        lines.append(f"| {size} | " + " | ".join(_difference(row[i], p[i]) for row, p in zip(each, single)) + " |")
    corrected = stats.holm(np.array([difference.p for difference in pooled]))
    lines.append("| **all four** | " + " | ".join(map(_difference, pooled, corrected)) + " |")
    return "\n".join(lines)


def _difference(difference: stats.Paired, p: float) -> str:
    shown = f"p = {p:.3f}" if p >= 0.001 else "p < 0.001"
    return f"{difference.mean:+.1f} ({difference.low:+.1f} to {difference.high:+.1f}), {shown}"


def write(results: dict) -> None:
    temporary = RESULTS.with_suffix(".part")
    temporary.write_text(json.dumps(results, indent=1) + "\n", "utf-8")
    temporary.replace(RESULTS)


if __name__ == "__main__":
    main()
