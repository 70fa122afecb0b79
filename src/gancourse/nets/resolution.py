"""From small pictures to four times the side: degradation, residual upscaler, discriminator. Lesson 11 builds them.

Ledig et al. 2017, "Photo-Realistic Single Image Super-Resolution Using a Generative Adversarial Network" (SRGAN),
arXiv:1609.04802; without batch norm as in EDSR (Lim et al. 2017, arXiv:1707.02921); pixel shuffle by Shi et al. 2016,
arXiv:1609.05158.
"""

import copy
from collections.abc import Callable, Iterable

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from gancourse import data
from gancourse.nets.attention import spectrally_normed

FACTOR = 4


def bicubic(x: torch.Tensor, size: tuple[int, int]) -> torch.Tensor:
    """Pictures (n, c, h, w) to `size` (height, width) by the kernel of Matlab's `imresize` and Pillow's BICUBIC: a =
    -1/2, and as wide as the pixels of the smaller picture (Keys 1981). Values may leave the range."""
    return F.interpolate(x, size, mode="bicubic", antialias=True)  # without antialias, PyTorch takes a = -3/4


def shrink(x: torch.Tensor) -> torch.Tensor:
    """Pictures (n, c, h, w) in [-1, 1] to a quarter of the side, clipped and rounded to 8 bits as a saved file is.

    Raises ValueError for sides that 4 doesn't divide: the published protocols cut such pictures first.
    """
    h, w = x.shape[2:]
    if h % FACTOR or w % FACTOR:
        raise ValueError(f"sides must be multiples of {FACTOR}, not {h} x {w}")
    small = bicubic(x, (h // FACTOR, w // FACTOR)).clamp(-1, 1)
    return ((small + 1) * 127.5).round() / 127.5 - 1


def shrink_picture(picture: np.ndarray) -> np.ndarray:
    """`shrink` for a picture, uint8 (h, w, 3)."""
    return data.to_pictures(shrink(data.to_batch(picture[None])))[0]


class ResidualBlock(nn.Module):
    """Maps (n, channels, h, w) to the same shape: x + conv(relu(conv(x))), without batch norm."""

    def __init__(self, channels: int):
        super().__init__()
        self.conv1 = nn.Conv2d(channels, channels, 3, padding=1)
        self.conv2 = nn.Conv2d(channels, channels, 3, padding=1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x + self.conv2(self.conv1(x).relu())


class Upscaler(nn.Module):
    """Pictures (n, 3, h, w) in [-1, 1] to (n, 3, 4 h, 4 w): bicubic enlargement plus what the network adds.

    `blocks` residual blocks of `channels` at the small size, within a longer shortcut, then 48 channels and one pixel
    shuffle. The last convolution begins at 0, so that a new network is bicubic enlargement. The result isn't clipped.
    """

    def __init__(self, channels: int = 64, blocks: int = 16):
        super().__init__()
        self.entrance = nn.Conv2d(3, channels, 3, padding=1)
        self.blocks = nn.Sequential(*(ResidualBlock(channels) for _ in range(blocks)))
        self.merge = nn.Conv2d(channels, channels, 3, padding=1)
        self.exit = nn.Conv2d(channels, 3 * FACTOR**2, 3, padding=1)
        self.shuffle = nn.PixelShuffle(FACTOR)
        for block in self.blocks:
            block.conv2.weight.data.mul_(0.1)  # else the sum over many blocks begins large
        nn.init.zeros_(self.exit.weight)
        nn.init.zeros_(self.exit.bias)

    @property
    def radius(self) -> int:
        """How many pixels of the small picture one result sees to each side: 1 for each 3 x 3 convolution."""
        return 2 * len(self.blocks) + 3

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        h = self.entrance(x)
        h = h + self.merge(self.blocks(h))
        return bicubic(x, (FACTOR * x.shape[2], FACTOR * x.shape[3])) + self.shuffle(self.exit(h))


def patch_critic(channels: int = 32) -> nn.Sequential:
    """Pictures (n, 3, h, w), h and w from 8 on, to logits (n, 1, h // 8, w // 8): one for each window of 38 pixels.

    Three convolutions that halve the side and one that doesn't, each with spectral norm (lesson 07), none with batch
    norm, so that each picture is judged by itself.
    """
    widths = [3, channels, 2 * channels, 4 * channels]
    layers = []
    for inputs, outputs in zip(widths, widths[1:]):
        layers += [nn.Conv2d(inputs, outputs, 4, stride=2, padding=1), nn.LeakyReLU(0.2)]
    layers += [nn.Conv2d(widths[-1], widths[-1], 3, padding=1), nn.LeakyReLU(0.2), nn.Conv2d(widths[-1], 1, 1)]
    return spectrally_normed(nn.Sequential(*layers))


@torch.no_grad()
def interpolated(first: nn.Module, second: nn.Module, share: float) -> nn.Module:
    """A new network with the weights (1 - share) * first + share * second (Wang et al. 2018, arXiv:1809.00219, 3.4).

    Both have one architecture, and the second began as a copy of the first: weights of two independent trainings have
    nothing to do with each other. Raises RuntimeError where the architectures differ.
    """
    mixed = copy.deepcopy(first)
    ours, theirs = first.state_dict(), second.state_dict()
    if [(k, v.shape) for k, v in ours.items()] != [(k, v.shape) for k, v in theirs.items()]:
        raise RuntimeError("the two networks have different architectures")
    mixed.load_state_dict({name: torch.lerp(value, theirs[name], share) for name, value in ours.items()})
    return mixed


@torch.no_grad()
def enlarge_picture(
    net: Upscaler, picture: np.ndarray, tile: int = 128, bar: Callable[[list], Iterable] = iter
) -> np.ndarray:
    """A picture, uint8 (h, w, 3), four times as high and wide, computed in tiles of `tile` x `tile` pixels.

    Each tile is computed with `net.radius` more pixels around it, as far as the picture has them, and these are thrown
    away again: what is left equals the picture computed at once, up to rounding in the last bit. Memory is needed for
    one tile and for the result. `bar` is handed the list of tiles, to show how many are done.
    """
    h, w, channels = picture.shape
    result = np.empty((FACTOR * h, FACTOR * w, channels), np.uint8)
    for top, left in bar([(top, left) for top in range(0, h, tile) for left in range(0, w, tile)]):
        bottom, right = min(top + tile, h), min(left + tile, w)
        above, before = min(top, net.radius), min(left, net.radius)
        part = picture[top - above : bottom + net.radius, left - before : right + net.radius]
        made = data.to_pictures(net(data.to_batch(part[None])))[0]
        rows = slice(FACTOR * above, FACTOR * (above + bottom - top))
        columns = slice(FACTOR * before, FACTOR * (before + right - left))
        result[FACTOR * top : FACTOR * bottom, FACTOR * left : FACTOR * right] = made[rows, columns]
    return result
