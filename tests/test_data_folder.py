"""`load("folder:PATH")`: learners' own pictures."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from gancourse.data import batches, load


def paint(path: Path, colour, size=(8, 8), mode="RGB", **options) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new(mode, size, colour).save(path, **options)
    return path


@pytest.fixture
def pets(tmp_path) -> Path:
    """Five red cats and three blue dogs."""
    for i in range(5):
        paint(tmp_path / "pets" / "cat" / f"{i}.png", (200, 0, i))
    for i in range(3):
        paint(tmp_path / "pets" / "dog" / f"{i}.JPEG", (0, 0, 200), quality=95)
    return tmp_path / "pets"


def test_classes_are_the_folders(pets, capsys):
    (pets / ".cache").mkdir()
    (pets / "notes.txt").touch()
    (pets / "cat" / "Thumbs.db").touch()
    (pets / "cat" / "._0.png").touch()
    animals = load(f"folder:{pets}")
    assert animals.classes == ("cat", "dog") and animals.images.shape == (8, 8, 8, 3)
    assert animals.images.dtype == np.uint8 and animals.labels.dtype == np.int64
    assert np.array_equal(animals.images[:, 0, 0, 0] > 100, animals.labels == 0)
    assert sorted(animals.images[animals.labels == 0][:, 0, 0, 2]) == [0, 1, 2, 3, 4]
    assert animals.labels.tolist() not in ([0] * 5 + [1] * 3, [1] * 3 + [0] * 5), "classes must come mixed"
    assert np.array_equal(load(f"folder:{pets}").images, animals.images)
    assert capsys.readouterr().out == ""


def test_home_is_expanded(pets, monkeypatch):
    monkeypatch.setenv("HOME", str(pets.parent))
    assert len(load("folder:~/pets")) == 8


def test_grey_stays_one_channel_unless_there_is_colour(tmp_path):
    paint(tmp_path / "x" / "a.png", 100, mode="L")
    paint(tmp_path / "x" / "b.png", 1, mode="1")
    assert load(f"folder:{tmp_path}").images.shape == (2, 8, 8, 1)
    x, _ = next(iter(batches(load(f"folder:{tmp_path}"), 2)))
    assert x.shape == (2, 1, 8, 8) and x.min() >= -1 and x.max() == 1
    paint(tmp_path / "x" / "c.png", (1, 2, 3))
    mixed = load(f"folder:{tmp_path}").images
    assert mixed.shape == (3, 8, 8, 3)
    assert sorted(map(tuple, mixed[:, 0, 0].tolist())) == [(1, 2, 3), (100, 100, 100), (255, 255, 255)]


def test_sixteen_bit_grey_is_scaled_not_clipped(tmp_path):
    Image.fromarray(np.full((8, 8), 128 * 257, np.uint16)).save(tmp_path / "x.png")
    paint(tmp_path / "x" / "a.png", 0, mode="L")
    (tmp_path / "x.png").rename(tmp_path / "x" / "b.png")
    assert sorted(load(f"folder:{tmp_path}").images[:, 0, 0, 0]) == [0, 128]


def test_camera_orientation_is_obeyed(tmp_path):
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned by a quarter
    paint(tmp_path / "x" / "a.jpg", (9, 9, 9), size=(8, 4), exif=exif)
    assert load(f"folder:{tmp_path}").images.shape == (1, 8, 4, 3)


def test_unequal_sizes_need_one(pets):
    paint(pets / "dog" / "wide.png", (0, 0, 250), size=(30, 10))
    with pytest.raises(ValueError, match=r"pixels, others are .* size=64"):
        load(f"folder:{pets}")
    assert load(f"folder:{pets}", size=6).images.shape == (9, 6, 6, 3)


def test_size_crops_the_centre_and_keeps_proportions(tmp_path):
    wide = np.zeros((10, 30, 3), np.uint8)
    wide[:, 10:20] = 255  # the middle third
    (tmp_path / "x").mkdir()
    Image.fromarray(wide).save(tmp_path / "x" / "a.png")
    assert load(f"folder:{tmp_path}", size=10).images.min() == 255


def test_splits_below(tmp_path):
    for split, animals in {"train": ["cat", "dog", "owl"], "test": ["owl", "cat"]}.items():
        for i, animal in enumerate(animals):
            paint(tmp_path / split / animal / "a.png", (50 * i, 0, 0))
    train, test = load(f"folder:{tmp_path}"), load(f"folder:{tmp_path}", "test")
    assert train.classes == test.classes == ("cat", "dog", "owl")
    assert len(train) == 3 and {int(y): int(x[0, 0, 0]) for x, y in zip(test.images, test.labels)} == {2: 0, 0: 50}
    paint(tmp_path / "test" / "fox" / "a.png", 0)
    with pytest.raises(ValueError, match="fox"):
        load(f"folder:{tmp_path}", "test")


def test_no_test_split_is_an_error_not_the_training_pictures(pets):
    with pytest.raises(ValueError, match="no train/ and test/"):
        load(f"folder:{pets}", "test")
    (pets.parent / "all").mkdir()
    pets.rename(pets.parent / "all" / "train")
    with pytest.raises(ValueError, match="no test/"):
        load(f"folder:{pets.parent / 'all'}", "test")


def test_a_class_may_be_called_train(tmp_path):
    for vehicle in ("car", "train"):
        paint(tmp_path / vehicle / "a.png", 0)
    assert load(f"folder:{tmp_path}").classes == ("car", "train")


def test_one_level_too_high(pets):
    with pytest.raises(ValueError, match=f"did you mean {pets}\\?"):
        load(f"folder:{pets.parent}")


def test_one_level_too_low(pets):
    with pytest.raises(ValueError, match="pictures, but no class folders"):
        load(f"folder:{pets / 'cat'}")


@pytest.mark.parametrize("make", [lambda p: None, lambda p: p.touch(), lambda p: p.mkdir()])
def test_no_folder_or_an_empty_one(tmp_path, make):
    make(tmp_path / "x")
    with pytest.raises(ValueError, match="there is no folder|no folders"):
        load(f"folder:{tmp_path / 'x'}")


def test_empty_class_folder_is_named(pets):
    (pets / "owl").mkdir()
    with pytest.raises(ValueError, match="owl holds no pictures"):
        load(f"folder:{pets}")


def test_broken_pictures_are_named_and_left_out(pets, capsys):
    (pets / "cat" / "0.png").write_bytes(b"<html>404</html>")
    whole = (pets / "dog" / "1.JPEG").read_bytes()
    (pets / "dog" / "1.JPEG").write_bytes(whole[: len(whole) // 2])
    (pets / "dog" / "empty.gif").touch()
    animals = load(f"folder:{pets}")
    out = capsys.readouterr().out
    assert len(animals) == 6 and np.array_equal(animals.images[:, 0, 0, 0] > 100, animals.labels == 0)
    assert out.count("\n") == 1 and "left out 3 of 9" in out
    assert all(name in out for name in ("0.png", "1.JPEG", "empty.gif"))


def test_nothing_but_broken_pictures(tmp_path):
    (tmp_path / "x").mkdir()
    (tmp_path / "x" / "a.jpg").write_bytes(b"junk")
    with pytest.raises(ValueError, match="none of the 1 pictures"):
        load(f"folder:{tmp_path}")
