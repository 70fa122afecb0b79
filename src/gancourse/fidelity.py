"""How near an enlarged picture is to the true one: PSNR and SSIM by the protocol of papers on super-resolution. Lesson
11 shows how much depends on that protocol.
"""

import numpy as np
import torch
from torch import nn


def luma(pictures: np.ndarray) -> np.ndarray:
    """The Y of uint8 colours (..., 3), float64 from 16 to 235, not rounded: ITU-R BT.601 as in Matlab's `rgb2ycbcr`, on
    which super-resolution is measured. Black is 16 and white 235: 219 levels, not 255."""
    return 16 + pictures @ np.array([65.481, 128.553, 24.966]) / 255


def psnr(made: np.ndarray, true: np.ndarray, of: str = "y", border: int = 4) -> float:
    """Peak signal-to-noise ratio in dB, 10 log10(255^2 / mean squared error), of a picture, uint8 (h, w, 3), both.

    `of`: "y" for `luma`, as in papers on super-resolution, or "rgb" for all three channels together. `border` pixels at
    each side don't count. Equal pictures have infinity. Raises ValueError for another `of`, and for pictures of
    different or other shapes, or with no pixel inside the border.
    """
    made, true = _compared(made, true, of, border, 1)
    error = np.square(made - true).mean()
    return float(10 * np.log10(255**2 / error)) if error else float("inf")


def ssim(made: np.ndarray, true: np.ndarray, of: str = "y", border: int = 4) -> float:
    """Structural similarity of a picture, uint8 (h, w, 3), both: at most 1, which equal pictures have.

    In windows of 11 x 11 pixels, weighted by a Gaussian of standard deviation 1.5, compared by means, variances and
    covariance; the mean over all windows inside the picture, and over the channels (Wang et al. 2004,
    doi:10.1109/TIP.2003.819861, with K1 = 0.01, K2 = 0.03, L = 255). Otherwise as `psnr`.
    """
    x, y = (torch.from_numpy(p).movedim(-1, 0)[:, None] for p in _compared(made, true, of, border, 11))
    bell = torch.exp(-(torch.arange(-5.0, 6.0, dtype=torch.float64) ** 2) / (2 * 1.5**2))
    bell /= bell.sum()

    def local(values):
        return nn.functional.conv2d(nn.functional.conv2d(values, bell.reshape(1, 1, 11, 1)), bell.reshape(1, 1, 1, 11))

    c1, c2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
    mx, my = local(x), local(y)
    vx, vy, both = local(x * x) - mx * mx, local(y * y) - my * my, local(x * y) - mx * my
    return float(((2 * mx * my + c1) * (2 * both + c2) / ((mx * mx + my * my + c1) * (vx + vy + c2))).mean())


def _compared(made: np.ndarray, true: np.ndarray, of: str, border: int, least: int) -> tuple[np.ndarray, np.ndarray]:
    """What counts of two pictures, float64 (h, w, channels)."""
    if of not in ("y", "rgb"):
        raise ValueError(f"measure of 'y' or 'rgb', not {of!r}")
    if made.shape != true.shape or made.ndim != 3 or made.shape[2] != 3 or not made.dtype == true.dtype == np.uint8:
        raise ValueError(f"two uint8 pictures (h, w, 3) are needed, not {made.dtype} {made.shape} and {true.shape}")
    if min(made.shape[:2]) < 2 * border + least:
        raise ValueError(f"pictures of {made.shape[0]} x {made.shape[1]} are too small for a border of {border}")
    inside = slice(border, made.shape[0] - border), slice(border, made.shape[1] - border)
    return tuple((luma(p)[..., None] if of == "y" else p.astype(float))[inside] for p in (made, true))
