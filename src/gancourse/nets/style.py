"""A generator that is told its style at every size, and the discriminator beside it. Lesson 08 builds their parts.

Karras et al. 2019, "A Style-Based Generator Architecture for Generative Adversarial Networks" (arXiv:1812.04948), in
the form of "Analyzing and Improving the Image Quality of StyleGAN" (2020, StyleGAN2, arXiv:1912.04958), made small:
each size has one style for its two convolutions, and maps are enlarged bilinearly. Ordinary PyTorch operations only.
"""

import math
from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import nn

SLOPE, GAIN = 0.2, math.sqrt(2)  # leaky ReLU halves the mean square of what goes in, but for SLOPE^2; GAIN makes up


class EqualLinear(nn.Module):
    """Maps (n, inputs) to (n, outputs) with an equalised learning rate: y = c W x + lr b, where c = lr / sqrt(inputs).

    W begins as N(0, 1) / lr, so that c W has variance 1 / inputs; c is applied in each forward pass. Adam moves every
    stored number by about its learning rate, whatever the scale of the gradient, so c W moves by c times that: by the
    same share of its size in every layer (Karras et al. 2018, arXiv:1710.10196, section 4.1). `lr` slows a layer down
    by that factor. The bias that is added begins at `bias`.
    """

    def __init__(self, inputs: int, outputs: int, bias: float = 0.0, lr: float = 1.0):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(outputs, inputs) / lr)
        self.bias = nn.Parameter(torch.full((outputs,), bias / lr))
        self.scale, self.lr = lr / math.sqrt(inputs), lr

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return F.linear(x, self.scale * self.weight, self.lr * self.bias)


class EqualConv2d(nn.Module):
    """Maps (n, inputs, h, w) to (n, outputs, h, w) by an odd kernel, with `EqualLinear`'s equalised learning rate."""

    def __init__(self, inputs: int, outputs: int, kernel: int, bias: bool = True):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(outputs, inputs, kernel, kernel))
        self.bias = nn.Parameter(torch.zeros(outputs)) if bias else None
        self.scale, self.padding = 1 / math.sqrt(inputs * kernel**2), kernel // 2

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return F.conv2d(x, self.scale * self.weight, self.bias, padding=self.padding)


class ScaledLeakyReLU(nn.Module):
    """sqrt(2) * leaky ReLU with slope 0.2, which keeps the mean square of normal numbers about as it is (1.04)."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return F.leaky_relu(x, SLOPE) * GAIN


class PixelNorm(nn.Module):
    """Divides by the root mean square over axis 1: latents (n, d) get length sqrt(d)."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x * (x.square().mean(dim=1, keepdim=True) + 1e-8).rsqrt()


