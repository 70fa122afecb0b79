"""Adversarial losses on logits. Lesson 01 derives them; d is the discriminator's logit, sigma the logistic function."""

import torch
import torch.nn.functional as F


def discriminator_loss(real_logits: torch.Tensor, fake_logits: torch.Tensor) -> torch.Tensor:
    """Binary cross-entropy with real as 1 and fake as 0: mean[-log sigma(d_real)] + mean[-log(1 - sigma(d_fake))].

    Logits of any shape; returns a scalar >= 0, which is 2 log 2 = 1.386 for logits of 0. Goodfellow et al. 2014,
    eq. 1, with the sign turned so that D minimises. `softplus` keeps it finite and exact for logits of any size.
    """
    return F.softplus(-real_logits).mean() + F.softplus(fake_logits).mean()


def generator_loss(fake_logits: torch.Tensor) -> torch.Tensor:
    """The non-saturating loss: mean[-log sigma(d_fake)], a scalar >= 0 (Goodfellow et al. 2014, section 3)."""
    return F.softplus(-fake_logits).mean()
