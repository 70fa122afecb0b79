"""The training loop, the averages, the small modules beside it, and what a run leaves behind."""

import copy
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from gancourse import train
from gancourse.losses import discriminator_loss, generator_loss
from gancourse.metrics import nearest
from gancourse.nets.mlp import mlp_discriminator, mlp_generator
from gancourse.plots import tile


class Interrupted(Exception):
    pass


def training(stop_at: int | None = None):
    """A tiny GAN's fit arguments; its step raises at step number `stop_at`, as an interruption would."""
    torch.manual_seed(5)
    g, d = mlp_generator(3, [8], (1, 4, 4)), mlp_discriminator((1, 4, 4), [8])
    average = copy.deepcopy(g).eval()
    opt_g, opt_d = torch.optim.Adam(g.parameters()), torch.optim.Adam(d.parameters())
    taken = []

    def step(x, _):
        taken.append(1)
        if len(taken) == stop_at:
            raise Interrupted
        fake = g(torch.randn(len(x), 3))
        opt_d.zero_grad()
        d_loss = discriminator_loss(d(x), d(fake.detach()))
        d_loss.backward()
        opt_d.step()
        opt_g.zero_grad()
        g_loss = generator_loss(d(fake))
        g_loss.backward()
        opt_g.step()
        train.ema_update(average, g, 0.9)
        return {"discriminator": d_loss.item(), "generator": g_loss.item()}

    dataset = torch.utils.data.TensorDataset(torch.rand(20, 1, 4, 4), torch.zeros(20))
    state = {"generator": g, "discriminator": d, "average": average, "opt_g": opt_g, "opt_d": opt_d}
    return {
        "step": step,
        "batches": torch.utils.data.DataLoader(dataset, 5, shuffle=True),
        "state": state,
        "sample": lambda: np.zeros((8, 4, 4, 1), np.uint8),
    }


def test_a_resumed_run_equals_an_uninterrupted_one(tmp_path, capsys):
    whole, stopped, resumed = training(), training(stop_at=10), training()
    expected = train.fit(epochs=4, folder=tmp_path / "whole", seed=1, **whole)
    with pytest.raises(Interrupted):
        train.fit(epochs=4, folder=tmp_path / "broken", seed=1, **stopped)
    assert json.loads((tmp_path / "broken" / "metrics.json").read_text())["epochs"] == 2

    torch.manual_seed(99)  # what happened before in the process must not matter
    history = train.fit(epochs=4, folder=tmp_path / "broken", seed=1, **resumed)

    assert "after epoch 2" in capsys.readouterr().out
    assert history == expected and len(history) == 16
    for name in ("generator", "average"):
        for a, b in zip(whole["state"][name].parameters(), resumed["state"][name].parameters()):
            assert torch.equal(a, b)


def test_what_a_run_leaves(tmp_path):
    shown = []
    train.fit(
        epochs=2,
        folder=tmp_path,
        each_epoch=lambda epoch, _, history: shown.append((epoch, len(history))),
        **training(),
    )
    assert sorted(p.name for p in (tmp_path / "samples").iterdir()) == [f"epoch-00{i}.png" for i in range(3)]
    assert {"checkpoint.pt", "losses.png", "metrics.json", "samples.png"} <= {p.name for p in tmp_path.iterdir()}
    assert list(tmp_path.glob("events.out.tfevents.*")) and not list(tmp_path.glob("*.part"))
    metrics = json.loads((tmp_path / "metrics.json").read_text())
    assert metrics["steps"] == 8 and len(metrics["losses_by_epoch"]) == 2 and metrics["seed"] == 0
    assert shown == [(1, 4), (2, 8)]


