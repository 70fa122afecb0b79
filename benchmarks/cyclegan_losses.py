"""What each loss of lesson 10 contributes, and how a translator should begin: its training, seven ways, three seeds.

    OMP_NUM_THREADS=1 python benchmarks/cyclegan_losses.py              all of it; goes on where it stopped
    OMP_NUM_THREADS=1 python benchmarks/cyclegan_losses.py --report     no training: the table, and the file

1,500 steps of four drawn faces each, 32 pixels, as in the lesson. Measured on 400 unseen faces against their true
partners, which no training sees. Each finished run leaves its numbers in runs/cyclegan-losses/.
"""

import argparse
import copy
import json
import time
from itertools import product
from typing import NamedTuple

import numpy as np
import torch
from torch import nn

from gancourse import data, paths
from gancourse.losses import (
    cycle_loss,
    identity_loss,
    least_squares_discriminator_loss,
    least_squares_generator_loss,
)
from gancourse.nets.translation import PicturePool, patch_discriminator, translator
from gancourse.train import descend, ema_update
from gancourse.trained.translating import translate_pictures


class Arm(NamedTuple):
    cycle: float = 3.0
    identity: float = 1.0
    bias: float = 0.0  # of the share m before its sigmoid; 30 makes m = 1 for good: the paper's network


ARMS = {
    "all losses (3, 1)": Arm(),
    "without identity loss": Arm(identity=0.0),
    "without cycle loss": Arm(cycle=0.0),
    "without both": Arm(cycle=0.0, identity=0.0),
    "the paper's weights (10, 5)": Arm(10.0, 5.0),
    "the same, m = 0.12 at the start": Arm(10.0, 5.0, -2.0),
    "m = 1 throughout (3, 1)": Arm(bias=30.0),
}
SEEDS, STEPS, BATCH, SIZE, CHANNELS, BLOCKS = (0, 1, 2), 1_500, 4, 32, 12, 3
RATE, AVERAGE, POOL, FACES, TEST_FACES = 1e-3, 0.99, 50, 2_000, 400
RUNS = paths.place("runs") / "cyclegan-losses"
FILE = paths.root() / "course" / "results" / "cyclegan-losses.json"


def trained(arm: Arm, seed: int) -> tuple[nn.ModuleDict, list[float]]:
    """The averages of both translators, and the adversarial loss of each step."""
    sets = data.draw_face_pairs(FACES, seed + 1, SIZE).first, data.draw_face_pairs(FACES, seed + 2, SIZE).second
    torch.manual_seed(seed)
    to = nn.ModuleDict({side: translator(CHANNELS, BLOCKS) for side in "AB"})
    for net in to.values():
        nn.init.constant_(net.exit.bias[3:], arm.bias)
    critics = nn.ModuleDict({side: patch_discriminator(2 * CHANNELS, 1) for side in "AB"})
    opt_to, opt_critics = (torch.optim.Adam(nets.parameters(), RATE, (0.5, 0.999)) for nets in (to, critics))
    pools = {side: PicturePool(POOL, (3, SIZE, SIZE)) for side in "AB"}
    average, fooled = copy.deepcopy(to).eval(), []
    for _ in range(STEPS):
        a, b = (data.to_batch(pictures[torch.randint(FACES, (BATCH,)).numpy()]) for pictures in sets)
        fake_b, fake_a = to["B"](a), to["A"](b)
        critics.requires_grad_(False)
        fooling = least_squares_generator_loss(critics["B"](fake_b))
        fooling = fooling + least_squares_generator_loss(critics["A"](fake_a))
        cycle = cycle_loss(to["A"], fake_b, a) + cycle_loss(to["B"], fake_a, b)
        same = identity_loss(to["B"], b) + identity_loss(to["A"], a)
        descend(opt_to, fooling + arm.cycle * cycle + arm.identity * same)
        critics.requires_grad_(True)
        judged = least_squares_discriminator_loss(critics["B"](b), critics["B"](pools["B"](fake_b)))
        judged = judged + least_squares_discriminator_loss(critics["A"](a), critics["A"](pools["A"](fake_a)))
        descend(opt_critics, judged)
        ema_update(average, to, AVERAGE)
        fooled.append(fooling.item())
    return average, fooled


def measured(average: nn.ModuleDict, fooled: list[float], seed: int) -> dict[str, float]:
    """Errors in levels of 255, and the first step from which 20 steps' adversarial losses have a mean below 0.75."""
    faces = data.draw_face_pairs(TEST_FACES, seed + 3, SIZE)
    covered = (faces.first != faces.second).any(3)
    found = {}
    for name, side, other, given, true in (
        ("masked", "B", "A", faces.first, faces.second),
        ("bare", "A", "B", faces.second, faces.first),
    ):
        made = translate_pictures(average[side], given)
        difference = np.abs(made.astype(float) - true).mean(3)
        back = translate_pictures(average[other], made)
        found[f"{name}, under the mask"] = difference[covered].mean()
        found[f"{name}, elsewhere"] = difference[~covered].mean()
        found[f"{name}, cycle"] = np.abs(back.astype(float) - given).mean()
    means = np.convolve(fooled, np.full(20, 1 / 20), "valid")
    late = np.flatnonzero(means[60:] < 0.75)  # at first nobody can tell, and the loss is low by chance
    found["fooling from step"] = int(late[0]) + 60 if len(late) else STEPS
    return {key: round(float(value), 2) for key, value in found.items()}


def table(runs: dict[str, dict[str, list[float]]]) -> str:
    """In Markdown, for docs/measured.md and the lesson: means of the seeds, and in brackets the least and the most."""
    columns = (
        "masked, under the mask",
        "masked, elsewhere",
        "bare, under the mask",
        "masked, cycle",
        "fooling from step",
    )
    heads = (
        "to masked: under the mask",
        "elsewhere",
        "to bare: under the mask",
        "cycle",
        "low adversarial loss from step",
    )
    lines = [f"| | {' | '.join(heads)} |", "|---" * (len(heads) + 1) + "|"]
    for name, found in runs.items():
        cells = []
        for column in columns:
            places = 0 if column == columns[-1] else 1
            mean, least, most = (f"{f(found[column]):.{places}f}" for f in (np.mean, min, max))
            cells.append(f"{mean} ({least} to {most})")
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join(lines)


def report() -> None:
    runs = {}
    for name in ARMS:
        files = [RUNS / f"{name}-{seed}.json" for seed in SEEDS]
        if not all(file.exists() for file in files):
            print(f"{name}: not complete")
            continue
        read = [json.loads(file.read_text("utf-8")) for file in files]
        runs[name] = {key: [run[key] for run in read] for key in read[0]}
    paths.write(FILE, (json.dumps(runs, indent=1) + "\n").encode())
    print(table(runs))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--report", action="store_true")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    RUNS.mkdir(parents=True, exist_ok=True)
    for seed, name in product(SEEDS, () if arguments.report else ARMS):
        file = RUNS / f"{name}-{seed}.json"
        if not file.exists():
            began = time.process_time()
            found = measured(*trained(ARMS[name], seed), seed)
            paths.write(file, (json.dumps(found, indent=1) + "\n").encode())
            print(f"{name}, seed {seed}: {time.process_time() - began:.0f} s", found, flush=True)
    report()


if __name__ == "__main__":
    main()
