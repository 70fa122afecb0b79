"""Tensors and batches, ImageSet, and the toy sets."""

import subprocess
import sys

import numpy as np
import pytest
import torch
from torch.utils.data import DataLoader

from gancourse.data import ImageSet, batches, grid, mixture_1d, ring, to_batch, to_pictures


@pytest.fixture
def pictures() -> ImageSet:
    rng = np.random.default_rng(0)
    images = rng.integers(256, size=(11, 5, 7, 3), dtype=np.uint8)
    return ImageSet(images, np.arange(11) % 4, ("a", "b", "c", "d"), "made", "train", "a test")


def test_import_needs_neither_torch_nor_tensorflow():
    code = "import sys, gancourse.cli.main, gancourse.data; print({'torch', 'tensorflow'} & sys.modules.keys())"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout == "set()\n"


def test_to_batch_moves_axes_and_scales(pictures):
    x = to_batch(pictures.images)
    assert x.dtype == torch.float32 and x.shape == (11, 3, 5, 7) and x.is_contiguous()
    n, c, h, w = 4, 2, 3, 6
    assert x[n, c, h, w].item() == pytest.approx(pictures.images[n, h, w, c] / 127.5 - 1, abs=1e-6)
    ends = to_batch(np.array([0, 255], np.uint8).reshape(2, 1, 1, 1)).flatten().tolist()
    assert ends == [-1.0, 1.0]


def test_to_batch_agrees_with_torchvision(pictures):
    from torchvision import transforms

    usual = transforms.Compose([transforms.ToTensor(), transforms.Normalize((0.5,), (0.5,))])
    torch.testing.assert_close(to_batch(pictures.images), torch.stack([usual(image) for image in pictures.images]))


def test_to_batch_takes_read_only_and_reversed_arrays_without_a_warning(pictures, recwarn):
    pictures.images.flags.writeable = False
    to_batch(pictures.images)
    to_batch(pictures.images[::-1])
    assert not recwarn.list


@pytest.mark.parametrize("wrong", [np.zeros((2, 4, 4, 1)), np.zeros((4, 4), np.uint8)])
def test_to_batch_rejects_floats_and_other_shapes(wrong):
    with pytest.raises(ValueError, match=r"uint8 pictures \(n, height, width, channels\)"):
        to_batch(wrong)


def test_to_pictures_rounds_and_clips():
    values = torch.tensor([-1, -0.5, 0, 1, 1.02, -7, float("nan")]).reshape(-1, 1, 1, 1)
    assert to_pictures(values).flatten().tolist() == [0, 64, 128, 255, 255, 0, 0]


def test_to_pictures_is_the_way_back(pictures):
    assert np.array_equal(to_pictures(to_batch(pictures.images).requires_grad_()), pictures.images)
    with pytest.raises(ValueError, match="channels, height, width"):
        to_pictures(torch.zeros(3, 4, 4))


def test_batches_are_a_dataloader_with_every_picture_once(pictures):
    loader = batches(pictures, 4, drop_last=False)
    assert isinstance(loader, DataLoader) and len(loader) == 3
    x, y = (torch.cat(parts) for parts in zip(*loader))
    assert x.dtype == torch.float32 and y.dtype == torch.int64
    whole = to_batch(pictures.images)
    order = [next(i for i in range(11) if torch.equal(picture, whole[i])) for picture in x]
    assert sorted(order) == list(range(11)) and order != list(range(11))
    assert y.tolist() == pictures.labels[order].tolist()


def test_batches_repeat_with_the_global_seed_and_differ_without(pictures):
    loader = batches(pictures, 11)

    def labels(seed):
        torch.manual_seed(seed)
        return [next(iter(loader))[1].tolist() for _ in range(2)]

    assert labels(3) == labels(3) != labels(4)
    assert labels(3)[0] != labels(3)[1]


def test_batches_keep_order_and_last_batch_when_told(pictures):
    loader = batches(pictures, 4, shuffle=False, drop_last=False)
    assert [len(y) for _, y in loader] == [4, 4, 3]
    assert torch.cat([y for _, y in loader]).tolist() == pictures.labels.tolist()
    assert [len(y) for _, y in batches(pictures, 4)] == [4, 4]


def test_batches_refuse_a_set_that_fills_none(pictures):
    with pytest.raises(ValueError, match="11 pictures don't fill one batch of 12"):
        batches(pictures, 12)
    with pytest.raises(ValueError, match="0 pictures"):
        batches(pictures[:0], 4, drop_last=False)


@pytest.mark.parametrize("index", [slice(2, 5), [2, 3, 4], np.array([2, 3, 4]), np.isin(np.arange(11), [2, 3, 4])])
def test_image_sets_slice_and_index(pictures, index):
    part = pictures[index]
    assert len(part) == 3 and part.classes == pictures.classes and part.split == "train"
    assert np.array_equal(part.images, pictures.images[2:5]) and part.labels.tolist() == [2, 3, 0]


def test_image_sets_say_what_they_are_and_refuse_single_numbers(pictures):
    assert repr(pictures) == "ImageSet(made train: 11 of 5x7x3, 4 classes, from a test)"
    assert len(pictures[[]]) == 0
    with pytest.raises(TypeError, match=r"one picture is pictures.images\[3\]"):
        pictures[3]


@pytest.mark.parametrize(
    "make, d, modes", [(mixture_1d, 1, 2), (ring, 2, 8), (grid, 2, 25)], ids=["mixture_1d", "ring", "grid"]
)
def test_toys_are_seeded_and_lie_around_their_centres(make, d, modes):
    toy = make(4_000, seed=0)
    assert toy.points.dtype == np.float32 and toy.points.shape == (4_000, d)
    assert toy.labels.dtype == np.int64 and toy.centres.shape == (modes, d)
    assert np.array_equal(make(4_000, seed=0).points, toy.points)
    assert not np.array_equal(make(4_000, seed=1).points, toy.points)
    counts = np.bincount(toy.labels, minlength=modes)
    assert counts.min() > 0.7 * 4_000 / modes
    for mode, centre in enumerate(toy.centres):
        assert np.allclose(toy.points[toy.labels == mode].mean(axis=0), centre, atol=0.05)


@pytest.mark.parametrize("toy", [mixture_1d(9_000, 0), ring(9_000, 0), grid(9_000, 0)])
def test_spread_is_a_standard_deviation(toy):
    default = {1: 0.5, 8: 0.02, 25: 0.05}[len(toy.centres) if toy.points.shape[1] == 2 else 1]
    offsets = toy.points - toy.centres[toy.labels]
    assert offsets.std() == pytest.approx(default, rel=0.05)


def test_toys_take_their_parameters():
    assert np.allclose(np.linalg.norm(ring(10, 0, modes=5, radius=3).centres, axis=1), 3)
    assert sorted(mixture_1d(10, 0, centres=(1, 4, 9), spread=0).points.flatten().tolist())[0] in (1, 4, 9)
    assert grid(10, 0, side=3, spacing=1.5).centres.min() == -1.5
    with pytest.raises(ValueError, match="n >= 1"):
        ring(0, seed=0)
    with pytest.raises(ValueError, match="at least one mode"):
        grid(5, seed=0, side=0)
