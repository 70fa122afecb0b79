"""Losses and penalties of critics, against values known on paper."""

import pytest
import torch
from torch import nn

from gancourse.losses import (
    clip_weights,
    critic_loss,
    gradient_penalty,
    wasserstein_1d,
    wasserstein_generator_loss,
)

pytestmark = pytest.mark.stage("04")


def linear_critic(weight: torch.Tensor):
    return lambda x: (x * weight).flatten(1).sum(dim=1, keepdim=True)


def test_the_critic_wants_real_up_and_fake_down_and_the_generator_fake_up():
    real, fake = (
        torch.tensor([[3.0], [5.0]], requires_grad=True),
        torch.tensor([[4.0], [5.0], [9.0]], requires_grad=True),
    )
    loss = critic_loss(real, fake)
    loss.backward()
    assert loss.item() == pytest.approx(6 - 4)
    assert real.grad.flatten().tolist() == pytest.approx([-1 / 2] * 2)
    assert fake.grad.flatten().tolist() == pytest.approx([1 / 3] * 3)
    assert wasserstein_generator_loss(fake).item() == pytest.approx(-6)


@pytest.mark.parametrize("shape", [(1, 2, 2), (2, 3, 5), (7,)])
@pytest.mark.parametrize("n", [1, 5])
def test_the_penalty_of_a_linear_critic_is_that_of_its_slope(shape, n):
    weight = torch.full(shape, 7.0)
    penalty = gradient_penalty(linear_critic(weight), torch.randn(n, *shape), torch.randn(n, *shape))
    assert penalty.item() == pytest.approx((weight.norm().item() - 1) ** 2, rel=1e-5)


def test_the_penalty_teaches_the_critic_and_nobody_else():
    weight = torch.tensor([3.0, 4.0], requires_grad=True)
    real, fake = torch.randn(6, 2, requires_grad=True), torch.randn(6, 2, requires_grad=True)
    gradient_penalty(linear_critic(weight), real, fake).backward()
    assert weight.grad.tolist() == pytest.approx([2 * (5 - 1) * 3 / 5, 2 * (5 - 1) * 4 / 5])
    assert real.grad is None and fake.grad is None


def test_the_penalty_asks_along_the_segments_between_real_and_fake():
    asked = []

    def critic(x):
        asked.append(x.detach())
        return x.sum(dim=1)

    n = 4_000
    gradient_penalty(critic, torch.zeros(n, 2), torch.tensor([2.0, 6.0]).expand(n, 2))
    share = asked[0][:, 0] / 2
    assert torch.allclose(asked[0][:, 1] / 6, share)  # one share for all of a picture
    assert share.min() >= 0 and share.max() <= 1
    assert share.mean().item() == pytest.approx(1 / 2, abs=0.03)
    assert share.var().item() == pytest.approx(1 / 12, abs=0.01)


def test_a_flat_critic_has_penalty_one_and_finite_gradients():
    critic = nn.Linear(3, 1)
    nn.init.zeros_(critic.weight)
    penalty = gradient_penalty(critic, torch.randn(4, 3), torch.randn(4, 3))
    penalty.backward()
    assert penalty.item() == 1
    assert critic.weight.grad.isfinite().all()


def test_clipping_reaches_weights_and_biases_and_leaves_the_small_ones():
    critic = nn.Linear(2, 1)
    with torch.no_grad():
        critic.weight.copy_(torch.tensor([[-3.0, 0.004]]))
        critic.bias.fill_(0.5)
    clip_weights(critic, 0.01)
    assert critic.weight.tolist() == [pytest.approx([-0.01, 0.004])]
    assert critic.bias.item() == pytest.approx(0.01)


def test_wasserstein_1d_on_paper():
    a = torch.tensor([4.0, 0.0])
    assert wasserstein_1d(a, a + 3).item() == 3
    assert wasserstein_1d(a, torch.tensor([1.0])).item() == (3 + 1) / 2
    assert wasserstein_1d(torch.tensor([1.0]), a).item() == (3 + 1) / 2
    # the thirds of b against the halves of a: |0-1|/3 + |0-2|/6 + |4-2|/6 + |4-5|/3
    assert wasserstein_1d(a, torch.tensor([5.0, 1.0, 2.0])).item() == pytest.approx(4 / 3)


def test_wasserstein_1d_of_unequal_sizes_equals_that_of_repeated_samples():
    a, b = torch.randn(6), 2 * torch.randn(15) + 1
    repeated = (a.repeat(5).sort().values - b.repeat(2).sort().values).abs().mean()
    assert wasserstein_1d(a, b).item() == pytest.approx(repeated.item(), rel=1e-5)
