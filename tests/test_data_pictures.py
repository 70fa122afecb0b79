"""Odd picture files, as cameras, scanners and file managers leave them: read right, or told; never an exception."""

import io
import os
import struct
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageOps

from gancourse.data import load
from gancourse.data.pictures import Broken, decode, quiet

ORIENTATION = 0x0112
RNG = np.random.default_rng(0)
PIXELS = RNG.integers(0, 256, (12, 20, 3), dtype=np.uint8)

# EXIF entries as tag, type, count, value: what the standard doesn't allow
ODD = {
    "x resolution as text": (0x011A, 2, 4, b"72\0\0"),
    "resolution unit as text": (0x0128, 2, 2, b"2\0\0\0"),
    "software as numbers": (0x0131, 3, 2, b"abcd"),
    "description undefined": (0x010E, 7, 3, b"abc\0"),
    "date as a number": (0x0132, 4, 1, b"abcd"),
    "copyright as a fraction that lies nowhere": (0x8298, 5, 1, b"\xff\xff\xff\xff"),
    "positioning undefined": (0x0213, 7, 2, b"\1\0\0\0"),
    "GPS block that lies nowhere": (0x8825, 4, 1, b"\xff\xff\xff\xff"),
    "EXIF block within itself": (0x8769, 4, 1, struct.pack("<I", 8)),
}


def exif(*entries: tuple[int, int, int, bytes]) -> bytes:
    body = b"".join(struct.pack("<HHI", *entry[:3]) + entry[3] for entry in sorted(entries))
    return b"Exif\0\0II*\0" + struct.pack("<IH", 8, len(entries)) + body + struct.pack("<I", 0)


def stored(suffix: str, picture: Image.Image, **options) -> io.BytesIO:
    file = io.BytesIO()
    picture.save(file, suffix, **options)
    file.seek(0)
    return file


def read(file: io.BytesIO, channels: int = 3) -> np.ndarray:
    with quiet():
        return decode(file, channels, None, ImageOps.fit)


@pytest.mark.parametrize("entry", ODD.values(), ids=ODD)
@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_orientation_is_obeyed_whatever_else_the_exif_holds(form, entry):
    lying = stored(form, Image.fromarray(PIXELS), exif=exif((ORIENTATION, 3, 1, b"\6\0\0\0"), entry))
    upright = Image.open(stored(form, Image.fromarray(PIXELS))).convert("RGB").transpose(Image.Transpose.ROTATE_270)
    assert np.array_equal(read(lying), np.asarray(upright))


@pytest.mark.parametrize(
    ("entry", "turned"),
    [
        ((ORIENTATION, 3, 1, b"\3\0\0\0"), True),
        ((ORIENTATION, 4, 1, b"\3\0\0\0"), True),
        ((ORIENTATION, 1, 1, b"\3\0\0\0"), True),
        ((ORIENTATION, 2, 2, b"3\0\0\0"), True),
        ((ORIENTATION, 3, 2, b"\3\0\3\0"), True),
        ((ORIENTATION, 3, 1, b"\0\0\0\0"), False),
        ((ORIENTATION, 3, 1, b"\x09\0\0\0"), False),
        ((ORIENTATION, 2, 4, b"top\0"), False),
    ],
)
def test_orientation_counts_in_whatever_type_it_is_written(entry, turned):
    picture = read(stored("PNG", Image.fromarray(PIXELS), exif=exif(entry)))
    assert np.array_equal(picture, PIXELS[::-1, ::-1] if turned else PIXELS)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_every_orientation_is_turned_as_pillow_turns_it(orientation):
    tags = Image.Exif()
    tags[ORIENTATION] = orientation
    for form in ("PNG", "TIFF"):
        file = stored(form, Image.fromarray(PIXELS), exif=tags)
        expected = np.asarray(ImageOps.exif_transpose(Image.open(io.BytesIO(file.getvalue()))))
        assert np.array_equal(read(file), expected), form


def test_no_file_raises_anything_but_broken():
    """A few hundred files with a few bytes changed, in the header, where EXIF is, or anywhere."""
    files = [
        stored(
            "JPEG", Image.fromarray(PIXELS), exif=exif((ORIENTATION, 3, 1, b"\6\0\0\0"), ODD["software as numbers"])
        ),
        stored("PNG", Image.fromarray(PIXELS), exif=exif((ORIENTATION, 3, 1, b"\6\0\0\0"))),
        stored("TIFF", Image.fromarray(PIXELS[..., 0].astype(np.float32))),
        stored("GIF", Image.fromarray(PIXELS).convert("P"), save_all=True, append_images=[Image.fromarray(PIXELS)]),
        stored("WEBP", Image.fromarray(PIXELS)),
    ]
    rng = np.random.default_rng(1)
    for whole in files:
        for trial in range(300):
            content = bytearray(whole.getvalue())
            for place in rng.integers(0, min(len(content), 200) if trial % 2 else len(content), 3):
                content[place] = rng.integers(256)
            try:
                picture = read(io.BytesIO(content))
            except Broken as err:
                assert str(err)
            else:
                assert picture.dtype == np.uint8 and picture.ndim == 3


