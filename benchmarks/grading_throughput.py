"""Submissions graded in a minute: stock `nbgrader autograde` against `gancourse grade -j 2`, one after the other.

Both grade the same 24 honest submissions of assignment 01: the reference and the right answers of tests/mutants,
combined differently in each. Stock nbgrader has its own settings, its own preprocessors, one process and a kernel for
each submission. It can't judge probes, and without a judge they raise; so its kernels get a secret seed in their
environment, as the judge would give it: then the same cells run to their end and measure, and nbgrader takes that for
passed. Ours runs `batch.grade`, which is what `gancourse grade -j 2` calls, on a course in a temporary folder, with the
sandbox on: reference and blank first, then each submission with the hidden tests, judged outside, and, where there is
anything to see, once more without them. Seconds are those of the whole process, imports included.

    python benchmarks/grading_throughput.py

Targets, exit status 1 where one is missed: at least 2.5 times stock's throughput; the first result within 15 s; at most
2 GB of memory for each of the two workers (all processes' resident memory, shared pages counted for each, halved).
"""

import os
import runpy
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import nbformat
import psutil
from nbgrader.api import Gradebook

from gancourse import paths
from gancourse.checks import SEED_VARIABLE
from gancourse.grading.notebooks import answer_cells, grade_id, read, release_path, source_path

STAGE, SUBMISSIONS, WORKERS = "01-first-gan", 24, 2
STOCK_SETTINGS = """
c = get_config()
c.CourseDirectory.course_id = "gan-course"
c.CourseDirectory.source_directory = "solutions"
"""
OURS = """
import sys
from pathlib import Path
from gancourse.grading import batch
from gancourse.cli import progress
with progress.shown(sys.argv[2]) as report:
    summary = batch.grade(Path(sys.argv[1]), sys.argv[2], jobs=int(sys.argv[3]), report=report)
progress.conclude(summary)
"""


def submissions(root: Path) -> list[nbformat.NotebookNode]:
    """Learners' notebooks with right answers; no two have the same."""
    source, right = read(source_path(root, STAGE)), runpy.run_path(str(root / "tests" / "mutants" / f"{STAGE}.py"))
    reference = {grade_id(cell): cell.source for cell in source.cells if grade_id(cell) in answer_cells(source)}
    choices = {task: [answer, *right["RIGHT"].get(task, {}).values()] for task, answer in reference.items()}
    made = []
    for number in range(SUBMISSIONS):
        notebook = read(release_path(root, STAGE))
        for place, cell in enumerate(cell for cell in notebook.cells if grade_id(cell) in choices):
            answers = choices[grade_id(cell)]
            cell.source = answers[(number + place * (number // len(answers))) % len(answers)]
        made.append(notebook)
    assert len({str(notebook) for notebook in made}) == SUBMISSIONS
    return made


def course(folder: Path, root: Path, settings: str, submitted: str) -> None:
    """A course folder with assignment 01 and everybody's submission."""
    (folder / "nbgrader_config.py").write_text(settings)
    solution = source_path(folder, STAGE)
    solution.parent.mkdir(parents=True)
    solution.write_bytes(source_path(root, STAGE).read_bytes())
    for number, notebook in enumerate(submissions(root)):
        path = folder / submitted / f"learner-{number:02d}" / STAGE / f"{STAGE}.ipynb"
        path.parent.mkdir(parents=True)
        nbformat.write(notebook, path)


def measured(command: list[str], folder: Path, env: dict[str, str]) -> tuple[float, float, float, str]:
    """Run a command: seconds, seconds to the first line of its output that is a result, peak memory in GB, output."""
    began, first, peak, lines = time.perf_counter(), float("nan"), [0.0], []
    process = subprocess.Popen(
        command, cwd=folder, env=os.environ | env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    watching = threading.Thread(target=watch, args=(psutil.Process(process.pid), peak))
    watching.start()
    for line in process.stdout:
        if line.startswith("[1/"):
            first = time.perf_counter() - began
        lines.append(line)
    process.wait()
    seconds = time.perf_counter() - began
    watching.join()
    if process.returncode:
        sys.exit(f"{' '.join(map(str, command[:4]))} ... ended with {process.returncode}:\n{''.join(lines[-30:])}")
    return seconds, first, peak[0] / 1e9, "".join(lines)


def watch(process: psutil.Process, peak: list[float]) -> None:
    """Keep the highest sum of resident memory of a process and all below it, until it ends."""
    while process.is_running() and process.status() != psutil.STATUS_ZOMBIE:
        total = 0
        for each in [process, *_below(process)]:
            try:
                total += each.memory_info().rss
            except psutil.NoSuchProcess:
                continue
        peak[0] = max(peak[0], total)
        time.sleep(0.5)


def _below(process: psutil.Process) -> list[psutil.Process]:
    try:
        return process.children(recursive=True)
    except psutil.NoSuchProcess:
        return []


def full_marks(database: Path) -> int:
    """How many submissions have all points in nbgrader's gradebook."""
    with Gradebook(f"sqlite:///{database}") as gradebook:
        return sum(each["score"] == each["max_score"] for each in gradebook.submission_dicts(STAGE))


def main() -> int:
    root = paths.root()
    with tempfile.TemporaryDirectory() as name:
        stock, ours = Path(name) / "stock", Path(name) / "ours"
        for folder in (stock, ours):
            folder.mkdir()
        course(stock, root, STOCK_SETTINGS, "submitted")
        course(ours, root, (root / "nbgrader_config.py").read_text("utf-8"), "gradebook/submitted")
        nbgrader = [sys.executable, "-m", "nbgrader"]
        env = {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}  # it calls alembic by name
        measured([*nbgrader, "generate_assignment", STAGE], stock, env)  # and all files that Python reads are warm
        autograde = [*nbgrader, "autograde", STAGE]
        command = [sys.executable, "-u", "-c", OURS, str(ours), STAGE, str(WORKERS)]
        runs = {
            "stock nbgrader autograde": measured(autograde, stock, env | {SEED_VARIABLE: "1"}),
            f"gancourse grade -j {WORKERS}": measured(command, ours, {}),
        }
        marks = [full_marks(stock / "gradebook.db"), full_marks(ours / "gradebook" / "gradebook.db")]
    return report(runs, marks)


def report(runs: dict[str, tuple], marks: list[int]) -> int:
    """Print what was measured; the exit status."""
    print("| | seconds | each | submissions a minute | first result after | peak memory | full marks |")
    print("|---|---|---|---|---|---|---|")
    for (name, (seconds, first, memory, _)), full in zip(runs.items(), marks):
        shown = "-" if first != first else f"{first:.1f} s"
        print(
            f"| {name} | {seconds:.1f} | {seconds / SUBMISSIONS:.2f} | {SUBMISSIONS / seconds * 60:.1f} | {shown} "
            f"| {memory:.2f} GB | {full} of {SUBMISSIONS} |"
        )
    (stock, *_), (seconds, first, memory, _) = runs.values()
    ratio = stock / seconds
    print(
        f"\nfirst result after {first:.1f} s (at most 15); {memory / WORKERS:.2f} GB a worker (at most 2)"
        f"\nratio: {ratio:.2f} times stock's throughput (at least 2.5)"
    )
    return int(marks[1] < SUBMISSIONS or ratio < 2.5 or not first <= 15 or memory / WORKERS > 2)


if __name__ == "__main__":
    sys.exit(main())
