"""Train lesson 11's shipped networks on one CPU thread, for hours, and write them to course/weights/.

    python tools/train_resolution.py accurate runs/11-accurate                         on squared error
    python tools/train_resolution.py sharp runs/11-sharp --start runs/11-accurate      with the discriminator
    python tools/train_resolution.py sharp runs/11-sharp --export

Both want photographs (a mirror, or imported): those of monet2photo and masked-faces, as many of the one as of the
other. Training goes on from the folder's checkpoint.pt, which is written every five minutes and when it is ended
(SIGTERM). Every thousand steps: PSNR and the Fréchet distance of patches on held-out pictures of these two sets, never
on Set5, which is the test, and a sheet of them. The learning rates fall to a twentieth by a cosine over the processor
hours given. Convolutions compute in bfloat16, which is about twice as quick where the processor knows it.
"""

import argparse
import copy
import json
import math
import signal
import time
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

from gancourse import data, paths
from gancourse.fidelity import psnr, ssim
from gancourse.losses import perceptual_loss, relativistic_average_loss
from gancourse.metrics import frechet_distance, patch_features
from gancourse.nets.mobilenet import imagenet_eyes
from gancourse.nets.resolution import Upscaler, enlarge_picture, patch_critic, shrink, shrink_picture
from gancourse.train import descend, ema_update, save_weights, write_sheet

SETS = {"monet2photo": ("photo",), "masked-faces": ("with_mask", "without_mask")}  # the classes taken
WEIGHTS = {"accurate": "11-super-resolution", "sharp": "11-super-resolution-sharp"}
CHANNELS, BLOCKS, BATCH, CROP, SIDE, HELD_OUT = 64, 8, 16, 96, 128, 48
RATES = {"accurate": (4e-4, 0.0), "sharp": (1e-4, 2e-4)}  # of the network and of the discriminator
BETAS = {"accurate": (0.9, 0.999), "sharp": (0.0, 0.99)}
AVERAGE, CHECKPOINT_SECONDS = 0.999, 300


def main() -> None:
    parser = argparse.ArgumentParser(description="Train lesson 11's shipped networks.")
    parser.add_argument("name", choices=WEIGHTS)
    parser.add_argument("folder", type=Path, help="For checkpoints and sheets.")
    parser.add_argument(
        "--start", type=Path, help="Folder of the finished 'accurate', from whose average 'sharp' goes on."
    )
    parser.add_argument("--hours", type=float, default=1.0, help="Processor hours in all.")
    parser.add_argument("--perceptual", type=float, default=0.03, help="Weight of the perceptual loss of 'sharp'.")
    parser.add_argument("--adversarial", type=float, default=0.02, help="Weight of its adversarial loss.")
    parser.add_argument(
        "--export", action="store_true", help="Measure what has been trained on Set5 and others, ship it."
    )
    arguments = parser.parse_args()
    arguments.folder.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(1)
    training = Training(arguments)
    if arguments.export:
        training.export()
    else:
        training.run()


def photographs(split: str) -> list[np.ndarray]:
    """uint8 (n, SIDE, SIDE, 3), one array a set."""
    parts = []
    for name, classes in SETS.items():
        found = data.load(name, split, SIDE)
        parts.append(found.images[np.isin(found.labels, [found.classes.index(each) for each in classes])])
    return parts


def crops(parts: list[np.ndarray], rng: np.random.Generator) -> np.ndarray:
    """uint8 (BATCH, CROP, CROP, 3), as many of each set on average, mirrored and turned by quarters at random."""
    pieces = []
    for which in rng.integers(len(parts), size=BATCH):
        picture = parts[which][rng.integers(len(parts[which]))]
        top, left = rng.integers(SIDE - CROP + 1, size=2)
        piece = np.rot90(picture[top : top + CROP, left : left + CROP], rng.integers(4))
        pieces.append(piece[:, ::-1] if rng.random() < 0.5 else piece)
    return np.stack(pieces)


def convolving() -> torch.autocast:
    return torch.autocast("cpu", torch.bfloat16)


