"""The mask detector of lesson 14: a linear probe on MobileNetV2's ImageNet features, and the small net beside it.

A picture is uint8, square, with three channels, made so as the data set's were (`gancourse.trained.detecting`); nets
take it in [-1, 1] and answer with one logit, above 0 for "with mask".
"""

from collections.abc import Callable
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

import keras
import numpy as np
import tensorflow as tf
from keras import layers
from scipy.optimize import minimize

from gancourse import paths
from gancourse.keras.augment import classical
from gancourse.keras.backbones import Backbone, backbone
from gancourse.keras.tensors import to_batch
from gancourse.keras.weights import facts, load_weights, save_weights

SIZE = 128  # of the shipped detector's pictures
WEIGHTS = "14-mask-detection.safetensors"


class Detector(NamedTuple):
    """A trained net with what was chosen on held-out pictures: its temperature, and the threshold of a verdict."""

    net: keras.Model
    temperature: float
    threshold: float

    def logits(self, pictures: np.ndarray) -> np.ndarray:
        """uint8 (n, size, size, 3) -> float32 (n,): what the net says of a picture and of its mirror image, averaged.

        The size is what the net takes: `SIZE` for the shipped one.
        """
        graph = _graph(self.net)
        batches = (to_batch(pictures[start : start + 32]) for start in range(0, len(pictures), 32))
        return np.concatenate([graph(x) + graph(x[:, :, ::-1]) for x in batches])[:, 0] / 2

    def probabilities(self, pictures: np.ndarray) -> np.ndarray:
        """uint8 (n, size, size, 3) -> the calibrated probability of a mask, float32 (n,) in [0, 1]."""
        return tf.sigmoid(self.logits(pictures) / self.temperature).numpy()


@cache
def load_detector() -> Detector:
    """The detector that comes with the course: a linear layer on the shipped MobileNetV2 (`benchmarks/detector.py`)."""
    file = paths.root() / "course" / "weights" / WEIGHTS
    known = facts(file)
    net = probed(backbone(known["backbone"], SIZE))
    load_weights(keras.Model(net.layers[-1].input, net.output), file)  # the last layer alone
    return Detector(net, known["temperature"], known["threshold"])


def save_head(net: keras.Model, file: Path, **facts: object) -> None:
    """Write a `probed` net's linear layer alone, a few kB, with facts: its backbone lies beside it already."""
    save_weights(keras.Model(net.layers[-1].input, net.output), file, **facts)


@lru_cache(maxsize=8)
def _graph(net: keras.Model) -> Callable[[tf.Tensor], tf.Tensor]:
    """The net in inference mode as a graph of its own: much faster than layer by layer, with less memory."""
    return tf.function(
        lambda x: net(x, training=False), input_signature=[tf.TensorSpec(net.input_shape)], autograph=False
    )


def pooled(eyes: Backbone, pictures: np.ndarray) -> np.ndarray:
    """uint8 (n, size, size, 3) -> float32 (n, channels): the mean over all places of each map of each depth."""

    @tf.function(input_signature=[tf.TensorSpec(eyes.model.input_shape)], autograph=False)
    def means(x: tf.Tensor) -> tf.Tensor:
        return tf.concat([tf.reduce_mean(maps, axis=(1, 2)) for maps in eyes.model(x)], axis=1)

    return np.concatenate([means(to_batch(pictures[i : i + 32])) for i in range(0, len(pictures), 32)])


def probe(features: np.ndarray, labels: np.ndarray, penalty: float = 1e-2) -> tuple[np.ndarray, float]:
    """Logistic regression: features (n, channels), labels 0 and 1 -> weights (channels,) and bias of the best logits.

    Best is the least mean negative log-likelihood plus `penalty` / 2 times the squared length of the weights that
    belong to features of mean 0 and deviation 1. The function is convex, so there is one minimum and no learning rate.
    """
    mean, scale = features.mean(axis=0), features.std(axis=0) + 1e-3 * features.std()
    x, sign = ((features - mean) / scale).astype(np.float32), 2.0 * labels - 1

    def loss(w: np.ndarray) -> tuple[float, np.ndarray]:
        margin = sign * (x @ w[:-1] + w[-1])
        slope = -sign / (1 + np.exp(np.minimum(margin, 50.0))) / len(x)
        value = np.logaddexp(0, -margin).mean() + penalty / 2 * w[:-1] @ w[:-1]
        return value, np.append(x.T @ slope + penalty * w[:-1], slope.sum())

    w = minimize(loss, np.zeros(x.shape[1] + 1), jac=True, method="L-BFGS-B", options={"maxiter": 200}).x
    weights = w[:-1] / scale
    return weights, float(w[-1] - weights @ mean)


def probed(eyes: Backbone, weights: np.ndarray | None = None, bias: float = 0.0) -> keras.Model:
    """Pictures in [-1, 1] -> logits (n, 1): the backbone, the mean of each map, and a linear layer of `probe`'s."""
    pictures = keras.Input(eyes.model.input_shape[1:])
    means = [layers.GlobalAveragePooling2D()(maps) for maps in eyes.model(pictures)]
    net = keras.Model(pictures, layers.Dense(1)(layers.Concatenate()(means)), name="mask_detector")
    if weights is not None:
        net.layers[-1].set_weights([weights[:, None], np.array([bias])])
    return net


def detector_net(channels: tuple[int, ...] = (16, 32, 64, 128), dropout: float = 0.2) -> keras.Model:
    """A small residual net: pictures in [-1, 1], (n, h, w, 3) -> logits (n, 1), above 0 for "with mask".

    It ends with a mean over all places, so it takes any size; it's for 64 pixels, and learns from 32 as well. The
    lesson trains it from scratch.

    A stem of stride 2, then a residual block for each further width, of stride 2 each (He et al. 2016,
    arXiv:1512.03385; shortcuts that average before they project, as in He et al. 2019, arXiv:1812.01187).
    """
    pictures = keras.Input((None, None, 3))
    x = layers.Conv2D(channels[0], 4, strides=2, padding="same", use_bias=False)(pictures)
    x = layers.ReLU()(layers.BatchNormalization()(x))
    for width in channels[1:]:
        x = residual_block(x, width)
    x = layers.Dropout(dropout)(layers.GlobalAveragePooling2D()(x))
    return keras.Model(pictures, layers.Dense(1)(x), name="small_net")


def residual_block(x, width: int):
    """Two 3 x 3 convolutions beside a shortcut: (n, h, w, c) -> (n, h / 2, w / 2, width)."""
    y = layers.Conv2D(width, 3, strides=2, padding="same", use_bias=False)(x)
    y = layers.ReLU()(layers.BatchNormalization()(y))
    y = layers.BatchNormalization(gamma_initializer="zeros")(layers.Conv2D(width, 3, padding="same", use_bias=False)(y))
    shortcut = layers.Conv2D(width, 1, use_bias=False)(layers.AveragePooling2D(2)(x))
    return layers.ReLU()(y + layers.BatchNormalization()(shortcut))


class Augmentation(layers.Layer):
    """While training, another view of each picture, else itself: float32 (n, h, w, 3) in [-1, 1] to the same.

    Strong classical augmentation; some pictures farther away, as in the photographs unmasked faces are near and
    masked ones far; and what photographs from elsewhere may be besides: grey, tinted, blurred.
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
