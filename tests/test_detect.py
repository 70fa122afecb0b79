"""`gancourse detect`: every kind of photograph, what isn't one, and how good the shipped detector is."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from test_data_pictures import ODD, exif
from typer.testing import CliRunner

from gancourse import data, paths
from gancourse.cli.main import app
from gancourse.data import catalog
from gancourse.data.pictures import resize
from gancourse.trained import detecting

pytestmark = pytest.mark.stage("14")

FACES = data.draw_faces(400, seed=14, size=128)


def detect(*arguments) -> tuple[int, list[str], list[str]]:
    """Exit status, lines on stdout, lines on stderr."""
    run = CliRunner().invoke(app, ["detect", *map(str, arguments)])
    return run.exit_code, run.stdout.splitlines(), run.stderr.splitlines()


@pytest.fixture
def album(tmp_path):
    """A function that saves drawn faces under names, and gives the folder."""

    def save(*names: str) -> Path:
        for face, name in zip(FACES.images, names):
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            Image.fromarray(face).resize((256, 256)).save(tmp_path / name)
        return tmp_path

    return save


def test_a_line_for_each_photograph_with_verdict_and_confidence(album):
    folder = album("one.jpg", "two.png")
    status, lines, errors = detect(folder / "two.png", folder / "one.jpg")
    assert status == 0 and not errors and len(lines) == 2
    for line, name in zip(lines, ("two.png", "one.jpg")):
        verdict, confidence, file = line[:12].strip(), line[12:].split()[0], line.split()[-1]
        assert verdict in ("with mask", "without mask") and file.endswith(name)
        assert 0 <= float(confidence.removesuffix("%")) <= 100


def test_a_folder_is_searched_to_the_bottom_in_sorted_order(album):
    folder = album("b/2.png", "a.png", "b/1.jpg", "c/d/e.gif", ".hidden/x.png")
    status, lines, _ = detect(folder)
    assert status == 0
    assert [line.split()[-1] for line in lines] == [
        str(folder / n) for n in ("a.png", "b/1.jpg", "b/2.png", "c/d/e.gif")
    ]


def test_what_is_no_picture_is_named_and_the_rest_still_runs(album, tmp_path):
    folder = album("good.png", "cut.jpg", "last.webp")
    (folder / "cut.jpg").write_bytes((folder / "cut.jpg").read_bytes()[:700])
    (folder / "empty.png").touch()
    (folder / "notes.txt").write_text("not a picture")
    (folder / "text.jpg").write_text("not a picture either")
    (folder / "nothing").mkdir()
    status, lines, errors = detect(folder, folder / "nowhere.jpg", folder / "nothing")
    assert status == 1
    assert [Path(line.split()[-1]).name for line in lines] == ["good.png", "last.webp"]
    named = {Path(line.split(": ")[0]).name: line.split(": ")[1] for line in errors}
    assert named == {
        "cut.jpg": "no picture, or a damaged one",
        "empty.png": "no picture, or a damaged one",
        "notes.txt": "no picture, or a damaged one",
        "text.jpg": "no picture, or a damaged one",
        "nowhere.jpg": "there is no such file",
        "nothing": "there is no file in this folder",
    }


def test_nothing_to_look_at_is_said_without_loading_tensorflow(tmp_path):
    program = """
