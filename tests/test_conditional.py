"""Networks that are told a class: shapes, what the class may and must change, and where gradients reach."""

import pytest
import torch
from torch import nn

from gancourse.nets.conditional import (
    ClassBatchNorm2d,
    ProjectionDiscriminator,
    class_norm_generator,
    conditional_generator,
    projection_discriminator,
)

pytestmark = pytest.mark.stage("05")

SHAPES = [(1, 28, 28), (3, 32, 32), (2, 64, 64)]
GENERATORS = [conditional_generator, class_norm_generator]


def moved(network):
    """The network with every class's scales and shifts moved away from 1 and 0, where they begin."""
    for layer in network.modules():
        if isinstance(layer, ClassBatchNorm2d):
            nn.init.normal_(layer.scale.weight)
            nn.init.normal_(layer.shift.weight)
    return network


@pytest.mark.parametrize("build", GENERATORS)
@pytest.mark.parametrize("shape", SHAPES)
def test_shapes_and_range(shape, build):
    g, d = build(5, shape, 7, channels=4), projection_discriminator(shape, 7, channels=4)
    y = torch.tensor([0, 6, 3])
    pictures = g(30 * torch.randn(3, 5), y)
    assert pictures.shape == (3, *shape) and -1 <= pictures.min() < pictures.max() <= 1
    assert d(pictures, y).shape == (3, 1)


@pytest.mark.parametrize("build", GENERATORS)
def test_the_class_changes_the_picture_and_z_does_too(build):
    g = moved(build(5, (1, 28, 28), 7, channels=4)).eval()
    z = torch.randn(1, 5).repeat(7, 1)
    assert len(torch.unique(g(z, torch.arange(7)).flatten(1), dim=0)) == 7
    assert not torch.allclose(g(z, torch.arange(7)), g(z + 1, torch.arange(7)))


@pytest.mark.parametrize("build", GENERATORS)
def test_a_class_for_each_picture_of_the_batch(build):
    g = moved(build(5, (1, 28, 28), 7, channels=4)).eval()
    d = projection_discriminator((1, 28, 28), 7, channels=4).eval()
    z, y = torch.randn(4, 5), torch.tensor([2, 0, 6, 2])
    x = g(z, y)
    for i in range(4):
        assert torch.allclose(g(z[i : i + 1], y[i : i + 1]), x[i : i + 1], atol=1e-6)
        assert torch.allclose(d(x[i : i + 1], y[i : i + 1]), d(x, y)[i], atol=1e-5)


def test_class_batch_norm_begins_as_batch_norm_and_then_follows_the_formula():
    norm, x, y = ClassBatchNorm2d(3, 7), 2 + 3 * torch.randn(4, 3, 5, 6), torch.tensor([2, 0, 6, 2])
    assert torch.allclose(norm(x, y), nn.BatchNorm2d(3)(x), atol=1e-5)
    moved(norm)
    normalised = (x - x.mean((0, 2, 3), keepdim=True)) / (x.var((0, 2, 3), correction=0, keepdim=True) + 1e-5).sqrt()
    expected = [
        norm.scale.weight[c][:, None, None] * one + norm.shift.weight[c][:, None, None] for c, one in zip(y, normalised)
    ]
    assert torch.allclose(norm(x, y), torch.stack(expected), atol=1e-5)


def test_each_class_learns_its_own_scales_and_shifts():
    g = class_norm_generator(5, (1, 28, 28), 7, channels=4)
    g(torch.randn(3, 5), torch.tensor([1, 4, 1])).sum().backward()
    tables = [t for layer in g.modules() if isinstance(layer, ClassBatchNorm2d) for t in (layer.scale, layer.shift)]
    assert len(tables) == 4
    assert all(table.weight.grad.abs().sum(1).nonzero().flatten().tolist() == [1, 4] for table in tables)


def test_the_projection_is_the_formula():
    d = ProjectionDiscriminator(nn.Flatten(), 6, 3)
    x, y = torch.randn(4, 2, 3), torch.tensor([2, 0, 1, 2])
    expected = [d.psi.bias + (d.psi.weight[0] + d.e.weight[c]) @ picture.flatten() for picture, c in zip(x, y)]
    assert torch.allclose(d(x, y), torch.stack(expected), atol=1e-6)


def test_class_and_picture_meet():
    """What a class adds to the logit depends on the picture; a label joined to h before psi would only shift it."""
    d = projection_discriminator((1, 28, 28), 7, channels=4).eval()
    x = torch.randn(6, 1, 28, 28)
    nn.init.normal_(d.e.weight)  # as large as rounding is not
    differences = d(x, torch.full((6,), 3)) - d(x, torch.full((6,), 5))
    assert differences.std() > 0.01 * differences.abs().mean()


def test_only_the_classes_of_a_batch_are_learned():
    d = projection_discriminator((1, 28, 28), 7, channels=4)
    d(torch.randn(3, 1, 28, 28), torch.tensor([1, 4, 1])).sum().backward()
    assert d.e.weight.grad.abs().sum(1).nonzero().flatten().tolist() == [1, 4]


def test_without_batch_norm_a_picture_is_scored_by_itself_in_training():
    d = projection_discriminator((1, 28, 28), 7, channels=4, batch_norm=False)
    x, y = torch.randn(4, 1, 28, 28), torch.tensor([2, 0, 6, 2])
    assert torch.allclose(d(x, y)[1:2], d(x[1:2], y[1:2]), atol=1e-5)


@pytest.mark.parametrize("build", [*GENERATORS, projection_discriminator])
def test_sizes_without_a_pyramid_are_refused(build):
    arguments = ((1, 30, 30), 7) if build is projection_discriminator else (5, (1, 30, 30), 7)
    with pytest.raises(ValueError, match="squares"):
        build(*arguments)
