"""Train lesson 08's shipped generators on one CPU thread, for hours, and write them to course/weights/.

    python tools/train_style.py drawn-faces runs/08-faces      lesson 08's step, at 64 pixels
    python tools/train_style.py animal-faces runs/08-cats      cats, against a projected discriminator
    python tools/train_style.py animal-faces runs/08-cats --export

The second wants the photographs (a mirror, or imported). It goes on from the folder's checkpoint.pt, which it writes
every five minutes and when it is ended (SIGTERM). Every thousand steps: the Fréchet distance of 2,000 samples to
*training* pictures, and a sheet of samples. Over the last steps the learning rates fall to a tenth. Convolutions
compute in bfloat16, which is about twice as quick where the processor knows it.
"""

import argparse
import copy
import json
import signal
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image
from torch import nn

from gancourse import data, paths, plots
from gancourse.losses import discriminator_loss, generator_loss, r1_penalty
from gancourse.metrics import copying_score, evaluate, feature_net, frechet_distance
from gancourse.nets.projected import ProjectedDiscriminator, generator_loss_of_heads, hinge_of_heads
from gancourse.nets.style import mean_style, style_discriminator, style_generator
from gancourse.train import descend, ema_update, save_weights

SIZE, MIXING, CHECKPOINT_SECONDS = 64, 0.5, 300
SHAPE = (3, SIZE, SIZE)
RECIPES = {
    "drawn-faces": dict(
        weights="08-stylegan", ruler="aligned-faces", latent_dim=64, channels=16, batch=16, average=5_000,
        rates={0: (2.5e-3, 2.5e-3 * 16 / 17)}, steps=20_000, fall=6_000,
        facts={"discriminator": "gancourse.nets.style"},
    ),
    "animal-faces": dict(
        weights="08-stylegan-cats", ruler="cifar10", latent_dim=128, channels=32, batch=32, average=10_000,
        rates={0: (8e-3, 2e-4), 1_300: (4e-3, 3e-4)}, steps=8_900, fall=2_600,
        facts={
            "discriminator": "gancourse.nets.projected",
            "licence": "CC BY-NC 4.0, as the photographs: AFHQ by NAVER Corporation, resized",
        },
    ),
}  # fmt: skip
# `average`: half-life of the averaged generator, in pictures; `rates`: of G and D, by the step from which they hold;
# `fall`: over so many steps at the end they fall to a tenth
GAMMA, LAZY = 1.0, 16  # of the drawn faces' R1, whose every 16th step is D's 17th: hence its rate and second beta


def main() -> None:
    parser = argparse.ArgumentParser(description="Train lesson 08's shipped generators.")
    parser.add_argument("data", choices=RECIPES)
    parser.add_argument("folder", type=Path, help="For checkpoints and sheets.")
    parser.add_argument(
        "--export", action="store_true", help="Measure what has been trained on test pictures, ship it."
    )
    arguments = parser.parse_args()
    arguments.folder.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(1)
    training = Training(arguments.data, arguments.folder)
    if arguments.export:
        training.export()
    else:
        training.run()


def photographs_or_drawings(name: str, split: str) -> np.ndarray:
    """uint8 (n, SIZE, SIZE, 3): of the animals, the cats."""
    images = data.load(name, split, SIZE)
    return images.images[images.labels == images.classes.index("cat")] if "cat" in images.classes else images.images


def convolving() -> torch.autocast:
    return torch.autocast("cpu", torch.bfloat16)


def mixed_styles(generator: nn.Module, latent_dim: int, n: int) -> torch.Tensor:
    """The styles of n latents; with probability MIXING those from a random size on are another latent's."""
    w, other = generator.mapping(torch.randn(2 * n, latent_dim)).float().chunk(2)
    crossover = torch.randint(1, generator.levels, (n, 1))
    crossover[torch.rand(n) >= MIXING] = generator.levels
    own = torch.arange(generator.levels) < crossover
    return torch.where(own[:, :, None], generator.styles(w), generator.styles(other))


