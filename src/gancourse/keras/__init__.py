"""The Keras side of the course: data, losses, networks, training. Imported only by TensorFlow lessons.

Importing it loads TensorFlow, quietly: its start-up lines bypass Python's stderr, whatever the log level, and don't
belong in a graded cell or a stored notebook. Keras runs on TensorFlow here, whatever else the machine has set.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib import import_module
from pathlib import Path

os.environ["KERAS_BACKEND"] = "tensorflow"
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")  # errors that stop something still arrive as exceptions


@contextmanager
def _native_stderr_closed() -> Iterator[None]:
    """What C++ code writes to file descriptor 2 meanwhile is dropped; Python's exceptions are not."""
    with suppress(Exception):
        sys.stderr.flush()
    kept = os.dup(2)
    try:
        with Path(os.devnull).open("w") as nowhere:
            os.dup2(nowhere.fileno(), 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)


with _native_stderr_closed():
    if "tensorflow" not in sys.modules:
        with suppress(ImportError):  # PyTorch's compiler, where it has one: if torchvision loads it after TensorFlow,
            import_module("triton")  # the process dies (seen with tensorflow 2.21 and triton 3.8)

    import keras
    import tensorflow  # noqa: F401 (keras imports it on its own, too)

if keras.backend.backend() != "tensorflow":
    raise ImportError(
        f"Keras was imported before gancourse.keras, with its {keras.backend.backend()} backend: restart the "
        "kernel and import gancourse.keras first"
    )

from gancourse.keras.tensors import batches, to_batch, to_pictures  # noqa: E402
from gancourse.keras.weights import load_weights, save_weights  # noqa: E402

__all__ = ["batches", "load_weights", "save_weights", "to_batch", "to_pictures"]
