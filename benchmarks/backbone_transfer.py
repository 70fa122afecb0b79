"""What pretraining is worth: one task, few and many labels, six ways to learn it.

    python benchmarks/backbone_transfer.py [WAY ...] [--labels 20 100 all]        (what isn't named keeps its numbers)

The task is lesson 14's, mask or no mask. Learnt from are 20 or 100 labels per class of 2,145 training photographs,
three draws each, the same for all ways, or all of them, once. Measured on the 500 training photographs that
`course_mini`'s pretraining never saw (`tools/train_course_mini.py`); the test split plays no part. Writes
course/results/backbone-transfer.json, which the lesson shows, and prints it as a table.

- Linear probes (`gancourse.keras.detector.probe`) on the mean of each map of a frozen backbone.
- Fine-tuning: from the probe on, all weights, mild augmentation, Adam's rate as the backbone says, falling to 0.
- From scratch: lesson 14's small net, its augmentation and its rate, five times as many steps, since each is cheaper.

`--rates` prints, for one draw of 100 labels per class, what fine-tuning gives with other rates. Needs the photographs.
"""

import argparse
import json
import sys
import time
from functools import partial
from importlib import import_module

import gancourse.keras  # noqa: F401  # isort: skip (first, so that TensorFlow starts quietly)
import keras
import numpy as np
import tensorflow as tf

from gancourse import data, paths
from gancourse.keras import batches, to_batch
from gancourse.keras.augment import classical
from gancourse.keras.backbones import backbone
from gancourse.keras.detector import Augmentation, detector_net, pooled, probe, probed

sys.path.insert(0, str(paths.root() / "tools"))
tool = import_module("train_course_mini")

