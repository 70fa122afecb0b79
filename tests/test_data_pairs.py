"""Pairs and captions load with their pictures; CelebA's form; sets that no program fetches say how to get them."""

import io
import json
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from gancourse import data, paths

CATALOG = """
[places]
title = "Places"
shape = [8, 8, 3]
train = 6
test = 4
classes = ["above", "plan"]
licence = "none"
homepage = "here"
archive = "folders"
pairs = true
by_hand = "Draw them."

[birds]
title = "Birds"
shape = [8, 8, 3]
train = 4
test = 2
classes = ["Grey-backed Owl", "Hen"]
licence = "none"
homepage = "here"
archive = "folders"
captions = "captions.json"

[stars]
title = "Stars"
shape = [8, 8, 3]
train = 3
test = 2
classes = ["face"]
licence = "none"
homepage = "here"
archive = "celeba"
by_hand = "Look up."

[heads]
title = "Heads"
shape = [32, 32, 3]
train = 3
test = 2
classes = ["face"]
licence = "none"
homepage = "here"
archive = "folders"
sample = "drawn-faces"

[drawn-faces]
title = "Drawn faces"
shape = [32, 32, 3]
sizes = [32, 128]
train = 6
test = 4
classes = ["without_mask", "with_mask"]
licence = "none"
homepage = "here"
archive = "drawn"

[shapes]
title = "Drawn shapes"
shape = [32, 32, 3]
train = 5
test = 3
classes = ["circle", "ring", "moon", "heart", "triangle", "square", "cross", "star", "arrow", "hourglass"]
licence = "none"
homepage = "here"
archive = "drawn"
captions = "drawn"
"""
STEMS = {"train": ("b1", "a2", "c3"), "test": ("d", "e")}
BIRDS = {
    "train/001.Grey_backed_Owl/x.png": 10,
    "train/001.Grey_backed_Owl/y.png": 20,
    "train/002.Hen/x.png": 30,
    "train/002.Hen/z.png": 40,
    "test/001.Grey_backed_Owl/w.png": 50,
    "test/002.Hen/w.png": 60,
}
CAPTIONS = {name: [f"a bird of {grey}", f"grey {grey}"] for name, grey in BIRDS.items()}


