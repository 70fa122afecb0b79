"""Where named sets come from, and what happens when a source, the network, the disk or the cache fails.

Two made-up sets stand in for the catalogue's: `clothes` (grey idx files, a sample) and `photos` (CIFAR's binary form,
no sample). Downloads come from a server in this process.
"""

import errno
import gzip
import hashlib
import io
import json
import os
import re
import subprocess
import sys
import tarfile
import tempfile
import textwrap
import threading
import time
import zipfile
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner

from gancourse import data, paths
from gancourse.cli.main import app, main
from gancourse.data import cache, sources

CLASSES = {"clothes": ("T-shirt/top", "Bag", "Ankle boot"), "photos": ("ship", "cat")}
SHAPES = {"clothes": (6, 5, 1), "photos": (4, 4, 3)}
COUNTS = {"train": 12, "test": 6}


def made(name: str, split: str) -> tuple[np.ndarray, np.ndarray]:
    """Smooth pictures, so that JPEG would keep them near; brightness tells the label."""
    n = COUNTS[split]
    labels = np.arange(n) % len(CLASSES[name])
    images = np.full((n, *SHAPES[name]), 10, np.uint8) + (60 * labels + np.arange(n))[:, None, None, None]
    return images.astype(np.uint8), labels


def idx(array: np.ndarray) -> bytes:
    header = np.array([0x800 + array.ndim, *array.shape], ">i4").tobytes()
    return gzip.compress(header + array.astype(np.uint8).tobytes(), mtime=0)


def clothes_files() -> dict[str, bytes]:
    files = {}
    for split, prefix in {"train": "train", "test": "t10k"}.items():
        images, labels = made("clothes", split)
        files[f"{prefix}-images-idx3-ubyte.gz"] = idx(images[..., 0])
        files[f"{prefix}-labels-idx1-ubyte.gz"] = idx(labels)
    return files


def photos_files() -> dict[str, bytes]:
    def records(images, labels):
        planes = images.transpose(0, 3, 1, 2).reshape(len(images), -1)
        return np.concatenate([labels[:, None].astype(np.uint8), planes], axis=1).tobytes()

    images, labels = made("photos", "train")
    parts = [slice(0, 3), slice(3, 5), slice(5, 8), slice(8, 9), slice(9, 12)]
    content = {f"data_batch_{i}.bin": records(images[p], labels[p]) for i, p in enumerate(parts, start=1)}
    content["test_batch.bin"] = records(*made("photos", "test"))
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        for name in sorted(content, reverse=True):  # order in the archive must not matter
            info = tarfile.TarInfo(f"batches-bin/{name}")
            info.size = len(content[name])
            archive.addfile(info, io.BytesIO(content[name]))
    return {"photos.tar.gz": packed.getvalue()}


OFFICIAL = {"clothes": clothes_files(), "photos": photos_files()}


def as_png(image: np.ndarray) -> bytes:
    file = io.BytesIO()
    Image.fromarray(image[..., 0] if image.shape[2] == 1 else image).save(file, "PNG")
    return file.getvalue()


def class_files(name: str, splits=("train", "test")) -> dict[str, bytes]:
    """A mirror's content, with class names as a folder can spell them."""
    files = {}
    for split in splits:
        for i, (image, label) in enumerate(zip(*made(name, split))):
            folder = CLASSES[name][label].lower().replace("/", "-").replace(" ", "_")
            files[f"{split}/{folder}/{i:03}.png"] = as_png(image)
    return files


def write_zip(path: Path, files: dict[str, bytes]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def write_files(folder: Path, files: dict[str, bytes]) -> Path:
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return folder


@pytest.fixture(autouse=True)
def course(tmp_path, monkeypatch) -> Path:
    """A course root with the two sets, an empty cache, no mirror, no network; returns the root."""
    monkeypatch.setattr(paths, "root", lambda: tmp_path)
    monkeypatch.setenv("GANCOURSE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("GANCOURSE_OFFLINE", "1")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.delenv("GANCOURSE_MIRROR", raising=False)
    (tmp_path / "scratch").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "scratch"))
    write_catalog(tmp_path, "http://127.0.0.1:1")
    sample = {}
    for split, n in {"train": 4, "test": 2}.items():
        images, labels = made("clothes", split)
        sample |= {f"{split}_images": images[:n], f"{split}_labels": labels[:n]}
    np.savez(tmp_path / "datasets" / "sample.npz", **sample)
    return tmp_path


