"""What isn't the face: coordinates and light, the wall, neck and shoulders; in the end the photograph."""

import numpy as np

from gancourse.data.facepaint.brushes import View, inside, length, paint, ramp, wave

GRAIN = np.random.default_rng(0).random((192, 192)).astype(np.float32) - np.float32(0.5)


def lay_out(p, size: int) -> None:
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
    p.head = inside(p.rim, p.sharp)
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


def wall(p) -> None:
    tone = np.empty_like(p.grain)
    for kind, pattern in enumerate((_slope, _spot, _stripes, _disc)):
        chosen = np.flatnonzero(p.wall == kind)
        if len(chosen):
            tone[chosen] = pattern(View(p, chosen, slice(None), slice(None)))
    p.canvas[:] = p.wall_colour
    paint(p, np.clip(tone, 0, 1, out=tone), p.wall_colour2)


def _slope(p) -> np.ndarray:
    return 0.5 + 0.5 * (p.picture_x * p.wall_x + p.picture_y * p.wall_y)


def _spot(p) -> np.ndarray:
    return ramp(length(p.picture_x - p.wall_x, p.picture_y - p.wall_y), 0.2, 1.8)


def _stripes(p) -> np.ndarray:
    return ramp(wave(1.1 * p.picture_x + p.wall_x), 0.2, 0.3)


def _disc(p) -> np.ndarray:
    outside = ramp(length(p.picture_x - p.wall_x, p.picture_y - p.wall_y), 0.5, 0.62)
    return 0.15 + 0.15 * p.picture_y + 0.7 * outside


def body(p) -> None:
    slope = p.right * p.light_x
    neck = np.where(p.headscarf[:, None, None, None], p.over_colour, p.skin_colour)
    paint(p, inside(np.maximum(np.abs(p.right) - 0.42, 0.3 - p.down), p.sharp), neck, 0.62 + 0.2 * slope)
    shoulders = 0.6 * (length(p.right * (1 / 1.55), (p.down - 1.95) * (1 / 0.72)) - 1)
    paint(p, inside(shoulders, p.sharp), p.shirt_colour, 0.85 + 0.25 * slope)


def developed(p) -> np.ndarray:
    """The light that the camera saw, its colour cast and its grain: uint8 (n, size, size, 3)."""
    for channel, cast in enumerate((1 + p.warmth, 1, 1 - p.warmth)):
        layer = p.canvas[:, channel]
        layer *= p.exposure * cast * (1 - p.fade)
        layer += 0.55 * p.fade
        layer += 0.028 * p.grain
    return pixels(p)


def pixels(p) -> np.ndarray:
    """The canvas as it is: uint8 (n, size, size, 3)."""
    np.clip(p.canvas, 0, 1, out=p.canvas)
    p.canvas *= 255
    p.canvas += 0.5
    return p.canvas.astype(np.uint8).transpose(0, 2, 3, 1)
