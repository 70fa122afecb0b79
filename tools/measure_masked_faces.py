"""Measure lesson 15's shipped generators as the lesson does, and write the numbers into their cards.

    python tools/measure_masked_faces.py aligned-faces     (wants the photographs: a mirror, or a network)
    python tools/measure_masked_faces.py drawn-faces

A card in course/weights/ keeps what else it says: how the generator was trained, who is in the data, the terms of use.
"""

import argparse
import json
import sys

from gancourse.keras import load_weights  # isort: skip (first, so that TensorFlow starts quietly)
import numpy as np
import torch

from gancourse import data, metrics, paths
from gancourse.keras.training import as_torch
from gancourse.trained import sampling
from gancourse.trained.sampling import SHIPPED

SAMPLES, PART = 2000, 50


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", choices=SHIPPED["15-masked-face-gan"])
    name = parser.parse_args().data
    shipped = SHIPPED["15-masked-face-gan"][name]
    train, test = (data.load(name, split, 64) for split in ("train", "test"))
    if name == "aligned-faces" and "draw_faces" in train.source:
        sys.exit("the photographs are wanted: `gancourse data fetch aligned-faces`")
    file = paths.root() / "course" / "weights" / f"{shipped.weights}.safetensors"
    generator = load_weights(shipped.build(), file)
    ruler = metrics.feature_net("aligned-faces")
    parts = [
        sampling.draw(as_torch(generator), shipped.latent_dim, (0, 1), PART, seed)
        for seed in range(SAMPLES // PART // 2)
    ]
    made, ordered = np.concatenate(parts), np.tile(np.repeat((0, 1), PART), len(parts))
    known = np.concatenate([train.images, train.images[:, :, ::-1]])
    nearest = [_nearest(ruler.features(each), ruler.features(known)) for each in (made, test.images)]
    reference = {"reference": test} if name == "drawn-faces" else {}
    order = iter(np.random.default_rng(0).permutation(SAMPLES))

    def sample(n, rng):
        return data.to_batch(made[[next(order) for _ in range(n)]])

    facts = {
        "data": train.source,
        "evaluation": {"average": metrics.evaluate(sample, "aligned-faces", SAMPLES, **reference)},
        "obedience": float((ruler.probabilities(made).argmax(1) == ordered).mean()),
        "spectrum": {
            "fine_power": metrics.fine_power(test.images, made),
            "peak_2": metrics.checker_peak(made, 2),
            "peak_4": metrics.checker_peak(made, 4),
        },
        "copying": {  # of the training pictures and their mirror images; 0.5: as new as unseen pictures
            "pixels": metrics.copying_score(made[::4], test.images[:500], known),
            "features": float((nearest[0][:, None] < nearest[1]).mean()),
        },
    }
    card = file.with_suffix(".json")
    kept = json.loads(card.read_text("utf-8")) if card.exists() else {}
    card.write_text(json.dumps(kept | facts, indent=1) + "\n", "utf-8")
    print(json.dumps(facts, indent=1))


def _nearest(features: np.ndarray, known: np.ndarray) -> np.ndarray:
    return torch.cdist(torch.from_numpy(features), torch.from_numpy(known)).min(1).values.numpy()


if __name__ == "__main__":
    main()
