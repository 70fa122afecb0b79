"""The graders are tested: `gancourse mutants` for every stage that has mutants, and the mutant runner itself."""

import os
import zlib

import nbformat
import pytest
from nbgrader.api import Gradebook
from nbgrader.converters import Autograde, GenerateAssignment
from toycourse import CELLS, POINTS, STAGE, make, notebook, submit
from traitlets.config.loader import PyFileConfigLoader
from typer.testing import CliRunner

from gancourse import machine, paths
from gancourse.cli.main import app
from gancourse.grading import notebooks
from gancourse.grading.course import convert
from gancourse.grading.mutants import matrix
from gancourse.grading.notebooks import source_path

ROOT = paths.root()
MUTANTS = sorted((ROOT / "tests" / "mutants").glob("*.py"))


@pytest.mark.parametrize("path", MUTANTS, ids=lambda path: path.stem)
def test_every_wrong_answer_is_killed_and_every_right_one_accepted(path, pytestconfig):
    found, files = matrix.answers(ROOT, path.stem), source_path(ROOT, path.stem).read_bytes() + path.read_bytes()
    # Two seeds that change with the stage and with nothing else: a red run can be repeated. `gancourse mutants` draws
    # new ones each time.
    seeds = [zlib.crc32(files, start) for start in (0, 1)]
    workers = 1 if pytestconfig.getoption("stage") else int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", 1))
    processes = max(1, machine.cpus() // workers)  # of one stage, hardly anything else is to be run beside these
    for _ in matrix.run(ROOT, path.stem, found, seeds, quick=True, processes=processes):
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
    assert "00-toy: double: wrong answer 'fine (also)' survives: it loses no points" in printed
    assert "00-toy: half: right answer 'rounded (also)' is rejected: it loses half-values" in printed
    assert str(also) not in printed
    assert "no answers" in gancourse("--also", tmp_path)[2]
    assert printed.count("survives") == printed.count("is rejected") == 1


def test_only_some_answers(course):
    status, printed, _ = gancourse("--only", "half", "--only", "squa*", "--seeds", 1)
    assert status == 0 and "2 of 2 wrong answers killed, 1 of 1 right ones accepted" in printed
    assert "squares" in printed and "product" in printed and "hangs" not in printed
    assert "no answer and no task is called quarter" in gancourse("--only", "quarter")[2]


def test_quick_gives_the_same_verdicts_and_no_matrix(course):
    path = course / "tests" / "mutants" / f"{STAGE}.py"
    fine, rounded = "def double(x):\n    return x + x", "def half(x):\n    return np.round(x / 2)"
    path.write_text(WRONG + RIGHT + f"WRONG['double']['fine'] = {fine!r}\nRIGHT['half']['rounded'] = {rounded!r}\n")
    runs = {}
    for quick in (False, True):
        found = matrix.answers(course, STAGE)
        for answer, seed in matrix.run(course, STAGE, found, [5, 6], quick=quick):
            runs[quick, answer.task, answer.name, seed] = answer.misjudged(seed)
    names = {key[1:] for key in runs}
    assert len(runs) == 2 * len(names) == 2 * 2 * len(found)
    assert all(runs[False, *name] == runs[True, *name] for name in names)
    assert {name[1] for name in names if runs[True, *name]} == {"fine", "rounded"}
    status, printed, _ = gancourse("--quick", "--seeds", 1)
    assert status == 1 and "'fine' survives" in printed and "'rounded' is rejected" in printed
    assert "killed" not in printed.partition("5 of 6 wrong answers killed")[0]


def test_quick_stops_at_the_first_lost_cell_and_tries_it_first_under_the_next_seed(course, tmp_path, monkeypatch):
    first, second = "double-values", "double-again"
    monkeypatch.setitem(POINTS, second, 1)
    values = 'probe("zero", double(np.zeros(1)), hint="")'
    nbformat.write(
        notebook({first: values, second: 'probe("again", double(np.ones(2)), hint="")'}), source_path(course, STAGE)
    )
    log = tmp_path / "log"
    code = f"""def double(x):
    with open({str(log)!r}, "a") as file:
        print(len(x), file=file)
    if len(x) == {{hangs}}:
        while True:
            pass
    return x"""
    path = course / "tests" / "mutants" / f"{STAGE}.py"
    path.write_text(f"WRONG = {{'double': {{'a': {code.format(hangs=0)!r}}}}}")

    def run(**options):
        log.unlink(missing_ok=True)
        found = [answer for answer in matrix.answers(course, STAGE) if answer.kind == "wrong"]
        for _ in matrix.run(course, STAGE, found, [5, 6], **options):
            pass
        return found[0].lost, log.read_text().split()

    # It loses the second cell only. Under the next seed that one comes first, and the other isn't run.
    assert run(quick=True) == ({second: {5, 6}}, ["1", "2", "2"])
    assert run() == ({second: {5, 6}}, ["1", "2", "1", "2"])
    # It loses the second cell, and in the third it would hang.
    third = "double-third"
    monkeypatch.setitem(POINTS, third, 1)
    cells = {first: values, second: 'probe("again", double(np.ones(2)), hint="")'}
    nbformat.write(notebook(cells | {third: 'probe("third", double(np.ones(3)), hint="")'}), source_path(course, STAGE))
    path.write_text(f"WRONG = {{'double': {{'a': {code.format(hangs=3)!r}}}}}")
    monkeypatch.setattr(matrix, "LIMIT", 60)
    assert run(quick=True)[0] == {second: {5, 6}}
    monkeypatch.setattr(matrix, "LIMIT", 1)
    assert run()[0] == {second: {5, 6}, third: {5, 6}}


MESS = """
import os, pathlib, random
def double(x):
    np.sum = np.mean
    np.random.seed(0)
    os.environ["MESS"] = "1"
    pathlib.Path("mess").touch()
    pathlib.Path("00-toy.ipynb").unlink()
    globals()["half"] = lambda x: x
    return x
"""
TIDY = """
import os, pathlib
assert np.sum([1, 2]) == 3 and "MESS" not in os.environ
assert [path.name for path in pathlib.Path().iterdir()] == ["00-toy.ipynb"]
def double(x):
    return x + x
"""


def test_no_answer_meets_the_mess_of_another(course):
    path = course / "tests" / "mutants" / f"{STAGE}.py"
    path.write_text(f"WRONG = {{'double': {{'mess': {MESS!r}}}}}\nRIGHT = {{'double': {{'tidy': {TIDY!r}}}}}\n")
    found = matrix.answers(course, STAGE)
    for _ in matrix.run(course, STAGE, found, [5, 6, 7], quick=True, processes=1):
        pass
    assert not matrix.failures(found, [5, 6, 7])


def test_each_seed_is_judged_for_itself(course):
    """Though one process goes through several: what it was through before decides nothing."""
    path = course / "tests" / "mutants" / f"{STAGE}.py"
    once = "np.calls = getattr(np, 'calls', 0) + 1\ndef double(x):\n    return np.calls * (x + x)"
    five = "import os\ndef double(x):\n    return 2 * x + (os.environ['GANCOURSE_SECRET_SEED'] == '5')"
    path.write_text(f"WRONG = {{'double': {{'five': {five!r}}}}}\nRIGHT = {{'double': {{'once': {once!r}}}}}\n")
    found = matrix.answers(course, STAGE)
    for _ in matrix.run(course, STAGE, found, [5, 6, 7], quick=True):
        pass
    assert matrix.failures(found, [5, 6, 7]) == ["double: wrong answer 'five' survives: it loses no points (seed 6, 7)"]


def test_a_right_answer_is_judged_by_all_cells_that_use_it():
    cells = {
        "half": "def half(x):\n    return double(x) / 4",
        "half-values": "assert half(1)",
        "quarter": "def quarter(x):\n    double = half(x)\n    return half(double)",
        "quarter-values": "assert quarter(1)",
        "quarter-other": "def local():\n    double = 1\n    return double\nassert local() == abs(1)",
    }
    source = notebook(cells)
    for cell in source.cells:
        if cell.cell_type == "code":
            cell.metadata.nbgrader.solution = cell.id in ("double", "half", "quarter")
            cell.metadata.nbgrader.grade = "-" in cell.id
    assert matrix.users(source, "double", "def double(x): ...") == ["half-values", "quarter-values"]
    assert matrix.users(source, "quarter", "def quarter(x): ...") == []
    # A name that only this answer binds counts, too.
    assert matrix.users(source, "double", "def double(x): ...\nabs = 1") == [
        "half-values",
        "quarter-values",
        "quarter-other",
    ]


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
