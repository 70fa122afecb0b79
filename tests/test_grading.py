"""Grading through nbgrader itself: its scores, its feedback, the settings that wire the judge in."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbgrader.api import Gradebook
from nbgrader.converters import Autograde, GenerateAssignment, GenerateFeedback
from nbgrader.validator import Validator
from toycourse import MARKER, POINTS, STAGE, make, submit
from traitlets.config.loader import PyFileConfigLoader

from gancourse.grading import release
from gancourse.grading.assess import prepare
from gancourse.grading.course import convert, settings, temporary_course
from gancourse.grading.judge import GradingError

HONEST = {
    "double": """import sys, warnings
def double(x):
    warnings.warn("an honest warning")
    print("progress ...", file=sys.stderr)
    return x + x""",
    "half": "def half(x):\n    return 0.5 * x",
}
FORGED = """from IPython.display import display
from gancourse import checks
def double(x):
    for name in ("values", "length"):
        forged = {"name": name, "value": checks.probes._encode(5), "rtol": 1e9, "atol": 1e9, "hint": ""}
        display({checks.MIME: forged}, raw=True)
    return 6"""
PATCHED = """import builtins
from gancourse import checks
np.allclose = np.isclose = np.array_equal = checks.probe = probe = lambda *a, **k: True
class Yes:
    __eq__ = lambda self, other: True
    __len__ = lambda self: 5
    __array__ = lambda self, dtype=None, copy=None: np.zeros(5)