def write_catalog(root: Path, *urls: str) -> None:
    tables = []
    for name, extra in {
        "clothes": f'archive = "idx"\nsample = "sample.npz"\nsystem = "{root}/system"\nsystem_package = "a package"',
        "photos": 'archive = "cifar-binary"',
    }.items():
        checksums = "\n".join(
            f'"{file}" = "sha256:{hashlib.sha256(content).hexdigest()}"' for file, content in OFFICIAL[name].items()
        )
        tables.append(
            f"[{name}]\ntitle = '{name.title()}'\nshape = {list(SHAPES[name])}\ntrain = 12\ntest = 6\n"
            f"classes = {json.dumps(CLASSES[name])}\nlicence = 'none'\nhomepage = ''\nurls = {json.dumps(urls)}\n"
            f"{extra}\n[{name}.files]\n{checksums}\n"
        )
    write_files(root / "datasets", {"catalog.toml": "\n".join(tables).encode()})


DRAWN_SET = """
[shapes]
title = "Shapes"
shape = [32, 32, 3]
train = 3
test = 2
classes = ["circle", "ring", "moon", "heart", "triangle", "square", "cross", "star", "arrow", "hourglass"]
licence = "none"
homepage = ""
archive = "drawn"
"""


class Server:
    """A web server: `answers` holds, for each path, the answers to successive requests (the last one repeats)."""

    def __init__(self):
        self.answers: dict[str, list] = {}
        self.asked: list[str] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                outer.asked.append(self.path)
                left = outer.answers.get(self.path, [404])
                answer = left.pop(0) if len(left) > 1 else left[0]
                if isinstance(answer, int):
                    return self.send_error(answer)
                body, promised = answer if isinstance(answer, tuple) else (answer, len(answer))
                self.send_response(200)
                self.send_header("Content-Length", str(promised))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *args):
                pass

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.http.server_port}"
        threading.Thread(target=self.http.serve_forever, args=[0.02], daemon=True).start()


@pytest.fixture
def server(course, monkeypatch):
    """The official server, with all files; the download is allowed."""
    server = Server()
    write_catalog(course, server.url)
    monkeypatch.delenv("GANCOURSE_OFFLINE")
    server.answers = {f"/{file}": [content] for files in OFFICIAL.values() for file, content in files.items()}
    yield server
    server.http.shutdown()
    server.http.server_close()


def assert_full(name: str, in_order: bool = True) -> None:
    """Both splits hold every picture of `made` with its label."""
    for split in COUNTS:
        got = data.load(name, split)
        images, labels = made(name, split)
        assert got.classes == CLASSES[name] and got.images.dtype == np.uint8 and got.labels.dtype == np.int64
        order = slice(None) if in_order else np.argsort(got.images[:, 0, 0, 0])
        truth = slice(None) if in_order else np.argsort(images[:, 0, 0, 0])
        assert np.array_equal(got.images[order], images[truth])
        assert got.labels[order].tolist() == labels[truth].tolist()


def assert_nothing_left(course: Path, name: str) -> None:
    """No prepared set, and no half-written or downloaded file anywhere."""
    home = course / "cache"
    assert not home.exists() or [p.name for p in home.iterdir()] in ([], [f".{name}.lock"])
    assert not list((course / "scratch").iterdir())


# The order of sources


def test_sample_when_nothing_else_can_be_had(course, capsys):
    clothes = data.load("clothes")
    line = capsys.readouterr().out
    assert len(clothes) == 4 and clothes.source == "the embedded sample"
    assert line.count("\n") == 1
    assert "the embedded sample, 4 of 12 train pictures" in line and "`gancourse data fetch clothes`" in line
    assert len(data.load("clothes", "test")) == 2
    assert data.load("clothes", size=8).images.shape == (4, 8, 8, 1)
    assert_nothing_left(course, "clothes")


def test_system_files_replace_the_sample_once_they_are_there(course, capsys):
    assert len(data.load("clothes")) == 4
    write_files(course / "system", OFFICIAL["clothes"])
    capsys.readouterr()
    assert_full("clothes")
    assert capsys.readouterr().out == "clothes: prepared 12 train, 6 test pictures from a package\n"


