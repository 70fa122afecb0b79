"""Pretrained convolutional nets to build on: feature maps at several depths, for detectors and for discriminators.

    >>> eyes = backbone("MobileNetV2", size=96)
    >>> [maps.shape for maps in eyes.model(pictures)]      # pictures: (n, 96, 96, 3) in [-1, 1]
    [(n, 24, 24, 144), (n, 12, 12, 192), (n, 6, 6, 576)]

The five families are those of `keras.applications`, with the weights that ImageNet gave them. Two nets come with the
course and need no network: MobileNetV2 up to its 13th block, and `course_mini`, the course's own.
"""

import difflib
import hashlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import keras

from gancourse import paths
from gancourse.data.sources import download
from gancourse.keras.weights import load_weights

SMALLEST = 32
KERAS_FILES = "https://storage.googleapis.com/tensorflow/keras-applications/"
MINI_WEIGHTS = "course-mini.safetensors"
MINI_LEARNING_RATE = 1e-3
SHIPPED_MAPS = 3


class Backbone(NamedTuple):
    name: str
    source: str  # where its weights are from: "ImageNet", "course" or "random"
    model: keras.Model  # (n, size, size, 3) in [-1, 1] -> three or four feature maps, from fine to coarse; frozen
    learning_rate: float = 1e-5  # for fine-tuning it with Adam


class Family(NamedTuple):
    """One architecture of `keras.applications`, and the inputs that it expects."""

    build: Callable[..., keras.Model]
    taps: tuple[str | int, ...]  # the layers that give the maps; those without a fixed name by their place
    weights: str  # the file under KERAS_FILES, without the classifier on top
    md5: str | None
    shipped: str | None = None  # the file in course/weights/ for the SHIPPED_MAPS finest maps
    learning_rate: float = 1e-5  # that of Keras' guide, for Xception: keras.io/guides/transfer_learning
    smallest: int = SMALLEST  # smaller pictures are enlarged to this
    takes_bytes: bool = False  # 0 to 255 in place of [-1, 1]


# Strides 4, 8, 16 and 32. The Inceptions don't pad in their first layers, so that less is left of small pictures.
FAMILIES = {
    "MobileNetV2": Family(
        keras.applications.MobileNetV2,
        ("block_3_expand_relu", "block_6_expand_relu", "block_13_expand_relu", "out_relu"),
        "mobilenet_v2/mobilenet_v2_weights_tf_dim_ordering_tf_kernels_1.0_96_no_top.h5",
        None,
        shipped="mobilenetv2-imagenet.safetensors",
        learning_rate=1e-4,
    ),
    "EfficientNetV2B0": Family(
        keras.applications.EfficientNetV2B0,
        ("block2b_add", "block3b_add", "block5e_add", "top_activation"),
        "efficientnet_v2/efficientnetv2-b0_notop.h5",
        "893217f2bb855e2983157299931e43ff",
        takes_bytes=True,
    ),
    "Xception": Family(
        keras.applications.Xception,
        ("block3_sepconv1_act", "block4_sepconv1_act", "block13_sepconv1_act", "block14_sepconv2_act"),
        "xception/xception_weights_tf_dim_ordering_tf_kernels_notop.h5",
        "b0042744bf5b25fce3cb969f33bebb97",
        smallest=96,
    ),
    "InceptionV3": Family(
        keras.applications.InceptionV3,
        (16, "mixed2", "mixed7", "mixed10"),
        "inception_v3/inception_v3_weights_tf_dim_ordering_tf_kernels_notop.h5",
        "bcbd6486424b2319ff4ef7d526e38f63",
        smallest=96,
    ),
    "InceptionResNetV2": Family(
        keras.applications.InceptionResNetV2,
        (16, "block35_10_ac", "block17_20_ac", "conv_7b_ac"),
        "inception_resnet_v2/inception_resnet_v2_weights_tf_dim_ordering_tf_kernels_notop.h5",
        "d19885ff4a710c122648d3b5c3b684e4",
        smallest=96,
    ),
}
NAMES = ("course_mini", *FAMILIES)


