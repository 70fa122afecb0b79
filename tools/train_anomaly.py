"""Train lesson 12's shipped networks on one CPU thread, and write them to course/weights/.

    python tools/train_anomaly.py runs/12-anomaly                    both; goes on where it stopped
    python tools/train_anomaly.py runs/12-anomaly --export           no training: measure, ship

The lesson's GAN of coats and its GANomaly, wider, trained for longer, the GAN's generator averaged. The last step is
what counts: nothing is chosen by the test set, which `--export` looks at once. Each network has a checkpoint in the
folder, written once a minute.
"""

import argparse
import copy
import json
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from torch import nn

from gancourse import anomaly, data, paths
from gancourse.losses import discriminator_loss, ganomaly_loss, generator_loss
from gancourse.metrics import auroc
from gancourse.nets.dcgan import dcgan_discriminator, dcgan_generator
from gancourse.nets.ganomaly import Ganomaly, ganomaly_score
from gancourse.train import descend, ema_update, save_weights, write_sheet

NORMAL, SHAPE, LATENT_DIM, CHANNELS = 4, (1, 28, 28), 64, 32
BATCH, RATE, AVERAGE, CHECKPOINT_SECONDS = 64, 2e-4, 0.999, 60
STEPS = {"gan": 15_000, "ganomaly": 6_000}


def main() -> None:
    parser = argparse.ArgumentParser(description="Train lesson 12's shipped networks.")
    parser.add_argument("folder", type=Path, help="For checkpoints and a sheet.")
    parser.add_argument("--export", action="store_true", help="Measure what has been trained, ship it.")
    arguments = parser.parse_args()
    arguments.folder.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(1)
    torch.manual_seed(0)
    trainings = {name: Training(name, arguments.folder) for name in STEPS}
    if arguments.export:
        export(trainings)
        return
    train = data.load("fashion-mnist", "train")
    normal = data.to_batch(train.images[train.labels == NORMAL])
    for training in trainings.values():
        training.run(normal)
    latents = torch.randn(64, LATENT_DIM, generator=torch.Generator().manual_seed(1))
    with torch.no_grad():
        drawn = data.to_pictures(trainings["gan"].net(latents))
    write_sheet(arguments.folder / "drawn.png", drawn)


class Training:
    """One of the two: its networks and optimisers, made anew or as the folder's checkpoint has them."""

    def __init__(self, name: str, folder: Path):
        self.name, self.checkpoint, critic = name, folder / f"{name}.pt", dcgan_discriminator(SHAPE, CHANNELS)
        if name == "gan":
            generator = dcgan_generator(LATENT_DIM, SHAPE, CHANNELS)
            self.net = copy.deepcopy(generator).eval()
            self.parts = {"generator": generator, "average": self.net, "critic": critic}
            self.parts |= {"opt_g": adam(generator), "opt_c": adam(critic)}
            self.step: Callable = self.gan_step
        else:
            self.net = Ganomaly(LATENT_DIM, SHAPE, CHANNELS)
            self.parts = {"net": self.net, "judge": critic, "opt_n": adam(self.net), "opt_j": adam(critic)}
            self.step = self.ganomaly_step
        self.done, self.seconds = 0, 0.0
        if self.checkpoint.exists():
            saved = torch.load(self.checkpoint, weights_only=True)
            for key, part in self.parts.items():
                part.load_state_dict(saved["state"][key])
            self.done, self.seconds = saved["step"], saved["seconds"]

    def run(self, normal: torch.Tensor) -> None:
        losses, before, began = [], self.seconds, time.process_time()
        saved = began
        while self.done < STEPS[self.name]:
            torch.manual_seed(self.done)
            losses.append(self.step(normal[torch.randint(len(normal), (BATCH,))]))
            self.done += 1
            now = time.process_time()
            self.seconds = before + now - began
            if now - saved > CHECKPOINT_SECONDS or self.done == STEPS[self.name]:
                self.save()
                means = np.mean(losses, 0).round(4)
                print(f"{self.name} {self.done}: {self.seconds:.0f} s, losses of D and G {means}", flush=True)
                losses, saved = [], now

    def gan_step(self, x: torch.Tensor) -> tuple[float, float]:
        generator, critic = self.parts["generator"], self.parts["critic"]
        made = generator(torch.randn(len(x), LATENT_DIM))
        d_loss = discriminator_loss(critic(x), critic(made.detach()))
        descend(self.parts["opt_c"], d_loss)
        g_loss = generator_loss(critic(made))
        descend(self.parts["opt_g"], g_loss)
        ema_update(self.net, generator, AVERAGE)
        return d_loss.item(), g_loss.item()

    def ganomaly_step(self, x: torch.Tensor) -> tuple[float, float]:
        judge = self.parts["judge"]
        rebuilt, latent, again = self.net(x)
        d_loss = discriminator_loss(judge(x), judge(rebuilt.detach()))
        descend(self.parts["opt_j"], d_loss)
        look = judge[:-1]
        g_loss = ganomaly_loss(x, rebuilt, latent, again, look(x).detach(), look(rebuilt))
        descend(self.parts["opt_n"], g_loss)
        return d_loss.item(), g_loss.item()

    def save(self) -> None:
        facts = {"step": self.done, "seconds": self.seconds}
        state = {key: part.state_dict() for key, part in self.parts.items()}
        torch.save(facts | {"state": state}, self.checkpoint.with_suffix(".part"))
        self.checkpoint.with_suffix(".part").replace(self.checkpoint)


def adam(net: nn.Module) -> torch.optim.Adam:
    return torch.optim.Adam(net.parameters(), RATE, betas=(0.5, 0.999))


@torch.no_grad()
def export(trainings: dict[str, Training]) -> None:
    """Weights and cards; GANomaly's in half precision, and measured as they are shipped."""
    train = data.load("fashion-mnist", "train")
    for name, training in trainings.items():
        net = training.net.eval()
        card = {
            "data": "fashion-mnist",
            "normal": train.classes[NORMAL],
            "latent_dim": LATENT_DIM,
            "channels": CHANNELS,
            "steps": training.done,
            "batch_size": BATCH,
            "train_seconds": round(training.seconds, 1),
            "hardware": "1 CPU thread, x86_64",
        }
        if name == "ganomaly":
            half = copy.deepcopy(net).half()
            net.load_state_dict(half.state_dict())
            task = anomaly.one_class(train, data.load("fashion-mnist", "test"), NORMAL)
            parts = data.to_batch(task.test).split(500)
            scores = torch.cat([ganomaly_score(*net(part)[1:]) for part in parts]).numpy()
            card["precision"] = "stored in half precision (float16)"
            card["auroc"] = round(auroc(scores, task.is_anomaly), 4)
            net = half
        file = paths.root() / "course" / "weights" / f"12-anomaly-detection{'' if name == 'gan' else '-ganomaly'}"
        save_weights(net, file.with_suffix(".safetensors"), stage="12-anomaly-detection")
        file.with_suffix(".json").write_text(json.dumps(card, indent=1) + "\n", "utf-8")
        print(json.dumps(card, indent=1))


if __name__ == "__main__":
    main()
