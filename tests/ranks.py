"""What test_distributed.py has `torchrun` start: `ranks.py CASE FOLDER`; each rank leaves FOLDER/CASE-RANK.pt.

Latents come with the pictures, in place of labels, and nothing normalises over a batch: so two processes with half a
batch each must do what one does with the whole.
"""

import copy
import os
import signal
import sys
import time
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from gancourse import distributed, metrics, train
from gancourse.losses import critic_loss, discriminator_loss, generator_loss

PICTURES, BATCH, EPOCHS = 84, 8, 2  # ten full steps of 2 x 4 and a rest of 4, where it's kept


def networks():
    torch.manual_seed(11 + 5 * distributed.rank())  # ranks begin with other weights: fit must give them rank 0's
    g = nn.Sequential(nn.Linear(3, 16), nn.Tanh(), nn.Linear(16, 6), nn.Tanh())
    d = nn.Sequential(nn.Linear(6, 16), nn.SiLU(), nn.Linear(16, 1))
    return g, d


def pictures(n=PICTURES):
    numbers = torch.Generator().manual_seed(7)
    return torch.randn(n, 6, generator=numbers) + 1, torch.randn(n, 3, generator=numbers)


def r1(d, x):
    x = x.detach().requires_grad_()
    (gradient,) = torch.autograd.grad(d(x).sum(), x, create_graph=True)
    return gradient.square().sum(1).mean()


def bce_step(g, d, opt_g, opt_d, x, z):
    fake = g(z)
    loss = discriminator_loss(d(x), d(fake.detach()))
    opt_d.zero_grad()
    loss.backward()
    opt_d.step()
    return {"discriminator": loss.item()} | generator_step(g, d, opt_g, z)


def r1_step(g, d, opt_g, opt_d, x, z):
    """The penalty in a backward pass of its own: what DistributedDataParallel gets wrong."""
    opt_d.zero_grad()
    (0.5 * r1(d, x)).backward()
    loss = discriminator_loss(d(x), d(g(z).detach()))
    loss.backward()
    opt_d.step()
    return {"discriminator": loss.item()} | generator_step(g, d, opt_g, z)


def wgan_step(g, d, opt_g, opt_d, x, z):
    fake = g(z).detach()
    points = (0.5 * (x + fake)).requires_grad_()  # where gancourse.losses draws places at random
    (gradient,) = torch.autograd.grad(d(points).sum(), points, create_graph=True)
    loss = critic_loss(d(x), d(fake)) + 10 * (gradient.norm(dim=1) - 1).square().mean()
    opt_d.zero_grad()
    loss.backward()
    opt_d.step()
    opt_g.zero_grad()
    g_loss = -d(g(z)).mean()
    g_loss.backward()
    opt_g.step()
    return {"critic": loss.item(), "generator": g_loss.item()}


def generator_step(g, d, opt_g, z):
    d.requires_grad_(False)
    loss = generator_loss(d(g(z)))
    opt_g.zero_grad()
    loss.backward()
    opt_g.step()
    d.requires_grad_(True)
    return {"generator": loss.item()}


STEPS = {"bce": bce_step, "wgan": wgan_step, "r1": r1_step}


def training(step, folder, drop_last=True, epochs=EPOCHS, seen=None, n=PICTURES):
    g, d = networks()
    average = copy.deepcopy(g)
    opt_g, opt_d = (torch.optim.Adam(m.parameters(), 1e-2, (0.5, 0.9)) for m in (g, d))

    def one(x, z):
        if seen is not None:
            seen.append(x[:, 0].tolist())
        losses = step(g, d, opt_g, opt_d, x, z)
        train.ema_update(average, g, 0.9)
        return losses

    loader = DataLoader(
        TensorDataset(*pictures(n)), BATCH // distributed.processes(), shuffle=True, drop_last=drop_last
    )
    state = {"g": g, "d": d, "average": average, "opt_g": opt_g, "opt_d": opt_d}
    history = train.fit(
        one, loader, epochs, state=state, sample=lambda: np.zeros((8, 2, 2, 1), np.uint8), folder=folder, seed=3
    )
    weights = torch.cat([p.detach().flatten() for p in [*g.parameters(), *d.parameters(), *average.parameters()]])
    return {"history": history, "weights": weights}


