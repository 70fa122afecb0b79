"""The adversarial losses and the gradient penalty of `gancourse.losses`, in TensorFlow: same names, same values."""

from collections.abc import Callable

import tensorflow as tf


def discriminator_loss(real_logits: tf.Tensor, fake_logits: tf.Tensor) -> tf.Tensor:
    """Binary cross-entropy with real as 1 and fake as 0: mean[-log sigma(d_real)] + mean[-log(1 - sigma(d_fake))].

    Logits of any shape; returns a scalar >= 0 (Goodfellow et al. 2014, eq. 1, with the sign turned).
    """
    return tf.reduce_mean(tf.nn.softplus(-real_logits)) + tf.reduce_mean(tf.nn.softplus(fake_logits))


def generator_loss(fake_logits: tf.Tensor) -> tf.Tensor:
    """The non-saturating loss: mean[-log sigma(d_fake)], a scalar >= 0 (Goodfellow et al. 2014, section 3)."""
    return tf.reduce_mean(tf.nn.softplus(-fake_logits))


def gradient_penalty(
    critic: Callable[[tf.Tensor], tf.Tensor], real: tf.Tensor, fake: tf.Tensor, share: tf.Tensor | None = None
) -> tf.Tensor:
    """mean[(|gradient of f at x| - 1)^2], a scalar >= 0 (Gulrajani et al. 2017, arXiv:1704.00028, eq. 3).

    As `gancourse.losses.gradient_penalty`: x = share * real + (1 - share) * fake, with `share` drawn from [0, 1) for
    each picture, and |.| one Euclidean norm for each x (n, ...). The critic's variables get its gradient.
    """
    if share is None:
        share = tf.random.uniform([tf.shape(real)[0], *[1] * (real.shape.rank - 1)])
    mixed = tf.stop_gradient(share * real + (1 - share) * fake)
    with tf.GradientTape() as tape:
        tape.watch(mixed)
        scores = critic(mixed)
    gradient = tf.reshape(tape.gradient(scores, mixed), [tf.shape(mixed)[0], -1])
    return tf.reduce_mean(tf.square(tf.norm(gradient, axis=1) - 1))
