"""Convolutional generator and discriminator. Lesson 03 builds them; Radford et al. 2015, arXiv:1511.06434."""

import torch
from torch import nn


def dcgan_generator(latent_dim: int, image_shape: tuple[int, int, int], channels: int = 32) -> nn.Sequential:
    """Latents (n, latent_dim) to pictures (n, *image_shape) in [-1, 1], image_shape = (c, size, size).

    A linear layer to the coarsest map (7 x 7 for 28 pixels, 4 x 4 for 32 and 64), then transposed convolutions
    (kernel 4, stride 2, padding 1) that double its side until it has `size`. `channels` is the width of the finest
    hidden map; each coarser one is twice as wide. Raises ValueError for a size that halves to none of 4 to 7.
    """
    coarsest, widths = _pyramid(image_shape, channels)
    layers = [
        nn.Linear(latent_dim, widths[0] * coarsest**2, bias=False),
        nn.Unflatten(1, (widths[0], coarsest, coarsest)),
        nn.BatchNorm2d(widths[0]),
        nn.ReLU(),
    ]
    for inputs, outputs in zip(widths, widths[1:]):
        layers += [
            nn.ConvTranspose2d(inputs, outputs, 4, stride=2, padding=1, bias=False),
            nn.BatchNorm2d(outputs),
            nn.ReLU(),
        ]
    layers += [nn.ConvTranspose2d(widths[-1], image_shape[0], 4, stride=2, padding=1), nn.Tanh()]
    return nn.Sequential(*layers).apply(dcgan_init)


def dcgan_discriminator(
    image_shape: tuple[int, int, int], channels: int = 32, batch_norm: bool = True
) -> nn.Sequential:
    """Pictures (n, *image_shape) to logits (n, 1): the generator's pyramid, backwards.

    Convolutions (kernel 4, stride 2, padding 1) halve the map down to the coarsest, then one linear layer. With
    `batch_norm`, behind every convolution but the first; without, each picture is scored by itself, which a gradient
    penalty needs. Raises ValueError as `dcgan_generator` does.
    """
    coarsest, widths = _pyramid(image_shape, channels)
    widths = widths[::-1]
    layers = [nn.Conv2d(image_shape[0], widths[0], 4, stride=2, padding=1), nn.LeakyReLU(0.2)]
    for inputs, outputs in zip(widths, widths[1:]):
        layers.append(nn.Conv2d(inputs, outputs, 4, stride=2, padding=1, bias=not batch_norm))
        layers += [nn.BatchNorm2d(outputs)] if batch_norm else []
        layers.append(nn.LeakyReLU(0.2))
    layers += [nn.Flatten(), nn.Linear(widths[-1] * coarsest**2, 1)]
    return nn.Sequential(*layers).apply(dcgan_init)


@torch.no_grad()
def dcgan_init(layer: nn.Module) -> None:
    """For `network.apply`: weights from N(0, 0.02^2), batch norm's scale from N(1, 0.02^2), biases 0 (section 3)."""
    if isinstance(layer, nn.Linear | nn.Conv2d | nn.ConvTranspose2d):
        nn.init.normal_(layer.weight, 0.0, 0.02)
    elif isinstance(layer, nn.BatchNorm2d):
        nn.init.normal_(layer.weight, 1.0, 0.02)
    else:
        return
    if layer.bias is not None:
        nn.init.zeros_(layer.bias)


def _pyramid(image_shape: tuple[int, int, int], channels: int) -> tuple[int, list[int]]:
    """Side of the coarsest map, and the widths of the hidden maps from it to the finest."""
    _, height, side = image_shape
    halvings = 0
    while side > 7 and side % 2 == 0:
        side, halvings = side // 2, halvings + 1
    if height != image_shape[2] or halvings == 0 or not 4 <= side <= 7:
        raise ValueError(f"pictures must be squares of 4 to 7 times a power of two (28, 32, 64), not {image_shape}")
    return side, [channels * 2**i for i in reversed(range(halvings))]