def test_second_load_is_silent_mapped_and_needs_no_source(course, capsys):
    system = write_files(course / "system", OFFICIAL["clothes"])
    data.load("clothes")
    capsys.readouterr()
    for file in system.iterdir():
        file.unlink()
    again = data.load("clothes")
    assert isinstance(again.images.base, np.memmap)
    assert_full("clothes")
    assert capsys.readouterr() == ("", "")


def test_changing_pictures_in_memory_leaves_the_cache_alone(course):
    write_files(course / "system", OFFICIAL["clothes"])
    data.load("clothes")
    data.load("clothes").images[:] = 0
    assert_full("clothes")


@pytest.mark.parametrize("name", ["clothes", "photos"])
def test_mirror_folder_maps_folders_to_the_catalogues_labels(course, monkeypatch, name):
    write_zip(course / "mirror" / f"{name}.zip", class_files(name))
    write_files(course / "system", OFFICIAL["clothes"])
    monkeypatch.setenv("GANCOURSE_MIRROR", str(course / "mirror"))
    assert data.load(name).source == f"the mirror's {name}.zip"
    assert_full(name, in_order=False)


def test_mirror_pictures_are_mixed_so_that_a_slice_holds_all_classes(course, monkeypatch):
    write_zip(course / "mirror" / "clothes.zip", class_files("clothes"))
    monkeypatch.setenv("GANCOURSE_MIRROR", str(course / "mirror"))
    labels = data.load("clothes").labels.tolist()
    assert labels not in (sorted(labels), sorted(labels, reverse=True)) and set(labels[:6]) == {0, 1, 2}


def test_mirror_zip_may_have_a_folder_around_it(course, monkeypatch):
    files = {f"clothes/{name}": content for name, content in class_files("clothes").items()}
    write_zip(course / "mirror" / "clothes.zip", files | {"__MACOSX/clothes/train/Bag/._001.png": b"junk"})
    monkeypatch.setenv("GANCOURSE_MIRROR", str(course / "mirror"))
    assert_full("clothes", in_order=False)


def test_mirror_url(course, monkeypatch, server):
    monkeypatch.setenv("GANCOURSE_OFFLINE", "1")
    monkeypatch.setenv("GANCOURSE_MIRROR", f"{server.url}/mirror/")
    server.answers = {"/mirror/photos.zip": [write_zip(course / "z.zip", class_files("photos")).read_bytes()]}
    assert_full("photos", in_order=False)
    assert not list((course / "scratch").iterdir())


@pytest.mark.parametrize("name", ["clothes", "photos"])
def test_official_download(course, server, name, capsys):
    assert_full(name)
    assert data.load(name).source == "the official download"
    assert capsys.readouterr().out == f"{name}: prepared 12 train, 6 test pictures from the official download\n"
    assert sorted(server.asked) == sorted(f"/{file}" for file in OFFICIAL[name])
    assert not list((course / "scratch").iterdir())


def test_offline_asks_no_server(course, server, monkeypatch):
    monkeypatch.setenv("GANCOURSE_OFFLINE", "1")
    data.load("clothes")
    assert server.asked == []


def test_sizes_are_squares_and_cached_apart(course, capsys):
    write_files(course / "system", OFFICIAL["clothes"])
    small = data.load("clothes", "test", size=3)
    assert small.images.shape == (6, 3, 3, 1) and small.labels.tolist() == made("clothes", "test")[1].tolist()
    assert capsys.readouterr().out.count("\n") == 1
    assert isinstance(data.load("clothes", size=3).images.base, np.memmap)
    assert_full("clothes")
    assert capsys.readouterr().out == ""


def test_a_sets_own_size_makes_no_copy(course):
    data.import_set("photos", write_files(course / "own", OFFICIAL["photos"]))
    assert data.load("photos", size=4).images.shape == (12, 4, 4, 3)
    assert [p.name for p in (course / "cache" / "photos").iterdir()] == ["native"]


# What goes wrong


def test_no_source_and_no_sample_names_the_commands():
    with pytest.raises(FileNotFoundError) as caught:
        data.load("photos")
    for part in ("GANCOURSE_OFFLINE=1", "gancourse data fetch photos", "gancourse data import photos", "photos.zip"):
        assert part in str(caught.value)


def test_a_mirror_without_the_set_is_told(course, monkeypatch):
    monkeypatch.setenv("GANCOURSE_MIRROR", str(course))
    with pytest.raises(FileNotFoundError, match="GANCOURSE_OFFLINE=1 and the mirror has no photos.zip"):
        data.load("photos")


