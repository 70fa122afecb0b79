"""The small classifier whose last hidden layer the course measures pictures in (`gancourse.metrics.feature_net`)."""

from itertools import pairwise

from torch import nn


def feature_classifier(channels: int, widths: tuple[int, ...], classes: int) -> nn.Sequential:
    """Pictures (n, channels, h, w) in [-1, 1] to logits (n, classes); h and w a multiple of 2^(len(widths) - 1).

    3 x 3 convolutions with batch norm and ReLU: one `widths[0]` wide, then for each further width one with stride 2 and
    one with stride 1. Then the mean over the map: the `widths[-1]` features, the output of the last layer but one
    (`net[:-1]`). They are never negative.
    """
    blocks = [*_block(channels, widths[0])]
    for inputs, outputs in pairwise(widths):
        blocks += [*_block(inputs, outputs, stride=2), *_block(outputs, outputs)]
    return nn.Sequential(*blocks, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(widths[-1], classes))


def _block(inputs: int, outputs: int, stride: int = 1) -> tuple[nn.Module, ...]:
    return nn.Conv2d(inputs, outputs, 3, stride, padding=1, bias=False), nn.BatchNorm2d(outputs), nn.ReLU()
