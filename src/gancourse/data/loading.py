"""`load` a data set by name, from the best place that has it; `fetch` or `import_set` one into the cache."""

import operator
import os
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from pathlib import Path

import numpy as np

from gancourse import paths
from gancourse.data import alignment, archives, cache, catalog, pictures
from gancourse.data.archives import Splits
from gancourse.data.cache import Prepared
from gancourse.data.catalog import Entry
from gancourse.data.celeba import read_celeba
from gancourse.data.imageset import Captioned, ImageSet, Pairs
from gancourse.data.official import described, read_official
from gancourse.data.photographs import read_photographs
from gancourse.data.sources import drawing, drawn_captions, missing_mirror, sources

FOLDER = "folder:"


def load(name: str, split: str = "train", size: int | None = None, aligned: bool = False) -> ImageSet:
    """A split of a data set of datasets/catalog.toml, or of your own pictures as "folder:PATH".

    A named set comes from the first of: the prepared cache (silently), a mirror (`GANCOURSE_MIRROR`), the
    system or the course's own drawing, the official download (unless `GANCOURSE_OFFLINE=1`), the embedded
    sample. One printed line says which. `size` scales and centre-crops to squares of that many pixels (the course's
    own drawings are drawn at that size, where the catalogue allows it); such a copy is cached too.

    PATH holds a folder for each class, or train/ and test/ with such folders. Its pictures come in a fixed mixed
    order; they are grey (one channel) if all files are. What Pillow opens is read, with or without a suffix. One
    printed line names files that can't be read, one counts what else was left out (other kinds of files, folders within
    a class, pictures beside the class folders), one names pictures that were scaled to 8 bits by their own range of
    values (fewer significant bits than their 16, 32 bits, fractions).

    `aligned` (folders only) takes the largest face of each picture, as `aligned-faces` has those of `masked-faces`:
    see `gancourse.data.alignment`; `size` is then 64 unless you say otherwise. This needs facenet-pytorch.

    Raises ValueError for an unknown name (with the nearest one), split or size, for a folder that is laid out
    differently, and for pictures of different sizes without `size`; FileNotFoundError, with the commands that help,
    where no source has the set; ImportError where `aligned` finds no detector.
    """
    size = _checked_size(size)
    if name.startswith(FOLDER):
        _check_split(split)
        return _load_folder(name, split, size, aligned)
    if aligned:
        raise ValueError(f"{name!r} can't be aligned: only your own folders can; `aligned-faces` are aligned already")
    return _load_named(catalog.entry(name), split, size)[0]


def load_pairs(name: str, split: str = "train", size: int | None = None) -> Pairs:
    """The pictures of a set of pairs (`maps`), each beside its partner; sources and `size` as for `load`.

    Raises ValueError for a set without pairs, else as `load` does.
    """
    entry = catalog.entry(name)
    if not entry.pairs:
        raise ValueError(f"{name} has no pairs; these have: {_those(lambda one: one.pairs)}")
    images, stems = _load_named(entry, split, _checked_size(size))
    places = [{stems[i]: i for i in np.flatnonzero(images.labels == label)} for label in (0, 1)]
    names = sorted(places[0])
    first, second = (images.images[[place[stem] for stem in names]] for place in places)
    return Pairs(first, second, tuple(names), images.classes, name, split, images.source)


def load_captions(name: str, split: str = "train", size: int | None = None) -> Captioned:
    """The pictures of a set with captions (`cub-birds`, `shapes`), and the captions of each; otherwise as `load`.

    Raises ValueError for a set without captions, else as `load` does.
    """
    entry = catalog.entry(name)
    if not entry.captions:
        raise ValueError(f"{name} has no captions; these have: {_those(lambda one: one.captions)}")
    images, captions = _load_named(entry, split, _checked_size(size))
    if entry.archive == "drawn":
        captions = [[caption] for caption in drawn_captions(entry, split)]
    return Captioned(images, captions)


def _those(has: Callable[[Entry], object]) -> str:
    return ", ".join(entry.name for entry in catalog.entries().values() if has(entry))


