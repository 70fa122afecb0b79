"""Seconds to a quality: the usual beginner's recipe against those of lessons 01 and 03, side by side in one run.

The beginner's recipe is that of most tutorials: an MLP (100-256-512-1024-784 and its mirror image with dropout), binary
cross-entropy, Adam with 2e-4 and betas (0.5, 0.999), batches of 128, torchvision's loading, 50 epochs of 60,000
pictures. Each recipe's training is cut into 50 parts, which take turns, so that a busy machine slows all alike; only
training is timed. Each runs with one or two threads, whichever is faster for it (tried first). The Fréchet distance is
that of `gancourse.metrics.evaluate`: 10,000 samples against the 10,000 test pictures, in the course's features.

    python benchmarks/time_to_quality.py [--seed 0]

Targets, exit status 1 where one is missed: lesson 01's recipe reaches the beginner's final distance in at most 1/3 of
the beginner's seconds, lesson 03's in at most 1/20; and when lesson 03's laptop budget is spent, its distance is at
most 1/5 of the beginner's, as first measured after that time. The last line has the ratios.
"""

import argparse
import copy
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import torch
from data_throughput import usual_pipeline
from torch import nn

from gancourse import data, lessons, metrics
from gancourse.losses import discriminator_loss, generator_loss
from gancourse.nets.dcgan import dcgan_discriminator, dcgan_generator
from gancourse.nets.mlp import mlp_discriminator, mlp_generator
from gancourse.train import ema_update

ROUNDS, BEGINNER_EPOCHS = 50, 50
EVERY = {"beginner": 5, "lesson 01": 2, "lesson 03": 2}  # rounds from one measured distance to the next
Recipe = tuple[Callable[[torch.Tensor], None], nn.Module, int]  # a step, the generator to look at, its latents


def beginner() -> Recipe:
    """One step of the tutorial's GAN as it is usually written."""
    g_layers, d_layers = [], [nn.Flatten()]
    for inputs, outputs in ((100, 256), (256, 512), (512, 1024)):
        g_layers += [nn.Linear(inputs, outputs), nn.LeakyReLU(0.2)]
    for inputs, outputs in ((784, 1024), (1024, 512), (512, 256)):
        d_layers += [nn.Linear(inputs, outputs), nn.LeakyReLU(0.2), nn.Dropout(0.3)]
    g = nn.Sequential(*g_layers, nn.Linear(1024, 784), nn.Tanh(), nn.Unflatten(1, (1, 28, 28)))
    d = nn.Sequential(*d_layers, nn.Linear(256, 1), nn.Sigmoid())
    opt_g, opt_d = (torch.optim.Adam(net.parameters(), lr=2e-4, betas=(0.5, 0.999)) for net in (g, d))
    loss = nn.BCELoss()

    def step(x: torch.Tensor) -> None:
        ones, zeros = torch.ones(len(x), 1), torch.zeros(len(x), 1)
        opt_d.zero_grad()
        (loss(d(x), ones) + loss(d(g(torch.randn(len(x), 100)).detach()), zeros)).backward()
        opt_d.step()
        opt_g.zero_grad()
        loss(d(g(torch.randn(len(x), 100))), ones).backward()
        opt_g.step()

    return step, g, 100


def lesson_01(parameters: dict) -> Recipe:
    g = mlp_generator(parameters["LATENT_DIM"], [256, 512], (1, 28, 28))
    return _lesson(g, mlp_discriminator((1, 28, 28), [512, 256]), parameters, betas=(0.0, 0.999))


def lesson_03(parameters: dict) -> Recipe:
    g = dcgan_generator(parameters["LATENT_DIM"], (1, 28, 28), parameters["CHANNELS"])
    d = dcgan_discriminator((1, 28, 28), parameters["CHANNELS"])
    g, d = (net.to(memory_format=torch.channels_last) for net in (g, d))
    return _lesson(g, d, parameters, betas=(parameters["BETA1"], 0.999))


def _lesson(g: nn.Module, d: nn.Module, parameters: dict, betas: tuple[float, float]) -> Recipe:
    """The step of lessons 01 and 03: fakes made once for both networks, no gradients where none is used, an average."""
    average = copy.deepcopy(g).eval()
    opt_g, opt_d = (torch.optim.Adam(net.parameters(), lr=parameters["LEARNING_RATE"], betas=betas) for net in (g, d))

    def step(x: torch.Tensor) -> None:
        fake = g(torch.randn(len(x), parameters["LATENT_DIM"]))
        opt_d.zero_grad()
        discriminator_loss(d(x), d(fake.detach())).backward()
        opt_d.step()
        opt_g.zero_grad()
        d.requires_grad_(False)
        generator_loss(d(fake)).backward()
        d.requires_grad_(True)
        opt_g.step()
        ema_update(average, g, parameters["EMA_DECAY"])

    return step, average, parameters["LATENT_DIM"]


