"""Translators from picture to picture, discriminators that judge patches, and a pool of earlier fakes. Lesson 10 builds
them.

Zhu et al. 2017, "Unpaired Image-to-Image Translation using Cycle-Consistent Adversarial Networks" (CycleGAN),
arXiv:1703.10593, section 4 and appendix 7.2; the discriminator is PatchGAN (Isola et al. 2017, arXiv:1611.07004).
"""

import torch
from torch import nn

from gancourse.nets.dcgan import dcgan_init


class ResidualBlock(nn.Module):
    """Maps (n, channels, h, w) to the same shape, h and w at least 2: x + what two 3 x 3 convolutions make of it.

    Each is followed by instance norm, the first also by ReLU; nothing comes after the sum.
    """

    def __init__(self, channels: int):
        super().__init__()
        self.layers = nn.Sequential(
            *_reflected(channels, channels, 3),
            nn.InstanceNorm2d(channels),
            nn.ReLU(),
            *_reflected(channels, channels, 3),
            nn.InstanceNorm2d(channels),
        )

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x + self.layers(x)


class Translator(nn.Module):
    """Colour pictures (n, 3, h, w) in [-1, 1] to pictures of the same shape and range; h and w multiples of 4, from 8.

    A 7 x 7 convolution, two that halve the side, `blocks` residual blocks, two transposed convolutions that double it;
    instance norm and ReLU behind each. The widths are 1, 2, 4, 2 and 1 times `channels`; the paper has 64, with 6
    blocks for 128 pixels and 9 for 256. Borders are mirrored. A last 7 x 7 convolution gives what `paint` returns.

    In the paper the colours are the result. But the norms take the picture's brightness out, so here each pixel keeps a
    share of what it was: y = share * colours + (1 - share) * x (Pumarola et al. 2018, GANimation, arXiv:1807.09251).
    """

    def __init__(self, channels: int, blocks: int):
        super().__init__()
        layers = [*_reflected(3, channels, 7), nn.InstanceNorm2d(channels), nn.ReLU()]
        for inputs in (channels, 2 * channels):
            layers += [nn.Conv2d(inputs, 2 * inputs, 3, stride=2, padding=1, bias=False)]
            layers += [nn.InstanceNorm2d(2 * inputs), nn.ReLU()]
        layers += [ResidualBlock(4 * channels) for _ in range(blocks)]
        for outputs in (2 * channels, channels):
            layers += [
                nn.ConvTranspose2d(2 * outputs, outputs, 3, stride=2, padding=1, output_padding=1, bias=False),
                nn.InstanceNorm2d(outputs),
                nn.ReLU(),
            ]
        self.body = nn.Sequential(*layers, nn.ReflectionPad2d(3))
        self.exit = nn.Conv2d(channels, 4, 7)

    def paint(self, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """New colours (n, 3, h, w) in [-1, 1], and how much of them each pixel takes, (n, 1, h, w) in [0, 1]."""
        last = self.exit(self.body(x))
        return last[:, :3].tanh(), last[:, 3:].sigmoid()

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        colours, share = self.paint(x)
        return share * colours + (1 - share) * x


class PicturePool(nn.Module):
    """The last fakes, more or less: what a discriminator is trained on in place of the newest alone.

    Takes pictures (n, *shape), returns as many, without a graph. Until `size` pictures are stored, each comes back as
    it is and is stored. From then on a coin decides for each one: it comes back and isn't stored, or it is stored in
    the place of a random earlier one, which comes back instead. Shrivastava et al. 2017, arXiv:1612.07828, section
    2.3; in this form in CycleGAN's code. It is a module so that a checkpoint can hold its pictures; it has no weights.
    """

    def __init__(self, size: int, shape: tuple[int, ...]):
        super().__init__()
        self.register_buffer("pictures", torch.zeros(size, *shape))
        self.register_buffer("filled", torch.zeros((), dtype=torch.int64))

    @torch.no_grad()
    def forward(self, fakes: torch.Tensor) -> torch.Tensor:
        given = []
        for fake in fakes.detach():
            if self.filled < len(self.pictures):
                self.pictures[self.filled] = fake
                self.filled += 1
            elif torch.rand(()) < 0.5:
                place = torch.randint(len(self.pictures), ())
                earlier = self.pictures[place].clone()
                self.pictures[place] = fake
                fake = earlier
            given.append(fake)
        return torch.stack(given)


def translator(channels: int = 32, blocks: int = 6) -> Translator:
    """A new `Translator`: weights from N(0, 0.02^2), biases 0. So its share is about one half at the start."""
    return Translator(channels, blocks).apply(dcgan_init)


def patch_discriminator(channels: int = 32, halvings: int = 3) -> nn.Sequential:
    """Colour pictures (n, 3, h, w) to a map of scores (n, 1, h', w'), one for each patch, any real numbers.

    `halvings` 4 x 4 convolutions with stride 2, each twice as wide as the one before, then two with stride 1. With 1, 2
    and 3 halvings a score's convolutions see patches of 16, 34 and 70 pixels. Leaky ReLU behind each but the last,
    instance norm behind each but the first and the last. Sides from 24 pixels for 3 halvings, 12 for 2, 8 for 1.
    """
    layers = [nn.Conv2d(3, channels, 4, stride=2, padding=1), nn.LeakyReLU(0.2)]
    for place in range(1, halvings + 1):
        stride = 2 if place < halvings else 1
        layers += [
            nn.Conv2d(channels, 2 * channels, 4, stride=stride, padding=1, bias=False),
            nn.InstanceNorm2d(2 * channels),
            nn.LeakyReLU(0.2),
        ]
        channels *= 2
    layers += [nn.Conv2d(channels, 1, 4, padding=1)]
    return nn.Sequential(*layers).apply(dcgan_init)


def receptive_field(network: nn.Sequential) -> tuple[int, int]:
    """How many pixels in a row one place of the last map sees through the network's convolutions, and how many pixels
    lie between the windows of neighbouring places: (field, jump).

    r <- r + (k - 1) j and j <- j s for each convolution in turn, of kernel k and stride s (lesson 07). It says nothing
    of instance norm, whose mean and variance come from the whole map.
    """
    field, jump = 1, 1
    for layer in network.modules():
        if isinstance(layer, nn.Conv2d):
            field += (layer.kernel_size[0] - 1) * jump
            jump *= layer.stride[0]
    return field, jump


def _reflected(inputs: int, outputs: int, kernel: int) -> tuple[nn.Module, nn.Module]:
    """A convolution that keeps the side, in front of an instance norm (which would take a bias out again)."""
    return nn.ReflectionPad2d(kernel // 2), nn.Conv2d(inputs, outputs, kernel, bias=False)
