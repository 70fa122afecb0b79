"""Learning from few pictures, as in lesson 16: subsets, a small detector, a conditional GAN that sees no more than it.

The lesson and `benchmarks/augmentation.py` share what stands here, so that one shows what the other measures.
"""

from collections.abc import Callable
from dataclasses import replace

import keras
import numpy as np
import tensorflow as tf
from keras import layers
from keras.initializers import RandomNormal

from gancourse.data import ImageSet, draw_faces, paste_masks
from gancourse.keras.augment import diff_augment
from gancourse.keras.nets import dcgan_discriminator
from gancourse.keras.tensors import batches, to_pictures
from gancourse.keras.training import GAN
from gancourse.metrics import copying_score

LATENT_DIM = 64
GAN_BATCH = 16


def disjoint_subsets(labels: np.ndarray, count: int, size: int, seed: int = 0) -> tuple[list[np.ndarray], np.ndarray]:
    """`count` sets of indices without a common one, each (classes, size), with class y in row y; and the rest.

    The first n columns of a set are its subset of n per class, so a larger one holds the smaller. The rest, in rising
    order, belongs to no set: choices are made there. Raises ValueError where a class has fewer than count * size.
    """
    rng = np.random.default_rng(seed)
    orders = [rng.permutation(np.flatnonzero(labels == label)) for label in np.unique(labels)]
    fewest = min(map(len, orders))
    if count * size > fewest:
        raise ValueError(f"{count} sets of {size} pictures per class need {count * size} of each, and one has {fewest}")
    rows = [order[: count * size].reshape(count, size) for order in orders]
    return list(np.stack(rows, axis=1)), np.sort(np.concatenate([order[count * size :] for order in orders]))


