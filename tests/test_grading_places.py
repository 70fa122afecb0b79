"""Grading in a clone at an odd path, and with everything that is written elsewhere than in the clone."""

import shutil
import sys
from pathlib import Path

import nbformat
import pytest
from test_grading_batch import RIGHT
from toycourse import STAGE, make, notebook

from gancourse.grading import batch, release
from gancourse.grading.course import settings
from gancourse.grading.feedback import handback

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or not shutil.which("bwrap"), reason="no bubblewrap on this machine"
)
ODD = "GAN [WS26] (2+), 50% für {alle}"


def hand_in(exchange: Path, student: str) -> None:
    folder = exchange / "gan-course" / "inbound" / f"{student}+{STAGE}+2026-11-01 10:00:00.000000 UTC+abcd"
    folder.mkdir(parents=True)
    nbformat.write(notebook(RIGHT), folder / f"{STAGE}.ipynb")
    (folder / "timestamp.txt").write_text("2026-11-01 10:00:00.000000 UTC")
    (folder / "submission_secret.txt").write_text("secret")


def graded_with_feedback(root: Path) -> tuple[dict[str, float], dict[str, Path]]:
    summary = batch.grade(root, STAGE, jobs=1)
    scores = {outcome.student: outcome.found.score for outcome in summary.outcomes}
    pages, failed = handback.write(settings(root), STAGE)
    assert not failed
    unreleased = handback.hand_out(settings(root), STAGE, pages)
    assert set(unreleased) <= {"ann [x]"}, unreleased
    return scores, pages


def test_in_a_path_that_nbgrader_would_take_for_a_pattern(tmp_path):
    root = make(tmp_path / ODD)
    assert release.write(root, release.generate(root)) == [Path(STAGE) / f"{STAGE}.ipynb"]
    for student in ("ann [x]", "o'brien"):
        hand_in(root / "gradebook" / "exchange", student)
    scores, pages = graded_with_feedback(root)
    assert scores == {"ann [x]": 3, "o'brien": 3}
    assert (root / "gradebook" / "gradebook.db").is_file() and all(page.is_file() for page in pages.values())
    assert (root / "gradebook" / "feedback" / "ann [x]" / STAGE / f"{STAGE}.html").is_file()
    assert list((root / "gradebook" / "exchange" / "gan-course" / "feedback").glob("*.html"))


def test_everything_that_is_written_may_be_elsewhere(tmp_path, monkeypatch):
    root = make(tmp_path / "clone")
    before = sorted(path.name for path in root.iterdir())
    place = tmp_path / "mine [x] (+)"
    monkeypatch.setenv("GANCOURSE_WORK", str(place))
    hand_in(place / "gradebook" / "exchange", "o'brien")
    scores, pages = graded_with_feedback(root)
    assert scores == {"o'brien": 3}
    assert (place / "gradebook" / "gradebook.db").is_file()
    assert (place / "gradebook" / "autograded" / "o'brien" / STAGE / f"{STAGE}.ipynb").is_file()
    assert pages["o'brien"].samefile(place / "gradebook" / "feedback" / "o'brien" / STAGE / f"{STAGE}.html")
    assert sorted(path.name for path in root.iterdir() if path.name != "__pycache__") == before
