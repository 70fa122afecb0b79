"""An encoder, and GANomaly's generator: encoder, decoder, encoder. Lesson 12; Akcay et al. 2018, arXiv:1805.06725."""

import torch
from torch import nn

from gancourse.nets.dcgan import dcgan_discriminator, dcgan_generator, dcgan_init


def encoder(latent_dim: int, image_shape: tuple[int, int, int], channels: int = 32) -> nn.Sequential:
    """Pictures (n, *image_shape) to latents (n, latent_dim): `dcgan_discriminator` with more than one output."""
    net = dcgan_discriminator(image_shape, channels)
    net[-1] = nn.Linear(net[-1].in_features, latent_dim)
    net[-1].apply(dcgan_init)
    return net


class Ganomaly(nn.Module):
    """Pictures (n, *image_shape) in [-1, 1] to (rebuilt, latent, latent_again).

    The picture is encoded (`latent`, (n, latent_dim)), decoded (`rebuilt`, the pictures' shape), and what has been
    rebuilt is encoded again, by a second encoder (`latent_again`). A normal picture should come back to its latent.
    """

    def __init__(self, latent_dim: int, image_shape: tuple[int, int, int], channels: int = 32):
        super().__init__()
        self.encoder = encoder(latent_dim, image_shape, channels)
        self.decoder = dcgan_generator(latent_dim, image_shape, channels)
        self.encoder_again = encoder(latent_dim, image_shape, channels)

    def forward(self, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        latent = self.encoder(x)
        rebuilt = self.decoder(latent)
        return rebuilt, latent, self.encoder_again(rebuilt)


def ganomaly_score(latent: torch.Tensor, latent_again: torch.Tensor) -> torch.Tensor:
    """The mean |latent - latent_again| of each row, (n,): section 3.3 of the paper, as a mean."""
    return (latent - latent_again).abs().mean(1)