import sys
from gancourse.cli.main import main
try: main()
finally: assert 'tensorflow' not in sys.modules"""
    run = subprocess.run(
        [sys.executable, "-c", program, "detect", str(tmp_path / "a.png")], capture_output=True, text=True
    )
    assert run.returncode == 1 and run.stderr == f"{tmp_path / 'a.png'}: there is no such file\n", run.stderr


def test_the_command_itself_writes_nothing_else(album):
    """What TensorFlow and Pillow have to say stays out: a line on stdout for each picture, nothing on stderr."""
    folder = album("face.png", "palette.gif")
    run = subprocess.run(
        [sys.executable, "-m", "gancourse.cli", "detect", str(folder)], capture_output=True, text=True, timeout=300
    )
    assert run.returncode == 0 and run.stderr == "" and len(run.stdout.splitlines()) == 2, run.stderr


def test_a_name_with_odd_letters_is_shown(album):
    folder = album("Zoë ☺.png", "new\nline.png")
    status, lines, _ = detect(folder)
    assert status == 0 and len(lines) == 2 and lines[0].endswith("Zoë ☺.png") and lines[1].endswith("new?line.png")


@pytest.mark.parametrize("kind", ["mirror", "photograph", "long"])
def test_the_same_file_gives_the_same_pixels_as_in_the_data_set(kind, tmp_path, monkeypatch):
    """Training and use share one way from file to array: a picture through `data import` and through detect."""
    rng = np.random.default_rng(1)
    height, width = {"mirror": (128, 128), "photograph": (331, 277), "long": (400, 210)}[kind]
    small = Image.fromarray(rng.integers(0, 256, (9, 7, 3), np.uint8))
    files = {}
    for split, label in [(s, c) for s in ("train", "test") for c in catalog.entry("masked-faces").classes]:
        files[split, label] = tmp_path / "set" / split / label / "1.jpg"
        files[split, label].parent.mkdir(parents=True)
        small.resize((width, height), Image.Resampling.BICUBIC).rotate(rng.integers(360)).save(files[split, label])
    monkeypatch.setenv("GANCOURSE_HOME", str(tmp_path / "home"))
    data.import_set("masked-faces", tmp_path / "set")
    for split in ("train", "test"):
        loaded = data.load("masked-faces", split, size=128)
        for picture, label in zip(loaded.images, loaded.labels):
            read = detecting.read_photograph(files[split, loaded.classes[label]])
            assert np.array_equal(read, picture)


def test_a_photograph_that_lies_on_its_side_is_turned(tmp_path):
    upright = Image.fromarray(FACES.images[0]).resize((120, 150))
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was turned by 90 degrees
    upright.save(tmp_path / "up.png")
    upright.rotate(90, expand=True).save(tmp_path / "lying.png", exif=exif)
    up, lying = (detecting.read_photograph(tmp_path / name) for name in ("up.png", "lying.png"))
    assert np.array_equal(up, lying)


@pytest.mark.parametrize(
    ("mode", "suffix"),
    [("L", "png"), ("LA", "png"), ("RGBA", "png"), ("P", "png"), ("1", "png"), ("CMYK", "jpg"), ("I;16", "png")],
)
def test_every_kind_of_picture_is_read(mode, suffix, tmp_path):
    grey = Image.fromarray(FACES.images[0]).resize((150, 150)).convert("L")
    picture = Image.fromarray(np.asarray(grey).astype(np.uint16) * 257) if mode == "I;16" else grey.convert(mode)
    picture.save(tmp_path / f"x.{suffix}")
    read = detecting.read_photograph(tmp_path / f"x.{suffix}")
    plain = resize(np.asarray(grey.resize((128, 128), Image.Resampling.LANCZOS).convert("RGB"))[None], 64)[0]
    assert read.shape == (128, 128, 3) and read.dtype == np.uint8
    assert np.abs(resize(read[None], 64)[0].astype(int) - plain).mean() < (40 if mode == "1" else 3)


def test_the_first_frame_of_a_moving_picture_counts(tmp_path):
    frames = [Image.fromarray(face).resize((128, 128)).convert("L") for face in FACES.images[:3]]
    frames[0].save(tmp_path / "m.gif", save_all=True, append_images=frames[1:])
    frames[0].save(tmp_path / "s.gif")
    assert np.array_equal(*(detecting.read_photograph(tmp_path / name) for name in ("m.gif", "s.gif")))


def test_a_picture_of_too_many_pixels_is_refused_and_a_large_one_is_not(tmp_path, monkeypatch):
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 100_000)
    for side in (400, 500):  # above the warning, above the limit
        Image.new("RGB", (side, side)).save(tmp_path / f"{side}.png")
    status, lines, errors = detect(tmp_path)
    assert status == 1 and len(lines) == 1 and lines[0].endswith("400.png")
    assert errors == [f"{tmp_path / '500.png'}: too large: more than 200,000 pixels"]


def test_the_threshold_moves_the_verdict(album):
    folder = album(*(f"{i:02d}.png" for i in range(12)))
    verdicts = {t: [f.verdict for f in detecting.detect([folder], t)] for t in (0.0, 1.0)}
    assert set(verdicts[0.0]) == {"with mask"} and set(verdicts[1.0]) == {"without mask"}
    assert detect(folder, "--threshold", "2")[0] == 2


@pytest.fixture(scope="module")
def detector():
    from gancourse.keras.detector import load_detector

    return load_detector()


def test_the_shipped_detector_is_small_and_says_where_it_comes_from():
    """With the backbone, which lies beside it."""
    from gancourse.keras.backbones import FAMILIES, shipped_weights
    from gancourse.keras.weights import facts

    file = paths.root() / "course" / "weights" / "14-mask-detection.safetensors"
    known = json.loads(file.with_suffix(".json").read_text("utf-8"))
    assert file.stat().st_size + shipped_weights(FAMILIES[known["backbone"]]).stat().st_size < 4_000_000
    assert known["training_pictures"] < 2_645 and known["train_seconds"] < 300
    assert facts(file) == {name: known[name] for name in ("backbone", "temperature", "threshold")}


def test_each_picture_gets_another_view_in_training_and_none_does_otherwise():
    from gancourse.keras import to_batch
    from gancourse.keras.detector import Augmentation

    same = to_batch(np.repeat(FACES.images[:1], 12, axis=0))
    augmentation = Augmentation()
    assert np.array_equal(augmentation(same, training=False), same)
    views = augmentation(same, training=True).numpy()
    assert views.shape == same.shape and np.abs(views).max() <= 1
    assert len({view.tobytes() for view in views}) == 12


def test_the_probe_is_at_its_minimum_and_scale_changes_nothing():
    from gancourse.keras.detector import probe

    rng = np.random.default_rng(2)
    labels = np.arange(90) % 2
    features = rng.standard_normal((90, 12)) * rng.uniform(0.1, 30, 12) + rng.uniform(-5, 5, 12)
    features[:, 3] += features[:, 3].std() * labels
    scale = features.std(axis=0) + 1e-3 * features.std()
    weights, bias = probe(features, labels, penalty=0.02)
    slope = 1 / (1 + np.exp(-(features @ weights + bias))) - labels
    gradient = ((features - features.mean(axis=0)) / scale).T @ slope / 90 + 0.02 * weights * scale
    np.testing.assert_allclose(gradient, 0, atol=1e-3)
    assert abs(slope.mean()) < 1e-3
    again, offset = probe(7 * features, labels, penalty=0.02)
    np.testing.assert_allclose(7 * features @ again + offset, features @ weights + bias, atol=1e-2)
    small = probe(features, labels, penalty=10.0)[0]
    assert np.abs(small * scale).sum() < 0.2 * np.abs(weights * scale).sum()


def test_a_probed_net_says_what_the_probe_says_and_its_head_is_read_again(tmp_path):
    import gancourse.keras  # isort: skip (first: it starts TensorFlow)
    import keras

    from gancourse.keras.backbones import backbone
    from gancourse.keras.detector import pooled, probe, probed, save_head
    from gancourse.keras.weights import facts, load_weights

    faces = data.draw_faces(24, seed=1, size=64)
    eyes = backbone("MobileNetV2", 64)
    features = pooled(eyes, faces.images)
    assert features.shape == (24, 144 + 192 + 576)
    weights, bias = probe(features, faces.labels)
    net = probed(eyes, weights, bias)
    logits = net(gancourse.keras.to_batch(faces.images)).numpy()[:, 0]
    np.testing.assert_allclose(logits, features @ weights + bias, atol=1e-2)
    save_head(net, tmp_path / "head.safetensors", note=3)
    assert (tmp_path / "head.safetensors").stat().st_size < 6_000 and facts(tmp_path / "head.safetensors") == {
        "note": 3
    }
    other = probed(eyes)
    load_weights(keras.Model(other.layers[-1].input, other.output), tmp_path / "head.safetensors")
    np.testing.assert_allclose(other(gancourse.keras.to_batch(faces.images)).numpy()[:, 0], logits, atol=1e-4)


def test_a_picture_and_its_mirror_image_get_one_answer_whatever_the_batch(detector):
    pictures = FACES.images[:5]
    alone = np.concatenate([detector.probabilities(pictures[i : i + 1]) for i in range(5)])
    np.testing.assert_allclose(detector.probabilities(pictures), alone, atol=1e-5)
    np.testing.assert_allclose(detector.probabilities(pictures[:, :, ::-1]), alone, atol=1e-5)


def test_drawn_faces_are_mostly_told_apart(detector):
    """It has never seen a drawing; where a mask is worn wrongly, the photographs' labels say otherwise."""
    plain = np.isin(FACES.attributes["fit"], ["none", "worn"])
    verdicts = detector.probabilities(FACES.images[plain]) >= detector.threshold
    assert (verdicts == FACES.labels[plain]).mean() > 0.8


