"""Pictures a second of lesson 03's training in one process and in two, one thread each, started by `torchrun`.

Beside them two processes at the same time that know nothing of each other: what two cores give without an exchange.
All take turns, several times; medians count. Each process has a batch of lesson 03's size, so two take steps of twice
the batch. Wants two idle cores.
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


def main() -> None:
    """Run and print everything."""
    rates = {"one process": [], "two apart": [], "two together": []}
    for _ in range(REPEATS):
        rates["one process"] += started(1, 1)
        rates["two apart"].append(sum(started(1, 2)))
        rates["two together"] += started(2, 1)
    one = statistics.median(rates["one process"])
    for name, found in rates.items():
        each = ", ".join(f"{rate:,.0f}" for rate in found)
        middle = statistics.median(found)
        print(f"{name:12s} {middle:7,.0f} pictures a second, {middle / one:.2f} times one ({each})")


def started(processes: int, trainings: int) -> list[float]:
    """Pictures a second of trainings that run at the same time, in `processes` each."""
    command = [sys.executable, "-m", "torch.distributed.run", "--standalone", f"--nproc-per-node={processes}"]
    environment = os.environ | {"OMP_NUM_THREADS": "1"}
    running = [
        subprocess.Popen(
            [*command, __file__, "--rank"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment
        )
        for _ in range(trainings)
    ]
    said = [process.communicate() for process in running]
    for process, (_, errors) in zip(running, said):
        if process.returncode:
            raise RuntimeError(errors.decode()[-2000:])
    return [float(out) for out, _ in said]


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
        main()
