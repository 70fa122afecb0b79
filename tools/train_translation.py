"""Train one pair of lesson 10's shipped translators on one CPU thread, and write both to course/weights/.

    python tools/train_translation.py masks runs/10/masks              drawn faces, masks on and off
    python tools/train_translation.py maps runs/10/maps                satellite views to maps and back
    python tools/train_translation.py masks runs/10/masks --export

Maps want their pictures (a mirror, or imported). Training goes on from the folder's checkpoint.pt, which is
written every five minutes and when it is ended (SIGTERM). Every thousand steps: what the averages do to held-out
pictures, in levels of 255, and a sheet of it. In the second half of the steps the learning rates fall to 0.

It is the lesson's step, in bfloat16 but for each translator's last layer: rounded there, its pictures would have steps
of up to a whole level, and a message finer than that would be lost in training already.
"""

import argparse
import copy
import json
import signal
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from torch import nn

from gancourse import data
from gancourse.losses import (
    cycle_loss,
    identity_loss,
    least_squares_discriminator_loss,
    least_squares_generator_loss,
)
from gancourse.metrics import feature_net, frechet_distance
from gancourse.nets.translation import PicturePool, Translator, patch_discriminator, translator
from gancourse.train import descend, ema_update, save_weights, write_sheet
from gancourse.trained.translating import translate_pictures, weights_file


class Recipe(NamedTuple):
    data: str
    domains: tuple[str, str]  # what its two sets A and B are called, as targets
    size: int
    channels: int
    blocks: int
    halvings: int  # of the discriminators
    batch: int
    steps: int
    rate: float
    mirrored: tuple[int, ...]  # the axes along which a picture may be mirrored and still be one of its set


RECIPES = {
    "masks": Recipe("drawn-faces", ("bare", "masked"), 64, 16, 4, 2, 4, 10_000, 1e-3, ()),
    "maps": Recipe("maps", ("satellite", "map"), 128, 24, 6, 3, 1, 7_000, 5e-4, (2, 3)),
}
TERMS = {
    "maps": "Trained on pictures by Google, for which no licence is stated: for study and teaching with this course."
}
CYCLE, IDENTITY, CRITIC_CHANNELS, POOL, AVERAGE = 3.0, 1.0, 24, 50, 0.999
TRAIN_FACES, TEST_FACES, HELD_OUT, CHECKPOINT_SECONDS = 4000, 400, 100, 300


def main() -> None:
    parser = argparse.ArgumentParser(description="Train a pair of lesson 10's shipped translators.")
    parser.add_argument("name", choices=RECIPES)
    parser.add_argument("folder", type=Path, help="For checkpoints and sheets.")
    parser.add_argument("--steps", type=int, help="In all; by default the recipe's.")
    parser.add_argument(
        "--export", action="store_true", help="Measure what has been trained on all test pictures, ship it."
    )
    arguments = parser.parse_args()
    arguments.folder.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(1)
    recipe = RECIPES[arguments.name]
    training = Training(recipe._replace(steps=arguments.steps or recipe.steps), arguments.folder)
    if arguments.export:
        training.export()
    else:
        training.run()


def two_sets(recipe: Recipe, split: str) -> tuple[np.ndarray, np.ndarray]:
    """Pictures of A and B, uint8: of the test split partners, where there are any; for training never."""
    if recipe.data == "drawn-faces" and split == "train":
        some, others = (data.draw_face_pairs(TRAIN_FACES, seed, recipe.size) for seed in (101, 102))
        return some.first, others.second
    if recipe.data == "drawn-faces":
        pairs = data.draw_face_pairs(TEST_FACES, 103, recipe.size)
    elif recipe.data == "maps" and split == "test":
        pairs = data.load_pairs(recipe.data, split, recipe.size)
    else:
        found = data.load(recipe.data, split, recipe.size)
        return found.images[found.labels == 0], found.images[found.labels == 1]
    return pairs.first, pairs.second


