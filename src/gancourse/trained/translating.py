"""Pictures of one kind turned into another by lesson 10's shipped translators: `gancourse translate`."""

import difflib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from PIL import Image
from torch import nn

from gancourse import data, paths
from gancourse.data.pictures import Broken, decode, quiet
from gancourse.nets.translation import translator
from gancourse.train import load_weights
from gancourse.trained.detecting import files_in, why_no_file

TARGETS = ("masked", "bare", "map", "satellite")
LEAST = 64  # pixels of the shorter side
MOST = 2_000_000  # pixels in all: a picture of so many takes 0.7 GB in a translator of 24 channels
PARTS = 50  # pictures of a batch


class Result(NamedTuple):
    """What became of one file."""

    file: Path
    written: Path | None = None
    note: str = ""  # the size that was written, and what was done to the picture beforehand
    problem: str = ""


def weights_file(target: str) -> Path:
    """Where the translator to `target` is, or will be; its card is the .json beside it."""
    return paths.root() / "course" / "weights" / f"10-cyclegan-{target}.safetensors"


def load_translator(target: str) -> tuple[nn.Module, dict]:
    """The shipped translator to `target` (one of TARGETS), in eval mode, and its card: what it was trained on, how well
    it does, and whether it knows `whole` faces of one size alone.

    Raises ValueError, with those that there are, for any other target.
    """
    if target not in TARGETS:
        near = difflib.get_close_matches(target.casefold(), TARGETS, n=1, cutoff=0.5)
        guess = f" (did you mean {near[0]}?)" if near else ""
        raise ValueError(f"there is no translator to {target!r}{guess}; there are: {', '.join(TARGETS)}")
    file = weights_file(target)
    card = json.loads(file.with_suffix(".json").read_text("utf-8"))
    return load_weights(translator(card["channels"], card["blocks"]), file), card


@torch.no_grad()
def translate_pictures(net: nn.Module, pictures: np.ndarray) -> np.ndarray:
    """uint8 pictures (n, h, w, 3) through a translator: the same shape. Any h and w of at least 8.

    Sides that aren't multiples of 4 are continued by their mirror image, and cut again.
    """
    height, width = pictures.shape[1:3]
    framed = np.pad(pictures, ((0, 0), (0, -height % 4), (0, -width % 4), (0, 0)), mode="reflect")
    on = next(net.parameters()).device
    parts = [net(data.to_batch(framed[i : i + PARTS]).to(on)) for i in range(0, len(framed), PARTS)]
    return data.to_pictures(torch.cat(parts))[:, :height, :width]


def translate(source: Path, out: Path, target: str, force: bool = False) -> Iterator[Result]:
    """A result for the file `source`, written to the .png `out`; or for each file in the folder `source`, at any depth,
    sorted, written to the same place in the folder `out`, as .png.

    A translator that was trained on whole faces gets the picture in the size that it knows, and its result is enlarged
    again; the others work at the picture's own size, or at `MOST` pixels where that has more. A file that can't be
    read, is too small, or whose translation exists already (without `force`) is passed over and says so.

    Raises ValueError for an unknown target, an `out` that isn't named .png, or a folder that lies in `source`, and
    FileNotFoundError where the folder of the file `out` isn't there.
    """
    if source.is_dir():
        if out.resolve().is_relative_to(source.resolve()):
            raise ValueError(
                f"{out} lies in {source}: name a folder outside, or translations would be translated again"
            )
        if out.exists() and not out.is_dir():
            raise ValueError(f"{source} is a folder, so {out} must be one, and it's a file")
        files = files_in(source)
        plan = {file: out / _name(file, files).relative_to(source) for file in files if file != source}
    else:
        if out.suffix.lower() != ".png":
            raise ValueError(f"{out} should end in .png: pictures are written as PNG")
        if not out.parent.is_dir():
            raise FileNotFoundError(f"there is no folder {out.parent}: make it first")
        plan = {source: out}
    net, card = load_translator(target)
    if not plan:
        yield Result(source, problem=why_no_file(source))
    with quiet():
        for file, written in plan.items():
            try:
                yield Result(file, written, _translate_file(net, card, file, written, force))
            except PermissionError as err:
                yield Result(file, problem=f"you aren't allowed to open {err.filename}")
            except (Broken, OSError) as err:
                yield Result(file, problem=str(err))


def _name(file: Path, files: list[Path]) -> Path:
    """The name ending in .png; where a.jpg and a.webp would both become a.png, they become a.jpg.png and a.webp.png."""
    twins = sum(other.with_suffix("") == file.with_suffix("") for other in files)
    return file.with_suffix(".png") if twins == 1 else file.with_name(f"{file.name}.png")


def _translate_file(net: nn.Module, card: dict, file: Path, written: Path, force: bool) -> str:
    """Reads, translates, writes; returns a note. Raises Broken and OSError."""
    if written.exists() and not force:
        raise FileExistsError(f"{written} exists: choose another name, or add --force to replace it")
    if why := why_no_file(file):
        raise Broken(why)
    with file.open("rb") as opened:
        picture = Image.fromarray(decode(opened, 3, None, None))
    (width, height), notes = picture.size, []
    if min(width, height) < LEAST:
        raise Broken(f"too small: {width} x {height} pixels, where each side needs at least {LEAST}")
    if max(width, height) > 100 * min(width, height):
        raise Broken(f"too narrow: {width} x {height} pixels, where the longer side may have 100 times the shorter's")
    wanted = card["size"] / min(width, height) if card["whole"] else 1.0
    factor = min(wanted, (MOST / (width * height)) ** 0.5)
    size = tuple(max(LEAST, round(side * factor)) for side in (width, height))
    if size != picture.size:
        notes.append(f"translated at {size[0]} x {size[1]}")
        picture = picture.resize(size, Image.Resampling.LANCZOS)
    made = Image.fromarray(translate_pictures(net, np.asarray(picture)[None])[0])
    if made.size != (width, height) and card["whole"]:
        made = made.resize((width, height), Image.Resampling.BICUBIC)
    written.parent.mkdir(parents=True, exist_ok=True)
    unfinished = written.with_name(f".{written.name}.part")
    made.save(unfinished, "png")
    unfinished.replace(written)
    return ", ".join([f"{made.width} x {made.height} pixels", *notes])
