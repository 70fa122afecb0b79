"""Train the classifier in whose features the course measures, and write it to course/weights/.

    python tools/train_features.py fashion-mnist
    python tools/train_features.py cifar10

Labels are learned with AdamW and one cycle of the learning rate, on pictures that are shifted by up to two pixels and
mirrored at random. The safetensors' header holds what `gancourse.metrics.feature_net` needs to know; a card with the
numbers lies beside it. New weights are a new ruler: every distance in the course has to be measured anew.
"""

import argparse
import json
import time

import torch
import torch.nn.functional as F
from tqdm import tqdm

from gancourse import data, paths
from gancourse.nets.features import feature_classifier
from gancourse.train import device, save_weights

RECIPES = {
    "fashion-mnist": dict(widths=(16, 48, 96), epochs=10),
    "cifar10": dict(widths=(32, 64, 128), epochs=12),
}
BATCH_SIZE, LEARNING_RATE, WEIGHT_DECAY = 128, 6e-3, 0.02


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


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("name", choices=RECIPES)
    parser.add_argument("--epochs", type=int)
    options = parser.parse_args()
    recipe = RECIPES[options.name]
    epochs = options.epochs or recipe["epochs"]

    torch.manual_seed(0)
    train, test = data.load(options.name), data.load(options.name, "test")
    on = device()
    facts = {"channels": train.images.shape[-1], "widths": recipe["widths"], "classes": train.classes}
    net = feature_classifier(facts["channels"], recipe["widths"], len(train.classes)).to(on)
    batches = data.batches(train, BATCH_SIZE)
    optimizer = torch.optim.AdamW(net.parameters(), weight_decay=WEIGHT_DECAY)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, LEARNING_RATE, total_steps=epochs * len(batches))
    began = time.perf_counter()
    for epoch in range(epochs):
        for x, y in tqdm(batches, f"epoch {epoch + 1} of {epochs}", leave=False):
            loss = F.cross_entropy(net(augmented(x).to(on)), y.to(on))
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
    file.with_suffix(".json").write_text(json.dumps(card, indent=1) + "\n", "utf-8")
    print(f"{facts['test_accuracy']:.1%} of {len(test):,} test pictures right; {file.stat().st_size / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
