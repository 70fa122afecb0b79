"""What a function leaves behind: everything that it was given, and the world around it, before and after."""

import random
import sys
from collections.abc import Callable, Iterator
from fnmatch import fnmatchcase

import numpy as np


class Watch:
    """Records everything about the things that it is given, and says afterwards what has changed.

    Catches modes left switched (`.training`), frozen or thawed parts, arguments changed in place, gradients and hooks
    left behind, a caller's random numbers used up, gradients switched off for good.

    Things, by name: PyTorch modules (each part's mode and hooks; each parameter's and buffer's value, requires_grad,
    gradient), tensors, arrays, optimizers of PyTorch and Keras (settings, state), Keras models and layers (trainable,
    values), lists, tuples, dicts of these, numbers, strings, None. Always recorded: the random state of
    PyTorch, NumPy and Python, whether gradients are recorded, PyTorch's default dtype, Keras' types, TensorFlow's seed,
    whether it runs its functions eagerly.

        watch = Watch(generator=generator, real=real)
        train_step(generator, real)
        watch.changes("generator.*: value", "generator.*: gradient", "the world: PyTorch's random state")  # []

    Raises TypeError for anything else.
    """

    def __init__(self, **things):
        self._things = things
        self._before = _facts(things)

    def changes(self, *allowed: str) -> list[str]:
        """What has changed, sorted: "real: value", "generator.0: training", "the world: Python's random state".

        allowed: patterns (* for anything) of what may change. What is new or gone counts as changed.
        """
        now = _facts(self._things)
        names = sorted(self._before.keys() | now.keys())
        return [
            name
            for name in names
            if not (name in self._before and name in now and _same(self._before[name], now[name]))
            and not any(fnmatchcase(name, pattern) for pattern in allowed)
        ]


def shared(a, b) -> list[str]:
    """What two things have in common: the names, in `a`, of parameters, buffers and arrays whose memory is also b's.

    Catches two networks that should be independent but share a layer, a copy that isn't one, a result that is a view
    of an argument. Things as for `Watch`.
    """
    theirs = [value for _, value in _arrays("", b)]
    return sorted({name for name, value in _arrays("", a) if any(_overlap(value, other) for other in theirs)})


def raised(function: Callable, *arguments, **options) -> str:
    """The name of the exception that reaches the caller; "" if none. Catches errors that are swallowed, or changed."""
    try:
        function(*arguments, **options)
    except Exception as err:
        return type(err).__name__
    return ""


def _facts(things: dict) -> dict[str, object]:
    facts = {f"the world: {name}": value for name, value in _world()}
    for name, thing in things.items():
        for fact, value in _describe(name, thing):
            facts[fact] = value
    return facts


def _world() -> Iterator[tuple[str, object]]:
    yield "Python's random state", random.getstate()
    state = np.random.get_state(legacy=False)  # noqa: NPY002 (the global one is meant)
    numbers = [value.tobytes() if isinstance(value, np.ndarray) else value for value in state.pop("state").values()]
    yield "NumPy's random state", (numbers, repr(state))
    if torch := sys.modules.get("torch"):
        yield "PyTorch's random state", torch.get_rng_state().numpy().copy()
        yield "PyTorch records gradients", torch.is_grad_enabled()
        yield "PyTorch's default dtype", str(torch.get_default_dtype())
    if keras := sys.modules.get("keras"):
        yield "Keras' types", (keras.config.floatx(), keras.config.dtype_policy().name)
    if "tensorflow" in sys.modules:
        from tensorflow.python.eager import context

        yield "TensorFlow's seed", context.global_seed()
        yield "TensorFlow runs functions eagerly", sys.modules["tensorflow"].config.functions_run_eagerly()


