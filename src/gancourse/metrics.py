"""How good, how varied, how new: what is measured on generated pictures."""

import numpy as np
import torch


def nearest(pictures: np.ndarray, training: np.ndarray, k: int = 1) -> tuple[np.ndarray, np.ndarray]:
    """The k nearest training pictures of each picture, by Euclidean distance between pixel values.

    Both uint8 (n, h, w, c). Returns indices into `training`, (n, k) int64, nearest first, and the distances (n, k)
    as root mean squared difference of a pixel, in grey levels from 0 to 255.

    Raises ValueError where the pictures' shapes differ.
    """
    if pictures.shape[1:] != training.shape[1:]:
        raise ValueError(f"pictures {pictures.shape[1:]} and training pictures {training.shape[1:]} differ in shape")
    queries = torch.from_numpy(np.asarray(pictures, np.float32)).flatten(1)
    distances = torch.cat(
        [  # a slice at a time: as floats, the whole training set would take four times its memory
            torch.cdist(queries, torch.from_numpy(training[i : i + 4096].astype(np.float32)).flatten(1))
            for i in range(0, len(training), 4096)
        ],
        dim=1,
    )
    values, indices = distances.topk(k, largest=False)
    return indices.numpy(), values.numpy() / np.sqrt(queries.shape[1])
