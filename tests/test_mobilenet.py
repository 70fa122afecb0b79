"""ImageNet's MobileNetV2 in PyTorch: the same maps as Keras', and gradients for the pictures alone."""

import numpy as np
import torch

from gancourse.keras.backbones import backbone
from gancourse.nets.mobilenet import ImageNetEyes


def test_maps_are_those_of_keras():
    pictures = np.random.default_rng(0).uniform(-1, 1, (2, 96, 96, 3)).astype(np.float32)
    found = ImageNetEyes()(torch.from_numpy(pictures).permute(0, 3, 1, 2))
    assert [tuple(m.shape) for m in found] == [(2, 144, 24, 24), (2, 192, 12, 12), (2, 576, 6, 6)]
    for ours, theirs in zip(found, backbone("MobileNetV2", size=96).model(pictures), strict=True):
        assert np.abs(ours.permute(0, 2, 3, 1).numpy() - np.asarray(theirs)).max() < 1e-4
        assert ours.std() > 0.1 and ours.min() >= 0 and ours.max() <= 6


def test_pictures_may_be_wider_than_high():
    eyes, pictures = ImageNetEyes(), torch.rand(1, 3, 64, 256) * 2 - 1
    whole, left = eyes(pictures), eyes(pictures[..., :128])
    assert [m.shape[2:] for m in whole] == [(16, 64), (8, 32), (4, 16)]
    assert torch.allclose(whole[0][..., :16], left[0][..., :16], atol=1e-5)  # too far from the cut to see it


def test_it_learns_nothing_and_lets_gradients_through():
    eyes, pictures = ImageNetEyes(), (torch.rand(2, 3, 32, 32) * 2 - 1).requires_grad_()
    assert not list(eyes.parameters())
    for place, maps in enumerate(eyes(pictures)):
        (gradient,) = torch.autograd.grad(maps.square().mean(), pictures, retain_graph=True)
        assert gradient.abs().sum() > 0, place


def test_fewer_maps_are_the_first_ones():
    eyes, pictures = ImageNetEyes(), torch.rand(2, 3, 64, 64) * 2 - 1
    for number in (1, 2):
        found = eyes(pictures, number)
        assert len(found) == number
        assert all(torch.equal(some, each) for some, each in zip(found, eyes(pictures)))
