"""Normalising: what a learner wrote is found wherever it stands, and replaces nothing of the assignment."""

import json
import random
import time
from copy import deepcopy

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell
from nbgrader.preprocessors import ClearHiddenTests
from nbgrader.utils import is_solution
from toycourse import MARKER, notebook

from gancourse import paths
from gancourse.grading import notebooks
from gancourse.grading.intake import reading
from gancourse.grading.intake.normalise import MAX_ANSWER, OWN, Unreadable, normalise
from gancourse.grading.notebooks import grade_id, is_test

ROOT = paths.root()
STAGES = notebooks.assignments(ROOT)
DOUBLE = "def double(x):\n    return 2 * x"
HALF = "def half(x):\n    return x / 2"
TOY = notebook()


def answered(source=TOY):
    """A right submission: the notebook as released, with the reference's answers."""
    made, _ = ClearHiddenTests().preprocess(deepcopy(source), {})
    for cell in made.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], 7
    return made


def submitted(double=DOUBLE, half=HALF):
    """The toy's notebook with two answers."""
    made = answered()
    at(made, "double").source, at(made, "half").source = double, half
    return made


def at(made, name):
    """The cell with this grade_id."""
    return next(cell for cell in made.cells if grade_id(cell) == name)


def put(made, source, before):
    new = source if isinstance(source, dict) else new_code_cell(source)
    made.cells.insert(made.cells.index(at(made, before)), new)


def remove(made, *names):
    made.cells = [cell for cell in made.cells if grade_id(cell) not in names]


def mark(cell, name):
    cell.metadata.nbgrader.grade_id, cell.id = name, name


def done(made, source=TOY):
    """Normalise, and check what holds for every submission: the assignment's cells are the source's, in its order."""
    found = normalise(made if isinstance(made, bytes) else json.dumps(made).encode(), source)
    nbformat.validate(found.notebook)
    assert nbformat.writes(found.notebook).encode()
    assert found.notebook.metadata == source.metadata
    kept = [cell for cell in found.notebook.cells if not own(cell)]
    assert [cell.id for cell in kept] == [cell.id for cell in source.cells]
    for cell, given in zip(kept, source.cells):
        assert cell.cell_type == given.cell_type
        if grade_id(given):
            assert cell.metadata == given.metadata
            assert cell.source == given.source or is_solution(given)
    for cell in found.notebook.cells:
        if cell.cell_type == "code":
            assert cell.outputs == [] and cell.execution_count is None
        if cell not in kept:
            assert cell.metadata == OWN
    return found


def answers(found):
    return {grade_id(cell): cell.source for cell in found.notebook.cells if is_solution(cell)}


def toy(made):
    """The answers and the row of cells that a submission of the toy comes to."""
    found = done(made)
    return found, answers(found), [cell.source if own(cell) else cell.id for cell in found.notebook.cells]


def own(cell):
    return cell.id.startswith("own-")


# The assignments of the course


@pytest.mark.parametrize("stage", STAGES)
def test_release_and_source_need_no_repair(stage):
    source = notebooks.read(notebooks.source_path(ROOT, stage))
    for path in (notebooks.release_path(ROOT, stage), notebooks.source_path(ROOT, stage)):
        found, given = done(path.read_bytes(), source), notebooks.read(path)
        assert (found.repairs, found.unplaced) == ((), ())
        assert answers(found) == {grade_id(cell): cell.source for cell in given.cells if is_solution(cell)}
        assert len(found.notebook.cells) == len(source.cells)


def strip(made, rng):
    for cell in made.cells:
        cell.metadata = {}
        cell.pop("id", None)


def shuffle(made, rng):
    rng.shuffle(made.cells)


def swap_ids(made, rng):
    cells = [cell for cell in made.cells if is_solution(cell)]
    names = [grade_id(cell) for cell in cells]
    for cell, name in zip(cells, names[1:] + names[:1]):
        mark(cell, name)


def swap_all_ids(made, rng):
    cells = [cell for cell in made.cells if grade_id(cell)]
    names = [grade_id(cell) for cell in cells]
    rng.shuffle(names)
    for cell, name in zip(cells, names):
        mark(cell, name)


def duplicate_all(made, rng):
    made.cells = [deepcopy(cell) for cell in made.cells for _ in range(2)]


