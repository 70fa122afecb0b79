"""Grades for Canvas, Moodle, spreadsheets and programs; statistics of a class; the commands that show them."""

import csv
import io
import json

import pytest
from graded import assessment, enter, failure
from matplotlib.image import imread
from nbgrader.api import Gradebook
from toycourse import STAGE, make, notebook
from typer.testing import CliRunner

from gancourse import paths
from gancourse.cli.grades import app
from gancourse.grading.assessment import Status
from gancourse.grading.books import exports, statistics
from gancourse.grading.books.gradebook import Learner
from gancourse.grading.books.records import Records

FULL = {"double-values": {"auto_score": 2}, "half-values": {"auto_score": 1}}


@pytest.fixture
def root(tmp_path, monkeypatch):
    """A course whose gradebook has the tables, and nothing else."""
    root = make(tmp_path / "course")
    monkeypatch.setattr(paths, "root", lambda: root)
    monkeypatch.delenv("GANCOURSE_DB", raising=False)
    (root / "gradebook").mkdir(exist_ok=True)
    Records(url(root)).close()
    return root


def url(root) -> str:
    return f"sqlite:///{root / 'gradebook' / 'gradebook.db'}"


def record(root, student: str, *attempts, sha256: str = "abc") -> None:
    with Records(url(root)) as records:
        for made in attempts:
            records.add(STAGE, student, made, submission_sha256=sha256, version="1")


def enrol(root, student: str, **known) -> None:
    with Gradebook(url(root), course_id="gan-course") as gradebook:
        gradebook.update_or_create_student(student, **known)


def grades(root) -> dict[str, exports.Grade]:
    with Records(url(root)) as records:
        return {grade.learner.student: grade for grade in exports.grades(records, [STAGE])}


def run(*words: str, code: int = 0) -> tuple[str, str]:
    """The command's stdout and stderr."""
    result = CliRunner().invoke(app, list(words), terminal_width=200, env={"COLUMNS": "200"})
    assert result.exit_code == code, (result.output, result.exception)
    return result.stdout, result.stderr


def rows(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline="")))


def export(format: str, *words: str) -> list[list[str]]:
    return rows(run("export", "00", "--format", format, *words)[0])


def test_an_older_score_never_stands_in_for_a_failed_regrade(root):
    for status in Status:
        record(root, str(status), assessment(), failure(status, f"it was {status}"))
        enter(url(root), str(status), FULL)
    found = grades(root)
    for status in (Status.UNREADABLE, Status.ERROR, Status.MISSING):
        assert (found[status].status, found[status].score) == (status, None)
    assert found["error"].note == "it was error"


def test_missing_is_not_zero_and_zero_is_not_missing(root):
    enrol(root, "absent")
    record(root, "nothing", failure(Status.MISSING))
    record(root, "zero", assessment(0, 0))
    found = grades(root)
    assert [(found[name].status, found[name].score) for name in ("absent", "nothing", "zero")] == [
        (Status.MISSING, None),
        (Status.MISSING, None),
        (Status.GRADED, 0),
    ]
    head, *below = export("csv")
    own = {row["student"]: row for row in (dict(zip(head, cells)) for cells in below)}
    assert [(own[name]["status"], own[name]["score"]) for name in ("absent", "nothing", "zero")] == [
        ("missing", ""),
        ("missing", ""),
        ("graded", "0"),
    ]
    canvas = {row[3]: row[5] for row in export("canvas")[2:]}
    assert canvas == {"absent": "", "nothing": "", "zero": "0"}
    moodle = {row[3]: row[5::2] for row in export("moodle")[1:]}
    assert moodle == {"absent": ["-", "missing"], "nothing": ["-", "missing"], "zero": ["0", "graded"]}
    entries = {entry["student"]: entry["score"] for entry in json.loads(run("export", "00", "--format", "json")[0])}
    assert entries == {"absent": None, "nothing": None, "zero": 0}