RESULTS = paths.root() / "course" / "results" / "backbone-transfer.json"
LABELS, DRAWS, BATCH_SIZE = ("20", "100", "all"), 3, 32
STEPS = {"20": 60, "100": 60, "all": 140}
SIZES = {"course_mini": 64, "MobileNetV2": 96}
WAYS = (
    "MobileNetV2 untrained, probe",
    "course_mini, probe",
    "MobileNetV2, probe",
    "small net, from scratch",
    "course_mini, fine-tuned",
    "MobileNetV2, fine-tuned",
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("ways", nargs="*", metavar="WAY", help=f"of {'; '.join(WAYS)}")
    parser.add_argument("--labels", nargs="+", choices=LABELS, default=LABELS)
    parser.add_argument("--rates", metavar="BACKBONE", choices=SIZES)
    options = parser.parse_args()
    tf.config.threading.set_intra_op_parallelism_threads(1)
    if options.rates:
        way = f"{options.rates}, fine-tuned"
        train, held = parts(way)
        for rate in (1e-3, 3e-4, 1e-4, 3e-5):
            learner = Trained(options.rates, train, STEPS["100"], rate)
            chosen = train[tool.few_labels(train.labels, 100, 0)]
            print(f"{rate:g}: {np.mean((learner.scores(chosen, held, 0) > 0) == held.labels):.1%}", flush=True)
        return
    for way in options.ways or WAYS:
        for n in options.labels:
            accuracies, pixels = measured(way, n)
            known = json.loads(RESULTS.read_text("utf-8"))["rows"] if RESULTS.exists() else {}
            known[way] = known.get(way, {}) | {"pixels": pixels, n: accuracies}
            rows = {name: known[name] for name in WAYS if name in known}
            protocol = {"draws": DRAWS, "measured_on": "500 training photographs that course_mini never saw"}
            RESULTS.write_text(json.dumps({"protocol": protocol, "rows": rows}, indent=1) + "\n", "utf-8")
    print(f"| | {' | '.join(f'{n} labels per class' for n in LABELS)} |\n" + "|---" * (len(LABELS) + 1) + "|")
    for way, row in json.loads(RESULTS.read_text("utf-8"))["rows"].items():
        print(
            f"| {way}, {row['pixels']} pixels | "
            + " | ".join(spread(row[n]) if n in row else "-" for n in LABELS)
            + " |"
        )


def spread(accuracies: list[float]) -> str:
    return f"{np.mean(accuracies):.1%} ({min(accuracies):.1%} to {max(accuracies):.1%})"


def parts(way: str) -> tuple[data.ImageSet, data.ImageSet]:
    """The photographs to learn from and those held out, at the size that the way wants."""
    images = data.load("masked-faces", "train", size=SIZES.get(way.split(",")[0].split()[0], 64))
    if "draw_faces" in images.source:
        sys.exit("This measures on photographs, and there are none: gancourse data fetch masked-faces")
    order = np.random.default_rng(0).permutation(len(images))  # as tools/train_course_mini.py divides them
    return images[np.sort(order[tool.HELD_OUT :])], images[np.sort(order[: tool.HELD_OUT])]


def measured(way: str, n: str) -> tuple[list[float], int]:
    """The accuracy of each draw of n labels per class, and the pictures' size."""
    began = time.process_time()
    train, held = parts(way)
    pixels, accuracies = train.images.shape[1], []
    name, how = way.split(", ")
    learner = Probed(name, train, held) if how == "probe" else Trained(name, train, STEPS[n])
    for draw in range(1 if n == "all" else DRAWS):
        rows = np.arange(len(train)) if n == "all" else tool.few_labels(train.labels, int(n), draw)
        scores = learner.scores(rows) if how == "probe" else learner.scores(train[rows], held, draw)
        accuracies.append(round(float(np.mean((scores > 0) == held.labels)), 4))
        print(way, n, accuracies, f"{time.process_time() - began:.0f} s", file=sys.stderr, flush=True)
    return accuracies, pixels


class Probed:
    """A frozen backbone, whose features are computed once."""

    def __init__(self, name: str, train: data.ImageSet, held: data.ImageSet):
        eyes = backbone(name.split()[0], train.images.shape[1], "random" if "untrained" in name else "auto")
        self.features, self.others = pooled(eyes, train.images), pooled(eyes, held.images)
        self.labels = train.labels

    def scores(self, rows: np.ndarray) -> np.ndarray:
        """The held-out pictures' logits by a probe on these rows."""
        weights, bias = probe(self.features[rows], self.labels[rows])
        return self.others @ weights + bias


class Trained:
    """A net that is trained anew for each draw, in every layer; built once, since TensorFlow takes long over that."""

    def __init__(self, name: str, train: data.ImageSet, steps: int, rate: float | None = None):
        self.eyes = None if name == "small net" else backbone(name, train.images.shape[1])
        self.steps = steps if self.eyes else 5 * steps
        if self.eyes:
            self.net, self.frozen, rate = (
                probed(self.eyes),
                pooled(self.eyes, train.images),
                rate or self.eyes.learning_rate,
            )
            self.eyes.model.trainable = True
        else:
            self.net, rate = detector_net(), 3e-3
        self.rows = {picture.tobytes(): row for row, picture in enumerate(train.images)}
        falling = keras.optimizers.schedules.CosineDecay(
            rate / 20, self.steps - self.steps // 5, warmup_target=rate, warmup_steps=self.steps // 5
        )
        optimizer = keras.optimizers.AdamW(falling, weight_decay=0.05, beta_2=0.99)
        optimizer.exclude_from_weight_decay(var_names=["bias", "gamma", "beta"])
        loss = keras.losses.BinaryCrossentropy(from_logits=True, label_smoothing=0.1)
        self.net.compile(optimizer, loss, jit_compile=False)
        optimizer.build(self.net.trainable_variables)
        self.state = [*self.net.weights, *optimizer.variables]
        self.start = [variable.numpy() for variable in self.state]

    def scores(self, train: data.ImageSet, held: data.ImageSet, seed: int) -> np.ndarray:
        """The held-out pictures' logits after training; the rate climbs for a fifth of the steps, then falls to 0."""
        keras.utils.set_random_seed(seed)
        for variable, value in zip(self.state, self.start):
            variable.assign(value)
        if self.eyes:  # a backbone begins with its probe
            features = self.frozen[[self.rows[picture.tobytes()] for picture in train.images]]
            weights, bias = probe(features, train.labels)
            self.net.layers[-1].set_weights([weights[:, None], np.array([bias])])
            views = classical
        else:
            self.net.set_weights(detector_net().get_weights())
            augment = Augmentation()
            views = partial(augment, training=True)
        pictures, answers = tf.constant(train.images), tf.constant(train.labels)
        order = tf.data.Dataset.range(len(train)).shuffle(len(train)).repeat().batch(BATCH_SIZE)
        seen = order.map(lambda i: (views(to_batch(tf.gather(pictures, i))), tf.gather(answers, i))).prefetch(2)
        self.net.fit(seen, steps_per_epoch=self.steps, shuffle=False, verbose=0)
        watched = batches(held, 100, shuffle=False, drop_last=False).map(lambda x, _: x)
        return self.net.predict(watched, verbose=0)[:, 0]


if __name__ == "__main__":
    main()
