"""The projected discriminator in PyTorch: what learns, what stands still, and what each head sees."""

import pytest
import torch

from gancourse.nets.projected import (
    PIXEL_WEIGHT,
    ProjectedDiscriminator,
    generator_loss_of_heads,
    hinge_of_heads,
)

pytestmark = pytest.mark.stage("08")


@pytest.fixture(scope="module")
def pictures() -> torch.Tensor:
    return torch.rand(8, 3, 64, 64, generator=torch.Generator().manual_seed(0)) * 2 - 1


@pytest.fixture
def discriminator(pictures) -> ProjectedDiscriminator:
    torch.manual_seed(0)
    return ProjectedDiscriminator(pictures)


def test_five_heads_score_places_and_each_map_has_a_mean_square_of_1(discriminator, pictures):
    logits = discriminator(pictures)
    assert [tuple(each.shape) for each in logits] == [(8, 1, 4, 4)] * 3 + [(8, 1, 8, 8), (8, 1, 4, 4)]
    for scale, maps in zip(discriminator.scales, discriminator.look(pictures), strict=True):
        assert (scale * maps).square().mean().item() == pytest.approx(1, rel=1e-3)


def test_maps_that_were_looked_at_before_give_the_same(discriminator, pictures):
    discriminator.eval()  # or the norms' statistics would move in between
    seen = discriminator.look(pictures)
    for alone, given in zip(discriminator(pictures), discriminator(pictures, seen), strict=True):
        assert torch.allclose(alone, given)
    blind = discriminator(pictures, [torch.zeros_like(each) for each in seen])
    changed = [not torch.allclose(a, b) for a, b in zip(discriminator(pictures), blind)]
    assert changed == [True, True, True, False, False]  # the last two look at the pixels


def test_only_the_heads_learn(discriminator, pictures):
    learning = {id(p) for p in discriminator.learning()}
    assert {id(p) for p in discriminator.parameters() if p.requires_grad} == learning
    before = [(p, p.clone()) for p in discriminator.parameters()]
    optimiser = torch.optim.SGD(discriminator.learning(), 0.1)
    hinge_of_heads(discriminator(pictures), discriminator(-pictures)).backward()
    optimiser.step()
    assert all(torch.equal(p, old) for p, old in before if id(p) not in learning)
    assert not any(torch.equal(p, old) for p, old in before if id(p) in learning and p.ndim == 4)  # the kernels


def test_every_head_gives_the_generator_a_gradient(discriminator, pictures):
    fake = pictures.clone().requires_grad_()
    for place, logits in enumerate(discriminator(fake)):
        (gradient,) = torch.autograd.grad(logits.sum(), fake, retain_graph=True)
        assert gradient.abs().sum() > 0, place


def test_losses_are_weighted_means_over_the_heads():
    real = [torch.full((2, 1, 1, 1), value) for value in (2.0, 0.5, -1.0, 0.0, 3.0)]
    fake = [torch.full((2, 1, 1, 1), value) for value in (-2.0, 0.5, 0.0, -0.5, 1.0)]
    each = [0.0, 0.5 + 1.5, 2.0 + 1.0, 1.0 + 0.5, 0.0 + 2.0]
    weights = [1, 1, 1, PIXEL_WEIGHT, PIXEL_WEIGHT]
    wanted = sum(w * loss for w, loss in zip(weights, each)) / sum(weights)
    assert hinge_of_heads(real, fake).item() == pytest.approx(wanted)
    wanted = sum(-w * f.mean().item() for w, f in zip(weights, fake)) / sum(weights)
    assert generator_loss_of_heads(fake).item() == pytest.approx(wanted)