def backbone(name: str, size: int, weights: str = "auto") -> Backbone:
    """A frozen net that turns pictures (n, size, size, 3) in [-1, 1] into feature maps, from fine to coarse.

    The four maps have strides 4, 8, 16 and 32 in the picture; the MobileNetV2 that comes with the course ends after
    the first three. Each family's own preprocessing is inside; pictures under the least size that a family works with
    (96 for the Inceptions and Xception) are enlarged inside, too. Gradients pass through to the pictures. The net
    always runs as it was trained (batch norm by its moving averages, no dropout), whatever `training` says: also after
    `model.trainable = True`, for fine-tuning.

    name: one of NAMES. weights:
    - "auto": for "MobileNetV2" (ImageNet's, three maps) and "course_mini" those that come with the course, the same
      everywhere; for the others ImageNet's, from Keras' cache or by download, else MobileNetV2 stands in and a line
      says so;
    - "ImageNet": all four maps of a family with ImageNet's weights, from Keras' cache or by download, or OSError;
    - "random": what "auto" gives, untrained: for tests, and for seeing what pretraining is worth.

    Raises ValueError for unknown names and weights, and for sizes under 32.
    """
    if name not in NAMES:
        by_lower = {known.lower(): known for known in NAMES}
        near = difflib.get_close_matches(name.lower(), by_lower, n=1, cutoff=0)
        raise ValueError(f"no backbone {name!r}; did you mean {by_lower[near[0]]!r}? There are {', '.join(NAMES)}")
    if weights not in ("auto", "ImageNet", "random") or (name, weights) == ("course_mini", "ImageNet"):
        raise ValueError(f"no {weights!r} weights for {name}: choose auto, random or, for the others, ImageNet")
    if size < SMALLEST:
        raise ValueError(f"pictures of {size} pixels are too small for a backbone: at least {SMALLEST}")
    if name == "course_mini":
        net = course_mini(size)
        if weights == "auto":
            load_weights(net, mini_weights())
        source = "random" if weights == "random" else "course"
        return Backbone(name, source, _frozen(net, size), MINI_LEARNING_RATE)

    family = FAMILIES[name]
    if weights == "random":
        net = _maps(family, size, SHIPPED_MAPS if family.shipped else None)
        return Backbone(name, "random", _frozen(net, size, family), family.learning_rate)
    if weights == "auto" and family.shipped:
        net = load_weights(_maps(family, size, SHIPPED_MAPS), shipped_weights(family))
        return Backbone(name, "ImageNet", _frozen(net, size, family), family.learning_rate)
    try:
        net = _maps(family, size, weights=_imagenet_weights(family))
    except OSError as error:
        if weights == "ImageNet":
            raise OSError(_how_to_get(name, error)) from error
        print(f"{name}: no ImageNet weights ({error}); MobileNetV2, which comes with the course, stands in")
        return backbone("MobileNetV2", size)
    return Backbone(name, "ImageNet", _frozen(net, size, family), family.learning_rate)


def course_mini(size: int | None) -> keras.Model:
    """The course's own backbone, untrained and not frozen: (n, size, size, 3) in [-1, 1] -> maps of strides 4 to 32.

    After Xception (Chollet 2017, arXiv:1610.02357): separable convolutions in residual blocks, four feature maps of
    64, 128, 256 and 320 channels. Sizes from 32; None takes any.
    """
    pictures = keras.Input((size, size, 3))
    x = keras.layers.Conv2D(32, 3, strides=2, padding="same", use_bias=False)(pictures)
    x = keras.layers.ReLU()(_norm()(x))
    maps = []
    for width, repeats in [(64, 1), (128, 2), (256, 2), (320, 1)]:
        x = _block(x, width, strides=2)
        for _ in range(repeats - 1):
            x = _block(x, width, strides=1)
        maps.append(x)
    return keras.Model(pictures, maps, name="course_mini")


