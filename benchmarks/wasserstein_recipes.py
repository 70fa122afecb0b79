"""What lesson 04's recipe buys: WGAN-GP with other critic steps, rates, betas and penalties, on one budget of time.

Every recipe gets the same seconds of processor time on one thread, whatever a step of it costs. The Fréchet distance is
the course's protocol with 2,000 samples. Run it from the course's folder, with nothing else running:

    python benchmarks/wasserstein_recipes.py [--seconds 150] [--seeds 1] [--jobs 2]

About a quarter of an hour a seed on two cores. Prints a Markdown table.
"""

import argparse
import copy
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import numpy as np
import torch

from gancourse import data
from gancourse.losses import critic_loss, gradient_penalty, wasserstein_generator_loss
from gancourse.metrics import evaluate
from gancourse.nets.dcgan import dcgan_discriminator, dcgan_generator
from gancourse.train import ema_update

LATENT_DIM = 64
LESSON = dict(critic_steps=1, channels=16, lr=5e-4, critic_lr=2e-3, betas=(0.0, 0.99), weight=10.0, every=1)
RECIPES = {
    "the lesson's": {},
    "2 critic steps": dict(critic_steps=2),
    "5 critic steps": dict(critic_steps=5),
    "one rate, 1e-3, for both": dict(lr=1e-3, critic_lr=1e-3),
    "the paper's: 5 critic steps, rate 1e-4, beta (0, 0.9)": dict(
        critic_steps=5, lr=1e-4, critic_lr=1e-4, betas=(0.0, 0.9)
    ),
    "beta (0, 0.9)": dict(betas=(0.0, 0.9)),
    "beta (0.5, 0.9)": dict(betas=(0.5, 0.9)),
    "penalty weight 1": dict(weight=1.0),
    "penalty every fourth step, four times as heavy": dict(every=4),
    "32 channels": dict(channels=32),
}


def distances_after(recipe: dict, seconds: float, seed: int) -> tuple[float, float, int]:
    """Fréchet distance of the running average and of G itself, and G's steps."""
    torch.set_num_threads(1)
    torch.manual_seed(seed)
    shape, penalised = (1, 28, 28), 0
    g, f = dcgan_generator(LATENT_DIM, shape, recipe["channels"]), dcgan_discriminator(shape, recipe["channels"], False)
    g, f = (net.to(memory_format=torch.channels_last) for net in (g, f))
    average = copy.deepcopy(g)
    opt_g = torch.optim.Adam(g.parameters(), lr=recipe["lr"], betas=recipe["betas"])
    opt_f = torch.optim.Adam(f.parameters(), lr=recipe["critic_lr"], betas=recipe["betas"])
    batches = data.batches(data.load("fashion-mnist", "train"), 64 * recipe["critic_steps"])
    steps, began = 0, time.process_time()
    for x, _ in (batch for _ in iter(int, 1) for batch in batches):
        for part in x.to(memory_format=torch.channels_last).chunk(recipe["critic_steps"]):
            with torch.no_grad():
                fake = g(torch.randn(len(part), LATENT_DIM))
            loss = critic_loss(*f(torch.cat([part, fake])).chunk(2))
            if penalised % recipe["every"] == 0:
                loss = loss + recipe["weight"] * recipe["every"] * gradient_penalty(f, part, fake)
            penalised += 1
            opt_f.zero_grad()
            loss.backward()
            opt_f.step()
        f.requires_grad_(False)
        opt_g.zero_grad()
        wasserstein_generator_loss(f(g(torch.randn(64, LATENT_DIM)))).backward()
        opt_g.step()
        f.requires_grad_(True)
        ema_update(average, g, 0.998)
        steps += 1
        if time.process_time() - began > seconds:
            break
    found = [distance(net.eval()) for net in (average, g)]
    return *found, steps


@torch.no_grad()
def distance(g: torch.nn.Module) -> float:
    return evaluate(lambda n, rng: g(torch.randn(n, LATENT_DIM, generator=rng)), samples=2_000)["frechet"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=150)
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=2)
    options = parser.parse_args()
    data.load("fashion-mnist", "train")  # prepared once, before the processes ask for it
    with ProcessPoolExecutor(options.jobs, mp_context=get_context("spawn")) as pool:
        runs = {
            name: [
                pool.submit(distances_after, LESSON | change, options.seconds, seed) for seed in range(options.seeds)
            ]
            for name, change in RECIPES.items()
        }
        print(f"| after {options.seconds:.0f} s on one thread | average | G itself | steps of G |\n|---|---|---|---|")
        for name, row in runs.items():
            average, raw, steps = np.mean([run.result() for run in row], axis=0)
            print(f"| {name} | {average:.0f} | {raw:.0f} | {steps:,.0f} |", flush=True)


if __name__ == "__main__":
    main()
