"""Does a method with a GAN in it beat five nearest neighbours? Lesson 12's question, one class of Fashion-MNIST normal.

    OMP_NUM_THREADS=1 nice python benchmarks/anomaly_detection.py                  all of it; goes on where it stopped
    ... --classes 5 8 --seeds 0 --variants gan+turns                               a part of it
    ... --report                                                                   no training: the table, and the file

Rules, as in the lesson: 5,000 normal training pictures to learn from. Choices are made on 1,000 further normal ones and
100 training pictures of each other class, by the mean over all classes and seeds, once for all; test pictures are
scored at the same time and looked at in the report only. The plain method chooses too: k, and over which squares
pixels are averaged.

A discriminator learns "real or generated?" (variant gan), "how was it turned and shifted?" (turns, Golan & El-Yaniv
2018, arXiv:1805.10917), both (gan+turns, as Chen et al. 2019, arXiv:1811.11212) or nothing (untrained: what do random
convolutions see?). Its maps, pooled, are spaces for nearest neighbours. Each finished run leaves its AUROCs in
runs/anomaly-detection/, so that nothing is computed twice.
"""

import argparse
import json
import time
from collections.abc import Iterator
from itertools import product

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from gancourse import anomaly, data, paths, stats
from gancourse.losses import discriminator_loss, generator_loss, r1_penalty
from gancourse.metrics import auroc
from gancourse.nets.dcgan import dcgan_generator

VARIANTS = ("gan", "gan+turns", "turns", "untrained")
KS, BLURS = (1, 2, 5, 10, 20), (1, 2, 4)
SHIFTS = ((0, 0), (7, 0), (0, 7))
TURNS = tuple(product(range(4), SHIFTS))
LATENT_DIM, BATCH = 64, 64
FILE = paths.root() / "course" / "results" / "anomaly-detection.json"
RUNS = paths.place("runs") / "anomaly-detection"


