"""Translators, patches, the pool and the losses of lesson 10, against values worked by hand; faces drawn twice."""

import importlib.util
import json

import numpy as np
import pytest
import torch
from torch import nn

from gancourse import data, paths
from gancourse.losses import (
    cycle_loss,
    identity_loss,
    least_squares_discriminator_loss,
    least_squares_generator_loss,
)
from gancourse.nets.translation import PicturePool, ResidualBlock, patch_discriminator, receptive_field, translator

pytestmark = pytest.mark.stage("10")


def without_norms(network: nn.Sequential) -> nn.Sequential:
    """The same layers but for instance norm, with positive weights, so that no path cancels another."""
    kept = nn.Sequential(*(layer for layer in network if not isinstance(layer, nn.InstanceNorm2d)))
    for parameter in kept.parameters():
        parameter.data = parameter.data.abs() + 0.01
    return kept


def seen(network: nn.Module, side: int, row: int, column: int) -> torch.Tensor:
    """Which pixels a place of the last map depends on: bool (side, side)."""
    x = torch.rand(1, 3, side, side, requires_grad=True)
    network(x)[0, 0, row, column].backward()
    return (x.grad[0] != 0).any(0)


# ---------------------------------------------------------------- networks


@pytest.mark.parametrize(("halvings", "field", "jump"), [(1, 16, 2), (2, 34, 4), (3, 70, 8)])
def test_a_patch_is_as_large_as_the_formula_says(halvings, field, jump):
    network = patch_discriminator(2, halvings)
    assert receptive_field(network) == (field, jump)
    side = 128
    found = without_norms(network)
    middle = found(torch.zeros(1, 3, side, side)).shape[2] // 2
    windows = [seen(found, side, middle, middle + i) for i in (0, 1)]
    rows, columns = (windows[0].any(axis).nonzero().flatten() for axis in (1, 0))
    assert len(rows) == len(columns) == field and windows[0].sum() == field**2  # a square without holes
    assert windows[1].any(0).nonzero()[0] - columns[0] == jump


def test_instance_norm_lets_a_patch_know_the_whole_picture():
    torch.manual_seed(0)
    network, x = patch_discriminator(4, 1), torch.randn(1, 3, 48, 48)
    changed = x.clone()
    changed[:, :, :, 30:] += 1
    before, after = network(x), network(changed)
    assert not torch.allclose(before[..., :4], after[..., :4], atol=1e-4)  # windows that end 10 columns before
    plain = without_norms(network)
    assert torch.equal(plain(x)[..., :4], plain(changed)[..., :4])


@pytest.mark.parametrize(("halvings", "side", "scores"), [(1, 32, 14), (2, 64, 14), (3, 128, 14), (3, 256, 30)])
def test_scores_are_a_map_and_not_probabilities(halvings, side, scores):
    network = patch_discriminator(3, halvings)
    found = network(torch.randn(2, 3, side, side))
    assert found.shape == (2, 1, scores, scores)
    network[-1].weight.data *= 1000
    found = network(torch.randn(2, 3, side, side))
    assert found.min() < -1 and found.max() > 1


@pytest.mark.parametrize(("height", "width"), [(32, 32), (8, 12), (20, 64)])
def test_a_translator_keeps_the_shape_and_stays_in_range(height, width):
    net = translator(2, 1)
    made = net(2 * torch.rand(3, 3, height, width) - 1)
    assert made.shape == (3, 3, height, width) and made.abs().max() <= 1
    made.sum().backward()
    assert all(p.grad is not None and p.grad.any() for p in net.parameters())


def test_the_widths_of_the_paper():
    net = translator(64, 9)
    share = 64 * 7 * 7 + 1  # the fourth channel of the last layer
    assert sum(p.numel() for p in net.parameters()) == 11_378_179 - bias_before_norms(64, 9) + share
    critic = patch_discriminator(64, 3)
    assert sum(p.numel() for p in critic.parameters()) == 2_764_737 - (128 + 256 + 512)