def delete_all_but_answers(made, rng):
    made.cells = [cell for cell in made.cells if is_solution(cell)]


def turn_into_text(made, rng):
    for number, cell in enumerate(made.cells):
        if is_solution(cell):
            cell.cell_type = ("markdown", "raw")[number % 2]


def copy_to_own_cells(made, rng):
    """The learner wrote all answers into new cells at the end, and the given ones are empty or as released."""
    for number, cell in enumerate([cell for cell in made.cells if is_solution(cell)]):
        made.cells.append(new_code_cell(cell.source))
        cell.source = ["", "# YOUR CODE HERE\nraise NotImplementedError()"][number % 2]


def edit_locked(made, rng):
    for cell in made.cells:
        if grade_id(cell) and not is_solution(cell):
            lines = cell.source.split("\n")
            half = "\n".join(lines[: len(lines) // 2 + 1])
            cell.source = rng.choice([cell.source + "\nassert True", half, *["", "pass"][: cell.cell_type == "code"]])


def strip_and_shuffle(made, rng):
    strip(made, rng)
    shuffle(made, rng)


def from_windows(made, rng):
    for cell in made.cells:
        cell.source = cell.source.replace("\n", "\r\n").splitlines(True)


DAMAGES = [
    strip,
    shuffle,
    swap_ids,
    swap_all_ids,
    duplicate_all,
    delete_all_but_answers,
    turn_into_text,
    copy_to_own_cells,
    edit_locked,
    strip_and_shuffle,
    from_windows,
]


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__)
@pytest.mark.parametrize("stage", STAGES)
def test_answers_survive(stage, damage):
    source = notebooks.read(notebooks.source_path(ROOT, stage))
    made = answered(source)
    wanted = {grade_id(cell): cell.source for cell in made.cells if is_solution(cell)}
    damage(made, random.Random(stage))
    found = done(made, source)
    assert answers(found) == wanted
    assert found.repairs and not found.unplaced
    # What is no answer was the assignment's: nothing of it is left over as the learner's own.
    assert not [cell.source for cell in found.notebook.cells if own(cell)]


@pytest.mark.parametrize("stage", STAGES)
def test_all_answers_in_one_cell(stage):
    source = notebooks.read(notebooks.source_path(ROOT, stage))
    made = answered(source)
    cells = [cell for cell in made.cells if is_solution(cell)]
    together = "\n\n".join(cell.source for cell in cells)
    for cell in cells[1:]:
        made.cells.remove(cell)
    cells[0].source = together
    assert set(answers(done(made, source)).values()) == {together}


@pytest.mark.parametrize("other", STAGES)
def test_another_stage_s_notebook(other):
    raw = notebooks.source_path(ROOT, other).read_bytes()
    for stage in STAGES:
        if stage != other:
            with pytest.raises(Unreadable, match="isn't this assignment, .Assignment .*its heading is .Assignment"):
                normalise(raw, notebooks.read(notebooks.source_path(ROOT, stage)))


# Answers


def test_an_empty_or_missing_answer_is_the_stub():
    made = submitted(double=" \n")
    remove(made, "half")
    found, given, _ = toy(made)
    assert given["double"].endswith("raise NotImplementedError()") and given["half"].startswith("def half(x):")
    assert found.repairs == ("answer 'half' was deleted: left unanswered",) and not found.unplaced


@pytest.mark.parametrize(
    ("lose", "how"),
    [
        (lambda cell: cell.metadata.clear(), "found by its cell id"),
        (lambda cell: (cell.metadata.clear(), cell.pop("id")), "found by its definition of double"),
        (lambda cell: (cell.metadata.clear(), cell.pop("id"), cell.update(source="exec(code)")), "by its position"),
        (lambda cell: cell.update(id="half") or cell.metadata.nbgrader.pop("grade_id"), "by its definition of double"),
    ],
)
def test_how_an_answer_is_found(lose, how):
    made = submitted()
    cell = at(made, "double")
    lose(cell)
    found, given, _ = toy(made)
    assert given == {"double": cell.source, "half": HALF}
    assert len(found.repairs) == 1 and found.repairs[0].startswith("answer 'double'") and how in found.repairs[0]


def test_a_stub_is_no_answer_where_ids_are_swapped():
    made = answered()
    at(made, "double").source = "def double(x):\n    raise NotImplementedError()"
    at(made, "half").source = HALF
    swap_ids(made, None)
    found, given, _ = toy(made)
    assert "def double(x):" in given["double"] and given["half"] == HALF
    assert len(found.repairs) == 1 and "swapped ids" in found.repairs[0]


@pytest.mark.parametrize(
    "broken", [DOUBLE.replace(":", "", 1), f"{DOUBLE}\n)", f"files = !ls\n{DOUBLE}", f"%%time\n{DOUBLE}"]
)
def test_an_answer_that_is_no_python_is_found_all_the_same(broken):
    made = submitted(double=broken)
    strip(made, None)
    made.cells.append(made.cells.pop(1))
    assert toy(made)[1] == {"double": broken, "half": HALF}


@pytest.mark.parametrize(
    "copy", ["", "def double(x):\n    raise NotImplementedError()", f"# mine\n{DOUBLE}\n\n", "2 * x"]
)
@pytest.mark.parametrize("place", [0, 1])
def test_two_cells_claim_an_answer_and_one_is_better(copy, place):
    made = submitted()
    made.cells.insert(1 + place, deepcopy(at(made, "double")))
    made.cells[2 - place].source = copy
    mark(made.cells[2 - place], "double")
    found, given, row = toy(made)
    assert given["double"].strip().endswith(DOUBLE) and not found.unplaced
    assert found.repairs == ("2 cells claimed answer 'double': the one that defines double was kept",)
    assert set(row) - {cell.id for cell in TOY.cells} == ({copy} if copy == "2 * x" else set())


def test_two_different_answers_are_for_a_person_to_see():
    made = submitted(double="def double(x):\n    return 3 * x")
    copy = new_code_cell(DOUBLE, metadata=deepcopy(at(made, "double").metadata))
    put(made, copy, "double-values")
    found, given, row = toy(made)
    assert given["double"] == DOUBLE and "'double' is there in several versions" in found.unplaced[0]
    assert row[1:3] == ["def double(x):\n    return 3 * x", "double"]


def test_an_answer_in_two_parts_stays_in_order():
    source = notebooks.read(notebooks.source_path(ROOT, "01-first-gan"))
    made = answered(source)
    cell = at(made, "gan-losses")
    first, second = cell.source.split("def generator_loss")
    second = new_code_cell("def generator_loss" + second, metadata=deepcopy(cell.metadata))
    cell.source = first
    put(made, second, "gan-losses-extreme")  # behind some of its tests
    found = done(made, source)
    assert answers(found)["gan-losses"] == first and not found.unplaced
    ids = [cell.id for cell in found.notebook.cells]
    place = ids.index("gan-losses")
    assert found.notebook.cells[place + 1].source == second.source and own(found.notebook.cells[place + 1])
    assert "answer 'gan-losses' was split into 2 cells: all were kept" in found.repairs


def test_a_later_definition_in_an_own_cell_goes_on_counting():
    """As in Jupyter: what is defined last is what the tests see."""
    made = submitted(double="def double(x):\n    return x")
    put(made, DOUBLE, "double-values")
    put(made, "def double(x):\n    pass", "double")
    found, given, row = toy(made)
    assert row[1:5] == ["def double(x):\n    pass", "double", DOUBLE, "double-values"]
    assert not found.repairs and not found.unplaced


def test_drafts_move_with_an_answer_that_was_moved():
    made = submitted()
    moved = at(made, "double")
    made.cells.remove(moved)
    made.cells += [new_code_cell("def double(x):\n    return 1"), moved, new_code_cell("double = print")]
    _, _, row = toy(made)
    assert row[1:5] == ["def double(x):\n    return 1", "double", "double = print", "double-values"]


def test_an_answer_of_its_own_counts_before_a_helper_in_another_one():
    made = submitted(half="")
    at(made, "double").source = f"{DOUBLE}\n\ndef half(x):\n    return 'mine'"
    assert "mine" in toy(made)[1]["half"]
    made.cells.insert(1, new_code_cell(HALF))
    found, given, _ = toy(made)
    assert given["half"] == HALF and not found.unplaced


def test_a_lost_answer_is_for_a_person_to_look_for():
    made = submitted()
    remove(made, "half")
    made.cells.insert(0, new_code_cell("def halve(x):\n    y = x\n    y = y / 2\n    y = y + 0\n    return y"))
    found, given, _ = toy(made)
    assert "NotImplementedError" in given["half"]
    assert "halve" in found.unplaced[0] and "'half'" in found.unplaced[0]


def test_markdown_answers():
    source = notebook()
    about = {"schema_version": 3, "grade": True, "points": 1, "grade_id": "why", "task": False}
    about |= {"locked": False, "solution": True}
    source.cells.insert(5, new_markdown_cell("Because.", id="why", metadata={"nbgrader": about}))
    made = answered(source)
    at(made, "why").update(source="# I think so\n![](attachment:a.png)", attachments={"a.png": {"image/png": "AAAA"}})
    for damage in (None, strip, turn_into_text):
        changed = deepcopy(made)
        if damage:
            damage(changed, None)
        cell = next(cell for cell in done(changed, source).notebook.cells if cell.id == "why")
        assert cell.source.startswith("# I think so") and cell.attachments == {"a.png": {"image/png": "AAAA"}}
    at(made, "why").source = ""
    assert answers(done(made, source))["why"] == "YOUR ANSWER HERE"


# The learner's own cells


def test_own_cells_stay_where_they_stood():
    made = submitted()
    for name in ("imports", "double", "double-values", "half"):
        put(made, f"# before {name}\nx_{len(name)} = 1", name)
        put(made, new_markdown_cell(f"Notes on {name}", metadata={"tags": ["remove"]}), name)
    made.cells += [new_code_cell("last = 1"), new_code_cell(" \n")]
    found, _, row = toy(made)
    assert [name.split("\n")[0] for name in row] == [
        *("# before imports", "Notes on imports", "imports", "# before double", "Notes on double", "double"),
        *("# before double-values", "Notes on double-values", "double-values", "# before half", "Notes on half"),
        *("half", "half-values", "end", "last = 1"),
    ]
    assert not found.repairs


@pytest.mark.parametrize(
    "double",
    [
        "def double(x):\n    return twice(x)",
        "%time 1 + 1\ndef double(x):\n    return twice(x)",
        "  def double(x):\n      return twice(x)",
    ],
)
def test_a_helper_moves_with_the_answer_that_needs_it(double):
    made = submitted(double=double)
    moved = [new_code_cell("def twice(x):\n    return x + x"), at(made, "double")]
    made.cells.remove(moved[1])
    made.cells += moved
    found, _, row = toy(made)
    assert row[:3] == ["imports", "def twice(x):\n    return x + x", "double"]
    assert any("twice, which answer 'double' uses" in repair for repair in found.repairs)


def test_helpers_of_helpers_come_forward_too():
    made = submitted(double="def double(x):\n    return twice(x)", half="def half(x):\n    return FACTOR * x")
    made.cells += map(
        new_code_cell, ["def twice(x):\n    return add(x, x)", "FACTOR = 0.5", "from operator import add"]
    )
    _, _, row = toy(made)
    assert row.index("from operator import add") < row.index("double-values")
    assert row.index("double-values") < row.index("FACTOR = 0.5") < row.index("half")


def test_own_cells_move_for_no_name_that_is_known_anyway():
    made = submitted(double="def double(x):\n    return np.add(x, max(x, x))")
    made.cells += [new_code_cell("np = max = None\nx = 1")]
    found, _, row = toy(made)
    assert row[-1].startswith("np = max") and not found.repairs


# Locked cells


def test_what_was_added_to_a_locked_cell_stands_beside_it():
    made = submitted()
    added = "import math\nfrom os import (\n    path,\n)\nimport numpy as np\nSIZE = 3"
    function = "@math.pi\ndef helper(): # mine\n    pass"
    at(made, "imports").source += f"\n{added}\n{function}\nprint(1)\nprobe = secret_rng = 7\ndef probe(): pass"
    at(made, "half-values").source = "import cmath\nassert half(2) == 1\n" + at(made, "half-values").source
    found, _, row = toy(made)
    kept = f"import math\nfrom os import path\nSIZE = 3\n{function}"
    assert row[:3] == ["imports", kept, "double"] and row[-4:] == ["half", "import cmath", "half-values", "end"]
    assert found.repairs[0] == "code cell 'imports' was changed: restored, and what was added is kept beside it"


@pytest.mark.parametrize(
    "text", ["assert True", "", "print(double(3))", "assert double(3) == 7, 'double(3) should be 6'"]
)
def test_a_test_cell_is_never_the_learner_s(text):
    made = submitted()
    at(made, "double-values").source = text
    found, _, row = toy(made)
    assert row == [cell.id for cell in TOY.cells]
    assert found.repairs == ("test cell 'double-values' was changed: restored",)


def test_an_answer_in_a_test_cell_is_found():
    made = submitted(double="")
    at(made, "double-values").source = f"{DOUBLE}\n\n{at(made, 'double-values').source}"
    assert toy(made)[1]["double"] == DOUBLE
    at(made, "double-values").source = DOUBLE
    assert toy(made)[1]["double"] == DOUBLE


def test_an_answer_merged_with_its_test_is_found():
    made = submitted()
    at(made, "double").source += "\n\n" + at(made, "double-values").source
    remove(made, "double-values")
    found, given, row = toy(made)
    assert given["double"].startswith(DOUBLE) and row == [cell.id for cell in TOY.cells]
    assert found.repairs == ("test cell 'double-values' was deleted: restored",)


def test_an_answer_stays_one_though_most_of_it_is_its_test():
    source = notebooks.read(notebooks.source_path(ROOT, "00-welcome"))
    made = answered(source)
    text = at(made, "to-batch").source = "batch = (\n" + at(made, "to-batch-range").source
    assert answers(done(made, source))["to-batch"] == text


def test_an_edited_test_is_known_by_its_id():
    source = notebooks.read(notebooks.source_path(ROOT, "00-welcome"))
    made = answered(source)
    cell = at(made, "to-batch-range")
    cell.source = cell.source.replace("assert abs(", "wrong = abs(").replace("assert isinstance", "right = isinstance")
    found = done(made, source)
    assert found.repairs[0].startswith("test cell 'to-batch-range' was changed: restored")
    assert len([cell for cell in found.notebook.cells if own(cell)]) == 1  # with what it binds


def test_an_own_test_may_begin_as_a_copy():
    source = notebooks.read(notebooks.source_path(ROOT, "00-welcome"))
    made = answered(source)
    first, *_, last = at(made, "to-batch-range").source.split("\n")
    text = f"{first}\nbatch = to_batch(np.zeros((1, 1, 1, 1), np.uint8))\nblack = white = 1\n{last}"
    put(made, text, "to-batch-axes")
    assert [cell.source for cell in done(made, source).notebook.cells if own(cell)] == [text]


def test_copies_of_tests_are_dropped():
    made = submitted()
    copy = deepcopy(at(made, "double-values"))
    put(made, copy, "half")
    put(made, new_code_cell(copy.source), "half-values")
    found, _, row = toy(made)
    assert row == [cell.id for cell in TOY.cells]
    assert found.repairs == ("test cell 'double-values' was there 3 times: one was kept",)


def test_an_example_is_the_learner_s_to_change():
    source = notebook()
    source.cells.insert(3, new_code_cell("print(double(1))", id="example"))
    made = answered(source)
    assert done(made, source).repairs == ()
    made.cells[3].source = "plot(double(2))"
    found = done(made, source)
    (example,) = [cell for cell in found.notebook.cells if cell.id == "example"]
    assert example.source == "plot(double(2))" and example.metadata == OWN and not found.repairs
    del made.cells[3]
    found = done(made, source)
    assert found.notebook.cells[3].source == "print(double(1))"
    assert found.repairs == ("code cell 'example' was deleted: restored",)


def test_hidden_tests_are_in_it_and_solutions_are_not():
    text = json.dumps(done(submitted()).notebook)
    assert MARKER in text and "BEGIN SOLUTION" not in text


def test_normalising_again_changes_nothing():
    made = submitted()
    put(made, "def twice(x):\n    return x + x", "double")
    first = done(made)
    second = done(json.dumps(first.notebook).encode())
    assert second.notebook == first.notebook and not second.repairs


# Bytes


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "latin-1"])
def test_encodings(encoding):
    text = f"{DOUBLE}  # für alle"
    found = done(json.dumps(submitted(double=text), ensure_ascii=False).encode(encoding))
    assert answers(found)["double"] == text
    assert bool(found.repairs) != encoding.startswith("utf-8")


