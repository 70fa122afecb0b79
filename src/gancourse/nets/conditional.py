"""Generator and discriminators that are told a class. Lesson 05 builds them, on lesson 03's pyramid."""

import torch
import torch.nn.functional as F
from torch import nn

from gancourse.nets.dcgan import dcgan_discriminator, dcgan_generator, dcgan_init


class ConditionalGenerator(nn.Module):
    """Latents (n, latent_dim) and classes, int64 (n,), to what `net` makes of [z, one-hot of y] (Mirza & Osindero 2014,
    arXiv:1411.1784)."""

    def __init__(self, net: nn.Module, classes: int):
        super().__init__()
        self.net, self.classes = net, classes

    def forward(self, z: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
        return self.net(torch.cat([z, F.one_hot(y, self.classes).to(z.dtype)], dim=1))


class ProjectionDiscriminator(nn.Module):
    """Pictures and classes, int64 (n,), to logits (n, 1): psi(h) + <e(y), h>, where h (n, width) are its features.

    psi is linear and judges the picture alone; e holds a vector for each class and judges whether the class fits
    (Miyato & Koyama 2018, arXiv:1802.05637, eq. 4). `features` maps pictures to h.
    """

    def __init__(self, features: nn.Module, width: int, classes: int):
        super().__init__()
        self.features, self.psi, self.e = features, nn.Linear(width, 1), nn.Embedding(classes, width)
        self.psi.apply(dcgan_init)
        nn.init.normal_(self.e.weight, 0.0, 0.02)

    def forward(self, x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
        h = self.features(x)
        return self.psi(h) + (self.e(y) * h).sum(dim=1, keepdim=True)


def conditional_generator(
    latent_dim: int, image_shape: tuple[int, int, int], classes: int, channels: int = 32
) -> ConditionalGenerator:
    """Latents (n, latent_dim) and classes, int64 (n,), to pictures (n, *image_shape) in [-1, 1]: `dcgan_generator`
    with the class as further latents. Raises ValueError for a size as that does."""
    return ConditionalGenerator(dcgan_generator(latent_dim + classes, image_shape, channels), classes)


def projection_discriminator(
    image_shape: tuple[int, int, int], classes: int, channels: int = 32, batch_norm: bool = True
) -> ProjectionDiscriminator:
    """Pictures (n, *image_shape) and classes, int64 (n,), to logits (n, 1): `dcgan_discriminator` up to its last layer,
    then the projection. Raises ValueError for a size as that does."""
    layers = dcgan_discriminator(image_shape, channels, batch_norm)
    return ProjectionDiscriminator(layers[:-1], layers[-1].in_features, classes)
