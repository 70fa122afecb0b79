"""Run many variants of an assignment's answers, each in a fork of this process: `... runner < job`.

A process of its own, for it forks: the notebook's first code cell (its imports) runs once; then for each secret seed
the reference, and each variant, in a fork that runs the cells up to the last of the variant's test cells. Test cells of
others are left out: none needs what another one left behind. A fork has a copy of the notebook's folder for itself, and
nothing but the imports runs in this process, so that no variant meets what another one did.

The job is JSON on stdin: {"notebook": path, "seeds": [int], "limit": seconds, "processes": how many at once,
"variants": [variant]}, a variant {"label": any, "cells": {grade_id: source}, "tests": [grade_id], "until_lost": bool}:
what stands in these cells, the test cells that judge it, and whether the first one that it loses settles the matter.
Each result is a line of JSON on stdout: {"label", "seed", "lost": [grade_id]}, and {"error": text} as the last one if
the reference can't be judged. A test cell that a variant didn't get to, because the process ended or ran out of time,
is lost.
"""

import contextlib
import gc
import json
import os
import random
import shutil
import sys
import time
import zlib
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib import import_module
from multiprocessing import connection, get_context
from pathlib import Path
from tempfile import TemporaryDirectory

from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output
from nbformat import NotebookNode
from nbformat.v4 import new_output
from traitlets.config import Config

from gancourse.checks import SEED_VARIABLE
from gancourse.grading.judge import GradingError, judge
from gancourse.grading.notebooks import grade_id, is_test, read

fork = get_context("fork")


class Shell(InteractiveShell):
    """An IPython shell that keeps the last error in the form that a kernel sends it, but for the traceback: IPython
    takes longer to write one than most answers take in all."""

    error = None

    def showtraceback(self, *args, **kwargs):
        etype, evalue, _ = sys.exc_info()
        self.error = new_output("error", ename=etype.__name__, evalue=str(evalue), traceback=[])

    showsyntaxerror = showtraceback


def run_cell(shell: Shell, source: str) -> list:
    """Run one cell; its outputs in nbformat's form (a last expression's value counts as displayed)."""
    shell.error = None
    with capture_output() as captured:
        shell.run_cell(source)  # not in a history, for which IPython would write the traceback, too
    streams = [("stdout", captured.stdout), ("stderr", captured.stderr)]
    outputs = [new_output("stream", name=name, text=text) for name, text in streams if text]
    outputs += [new_output("display_data", data=o.data, metadata=o.metadata) for o in captured.outputs]
    return outputs + ([shell.error] if shell.error else [])


@dataclass
class Run:
    """A variant under one seed; label None: the reference that all others are compared with."""

    label: object
    seed: int
    cells: list[NotebookNode]
    expected: dict[str, list] | None = None  # the reference's outputs of each test cell
    until_lost: bool = False
    outputs: dict[str, list] = field(default_factory=dict)
    lost: list[str] = field(default_factory=list)
    modules: list[str] = field(default_factory=list)  # what was imported in the end

    def receive(self, conn) -> bool:
        """Note what the fork sends; returns whether the run is over or needn't go on. Raises GradingError."""
        try:
            name, sent = conn.recv()
        except EOFError:
            return True
        if name is None:
            self.modules = sent
        else:
            self._take(name, sent)
        return self._settled()

    def close(self, reason: str) -> None:
        """Count the test cells that the run didn't get to as lost, if it wasn't settled before. Raises GradingError."""
        missing = new_output("error", ename="NotRun", evalue=reason, traceback=[])
        for cell in self.cells:
            if is_test(cell) and grade_id(cell) not in self.outputs and not self._settled():
                self._take(grade_id(cell), [missing])

    def _take(self, name: str, outputs: list) -> None:
        self.outputs[name] = outputs
        if self.expected is not None:
            try:
                passed = judge(self.expected[name], outputs).passed
            except GradingError as err:
                raise GradingError(f"{name}: {err}") from err
            self.lost += [] if passed else [name]

    def _settled(self) -> bool:
        return self.until_lost and bool(self.lost)

    def start(self, shell: Shell, folder: str) -> tuple:
        """Fork; returns the process and the end of a pipe that its test cells' outputs come out of."""
        ours, theirs = fork.Pipe(duplex=False)
        child = fork.Process(target=self._child, args=(shell, folder, theirs))
        child.start()
        theirs.close()
        return child, ours

    def _child(self, shell: Shell, folder: str, conn) -> None:
        os.chdir(folder)
        os.environ[SEED_VARIABLE] = str(self.seed)
        # A fresh kernel's random numbers depend on nobody else's: probes that depend on them mustn't agree by chance.
        own = zlib.crc32(f"{self.seed} {self.label}".encode())
        random.seed(own)
        if numpy := sys.modules.get("numpy"):
            numpy.random.seed(own)
        if torch := sys.modules.get("torch"):
            torch.manual_seed(own)
        if tensorflow := sys.modules.get("tensorflow"):
            tensorflow.random.set_seed(own)
        for cell in self.cells:
            outputs = run_cell(shell, cell.source)
            if is_test(cell):
                conn.send((grade_id(cell), outputs))
        conn.send((None, list(sys.modules)))
        conn.close()
        os._exit(0)  # whatever exit handlers the notebook's libraries left are the parent's


