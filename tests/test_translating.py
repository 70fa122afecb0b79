"""`gancourse translate`: any size, folders, files that aren't pictures, and what is never half-written."""

import json

import numpy as np
import pytest
import torch
from PIL import Image
from typer.testing import CliRunner

from gancourse import data, paths
from gancourse.cli.main import app
from gancourse.nets.translation import translator
from gancourse.train import save_weights
from gancourse.trained import translating

pytestmark = pytest.mark.stage("10")

CARD = {"channels": 4, "blocks": 1, "size": 64, "whole": False, "data": "maps"}


@pytest.fixture
def course(tmp_path, monkeypatch):
    """A course with small untrained translators: "map" works at any size, "masked" knows whole faces."""
    (tmp_path / "course" / "weights").mkdir(parents=True)
    for target, whole in (("map", False), ("masked", True)):
        file = tmp_path / "course" / "weights" / f"10-cyclegan-{target}.safetensors"
        torch.manual_seed(0)
        save_weights(translator(4, 1), file)
        file.with_suffix(".json").write_text(json.dumps(CARD | {"whole": whole}))
    monkeypatch.setattr(paths, "root", lambda: tmp_path)
    monkeypatch.setattr(translating, "TARGETS", ("masked", "map"))
    return tmp_path


def save(file, width=80, height=64, **options):
    file.parent.mkdir(parents=True, exist_ok=True)
    pixels = np.random.default_rng(width).integers(0, 256, (height, width, 3), dtype=np.uint8)
    Image.fromarray(pixels).save(file, **options)
    return pixels


def translate(*arguments) -> tuple[int, list[str], str]:
    """Exit status, lines on stdout, stderr as one line (errors are drawn in a frame)."""
    run = CliRunner().invoke(app, ["translate", *map(str, arguments)])
    told = run.stderr + (str(run.exception) if run.exception and not isinstance(run.exception, SystemExit) else "")
    return run.exit_code, run.stdout.splitlines(), " ".join(told.split())


@pytest.mark.parametrize(("width", "height"), [(64, 64), (67, 101), (130, 66)])
def test_any_size_comes_out_as_it_went_in(course, tmp_path, width, height):
    pixels = save(tmp_path / "tile.png", width, height)
    status, lines, _ = translate("--to", "map", tmp_path / "tile.png", tmp_path / "out.png")
    assert status == 0 and lines[0].endswith(f"out.png: {width} x {height} pixels")
    made = np.asarray(Image.open(tmp_path / "out.png"))
    net, _ = translating.load_translator("map")
    assert np.array_equal(made, translating.translate_pictures(net, pixels[None])[0])


def test_multiples_of_four_need_no_frame(course):
    net, _ = translating.load_translator("map")
    pictures = data.draw_face_pairs(60, 0, 32).first  # more than one batch
    with torch.no_grad():
        expected = data.to_pictures(net(data.to_batch(pictures)))
    made = translating.translate_pictures(net, pictures)
    assert np.abs(made.astype(int) - expected).max() <= 1  # rounding, as batches of other sizes sum in another order


def test_a_translator_of_whole_faces_works_at_its_own_size(course, tmp_path):
    save(tmp_path / "face.png", 200, 160)
    status, lines, _ = translate("--to", "masked", tmp_path / "face.png", tmp_path / "out.png")
    assert status == 0 and "200 x 160 pixels, translated at 80 x 64" in lines[0]
    assert Image.open(tmp_path / "out.png").size == (200, 160)


def test_a_picture_that_is_too_large_is_scaled_and_that_is_said(course, tmp_path, monkeypatch):
    monkeypatch.setattr(translating, "MOST", 10_000)
    save(tmp_path / "big.png", 400, 100)
    status, lines, _ = translate("--to", "map", tmp_path / "big.png", tmp_path / "out.png")
    assert status == 0 and "200 x 64 pixels, translated at 200 x 64" in lines[0]


