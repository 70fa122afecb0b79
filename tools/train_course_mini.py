"""Pretrain `course_mini`, the backbone that the course ships, and write it with its card to course/weights/.

    python tools/train_course_mini.py --compare          (every pretext for a short time, into the card)
    python tools/train_course_mini.py                    (the best of them for long; keeps the comparison)

What is learned from: CIFAR-10 (classes), drawn faces (their attributes) and the photographs of masked-faces' training
split, of these without labels: a net that had seen whether they wear a mask could not show what pretraining is worth
where labels are scarce. They are turned by quarters, and the net has to tell by how many (RotNet, Gidaris et al. 2018,
arXiv:1803.07728). Three quarters of the steps are taken at 32 pixels, the last at 64, which is dearer.

A pretext is judged by a linear probe: few labelled photographs, and 500 held-out ones of the training split that no
pretraining sees. The test split plays no part; `benchmarks/backbone_transfer.py` measures there, once.
"""

import argparse
import json
import math
import os
import time
from collections.abc import Iterator
from functools import cache

import gancourse.keras  # isort: skip (first, so that TensorFlow starts quietly)
import keras
import numpy as np
import tensorflow as tf
from tqdm import tqdm

from gancourse import data
from gancourse.keras.backbones import backbone, course_mini, mini_weights

# Which source is asked which question.
PRETEXTS = {
    "classes, attributes, rotations": {
        "cifar10": "classes",
        "drawn-faces": "attributes",
        "masked-faces": "rotations",
    },
    "classes": {"cifar10": "classes"},
    "rotations": {"cifar10": "rotations", "masked-faces": "rotations"},
    "classes, rotations": {"cifar10": "classes", "masked-faces": "rotations"},
}
BEST = "classes, attributes, rotations"
BATCH_SIZE, LEARNING_RATE, WEIGHT_DECAY = 128, 4e-3, 0.02
STEPS = {32: 0.75, 64: 0.25}  # shares, by the pictures' size
DRAWN_FACES = 20_000
CARD = mini_weights().with_suffix(".json")
HELD_OUT, LABELS_PER_CLASS, DRAWS = 500, 50, 10
PROTOCOL = f"linear probe, {LABELS_PER_CLASS} labels a class, {HELD_OUT} held-out training photographs, {DRAWS} draws"


def photographs() -> tuple[data.ImageSet, data.ImageSet]:
    """masked-faces' training split at 64 pixels in two parts: to learn from, and held out."""
    images = data.load("masked-faces", "train", size=64)
    if "draw_faces" in images.source:
        raise SystemExit("the photographs of masked-faces are needed: see datasets/masked-faces/README.md")
    order = np.random.default_rng(0).permutation(len(images))
    return images[np.sort(order[HELD_OUT:])], images[np.sort(order[:HELD_OUT])]


@cache
def source(name: str) -> tuple[np.ndarray, np.ndarray, list[int]]:
    """Pictures (n, h, w, 3), answers (n, questions), and how many answers each question has."""
    if name == "masked-faces":
        images = photographs()[0].images
        return images, np.zeros((len(images), 1), np.int64), [4]
    if name == "cifar10":
        images = data.load(name)
        return images.images, images.labels[:, None], [len(images.classes)]
    faces = data.draw_faces(DRAWN_FACES, seed=3, size=64)
    coded = [np.unique(kinds, return_inverse=True) for kinds in faces.attributes.values()]
    return faces.images, np.stack([codes for _, codes in coded], axis=1), [len(kinds) for kinds, _ in coded]


def seen(pictures: tf.Tensor, size: int, quarters: tf.Tensor) -> tf.Tensor:
    """uint8 (n, h, w, 3) to float32 (n, size, size, 3) in [-1, 1]: moved, zoomed, mirrored, other light and colour.

    quarters: int (n,), by how many quarters each is turned on top.
    """
    n, height = tf.shape(pictures)[0], pictures.shape[1]

    def between(low, high):
        return tf.random.uniform([n], low, high)

    angle = between(-0.2, 0.2) + tf.cast(quarters, tf.float32) * (math.pi / 2)
    scale = tf.exp(between(-0.25, 0.25)) * (height / size)
    mirror = tf.sign(between(-1, 1))
    cos, sin = scale * tf.cos(angle), scale * tf.sin(angle)
    rows = [[mirror * cos, -mirror * sin], [sin, cos]]  # mirrored first, then turned: else the quarters would swap
    middle, out_middle = (height - 1) / 2, (size - 1) / 2
    moved = [middle + between(-0.1, 0.1) * height - out_middle * (a + b) for a, b in rows]
    nothing = tf.zeros([n])
    pictures = tf.raw_ops.ImageProjectiveTransformV3(
        images=tf.cast(pictures, tf.float32),
        transforms=tf.stack([*rows[0], moved[0], *rows[1], moved[1], nothing, nothing], axis=1),
        output_shape=[size, size],
        fill_value=0.0,
        interpolation="BILINEAR",
        fill_mode="REFLECT",
    )
    x = pictures / 127.5 - 1.0
    grey = tf.reduce_mean(x, axis=3, keepdims=True)
    x = grey + (x - grey) * between(0.5, 1.5)[:, None, None, None]
    x = x * between(0.7, 1.3)[:, None, None, None] + between(-0.2, 0.2)[:, None, None, None]
    return tf.clip_by_value(x, -1, 1)


