"""Do synthetic pictures help a detector that has few photographs? Lesson 16's two experiments.

Disjoint subsets of the training photographs, "hands", each in some sizes. A detector learns from a hand plainly, with
classical augmentation, and with synthetic pictures as half of every batch: in equally many steps, from the same first
weights. It is measured on the whole test split, by which nothing was chosen: nets, rates, numbers of steps,
augmentation and the comparisons were set beforehand, on training photographs that belong to no hand.

    python benchmarks/augmentation.py --data masked-faces     # samples of a small GAN that saw the hand alone
    python benchmarks/augmentation.py --data aligned-faces    # drawn faces, and the hand's own faces with pasted masks

Each finished cell (a size and a hand) goes into course/results/augmentation.json at once, and the same command goes
on with those that are missing. The GANs' samples and sheets of them are kept in runs/augmentation/, not in the
repository: those of few photographs can be nearly these photographs.
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
SHARES = (0.25, 0.75, 1.0)  # of samples in each batch, beside the arms' 0 and 0.5
SWEEP = 50  # the size at which they are tried
PIXELS = 32
STEPS = 300
GAN_STEPS = 1_000
JUDGE_STEPS = 1_000
SAMPLES = 2_000


class Experiment(NamedTuple):
    """What was set beforehand; `comparisons` are the questions."""

    sizes: tuple[int, ...]  # training photographs per class
    hands: int
    arms: dict[str, str]  # and what tables call them
    comparisons: tuple[tuple[str, str], ...]


EXPERIMENTS = {
    "masked-faces": Experiment(
        (20, 50, 100, 200),
        5,
        {"plain": "plain", "classical": "classical", "gan": "GAN", "both": "classical + GAN"},
        (("classical", "plain"), ("gan", "plain"), ("both", "classical")),
    ),
    "aligned-faces": Experiment(
        (20, 100),
        7,
        {
            "plain": "plain",
            "classical": "classical",
            "drawn": "classical + drawn",
            "pasted": "classical + pasted",
        },
        (("pasted", "classical"), ("drawn", "classical"), ("classical", "plain")),
    ),
}


class Bench(NamedTuple):
    """What the cells have in common."""

    train: data.ImageSet
    test: data.ImageSet
    hands: list[np.ndarray]
    rest: data.ImageSet  # training pictures that belong to no hand
    net: "keras.Model"  # the detector, trained anew for each arm
    judge: "keras.Model"  # a detector that has seen all training pictures
    hard: np.ndarray  # bool: the third of the test pictures that the judge is least sure of, or wrong about


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", choices=EXPERIMENTS, default="masked-faces")
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args()
    plan = EXPERIMENTS[options.data]
    results = json.loads(RESULTS.read_text("utf-8")) if RESULTS.exists() else {}
    cells = results.setdefault(options.data, [])
    done = {(cell["size"], cell["seed"]) for cell in cells}
    missing = [(size, hand) for hand in range(plan.hands) for size in plan.sizes if (size, hand) not in done]
    with ProcessPoolExecutor(options.workers, multiprocessing.get_context("spawn"), one_thread) as pool:
        for future in as_completed([pool.submit(run_cell, options.data, *each) for each in missing]):
            cells.append(future.result())
            cells.sort(key=lambda cell: (cell["size"], cell["seed"]))
            write(results)
            print(f"{len(cells)} of {len(plan.sizes) * plan.hands}: {future.result()}", flush=True)
    print(table(options.data, cells))


def one_thread() -> None:
    """For TensorFlow, before a worker imports it: the workers share the cores among them."""
    os.environ.update(TF_NUM_INTRAOP_THREADS="1", TF_NUM_INTEROP_THREADS="1")


@cache
def bench(name: str) -> Bench:
    """The data, the detector's graph and the judge, once in each worker; the judge is trained once and kept."""
    from gancourse.keras import augment, load_weights, save_weights, scarce

    plan = EXPERIMENTS[name]
    train, test = data.load(name, "train", PIXELS), data.load(name, "test", PIXELS)
    hands, rest = scarce.disjoint_subsets(train.labels, plan.hands, max(plan.sizes))
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
    return Bench(train, test, hands, train[rest], scarce.small_detector(STEPS), judge, hard)


def samples(name: str, size: int, hand: int, real: data.ImageSet) -> data.ImageSet:
    """What a GAN of this hand draws; kept, so that it's trained once."""
    from gancourse.keras import scarce

    file = KEPT / f"{name}-{size:03d}-{hand}.npz"
    if not file.exists():
        generator = scarce.train_gan(real, GAN_STEPS, seed=hand)
        drawn = scarce.draw(generator, np.arange(SAMPLES) % len(real.classes), real, hand)
        temporary = file.with_suffix(".part.npz")
        np.savez(temporary, images=drawn.images, labels=drawn.labels)
        temporary.replace(file)
    with np.load(file) as kept:
        return replace(real, images=kept["images"], labels=kept["labels"], source="generated")


