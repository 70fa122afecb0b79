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
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile

import nbformat
from nbgrader.preprocessors import ClearSolutions
from rich.table import Table

from gancourse.grading.judge import GradingError, judge
from gancourse.grading.notebooks import answer_cells, grade_id, read, source_path, test_cells

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


def answers(root: Path, stage: str, also: Path | None = None) -> list[Answer]:
    """Every answer to run for a stage: the reference, the stub, and those of the mutant files.

    also: a folder that may hold a mutant file of the same name, whose answers are added.
    Raises ValueError for a file that isn't sound or that names a cell which the assignment doesn't have.
    """
    notebook = read(source_path(root, stage))
    tasks, tested = answer_cells(notebook), test_cells(notebook)
    tests = list(tested)
    reference = {grade_id(cell): cell.source for cell in notebook.cells if grade_id(cell) in tasks}
    cleared, _ = ClearSolutions().preprocess(notebook, {})
    stub = {grade_id(cell): cell.source for cell in cleared.cells if grade_id(cell) in tasks}
    found = [Answer("reference", "", "reference", reference, tests), Answer("stub", "", "stub", stub, tests)]
    files = {"": root / "tests" / "mutants" / f"{stage}.py"}
    if also and (also / f"{stage}.py").is_file():
        files[f" ({also})"] = also / f"{stage}.py"
    for mark, path in files.items():
        for kind, by_task in load(path).items():
            for task, codes in by_task.items():
                own = [test for test in tests if tested[test] == task]
                if not own:
                    raise ValueError(f"{path}: no graded answer {task!r} in {stage}; there are: {', '.join(tasks)}")
                judged = own if kind == "wrong" else tests[tests.index(own[0]) :]
                found += [Answer(kind, task, name + mark, {task: code}, judged) for name, code in codes.items()]
    return found


def run(root: Path, stage: str, found: list[Answer], seeds: list[int]) -> Iterator[Answer]:
    """Run each answer under each seed and judge it as nbgrader's run would; yields an answer as each run ends.

    An answer's `lost` is complete when all are through. Raises GradingError if the reference itself fails.
    """
    variants = [
        {"label": label, "cells": answer.cells, "last": answer.tests[-1] if answer.kind == "wrong" else None}
        for label, answer in enumerate(found)
    ]
    env = os.environ | {
        "NBGRADER_EXECUTION": "autograde",
        "MPLBACKEND": "Agg",
        "OMP_NUM_THREADS": "1",  # OpenMP's threads and CUDA's context don't survive a fork
        "CUDA_VISIBLE_DEVICES": "",
    }
    with TemporaryDirectory() as folder, TemporaryFile("w+") as stderr:
        shutil.copytree(source_path(root, stage).parent, folder, dirs_exist_ok=True)
        job = {"notebook": f"{folder}/{stage}.ipynb", "seeds": seeds, "limit": LIMIT, "variants": variants}
        command = [sys.executable, "-m", "gancourse.grading.mutants.runner"]
        with subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=stderr,
            text=True,
            cwd=folder,
            env=env,
        ) as process:
            json.dump(job, process.stdin)
            process.stdin.close()
            results = {}
            for line in process.stdout:
                result = json.loads(line)
                outputs = {test: nbformat.from_dict(cell) for test, cell in result["outputs"].items()}
                if result["label"] is not None:
                    results[result["seed"], result["label"]] = outputs
                    yield found[result["label"]]
                    continue
                for label, answer in enumerate(found):
                    _judge(answer, result["seed"], outputs, results[result["seed"], label])
        if process.returncode:
            stderr.seek(0)
            raise GradingError(f"{stage}: the notebook can't be run: {stderr.read().strip()}")


def secret_seeds(n: int) -> list[int]:
    """Different on each call: a test that holds for some seeds only is found sooner or later."""
    return [secrets.randbits(32) for _ in range(n)]


def _judge(answer: Answer, seed: int, reference: dict, submission: dict) -> None:
    for test in answer.tests:
        try:
            passed = judge(reference[test], submission[test]).passed
        except GradingError as err:
            raise GradingError(f"{test}: {err}") from err
        if not passed:
            answer.lost.setdefault(test, set()).add(seed)


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
