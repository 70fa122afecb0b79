"""Pictures from the generators that come with the course: `gancourse sample` and `mix`, and lesson 05's choice of a
class."""

import difflib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from PIL import Image
from torch import nn

from gancourse import data, paths, plots
from gancourse.data import catalog
from gancourse.nets.attention import attention_generator
from gancourse.nets.conditional import class_norm_generator, conditional_generator
from gancourse.nets.dcgan import dcgan_generator
from gancourse.nets.mlp import mlp_generator
from gancourse.nets.style import StyleGenerator, mean_style, style_generator
from gancourse.train import load_weights


class Shipped(NamedTuple):
    """A generator whose weights come with the course, as course/weights/<weights>.safetensors."""

    weights: str
    latent_dim: int
    build: Callable[[], nn.Module]
    conditional: bool = False  # is it called with latents and classes, or with latents alone?
    shows: str = "any class"  # what a generator without classes has been trained on
    keras: bool = False  # `build` gives a Keras model
    style: bool = False  # `build` gives a StyleGenerator, whose styles can be truncated and mixed


def _keras_dcgan(latent_dim: int, image_shape: tuple[int, int, int], channels: int):
    from gancourse.keras.nets import dcgan_generator  # TensorFlow takes seconds: only where it's asked for

    return dcgan_generator(latent_dim, image_shape, channels)


def _keras_faces(latent_dim: int, widths: tuple[int, ...]):
    from gancourse.keras.projected import conditional_generator

    return conditional_generator(latent_dim, classes=2, widths=widths)


# stage -> data set that it was trained on -> generator; the first data set is the one taken when none is named
SHIPPED = {
    "01-first-gan": {
        "fashion-mnist": Shipped("01-first-gan", 64, lambda: mlp_generator(64, [256, 512], (1, 28, 28))),
    },
    "03-dcgan": {"fashion-mnist": Shipped("03-dcgan", 64, lambda: dcgan_generator(64, (1, 28, 28), 32))},
    "04-wasserstein-gan": {
        "fashion-mnist": Shipped("04-wasserstein-gan", 64, lambda: dcgan_generator(64, (1, 28, 28), 16)),
    },
    "05-conditional-gan": {
        "fashion-mnist": Shipped(
            "05-conditional-gan", 64, lambda: conditional_generator(64, (1, 28, 28), 10, 32), conditional=True
        ),
        "cifar10": Shipped(
            "05-conditional-gan-cifar10", 64, lambda: class_norm_generator(64, (3, 32, 32), 10, 48), conditional=True
        ),
    },
    "06-keras-gan": {
        "cifar10": Shipped("06-keras-gan", 64, lambda: _keras_dcgan(64, (32, 32, 3), 32), shows="horse", keras=True),
    },
    "07-self-attention-gan": {
        "cifar10": Shipped("07-self-attention-gan", 64, lambda: attention_generator(64, 10, 24), conditional=True),
    },
    "08-stylegan": {
        "animal-faces": Shipped(
            "08-stylegan-cats", 128, lambda: style_generator(128, (3, 64, 64), 32), shows="cat", style=True
        ),
        "drawn-faces": Shipped(
            "08-stylegan", 64, lambda: style_generator(64, (3, 64, 64), 16), shows="face", style=True
        ),
    },
    "12-anomaly-detection": {
        "fashion-mnist": Shipped(
            "12-anomaly-detection", 64, lambda: dcgan_generator(64, (1, 28, 28), 32), shows="Coat"
        ),
    },
    "15-masked-face-gan": {
        "aligned-faces": Shipped(
            "15-masked-face-gan",
            128,
            lambda: _keras_faces(128, (224, 160, 96, 56, 28)),
            conditional=True,
            keras=True,
        ),
        "drawn-faces": Shipped(
            "15-masked-face-gan-drawn",
            64,
            lambda: _keras_faces(64, (96, 64, 48, 32, 16)),
            conditional=True,
            keras=True,
        ),
    },
}


class Sheet(NamedTuple):
    """Rows of equally many pictures."""

    pictures: np.ndarray  # uint8 (rows * n, h, w, c), row after row
    rows: tuple[str, ...]  # the class that each row shows; where the generator takes none, what it draws
    data: str

    @property
    def columns(self) -> int:
        """Pictures beside each other: all of a class, at most eight where there is one class."""
        n = len(self.pictures) // len(self.rows)
        return min(n, 8) if len(self.rows) == 1 else n


