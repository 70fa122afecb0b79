"""uint8 pictures to tensors and back, and batches of them. Each function imports PyTorch when called."""

import numpy as np

from gancourse.data.imageset import ImageSet


def to_batch(images: np.ndarray):
    """uint8 (n, height, width, channels) to a float32 tensor (n, channels, height, width) in [-1, 1].

    Raises ValueError for any other shape or type.
    """
    import torch

    images = np.asarray(images)
    if images.dtype != np.uint8 or images.ndim != 4:
        raise ValueError(
            f"to_batch takes uint8 pictures (n, height, width, channels), got {images.dtype} {images.shape}"
        )
    # NumPy, as a batch is too small for torch's threads to be worth waiting for
    pixels = np.divide(np.ascontiguousarray(images.transpose(0, 3, 1, 2)), 127.5, dtype=np.float32)
    pixels -= 1
    return torch.from_numpy(pixels)


def to_pictures(batch) -> np.ndarray:
    """A tensor (n, channels, height, width) in [-1, 1] to uint8 (n, height, width, channels), rounded.

    Values outside [-1, 1] are clipped, and NaN becomes 0. Raises ValueError for any other number of
    dimensions.
    """
    import torch

    if batch.ndim != 4:
        raise ValueError(f"to_pictures takes a tensor (n, channels, height, width), got shape {tuple(batch.shape)}")
    pixels = batch.detach().float().nan_to_num(nan=-1).clamp(-1, 1).add(1).mul(127.5).round()
    return pixels.to("cpu", torch.uint8).permute(0, 2, 3, 1).contiguous().numpy()


class _Gather:
    """A map-style dataset that takes a batch of indices, and gathers and converts their pictures at once."""

    def __init__(self, images: ImageSet):
        self.images = images

    def __len__(self) -> int:
        return len(self.images)

    def __getitem__(self, index: int):
        x, y = self.__getitems__([index])
        return x[0], y[0]

    def __getitems__(self, indices: list[int]):
        import torch

        return to_batch(self.images.images[indices]), torch.from_numpy(self.images.labels[indices])


def _as_is(batch):
    return batch


def batches(images: ImageSet, batch_size: int, shuffle: bool = True, drop_last: bool = True):
    """A DataLoader of (x, y): x float32 (batch, channels, height, width) in [-1, 1], y int64 (batch,).

    Shuffling draws from torch's global generator: `torch.manual_seed` makes it repeatable. Raises ValueError
    where `drop_last` would leave no batch at all.
    """
    from torch.utils.data import DataLoader

    if len(images) < (batch_size if drop_last else 1):
        raise ValueError(f"{len(images)} pictures don't fill one batch of {batch_size}")
    return DataLoader(_Gather(images), batch_size, shuffle=shuffle, drop_last=drop_last, collate_fn=_as_is)
