"""Photographs in their own sizes, from a mirror's zip."""

import io
import zipfile

import numpy as np
import pytest
from PIL import Image

from gancourse import data

pytestmark = pytest.mark.stage("11")


@pytest.fixture
def mirror(tmp_path, monkeypatch):
    """A mirror with two photographs of set5 and one of bsd68; their pixels by name."""
    pixels = {"b": (5, 7, 3), "a": (9, 4, 3), "c": (3, 3, 3)}
    pixels = {
        name: np.random.default_rng(0).integers(256, size=shape, dtype=np.uint8) for name, shape in pixels.items()
    }
    with zipfile.ZipFile(tmp_path / "sr-photos.zip", "w") as archive:
        for name, folder in {"b": "set5", "a": "set5", "c": "bsd68"}.items():
            packed = io.BytesIO()
            Image.fromarray(pixels[name]).save(packed, "png")
            archive.writestr(f"test/{folder}/{name}.png", packed.getvalue())
        archive.writestr("test/set5/notes.txt", "no picture")
    monkeypatch.setenv("GANCOURSE_MIRROR", str(tmp_path))
    return pixels


def test_pictures_keep_their_sizes_and_come_sorted(mirror):
    found = data.load_originals("set5")
    assert list(found) == ["a", "b"]
    assert all(np.array_equal(picture, mirror[name]) for name, picture in found.items())


def test_what_is_not_there_is_said(mirror, monkeypatch, tmp_path):
    with pytest.raises(ValueError, match="bsd68, set5"):
        data.load_originals("set14")
    for place in (str(tmp_path / "elsewhere"), "", "https://example.org/data"):
        monkeypatch.setenv("GANCOURSE_MIRROR", place)
        with pytest.raises(FileNotFoundError, match="sr-photos.zip"):
            data.load_originals("set5")
