"""The helpers for graders, each with the mistakes that it catches and the right answers that it must let pass."""

import random

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional as F

from gancourse import checks

RNG = np.random.default_rng(5)
Z = RNG.standard_normal((2000, 4)).astype(np.float32)


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("shape", [(4000, 1), (2000, 2), (500, 11), (100, 64)])
def test_normal_latents_are_accepted(seed, shape):
    assert checks.odd_latents(np.random.default_rng(seed).standard_normal(shape)) == []
    assert checks.odd_latents(torch.randn(shape, generator=torch.Generator().manual_seed(seed))) == []


@pytest.mark.parametrize(
    ("z", "oddity"),
    [
        (RNG.uniform(-(3**0.5), 3**0.5, (2000, 4)), "distribution"),
        (np.sign(Z), "tails"),
        (RNG.laplace(0, 0.5**0.5, (2000, 4)), "tails"),
        (np.clip(Z, -1.5, 1.5), "repeated numbers"),
        (1.13 * np.where(np.abs(Z) > 2, RNG.uniform(-1, 1, Z.shape), Z), "extremes"),
        (1.1 * Z, "variance"),
        (Z + 0.1, "mean"),
        (2 * Z / np.linalg.norm(Z, axis=1, keepdims=True), "length"),
        ((Z - Z.mean(1, keepdims=True)) / Z.std(1, keepdims=True), "rows' means"),
        ((Z - Z.mean(0)) / Z.std(0), "standardised columns"),
        ((Z - Z.mean()) / Z.std(), "standardised batch"),
        ((Z - Z.mean()) / Z.std(ddof=1), "standardised batch"),
        (np.concatenate([Z[:1000], -RNG.permuted(Z[:1000], axis=1)]), "repeated numbers"),
        (np.repeat(Z[:1000], 2, axis=0), "repeated latents"),
        (np.concatenate([Z[:1000], -Z[:1000]]), "repeated latents"),
        (np.repeat(Z[:, :1], 4, axis=1), "columns"),
        (np.where(Z > 3, np.nan, Z), "some are not finite"),
    ],
)
def test_latents_of_another_kind_are_noticed(z, oddity):
    assert oddity in checks.odd_latents(z)


@pytest.mark.parametrize("ddof", [0, 1])
def test_latents_standardised_call_by_call_are_noticed(ddof):
    calls = Z.reshape(100, -1)
    made = (calls - calls.mean(1, keepdims=True)) / calls.std(1, ddof=ddof, keepdims=True)
    assert checks.odd_latents(Z, batch=20) == []
    assert "calls" in checks.odd_latents(made.reshape(Z.shape), batch=20)


@pytest.mark.parametrize("batch", [8, 20, 40])
def test_normal_latents_are_accepted_call_by_call(batch):
    for seed in range(30):
        assert checks.odd_latents(np.random.default_rng(seed).standard_normal((4000, 3)), batch) == []


def test_too_few_latents_are_refused():
    with pytest.raises(ValueError, match="too few"):
        checks.odd_latents(Z[:500])
    with pytest.raises(ValueError, match="at least 100 calls"):
        checks.odd_latents(Z, batch=40)


def test_equally_likely():
    rolls = np.random.default_rng(1)
    assert all(checks.equally_likely(np.bincount(rolls.integers(6, size=600), minlength=6)) for _ in range(200))
    assert checks.equally_likely(rolls.multinomial(500, [0.5, 0.3, 0.2]), shares=[5, 3, 2])
    assert not checks.equally_likely(np.bincount(rolls.integers(5, size=600), minlength=6))
    assert not checks.equally_likely([100] * 5 + [190])
    assert not checks.equally_likely([300, 300, 300], shares=[5, 3, 2])


def discriminator(*last):
    return nn.Sequential(nn.Flatten(), nn.Linear(6, 8), nn.LeakyReLU(0.2), nn.Linear(8, 1), *last)


class ByHand(nn.Module):
    """The same layers with parameters of its own, as functions and products."""

    def __init__(self):
        super().__init__()
        self.first, self.second = nn.Parameter(torch.randn(6, 8)), nn.Parameter(torch.randn(1, 8))
        self.shift = nn.Parameter(torch.randn(8))

    def forward(self, x):
        hidden = F.leaky_relu(x.flatten(1) @ self.first + self.shift, 0.2)
        return torch.einsum("ni,oi->no", hidden, self.second)