def _check_split(split: str) -> None:
    if split not in ("train", "test"):
        raise ValueError(f"split must be 'train' or 'test', not {split!r}")


def _load_named(entry: Entry, split: str, size: int | None) -> tuple[ImageSet, list]:
    """A split of a set of the catalogue, and its notes."""
    _check_split(split)
    if entry.shape[:2] == (size, size):
        size = None
    prepared = cache.read(entry.name, size)
    if prepared is None:
        try:
            prepared = _prepare(entry, size)
        except Unavailable as err:
            prepared = _sample(entry, split, size, err)
    if split not in prepared.splits:
        raise ValueError(
            f"{entry.name}, {prepared.source}, has no {split} split: import a folder with train/ and test/"
        )
    images, labels = prepared.splits[split]
    pictures = ImageSet(images, labels, entry.classes, entry.name, split, prepared.source)
    return pictures, prepared.notes.get(split, [])


def fetch(name: str) -> Prepared:
    """Put the full set into the cache, if it isn't there.

    Raises ValueError for an unknown name; OSError, with the reasons, where no source has the full set or the
    cache can't hold it.
    """
    entry = catalog.entry(name)
    prepared = cache.read(name)
    if prepared is None:
        try:
            _prepare(entry)
        except Unavailable as err:
            raise FileNotFoundError(_how_to_get(entry, err, tried=True)) from err
        prepared = cache.read(name)
        if prepared is None:
            raise OSError(f"{name} can't be stored in {paths.cache()}: free some space, or set GANCOURSE_HOME")
    return prepared


def import_set(name: str, path: Path) -> Prepared:
    """Put your own copy of a data set into the cache under its catalogue name, in place of what is there.

    `path` is a folder of class folders, or of train/ and test/ with class folders; a zip of those; or the
    official files, as a folder or the file itself, packed or not, or as torchvision and Keras keep them. Class names
    and the pictures' shape must be the catalogue's. Raises ValueError where they aren't, OSError where the cache can't
    be written; both leave the cache as it was.
    """
    entry = catalog.entry(name)
    if not path.exists():
        raise ValueError(f"there is no folder or file {path}. {entry.by_hand}".strip())
    if entry.faces_of:
        splits = alignment.read_aligned(entry, path)
    elif entry.archive == "celeba":
        splits = read_celeba(entry, path)
    else:
        splits = read_photographs(entry, path) if entry.pictures else _read_copy(entry, path)
    _check(entry, splits)
    with cache.lock(name):
        cache.write(name, None, _prepared(splits, f"imported from {path.name}"))
    return cache.read(name)


def _read_copy(entry: Entry, path: Path) -> Splits:
    try:
        if entry.files and (splits := read_official(entry, path)) is not None:
            return splits
        if path.suffix.lower() == ".zip":
            return archives.read_zip(entry, path)
        if not path.is_dir():
            raise ValueError(f"{path} is a file, not a folder or zip")
        return archives.read_folder(entry, path)
    except ValueError as err:
        raise ValueError(f"{err}. {described(entry)}") from err


def origin(entry: Entry) -> str:
    """What `load` would take now: "cache", "mirror", "system", "drawn", "download", "sample" or "nowhere"."""
    if cache.read(entry.name):
        return "cache"
    return next((kind for kind, _, _ in sources(entry)), "sample" if entry.sample else "nowhere")


def _prepared(splits: Splits, source: str) -> Prepared:
    return Prepared(splits, source, splits.notes if isinstance(splits, archives.Noted) else {})


class Unavailable(Exception):
    """No source has the full set; the message gives each one's reason."""


