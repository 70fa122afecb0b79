"""Train the classifier in whose features the course measures, and write it to course/weights/.

    python tools/train_features.py fashion-mnist
    python tools/train_features.py cifar10
    python tools/train_features.py aligned-faces    (wants the photographs: a mirror, or a network)

Labels are learned with AdamW and one cycle of the learning rate, on pictures that are shifted by up to two pixels and
mirrored at random. The safetensors' header holds what `gancourse.metrics.feature_net` needs to know; a card with the
numbers lies beside it. New weights are a new ruler: every distance in the course has to be measured anew.

"Mask or not" alone would make features that see masks and little else. So the ruler for faces learns more than it
keeps: on drawn faces, which are half of its pictures, what else there is to see of a face, and on all of them which way
a picture was turned. Those heads are thrown away with the training.
"""

import argparse
import json
import sys
import time
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn
from tqdm import tqdm

from gancourse import data, paths
from gancourse.nets.features import feature_classifier
from gancourse.train import device, save_weights

RECIPES = {
    "fashion-mnist": dict(widths=(16, 48, 96), epochs=10),
    "cifar10": dict(widths=(32, 64, 128), epochs=12),
    "aligned-faces": dict(widths=(8, 16, 32, 64, 128), epochs=10, size=64),
}
BATCH_SIZE, LEARNING_RATE, WEIGHT_DECAY = 128, 6e-3, 0.02
UNKNOWN = -1  # an attribute that nobody recorded
ATTRIBUTES = ("skin", "hair", "style", "glasses", "beard", "mask", "fit")


def augmented(x: torch.Tensor) -> torch.Tensor:
    """Each picture shifted by -2 to 2 pixels both ways (the edge is repeated) and mirrored or not."""
    n, _, height, width = x.shape
    padded = F.pad(x, (2, 2, 2, 2), mode="replicate")
    top, left = torch.randint(5, (2, n, 1))
    columns = left + torch.arange(width)
    columns = torch.where(torch.rand(n, 1) < 0.5, columns, columns.flip(1))
    rows = top + torch.arange(height)
    picture = torch.arange(n)[:, None, None]
    return padded[picture, :, rows[:, :, None], columns[:, None, :]].permute(0, 3, 1, 2).contiguous()


@torch.no_grad()
def accuracy(net: torch.nn.Module, images: data.ImageSet, on: torch.device) -> float:
    answers = [net(x.to(on)).argmax(1).cpu() == y for x, y in data.batches(images, 500, shuffle=False, drop_last=False)]
    return torch.cat(answers).float().mean().item()


class Faces(nn.Module):
    """The classifier's trunk with the heads that teach it, and their loss.

    `targets` {name: classes' indices (pictures,), UNKNOWN where nobody knows}; "class" is the one that is kept.
    """

    def __init__(self, net: nn.Sequential, targets: dict[str, torch.Tensor]):
        super().__init__()
        self.net, self.targets = net, targets
        counts = {name: int(values.max()) + 1 for name, values in targets.items() if name != "class"}
        self.heads = nn.ModuleDict({name: nn.Linear(net[-1].in_features, n) for name, n in counts.items()})
        self.turn = nn.Linear(net[-1].in_features, 4)

    def forward(self, x: torch.Tensor, indices: torch.Tensor) -> torch.Tensor:
        features = self.net[:-1](x)
        on = features.device
        loss = F.cross_entropy(self.net[-1](features), self.targets["class"][indices].to(on))
        for name, head in self.heads.items():
            known = self.targets[name][indices].to(on)
            loss = loss + 0.3 * F.cross_entropy(head(features), known, ignore_index=UNKNOWN)
        quarters = [part.rot90(turns, (2, 3)) for turns, part in enumerate(x[: len(x) // 4].chunk(4))]
        turns = torch.cat([torch.full((len(part),), i) for i, part in enumerate(quarters)]).to(on)
        return loss + 0.3 * F.cross_entropy(self.turn(self.net[:-1](torch.cat(quarters))), turns)


def faces_to_learn(photographs: data.ImageSet) -> tuple[data.ImageSet, dict[str, torch.Tensor]]:
    """As many drawn faces as photographs beside them, and what is known of all; labels are places in that list."""
    drawn = data.draw_faces(len(photographs), seed=2, size=photographs.images.shape[1])  # 0 and 1: train and test
    unknown = torch.full((len(photographs),), UNKNOWN)
    targets = {"class": torch.from_numpy(np.concatenate([photographs.labels, drawn.labels]))}
    for name in ATTRIBUTES:
        index = np.unique(drawn.attributes[name], return_inverse=True)[1]
        targets[name] = torch.cat([unknown, torch.from_numpy(index)])
    images = np.concatenate([photographs.images, drawn.images])
    return replace(photographs, images=images, labels=np.arange(len(images))), targets


def task(name: str, net: nn.Sequential, train: data.ImageSet) -> tuple[data.ImageSet, Callable, nn.Module]:
    """The pictures to learn from, loss(x, y) of a batch of them, and the module that learns."""
    if name != "aligned-faces":
        return train, lambda x, y: F.cross_entropy(net(x), y.to(x.device)), net
    if "draw_faces" in train.source:
        sys.exit("the ruler for faces wants the photographs: `gancourse data fetch aligned-faces`")
    pictures, targets = faces_to_learn(train)
    faces = Faces(net, targets).to(next(net.parameters()).device)
    return pictures, faces, faces


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("name", choices=RECIPES)
    parser.add_argument("--epochs", type=int)
    options = parser.parse_args()
    recipe = RECIPES[options.name]
    epochs = options.epochs or recipe["epochs"]

    torch.manual_seed(0)
    train, test = (data.load(options.name, split, recipe.get("size")) for split in ("train", "test"))
    on = device()
    facts = {"channels": train.images.shape[-1], "widths": recipe["widths"], "classes": train.classes}
    facts |= {"size": recipe["size"]} if "size" in recipe else {}
    net = feature_classifier(facts["channels"], recipe["widths"], len(train.classes)).to(on)
    pictures, loss_of, learner = task(options.name, net, train)
    batches = data.batches(pictures, BATCH_SIZE)
    optimizer = torch.optim.AdamW(learner.parameters(), weight_decay=WEIGHT_DECAY)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, LEARNING_RATE, total_steps=epochs * len(batches))
    began = time.perf_counter()
    for epoch in range(epochs):
        for x, y in tqdm(batches, f"epoch {epoch + 1} of {epochs}", leave=False, mininterval=2):
            loss = loss_of(augmented(x).to(on), y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
        print(f"epoch {epoch + 1}: loss of the last batch {loss.item():.3f}", flush=True)
    net.eval()
    facts["test_accuracy"] = round(accuracy(net, test, on), 4)
    file = paths.root() / "course" / "weights" / f"features-{options.name}.safetensors"
    save_weights(net, file, **facts)
    card = facts | {
        "data": f"{options.name} train, {len(train):,} pictures",
        "features": recipe["widths"][-1],
        "parameters": sum(p.numel() for p in net.parameters()),
        "epochs": epochs,
        "seconds": round(time.perf_counter() - began),
        "hardware": f"{on.type}, {torch.get_num_threads()} threads",
        "torch": torch.__version__,
    }
    if options.name == "aligned-faces":
        card["data"] += f", and {len(pictures) - len(train):,} drawn faces"
        card["learned_and_thrown_away"] = [*ATTRIBUTES, "rotation"]
    file.with_suffix(".json").write_text(json.dumps(card, indent=1) + "\n", "utf-8")
    print(f"{facts['test_accuracy']:.1%} of {len(test):,} test pictures right; {file.stat().st_size / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