def equal_steps(folder):
    found = {}
    for name, step in STEPS.items():
        found[name] = training(step, folder / name)
    seen = []
    found["ragged"] = training(bce_step, folder / "ragged", drop_last=False, seen=seen, n=PICTURES - 1) | {"seen": seen}
    rows = pictures()[0].double().numpy() @ np.arange(18).reshape(6, 3)
    parts = distributed.gathered(metrics.moments(rows[distributed.rank() :: distributed.processes()]), list)
    merged, real = metrics.merge_moments(parts), metrics.moments(np.random.default_rng(0).normal(size=(50, 3)))
    found["frechet"] = metrics.frechet_between(real, merged)
    return found


def odd_cases(folder):
    """Two ranks, without fit: gradients that one of them lacks, buffers, noise, optimisers that can't be averaged."""
    team, rank = distributed.Team(), distributed.rank()
    layers = nn.ModuleList([nn.Linear(2, 2) for _ in range(3)])
    for number, layer in enumerate(layers[: 1 + rank]):  # the first on both, the second on rank 1, the third nowhere
        for parameter in layer.parameters():
            parameter.grad = torch.full_like(parameter, 1.0 + rank + 10 * number)
    distributed.average_gradients(list(layers.parameters()), 0.25 + 0.5 * rank)
    found = {"gradients": [None if p.grad is None else p.grad.flatten()[0].item() for p in layers.parameters()]}
    norm = nn.BatchNorm1d(2)
    norm.running_mean += rank
    team.settle({"norm": norm})
    found["buffer"] = norm.running_mean[0].item()
    with torch.no_grad():
        norm.weight += rank
    try:
        team.settle({"the odd one": norm})
    except RuntimeError as err:
        found["disagree"] = str(err)
    found["noise"] = []
    loader = DataLoader(TensorDataset(*pictures()), 4, shuffle=True, drop_last=True)
    for seed in (1, 2):
        own = [x[:, 0].tolist() for x, _ in team.epoch(loader, seed)]
        found["noise"].append((torch.randn(3).tolist(), own[0]))
    lbfgs = torch.optim.LBFGS(norm.parameters())
    for name, act in {
        "lbfgs": lambda: lbfgs.step(lambda: norm(torch.randn(4, 2)).sum()),
        "generator": lambda: list(team.epoch(iter([]), 0)),
        "few": lambda: list(team.epoch(DataLoader(TensorDataset(*pictures(3)), 2, drop_last=True), 0)),
    }.items():
        try:
            with team.averaging([lbfgs]):
                act()
        except (TypeError, ValueError) as err:
            found[name] = f"{type(err).__name__}: {err}"
    return found


def killed(folder):
    """In the second epoch of the first attempt, rank 1 dies as a machine does: without a word."""
    first = os.environ["TORCHELASTIC_RESTART_COUNT"] == "0" and folder.name == "broken"
    taken = []

    def step(*arguments):
        taken.append(1)
        if first and distributed.rank() == 1 and len(taken) == 15:
            os.kill(os.getpid(), signal.SIGKILL)
        return bce_step(*arguments)

    return training(step, folder / "run", epochs=3) | {"taken": len(taken)}


def diverged(folder):
    taken = []

    def step(*arguments):
        taken.append(1)
        losses = bce_step(*arguments)
        return losses | ({"generator": float("inf")} if distributed.rank() == 1 and len(taken) == 15 else {})

    try:
        return training(step, folder / "run")
    except train.Diverged as err:
        return {"error": str(err)}


def endless(folder):
    def step(*arguments):
        (folder / f"begun-{distributed.rank()}").touch()
        time.sleep(0.05)
        return bce_step(*arguments)

    return training(step, folder / "run", epochs=10_000)


if __name__ == "__main__":
    torch.set_num_threads(1)
    case, folder = sys.argv[1], Path(sys.argv[2])
    torch.save(globals()[case](folder), folder / f"{case}-{distributed.rank()}.pt")
