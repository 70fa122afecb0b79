"""The convolutional networks of `gancourse.nets.dcgan`, in Keras: same layers, same names, channels last.

Lesson 06 builds them; Radford et al. 2016, arXiv:1511.06434.
"""

import keras
from keras import layers
from keras.initializers import RandomNormal


def dcgan_generator(latent_dim: int, image_shape: tuple[int, int, int], channels: int = 32) -> keras.Sequential:
    """Latents (n, latent_dim) to pictures (n, *image_shape) in [-1, 1], image_shape = (size, size, c).

    A dense layer to the coarsest map (7 x 7 for 28 pixels, 4 x 4 for 32 and 64), then transposed convolutions
    (kernel 4, stride 2) that double its side until it has `size`. `channels` is the width of the finest hidden map;
    each coarser one is twice as wide. Raises ValueError for a size that halves to none of 4 to 7.
    """
    coarsest, widths = _pyramid(image_shape, channels)
    model = keras.Sequential([keras.Input((latent_dim,))], name="generator")
    model.add(layers.Dense(widths[0] * coarsest**2, use_bias=False, kernel_initializer=RandomNormal(0.0, 0.02)))
    model.add(layers.Reshape((coarsest, coarsest, widths[0])))
    for width in [*widths[1:], None]:
        model.add(_batch_norm())
        model.add(layers.ReLU())
        model.add(_up(width, use_bias=False) if width else _up(image_shape[2], activation="tanh"))
    return model


def dcgan_discriminator(
    image_shape: tuple[int, int, int], channels: int = 32, batch_norm: bool = True
) -> keras.Sequential:
    """Pictures (n, *image_shape) to logits (n, 1): the generator's pyramid, backwards.

    Convolutions (kernel 4, stride 2) halve the map down to the coarsest, then one dense layer. With `batch_norm`,
    behind every convolution but the first; without, each picture is scored by itself, which a gradient penalty
    needs. Raises ValueError as `dcgan_generator` does.
    """
    _, widths = _pyramid(image_shape, channels)
    model = keras.Sequential([keras.Input(image_shape)], name="discriminator")
    for place, width in enumerate(reversed(widths)):
        normed = batch_norm and place > 0
        model.add(_down(width, use_bias=not normed))
        if normed:
            model.add(_batch_norm())
        model.add(layers.LeakyReLU(0.2))
    model.add(layers.Flatten())
    model.add(layers.Dense(1, kernel_initializer=RandomNormal(0.0, 0.02)))
    return model


def _up(width: int, **options) -> layers.Conv2DTranspose:
    """Doubles the side. "same" cuts off one row at each end, as PyTorch's padding of 1 does."""
    return layers.Conv2DTranspose(
        width, 4, strides=2, padding="same", kernel_initializer=RandomNormal(0.0, 0.02), **options
    )


def _down(width: int, **options) -> layers.Conv2D:
    """Halves an even side; "same" pads one row at each end."""
    return layers.Conv2D(width, 4, strides=2, padding="same", kernel_initializer=RandomNormal(0.0, 0.02), **options)


def _batch_norm() -> layers.BatchNormalization:
    """PyTorch's batch norm: Keras counts the old value's share, 0.9, and its own default epsilon is 1e-3."""
    return layers.BatchNormalization(momentum=0.9, epsilon=1e-5, gamma_initializer=RandomNormal(1.0, 0.02))


def _pyramid(image_shape: tuple[int, int, int], channels: int) -> tuple[int, list[int]]:
    """Side of the coarsest map, and the widths of the hidden maps from it to the finest."""
    height, side, _ = image_shape
    halvings = 0
    while side > 7 and side % 2 == 0:
        side, halvings = side // 2, halvings + 1
    if height != image_shape[1] or halvings == 0 or not 4 <= side <= 7:
        raise ValueError(f"pictures must be squares of 4 to 7 times a power of two (28, 32, 64), not {image_shape}")
    return side, [channels * 2**i for i in reversed(range(halvings))]