def test_what_was_changed_in_formgrader_counts(root):
    record(root, "ada", assessment(0, 1))
    enter(
        url(root),
        "ada",
        {
            "double-values": {"auto_score": 0, "manual_score": 1.5, "extra_credit": 0.25},
            "half-values": {"auto_score": 1},
        },
        penalty=0.5,
    )
    assert (grades(root)["ada"].score, grades(root)["ada"].max_score) == (2.25, 3)


def test_a_penalty_takes_no_more_than_there_is(root):
    record(root, "ada", assessment(0, 1))
    enter(url(root), "ada", {"double-values": {"auto_score": 0}, "half-values": {"auto_score": 1}}, penalty=3)
    assert grades(root)["ada"].score == 0


@pytest.mark.parametrize("status", [Status.REVIEW, Status.TIMEOUT])
def test_a_review_counts_once_it_is_decided(root, status):
    record(root, "ada", assessment(status=status, reasons=("patched np.allclose",)))
    assert (grades(root)["ada"].status, grades(root)["ada"].score) == (status, None)
    enter(
        url(root),
        "ada",
        {"double-values": {"auto_score": 2, "needs_manual_grade": True}, "half-values": {"auto_score": 1}},
    )
    assert (grades(root)["ada"].status, grades(root)["ada"].score) == (status, None)
    assert grades(root)["ada"].note == "patched np.allclose"
    enter(url(root), "ada", {"double-values": {"auto_score": 2, "manual_score": 0}, "half-values": {"auto_score": 1}})
    assert (grades(root)["ada"].status, grades(root)["ada"].score) == (Status.GRADED, 1)
    assert grades(root)["ada"].note == f"{status}, decided in Formgrader; patched np.allclose"


def test_a_cell_without_any_points_is_not_zero(root):
    record(root, "ada", assessment())
    enter(url(root), "ada", {"double-values": {"auto_score": 2}, "half-values": {}})
    assert (grades(root)["ada"].status, grades(root)["ada"].score) == (Status.REVIEW, None)
    assert grades(root)["ada"].note == exports.WAITING


def test_what_only_nbgrader_has_graded_counts(root):
    enter(url(root), "ada", FULL)
    enter(url(root), "bob", FULL | {"half-values": {"needs_manual_grade": True}})
    found = grades(root)
    assert (found["ada"].status, found["ada"].score) == (Status.GRADED, 3)
    assert (found["bob"].status, found["bob"].score) == (Status.REVIEW, None)


NAMES = {
    "smith": ("Jr", 'Smith, "Jim"'),
    "evil": ("=HYPERLINK(1)", "@SUM(A1)"),
    "tab": ("\tx", "\r=1+1"),
    "minus": ("-2+3", "+1+1"),
    "ümlaut": ("Zoë", "Łukasiewicz 王"),
    "lines": ("two\nlines", "O'Hara"),
}


@pytest.mark.parametrize("format", ["csv", "canvas", "moodle"])
def test_cells_are_quoted_and_hold_no_formula(root, tmp_path, format):
    for student, (first, last) in NAMES.items():
        enrol(root, student, first_name=first, last_name=last, email=f"{student}@example.org", lms_user_id="+1+cmd")
        record(root, student, failure(Status.ERROR, "=1+1"))
    file = tmp_path / "grades.csv"
    run("export", "00", str(file), "--format", format)
    table = rows(file.read_bytes().decode())
    assert {len(row) for row in table} == {len(table[0])}
    cells = [cell for row in table for cell in row]
    assert not [cell for cell in cells if cell[:1] in tuple("=+-@\t\r\n") and cell != "-"]
    text = "|".join(cells)
    for kept in ('Smith, "Jim"', "'@SUM(A1)", "'+1+cmd", "'+1+1", "'\r'=1+1", "Łukasiewicz 王", "O'Hara", "two\nlines"):
        assert kept in text, kept
    if format != "canvas":  # there a first name stands behind the last
        assert {"'=HYPERLINK(1)", "'\tx", "'-2+3"} <= set(cells)


@pytest.mark.parametrize("cell", [-1.5, 0, "-1.5", "+7", "-", "", "a=b", "12", "O'Hara"])
def test_numbers_and_plain_text_stay(cell):
    assert exports.harmless(cell) == cell