@pytest.fixture(autouse=True)
def root(tmp_path, monkeypatch) -> Path:
    monkeypatch.setattr(paths, "root", lambda: tmp_path)
    monkeypatch.setenv("GANCOURSE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("GANCOURSE_MIRROR", str(tmp_path / "mirror"))
    monkeypatch.setenv("GANCOURSE_OFFLINE", "1")
    (tmp_path / "mirror").mkdir()
    (tmp_path / "datasets").mkdir()
    (tmp_path / "datasets" / "catalog.toml").write_text(CATALOG)
    return tmp_path


def picture(grey: int, size: tuple[int, int] = (8, 8), kind: str = "PNG") -> bytes:
    file = io.BytesIO()
    Image.new("RGB", size, (grey, grey, grey)).save(file, kind)
    return file.getvalue()


def place_files() -> dict[str, bytes]:
    """Pairs differ by 100 levels, and so tell who belongs to whom."""
    files = {}
    for split, stems in STEMS.items():
        for i, stem in enumerate(stems):
            files[f"{split}/above/{stem}.png"] = picture(10 * i + (split == "test"))
            files[f"{split}/plan/{stem}.png"] = picture(100 + 10 * i + (split == "test"))
    return files


def bird_files() -> dict[str, bytes]:
    files = {name: picture(grey) for name, grey in BIRDS.items()}
    return files | {"captions.json": json.dumps(CAPTIONS).encode()}


def zipped(path: Path, files: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def unpacked(folder: Path, files: dict[str, bytes]) -> Path:
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return folder


@pytest.mark.parametrize("size", [None, 4])
def test_partners_stay_together(root, size):
    zipped(root / "mirror" / "places.zip", place_files())
    for _ in range(2):  # from the mirror, then from the cache
        for split, stems in STEMS.items():
            pairs = data.load_pairs("places", split, size)
            assert len(pairs) == len(stems) and pairs.names == tuple(sorted(stems))
            assert pairs.classes == ("above", "plan") and pairs.first.shape[1:] == ((size or 8,) * 2 + (3,))
            assert np.array_equal(pairs.second, pairs.first + 100) and len(np.unique(pairs.first)) == len(stems)
        (root / "mirror" / "places.zip").unlink(missing_ok=True)
    assert "3 of 8x8x3, above and plan" in repr(data.load_pairs("places"))


def test_load_of_pairs_is_what_it_is_for_any_set(root):
    zipped(root / "mirror" / "places.zip", place_files())
    images = data.load("places")
    assert np.bincount(images.labels).tolist() == [3, 3] and images.classes == ("above", "plan")


def test_a_picture_without_a_partner_is_an_error(root):
    files = place_files()
    del files["test/plan/e.png"]
    with pytest.raises(ValueError, match="1 pictures of places have no partner of the same name, for example e"):
        data.import_set("places", zipped(root / "copy.zip", files))


@pytest.mark.parametrize("form", ["mirror", "zip", "folder"])
def test_captions_come_with_their_pictures(root, form):
    if form == "mirror":
        zipped(root / "mirror" / "birds.zip", bird_files())
    else:
        copy = zipped(root / "copy.zip", bird_files()) if form == "zip" else unpacked(root / "copy", bird_files())
        data.import_set("birds", copy)
    for split, n in {"train": 4, "test": 2}.items():
        for size in (None, 4):
            images, captions = data.load_captions("birds", split, size)
            assert len(images) == len(captions) == n
            greys = images.images[:, 0, 0, 0]
            assert captions == [[f"a bird of {grey}", f"grey {grey}"] for grey in greys]
            assert images.labels.tolist() == [int(grey in (30, 40, 60)) for grey in greys]


def test_a_picture_without_a_caption_is_an_error(root):
    few = {name: words for name, words in CAPTIONS.items() if "z.png" not in name}
    copy = zipped(root / "copy.zip", bird_files() | {"captions.json": json.dumps(few).encode()})
    with pytest.raises(ValueError, match="no caption for 1 pictures, for example train/002.Hen/z.png"):
        data.import_set("birds", copy)
    files = bird_files()
    del files["captions.json"]
    with pytest.raises(ValueError, match="no captions.json with the captions beside"):
        data.import_set("birds", zipped(root / "copy.zip", files))


def test_damaged_notes_in_the_cache_are_prepared_anew(root, capsys):
    zipped(root / "mirror" / "birds.zip", bird_files())
    data.load("birds")
    (file,) = (root / "cache" / "birds").rglob("train-notes.json")
    file.write_text("[]")
    assert len(data.load_captions("birds").captions) == 4
    assert "the cached copy was damaged" in capsys.readouterr().out


def test_drawn_shapes_have_captions_without_a_download():
    images, captions = data.load_captions("shapes", "test")
    drawn = data.draw_shapes(3, seed=1)
    assert np.array_equal(images.images, drawn.images) and captions == [[caption] for caption in drawn.captions]


@pytest.mark.parametrize(("load", "has"), [(data.load_pairs, "pairs"), (data.load_captions, "captions")])
def test_a_set_without_them_names_those_that_have(load, has):
    known = {"pairs": "places", "captions": "birds, shapes"}[has]
    with pytest.raises(ValueError, match=f"heads has no {has}; these have: {known}$"):
        load("heads")


def star_files(listing: str) -> dict[str, bytes]:
    """Pictures of CelebA's shape, with bars that the middle square leaves out; number 2 is for validation."""
    files = {}
    for number in range(1, 7):
        face = Image.new("RGB", (178, 218), (250, 0, 0))
        face.paste((10 * number,) * 3, (0, 10, 178, 208))
        file = io.BytesIO()
        face.save(file, "PNG")
        files[f"img_align_celeba/{number:06}.jpg"] = file.getvalue()  # Pillow goes by the content
    rows = [f"{number:06}.jpg" for number in range(1, 7)]
    parts = "010022"
    if listing.endswith("csv"):
        text = "image_id,partition\n" + "".join(f"{row},{part}\n" for row, part in zip(rows, parts))
    else:
        text = "".join(f"{row} {part}\n" for row, part in zip(rows, parts))
    return files | {listing: text.encode()}


@pytest.mark.parametrize("form", ["torchvision", "packed", "kaggle"])
def test_celeba_is_imported_in_all_its_forms(root, form):
    if form == "kaggle":
        copy = zipped(root / "archive.zip", star_files("list_eval_partition.csv"))
    elif form == "torchvision":
        copy = unpacked(root / "copy", {f"celeba/{k}": v for k, v in star_files("list_eval_partition.txt").items()})
    else:
        files = star_files("list_eval_partition.txt")
        copy = unpacked(root / "copy", {"list_eval_partition.txt": files.pop("list_eval_partition.txt")})
        zipped(copy / "img_align_celeba.zip", files)
    prepared = data.import_set("stars", copy)
    greys = {split: images[:, 2:-2, 2:-2, 0] for split, (images, _) in prepared.splits.items()}
    assert {split: np.unique(grey).tolist() for split, grey in greys.items()} == {
        "train": [10, 30, 40],
        "test": [50, 60],
    }
    assert data.load("stars").labels.tolist() == [0, 0, 0]
    assert "1 class," in repr(data.load("stars"))


def test_what_is_missing_of_celeba_is_said(root):
    files = star_files("list_eval_partition.txt")
    del files["img_align_celeba/000004.jpg"]
    with pytest.raises(ValueError, match=r"1 of 3 train pictures are missing, for example 000004.jpg. Look up\."):
        data.import_set("stars", unpacked(root / "copy", files))
    with pytest.raises(ValueError, match="Look up"):
        data.import_set("stars", unpacked(root / "other", {"notes.txt": b"nothing"}))


def test_without_a_source_an_error_says_how_to_get_the_set():
    with pytest.raises(FileNotFoundError) as caught:
        data.load_pairs("places")
    said = str(caught.value)
    assert "the mirror has no places.zip" in said and "OFFLINE" not in said
    assert "data fetch" not in said and "`gancourse data import places PATH`" in said and "Draw them." in said


def test_drawn_faces_stand_in_for_faces_of_one_class(capsys):
    faces = data.load("heads", "test")
    assert faces.classes == ("face",) and faces.labels.tolist() == [0, 0, 0, 0]
    assert "drawn faces stand in" in (out := capsys.readouterr().out) and "see datasets/heads/README.md" in out


def test_own_copies_come_in_any_size(root):
    sizes = {"train": [(50, 40), (32, 32), (64, 70)], "test": [(20, 20), (33, 100)]}
    files = {f"{split}/face/{w}.png": picture(90, (w, h)) for split, shapes in sizes.items() for w, h in shapes}
    data.import_set("heads", unpacked(root / "copy", files))
    faces = data.load("heads")
    assert faces.images.shape == (3, 32, 32, 3) and (faces.images == 90).all()