def test_characters_that_nothing_can_store():
    made = submitted(double=f"{DOUBLE}  # \ud83d \0 \U0001f600", half=HALF.replace("\n", "\r"))
    for raw in (json.dumps(made), json.dumps(made, ensure_ascii=False)):
        found = done(raw.encode("utf-8", "surrogatepass"))
        assert answers(found) == {"double": f"{DOUBLE}  # \ufffd  \U0001f600", "half": HALF}
        assert len(found.repairs) == 2


@pytest.mark.parametrize("minor", range(6))
def test_formats(minor):
    made = submitted()
    made.nbformat_minor = minor
    for cell in made.cells:
        if minor < 5:
            del cell["id"]
        cell.source = cell.source.splitlines(True)
    found = done(made)
    assert answers(found) == {"double": DOUBLE, "half": HALF} and not found.repairs
    for extra in ({"nbformat": 3}, {"nbformat": "x", "nbformat_minor": None, "metadata": [7]}):
        assert answers(done(made | extra)) == {"double": DOUBLE, "half": HALF}


def test_format_3():
    made = submitted()
    cells = [
        {"cell_type": c.cell_type, "metadata": c.metadata, "input": c.source, "source": c.source} for c in made.cells
    ]
    for cell in cells:
        cell.pop("source" if cell["cell_type"] == "code" else "input")
    cells.append({"cell_type": "heading", "level": 1, "source": "Mine", "metadata": {}})
    found = done(json.dumps({"nbformat": 3, "metadata": {}, "worksheets": [{"cells": cells}, 7]}).encode())
    assert answers(found) == {"double": DOUBLE, "half": HALF}
    assert found.notebook.cells[-1].source == "Mine" and found.repairs == (
        "the notebook was in format 3: read as format 4",
    )