def test_misnamed_sets_get_the_nearest_name(course):
    with pytest.raises(ValueError, match="did you mean 'clothes'"):
        data.load("Cloths")
    with pytest.raises(ValueError, match="there are: clothes, photos"):
        data.load("xyz")
    with pytest.raises(ValueError, match=f"'folder:{course}'"):
        data.load(str(course))


@pytest.mark.parametrize("split", ["Train", "val", None])
def test_bad_split(split):
    with pytest.raises(ValueError, match="'train' or 'test'"):
        data.load("clothes", split)


@pytest.mark.parametrize("size", [0, -64, 2.5, "64"])
def test_bad_size(size):
    with pytest.raises(ValueError, match="size must be a whole number of pixels"):
        data.load("clothes", size=size)


def test_unreachable_server_gives_the_sample_soon(course, monkeypatch, capsys):
    monkeypatch.delenv("GANCOURSE_OFFLINE")
    start = time.monotonic()
    assert len(data.load("clothes")) == 4
    assert time.monotonic() - start < 10
    assert "no connection to 127.0.0.1:1" in capsys.readouterr().out
    assert_nothing_left(course, "clothes")


def test_next_server_where_one_is_down(course, server):
    write_catalog(course, "http://127.0.0.1:1", server.url)
    assert_full("photos")


def test_truncated_download_is_asked_for_again(course, server):
    whole = OFFICIAL["photos"]["photos.tar.gz"]
    server.answers["/photos.tar.gz"] = [(whole[:100], len(whole)), 503, whole]
    assert_full("photos")
    assert len(server.asked) == 3


def test_download_that_always_breaks_off_leaves_nothing(course, server, capsys):
    first, content = next(iter(OFFICIAL["clothes"].items()))
    server.answers[f"/{first}"] = [(content[:50], len(content))]
    assert len(data.load("clothes")) == 4
    assert server.asked == [f"/{first}"] * sources.ATTEMPTS
    assert "broke off" in capsys.readouterr().out
    assert_nothing_left(course, "clothes")


def test_wrong_checksum_is_never_used(course, server):
    server.answers["/photos.tar.gz"] = [OFFICIAL["photos"]["photos.tar.gz"] + b"\0"]
    with pytest.raises(FileNotFoundError, match="doesn't have the catalogue's checksum"):
        data.load("photos")
    assert_nothing_left(course, "photos")


def test_missing_file_on_the_server(course, server):
    del server.answers["/photos.tar.gz"]
    with pytest.raises(FileNotFoundError, match="photos.tar.gz answers 404"):
        data.load("photos")
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    "spoil, message",
    [
        (lambda p: p.write_bytes(p.read_bytes()[:300]), "isn't a complete zip"),
        (lambda p: p.write_bytes(b""), "isn't a complete zip"),
        (lambda p: write_zip(p, {"readme.txt": b""}), "no pictures under train/<class>/"),
        (lambda p: write_zip(p, class_files("clothes", ["train"])), r"it has \{'train': 12\} pictures"),
        (lambda p: write_zip(p, class_files("photos")), "not of clothes: ship, cat; missing: T-shirt/top, Bag"),
        (lambda p: write_zip(p, class_files("clothes") | {"train/bag/001.png": b"junk"}), "1 of 12 pictures can't"),
        (
            lambda p: write_zip(p, {n: as_png(np.zeros((8, 8, 1), np.uint8)) for n in class_files("clothes")}),
            r"shape \(8, 8, 1\)",
        ),
        (
            lambda p: write_zip(
                p, class_files("clothes") | {"train/bag/001.png": as_png(np.zeros((9, 9, 1), np.uint8))}
            ),
            "train/bag/001.png",
        ),
    ],
    ids=["truncated", "empty", "no-pictures", "no-test", "other-classes", "broken-picture", "other-shape", "mixed"],
)
def test_broken_mirror_is_named_and_the_next_source_used(course, monkeypatch, capsys, spoil, message):
    spoil(write_zip(course / "mirror" / "clothes.zip", class_files("clothes")))
    write_files(course / "system", OFFICIAL["clothes"])
    monkeypatch.setenv("GANCOURSE_MIRROR", str(course / "mirror"))
    assert_full("clothes")
    out = capsys.readouterr().out
    assert "from a package (mirror: " in out and out.count("\n") == 1
    assert re.search(message, out), out


