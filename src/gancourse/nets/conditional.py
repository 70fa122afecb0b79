"""Generator and discriminators that are told a class. Lesson 05 builds them, on lesson 03's pyramid."""

from collections.abc import Iterable

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


class ClassBatchNorm2d(nn.Module):
    """Maps (n, channels, h, w) and classes, int64 (n,): batch norm whose scale and shift belong to the class.

    The statistics are the whole batch's, as in `nn.BatchNorm2d`; only what follows is per class (de Vries et al. 2017,
    arXiv:1707.00683; in GANs Miyato & Koyama 2018, arXiv:1802.05637). Every class begins with scale 1 and shift 0.
    """

    def __init__(self, channels: int, classes: int):
        super().__init__()
        self.norm = nn.BatchNorm2d(channels, affine=False)
        self.scale, self.shift = nn.Embedding(classes, channels), nn.Embedding(classes, channels)
        nn.init.ones_(self.scale.weight)
        nn.init.zeros_(self.shift.weight)

    def forward(self, x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
        return self.norm(x) * self.scale(y)[:, :, None, None] + self.shift(y)[:, :, None, None]


class ClassNormGenerator(nn.Module):
    """Latents (n, latent_dim) and classes, int64 (n,), through `layers`; its `ClassBatchNorm2d` get the class."""

    def __init__(self, layers: Iterable[nn.Module]):
        super().__init__()
        self.layers = nn.ModuleList(layers)

    def forward(self, z: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
        x = z
        for layer in self.layers:
            x = layer(x, y) if isinstance(layer, ClassBatchNorm2d) else layer(x)
        return x


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


def class_norm_generator(
    latent_dim: int, image_shape: tuple[int, int, int], classes: int, channels: int = 32
) -> ClassNormGenerator:
    """Latents (n, latent_dim) and classes, int64 (n,), to pictures (n, *image_shape) in [-1, 1]: `dcgan_generator`
    with every batch norm told the class. Raises ValueError for a size as that does."""
    return ClassNormGenerator(
        ClassBatchNorm2d(layer.num_features, classes) if isinstance(layer, nn.BatchNorm2d) else layer
        for layer in dcgan_generator(latent_dim, image_shape, channels)
    )


def projection_discriminator(
    image_shape: tuple[int, int, int], classes: int, channels: int = 32, batch_norm: bool = True
) -> ProjectionDiscriminator:
    """Pictures (n, *image_shape) and classes, int64 (n,), to logits (n, 1): `dcgan_discriminator` up to its last layer,
    then the projection. Raises ValueError for a size as that does."""
    layers = dcgan_discriminator(image_shape, channels, batch_norm)
    return ProjectionDiscriminator(layers[:-1], layers[-1].in_features, classes)
