"""When and by whom something was handed in, as the exchange tells it: time zones, names, and what can't be told."""

from datetime import datetime

import nbformat
import pytest
from toycourse import STAGE, make, notebook
from traitlets.config import Config

from gancourse.grading import batch, exchange
from gancourse.grading.books import exports
from gancourse.grading.books.records import Records
from gancourse.grading.course import settings
from gancourse.grading.intake import handin

SUMMER = "2026-07-01 23:30:00"


@pytest.mark.parametrize(
    ("text", "zone", "utc"),
    [
        (f"{SUMMER} UTC", "UTC", "23:30"),
        (f"{SUMMER}.123456 UTC", "UTC", "23:30"),
        (f"{SUMMER} UTC", "Europe/Berlin", "23:30"),
        (f"{SUMMER} CEST", "Europe/Berlin", "21:30"),
        (f"{SUMMER} EDT", "America/New_York", "03:30"),
        (f"{SUMMER} +0200", "UTC", "21:30"),
        (f"{SUMMER} +02:00", "UTC", "21:30"),
        (f"{SUMMER} -05", "UTC", "04:30"),
        (f"{SUMMER}+0530", "UTC", "18:00"),
        (f"{SUMMER} UTC+02:00", "UTC", "21:30"),
        (f"{SUMMER} +03", "Europe/Istanbul", "20:30"),
        (f"{SUMMER} Asia/Kolkata", "UTC", "18:00"),
        (f"{SUMMER}Z", "Europe/Berlin", "23:30"),
        (SUMMER, "UTC", "23:30"),
        (SUMMER, "Europe/Berlin", "21:30"),
        ("2026-07-01T23:30", "UTC", "23:30"),
        ("2026-10-25 02:30:00 CEST", "Europe/Berlin", "00:30"),  # the hour that comes twice
        ("2026-10-25 02:30:00 CET", "Europe/Berlin", "01:30"),
        ("2026-03-29 02:30:00 CEST", "Europe/Berlin", "00:30"),  # the hour that doesn't come
        ("2026-12-01 12:00:00 BST", "Europe/London", None),  # no summer time in December
        ("2026-12-01 12:00:00 CET", "UTC", "11:00"),
        (f"{SUMMER} CET", "UTC", None),  # in July clocks show CEST
        (f"{SUMMER} EST", "Europe/Berlin", "04:30"),
        (f"{SUMMER} CEST", "UTC", None),
        (f"{SUMMER} EDT", "Europe/Berlin", None),
        (f"{SUMMER} XYZ", "Europe/Berlin", None),
        (f"{SUMMER} Mars/Olympus", "UTC", None),
        (f"{SUMMER} ../../etc/passwd", "UTC", None),
        (f"{SUMMER} /etc/localtime", "UTC", None),
        (f"{SUMMER} +9900", "UTC", None),
        ("01/07/2026 23:30", "UTC", None),
        ("2026-07-01", "UTC", None),
        ("2026", "UTC", None),
        ("23:30", "UTC", None),
        ("Wed", "UTC", None),
        ("2026-13-01 10:00:00 UTC", "UTC", None),
        ("2026-02-30 10:00:00 UTC", "UTC", None),
        ("9999-12-31 23:59:59 -0500", "UTC", None),
        ("0001-01-01 00:00:00 +0500", "UTC", None),
        ("0001-01-01 00:00:00 CET", "Europe/Berlin", None),
        ("", "UTC", None),
        ("٢٠٢٦-٠٧-٠١ 10:00", "UTC", None),
    ],
)
def test_an_offset_is_an_offset_and_the_exchange_s_zone_decides_about_names(text, zone, utc):
    if utc is None:
        with pytest.raises(ValueError, match="zone .* unknown|no complete date and time|offset|month|day|no such date"):
            handin.handed_in_at(text, zone)
    else:
        assert f"{handin.handed_in_at(text, zone):%H:%M}" == utc


def test_a_zone_of_the_exchange_that_does_not_exist_is_said():
    with pytest.raises(ValueError, match="Exchange.timezone Berlin doesn't exist"):
        handin.handed_in_at(f"{SUMMER} UTC", "Berlin")


def submission(folder, time: str | bytes):
    folder.mkdir(parents=True)
    nbformat.write(notebook(), folder / f"{STAGE}.ipynb")
    (folder / "timestamp.txt").write_bytes(time if isinstance(time, bytes) else time.encode())
    return folder