@pytest.fixture(scope="module")
def unseen():
    loaded = data.load("masked-faces", "test", size=128)
    if len(loaded) != catalog.entry("masked-faces").test:
        pytest.skip("measured on the photographs: `gancourse data fetch masked-faces`")
    return loaded


def test_99_of_100_test_photographs_are_told_right(detector, unseen):
    verdicts = detector.probabilities(unseen.images) >= detector.threshold
    assert (verdicts == unseen.labels).mean() >= 0.99


def test_its_confidence_is_calibrated(detector, unseen):
    """Of what it says with p, about a share of p should be right: mean confidence against accuracy."""
    p = detector.probabilities(unseen.images)
    assert abs(np.maximum(p, 1 - p).mean() - ((p >= 0.5) == unseen.labels).mean()) < 0.015


@pytest.mark.parametrize("share", [0.9, 1.15])
def test_other_crops_cost_little(detector, unseen, share):
    """Of the same photographs, the middle nine tenths, or all with a margin around."""
    side = round(share * 128)
    edge = (side - 128) // 2
    if edge > 0:
        other = np.pad(unseen.images, ((0, 0), (edge, edge), (edge, edge), (0, 0)), mode="edge")
    else:
        other = unseen.images[:, -edge:edge, -edge:edge]
    verdicts = detector.probabilities(resize(other, 128)) >= detector.threshold
    assert (verdicts == unseen.labels).mean() >= 0.975


