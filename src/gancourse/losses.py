"""Adversarial losses and penalties. Lesson 01 derives those on logits d, lesson 04 those on a critic's scores f,
lesson 07 the hinge, lesson 08 R1, lesson 10 least squares, cycle and identity losses, lesson 11 the relativistic
average and the perceptual loss, lesson 12 GANomaly's.

sigma is the logistic function.
"""

from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import nn


def discriminator_loss(real_logits: torch.Tensor, fake_logits: torch.Tensor) -> torch.Tensor:
    """Binary cross-entropy with real as 1 and fake as 0: mean[-log sigma(d_real)] + mean[-log(1 - sigma(d_fake))].

    Logits of any shape; returns a scalar >= 0, which is 2 log 2 = 1.386 for logits of 0. Goodfellow et al. 2014,
    eq. 1, with the sign turned so that D minimises. `softplus` keeps it finite and exact for logits of any size.
    """
    return F.softplus(-real_logits).mean() + F.softplus(fake_logits).mean()


def generator_loss(fake_logits: torch.Tensor) -> torch.Tensor:
    """The non-saturating loss: mean[-log sigma(d_fake)], a scalar >= 0 (Goodfellow et al. 2014, section 3)."""
    return F.softplus(-fake_logits).mean()


def critic_loss(real_scores: torch.Tensor, fake_scores: torch.Tensor) -> torch.Tensor:
    """mean[f(fake)] - mean[f(real)]: minus the critic's estimate of the Wasserstein distance, a scalar of either sign.

    Scores of any shape, any real numbers. It bounds nothing by itself: the critic needs `gradient_penalty` or
    `clip_weights`. Arjovsky et al. 2017, arXiv:1701.07875, eq. 2, with the sign turned so that the critic minimises.
    """
    return fake_scores.mean() - real_scores.mean()


def wasserstein_generator_loss(fake_scores: torch.Tensor) -> torch.Tensor:
    """-mean[f(fake)], a scalar of either sign: the distance as far as the generator moves it (Arjovsky et al. 2017)."""
    return -fake_scores.mean()


def hinge_discriminator_loss(real_scores: torch.Tensor, fake_scores: torch.Tensor) -> torch.Tensor:
    """mean[max(0, 1 - D(real))] + mean[max(0, 1 + D(fake))], a scalar >= 0, which is 2 for scores of 0.

    Scores of any shape, any real numbers. A score that is on its side by the margin of 1 contributes nothing, and no
    gradient. The generator's loss that belongs to it is `wasserstein_generator_loss`, without any margin. Lim & Ye
    2017, arXiv:1705.02894; in this form Miyato et al. 2018, arXiv:1802.05957, eq. 16.
    """
    return F.relu(1 - real_scores).mean() + F.relu(1 + fake_scores).mean()


def relativistic_average_loss(above: torch.Tensor, below: torch.Tensor) -> torch.Tensor:
    """mean[-log sigma(a - mean b)] + mean[-log sigma(mean a - b)], a scalar >= 0, which is 2 log 2 where all are equal.

    Logits of any shape. The discriminator's loss is that of (real, fake): each real one is to lie above the mean of the
    fakes, each fake below the mean of the real ones. The generator's is that of (fake, real). Jolicoeur-Martineau 2018,
    arXiv:1807.00734; in super-resolution Wang et al. 2018 (ESRGAN), arXiv:1809.00219, eq. 1 and 2.
    """
    return F.softplus(below.mean() - above).mean() + F.softplus(below - above.mean()).mean()


def perceptual_loss(
    maps_of: Callable[[torch.Tensor], list[torch.Tensor]], made: torch.Tensor, true: torch.Tensor
) -> torch.Tensor:
    """The mean squared difference between the feature maps of two batches of pictures, a scalar >= 0, summed over maps.

    `maps_of` gives a list of maps for pictures (n, c, h, w) in the range that it was trained on. Gradients flow to
    `made` alone. Johnson et al. 2016, arXiv:1603.08155; in SRGAN Ledig et al. 2017, arXiv:1609.04802, eq. 5.
    """
    with torch.no_grad():
        wanted = maps_of(true)
    return sum(F.mse_loss(found, aim) for found, aim in zip(maps_of(made), wanted, strict=True))


def least_squares_discriminator_loss(real_scores: torch.Tensor, fake_scores: torch.Tensor) -> torch.Tensor:
    """(mean[(D(real) - 1)^2] + mean[D(fake)^2]) / 2, a scalar >= 0, which is 1/2 for scores of 0.

    Scores of any shape, any real numbers: no sigmoid comes before. Mao et al. 2017, arXiv:1611.04076, eq. 9.
    """
    return ((real_scores - 1).square().mean() + fake_scores.square().mean()) / 2


def least_squares_generator_loss(fake_scores: torch.Tensor) -> torch.Tensor:
    """mean[(D(fake) - 1)^2], a scalar >= 0 (Mao et al. 2017, eq. 9; without its 1/2, as in CycleGAN's code)."""
    return (fake_scores - 1).square().mean()