def test_a_wrong_kernel_is_replaced():
    made = submitted()
    made.metadata.kernelspec = {"name": "julia-1.10", "language": "julia"}
    assert done(made).repairs == ("the kernel was 'julia-1.10 julia': replaced by 'python3'",)
    made.metadata.kernelspec = {"display_name": "Python 3", "name": "python3"}
    assert done(made).repairs == ()


def raw_cells(*cells):
    return json.dumps({"cells": list(cells)}).encode()


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (b"", "the file is empty"),
        (b" \n\t", "the file is empty"),
        (b"\0" * 100, "no JSON at line 1"),
        (b"PK\3\4" + bytes(range(256)), "no JSON"),
        (b'{"cells": [', "no JSON at line 1, column 12"),
        (b"[" * 200_000, "nested too deeply"),
        (b'{"a":' * 200_000, "nested too deeply"),
        (b'{"cells": %s}' % (b"1" * 10_000), "endless number"),
        (b"[]", "isn't a notebook"),
        (b"null", "isn't a notebook"),
        (b"{}", "no list of cells"),
        (b'{"cells": {"0": 1}}', "no list of cells"),
        (b'{"cells": []}', "no cells"),
        (b'{"cells": [7, null, {}]}', "isn't this assignment: few of its cells"),
        (b"{" + b" " * reading.MAX_BYTES + b"}", "the file has 20.0 MB, and 20 MB at most"),
        (raw_cells(*[{}] * (reading.MAX_CELLS + 1)), "1,001 cells, and 1,000 at most"),
        (raw_cells({"cell_type": "code", "source": "x" * (reading.MAX_CODE + 1)}), "500,001 characters of code"),
        (raw_cells({"cell_type": "markdown", "source": "x\n" * (reading.MAX_LINES + 1)}), "100,001 lines"),
        (raw_cells({"cell_type": "code", "source": "print('hello')"}), "isn't this assignment"),
        (raw_cells({"cell_type": "code", "source": TOY.cells[2].source}), "none of the assignment's answer cells"),
        (
            raw_cells({"cell_type": "code", "source": DOUBLE + "\n#" + "x" * MAX_ANSWER}),
            f"answer 'double' has {len(DOUBLE) + 2 + MAX_ANSWER:,} characters, and 200,000 at most",
        ),
    ],
)
def test_unreadable(raw, message):
    with pytest.raises(Unreadable, match=message) as caught:
        normalise(raw, TOY)
    assert "\n" not in str(caught.value) and len(str(caught.value)) < 300