def double(x):
    return Yes()"""
SKIPPED = """from IPython import get_ipython
get_ipython().input_transformers_post.append(lambda lines: ["1.0\\n"] if "assert" in lines[0] else lines)"""
LEAKING = """from IPython.display import Markdown, display
def double(x):
    print(In[-1])
    display(Markdown(In[-1]), In)
    if x is 3:
        return 6
    raise ValueError(In[-1])"""

SUBMISSIONS = {
    "honest": (HONEST, {"double-values": 2, "half-values": 1}),
    "half-right": ({"double": "def double(x):\n    return abs(x) * 2"}, {"double-values": 0, "half-values": 1}),
    "raises": ({"half": "def half(x):\n    return None"}, {"double-values": 2, "half-values": 0}),
    "empty": ({"double": "", "half": ""}, {"double-values": 0, "half-values": 0}),
    "forged": ({"double": FORGED}, {"double-values": 0, "half-values": 1}),
    "patched": ({"double": PATCHED}, {"double-values": 0, "half-values": 1}),
    "skipped": ({"double": SKIPPED}, {"double-values": 0, "half-values": 1}),
    "leaking": (
        {"double": LEAKING, "half": HONEST["half"] + "\nprint(In)\nIn"},
        {"double-values": 0, "half-values": 1},
    ),
}


def scores(root: Path, student: str, stage: str = STAGE) -> dict[str, float]:
    with Gradebook(f"sqlite:///{root / 'gradebook' / 'gradebook.db'}") as gradebook:
        return {g.name: g.score for g in gradebook.find_submission_notebook(stage, stage, student).grades}


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """A course in which all SUBMISSIONS went through autograde and generate_feedback, in one run."""
    root = make(tmp_path_factory.mktemp("course"))
    for student, (answers, _) in SUBMISSIONS.items():
        submit(root, student, answers)
    for converter in (GenerateAssignment, Autograde, GenerateFeedback):
        convert(converter, settings(root), STAGE)
    return root


@pytest.mark.parametrize("student", SUBMISSIONS)
def test_scores(graded, student):
    assert scores(graded, student) == SUBMISSIONS[student][1]


def test_feedback_gives_hints_and_shows_no_hidden_line(graded):
    texts = {
        path.parts[-3]: path.read_text("utf-8") for path in (graded / "gradebook" / "feedback").rglob(f"{STAGE}.html")
    }
    assert texts.keys() == SUBMISSIONS.keys()
    assert "Try negative numbers." in texts["half-right"]
    assert "As many come out" not in texts["half-right"]
    assert "AttributeError" in texts["raises"] and "NoneType" not in texts["raises"]  # raised among hidden lines
    for student, text in texts.items():
        assert MARKER not in text, student
        assert "HIDDEN TESTS" not in text, student
        assert "vnd.gancourse" not in text, student


def test_outputs_of_the_autograded_notebooks_hold_no_hidden_line(graded):
    for path in (graded / "gradebook" / "autograded").rglob("*.ipynb"):
        for cell in nbformat.read(path, as_version=4).cells:
            assert MARKER not in str(cell.get("outputs")), path
            assert "vnd.gancourse" not in str(cell.get("outputs")), path


def test_an_honest_warning_is_kept_as_plain_output(graded):
    path = graded / "gradebook" / "autograded" / "honest" / STAGE / f"{STAGE}.ipynb"
    shown = [o for cell in nbformat.read(path, as_version=4).cells for o in cell.get("outputs", [])]
    assert "an honest warning" in str(shown)
    assert {o.name for o in shown} == {"stdout"}


def test_without_this_courses_settings_hidden_checks_fail_and_say_so(tmp_path):
    root = make(tmp_path)
    submit(root, "honest", HONEST)
    config = settings(root)
    del config["Autograde"]
    for converter in (GenerateAssignment, Autograde):
        convert(converter, config, STAGE)
    assert scores(root, "honest") == dict.fromkeys(POINTS, 0)
    graded = root / "gradebook" / "autograded" / "honest" / STAGE / f"{STAGE}.ipynb"
    assert "only be judged with this course" in graded.read_text("utf-8")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"double": "def double(x):\n    return nothing"}, "double-values: the reference raised NameError"),
        ({"half-values": "assert True"}, "half-values: the reference handed out no probe"),
    ],
)
def test_a_failing_reference_fails_the_grading_and_gives_no_points(tmp_path, change, message):
    root = make(tmp_path, change)
    submit(root, "honest", HONEST | {name: source for name, source in change.items() if name in POINTS})
    convert(GenerateAssignment, settings(root), STAGE)
    with pytest.raises(GradingError, match=message):
        convert(Autograde, settings(root), STAGE)
    assert not list((root / "gradebook" / "autograded").rglob("*.ipynb"))
    assert not any(scores(root, "honest").values())


def test_the_seed_is_new_for_each_run_unless_fixed(tmp_path, monkeypatch):
    root = make(tmp_path)
    monkeypatch.delenv("GANCOURSE_SEED", raising=False)
    assert prepare(root, STAGE).seed != prepare(root, STAGE).seed
    monkeypatch.setenv("GANCOURSE_SEED", "12")
    assert prepare(root, STAGE).seed == 12


def test_nbgraders_own_command_grades_by_the_course_s_settings(tmp_path):
    root = make(tmp_path)
    submit(root, "honest", HONEST)
    release.write(root, release.generate(root))  # as in a clone: there before the gradebook knows of it
    convert(GenerateAssignment, settings(root), STAGE)
    bare = os.environ | {"PATH": os.defpath}  # an environment that isn't activated
    command = [sys.executable, "-m", "nbgrader", "autograde", STAGE]
    done = subprocess.run(command, cwd=root, env=bare, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert scores(root, "honest") == POINTS


def test_the_settings_are_the_same_in_work_where_assignment_list_looks(tmp_path):
    root = make(tmp_path)
    (root / "work").mkdir()
    shutil.copy(Path(__file__).parents[1] / "work" / "nbgrader_config.py", root / "work")
    found = PyFileConfigLoader("nbgrader_config.py", path=str(root / "work")).load_config()
    assert found == settings(root)
    assert found.CourseDirectory.root == str(root)


def test_validate_does_not_mind_stderr_but_minds_a_wrong_answer(tmp_path):
    root = make(tmp_path)
    config = temporary_course(root, tmp_path)
    for answers, failed in [(HONEST, 0), (HONEST | {"double": "def double(x):\n    return 7"}, 1)]:
        path = submit(root, f"validated-{failed}", answers)
        results = Validator(config=config).validate(str(path))
        assert len(results.get("failed", [])) == failed, results