def test_mirror_that_is_no_folder_is_named(course, monkeypatch, capsys):
    monkeypatch.setenv("GANCOURSE_MIRROR", "/not/mounted")
    assert len(data.load("clothes")) == 4
    assert "GANCOURSE_MIRROR=/not/mounted isn't a folder" in capsys.readouterr().out


@pytest.mark.parametrize(
    "content", [b"", b"junk", gzip.compress(b"\0\0\x08\x03", mtime=0), idx(np.zeros((11, 6, 5)))[:-9]]
)
def test_damaged_system_files_are_named(course, capsys, content):
    write_files(course / "system", OFFICIAL["clothes"] | {"train-images-idx3-ubyte.gz": content})
    assert data.load("clothes").source == "the embedded sample"
    assert "system: train-images-idx3-ubyte.gz is" in capsys.readouterr().out
    assert_nothing_left(course, "clothes")


def full_disk(path, array):
    """np.save where the space runs out halfway."""
    Path(path).write_bytes(b"half")
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_full_disk_keeps_the_set_in_memory_and_no_half_cache(course, monkeypatch, capsys):
    write_files(course / "system", OFFICIAL["clothes"])
    monkeypatch.setattr(np, "save", full_disk)
    assert len(data.load("clothes", size=3)) == 12
    out = capsys.readouterr().out
    assert "only in memory" in out and "No space left on device" in out and out.count("\n") == 1
    assert_full("clothes")
    assert_nothing_left(course, "clothes")
    with pytest.raises(OSError, match="can't be stored"):
        data.fetch("clothes")


def test_cache_that_cannot_be_written_keeps_the_set_in_memory(course, monkeypatch, capsys):
    (course / "file").touch()
    monkeypatch.setenv("GANCOURSE_HOME", str(course / "file" / "cache"))
    write_files(course / "system", OFFICIAL["clothes"])
    assert_full("clothes")
    assert "only in memory: cache" in capsys.readouterr().out


def test_prepared_cache_is_read_where_it_cannot_be_written(course, monkeypatch):
    write_files(course / "system", OFFICIAL["clothes"])
    data.load("clothes")
    monkeypatch.setattr(cache, "lock", lambda name: pytest.fail("a prepared set needs no lock"))
    assert_full("clothes")


def spoil_cache(how: str, native: Path) -> None:
    if how == "no meta":
        (native / "meta.json").unlink()
    elif how == "truncated meta":
        (native / "meta.json").write_text('{"format": 1')
    elif how == "other meta":
        (native / "meta.json").write_text("[]")
    elif how == "other format":
        meta = json.loads((native / "meta.json").read_text())
        (native / "meta.json").write_text(json.dumps(meta | {"format": 0}))
    elif how == "no labels":
        (native / "test-labels.npy").unlink()
    elif how == "truncated":
        content = (native / "train-images.npy").read_bytes()
        (native / "train-images.npy").write_bytes(content[:-100])
    elif how == "empty":
        (native / "train-labels.npy").write_bytes(b"")
    elif how == "another set's":
        np.save(native / "train-images.npy", np.zeros((3, 6, 5, 1), np.uint8))


@pytest.mark.parametrize(
    "how",
    ["no meta", "truncated meta", "other meta", "other format", "no labels", "truncated", "empty", "another set's"],
)
def test_damaged_cache_is_prepared_anew(course, capsys, how):
    write_files(course / "system", OFFICIAL["clothes"])
    data.load("clothes")
    capsys.readouterr()
    spoil_cache(how, course / "cache" / "clothes" / "native")
    assert_full("clothes")
    out = capsys.readouterr().out
    assert "the cached copy was damaged" in out and out.count("\n") == 1
    assert_full("clothes")
    assert capsys.readouterr().out == ""


def test_a_cached_set_of_other_classes_or_drawn_by_other_code_is_prepared_anew(course, capsys, monkeypatch):
    write_files(course / "system", OFFICIAL["clothes"])
    data.load("clothes")
    toml = course / "datasets" / "catalog.toml"
    toml.write_text(toml.read_text().replace('"Bag"', '"Purse"'))
    assert data.load("clothes").classes[1] == "Purse"
    assert capsys.readouterr().out.count("prepared") == 2
    toml.write_text(toml.read_text() + DRAWN_SET)
    assert len(data.load("shapes")) == 3 and cache.read("shapes")
    monkeypatch.setattr(cache, "_drawing_code", lambda: b"another way")
    assert cache.read("shapes") is None and len(data.load("shapes")) == 3


