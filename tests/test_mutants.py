"""The graders are tested: `gancourse mutants` for every stage that has mutants, and the mutant runner itself."""

import zlib

import pytest
from nbgrader.api import Gradebook
from nbgrader.converters import Autograde, GenerateAssignment
from toycourse import CELLS, STAGE, make, submit
from traitlets.config.loader import PyFileConfigLoader
from typer.testing import CliRunner

from gancourse import paths
from gancourse.cli.main import app
from gancourse.grading import notebooks
from gancourse.grading.course import convert
from gancourse.grading.mutants import matrix
from gancourse.grading.notebooks import source_path

ROOT = paths.root()
MUTANTS = sorted((ROOT / "tests" / "mutants").glob("*.py"))


@pytest.mark.parametrize("path", MUTANTS, ids=lambda path: path.stem)
def test_every_wrong_answer_is_killed_and_every_right_one_accepted(path):
    found = matrix.answers(ROOT, path.stem)
    # A seed that changes with the stage and with nothing else: a red run can be repeated. One, since the tests are to
    # end within 25 minutes; `gancourse mutants` draws several new ones each time.
    seeds = [zlib.crc32(source_path(ROOT, path.stem).read_bytes() + path.read_bytes())]
    for _ in matrix.run(ROOT, path.stem, found, seeds):
        pass
    assert not matrix.failures(found, seeds)


@pytest.mark.parametrize("path", MUTANTS, ids=lambda path: path.stem)
def test_every_task_has_mutants_enough(path):
    by_kind = matrix.load(path)
    for task in notebooks.answer_cells(notebooks.read(notebooks.source_path(ROOT, path.stem))):
        assert len(by_kind["wrong"].get(task, {})) >= 6, f"{task}: six wrong answers at least"
        assert len(by_kind["right"].get(task, {})) >= 2, f"{task}: two right answers at least"


def test_every_assignment_has_mutants():
    assert [path.stem for path in MUTANTS] == notebooks.assignments(ROOT)


WRONG = """
WRONG = {
    "double": {
        "squares": "def double(x):\\n    return x * x",
        "hangs": "def double(x):\\n    while True:\\n        pass",
        "ends-the-process": "import os\\ndef double(x):\\n    os._exit(0)",
        "negative-zero": "def double(x):\\n    return np.maximum(2 * x, 0)",
    },
    "half": {"integers": "def half(x):\\n    return x // 2"},
}
"""
RIGHT = """
RIGHT = {
    "double": {"chatty-sum": "import os\\ndef double(x):\\n    os.system('echo not a result')\\n    return x + x"},
    "half": {"product": "def half(x):\\n    return x * 0.5"},
}
"""


@pytest.fixture
def course(tmp_path, monkeypatch):
    """The toy course with sound mutants, and the command that runs them: (exit status, printed, error)."""
    root = make(tmp_path / "course")
    path = root / "tests" / "mutants" / f"{STAGE}.py"
    path.parent.mkdir(parents=True)
    path.write_text(WRONG + RIGHT)
    monkeypatch.setattr(paths, "root", lambda: root)
    monkeypatch.setattr(matrix, "LIMIT", 3)
    return root


def gancourse(*arguments):
    result = CliRunner().invoke(app, ["mutants", *map(str, arguments)])
    return result.exit_code, result.output, str(result.exception)


def test_sound_mutants_pass(course):
    status, printed, _ = gancourse("--seeds", 2)
    assert status == 0, printed
    assert "5 of 5 wrong answers killed, 2 of 2 right ones accepted, reference 100 %, stub 0" in printed


def test_a_survivor_and_a_false_reject_are_named(course, tmp_path):
    also = tmp_path / "also"
    also.mkdir()
    (also / f"{STAGE}.py").write_text(
        'WRONG = {"double": {"fine": "def double(x):\\n    return x + x"}}\n'
        'RIGHT = {"half": {"rounded": "def half(x):\\n    return np.round(x / 2)"}}\n'
    )
    status, printed, _ = gancourse("00", "--also", also, "--seeds", 1)
    assert status == 1
    assert f"00-toy: double: wrong answer 'fine ({also})' survives: it loses no points" in printed
    assert f"00-toy: half: right answer 'rounded ({also})' is rejected: it loses half-values" in printed
    assert "no answers" in gancourse("--also", tmp_path)[2]
    assert printed.count("survives") == printed.count("is rejected") == 1


def test_a_test_cell_that_random_numbers_decide_rejects_the_reference(course):
    flaky = CELLS["half-values"].replace("half(np.arange(3)", "half(np.random.rand(3)")
    make(course / "other", {"half-values": flaky})
    (course / "solutions").rename(course / "old")
    (course / "other" / "solutions").rename(course / "solutions")
    status, printed, _ = gancourse("00", "--seeds", 1)
    assert status == 1 and "the reference is rejected: it loses half-values" in printed


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("WRONG = {", "SyntaxError"),
        ("import nothing_of_the_sort", "ModuleNotFoundError"),
        ("X = 1", "neither WRONG nor RIGHT"),
        ("WRONG = {'triple': {'a': 'x = 1'}}", "no graded answer 'triple' in 00-toy; there are: double, half"),
        ("RIGHT = {'double': {'a': 'def double(x:'}}", r"RIGHT\['double'\]\['a'\], line 1"),
    ],
)
def test_a_mutant_file_that_is_not_sound(course, content, message):
    path = course / "tests" / "mutants" / f"{STAGE}.py"
    path.write_text(content)
    with pytest.raises(ValueError, match=message):
        matrix.answers(course, STAGE)


def test_a_failing_notebook_is_no_verdict(course):
    source = notebooks.source_path(course, STAGE)
    source.write_text(source.read_text().replace("import numpy as np", "import numpyy as np"))
    status, _, error = gancourse("00")
    assert status == 1 and "No module named 'numpyy'" in error


def test_nbgrader_judges_as_the_runner_does(tmp_path, monkeypatch):
    """Some of assignment 00's mutants through `nbgrader autograde`: the same test cells lose their points."""
    stage, seed = "00-welcome", 1
    names = {"a": "wrap-around-when-saving", "b": "view-in-place-of-permute", "c": "bins-from-the-data"}
    root = make(tmp_path / "course")
    source = notebooks.source_path(ROOT, stage)
    (root / "solutions" / stage).symlink_to(source.parent)
    found = [a for a in matrix.answers(ROOT, stage) if a.name in names.values() or a.kind == "right"]
    for _ in matrix.run(ROOT, stage, found, [seed]):
        pass

    right = {answer.task: answer.cells[answer.task] for answer in found if answer.kind == "right"}
    expected = {}
    for student, name in names.items():
        chosen = [a for a in found if a.name == name]
        submit(root, student, right | {k: v for a in chosen for k, v in a.cells.items()}, source)
        expected[student] = {test for a in chosen for test in a.lost}

    monkeypatch.setenv("GANCOURSE_SEED", str(seed))
    config = PyFileConfigLoader("nbgrader_config.py", path=str(root)).load_config()
    for converter in (GenerateAssignment, Autograde):
        convert(converter, config, stage)
    with Gradebook(config.CourseDirectory.db_url) as gradebook:
        for student in names:
            grades = gradebook.find_submission_notebook(stage, stage, student).grades
            assert {g.name for g in grades if g.score < g.max_score} == expected[student]