def mostly_bfloat16(network: nn.Module) -> Callable[[torch.Tensor], torch.Tensor]:
    """The network's forward pass in bfloat16; a translator's last convolution and its mixing stay float32."""

    def run(x: torch.Tensor) -> torch.Tensor:
        with torch.autocast("cpu", torch.bfloat16):
            inner = network.body(x) if isinstance(network, Translator) else network(x)
        if not isinstance(network, Translator):
            return inner.float()
        last = network.exit(inner.float())
        share = last[:, 3:].sigmoid()
        return share * last[:, :3].tanh() + (1 - share) * x

    return run


def levels(x: np.ndarray, y: np.ndarray, where: np.ndarray | None = None) -> float:
    difference = np.abs(x.astype(float) - y).mean(3)
    return float((difference if where is None else difference[where]).mean())


class Training:
    """The networks, their optimisers and the averages: made anew, or as the folder's checkpoint has them."""

    def __init__(self, recipe: Recipe, folder: Path):
        self.recipe, self.folder = recipe, folder
        torch.manual_seed(0)
        self.to = nn.ModuleDict({side: translator(recipe.channels, recipe.blocks) for side in "AB"})
        self.critics = nn.ModuleDict({side: patch_discriminator(CRITIC_CHANNELS, recipe.halvings) for side in "AB"})
        shape = (3, recipe.size, recipe.size)
        self.pools = nn.ModuleDict({side: PicturePool(POOL, shape) for side in "AB"})
        self.average = copy.deepcopy(self.to).eval()
        self.opt_to, self.opt_critics = (
            torch.optim.Adam(networks.parameters(), recipe.rate, (0.5, 0.999)) for networks in (self.to, self.critics)
        )
        names = ("to", "critics", "pools", "average", "opt_to", "opt_critics")
        self.parts = {name: getattr(self, name) for name in names}
        self.done, self.seconds, self.checkpoint = 0, 0.0, folder / "checkpoint.pt"
        if self.checkpoint.exists():
            saved = torch.load(self.checkpoint, weights_only=True)
            for name, part in self.parts.items():
                part.load_state_dict(saved[name])
            self.done, self.seconds = saved["step"], saved["seconds"]

    def run(self) -> None:
        ended, saved, losses = [], time.monotonic(), []
        signal.signal(signal.SIGTERM, lambda *_: ended.append(True))
        known, held_out = two_sets(self.recipe, "train"), two_sets(self.recipe, "test")
        while self.done < self.recipe.steps and not ended:
            start = time.process_time()
            torch.manual_seed(self.done)
            for optimiser in (self.opt_to, self.opt_critics):
                optimiser.param_groups[0]["lr"] = self.recipe.rate * min(1.0, 2 * (1 - self.done / self.recipe.steps))
            losses.append(self.step(*(self.batch(pictures) for pictures in known)))
            self.done += 1
            ema_update(self.average, self.to, min(AVERAGE, self.done / (self.done + 1)))
            self.seconds += time.process_time() - start
            if self.done % 1000 == 0:
                print(f"{self.done}: {self.seconds:.0f} s", *np.mean(losses, 0).round(3), flush=True)
                for target, row in self.measured([pictures[:HELD_OUT] for pictures in held_out]).items():
                    print(f"    to {target}:", *(f"{key} {value:.1f}" for key, value in row.items()), flush=True)
                losses.clear()
                write_sheet(self.folder / f"{self.done:06d}.png", self.sheet(held_out))
            if ended or time.monotonic() - saved > CHECKPOINT_SECONDS:
                self.save()
                saved = time.monotonic()
        self.save()

    def batch(self, pictures: np.ndarray) -> torch.Tensor:
        n = self.recipe.batch
        x = data.to_batch(pictures[torch.randint(len(pictures), (n,)).numpy()])
        for axis in self.recipe.mirrored:
            x = torch.where(torch.rand(n, 1, 1, 1) < 0.5, x.flip(axis), x)
        return x

    def step(self, a: torch.Tensor, b: torch.Tensor) -> tuple[float, ...]:
        there, back = (mostly_bfloat16(self.to[side]) for side in "BA")
        of_b, of_a = (mostly_bfloat16(self.critics[side]) for side in "BA")
        fake_b, fake_a = there(a), back(b)
        self.critics.requires_grad_(False)
        fooling = least_squares_generator_loss(of_b(fake_b)) + least_squares_generator_loss(of_a(fake_a))
        cycle = cycle_loss(back, fake_b, a) + cycle_loss(there, fake_a, b)
        same = identity_loss(there, b) + identity_loss(back, a)
        descend(self.opt_to, fooling + CYCLE * cycle + IDENTITY * same)
        self.critics.requires_grad_(True)
        judged = least_squares_discriminator_loss(of_b(b), of_b(self.pools["B"](fake_b)))
        judged = judged + least_squares_discriminator_loss(of_a(a), of_a(self.pools["A"](fake_a)))
        descend(self.opt_critics, judged)
        return fooling.item(), cycle.item(), same.item(), judged.item()

    def translated(self, pictures: np.ndarray, side: str) -> np.ndarray:
        return translate_pictures(self.average[side], pictures)

    def sheet(self, test: tuple[np.ndarray, np.ndarray]) -> np.ndarray:
        """Eight of A, their translations, these translated back; the same for B."""
        rows = []
        for pictures, side, other in zip(test, "BA", "AB"):
            made = self.translated(pictures[:8], side)
            rows += [pictures[:8], made, self.translated(made, other)]
        return np.concatenate(rows)

    def measured(self, test: Sequence[np.ndarray]) -> dict[str, dict[str, float]]:
        """For each target the errors against true partners, where there are any, and the cycle error through 8 bits."""
        found = {}
        for source, target, side, other in ((0, 1, "B", "A"), (1, 0, "A", "B")):
            given, true = test[source], test[target]
            made = self.translated(given, side)
            row = {"cycle": levels(self.translated(made, other), given)}
            row |= {"partner_error": levels(made, true), "nothing": levels(given, true)}
            if self.recipe.data == "drawn-faces":
                covered = (given != true).any(3)
                row |= {"under_the_mask": levels(made, true, covered), "elsewhere": levels(made, true, ~covered)}
            found[self.recipe.domains[target]] = row
        return found

    def save(self) -> None:
        facts = {"step": self.done, "seconds": self.seconds}
        torch.save({name: part.state_dict() for name, part in self.parts.items()} | facts, self.folder / "new.pt")
        (self.folder / "new.pt").replace(self.checkpoint)

    def export(self) -> None:
        """Weights in half precision and their cards, with the errors of what is shipped on all test pictures."""
        shipped = copy.deepcopy(self.average).half()
        self.average.load_state_dict(shipped.state_dict())
        known, test, judge = two_sets(self.recipe, "train"), two_sets(self.recipe, "test"), feature_net("cifar10")
        errors = self.measured(test)
        for side, source, target in (("B", 0, 1), ("A", 1, 0)):
            name, real = self.recipe.domains[target], judge.features(test[target])
            row = errors[name] | {
                "frechet": frechet_distance(real, judge.features(self.translated(test[source], side))),
                "frechet_nothing": frechet_distance(real, judge.features(test[source])),
            }
            row["mean_picture"] = levels(known[target].mean(0)[None], test[target])
            card = {
                "data": self.recipe.data,
                "from": self.recipe.domains[source],
                "to": name,
                "whole": self.recipe.data == "drawn-faces",
                "size": self.recipe.size,
                "channels": self.recipe.channels,
                "blocks": self.recipe.blocks,
                "steps": self.done,
                "batch_size": self.recipe.batch,
                "learning_rate": self.recipe.rate,
                "loss_weights": {"cycle": CYCLE, "identity": IDENTITY},
                "train_seconds": round(self.seconds, 1),
                "hardware": "1 CPU thread, x86_64",
                "precision": "trained mostly in bfloat16; stored in half precision (float16)",
                "protocol": f"mean absolute difference in levels of 255, {len(test[source])} test pictures; Fréchet "
                "distance of two sets of test pictures in the features of the course's CIFAR-10 classifier",
                **{key: round(value, 3) for key, value in row.items()},
            }
            if self.recipe.data in TERMS:
                card["terms"] = TERMS[self.recipe.data]
            file = weights_file(name)
            save_weights(shipped[side], file, stage="10-cyclegan")
            file.with_suffix(".json").write_text(json.dumps(card, indent=1, ensure_ascii=False) + "\n", "utf-8")
            print(json.dumps(card, indent=1, ensure_ascii=False))


if __name__ == "__main__":
    main()