@pytest.mark.parametrize(
    ("time", "said"),
    [(f"{SUMMER} CEST", "zone CEST unknown"), ("Wed", "no complete date and time"), (b"\xff", "isn't text")],
)
def test_a_time_that_cannot_be_told_is_left_out_with_a_word(tmp_path, time, said):
    found = handin.read(submission(tmp_path / "x", time), STAGE)
    assert found.timestamp is None and "timestamp.txt" not in found.own
    assert len(found.repairs) == 1 and found.repairs[0].startswith("timestamp.txt: ") and said in found.repairs[0]


def test_the_exchange_s_zone_is_the_one_of_the_course(tmp_path):
    folder = submission(tmp_path / "x", f"{SUMMER} CEST")
    assert handin.read(folder, STAGE, "Europe/Berlin").timestamp == datetime(2026, 7, 1, 21, 30)


def inbound(root, name: str, time: str = "2026-11-29 10:00:00.000000 UTC") -> None:
    submission(root / "gradebook" / "exchange" / "gan-course" / "inbound" / f"{name}+{STAGE}+{time}+0123", time)


def collected(root, **options) -> tuple[exchange.Collected, dict[str, str]]:
    config = settings(root)
    config.merge(Config({"Exchange": options, "ExchangeCollect": {"check_owner": False}}))
    with Records(config.CourseDirectory.db_url):
        told = exchange.collect(config, STAGE)
    place = root / "gradebook" / "submitted"
    times = {path.parts[-3]: path.read_text() for path in place.glob(f"*/{STAGE}/timestamp.txt")}
    return told, times


NAMES = ("ann", "o'brien@uni.example", "müller", "li wei", "d’arc", "ROSS_BOB+x", "a&b", "עדה", "[ann]", "50%", "a=b")


def test_every_name_that_does_no_harm_is_collected(tmp_path):
    root = make(tmp_path)
    for name in NAMES:
        inbound(root, name)
    (told, refused), times = collected(root)
    assert set(times) == set(NAMES) and not told and not refused


def test_newer_is_newer_in_every_zone(tmp_path):
    """An offset in the folder's name holds the + that parts it; and winter time follows summer time."""
    root = make(tmp_path)
    for name, first, second in (
        ("ann", "2026-07-01 23:30:00 +0200", "2026-07-01 22:30:00 +0000"),
        ("bob", "2026-10-25 02:45:00 CEST", "2026-10-25 02:15:00 CET"),
    ):
        inbound(root, name, first)
        assert collected(root, timezone="Europe/Berlin")[1][name] == first
        inbound(root, name, second)
        assert collected(root, timezone="Europe/Berlin")[1][name] == second
        assert collected(root, timezone="Europe/Berlin")[1][name] == second


HARMFUL = ("<img src=x>", 'quote"', "back\\slash")


def test_a_name_that_cannot_be_held_is_an_error_and_no_rubbish(tmp_path, monkeypatch):
    """It counts for the exit status, is in the exports as an error, and nbgrader's lists never show it."""
    root = make(tmp_path)
    monkeypatch.setattr(batch, "_prepare", lambda *arguments: pytest.fail("there is nothing to grade"))
    for name in HARMFUL:
        inbound(root, name)
    inbound(root, "late", "Wed")
    summary = batch.grade(root, STAGE)
    assert {outcome.student for outcome in summary.unresolved} == {*HARMFUL, "late"}
    for outcome in summary.outcomes:
        assert outcome.found.status == "error" and outcome.found.reasons[0].startswith(
            "handed in, but it can't be collected"
        )
    assert not list((root / "gradebook" / "submitted").glob("*"))
    with Records(settings(root).CourseDirectory.db_url) as records:
        found = {grade.learner.student: grade for grade in exports.grades(records, [STAGE])}
        assert found.keys() == {*HARMFUL, "late"} and all(grade.score is None for grade in found.values())
        assert "Nothing was handed in" not in exports.as_moodle(list(found.values()))
        assert records.learners() == {}
        batch.grade(root, STAGE)
        assert len(records.history(STAGE, "late")) == 1, "the same again is recorded once"


def test_one_that_can_be_taken_over_stands_for_one_that_cannot(tmp_path):
    root = make(tmp_path)
    inbound(root, "ann")
    inbound(root, "ann", "tomorrow")
    (told, refused), times = collected(root)
    assert times == {"ann": "2026-11-29 10:00:00.000000 UTC"} and not refused
    assert len(told) == 1 and "ann: handed in, but" in told[0]
