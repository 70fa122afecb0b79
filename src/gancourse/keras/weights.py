"""A Keras model's weights as safetensors, as `gancourse.train` keeps those of PyTorch."""

import json
from pathlib import Path

import keras
import numpy as np
from safetensors import safe_open
from safetensors.numpy import save_file


def save_weights(model: keras.Model, file: Path, half: bool = False, **facts: object) -> None:
    """Write all weights of a built model (trainable or not) as safetensors, with `facts` (as JSON) in its header.

    `half` writes half precision (float16), half as large; reading turns it back into the model's own precision.

    They are named by their order and shape-bearing path, since a layer's automatic name changes from one build to
    the next. Random generators' states are left out. Nothing half-written stays.
    """
    temporary = file.with_suffix(".part")
    tensors = {name: np.asarray(weight, "float16" if half else None) for name, weight in _named(model).items()}
    save_file(tensors, temporary, metadata={name: json.dumps(value) for name, value in facts.items()})
    temporary.replace(file)


def load_weights(model: keras.Model, file: Path) -> keras.Model:
    """Read what `save_weights` wrote into a built model of the same architecture, which is returned.

    Raises FileNotFoundError, or ValueError where the file is another architecture's: the model is then unchanged.
    """
    with safe_open(file, "np") as saved:
        stored = {name: saved.get_tensor(name) for name in saved.keys()}  # noqa: SIM118 (it isn't a dict)
    named = _named(model)
    shapes = {name: tuple(weight.shape) for name, weight in named.items()}
    if shapes != {name: array.shape for name, array in stored.items()}:
        differing = sorted(
            name
            for name in shapes.keys() | stored.keys()
            if name not in stored or shapes.get(name) != stored[name].shape
        )
        raise ValueError(f"{file} holds another architecture's weights: they differ in {', '.join(differing[:3])}")
    for name, weight in named.items():
        weight.assign(stored[name])
    return model


def facts(file: Path) -> dict[str, object]:
    """The facts in the header of a safetensors file that `save_weights` wrote."""
    with safe_open(file, "np") as saved:
        return {name: json.loads(value) for name, value in (saved.metadata() or {}).items()}


def _named(model: keras.Model) -> dict[str, keras.Variable]:
    """ "007.kernel" and so on: the place in `model.weights`, and the variable's own name."""
    weights = [weight for weight in model.weights if weight.name != "seed_generator_state"]
    return {f"{place:03d}.{weight.name}": weight for place, weight in enumerate(weights)}
