"""Aligned faces: where the eyes end up, what borders do, and the list of landmarks against the pictures."""

import hashlib
import io
import sys
import types
import zipfile

import numpy as np
import pytest
from PIL import Image
from test_data_sources import write_files

from gancourse import data, paths
from gancourse.data import alignment, catalog, photographs

CATALOG = """
[photos]
title = "Photographs"
shape = [64, 64, 3]
train = 3
test = 1
classes = ["bare", "masked"]
licence = "MIT"
homepage = ""
archive = "photographs"
pictures = "photos.txt"
by_hand = "Ask the authors."
[faces]
title = "Faces"
shape = [32, 32, 3]
train = 2
test = 1
classes = ["bare", "masked"]
licence = "MIT"
homepage = ""
archive = "aligned"
faces_of = "photos"
landmarks = "landmarks.txt"
"""
UPRIGHT = np.array([[-22.5, 0], [22.5, 0], [0, 20], [-15, 50], [15, 50]])  # about the middle between the eyes


def drawn(middle, scale=1.0, degrees=0.0, size=(200, 160), grey=128):
    """A picture with a red left eye, a green right one and a blue mouth, and its five points."""
    turn = np.radians(degrees)
    rotation = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    points = UPRIGHT @ rotation.T * scale + middle
    picture = np.full((size[1], size[0], 3), grey, np.uint8)
    y, x = np.mgrid[: size[1], : size[0]] + 0.5
    for place, colour in [(points[0], (255, 0, 0)), (points[1], (0, 255, 0)), (points[3:].mean(0), (0, 0, 255))]:
        picture[np.hypot(x - place[0], y - place[1]) < 6 * scale] = colour
    return Image.fromarray(picture), points


def centre(picture: Image.Image, channel: int) -> np.ndarray:
    """Where a colour is, as shares of the picture's width and height."""
    pixels = np.asarray(picture).astype(float)
    mass = np.clip(pixels[..., channel] - pixels[..., [c for c in range(3) if c != channel]].max(-1) - 60, 0, None)
    y, x = np.mgrid[: picture.height, : picture.width] + 0.5
    return np.array([(mass * x).sum() / mass.sum() / picture.width, (mass * y).sum() / mass.sum() / picture.height])


@pytest.mark.parametrize("size", [32, 64])
@pytest.mark.parametrize(
    ("scale", "degrees", "shape"), [(1, 0, (200, 160)), (0.7, 25, (160, 200)), (4, -20, (900, 700))]
)
def test_eyes_and_mouth_end_up_in_their_places(size, scale, degrees, shape):
    picture, points = drawn((shape[0] * 0.45, shape[1] * 0.4), scale, degrees, shape)
    aligned = alignment.align(picture, points, size)
    assert aligned.size == (size, size) and aligned.mode == "RGB"
    # the eyes are 45 apart and 50 above the mouth, so their distance is what is 0.45 of the side (0.9 * 50 = 45, too)
    for channel, place in [(0, (0.275, 0.33)), (1, (0.725, 0.33)), (2, (0.5, 0.83))]:
        assert np.abs(centre(aligned, channel) - place).max() < 0.012, (channel, centre(aligned, channel))


def test_a_narrow_face_is_scaled_by_its_height():
    """Seen from the side, the eyes are close together: the mouth says how large the face is."""
    picture, points = drawn((100, 60))
    points[:2, 0] = 95, 105
    assert alignment.square_of(points).side == pytest.approx(0.9 * 50 / 0.45)
    assert centre(alignment.align(picture, points, 64), 2)[1] == pytest.approx(0.83, abs=0.012)


def test_beyond_its_borders_a_picture_is_reflected():
    picture, points = drawn((60, 20), grey=200)
    pixels = np.asarray(picture).copy()
    pixels[:10] = 30  # a dark band at the top, and the square begins 13 pixels above it
    aligned = np.asarray(alignment.align(Image.fromarray(pixels), points, 100))
    column = aligned[:, 95, 0].astype(int)
    # from the top: 3 rows of what lies below the band, reflected; the band, reflected; the band; what lies below it
    assert (column[:2] > 170).all() and (column[5:21] < 60).all() and (column[25:] > 170).all()


