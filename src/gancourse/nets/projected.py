"""A discriminator that stands on ImageNet's features, for few pictures. Lesson 15 builds it in Keras; lesson 08's cats
were trained against this one.

Sauer et al. 2021, "Projected GANs Converge Faster" (arXiv:2111.01007): a frozen net looks at the pictures, its maps are
mixed by random convolutions that don't learn, and a small head at each depth scores the places of its map.
"""

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import nn
from torch.nn.utils.parametrizations import spectral_norm

from gancourse.nets.mobilenet import ImageNetEyes

WIDTHS = (64, 96, 128)  # of the mixed maps, from fine to coarse
HEADS = ((64, 96, 96), (64, 96), (96,))  # the channels of each head's layers; each layer halves the map
PIXEL_WEIGHT = 0.5


class ProjectedDiscriminator(nn.Module):
    """Pictures (n, 3, size, size), about in [-1, 1], to five lists of logits, (n, 1, h, w) each.

    The first three are of heads on ImageNet's maps of the pictures enlarged to `seen` pixels, the last two of heads on
    the pixels themselves: on patches of 22 pixels, and on averages of 4 x 4. `pictures` bring the maps to a mean square
    of 1 each, so that no depth drowns the others in the mix.
    """

    def __init__(self, pictures: torch.Tensor, seen: int = 128):
        super().__init__()
        self.seen, self.eyes = seen, ImageNetEyes()
        with torch.no_grad():
            maps = self.look(pictures)
        self.scales = [each.square().mean().rsqrt().item() for each in maps]
        self.across = nn.ModuleList(_random(each.shape[1], width, 1) for each, width in zip(maps, WIDTHS))
        self.up = nn.ModuleList(_random(coarse, fine, 1) for fine, coarse in zip(WIDTHS, WIDTHS[1:]))
        self.smooth = nn.ModuleList(_random(width, width, 3) for width in WIDTHS[:-1])
        self.heads = nn.ModuleList(_head(width, layers, last=True) for width, layers in zip(WIDTHS, HEADS))
        self.patches = _head(3, (32, 48, 64), norm=False)
        self.averages = _head(3, (32, 64), norm=False)

    def look(self, x: torch.Tensor) -> list[torch.Tensor]:
        """ImageNet's three maps of the pictures: the same for D's step and for G's."""
        return self.eyes(F.interpolate(x, size=(self.seen, self.seen), mode="bilinear", align_corners=False))

    def forward(self, x: torch.Tensor, maps: Sequence[torch.Tensor] | None = None) -> list[torch.Tensor]:
        """`maps`: what `look` has seen in x, if it has been called."""
        maps = self.look(x) if maps is None else maps
        mixed = [conv(scale * each) for conv, scale, each in zip(self.across, self.scales, maps)]
        for place in (1, 0):  # the coarse maps are handed down to the finer ones
            above = F.interpolate(self.up[place](mixed[place + 1]), scale_factor=2, mode="bilinear")
            mixed[place] = self.smooth[place]((mixed[place] + above) / 2**0.5)
        scored = [head(each) for head, each in zip(self.heads, mixed)]
        return [*scored, self.patches(x), self.averages(F.avg_pool2d(x, 4))]

    def learning(self) -> list[nn.Parameter]:
        """The parameters of the heads: the rest stays as it was drawn."""
        return [p for part in (self.heads, self.patches, self.averages) for p in part.parameters()]


def hinge_of_heads(real: Sequence[torch.Tensor], fake: Sequence[torch.Tensor]) -> torch.Tensor:
    """D's hinge loss for each head, and their weighted mean: a head on pixels counts PIXEL_WEIGHT."""
    return _weighted([F.relu(1 - r).mean() + F.relu(1 + f).mean() for r, f in zip(real, fake, strict=True)])


def generator_loss_of_heads(fake: Sequence[torch.Tensor]) -> torch.Tensor:
    """G's loss: -mean(fake) for each head, weighted likewise."""
    return _weighted([-f.mean() for f in fake])


def _weighted(losses: list[torch.Tensor]) -> torch.Tensor:
    weights = [1.0] * len(HEADS) + [PIXEL_WEIGHT] * (len(losses) - len(HEADS))
    return sum(weight * loss for weight, loss in zip(weights, losses)) / sum(weights)


def _random(inputs: int, outputs: int, kernel: int) -> nn.Conv2d:
    """A convolution that keeps the mean square, and doesn't learn."""
    conv = nn.Conv2d(inputs, outputs, kernel, padding=kernel // 2, bias=False).requires_grad_(False)
    nn.init.kaiming_normal_(conv.weight, nonlinearity="linear")
    return conv


def _head(inputs: int, widths: Sequence[int], norm: bool = True, last: bool = False) -> nn.Sequential:
    """Halves the map by a layer for each width, and scores what is left; `last` looks once more before."""
    parts = []
    for width in widths:
        parts += [spectral_norm(nn.Conv2d(inputs, width, 4, 2, 1)), *([nn.BatchNorm2d(width)] if norm else [])]
        parts.append(nn.LeakyReLU(0.2))
        inputs = width
    if last:
        parts += [spectral_norm(nn.Conv2d(inputs, inputs, 3, 1, 1)), nn.BatchNorm2d(inputs), nn.LeakyReLU(0.2)]
    return nn.Sequential(*parts, spectral_norm(nn.Conv2d(inputs, 1, 1)))
