"""Training in several processes, as PyTorch's launcher `torchrun` starts them. Lesson 17 builds it in the open.

The processes ("ranks") hold the same networks, see different pictures, and average their gradients before each step of
an optimiser: together they take the step that one process would take with all their pictures. A rank's gradient is
averaged when it's complete, so any loss works, even one with a penalty on gradients.
"""

import atexit
import io
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager

import numpy as np
import torch
import torch.distributed as dist
from torch import nn
from torch.utils.data import DataLoader

Batches = Iterable[tuple[torch.Tensor, torch.Tensor]]


def rank() -> int:
    """This process's number among those that `torchrun` started, from 0; 0 where it's the only one."""
    return int(os.environ.get("RANK", 0))


def processes() -> int:
    """How many processes `torchrun` started for this training, on all machines; 1 without it."""
    return int(os.environ.get("WORLD_SIZE", 1))


def join() -> None:
    """Meet the other ranks, if there are others and they haven't met yet: over NCCL on GPUs, over gloo on CPUs.

    NCCL needs a GPU for each process on a machine; where there are fewer, gloo exchanges their tensors as well.

    `torchrun` may lend its own store of addresses, which outlives a restart, and gloo would look there for processes
    that are gone. So each attempt has its own prefix in it. Machines count their attempts separately: where there are
    several, TORCH_DISABLE_SHARE_RDZV_TCP_STORE=1 gives each attempt a new store (see docs/scaling).
    """
    if processes() == 1 or dist.is_initialized():
        return
    enough = torch.cuda.is_available() and torch.cuda.device_count() >= int(os.environ["LOCAL_WORLD_SIZE"])
    backend = "cpu:gloo,cuda:nccl" if enough else "gloo"
    atexit.register(dist.destroy_process_group)  # its threads must end before Python does
    if os.environ.get("TORCHELASTIC_USE_AGENT_STORE") != "True":
        dist.init_process_group(backend)
        return
    lent = dist.TCPStore(os.environ["MASTER_ADDR"], int(os.environ["MASTER_PORT"]), is_master=False)
    store = dist.PrefixStore(f"attempt {os.environ['TORCHELASTIC_RESTART_COUNT']}", lent)
    dist.init_process_group(backend, store=store, rank=rank(), world_size=processes())


def from_first(value: object) -> object:
    """Rank 0's value, on every rank: numbers, strings, tensors (on the CPU), and lists, tuples and dicts of these."""
    file = io.BytesIO()
    if rank() == 0:
        torch.save(value, file)
    sent = [file.getvalue()]
    dist.broadcast_object_list(sent, src=0)
    return torch.load(io.BytesIO(sent[0]), weights_only=True, map_location="cpu")


def shards(order: list[int], batch_size: int, drop_last: bool, rank: int, size: int) -> Iterator[tuple[list[int], int]]:
    """One rank's part of an epoch: for each step its indices, and how many all ranks have in this step.

    `order` is the epoch's order of all pictures, the same on every rank; a step takes the next `size * batch_size` of
    them, of which each rank has every `size`-th. Without `drop_last`, the remaining pictures make a last, smaller
    step, in which ranks may differ by one picture; if fewer pictures than ranks remain, they join the step before.
    Raises ValueError where there is no step.
    """
    ends = list(range(size * batch_size, len(order) + 1, size * batch_size))
    if not drop_last and len(order) >= size and len(order) > (ends or [0])[-1]:
        if ends and len(order) - ends[-1] < size:
            ends.pop()
        ends.append(len(order))
    if not ends:
        raise ValueError(f"{len(order)} pictures don't fill one batch of {batch_size} in each of {size} processes")
    for start, end in zip([0, *ends], ends):
        yield order[start:end][rank::size], end - start