class TwoHeads(nn.Module):
    """Pictures (n, 1, 28, 28) to logits (n, 1), "real?", and (n, 12), "how was it turned and shifted?"."""

    def __init__(self, channels: int = 16):
        super().__init__()
        widths = [channels * w for w in (1, 2, 4, 4)]
        shapes = zip([1, *widths], widths, ((4, 2, 1), (4, 2, 1), (3, 1, 1), (4, 2, 1)))
        self.layers = nn.ModuleList(nn.Conv2d(i, o, *shape) for i, o, shape in shapes)
        self.real, self.turn = nn.Linear(9 * widths[-1], 1), nn.Linear(9 * widths[-1], len(TURNS))

    def maps(self, x: torch.Tensor) -> list[torch.Tensor]:
        """The four hidden maps."""
        found = []
        for layer in self.layers:
            x = F.leaky_relu(layer(x), 0.1)
            found.append(x)
        return found

    def forward(self, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        hidden = self.maps(x)[-1].flatten(1)
        return self.real(hidden), self.turn(hidden)


def turned(x: torch.Tensor, number: int) -> torch.Tensor:
    """Pictures (n, 1, 28, 28) turned and shifted in the way of this number; what comes in is black."""
    quarter, (down, right) = TURNS[number]
    x = torch.rot90(x, quarter, (2, 3))
    return F.pad(x, (right, -right, down, -down), value=-1.0)


def trained(variant: str, normal: np.ndarray, steps: int, seed: int) -> TwoHeads:
    """The discriminator after so many steps on the normal pictures."""
    torch.manual_seed(seed)
    net, generator = TwoHeads(), dcgan_generator(LATENT_DIM, (1, 28, 28), 16)
    opt_d = torch.optim.Adam(net.parameters(), 4e-4, betas=(0.5, 0.99))
    opt_g = torch.optim.Adam(generator.parameters(), 2e-4, betas=(0.5, 0.99))
    pictures = data.to_batch(normal)
    for step in range(steps if variant != "untrained" else 0):
        x, loss = pictures[torch.randint(len(pictures), (BATCH,))], 0.0
        if "gan" in variant:
            with torch.no_grad():
                made = generator(torch.randn(BATCH, LATENT_DIM))
            loss = discriminator_loss(net(x)[0], net(made)[0])
            if step % 8 == 0:
                loss = loss + 4 * r1_penalty(lambda each: net(each)[0], x)
        if "turns" in variant:
            which = torch.randint(len(TURNS), (BATCH,))
            shown = torch.empty_like(x)
            for number in which.unique().tolist():
                shown[which == number] = turned(x[which == number], number)
            loss = loss + F.cross_entropy(net(shown)[1], which)
        opt_d.zero_grad()
        loss.backward()
        opt_d.step()
        if "gan" in variant:
            opt_g.zero_grad()
            generator_loss(net(generator(torch.randn(BATCH, LATENT_DIM)))[0]).backward()
            opt_g.step()
    return net.eval()


@torch.no_grad()
def in_parts(score, x: torch.Tensor) -> torch.Tensor:
    return torch.cat([score(part) for part in x.split(500)])


def blurred(pictures: np.ndarray, side: int) -> np.ndarray:
    """float32: means over squares of so many pixels a side."""
    return F.avg_pool2d(data.to_batch(pictures), side).numpy() / 2


def plain_scores(asked: np.ndarray, normal: np.ndarray) -> dict[str, np.ndarray]:
    """All that the plain method may choose from."""
    scores = {}
    for side in BLURS:
        queries, known = (torch.from_numpy(blurred(p, side)).flatten(1) for p in (asked, normal))
        near = torch.cat([torch.cdist(part, known).topk(max(KS), largest=False).values for part in queries.split(500)])
        name = "pixels" if side == 1 else f"pixels / {side}"
        scores |= {f"{name}, neighbour {k}": near[:, k - 1].double().numpy() for k in KS}
    return scores


def net_scores(
    net: TwoHeads, variant: str, asked: np.ndarray, normal: np.ndarray, held_out: slice
) -> dict[str, np.ndarray]:
    """The discriminator's own scores, and their sums with those of pixels."""
    x, known = data.to_batch(asked), data.to_batch(normal)

    def standard(scores):
        return anomaly.standardised(scores, scores[held_out])

    depths = []
    for depth in range(4):

        def pooled(part, depth=depth):
            return F.adaptive_avg_pool2d(net.maps(part)[depth], 3 if depth else 7)

        spaces = [in_parts(pooled, each).numpy() for each in (x, known)]
        depths.append(standard(anomaly.neighbour_distance(*spaces)))
    pixels = standard(anomaly.neighbour_distance(*(blurred(each, 4) for each in (asked, normal))))
    parts = {f"map {depth + 1}": score for depth, score in enumerate(depths)}
    parts["maps"] = standard(sum(depths))
    if "gan" in variant:
        parts["real?"] = standard(-in_parts(lambda part: net(part)[0], x)[:, 0].numpy())
    if "turns" in variant:
        known_turns = [
            in_parts(lambda part, number=number: net(turned(part, number))[1].log_softmax(1)[:, number], x)
            for number in range(len(TURNS))
        ]
        parts["turns"] = standard(-torch.stack(known_turns).mean(0).numpy())
    sums = dict(parts)
    for chosen in (("maps",), ("turns",), ("real?",), ("maps", "turns"), ("maps", "real?"), ("maps", "turns", "real?")):
        if all(part in parts for part in chosen):
            together = sum(parts[part] for part in chosen)
            sums[" + ".join(chosen)] = together
            sums[" + ".join(("pixels", *chosen))] = pixels + together
            sums[" + ".join(("2 pixels", *chosen))] = 2 * pixels + together
    return sums


class Split:
    """Everything that one normal class needs: what is learned from, asked for validation, and asked for the test."""

    def __init__(self, train: data.ImageSet, test: data.ImageSet, number: int, some: int):
        task = anomaly.one_class(train, test, number, held_out=1_000 if len(train) >= 60_000 else 100)
        others = [train.images[train.labels == k][-100:] for k in range(10) if k != number]
        asked = [task.held_out, *others, task.test[:some]]
        self.normal, self.asked = task.normal, np.concatenate(asked)
        self.ends = len(task.held_out), len(self.asked) - len(asked[-1])
        self.truth = np.concatenate([np.arange(self.ends[1]) >= self.ends[0], task.is_anomaly[:some]])

    def aurocs(self, scores: np.ndarray) -> list[float]:
        """Of validation and test."""
        parts = slice(0, self.ends[1]), slice(self.ends[1], None)
        return [round(100 * auroc(scores[part], self.truth[part]), 3) for part in parts]


def measure(arguments: argparse.Namespace) -> None:
    """Run what hasn't been run; each (variant, class, seed) leaves a file."""
    train, test = data.load("fashion-mnist", "train"), data.load("fashion-mnist", "test")
    RUNS.mkdir(parents=True, exist_ok=True)
    for number in arguments.classes:
        split = None
        for variant, seed in (("plain", 0), *product(arguments.variants, arguments.seeds)):
            file = RUNS / f"{variant}-{number}-{seed}.json"
            if file.exists():
                continue
            began = time.process_time()
            split = split or Split(train, test, number, arguments.test)
            if variant == "plain":
                scores = plain_scores(split.asked, split.normal)
            else:
                net = trained(variant, split.normal, arguments.steps, 100 * seed + number)
                scores = net_scores(net, variant, split.asked, split.normal, slice(0, split.ends[0]))
            found = {name: split.aurocs(each) for name, each in scores.items()}
            paths.write(file, (json.dumps(found, indent=1) + "\n").encode())
            print(f"{file.stem}: {time.process_time() - began:.0f} s", flush=True)


def results() -> Iterator[tuple[str, np.ndarray]]:
    """Each method's name and AUROCs (classes, seeds, 2); variants of which a run is missing are left out."""
    for variant in ("plain", *VARIANTS):
        seeds = (0,) if variant == "plain" else (0, 1, 2)
        files = [[RUNS / f"{variant}-{number}-{seed}.json" for seed in seeds] for number in range(10)]
        if not all(file.exists() for row in files for file in row):
            print(f"{variant}: not complete")
            continue
        read = [[json.loads(file.read_text("utf-8")) for file in row] for row in files]
        for name in read[0][0]:
            label = name if variant == "plain" else f"{variant}: {name}"
            yield label, np.array([[run[name] for run in row] for row in read])


def report() -> None:
    """Choose on validation, compare on the test, print and write; nothing before the plain methods are complete."""
    found = dict(results())
    if not found:
        return
    means = {name: values.mean((0, 1)) for name, values in found.items()}
    given = "pixels, neighbour 5"

    def best(fits):
        return max((name for name in means if fits(name)), key=lambda name: means[name][0], default=None)

    tuned = best(lambda name: ":" not in name)
    chosen = best(lambda name: name.startswith("gan"))
    others = [best(lambda name, variant=variant: name.startswith(f"{variant}:")) for variant in VARIANTS]
    rows = []
    for name in dict.fromkeys(filter(None, (given, tuned, chosen, *others))):
        row = {"name": name, "validation": round(means[name][0], 2), "test": round(means[name][1], 2)}
        row |= {"chosen": name == chosen, "by_class": found[name][..., 1].mean(1).round(1).tolist()}
        if name != tuned:  # classes are what differs; seeds are averaged first
            pair = stats.paired(found[name][..., 1].mean(1), found[tuned][..., 1].mean(1))
            row["against_neighbours"] = {key: round(getattr(pair, key), 2) for key in ("mean", "low", "high")}
            by_seed = found[name][..., 1].mean(0)
            row["seeds"] = by_seed.round(2).tolist()
        rows.append(row)
    FILE.write_text(json.dumps({"against": tuned, "methods": rows}, indent=1) + "\n", "utf-8")
    print(table(rows))


def table(rows: list[dict]) -> str:
    """In Markdown, for docs/measured.md."""
    lines = ["| method | validation | test | by seed | against the tuned neighbours |", "|---|---|---|---|---|"]
    for row in rows:
        against, seeds = row.get("against_neighbours"), row.get("seeds", [])
        gained = f"{against['mean']:+.2f} ({against['low']:+.2f} to {against['high']:+.2f})" if against else ""
        by_seed = ", ".join(f"{value:.2f}" for value in seeds) if len(seeds) > 1 else ""
        name = f"**{row['name']}**" if row["chosen"] else row["name"]
        lines.append(f"| {name} | {row['validation']:.2f} | {row['test']:.2f} | {by_seed} | {gained} |")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--classes", type=int, nargs="+", default=list(range(10)))
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    parser.add_argument("--variants", nargs="+", choices=VARIANTS, default=list(VARIANTS))
    parser.add_argument("--steps", type=int, default=1_500)
    parser.add_argument("--test", type=int, default=10_000, help="so many test pictures; fewer for a trial")
    parser.add_argument("--report", action="store_true")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    if not arguments.report:
        measure(arguments)
    report()


if __name__ == "__main__":
    main()