HOSTILE = {
    "unary": "+" * 90_000 + "1",
    "attributes": "a" + ".b" * 45_000,
    "sums": "1" + "+1" * 45_000,
    "calls": "f" + "()" * 45_000,
    "lambdas": "lambda: " * 10_000 + "1",
    "elifs": "if 1: pass\n" + "elif 1: pass\n" * 5000,
    "indents": "".join(" " * depth + "if 1:\n" for depth in range(200)),
    "magics": "%x\n" * 20_000,
    "digits": "x = " + "9" * 90_000,
    "names": "\n".join(f"x{number} = y{number}" for number in range(5000)),
    "functions": "def f():\n" + "".join(f"    def g{number}(): pass\n" for number in range(5000)),
    "long-name": "x" * 100_000 + " = 1",
    "quotes": '"""' + "x" * 100_000,
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_code_that_breaks_parsers(kind):
    made = submitted(half=f"{HALF}\n{HOSTILE[kind]}")
    put(made, HOSTILE[kind], "double")
    at(made, "imports").source += f"\n{HOSTILE[kind]}"
    at(made, "double-values").source += f"\n{HOSTILE[kind]}"
    start = time.process_time()
    assert toy(made)[1]["double"] == DOUBLE
    assert time.process_time() - start < 10


def test_a_thousand_hostile_cells_take_seconds():
    made = submitted(double="def double(x):\n    return " + " + ".join(f"a{number}" for number in range(2000)))
    for number in range(990):
        made.cells.append(new_code_cell(f"a{number} = a{number + 1}\n" + "x = 1\n" * 70))
    start = time.process_time()
    found, _, row = toy(made)
    assert row.index("double") > 900  # all of them had to come forward
    assert time.process_time() - start < 20


def mutations(count):
    """Broken variants of an honest notebook's bytes."""
    rng, honest = random.Random(5), json.dumps(submitted()).encode()
    for _ in range(count):
        raw = bytearray(honest)
        for _ in range(rng.choice([1, 2, 5, 50])):
            start, size = rng.randrange(len(raw)), rng.choice([0, 1, 1, 3, 40])
            filling = rng.choice([b"", bytes(rng.randbytes(size)), raw[:size], b'"', b"{", b"null", b"\\ud800", b"7"])
            raw[start : start + size] = filling
        yield bytes(raw)


def structures(count):
    """An honest notebook's JSON with values of any kind in any place."""
    rng = random.Random(6)
    odd = [
        None,
        True,
        0,
        -1.5,
        float("nan"),
        "",
        "code",
        "\ud800\0\r",
        "double",
        [],
        {},
        [[]],
        {"": {}},
        ["x", 7],
        10**300,
    ]

    def spoil(value, chance):
        if rng.random() < chance:
            return rng.choice(odd)
        if isinstance(value, dict):
            return {spoil_key(key, chance): spoil(item, chance) for key, item in value.items()}
        if isinstance(value, list):
            items = [spoil(item, chance) for item in value]
            return items * 2 if rng.random() < chance else items
        return value

    def spoil_key(key, chance):
        return rng.choice(["cells", "source", "metadata", "id", "\ud800"]) if rng.random() < chance / 4 else key

    for _ in range(count):
        yield json.dumps(spoil(submitted(), rng.choice([0.01, 0.05, 0.2]))).encode()


@pytest.mark.parametrize("make", [mutations, structures])
def test_nothing_but_unreadable_comes_out_of_any_bytes(make):
    outcomes = {"normalised": 0, "unreadable": 0}
    for raw in make(400):
        try:
            done(raw)
            outcomes["normalised"] += 1
        except Unreadable as err:
            assert "\n" not in str(err) and str(err).encode()
            outcomes["unreadable"] += 1
    assert min(outcomes.values()) > 20, outcomes


def test_tests_of_all_stages_are_told_apart():
    """The thresholds for copies hold: no two tests of a stage are taken for each other."""
    for stage in STAGES:
        source = notebooks.read(notebooks.source_path(ROOT, stage))
        made = answered(source)
        made.cells = [cell for cell in made.cells if is_test(cell) or is_solution(cell)]
        strip(made, None)
        found = done(made, source)
        assert not [repair for repair in found.repairs if "test cell" in repair]