class Team:
    """The ranks of one training. `weight` is this rank's share of the pictures in the present step."""

    def __init__(self) -> None:
        join()
        self.rank, self.size = rank(), processes()
        self.weight = 1 / self.size

    def epoch(self, batches: Batches, seed: int) -> Batches:
        """This rank's batches of an epoch; one process alone gets `batches` as they are.

        All ranks draw the order of the pictures with one seed, and everything that comes later, a step's noise among
        it, each with its own. Raises TypeError for anything but a DataLoader that makes its own batches: only there is
        it known which pictures come next.
        """
        torch.manual_seed(seed)
        return batches if self.size == 1 else self._shards(batches, seed)

    def _shards(self, loader: Batches, seed: int) -> Batches:
        if not isinstance(loader, DataLoader) or not loader.batch_size:
            raise TypeError(f"several processes can share out a DataLoader's batches, not a {type(loader).__name__}'s")
        # Through a DataLoader, as it draws random numbers of its own first: one process would take this order, too.
        places, how = range(len(loader.dataset)), {"sampler": loader.sampler, "generator": loader.generator}
        order = [i for part in DataLoader(places, 1000, collate_fn=list, **how) for i in part]
        # Mixed, not added: PyTorch's generator on the CPU looks at a seed's lower 32 bits alone.
        torch.manual_seed(int(np.random.SeedSequence([self.rank, seed % 2**64]).generate_state(1)[0]))
        steps = list(shards(order, loader.batch_size, loader.drop_last, self.rank, self.size))
        own = DataLoader(
            loader.dataset,
            batch_sampler=[indices for indices, _ in steps],
            collate_fn=loader.collate_fn,
            num_workers=loader.num_workers,
            pin_memory=loader.pin_memory,
            worker_init_fn=loader.worker_init_fn,
        )
        for (indices, together), batch in zip(steps, own, strict=True):
            self.weight = len(indices) / together
            yield batch

    @contextmanager
    def averaging(self, optimisers: Iterable[torch.optim.Optimizer]) -> Iterator[None]:
        """Within it, every step of these optimisers uses the ranks' mean gradient, weighted by their pictures.

        Each rank must take the same steps in the same order. What is done to a gradient before the step (clipping it,
        say) is done to the rank's own. Optimisers that ask for the loss again (LBFGS) raise TypeError.
        """
        hooks = [] if self.size == 1 else [o.register_step_pre_hook(self._average) for o in optimisers]
        try:
            yield
        finally:
            for hook in hooks:
                hook.remove()

    def _average(self, optimiser: torch.optim.Optimizer, arguments: tuple, named: Mapping) -> None:
        if any(callable(argument) for argument in (*arguments[1:], *named.values())):
            raise TypeError("an optimiser that computes gradients in its step can't average them over processes")
        parameters = [p for group in optimiser.param_groups for p in group["params"]]
        average_gradients(parameters, self.weight)

    def mean(self, losses: dict[str, float]) -> dict[str, float]:
        """A step's losses, averaged over the ranks, weighted by their pictures: the same on all of them."""
        if self.size == 1:
            return losses
        values = torch.tensor([float(value) for value in losses.values()], dtype=torch.float64) * self.weight
        dist.all_reduce(values)
        return dict(zip(losses, values.tolist(), strict=True))

    def settle(self, state: Mapping[str, object]) -> None:
        """After an epoch: the networks' buffers become the ranks' mean, and their parameters must agree.

        Batch norm's running statistics are averages over batches, so their mean over the ranks is the average over all
        ranks' batches. Raises RuntimeError, naming the network, where parameters differ by more than rounding.
        """
        if self.size == 1:
            return
        networks = {name: part for name, part in state.items() if isinstance(part, nn.Module)}
        for name, network in networks.items():
            for buffer in (b for b in network.buffers() if b.is_floating_point()):
                dist.all_reduce(buffer)
                buffer /= self.size
            parameters = [p.detach() for p in network.parameters()]
            if not agree(parameters):
                raise RuntimeError(
                    f"rank {self.rank}: the processes' copies of {name!r} differ. "
                    "Every optimiser must be in fit's state, and every rank must take the same steps"
                )


def average_gradients(parameters: list[nn.Parameter], weight: float) -> None:
    """Replace each parameter's gradient by the sum over the ranks of weight * gradient, in one exchange.

    A parameter without a gradient on this rank counts as 0, and gets one if another rank has one; where no rank has,
    it stays None.
    """
    missing = [p.grad is None for p in parameters]
    flat = torch.cat([(torch.zeros_like(p) if p.grad is None else p.grad).flatten() for p in parameters])
    flat = torch.cat([flat * weight, flat.new_tensor([not gone for gone in missing])])
    dist.all_reduce(flat)
    *parts, present = flat.split([p.numel() for p in parameters] + [len(parameters)])
    for parameter, part, ranks in zip(parameters, parts, present.tolist(), strict=True):
        if ranks:
            if parameter.grad is None:
                parameter.grad = torch.empty_like(parameter)
            parameter.grad.copy_(part.view_as(parameter))


@torch.no_grad()
def agree(tensors: list[torch.Tensor], tolerance: float = 1e-4) -> bool:
    """Whether rank 0's tensors are every rank's, up to `tolerance` times their norm; each rank gets the same answer."""
    own = torch.cat([t.flatten() for t in tensors])
    first = own.clone()
    dist.broadcast(first, src=0)
    off = (~((own - first).norm() <= tolerance * first.norm())).float()  # NaN is off, too
    dist.all_reduce(off)
    return off.item() == 0


def gathered(value: object, combine: Callable[[list], object]) -> object:
    """`combine` applied to the list of all ranks' values, in their order; the list has one where there is one rank."""
    if processes() == 1:
        return combine([value])
    join()
    values = [None] * processes()
    dist.all_gather_object(values, value)
    return combine(values)
