"""Augmentation, one draw for each picture: DiffAugment for GANs, and the classical kind for detectors.

Pictures are float tensors (n, height, width, channels) in [-1, 1], with n free. Random numbers are drawn anew at each
call, also inside a tf.function, and in each pass over a dataset that maps it. They come from Keras, whose generator
keeps its state in a variable: `tf.random` would start again in each pass where a global seed is set. With
`keras.utils.set_random_seed` a whole run repeats.
"""

import math

import keras
import tensorflow as tf

POLICY = ("colour", "translation", "cutout")


def diff_augment(x: tf.Tensor, policy: tuple[str, ...] = POLICY) -> tf.Tensor:
    """DiffAugment (Zhao et al. 2020, arXiv:2006.10738), with the strengths of the authors' own code.

    The same random function goes before the discriminator for real and for generated pictures, in its step and in the
    generator's: it is differentiable, so the generator learns through it. The policy names what is done, in order:

    - "colour": brightness (up to 0.5 is added or taken away), saturation (times 0 to 2), contrast (times 0.5 to 1.5);
    - "translation": moved by up to an eighth of height and width; what comes in from outside is 0, mid-grey;
    - "cutout": a rectangle of half the height and half the width, centred anywhere, is 0.

    Returns the shape and type of x. The values may leave [-1, 1], as in the paper. Raises ValueError for another name.
    """
    known = {"colour": _colour, "translation": _translation, "cutout": _cutout}
    for name in policy:
        if name not in known:
            raise ValueError(f"no {name!r} in DiffAugment; there are {', '.join(known)}")
        x = known[name](x)
    return x


def gentle_augment(x: tf.Tensor) -> tf.Tensor:
    """DiffAugment's kinds of change, weaker, for pictures that should stay faces: what lesson 15's D sees.

    Brightness (up to 0.2 is added or taken away), saturation (times 0.6 to 1.4), contrast (times 0.75 to 1.25);
    moved by up to an eighth of the sides, where what comes in from outside is the picture's mirror image and no edge
    that a backbone would notice; in half of the pictures a rectangle of 3/8 of the sides is 0. Differentiable.

    Returns the shape and type of x, whose height and width must be known.
    """
    n, height, width = tf.shape(x)[0], *x.shape[1:3]
    x = _coloured(x, brightness=0.2, contrast=0.25, saturation=0.4)
    rows, columns = height // 8, width // 8
    x = tf.pad(x, [[0, 0], [rows, rows], [columns, columns], [0, 0]], "REFLECT")
    for axis, side, most in ((1, height, rows), (2, width, columns)):
        places = keras.random.randint([n, 1], 0, 2 * most + 1) + tf.range(side)[None]
        x = tf.gather(x, places, axis=axis, batch_dims=1)
    spared = tf.reshape(_uniform(n, 1.0) < 0, [n, 1, 1, 1])
    return tf.where(spared, x, _cutout(x, share=3 / 8))