def cells_of(cells: list, answers: dict[str, str], tests: list[str], first: str | None = None) -> list:
    """What a variant runs: its answers among all cells that are no tests, and its own tests, `first` before others."""
    last = max(i for i, cell in enumerate(cells) if grade_id(cell) in tests)
    chosen = [
        NotebookNode(cell, source=answers.get(grade_id(cell), cell.source))
        for cell in cells[: last + 1]
        if not is_test(cell) or grade_id(cell) in tests
    ]
    if first:  # a stable sort: all but tests, then that test, then the others
        chosen.sort(key=lambda cell: is_test(cell) + (is_test(cell) and grade_id(cell) != first))
    return chosen


def run_all(shell: Shell, waiting: deque[Run], job: dict) -> Iterator[Run]:
    """Run what is waiting, also what is added meanwhile; yields each as it ends."""
    running = {}
    try:
        while waiting or running:
            while waiting and len(running) < job["processes"]:
                run = waiting.popleft()
                folder = TemporaryDirectory()
                shutil.copytree(Path(job["notebook"]).parent, folder.name, dirs_exist_ok=True)
                child, ours = run.start(shell, folder.name)
                running[ours] = (run, child, folder, time.monotonic() + job["limit"])
            timeout = max(0, min(deadline for *_, deadline in running.values()) - time.monotonic())
            ready = connection.wait(list(running), timeout)
            for ours, (run, child, folder, deadline) in list(running.items()):
                late = time.monotonic() > deadline
                if late or (ours in ready and run.receive(ours)):
                    del running[ours]
                    child.kill()
                    child.join()
                    ours.close()
                    folder.cleanup()
                    run.close(f"took more than {job['limit']:.0f} s" if late else "ended the process")
                    yield run
    finally:
        for _, child, folder, _ in running.values():
            child.kill()
            child.join()
            folder.cleanup()


def verdicts(shell: Shell, cells: list, job: dict) -> Iterator[Run]:
    """Run all variants under all seeds; yields each as it is judged. Raises GradingError if the reference can't be."""
    wanted = {test for variant in job["variants"] for test in variant["tests"]}
    waiting = deque(Run(None, seed, cells_of(cells, {}, wanted)) for seed in job["seeds"])
    expected = {}
    for run in run_all(shell, waiting, job):
        expected[run.seed] = run.outputs
        # What the reference imports on its way every variant would: once, here, in place of in each fork.
        for name in run.modules:
            if name not in sys.modules:
                with contextlib.suppress(Exception):
                    import_module(name)
    gc.freeze()  # the collector must not touch, and so copy, pages that all forks share

    def made(variant: dict, seed: int, first: str | None = None) -> Run:
        own = cells_of(cells, variant["cells"], variant["tests"], first)
        return Run(variant["label"], seed, own, expected[seed], variant["until_lost"])

    by_label = {variant["label"]: variant for variant in job["variants"]}
    following = dict(zip(job["seeds"], job["seeds"][1:]))
    waiting = deque(made(variant, job["seeds"][0]) for variant in job["variants"])
    for run in run_all(shell, waiting, job):
        if (seed := following.get(run.seed)) is not None:
            first = run.lost[0] if run.until_lost and run.lost else None
            waiting.appendleft(made(by_label[run.label], seed, first))
        yield run


def main() -> None:
    job = json.load(sys.stdin)
    results = os.fdopen(os.dup(sys.stdout.fileno()), "w")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # what a notebook's subprocesses print is no result
    cells = [cell for cell in read(Path(job["notebook"])).cells if cell.cell_type == "code"]
    # No history: its thread and its database don't survive a fork.
    shell = Shell.instance(config=Config(HistoryManager={"enabled": False}))
    imports, *rest = cells
    run_cell(shell, imports.source)
    if shell.error:
        sys.exit(f"the first cell raised {shell.error.ename}: {shell.error.evalue}")
    try:
        for run in verdicts(shell, rest, job):
            print(json.dumps({"label": run.label, "seed": run.seed, "lost": run.lost}), file=results, flush=True)
    except GradingError as err:
        print(json.dumps({"error": str(err)}), file=results, flush=True)


if __name__ == "__main__":
    main()
