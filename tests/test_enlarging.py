"""`gancourse enlarge`: every kind of picture, what isn't one, tiles, sharpness; and the shipped networks on Set5."""

import importlib.util
import json

import numpy as np
import pytest
import torch
from PIL import Image
from typer.testing import CliRunner

from gancourse import data, paths
from gancourse.cli.main import app
from gancourse.fidelity import psnr
from gancourse.nets.resolution import enlarge_picture, shrink_picture
from gancourse.trained import enlarging

pytestmark = pytest.mark.stage("11")

FACE = data.draw_faces(1, seed=11, size=64).images[0]


def enlarge(*arguments):
    """Exit status, and what was said: on stdout, or the error."""
    run = CliRunner().invoke(app, ["enlarge", *map(str, arguments)])
    return run.exit_code, run.stdout if run.exit_code == 0 else f"{run.exception} {run.stderr}"


@pytest.fixture
def photo(tmp_path):
    Image.fromarray(FACE).save(tmp_path / "face.png")
    return tmp_path / "face.png"


def test_four_times_as_large_and_what_the_network_gives(photo, tmp_path):
    status, said = enlarge(photo, tmp_path / "out.png")
    assert status == 0 and "256 x 256" in said
    made = np.asarray(Image.open(tmp_path / "out.png"))
    assert np.array_equal(made, enlarge_picture(enlarging.upscaler(), FACE))


@pytest.mark.parametrize("mode", ["L", "LA", "RGBA", "P", "CMYK", "1", "I;16"])
def test_modes(mode, tmp_path):
    file = tmp_path / ("in.jpg" if mode == "CMYK" else "in.png")
    grey = Image.fromarray(FACE[:20, :24]).convert("L")
    sixteen = Image.fromarray(np.asarray(grey).astype(np.uint16) * 257)
    (sixteen if mode == "I;16" else Image.fromarray(FACE[:20, :24]).convert(mode)).save(file)
    status, said = enlarge(file, tmp_path / "out.png")
    assert status == 0, said
    assert Image.open(tmp_path / "out.png").size == (96, 80)


def test_a_photograph_that_lies_on_its_side_is_turned(tmp_path):
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.fromarray(FACE[:20]).save(tmp_path / "lying.jpg", exif=exif)
    enlarge(tmp_path / "lying.jpg", tmp_path / "out.png")
    assert Image.open(tmp_path / "out.png").size == (80, 256)


@pytest.mark.parametrize("shape", [(1, 1), (1, 50), (3, 2)])
def test_tiny_ones(shape, tmp_path):
    Image.fromarray(FACE[: shape[0], : shape[1]]).save(tmp_path / "tiny.png")
    assert enlarge(tmp_path / "tiny.png", tmp_path / "out.png")[0] == 0
    assert Image.open(tmp_path / "out.png").size == (4 * shape[1], 4 * shape[0])


def test_what_is_no_picture_gets_one_line_and_writes_nothing(photo, tmp_path):
    (tmp_path / "text.jpg").write_text("no picture")
    (tmp_path / "half.png").write_bytes(photo.read_bytes()[:-800])
    for name, words in {"text.jpg": "no picture", "half.png": "damaged", "gone.png": "gone", "": "folder"}.items():
        status, said = enlarge(tmp_path / name, tmp_path / "out.png")
        assert status == 1 and words in said and "\n" not in said.strip()
        assert not (tmp_path / "out.png").exists()


def test_too_large_is_said(photo, tmp_path, monkeypatch):
    monkeypatch.setattr(enlarging, "MOST_PIXELS", 1000)
    status, said = enlarge(photo, tmp_path / "out.png")
    assert status == 1 and "64 x 64" in said


def test_an_existing_file_stays_unless_forced(photo, tmp_path):
    target = tmp_path / "out.png"
    target.write_text("mine")
    assert enlarge(photo, target)[0] == 1 and target.read_text() == "mine"
    assert enlarge(photo, target, "--force")[0] == 0 and target.read_bytes()[1:4] == b"PNG"
    assert enlarge(photo, tmp_path / "out.jpg")[0] == 1


def test_sharpness_goes_from_one_network_to_the_other():
    small = data.to_batch(FACE[None])
    with torch.no_grad():
        ends = [enlarging.upscaler(share)(small) for share in (0.0, 1.0)]
        assert not torch.allclose(*ends, atol=0.01)
        assert torch.allclose(enlarging.upscaler(1e-6)(small), ends[0], atol=1e-3)
        assert torch.allclose(enlarging.upscaler(1 - 1e-6)(small), ends[1], atol=1e-3)
    for share in (-0.1, 1.1, float("nan")):
        with pytest.raises(ValueError, match="0 to 1"):
            enlarging.upscaler(share)


def test_tiles_of_the_shipped_network_equal_the_whole():
    net = enlarging.upscaler()
    with torch.no_grad():
        whole = data.to_pictures(net(data.to_batch(FACE[None])))[0]
    tiled = enlarge_picture(net, FACE, tile=24)
    assert np.abs(tiled.astype(int) - whole).max() <= 1 and (tiled != whole).mean() < 1e-3


def test_the_shipped_networks_on_set5():
    """The published protocol; bicubic has 28.43 dB. The record beside the weights says what was measured once."""
    try:
        photographs = data.load_originals("set5")
    except FileNotFoundError as reason:
        pytest.skip(str(reason))

    def fidelity(sharp):
        net = enlarging.upscaler(sharp)
        pairs = [(shrink_picture(true), true) for true in photographs.values()]
        return np.mean([psnr(enlarge_picture(net, small), true) for small, true in pairs])

    assert fidelity(0.0) >= 30.0
    assert fidelity(1.0) < fidelity(0.0)
    for name, sharp in ((enlarging.ACCURATE, 0.0), (enlarging.SHARP, 1.0)):
        card = json.loads((paths.root() / "course" / "weights" / f"{name}.json").read_text("utf-8"))
        assert fidelity(sharp) == pytest.approx(card["evaluation"]["set5"]["psnr"], abs=0.02)


def test_the_docs_show_the_benchmark_as_it_was_measured():
    file = paths.root() / "benchmarks" / "super_resolution.py"
    spec = importlib.util.spec_from_file_location("super_resolution", file)
    benchmark = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(benchmark)
    rows = json.loads(benchmark.RESULTS.read_text("utf-8"))
    assert len(rows) == 1 + len(benchmark.SHARES)
    assert benchmark.table(rows) in (paths.root() / "docs" / "measured.md").read_text("utf-8")
    for name, row in ((enlarging.ACCURATE, rows[1]), (enlarging.SHARP, rows[-1])):
        card = json.loads((paths.root() / "course" / "weights" / f"{name}.json").read_text("utf-8"))
        for photographs in benchmark.SETS:
            assert row[photographs]["psnr"] == pytest.approx(card["evaluation"][photographs]["psnr"], abs=2e-3)
