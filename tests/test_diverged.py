"""A training that diverges stops and says where; nothing that isn't finite goes into JSON or a metric."""

import json
import math

import numpy as np
import pytest
import torch
from test_train import training

from gancourse import metrics, stats, train

RNG = np.random.default_rng(0)


def diverging(value: float, at: int = 6) -> dict:
    """`training` whose generator's loss is `value` at a step."""
    made, steps = training(), 0
    honest = made["step"]

    def step(x, y):
        nonlocal steps
        steps += 1
        losses = honest(x, y)
        return losses | {"generator": value} if steps == at else losses

    return made | {"step": step}


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_fit_stops_at_the_first_loss_that_is_not_finite(tmp_path, value):
    with pytest.raises(train.Diverged, match=f"loss 'generator' is {value} at step 6, in epoch 2: .*learning rate"):
        train.fit(epochs=3, folder=tmp_path, **diverging(value))
    metrics = json.loads((tmp_path / "metrics.json").read_text(), parse_constant=pytest.fail)
    assert metrics["epochs"] == 1 and (tmp_path / "checkpoint.pt").is_file(), "what was done before stays"


def test_a_learning_rate_far_too_high_is_noticed(tmp_path):
    net = torch.nn.Linear(2, 2)
    optimiser = torch.optim.SGD(net.parameters(), lr=1e20)

    def step(x, y):
        optimiser.zero_grad()
        loss = (net(x) ** 2).mean()
        loss.backward()
        optimiser.step()
        return {"loss": loss.item()}

    batches = [(torch.randn(4, 2), torch.zeros(4))] * 4
    state = {"net": net, "optimiser": optimiser}
    with pytest.raises(train.Diverged, match="loss 'loss' is (inf|nan) at step [1-4], in epoch 1"):
        train.fit(step, batches, 3, state=state, sample=lambda: np.zeros((8, 4, 4, 1), np.uint8), folder=tmp_path)


def test_what_is_not_finite_is_null_in_json(tmp_path):
    train.record(tmp_path, evaluation={"frechet": math.nan, "list": [1.0, (math.inf, "x")]}, epochs=3)
    train.record(tmp_path, more=np.float64("-inf"))
    read = json.loads((tmp_path / "metrics.json").read_text("utf-8"), parse_constant=pytest.fail)
    assert read == {"evaluation": {"frechet": None, "list": [1.0, [None, "x"]]}, "epochs": 3, "more": None}


@pytest.mark.parametrize("metric", [metrics.frechet_distance, metrics.kernel_distance, metrics.precision_recall])
@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("which", ["real", "fake"])
def test_metrics_refuse_features_that_are_not_finite(metric, value, which):
    features = {name: RNG.normal(size=(50, 8)).astype(np.float32) for name in ("real", "fake")}
    features[which][3, 2] = features[which][7, 0] = value
    with pytest.raises(ValueError, match=f"the {which} features hold NaN or infinity, in 2 of 50 rows"):
        metric(**features)


def test_evaluate_refuses_pictures_that_are_not_finite():
    with pytest.raises(ValueError, match="pictures hold NaN or infinity"):
        metrics.evaluate(lambda n, rng: torch.full((n, 1, 28, 28), math.nan), samples=500)


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_paired_runs_without_a_result_are_refused(value):
    with pytest.raises(ValueError, match="must be finite"):
        stats.paired(np.array([1.0, value, 3.0]), np.array([1.0, 2.0, 3.5]))