PICTURES = torch.randn(5, 1, 2, 3)


@pytest.mark.parametrize("network", [discriminator(), ByHand()])
def test_layers_are_seen_however_they_are_written(network):
    found, result = checks.layers(network, PICTURES)
    assert [layer.kind for layer in found] == ["linear", "linear"]
    assert [layer.output.shape for layer in found] == [(5, 8), (5, 1)]
    assert [sorted(layer.weight) for layer in found] == [[6, 8], [1, 8]]
    assert torch.equal(found[-1].output, result) and torch.equal(result, network(PICTURES))
    assert checks.bends(network, PICTURES) == [True, False]
    assert [facts[:2] for facts in checks.parameter_facts(network)][-1] == [[8], True]


def test_an_activation_behind_the_logits_is_seen():
    network = discriminator(nn.LeakyReLU(0.2))
    assert checks.bends(network, PICTURES) == [True, True]
    given = torch.tensor([[-2.0], [3.0], [-1.0], [0.5], [1.0]])
    assert torch.equal(checks.passed_on(discriminator(), PICTURES, 1, given), given)
    assert not torch.equal(checks.passed_on(network, PICTURES, 1, given), given)
    with pytest.raises(IndexError, match="has 2 layers"):
        checks.passed_on(network, PICTURES, 2, given)


def test_hidden_layers_with_nothing_between_them_are_seen():
    network = nn.Sequential(
        nn.Linear(6, 8), nn.Linear(8, 8), nn.BatchNorm1d(8), nn.Linear(8, 8), nn.ReLU(), nn.Linear(8, 1)
    )
    assert checks.bends(network.eval(), torch.randn(4, 6)) == [False, False, True, False]


@pytest.mark.parametrize(
    ("own", "layer"),
    [
        (nn.ZeroPad2d(1), nn.Conv2d(1, 3, 3)),
        (nn.Identity(), nn.Conv2d(1, 3, 3, padding="same")),
        (nn.Identity(), nn.Conv2d(1, 3, 3, padding="same", dilation=1)),
        (nn.ConstantPad2d((0, 1, 0, 1), 0), nn.Conv2d(1, 3, 3, padding=(1, 1))),
    ],
)
def test_padding_counts_as_part_of_a_convolution(own, layer):
    reference, usual = nn.Conv2d(1, 3, 3, padding=1), torch.randn(2, 1, 5, 4)
    expected = checks.layers(reference, usual)[0][0].input
    found = checks.layers(nn.Sequential(own, layer), usual)[0][0].input
    assert expected.shape == (2, 1, 7, 6)
    assert torch.equal(found[..., :7, :6], expected)


def test_parameters_that_are_frozen_or_that_no_gradient_reaches():
    network = nn.Sequential(nn.Linear(2, 3), nn.Linear(3, 1, bias=False))
    network[1].weight.requires_grad_(False)
    network(torch.randn(4, 2)).sum().backward()
    assert checks.parameter_facts(network) == [[[1, 3], False, None], [[2, 3], True, True], [[3], True, True]]


def test_nothing_changed():
    network = nn.Sequential(nn.Linear(2, 3), nn.BatchNorm1d(3), nn.Dropout())
    watch = checks.Watch(
        network=network, numbers=[1, 2.0, None], arrays={"a": Z}, labels=torch.arange(3), nan=float("nan")
    )
    network.eval()(torch.ones(4, 2))
    network.train()
    np.random.default_rng(0).normal()
    assert watch.changes() == []


def lose(optimizer):
    optimizer.param_groups[0]["lr"] = 0.5


