"""Lesson 12's measure, plain methods, search and GANomaly, against what is known on paper or by the slow way."""

import importlib.util
import json

import numpy as np
import pytest
import torch
from torch import nn

from gancourse import anomaly, paths
from gancourse.checks import Watch
from gancourse.data import ImageSet
from gancourse.losses import ganomaly_loss
from gancourse.metrics import auroc
from gancourse.nets.ganomaly import Ganomaly, encoder, ganomaly_score

pytestmark = pytest.mark.stage("12")

RNG = np.random.default_rng(12)


def image_set(labels, split="train"):
    """Pictures of 3 x 3 pixels that hold their own number."""
    numbers = np.arange(len(labels), dtype=np.uint8)
    images = numbers[:, None, None, None].repeat(3, 1).repeat(3, 2)
    return ImageSet(images, np.array(labels), ("a", "b", "c"), "toy", split, "drawn")


def test_auroc_by_hand():
    truth = np.array([False, False, False, True, True])
    assert auroc(np.array([1, 2, 2, 2, 5]), truth) == pytest.approx(5 / 6)
    assert auroc(np.array([0, 1, 2, 3, 4]), truth) == 1
    assert auroc(np.array([9, 9, 9, 1, 2]), truth) == 0
    assert auroc(np.full(5, 7.0), truth) == 0.5


@pytest.mark.parametrize("ties", [False, True])
def test_auroc_is_the_share_of_pairs(ties):
    scores, truth = RNG.normal(size=200), RNG.random(200) < 0.3
    scores = scores.round(1) if ties else scores
    a, b = scores[truth][:, None], scores[~truth][None]
    assert auroc(scores, truth) == pytest.approx(((a > b) + 0.5 * (a == b)).mean())
    assert auroc(np.exp(scores), truth) == pytest.approx(auroc(scores, truth))
    assert auroc(-scores, truth) == pytest.approx(1 - auroc(scores, truth))
    assert auroc(np.where(truth, np.inf, scores), truth) == 1


@pytest.mark.parametrize(
    ("scores", "truth", "words"),
    [
        (np.zeros(3), np.array([True, True, True]), "normal pictures and anomalies"),
        (np.zeros(3), np.array([False, False, False]), "normal pictures and anomalies"),
        (np.array([0.0, np.nan]), np.array([True, False]), "NaN"),
        (np.zeros(2), np.array([1, 0]), "bool"),
        (np.zeros((2, 1)), np.array([True, False]), "n,"),
        (np.zeros(3), np.array([True, False]), "n,"),
    ],
)
def test_auroc_refuses(scores, truth, words):
    with pytest.raises(ValueError, match=words):
        auroc(scores, truth)


def test_one_class_learns_from_normal_training_pictures_alone():
    train, test = image_set([0, 1, 1, 2, 1, 0, 1]), image_set([1, 0, 2, 1], "test")
    task = anomaly.one_class(train, test, 1, held_out=1)
    assert task.normal[:, 0, 0, 0].tolist() == [1, 2, 4]
    assert task.held_out[:, 0, 0, 0].tolist() == [6]
    assert task.test.shape == test.images.shape
    assert task.is_anomaly.tolist() == [False, True, True, False]
    for bad in (-1, 4):
        with pytest.raises(ValueError, match="held out"):
            anomaly.one_class(train, test, 1, held_out=bad)
    with pytest.raises(ValueError, match="test split"):
        anomaly.one_class(train, image_set([0, 2], "test"), 1)


def test_plain_methods_by_hand():
    normal = np.array([[0.0, 0.0], [2.0, 0.0], [4.0, 0.0]])
    asked = np.array([[2.0, 3.0], [6.0, 0.0]])
    assert anomaly.mean_distance(asked, normal) == pytest.approx([3, 4])
    assert anomaly.pca_residual(asked, normal, 1) == pytest.approx([3, 0], abs=1e-6)
    assert anomaly.pca_residual(asked, normal, 0) == pytest.approx([3, 4])
    assert anomaly.neighbour_distance(asked, normal, 1) == pytest.approx([3, 2])
    assert anomaly.neighbour_distance(asked, normal, 3) == pytest.approx([np.sqrt(13), 6])


def test_plain_methods_the_slow_way_and_in_units_of_the_range():
    normal, asked = (RNG.integers(0, 256, (n, 4, 5, 2), dtype=np.uint8) for n in (30, 9))
    flat, rows = normal.reshape(30, -1) / 255, asked.reshape(9, -1) / 255
    far = np.linalg.norm(rows[:, None] - flat[None], axis=2)
    assert anomaly.neighbour_distance(asked, normal, 4) == pytest.approx(np.sort(far, 1)[:, 3], rel=1e-4)
    assert anomaly.mean_distance(asked, normal) == pytest.approx(np.linalg.norm(rows - flat.mean(0), axis=1), rel=1e-4)
    _, _, axes = np.linalg.svd(flat - flat.mean(0), full_matrices=False)
    rest = (rows - flat.mean(0)) @ (np.eye(40) - axes[:6].T @ axes[:6])
    assert anomaly.pca_residual(asked, normal, 6) == pytest.approx(np.linalg.norm(rest, axis=1), rel=1e-4)