@pytest.mark.parametrize(
    "cell",
    ["=1", "+a", "-a", "@a", "|cmd", "\t", "\r", "\n", " =1", "\u00a0=1", "\ufeff=1", "\u200b+a", "\u202e=1", "\x00=1"]
    + ["\uff1d1", "\uff0ba", "\uff0da", "\uff20a", "\ufe63a", "\u2212a", "+1 2"],
)
def test_whatever_may_begin_a_formula_gets_an_apostrophe(cell):
    assert exports.harmless(cell) == f"'{cell}"


@pytest.mark.parametrize(
    ("cell", "safe"),
    [
        ("a;=1", "a;'=1"),
        ("-1;=1", "'-1;'=1"),
        ("a\n=1", "a\n'=1"),
        ("a\t+b", "a\t'+b"),
        ("a; b", "a; b"),
        ('";"=1', '";\'"=1'),
    ],
)
def test_what_a_semicolon_or_a_line_begins_is_a_cell_too(cell, safe):
    assert exports.harmless(cell) == safe


@pytest.mark.parametrize("format", exports.FORMATS)
def test_excel_is_told_the_encoding_and_platforms_get_what_they_take(root, tmp_path, format):
    enrol(root, "mue", first_name="Jörg", last_name="Müller")
    enrol(root, "ada", first_name="עדה", last_name="לאבלייס")
    record(root, "mue", assessment())
    run("export", "00", str(tmp_path / "grades"), "--format", format)
    content = (tmp_path / "grades").read_bytes()
    assert content.startswith(b"\xef\xbb\xbf") == (format == "csv")
    assert content.count(b"\xef\xbb\xbf") == (format == "csv")
    text = json.dumps(json.loads(content), ensure_ascii=False) if format == "json" else content.decode("utf-8-sig")
    assert "Müller" in text and "עדה" in text


def test_what_is_no_text_does_not_stop_an_export(root):
    record(root, "ada", failure(Status.UNREADABLE, "a NUL \0, half an emoji \ud83d"))
    assert "half an emoji \\ud83d" in run("export", "00")[0]
    assert json.loads(run("export", "00", "--format", "json")[0])[0]["note"].endswith("\ud83d")


def test_canvas_gets_its_columns_its_ids_and_the_points_possible(root):
    enrol(root, "ada", first_name="Ada", last_name="Lovelace", lms_user_id="4711")
    enrol(root, "bob", lms_user_id="S-12")
    record(root, "ada", assessment(1.25, 1))
    record(root, "bob", assessment())
    assert export("canvas") == [
        ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", STAGE],
        ["    Points Possible", "", "", "", "", "3"],
        ["bob", "", "S-12", "bob", "", "3"],
        ["Lovelace, Ada", "4711", "", "ada", "", "2.25"],
    ]


def test_moodle_gets_its_columns_and_feedback_without_reasons(root):
    # An empty identifier would give the row to the learner before it.
    enrol(root, "ada", first_name="Ada", last_name="Lovelace", lms_user_id="4711", email="ada@example.org")
    record(root, "ada", assessment(0, 1))
    record(root, "eve", assessment(status=Status.REVIEW, reasons=("patched np.allclose",)))
    assert export("moodle") == [
        [
            "First name",
            "Last name",
            "ID number",
            "Username",
            "Email address",
            STAGE,
            f"{STAGE} (feedback)",
            f"{STAGE} (status)",
        ],
        ["", "", "unknown", "eve", "unknown", "-", "", "review"],
        [
            "Ada",
            "Lovelace",
            "4711",
            "ada",
            "ada@example.org",
            "1",
            "double-values: Try negative numbers.",
            "graded",
        ],
    ]


def test_all_stages_are_columns_side_by_side(root):
    record(root, "ada", assessment())
    with Records(url(root)) as records:
        records.add("01-other", "bob", assessment(0, 1), submission_sha256="abc", version="1")
    table = rows(run("export", "all", "--format", "canvas")[0])
    assert table[0][5:] == [STAGE, "01-other"]
    assert {row[3]: row[5:] for row in table[2:]} == {"ada": ["3", ""], "bob": ["", "1"]}
    assert len(rows(run("export", "all")[0])) == 5


