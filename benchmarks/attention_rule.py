"""Is a rule between two far-apart parts learned? Lesson 07's game on the twin squares, six discriminators, three seeds.

Every contender gets the same processor time on one thread. `local`, a sum over places that see 18 columns each;
`attention`, the same with self-attention behind its first convolution; `even`, with a layer in its place whose weights
are all the same, so that every place gets the mean; `dense`, the same with a dense layer in place of
the sum; `hidden`, with two dense layers and an activation between them; `deep`, two more convolutions, whose places see
the whole picture. Results go to course/results/attention-rule.json, run by run; what is there already is kept.

    python benchmarks/attention_rule.py [--seconds 60] [--seeds 3] [--contenders local attention]
"""

import argparse
import copy
import json
import time

import torch
from torch import nn
from torch.nn.utils.parametrize import remove_parametrizations

from gancourse import data, paths
from gancourse.losses import hinge_discriminator_loss, wasserstein_generator_loss
from gancourse.nets.attention import SelfAttention2d, spectrally_normed, xavier_init
from gancourse.nets.dcgan import dcgan_generator
from gancourse.train import ema_update

RESULTS = paths.root() / "course" / "results" / "attention-rule.json"
CONTENDERS = ("local", "attention", "even", "dense", "hidden", "deep")
# as in the lesson
CHANNELS, BATCH_SIZE, LATENT_DIM = 16, 32, 64
LEARNING_RATE_G, LEARNING_RATE_D, EMA_DECAY = 5e-4, 2e-3, 0.99
SAMPLES = 4_000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--contenders", nargs="+", choices=CONTENDERS, default=CONTENDERS)
    options = parser.parse_args()
    torch.set_num_threads(1)
    rows = json.loads(RESULTS.read_text("utf-8")) if RESULTS.exists() else []
    for seed in range(options.seeds):
        for contender in options.contenders:
            if any((row["contender"], row["seed"]) == (contender, seed) for row in rows):
                continue
            rows.append(play(contender, seed, options.seconds))
            RESULTS.write_text(json.dumps(rows, indent=1) + "\n", "utf-8")
    print(table(rows))


def table(rows: list[dict]) -> str:
    """The runs as a Markdown table, shares in percent of all pictures that G draws."""
    lines = [
        "| discriminator | seed | steps | two squares | rule obeyed | by chance | of those with two squares |",
        "|---|---|---|---|---|---|---|",
    ]
    for row in sorted(rows, key=lambda row: (CONTENDERS.index(row["contender"]), row["seed"])):
        shares = row["drawn"], row["obeyed"], row["drawn"] * row["by_chance"], row["obeyed"] / max(row["drawn"], 1e-9)
        cells = [row["contender"], str(row["seed"]), f"{row['steps']:,}", *(f"{share:.0%}" for share in shares)]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


class EvenAttention(SelfAttention2d):
    """Self-attention that looks nowhere: every place gathers the mean over all places."""

    def weights(self, x: torch.Tensor) -> torch.Tensor:
        n, _, height, width = x.shape
        places = height * width // 4  # pooled
        return torch.full((n, height * width, places), 1 / places, dtype=x.dtype)


def discriminator(contender: str) -> nn.Module:
    c = CHANNELS
    layers = [nn.Conv2d(3, c, 4, stride=2, padding=1), nn.LeakyReLU(0.2)]
    if contender in ("attention", "even"):
        layers.append((SelfAttention2d if contender == "attention" else EvenAttention)(c, pooled=True))
    layers += [nn.Conv2d(c, 2 * c, 4, stride=2, padding=1), nn.LeakyReLU(0.2)]
    layers.append(nn.Conv2d(2 * c, 4 * c, 3, padding=1))
    side = 8
    if contender == "deep":
        layers += [nn.LeakyReLU(0.2), nn.Conv2d(4 * c, 4 * c, 4, stride=2, padding=1)]
        layers += [nn.LeakyReLU(0.2), nn.Conv2d(4 * c, 4 * c, 3, padding=1)]
        side = 4
    layers.append(nn.ReLU())
    if contender == "dense":
        layers += [nn.Flatten(), nn.Linear(4 * c * side**2, 1)]
    elif contender == "hidden":
        layers += [nn.Flatten(), nn.Linear(4 * c * side**2, 4 * c), nn.LeakyReLU(0.2), nn.Linear(4 * c, 1)]
    else:  # the sum over all places, divided by the root of their number
        layers += [nn.AvgPool2d(side, divisor_override=side), nn.Flatten(), nn.Linear(4 * c, 1)]
    network = spectrally_normed(nn.Sequential(*layers).apply(xavier_init))
    if contender == "attention":  # as in the lesson: normed, they would hardly let the softmax prefer a place
        for layer in (network[2].query, network[2].key):
            remove_parametrizations(layer, "weight")
    return network


def play(contender: str, seed: int, seconds: float) -> dict:
    """Train for so many seconds of processor time, and report what the running average of G draws."""
    torch.manual_seed(seed)
    generator, critic = dcgan_generator(LATENT_DIM, (3, 32, 32), CHANNELS), discriminator(contender)
    average = copy.deepcopy(generator).eval()
    opt_g = torch.optim.Adam(generator.parameters(), lr=LEARNING_RATE_G, betas=(0.0, 0.99))
    opt_d = torch.optim.Adam(critic.parameters(), lr=LEARNING_RATE_D, betas=(0.0, 0.99))
    twins = data.load("twins", "train")
    steps, start = 0, time.process_time()
    while time.process_time() - start < seconds:
        x = data.to_batch(twins.images[torch.randint(len(twins), (BATCH_SIZE,)).numpy()])
        fake = generator(torch.randn(BATCH_SIZE, LATENT_DIM))
        descend(opt_d, hinge_discriminator_loss(critic(x), critic(fake.detach())))
        critic.requires_grad_(False)
        descend(opt_g, wasserstein_generator_loss(critic(fake)))
        critic.requires_grad_(True)
        ema_update(average, generator, EMA_DECAY)
        steps += 1
    with torch.no_grad():
        latents = torch.randn(SAMPLES, LATENT_DIM, generator=torch.Generator().manual_seed(seed))
        report = data.rule_report(data.to_pictures(average(latents)))
    row = {"contender": contender, "seed": seed, "seconds": seconds, "steps": steps} | report._asdict()
    print(row, flush=True)
    return row


def descend(optimiser: torch.optim.Optimizer, loss: torch.Tensor) -> None:
    optimiser.zero_grad()
    loss.backward()
    optimiser.step()


if __name__ == "__main__":
    main()