def test_training_does_not_load_tensorflow(tmp_path):
    code = f"""
import sys, test_train
from pathlib import Path
test_train.train.fit(epochs=1, folder=Path({str(tmp_path)!r}), **test_train.training())
sys.exit("tensorflow" in sys.modules)
"""
    run = subprocess.run([sys.executable, "-c", code], cwd=Path(__file__).parent, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr


def test_a_finished_run_trains_no_further(tmp_path):
    first = train.fit(epochs=1, folder=tmp_path, **training())
    assert train.fit(epochs=1, folder=tmp_path, **training(stop_at=1)) == first


def test_another_trainings_checkpoint_is_refused(tmp_path):
    train.fit(epochs=1, folder=tmp_path, seed=1, **training())
    with pytest.raises(ValueError, match="another training's checkpoint"):
        train.fit(epochs=2, folder=tmp_path, seed=2, **training())


def test_a_damaged_checkpoint_is_told(tmp_path):
    train.fit(epochs=1, folder=tmp_path, **training())
    file = tmp_path / "checkpoint.pt"
    for content in (file.read_bytes()[:-200], b"", b"junk"):
        file.write_bytes(content)
        with pytest.raises(ValueError, match="checkpoint.pt is damaged .*start a new run"):
            train.fit(epochs=2, folder=tmp_path, **training())


def test_a_checkpoint_of_other_shapes_is_another_training_s(tmp_path):
    train.fit(epochs=1, folder=tmp_path, **training())
    other = training()
    other["state"]["generator"] = mlp_generator(3, [99], (1, 4, 4))
    with pytest.raises(ValueError, match="another training's checkpoint"):
        train.fit(epochs=2, folder=tmp_path, **other)


def test_average_follows_parameters_and_copies_buffers():
    model = mlp_generator(3, [5], (1, 2, 2))
    average = copy.deepcopy(model)
    before = average[0].weight.clone()
    with torch.no_grad():
        model[0].weight += 1
    model(torch.randn(50, 3) + 7)  # moves batch norm's running mean
    kept = copy.deepcopy(model.state_dict())

    train.ema_update(average, model, 0.75)

    assert torch.allclose(average[0].weight, before + 0.25, atol=1e-6)
    assert torch.equal(average[1].running_mean, model[1].running_mean) and average[1].running_mean.abs().max() > 0.1
    assert all(torch.equal(value, kept[name]) for name, value in model.state_dict().items())


def test_weights_come_back_whole_and_in_eval_mode(tmp_path):
    model = mlp_generator(4, [6], (1, 3, 3))
    model(torch.randn(9, 4))
    train.save_weights(model, tmp_path / "w.safetensors", stage="x")
    loaded = train.load_weights(mlp_generator(4, [6], (1, 3, 3)), tmp_path / "w.safetensors")
    z = torch.randn(5, 4)
    assert torch.equal(loaded(z), model.eval()(z)) and not loaded.training
    with pytest.raises(RuntimeError, match="size mismatch"):
        train.load_weights(mlp_generator(4, [7], (1, 3, 3)), tmp_path / "w.safetensors")


def test_device_is_one_that_works():
    assert torch.ones(3, device=train.device()).sum().item() == 3


def test_losses_match_torch_and_stay_finite():
    real, fake = torch.tensor([[2.0], [-1.0], [0.5]]), torch.tensor([[-3.0], [4.0]])
    bce = nn.functional.binary_cross_entropy_with_logits
    expected = bce(real, torch.ones(3, 1)) + bce(fake, torch.zeros(2, 1))
    assert torch.allclose(discriminator_loss(real, fake), expected)
    assert torch.allclose(generator_loss(fake), bce(fake, torch.ones(2, 1)))
    assert generator_loss(torch.tensor([[-500.0]])).item() == pytest.approx(500)
    assert discriminator_loss(torch.tensor([[50.0]]), torch.tensor([[-50.0]])).item() == pytest.approx(0, abs=1e-20)


@pytest.mark.parametrize("shape", [(1, 28, 28), (3, 5, 7)])
def test_networks_take_any_image_shape(shape):
    g, d = mlp_generator(6, [10, 12], shape), mlp_discriminator(shape, [12, 10])
    pictures = g(100 * torch.randn(4, 6))
    assert pictures.shape == (4, *shape) and -1 <= pictures.min() < -0.5 and 0.5 < pictures.max() <= 1
    d.eval()
    assert d(pictures).shape == (4, 1)
    assert torch.allclose(d(pictures)[2:3], d(pictures[2:3]), atol=1e-6)


def test_nearest_finds_the_planted_neighbour():
    rng = np.random.default_rng(0)
    training_set = rng.integers(0, 256, (5000, 4, 3, 1), dtype=np.uint8)
    queries = training_set[[4711, 3, 42]].copy()
    queries[0, 0, 0, 0] ^= 2
    indices, distances = nearest(queries, training_set, k=2)
    assert indices[:, 0].tolist() == [4711, 3, 42]
    assert distances[0, 0] == pytest.approx(2 / np.sqrt(12), rel=1e-3) and (distances[:, 1] > distances[:, 0]).all()
    with pytest.raises(ValueError, match="differ in shape"):
        nearest(queries[:, :2], training_set)


def test_tile_keeps_order_and_fills_with_black():
    pictures = np.stack([np.full((2, 3, 1), value, np.uint8) for value in (10, 20, 30, 40, 50)])
    sheet = tile(pictures, columns=3)
    assert sheet.shape == (5, 11, 1)
    assert [sheet[0, 0, 0], sheet[0, 4, 0], sheet[0, 8, 0], sheet[3, 0, 0], sheet[3, 4, 0]] == [10, 20, 30, 40, 50]
    assert (sheet[3:, 8:] == 0).all() and (sheet[2] == 0).all()
