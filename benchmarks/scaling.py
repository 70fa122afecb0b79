"""Pictures a second of lesson 03's training in one process and in two, one thread each, started by `torchrun`.

The two take turns, several times; medians count. Each process has a batch of lesson 03's size, so two take steps of
twice the batch. Wants two idle cores: exits 1 where two processes give less than 1.6 times the pictures of one.
"""

import os
import statistics
import subprocess
import sys
import time

import torch

from gancourse import distributed
from gancourse.losses import discriminator_loss, generator_loss
from gancourse.nets.dcgan import dcgan_discriminator, dcgan_generator

BATCH, LATENT_DIM, CHANNELS = 64, 64, 32  # lesson 03's
WARM_UP, STEPS, REPEATS = 10, 60, 3
WANTED_RATIO = 1.6


def main() -> int:
    """Run and print everything; returns the exit status."""
    rates = {1: [], 2: []}
    for _ in range(REPEATS):
        for processes, found in rates.items():
            command = ["-m", "torch.distributed.run", "--standalone", "--nproc-per-node", str(processes), __file__]
            done = subprocess.run(
                [sys.executable, *command, "--rank"],
                capture_output=True,
                text=True,
                check=True,
                env=os.environ | {"OMP_NUM_THREADS": "1"},
            )
            found.append(float(done.stdout))
    for processes, found in rates.items():
        each = ", ".join(f"{rate:,.0f}" for rate in found)
        print(f"{processes} process(es): {statistics.median(found):7,.0f} pictures a second ({each})")
    ratio = statistics.median(rates[2]) / statistics.median(rates[1])
    print(f"two processes give {ratio:.2f} times the pictures of one (wanted: {WANTED_RATIO})")
    return int(ratio < WANTED_RATIO)


def one_rank() -> None:
    """Train on random pictures; rank 0 prints the pictures a second of all ranks together."""
    torch.manual_seed(0)
    layout = {"memory_format": torch.channels_last}
    g = dcgan_generator(LATENT_DIM, (1, 28, 28), CHANNELS).to(**layout)
    d = dcgan_discriminator((1, 28, 28), CHANNELS).to(**layout)
    opt_g, opt_d = (torch.optim.Adam(m.parameters(), 2e-3, (0.5, 0.99)) for m in (g, d))
    x = (2 * torch.rand(BATCH, 1, 28, 28) - 1).to(**layout)
    team = distributed.Team()
    with team.averaging([opt_g, opt_d]):
        for number in range(WARM_UP + STEPS):
            if number == WARM_UP:
                began = time.perf_counter()
            step(g, d, opt_g, opt_d, x)
    if team.rank == 0:
        print(team.size * BATCH * STEPS / (time.perf_counter() - began))


def step(g, d, opt_g, opt_d, x) -> None:
    """Lesson 03's step, without the average of G."""
    fake = g(torch.randn(len(x), LATENT_DIM))
    opt_d.zero_grad()
    discriminator_loss(d(x), d(fake.detach())).backward()
    opt_d.step()
    d.requires_grad_(False)
    opt_g.zero_grad()
    generator_loss(d(fake)).backward()
    opt_g.step()
    d.requires_grad_(True)


if __name__ == "__main__":
    if "--rank" in sys.argv:
        one_rank()
    else:
        sys.exit(main())