def test_json_has_each_test_and_no_seed(root):
    record(root, "ada", assessment(0, 1, seed=123454321))
    text = run("export", "00", "--format", "json")[0]
    (entry,) = json.loads(text)
    assert "123454321" not in text
    assert (entry["status"], entry["score"], entry["max_score"], entry["sandboxed"]) == ("graded", 1, 3, True)
    assert entry["results"][0] == {
        "test": "double-values",
        "task": "double",
        "points": 0,
        "max_points": 2,
        "failed": ["values"],
        "hints": ["Try negative numbers."],
    }


def test_sums_of_floats_are_clean_numbers(root):
    record(root, "ada", assessment(0.1, 0.2))
    assert export("canvas")[-1][-1] == "0.3"


def test_a_warning_says_how_many_are_left_empty_and_why(root):
    record(root, "ada", assessment())
    record(root, "bob", failure(Status.UNREADABLE, "not JSON"))
    record(root, "eve", assessment(status=Status.REVIEW, reasons=("patched np.allclose",)))
    record(root, "dan", failure(Status.MISSING))
    record(root, "fay", assessment(sandboxed=False))
    told = run("export", "00")[1]
    assert "2 of 5 left empty because they aren't resolved (1 unreadable, 1 review)" in told
    assert "bob, 00-toy: unreadable: not JSON" in told
    assert "eve, 00-toy: review: patched np.allclose" in told
    assert "1 of 5 left empty because nothing was handed in" in told
    assert "1 of 5 were graded without a sandbox" in told


def test_with_all_resolved_there_is_no_warning(root):
    record(root, "ada", assessment())
    assert run("export", "00")[1] == ""


def test_a_file_is_replaced_only_by_force_and_never_half(root, tmp_path, monkeypatch):
    record(root, "ada", assessment())
    file = tmp_path / "grades.csv"
    file.write_text("mine")
    result = CliRunner().invoke(app, ["export", "00", str(file)])
    assert isinstance(result.exception, ValueError) and "--force" in str(result.exception)
    assert file.read_text() == "mine"
    monkeypatch.setitem(exports.FORMATS, "csv", lambda found: 1 / 0)
    CliRunner().invoke(app, ["export", "00", str(file), "--force"])
    assert file.read_text() == "mine"
    monkeypatch.undo()
    monkeypatch.setattr(paths, "root", lambda: root)
    run("export", "00", str(file), "--force")
    assert "ada" in file.read_text()


def test_without_a_gradebook_it_says_what_to_do_and_makes_none(root):
    (root / "gradebook" / "gradebook.db").unlink()
    result = CliRunner().invoke(app, ["export", "00"])
    assert isinstance(result.exception, ValueError) and "gancourse grade" in str(result.exception)
    assert not (root / "gradebook" / "gradebook.db").exists()


def test_an_unknown_stage_names_those_that_there_are(root):
    record(root, "ada", assessment())
    result = CliRunner().invoke(app, ["list", "07"])
    assert isinstance(result.exception, ValueError) and STAGE in str(result.exception)


def test_another_database_may_be_named(root, tmp_path):
    elsewhere = f"sqlite:///{tmp_path / 'elsewhere.db'}"
    with Records(elsewhere) as records:
        records.add(STAGE, "zoe", assessment(), submission_sha256="abc", version="1")
    assert "zoe" in run("list", "00", "--db", elsewhere)[0]
    result = CliRunner().invoke(app, ["list", "00"], env={"GANCOURSE_DB": elsewhere})
    assert "zoe" in result.stdout


def test_list_shows_everybody_once_and_history_every_attempt(root):
    record(root, "ada", failure(Status.ERROR, "no [sandbox]"), assessment(0, 1))
    record(root, "bob", assessment())
    shown = run("list", "00")[0]
    assert shown.count("ada") == 1 and "1/3" in shown and "3/3" in shown
    told = run("history", "ada", "00")[0]
    assert told.index("no [sandbox]") < told.index("1/3") and "error" in told
    result = CliRunner().invoke(app, ["history", "eve", "00"])
    assert isinstance(result.exception, ValueError) and "eve" in str(result.exception)


