"""GANs that are told a class, and discriminators that stand on a pretrained backbone. Lesson 15 builds them.

The discriminator is that of Sauer et al. 2021, "Projected GANs Converge Faster", arXiv:2111.01007, with two small heads
on plain pixels beside it; the generator's skip excitation is from Liu et al. 2021, arXiv:2101.04775; the class enters
both as in lesson 05. A discriminator maps [pictures, classes] to a list of logits, one array for each head, and that
from scratch to one array of logits.
"""

from collections.abc import Sequence

import keras
import tensorflow as tf
from keras import layers, ops
from keras.initializers import HeNormal, Orthogonal, RandomNormal

from gancourse.keras.augment import gentle_augment
from gancourse.keras.backbones import Backbone
from gancourse.keras.nets import dcgan_discriminator
from gancourse.keras.training import GAN

PIXEL_HEADS = 2  # the last logits of a projected discriminator are theirs
PIXEL_WEIGHT = 0.5


class ConditionalGAN(GAN):
    """A `GAN` of pairs with the hinge loss: both networks are told the class, and `augment` stands before D.

    generator: [latents (n, latent_dim), classes (n,)] to pictures; discriminator: [pictures, classes] to logits, or to
    a list of logits. Each head plays its own game, and the losses are their weighted means: the pixel heads of a
    `projected_discriminator` count half. `fit` takes batches of (pictures, classes); G draws pictures of a batch's own
    classes, so that both come in the same shares.
    """

    augment = staticmethod(gentle_augment)  # pictures to pictures: real and generated, in D's step and in G's

    @staticmethod
    def d_loss(real_logits: list[tf.Tensor], fake_logits: list[tf.Tensor]) -> tf.Tensor:
        """mean max(0, 1 - real) + mean max(0, 1 + fake) of each head (Miyato et al. 2018, arXiv:1802.05957, eq. 16)."""
        return _weighted(
            tf.reduce_mean(tf.nn.relu(1 - real)) + tf.reduce_mean(tf.nn.relu(1 + fake))
            for real, fake in zip(real_logits, fake_logits, strict=True)
        )

    @staticmethod
    def g_loss(fake_logits: list[tf.Tensor]) -> tf.Tensor:
        """-mean(fake) of each head (eq. 17): G has a gradient however sure a head is."""
        return _weighted(-tf.reduce_mean(fake) for fake in fake_logits)

    def draw(self, z: tf.Tensor, labels: tf.Tensor) -> tf.Tensor:
        return self.generator([z, labels], training=True)

    def score(self, pictures: tf.Tensor, labels: tf.Tensor) -> list[tf.Tensor]:
        logits = self.discriminator([self.augment(pictures), labels], training=True)
        return logits if isinstance(logits, list) else [logits]


def _weighted(terms) -> tf.Tensor:
    """The mean of the heads' terms. Where there are more than the pixel heads, these count PIXEL_WEIGHT each."""
    terms = list(terms)
    projected = max(len(terms) - PIXEL_HEADS, 1)
    weights = [1.0] * projected + [PIXEL_WEIGHT] * (len(terms) - projected)
    return tf.add_n([weight * term for weight, term in zip(weights, terms)]) / sum(weights)


@keras.saving.register_keras_serializable("gancourse")
class ClassNorm(layers.Layer):
    """[maps (n, h, w, c), classes int (n,)] to maps: batch norm whose scale and shift are the class's.

    Lesson 05's `ClassBatchNorm2d` in Keras (de Vries et al. 2017, arXiv:1707.00683). Every class begins with scale 1
    and shift 0.
    """

    def __init__(self, classes: int, **options):
        super().__init__(**options)
        self.classes = classes

    def build(self, shapes):
        channels = shapes[0][-1]
        self.norm = layers.BatchNormalization(momentum=0.98, epsilon=1e-5, center=False, scale=False)
        self.norm.build(shapes[0])
        self.scale = self.add_weight(shape=(self.classes, channels), initializer="ones", name="scale")
        self.shift = self.add_weight(shape=(self.classes, channels), initializer="zeros", name="shift")

    def call(self, inputs, training=False):
        x, y = inputs
        x = self.norm(x, training=training)
        return x * ops.take(self.scale, y, 0)[:, None, None] + ops.take(self.shift, y, 0)[:, None, None]

    def compute_output_shape(self, shapes):
        return shapes[0]

    def get_config(self):
        return super().get_config() | {"classes": self.classes}


