"""Styles, modulation, R1 and the parts around them against values worked by hand; shapes, and where gradients reach."""

import copy
import math

import pytest
import torch
import torch.nn.functional as F
from torch import nn

from gancourse.losses import r1_penalty
from gancourse.nets.style import (
    EqualConv2d,
    EqualLinear,
    MinibatchStd,
    PixelNorm,
    ResidualDown,
    ScaledLeakyReLU,
    StyleConv2d,
    mean_style,
    modulated_conv2d,
    style_discriminator,
    style_generator,
)

pytestmark = pytest.mark.stage("08")


def numbers(*shape, seed=0):
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed))


def test_equalised_layers_scale_when_they_run():
    layer = EqualLinear(4, 2, bias=3.0)
    layer.weight.data.fill_(1.0)
    assert torch.allclose(layer(torch.ones(1, 4)), torch.full((1, 2), 4 / 2 + 3.0))  # c = 1 / sqrt(4)
    layer(torch.ones(1, 4)).sum().backward()
    assert torch.allclose(layer.weight.grad, torch.full((2, 4), 0.5))  # the gradient carries the scale
    slow = EqualLinear(4, 2, bias=3.0, lr=0.01)
    assert torch.allclose(slow.bias, torch.full((2,), 300.0)) and torch.allclose(slow(torch.zeros(1, 4)), layer.bias)
    conv = EqualConv2d(5, 3, 3)
    conv.weight.data.fill_(1.0)
    assert torch.allclose(conv(torch.ones(1, 5, 4, 4))[0, :, 1, 1], torch.full((3,), math.sqrt(45)))


def test_stored_weights_are_normal_whatever_the_width():
    torch.manual_seed(0)
    for layer, size in ((EqualLinear(900, 100), 1), (EqualLinear(900, 100, lr=0.01), 100), (EqualConv2d(90, 90, 3), 1)):
        assert layer.weight.std().item() == pytest.approx(size, rel=0.02)
    out = EqualLinear(900, 100, lr=0.01)(torch.randn(200, 900))
    assert out.std().item() == pytest.approx(1, rel=0.05)


def test_one_adam_step_moves_a_slow_layer_by_less():
    moved = []
    for lr in (1.0, 0.01):
        layer, x = EqualLinear(16, 3, lr=lr), numbers(7, 16)
        before = (layer.scale * layer.weight).detach().clone()
        optimiser = torch.optim.Adam(layer.parameters(), lr=0.002)
        layer(x).square().sum().backward()
        optimiser.step()
        moved.append((layer.scale * layer.weight - before).abs().mean().item())
    assert moved[0] == pytest.approx(0.002 / 4, rel=1e-3) and moved[1] == pytest.approx(0.002 / 400, rel=1e-2)


def test_pixel_norm_is_over_the_channels():
    assert torch.allclose(PixelNorm()(torch.tensor([[3.0, 4.0]])), torch.tensor([[3.0, 4.0]]) / math.sqrt(12.5))
    maps = PixelNorm()(3 * numbers(2, 5, 3, 4))
    assert torch.allclose(maps.square().mean(1), torch.ones(2, 3, 4), atol=1e-4)


def test_leaky_relu_keeps_the_mean_square():
    assert torch.allclose(ScaledLeakyReLU()(torch.tensor([1.0, -1.0])), math.sqrt(2) * torch.tensor([1.0, -0.2]))
    assert ScaledLeakyReLU()(numbers(100_000)).square().mean().item() == pytest.approx(1.04, abs=0.02)


