"""Multilayer perceptrons for a GAN on pictures, as lesson 01 builds them (Goodfellow et al. 2014 used such nets)."""

from collections.abc import Sequence
from math import prod

from torch import nn


def mlp_generator(latent_dim: int, widths: Sequence[int], image_shape: tuple[int, int, int]) -> nn.Sequential:
    """Latents (n, latent_dim) to pictures (n, *image_shape) in [-1, 1], image_shape being (channels, height, width).

    Each width is a hidden layer: linear, batch norm, leaky ReLU. The last layer ends in tanh.
    """
    layers: list[nn.Module] = []
    for inputs, outputs in zip([latent_dim, *widths], widths):
        layers += [nn.Linear(inputs, outputs), nn.BatchNorm1d(outputs), nn.LeakyReLU(0.2)]
    return nn.Sequential(
        *layers,
        nn.Linear([latent_dim, *widths][-1], prod(image_shape)),
        nn.Tanh(),
        nn.Unflatten(1, image_shape),
    )


def mlp_discriminator(image_shape: tuple[int, int, int], widths: Sequence[int], dropout: float = 0.2) -> nn.Sequential:
    """Pictures (n, *image_shape) to logits (n, 1): above 0 for "real", below for "generated".

    Each width is a hidden layer: linear, leaky ReLU, dropout. No layer mixes the pictures of a batch.
    """
    layers: list[nn.Module] = [nn.Flatten()]
    for inputs, outputs in zip([prod(image_shape), *widths], widths):
        layers += [nn.Linear(inputs, outputs), nn.LeakyReLU(0.2), nn.Dropout(dropout)]
    return nn.Sequential(*layers, nn.Linear([prod(image_shape), *widths][-1], 1))