def test_a_cached_set_of_an_older_version_stays(course, capsys):
    """It doesn't say what it was made from; a set that was imported by hand couldn't be had again."""
    data.import_set("photos", write_files(course / "own", OFFICIAL["photos"]))
    meta = course / "cache" / "photos" / "native" / "meta.json"
    meta.write_text(
        json.dumps({key: value for key, value in json.loads(meta.read_text()).items() if key != "made_from"})
    )
    assert_full("photos")
    assert capsys.readouterr().out == ""


def test_damaged_cache_without_a_source_is_named(course, capsys):
    own = write_files(course / "own", OFFICIAL["clothes"])
    data.import_set("clothes", own)
    spoil_cache("truncated", course / "cache" / "clothes" / "native")
    assert data.load("clothes").source == "the embedded sample"
    assert "the cached copy was damaged" in capsys.readouterr().out


def test_leftovers_of_a_killed_process_do_no_harm(course):
    write_files(course / "cache", {".clothes.new/native/meta.json": b"{}", ".clothes.old/native/x": b""})
    write_files(course / "system", OFFICIAL["clothes"])
    assert_full("clothes")
    assert {p.name for p in (course / "cache").iterdir()} == {".clothes.lock", "clothes"}


def test_interrupted_preparation_leaves_nothing(course, monkeypatch):
    def interrupt(path, array):
        raise KeyboardInterrupt

    write_files(course / "system", OFFICIAL["clothes"])
    monkeypatch.setattr(np, "save", interrupt)
    with pytest.raises(KeyboardInterrupt):
        data.load("clothes")
    assert_nothing_left(course, "clothes")


def test_two_processes_prepare_a_set_once(course):
    """Both want it at the same moment; one reads the source, the other waits and finds it prepared."""
    write_files(course / "system", OFFICIAL["clothes"])
    script = textwrap.dedent(f"""
        import os, time
        from pathlib import Path
        from gancourse import data, paths
        from gancourse.data import cache, sources

        course = Path({str(course)!r})
        paths.root = lambda: course
        read_official = sources.read_official

        def told(words):
            print(words)
            (course / f"told-by-{{os.getpid()}}").touch()

        def slow(*args):
            (course / f"read-by-{{os.getpid()}}").touch()
            end = time.monotonic() + 30
            while not list(course.glob("told-by-*")) and time.monotonic() < end:  # the other one that it waits
                time.sleep(0.01)
            return read_official(*args)

        sources.read_official, cache.print = slow, told
        (course / f"ready-{{os.getpid()}}").touch()
        while len(list(course.glob("ready-*"))) < 2:
            time.sleep(0.01)
        print(len(data.load("clothes")))
    """)
    both = [subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True) for _ in range(2)]
    outputs = sorted(process.communicate(timeout=60)[0] for process in both)
    assert [process.returncode for process in both] == [0, 0]
    assert outputs == [
        "clothes: another process is preparing it; waiting\n12\n",
        "clothes: prepared 12 train, 6 test pictures from a package\n12\n",
    ]
    assert len(list(course.glob("read-by-*"))) == 1
    assert_full("clothes")


# gancourse data ...


def run(monkeypatch, capsys, *args: str) -> tuple[int, str, str]:
    """Exit status, stdout and stderr of the command."""
    monkeypatch.setattr(sys, "argv", ["gancourse", "data", *args])
    with pytest.raises(SystemExit) as caught:
        main()
    return caught.value.code or 0, *capsys.readouterr()


def test_list_says_where_each_set_would_come_from(course, monkeypatch):
    def shown() -> dict[str, str]:
        lines = CliRunner().invoke(app, ["data", "list"]).output.splitlines()
        return {line.split()[0]: line.split()[-3] for line in lines[1:3]}

    assert shown() == {"clothes": "sample", "photos": "nowhere"}
    monkeypatch.delenv("GANCOURSE_OFFLINE")
    assert shown() == {"clothes": "download", "photos": "download"}
    write_files(course / "system", OFFICIAL["clothes"])
    assert shown() == {"clothes": "system", "photos": "download"}
    write_zip(course / "mirror" / "photos.zip", class_files("photos"))
    monkeypatch.setenv("GANCOURSE_MIRROR", str(course / "mirror"))
    assert shown() == {"clothes": "system", "photos": "mirror"}
    data.load("photos")
    assert shown() == {"clothes": "system", "photos": "cache"}
    monkeypatch.setenv("GANCOURSE_MIRROR", "/not/mounted")
    assert "GANCOURSE_MIRROR=/not/mounted isn't a folder" in CliRunner().invoke(app, ["data", "list"]).output