def cycle_loss(
    back: Callable[[torch.Tensor], torch.Tensor], translated: torch.Tensor, pictures: torch.Tensor
) -> torch.Tensor:
    """mean|back(translated) - pictures|, a scalar >= 0: how much of the pictures comes back from their translations.

    `back` is the translator of the other direction; both translators get gradients, `back` as it is called here and
    the other one through `translated`. Zhu et al. 2017, arXiv:1703.10593, eq. 2, one of its two terms.
    """
    return F.l1_loss(back(translated), pictures)


def identity_loss(translate: Callable[[torch.Tensor], torch.Tensor], arrived: torch.Tensor) -> torch.Tensor:
    """mean|translate(arrived) - arrived|, a scalar >= 0: what `translate` changes in pictures that need no change.

    `arrived` are pictures of the domain that `translate` makes: a translator to maps gets maps. Zhu et al. 2017,
    section 5.2, one of its two terms.
    """
    return F.l1_loss(translate(arrived), arrived)


def ganomaly_loss(
    x: torch.Tensor,
    rebuilt: torch.Tensor,
    latent: torch.Tensor,
    latent_again: torch.Tensor,
    features: torch.Tensor,
    features_rebuilt: torch.Tensor,
    weights: tuple[float, float, float] = (1.0, 50.0, 1.0),
) -> torch.Tensor:
    """The generator's loss in GANomaly, a scalar >= 0: three parts, multiplied by `weights` and added.

    Adversarial: the squared difference between the discriminator's features of x and of what was rebuilt, which is
    feature matching. Contextual: |x - rebuilt|. Encoder's: the squared difference of the two latents. Each is a mean
    over all values. Akcay et al. 2018, arXiv:1805.06725, equations 1 to 4; the published code's default weights.
    """
    adversarial, contextual, encoders = weights
    parts = F.mse_loss(features_rebuilt, features), F.l1_loss(rebuilt, x), F.mse_loss(latent_again, latent)
    return adversarial * parts[0] + contextual * parts[1] + encoders * parts[2]


def gradient_penalty(
    critic: Callable[[torch.Tensor], torch.Tensor], real: torch.Tensor, fake: torch.Tensor
) -> torch.Tensor:
    """mean[(|gradient of f at x| - 1)^2], a scalar >= 0, to be multiplied by lambda and added to the critic's loss.

    Each x (n, ...) lies at a random place between a real and a fake one; |.| is one Euclidean norm for each x, over all
    other axes. `real` and `fake` have the same shape and get no gradient; the critic's parameters do. The critic must
    score each x by itself (no batch norm). Gulrajani et al. 2017, arXiv:1704.00028, eq. 3.
    """
    share = torch.rand(len(real), *[1] * (real.ndim - 1), device=real.device)
    mixed = (share * real + (1 - share) * fake).detach().requires_grad_()
    (gradient,) = torch.autograd.grad(critic(mixed).sum(), mixed, create_graph=True)
    return (gradient.flatten(1).norm(dim=1) - 1).square().mean()


def r1_penalty(discriminator: Callable[[torch.Tensor], torch.Tensor], real: torch.Tensor) -> torch.Tensor:
    """mean[|gradient of D at x|^2] over real x (n, ...), a scalar >= 0, to be added to D's loss times gamma / 2.

    D's output is the raw logit (n, 1), not a probability and not a loss; |.|^2 is the sum over all of a picture's axes.
    `real` stays as it is; the discriminator's parameters get gradients. Done every k-th step only ("lazily"), it counts
    k-fold: times k gamma / 2. Mescheder et al. 2018, arXiv:1801.04406, eq. 9; lazily Karras et al. 2020,
    arXiv:1912.04958, appendix B.
    """
    real = real.detach().requires_grad_()
    (gradient,) = torch.autograd.grad(discriminator(real).sum(), real, create_graph=True)
    return gradient.square().flatten(1).sum(dim=1).mean()


@torch.no_grad()
def clip_weights(critic: nn.Module, limit: float) -> None:
    """Clamp each parameter to [-limit, limit], in place: after each critic step (Arjovsky et al. 2017, algorithm 1)."""
    for parameter in critic.parameters():
        parameter.clamp_(-limit, limit)


def wasserstein_1d(a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    """The exact Wasserstein-1 distance between two samples of numbers, (n,) and (m,) on the CPU: a scalar >= 0.

    The integral of |Qa(u) - Qb(u)| over u from 0 to 1, Q being a sample's quantile function, a staircase over its
    sorted numbers; for n = m this is mean|sorted a - sorted b| (Peyre & Cuturi 2019, arXiv:1803.00567, remark 2.30).
    """
    n, m = len(a), len(b)
    stairs = torch.cat([m * torch.arange(n), n * torch.arange(m)]).sort().values  # u of each stair, times nm
    widths = torch.diff(stairs, append=torch.tensor([n * m]))
    return (widths * (a.sort().values[stairs // m] - b.sort().values[stairs // n]).abs()).sum() / (n * m)