def _prepare(entry: Entry, size: int | None = None) -> Prepared:
    """The full set, put into the cache (only in memory where that fails). Says so in one line."""
    name = entry.name
    with ExitStack() as stack:
        problem = _problem(lambda: stack.enter_context(cache.lock(name)))
        ready = cache.read(name, size)  # another process may have prepared it meanwhile
        if ready:
            return ready
        damaged = [s for s in (None, size) if cache.folder(name, s).exists() and cache.read(name, s) is None]
        notes = ["the cached copy was damaged or in an older format"] if damaged else []
        prepared = cache.read(name)
        if prepared is None or (size in entry.drawn_sizes and prepared.source == drawing(entry)):
            prepared = _from_best_source(entry, notes, size)
            if _shape(prepared) == entry.shape:
                problem = problem or _problem(lambda: cache.write(name, None, prepared))
        if size:
            if _shape(prepared)[:2] != (size, size):
                resized = {
                    split: (pictures.resize(images, size, name), labels)
                    for split, (images, labels) in prepared.splits.items()
                }
                prepared = Prepared(resized, prepared.source, prepared.notes)
            problem = problem or _problem(lambda: cache.write(name, size, prepared))

    counts = ", ".join(f"{len(labels):,} {split}" for split, (_, labels) in prepared.splits.items())
    if problem:
        notes.append(f"only in memory: {problem}; set GANCOURSE_HOME to a writable folder")
    elif paths.cache() == paths.temporary():
        notes.append(f"there is no writable home folder, so it is in {paths.cache()} for now: set GANCOURSE_HOME")
    at = f" at {size}x{size}" if size else ""
    print(f"{name}: prepared {counts} pictures{at} from {prepared.source}" + _brackets(notes))
    return cache.read(name, size) or prepared


def _problem(action: Callable[[], object]) -> str | None:
    """Why the cache can't be written, if `action` finds that it can't."""
    try:
        action()
    except OSError as err:
        return f"cache {paths.cache()} can't be written: {err.strerror or err}"
    return None


def _shape(prepared: Prepared) -> tuple[int, ...]:
    return next(iter(prepared.splits.values()))[0].shape[1:]


def _from_best_source(entry: Entry, notes: list[str], size: int | None) -> Prepared:
    """The full set from the first source that delivers, drawn at `size` where that can be, else in its own shape.

    Why earlier sources didn't deliver goes to `notes`. Raises Unavailable.
    """
    notes += missing_mirror()
    for kind, title, read in sources(entry, size):
        try:
            splits = read()
            if kind != "drawn":
                _check(entry, splits, full=True)
            return _prepared(splits, title)
        except (ValueError, OSError) as err:
            notes.append(f"{kind}: {err}")
    mirror = f"the mirror has no {entry.packed}" if os.environ.get("GANCOURSE_MIRROR") else "no mirror"
    raise Unavailable("; ".join(notes) or (f"GANCOURSE_OFFLINE=1 and {mirror}" if entry.fetched else mirror))


def _check(entry: Entry, splits: Splits, full: bool = False) -> None:
    """Raises ValueError where pictures or labels aren't as the catalogue says, or (`full`) their number."""
    for split, (images, labels) in splits.items():
        if images.shape[1:] != entry.shape:
            raise ValueError(f"pictures of shape {images.shape[1:]}, where {entry.name} has {entry.shape}")
        if len(labels) != len(images) or not 0 <= labels.min() <= labels.max() < len(entry.classes):
            raise ValueError(f"the labels of {entry.name}'s {split} split don't fit its pictures and classes")
    counts = {split: len(labels) for split, (_, labels) in splits.items()}
    if full and counts != entry.counts:
        raise ValueError(f"it has {counts} pictures, where {entry.name} has {entry.counts}")


def _sample(entry: Entry, split: str, size: int | None, why: Unavailable) -> Prepared:
    """The embedded sample's split, with a line that says so. Raises FileNotFoundError where there is none."""
    if entry.sample is None:
        raise FileNotFoundError(_how_to_get(entry, why)) from why
    if entry.sample in catalog.entries():
        stand_in = load(entry.sample, split, size or entry.shape[0])
        get = f"`gancourse data fetch {entry.name}`" if entry.fetched else f"see datasets/{entry.name}/README.md"
        print(
            f"{entry.name}: {catalog.entry(entry.sample).title.lower()} stand in, {len(stand_in):,} {split} pictures; "
            f"the photographs: {get}" + _brackets([str(why)])
        )
        labels = stand_in.labels if entry.classes == stand_in.classes else np.zeros_like(stand_in.labels)
        return Prepared({split: (stand_in.images, labels)}, stand_in.source)
    with np.load(paths.root() / "datasets" / entry.sample) as sample:
        images, labels = sample[f"{split}_images"], sample[f"{split}_labels"]
    print(
        f"{entry.name}: the embedded sample, {len(labels):,} of {entry.counts[split]:,} {split} pictures; "
        f"all of them: `gancourse data fetch {entry.name}`" + _brackets([str(why)])
    )
    if size:
        images = pictures.resize(images, size, entry.name)
    return Prepared({split: (images, labels)}, "the embedded sample")