class Training:
    """The networks, their optimisers and the average: made anew, or as the folder's checkpoint has them."""

    def __init__(self, arguments: argparse.Namespace):
        self.arguments, self.name, self.folder = arguments, arguments.name, arguments.folder
        self.step = self.accurate_step if self.name == "accurate" else self.sharp_step
        torch.manual_seed(0)
        self.net = Upscaler(CHANNELS, BLOCKS).to(memory_format=torch.channels_last)
        if arguments.start:
            saved = torch.load(arguments.start / "checkpoint.pt", weights_only=True)
            self.net.load_state_dict(saved["average"])
        self.average = copy.deepcopy(self.net).eval()
        self.critic = patch_critic(32).to(memory_format=torch.channels_last)
        self.opt_net = torch.optim.Adam(self.net.parameters(), betas=BETAS[self.name])
        self.opt_critic = torch.optim.Adam(self.critic.parameters(), betas=(0.0, 0.99))
        self.parts = dict(
            net=self.net, average=self.average, critic=self.critic, opt_net=self.opt_net, opt_critic=self.opt_critic
        )
        self.done, self.seconds, self.checkpoint = 0, 0.0, self.folder / "checkpoint.pt"
        if self.checkpoint.exists():
            saved = torch.load(self.checkpoint, weights_only=True)
            for part, content in self.parts.items():
                content.load_state_dict(saved[part])
            self.done, self.seconds = saved["step"], saved["seconds"]

    def run(self) -> None:
        ended, saved, losses = [], time.monotonic(), []
        signal.signal(signal.SIGTERM, lambda *_: ended.append(True))
        known = photographs("train")
        held_out = np.concatenate([part[:: len(part) // HELD_OUT][:HELD_OUT] for part in photographs("test")])
        reference, small = patch_features(held_out), [shrink_picture(picture) for picture in held_out]
        while self.seconds < 3600 * self.arguments.hours and not ended:
            start = time.process_time()
            falling = 0.05 + 0.95 * (1 + math.cos(math.pi * self.seconds / (3600 * self.arguments.hours))) / 2
            for optimiser, rate in zip((self.opt_net, self.opt_critic), RATES[self.name]):
                optimiser.param_groups[0]["lr"] = rate * falling
            picked = data.to_batch(crops(known, np.random.default_rng([1, self.done])))
            losses.append(self.step(picked.contiguous(memory_format=torch.channels_last)))
            self.done += 1
            ema_update(self.average, self.net, min(AVERAGE, self.done / (self.done + 10)))
            self.seconds += time.process_time() - start
            if self.done % 1000 == 0:
                made = [enlarge_picture(self.average, each) for each in small]
                distance = frechet_distance(reference, patch_features(made))
                fidelity = np.mean([psnr(a, b) for a, b in zip(made, held_out)])
                print(
                    f"{self.done}: {self.seconds:.0f} s, {fidelity:.3f} dB, patches {distance:.3f}",
                    *np.mean(losses, 0).round(5),
                    flush=True,
                )
                losses.clear()
                write_sheet(self.folder / f"{self.done:06d}.png", np.stack(made[:: len(made) // 16][:16]))
            if ended or time.monotonic() - saved > CHECKPOINT_SECONDS:
                self.save()
                saved = time.monotonic()
        self.save()

    def accurate_step(self, true: torch.Tensor) -> tuple[float, ...]:
        with convolving():
            made = self.net(shrink(true))
        loss = F.mse_loss(made.float(), true)
        descend(self.opt_net, loss)
        return (loss.item(),)

    def sharp_step(self, true: torch.Tensor) -> tuple[float, ...]:
        """Lesson 11's: squared error, features of the first two of ImageNet's maps, relativistic average loss."""
        with convolving():
            made = self.net(shrink(true))
            d_loss = relativistic_average_loss(self.critic(true).float(), self.critic(made.detach()).float())
        descend(self.opt_critic, d_loss)
        self.critic.requires_grad_(False)
        with convolving():
            with torch.no_grad():
                of_true = self.critic(true).float()
            g_loss = relativistic_average_loss(self.critic(made).float(), of_true)
            seen = perceptual_loss(lambda x: [each.float() for each in imagenet_eyes()(x, 2)], made, true)
        error = F.mse_loss(made.float(), true)
        weights = self.arguments
        descend(self.opt_net, error + weights.perceptual * seen + weights.adversarial * g_loss)
        self.critic.requires_grad_(True)
        return error.item(), seen.item(), d_loss.item(), g_loss.item()

    def save(self) -> None:
        facts = {"step": self.done, "seconds": self.seconds}
        torch.save({name: part.state_dict() for name, part in self.parts.items()} | facts, self.folder / "new.pt")
        (self.folder / "new.pt").replace(self.checkpoint)

    def export(self) -> None:
        """Weights in half precision and their card, with the numbers of what is shipped on the usual photographs."""
        net = copy.deepcopy(self.average).half()
        self.average.load_state_dict(net.state_dict())
        card = {
            "data": " and ".join(SETS),
            "channels": CHANNELS,
            "blocks": BLOCKS,
            "steps": self.done,
            "batch_size": BATCH,
            "train_seconds": round(self.seconds, 1),
            "hardware": "1 CPU thread, x86_64",
            "precision": "trained with convolutions in bfloat16; stored in half precision (float16)",
            "protocol": "x4 of antialiased bicubic in 8 bits; PSNR and SSIM on Y (16 to 235) without a border of 4",
            "evaluation": {name: self.measured(name) for name in ("set5", "set14", "bsd68")},
        }
        if self.name == "sharp":
            card["loss_weights"] = {"perceptual": self.arguments.perceptual, "adversarial": self.arguments.adversarial}
        file = paths.root() / "course" / "weights" / f"{WEIGHTS[self.name]}.safetensors"
        save_weights(net, file, stage="11-super-resolution")
        file.with_suffix(".json").write_text(json.dumps(card, indent=1) + "\n", "utf-8")
        print(json.dumps(card, indent=1))

    def measured(self, name: str) -> dict[str, float]:
        """Mean PSNR and SSIM of a folder of `data.load_originals`, whose pictures are cut to multiples of 4."""
        values = []
        for picture in data.load_originals(name).values():
            true = picture[: len(picture) // 4 * 4, : picture.shape[1] // 4 * 4]
            made = enlarge_picture(self.average, shrink_picture(true))
            values.append((psnr(made, true), ssim(made, true)))
        return {"psnr": float(np.mean(values, 0)[0]), "ssim": float(np.mean(values, 0)[1]), "pictures": len(values)}


if __name__ == "__main__":
    main()
