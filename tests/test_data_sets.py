"""The data sets that the course names: catalogue, embedded sample, data cards, and the real files where they are."""

import json
import os
import runpy
import zipfile
from collections import Counter
from pathlib import Path, PurePosixPath

import numpy as np
import pytest

from gancourse import data, paths
from gancourse.data import catalog, official

DATASETS = paths.root() / "datasets"
ENTRIES = list(catalog.entries().values())
SAMPLE = DATASETS / "fashion-mnist" / "sample.npz"

debian = pytest.mark.skipif(
    not Path(catalog.entry("fashion-mnist").system).is_dir(), reason="Debian's dataset-fashion-mnist isn't installed"
)


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)
def test_each_entry_is_whole_and_has_its_data_card(entry):
    assert len(entry.shape) == 3 and entry.train > entry.test > 0
    assert len(set(entry.classes)) == len(entry.classes) > 0
    assert bool(entry.files) == bool(entry.urls) == (entry.archive not in ("drawn", "aligned", "folders", "celeba"))
    assert entry.pictures or all(checksum.startswith("sha256:") for checksum in entry.files.values())
    card = (DATASETS / entry.name / "README.md").read_text("utf-8")
    height, width, _ = entry.shape
    facts = [f'load("{entry.name}"', f"{height}x{width}", f"{entry.train:,}", ", ".join(entry.classes), entry.homepage]
    assert [fact for fact in facts if fact not in card] == []
    assert entry.licence in card


def test_classes_are_torchvisions():
    from torchvision.datasets import FashionMNIST

    assert list(catalog.entry("fashion-mnist").classes) == FashionMNIST.classes


def test_sample_is_small_stratified_and_mixed():
    assert SAMPLE.stat().st_size < 6e6
    with np.load(SAMPLE) as sample:
        for split, per_class in {"train": 1_000, "test": 200}.items():
            images, labels = sample[f"{split}_images"], sample[f"{split}_labels"]
            assert images.dtype == np.uint8 and images.shape == (10 * per_class, 28, 28, 1)
            assert labels.dtype == np.int64 and np.bincount(labels).tolist() == [per_class] * 10
            assert np.bincount(labels[:500], minlength=10).min() > 20
            assert len(np.unique(sample[f"{split}_index"])) == 10 * per_class


def test_sample_ships_with_its_licence():
    assert "Zalando SE" in (SAMPLE.parent / "LICENSE").read_text()


@debian
def test_sample_is_what_its_script_draws():
    script = runpy.run_path(str(SAMPLE.with_name("make_sample.py")))
    drawn = script["draw"](Path(catalog.entry("fashion-mnist").system))
    with np.load(SAMPLE) as sample:
        assert sample.keys() == drawn.keys()
        assert all(np.array_equal(sample[key], drawn[key]) for key in drawn)


@debian
def test_debians_files_are_the_full_set(monkeypatch):
    monkeypatch.delenv("GANCOURSE_MIRROR", raising=False)
    train, test = data.load("fashion-mnist"), data.load("fashion-mnist", "test")
    assert (len(train), len(test)) == (60_000, 10_000)
    assert np.bincount(train.labels).tolist() == [6_000] * 10
    # The first training picture is the well-known ankle boot; mean and deviation are those that everyone normalises by.
    assert train.classes[train.labels[0]] == "Ankle boot"
    assert train.images.mean() / 255 == pytest.approx(0.2860, abs=1e-4)
    assert (train.images[:6_000] / 255).std() == pytest.approx(0.3530, abs=3e-3)


@debian
def test_arrays_are_the_same_as_torchvisions(tmp_path):
    """torchvision reads the same files, so pictures, labels and their order must be the same."""
    import gzip

    from torchvision.datasets import FashionMNIST

    entry = catalog.entry("fashion-mnist")
    raw = tmp_path / "FashionMNIST" / "raw"
    raw.mkdir(parents=True)
    for file in entry.files:
        (raw / file).with_suffix("").write_bytes(gzip.decompress((Path(entry.system) / file).read_bytes()))
    for split, (images, labels) in official.read_official(entry, Path(entry.system)).items():
        theirs = FashionMNIST(tmp_path, train=split == "train")
        assert np.array_equal(theirs.data.numpy(), images[..., 0])
        assert theirs.targets.tolist() == labels.tolist()


@pytest.mark.parametrize("name", ["animal-faces", "cub-birds", "lfw-faces", "maps", "mnist", "monet2photo"])
def test_a_mirrors_archive_has_what_the_catalogue_says(name):
    file = Path(os.environ.get("GANCOURSE_MIRROR") or "nowhere") / f"{name}.zip"
    if not file.is_file():
        pytest.skip(f"no mirror with {name}.zip (GANCOURSE_MIRROR)")
    entry = catalog.entry(name)
    with zipfile.ZipFile(file) as archive:
        pictures = [PurePosixPath(each) for each in archive.namelist() if each.endswith((".jpg", ".png"))]
        captions = json.loads(archive.read(entry.captions)) if entry.captions else None
    assert Counter(picture.parts[0] for picture in pictures) == entry.counts
    assert len({picture.parts[1] for picture in pictures}) == len(entry.classes)
    if entry.pairs:
        assert set(Counter((picture.parts[0], picture.stem) for picture in pictures).values()) == {2}
    assert captions is None or captions.keys() == {str(picture) for picture in pictures}