def classical(
    x: tf.Tensor,
    rotation: float = 15,
    scale: float = 0.2,
    stretch: float = 0.1,
    shift: float = 0.1,
    brightness: float = 0.3,
    contrast: float = 0.3,
    saturation: float = 0.4,
) -> tf.Tensor:
    """Mirror images, turns, other sizes, places, light and colours: what a detector's training pictures get.

    Half of the pictures are mirrored. Each is turned by up to `rotation` degrees; enlarged by a factor of up to
    1 + `scale`, or made as much smaller; its height and width by up to 1 + `stretch` each on top; moved by up to
    `shift` of its sides. One bilinear resampling does all of that, and reflects the picture at its borders. Then up to
    `brightness` is added or taken away, and contrast and saturation are multiplied by 1 - strength to 1 + strength.

    Returns the shape and type of x, in [-1, 1]. Meant for a `tf.data` map: XLA can't compile the resampling.
    """
    n, height, width = tf.unstack(tf.shape(x)[:3])
    angle = _uniform(n, math.radians(rotation))
    size = tf.exp(_uniform(n, math.log1p(scale)))
    tall, wide = (size * tf.exp(_uniform(n, math.log1p(stretch))) for _ in range(2))
    mirror = tf.where(_uniform(n, 1.0) < 0, -1.0, 1.0)

    # The operation asks from where in x each pixel comes: undo the factors, then turn, all about the centre.
    xx, xy = tf.cos(angle) * mirror / wide, -tf.sin(angle) / tall
    yx, yy = tf.sin(angle) * mirror / wide, tf.cos(angle) / tall
    height, width = tf.cast(height, tf.float32), tf.cast(width, tf.float32)
    middle_x, middle_y = (width - 1) / 2, (height - 1) / 2
    from_x = middle_x - xx * middle_x - xy * middle_y + width * _uniform(n, shift)
    from_y = middle_y - yx * middle_x - yy * middle_y + height * _uniform(n, shift)
    zero = tf.zeros(n)
    moved = tf.raw_ops.ImageProjectiveTransformV3(
        images=x,
        transforms=tf.stack([xx, xy, from_x, yx, yy, from_y, zero, zero], axis=1),
        output_shape=tf.shape(x)[1:3],
        fill_value=0.0,
        interpolation="BILINEAR",
        fill_mode="REFLECT",
    )
    y = _coloured(tf.ensure_shape(moved, x.shape), brightness, contrast, saturation)
    return tf.clip_by_value(y, -1.0, 1.0)


def _colour(x: tf.Tensor) -> tf.Tensor:
    return _coloured(x, brightness=0.5, contrast=0.5, saturation=1.0)


def _coloured(x: tf.Tensor, brightness: float, contrast: float, saturation: float) -> tf.Tensor:
    """Brightness, then saturation about each pixel's grey, then contrast about the picture's mean."""
    n = tf.shape(x)[0]

    def draw(centre: float, strength: float) -> tf.Tensor:
        return tf.cast(tf.reshape(centre + _uniform(n, strength), [n, 1, 1, 1]), x.dtype)

    x += draw(0, brightness)
    grey = tf.reduce_mean(x, axis=3, keepdims=True)
    x = grey + (x - grey) * draw(1, saturation)
    mean = tf.reduce_mean(x, axis=[1, 2, 3], keepdims=True)
    return mean + (x - mean) * draw(1, contrast)


def _translation(x: tf.Tensor) -> tf.Tensor:
    """Whole pixels, by a matrix of zeros and ones for each picture: exact in both directions, and XLA compiles it."""

    def mover(side: tf.Tensor) -> tf.Tensor:
        """(n, side, side): row i picks what stood at i - shift, or nothing where that is outside."""
        most = (side + 4) // 8
        shift = keras.random.randint([n, 1, 1], -most, most + 1)
        places = tf.range(side)
        return tf.cast(places[None, :, None] - shift == places[None, None, :], x.dtype)

    n, height, width = tf.unstack(tf.shape(x)[:3])
    moved = tf.einsum("nih,njw,nhwc->nijc", mover(height), mover(width), x)
    return tf.ensure_shape(moved, x.shape)


def _cutout(x: tf.Tensor, share: float = 0.5) -> tf.Tensor:
    def inside(side: tf.Tensor) -> tf.Tensor:
        """(n, side): the places from half a hole before the hole's centre to half a hole behind it."""
        hole = tf.cast(share * tf.cast(side, tf.float32) + 0.5, tf.int32)
        first = keras.random.randint([n, 1], 0, side + 1 - hole % 2) - hole // 2
        places = tf.range(side)[None]
        return (places >= first) & (places < first + hole)

    n, height, width = tf.unstack(tf.shape(x)[:3])
    hole = inside(height)[:, :, None] & inside(width)[:, None, :]
    return x * tf.cast(~hole, x.dtype)[..., None]


def _uniform(n: tf.Tensor, bound: float) -> tf.Tensor:
    """n numbers in [-bound, bound)."""
    return keras.random.uniform([n], -bound, bound)