def test_brightness_and_contrast_reach_the_result_by_the_share_alone():
    torch.manual_seed(0)
    net, x = translator(4, 1), 0.5 * torch.randn(2, 3, 32, 32).clamp(-1, 1)
    tint = torch.tensor([0.2, -0.1, 0.3])[:, None, None]
    for changed in (x + tint, 0.5 * x):
        for before, after in zip(net.paint(x), net.paint(changed)):
            assert torch.allclose(before, after, atol=1e-2)  # a factor meets epsilon
    colours, share = net.paint(x)
    assert share.shape == (2, 1, 32, 32) and 0.4 < share.mean() < 0.6
    assert torch.allclose(net(x), share * colours + (1 - share) * x)
    nn.init.constant_(net.exit.bias[3:], 30.0)
    assert torch.allclose(net(x), net.paint(x)[0], atol=1e-5)  # the paper's network
    nn.init.constant_(net.exit.bias[3:], -30.0)
    assert torch.allclose(net(x), x, atol=1e-5)


def bias_before_norms(channels: int, blocks: int) -> int:
    """The authors' code has biases there, which the norms take out again."""
    return channels + 2 * channels + 4 * channels + blocks * 2 * 4 * channels + 2 * channels + channels


def test_each_picture_is_treated_by_itself_in_both_modes():
    torch.manual_seed(0)
    x = torch.randn(3, 3, 32, 32)
    for network in (translator(4, 1), patch_discriminator(4, 1)):
        together = network(x)
        alone = torch.cat([network(part) for part in x.split(1)])
        assert torch.allclose(together, alone, atol=1e-5)
        assert torch.equal(network.eval()(x), together) and not list(network.buffers())


def test_a_residual_block_adds_two_normed_convolutions_and_nothing_follows():
    torch.manual_seed(0)
    block, x = ResidualBlock(5), 3 + torch.randn(2, 5, 6, 7)
    added = block(x) - x
    assert torch.allclose(added.mean((2, 3)), torch.zeros(2, 5), atol=1e-5)
    assert torch.allclose(added.var((2, 3), unbiased=False), torch.ones(2, 5), atol=1e-2)
    for layer in block.layers:
        if isinstance(layer, nn.Conv2d):
            nn.init.zeros_(layer.weight)
    assert torch.equal(block(-x.abs()), -x.abs())  # no ReLU behind the sum


# ---------------------------------------------------------------- the pool


def numbered(first: int, n: int) -> torch.Tensor:
    return torch.arange(first, first + n, dtype=torch.float32).reshape(n, 1, 1, 1)


def test_until_it_is_full_the_pool_gives_back_what_it_got_and_stores_it():
    pool = PicturePool(5, (1, 1, 1))
    assert torch.equal(pool(numbered(1, 3)), numbered(1, 3)) and pool.filled == 3
    assert torch.equal(pool(numbered(4, 2)), numbered(4, 2))
    assert torch.equal(pool.pictures, numbered(1, 5))


def test_half_come_from_the_past_and_each_is_there_once():
    torch.manual_seed(0)
    pool, given = PicturePool(50, (1, 1, 1)), []
    for start in range(0, 8000, 4):
        batch = numbered(start, 4)
        found = pool(batch)
        assert found.shape == batch.shape and torch.equal(batch, numbered(start, 4))
        given += [(int(new), int(old)) for new, old in zip(batch.flatten(), found.flatten())]
    late = given[200:]
    earlier = [new - old for new, old in late if new != old]
    assert 0.47 < len(earlier) / len(late) < 0.53 and min(earlier) >= 1
    # An exchange happens for every second picture, and a stored one is taken with 1/50: it stays for 100 pictures.
    assert 85 < np.mean(earlier) < 115
    kept = pool.pictures.flatten().tolist()
    assert len(set(kept)) == 50
    # A picture that comes back unstored is never seen again, and one that was stored comes back at most twice: when
    # the pool wasn't full yet, it had been given back at once.
    returned = [old for _, old in given]
    assert max(returned.count(number) for number in set(returned[50:])) <= 2


