"""Photographs as their authors publish them: taken by checksum or by person, squared, and what to do by hand."""

import hashlib
import io
import zipfile

import numpy as np
import pytest
from PIL import Image
from test_data_sources import Server, write_files, write_zip

from gancourse import data, paths
from gancourse.data import catalog, photographs, pictures, sources

CATALOG = """
[photos]
title = "Photographs"
shape = [16, 16, 3]
train = 6
test = 3
classes = ["bare", "masked"]
licence = "MIT"
homepage = ""
archive = "photographs"
pictures = "photos.txt"
urls = ["{url}"]
by_hand = "The other set must be fetched by hand."
[photos.files]
"abc.zip" = ""
[photos.people]
FACES = "bare"
MASKS = "masked"
"""


def picture(colour: int, size=(20, 24), **options) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", size, (colour, 0, 0)).save(file, "PNG", **options)
    return file.getvalue()


TRAIN = {"bare": [10, 11, 12], "masked": [200, 201, 202]}
TEST = {"bare": [13], "masked": [203, 204]}
PHOTOS = {
    colour: picture(colour, (20 + colour % 7, 24)) for part in (TRAIN, TEST) for c in part.values() for colour in c
}
# as in a repository: names that don't tell, other files, pictures that aren't listed
ARCHIVE = {f"repo-abc/dataset/{(colour * 7) % 256}.png": content for colour, content in PHOTOS.items()} | {
    "repo-abc/README.md": b"photos",
    "repo-abc/dataset/other.png": picture(99),
}


