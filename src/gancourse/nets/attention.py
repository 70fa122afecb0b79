"""Residual networks for 32 pixels with self-attention at 16 x 16. Lesson 07 builds their parts.

Zhang et al. 2019, "Self-Attention Generative Adversarial Networks" (SAGAN), arXiv:1805.08318; the residual blocks are
those of Miyato et al. 2018, arXiv:1802.05957 (appendix B.4).
"""

from collections.abc import Iterator

import torch
import torch.nn.functional as F
from torch import nn
from torch.nn.utils.parametrizations import spectral_norm

from gancourse.nets.conditional import ClassBatchNorm2d, ProjectionDiscriminator


class SelfAttention2d(nn.Module):
    """Maps (n, channels, h, w) to the same shape: x + gamma * what each place gathers from all places.

    Queries and keys have channels / 8 channels (at least 1), values channels / 2, all by 1 x 1 convolutions without
    bias; a further one brings what was gathered back to `channels`. gamma is one learned number that starts at 0, so a
    new layer changes nothing. With `pooled`, keys and values are max-pooled 2 x 2 first, as in the authors' code: a
    quarter of the work, h and w must be even. SAGAN, section 3; the products aren't scaled by a root, as there.
    """

    def __init__(self, channels: int, pooled: bool = False):
        super().__init__()
        narrow, half = max(1, channels // 8), max(1, channels // 2)
        self.query, self.key = (nn.Conv2d(channels, narrow, 1, bias=False) for _ in range(2))
        self.value, self.out = nn.Conv2d(channels, half, 1, bias=False), nn.Conv2d(half, channels, 1, bias=False)
        self.pool = nn.MaxPool2d(2) if pooled else nn.Identity()
        self.gamma = nn.Parameter(torch.zeros(()))

    def weights(self, x: torch.Tensor) -> torch.Tensor:
        """How much each place takes from each other one, (n, h * w, places): every row is >= 0 and sums to 1.

        Places are counted row by row; there are h * w, or a quarter of that if `pooled`.
        """
        query, key = self.query(x).flatten(2), self.pool(self.key(x)).flatten(2)
        return (query.transpose(1, 2) @ key).softmax(dim=2)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        value = self.pool(self.value(x)).flatten(2)
        gathered = value @ self.weights(x).transpose(1, 2)
        return x + self.gamma * self.out(gathered.unflatten(2, x.shape[2:]))


class GeneratorBlock(nn.Module):
    """Maps (n, inputs, h, w) and classes, int64 (n,), to (n, outputs, 2h, 2w): two convolutions beside a shortcut.

    Each convolution comes after a batch norm that knows the class, and ReLU; the shortcut has neither, only a 1 x 1
    convolution. Both are enlarged by repeating pixels.
    """

    def __init__(self, inputs: int, outputs: int, classes: int):
        super().__init__()
        self.norm1, self.norm2 = ClassBatchNorm2d(inputs, classes), ClassBatchNorm2d(outputs, classes)
        self.conv1 = nn.Conv2d(inputs, outputs, 3, padding=1, bias=False)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, padding=1)
        self.shortcut = nn.Conv2d(inputs, outputs, 1)

    def forward(self, x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
        h = self.conv1(F.interpolate(self.norm1(x, y).relu(), scale_factor=2))
        h = self.conv2(self.norm2(h, y).relu())
        return h + F.interpolate(self.shortcut(x), scale_factor=2)  # 1 x 1: the same before and after enlarging


class DiscriminatorBlock(nn.Module):
    """Maps (n, inputs, h, w) to (n, outputs, h, w), or to half the side with `down`: two 3 x 3 convolutions beside a
    shortcut. The `first` block takes a picture, which no ReLU may cut, and has none before its first convolution."""

    def __init__(self, inputs: int, outputs: int, down: bool, first: bool = False):
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, outputs, 3, padding=1)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, padding=1)
        self.shortcut = nn.Conv2d(inputs, outputs, 1)
        self.shrink = nn.AvgPool2d(2) if down else nn.Identity()
        self.first = first

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        h = x if self.first else x.relu()  # not in place: the shortcut needs x as it is
        h = self.shrink(self.conv2(self.conv1(h).relu()))
        return h + self.shortcut(self.shrink(x))