def test_the_pool_has_no_graph_no_weights_and_goes_into_a_checkpoint():
    pool = PicturePool(2, (3, 4, 4))
    given = pool(torch.randn(3, 3, 4, 4, requires_grad=True))
    assert not given.requires_grad and not list(pool.parameters()) and torch.is_grad_enabled()
    other = PicturePool(2, (3, 4, 4))
    other.load_state_dict(pool.state_dict())
    assert torch.equal(other.pictures, pool.pictures) and other.filled == 2


# ---------------------------------------------------------------- losses


def test_least_squares_by_hand():
    real, fake = torch.tensor([0.0, 2.0]), torch.tensor([-1.0, 1.0, 3.0])
    assert least_squares_discriminator_loss(real, fake) == pytest.approx((1 + 11 / 3) / 2)
    assert least_squares_generator_loss(fake) == pytest.approx((4 + 0 + 4) / 3)
    assert least_squares_discriminator_loss(torch.zeros(2, 1, 3, 3), torch.zeros(1, 1, 5, 5)) == 0.5


def test_cycle_and_identity_by_hand_and_who_gets_gradients():
    to_second, to_first = nn.Linear(1, 1, bias=False), nn.Linear(1, 1, bias=False)
    to_second.weight.data.fill_(3.0)
    to_first.weight.data.fill_(0.5)
    first, second = torch.tensor([[1.0], [-2.0]]), torch.tensor([[4.0]])
    loss = cycle_loss(to_first, to_second(first), first)  # 1.5 and -3 for 1 and -2
    assert loss.item() == pytest.approx((0.5 + 1) / 2)
    loss.backward()
    assert to_first.weight.grad.item() == pytest.approx((3 + 6) / 2)
    assert to_second.weight.grad.item() == pytest.approx((0.5 + 1) / 2)
    assert identity_loss(to_second, second).item() == pytest.approx(8)
    assert identity_loss(to_first, first).item() == pytest.approx(0.75)


# ---------------------------------------------------------------- pairs of drawn faces


@pytest.mark.parametrize("size", [32, 64])
def test_a_face_without_and_with_a_mask_is_the_same_face(size):
    pairs, faces = data.draw_face_pairs(60, 7, size), data.draw_faces(60, 7, size)
    bare = faces.attributes["fit"] == "none"
    assert bare.any() and np.array_equal(pairs.first[bare], faces.images[bare])
    differs = (pairs.first != pairs.second).any(-1)
    assert ((differs.mean((1, 2)) > 0.03) & (differs.mean((1, 2)) < 0.5)).all()
    assert len(pairs) == 60 and pairs.classes == ("without_mask", "with_mask")
    surgical = (faces.attributes["fit"] == "worn") & (faces.attributes["mask"] == "surgical")
    above = ~differs[surgical]
    assert surgical.any() and np.array_equal(pairs.second[surgical][above], faces.images[surgical][above])


def test_all_masks_are_light_blue_and_a_shorter_draw_begins_the_longer_one():
    pairs = data.draw_face_pairs(40, 3, 32)
    differs = (pairs.first.astype(int) - pairs.second != 0).any(-1)
    colours = np.array([masked[where].mean(0) for masked, where in zip(pairs.second, differs)])
    assert (colours[:, 2] > 0.95 * colours[:, 0]).all()  # skin has at most 0.8, light may be warm
    shorter = data.draw_face_pairs(10, 3, 32)
    assert np.array_equal(shorter.first, pairs.first[:10]) and np.array_equal(shorter.second, pairs.second[:10])
    for n, size in ((0, 32), (1, 16)):
        with pytest.raises(ValueError, match="at least one face"):
            data.draw_face_pairs(n, 0, size)


def test_the_docs_show_what_each_loss_contributes_as_measured():
    file = paths.root() / "benchmarks" / "cyclegan_losses.py"
    spec = importlib.util.spec_from_file_location("cyclegan_losses", file)
    benchmark = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(benchmark)
    runs = json.loads(benchmark.FILE.read_text("utf-8"))
    assert list(runs) == list(benchmark.ARMS)
    assert all(len(values) == len(benchmark.SEEDS) for found in runs.values() for values in found.values())
    assert benchmark.table(runs) in (paths.root() / "docs" / "measured.md").read_text("utf-8")
