"""From the description of faces to their pixels: layers from the wall to the glasses, for many faces at once.

Lengths are in half heads. A head is an egg, of which `u` and `v` are the picture's coordinates, turned upright; on its
surface `a` and `b` go from its front's middle to the right (1 at the ear) and downwards (1 under the chin), whichever
way the head is turned; `e` is the distance from the middle line, and `x` the same in half heads. All is float32,
(faces, rows, columns).
"""

from collections.abc import Callable
from types import SimpleNamespace

import numpy as np

GRAIN = np.random.default_rng(0).random((192, 192)).astype(np.float32) - np.float32(0.5)
NOSTRIL = np.array([0.42, 0.30, 0.28], np.float32)[:, None, None]  # shares of the skin's colour
MOUTH = np.array([[0.26, 0.07, 0.08]], np.float32)[..., None, None]


def paint_faces(p: SimpleNamespace, size: int) -> np.ndarray:
    """uint8 pictures (n, size, size, 3) of the faces that `faces._describe` describes."""
    _lay_out(p, size)
    _wall(p)
    _hair_behind(p)
    _body(p)
    _within(p, p.head > 0, [_skin])
    face = (p.e < 1) & (p.head > 0)
    _within(p, face & (p.x < 0.5) & (p.b > 0.02) & (p.b < 0.8), [_nostrils, _mouth], ~p.worn)
    _within(p, (p.rim < 0.08) & (p.b > 0), [_beard], p.stubble | p.moustache | p.full)
    _within(p, face & (p.x < 0.56) & (p.b > -0.5) & (p.b < 0.2), [_eyes])
    _within(p, (np.abs(p.v) < 0.35) & (np.abs(p.u) < 1.1), [_ears])
    _within(p, (p.hair > 0) & ((p.v < 0.9) | (p.long | p.headscarf)[:, None, None]), [_hair_in_front])
    _within(p, p.hair > 0, [_brim], p.cap)
    eyes = face & (np.abs(p.b) < 0.4)
    _within(p, eyes, [_lenses], p.clear | p.sunglasses)
    _within(p, (p.b > -0.2) & (p.rim < 0.25) & (p.e < 1.05), [_mask], p.masked)
    _within(p, p.b > -0.2, [_hanging_mask], p.hanging)
    _within(p, eyes, [_frames], p.clear | p.sunglasses)
    return _developed(p)


class _View:
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


def _within(p: SimpleNamespace, near: np.ndarray, parts: list[Callable], who: np.ndarray | None = None) -> None:
    """Paint the parts for the faces `who`, in the window that holds all pixels that are `near` for any of them."""
    chosen = slice(None) if who is None else np.flatnonzero(who)
    marks = near[chosen].any(axis=0)
    if not marks.any():
        return
    rows, columns = (slice(i[0], i[-1] + 1) for i in (np.flatnonzero(marks.any(axis=axis)) for axis in (1, 0)))
    view = _View(p, chosen, rows, columns)
    # What else the window holds stays as it is, so that the neighbours don't matter.
    view.near = near[chosen, rows, columns].astype(np.float32)
    for part in parts:
        part(view)
    if who is not None:  # with a slice, the view's canvas is the picture's own
        p.canvas[chosen, :, rows, columns] = view.canvas


def _paint(p, cover: np.ndarray, colour: np.ndarray | float, shade: np.ndarray | float | None = None) -> None:
    """Lay a colour (n, 3, 1, 1), or a grey, over the canvas: as much of it as `cover` (n, h, w) says, times `shade`."""
    cover = cover * p.near
    for channel in range(3):
        layer = colour[:, channel] if isinstance(colour, np.ndarray) and colour.ndim == 4 else colour
        difference = (layer if shade is None else layer * shade) - p.canvas[:, channel]
        difference *= cover
        p.canvas[:, channel] += difference


def _inside(distance: np.ndarray, sharp: np.ndarray) -> np.ndarray:
    """The share of each pixel that lies within an outline, by its distance (negative inside); `sharp` pixels a unit."""
    cover = distance * -sharp
    cover += 0.5
    return np.clip(cover, 0, 1, out=cover)


