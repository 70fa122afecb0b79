"""The head and what is on it by nature: skin, nose, mouth, beard, eyes, ears."""

import numpy as np

from gancourse.data.facepaint.brushes import flag, hill, inside, length, paint, ramp

NOSTRIL = np.array([0.42, 0.30, 0.28], np.float32)[:, None, None]  # shares of the skin's colour
MOUTH = np.array([[0.26, 0.07, 0.08]], np.float32)[..., None, None]


def skin(p) -> None:
    down = np.clip((p.b + 0.12) / (p.nose_y + 0.12), 0, 1)
    across = p.nose / (0.03 + p.nose_width * down * down)
    square = across * across
    ridge = 0.4 * p.light_x * across * np.maximum(1 - 0.2 * square, 0) + 0.12 * np.maximum(1 - square, 0)
    light = p.light + ramp(p.b, p.nose_y + 0.09, p.nose_y) * ramp(p.b, -0.2, 0.0) * ridge
    light += 0.1 * hill(p.nose / (0.9 * p.nose_width), (p.b - p.nose_y) * 12)
    light -= 0.16 * hill((p.x - p.eye_x) * 5, (p.b - p.eye_y) * 6)
    cheeks = hill((p.x - 0.4) * 4, (p.b - 0.28) * 4.5)
    light += 0.1 * cheeks + 0.07 * hill(p.nose * 5, (p.b - 0.84) * 8)
    np.clip(light, -0.2, 1.15, out=light)
    shade = p.ambient + (1.08 - p.ambient) * light
    shade += 0.03 * p.grain
    paint(p, p.head, p.skin_colour, shade)
    cheeks *= p.near * p.head * p.skin_colour[:, 1]
    for channel, blush in enumerate((0.03, -0.06, -0.05)):
        p.canvas[:, channel] += blush * cheeks


def nostrils(p) -> None:
    side = np.abs(p.nose)
    hole = 0.75 * np.minimum(1.3 * hill((side - 0.5 * p.nose_width) * 20, (p.b - p.nose_y - 0.075) * 31), 1)
    wing = 0.35 * hill((side - 0.95 * p.nose_width) * 33, (p.b - p.nose_y - 0.02) * 17)
    under = 0.3 * hill(side / (1.1 * p.nose_width), (p.b - p.nose_y - 0.1) * 25)
    paint(p, np.maximum(np.maximum(hole, wing), under) * p.head, p.skin_colour * NOSTRIL)


def _lips(p) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Height below the line between the lips, how much mouth there is (0 at its corners), distance from the lips."""
    across = (p.x * p.side - 0.05 * p.sin_yaw) / p.mouth_width
    square = across * across
    arc = np.maximum(1 - square, 0)
    below = p.b - p.mouth_y + p.smile * (square - 0.3)
    upper = p.lip * (1 - 0.25 * np.maximum(1 - 25 * square, 0)) + 0.5 * p.mouth_open
    lips = np.maximum(below - (1.25 * p.lip + p.mouth_open) * arc, -below - upper * arc)
    return below, arc, lips + 0.2 * np.maximum(square - 1, 0)


def mouth(p) -> None:
    below, arc, lips = _lips(p)
    within = p.head * (arc > 0)
    paint(p, inside(lips, p.sharp) * within, p.lip_colour, 0.85 + 0.25 * (below > 0) + 0.1 * p.light)
    gap = np.maximum(0.8 * p.mouth_open * arc, 0.014 * np.minimum(3 * arc, 1))
    paint(p, inside(np.abs(below) - gap, p.sharp) * within, MOUTH)
    teeth = np.maximum(np.abs(below + 0.2 * p.mouth_open) - 0.5 * p.mouth_open * arc, 0.015 - p.mouth_open)
    paint(p, inside(teeth, p.sharp) * within, 0.92)


def beard(p) -> None:
    _, _, lips = _lips(p)
    jaw = inside(0.52 - p.b - 0.42 * ramp(p.x, 0.25, 0.62) + 0.1 * p.grain, 0.25 * p.sharp)
    jaw *= inside(p.rim - 0.06 * flag(p.full), p.sharp) * ramp(lips, 0.0, 0.04) * (1 - flag(p.moustache))
    square = p.nose * p.nose
    moustache = np.abs(p.b - p.mouth_y + 0.115 - 0.35 * square) - 0.05 * np.minimum(1.4 - 22 * square, 1)
    cover = np.maximum(jaw, inside(moustache + 0.04 * p.grain, 0.6 * p.sharp) * p.head)
    shade = 0.72 + 0.45 * np.maximum(p.light, 0) + 0.4 * p.grain
    paint(p, cover * (0.95 - 0.5 * flag(p.stubble)), p.hair_colour, shade)


def eyes(p) -> None:
    across = p.x - p.eye_x
    down = p.b - p.eye_y + p.slant * across
    arc = 1 - (across / p.eye_width) ** 2
    lid = p.eye_height * arc
    opened = inside(np.maximum(-down - lid, down - 0.8 * lid), p.sharp) * p.head
    paint(p, opened, 0.94, 0.72 + 0.28 * p.ambient + 0.12 * p.light)
    distance = length(across - p.gaze * p.side, down)
    pupil = inside(distance - 0.45 * p.iris, p.sharp)
    paint(p, inside(distance - p.iris, p.sharp) * opened, p.eye_colour, (1 - pupil) * (0.75 + 5 * distance))
    glint = length(across * p.side + 0.025 - 0.02 * p.light_x, down + 0.025)
    paint(p, inside(glint - 0.018, p.sharp) * opened, 1.0)

    lashes = inside(np.abs(down + lid + 0.006) - 0.02, p.sharp) * np.clip(3 * arc + 0.6, 0, 1)
    paint(p, 0.9 * lashes * p.head, p.brow_colour, 0.5)
    crease = inside(np.abs(down + 1.1 * lid + 0.05) - 0.01, p.sharp) * np.clip(2 * arc, 0, 1)
    paint(p, 0.3 * crease * p.head, p.skin_colour, 0.55)
    along = 5 * across
    height = np.abs(down + p.brow_y + p.brow_arch * (1 - (along - 0.2) ** 2))
    brow = inside(height - p.brow_height * np.clip(1.25 - along * along, 0, 1), 0.8 * p.sharp)
    brow *= np.clip(4 - 4 * np.abs(along), 0, 1) * p.head
    paint(p, brow * (0.85 + 0.4 * p.grain), p.brow_colour)


def ears(p) -> None:
    turned = p.sin_yaw * np.where(p.u < 0, np.float32(-1), np.float32(1))  # above 0 for the ear on the viewer's side
    across = (np.abs(p.u) - p.width * p.cos_yaw) / (0.1 + 0.08 * np.maximum(turned, 0))
    radius = length(across, (p.v - 0.06 + 0.2 * p.sin_pitch) * 4.8)
    cover = inside(0.11 * (radius - 1), p.sharp) * np.where(turned > -0.06, np.float32(1), 1 - p.head)
    fold = 0.25 * np.maximum(0.6 - 3 * np.abs(radius - 0.35), 0)
    paint(p, cover, p.skin_colour, 1.1 * p.ambient + 0.25 * p.light - fold)
