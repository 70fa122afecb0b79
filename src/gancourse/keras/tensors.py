"""uint8 pictures to Keras' tensors and back, and `tf.data` batches of them: channels last, as Keras has them."""

import numpy as np
import tensorflow as tf

from gancourse.data import ImageSet


def to_batch(images) -> tf.Tensor:
    """uint8 (n, height, width, channels), an array or a tensor, to float32 of the same shape in [-1, 1].

    Raises ValueError for any other shape or type.
    """
    images = tf.convert_to_tensor(images)
    if images.dtype != tf.uint8 or images.shape.rank != 4:
        raise ValueError(
            f"to_batch takes uint8 pictures (n, height, width, channels), got {images.dtype.name} {images.shape}"
        )
    return tf.cast(images, tf.float32) / 127.5 - 1.0


def to_pictures(batch) -> np.ndarray:
    """Floats (n, height, width, channels) in [-1, 1] to uint8 of the same shape, rounded.

    What lies outside [-1, 1] is clipped, and NaN becomes 0. Raises ValueError for any other number of dimensions.
    """
    pixels = np.asarray(batch, np.float32)
    if pixels.ndim != 4:
        raise ValueError(f"to_pictures takes floats (n, height, width, channels), got shape {pixels.shape}")
    return np.rint((np.nan_to_num(pixels, nan=-1.0).clip(-1, 1) + 1) * 127.5).astype(np.uint8)


def batches(
    images: ImageSet, batch_size: int, shuffle: bool = True, drop_last: bool = True, seed: int | None = None
) -> tf.data.Dataset:
    """A `tf.data.Dataset` of (x, y): x float32 (batch, height, width, channels) in [-1, 1], y int64 (batch,).

    The uint8 arrays are held once, and turned into floats a batch at a time. Every pass over the data set is
    shuffled anew, all pictures at once; with `seed` the same passes come again. Raises ValueError where `drop_last`
    would leave no batch at all.
    """
    if len(images) < (batch_size if drop_last else 1):
        raise ValueError(f"{len(images)} pictures don't fill one batch of {batch_size}")
    pictures, labels = np.ascontiguousarray(images.images), np.ascontiguousarray(images.labels)
    order = tf.data.Dataset.range(len(images))
    if shuffle:
        order = order.shuffle(len(images), seed=seed, reshuffle_each_iteration=True)
    order = order.batch(batch_size, drop_remainder=drop_last)
    with tf.device("CPU"):  # a batch at a time goes to the GPU, not the whole set
        pictures, labels = tf.constant(pictures), tf.constant(labels)
    return order.map(lambda i: (to_batch(tf.gather(pictures, i)), tf.gather(labels, i))).prefetch(tf.data.AUTOTUNE)
