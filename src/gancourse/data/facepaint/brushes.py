"""How faces are painted: a window of some of them, a colour laid over it, and the curves that outlines are made of."""

from collections.abc import Callable
from types import SimpleNamespace

import numpy as np


class View:
    """Some faces of `whole`, and a window of their pixels, cut out value by value when asked for."""

    def __init__(self, whole: SimpleNamespace, who: np.ndarray, rows: slice, columns: slice):
        self._whole, self._where = whole, (who, rows, columns)

    def __getattr__(self, name: str):
        who, rows, columns = self._where
        value = getattr(self._whole, name)[who]
        if value.shape[-1] > 1 and value.ndim > 2:
            value = value[..., rows, columns]
        setattr(self, name, value)
        return value


def within(p: SimpleNamespace, near: np.ndarray, parts: list[Callable], who: np.ndarray | None = None) -> None:
    """Paint the parts for the faces `who`, in the window that holds all pixels that are `near` for any of them."""
    chosen = slice(None) if who is None else np.flatnonzero(who)
    marks = near[chosen].any(axis=0)
    if not marks.any():
        return
    rows, columns = (slice(i[0], i[-1] + 1) for i in (np.flatnonzero(marks.any(axis=axis)) for axis in (1, 0)))
    view = View(p, chosen, rows, columns)
    # What else the window holds stays as it is, so that the neighbours don't matter.
    view.near = near[chosen, rows, columns].astype(np.float32)
    for part in parts:
        part(view)
    if who is not None:  # with a slice, the view's canvas is the picture's own
        p.canvas[chosen, :, rows, columns] = view.canvas


def paint(p, cover: np.ndarray, colour: np.ndarray | float, shade: np.ndarray | float | None = None) -> None:
    """Lay a colour (n, 3, 1, 1), or a grey, over the canvas: as much of it as `cover` (n, h, w) says, times `shade`."""
    cover = cover * p.near
    for channel in range(3):
        layer = colour[:, channel] if isinstance(colour, np.ndarray) and colour.ndim == 4 else colour
        difference = (layer if shade is None else layer * shade) - p.canvas[:, channel]
        difference *= cover
        p.canvas[:, channel] += difference


def inside(distance: np.ndarray, sharp: np.ndarray) -> np.ndarray:
    """The share of each pixel that lies within an outline, by its distance (negative inside); `sharp` pixels a unit."""
    cover = distance * -sharp
    cover += 0.5
    return np.clip(cover, 0, 1, out=cover)


def ramp(t: np.ndarray, start, end) -> np.ndarray:
    """0 at `start` to 1 at `end`, smoothly, and constant beyond."""
    t = (t - start) * (1 / (end - start))
    np.clip(t, 0, 1, out=t)
    return t * t * (3 - 2 * t)


def wave(t: np.ndarray) -> np.ndarray:
    """A triangle wave of period 1, from 1/2 at whole numbers to 0."""
    return np.abs(t - np.floor(t) - 0.5)


def hill(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """1 in the middle, 0 from the unit circle on."""
    return np.maximum(1 - x * x - y * y, 0)


def length(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    return np.sqrt(x * x + y * y)


def flag(values: np.ndarray) -> np.ndarray:
    """True and False (n,) as 1 and 0, (n, 1, 1)."""
    return values.astype(np.float32)[:, None, None]