def modulated_conv2d(
    x: torch.Tensor, weight: torch.Tensor, style: torch.Tensor, demodulate: bool = True
) -> torch.Tensor:
    """Convolve each map of x (n, inputs, h, w) with its own kernel: weight (outputs, inputs, k, k), k odd, times
    style (n, inputs) along the inputs. Returns (n, outputs, h, w).

    With `demodulate`, each output channel's kernel is divided by its length: where the inputs are independent with
    variance 1, the outputs have variance 1 too, whatever the style (StyleGAN2, eq. 1 to 3). Scaling what goes in and
    what comes out is the same as scaling the kernel, and one ordinary convolution does it for the whole batch.
    """
    y = F.conv2d(x * style[:, :, None, None], weight, padding=weight.shape[-1] // 2)
    if not demodulate:
        return y
    length = (style.square() @ weight.square().sum(dim=(2, 3)).T + 1e-8).sqrt()
    return y / length[:, :, None, None]


class StyleConv2d(nn.Module):
    """Maps x (n, inputs, h, w) and styles w (n, style_dim) to (n, outputs, h, w): `modulated_conv2d`, with the scale of
    each input channel an affine function of w that begins near 1, and an equalised learning rate."""

    def __init__(self, inputs: int, outputs: int, kernel: int, style_dim: int, demodulate: bool = True):
        super().__init__()
        self.affine = EqualLinear(style_dim, inputs, bias=1.0)
        self.weight = nn.Parameter(torch.randn(outputs, inputs, kernel, kernel))
        self.scale, self.demodulate = 1 / math.sqrt(inputs * kernel**2), demodulate

    def forward(self, x: torch.Tensor, w: torch.Tensor) -> torch.Tensor:
        style = self.affine(w).to(x.dtype)  # under autocast the two may differ, and the wider would spread
        return modulated_conv2d(x, self.scale * self.weight, style, self.demodulate)


class StyleLayer(nn.Module):
    """`StyleConv2d` 3 x 3, doubled in size if `up`, then noise, bias and leaky ReLU.

    The noise (n, 1, h, w) is the same for all channels, times one learned strength that begins at 0.
    """

    def __init__(self, inputs: int, outputs: int, style_dim: int, up: bool = False):
        super().__init__()
        self.conv = StyleConv2d(inputs, outputs, 3, style_dim)
        self.strength = nn.Parameter(torch.zeros(()))
        self.bias = nn.Parameter(torch.zeros(outputs, 1, 1))
        self.up = up

    def forward(self, x: torch.Tensor, w: torch.Tensor, noise: torch.Tensor) -> torch.Tensor:
        x = self.conv(x, w)
        x = enlarged(x) if self.up else x
        x = x + (self.strength * noise).to(x.dtype) + self.bias.to(x.dtype)
        return F.leaky_relu(x, SLOPE) * GAIN


class Synthesis(nn.Module):
    """Styles (n, levels, style_dim), one for each size from 4 x 4 up, and noise to pictures (n, colours, size, size).

    It starts from a learned constant. Each size adds what a 1 x 1 convolution makes of its maps to the enlarged picture
    of the size below ("skips", StyleGAN2, section 4.1). There is no tanh: G learns the range from the discriminator.
    """

    def __init__(self, style_dim: int, widths: Sequence[int], colours: int):
        super().__init__()
        self.constant = nn.Parameter(torch.randn(1, widths[0], 4, 4))
        self.first = nn.ModuleList(StyleLayer(i, o, style_dim, up=True) for i, o in zip(widths, widths[1:]))
        self.second = nn.ModuleList(StyleLayer(width, width, style_dim) for width in widths)
        self.to_picture = nn.ModuleList(StyleConv2d(width, colours, 1, style_dim, False) for width in widths)
        self.colour = nn.Parameter(torch.zeros(colours, 1, 1))

    def noise(self, n: int, rng: torch.Generator | None = None) -> list[torch.Tensor]:
        """Standard normal maps (n, 1, side, side), for each 3 x 3 convolution in their order; `rng` is on the CPU."""
        levels = range(len(self.second))
        sides = [4 * 2**level for level in levels for _ in range(2 if level else 1)]
        on = self.constant.device
        return [torch.randn(n, 1, side, side, generator=rng).to(on) for side in sides]

    def forward(self, styles: torch.Tensor, noise: Sequence[torch.Tensor]) -> torch.Tensor:
        noise = iter(noise)
        start = self.constant.expand(styles.shape[0], -1, -1, -1)  # len() would be fixed by an export
        x = self.second[0](start, styles[:, 0], next(noise))
        picture = self.to_picture[0](x, styles[:, 0]) + self.colour
        for first, second, to_picture, w in zip(self.first, self.second[1:], self.to_picture[1:], styles.unbind(1)[1:]):
            x = second(first(x, w, next(noise)), w, next(noise))
            picture = enlarged(picture) + to_picture(x, w)
        return picture


class StyleGenerator(nn.Module):
    """Latents (n, latent_dim) to pictures (n, colours, size, size), about in [-1, 1]; see `style_generator`.

    `mapping` turns z into w (n, latent_dim), `synthesis` draws from styles (n, levels, latent_dim) and noise.
    """

    def __init__(self, latent_dim: int, widths: Sequence[int], colours: int, layers: int):
        super().__init__()
        self.mapping = nn.Sequential(PixelNorm())
        for _ in range(layers):
            self.mapping.extend([EqualLinear(latent_dim, latent_dim, lr=0.01), ScaledLeakyReLU()])
        self.synthesis = Synthesis(latent_dim, widths, colours)
        self.levels = len(widths)

    def styles(self, w: torch.Tensor) -> torch.Tensor:
        """The same w (n, latent_dim) for all sizes: (n, levels, latent_dim)."""
        return w[:, None].expand(-1, self.levels, -1)

    def forward(self, z: torch.Tensor, rng: torch.Generator | None = None) -> torch.Tensor:
        """Pictures with fresh noise, from PyTorch's random state or from `rng`, on the CPU."""
        return self.synthesis(self.styles(self.mapping(z)), self.synthesis.noise(len(z), rng))


class ResidualDown(nn.Module):
    """Maps (n, inputs, h, w) to (n, outputs, h / 2, w / 2): two 3 x 3 convolutions beside a 1 x 1 shortcut, divided by
    sqrt(2) so that the sum's variance stays what theirs was (StyleGAN2, section 4.1)."""

    def __init__(self, inputs: int, outputs: int):
        super().__init__()
        self.conv1, self.conv2 = EqualConv2d(inputs, inputs, 3), EqualConv2d(inputs, outputs, 3)
        self.shortcut = EqualConv2d(inputs, outputs, 1, bias=False)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        h = F.avg_pool2d(F.leaky_relu(self.conv1(x), SLOPE) * GAIN, 2)
        h = F.leaky_relu(self.conv2(h), SLOPE) * GAIN
        return (h + self.shortcut(F.avg_pool2d(x, 2))) / math.sqrt(2)


class MinibatchStd(nn.Module):
    """Adds to (n, c, h, w) one constant map that says how much the pictures of a group differ: (n, c + 1, h, w).

    Standard deviation over the group at each place and channel, then its mean over both. n is a multiple of `group`, or
    smaller, and then one group. Pictures i, i + n / group, ... are together, as in the authors' code (Karras et al.
    2018, section 3).
    """

    def __init__(self, group: int = 4):
        super().__init__()
        self.group = group

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        n, _, height, width = x.shape
        size = min(n, self.group)
        parts = x.float().reshape(size, n // size, *x.shape[1:])
        spread = (parts.var(dim=0, unbiased=False) + 1e-8).sqrt().mean(dim=(1, 2, 3))
        return torch.cat([x, spread.to(x.dtype).repeat(size)[:, None, None, None].expand(n, 1, height, width)], dim=1)


def style_generator(
    latent_dim: int, image_shape: tuple[int, int, int], channels: int = 32, layers: int = 4
) -> StyleGenerator:
    """Latents (n, latent_dim) to pictures (n, *image_shape), about in [-1, 1]; image_shape = (colours, size, size).

    Maps of the full size are `channels` wide, each smaller one twice as wide, up to 4 times `channels`; the mapping
    network has so many `layers`. Raises ValueError for a size that isn't a power of two from 8 up.
    """
    return StyleGenerator(latent_dim, _widths(image_shape, channels), image_shape[0], layers)


def style_discriminator(image_shape: tuple[int, int, int], channels: int = 32, group: int = 4) -> nn.Sequential:
    """Pictures (n, *image_shape) to logits (n, 1): the generator's sizes backwards, by residual blocks.

    At 4 x 4 `MinibatchStd` tells it how varied each group of pictures is. Raises ValueError as `style_generator`.
    """
    widths = _widths(image_shape, channels)[::-1]
    return nn.Sequential(
        *(EqualConv2d(image_shape[0], widths[0], 1), ScaledLeakyReLU()),
        *(ResidualDown(inputs, outputs) for inputs, outputs in zip(widths, widths[1:])),
        *(MinibatchStd(group), EqualConv2d(widths[-1] + 1, widths[-1], 3), ScaledLeakyReLU(), nn.Flatten()),
        *(EqualLinear(widths[-1] * 16, widths[-1]), ScaledLeakyReLU(), EqualLinear(widths[-1], 1)),
    )


@torch.no_grad()
def mean_style(mapping: nn.Module, latent_dim: int, n: int = 10_000, seed: int = 1) -> torch.Tensor:
    """The mean (1, latent_dim) of w over n latents: what truncation pulls towards, `mean + psi * (w - mean)` (Karras et
    al. 2019, appendix B). It isn't the w of the mean latent: the mapping bends.

    `seed` shouldn't be the one that the weights began from: its first numbers as latents are the first layer's weights
    once more, and their styles lie far from all others (lesson 08's clinic).
    """
    z = torch.randn(n, latent_dim, generator=torch.Generator().manual_seed(seed))
    return mapping(z.to(next(mapping.parameters()).device)).mean(dim=0, keepdim=True)


def enlarged(x: torch.Tensor) -> torch.Tensor:
    """(n, c, h, w) to (n, c, 2h, 2w), bilinearly."""
    return F.interpolate(x, scale_factor=2, mode="bilinear", align_corners=False)


def _widths(image_shape: tuple[int, int, int], channels: int) -> list[int]:
    """Channels of the maps from 4 x 4 to the full size."""
    _, height, side = image_shape
    levels = side.bit_length() - 2
    if height != side or side < 8 or side & (side - 1):
        raise ValueError(f"pictures must be squares with a power of two from 8 up as their side, not {image_shape}")
    return [min(4, 2**level) * channels for level in reversed(range(levels))]