def test_grey_pictures_stay_grey():
    picture, points = drawn((100, 60))
    assert alignment.align(picture.convert("L"), points, 32).mode == "L"


@pytest.mark.parametrize(
    ("middle", "scale", "degrees", "why"),
    [
        ((100, 60), 1, 0, ""),
        ((100, 60), 1, 29, ""),
        ((100, 60), 1, 31, "face turned too far"),
        ((100, 60), 1, -31, "face turned too far"),
        ((100, 60), 0.47, 0, "face too small"),
        ((45, 60), 1, 0, ""),
        ((25, 60), 1, 0, "too much of the face outside"),
    ],
)
def test_what_cannot_be_aligned_says_why(middle, scale, degrees, why):
    _, points = drawn(middle, scale, degrees)
    assert alignment.why_not(alignment.Face(200, 160, points)) == why


def test_no_face_is_a_reason_too():
    assert alignment.why_not(None) == "no face found"


# A set with landmarks

FACES = {  # digest's picture: where its face is
    ("train", "bare", 0): dict(middle=(100, 60)),
    ("train", "bare", 1): dict(middle=(100, 70), degrees=20, size=(190, 170)),
    ("train", "masked", 2): dict(middle=(120, 150), scale=1.2, size=(240, 420)),  # long: a mirror has it squeezed
    ("test", "masked", 3): dict(middle=(90, 50)),
}
LEFT_OUT = ("train", "bare", 1)


