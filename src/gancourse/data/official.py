"""Data sets as their authors publish them, and as other libraries keep these files: unpacked, or in a folder below."""

import gzip
import io
import pickle
import re
import tarfile
import zipfile
import zlib
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath

import numpy as np

from gancourse.data.archives import Splits
from gancourse.data.catalog import Entry

IDX = ("train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte")
CIFAR = (*(f"data_batch_{i}" for i in range(1, 6)), "test_batch")
TARS = (".tar", ".tar.gz", ".tgz")

Files = dict[str, Callable[[], bytes]]


def read_official(entry: Entry, path: Path) -> Splits | None:
    """Read the official files of `entry`: a folder that holds them at any depth, one of them, or a zip of them.

    Fashion-MNIST's may be packed or not, CIFAR-10's in the binary or the Python version, packed or not: so they come
    from torchvision, Keras and Kaggle. None where nothing has the name of one of them. Raises ValueError, with those
    that are missing, or for damaged ones; OSError.
    """
    names, read = {"idx": (IDX, _read_idx), "cifar-binary": (CIFAR, _read_cifar)}[entry.archive]
    places = {place: files for place, files in _places(entry, path, names) if files}
    whole = {place: files for place, files in places.items() if {_stem(name) for name in files} >= set(names)}
    if not places:
        return None
    if not whole:
        place, files = max(places.items(), key=lambda found: len(found[1]))
        missing = [name for name in names if name not in {_stem(file) for file in files}]
        raise ValueError(f"{place} lacks {', '.join(missing)}")
    own = [place for place in whole if _plain(entry.name) in _plain(place)]  # not MNIST's files, of the same names
    if len(whole) > 1 and not own and entry.archive == "idx":
        raise ValueError(f"{path} holds several sets: {', '.join(whole)}. Give the path of one of them")
    return read(entry, whole[own[0] if own else next(iter(whole))])


def _places(entry: Entry, path: Path, names: tuple[str, ...]) -> Iterator[tuple[str, Files]]:
    """For each folder or archive with files of these names (or as they are packed): which it is, and its files."""
    if path.is_dir():
        below = sorted(file for file in path.rglob("*") if file.is_file())
    elif _stem(path.name) in names:
        below = sorted(file for file in path.parent.iterdir() if file.is_file())
    elif path.suffix.lower() == ".zip":
        yield from _in_zip(path, names)
        return
    else:
        below = [path] if path.name.lower().endswith(TARS) else []
    found = defaultdict(dict)
    for file in below:
        if _stem(file.name) in names:
            found[str(file.parent)][file.name] = file.read_bytes
    yield from found.items()
    for file in below:
        named = file == path or file.name in (*entry.files, "cifar-10-python.tar.gz")
        if named and file.name.lower().endswith(TARS):
            yield str(file), _in_tar(file, names)


def _in_zip(path: Path, names: tuple[str, ...]) -> Iterator[tuple[str, Files]]:
    try:
        with zipfile.ZipFile(path) as archive:
            found = defaultdict(dict)
            for name in archive.namelist():
                inside = PurePosixPath(name.replace("\\", "/"))
                if _stem(inside.name) in names:
                    content = archive.read(name)
                    found[f"{path}/{inside.parent}"][inside.name] = lambda content=content: content
            yield from found.items()
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError) as err:  # RuntimeError: encrypted
        raise ValueError(f"{path.name} isn't a complete zip file ({err})") from err


def _in_tar(path: Path, names: tuple[str, ...]) -> Files:
    try:
        with tarfile.open(path) as archive:
            files = {Path(m.name).name: archive.extractfile(m).read() for m in archive if m.isfile() and _in(m, names)}
    except (tarfile.TarError, EOFError, zlib.error, gzip.BadGzipFile) as err:
        raise ValueError(f"{path.name} is damaged ({err})") from err
    return {name: lambda content=content: content for name, content in files.items()}


def _in(member: tarfile.TarInfo, names: tuple[str, ...]) -> bool:
    return _stem(Path(member.name).name) in names


def _stem(name: str) -> str:
    """An official file's name without what tells how it is packed; some copies write .idx for -idx."""
    return name.removesuffix(".gz").removesuffix(".bin").replace(".idx", "-idx")


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())


