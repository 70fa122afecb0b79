"""The small classifier whose last hidden layer the course measures pictures in (`gancourse.metrics.feature_net`)."""

from torch import nn


def feature_classifier(channels: int, widths: tuple[int, int, int], classes: int) -> nn.Sequential:
    """Pictures (n, channels, h, w) in [-1, 1] to logits (n, classes); h and w a multiple of 4.

    Five 3 x 3 convolutions with batch norm and ReLU, two of them with stride 2, then the mean over the map: the
    `widths[-1]` features, which are what the last layer but one says (`net[:-1]`). They are never negative.
    """
    first, second, third = widths
    return nn.Sequential(
        *_block(channels, first),
        *_block(first, second, stride=2),
        *_block(second, second),
        *_block(second, third, stride=2),
        *_block(third, third),
        nn.AdaptiveAvgPool2d(1),
        nn.Flatten(),
        nn.Linear(third, classes),
    )


def _block(inputs: int, outputs: int, stride: int = 1) -> tuple[nn.Module, ...]:
    return nn.Conv2d(inputs, outputs, 3, stride, padding=1, bias=False), nn.BatchNorm2d(outputs), nn.ReLU()
