"""Attention, hinge and spectral norm against values worked by hand; shapes; how far the networks see."""

import importlib.util
import json

import pytest
import torch
from torch import nn

from gancourse import data, paths
from gancourse.losses import hinge_discriminator_loss, wasserstein_generator_loss
from gancourse.nets.attention import (
    DiscriminatorBlock,
    GeneratorBlock,
    SelfAttention2d,
    attention_discriminator,
    attention_generator,
    spectrally_normed,
)

pytestmark = pytest.mark.stage("07")


def by_hand(query, key, value, out, x):
    """Two places, one channel of each kind, gamma = 1: the layer with these numbers as its 1 x 1 convolutions."""
    layer = SelfAttention2d(2)
    for conv, weight in zip((layer.query, layer.key, layer.value, layer.out), (query, key, value, out)):
        conv.weight.data = torch.tensor(weight).reshape(conv.weight.shape)
    layer.gamma.data.fill_(1.0)
    return layer, torch.tensor(x).reshape(1, 2, 1, 2)


def test_two_places_by_hand():
    # channels (a, b) are (1, 0) at the first place and (0, 1) at the second; query = log 3 * a, key = a, value = 4 b
    layer, x = by_hand([torch.log(torch.tensor(3.0)).item(), 0.0], [1.0, 0.0], [0.0, 4.0], [1.0, 0.0], [1.0, 0, 0, 1])
    # the first place's products are (log 3, 0): weights 3/4, 1/4; the second's (0, 0): 1/2, 1/2; values are (0, 4)
    assert torch.allclose(layer.weights(x)[0], torch.tensor([[0.75, 0.25], [0.5, 0.5]]))
    assert torch.allclose(layer(x).flatten(), torch.tensor([2.0, 2.0, 0.0, 1.0]))


@pytest.mark.parametrize("pooled", [False, True])
def test_rows_sum_to_one_and_equal_values_are_gathered_as_they_are(pooled):
    layer, x = SelfAttention2d(16, pooled), 3 * torch.randn(2, 16, 4, 6)
    weights = layer.weights(x)
    assert weights.shape == (2, 24, 6 if pooled else 24)
    assert torch.allclose(weights.sum(2), torch.ones(2, 24)) and not torch.allclose(
        weights.sum(1)[:, 0], torch.full((2,), 24 / weights.shape[2])
    )
    layer.value.weight.data.zero_()
    layer.value.weight.data[0, 0] = 1
    x[:, 0] = 5  # the first value is 5 at each place, whatever the weights
    layer.gamma.data.fill_(1.0)
    gathered = 5 * layer.out.weight[:, 0, 0, 0]
    assert torch.allclose(layer(x) - x, gathered[:, None, None].expand_as(x), atol=1e-5)


@pytest.mark.parametrize("pooled", [False, True])
def test_a_new_layer_changes_nothing_and_gamma_can_learn(pooled):
    layer, x = SelfAttention2d(8, pooled), torch.randn(3, 8, 4, 4)
    assert torch.equal(layer(x), x) and layer.gamma.numel() == 1
    layer(x).square().sum().backward()
    assert layer.gamma.grad.abs() > 0 and not layer.query.weight.grad.any()  # gamma moves first


def test_each_place_reaches_each_place_and_pictures_stay_apart():
    layer = SelfAttention2d(8)
    layer.gamma.data.fill_(1.0)
    x = torch.randn(2, 8, 8, 8, requires_grad=True)
    (gradient,) = torch.autograd.grad(layer(x)[0, :, 0, 0].sum(), x)
    assert (gradient[0].abs().sum(0) > 0).all() and not gradient[1].any()


def test_moving_places_moves_the_result_with_them():
    layer, x, order = SelfAttention2d(8), torch.randn(2, 8, 3, 4), torch.randperm(12)
    layer.gamma.data.fill_(-0.7)  # a negative gamma is as good as a positive one

    def moved(t):
        return t.flatten(2)[:, :, order].unflatten(2, (3, 4))

    assert torch.allclose(layer(moved(x)), moved(layer(x)), atol=1e-5)


def test_hinge_by_hand():
    real = torch.tensor([2.0, 1.0, 0.4, -1.0], requires_grad=True)
    fake = torch.tensor([-3.0, 0.4, 0.0], requires_grad=True)
    loss = hinge_discriminator_loss(real, fake)
    assert loss.item() == pytest.approx((0 + 0 + 0.6 + 2) / 4 + (0 + 1.4 + 1) / 3)
    loss.backward()
    assert torch.allclose(real.grad[[0, 2, 3]], torch.tensor([0, -0.25, -0.25]))
    assert torch.allclose(fake.grad, torch.tensor([0, 1 / 3, 1 / 3]))
    assert hinge_discriminator_loss(torch.zeros(5, 1), torch.zeros(2, 1)).item() == 2
    scores = torch.tensor([5.0, -5.0], requires_grad=True)
    wasserstein_generator_loss(scores).backward()
    assert torch.allclose(scores.grad, torch.tensor([-0.5, -0.5]))  # the generator has no margin


@pytest.mark.parametrize("attention", [True, False])
def test_shapes_range_and_where_gradients_reach(attention):
    g = attention_generator(5, 7, channels=8, attention=attention)
    d = attention_discriminator(7, channels=8, attention=attention)
    y = torch.tensor([0, 6, 3])
    pictures = g(30 * torch.randn(3, 5), y)
    assert pictures.shape == (3, 3, 32, 32) and -1 <= pictures.min() < pictures.max() <= 1
    scores = d(pictures, y)
    assert scores.shape == (3, 1)
    scores.sum().backward()
    for network in (g, d):
        found = [layer for layer in network.modules() if isinstance(layer, SelfAttention2d)]
        assert len(found) == attention
        still = [name for name, p in network.named_parameters() if p.grad is None or not p.grad.any()]
        assert all("attention" in name or ".features.1." in f".{name}" for name in still)  # behind gamma = 0