def test_modulation_by_hand():
    # one pixel, two channels in, one out: kernel (3, 4), style (1, 2), x = (5, 7): 15 + 56 = 71; length sqrt(9 + 64)
    x, weight = torch.tensor([5.0, 7.0]).reshape(1, 2, 1, 1), torch.tensor([3.0, 4.0]).reshape(1, 2, 1, 1)
    style = torch.tensor([[1.0, 2.0]])
    assert modulated_conv2d(x, weight, style, demodulate=False).item() == pytest.approx(71)
    assert modulated_conv2d(x, weight, style).item() == pytest.approx(71 / math.sqrt(73))
    assert modulated_conv2d(x, weight, 10 * style).item() == pytest.approx(71 / math.sqrt(73))  # only the direction


def one_by_one(x, weight, style, demodulate):
    """As the paper writes it: a kernel for each picture, scaled, divided by each output channel's length."""
    out = []
    for picture, scales in zip(x, style):
        kernel = weight * scales[None, :, None, None]
        if demodulate:
            kernel = kernel / kernel.square().sum(dim=(1, 2, 3), keepdim=True).add(1e-8).sqrt()
        out.append(F.conv2d(picture[None], kernel, padding=weight.shape[-1] // 2))
    return torch.cat(out)


def grouped(x, weight, style, demodulate):
    """As the authors' code does it: the whole batch as one picture, with a group of channels for each."""
    n, inputs, height, width = x.shape
    kernels = weight[None] * style[:, None, :, None, None]
    if demodulate:
        kernels = kernels * kernels.square().sum(dim=(2, 3, 4), keepdim=True).add(1e-8).rsqrt()
    y = F.conv2d(
        x.reshape(1, n * inputs, height, width), kernels.flatten(0, 1), padding=weight.shape[-1] // 2, groups=n
    )
    return y.reshape(n, len(weight), height, width)


@pytest.mark.parametrize("demodulate", [True, False])
@pytest.mark.parametrize("kernel", [1, 3])
@pytest.mark.parametrize("n", [1, 3])
def test_scaling_in_and_out_equals_scaling_the_kernel(n, kernel, demodulate):
    x, weight, style = numbers(n, 5, 6, 4), numbers(7, 5, kernel, kernel, seed=1), numbers(n, 5, seed=2)
    leaves = [part.double().requires_grad_() for part in (x, weight, style)]
    pull = numbers(n, 7, 6, 4, seed=3)
    found = []
    for way in (modulated_conv2d, one_by_one, grouped):
        y = way(*leaves, demodulate)
        found.append([y.detach(), *torch.autograd.grad((pull * y).sum(), leaves)])
    for other in found[1:]:
        assert all(torch.allclose(a, b, rtol=1e-5, atol=1e-6) for a, b in zip(found[0], other, strict=True))


def test_demodulation_is_normalising_the_output_in_expectation():
    x, weight = numbers(2, 8, 200, 200), numbers(4, 8, 3, 3, seed=1)
    style = torch.tensor([[1.0] * 8, [7.0, 0.1, 3.0, 0.0, -5.0, 1.0, 1.0, 0.3]])
    inside = modulated_conv2d(x, weight, style)[:, :, 1:-1, 1:-1]  # at the border zeros come in
    assert torch.allclose(inside.std(dim=(2, 3)), torch.ones(2, 4), atol=0.03)
    plain = modulated_conv2d(x, weight, style, demodulate=False)[:, :, 1:-1, 1:-1].std(dim=(2, 3))
    expected = (weight[None] * style[:, None, :, None, None]).square().sum(dim=(2, 3, 4)).sqrt()
    assert torch.allclose(plain, expected, rtol=0.03) and plain.max() > 10


def test_correlated_inputs_are_where_expectation_and_measurement_part():
    x = numbers(1, 1, 100, 100).expand(1, 8, 100, 100)  # all channels alike
    y = modulated_conv2d(x, torch.ones(1, 8, 1, 1), torch.ones(1, 8))
    assert y.std().item() == pytest.approx(math.sqrt(8), rel=0.02)


def test_a_style_begins_near_one_and_pictures_keep_their_own():
    torch.manual_seed(0)
    conv, x, w = StyleConv2d(6, 4, 3, 5), numbers(3, 6, 8, 8), numbers(3, 5)
    assert conv.affine(torch.zeros(1, 5)).tolist() == [[1.0] * 6]
    together, alone = conv(x, w), torch.cat([conv(x[i : i + 1], w[i : i + 1]) for i in range(3)])
    assert torch.allclose(together, alone, atol=1e-5)
    assert not torch.allclose(together, conv(x, w.flip(0)), atol=1e-2)


def test_minibatch_std_by_hand():
    x = torch.zeros(4, 2, 1, 1)
    x[:, 0, 0, 0] = torch.tensor([1.0, -1.0, 1.0, -1.0])  # one of two channels varies by 1: on average 1 / 2
    layer = MinibatchStd(4)
    assert layer(x).shape == (4, 3, 1, 1) and torch.allclose(layer(x)[:, 2], torch.tensor(0.5), atol=1e-4)
    assert torch.equal(layer(x)[:, :2], x)


def test_minibatch_std_gives_each_group_its_own():
    x = numbers(1, 3, 4, 4).repeat(8, 1, 1, 1)
    x[[1, 3, 5, 7]] += numbers(4, 3, 4, 4, seed=1)  # 8 pictures in groups of 4: every second one together
    extra = MinibatchStd(4)(x)[:, 3]
    assert (extra[1::2] > 0.3).all() and (extra[::2] < 1e-3).all()
    assert MinibatchStd(4)(x[:3]).shape == (3, 4, 4, 4) and MinibatchStd(4)(x[:1])[:, 3].max() < 1e-3


def test_r1_of_known_discriminators():
    weight = numbers(3, 2, 2)
    linear = nn.Sequential(nn.Flatten(), nn.Linear(12, 1))
    linear[1].weight.data = weight.flatten()[None]
    for bias in (0.0, 5.0):  # of the raw score: neither the bias nor the pictures matter
        linear[1].bias.data.fill_(bias)
        assert r1_penalty(linear, numbers(4, 3, 2, 2)).item() == pytest.approx(weight.square().sum().item(), rel=1e-5)
    x = numbers(5, 3, 2, 2)
    squares = lambda pictures: pictures.square().flatten(1).sum(1, keepdim=True)  # noqa: E731
    assert r1_penalty(squares, x).item() == pytest.approx((4 * x.square().flatten(1).sum(1)).mean().item(), rel=1e-5)


def test_r1_reaches_the_parameters_as_autograd_says_and_leaves_pictures_alone():
    a = torch.tensor(3.0, requires_grad=True)
    x = numbers(5, 3, 2, 2)
    before = x.clone()
    penalty = r1_penalty(lambda pictures: a * pictures.flatten(1).sum(1, keepdim=True), x)
    penalty.backward()
    assert penalty.item() == pytest.approx(12 * 9) and a.grad.item() == pytest.approx(12 * 6)  # 12 a^2, and 24 a
    assert torch.equal(x, before) and not x.requires_grad and x.grad is None


def test_lazy_r1_is_as_strong_as_eager_on_average():
    def pulled(every):
        """The sum of all penalty gradients over 16 steps with the discriminator held still."""
        a = torch.tensor(1.5, requires_grad=True)
        for step in range(1, 17):
            if step % every == 0:
                penalty = r1_penalty(lambda x: a * x.flatten(1).sum(1, keepdim=True), numbers(2, 3, 1, 1))
                (every * 0.7 / 2 * penalty).backward()
        return a.grad.item()

    assert pulled(1) == pytest.approx(16 * 0.7 / 2 * 2 * 3 * 1.5) and pulled(8) == pytest.approx(pulled(1))


@pytest.mark.parametrize(("side", "levels"), [(8, 2), (32, 4), (64, 5)])
def test_shapes_levels_and_where_gradients_reach(side, levels):
    g, d = style_generator(6, (3, side, side), channels=4), style_discriminator((3, side, side), channels=4)
    assert g.levels == levels and len(g.synthesis.noise(2)) == 2 * levels - 1
    for layer in (*g.synthesis.first, *g.synthesis.second):
        layer.strength.data.fill_(0.1)
    pictures = g(numbers(3, 6))
    assert pictures.shape == (3, 3, side, side)
    scores = d(pictures)
    assert scores.shape == (3, 1)
    scores.sum().backward()
    for network in (g, d):
        assert all(p.grad is not None and p.grad.any() for p in network.parameters())


@pytest.mark.parametrize("shape", [(3, 28, 28), (3, 64, 32), (1, 4, 4)])
def test_other_sizes_are_refused(shape):
    for build in (lambda: style_generator(6, shape), lambda: style_discriminator(shape)):
        with pytest.raises(ValueError, match="power of two"):
            build()


def test_noise_is_each_pictures_own_and_comes_from_the_generator():
    g = style_generator(6, (3, 16, 16), channels=4)
    z = numbers(1, 6).repeat(2, 1)
    assert torch.allclose(*g(z), atol=1e-5)  # strength 0: noise changes nothing yet
    g.synthesis.second[0].strength.data.fill_(1.0)
    pictures = g(z, torch.Generator().manual_seed(3))
    assert not torch.allclose(*pictures, atol=1e-3)
    assert torch.equal(pictures, g(z, torch.Generator().manual_seed(3)))
    sides = [part.shape for part in g.synthesis.noise(2)]
    assert sides == [(2, 1, side, side) for side in (4, 8, 8, 16, 16)]


def test_a_style_acts_at_its_size_and_above():
    g = style_generator(6, (3, 16, 16), channels=4)
    w = g.mapping(numbers(2, 6))
    noise, styles = g.synthesis.noise(1), g.styles(w[:1]).clone()
    plain = g.synthesis(styles, noise)
    for level in range(3):
        other = styles.clone()
        other[:, level] = w[1]
        assert not torch.allclose(g.synthesis(other, noise), plain, atol=1e-4)
    other = styles.clone()
    other[:, 2] = w[1]
    maps = []
    g.synthesis.second[1].register_forward_hook(lambda layer, given, made: maps.append(made))
    g.synthesis(styles, noise), g.synthesis(other, noise)
    assert torch.equal(*maps)  # the 8 x 8 maps know nothing of the style at 16 x 16


def test_the_mean_style_is_a_mean_of_styles():
    class Squared(nn.Module):
        def __init__(self):
            super().__init__()
            self.one = nn.Parameter(torch.ones(()))

        def forward(self, z):
            return self.one * z.square()

    mean = mean_style(Squared(), 3)
    assert mean.shape == (1, 3) and torch.allclose(mean, torch.ones(1, 3), atol=0.1)  # of z squared 1, not 0
    assert torch.equal(mean, mean_style(Squared(), 3)) and not mean.requires_grad


def test_residual_block_keeps_the_variance():
    torch.manual_seed(0)
    y = ResidualDown(64, 64)(F.interpolate(numbers(4, 64, 16, 16), scale_factor=2))  # what pooling leaves as it is
    assert y.shape == (4, 64, 16, 16) and 0.5 < y.square().mean().item() < 1.5


def test_bfloat16_and_channels_last_give_nearly_the_same():
    torch.manual_seed(0)
    g = style_generator(16, (3, 16, 16), channels=8).eval()
    z, rng = numbers(4, 16), torch.Generator()
    plain = g(z, rng.manual_seed(1)).detach()
    other = copy.deepcopy(g).to(memory_format=torch.channels_last)
    assert torch.allclose(other(z, rng.manual_seed(1)), plain, atol=1e-4)
    with torch.autocast("cpu", torch.bfloat16):
        near = other(z, rng.manual_seed(1)).float()
    assert (near - plain).std() < 0.05 * plain.std()