class SumOverPlaces(nn.Module):
    """Maps (n, channels, h, w) to (n, channels): ReLU, then the sum over all places."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x.relu().sum(dim=(2, 3))


class AttentionGenerator(nn.Module):
    """Latents (n, latent_dim) and classes, int64 (n,), to pictures (n, 3, 32, 32) in [-1, 1]; see
    `attention_generator`."""

    def __init__(self, latent_dim: int, classes: int, channels: int, attention: bool):
        super().__init__()
        widths = [4 * channels, 4 * channels, 2 * channels, channels]
        self.entrance = nn.Linear(latent_dim, widths[0] * 4 * 4)
        self.blocks = nn.ModuleList(GeneratorBlock(i, o, classes) for i, o in zip(widths, widths[1:]))
        self.attention = SelfAttention2d(widths[2], pooled=True) if attention else nn.Identity()
        self.norm, self.exit = nn.BatchNorm2d(channels), nn.Conv2d(channels, 3, 3, padding=1)

    def forward(self, z: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
        x = self.entrance(z).unflatten(1, (-1, 4, 4))
        for block in self.blocks[:-1]:
            x = block(x, y)
        x = self.blocks[-1](self.attention(x), y)
        return self.exit(self.norm(x).relu()).tanh()


def attention_generator(
    latent_dim: int, classes: int, channels: int = 32, attention: bool = True
) -> AttentionGenerator:
    """Latents (n, latent_dim) and classes, int64 (n,), to pictures (n, 3, 32, 32) in [-1, 1].

    A linear layer to 4 x 4, then three residual blocks that double the side, told the class by their batch norms; the
    widths are 4, 4, 2 and 1 times `channels`. `SelfAttention2d`, pooled, stands at 16 x 16.
    """
    return AttentionGenerator(latent_dim, classes, channels, attention).apply(xavier_init)


def attention_discriminator(
    classes: int, channels: int = 32, attention: bool = True, blocks: int = 4
) -> ProjectionDiscriminator:
    """Pictures (n, 3, 32, 32) and classes, int64 (n,), to scores (n, 1), every layer with spectral norm.

    Two residual blocks that halve the side, then `blocks` - 2 that keep it, a sum over the 8 x 8 places, and lesson
    05's projection; the widths are 1, then 2, then 4 times `channels`. `SelfAttention2d`, pooled, stands at 16 x 16.
    Each picture is scored by itself: there is no batch norm.
    """
    widths = [3, channels, 2 * channels, *[4 * channels] * (blocks - 2)]
    layers = [DiscriminatorBlock(i, o, down=k < 2, first=k == 0) for k, (i, o) in enumerate(zip(widths, widths[1:]))]
    if attention:
        layers.insert(1, SelfAttention2d(channels, pooled=True))
    features = nn.Sequential(*layers, SumOverPlaces())
    return spectrally_normed(ProjectionDiscriminator(features, widths[-1], classes).apply(xavier_init))


def spectrally_normed(network: nn.Module) -> nn.Module:
    """The network, with the weight of each convolution, linear layer and embedding divided by its largest singular
    value, which one power iteration for each forward pass in train mode estimates (Miyato et al. 2018, algorithm 1).

    Initialise first: afterwards `.weight` is computed, and writing to it does nothing. Fifteen iterations are done at
    once, so that the estimates are good from the start.
    """
    for layer in list(_weighted(network)):
        spectral_norm(layer)
    return network


@torch.no_grad()
def xavier_init(layer: nn.Module) -> None:
    """For `network.apply`: weights uniform with variance 2 / (inputs + outputs) (Glorot & Bengio 2010), biases 0."""
    if isinstance(layer, nn.Linear | nn.Conv2d):
        nn.init.xavier_uniform_(layer.weight)
        if layer.bias is not None:
            nn.init.zeros_(layer.bias)


def _weighted(network: nn.Module) -> Iterator[nn.Module]:
    return (layer for layer in network.modules() if isinstance(layer, nn.Linear | nn.Conv2d | nn.Embedding))