def _norm() -> keras.layers.BatchNormalization:
    """Keras' own momentum of 0.99 would still remember the first weights after a course's short training."""
    return keras.layers.BatchNormalization(momentum=0.9)


def _block(x, width: int, strides: int):
    """Two separable convolutions and a shortcut: (n, h, w, c) -> (n, h / strides, w / strides, width), not negative."""
    shortcut = x
    if strides > 1:
        shortcut = keras.layers.Conv2D(width, 1, strides=strides, padding="same", use_bias=False)(x)
        shortcut = _norm()(shortcut)
    x = keras.layers.SeparableConv2D(width, 3, strides=strides, padding="same", use_bias=False)(x)
    x = keras.layers.ReLU()(_norm()(x))
    x = keras.layers.SeparableConv2D(width, 3, padding="same", use_bias=False)(x)
    x = _norm()(x)
    return keras.layers.ReLU()(keras.layers.Add()([x, shortcut]))


def mini_weights() -> Path:
    """Where `course_mini`'s weights lie; their card is beside them."""
    return paths.root() / "course" / "weights" / MINI_WEIGHTS


def shipped_weights(family: Family) -> Path:
    """Where the ImageNet weights lie that come with the course, in half precision; their card is beside them."""
    return paths.root() / "course" / "weights" / family.shipped


class AsTrained(keras.layers.Wrapper):
    """Runs a net in inference mode, also where the model around it is being trained.

    Keras hands `training=True` of an outer model on to the inner ones, and past a `training=False` that these were
    called with; this layer takes no such argument, so that there is nothing to hand on.
    """

    def call(self, pictures):
        return self.layer(pictures, training=False)


def _frozen(net: keras.Model, size: int, family: Family | None = None) -> keras.Model:
    pictures = x = keras.Input((size, size, 3))
    if family and size < family.smallest:
        x = keras.layers.Resizing(family.smallest, family.smallest)(x)
    if family and family.takes_bytes:
        x = keras.layers.Rescaling(127.5, offset=127.5)(x)
    model = keras.Model(pictures, AsTrained(net)(x), name=f"{net.name}_maps")
    model.trainable = False
    return model


def _maps(family: Family, size: int, maps: int | None = None, weights: Path | None = None) -> keras.Model:
    """The family's net up to its taps, or to the first `maps` of them, for pictures of the kind that it wants."""
    size = max(size, family.smallest)
    net = family.build(include_top=False, weights=weights and str(weights), input_shape=(size, size, 3))
    layers = [net.get_layer(tap) if isinstance(tap, str) else net.get_layer(index=tap) for tap in family.taps[:maps]]
    return keras.Model(net.input, [layer.output for layer in layers], name=net.name)


def _how_to_get(name: str, error: OSError) -> str:
    family = FAMILIES[name]
    place = f"put {KERAS_FILES + family.weights} into {_keras_cache()}"
    without = f'; or take backbone("{name}", ...) with its {SHIPPED_MAPS} finest maps' if family.shipped else ""
    automatic = "With a network they are downloaded automatically"
    return f"no ImageNet weights for {name}: {error}. {automatic}; otherwise {place}{without}"


def _keras_cache() -> Path:
    home = Path(os.environ.get("KERAS_HOME") or (paths.home() or paths.temporary()) / ".keras")
    return home / "models"


def _imagenet_weights(family: Family) -> Path:
    """The weights in Keras' cache, downloaded if need be: whole, or OSError."""
    file = _keras_cache() / Path(family.weights).name
    if file.is_file() and family.md5 in (None, hashlib.md5(file.read_bytes()).hexdigest()):
        return file
    if os.environ.get("GANCOURSE_OFFLINE") == "1":
        raise OSError(f"{file.name} isn't in Keras' cache, and GANCOURSE_OFFLINE=1 forbids the download")
    return download([KERAS_FILES + family.weights], family.md5 and f"md5:{family.md5}", file)