def distance(generator: nn.Module, latent_dim: int) -> float:
    """The protocol's Fréchet distance alone, as it is asked for so often."""
    training = generator.training
    generator.eval()
    rng = torch.Generator().manual_seed(0)
    judge = metrics.feature_net("fashion-mnist")
    with torch.no_grad():
        made = [data.to_pictures(generator(torch.randn(500, latent_dim, generator=rng))) for _ in range(20)]
    generator.train(training)
    fake = judge.features(np.concatenate(made))
    return metrics.frechet_distance(metrics.reference_features("fashion-mnist", 10_000), fake)


def endless(batches) -> Iterator[torch.Tensor]:
    while True:
        for x, _ in batches:
            yield x


def faster_threads(make: Callable[[], Recipe], batches: Iterator[torch.Tensor]) -> int:
    """One or two: with which number of threads 40 steps take less time, the better of two tries each."""
    seconds = {1: [], 2: []}
    step, *_ = make()
    for threads in (1, 2, 1, 2):
        torch.set_num_threads(threads)
        began = time.perf_counter()
        for _ in range(40):
            step(next(batches))
        seconds[threads].append(time.perf_counter() - began)
    return min(seconds, key=lambda threads: min(seconds[threads]))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    clothes = data.load("fashion-mnist")
    own = {"lesson 01": lessons.parameters_of("01-first-gan"), "lesson 03": lessons.parameters_of("03-dcgan")}
    make = {
        "beginner": beginner,
        "lesson 01": lambda: lesson_01(own["lesson 01"]),
        "lesson 03": lambda: lesson_03(own["lesson 03"]),
    }
    with tempfile.TemporaryDirectory() as folder:
        loaders = {"beginner": usual_pipeline(Path(folder), clothes)}
        loaders |= {name: data.batches(clothes, parameters["BATCH_SIZE"]) for name, parameters in own.items()}
        epochs = {"beginner": BEGINNER_EPOCHS} | {name: parameters["EPOCHS"] for name, parameters in own.items()}
        steps = {name: epochs[name] * len(loaders[name]) / ROUNDS for name in make}
        batches = {name: endless(loader) for name, loader in loaders.items()}
        torch.manual_seed(options.seed)
        threads = {name: faster_threads(make[name], batches[name]) for name in make}
        torch.manual_seed(options.seed)
        curves = race({name: make[name]() for name in make}, batches, steps, threads)
    return report(curves, threads)


def race(
    recipes: dict[str, Recipe], batches: dict[str, Iterator], steps: dict[str, float], threads: dict[str, int]
) -> dict[str, list[tuple[float, float]]]:
    """Train all in turns; for each recipe (seconds of training, distance) whenever it was measured."""
    seconds, curves = dict.fromkeys(recipes, 0.0), {name: [] for name in recipes}
    for part in range(1, ROUNDS + 1):
        for name, (step, generator, latent_dim) in recipes.items():
            torch.set_num_threads(threads[name])
            began = time.perf_counter()
            for _ in range(round(part * steps[name]) - round((part - 1) * steps[name])):
                step(next(batches[name]))
            seconds[name] += time.perf_counter() - began
            if part % EVERY[name] == 0:
                curves[name].append((seconds[name], distance(generator, latent_dim)))
    return curves


def report(curves: dict[str, list[tuple[float, float]]], threads: dict[str, int]) -> int:
    """Print curves and ratios; the exit status."""
    total, goal = curves["beginner"][-1]
    print("| recipe | threads | seconds in all | distance at its end | seconds to the beginner's last distance |")
    print("|---|---|---|---|---|")
    reached = {}
    for name, curve in curves.items():
        reached[name] = next((seconds for seconds, value in curve if value <= goal), float("inf"))
        print(f"| {name} | {threads[name]} | {curve[-1][0]:.0f} | {curve[-1][1]:.1f} | {reached[name]:.1f} |")
    budget, best = curves["lesson 03"][-1]
    then = next(value for seconds, value in curves["beginner"] if seconds >= budget)  # not before: to its advantage
    for name, curve in curves.items():
        print(f"\n{name}, distance after seconds: " + ", ".join(f"{value:.1f} after {at:.0f}" for at, value in curve))
    ratios = [reached["lesson 01"] / total, reached["lesson 03"] / total, best / then]
    print(
        f"\nratios: lesson 01's seconds {ratios[0]:.3f} (at most 1/3), lesson 03's {ratios[1]:.3f} (at most 1/20), "
        f"distance after equal time {ratios[2]:.3f} (at most 1/5)"
    )
    return int(any(ratio > limit for ratio, limit in zip(ratios, (1 / 3, 1 / 20, 1 / 5))))


if __name__ == "__main__":
    sys.exit(main())