def sample(
    stage: str,
    classes: Sequence[str] = (),
    n: int = 16,
    seed: int = 0,
    data_set: str | None = None,
    truncation: float | None = None,
) -> Sheet:
    """n pictures of each class from a stage's shipped generator, all classes if none is named.

    `class_index` says how to name a class. Where a stage was trained on several data sets, the classes tell which one
    is meant, and without any it's the first. A generator that takes no class gives one row. `truncation` pulls lesson
    08's styles to their mean: 0 gives the mean's picture, 1 (or None) leaves them as they are.

    Raises ValueError for a stage, data set or class that isn't there, with those that are, and for a truncation of a
    generator without styles.
    """
    name = _with_generator(stage)
    known = {each: catalog.entry(each).classes for each in SHIPPED[name]}
    chosen = _data_set(classes, known) if data_set is None else data_set
    if chosen not in known:
        raise ValueError(f"{name} has no generator for {chosen!r}; it has {', '.join(known)}")
    shipped = SHIPPED[name][chosen]
    if classes and not shipped.conditional:
        raise ValueError(f"the generator of {name} takes no class: leave out --class")
    if truncation is not None and not shipped.style:
        raise ValueError(f"the generator of {name} has no styles to truncate: leave out --truncation")
    generator = load(shipped)
    if shipped.style:
        styles = draw_styles(generator, shipped.latent_dim, n, seed, 1.0 if truncation is None else truncation)
        return Sheet(draw_from(generator, styles, seed), (shipped.shows,), chosen)
    if not shipped.conditional:
        z = torch.randn(n, shipped.latent_dim, generator=torch.Generator().manual_seed(seed))
        with torch.no_grad():
            return Sheet(data.to_pictures(generator(z)), (shipped.shows,), chosen)
    names = known[chosen]
    labels = [class_index(query, names) for query in classes] or list(range(len(names)))
    pictures = draw(generator, shipped.latent_dim, labels, n, seed)
    return Sheet(pictures, tuple(names[label] for label in labels), chosen)


class Mixture(NamedTuple):
    """A grid of pictures whose styles are mixed; its first row and column are those that they come from."""

    pictures: np.ndarray  # uint8 ((rows + 1) * (columns + 1), h, w, c), row after row; the first is white
    columns: int  # of the grid, the column of its own pictures counted in
    data: str


def mix(
    stage: str,
    rows: int,
    columns: int,
    seed: int = 0,
    fine_from: int = 16,
    truncation: float = 0.7,
    data_set: str | None = None,
) -> Mixture:
    """Every picture has its column's styles at the sizes below `fine_from` and its row's from there on; all have the
    same noise. By default from the stage's first data set.

    Raises ValueError for a stage without styles, with those that have them, a data set that isn't there, or a size that
    isn't one of the generator's, the smallest excepted.
    """
    name = _with_generator(stage)
    if not (styled := {each: shipped for each, shipped in SHIPPED[name].items() if shipped.style}):
        with_styles = [stage for stage, sets in SHIPPED.items() if any(shipped.style for shipped in sets.values())]
        raise ValueError(f"the generator of {name} has no styles to mix; these have: {', '.join(with_styles)}")
    chosen = next(iter(styled)) if data_set is None else data_set
    if chosen not in styled:
        raise ValueError(f"{name} has no generator for {chosen!r}; it has {', '.join(styled)}")
    generator = load(styled[chosen])
    sizes = [4 * 2**level for level in range(generator.levels)]
    if fine_from not in sizes[1:]:
        raise ValueError(f"fine styles begin at one of the sizes {', '.join(map(str, sizes[1:]))}, not at {fine_from}")
    own = draw_styles(generator, styled[chosen].latent_dim, columns + rows, seed, truncation)
    across, down = own[:columns].repeat(rows, 1, 1), own[columns:].repeat_interleave(columns, dim=0)
    level = sizes.index(fine_from)
    mixed = torch.cat([across[:, :level], down[:, level:]], dim=1)
    drawn = draw_from(generator, torch.cat([own, mixed]), seed, same_noise=True)
    top, left, body = np.split(drawn, [columns, columns + rows])
    body = body.reshape(rows, columns, *body.shape[1:])
    below = np.concatenate([left[:, None], body], axis=1).reshape(-1, *body.shape[2:])
    return Mixture(np.concatenate([np.full_like(top[:1], 255), top, below]), columns + 1, chosen)


@torch.no_grad()
def draw_styles(generator: StyleGenerator, latent_dim: int, n: int, seed: int, truncation: float) -> torch.Tensor:
    """Styles (n, levels, latent_dim) of n latents from a seed, the same at all sizes, truncated towards their mean."""
    rng = torch.Generator().manual_seed(seed + 1)  # from 0 the shipped weights began: see `mean_style`
    w = generator.mapping(torch.randn(n, latent_dim, generator=rng))
    mean = mean_style(generator.mapping, latent_dim)
    return generator.styles(mean + truncation * (w - mean))


@torch.no_grad()
def draw_from(generator: StyleGenerator, styles: torch.Tensor, seed: int, same_noise: bool = False) -> np.ndarray:
    """Pictures, uint8 (n, h, w, c), of styles (n, levels, latent_dim), with noise from a seed: each its own, or all the
    same."""
    rng = torch.Generator().manual_seed(seed)
    shared = generator.synthesis.noise(1, rng) if same_noise else None
    parts = styles.split(100)  # a thousand pictures' maps at once would take gigabytes
    drawn = (generator.synthesis(part, shared or generator.synthesis.noise(len(part), rng)) for part in parts)
    return np.concatenate([data.to_pictures(pictures) for pictures in drawn])