def endless(name: str, task: str, batch_size: int, size: int) -> tf.data.Dataset:
    """Batches of (pictures, answers) from one source, in a new order each time round."""
    pictures, answers, _ = source(name)
    with tf.device("CPU"):
        pictures, answers = tf.constant(pictures), tf.constant(answers)

    def batch(index):
        quarters = tf.random.uniform([batch_size], 0, 4 if task == "rotations" else 1, tf.int64)
        x = seen(tf.gather(pictures, index), size, quarters)
        return x, quarters[:, None] if task == "rotations" else tf.gather(answers, index)

    order = tf.data.Dataset.range(len(pictures)).shuffle(len(pictures)).repeat()
    return order.batch(batch_size, drop_remainder=True).map(batch, num_parallel_calls=2)


def answer_loss(answers: tf.Tensor, logits: tf.Tensor, options: list[int]) -> tf.Tensor:
    """Mean cross-entropy over all questions: answers (n, questions), their logits side by side (n, sum(options))."""
    losses = [
        tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(answers[:, question], own))
        for question, own in enumerate(tf.split(logits, options, axis=1))
    ]
    return tf.add_n(losses) / len(losses)


def pretrain(pretext: str, steps: int, seed: int = 0) -> keras.Model:
    """A new `course_mini`, taught `pretext` for so many steps."""
    keras.utils.set_random_seed(seed)
    asked = PRETEXTS[pretext]
    options = {name: [4] if task == "rotations" else source(name)[2] for name, task in asked.items()}
    shares = {name: 2 if name == "cifar10" else 1 for name in asked}
    sizes = {name: BATCH_SIZE * share // sum(shares.values()) for name, share in shares.items()}

    net = course_mini(None)
    pictures = keras.Input((None, None, 3))
    pooled = keras.layers.Concatenate()([keras.layers.GlobalAveragePooling2D()(maps) for maps in net(pictures)])
    trunk = keras.Model(pictures, keras.layers.Dropout(0.2)(pooled))
    heads = {task: keras.layers.Dense(sum(options[name])) for name, task in asked.items()}
    for head in heads.values():
        head.build(pooled.shape)
    weights = [*trunk.trainable_variables, *(w for head in heads.values() for w in head.trainable_variables)]
    rate = keras.optimizers.schedules.CosineDecay(
        LEARNING_RATE / 100, int(0.9 * steps), warmup_target=LEARNING_RATE, warmup_steps=steps // 10
    )
    optimizer = keras.optimizers.AdamW(rate, weight_decay=WEIGHT_DECAY)
    optimizer.build(weights)

    @tf.function
    def step(parts):
        with tf.GradientTape() as tape:
            features = trunk(tf.concat([x for x, _ in parts.values()], axis=0), training=True)
            features = dict(zip(parts, tf.split(features, [sizes[name] for name in parts])))
            losses = {
                name: answer_loss(y, heads[asked[name]](features[name]), options[name])
                for name, (_, y) in parts.items()
            }
            loss = tf.add_n(list(losses.values()))
        optimizer.apply_gradients(zip(tape.gradient(loss, weights), weights))
        return losses

    for size, share in STEPS.items():
        parts = {name: endless(name, task, sizes[name], size) for name, task in asked.items()}
        batches = tf.data.Dataset.zip(parts).take(int(share * steps)).prefetch(2)
        averages = {name: keras.metrics.Mean() for name in asked}
        for batch in tqdm(batches, f"{pretext}, {size} pixels", total=int(share * steps), leave=False, mininterval=5):
            for name, loss in step(batch).items():
                averages[name].update_state(loss)
        print(f"{size} pixels:", {name: round(float(mean.result()), 3) for name, mean in averages.items()}, flush=True)
    return net


def pooled_maps(model: keras.Model, images: np.ndarray) -> np.ndarray:
    """Each picture's maps, averaged over their places and side by side: uint8 (n, h, w, 3) to float32 (n, channels)."""
    parts = []
    for start in range(0, len(images), 250):
        maps = model(gancourse.keras.to_batch(images[start : start + 250]), training=False)
        parts.append(np.concatenate([m.numpy().mean(axis=(1, 2)) for m in maps], axis=1))
    return np.concatenate(parts)


def probe_scores(features: np.ndarray, labels: np.ndarray, others: np.ndarray) -> np.ndarray:
    """A linear probe on (n, channels), labels 0 and 1: the scores of other features (m, channels), above 0 for 1.

    Ridge regression to -1 and 1; the ridge is a tenth of the mean squared length of the centred features, so that
    scaling all of them changes nothing.
    """
    mean, target = features.mean(axis=0), 2.0 * labels - 1
    centred = features - mean
    kernel = centred @ centred.T
    ridge = 0.1 * np.trace(kernel) / len(kernel)
    dual = np.linalg.solve(kernel + ridge * np.eye(len(kernel)), target - target.mean())
    return (others - mean) @ (centred.T @ dual) + target.mean()


def few_labels(labels: np.ndarray, per_class: int, seed: int) -> np.ndarray:
    """Indices of `per_class` pictures of each class, drawn by chance."""
    rng = np.random.default_rng(seed)
    return np.concatenate([rng.choice(np.flatnonzero(labels == k), per_class, replace=False) for k in (0, 1)])


def probe_accuracies(model: keras.Model, train: data.ImageSet, test: data.ImageSet, per_class: int) -> list[float]:
    """The linear probe's accuracy on `test` for DRAWS drawn sets of labelled pictures of `train`."""
    features, test_features = pooled_maps(model, train.images), pooled_maps(model, test.images)
    scale = features.std(axis=0) + 1e-3 * features.std()
    features, test_features = features / scale, test_features / scale
    found = []
    for draw in range(DRAWS):
        chosen = few_labels(train.labels, per_class, seed=draw)
        scores = probe_scores(features[chosen], train.labels[chosen], test_features)
        found.append(float(np.mean((scores > 0) == test.labels)))
    return found


def transfer(model: keras.Model) -> dict[str, float]:
    """How well a linear probe on few labels does on the held-out photographs: mean and standard deviation."""
    accuracies = probe_accuracies(model, *photographs(), LABELS_PER_CLASS)
    return {"accuracy": round(float(np.mean(accuracies)), 4), "sd": round(float(np.std(accuracies, ddof=1)), 4)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--compare", nargs="*", choices=PRETEXTS, help="these pretexts (none named: all), into the card"
    )
    parser.add_argument("--pretext", choices=PRETEXTS, default=BEST)
    parser.add_argument("--steps", type=int, help="by default 500 to compare, else 1,700")
    options = parser.parse_args()
    card = json.loads(CARD.read_text("utf-8")) if CARD.exists() else {}
    if options.compare is None:
        write(ship(options.pretext, options.steps or 1_700) | {"comparison": card.get("comparison")})
    else:
        for comparison in compared(options.compare or list(PRETEXTS), options.steps or 500, card.get("comparison")):
            write(card | {"comparison": comparison})


def compared(pretexts: list[str], steps: int, known: dict | None) -> Iterator[dict[str, object]]:
    """The table of comparison with one row more each time; rows of other pretexts stay where the steps are the same."""
    rows = known["rows"] if known and known["steps"] == steps else {}
    keras.utils.set_random_seed(0)
    rows["random"] = transfer(backbone("course_mini", 64, "random").model)
    for pretext in pretexts:
        rows[pretext] = transfer(pretrain(pretext, steps))
        print(pretext, rows[pretext], flush=True)
        yield {"protocol": PROTOCOL, "steps": steps, "rows": rows}


def ship(pretext: str, steps: int) -> dict[str, object]:
    """Pretrain, write the weights to where the course has them, and return their card."""
    began = time.perf_counter()
    net = pretrain(pretext, steps)
    seconds = round(time.perf_counter() - began)
    score = transfer(net)
    gancourse.keras.save_weights(net, mini_weights(), pretext=pretext)
    print(f"{score['accuracy']:.1%} of the held-out photographs; {mini_weights().stat().st_size / 1e6:.2f} MB")
    return {
        "pretext": pretext,
        "data": {name: f"{task}, {len(source(name)[0]):,} pictures" for name, task in PRETEXTS[pretext].items()},
        "parameters": net.count_params(),
        "steps": steps,
        "batch_size": BATCH_SIZE,
        "transfer": {"protocol": PROTOCOL} | score,
        "seconds": seconds,
        "hardware": f"cpu, {os.environ.get('OMP_NUM_THREADS', os.cpu_count())} threads",
        "keras": keras.__version__,
    }


def write(card: dict[str, object]) -> None:
    CARD.write_text(json.dumps(card, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