@pytest.fixture
def course(tmp_path, monkeypatch):
    """A course with one set of listed photographs, an empty cache, no mirror and no network."""
    write_catalog(tmp_path, "http://127.0.0.1:1")
    lines = ["# digests"]
    for split, part in {"train": TRAIN, "test": TEST}.items():
        for name, colours in part.items():
            lines += [f"[{split}/{name}]", *(hashlib.sha256(PHOTOS[c]).hexdigest()[:16] for c in colours)]
    (tmp_path / "datasets" / "photos.txt").write_text("\n".join(lines) + "\n")
    monkeypatch.setattr(paths, "root", lambda: tmp_path)
    monkeypatch.setenv("GANCOURSE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("GANCOURSE_OFFLINE", "1")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.delenv("GANCOURSE_MIRROR", raising=False)
    return tmp_path


def write_catalog(root, url: str) -> None:
    write_files(root / "datasets", {"catalog.toml": CATALOG.replace("{url}", url).encode()})


def assert_full() -> None:
    for split, part in {"train": TRAIN, "test": TEST}.items():
        got = data.load("photos", split)
        truth = {colour: label for label, colours in enumerate(part.values()) for colour in colours}
        assert got.images.shape == (len(truth), 16, 16, 3) and got.classes == ("bare", "masked")
        assert {int(image[0, 0, 0]): int(label) for image, label in zip(got.images, got.labels)} == truth


def test_official_download_is_taken_by_the_list(course, monkeypatch, capsys):
    server = Server()
    write_catalog(course, server.url)
    monkeypatch.delenv("GANCOURSE_OFFLINE")
    server.answers = {"/abc.zip": [write_zip(course / "abc.zip", ARCHIVE).read_bytes()]}
    try:
        assert_full()
    finally:
        server.http.shutdown()
        server.http.server_close()
    assert capsys.readouterr().out == "photos: prepared 6 train, 3 test pictures from the official download\n"
    assert server.asked == ["/abc.zip"]


@pytest.mark.parametrize("form", ["zip of any name", "official file", "folder", "folder above"])
def test_a_copy_of_the_official_files_is_imported(course, form):
    if "folder" in form:
        path = write_files(course / "own", ARCHIVE) / ("repo-abc/dataset" if form == "folder" else "")
    else:
        path = write_zip(course / "own" / ("abc.zip" if form == "official file" else "mine.zip"), ARCHIVE)
    data.import_set("photos", path)
    assert_full()


def test_order_is_that_of_the_list_as_a_mirrors_would_be(course, monkeypatch):
    """A mirror numbers its files in the list's order: both then load the same pictures in the same places."""
    data.import_set("photos", write_zip(course / "mine.zip", ARCHIVE))
    official = data.load("photos")
    numbered = {
        f"{split}/{name}/{i:04}.png": PHOTOS[colour]
        for split, part in {"train": TRAIN, "test": TEST}.items()
        for name, colours in part.items()
        for i, colour in enumerate(colours)
    }
    write_zip(course / "mirror" / "photos.zip", numbered)
    monkeypatch.setenv("GANCOURSE_MIRROR", str(course / "mirror"))
    monkeypatch.setenv("GANCOURSE_HOME", str(course / "another cache"))
    mirror = data.load("photos")
    assert mirror.source == "the mirror's photos.zip"
    assert np.array_equal(mirror.images, official.images) and np.array_equal(mirror.labels, official.labels)


def test_changed_or_missing_pictures_are_no_use(course, monkeypatch, capsys):
    first, *_ = ARCHIVE
    changed = ARCHIVE | {first: picture(77)}
    with pytest.raises(ValueError, match="1 of the 9 pictures of photos are missing or changed. The other set must be"):
        data.import_set("photos", write_zip(course / "mine.zip", changed))
    assert not (course / "cache" / "photos").exists()


def test_own_class_folders_of_any_size(course):
    files = {f"own/{name}/{i}.png": picture(50 + i, (30 + i, 40)) for name in ("bare", "Masked") for i in range(3)}
    write_files(course, files)
    data.import_set("photos", course / "own")
    assert data.load("photos").images.shape == (6, 16, 16, 3)


def people(folder: str) -> dict[str, bytes]:
    """Eleven people without a mask and five of them with one; the first has more pictures than may be taken."""
    files = {}
    for who in range(11):
        for i in range(photographs.MOST + 3 if who == 0 else 2):
            files[f"{folder}/FACES/person-{who:02}/{i:03}.png"] = picture(10 * who)
        if who < 5:
            files[f"{folder}/MASKS/person-{who:02}/0.png"] = picture(10 * who + 5)
    return files


@pytest.mark.parametrize("packed", [True, False])
def test_peoples_folders_keep_a_person_on_one_side(course, packed):
    own = write_zip(course / "own.zip", people("x")) if packed else write_files(course / "own", people("x/y"))
    data.import_set("photos", own)
    seen = {}
    for split in ("train", "test"):
        got = data.load("photos", split)
        colours = got.images[:, 8, 8, 0].astype(int)
        assert np.array_equal(colours % 10 == 5, got.labels == got.classes.index("masked"))
        seen[split] = np.bincount(colours // 10, minlength=11)
    assert seen["test"].tolist() == [0, 0, 0, 0, 3, 0, 0, 0, 0, 2, 0]
    assert seen["train"].tolist() == [photographs.MOST + 1, 3, 3, 3, 0, 2, 2, 2, 2, 0, 2]


def test_broken_pictures_of_people_are_left_out(course, capsys):
    data.import_set("photos", write_zip(course / "own.zip", people("x") | {"x/FACES/person-01/000.png": b"junk"}))
    assert "left out 1 of" in capsys.readouterr().out


@pytest.mark.parametrize("name", ["part1.rar", "part1.RAR", "x.7z", "x.tar.gz"])
def test_what_has_to_be_unpacked_by_hand(course, name):
    (course / name).write_bytes(b"Rar!")
    with pytest.raises(ValueError, match=f"{name} must be unpacked first.*The other set must be fetched by hand"):
        data.import_set("photos", course / name)


@pytest.mark.parametrize("content", [b"", b"PK", b"junk" * 100])
def test_no_whole_zip(course, content):
    (course / "mine.zip").write_bytes(content)
    with pytest.raises(ValueError, match="isn't a complete zip"):
        data.import_set("photos", course / "mine.zip")


def test_something_else(course):
    with pytest.raises(ValueError, match="no pictures under train/<class>/.*by hand"):
        data.import_set("photos", write_zip(course / "mine.zip", {"notes.txt": b"x"}))
    with pytest.raises(ValueError, match="there is no folder.*by hand"):
        data.import_set("photos", course / "nowhere")


def test_no_source_names_what_is_to_be_done_by_hand(course):
    with pytest.raises(FileNotFoundError, match="gancourse data import photos.*The other set must be fetched by hand"):
        data.fetch("photos")


@pytest.mark.parametrize(("shape", "left"), [((60, 40), 10), ((63, 40), 11), ((64, 40), 0), ((40, 90), 0)])
def test_long_pictures_are_squeezed_others_cropped(shape, left):
    """A ramp from left to right (or top to bottom) shows what was cut off."""
    width, height = shape
    ramp = np.broadcast_to(np.arange(width) if width > height else np.arange(height)[:, None], (height, width))
    squared = np.asarray(pictures.whole_or_middle(Image.fromarray(ramp.astype(np.uint8)).convert("RGB"), (40, 40)))
    start = squared[0, 0, 0]
    assert squared.shape == (40, 40, 3) and abs(int(start) - left) <= 1


def test_a_palette_with_transparency_raises_no_warning(tmp_path, recwarn):
    image = Image.new("P", (8, 8), 1)
    image.putpalette([0, 0, 0, 9, 99, 199])
    (tmp_path / "x").mkdir()
    image.save(tmp_path / "x" / "a.png", transparency=bytes([0, 128]))
    assert data.load(f"folder:{tmp_path}").images[0, 0, 0].tolist() == [9, 99, 199] and not recwarn.list


# The real list


def test_the_list_has_the_catalogues_numbers():
    entry = catalog.entry("masked-faces")
    listed = photographs.listed_pictures(entry)
    assert {split: sum(map(len, part.values())) for split, part in listed.items()} == entry.counts
    digests = {split: {digest for part in listed[split].values() for digest in part} for split in listed}
    assert not digests["train"] & digests["test"]
    assert not any(set(part[0]) & set(part[1]) for part in listed.values()), "a picture in both classes"
    assert all(len(digest) == 16 and int(digest, 16) for part in digests.values() for digest in part)


def test_the_mirrors_photographs():
    mirror = catalog.entry("masked-faces"), sources.os.environ.get("GANCOURSE_MIRROR")
    if not mirror[1] or not sources._mirror_zip(*mirror).is_file():
        pytest.skip("no mirror with masked-faces.zip (GANCOURSE_MIRROR)")
    train, test = data.load("masked-faces", size=64), data.load("masked-faces", "test", size=64)
    assert train.source == "the mirror's masked-faces.zip" and train.images.shape == (2_645, 64, 64, 3)
    assert np.bincount(train.labels).tolist() == [1_263, 1_382] and np.bincount(test.labels).tolist() == [288, 323]
    with zipfile.ZipFile(sources._mirror_zip(*mirror)) as archive, archive.open("test/with_mask/0000.jpg") as file:
        first = np.asarray(Image.open(file).convert("RGB"))
    full = data.load("masked-faces", "test")
    assert any(np.array_equal(first, image) for image in full.images[full.labels == 1])