def test_the_first_block_passes_negative_pixels_and_no_block_changes_its_input():
    for first in (True, False):
        block, x = DiscriminatorBlock(3, 4, down=True, first=first), torch.randn(2, 3, 8, 8)
        before = x.clone()
        shortcut = block.shortcut(block.shrink(x))
        assert block(x).shape == (2, 4, 4, 4) and torch.equal(x, before)
        block.conv2.weight.data.zero_()
        block.conv2.bias.data.zero_()
        assert torch.allclose(block(x), shortcut, atol=1e-6)  # the shortcut sees x itself, not its positive part


def test_a_generator_block_is_told_the_class():
    block, x = GeneratorBlock(4, 6, 3).eval(), torch.randn(1, 4, 5, 5)
    assert torch.equal(block(x, torch.tensor([0])), block(x, torch.tensor([2])))
    nn.init.normal_(block.norm2.scale.weight)
    assert block(x, torch.tensor([1])).shape == (1, 6, 10, 10)
    assert not torch.allclose(block(x, torch.tensor([0])), block(x, torch.tensor([2])))


def test_every_layer_of_the_discriminator_has_largest_singular_value_one():
    torch.manual_seed(0)  # where the two largest values are nearly equal, the estimate needs many more iterations
    d = attention_discriminator(7, channels=8)
    x, y = torch.randn(2, 3, 32, 32), torch.tensor([0, 1])
    with torch.no_grad():
        for _ in range(60):
            d(x, y)
    found = [
        torch.linalg.matrix_norm(layer.weight.flatten(1), 2).item()
        for layer in d.modules()
        if isinstance(layer, nn.Conv2d | nn.Linear | nn.Embedding)
    ]
    assert len(found) == 12 + 4 + 2  # four blocks of three, attention, psi and the table
    assert min(found) > 0.999 and max(found) < 1.03


def test_spectral_norm_keeps_what_was_initialised():
    layer = nn.Linear(2, 2, bias=False)
    layer.weight.data = torch.tensor([[3.0, 0.0], [0.0, 1.0]])
    spectrally_normed(layer)
    assert torch.allclose(layer.weight, torch.tensor([[1.0, 0.0], [0.0, 1 / 3]]), atol=1e-4)


@pytest.mark.parametrize(("blocks", "attention", "width"), [(2, False, 16), (3, False, 30), (2, True, 32)])
def test_how_far_one_place_of_the_discriminator_sees(blocks, attention, width):
    """Before the sum: the place at columns 16 to 19 depends on so many columns of the picture (32 of 2 to 33, cut)."""
    d = attention_discriminator(3, channels=8, attention=attention, blocks=blocks).eval()
    for layer in d.modules():
        if isinstance(layer, SelfAttention2d):
            layer.gamma.data.fill_(1.0)
    x = torch.randn(1, 3, 32, 32, requires_grad=True)
    maps = d.features[:-1](x)
    (gradient,) = torch.autograd.grad(maps[0, :, 4, 4].square().sum(), x)
    assert int((gradient[0].abs().sum((0, 1)) > 0).sum()) == width


@pytest.fixture(scope="module")
def rule():
    """benchmarks/attention_rule.py as a module."""
    file = paths.root() / "benchmarks" / "attention_rule.py"
    spec = importlib.util.spec_from_file_location("attention_rule", file)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_docs_show_the_rule_as_measured_with_three_seeds_each(rule):
    rows = json.loads(rule.RESULTS.read_text("utf-8"))
    assert {(row["contender"], row["seed"]) for row in rows} == {(c, s) for c in rule.CONTENDERS for s in range(3)}
    assert rule.table(rows) in (paths.root() / "docs" / "measured.md").read_text("utf-8")


@pytest.mark.parametrize(
    ("contender", "adds_up"),
    [("local", True), ("dense", True), ("attention", False), ("even", False), ("hidden", False), ("deep", False)],
)
def test_which_scores_are_sums_over_places(rule, contender, adds_up):
    """Lesson 07's proof in four pictures: where places only add up, the scores of (red, red) and (blue, blue) together
    are those of (red, blue) and (blue, red)."""
    torch.manual_seed(0)
    twins = data.draw_twins(100, seed=3)
    red, blue = (data.to_batch(twins.images[(twins.labels == label).argmax()][None]) for label in (0, 3))
    halves = {"rr": (red, red), "bb": (blue, blue), "rb": (red, blue), "br": (blue, red)}
    background = red[:, :, :1, :1].expand(1, 3, 32, 16)
    pictures = []
    for left, right in halves.values():
        left, right = left[..., :16].clone(), right[..., 16:].clone()
        left[..., 8:], right[..., :8] = background[..., 8:], background[..., :8]
        pictures.append(torch.cat([left, right], dim=3))
    critic = rule.discriminator(contender).double().eval()
    for layer in critic:
        if isinstance(layer, SelfAttention2d):
            nn.init.constant_(layer.gamma, 1.0)
    rr, bb, rb, br = critic(torch.cat(pictures).double())[:, 0].tolist()
    assert (abs(rr + bb - rb - br) < 1e-9) == adds_up
