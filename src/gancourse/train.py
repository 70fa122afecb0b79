"""One training loop for every PyTorch lesson, and the run folder that it leaves.

A lesson writes its own training step; `fit` calls it for every batch and adds what each long run needs: a progress
bar, sample sheets, TensorBoard, and a checkpoint after each epoch from which an interrupted run goes on exactly.
"""

import json
import math
import os
import platform
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import nullcontext
from pathlib import Path
from types import ModuleType

import matplotlib.pyplot as plt
import numpy as np
import torch
from PIL import Image
from safetensors.torch import load_file, save_file
from torch import nn
from tqdm.auto import tqdm

from gancourse import paths, plots
from gancourse.distributed import Team, from_first


class Diverged(ValueError):
    """A loss is no longer finite, and the weights aren't either, or soon won't be: nothing more can be learned."""


def device() -> torch.device:
    """The accelerator where there is one (CUDA, or Apple's MPS), else the CPU.

    Of several GPUs, each process that `torchrun` starts on a machine gets its own.
    """
    found = torch.accelerator.current_accelerator(check_available=True)
    if found is None:
        return torch.device("cpu")
    if "LOCAL_RANK" in os.environ:
        torch.accelerator.set_device_index(int(os.environ["LOCAL_RANK"]) % torch.accelerator.device_count())
    return found


def run_folder(stage: str) -> Path:
    """The folder for this run's results: `$GANCOURSE_RUN_DIR` (set by `gancourse run`), else a new one in runs/."""
    given = os.environ.get("GANCOURSE_RUN_DIR")
    return Path(given) if given else paths.new_run(stage)


@torch.no_grad()
def ema_update(average: nn.Module, model: nn.Module, decay: float) -> None:
    """Move `average` a little towards `model`: a <- decay * a + (1 - decay) * m, for each parameter.

    Buffers (batch norm's running statistics) are averages already and are copied. Yazici et al. 2019,
    "The Unusual Effectiveness of Averaging in GAN Training".
    """
    for a, m in zip(average.parameters(), model.parameters(), strict=True):
        a.lerp_(m, 1 - decay)
    for a, m in zip(average.buffers(), model.buffers(), strict=True):
        a.copy_(m)


