"""Drawn faces: the same everywhere, as described, masks independent of who wears them, a set without a download."""

import hashlib

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner

from gancourse import data, paths
from gancourse.cli.main import app
from gancourse.data import catalog, faces

CATALOG = """
[photos]
title = "Photographs"
shape = [48, 48, 3]
train = 100
test = 50
classes = ["without_mask", "with_mask"]
licence = "MIT"
homepage = ""
sample = "drawn-faces"
archive = "photographs"
pictures = "photos.txt"
urls = ["http://127.0.0.1:1"]
[photos.files]
"photos.zip" = ""

[drawn-faces]
title = "Drawn faces"
shape = [64, 64, 3]
sizes = [32, 128]
train = 12
test = 10
classes = ["without_mask", "with_mask"]
licence = "BSD-3-Clause"
homepage = ""
archive = "drawn"
"""


@pytest.fixture
def course(tmp_path, monkeypatch):
    """A course with few drawn faces and photographs that can't be had, an empty cache, no mirror and no network."""
    (tmp_path / "datasets").mkdir()
    (tmp_path / "datasets" / "catalog.toml").write_text(CATALOG)
    monkeypatch.setattr(paths, "root", lambda: tmp_path)
    monkeypatch.setenv("GANCOURSE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("GANCOURSE_OFFLINE", "1")
    monkeypatch.delenv("GANCOURSE_MIRROR", raising=False)
    return tmp_path


@pytest.fixture(scope="module")
def drawn():
    return data.draw_faces(600, seed=7)


@pytest.fixture(scope="module")
def many():
    """The attributes of many faces, without their pictures."""
    return faces._describe(np.random.default_rng(3).random((40_000, faces.NUMBERS)))[0]


def test_pictures_labels_attributes_and_classes(drawn):
    assert drawn.images.dtype == np.uint8 and drawn.images.shape == (600, 64, 64, 3)
    assert drawn.labels.dtype == np.int64 and drawn.classes == catalog.entry("drawn-faces").classes
    assert drawn.classes == catalog.entry("masked-faces").classes
    assert list(drawn.attributes) == ["skin", "hair", "style", "glasses", "beard", "mask", "fit"]
    assert all(values.shape == (600,) for values in drawn.attributes.values())
    assert len(np.unique(drawn.images.reshape(600, -1), axis=0)) == 600


def test_label_is_whether_a_mask_is_worn_as_it_should_be(drawn):
    fit, mask = drawn.attributes["fit"], drawn.attributes["mask"]
    assert np.array_equal(drawn.labels == drawn.classes.index("with_mask"), fit == "worn")
    assert np.array_equal(fit == "none", mask == "none")
    assert set(fit) == set(faces.FITS) and set(mask) == {"none", *faces.MASKS}


def test_bytes_are_the_same_on_every_machine(drawn):
    assert (
        hashlib.sha256(drawn.images.tobytes()).hexdigest()
        == "6d771d0ddd552aef74a34dc0d1b914e6c6f5fd883e36532549d04955ff1041f0"
    )


@pytest.mark.parametrize("chunk", [1, 7])
def test_neighbours_leave_no_trace(drawn, monkeypatch, chunk):
    """Faces are painted in chunks, and what none of a chunk shows is left out: that must not change any pixel."""
    monkeypatch.setattr(faces, "CHUNK", chunk)
    assert np.array_equal(data.draw_faces(250, seed=7).images, drawn.images[:250])


@pytest.mark.parametrize("size", [32, 45, 128])
def test_another_size_shows_the_same_faces(drawn, size):
    few = data.draw_faces(60, seed=7, size=size)
    assert few.images.shape == (60, size, size, 3)
    assert all(np.array_equal(few.attributes[key], drawn.attributes[key][:60]) for key in few.attributes)
    for half in (0, 1):
        here, there = (
            images[:, half * images.shape[1] // 2 : (half + 1) * images.shape[1] // 2].mean((1, 2))
            for images in (few.images, drawn.images[:60])
        )
        assert np.abs(here - there).max() < 14


def test_another_seed_gives_others(drawn):
    other = data.draw_faces(100, seed=8)
    assert not np.array_equal(other.labels, drawn.labels[:100])
    assert not (other.images == drawn.images[:100]).all((1, 2, 3)).any()


def test_mask_and_fit_tell_nothing_about_the_face(many):
    """Else a detector could learn the hair, and errors by subgroup would mean something else."""
    for about_mask in ("mask", "fit"):
        for about_face in ("skin", "hair", "style", "glasses", "beard"):
            for value in np.unique(many[about_mask]):
                overall = np.mean(many[about_mask] == value)
                for group in np.unique(many[about_face]):
                    inside = many[about_mask][many[about_face] == group] == value
                    assert abs(inside.mean() - overall) < 4.5 * np.sqrt(overall * (1 - overall) / len(inside))


def test_shares_are_those_of_the_tables(many):
    assert np.mean(many["fit"] == "worn") == pytest.approx(0.5, abs=0.01)
    assert {tone: round(np.mean(many["skin"] == tone), 1) for tone in faces.SKIN} == dict.fromkeys(faces.SKIN, 0.2)
    for key, kinds in {"style": faces.STYLES, "fit": faces.FITS}.items():
        for name, kind in kinds.items():
            assert np.mean(many[key] == name) == pytest.approx(kind.share, abs=0.01)
    for kinds in (faces.STYLES, faces.MASKS, faces.FITS):
        assert sum(kind.share for kind in kinds.values()) == pytest.approx(1)
    assert not np.isin(many["style"], ["long", "bun", "headscarf"])[many["beard"] != "none"].any()


def test_masks_are_where_they_are_said_to_be():
    """The same faces, drawn once as described and once without any mask: what differs is the mask."""
    drawn = data.draw_faces(400, seed=11)
    with pytest.MonkeyPatch.context() as patch:
        describe = faces._describe

        def unmasked(numbers):
            attributes, scene = describe(numbers)
            bare = np.zeros(len(numbers), bool)
            return attributes, scene | {"worn": bare, "masked": bare, "hanging": bare}

        patch.setattr(faces, "_describe", unmasked)
        bare = data.draw_faces(400, seed=11)
    changed = (np.abs(drawn.images.astype(int) - bare.images).max(-1) > 12).astype(float)
    fit = drawn.attributes["fit"]
    assert changed[fit == "none"].max() == 0
    share = {name: changed[fit == name].mean() for name in faces.FITS}
    assert share["worn"] > share["under the nose"] > share["under the chin"] > 0.01 and share["on one ear"] > 0.02
    low = {name: np.average(np.arange(64), weights=changed[fit == name].sum((0, 2))) for name in share if share[name]}
    assert low["worn"] < low["under the nose"] < low["under the chin"]


def test_colours_are_as_described(drawn):
    """Medians of a patch of the forehead or cheek, ordered as the tones are; hair colour above the forehead."""
    bare = (drawn.attributes["style"] == "bald") | (drawn.attributes["style"] == "short")
    brightness = [
        np.median(drawn.images[bare & (drawn.attributes["skin"] == tone)][:, 26:30, 28:36].astype(float))
        for tone in faces.SKIN
    ]
    assert brightness == sorted(brightness, reverse=True)
    sunglasses = drawn.attributes["glasses"] == "sunglasses"
    eyes = drawn.images[:, 26:36, 18:46].min((1, 2)).mean(-1)
    assert np.median(eyes[sunglasses]) < 60


@pytest.mark.parametrize(("n", "size"), [(0, 64), (5, 31), (5, 129)])
def test_says_what_it_can_draw(n, size):
    with pytest.raises(ValueError, match="at least one face, of 32 to 128 pixels"):
        data.draw_faces(n, 0, size)


def test_a_single_face_and_a_generator():
    one = data.draw_faces(1, np.random.default_rng(5))
    assert np.array_equal(one.images, data.draw_faces(3, seed=5).images[:1])


def test_loads_without_a_network_and_is_drawn_at_the_size_asked_for(course, capsys):
    train, large = data.load("drawn-faces"), data.load("drawn-faces", "test", size=96)
    assert capsys.readouterr().out == (
        "drawn-faces: prepared 12 train, 10 test pictures from gancourse.data.draw_faces\n"
        "drawn-faces: prepared 12 train, 10 test pictures at 96x96 from gancourse.data.draw_faces\n"
    )
    assert train.source == large.source == "gancourse.data.draw_faces"
    assert np.array_equal(train.images, data.draw_faces(12, seed=0).images)
    assert np.array_equal(large.images, data.draw_faces(10, seed=1, size=96).images), "scaled up, not drawn"
    assert np.array_equal(data.load("drawn-faces", "test", size=96).images, large.images)
    assert np.array_equal(data.load("drawn-faces").images, train.images)
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("size", [16, 160])
def test_sizes_that_it_can_not_draw_are_scaled(course, size):
    assert data.load("drawn-faces", size=size).images.shape == (12, size, size, 3)
    assert (course / "cache" / "drawn-faces" / "native").is_dir()


def test_an_own_copy_is_scaled_not_drawn_over(course):
    own = data.draw_faces(4, seed=99)
    for i, image in enumerate(own.images):
        folder = course / "own" / own.classes[i % 2]
        folder.mkdir(parents=True, exist_ok=True)
        Image.fromarray(image).save(folder / f"{i}.png")
    data.import_set("drawn-faces", course / "own")
    assert (
        data.load("drawn-faces", size=96).source == "imported from own" and len(data.load("drawn-faces", size=96)) == 4
    )


@pytest.mark.parametrize("size", [None, 64])
def test_drawn_faces_stand_in_for_photographs_in_their_shape(course, capsys, size):
    photos = data.load("photos", size=size)
    assert photos.images.shape == (12, size or 48, size or 48, 3)
    assert (photos.name, photos.source, photos.classes) == ("photos", "gancourse.data.draw_faces", faces.CLASSES)
    assert np.array_equal(photos.images, data.draw_faces(12, seed=0, size=size or 48).images)
    out = capsys.readouterr().out.splitlines()
    assert len(out) == 2 and "drawn faces stand in, 12 train pictures" in out[1]
    assert "`gancourse data fetch photos` (GANCOURSE_OFFLINE=1 and no mirror)" in out[1]
    assert not (course / "cache" / "photos").exists()
    with pytest.raises(FileNotFoundError, match="no source has Photographs"):
        data.fetch("photos")


def test_commands_list_and_fetch_it(course):
    def run(*words: str) -> str:
        result = CliRunner().invoke(app, ["data", *words], terminal_width=200)
        assert result.exit_code == 0, result.output
        return result.output

    assert "drawn" in run("list").splitlines()[-1] and "sample" in run("list").splitlines()[-2]
    assert "12 train, 10 test" in run("fetch", "drawn-faces")
    assert "cache" in run("list").splitlines()[-1]


@pytest.mark.parametrize("size", [32, 64])
def test_masks_are_pasted_over_mouth_and_nose(size):
    """Of photographs whose eyes are at a third of their height: what is above stays, what is below goes."""
    photographs = np.random.default_rng(0).integers(0, 256, (60, size, size, 3), dtype=np.uint8)
    before = photographs.copy()
    pasted = data.paste_masks(photographs, 5)
    assert pasted.shape == photographs.shape and pasted.dtype == np.uint8
    changed = (pasted != before).any(-1)
    eyes, mouth = changed[:, : int(0.3 * size)], changed[:, int(0.62 * size) : int(0.85 * size)]
    assert (
        np.array_equal(photographs, before) and eyes.mean() < 0.01 and mouth[:, :, size // 4 : -size // 4].mean() > 0.97
    )
    assert len(np.unique(changed.sum((1, 2)))) > 20  # they sit in different places, in different sizes
    assert np.array_equal(pasted, data.paste_masks(photographs, 5))
    assert (pasted != data.paste_masks(photographs, 6)).mean() > 0.2


def test_every_face_gets_a_mask_of_its_own():
    grey = np.full((200, 64, 64, 3), 128, np.uint8)
    middles = data.paste_masks(grey, 1)[:, 44:48, 24:28].mean((1, 2))
    assert (np.abs(middles - 128).max(1) > 5).mean() > 0.95 and len(np.unique(middles.round(), axis=0)) > 100


@pytest.mark.parametrize("shape", [(0, 64, 64, 3), (2, 64, 48, 3), (2, 64, 64, 1), (2, 16, 16, 3), (64, 64, 3)])
def test_says_what_masks_can_be_pasted_on(shape):
    with pytest.raises(ValueError, match="photographs are"):
        data.paste_masks(np.zeros(shape, np.uint8), 0)