def test_a_folder_goes_on_where_a_file_is_bad(course, tmp_path):
    album, out = tmp_path / "album", tmp_path / "made"
    save(album / "a.jpg")
    save(album / "deep" / "b.png")
    save(album / "twin.jpg")
    save(album / "twin.webp")
    save(album / "tiny.png", 40, 63)
    save(album / "narrow.png", 64, 6500)
    (album / "notes.txt").write_text("no picture")
    (album / "half.png").write_bytes((album / "deep" / "b.png").read_bytes()[:500])
    status, lines, errors = translate("--to", "map", album, out)
    assert status == 1 and len(lines) == 4
    for words in (
        "tiny.png: too small: 40 x 63",
        "narrow.png: too narrow",
        "notes.txt: no picture",
        "half.png: no picture",
    ):
        assert words in errors
    made = sorted(str(file.relative_to(out)) for file in out.rglob("*") if file.is_file())
    assert made == ["a.png", "deep/b.png", "twin.jpg.png", "twin.webp.png"]


def test_what_is_there_is_replaced_only_with_force(course, tmp_path):
    save(tmp_path / "tile.png")
    (tmp_path / "out.png").write_text("mine")
    status, _, errors = translate("--to", "map", tmp_path / "tile.png", tmp_path / "out.png")
    assert status == 1 and "--force" in errors and (tmp_path / "out.png").read_text() == "mine"
    assert translate("--to", "map", "--force", tmp_path / "tile.png", tmp_path / "out.png")[0] == 0
    assert Image.open(tmp_path / "out.png").size == (80, 64)


def test_odd_pictures_are_read_as_everywhere_else(course, tmp_path):
    folder = tmp_path / "odd"
    save(folder / "cmyk.png", 70, 90)
    Image.open(folder / "cmyk.png").convert("CMYK").save(folder / "cmyk.jpg")
    (folder / "cmyk.png").unlink()
    Image.fromarray(np.full((64, 80), 40_000, np.uint16)).save(folder / "deep.png")
    exif = Image.Exif()
    exif[0x0112] = 6
    save(folder / "turned.jpg", 80, 64, exif=exif)
    status, _, errors = translate("--to", "map", folder, tmp_path / "made")
    assert status == 0, errors
    sizes = {file.name: Image.open(file).size for file in (tmp_path / "made").iterdir()}
    assert sizes == {"cmyk.png": (70, 90), "deep.png": (80, 64), "turned.png": (64, 80)}


def test_nothing_is_left_half_written(course, tmp_path, monkeypatch):
    save(tmp_path / "in" / "tile.png")

    def fail(*_, **__):
        raise OSError("the disk is full")

    monkeypatch.setattr(Image.Image, "save", fail)
    status, _, errors = translate("--to", "map", tmp_path / "in", tmp_path / "out")
    assert status == 1 and "the disk is full" in errors
    assert not [file for file in (tmp_path / "out").rglob("*.png")]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--to", "mapp", "tile.png", "out.png"), "did you mean map?"),
        (("--to", "dog", "tile.png", "out.png"), "there are: masked, map"),
        (("--to", "map", "tile.png", "out.jpg"), "should end in .png"),
        (("--to", "map", "tile.png", "nowhere/out.png"), "there is no folder"),
        (("--to", "map", "missing.png", "out.png"), "there is no such file"),
        (("--to", "map", "album", "album/made"), "name a folder outside"),
        (("--to", "map", "album", "tile.png"), "must be one"),
        (("--to", "map", "empty", "made"), "there is no file in this folder"),
    ],
)
def test_one_line_says_what_is_wrong(course, tmp_path, monkeypatch, arguments, message):
    monkeypatch.chdir(tmp_path)
    save(tmp_path / "tile.png")
    save(tmp_path / "album" / "a.png")
    (tmp_path / "empty").mkdir()
    status, _, errors = translate(*arguments)
    assert status != 0 and message in errors


@pytest.mark.parametrize("target", translating.TARGETS)
def test_what_ships_beats_doing_nothing_where_partners_are_known(target):
    net, card = translating.load_translator(target)
    assert not net.training and card["steps"] > 0
    if "partner_error" in card:
        assert card["partner_error"] < card["nothing"]
