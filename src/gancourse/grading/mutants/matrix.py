"""Test an assignment's graders: every wrong answer must lose points, and no right one may.

The answers are plain data in tests/mutants/NN-name.py:
WRONG = {answer cell's grade_id: {name: code of the whole cell}}, and RIGHT of the same form.
"""

import json
import os
import runpy
import secrets
import shutil
import subprocess
import symtable
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile

from nbformat import NotebookNode
from nbgrader.preprocessors import ClearSolutions
from rich.table import Table

from gancourse import machine
from gancourse.grading.judge import GradingError
from gancourse.grading.notebooks import answer_cells, grade_id, is_test, read, source_path, test_cells

LIMIT = 120  # seconds for one answer and its test cells


@dataclass
class Answer:
    """One answer, and how it fared. kind: "wrong" or "right"; "reference" and "stub" answer every task at once."""

    kind: str
    task: str
    name: str
    cells: dict[str, str]  # answer cell -> its code
    tests: list[str]  # the test cells that judge it
    lost: dict[str, set[int]] = field(default_factory=dict)  # test cell -> seeds under which it earned nothing

    def misjudged(self, seed: int) -> bool:
        """Whether the test cells got it wrong under this seed."""
        lost = [seed in self.lost.get(test, ()) for test in self.tests]
        return {"wrong": not any(lost), "stub": not all(lost)}.get(self.kind, any(lost))


def load(path: Path) -> dict[str, dict[str, dict[str, str]]]:
    """{"wrong": WRONG, "right": RIGHT} of a mutant file. Raises ValueError, naming the place, if it isn't sound."""
    if not path.is_file():
        raise ValueError(f"no mutants at {path}")
    try:
        names = runpy.run_path(str(path))
    except Exception as err:  # whatever the file's own code raises
        raise ValueError(f"{path}: {type(err).__name__}: {err}") from err
    if not {"WRONG", "RIGHT"} & names.keys():
        raise ValueError(f"{path} defines neither WRONG nor RIGHT")
    found = {"wrong": names.get("WRONG", {}), "right": names.get("RIGHT", {})}
    for kind, tasks in found.items():
        for task, codes in tasks.items():
            for name, code in codes.items():
                try:
                    compile(code, name, "exec")
                except SyntaxError as err:
                    place = f"{path}: {kind.upper()}[{task!r}][{name!r}], line {err.lineno}"
                    raise ValueError(f"{place}: {err.msg}") from err
    return found


def answers(root: Path, stage: str, also: Path | None = None, only: list[str] | None = None) -> list[Answer]:
    """Every answer to run for a stage: the reference, the stub, and those of the mutant files.

    A wrong answer is judged by its task's test cells, a right one also by later ones that use what it defines.
    also: a folder that may hold a mutant file of the same name, whose answers are added, marked with the folder's name.
    only: names or tasks, with * and ? for any characters: the answers to run, and the tasks for reference and stub.
    Raises ValueError for a file that isn't sound or that names a cell which the assignment doesn't have.
    """
    notebook = read(source_path(root, stage))
    tasks, tested = answer_cells(notebook), test_cells(notebook)
    files = {"": root / "tests" / "mutants" / f"{stage}.py"}
    if also and (also / f"{stage}.py").is_file():
        files[f" ({also.resolve().name})"] = also / f"{stage}.py"
    found = []
    for mark, path in files.items():
        for kind, by_task in load(path).items():
            for task, codes in by_task.items():
                own = [test for test in tested if tested[test] == task]
                if not own:
                    raise ValueError(f"{path}: no graded answer {task!r} in {stage}; there are: {', '.join(tasks)}")
                for name, code in codes.items():
                    if not only or any(fnmatchcase(text, pattern) for pattern in only for text in (name, task)):
                        judged = own if kind == "wrong" else own + users(notebook, task, code)
                        found.append(Answer(kind, task, name + mark, {task: code}, judged))
    chosen = {answer.task for answer in found} if only else set(tasks)
    tests = [test for test in tested if tested[test] in chosen]
    reference = {grade_id(cell): cell.source for cell in notebook.cells if grade_id(cell) in tasks}
    cleared, _ = ClearSolutions().preprocess(notebook, {})  # in place
    stub = {grade_id(cell): cell.source for cell in cleared.cells if grade_id(cell) in tasks}
    whole = [Answer("reference", "", "reference", reference, tests), Answer("stub", "", "stub", stub, tests)]
    return whole + found if found else []


def users(notebook: NotebookNode, task: str, code: str) -> list[str]:
    """The test cells of later tasks that use, also by way of other cells, a name that `code` or the reference in that
    answer cell defines."""
    later = [cell for cell in notebook.cells if cell.cell_type == "code"]
    place = [grade_id(cell) for cell in later].index(task)
    names, found = _names(code)[0] | _names(later[place].source)[0], []
    tested = test_cells(notebook)
    for cell in later[place + 1 :]:
        defined, used = _names(cell.source)
        if not names & used:
            continue
        if not is_test(cell):
            names |= defined
        elif tested[grade_id(cell)] != task:
            found.append(grade_id(cell))
    return found