def drawn_faces(n: int, seed: int = 0) -> ImageSet:
    """n drawn faces of 32 pixels, cut as near as aligned photographs are: every second one with a mask, worn as it
    should be, the others with none at all."""
    faces = draw_faces(2 * n + 200, seed, size=64)
    of_class = [np.flatnonzero(faces.attributes["fit"] == fit) for fit in ("none", "worn")]
    chosen = np.stack([of_class[0][: n - n // 2], np.resize(of_class[1], n - n // 2)], axis=1).ravel()[:n]
    images = faces.images[chosen, 21:53, 16:48]  # the eyes at a third of the height
    return ImageSet(images, faces.labels[chosen], faces.classes, "drawn-faces", "train", "drawn")


def pasted_masks(real: ImageSet, n: int, seed: int = 0) -> ImageSet:
    """n pictures made of the unmasked faces of `real`, which are aligned: in turn one as it is, and another one with a
    drawn mask pasted on. No two masks are the same."""
    rng = np.random.default_rng(seed)
    labels = np.arange(n) % 2
    images = real.images[rng.choice(np.flatnonzero(real.labels == 0), n)]
    images[labels == 1] = paste_masks(images[labels == 1], rng)
    return replace(real, images=images, labels=labels, source="pasted masks")


def detector_batches(
    real: ImageSet,
    batch_size: int = 32,
    *,
    synthetic: ImageSet | None = None,
    share: float = 0.5,
    augment: Callable[[tf.Tensor], tf.Tensor] | None = None,
    seed: int = 0,
) -> tf.data.Dataset:
    """Endless batches of (x, y) for a detector, as `gancourse.keras.batches` makes them.

    Of each batch `share`, rounded, are synthetic pictures, if there are any; `augment` then gets the whole batch.
    """
    count = round(share * batch_size) if synthetic is not None else 0
    parts = [(real, batch_size - count), (synthetic, count)]
    streams = [batches(images, size, seed=seed).repeat() for images, size in parts if size]
    mixed = streams[0]
    if len(streams) == 2:
        mixed = tf.data.Dataset.zip(*streams).map(lambda *pairs: tuple(tf.concat(each, 0) for each in zip(*pairs)))
    return mixed.map(lambda x, y: (augment(x), y)) if augment else mixed


def small_detector(steps: int, size: int = 32, channels: int = 24, learning_rate: float = 3e-3) -> keras.Model:
    """Pictures in [-1, 1], (n, size, size, 3), to logits (n, 1), above 0 for class 1: three convolutions of stride 2.

    Compiled for a training of `steps` batches: AdamW, its rate falling to 0 along a cosine. Small enough to be trained
    a hundred times; lesson 14 builds the detector that one would use.
    """
    net = keras.Sequential([keras.Input((size, size, 3))], name="small_detector")
    for width in (channels, 2 * channels, 4 * channels):
        net.add(layers.Conv2D(width, 3, strides=2, padding="same", use_bias=False))
        net.add(layers.BatchNormalization(momentum=0.9))
        net.add(layers.ReLU())
    net.add(layers.GlobalAveragePooling2D())
    net.add(layers.Dense(1))
    rate = keras.optimizers.schedules.CosineDecay(learning_rate, steps)
    net.compile(
        keras.optimizers.AdamW(rate, weight_decay=1e-2),
        keras.losses.BinaryCrossentropy(from_logits=True),
        steps_per_execution=min(steps, 50),
    )
    return net


def train_detector(net: keras.Model, steps: int, real: ImageSet, *, seed: int = 0, **mixture) -> keras.Model:
    """Forget what a compiled detector has learnt, and train it with `steps` batches; returns the net.

    The batches are those of `detector_batches(real, **mixture)`. `seed` decides the first weights and all else that is
    random, so trainings of one seed differ by their data alone. That the net is used again saves TensorFlow's
    tracing, which takes as long as such a training.
    """
    keras.utils.set_random_seed(seed)  # before the batches are made: their shuffling depends on it, too
    net.set_weights(keras.models.clone_model(net).get_weights())
    for state in net.optimizer.variables:
        state.assign(tf.zeros_like(state))
    net.fit(detector_batches(real, seed=seed, **mixture), epochs=1, steps_per_epoch=steps, shuffle=False, verbose=0)
    return net


def logits(net: keras.Model, images: ImageSet) -> np.ndarray:
    """A detector's logits for all pictures of a set, float32 (n,), in their order."""
    parts = batches(images, 500, shuffle=False, drop_last=False)
    return np.concatenate([net(x, training=False).numpy()[:, 0] for x, _ in parts])


def accuracy(net: keras.Model, images: ImageSet) -> float:
    """The share of a set's pictures that a detector gets right, in [0, 1], with its threshold at logit 0."""
    return float(((logits(net, images) > 0) == images.labels).mean())


def conditional_generator(image_shape: tuple[int, int, int], classes: int, channels: int = 16) -> keras.Model:
    """[latents (n, LATENT_DIM), classes int (n,)] to pictures (n, *image_shape) in [-1, 1], of 8, 16, 32, ... pixels.

    From 4 x 4 pixels on each map is doubled and then convolved (kernel 3), which leaves no checkerboard for a short
    training to wear off (Odena et al. 2016, distill.pub/2016/deconv-checkerboard). The finest is `channels` wide.
    """
    z, y = keras.Input((LATENT_DIM,)), keras.Input((), dtype="int64")
    doublings = (image_shape[0] // 4).bit_length() - 1
    widths = [channels * 2**i for i in reversed(range(doublings))]
    h = keras.ops.concatenate([z, keras.ops.one_hot(y, classes)], axis=1)
    h = layers.Reshape((4, 4, widths[0]))(layers.Dense(16 * widths[0], use_bias=False)(h))
    for width in [*widths[1:], channels]:
        h = layers.UpSampling2D()(_normed(h))
        h = layers.Conv2D(width, 3, padding="same", use_bias=False)(h)
    pictures = layers.Conv2D(image_shape[2], 3, padding="same", activation="tanh")(_normed(h))
    return keras.Model([z, y], pictures, name="generator")


def _normed(h):
    return layers.ReLU()(layers.BatchNormalization(momentum=0.9)(h))


def conditional_discriminator(image_shape: tuple[int, int, int], classes: int, channels: int = 16) -> keras.Model:
    """[pictures (n, *image_shape), classes int (n,)] to logits (n, 1): lesson 05's projection, psi(h) + <e(y), h>.

    h comes from lesson 06's `dcgan_discriminator`, without batch norm (Miyato & Koyama 2018, arXiv:1802.05637, eq. 4).
    """
    net = dcgan_discriminator(image_shape, channels, batch_norm=False)
    x, y = keras.Input(image_shape), keras.Input((), dtype="int64")
    h = keras.Model(net.inputs, net.layers[-1].input)(x)
    near_zero = RandomNormal(0.0, 0.02)
    fits = keras.ops.sum(layers.Embedding(classes, h.shape[1], embeddings_initializer=near_zero)(y) * h, 1, True)
    return keras.Model([x, y], layers.Dense(1, kernel_initializer=near_zero)(h) + fits, name="discriminator")


class ScarceGAN(GAN):
    """A conditional `GAN` for few pictures: `augment` stands before the discriminator, for real and generated alike.

    generator: [latents (n, latent_dim), classes int (n,)] to pictures; discriminator: [pictures, classes] to logits.
    """

    def __init__(self, *parts, augment: Callable[[tf.Tensor], tf.Tensor] = diff_augment, **options):
        super().__init__(*parts, **options)
        self.augment = augment

    def draw(self, z: tf.Tensor, labels: tf.Tensor) -> tf.Tensor:
        return self.generator([z, labels], training=True)

    def score(self, pictures: tf.Tensor, labels: tf.Tensor) -> tf.Tensor:
        return self.discriminator([self.augment(pictures), labels], training=True)


def train_gan(
    real: ImageSet,
    steps: int,
    *,
    data: tf.data.Dataset | None = None,
    augment: Callable[[tf.Tensor], tf.Tensor] = diff_augment,
    seed: int = 0,
) -> keras.Model:
    """The average generator of a `ScarceGAN` after `steps` batches of `real`, or of `data` that were made from it."""
    keras.utils.set_random_seed(seed)
    shape, classes = real.images.shape[1:], len(real.classes)
    networks = conditional_generator(shape, classes), conditional_discriminator(shape, classes)
    gan = ScarceGAN(*networks, LATENT_DIM, augment=augment, seed=seed)
    gan.compile(*gan_optimizers(), steps_per_execution=min(steps, 50))
    if data is None:
        data = batches(real, GAN_BATCH, seed=seed).repeat()
    gan.fit(data, epochs=1, steps_per_epoch=steps, shuffle=False, verbose=0)
    return gan.average


def gan_optimizers() -> tuple[keras.Optimizer, keras.Optimizer]:
    """A high rate and small batches: what gets furthest in a minute."""
    return keras.optimizers.Adam(1e-3, 0.5), keras.optimizers.Adam(1e-3, 0.5)


def draw(generator: keras.Model, labels: np.ndarray, like: ImageSet, seed: int = 0) -> ImageSet:
    """Generated pictures of the given classes as a set; `labels` int (n,) are what they were made from."""
    rng = np.random.default_rng(seed)
    z = rng.standard_normal((len(labels), LATENT_DIM)).astype(np.float32)
    parts = [generator([z[i : i + 250], labels[i : i + 250]], training=False) for i in range(0, len(z), 250)]
    return replace(like, images=to_pictures(np.concatenate(parts)), labels=labels, source="generated")


def copying(synthetic: ImageSet, unseen: ImageSet, real: ImageSet) -> float:
    """`metrics.copying_score` of the pictures that a GAN made of `real`, class by class, averaged: 0.5 is as new as
    unseen pictures of the class, 1 is copies."""
    parts = [
        [each.images[each.labels == label][:500] for each in (synthetic, unseen, real)]
        for label in range(len(real.classes))
    ]
    return float(np.mean([copying_score(*each) for each in parts]))