def conditional_generator(latent_dim: int, classes: int, widths: Sequence[int] = (96, 64, 48, 32, 16)) -> keras.Model:
    """[latents (n, latent_dim), classes int (n,)] to pictures (n, size, size, 3) in [-1, 1].

    `widths` are the channels from 4 x 4 places on, each map twice as wide and high as the one before, so that five of
    them make pictures of 64 pixels. A doubling copies places and convolves; every convolution is followed by
    `ClassNorm` and a gated linear unit; from the fourth map on, each is excited by the one three before it
    (`_excited`). Latents are divided by their root mean square. Raises ValueError for fewer than two widths.
    """
    if len(widths) < 2:
        raise ValueError(f"widths are the channels at 4, 8, 16, ... places, at least two of them, not {widths}")
    z, y = keras.Input((latent_dim,)), keras.Input((), dtype="int64")
    h = z / ops.sqrt(ops.mean(z**2, axis=1, keepdims=True) + 1e-8)
    h = ops.concatenate([h, 2.0 * ops.one_hot(y, classes)], axis=1)  # 2: as loud as a dozen latents, even untrained
    h = layers.Dense(16 * 2 * widths[0], use_bias=False, kernel_initializer=Orthogonal())(h)
    maps = [_gated(ClassNorm(classes)([layers.Reshape((4, 4, 2 * widths[0]))(h), y]))]
    for place, width in enumerate(widths[1:], start=1):
        h = layers.UpSampling2D(interpolation="nearest")(maps[-1])
        h = _convolved(h, y, width, classes)
        if place < len(widths) - 1:  # the finest map is the dearest: one convolution must do
            h = _convolved(h, y, width, classes)
        maps.append(_excited(h, maps[place - 3]) if place >= 3 else h)
    x = layers.Conv2D(3, 3, padding="same", kernel_initializer=Orthogonal())(maps[-1])
    return keras.Model([z, y], ops.tanh(x), name="generator")


def _convolved(x, y, width: int, classes: int):
    x = layers.Conv2D(2 * width, 3, padding="same", use_bias=False, kernel_initializer=Orthogonal())(x)
    return _gated(ClassNorm(classes)([x, y]))


def _gated(x):
    """A gated linear unit: one half of the channels says how much of the other is let through."""
    a, b = ops.split(x, 2, axis=-1)
    return a * ops.sigmoid(b)