def test_an_album_of_odd_photographs_stops_at_none(album):
    """Fine pixels with EXIF of a kind that the standard forbids, deep pictures, an iPhone's HEIC under another name."""
    folder = album("a.jpg", "b.jfif")
    turned = exif((0x0112, 3, 1, b"\6\0\0\0"), ODD["x resolution as text"])
    Image.fromarray(FACES.images[2]).resize((150, 120)).save(folder / "c.jpg", exif=turned)
    Image.fromarray(np.asarray(Image.fromarray(FACES.images[3]).convert("F")) / 255).save(folder / "d.tif")
    (folder / "e.jpg").write_bytes(b"\0\0\0\x18ftypheic\0\0\0\0mif1heic")
    status, lines, errors = detect(folder)
    assert status == 1 and [line.split()[-1][-5:] for line in lines] == ["a.jpg", ".jfif", "c.jpg", "d.tif"]
    assert len(errors) == 1 and "e.jpg: HEIC, as iPhones" in errors[0] and "export it as JPEG" in errors[0]


def test_a_threshold_that_is_no_number_is_refused(album):
    with pytest.raises(ValueError, match="a probability, from 0 to 1, not nan"):
        next(detecting.detect([album("a.png")], float("nan")))


def test_folders_that_are_passed_over_are_told(album, monkeypatch):
    folder = album("a.png", "sub/b.png", "shut/c.png", ".hidden/d.png")
    (folder / "link").symlink_to(folder / "sub")
    scandir, access = os.scandir, os.access

    def refusing(path):
        if str(path).endswith("shut"):
            raise PermissionError(13, "Permission denied", str(path))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refusing)
    monkeypatch.setattr(os, "access", lambda path, mode: not str(path).endswith("shut") and access(path, mode))
    found = {finding.file.relative_to(folder).as_posix(): finding.problem for finding in detecting.detect([folder])}
    assert found == {
        "a.png": "",
        "sub/b.png": "",
        "link": "a link to a folder: links aren't followed",
        "shut": "a folder that you aren't allowed to read",
    }