RAMP = np.linspace(0, 1, 64).reshape(8, 8)


@pytest.mark.parametrize(
    ("values", "white"),
    [
        ((RAMP * 65535).astype("<u2"), 65535),
        ((RAMP * 65535).astype(">u2"), 65535),
        ((RAMP * 4095).astype("<u2"), 4095),  # a camera's 12 bits
        ((RAMP * 4095).astype(">u2"), 4095),
        ((RAMP * 1000).astype("<u2"), 1023),
        ((RAMP * 255).astype("<i4"), 255),
        ((RAMP * 200).astype("<i4"), 255),
        ((RAMP * 65535).astype("<i4"), 65535),
        ((RAMP * 9e6).astype("<i4"), 9e6),
        (RAMP.astype("<f4"), 1),
        ((RAMP * 255).astype("<f4"), 255),
        ((RAMP * 1.7).astype("<f4"), 1.7),
        ((RAMP * 9).astype("<i4"), 9),
    ],
)
def test_deep_pictures_are_scaled_by_what_they_hold(tmp_path, values, white):
    (tmp_path / "x").mkdir()
    tiff(tmp_path / "x" / "a.tif", values)
    loaded = load(f"folder:{tmp_path}").images
    assert loaded.shape == (1, 8, 8, 1)
    assert np.abs(loaded[0, ..., 0] - values.astype(float) * 255 / white).max() <= 0.51


def tiff(path: Path, values: np.ndarray) -> None:
    """A grey TIFF of any depth and byte order, without Pillow, which writes fewer of them than it reads."""
    order = ">" if values.dtype.byteorder == ">" else "<"
    kind = {"u": 1, "i": 2, "f": 3}[values.dtype.kind]
    facts = {256: values.shape[1], 257: values.shape[0], 258: 8 * values.itemsize, 259: 1, 262: 1}
    facts |= {273: 8, 277: 1, 278: values.shape[0], 279: values.nbytes, 339: kind}
    entries = b"".join(struct.pack(f"{order}HHII", tag, 4, 1, value) for tag, value in facts.items())
    head = (b"MM\0*" if order == ">" else b"II*\0") + struct.pack(f"{order}I", 8 + values.nbytes)
    path.write_bytes(head + values.tobytes() + struct.pack(f"{order}H", len(facts)) + entries + bytes(4))


def test_signed_values_go_from_the_smallest_to_the_largest(tmp_path):
    (tmp_path / "x").mkdir()
    tiff(tmp_path / "x" / "a.tif", (RAMP * 2000 - 1000).astype("<i2"))
    tiff(tmp_path / "x" / "b.tif", (RAMP * 2 - 1).astype("<f4"))
    for picture in load(f"folder:{tmp_path}").images:
        assert np.abs(picture[..., 0] - RAMP * 255).max() <= 1


def test_scaled_pictures_are_named_and_those_without_a_scale_left_out(tmp_path, capsys):
    (tmp_path / "x").mkdir()
    tiff(tmp_path / "x" / "camera.tif", (RAMP * 4095).astype("<u2"))
    tiff(tmp_path / "x" / "full.tif", (RAMP * 65535).astype("<u2"))
    tiff(tmp_path / "x" / "depth.tif", np.where(RAMP > 0.5, np.nan, RAMP).astype("<f4"))
    tiff(tmp_path / "x" / "black.tif", np.zeros((8, 8), "<u2"))
    assert load(f"folder:{tmp_path}").images.reshape(3, -1).max(1).tolist().count(255) == 2
    out = capsys.readouterr().out
    assert "depth.tif (it holds values that aren't finite)" in out and "2 of 4 pictures don't have 8 or 16 bits" in out
    assert "camera.tif" in out and "full.tif" not in out


def test_what_pillow_reads_is_read_whatever_its_suffix(tmp_path):
    picture, names = Image.fromarray(PIXELS), ["a.jfif", "b.JPE", "c.tga", "d.jp2", "e", "f.pbm", "g.dib", "h.pcx"]
    (tmp_path / "x").mkdir()
    forms = ["JPEG", "JPEG", "TGA", "JPEG2000", "JPEG", "PPM", "DIB", "PCX"]
    for name, form in zip(names, forms):
        picture.convert("1" if form == "PPM" else "RGB").save(tmp_path / "x" / name, form)
    assert len(load(f"folder:{tmp_path}")) == len(names)