def _how_to_get(entry: Entry, why: Exception, tried: bool = False) -> str:
    """What to do where no source has a set; tried: `gancourse data fetch` is what has just failed."""
    if not entry.fetched:
        fetch = "The course doesn't download it; use "
    else:
        fetch = f"With a network: `gancourse data fetch {entry.name}`. Without: " if not tried else "Another way: "
    return (
        f"no source has {entry.title} ({why}). {fetch}`gancourse data import {entry.name} PATH`, "
        f"or set GANCOURSE_MIRROR to a folder with {entry.packed}. {entry.by_hand}".rstrip()
    )


def _load_folder(name: str, split: str, size: int | None, aligned: bool) -> ImageSet:
    options = {}
    if aligned:
        alignment.detector()  # without it, no file needs to be opened
        size, options = size or alignment.SIZE, {"square": alignment.aligned_face}
    root = paths.expanded(name.removeprefix(FOLDER))
    folders = archives.split_roots(root) if root.is_dir() else {}
    passed_over = archives.PassedOver()
    passed_over.splits = archives.other_splits(root) if folders else []
    trained = archives.class_folders(folders.get("train", root), passed_over if split == "train" else None)
    classes = list(trained)
    if folders:
        if split not in folders:
            raise ValueError(f"{root} has train/, but no {split}/ with class folders")
        files = trained if split == "train" else archives.class_folders(folders[split], passed_over)
        unknown = ", ".join(map(paths.readable, files.keys() - set(classes)))
        if unknown:
            raise ValueError(f"{folders[split]} has classes that {folders['train']} doesn't have: {unknown}")
    elif split == "train":
        files = trained
    else:
        raise ValueError(f"{root} has no train/ and test/, so all its pictures belong to split 'train'")

    names, labels = archives.in_mixed_order({classes.index(label): listed for label, listed in files.items()})
    channels = 1 if pictures.all_grey(names) else 3
    decoded = pictures.decode_all(names, archives.open_binary, channels, size, title=root.name, **options)
    done = "read and aligned" if aligned else "read"
    if not len(decoded.images):
        why = decoded.broken[names[0]]
        raise ValueError(f"none of the {len(names)} pictures in {root} can be {done}; the first is {names[0]}: {why}")
    name = paths.readable(name)
    passed_over.tell(name)
    if decoded.broken:
        shown = _first(f"{file} ({why})" if why != pictures.DAMAGED else file for file, why in decoded.broken.items())
        print(f"{name}: left out {len(decoded.broken)} of {len(names)} pictures that can't be {done}: {shown}")
    if decoded.scaled:
        print(
            f"{name}: {len(decoded.scaled)} of {len(names)} pictures don't have 8 or 16 bits: "
            f"scaled, each by its own range: {_first(decoded.scaled)}"
        )
    shown = tuple(map(paths.readable, classes))
    return ImageSet(decoded.images, labels[decoded.kept], shown, name, split, f"folder {paths.readable(root)}")


def _first(names: Iterable[str]) -> str:
    """The first three, for a message."""
    shown = [paths.readable(name) for name in names]
    return ", ".join(shown[:3]) + ", ..." * (len(shown) > 3)


def _checked_size(size: int | None) -> int | None:
    if size is None:
        return None
    try:
        pixels = operator.index(size)
    except TypeError:
        pixels = 0
    if pixels < 1:
        raise ValueError(f"size must be a whole number of pixels, such as 64, not {size!r}")
    return pixels


def _brackets(notes: list[str]) -> str:
    return f" ({'; '.join(notes)})" if notes else ""
