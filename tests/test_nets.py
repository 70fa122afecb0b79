"""Shapes, sizes and first weights of the networks that lessons share."""

import pytest
import torch
from torch import nn

from gancourse.nets.dcgan import dcgan_discriminator, dcgan_generator, dcgan_init
from gancourse.nets.mlp import mlp_discriminator, mlp_generator

pytestmark = pytest.mark.filterwarnings("error")  # a network that warns would do so in each lesson


def parameters(network: nn.Module) -> int:
    return sum(p.numel() for p in network.parameters())


def layers(network: nn.Module, *kinds: type) -> list[nn.Module]:
    return [layer for layer in network.modules() if isinstance(layer, kinds)]


@pytest.mark.parametrize(
    ("image_shape", "maps"),
    [
        ((1, 28, 28), [(10, 7, 7), (5, 14, 14)]),
        ((3, 32, 32), [(20, 4, 4), (10, 8, 8), (5, 16, 16)]),
        ((3, 64, 64), [(40, 4, 4), (20, 8, 8), (10, 16, 16), (5, 32, 32)]),
        ((2, 20, 20), [(10, 5, 5), (5, 10, 10)]),
    ],
)
def test_dcgan_is_one_pyramid_upwards_and_downwards(image_shape, maps):
    g, d = dcgan_generator(6, image_shape, channels=5), dcgan_discriminator(image_shape, channels=5)
    x, ups = torch.randn(3, 6), []
    for layer in g:
        x = layer(x)
        if isinstance(layer, nn.BatchNorm2d):
            ups.append(tuple(x.shape[1:]))
    assert ups == maps
    assert x.shape == (3, *image_shape) and x.abs().max() <= 1
    downs = []
    for layer in d:
        x = layer(x)
        if isinstance(layer, nn.Conv2d):
            downs.append(tuple(x.shape[1:]))
    assert downs == maps[::-1]
    assert x.shape == (3, 1)


def test_dcgan_counts():
    c = 32  # weights of each layer, batch norm's scale and shift, biases where no batch norm follows
    generator = 64 * 2 * c * 49 + 2 * 2 * c + 2 * c * c * 16 + 2 * c + c * 16 + 1
    discriminator = c * 16 + c + c * 2 * c * 16 + 2 * 2 * c + 2 * c * 49 + 1
    assert parameters(dcgan_generator(64, (1, 28, 28))) == generator == 234_177
    assert parameters(dcgan_discriminator((1, 28, 28))) == discriminator == 36_577


def test_dcgan_starts_as_in_the_paper():
    torch.manual_seed(0)
    g, d = dcgan_generator(100, (3, 64, 64), channels=32), dcgan_discriminator((3, 64, 64), channels=32)
    for layer in layers(g, nn.Linear, nn.ConvTranspose2d) + layers(d, nn.Linear, nn.Conv2d):
        assert layer.weight.std().item() == pytest.approx(0.02, rel=0.1)
        assert layer.weight.mean().abs().item() < 0.002
        assert layer.bias is None or layer.bias.abs().max() == 0
    scales = torch.cat([layer.weight for network in (g, d) for layer in layers(network, nn.BatchNorm2d)])
    assert scales.mean().item() == pytest.approx(1, abs=0.01) and scales.std().item() == pytest.approx(0.02, rel=0.15)
    assert all(layer.bias.abs().max() == 0 for layer in layers(g, nn.BatchNorm2d) + layers(d, nn.BatchNorm2d))


def test_dcgan_init_leaves_layers_without_weights_alone():
    network = nn.Sequential(nn.Linear(3, 4, bias=False), nn.BatchNorm2d(4, affine=True), nn.ReLU(), nn.Flatten())
    network.apply(dcgan_init)
    assert network[0].weight.abs().max() < 0.1 and not network[1].running_mean.any()


def test_batch_norm_where_the_paper_has_it_and_no_bias_before_it():
    g, d = dcgan_generator(8, (3, 32, 32), channels=4), dcgan_discriminator((3, 32, 32), channels=4)
    for network in (g, d):
        for layer, following in zip(network, [*network[1:], None]):
            if isinstance(layer, nn.Conv2d | nn.ConvTranspose2d):
                assert (layer.bias is None) == isinstance(following, nn.BatchNorm2d)
    assert not isinstance(d[1], nn.BatchNorm2d) and isinstance(g[-1], nn.Tanh)
    assert isinstance(d[-1], nn.Linear) and d[-1].bias is not None


def test_without_batch_norm_each_picture_is_judged_by_itself():
    torch.manual_seed(0)
    x = torch.randn(4, 1, 28, 28)
    alone = dcgan_discriminator((1, 28, 28), channels=4, batch_norm=False)
    assert torch.allclose(alone(x)[:1], alone(x[:1]), rtol=1e-4, atol=1e-7)
    assert all(layer.bias is not None for layer in layers(alone, nn.Conv2d))
    together = dcgan_discriminator((1, 28, 28), channels=4)
    assert not torch.allclose(together(x)[:1], together(x[:1]), rtol=0.01)


@pytest.mark.parametrize("image_shape", [(1, 28, 32), (1, 30, 30), (3, 7, 7), (3, 27, 27), (1, 2, 2)])
@pytest.mark.parametrize("build", [lambda shape: dcgan_generator(8, shape), dcgan_discriminator])
def test_dcgan_refuses_what_does_not_halve(build, image_shape):
    with pytest.raises(ValueError, match="squares"):
        build(image_shape)


@pytest.mark.parametrize("image_shape", [(1, 28, 28), (3, 32, 32), (3, 64, 64), (2, 5, 3)])
def test_mlp_shapes(image_shape):
    g, d = mlp_generator(6, [8, 9], image_shape), mlp_discriminator(image_shape, [9, 8])
    pictures = g(torch.randn(3, 6))
    assert pictures.shape == (3, *image_shape) and pictures.abs().max() <= 1
    assert d(pictures).shape == (3, 1)
    assert [layer.out_features for layer in layers(g, nn.Linear)][:-1] == [8, 9]
    assert [layer.out_features for layer in layers(d, nn.Linear)] == [9, 8, 1]


def test_mlp_without_hidden_layers_is_linear():
    g, d = mlp_generator(6, [], (1, 2, 2)), mlp_discriminator((1, 2, 2), [])
    assert parameters(g) == 6 * 4 + 4 and parameters(d) == 4 + 1
    assert d(g(torch.randn(5, 6))).shape == (5, 1)


def test_mlp_discriminator_hides_units_in_train_mode_only():
    torch.manual_seed(0)
    d, x = mlp_discriminator((1, 4, 4), [64], dropout=0.5), torch.randn(8, 1, 4, 4)
    assert not torch.equal(d(x), d(x))
    d.eval()
    assert torch.equal(d(x), d(x))
    assert torch.allclose(d(x)[:1], d(x[:1]), atol=1e-6)