def _names(code: str) -> tuple[set[str], set[str]]:
    """The global names that a cell binds, and those that it uses."""
    bound, used, tables = set(), set(), [symtable.symtable(code, "cell", "exec")]
    for table in tables:
        top = table.get_type() == "module"
        for symbol in table.get_symbols():
            if top or symbol.is_global():
                bound |= {symbol.get_name()} if symbol.is_assigned() or symbol.is_imported() else set()
                used |= {symbol.get_name()} if symbol.is_referenced() else set()
        tables += table.get_children()
    return bound, used


def run(
    root: Path, stage: str, found: list[Answer], seeds: list[int], *, quick: bool = False, processes: int | None = None
) -> Iterator[tuple[Answer, int]]:
    """Run each answer under each seed and judge it as nbgrader's run would; yields answer and seed as each run ends.

    quick: a wrong answer's run ends with the first test cell that it loses, so that its `lost` names one for each seed;
    after the first seed, the cell that was lost before is tried first. processes: how many run at once, by default as
    many as there are CPUs.
    An answer's `lost` is complete when all are through. Raises GradingError if the reference itself fails.
    """
    variants = [
        {"label": label, "cells": answer.cells, "tests": answer.tests, "until_lost": quick and answer.kind == "wrong"}
        for label, answer in enumerate(found)
    ]
    env = os.environ | {
        "NBGRADER_EXECUTION": "autograde",
        "MPLBACKEND": "Agg",
        "OMP_NUM_THREADS": "1",  # OpenMP's threads and CUDA's context don't survive a fork
        "CUDA_VISIBLE_DEVICES": "",
    }
    job = {"seeds": seeds, "limit": LIMIT, "processes": processes or machine.cpus(), "variants": variants}
    source = source_path(root, stage)
    job["cells"] = [
        {"grade_id": grade_id(cell), "source": cell.source, "is_test": is_test(cell)}
        for cell in read(source).cells
        if cell.cell_type == "code"
    ]
    command = [sys.executable, "-m", "gancourse.grading.mutants.runner"]
    with (
        TemporaryDirectory() as folder,
        TemporaryFile("w+") as stderr,
        subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=stderr, text=True, cwd=folder, env=env
        ) as process,
    ):
        shutil.copytree(source.parent, folder, dirs_exist_ok=True)
        json.dump(job, process.stdin)
        process.stdin.close()
        for line in process.stdout:
            result = json.loads(line)
            if "error" in result:
                raise GradingError(result["error"])
            for test in result["lost"]:
                found[result["label"]].lost.setdefault(test, set()).add(result["seed"])
            yield found[result["label"]], result["seed"]
        if process.wait():
            stderr.seek(0)
            raise GradingError(f"{stage}: the notebook can't be run: {stderr.read().strip()}")


def secret_seeds(n: int) -> list[int]:
    """Different on each call: a test that holds for some seeds only is found sooner or later."""
    return [secrets.randbits(32) for _ in range(n)]


def matrices(found: list[Answer], seeds: list[int]) -> list[Table]:
    """The kill matrix of each task: a row for each answer, a column for each of the task's test cells."""
    tables = []
    for task in dict.fromkeys(answer.task for answer in found if answer.task):
        rows = [answer for answer in found if answer.task == task]
        tests = next((answer.tests for answer in rows if answer.kind == "wrong"), rows[0].tests)
        table = Table("answer", "", title=task, title_justify="left")
        table.columns[0].overflow = "fold"
        for test in tests:
            table.add_column(test.removeprefix(f"{task}-"), overflow="fold")
        for answer in rows:
            counts = [len(answer.lost.get(test, ())) for test in tests]
            marks = ["lost" if n == len(seeds) else f"{n} of {len(seeds)}" if n else "·" for n in counts]
            misjudged = any(answer.misjudged(seed) for seed in seeds)
            fates = {"wrong": ("wrong, killed", "wrong, SURVIVES"), "right": ("right, accepted", "right, REJECTED")}
            style = "bold red" if misjudged else None
            table.add_row(answer.name, fates[answer.kind][misjudged], *marks, style=style)
        tables.append(table)
    return tables


def summary(found: list[Answer], seeds: list[int]) -> str:
    """One line: how many wrong answers were killed and right ones accepted."""
    good = Counter(answer.kind for answer in found if not any(answer.misjudged(seed) for seed in seeds))
    kinds = Counter(answer.kind for answer in found)
    return (
        f"{good['wrong']} of {kinds['wrong']} wrong answers killed, {good['right']} of {kinds['right']} right ones "
        f"accepted, reference {'100 %' if good['reference'] else 'REJECTED'}, "
        f"stub {'0' if good['stub'] else 'EARNS POINTS'}; secret seeds {', '.join(map(str, seeds))}"
    )


def failures(found: list[Answer], seeds: list[int]) -> list[str]:
    """A line for each answer that the test cells misjudge, with the seeds that show it."""
    said = {
        "wrong": "survives: it loses no points",
        "right": "is rejected: it loses",
        "reference": "is rejected: it loses",
        "stub": "earns points",
    }
    lines = []
    for answer in found:
        bad = [seed for seed in seeds if answer.misjudged(seed)]
        if bad:
            lost = ", ".join(answer.lost) if answer.kind in ("right", "reference") else ""
            where = f"{answer.task}: {answer.kind} answer {answer.name!r}" if answer.task else f"the {answer.name}"
            lines.append(f"{where} {said[answer.kind]} {lost}".rstrip() + f" (seed {', '.join(map(str, bad))})")
    return lines