def fit(
    step: Callable[[torch.Tensor, torch.Tensor], dict[str, float]],
    batches: Iterable[tuple[torch.Tensor, torch.Tensor]],
    epochs: int,
    *,
    state: dict[str, nn.Module | torch.optim.Optimizer | torch.optim.lr_scheduler.LRScheduler],
    sample: Callable[[], np.ndarray],
    folder: Path,
    seed: int = 0,
    each_epoch: Callable[[int, np.ndarray, list[dict[str, float]]], None] | None = None,
) -> list[dict[str, float]]:
    """Call `step(x, y)` for each batch of each epoch; returns the losses that it returned, one dict for each step.

    `state` names everything that training changes (networks, averages, optimisers, schedules): it is what a checkpoint
    holds. `sample()` gives a sheet of pictures, uint8 (n, h, w, c), from fixed latents; it is asked before training and
    after each epoch, must not disturb the training's state, and `each_epoch(epoch, pictures, history)` may show how it
    goes.

    The folder gets `samples/epoch-000.png` and so on, `samples.png` (the last), `losses.png`, `metrics.json`,
    TensorBoard events and `checkpoint.pt`. If it holds a checkpoint already, training goes on after that checkpoint's
    epoch. The random numbers of an epoch depend on `seed` and its number alone, so a resumed run equals an
    uninterrupted one.

    Started by `torchrun`, it trains in all its processes (see `gancourse.distributed`): `batches`, a DataLoader, is
    shared out, so its batch size is that of one process; the optimisers in `state` take the average gradient; the
    losses are averages; random numbers are each process's own. Rank 0's checkpoint is what all begin with, and it
    alone writes files, so a folder that the others can't see will do.

    Raises Diverged at the first loss that isn't finite; what the epochs before it left stays.
    """
    team = Team()
    first = team.rank == 0
    history, ends, seconds = _begin(team, folder, state, seed)
    start = len(ends)
    if first and start == 0:
        (folder / "samples").mkdir(parents=True, exist_ok=True)
        write_sheet(folder / "samples" / "epoch-000.png", sample())
    elif first and start < epochs:
        print(f"Going on after epoch {start}, from the checkpoint in this run's folder.")
    optimisers = [part for part in state.values() if isinstance(part, torch.optim.Optimizer)]
    with (
        _event_writer(folder, len(history)) if first else nullcontext() as board,
        tqdm(total=epochs, leave=False, unit="epoch", disable=not first) as bar,
        team.averaging(optimisers),
    ):
        bar.update(start)
        for epoch in range(start + 1, epochs + 1):
            began = time.perf_counter()
            for x, y in team.epoch(batches, seed * 100_003 + epoch):
                history.append(team.mean(step(x, y)))
                check_finite(history[-1], len(history), epoch)
                if first and len(history) % 20 == 0:
                    bar.set_postfix(history[-1], refresh=False)
                    bar.update(0)
                    for name, value in history[-1].items():
                        board.add_scalar(name, value, len(history))
            team.settle(state)
            ends.append(len(history))
            seconds += time.perf_counter() - began
            pictures = sample()
            if first:
                write_sheet(folder / "samples" / f"epoch-{epoch:03d}.png", pictures)
                board.add_image("samples", plots.tile(pictures, 8), len(history), dataformats="HWC")
                _save_checkpoint(folder, state, seed, seconds, history, ends)
                record_losses(
                    folder,
                    ends,
                    history,
                    seed=seed,
                    train_seconds=round(seconds, 1),
                    hardware=_hardware(),
                    processes=team.size,
                    torch=torch.__version__,
                )
            bar.update()
            if each_epoch:
                each_epoch(epoch, pictures, history)
    if first:
        write_sheet(folder / "samples.png", sample())
    if first and history:
        figure = plots.losses(history)
        figure.savefig(folder / "losses.png", dpi=120)
        plt.close(figure)
    return history


def check_finite(losses: dict[str, float], step: int, epoch: int) -> None:
    """Raises Diverged, naming loss, step and epoch (both counted from 1), where one of a step's losses isn't finite."""
    for name, value in losses.items():
        if not math.isfinite(value):
            raise Diverged(
                f"the loss {name!r} is {float(value)} at step {step}, in epoch {epoch}: the training has diverged. "
                "A smaller learning rate is the first thing to try"
            )


def descend(optimiser: torch.optim.Optimizer, loss: torch.Tensor) -> None:
    """One step of the optimiser along the gradient of this loss alone."""
    optimiser.zero_grad(set_to_none=True)
    loss.backward()
    optimiser.step()


def save_weights(model: nn.Module, file: Path, **facts: object) -> None:
    """Write a model's parameters and buffers as safetensors, with `facts` (as JSON) in the file's header."""
    temporary = file.with_suffix(".part")
    tensors = {name: value.detach().cpu().contiguous() for name, value in model.state_dict().items()}
    save_file(tensors, temporary, metadata={name: json.dumps(value) for name, value in facts.items()})
    temporary.replace(file)


def load_weights(model: nn.Module, file: Path) -> nn.Module:
    """Read what `save_weights` wrote into the model, which is returned in eval mode.

    Raises FileNotFoundError, or RuntimeError where the file holds another architecture's weights.
    """
    model.load_state_dict(load_file(file))
    return model.eval()


def record(folder: Path, **facts: object) -> None:
    """Add numbers or texts to the run's metrics.json; a name that is there already gets the new value.

    What isn't finite becomes null: JSON has no NaN.
    """
    file = folder / "metrics.json"
    known = json.loads(file.read_text("utf-8")) if file.exists() else {}
    _replace_text(file, json.dumps(_finite(known | facts), indent=1, allow_nan=False) + "\n")