def augmented(x: torch.Tensor) -> torch.Tensor:
    """Pictures (n, 3, side, side) with other light, colour and contrast, moved by up to an eighth (the edge mirrored),
    and every second one with a hole: differentiable, after Zhao et al. 2020, arXiv:2006.10738."""
    n, _, side, _ = x.shape
    places, across = torch.arange(n)[:, None, None], torch.arange(side)

    def between(most: float) -> torch.Tensor:
        return (2 * torch.rand(n, 1, 1, 1) - 1) * most

    x = x + between(0.2)
    grey = x.mean(1, keepdim=True)
    x = grey + (x - grey) * (1 + between(0.4))
    mean = x.mean((1, 2, 3), keepdim=True)
    x = mean + (x - mean) * (1 + between(0.25))
    most = side // 8
    down, right = torch.randint(2 * most + 1, (2, n, 1, 1))
    rows = (across[:, None] + down).expand(n, side, side)
    columns = (across + right).expand(n, side, side)
    x = F.pad(x, (most,) * 4, mode="reflect").permute(0, 2, 3, 1)[places, rows, columns].permute(0, 3, 1, 2)
    hole = 3 * side // 8
    rows, columns = torch.randint(-(hole // 2), side - hole // 2, (2, n, 1, 1))
    tall, wide = across[:, None] - rows, across - columns
    inside = (tall >= 0) & (tall < hole) & (wide >= 0) & (wide < hole)
    return x.masked_fill((inside & (torch.rand(n, 1, 1) < 0.5))[:, None], 0.0)


class Training:
    """Both networks, their optimisers and the averaged generator: made anew, or as the folder's checkpoint has them."""

    def __init__(self, name: str, folder: Path):
        self.name, self.folder, self.recipe = name, folder, RECIPES[name]
        recipe, self.images = self.recipe, photographs_or_drawings(name, "train")
        torch.manual_seed(0)  # so latents that are to be looked at come from other seeds: see `mean_style`
        self.generator = style_generator(recipe["latent_dim"], SHAPE, recipe["channels"])
        self.generator = self.generator.to(memory_format=torch.channels_last)
        if name == "drawn-faces":
            self.step, betas = self.lesson_step, (0.0, 0.99 ** (LAZY / (LAZY + 1)))
            self.discriminator = style_discriminator(SHAPE, recipe["channels"])
            self.learning = list(self.discriminator.parameters())
        else:
            self.step, betas = self.projected_step, (0.0, 0.99)
            self.discriminator = ProjectedDiscriminator(data.to_batch(self.images[:64]))
            self.learning = self.discriminator.learning()
        self.discriminator.to(memory_format=torch.channels_last)
        self.average = copy.deepcopy(self.generator).eval()
        self.opt_g = torch.optim.Adam(self.generator.parameters(), betas=(0.0, 0.99))
        self.opt_d = torch.optim.Adam(self.learning, betas=betas)
        self.parts = dict(
            G=self.generator, D=self.discriminator, average=self.average, opt_g=self.opt_g, opt_d=self.opt_d
        )
        self.done, self.seconds, self.checkpoint = 0, 0.0, folder / "checkpoint.pt"
        if self.checkpoint.exists():
            saved = torch.load(self.checkpoint, weights_only=True)
            for part, content in self.parts.items():
                content.load_state_dict(saved[part])
            self.done, self.seconds = saved["step"], saved["seconds"]

    def run(self) -> None:
        ended, saved = [], time.monotonic()
        signal.signal(signal.SIGTERM, lambda *_: ended.append(True))
        recipe, losses = self.recipe, []
        ruler = feature_net(recipe["ruler"])
        real = ruler.features(self.images[:2000])
        while self.done < recipe["steps"] and not ended:
            if self.done % 100 == 0:
                torch.manual_seed(self.done)
            falling = min(1.0, max(0.1, (recipe["steps"] - self.done) / recipe["fall"]))
            rates = next(rates for first, rates in reversed(recipe["rates"].items()) if self.done >= first)
            for optimiser, rate in zip((self.opt_g, self.opt_d), rates):
                optimiser.param_groups[0]["lr"] = rate * falling
            start = time.process_time()
            losses.append(self.step())
            self.seconds += time.process_time() - start
            self.done += 1
            if self.done % 1000 == 0:
                distance = frechet_distance(real, ruler.features(self.draw(2000)))
                print(
                    f"{self.done}: {self.seconds:.0f} s, distance {distance:.2f}",
                    *np.mean(losses, 0).round(3),
                    flush=True,
                )
                losses.clear()
                rows = [plots.tile(self.draw(20, psi), 10) for psi in (1.0, 0.7)]
                Image.fromarray(np.concatenate(rows)).save(self.folder / f"{self.done:06d}.png")
            if ended or self.done == recipe["steps"] or time.monotonic() - saved > CHECKPOINT_SECONDS:
                self.save()
                saved = time.monotonic()

    def real_and_noise(self) -> tuple[torch.Tensor, Callable[[], torch.Tensor]]:
        """A batch of real pictures, and what draws as many."""
        n = self.recipe["batch"]
        real = data.to_batch(self.images[torch.randint(len(self.images), (n,)).numpy()])

        def fake() -> torch.Tensor:
            synthesis = self.generator.synthesis
            return synthesis(mixed_styles(self.generator, self.recipe["latent_dim"], n), synthesis.noise(n)).float()

        return real.contiguous(memory_format=torch.channels_last), fake

    def lesson_step(self) -> tuple[float, float]:
        """Logistic loss, and R1 by itself at every LAZY-th step, in full precision."""
        real, draw = self.real_and_noise()
        with convolving():
            fake = draw()
            d_loss = discriminator_loss(self.discriminator(real).float(), self.discriminator(fake.detach()).float())
        descend(self.opt_d, d_loss)
        if (self.done + 1) % LAZY == 0:
            descend(self.opt_d, LAZY * GAMMA / 2 * r1_penalty(self.discriminator, real))
        self.discriminator.requires_grad_(False)
        with convolving():
            g_loss = generator_loss(self.discriminator(fake).float())
        return self.generator_learns(d_loss, g_loss)

    def projected_step(self) -> tuple[float, float]:
        """The hinge loss of each head, on pictures mirrored and changed at random; ImageNet looks at them once."""
        real, draw = self.real_and_noise()
        real = augmented(torch.where(torch.rand(len(real), 1, 1, 1) < 0.5, real.flip(3), real))
        with convolving():
            fake = augmented(draw())
            seen = self.discriminator.look(fake)
            of_fake = self.discriminator(fake.detach(), [each.detach() for each in seen])
            with torch.no_grad():
                seen_real = self.discriminator.look(real)
            d_loss = hinge_of_heads(
                [each.float() for each in self.discriminator(real, seen_real)], [each.float() for each in of_fake]
            )
        descend(self.opt_d, d_loss)
        self.discriminator.requires_grad_(False)
        with convolving():
            g_loss = generator_loss_of_heads([each.float() for each in self.discriminator(fake, seen)])
        return self.generator_learns(d_loss, g_loss)

    def generator_learns(self, d_loss: torch.Tensor, g_loss: torch.Tensor) -> tuple[float, float]:
        descend(self.opt_g, g_loss)
        for parameter in self.learning:
            parameter.requires_grad_(True)
        n = self.recipe["batch"]
        half_life = min(self.recipe["average"], 0.05 * n * (self.done + 1))  # short at first
        ema_update(self.average, self.generator, 0.5 ** (n / half_life))
        return d_loss.item(), g_loss.item()

    @torch.no_grad()
    def draw(self, n: int, psi: float = 1.0) -> np.ndarray:
        """Pictures of the averaged generator, always of the same latents."""
        rng, net = torch.Generator().manual_seed(1), self.average
        mean, parts = mean_style(net.mapping, self.recipe["latent_dim"]), []
        for start in range(0, n, 50):
            w = net.mapping(torch.randn(min(50, n - start), self.recipe["latent_dim"], generator=rng))
            parts.append(net.synthesis(net.styles(mean + psi * (w - mean)), net.synthesis.noise(len(w), rng)))
        return np.concatenate([data.to_pictures(part) for part in parts])

    def save(self) -> None:
        facts = {"step": self.done, "seconds": self.seconds}
        torch.save({name: part.state_dict() for name, part in self.parts.items()} | facts, self.folder / "new.pt")
        (self.folder / "new.pt").replace(self.checkpoint)

    def export(self) -> None:
        """Weights in half precision and their card, with the numbers of what is shipped against test pictures."""
        recipe, pictures = self.recipe, photographs_or_drawings(self.name, "test")
        ruler = feature_net(recipe["ruler"])
        generator = copy.deepcopy(self.average).half()
        self.average.load_state_dict(generator.state_dict())
        reference = data.ImageSet(pictures, np.zeros(len(pictures), np.int64), ("pictures",), self.name, "test", "")

        def sample(n: int, rng: torch.Generator) -> torch.Tensor:
            return self.average(torch.randn(n, recipe["latent_dim"], generator=rng), rng).detach()

        card = {
            "data": self.name,
            "latent_dim": recipe["latent_dim"],
            "channels": recipe["channels"],
            "size": SIZE,
            "steps": self.done,
            "batch_size": recipe["batch"],
            "train_seconds": round(self.seconds, 1),
            "hardware": "1 CPU thread, x86_64",
            **recipe["facts"],
            "precision": "trained with convolutions in bfloat16; stored in half precision (float16)",
            "evaluation": {"average": evaluate(sample, recipe["ruler"], 2_000, seed=1, reference=reference)},
        }
        made, known = self.draw(500), self.images
        if self.name == "animal-faces":  # it was trained on mirror images, too
            known = np.concatenate([known, known[:, :, ::-1]])
        near = [_nearest(ruler.features(each), ruler.features(known)) for each in (made, pictures[:500])]
        card["copying"] = {  # 0.5: as new as unseen pictures
            "pixels": copying_score(made, pictures[:500], known),
            "features": float((near[0][:, None] < near[1]).mean()),
        }
        file = paths.root() / "course" / "weights" / f"{recipe['weights']}.safetensors"
        save_weights(generator, file, stage="08-stylegan", latent_dim=recipe["latent_dim"])
        file.with_suffix(".json").write_text(json.dumps(card, indent=1) + "\n", "utf-8")
        print(json.dumps(card, indent=1))


def _nearest(features: np.ndarray, known: np.ndarray) -> np.ndarray:
    return torch.cdist(torch.from_numpy(features), torch.from_numpy(known)).min(1).values.numpy()


if __name__ == "__main__":
    main()