def _excited(fine, coarse):
    """`fine`, each channel times a number from 0 to 2 that `coarse` decides: skip-layer excitation
    (arXiv:2101.04775, eq. 2), with a 2 so that nothing is damped before training."""
    gate = layers.AveragePooling2D(coarse.shape[1] // 4)(coarse) if coarse.shape[1] > 4 else coarse
    gate = layers.Conv2D(fine.shape[-1], 4)(gate)
    gate = layers.Conv2D(fine.shape[-1], 1, activation="sigmoid")(ops.silu(gate))
    return fine * (2 * gate)


def scratch_discriminator(image_shape: tuple[int, int, int], classes: int, channels: int = 16) -> keras.Model:
    """[pictures (n, *image_shape), classes int (n,)] to logits (n, 1): `dcgan_discriminator` up to its last layer,
    then psi(h) + <e(y), h> (Miyato & Koyama 2018, arXiv:1802.05637, eq. 4)."""
    net = dcgan_discriminator(image_shape, channels)
    x, y = keras.Input(image_shape), keras.Input((), dtype="int64")
    h = keras.Model(net.inputs, net.layers[-1].input)(x)
    return keras.Model([x, y], _pair_logits(h[:, None, None], y, classes), name="scratch_discriminator")


def projected_discriminator(backbone: Backbone, classes: int, pictures: tf.Tensor, width: int = 64) -> keras.Model:
    """[pictures (n, size, size, 3) in [-1, 1], classes int (n,)] to a list of logits (n, places): one array for each of
    the backbone's maps, from fine to coarse, then one for patches of pixels and one for the coarse picture.

    Only heads are trainable. The backbone may be for larger pictures: they are enlarged to what it takes. `pictures`
    (m, size, size, 3), some dozens of real ones, tell the size, and how strong each map is: each is brought to a mean
    square of 1 before it is mixed, or the strongest would drown the others. `width` is that of the finest head; 64 is
    what the shipped generator was trained with. Raises ValueError for pictures that aren't square or smaller than 32.
    """
    size = pictures.shape[1]
    if pictures.shape[1:] != (size, size, 3) or size < 32:
        raise ValueError(f"pictures must be (m, size, size, 3) with a size of 32 at least, not {tuple(pictures.shape)}")
    seen = backbone.model.input_shape[1]
    x, y = keras.Input((size, size, 3)), keras.Input((), dtype="int64")
    enlarge = layers.Resizing(seen, seen) if seen != size else layers.Identity()
    scales = [float(ops.mean(each**2) ** -0.5) for each in backbone.model(enlarge(pictures))]
    maps = mixed([scale * each for scale, each in zip(scales, backbone.model(enlarge(x)))], width)
    wider = width * 3 // 2
    heads = [_head(each, (width if place < 2 else wider, wider)) for place, each in enumerate(maps)]
    heads += [_patches(x, width), _coarse(x, width)]
    return keras.Model([x, y], [_pair_logits(h, y, classes) for h in heads], name="projected_discriminator")


def mixed(maps: list, width: int) -> list:
    """Feature maps from fine to coarse, mixed by random convolutions that stay as they are.

    Across channels by 1 x 1 convolutions, to `width`, 1.5 times, 2 times `width` and so on; then across scales from
    coarse to fine: each map is joined by the next coarser one, enlarged, and passes a 3 x 3 convolution
    (arXiv:2111.01007, section 3.2).
    """
    widths = [width * (2 + place) // 2 for place in range(len(maps))]
    maps = [_unlearned(wide, 1)(each) for wide, each in zip(widths, maps)]
    joined = [maps[-1]]
    for finer, wide in zip(maps[-2::-1], widths[-2::-1]):
        coarser = layers.Resizing(*finer.shape[1:3])(_unlearned(wide, 1)(joined[0]))
        joined.insert(0, _unlearned(wide, 3)((finer + coarser) / 2**0.5))
    return joined


def _unlearned(width: int, kernel: int) -> layers.Conv2D:
    return layers.Conv2D(width, kernel, padding="same", use_bias=False, kernel_initializer=HeNormal(), trainable=False)


def _learned(width: int, kernel: int, strides: int = 1, initializer=None) -> layers.Layer:
    """A convolution with spectral norm (Miyato et al. 2018, arXiv:1802.05957): no head can grow arbitrarily sure."""
    initializer = initializer or HeNormal()
    return layers.SpectralNormalization(
        layers.Conv2D(width, kernel, strides, padding="same", kernel_initializer=initializer)
    )


def _head(h, widths: Sequence[int]):
    """Convolutions of stride 2 until the side is 4 at most, then one of stride 1; widths[0] is the first one's width,
    widths[1] that of all others."""
    wide = widths[0]
    while h.shape[1] > 4:
        h, wide = _normed(_learned(wide, 4, 2)(h)), widths[1]
    return _normed(_learned(wide, 3)(h))


def _normed(h):
    return layers.LeakyReLU(0.2)(layers.BatchNormalization(momentum=0.9, epsilon=1e-5)(h))


def _patches(x, width: int):
    """Every pixel, in overlapping patches of 22: fine texture, which a map of stride 4 hardly shows. No batch norm."""
    for wide in (width // 2, width * 3 // 4, width):
        x = layers.LeakyReLU(0.2)(_learned(wide, 4, 2)(x))
    return x


def _coarse(x, width: int):
    """Averages of 4 x 4 pixels: colour and light of the whole, to which features for recognition are nearly blind."""
    x = layers.AveragePooling2D(4)(x)
    for wide in (width // 2, width):
        x = layers.LeakyReLU(0.2)(_learned(wide, 4, 2)(x))
    return x


def _pair_logits(h, y, classes: int):
    """psi(h) + <e(y), h> at each place of h (n, height, width, c): (n, height * width)."""
    alone = _learned(1, 1, initializer=RandomNormal(0.0, 0.05))(h)
    fits = layers.Embedding(classes, h.shape[-1], embeddings_initializer=RandomNormal(0.0, 0.05))(y)
    return layers.Flatten()(alone + ops.sum(h * fits[:, None, None], axis=-1, keepdims=True))
