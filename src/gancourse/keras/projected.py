"""GANs that are told a class, and discriminators that stand on a pretrained backbone. Lesson 15 builds them.

Sauer et al. 2021, "Projected GANs Converge Faster", arXiv:2111.01007; the class enters as in lesson 05. A discriminator
maps [pictures, classes] to a list of logits, one array for each head, and that from scratch to one array of logits.
"""

import keras
import tensorflow as tf
from keras import layers, ops
from keras.initializers import HeNormal, RandomNormal

from gancourse.keras.augment import diff_augment
from gancourse.keras.backbones import Backbone
from gancourse.keras.losses import discriminator_loss, generator_loss
from gancourse.keras.nets import dcgan_discriminator
from gancourse.keras.training import GAN


class ConditionalGAN(GAN):
    """A `GAN` of pairs: both networks are told the class, and D sees all pictures through DiffAugment (`policy`).

    generator: [latents (n, latent_dim), classes (n,)] to pictures; discriminator: [pictures, classes] to logits, or to
    a list of logits. Each head plays its own game, and the losses are their means. `fit` takes batches of (pictures,
    classes); G draws pictures of a batch's own classes, so that both come in the same shares.
    """

    policy = ("translation",)

    @staticmethod
    def d_loss(real_logits: list[tf.Tensor], fake_logits: list[tf.Tensor]) -> tf.Tensor:
        return tf.add_n([discriminator_loss(*pair) for pair in zip(real_logits, fake_logits)]) / len(real_logits)

    @staticmethod
    def g_loss(fake_logits: list[tf.Tensor]) -> tf.Tensor:
        return tf.add_n([generator_loss(logits) for logits in fake_logits]) / len(fake_logits)

    def draw(self, z: tf.Tensor, labels: tf.Tensor) -> tf.Tensor:
        return self.generator([z, labels], training=True)

    def score(self, pictures: tf.Tensor, labels: tf.Tensor) -> list[tf.Tensor]:
        logits = self.discriminator([diff_augment(pictures, self.policy), labels], training=True)
        return logits if isinstance(logits, list) else [logits]


def conditional_generator(
    latent_dim: int, image_shape: tuple[int, int, int], classes: int, channels: int = 16
) -> keras.Model:
    """[latents (n, latent_dim), classes int (n,)] to pictures (n, *image_shape) in [-1, 1], square.

    The one-hot class enters as further latents. Transposed convolutions (4 x 4, stride 2) double a map of 4 x 4
    places, as in `dcgan_generator`, but for the last time: that is a linear enlargement and a 3 x 3 convolution, since
    a transposed one can draw checkers that are finer than what a backbone sees. `channels` is the width of the finest
    hidden map, half as large as the picture; each coarser one is twice as wide. Raises ValueError for a size that isn't
    a power of two, or less than 16.
    """
    size = image_shape[0]
    if size != image_shape[1] or size < 16 or size & (size - 1):
        raise ValueError(f"pictures must be squares of 16, 32, 64 or so pixels, not {image_shape}")
    z, y = keras.Input((latent_dim,)), keras.Input((), dtype="int64")
    x = ops.concatenate([z, ops.one_hot(y, classes)], axis=1)
    widths = [channels * 2**i for i in reversed(range(size.bit_length() - 3))]
    x = layers.Reshape((4, 4, widths[0]))(layers.Dense(16 * widths[0], use_bias=False)(x))
    for width in widths[1:]:
        x = layers.Conv2DTranspose(width, 4, 2, padding="same", use_bias=False)(_norm_relu(x))
    x = layers.UpSampling2D(interpolation="bilinear")(_norm_relu(x))
    x = layers.Conv2D(image_shape[2], 3, padding="same")(x)
    return keras.Model([z, y], layers.Activation("tanh")(x), name="generator")


def _norm_relu(x):
    return layers.ReLU()(layers.BatchNormalization(momentum=0.9, epsilon=1e-5)(x))


def scratch_discriminator(image_shape: tuple[int, int, int], classes: int, channels: int = 16) -> keras.Model:
    """[pictures (n, *image_shape), classes int (n,)] to logits (n, 1): `dcgan_discriminator` up to its last layer,
    then psi(h) + <e(y), h> (Miyato & Koyama 2018, arXiv:1802.05637, eq. 4)."""
    net = dcgan_discriminator(image_shape, channels)
    x, y = keras.Input(image_shape), keras.Input((), dtype="int64")
    h = keras.Model(net.inputs, net.layers[-1].input)(x)
    return keras.Model([x, y], _pair_logits(h[:, None, None], y, classes), name="scratch_discriminator")


def projected_discriminator(backbone: Backbone, classes: int, width: int = 32, depths: int = 2) -> keras.Model:
    """[pictures (n, size, size, 3) in [-1, 1], classes int (n,)] to logits (n, places), one array for each of the
    backbone's `depths` finest maps. Only the heads are trainable.

    All four maps are for pictures much larger than 64 pixels, where a map of stride 16 still has places.
    """
    x, y = keras.Input(backbone.model.input_shape[1:]), keras.Input((), dtype="int64")
    maps = mixed(backbone.model(x)[:depths], width)
    logits = [_pair_logits(_head(each, width), y, classes) for each in maps]
    return keras.Model([x, y], logits, name="projected_discriminator")


def mixed(maps: list, width: int) -> list:
    """Feature maps from fine to coarse, each now `width` channels, mixed by random convolutions that stay as they are.

    Across channels by 1 x 1 convolutions, then across scales from coarse to fine: each map is joined by the next
    coarser one, enlarged, and passes a 3 x 3 convolution (arXiv:2111.01007, section 3.2).
    """
    maps = [_frozen_convolution(width, 1)(each) for each in maps]
    joined = [maps[-1]]
    for finer in reversed(maps[:-1]):
        coarser = layers.Resizing(*finer.shape[1:3])(joined[0])
        joined.insert(0, _frozen_convolution(width, 3)(finer + coarser))
    return joined


def _frozen_convolution(width: int, kernel: int) -> layers.Conv2D:
    return layers.Conv2D(width, kernel, padding="same", use_bias=False, kernel_initializer=HeNormal(), trainable=False)


def _head(features, width: int):
    """Convolutions that halve a map until its side is 4 at most, one of them at least."""
    h = features
    while True:
        strides = 2 if h.shape[1] > 4 else 1
        h = layers.Conv2D(width, 4 if strides == 2 else 3, strides, padding="same", use_bias=False)(h)
        h = layers.LeakyReLU(0.2)(layers.BatchNormalization(momentum=0.9, epsilon=1e-5)(h))
        if h.shape[1] <= 4:
            return h


def _pair_logits(h, y, classes: int):
    """psi(h) + <e(y), h> at each place of h (n, height, width, c): (n, height * width)."""
    initializer = RandomNormal(0.0, 0.02)
    alone = layers.Conv2D(1, 1, kernel_initializer=initializer)(h)
    fits = layers.Embedding(classes, h.shape[-1], embeddings_initializer=initializer)(y)
    pair = alone + ops.sum(h * fits[:, None, None], axis=-1, keepdims=True)
    return layers.Flatten()(pair)
