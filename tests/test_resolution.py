"""Degradation, upscaler, tiles, interpolation, fidelity and losses of super-resolution, against values by hand."""

import math

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from PIL import Image

from gancourse import data
from gancourse.fidelity import luma, psnr, ssim
from gancourse.losses import discriminator_loss, perceptual_loss, relativistic_average_loss
from gancourse.metrics import patch_features
from gancourse.nets.resolution import (
    ResidualBlock,
    Upscaler,
    bicubic,
    enlarge_picture,
    interpolated,
    patch_critic,
    shrink,
)

pytestmark = pytest.mark.stage("11")


def picture(h, w, seed=0):
    """uint8 (h, w, 3) with smooth parts and noise."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[:h, :w] / 9
    waves = np.stack([np.sin(x + y), np.cos(x - 2 * y), np.sin(3 * x)], axis=2)
    return (127 + 90 * waves + rng.normal(0, 12, (h, w, 3))).clip(0, 255).astype(np.uint8)


def upscaler(channels=5, blocks=2):
    """One that adds something to bicubic."""
    torch.manual_seed(0)
    net = Upscaler(channels, blocks)
    torch.nn.init.normal_(net.exit.weight, 0, 0.05)
    torch.nn.init.normal_(net.exit.bias, 0, 0.05)
    return net.eval()


@pytest.mark.parametrize("shape", [(64, 64), (48, 80)])
def test_bicubic_is_pillows(shape):
    true = picture(*shape)
    small = Image.fromarray(true).resize((shape[1] // 4, shape[0] // 4), Image.Resampling.BICUBIC)
    ours = data.to_pictures(shrink(data.to_batch(true[None])))[0]
    assert np.abs(ours.astype(int) - np.asarray(small)).max() <= 1
    large = np.asarray(small.resize(shape[::-1], Image.Resampling.BICUBIC))
    ours = data.to_pictures(bicubic(data.to_batch(np.asarray(small)[None]), shape))[0]
    assert np.abs(ours.astype(int) - large).max() <= 1


def test_shrink_gives_what_a_file_could_hold_and_says_what_it_cannot_do():
    small = shrink(data.to_batch(picture(32, 40)[None]))
    assert small.shape == (1, 3, 8, 10) and -1 <= small.min() < small.max() <= 1
    assert torch.allclose(small, data.to_batch(data.to_pictures(small)), atol=1e-6)
    with pytest.raises(ValueError, match="30 x 32"):
        shrink(torch.zeros(1, 3, 30, 32))


def test_a_new_upscaler_is_bicubic_and_every_parameter_can_learn():
    net, x = Upscaler(6, 3), torch.rand(2, 3, 7, 5) * 2 - 1
    assert torch.equal(net(x), bicubic(x, (28, 20)))
    net(x).square().mean().backward()
    assert net.exit.weight.grad.any() and net.exit.bias.grad.any()  # the others wait for it
    net = upscaler(6, 3)
    net(x).square().mean().backward()
    assert all(p.grad is not None and p.grad.any() for p in net.parameters())


def test_a_block_without_weights_passes_its_input():
    block, x = ResidualBlock(4), torch.randn(2, 4, 5, 6)
    block.conv2.weight.data.zero_()
    block.conv2.bias.data.fill_(0.5)
    assert torch.allclose(block(x), x + 0.5)


def test_pixel_shuffle_puts_channel_16_c_plus_4_i_plus_j_at_row_i_column_j():
    net = Upscaler(2, 1)
    channel = 16 * 2 + 4 * 1 + 3  # colour 2, row 1, column 3
    net.exit.bias.data[channel] = 1
    made = net(torch.zeros(1, 3, 2, 2))
    expected = torch.zeros(1, 3, 8, 8)
    expected[:, 2, 1::4, 3::4] = 1
    assert torch.allclose(made, expected)


@pytest.mark.parametrize("blocks", [1, 3])
def test_radius_is_how_far_a_result_sees(blocks):
    net = upscaler(4, blocks).double()
    x = torch.rand(1, 3, 31, 31, dtype=torch.float64, requires_grad=True)
    (gradient,) = torch.autograd.grad(net(x)[0, :, 60:64, 60:64].square().sum(), x)  # the results of pixel 15, 15
    columns = gradient[0].abs().sum((0, 1)).nonzero()[:, 0]
    assert (15 - columns.min().item(), columns.max().item() - 15) == (net.radius, net.radius)


@pytest.mark.parametrize("shape", [(61, 40), (16, 90), (1, 1), (3, 70), (32, 32)])
def test_tiles_equal_the_whole(shape):
    net, small = upscaler(), picture(*shape)
    with torch.no_grad():
        whole = data.to_pictures(net(data.to_batch(small[None])))[0]
    for tile in (7, 16, 1000):
        tiled = enlarge_picture(net, small, tile)
        assert tiled.shape == whole.shape and np.abs(tiled.astype(int) - whole).max() <= 1
        assert (tiled != whole).mean() < 1e-3  # a value within 1e-6 of a half may round to the other side


def test_tiles_without_margin_would_show_seams():
    net, small = upscaler(), picture(40, 40)
    with torch.no_grad():
        whole = net(data.to_batch(small[None]))
        half = net(data.to_batch(small[None, :20]))
    assert (whole[:, :, :80] - half).abs()[:, :, -4:].max() > 0.05  # so the test above can fail
    assert torch.allclose(whole[:, :, : 4 * (20 - net.radius)], half[:, :, : 4 * (20 - net.radius)], atol=1e-5)


def test_memory_stays_bounded(monkeypatch):
    sizes = []
    forward = Upscaler.forward
    monkeypatch.setattr(Upscaler, "forward", lambda net, x: sizes.append(x.shape[2:]) or forward(net, x))
    enlarge_picture(upscaler(), picture(70, 130), tile=32)
    assert len(sizes) == 3 * 5 and max(max(size) for size in sizes) <= 32 + 2 * 7


def test_interpolation_between_two_networks():
    first, second = upscaler(), upscaler()
    second.exit.bias.data.add_(1.0)
    x = torch.rand(1, 3, 4, 4)
    for share in (0.0, 0.25, 1.0):
        assert torch.allclose(interpolated(first, second, share)(x), first(x) + share, atol=1e-5)
    assert torch.equal(interpolated(first, second, 0.0)(x), first(x))
    before = first.exit.bias.clone()
    interpolated(first, second, 0.5).exit.bias.data.zero_()
    assert torch.equal(first.exit.bias, before)
    with pytest.raises(RuntimeError):
        interpolated(first, upscaler(6), 0.5)


def test_the_critic_judges_each_window_of_38_pixels_by_itself():
    critic = patch_critic(4).eval()
    x = torch.randn(2, 3, 80, 96, requires_grad=True)
    logits = critic(x)
    assert logits.shape == (2, 1, 10, 12)
    (gradient,) = torch.autograd.grad(logits[0, 0, 5, 6].square(), x)
    assert not gradient[1].any()
    seen = gradient[0].abs().sum((0, 1)).nonzero()[:, 0]
    assert seen.max() - seen.min() + 1 == 38


def test_luma_of_black_white_and_the_colours():
    colours = np.array([[0, 0, 0], [255, 255, 255], [255, 0, 0], [0, 255, 0], [0, 0, 255]], np.uint8)
    assert np.allclose(luma(colours), [16, 235, 81.481, 144.553, 40.966], atol=2e-3)


def test_psnr_by_hand():
    true = np.full((20, 24, 3), 100, np.uint8)
    made = true.copy()
    made[4:-4, 4:-4] += 10
    made[:4] = 0  # in the border: doesn't count
    assert psnr(made, true, "rgb") == pytest.approx(20 * math.log10(25.5))
    assert psnr(made, true, "y") == pytest.approx(20 * math.log10(255 / (10 * 219 / 255)), abs=1e-3)
    assert psnr(made, true, "rgb", border=0) < 16  # there it does
    assert psnr(true, true) == math.inf
    made = true.copy()
    made[..., 0] += 30
    assert psnr(made, true, "rgb") == pytest.approx(10 * math.log10(255**2 / 300))
    assert psnr(picture(20, 24) // 4 + 10, picture(20, 24) // 4, "rgb") == pytest.approx(20 * math.log10(25.5))  # dark


@pytest.mark.parametrize("of", ["y", "rgb"])
def test_ssim_against_torchmetrics(of):
    from torchmetrics.functional.image import structural_similarity_index_measure

    true = picture(40, 52)
    made = np.asarray(Image.fromarray(true).resize((26, 20)).resize((52, 40)))
    sides = [luma(p)[..., None] if of == "y" else p.astype(float) for p in (made, true)]
    # theirs pads by reflection; where the window lies inside the picture both must agree, so compare the inside
    x, y = (torch.from_numpy(p).permute(2, 0, 1)[None] for p in sides)
    _, full = structural_similarity_index_measure(
        x, y, data_range=255.0, gaussian_kernel=True, sigma=1.5, kernel_size=11, return_full_image=True
    )
    inside = full[..., 5:-5, 5:-5].mean().item()
    assert ssim(made, true, of, border=0) == pytest.approx(inside, abs=2e-4)
    assert ssim(true, true, of) == pytest.approx(1.0)
    assert 0 < ssim(made, true, of) < 1


def test_fidelity_refuses_what_it_cannot_compare():
    true = picture(20, 20)
    for made, options in ((true[:10], {}), (true.astype(float), {}), (true[..., :1], {}), (true, {"of": "v"})):
        with pytest.raises(ValueError):
            psnr(made, true, **options)
    with pytest.raises(ValueError, match="too small"):
        psnr(true[:8, :8], true[:8, :8])
    with pytest.raises(ValueError, match="too small"):
        ssim(true[:18, :18], true[:18, :18])


def test_patch_features_are_those_of_the_squares():
    a, b = picture(70, 64), picture(32, 40, seed=1)
    features = patch_features([a, b])
    assert features.shape == (4 + 1, 144)
    alone = patch_features([a[32:64, :32], b[:, :32]])
    assert np.allclose(features[[2, 4]], alone, atol=1e-5)


def test_relativistic_average_by_hand():
    real, fake = torch.tensor([[2.0], [4.0]], requires_grad=True), torch.tensor([[1.0], [0.0], [-1.0]])
    fake.requires_grad_()

    def bce(x, target):
        return F.binary_cross_entropy_with_logits(x, torch.full_like(x, target))

    loss = relativistic_average_loss(real, fake)
    assert torch.allclose(loss, bce(real - fake.mean(), 1.0) + bce(fake - real.mean(), 0.0))
    assert torch.allclose(
        relativistic_average_loss(fake, real), bce(real - fake.mean(), 0.0) + bce(fake - real.mean(), 1.0)
    )
    assert relativistic_average_loss(real, real).item() > 2 * math.log(2)  # they aren't all alike
    same = torch.zeros(3, 1)
    assert relativistic_average_loss(same, same[:2]).item() == pytest.approx(2 * math.log(2))
    by_real, by_fake = torch.autograd.grad(relativistic_average_loss(fake, real), (real, fake))
    assert by_real.abs().min() > 0 and by_fake.abs().min() > 0  # G's loss hears of the real ones, too
    shifted = relativistic_average_loss(real + 5, fake + 5)
    assert torch.allclose(shifted, loss, atol=1e-5) and not torch.allclose(
        discriminator_loss(real + 5, fake + 5), discriminator_loss(real, fake)
    )
    assert torch.isfinite(relativistic_average_loss(1e4 * real, -1e4 * fake))


def test_perceptual_loss_by_hand():
    made, true = torch.rand(2, 3, 4, 4, requires_grad=True), torch.rand(2, 3, 4, 4, requires_grad=True)
    loss = perceptual_loss(lambda x: [2 * x, x[:, :1] ** 2], made, true)
    expected = 4 * F.mse_loss(made, true) + F.mse_loss(made[:, :1] ** 2, true[:, :1] ** 2)
    assert torch.allclose(loss, expected)
    loss.backward()
    assert made.grad.any() and true.grad is None
    assert perceptual_loss(lambda x: [x], made, made).item() == 0