@pytest.mark.parametrize(
    ("act", "change"),
    [
        (lambda t: t["network"].eval(), "network: training"),
        (lambda t: t["network"][1].train(False), "network.1: training"),
        (lambda t: t["network"][0].weight.requires_grad_(False), "network.0.weight: requires_grad"),
        (lambda t: t["network"](torch.ones(4, 2)), "network.1.running_mean: value"),
        (lambda t: t["network"](torch.ones(4, 2)).sum().backward(), "network.0.weight: gradient"),
        (lambda t: t["network"].register_forward_hook(print), "network: hooks"),
        (lambda t: setattr(t["network"][0], "weight", nn.Parameter(torch.ones(3, 2))), "network.0.weight: parameter"),
        (lambda t: t["real"].mul_(2), "real: value"),
        (lambda t: t["real"].requires_grad_(), "real: requires_grad"),
        (lambda t: t["array"].sort(), "array: value"),
        (lambda t: t["widths"].append(3), "widths: length"),
        (lambda t: t["widths"].reverse(), "widths.0: value"),
        (lambda t: t["options"].pop("a"), "options: keys"),
        (lambda t: lose(t["optimizer"]), "optimizer: settings"),
        (lambda t: torch.rand(1), "the world: PyTorch's random state"),
        (lambda t: np.random.seed(3), "the world: NumPy's random state"),  # noqa: NPY002
        (lambda t: random.random(), "the world: Python's random state"),
        (lambda t: torch.set_grad_enabled(False), "the world: PyTorch records gradients"),
    ],
)
def test_what_is_left_behind_is_noticed(act, change):
    network = nn.Sequential(nn.Linear(2, 3), nn.BatchNorm1d(3))
    things = {
        "network": network,
        "optimizer": torch.optim.SGD(network.parameters(), 0.1),
        "real": torch.tensor([3.0, 1.0]),
        "array": np.array([3.0, 1.0]),
        "widths": [1, 2],
        "options": {"a": 1},
    }
    watch = checks.Watch(**things)
    try:
        act(things)
        found = watch.changes()
    finally:
        torch.set_grad_enabled(True)
    assert change in found
    assert watch.changes("network*", "optimizer*", "real*", "array*", "widths*", "options*", "the world: *") == []


def test_an_optimizer_s_steps_are_its_state():
    network = nn.Linear(2, 1)
    optimizer = torch.optim.Adam(network.parameters())
    watch = checks.Watch(optimizer=optimizer)
    network(torch.ones(1, 2)).sum().backward()
    optimizer.step()
    assert "optimizer.0.0: state of step" in watch.changes()
    assert watch.changes("optimizer.*: state of *") == []


def test_what_a_keras_answer_leaves_behind_is_noticed():
    import gancourse.keras  # noqa: F401, I001 (quietly, and before keras)
    import keras
    import tensorflow as tf

    network = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2, name="dense"), keras.layers.Dropout(0.5)])
    watch, path = checks.Watch(network=network), network.layers[0].path
    network(np.ones((1, 3), "float32"))
    assert watch.changes() == []
    network.layers[0].trainable = False
    network.layers[0].bias.assign([1, 1])
    seed = tf.random.uniform([], 1, 2**31 - 1, tf.int32).numpy()
    tf.random.set_seed(seed)
    left = {f"network.{path}: trainable", f"network.{path}/bias: value", "the world: TensorFlow's seed"}
    assert left <= set(watch.changes())
    assert watch.changes("network.*: trainable", "network.*: value", "the world: TensorFlow's seed") == []
    keras.config.set_dtype_policy("mixed_bfloat16")
    tf.config.run_functions_eagerly(True)
    try:
        found = watch.changes("network*", "the world: TensorFlow's seed")
    finally:
        keras.config.set_dtype_policy("float32")
        tf.config.run_functions_eagerly(False)
    assert found == ["the world: Keras' types", "the world: TensorFlow runs functions eagerly"]


def test_what_can_t_be_watched_is_refused():
    with pytest.raises(TypeError, match="thing: a set can't be watched"):
        checks.Watch(thing={1})


def test_shared_parts():
    a, b = nn.Linear(2, 3), nn.Linear(2, 3)
    assert checks.shared(a, b) == []
    b.bias = a.bias
    assert checks.shared([a], [b]) == ["0.bias"]
    assert checks.shared(Z, Z[3:]) == ["the array"] and checks.shared(Z, Z.copy()) == []
    tensor = torch.ones(3)
    assert checks.shared({"x": tensor}, tensor.view(3, 1)) == ["x"]


def test_raised():
    assert checks.raised(int, "three") == "ValueError"
    assert checks.raised(int, "3") == ""
