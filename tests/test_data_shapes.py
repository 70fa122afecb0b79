"""Drawn shapes: the same everywhere, captions that tell the truth, and a named data set without any download."""

import hashlib
import io
import re
import zipfile

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner

from gancourse import data, paths
from gancourse.cli.main import app
from gancourse.data import catalog, shapes

CATALOG = """[shapes]
title = "Drawn shapes"
shape = [32, 32, 3]
train = 12
test = 10
classes = ["circle", "ring", "moon", "heart", "triangle", "square", "cross", "star", "arrow", "hourglass"]
licence = "BSD-3-Clause"
homepage = "src/gancourse/data/shapes.py"
archive = "drawn"
"""


@pytest.fixture
def course(tmp_path, monkeypatch):
    """A course whose shapes are few, with an empty cache, no mirror and no network."""
    (tmp_path / "datasets").mkdir()
    (tmp_path / "datasets" / "catalog.toml").write_text(CATALOG)
    monkeypatch.setattr(paths, "root", lambda: tmp_path)
    monkeypatch.setenv("GANCOURSE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("GANCOURSE_OFFLINE", "1")
    monkeypatch.delenv("GANCOURSE_MIRROR", raising=False)
    return tmp_path


@pytest.fixture(scope="module")
def drawn():
    return data.draw_shapes(3_000, seed=7)


def test_pictures_labels_captions_and_classes(drawn):
    assert drawn.images.dtype == np.uint8 and drawn.images.shape == (3_000, 32, 32, 3)
    assert drawn.labels.dtype == np.int64 and np.bincount(drawn.labels).min() > 200
    assert drawn.classes == catalog.entry("shapes").classes and len(np.bincount(drawn.labels)) == len(drawn.classes)
    assert len(drawn.captions) == 3_000 and all(isinstance(caption, str) for caption in drawn.captions)
    assert len(np.unique(drawn.images.reshape(3_000, -1), axis=0)) == 3_000


def test_bytes_are_the_same_on_every_machine(drawn):
    assert (
        hashlib.sha256(drawn.images.tobytes()).hexdigest()
        == "6078e291d4a7e45d07c0fc6ffc3548a4c97ce1e43895892cd4450fee6781711f"
    )


@pytest.mark.parametrize("size", [16, 23, 64])
def test_a_shorter_draw_at_another_size_shows_the_same_scenes(drawn, size):
    few = data.draw_shapes(200, seed=7, size=size)
    assert few.images.shape == (200, size, size, 3)
    assert few.captions == drawn.captions[:200] and np.array_equal(few.labels, drawn.labels[:200])
    means = few.images.mean((1, 2)), drawn.images[:200].mean((1, 2))
    assert np.abs(means[0] - means[1]).max() < 8
    assert np.array_equal(data.draw_shapes(200, seed=7).images, drawn.images[:200])


def test_another_seed_gives_others(drawn):
    other = data.draw_shapes(100, seed=8)
    assert not np.array_equal(other.labels, drawn.labels[:100]) and other.captions != drawn.captions[:100]


def test_captions_name_the_class(drawn):
    for label, caption in zip(drawn.labels, drawn.captions):
        named = [word for word in caption.split() if word in drawn.classes]
        assert named == [drawn.classes[label]]


def test_articles(drawn):
    assert not any(re.search(r"\ba [aeiou]|\ban [^aeiou]|  | $", caption) for caption in drawn.captions)


def plain(drawn):
    """(caption, label, picture, mask of the shape's pixels, colour of the background) of those on one flat colour."""
    for image, label, caption in zip(drawn.images, drawn.labels, drawn.captions):
        if not any(f" {kind} " in caption for kind in shapes.BACKGROUNDS if kind):
            colours, counts = np.unique(image.reshape(-1, 3)[[*range(32), *range(-32, 0)]], axis=0, return_counts=True)
            behind = colours[counts.argmax()]
            yield caption, label, image, (image != behind).any(-1), behind


def nearest_colour(rgb):
    return min(shapes.COLOURS, key=lambda name: np.abs(np.subtract(shapes.COLOURS[name], rgb)).sum())


def test_captions_name_both_colours(drawn):
    for caption, _, image, mask, behind in plain(drawn):
        foreground, background = (word for word in caption.split() if word in shapes.COLOURS)
        inks, counts = np.unique(image[mask], axis=0, return_counts=True)
        assert nearest_colour(inks[counts.argmax()]) == foreground
        assert nearest_colour(behind) == background


def test_captions_name_the_place(drawn):
    for caption, label, _, mask, _ in plain(drawn):
        if drawn.classes[label] in ("circle", "ring", "square", "cross"):  # whose middle is their centre of mass
            y, x = (positions.mean() - 15.5 for positions in np.nonzero(mask))
            place = caption.split(" on ")[0]
            assert (x < -2.27, x > 2.27) == ("left" in place, "right" in place), caption
            assert (y < -2.27, y > 2.27) == ("top" in place, "bottom" in place), caption


def test_captions_name_the_size_and_shapes_lie_inside(drawn):
    areas = {}
    for caption, label, _, mask, _ in plain(drawn):
        size = next((size for size in ("small", "large") if size in caption), "medium")
        areas.setdefault((label, size), []).append(mask.sum())
    for label in range(len(drawn.classes)):
        small, medium, large = (areas[label, size] for size in ("small", "medium", "large"))
        assert min(small) > 15 and max(small) < min(medium) and max(medium) < min(large)


@pytest.mark.parametrize(("n", "size"), [(0, 32), (5, 15), (5, 65)])
def test_says_what_it_can_draw(n, size):
    with pytest.raises(ValueError, match="at least one picture, of 16 to 64 pixels"):
        data.draw_shapes(n, 0, size)


def test_loads_without_a_network_and_is_drawn_once(course, capsys):
    train, test = data.load("shapes"), data.load("shapes", "test")
    assert capsys.readouterr().out == "shapes: prepared 12 train, 10 test pictures from gancourse.data.draw_shapes\n"
    assert train.source == test.source == "gancourse.data.draw_shapes"
    assert np.array_equal(train.images, data.draw_shapes(12, seed=0).images)
    assert np.array_equal(test.labels, data.draw_shapes(10, seed=1).labels)
    assert data.load("shapes", size=16).images.shape == (12, 16, 16, 3)


def test_commands_list_and_fetch_it(course):
    def run(*words: str) -> str:
        result = CliRunner().invoke(app, ["data", *words], terminal_width=200)
        assert result.exit_code == 0, result.output
        return result.output

    assert "drawn" in run("list")
    run("fetch", "shapes")
    assert "cache" in run("list")


def test_a_mirror_goes_first(course, monkeypatch):
    with zipfile.ZipFile(course / "shapes.zip", "w") as archive:
        file = io.BytesIO()
        Image.new("RGB", (32, 32)).save(file, "PNG")
        for split, n in {"train": 12, "test": 10}.items():
            for i in range(n):
                archive.writestr(f"{split}/{list(shapes.SHAPES)[i % 10]}/{i}.png", file.getvalue())
    monkeypatch.setenv("GANCOURSE_MIRROR", str(course))
    assert data.load("shapes").source == "the mirror's shapes.zip"
