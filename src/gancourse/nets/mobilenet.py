"""MobileNetV2's first thirteen blocks in PyTorch, with the ImageNet weights that come with the course.

The architecture is that of `keras.applications` (Sandler et al. 2018, arXiv:1801.04381), from which the weights are:
`gancourse.keras.backbone("MobileNetV2")` gives the same maps. Each batch norm is part of its convolution here, which
changes nothing as long as neither learns.
"""

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import torch
import torch.nn.functional as F
from safetensors.torch import load_file
from torch import nn

from gancourse import paths

STRIDED, TAPPED = (1, 3, 6, 13), (3, 6, 13)  # blocks that halve the maps; those whose widened maps are looked at
BLOCKS = 13
EPSILON = 1e-3  # Keras' for these batch norms; PyTorch's is 1e-5


class FrozenConv2d(nn.Module):
    """A convolution and the batch norm behind it, (n, c, h, w) to (n, outputs, h / stride, w / stride), without a
    parameter.

    At stride 2 Keras adds a row below and a column to the right, where PyTorch's padding would surround the maps.
    """

    def __init__(self, weight: torch.Tensor, bias: torch.Tensor, stride: int):
        super().__init__()
        self.register_buffer("weight", weight.contiguous(memory_format=torch.channels_last))
        self.register_buffer("bias", bias)
        self.stride, self.groups = stride, len(weight) if weight.shape[1] == 1 else 1

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        padding = self.weight.shape[-1] // 2
        if self.stride == 2:
            x, padding = F.pad(x, (0, 1, 0, 1)), 0
        return F.conv2d(x, self.weight, self.bias, self.stride, padding, groups=self.groups)


class ImageNetEyes(nn.Module):
    """Pictures (n, 3, h, w) in [-1, 1], h and w multiples of 16, to three maps: (n, 144, h / 4, w / 4), (n, 192, h / 8,
    w / 8) and (n, 576, h / 16, w / 16), all in [0, 6]. It has no parameters: gradients flow through it to the pictures.
    """

    def __init__(self, file: Path | None = None):
        """`file`: weights in Keras' order, by default those in course/weights/."""
        super().__init__()
        file = file or paths.root() / "course" / "weights" / "mobilenetv2-imagenet.safetensors"
        stored = load_file(file)
        folded = _folded([stored[name].float() for name in sorted(stored)])
        self.first = FrozenConv2d(*next(folded), stride=2)
        self.widen, self.across, self.narrow = nn.ModuleList(), nn.ModuleList(), nn.ModuleList()
        for block in range(BLOCKS + 1):
            self.widen.append(FrozenConv2d(*next(folded), stride=1) if block else nn.Identity())
            if block < BLOCKS:  # of the last block only the widened maps are wanted
                self.across.append(FrozenConv2d(*next(folded), stride=2 if block in STRIDED else 1))
                self.narrow.append(FrozenConv2d(*next(folded), stride=1))

    def forward(self, x: torch.Tensor, number: int = len(TAPPED)) -> list[torch.Tensor]:
        """The first `number` maps, from 1 to 3; what lies behind the last of them isn't computed."""
        x, maps = F.relu6(self.first(x)), []
        for block, widen in enumerate(self.widen[: TAPPED[number - 1] + 1]):
            wide = F.relu6(widen(x)) if block else x
            if block in TAPPED:
                maps.append(wide)
            if len(maps) < number:
                new = self.narrow[block](F.relu6(self.across[block](wide)))
                x = x + new if x.shape == new.shape else new
        return maps


@cache
def imagenet_eyes() -> ImageNetEyes:
    """The network with the weights that come with the course, one for the whole process."""
    return ImageNetEyes()


def _folded(weights: list[torch.Tensor]) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
    """Weight and bias of each convolution, from Keras' kernel, gamma, beta, moving mean and moving variance of each."""
    for kernel, gamma, beta, mean, variance in zip(*(weights[place::5] for place in range(5)), strict=True):
        scale = gamma * (variance + EPSILON).rsqrt()
        depthwise = kernel.shape[3] == 1 and kernel.shape[0] > 1  # (k, k, channels, 1)
        weight = kernel.permute(2, 3, 0, 1) if depthwise else kernel.permute(3, 2, 0, 1)
        yield weight * scale[:, None, None, None], beta - mean * scale
