"""What `course_mini`'s pretraining is worth: accuracy on masked-faces' test split with few labelled photographs.

First the card's comparison of pretexts. Then four ways to use the architecture at 64 pixels: a linear probe on its maps
with random weights, the same with the shipped ones, training all of it from scratch, and fine-tuning from the shipped
ones (batch norm in inference mode, a lower rate). Training takes the same steps, the same augmentation and the same
labelled pictures, three draws of them. Last its speed beside MobileNetV2: pictures a second, there and back to the
pictures, as a GAN's discriminator needs it.

Without the photographs, drawn faces stand in; `course_mini` knows those, and a line says so. Prints Markdown tables;
exits 1 where the probe on shipped weights isn't better than on random ones, or `course_mini` less than 4 times as fast.
"""

import json
import sys
import time
from collections.abc import Callable
from importlib import import_module

import gancourse.keras  # isort: skip (first, so that TensorFlow starts quietly)
import keras
import numpy as np
import tensorflow as tf

from gancourse import data, paths
from gancourse.keras.backbones import backbone, course_mini

sys.path.insert(0, str(paths.root() / "tools"))
tool = import_module("train_course_mini")

LABELS_PER_CLASS, SEEDS = (20, 100), (0, 1, 2)
STEPS, BATCH_SIZE = 120, 32
RATES = {"from scratch": 3e-3, "course_mini, fine-tuned": 1e-3}
SPEED_PICTURES, SPEED_REPEATS, WANTED_RATIO = 64, 9, 4


def main() -> int:
    """Run and print everything; returns the exit status."""
    keras.utils.set_random_seed(0)
    train, test = (data.load("masked-faces", split, size=64) for split in ("train", "test"))
    nets = {
        "random features, linear probe": backbone("course_mini", 64, "random").model,
        "course_mini, linear probe": backbone("course_mini", 64).model,
    }
    comparison = json.loads(tool.CARD.read_text("utf-8"))["comparison"]
    print(f"Pretexts after {comparison['steps']} steps each ({comparison['protocol']}):\n\n| | |\n|---|---|")
    for pretext, row in comparison["rows"].items():
        print(f"| {pretext} | {row['accuracy']:.1%} ± {row['sd']:.1%} |")
    print(f"\nThe weights of the course on {len(test)} test pictures from {train.source},")
    print(f"mean of {len(SEEDS)} draws (least to most):\n")
    print(f"| | {' | '.join(f'{n} labels a class' for n in LABELS_PER_CLASS)} |")
    print("|---|" + "---|" * len(LABELS_PER_CLASS))
    found = {}
    for way in [*nets, *RATES]:
        learner = Probed(nets[way], train, test) if way in nets else Trained(way)
        for n in LABELS_PER_CLASS:
            found[way, n] = []
            for seed in SEEDS:
                scores = learner.scores(train[tool.few_labels(train.labels, n, seed)], test, seed)
                found[way, n].append(float(np.mean((scores > 0) == test.labels)))
        print(f"| {way} | " + " | ".join(spread(found[way, n]) for n in LABELS_PER_CLASS) + " |", flush=True)

    rates = speeds({"course_mini": 64, "MobileNetV2": 96})
    ratio = rates["course_mini"] / rates["MobileNetV2"]
    print("\nForward and back to the pictures: " + "; ".join(f"{name} {rate:,.0f} /s" for name, rate in rates.items()))
    print(f"(64 and 96 pixels): {ratio:.1f} times as fast (at least {WANTED_RATIO})")
    random, ours = (np.mean([found[way, n] for n in LABELS_PER_CLASS]) for way in nets)
    return 0 if ours > random and ratio >= WANTED_RATIO else 1


def spread(accuracies: list[float]) -> str:
    return f"{np.mean(accuracies):.1%} ({min(accuracies):.1%} to {max(accuracies):.1%})"


class Probed:
    """A frozen net with a linear probe on its maps' means, each in units of its spread over the training pictures."""

    def __init__(self, net: keras.Model, train: data.ImageSet, test: data.ImageSet):
        self.net = net
        self.scale = tool.pooled_maps(net, train.images[:1000]).std(axis=0)
        self.scale += 1e-3 * self.scale.mean()
        self.others = tool.pooled_maps(net, test.images) / self.scale

    def scores(self, train: data.ImageSet, test: data.ImageSet, seed: int) -> np.ndarray:
        """The test pictures' scores by a probe on `train`."""
        return tool.probe_scores(tool.pooled_maps(self.net, train.images) / self.scale, train.labels, self.others)


class Trained:
    """A net that is trained anew for each draw, in every layer; built once, since TensorFlow takes long over that."""

    def __init__(self, way: str):
        self.from_scratch = way == "from scratch"
        self.body = course_mini(64) if self.from_scratch else backbone("course_mini", 64).model
        self.body.trainable = True
        pictures = keras.Input((64, 64, 3))
        pooled = keras.layers.Concatenate()(
            [keras.layers.GlobalAveragePooling2D()(maps) for maps in self.body(pictures)]
        )
        self.net = keras.Model(pictures, keras.layers.Dense(1)(keras.layers.Dropout(0.2)(pooled)))
        rate = keras.optimizers.schedules.CosineDecay(RATES[way], STEPS)
        self.net.compile(
            keras.optimizers.AdamW(rate, weight_decay=0.02), keras.losses.BinaryCrossentropy(from_logits=True)
        )
        self.net.optimizer.build(self.net.trainable_variables)
        self.state = [*self.net.weights, *self.net.optimizer.variables]
        self.start = [variable.numpy() for variable in self.state]

    def scores(self, train: data.ImageSet, test: data.ImageSet, seed: int) -> np.ndarray:
        """The test pictures' logits after STEPS steps on `train`."""
        keras.utils.set_random_seed(seed)
        for variable, value in zip(self.state, self.start):
            variable.assign(value)
        if self.from_scratch:
            self.body.set_weights(course_mini(64).get_weights())
        upright = tf.zeros([BATCH_SIZE], tf.int64)
        batches = tf.data.Dataset.from_tensor_slices((train.images, train.labels)).shuffle(len(train)).repeat()
        batches = batches.batch(BATCH_SIZE).map(lambda x, y: (tool.seen(x, 64, upright), y)).prefetch(2)
        self.net.fit(batches, steps_per_epoch=STEPS, shuffle=False, verbose=0)  # they are shuffled
        return self.net.predict(gancourse.keras.to_batch(test.images), batch_size=128, verbose=0)[:, 0]


def speeds(sizes: dict[str, int]) -> dict[str, float]:
    """Pictures a second through random nets and the gradient back to the pictures: the median of turns about."""
    turns = {name: there_and_back(backbone(name, size, "random").model, size) for name, size in sizes.items()}
    seconds = {name: [] for name in sizes}
    for _ in range(SPEED_REPEATS):
        for name, turn in turns.items():
            began = time.perf_counter()
            turn()
            seconds[name].append(time.perf_counter() - began)
    return {name: SPEED_PICTURES / float(np.median(taken)) for name, taken in seconds.items()}


def there_and_back(model: keras.Model, size: int) -> Callable[[], np.ndarray]:
    """What computes one batch of gradients with respect to the pictures; it has run once."""
    pictures = tf.random.uniform([SPEED_PICTURES, size, size, 3], -1, 1)

    @tf.function
    def gradient():
        with tf.GradientTape() as tape:
            tape.watch(pictures)
            score = tf.add_n([tf.reduce_mean(maps) for maps in model(pictures)])
        return tape.gradient(score, pictures)

    gradient()
    return lambda: gradient().numpy()


if __name__ == "__main__":
    sys.exit(main())