@torch.no_grad()
def draw(
    generator: Callable[..., torch.Tensor], latent_dim: int, labels: Sequence[int], n: int, seed: int = 0
) -> np.ndarray:
    """n pictures of each class in `labels`, uint8 (len(labels) * n, h, w, c), class after class.

    Each class starts from the same n latents. The generator is called as generator(z, y), in the mode that it is in.
    """
    z = torch.randn(n, latent_dim, generator=torch.Generator().manual_seed(seed))
    if isinstance(generator, nn.Module):
        z = z.to(next(generator.parameters()).device)
    parts = [generator(z, torch.full((n,), label, device=z.device)) for label in labels]
    return data.to_pictures(torch.cat(parts))


def class_index(query: str | int, classes: Sequence[str]) -> int:
    """The class meant by a number ("0"), a name in any case ("trouser"), or a name's unique beginning ("tr").

    Raises ValueError, with all classes and the nearest name, where none is meant, or more than one may be.
    """
    found = _matches(query, classes)
    if len(found) == 1:
        return found[0]
    listed = _listed(classes)
    if found:
        raise ValueError(f"{query!r} may be {' or '.join(classes[i] for i in found)}; the classes are {listed}")
    raise ValueError(f"no class {query!r}{_did_you_mean(query, classes)}; the classes are {listed}")


def check_target(file: Path, force: bool = False) -> None:
    """Raises ValueError where the name doesn't end in .png, FileNotFoundError where the file's folder isn't there, and
    FileExistsError for a file that is, unless `force`."""
    if file.suffix.lower() != ".png":
        raise ValueError(f"{file} should end in .png: pictures are written as PNG")
    if not file.parent.is_dir():
        raise FileNotFoundError(f"there is no folder {file.parent}: make it first")
    if file.exists() and not force:
        raise FileExistsError(f"{file} exists: choose another name, or add --force to replace it")


def save_sheet(sheet: Sheet | Mixture, file: Path) -> None:
    """Write a sheet or a grid of mixtures as PNG, without labels."""
    picture = plots.tile(sheet.pictures, sheet.columns)
    Image.fromarray(picture.squeeze(-1) if picture.shape[-1] == 1 else picture).save(file)


def _with_generator(stage: str) -> str:
    """The stage's full name. Raises ValueError where it has no shipped generator."""
    name = paths.stage(stage)
    if name not in SHIPPED:
        raise ValueError(f"{name} has no trained generator; these have one: {', '.join(SHIPPED)}")
    return name


def load(shipped: Shipped) -> Callable[..., torch.Tensor]:
    """The generator with its trained weights, in inference mode; it takes latents, and classes if it is conditional."""
    file = paths.root() / "course" / "weights" / f"{shipped.weights}.safetensors"
    if not shipped.keras:
        return load_weights(shipped.build(), file)
    from gancourse import keras
    from gancourse.keras.training import as_torch

    return as_torch(keras.load_weights(shipped.build(), file))


def _data_set(queries: Sequence[str], known: dict[str, Sequence[str]]) -> str:
    """The one data set that has all these classes; the first without queries, or where all that fit have the same."""
    fitting = [name for name, classes in known.items() if all(_matches(query, classes) for query in queries)]
    if not fitting:
        every = [each for classes in known.values() for each in classes]
        hint = "".join(_did_you_mean(query, every) for query in queries if not _matches(query, every))
        listed = "; ".join(f"{name} has {_listed(classes)}" for name, classes in known.items())
        raise ValueError(f"no data set here has {' and '.join(map(repr, queries))}{hint}; {listed}")
    if queries and len({tuple(known[name]) for name in fitting}) > 1:
        meant = " or ".join(f"{known[name][_matches(queries[0], known[name])[0]]} ({name})" for name in fitting)
        raise ValueError(f"{queries[0]!r} may be {meant}: say which with --data, or with the class's name")
    return fitting[0]


def _matches(query: str | int, classes: Sequence[str]) -> list[int]:
    """The class of this number or exact name, else all whose names begin so."""
    text, names = str(query).strip().casefold(), [name.casefold() for name in classes]
    if text.isdecimal():
        return [int(text)] if int(text) < len(classes) else []
    if text in names:
        return [names.index(text)]
    return [i for i, name in enumerate(names) if text and name.startswith(text)]


def _did_you_mean(query: str | int, classes: Sequence[str]) -> str:
    names = {name.casefold(): name for name in classes}
    near = difflib.get_close_matches(str(query).strip().casefold(), names, n=1, cutoff=0.5)
    return f" (did you mean {names[near[0]]}?)" if near else ""


def _listed(classes: Sequence[str]) -> str:
    return ", ".join(f"{i} {name}" for i, name in enumerate(classes))
