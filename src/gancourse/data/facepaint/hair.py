"""Hair behind the head and in front of it, with what is worn in its place: caps and headscarves."""

import numpy as np

from gancourse.data.facepaint.brushes import flag, inside, length, paint, ramp, wave


def hair_behind(p) -> None:
    p.strands = 0.7 + 0.5 * wave(9 * p.x + 1.5 * p.b + 0.25 * p.grain) + 0.35 * np.maximum(p.light, 0)
    outline = length(p.u / (1.05 * p.width), p.v + (0.03 + 0.09 * p.curls)) - p.volume
    if p.curls.any():
        bumps = wave(4 * p.u + wave(5 * p.v)) + wave(4 * p.v + wave(5 * p.u)) - 0.5
        outline += p.curls * (0.2 * bumps + 0.04 * p.grain)
    outline *= 0.85
    if (p.length > 0).any():
        beside = np.abs(p.u) - 1.1 * p.width - 0.08 * np.maximum(p.v, 0)
        np.minimum(outline, np.maximum(beside, np.maximum(-p.v, p.v - p.length)), out=outline)
    if (p.bun > 0).any():
        np.minimum(outline, length(p.u, p.v + 1.12) - p.bun, out=outline)
    p.hair = inside(outline, p.sharp)
    depth = 1 - 0.3 * ramp(p.v, -0.1, 0.7)
    paint(p, p.hair * ramp(p.v, p.behind + 0.1, p.behind - 0.1), p.over_colour, depth * p.strands)


def hair_in_front(p) -> None:
    square = p.a * p.a
    line = p.hairline - p.receding * np.maximum(1 - 1.3 * square, 0)
    if p.fringe.any():
        line += p.fringe * (0.16 * np.abs(p.a - p.part) + 0.08 + 0.05 * wave(4 * p.a))
    if p.curls.any():
        line += 0.1 * p.curls * wave(5 * p.a)
    line += (p.temple - line) * ramp(p.e, 0.80, 0.99)
    outline = p.b - line
    if p.headscarf.any():
        oval = length(p.x / (0.88 * p.width), (p.b - 0.12) * (1 / 0.9))
        np.copyto(outline, 0.8 * (1 - oval), where=p.headscarf[:, None, None])
    if p.cap.any():
        np.copyto(outline, _brim_line(p), where=p.cap[:, None, None])
    cloth = (p.cap | p.headscarf)[:, None, None]
    cover = inside(outline, p.sharp * (0.7 + 0.3 * cloth)) * p.hair
    cover *= np.maximum(ramp(p.v, 0.9, 0.6), flag(p.long | p.headscarf))
    shadow = inside(outline - 0.05, 0.25 * p.sharp) * p.head * (1 - cover) * (p.volume > 0)
    paint(p, 0.3 * shadow, p.skin_colour, 0.45)
    shade = p.strands + 0.18 * ramp(np.abs(p.b + 0.72 + 0.1 * square), 0.12, 0.0)
    if cloth.any():
        np.copyto(shade, 0.72 + 0.4 * np.maximum(p.light, 0) + 0.12 * wave(3 * p.a + 2 * p.b), where=cloth)
    paint(p, cover, p.over_colour, shade)


def _brim_line(p) -> np.ndarray:
    return p.b + 0.42 - 0.1 * p.a * p.a


def brim(p) -> None:
    cover = inside(np.abs(_brim_line(p)) - 0.06, p.sharp) * p.hair
    paint(p, cover, p.over_colour, 0.5 + 0.3 * np.maximum(p.light, 0))
