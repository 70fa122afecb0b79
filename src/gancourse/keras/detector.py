"""The mask detector of lesson 14: its net, its augmentation, and the trained one that comes with the course.

A picture is uint8, 64 x 64 pixels and three channels, made square as the data set's were
(`gancourse.trained.detecting`); nets take it in [-1, 1] and answer with one logit, above 0 for "with mask".
"""

from functools import cache
from typing import NamedTuple

import keras
import numpy as np
import tensorflow as tf
from keras import layers

from gancourse import paths
from gancourse.keras.augment import classical
from gancourse.keras.tensors import to_batch
from gancourse.keras.weights import facts, load_weights

SIZE = 64
WEIGHTS = "14-mask-detection.safetensors"


class Detector(NamedTuple):
    """A trained net with what was chosen on held-out pictures: its temperature, and the threshold of a verdict."""

    net: keras.Model
    temperature: float
    threshold: float

    def logits(self, pictures: np.ndarray) -> np.ndarray:
        """uint8 (n, 64, 64, 3) -> float32 (n,): what the net says of a picture and of its mirror image, on average."""
        batches = (to_batch(pictures[start : start + 256]) for start in range(0, len(pictures), 256))
        both = [self.net(x, training=False) + self.net(x[:, :, ::-1], training=False) for x in batches]
        return np.concatenate(both)[:, 0] / 2

    def probabilities(self, pictures: np.ndarray) -> np.ndarray:
        """uint8 (n, 64, 64, 3) -> the calibrated probability of a mask, float32 (n,) in [0, 1]."""
        return tf.sigmoid(self.logits(pictures) / self.temperature).numpy()


@cache
def load_detector() -> Detector:
    """The detector that comes with the course, trained by `gancourse run 14 --preset full`."""
    file = paths.root() / "course" / "weights" / WEIGHTS
    known = facts(file)
    return Detector(load_weights(detector_net(), file), known["temperature"], known["threshold"])


def detector_net(channels: tuple[int, ...] = (16, 32, 64, 128), dropout: float = 0.2) -> keras.Model:
    """A small residual net: pictures in [-1, 1], (n, h, w, 3) -> logits (n, 1), above 0 for "with mask".

    It ends with a mean over all places, so it takes any size; it's for 64 pixels, and learns from 32 as well.

    A stem of stride 2, then a residual block for each further width, of stride 2 each (He et al. 2016,
    arXiv:1512.03385; shortcuts that average before they project, as in He et al. 2019, arXiv:1812.01187).
    """
    pictures = keras.Input((None, None, 3))
    x = layers.Conv2D(channels[0], 4, strides=2, padding="same", use_bias=False)(pictures)
    x = layers.ReLU()(layers.BatchNormalization()(x))
    for width in channels[1:]:
        x = residual_block(x, width)
    x = layers.Dropout(dropout)(layers.GlobalAveragePooling2D()(x))
    return keras.Model(pictures, layers.Dense(1)(x), name="mask_detector")


def residual_block(x, width: int):
    """Two 3 x 3 convolutions beside a shortcut: (n, h, w, c) -> (n, h / 2, w / 2, width)."""
    y = layers.Conv2D(width, 3, strides=2, padding="same", use_bias=False)(x)
    y = layers.ReLU()(layers.BatchNormalization()(y))
    y = layers.BatchNormalization(gamma_initializer="zeros")(layers.Conv2D(width, 3, padding="same", use_bias=False)(y))
    shortcut = layers.Conv2D(width, 1, use_bias=False)(layers.AveragePooling2D(2)(x))
    return layers.ReLU()(y + layers.BatchNormalization()(shortcut))


class Augmentation(layers.Layer):
    """While training, another view of each picture, else itself: float32 (n, h, w, 3) in [-1, 1] to the same.

    Strong classical augmentation; some pictures farther away, as in the photographs bare faces are near and masks far;
    and what photographs from elsewhere may be besides: grey, tinted, blurred.
    """

    def call(self, x, training=False):
        return self.elsewhere(self.farther(classical(x, 15, 0.35, 0.15, 0.1, 0.3, 0.35, 0.5))) if training else x

    def farther(self, x, share: float = 0.4, most: float = 2.2):
        """A share of the pictures up to `most` times smaller, anywhere in the square, which their borders fill."""
        n, size = tf.shape(x)[0], tf.shape(x)[1:3]
        times = tf.where(tf.random.uniform([n]) < share, tf.random.uniform([n], 1.0, most), 1.0)
        room = (1.0 - times)[:, None] * tf.cast(size - 1, tf.float32)
        down, right = tf.unstack(room * tf.random.uniform([n, 2]), axis=1)
        zero = tf.zeros([n])
        return tf.raw_ops.ImageProjectiveTransformV3(
            images=x,
            transforms=tf.stack([times, zero, right, zero, times, down, zero, zero], axis=1),
            output_shape=size,
            fill_value=0.0,
            interpolation="BILINEAR",
            fill_mode="NEAREST",
        )

    def elsewhere(self, x):
        """A tenth grey, all a little tinted, a quarter blurred by a smaller size in between."""
        n, size = tf.shape(x)[0], tf.shape(x)[1:3]
        grey = tf.reduce_mean(x, axis=3, keepdims=True)
        x = tf.where(tf.random.uniform([n, 1, 1, 1]) < 0.1, grey, x) + tf.random.uniform([n, 1, 1, 3], -0.1, 0.1)
        share = tf.random.uniform([], 0.4, 0.8)  # one for the batch: a resize knows one size
        blurred = tf.image.resize(tf.image.resize(x, tf.cast(share * tf.cast(size, tf.float32), tf.int32)), size)
        return tf.clip_by_value(tf.where(tf.random.uniform([n, 1, 1, 1]) < 0.25, blurred, x), -1.0, 1.0)