def test_what_is_left_out_is_told_in_one_line(tmp_path, capsys):
    for folder in ("cat", "dog", "cat/kittens", "cat/.hidden", "dog/__MACOSX"):
        (tmp_path / folder).mkdir()
    for name in ("cat/1.png", "cat/2.png", "dog/1.png", "cat/kittens/1.png", "top.png"):
        Image.fromarray(PIXELS).save(tmp_path / name)
    for name in (
        "cat/a.heic",
        "cat/b.HEIC",
        "dog/notes.txt",
        "dog/words",
        "dog/Thumbs.db",
        "dog/.DS_Store",
        "cat/._1.png",
    ):
        (tmp_path / name).write_bytes(b"something else")
    assert len(load(f"folder:{tmp_path}")) == 3
    out = capsys.readouterr().out
    assert out.count("\n") == 1
    assert "left out 4 files of other kinds (.heic, .txt, without suffix)" in out
    assert "1 folder within a class (cat/kittens)" in out and "1 picture beside the class folders" in out
    assert "export it as JPEG" in out


def test_folders_beside_train_and_test_are_told(tmp_path, capsys):
    for split in ("train", "test", "val"):
        (tmp_path / split / "x").mkdir(parents=True)
        Image.fromarray(PIXELS).save(tmp_path / split / "x" / "1.png")
    (tmp_path / "train" / "x" / "2.raw").touch()
    load(f"folder:{tmp_path}")
    out = capsys.readouterr().out
    assert "1 folder beside train/ and test/ (val)" in out and "(.raw)" in out
    load(f"folder:{tmp_path}", "test")
    assert ".raw" not in capsys.readouterr().out


def test_a_class_of_nothing_but_heic_says_so(tmp_path):
    (tmp_path / "x").mkdir()
    (tmp_path / "x" / "1.heic").touch()
    with pytest.raises(ValueError, match=r"holds no pictures, but 1 file of another kind \(.heic\).*export it as JPEG"):
        load(f"folder:{tmp_path}")


def test_heic_by_another_name_says_so(tmp_path, capsys):
    (tmp_path / "x").mkdir()
    (tmp_path / "x" / "a.jpg").write_bytes(b"\0\0\0\x18ftypheic\0\0\0\0mif1heic")
    Image.fromarray(PIXELS).save(tmp_path / "x" / "b.png")
    assert len(load(f"folder:{tmp_path}")) == 1
    assert "a.jpg (HEIC, as iPhones" in capsys.readouterr().out


def test_names_that_are_no_text_or_move_the_cursor_are_shown_harmlessly(tmp_path, capsys):
    folder = os.fsencode(tmp_path) + b"/gro\xdf"
    os.mkdir(folder)  # noqa: PTH102 - a name in Latin-1
    Image.fromarray(PIXELS).save(os.fsdecode(folder) + "/1.png")
    for name in (b"caf\xe9.png", b"x\x1b[31mred\n.png", "\u202egnp.exe.png".encode()):
        Path(os.fsdecode(folder + b"/" + name)).write_bytes(b"broken")
    loaded = load(f"folder:{tmp_path}")
    out = capsys.readouterr().out
    assert loaded.classes == ("groß",) and out.encode() and out.count("\n") == 1
    assert "café.png" in out and "x?[31mred?.png" in out and "\u202e" not in out


@pytest.mark.parametrize("mode", ["CMYK", "LA", "P", "PA", "RGBA", "YCbCr", "LAB", "1"])
def test_every_mode_comes_out_as_colour_and_as_grey(mode, tmp_path):
    form = {"CMYK": "JPEG", "YCbCr": "JPEG", "LAB": "TIFF", "PA": "TIFF"}.get(mode, "PNG")
    smooth = Image.fromarray(np.repeat((RAMP * 255).astype(np.uint8)[..., None], 3, axis=2))
    if mode == "PA":
        picture = smooth.convert("P")
        picture.putalpha(255)
    elif mode == "LAB":
        picture = Image.merge("LAB", [smooth.convert("L"), *[Image.new("L", (8, 8), 128)] * 2])
    else:
        picture = smooth.convert(mode)
    file = stored(form, picture)
    for channels in (1, 3):
        assert read(io.BytesIO(file.getvalue()), channels).shape == (8, 8, channels)