def _read_idx(entry: Entry, files: Files) -> Splits:
    """The MNIST format: http://yann.lecun.com/exdb/mnist/, big-endian sizes after a magic number."""
    height, width, _ = entry.shape
    arrays = {_stem(name): _idx(name, read(), 3 if "idx3" in name else 1) for name, read in files.items()}
    splits = {}
    for split, prefix in {"train": "train", "test": "t10k"}.items():
        images, labels = arrays[f"{prefix}-images-idx3-ubyte"], arrays[f"{prefix}-labels-idx1-ubyte"]
        if images.shape[1:] != (height, width):
            raise ValueError(f"pictures of shape {images.shape[1:]}, where {entry.name} has {(height, width)}")
        splits[split] = images[..., None], labels.astype(np.int64)
    return splits


def _idx(name: str, raw: bytes, dimensions: int) -> np.ndarray:
    if raw.startswith(b"\x1f\x8b"):  # some browsers unpack what they fetch, and leave the name
        try:
            raw = gzip.decompress(raw)
        except (gzip.BadGzipFile, EOFError, zlib.error) as err:
            raise ValueError(f"{name} is damaged ({err})") from err
    magic, *shape = np.frombuffer(raw, ">i4", 1 + dimensions) if len(raw) >= 4 + 4 * dimensions else [0]
    start = 4 * (1 + dimensions)
    if magic != 0x800 + dimensions or len(raw) != start + np.prod(shape):
        raise ValueError(f"{name} isn't an idx file with {dimensions} dimensions")
    return np.frombuffer(bytearray(raw), np.uint8, offset=start).reshape(shape)  # writable


def _read_cifar(entry: Entry, files: Files) -> Splits:
    """The binary and the Python version of https://www.cs.toronto.edu/~kriz/cifar.html: R, G, B planes and labels."""
    height, width, channels = entry.shape
    batches = {}
    for name, read in files.items():
        try:
            form = _binary if name.endswith(".bin") else _pickled
            pixels, labels = form(read(), height * width * channels)
            pictures = pixels.reshape(len(labels), channels, height, width)
        except Exception as err:  # a damaged pickle raises whatever it likes
            raise ValueError(f"{name} is damaged ({err})") from err
        batches[_stem(name)] = pictures.transpose(0, 2, 3, 1), labels
    splits = {"train": [batches[name] for name in CIFAR[:-1]], "test": [batches["test_batch"]]}
    return {
        split: (
            np.concatenate([pictures for pictures, _ in parts]),
            np.concatenate([labels for _, labels in parts]).astype(np.int64),
        )
        for split, parts in splits.items()
    }


def _binary(raw: bytes, pixels: int) -> tuple[np.ndarray, np.ndarray]:
    records = np.frombuffer(raw, np.uint8).reshape(-1, 1 + pixels)
    return records[:, 1:], records[:, 0]


def _pickled(raw: bytes, pixels: int) -> tuple[np.ndarray, np.ndarray]:
    batch = _Arrays(io.BytesIO(raw), encoding="bytes").load()
    batch = {key.decode() if isinstance(key, bytes) else key: value for key, value in batch.items()}
    return np.asarray(batch["data"], np.uint8).reshape(-1, pixels), np.asarray(batch["labels"])


class _Arrays(pickle.Unpickler):
    """Reads arrays, and refuses all else that a pickle can do."""

    def find_class(self, module: str, name: str):
        if name == "_reconstruct" and module in ("numpy.core.multiarray", "numpy._core.multiarray"):
            return super().find_class("numpy._core.multiarray", name)
        if (module, name) in {("numpy", "ndarray"), ("numpy", "dtype"), ("_codecs", "encode")}:
            return super().find_class(module, name)
        raise pickle.UnpicklingError(f"it asks for {module}.{name}")


def described(entry: Entry) -> str:
    """What `gancourse data import` takes for a set, for a message."""
    official = f"its official files ({', '.join(entry.files)}), or " if entry.files else ""
    return f"{entry.name} is imported from {official}a folder or zip of class folders, also under train/ and test/"