def _describe(name: str, thing) -> Iterator[tuple[str, object]]:
    torch, keras = sys.modules.get("torch"), sys.modules.get("keras")
    if thing is None or isinstance(thing, bool | int | float | str | np.generic):
        yield f"{name}: value", thing
    elif isinstance(thing, np.ndarray):
        yield f"{name}: value", thing.copy()
    elif isinstance(thing, list | tuple):
        yield f"{name}: length", len(thing)
        for i, each in enumerate(thing):
            yield from _describe(f"{name}.{i}", each)
    elif isinstance(thing, dict):
        yield f"{name}: keys", tuple(map(str, thing))
        for key, each in thing.items():
            yield from _describe(f"{name}.{key}", each)
    elif torch and isinstance(thing, torch.Tensor):
        yield from _tensor(name, thing)
    elif torch and isinstance(thing, torch.nn.Module):
        yield from _module(name, thing)
    elif torch and isinstance(thing, torch.optim.Optimizer):
        for i, group in enumerate(thing.param_groups):
            settings = {key: value for key, value in group.items() if key != "params"}
            yield f"{name}: settings", repr(sorted(settings.items(), key=str))
            for j, parameter in enumerate(group["params"]):
                yield f"{name}.{i}.{j}: parameter", id(parameter)
                for key, value in thing.state.get(parameter, {}).items():
                    yield f"{name}.{i}.{j}: state of {key}", _copy(value)
    elif keras and isinstance(thing, keras.optimizers.Optimizer):
        for variable in thing.variables:
            yield f"{name}.{variable.path}: state", np.array(variable.numpy())
    elif keras and isinstance(thing, keras.Layer):
        for layer in thing._flatten_layers():
            yield f"{name}.{layer.path or layer.name}: trainable", layer.trainable
        for variable in thing.variables:
            yield f"{name}.{variable.path}: value", np.array(variable.numpy())
            yield f"{name}.{variable.path}: trainable", variable.trainable
    elif hasattr(thing, "numpy"):  # TensorFlow's tensors and variables
        yield f"{name}: value", np.array(thing)
    else:
        raise TypeError(f"{name}: a {type(thing).__name__} can't be watched")


def _tensor(name: str, tensor) -> Iterator[tuple[str, object]]:
    yield f"{name}: value", tensor.detach().cpu().numpy().copy()
    yield f"{name}: requires_grad", tensor.requires_grad
    if tensor.is_leaf:
        yield f"{name}: gradient", None if tensor.grad is None else tensor.grad.detach().cpu().numpy().copy()


def _module(name: str, module) -> Iterator[tuple[str, object]]:
    for part, each in module.named_modules():
        path = f"{name}.{part}" if part else name
        yield f"{path}: training", each.training
        yield f"{path}: hooks", sum(len(getattr(each, kind)) for kind in vars(each) if kind.endswith("_hooks"))
    for part, parameter in module.named_parameters():
        yield f"{name}.{part}: parameter", id(parameter)
        yield from _tensor(f"{name}.{part}", parameter)
    for part, buffer in module.named_buffers():
        yield f"{name}.{part}: value", buffer.detach().cpu().numpy().copy()


def _arrays(name: str, thing) -> Iterator[tuple[str, object]]:
    """Everything in a thing that has memory of its own, by name."""
    torch, keras = sys.modules.get("torch"), sys.modules.get("keras")
    if isinstance(thing, list | tuple | dict):
        for key, each in thing.items() if isinstance(thing, dict) else enumerate(thing):
            yield from _arrays(f"{name}.{key}" if name else str(key), each)
    elif torch and isinstance(thing, torch.nn.Module):
        for part, tensor in (*thing.named_parameters(), *thing.named_buffers()):
            yield f"{name}.{part}" if name else part, tensor.detach()
    elif torch and isinstance(thing, torch.Tensor):
        yield name or "the tensor", thing.detach()
    elif keras and isinstance(thing, keras.Layer):
        for variable in thing.variables:
            yield f"{name}.{variable.path}" if name else variable.path, variable
    elif isinstance(thing, np.ndarray):
        yield name or "the array", thing


def _overlap(a, b) -> bool:
    torch = sys.modules.get("torch")
    a, b = (each.numpy() if torch and isinstance(each, torch.Tensor) and not each.is_cuda else each for each in (a, b))
    if isinstance(a, np.ndarray) and isinstance(b, np.ndarray):
        return np.shares_memory(a, b)
    return a is b


def _copy(value):
    return value.detach().cpu().numpy().copy() if hasattr(value, "detach") else value


def _same(a, b) -> bool:
    if isinstance(a, np.ndarray) and isinstance(b, np.ndarray):
        return a.dtype == b.dtype and a.shape == b.shape and a.tobytes() == b.tobytes()
    return type(a) is type(b) and (a == b or a != a)
