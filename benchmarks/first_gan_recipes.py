"""What each choice of lesson 01's recipe buys: one change at a time, the same number of training pictures, three seeds.

The Fréchet distance is between 10,000 samples and the 10,000 test pictures of Fashion-MNIST, in the 64 features of a
small classifier trained here first; it doesn't compare with Inception FID. Run it from the course's folder:

    python benchmarks/first_gan_recipes.py [--epochs 6] [--seeds 3] [--jobs 2]

About half an hour on two cores. Prints a Markdown table, which benchmarks/RESULTS.md and the lesson quote.
"""

import argparse
import copy
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from gancourse import data
from gancourse.losses import discriminator_loss, generator_loss
from gancourse.nets.mlp import mlp_discriminator
from gancourse.train import ema_update

LATENT_DIM = 64
START = dict(widths=(256, 512, 1024), batch=128, lr=2e-4, beta1=0.5, norm=False, dropout=0.0, ema=False)
LADDER = {
    "starting point: widths 256, 512, 1024, batch 128, rate 2e-4, beta1 0.5": {},
    "smaller networks: 256, 512": dict(widths=(256, 512)),
    "batch 64, learning rate 1e-3": dict(batch=64, lr=1e-3),
    "Adam's beta1 = 0": dict(beta1=0.0),
    "batch norm in G": dict(norm=True),
    "dropout 0.2 in D": dict(dropout=0.2),
    "running average of G, decay 0.998": dict(ema=True),
    "all of this, but beta1 = 0.5 again": dict(beta1=0.5),
}


def classifier() -> nn.Sequential:
    """A small CNN; its features are what the last but one layer says."""
    layers = []
    for inputs, outputs in ((1, 16), (16, 32), (32, 64)):
        layers += [nn.Conv2d(inputs, outputs, 3, 2, 1), nn.ReLU(), nn.BatchNorm2d(outputs)]
    return nn.Sequential(*layers, nn.Flatten(), nn.Linear(64 * 16, 64), nn.ReLU(), nn.Linear(64, 10))


def trained_features(epochs: int = 4) -> nn.Module:
    torch.manual_seed(0)
    net, batches = classifier(), data.batches(data.load("fashion-mnist"), 128)
    optimizer = torch.optim.Adam(net.parameters())
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 4e-3, total_steps=epochs * len(batches))
    for _ in range(epochs):
        for x, y in batches:
            optimizer.zero_grad()
            F.cross_entropy(net(x), y).backward()
            optimizer.step()
            schedule.step()
    net.eval()
    test = data.load("fashion-mnist", "test")
    with torch.no_grad():
        right = (net(data.to_batch(test.images)).argmax(1).numpy() == test.labels).mean()
    print(f"features from a classifier with {right:.1%} test accuracy", flush=True)
    return net[:-2]


@torch.no_grad()
def statistics(features: nn.Module, pictures: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    values = torch.cat([features(part) for part in pictures.split(1000)]).double()
    return values.mean(0), torch.cov(values.T)


def frechet(a, b) -> float:
    """|m1 - m2|^2 + tr(C1 + C2 - 2 (C1 C2)^(1/2)) (Heusel et al. 2017, eq. 6)."""
    (m1, c1), (m2, c2) = a, b
    roots = torch.linalg.eigvals(c1 @ c2).real.clamp(min=0).sqrt().sum()
    return float((m1 - m2).square().sum() + c1.trace() + c2.trace() - 2 * roots)


def generator_of(widths: tuple[int, ...], norm: bool) -> nn.Sequential:
    layers = []
    for inputs, outputs in zip((LATENT_DIM, *widths), widths):
        layers += [nn.Linear(inputs, outputs), nn.BatchNorm1d(outputs) if norm else nn.Identity(), nn.LeakyReLU(0.2)]
    return nn.Sequential(*layers, nn.Linear(widths[-1], 784), nn.Tanh(), nn.Unflatten(1, (1, 28, 28)))


def distance_after(recipe: dict, epochs: int, seed: int, features: nn.Module, real) -> float:
    torch.set_num_threads(1)
    torch.manual_seed(seed)
    g = generator_of(recipe["widths"], recipe["norm"])
    d = mlp_discriminator((1, 28, 28), recipe["widths"][::-1], recipe["dropout"])
    average = copy.deepcopy(g)
    opt_g, opt_d = (
        torch.optim.Adam(net.parameters(), lr=recipe["lr"], betas=(recipe["beta1"], 0.999)) for net in (g, d)
    )
    for x, _ in (batch for _ in range(epochs) for batch in data.batches(data.load("fashion-mnist"), recipe["batch"])):
        fake = g(torch.randn(len(x), LATENT_DIM))
        opt_d.zero_grad()
        discriminator_loss(d(x), d(fake.detach())).backward()
        opt_d.step()
        opt_g.zero_grad()
        generator_loss(d(fake)).backward()
        opt_g.step()
        if recipe["ema"]:
            ema_update(average, g, 0.998)
    sampler = (average if recipe["ema"] else g).eval()
    with torch.no_grad():
        samples = sampler(torch.randn(10_000, LATENT_DIM, generator=torch.Generator().manual_seed(1)))
    return frechet(statistics(features, samples), real)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--epochs", type=int, default=6)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--jobs", type=int, default=2)
    options = parser.parse_args()

    features = trained_features()
    train, test = (data.to_batch(data.load("fashion-mnist", split)[:10_000].images) for split in ("train", "test"))
    real = statistics(features, test)
    recipes = []
    for change in LADDER.values():
        recipes.append((recipes[-1] if recipes else START) | change)
    with ProcessPoolExecutor(options.jobs, mp_context=get_context("spawn")) as pool:
        runs = [
            [pool.submit(distance_after, recipe, options.epochs, seed, features, real) for seed in range(options.seeds)]
            for recipe in recipes
        ]
        print(f"\n| after {options.epochs} epochs, each row with all changes above it | Fréchet distance |\n|---|---|")
        for name, row in zip(LADDER, runs):
            values = [run.result() for run in row]
            print(f"| {name} | {np.mean(values):.0f} ({min(values):.0f} to {max(values):.0f}) |", flush=True)
    print(f"\n10,000 training pictures against the test pictures: {frechet(statistics(features, train), real):.1f}")


if __name__ == "__main__":
    main()