def _ramp(t: np.ndarray, start, end) -> np.ndarray:
    """0 at `start` to 1 at `end`, smoothly, and constant beyond."""
    t = (t - start) * (1 / (end - start))
    np.clip(t, 0, 1, out=t)
    return t * t * (3 - 2 * t)


def _wave(t: np.ndarray) -> np.ndarray:
    """A triangle wave of period 1, from 1/2 at whole numbers to 0."""
    return np.abs(t - np.floor(t) - 0.5)


def _hill(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """1 in the middle, 0 from the unit circle on."""
    return np.maximum(1 - x * x - y * y, 0)


def _length(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    return np.sqrt(x * x + y * y)


def _flag(values: np.ndarray) -> np.ndarray:
    """True and False (n,) as 1 and 0, (n, 1, 1)."""
    return values.astype(np.float32)[:, None, None]


def _lay_out(p, size: int) -> None:
    """Coordinates, light, and which pixels the head covers."""
    grid = ((2 * np.arange(size) + 1) / size - 1).astype(np.float32)
    p.near = np.float32(1)
    p.canvas = np.empty((len(p.worn), 3, size, size), np.float32)
    p.grain = np.stack([GRAIN[i : i + size, j : j + size] for i, j in p.grain_at])
    p.sharp = p.scale * (size / 2)
    p.picture_x = np.broadcast_to(grid[None, None, :], p.grain.shape)
    p.picture_y = np.broadcast_to(grid[None, :, None], p.grain.shape)
    p.right, p.down = (grid[None, None, :] - p.centre_x) / p.scale, (grid[None, :, None] - p.centre_y) / p.scale
    p.u, p.v = p.cos_roll * p.right + p.sin_roll * p.down, p.cos_roll * p.down - p.sin_roll * p.right
    low = np.maximum(p.v, 0)
    across = p.u / (p.width * (1 - p.taper * low * low))
    square = across * across + p.v * p.v
    p.rim = 0.85 * (np.sqrt(square) - 1)
    p.head = _inside(p.rim, p.sharp)
    ahead = np.sqrt(np.maximum(1 - square, 0))
    p.a = across * p.cos_yaw + ahead * p.sin_yaw
    front = ahead * p.cos_yaw - across * p.sin_yaw
    p.b = p.v * p.cos_pitch + front * p.sin_pitch
    p.side = np.where(p.a < 0, np.float32(-1), np.float32(1))
    p.e = np.abs(p.a)
    np.copyto(p.e, np.maximum(2 - p.e, 1), where=front < 0)  # behind the ear
    p.x = p.e * p.width
    p.nose = p.x * p.side - 0.1 * p.sin_yaw  # from the nose's ridge, which stands out
    p.light = across * p.light_x + p.v * p.light_y + 0.75 * ahead


def _wall(p) -> None:
    tone = np.empty_like(p.grain)
    for kind, pattern in enumerate((_slope, _spot, _stripes, _disc)):
        chosen = np.flatnonzero(p.wall == kind)
        if len(chosen):
            tone[chosen] = pattern(_View(p, chosen, slice(None), slice(None)))
    p.canvas[:] = p.wall_colour
    _paint(p, np.clip(tone, 0, 1, out=tone), p.wall_colour2)


def _slope(p) -> np.ndarray:
    return 0.5 + 0.5 * (p.picture_x * p.wall_x + p.picture_y * p.wall_y)


def _spot(p) -> np.ndarray:
    return _ramp(_length(p.picture_x - p.wall_x, p.picture_y - p.wall_y), 0.2, 1.8)


def _stripes(p) -> np.ndarray:
    return _ramp(_wave(1.1 * p.picture_x + p.wall_x), 0.2, 0.3)


def _disc(p) -> np.ndarray:
    outside = _ramp(_length(p.picture_x - p.wall_x, p.picture_y - p.wall_y), 0.5, 0.62)
    return 0.15 + 0.15 * p.picture_y + 0.7 * outside


def _hair_behind(p) -> None:
    p.strands = 0.7 + 0.5 * _wave(9 * p.x + 1.5 * p.b + 0.25 * p.grain) + 0.35 * np.maximum(p.light, 0)
    outline = _length(p.u / (1.05 * p.width), p.v + (0.03 + 0.09 * p.curls)) - p.volume
    if p.curls.any():
        bumps = _wave(4 * p.u + _wave(5 * p.v)) + _wave(4 * p.v + _wave(5 * p.u)) - 0.5
        outline += p.curls * (0.2 * bumps + 0.04 * p.grain)
    outline *= 0.85
    if (p.length > 0).any():
        beside = np.abs(p.u) - 1.1 * p.width - 0.08 * np.maximum(p.v, 0)
        np.minimum(outline, np.maximum(beside, np.maximum(-p.v, p.v - p.length)), out=outline)
    if (p.bun > 0).any():
        np.minimum(outline, _length(p.u, p.v + 1.12) - p.bun, out=outline)
    p.hair = _inside(outline, p.sharp)
    depth = 1 - 0.3 * _ramp(p.v, -0.1, 0.7)
    _paint(p, p.hair * _ramp(p.v, p.behind + 0.1, p.behind - 0.1), p.over_colour, depth * p.strands)


def _body(p) -> None:
    slope = p.right * p.light_x
    neck = np.where(p.headscarf[:, None, None, None], p.over_colour, p.skin_colour)
    _paint(p, _inside(np.maximum(np.abs(p.right) - 0.42, 0.3 - p.down), p.sharp), neck, 0.62 + 0.2 * slope)
    shoulders = 0.6 * (_length(p.right * (1 / 1.55), (p.down - 1.95) * (1 / 0.72)) - 1)
    _paint(p, _inside(shoulders, p.sharp), p.shirt_colour, 0.85 + 0.25 * slope)


def _skin(p) -> None:
    down = np.clip((p.b + 0.12) / (p.nose_y + 0.12), 0, 1)
    across = p.nose / (0.03 + p.nose_width * down * down)
    square = across * across
    ridge = 0.4 * p.light_x * across * np.maximum(1 - 0.2 * square, 0) + 0.12 * np.maximum(1 - square, 0)
    light = p.light + _ramp(p.b, p.nose_y + 0.09, p.nose_y) * _ramp(p.b, -0.2, 0.0) * ridge
    light += 0.1 * _hill(p.nose / (0.9 * p.nose_width), (p.b - p.nose_y) * 12)
    light -= 0.16 * _hill((p.x - p.eye_x) * 5, (p.b - p.eye_y) * 6)
    cheeks = _hill((p.x - 0.4) * 4, (p.b - 0.28) * 4.5)
    light += 0.1 * cheeks + 0.07 * _hill(p.nose * 5, (p.b - 0.84) * 8)
    np.clip(light, -0.2, 1.15, out=light)
    shade = p.ambient + (1.08 - p.ambient) * light
    shade += 0.03 * p.grain
    _paint(p, p.head, p.skin_colour, shade)
    cheeks *= p.near * p.head * p.skin_colour[:, 1]
    for channel, blush in enumerate((0.03, -0.06, -0.05)):
        p.canvas[:, channel] += blush * cheeks


def _nostrils(p) -> None:
    side = np.abs(p.nose)
    hole = 0.75 * np.minimum(1.3 * _hill((side - 0.5 * p.nose_width) * 20, (p.b - p.nose_y - 0.075) * 31), 1)
    wing = 0.35 * _hill((side - 0.95 * p.nose_width) * 33, (p.b - p.nose_y - 0.02) * 17)
    under = 0.3 * _hill(side / (1.1 * p.nose_width), (p.b - p.nose_y - 0.1) * 25)
    _paint(p, np.maximum(np.maximum(hole, wing), under) * p.head, p.skin_colour * NOSTRIL)


def _lips(p) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Height below the line between the lips, how much mouth there is (0 at its corners), distance from the lips."""
    across = (p.x * p.side - 0.05 * p.sin_yaw) / p.mouth_width
    square = across * across
    arc = np.maximum(1 - square, 0)
    below = p.b - p.mouth_y + p.smile * (square - 0.3)
    upper = p.lip * (1 - 0.25 * np.maximum(1 - 25 * square, 0)) + 0.5 * p.mouth_open
    lips = np.maximum(below - (1.25 * p.lip + p.mouth_open) * arc, -below - upper * arc)
    return below, arc, lips + 0.2 * np.maximum(square - 1, 0)


def _mouth(p) -> None:
    below, arc, lips = _lips(p)
    within = p.head * (arc > 0)
    _paint(p, _inside(lips, p.sharp) * within, p.lip_colour, 0.85 + 0.25 * (below > 0) + 0.1 * p.light)
    gap = np.maximum(0.8 * p.mouth_open * arc, 0.014 * np.minimum(3 * arc, 1))
    _paint(p, _inside(np.abs(below) - gap, p.sharp) * within, MOUTH)
    teeth = np.maximum(np.abs(below + 0.2 * p.mouth_open) - 0.5 * p.mouth_open * arc, 0.015 - p.mouth_open)
    _paint(p, _inside(teeth, p.sharp) * within, 0.92)


def _beard(p) -> None:
    _, _, lips = _lips(p)
    jaw = _inside(0.52 - p.b - 0.42 * _ramp(p.x, 0.25, 0.62) + 0.1 * p.grain, 0.25 * p.sharp)
    jaw *= _inside(p.rim - 0.06 * _flag(p.full), p.sharp) * _ramp(lips, 0.0, 0.04) * (1 - _flag(p.moustache))
    square = p.nose * p.nose
    moustache = np.abs(p.b - p.mouth_y + 0.115 - 0.35 * square) - 0.05 * np.minimum(1.4 - 22 * square, 1)
    cover = np.maximum(jaw, _inside(moustache + 0.04 * p.grain, 0.6 * p.sharp) * p.head)
    shade = 0.72 + 0.45 * np.maximum(p.light, 0) + 0.4 * p.grain
    _paint(p, cover * (0.95 - 0.5 * _flag(p.stubble)), p.hair_colour, shade)


def _eyes(p) -> None:
    across = p.x - p.eye_x
    down = p.b - p.eye_y + p.slant * across
    arc = 1 - (across / p.eye_width) ** 2
    lid = p.eye_height * arc
    opened = _inside(np.maximum(-down - lid, down - 0.8 * lid), p.sharp) * p.head
    _paint(p, opened, 0.94, 0.72 + 0.28 * p.ambient + 0.12 * p.light)
    distance = _length(across - p.gaze * p.side, down)
    pupil = _inside(distance - 0.45 * p.iris, p.sharp)
    _paint(p, _inside(distance - p.iris, p.sharp) * opened, p.eye_colour, (1 - pupil) * (0.75 + 5 * distance))
    glint = _length(across * p.side + 0.025 - 0.02 * p.light_x, down + 0.025)
    _paint(p, _inside(glint - 0.018, p.sharp) * opened, 1.0)

    lashes = _inside(np.abs(down + lid + 0.006) - 0.02, p.sharp) * np.clip(3 * arc + 0.6, 0, 1)
    _paint(p, 0.9 * lashes * p.head, p.brow_colour, 0.5)
    crease = _inside(np.abs(down + 1.1 * lid + 0.05) - 0.01, p.sharp) * np.clip(2 * arc, 0, 1)
    _paint(p, 0.3 * crease * p.head, p.skin_colour, 0.55)
    along = 5 * across
    height = np.abs(down + p.brow_y + p.brow_arch * (1 - (along - 0.2) ** 2))
    brow = _inside(height - p.brow_height * np.clip(1.25 - along * along, 0, 1), 0.8 * p.sharp)
    brow *= np.clip(4 - 4 * np.abs(along), 0, 1) * p.head
    _paint(p, brow * (0.85 + 0.4 * p.grain), p.brow_colour)


def _ears(p) -> None:
    turned = p.sin_yaw * np.where(p.u < 0, np.float32(-1), np.float32(1))  # above 0 for the ear on the viewer's side
    across = (np.abs(p.u) - p.width * p.cos_yaw) / (0.1 + 0.08 * np.maximum(turned, 0))
    radius = _length(across, (p.v - 0.06 + 0.2 * p.sin_pitch) * 4.8)
    cover = _inside(0.11 * (radius - 1), p.sharp) * np.where(turned > -0.06, np.float32(1), 1 - p.head)
    fold = 0.25 * np.maximum(0.6 - 3 * np.abs(radius - 0.35), 0)
    _paint(p, cover, p.skin_colour, 1.1 * p.ambient + 0.25 * p.light - fold)


def _hair_in_front(p) -> None:
    square = p.a * p.a
    line = p.hairline - p.receding * np.maximum(1 - 1.3 * square, 0)
    if p.fringe.any():
        line += p.fringe * (0.16 * np.abs(p.a - p.part) + 0.08 + 0.05 * _wave(4 * p.a))
    if p.curls.any():
        line += 0.1 * p.curls * _wave(5 * p.a)
    line += (p.temple - line) * _ramp(p.e, 0.80, 0.99)
    outline = p.b - line
    if p.headscarf.any():
        oval = _length(p.x / (0.88 * p.width), (p.b - 0.12) * (1 / 0.9))
        np.copyto(outline, 0.8 * (1 - oval), where=p.headscarf[:, None, None])
    if p.cap.any():
        np.copyto(outline, _brim_line(p), where=p.cap[:, None, None])
    cloth = (p.cap | p.headscarf)[:, None, None]
    cover = _inside(outline, p.sharp * (0.7 + 0.3 * cloth)) * p.hair
    cover *= np.maximum(_ramp(p.v, 0.9, 0.6), _flag(p.long | p.headscarf))
    shadow = _inside(outline - 0.05, 0.25 * p.sharp) * p.head * (1 - cover) * (p.volume > 0)
    _paint(p, 0.3 * shadow, p.skin_colour, 0.45)
    shade = p.strands + 0.18 * _ramp(np.abs(p.b + 0.72 + 0.1 * square), 0.12, 0.0)
    if cloth.any():
        np.copyto(shade, 0.72 + 0.4 * np.maximum(p.light, 0) + 0.12 * _wave(3 * p.a + 2 * p.b), where=cloth)
    _paint(p, cover, p.over_colour, shade)


def _brim_line(p) -> np.ndarray:
    return p.b + 0.42 - 0.1 * p.a * p.a


def _brim(p) -> None:
    cover = _inside(np.abs(_brim_line(p)) - 0.06, p.sharp) * p.hair
    _paint(p, cover, p.over_colour, 0.5 + 0.3 * np.maximum(p.light, 0))


def _glass(p) -> tuple[np.ndarray, np.ndarray]:
    """How far towards the lens's upper edge, and distance from the lens's outline."""
    across, down = (p.x - p.eye_x) / p.frame_width, (p.b - p.eye_y - 0.02) * (1 / 0.17)
    across2, down2 = across * across, down * down
    return across * p.side - down, 0.17 * (np.sqrt(np.sqrt(across2 * across2 + down2 * down2)) - 1)


def _lenses(p) -> None:
    upwards, outline = _glass(p)
    dark = _flag(p.sunglasses)
    tone = 0.9 + dark * (0.14 * _ramp(upwards, 0.2, 0.9) - 0.83)
    _paint(p, _inside(outline, p.sharp) * p.head * (0.1 + 0.82 * dark), tone)


def _frames(p) -> None:
    _, outline = _glass(p)
    bar = np.abs(p.b - p.eye_y + 0.035) - 0.02
    bridge, arms = np.maximum(bar, p.x - p.eye_x + p.frame_width), np.maximum(bar, p.eye_x + p.frame_width - p.x)
    outline = np.minimum(np.minimum(np.abs(outline) - 0.022, bridge), arms)
    _paint(p, _inside(outline, p.sharp) * p.head * (p.e < 1), p.frame_colour)


def _mask(p) -> None:
    b = p.b - p.lower
    square = p.a * p.a
    top = p.mask_top + p.mask_tilt * p.a + p.sides_drop * square - p.peak * np.maximum(1 - 9 * square, 0)
    beyond = np.where(p.rim < 0, p.e, np.abs(p.a)) - p.mask_side
    outline = np.maximum(np.maximum(top - b, b - p.height + 0.15 * square), beyond * p.width)
    outline = np.maximum(outline, p.rim - np.where(p.b > 0.4, p.loose, np.float32(0.02)))
    cover = _inside(outline, p.sharp)

    shadow = _inside(outline - 0.06, 0.2 * p.sharp) * p.head * (1 - cover)
    _paint(p, 0.35 * shadow, p.skin_colour, 0.4)
    straps = np.minimum(np.abs(b - 0.24 - p.mask_top + 1.2 * beyond), np.abs(b - 0.66 + 0.2 * p.lower + 2.6 * beyond))
    strap = _inside(0.8 * straps - 0.018, p.sharp) * (beyond > -0.04) * (p.e < 1.02) * p.head * (1 - _flag(p.headscarf))
    _paint(p, strap, p.strap_colour, 0.92)

    light = p.light + 0.25 * p.light_x * p.a + 0.12 * (1 - square) - 0.15 * np.maximum(b - 0.7, 0)
    shade = 0.6 + 0.42 * np.clip(light, 0, 1.2) + 0.02 * p.grain
    if p.pleats.any():
        fold = 4.6 * (b - top)
        shade -= p.pleats * (2 * (fold - np.floor(fold)) - 1) * ((fold > 0.75) & (fold < 3.9))
    if p.seam.any():
        shade -= p.seam * _ramp(np.abs(p.nose), 0.035, 0.0)
    shade -= p.hem * _ramp(np.abs(outline + 0.045), 0.022, 0.008)
    _paint(p, cover, p.mask_colour, shade)
    if p.pattern.any():
        _paint(p, cover * _pattern(p, b), p.pattern_colour, shade)
    if p.valve.any():
        distance = _length(p.nose - 0.26, b - 0.6)
        valve = _inside(distance - 0.12, p.sharp) * cover * _flag(p.valve)
        _paint(p, valve, 0.62 + 0.4 * _wave(12 * distance))


def _pattern(p, b: np.ndarray) -> np.ndarray:
    """How much of the second colour there is: nothing, stripes, dots or checks."""
    stripes = _ramp(_wave(3 * p.a + p.pattern_x), 0.2, 0.3)
    dots = _ramp(_length(_wave(3.5 * p.a + p.pattern_x), _wave(4 * b)), 0.26, 0.2)
    checks = _ramp(np.abs(_wave(3.5 * p.a) - _wave(3.5 * b)), 0.08, 0.14)
    return np.choose(p.pattern[:, None, None], [np.float32(0), stripes, dots, checks])


def _hanging_mask(p) -> None:
    x, y = p.ear_side * p.u - 0.86 * p.width, p.v - 0.66
    x, y = 0.96 * x + 0.28 * y, 0.96 * y - 0.28 * x
    loop = 0.12 * np.abs(_length(x * 8, (y + 0.46) * 4) - 1) - 0.016
    _paint(p, _inside(loop, p.sharp) * (y < -0.3), 0.93)
    outline = _length(np.maximum(np.abs(x) - 0.2, 0), np.maximum(np.abs(y) - 0.36, 0)) - 0.06
    shadow = _inside(outline - 0.05, 0.2 * p.sharp)
    _paint(p, 0.3 * shadow, p.skin_colour, 0.3)
    shade = 0.86 + 0.2 * p.light_x * p.u + 0.02 * p.grain - p.pleats * (2 * (5 * x - np.floor(5 * x)) - 1)
    _paint(p, _inside(outline, p.sharp), p.mask_colour, shade - 0.08 * _ramp(np.abs(outline + 0.05), 0.03, 0.01))


def _developed(p) -> np.ndarray:
    """The light that the camera saw, its colour cast and its grain: uint8 (n, size, size, 3)."""
    for channel, cast in enumerate((1 + p.warmth, 1, 1 - p.warmth)):
        layer = p.canvas[:, channel]
        layer *= p.exposure * cast * (1 - p.fade)
        layer += 0.55 * p.fade
        layer += 0.028 * p.grain
    np.clip(p.canvas, 0, 1, out=p.canvas)
    p.canvas *= 255
    p.canvas += 0.5
    return p.canvas.astype(np.uint8).transpose(0, 2, 3, 1)