@pytest.fixture
def crowd(root):
    """Four learners: two failed double, one of them half too; one ran out of time before half."""
    record(root, "ada", assessment())
    record(root, "bob", assessment(0.5, 1))
    record(root, "eve", assessment(2, 1), assessment(0, 0))
    record(root, "dan", assessment(2, None, Status.TIMEOUT))
    record(root, "fay", failure(Status.UNREADABLE))
    with Records(url(root)) as records:
        return list(records.latest(STAGE).values())


def test_statistics_count_the_newest_attempts_of_those_whose_cell_ran(crowd):
    found = {item.test: (item.failed, item.learners, item.share) for item in statistics.tests(crowd)}
    assert found == {"double-values": (2, 4, 0.5), "half-values": (1, 3, pytest.approx(1 / 3))}
    assert [(t.name, t.mean, t.max_points, t.full, t.learners) for t in statistics.tasks(crowd)] == [
        ("double", 1.125, 2, 2, 4),
        ("half", pytest.approx(2 / 3), 1, 2, 3),
    ]


def test_statistics_of_probes_have_the_authors_hints_and_those_that_nobody_failed(crowd):
    found = [
        (item.test, item.probe, item.failed, item.learners, item.hint) for item in statistics.probes(crowd, notebook())
    ]
    assert found == [
        ("double-values", "values", 2, 4, "Try negative numbers."),
        ("half-values", "sum", 1, 3, "Half of everything, also of fractions."),
        ("double-values", "length", 0, 4, "As many come out as go in."),
    ]


def test_a_hint_is_found_by_the_form_of_a_name_that_is_made_when_it_runs(crowd):
    loop = """### BEGIN HIDDEN TESTS
for name in ("values", "length"):
    probe(f"{name}", 1, hint=f"Look at {name}." " Twice.")
### END HIDDEN TESTS"""
    (first, *_) = statistics.probes(crowd, notebook({"double-values": loop}))
    assert (first.probe, first.failed, first.hint) == ("values", 2, "Look at .... Twice.")


def test_an_item_that_the_source_no_longer_knows_has_the_hint_that_was_read(crowd):
    (first, *_) = statistics.probes(crowd, notebook({"double-values": "assert True"}))
    assert (first.probe, first.hint) == ("values", "Try negative numbers.")


def test_stats_prints_and_draws_what_the_class_failed(root, crowd, tmp_path):
    file = tmp_path / "plot.png"
    shown = run("stats", "00", "--plot", str(file))[0]
    assert "2 of 4" in shown and "33 %" in shown and "Try negative numbers." in shown
    height, width, _ = imread(file).shape
    assert width > 500 and height > 100
    result = CliRunner().invoke(app, ["stats", "00", "--plot", str(file)])
    assert isinstance(result.exception, ValueError) and "--force" in str(result.exception)


def test_a_plot_shows_the_forty_that_most_failed_the_worst_on_top():
    items = [statistics.Item("a", "a-b", f"probe{n}", f"${n} _{{x", n, 60) for n in range(60)]
    figure = statistics.plot(items, "a title")
    figure.savefig(io.BytesIO())  # text that looks like mathematics must not stop it
    (axes,) = figure.axes
    labels = [label.get_text() for label in axes.get_yticklabels()]
    assert len(axes.patches) == 40 and labels[-1] == "$59 _{x" and labels[0] == "$20 _{x"
    assert axes.patches[-1].get_width() == pytest.approx(100 * 59 / 60)
    assert "of 59" in figure.get_suptitle()


def test_a_plot_of_nothing_failed_says_so():
    with pytest.raises(ValueError, match="nobody failed"):
        statistics.plot([statistics.Item("a", "a-b", "c", "hint", 0, 3)], "a title")


def test_learners_of_nbgraders_table_are_known_by_name(root):
    enrol(root, "ada", first_name="Ada", last_name="Lovelace", email="ada@example.org", lms_user_id="4711")
    with Records(url(root)) as records:
        assert records.learners() == {"ada": Learner("ada", "Ada", "Lovelace", "ada@example.org", "4711")}