def record_losses(folder: Path, ends: Sequence[int], history: list[dict[str, float]], **facts: object) -> None:
    """`record` after an epoch: epochs, steps and each epoch's mean losses, and `facts`; `ends[i]` steps end epoch i."""
    means = [
        {name: float(np.mean([h[name] for h in history[start:end]])) for name in history[0]}
        for start, end in zip([0, *ends], ends)
    ]
    record(folder, epochs=len(ends), steps=len(history), losses_by_epoch=means, **facts)


def write_sheet(file: Path, pictures: np.ndarray) -> None:
    """Write uint8 pictures (n, h, w, c) as one PNG, eight in a row, at twice their size."""
    sheet = plots.tile(pictures, 8)
    image = Image.fromarray(sheet.squeeze(-1) if sheet.shape[-1] == 1 else sheet)
    image.resize((2 * image.width, 2 * image.height), Image.Resampling.NEAREST).save(file)


def _event_writer(folder: Path, step: int):
    # TensorBoard's switch for its own file access: else it loads TensorFlow, 10 s and lines on stderr.
    sys.modules.setdefault("tensorboard.compat.notf", ModuleType("tensorboard.compat.notf"))
    from torch.utils.tensorboard import SummaryWriter

    return SummaryWriter(folder, purge_step=step)


def _hardware() -> str:
    if torch.cuda.is_available():
        return torch.cuda.get_device_name()
    return f"{torch.get_num_threads()} CPU threads, {platform.machine()}"


def _save_checkpoint(folder: Path, state: dict, seed: int, seconds: float, history: list, ends: list[int]) -> None:
    temporary = folder / "checkpoint.part"
    torch.save(
        {
            "epoch": len(ends),
            "seed": seed,
            "seconds": seconds,
            "history": history,
            "ends": ends,  # the steps of an epoch are fewer in more processes, and a run may go on in another number
            "state": {name: part.state_dict() for name, part in state.items()},
        },
        temporary,
    )
    temporary.replace(folder / "checkpoint.pt")


def _begin(team: Team, folder: Path, state: dict, seed: int) -> tuple[list, list[int], float]:
    """What is behind the training, from rank 0's checkpoint: losses, each epoch's last step, seconds.

    All ranks begin with rank 0's state, also where there is no checkpoint.
    """
    found = _resume(folder, state, seed) if team.rank == 0 else None
    if team.size > 1:
        found, states = from_first((found, {name: part.state_dict() for name, part in state.items()}))
        for name, part in state.items():
            part.load_state_dict(states[name])
    return found


def _resume(folder: Path, state: dict, seed: int) -> tuple[list, list[int], float]:
    file = folder / "checkpoint.pt"
    if not file.exists():
        return [], [], 0.0
    try:
        saved = torch.load(file, weights_only=True, map_location="cpu")
    except Exception as err:  # what pickle and zip raise for a damaged file
        raise ValueError(f"{file} is damaged ({type(err).__name__}: {err}): start a new run") from err
    other = (
        f"{file} is another training's checkpoint (seed {saved['seed']}, {', '.join(saved['state'])}): "
        "go on with that run's own parameters, or start a new run in an empty folder"
    )
    if saved["seed"] != seed or saved["state"].keys() != state.keys():
        raise ValueError(other)
    try:
        for name, part in state.items():
            part.load_state_dict(saved["state"][name])
    except (RuntimeError, LookupError, ValueError) as err:  # of other shapes
        raise ValueError(other) from err
    steps = len(saved["history"]) // saved["epoch"]
    ends = saved.get("ends", [steps * (i + 1) for i in range(saved["epoch"])])  # an older checkpoint has none
    return saved["history"], ends, saved["seconds"]


def _finite(value: object) -> object:
    """The value with None for each number in it that isn't finite."""
    if isinstance(value, dict):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(item) for item in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _replace_text(file: Path, text: str) -> None:
    temporary = file.with_suffix(".part")
    temporary.write_text(text, "utf-8")
    temporary.replace(file)