@pytest.fixture
def course(tmp_path, monkeypatch):
    """A course with four photographs, one of them left out of the aligned set, in a folder `own` and as a mirror."""
    listed, found, own = {}, {}, {}
    with zipfile.ZipFile(tmp_path / "photos.zip", "w") as mirror:
        for (split, name, number), face in FACES.items():
            picture, points = drawn(**face, grey=100 + number)
            file = io.BytesIO()
            picture.save(file, "PNG")
            digest = hashlib.sha256(file.getvalue()).hexdigest()[:16]
            own[f"dataset/{7 - number}.png"] = file.getvalue()
            said = alignment.written(alignment.Face(*picture.size, points))
            folder = f"{split}/{name}"
            listed.setdefault(folder, []).append(digest)
            found.setdefault(folder, []).append(
                f"{digest} {'no face found' if (split, name, number) == LEFT_OUT else said}"
            )
            squared = io.BytesIO()
            photographs.whole_or_middle(picture, (64, 64)).save(squared, "PNG")
            mirror.writestr(f"{split}/{name}/{number:04d}.png", squared.getvalue())
        for split, name in [("test", "bare")]:  # empty
            listed.setdefault(f"{split}/{name}", []), found.setdefault(f"{split}/{name}", [])

    def lines(sections):
        return "\n".join(line for folder, part in sections.items() for line in [f"[{folder}]", *part]).encode() + b"\n"

    write_files(
        tmp_path / "datasets",
        {"catalog.toml": CATALOG.encode(), "photos.txt": lines(listed), "landmarks.txt": lines(found)},
    )
    write_files(tmp_path / "own", own)
    monkeypatch.setattr(paths, "root", lambda: tmp_path)
    monkeypatch.setenv("GANCOURSE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("GANCOURSE_OFFLINE", "1")
    monkeypatch.delenv("GANCOURSE_MIRROR", raising=False)
    return tmp_path


def assert_aligned(tolerance: float) -> None:
    train, test = data.load("faces"), data.load("faces", "test")
    assert train.images.shape == (2, 32, 32, 3) and sorted(train.labels) == [0, 1] and test.labels.tolist() == [1]
    for image in (*train.images, *test.images):
        for channel, place in [(0, (0.275, 0.33)), (1, (0.725, 0.33)), (2, (0.5, 0.83))]:
            assert np.abs(centre(Image.fromarray(image), channel) - place).max() < tolerance


def test_a_mirrors_small_squares_are_aligned(course, monkeypatch, capsys):
    """Cropped or squeezed, at another size: the landmarks are for the photographs."""
    monkeypatch.setenv("GANCOURSE_MIRROR", str(course))
    assert_aligned(0.03)
    told = capsys.readouterr().out
    assert "faces: left out 1 of 4 photographs (no face found 1)\n" in told
    assert "faces: prepared 2 train, 1 test pictures from the mirror's photos.zip, aligned" in told


def test_the_authors_photographs_are_aligned(course):
    data.import_set("faces", course / "own")
    assert_aligned(0.015)


def test_other_landmarks_are_prepared_anew(course, monkeypatch, capsys):
    monkeypatch.setenv("GANCOURSE_MIRROR", str(course))
    data.load("faces")
    capsys.readouterr()
    data.load("faces")
    assert not capsys.readouterr().out
    list_of_faces = course / "datasets" / "landmarks.txt"
    list_of_faces.write_text("# found anew\n" + list_of_faces.read_text())
    data.load("faces")
    assert "prepared 2 train" in capsys.readouterr().out


def test_a_folder_without_the_photographs_is_refused(course, tmp_path):
    write_files(tmp_path / "other", {"a.txt": b"nothing"})
    with pytest.raises(ValueError, match=r"no photographs of photos in it\. Ask the authors\."):
        data.import_set("faces", tmp_path / "other")


def test_without_any_source_the_mirrors_file_is_named(course):
    with pytest.raises(FileNotFoundError, match=r"a folder with photos\.zip"):
        data.load("faces")


# One's own pictures


def detector_of(points, score=0.99):
    """A stand-in for facenet-pytorch, whose faces are at `points` of the picture as MTCNN is shown it."""

    class MTCNN:
        def __init__(self, **options): ...

        def detect(self, picture, landmarks):
            shown = (np.array(picture)[..., 0] > np.array(picture)[..., 1] + 100).any()  # a red eye
            return ([[0, 0, 9, 9]], [score], [points(picture)]) if shown else (None, [None], None)

    module = types.ModuleType("facenet_pytorch")
    module.MTCNN = MTCNN
    return module


@pytest.fixture
def own(tmp_path):
    (tmp_path / "people").mkdir()
    drawn((100, 60), degrees=15)[0].save(tmp_path / "people" / "a.png")
    Image.new("RGB", (50, 50)).save(tmp_path / "people" / "b.png")
    alignment.detector.cache_clear()
    yield tmp_path
    alignment.detector.cache_clear()


def test_ones_own_pictures_are_aligned(own, monkeypatch, capsys):
    def points(picture):
        scale = alignment.SEEN_AT / 200
        assert picture.size == (384 + 192, round(160 * scale) + 192)
        return drawn((100, 60), degrees=15)[1] * scale + alignment.BORDER

    monkeypatch.setitem(sys.modules, "facenet_pytorch", detector_of(points))
    faces = data.load(f"folder:{own}", aligned=True)
    assert faces.images.shape == (1, 64, 64, 3)
    assert np.abs(centre(Image.fromarray(faces.images[0]), 0) - (0.275, 0.33)).max() < 0.012
    told = capsys.readouterr().out
    assert "left out 1 of 2 pictures that can't be read and aligned" in told and "b.png (no face found)" in told


def test_a_detector_that_is_unsure_finds_nothing(own, monkeypatch):
    monkeypatch.setitem(sys.modules, "facenet_pytorch", detector_of(lambda _: UPRIGHT + 200, score=0.7))
    with pytest.raises(ValueError, match="none of the 2 pictures .* can be read and aligned.*no face found"):
        data.load(f"folder:{own}", size=32, aligned=True)


def test_without_a_detector_one_is_told_what_to_install(own, monkeypatch):
    monkeypatch.setitem(sys.modules, "facenet_pytorch", None)
    with pytest.raises(ImportError, match="pip install --no-deps facenet-pytorch"):
        data.load(f"folder:{own}", aligned=True)


def test_named_sets_are_aligned_by_name():
    with pytest.raises(ValueError, match="`aligned-faces` are aligned already"):
        data.load("masked-faces", aligned=True)


# The real list


def test_the_list_of_faces_fits_catalogue_and_pictures():
    entry, whole = catalog.entry("aligned-faces"), catalog.entry("masked-faces")
    found, listed = alignment.listed_faces(entry), photographs.listed_pictures(whole)
    for split, classes in found.items():
        faces = [face for part in classes.values() for face in part.values() if isinstance(face, alignment.Face)]
        assert len(faces) == entry.counts[split] and not any(map(alignment.why_not, faces))
        assert all(list(part) == list(dict.fromkeys(listed[split][label])) for label, part in classes.items())
