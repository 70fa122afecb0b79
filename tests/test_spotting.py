"""`gancourse anomalies`: the oddest first, what is no picture, and whether drawn masks are found among faces."""

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner

from gancourse import data
from gancourse.cli.main import app
from gancourse.metrics import auroc
from gancourse.trained import spotting

pytestmark = pytest.mark.stage("12")

FACES = data.draw_faces(90, seed=12, size=128)
BARE = FACES.images[(FACES.labels == 0) & (FACES.attributes["fit"] == "none")]
MASKED = FACES.images[FACES.labels == 1]


def anomalies(*arguments):
    """Exit status, lines on stdout, and what was said on stderr or by the error."""
    run = CliRunner().invoke(app, ["anomalies", *map(str, arguments)])
    return run.exit_code, run.stdout.splitlines(), f"{run.stderr}{run.exception or ''}"


@pytest.fixture
def folders(tmp_path):
    """A folder of ten bare faces, and one of two bare and two masked ones."""
    for name, pictures in {"good": BARE[:10], "album": np.concatenate([BARE[10:12], MASKED[:2]])}.items():
        (tmp_path / name).mkdir()
        for i, picture in enumerate(pictures):
            Image.fromarray(picture).save(tmp_path / name / f"{i}.png")
    return tmp_path


def test_masks_are_odd_among_bare_faces_and_lie_below():
    familiar = spotting.Familiar(BARE[:20])
    asked = np.concatenate([BARE[20:30], MASKED[:10]])
    assert auroc(familiar.scores(asked), np.arange(20) >= 10) > 0.7
    assert np.median(familiar.usual) == pytest.approx(1) and (np.diff(familiar.usual) >= 0).all()
    masked, bare = (familiar.distances(each)[:, 8:14, 4:12].mean() for each in (MASKED[:10], BARE[20:30]))
    assert masked > 1.1 * bare


def test_a_picture_is_scored_by_itself_and_a_known_one_has_no_distance():
    familiar = spotting.Familiar(BARE[:6])  # all its 1,536 places are remembered
    alone = [familiar.scores(each[None])[0] for each in BARE[8:12]]
    assert familiar.scores(BARE[8:12]) == pytest.approx(alone, rel=1e-3)
    assert familiar.scores(BARE[:1])[0] < 0.05
    assert (familiar.usual > 0.3).all()  # compared with all *others*


def test_lines_are_sorted_and_say_score_and_rank(folders):
    status, lines, said = anomalies(folders / "album", "--normal", folders / "good")
    assert status == 0 and len(lines) == 4, said
    scores = [float(line.split()[0]) for line in lines]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= float(line.split()[1].removesuffix("%")) <= 100 for line in lines)
    assert sorted(line.split()[-1] for line in lines) == [str(folders / "album" / f"{i}.png") for i in range(4)]


def test_one_picture_and_a_sheet(folders):
    target = folders / "sheet.png"
    status, lines, said = anomalies(folders / "album", "--normal", folders / "good", "--sheet", target)
    assert status == 0 and "the 4 oddest first" in lines[-1], said
    assert Image.open(target).width > 300
    assert anomalies(folders / "album", "--normal", folders / "good", "--sheet", target)[0] == 1
    status, lines, _ = anomalies(
        folders / "album" / "3.png", "--normal", folders / "good", "--sheet", target, "--force"
    )
    assert status == 0 and "the 1 oddest first" in lines[-1]


def test_what_is_no_picture_is_named_and_the_others_get_their_line(folders):
    (folders / "album" / "text.jpg").write_text("no picture")
    (folders / "good" / "notes.txt").write_text("no picture")
    status, lines, said = anomalies(folders / "album", "--normal", folders / "good")
    assert status == 1 and len(lines) == 4 and "text.jpg" in said and "notes.txt" in said


@pytest.mark.parametrize("mode", ["L", "RGBA", "P", "CMYK", "1", "I;16"])
def test_modes_and_shapes(mode, folders):
    file = folders / ("odd.jpg" if mode == "CMYK" else "odd.png")
    picture = Image.fromarray(BARE[0][:40, :70])
    sixteen = Image.fromarray(np.asarray(picture.convert("L")).astype(np.uint16) * 257)
    (sixteen if mode == "I;16" else picture.convert(mode)).save(file)
    status, lines, said = anomalies(file, "--normal", folders / "good")
    assert status == 0 and len(lines) == 1, said


def test_too_few_normal_ones_and_folders_that_are_not_there(folders):
    for normal, words in ((folders / "album", "at least 8"), (folders / "gone", "no such file")):
        status, lines, said = anomalies(folders / "album", "--normal", normal, "--sheet", folders / "new.png")
        assert status == 1 and words in said and not lines and not (folders / "new.png").exists()
    status, _, said = anomalies(folders / "gone", "--normal", folders / "good")
    assert status == 1 and "no such file" in said
