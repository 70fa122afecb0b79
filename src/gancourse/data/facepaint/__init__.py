"""From the description of faces to their pixels: layers from the wall to the glasses, for many faces at once.

Lengths are in half heads. A head is an egg, of which `u` and `v` are the picture's coordinates, turned upright; on its
surface `a` and `b` go from its front's middle to the right (1 at the ear) and downwards (1 under the chin), whichever
way the head is turned; `e` is the distance from the middle line, and `x` the same in half heads. All is float32,
(faces, rows, columns).
"""

from types import SimpleNamespace

import numpy as np

from gancourse.data.facepaint.brushes import within
from gancourse.data.facepaint.hair import brim, hair_behind, hair_in_front
from gancourse.data.facepaint.head import beard, ears, eyes, mouth, nostrils, skin
from gancourse.data.facepaint.scene import body, developed, lay_out, pixels, wall
from gancourse.data.facepaint.worn import frames, hanging_mask, lenses, mask


def paint_faces(p: SimpleNamespace, size: int) -> np.ndarray:
    """uint8 pictures (n, size, size, 3) of the faces that `faces._describe` describes."""
    lay_out(p, size)
    wall(p)
    hair_behind(p)
    body(p)
    within(p, p.head > 0, [skin])
    face = (p.e < 1) & (p.head > 0)
    within(p, face & (p.x < 0.5) & (p.b > 0.02) & (p.b < 0.8), [nostrils, mouth], ~p.worn)
    within(p, (p.rim < 0.08) & (p.b > 0), [beard], p.stubble | p.moustache | p.full)
    within(p, face & (p.x < 0.56) & (p.b > -0.5) & (p.b < 0.2), [eyes])
    within(p, (np.abs(p.v) < 0.35) & (np.abs(p.u) < 1.1), [ears])
    within(p, (p.hair > 0) & ((p.v < 0.9) | (p.long | p.headscarf)[:, None, None]), [hair_in_front])
    within(p, p.hair > 0, [brim], p.cap)
    at_eyes = face & (np.abs(p.b) < 0.4)
    within(p, at_eyes, [lenses], p.clear | p.sunglasses)
    within(p, _below_eyes(p), [mask], p.masked)
    within(p, p.b > -0.2, [hanging_mask], p.hanging)
    within(p, at_eyes, [frames], p.clear | p.sunglasses)
    return developed(p)


def paint_masks(p: SimpleNamespace, photographs: np.ndarray) -> np.ndarray:
    """The same photographs, uint8 (n, size, size, 3), with the masks of the described faces painted over them."""
    lay_out(p, photographs.shape[1])
    p.canvas[:] = photographs.transpose(0, 3, 1, 2) / np.float32(255)
    within(p, _below_eyes(p), [mask])
    return pixels(p)


def _below_eyes(p) -> np.ndarray:
    return (p.b > -0.2) & (p.rim < 0.25) & (p.e < 1.05)