def test_fetch_prepares_the_full_set(course, monkeypatch, capsys):
    write_files(course / "system", OFFICIAL["clothes"])
    status, out, err = run(monkeypatch, capsys, "fetch", "clothes")
    assert (status, err) == (0, "") and "12 train, 6 test" in out and str(course / "cache" / "clothes") in out
    assert run(monkeypatch, capsys, "fetch", "clothes")[0] == 0


def test_fetch_is_not_content_with_the_sample(monkeypatch, capsys):
    status, out, err = run(monkeypatch, capsys, "fetch", "clothes")
    assert status == 1 and "no source has Clothes" in err and "gancourse data import clothes" in err
    status, out, err = run(monkeypatch, capsys, "fetch", "cloths")
    assert status == 1 and "did you mean 'clothes'" in err


@pytest.mark.parametrize("form", ["zip", "train and test", "official folder", "official file"])
def test_import_replaces_what_the_cache_had(course, monkeypatch, capsys, form):
    old = write_files(course / "system", OFFICIAL["photos"] | OFFICIAL["clothes"])
    data.import_set("photos", old)
    data.load("photos", size=2)
    own = course / "own"
    if form == "zip":
        path = write_zip(own / "mine.zip", class_files("photos"))
    elif form == "train and test":
        path = write_files(own, class_files("photos"))
    else:
        path = write_files(own, OFFICIAL["photos"]) / ("photos.tar.gz" if form == "official file" else "")
    status, out, err = run(monkeypatch, capsys, "import", "photos", str(path))
    assert (status, err) == (0, "") and "12 train, 6 test pictures, imported from" in out
    assert_full("photos", in_order=form.startswith("official"))
    assert not (course / "cache" / "photos" / "2x2").exists(), "resized copies of the old set must go with it"
    assert {p.name for p in (course / "cache").iterdir()} == {".photos.lock", "photos"}


def test_import_of_class_folders_is_a_train_split(course, monkeypatch, capsys):
    own = write_files(course / "own", class_files("clothes", ["train"])) / "train"
    assert run(monkeypatch, capsys, "import", "clothes", str(own))[0] == 0
    assert len(data.load("clothes")) == 12
    with pytest.raises(ValueError, match="has no test split: import a folder with train/ and test/"):
        data.load("clothes", "test")


@pytest.mark.parametrize(
    "files, message",
    [
        (class_files("photos"), "missing: T-shirt/top, Bag, Ankle boot"),
        ({n: as_png(np.zeros((7, 7, 1), np.uint8)) for n in class_files("clothes")}, "shape (7, 7, 1)"),
        ({"train/bag/1.png": b"junk"}, "missing: T-shirt/top, Ankle boot"),
        ({"notes.txt": b""}, "no folders"),
    ],
)
def test_import_of_something_else_leaves_the_cache_alone(course, monkeypatch, capsys, files, message):
    write_files(course / "system", OFFICIAL["clothes"])
    data.load("clothes")
    status, _, err = run(monkeypatch, capsys, "import", "clothes", str(write_files(course / "own", files)))
    assert status == 1 and message in err
    assert_full("clothes")


def test_import_of_nothing(course, monkeypatch, capsys):
    status, _, err = run(monkeypatch, capsys, "import", "clothes", str(course / "nowhere"))
    assert status == 1 and "there is no folder" in err


def test_import_on_a_full_disk_keeps_the_old_set(course, monkeypatch, capsys):
    write_files(course / "system", OFFICIAL["clothes"])
    data.load("clothes")
    own = write_files(course / "own", class_files("clothes", ["train"]))
    with monkeypatch.context() as patch:
        patch.setattr(np, "save", full_disk)
        status, _, err = run(patch, capsys, "import", "clothes", str(own))
    assert status == 1 and "No space left" in err
    assert_full("clothes")
