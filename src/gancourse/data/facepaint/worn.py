"""What is worn on a face: glasses and masks."""

import numpy as np

from gancourse.data.facepaint.brushes import flag, inside, length, paint, ramp, wave


def _glass(p) -> tuple[np.ndarray, np.ndarray]:
    """How far towards the lens's upper edge, and distance from the lens's outline."""
    across, down = (p.x - p.eye_x) / p.frame_width, (p.b - p.eye_y - 0.02) * (1 / 0.17)
    across2, down2 = across * across, down * down
    return across * p.side - down, 0.17 * (np.sqrt(np.sqrt(across2 * across2 + down2 * down2)) - 1)


def lenses(p) -> None:
    upwards, outline = _glass(p)
    dark = flag(p.sunglasses)
    tone = 0.9 + dark * (0.14 * ramp(upwards, 0.2, 0.9) - 0.83)
    paint(p, inside(outline, p.sharp) * p.head * (0.1 + 0.82 * dark), tone)


def frames(p) -> None:
    _, outline = _glass(p)
    bar = np.abs(p.b - p.eye_y + 0.035) - 0.02
    bridge, arms = np.maximum(bar, p.x - p.eye_x + p.frame_width), np.maximum(bar, p.eye_x + p.frame_width - p.x)
    outline = np.minimum(np.minimum(np.abs(outline) - 0.022, bridge), arms)
    paint(p, inside(outline, p.sharp) * p.head * (p.e < 1), p.frame_colour)


def mask(p) -> None:
    b = p.b - p.lower
    square = p.a * p.a
    top = p.mask_top + p.mask_tilt * p.a + p.sides_drop * square - p.peak * np.maximum(1 - 9 * square, 0)
    beyond = np.where(p.rim < 0, p.e, np.abs(p.a)) - p.mask_side
    outline = np.maximum(np.maximum(top - b, b - p.height + 0.15 * square), beyond * p.width)
    outline = np.maximum(outline, p.rim - np.where(p.b > 0.4, p.loose, np.float32(0.02)))
    cover = inside(outline, p.sharp)

    shadow = inside(outline - 0.06, 0.2 * p.sharp) * p.head * (1 - cover)
    paint(p, 0.35 * shadow, p.skin_colour, 0.4)
    straps = np.minimum(np.abs(b - 0.24 - p.mask_top + 1.2 * beyond), np.abs(b - 0.66 + 0.2 * p.lower + 2.6 * beyond))
    strap = inside(0.8 * straps - 0.018, p.sharp) * (beyond > -0.04) * (p.e < 1.02) * p.head * (1 - flag(p.headscarf))
    paint(p, strap, p.strap_colour, 0.92)

    light = p.light + 0.25 * p.light_x * p.a + 0.12 * (1 - square) - 0.15 * np.maximum(b - 0.7, 0)
    shade = 0.6 + 0.42 * np.clip(light, 0, 1.2) + 0.02 * p.grain
    if p.pleats.any():
        fold = 4.6 * (b - top)
        shade -= p.pleats * (2 * (fold - np.floor(fold)) - 1) * ((fold > 0.75) & (fold < 3.9))
    if p.seam.any():
        shade -= p.seam * ramp(np.abs(p.nose), 0.035, 0.0)
    shade -= p.hem * ramp(np.abs(outline + 0.045), 0.022, 0.008)
    paint(p, cover, p.mask_colour, shade)
    if p.pattern.any():
        paint(p, cover * _pattern(p, b), p.pattern_colour, shade)
    if p.valve.any():
        distance = length(p.nose - 0.26, b - 0.6)
        valve = inside(distance - 0.12, p.sharp) * cover * flag(p.valve)
        paint(p, valve, 0.62 + 0.4 * wave(12 * distance))


def _pattern(p, b: np.ndarray) -> np.ndarray:
    """How much of the second colour there is: nothing, stripes, dots or checks."""
    stripes = ramp(wave(3 * p.a + p.pattern_x), 0.2, 0.3)
    dots = ramp(length(wave(3.5 * p.a + p.pattern_x), wave(4 * b)), 0.26, 0.2)
    checks = ramp(np.abs(wave(3.5 * p.a) - wave(3.5 * b)), 0.08, 0.14)
    return np.choose(p.pattern[:, None, None], [np.float32(0), stripes, dots, checks])


def hanging_mask(p) -> None:
    x, y = p.ear_side * p.u - 0.86 * p.width, p.v - 0.66
    x, y = 0.96 * x + 0.28 * y, 0.96 * y - 0.28 * x
    loop = 0.12 * np.abs(length(x * 8, (y + 0.46) * 4) - 1) - 0.016
    paint(p, inside(loop, p.sharp) * (y < -0.3), 0.93)
    outline = length(np.maximum(np.abs(x) - 0.2, 0), np.maximum(np.abs(y) - 0.36, 0)) - 0.06
    shadow = inside(outline - 0.05, 0.2 * p.sharp)
    paint(p, 0.3 * shadow, p.skin_colour, 0.3)
    shade = 0.86 + 0.2 * p.light_x * p.u + 0.02 * p.grain - p.pleats * (2 * (5 * x - np.floor(5 * x)) - 1)
    paint(p, inside(outline, p.sharp), p.mask_colour, shade - 0.08 * ramp(np.abs(outline + 0.05), 0.03, 0.01))
