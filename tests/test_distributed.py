"""Two processes train as one would: exchanged gradients, shards, restarts, ends; statistics are put together."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import numpy as np
import pytest
import torch
from conftest import hears_ctrl_c

from gancourse import metrics, paths
from gancourse.distributed import shards

pytestmark = [
    pytest.mark.stage("17"),
    pytest.mark.skipif(sys.platform != "linux", reason="torchrun's processes are tried on Linux"),
]
SCRIPT = str(Path(__file__).with_name("ranks.py"))
LIMIT = 400  # seconds, for what takes ten on an idle machine


def torchrun(case: str, folder: Path, *options: str, processes: int = 2, **arguments) -> subprocess.Popen:
    command = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", str(processes)]
    environment = os.environ | {"GLOO_SOCKET_IFNAME": "lo", "OMP_NUM_THREADS": "1"}
    return subprocess.Popen(
        [*command, *options, SCRIPT, case, str(folder)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=environment,
        preexec_fn=hears_ctrl_c,
        **arguments,
    )


def results(case: str, folder: Path, *options: str, processes: int = 2) -> list[dict]:
    """What each rank left, in their order."""
    launched = torchrun(case, folder, *options, processes=processes)
    try:
        said, _ = launched.communicate(timeout=LIMIT)
    except subprocess.TimeoutExpired:
        launched.terminate()  # and it ends its workers
        launched.communicate(timeout=60)
        raise
    assert launched.returncode == 0, said
    return [torch.load(folder / f"{case}-{rank}.pt", weights_only=True) for rank in range(processes)]


@pytest.fixture(scope="module")
def one_and_two(tmp_path_factory):
    """equal_steps in this process, with whole batches, and in two with half ones."""
    one, two = tmp_path_factory.mktemp("one"), tmp_path_factory.mktemp("two")
    code = (
        f"import torch, ranks, pathlib; torch.save(ranks.equal_steps(pathlib.Path({str(one)!r})), {str(one / 'r')!r})"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=Path(SCRIPT).parent, timeout=LIMIT)
    return torch.load(one / "r", weights_only=True), results("equal_steps", two), two


@pytest.mark.parametrize("name", ["bce", "wgan", "r1", "ragged"])
def test_two_processes_give_the_weights_of_one_with_twice_the_batch(name, one_and_two):
    one, two, _ = one_and_two
    assert len(one[name]["history"]) == len(two[0][name]["history"]) == 20 + 2 * (name == "ragged")
    for rank in two:
        assert (rank[name]["weights"] - one[name]["weights"]).abs().max() < 1e-5
        for ours, theirs in zip(rank[name]["history"], one[name]["history"]):
            assert ours == pytest.approx(theirs, abs=1e-5)
    assert torch.equal(two[0][name]["weights"], two[1][name]["weights"])
    assert two[0][name]["history"] == two[1][name]["history"]


def test_every_picture_comes_once_in_an_epoch_and_in_another_order_in_the_next(one_and_two):
    _, two, _ = one_and_two
    steps = [rank["ragged"]["seen"] for rank in two]
    epochs = [[x for seen in steps for batch in seen[start : start + 11] for x in batch] for start in (0, 11)]
    assert len(epochs[0]) == len(set(epochs[0])) == 83 and set(epochs[0]) == set(epochs[1]) and epochs[0] != epochs[1]


def test_rank_0_alone_writes_files(one_and_two):
    _, _, folder = one_and_two
    assert len(list(folder.rglob("events.out.tfevents.*"))) == len(list(folder.rglob("checkpoint.pt"))) == 4
    assert '"processes": 2' in (folder / "bce" / "metrics.json").read_text()


def test_frechet_statistics_of_two_processes_are_those_of_one(one_and_two):
    one, two, _ = one_and_two
    assert [rank["frechet"] for rank in two] == [pytest.approx(one["frechet"], rel=1e-6)] * 2


def test_odd_cases(tmp_path):
    zero, one = results("odd_cases", tmp_path)
    # 0.25 * 1 + 0.75 * 2; 0.75 * 12 on rank 1 alone; nowhere
    assert zero["gradients"] == one["gradients"] == pytest.approx([1.75, 1.75, 9.0, 9.0, None, None])
    assert zero["buffer"] == one["buffer"] == 0.5
    assert "copies of 'the odd one' differ" in zero["disagree"] and "rank 1" in one["disagree"]
    noise = [noise for rank in (zero, one) for noise, _ in rank["noise"]]
    assert len({tuple(numbers) for numbers in noise}) == 4, "each rank and each epoch has noise of its own"
    for (_, ours), (_, theirs) in zip(zero["noise"], one["noise"]):
        assert not set(ours) & set(theirs)
    assert zero["lbfgs"].startswith("TypeError") and "DataLoader" in zero["generator"]
    assert "3 pictures don't fill one batch of 2 in each of 2 processes" in zero["few"]


def test_a_killed_worker_costs_no_more_than_its_epoch(tmp_path):
    (tmp_path / "whole").mkdir()
    (tmp_path / "broken").mkdir()
    broken = results("killed", tmp_path / "broken", "--max-restarts", "1")
    whole = results("killed", tmp_path / "whole")
    assert [rank["taken"] for rank in broken] == [20, 20], "two epochs of ten steps after the restart, not three"
    for ours, theirs in zip(broken, whole):
        assert ours["history"] == theirs["history"] and torch.equal(ours["weights"], theirs["weights"])


def test_a_loss_that_diverges_on_one_rank_ends_all(tmp_path):
    found = results("diverged", tmp_path)
    assert found[0] == found[1] and "'generator' is inf at step 15, in epoch 2" in found[0]["error"]


def test_ctrl_c_ends_all(tmp_path):
    launched = torchrun("endless", tmp_path, start_new_session=True)
    deadline = time.monotonic() + LIMIT
    while not all((tmp_path / f"begun-{rank}").exists() for rank in range(2)) and time.monotonic() < deadline:
        assert launched.poll() is None, launched.communicate()
        time.sleep(0.05)
    os.killpg(launched.pid, signal.SIGINT)  # as a terminal does: to torchrun and all that it started
    launched.communicate(timeout=LIMIT)  # the pipe closes when the last of them is gone
    assert launched.returncode != 0


@pytest.mark.parametrize("size", [1, 2, 3, 8])
@pytest.mark.parametrize("n", [8, 40, 41, 47, 53])
@pytest.mark.parametrize("batch", [1, 4, 5])
def test_shards_lose_nothing_and_repeat_nothing(size, n, batch):
    order = np.random.default_rng(n).permutation(n).tolist()
    ranks = [list(shards(order, batch, False, rank, size)) for rank in range(size)]
    assert sorted(i for rank in ranks for indices, _ in rank for i in indices) == list(range(n))
    for step in zip(*ranks, strict=True):
        sizes = [len(indices) for indices, _ in step]
        assert {together for _, together in step} == {sum(sizes)} and min(sizes) > 0 and max(sizes) - min(sizes) < 2
    if n >= size * batch:
        kept = [list(shards(order, batch, True, rank, size)) for rank in range(size)]
        assert {len(indices) for rank in kept for indices, _ in rank} == {batch}
        together = [{i for indices, _ in step for i in indices} for step in zip(*kept, strict=True)]
        whole = [set(order[i : i + size * batch]) for i in range(0, n - size * batch + 1, size * batch)]
        assert together == whole, "the ranks' batches of a step are one process's large batch"


def test_shards_of_too_few():
    with pytest.raises(ValueError, match="3 pictures don't fill"):
        list(shards([0, 1, 2], 2, True, 0, 2))
    with pytest.raises(ValueError, match="1 pictures don't fill"):
        list(shards([0], 2, False, 0, 2))


def test_moments_merge_exactly():
    rng = np.random.default_rng(1)
    features = rng.normal(size=(60, 4)) @ rng.normal(size=(4, 4)) + np.arange(4)
    features[:20] += 30
    merged = metrics.merge_moments([metrics.moments(part) for part in np.split(features, [2, 20, 33])])
    whole = metrics.moments(features)
    assert merged.n == 60
    assert np.allclose(merged.mean, whole.mean, rtol=1e-12)
    assert np.allclose(merged.covariance, np.cov(features.T), rtol=1e-12)
    real = rng.normal(size=(50, 4))
    distance = metrics.frechet_between(metrics.moments(real), merged)
    assert distance == pytest.approx(metrics.frechet_distance(real, features), rel=1e-9)


def gancourse(*arguments: str) -> subprocess.CompletedProcess:
    command = [sys.executable, "-m", "gancourse.cli", "run", *arguments]
    return subprocess.run(command, capture_output=True, text=True, cwd=paths.root(), timeout=LIMIT)


def test_a_lesson_in_two_processes_by_one_command():
    done = gancourse("03", "--preset", "smoke", "-p", "TRAIN_IMAGES=512", "-p", "SAMPLES=100", "--nproc", "2")
    folder = paths.root() / done.stdout.split()[2]
    try:
        assert done.returncode == 0, done.stderr
        metrics = json.loads((folder / "metrics.json").read_text())
        assert metrics["processes"] == 2 and metrics["steps"] == 4, "512 pictures in steps of 2 x 64"
        notebook = nbformat.read(folder / "03-dcgan.ipynb", as_version=4)
        assert all(cell.execution_count for cell in notebook.cells if cell.cell_type == "code")
        assert len(list(folder.glob("events.out.tfevents.*"))) == 1
    finally:
        shutil.rmtree(folder)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["06", "--nproc", "2"], "doesn't train with gancourse.train.fit"),
        (["03", "--store", "--nproc", "2"], "--nproc"),
    ],
)
def test_what_several_processes_can_t_run(arguments, message):
    done = gancourse(*arguments)
    assert done.returncode == 1 and message in done.stderr and "Traceback" not in done.stderr
