"""`probe`, and inputs drawn from a secret seed.

The hidden part of a test cell only measures: it hands values out with `probe`, and `gancourse.grading.judge`
compares them, outside the learner's process, with what the reference notebook measured on the same seed.
"""

import base64
import io
import json
import os
import sys
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import torch

MIME = "application/vnd.gancourse.probe+json"
SEED_VARIABLE = "GANCOURSE_SECRET_SEED"  # set in the kernel by the judge, and by nothing else
MAX_BYTES = 1_000_000


def probe(name: str, value, *, hint: str, rtol: float = 1e-4, atol: float = 1e-6) -> None:
    """Hand a measured value to the judge; belongs in the hidden part of a test cell.

    value: None, bool, str, numbers, NumPy arrays, tensors (any shape), and lists, tuples and string-keyed dicts
        of these. Measure what every right answer agrees on. 1 and 1.0 agree, and so do float32 and float64;
        a bool agrees with bools only, an array only with one of the same shape, a list also with a tuple,
        NaN with NaN.
    hint: what the learner reads when the value disagrees: words that say what to look at, not the answer.
    rtol, atol: |value - reference| <= atol + rtol * |reference| agrees, element by element.

    Without a judge it measures and leaves no output, except under `nbgrader autograde`, where it raises
    RuntimeError: a hidden check that nobody judges must not pass. Raises TypeError for a value that can't be
    handed out and ValueError for one larger than MAX_BYTES.
    """
    try:
        record = {"name": name, "value": _encode(value), "rtol": rtol, "atol": atol, "hint": hint}
    except TypeError as err:
        raise TypeError(f"{name}: {err}") from None
    size = len(json.dumps(record))
    if size > MAX_BYTES:
        raise ValueError(
            f"{name}: a value of {size / 1e6:.1f} MB, but a probe carries at most {MAX_BYTES / 1e6:.0f} MB: "
            "measure less, for example a few rows or a mean"
        )
    if SEED_VARIABLE in os.environ:
        from IPython.display import display

        display({MIME: record}, raw=True)
    elif os.environ.get("NBGRADER_EXECUTION") == "autograde":
        raise RuntimeError(
            "the hidden checks can only be judged with this course's nbgrader_config.py: "
            "run nbgrader from the course folder, or use `gancourse check`"
        )


def secret_rng(name: str) -> np.random.Generator:
    """Random numbers drawn from this grading run's secret seed and `name`.

    The same in the reference and in every submission of the run, whatever was drawn before; without a judge, from
    a fixed seed.
    """
    seed = int(os.environ.get(SEED_VARIABLE, 0))  # read at each call: a forked mutant run sets it late
    return np.random.default_rng([seed, *name.encode()])


def secret_torch(name: str) -> "torch.Generator":
    """`secret_rng` for PyTorch: a CPU generator, for `torch.randn(..., generator=secret_torch("z"))`."""
    import torch

    return torch.Generator().manual_seed(int(secret_rng(name).integers(2**63)))


def _encode(value):
    """The value as JSON: arrays and numbers as {"npy": base64 of a .npy file}, the rest as what they are."""
    if value is None or isinstance(value, bool | str):
        return value
    if isinstance(value, list | tuple):
        return [_encode(item) for item in value]
    if isinstance(value, dict):
        if not all(isinstance(key, str) for key in value):
            raise TypeError("the keys of a dict must be strings")
        return {"dict": {key: _encode(item) for key, item in value.items()}}
    array = _array(value)
    if array.dtype.kind not in "biufcU":
        raise TypeError(
            f"expected numbers, arrays, tensors, strings, or lists or dicts of these, got {type(value).__name__}"
        )
    file = io.BytesIO()
    np.save(file, array, allow_pickle=False)
    return {"npy": base64.b64encode(file.getvalue()).decode()}


def _array(value) -> np.ndarray:
    torch = sys.modules.get("torch")
    if torch and isinstance(value, torch.Tensor):
        value = value.detach().cpu()
        return (value.float() if value.dtype == torch.bfloat16 else value).numpy()
    return np.asarray(value)