def run_cell(name: str, size: int, hand: int) -> dict:
    """One hand's detectors: how many test pictures each gets wrong; where there's a GAN, how good its samples are."""
    from gancourse.keras import augment, scarce

    train, test, hands, rest, net, judge, hard = bench(name)
    real = train[hands[hand][:, :size].ravel()]
    cell = {
        "size": size,
        "seed": hand,
        "test": len(test),
        "hard_test": int(hard.sum()),
        "errors": {},
        "hard_errors": {},
        "judge_accuracy": scarce.accuracy(judge, test),
    }

    def measure(arm: str, **mixture) -> None:
        wrong = (scarce.logits(scarce.train_detector(net, STEPS, real, seed=hand, **mixture), test) > 0) != test.labels
        cell["errors"][arm], cell["hard_errors"][arm] = int(wrong.sum()), int(wrong[hard].sum())

    measure("plain")
    measure("classical", augment=augment.classical)
    if "gan" in EXPERIMENTS[name].arms:
        made = samples(name, size, hand, real)
        cell["label_agreement"] = scarce.accuracy(judge, made)
        cell["copying"] = scarce.copying(made, rest, real)
        measure("gan", synthetic=made)
        measure("both", synthetic=made, augment=augment.classical)
        for share in SHARES if size == SWEEP else ():
            measure(f"share {share}", synthetic=made, share=share)
        keep_sheet(f"{name}-{size:03d}-{hand}", made, real)
    else:
        measure("drawn", synthetic=scarce.drawn_faces(SAMPLES), augment=augment.classical)
        measure("pasted", synthetic=scarce.pasted_masks(real, SAMPLES, hand), augment=augment.classical)
    return cell


def keep_sheet(title: str, synthetic: data.ImageSet, real: data.ImageSet, columns: int = 12) -> None:
    """Samples of each class, and under each the training picture that is nearest to it."""
    rows = []
    for label in range(len(real.classes)):
        made = synthetic.images[synthetic.labels == label][:columns]
        rows += [made, real.images[metrics.nearest(made, real.images)[0][:, 0]]]
    sheet = Image.fromarray(plots.tile(np.concatenate(rows), columns))
    sheet.resize((3 * sheet.width, 3 * sheet.height), Image.Resampling.NEAREST).save(KEPT / f"{title}.png")


def per_cent_wrong(name: str, cells: list[dict], arm: str, kind: str = "errors") -> np.ndarray:
    """The errors of an arm in per cent of the test pictures: (sizes, hands)."""
    plan, tests = EXPERIMENTS[name], {"errors": "test", "hard_errors": "hard_test"}[kind]
    found = {(cell["size"], cell["seed"]): 100 * cell[kind][arm] / cell[tests] for cell in cells}
    return np.array([[found[size, hand] for hand in range(plan.hands)] for size in plan.sizes])


def compare(name: str, cells: list[dict]) -> tuple[list[list[stats.Paired]], list[stats.Paired]]:
    """For each comparison of an experiment, the paired difference at each size, and that of the means over all sizes.

    The second is the question that the experiment was made for. A hand's sizes contain each other, so their differences
    aren't independent: they become one mean for each hand. Intervals and p of the single sizes are simultaneous for
    all of them, those of the means for all comparisons.
    """
    plan = EXPERIMENTS[name]
    pairs = [(per_cent_wrong(name, cells, a), per_cent_wrong(name, cells, b)) for a, b in plan.comparisons]
    single = stats.simultaneous([rows for a, b in pairs for rows in zip(a, b)])
    each = [single[i : i + len(plan.sizes)] for i in range(0, len(single), len(plan.sizes))]
    return each, stats.simultaneous([(a.mean(0), b.mean(0)) for a, b in pairs])


def correlations(name: str, cells: list[dict]) -> np.ndarray:
    """Pearson's r of the two arms over the hands, (comparisons, sizes): pairing narrows intervals only where r > 0."""
    pairs = [(per_cent_wrong(name, cells, a), per_cent_wrong(name, cells, b)) for a, b in EXPERIMENTS[name].comparisons]
    return np.array([[np.corrcoef(*rows)[0, 1] for rows in zip(a, b)] for a, b in pairs])


def table(name: str, cells: list[dict]) -> str:
    """The two tables of docs/measured.md: the detectors' errors, and what the arms change in percentage points.

    Behind a difference stand its interval and p, simultaneous and corrected by Bonferroni's method, and r.
    """
    plan = EXPERIMENTS[name]
    errors = {arm: per_cent_wrong(name, cells, arm).mean(1) for arm in plan.arms}
    lines = [
        "| photographs per class | " + " | ".join(plan.arms.values()) + " |",
        "|---" * (len(plan.arms) + 1) + "|",
    ]
    for i, size in enumerate(plan.sizes):
        lines.append(f"| {size} | " + " | ".join(f"{errors[arm][i]:.1f} %" for arm in plan.arms) + " |")
    titles = [f"{plan.arms[a]} minus {plan.arms[b]}" for a, b in plan.comparisons]
    lines += ["", "| photographs per class | " + " | ".join(titles) + " |", "|---" * (len(titles) + 1) + "|"]
    each, pooled = compare(name, cells)
    for i, size in enumerate(plan.sizes):
        shown = [f"{_difference(row[i])}, r = {r[i]:+.2f}" for row, r in zip(each, correlations(name, cells))]
        lines.append(f"| {size} | " + " | ".join(shown) + " |")
    lines.append("| **mean of the sizes** | " + " | ".join(map(_difference, pooled)) + " |")
    return "\n".join(lines)


def _difference(found: stats.Paired) -> str:
    shown = f"p = {found.p:.3f}" if found.p >= 0.001 else "p < 0.001"
    return f"{found.mean:+.1f} ({found.low:+.1f} to {found.high:+.1f}), {shown}"


def write(results: dict) -> None:
    temporary = RESULTS.with_suffix(".part")
    temporary.write_text(json.dumps(results, indent=1) + "\n", "utf-8")
    temporary.replace(RESULTS)


if __name__ == "__main__":
    main()