def test_plain_methods_refuse():
    normal, asked = np.zeros((4, 3), np.float32), np.zeros((2, 3), np.float32)
    for k in (0, 5):
        with pytest.raises(ValueError, match="neighbour"):
            anomaly.neighbour_distance(asked, normal, k)
    for components in (-1, 4):
        with pytest.raises(ValueError, match="components"):
            anomaly.pca_residual(asked, normal, components)
    with pytest.raises(ValueError, match="shape"):
        anomaly.mean_distance(np.zeros((2, 4)), normal)
    with pytest.raises(ValueError, match="no normal"):
        anomaly.mean_distance(asked, normal[:0])


def test_standardised():
    assert anomaly.standardised(np.array([5.0, 9.0]), np.array([1.0, 5.0])) == pytest.approx([1, 3])
    assert np.isfinite(anomaly.standardised(np.array([5.0]), np.array([1.0, 1.0]))).all()


def small_gan():
    torch.manual_seed(0)
    layers = nn.Linear(3, 16), nn.BatchNorm1d(16), nn.Tanh(), nn.Linear(16, 16), nn.Unflatten(1, (1, 4, 4))
    generator = nn.Sequential(*layers)
    look = nn.Sequential(nn.Flatten(), nn.Linear(16, 5), nn.BatchNorm1d(5), nn.ReLU())
    return generator.eval(), look.eval()


def test_the_search_finds_a_picture_that_the_generator_can_draw():
    generator, look = small_gan()
    with torch.no_grad():
        x = generator(torch.tensor([[0.5, -1.0, 0.3], [-0.2, 0.4, 1.0]]))
    begin = torch.zeros(2, 3)
    _, before = anomaly.search(generator, look, x, begin, 0)
    found, after = anomaly.search(generator, look, x, begin, 400, rate=0.02)
    assert found.shape == (2, 3) and not found.requires_grad
    assert (after < 0.2 * before).all()
    assert not begin.any()


def test_the_search_treats_each_picture_alone_and_leaves_the_networks_as_they_were():
    generator, look = small_gan()
    x, begin = torch.randn(3, 1, 4, 4), torch.randn(3, 3)
    watch = Watch(generator=generator, look=look, x=x, begin=begin)
    together, scores = anomaly.search(generator, look, x, begin, 25)
    assert watch.changes() == []
    alone, score = anomaly.search(generator, look, x[1:2], begin[1:2], 25)
    assert torch.allclose(together[1:2], alone, atol=1e-5) and torch.allclose(scores[1:2], score, atol=1e-5)


def test_anogan_score_by_hand():
    x, made = torch.zeros(2, 1, 1, 2), torch.tensor([[[[1.0, 3.0]]], [[[0.0, 0.0]]]])
    seen, seen_made = torch.zeros(2, 4), torch.tensor([[8.0, 0, 0, 0], [0, 0, 0, -4.0]])
    assert anomaly.anogan_score(x, made, seen, seen_made, 0.25).tolist() == [0.75 * 2 + 0.25 * 2, 0.25]


def test_ganomaly_is_encoder_decoder_encoder():
    torch.manual_seed(0)
    net = Ganomaly(7, (3, 32, 32), 8).eval()
    x = torch.randn(2, 3, 32, 32).clamp(-1, 1)
    rebuilt, latent, again = net(x)
    assert rebuilt.shape == x.shape and latent.shape == again.shape == (2, 7)
    assert torch.equal(latent, net.encoder(x)) and torch.equal(again, net.encoder_again(rebuilt))
    assert torch.equal(rebuilt, net.decoder(latent)) and rebuilt.abs().max() <= 1
    assert ganomaly_score(latent, again).tolist() == pytest.approx((latent - again).abs().mean(1).tolist())


@pytest.mark.parametrize("shape", [(1, 28, 28), (3, 64, 64)])
def test_the_encoder_is_linear_at_the_end(shape):
    net = encoder(5, shape, 4).eval()
    assert net(torch.zeros(2, *shape)).shape == (2, 5)
    assert net[-1].bias.abs().sum() == 0 and net[-1].weight.std().item() == pytest.approx(0.02, rel=0.2)


def test_ganomaly_loss_by_hand_and_where_its_gradients_go():
    x, rebuilt = torch.zeros(2, 1, 1, 1), torch.tensor([2.0, -4.0]).reshape(2, 1, 1, 1).requires_grad_()
    latent, again = torch.zeros(2, 2, requires_grad=True), torch.full((2, 2), 3.0, requires_grad=True)
    seen, seen_rebuilt = torch.zeros(2, 4), torch.full((2, 4), 5.0, requires_grad=True)
    loss = ganomaly_loss(x, rebuilt, latent, again, seen, seen_rebuilt, (2.0, 7.0, 11.0))
    assert loss.item() == pytest.approx(2 * 25 + 7 * 3 + 11 * 9)
    loss.backward()
    assert all(part.grad is not None and part.grad.any() for part in (rebuilt, latent, again, seen_rebuilt))
    default = ganomaly_loss(x, rebuilt, latent, again, seen, seen_rebuilt)
    assert default.item() == pytest.approx(25 + 50 * 3 + 9)


def test_the_docs_show_the_comparison_as_measured():
    file = paths.root() / "benchmarks" / "anomaly_detection.py"
    spec = importlib.util.spec_from_file_location("anomaly_detection", file)
    benchmark = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(benchmark)
    methods = json.loads(benchmark.FILE.read_text("utf-8"))["methods"]
    assert [row["chosen"] for row in methods].count(True) == 1
    assert benchmark.table(methods) in (paths.root() / "docs" / "measured.md").read_text("utf-8")
