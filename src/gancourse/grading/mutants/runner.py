"""Run many variants of an assignment's answers, each in a fork of this process: `... runner < job`.

A separate process, since it forks: the notebook's first code cell (its imports) runs once; then for each secret seed
the reference, and each variant, in a fork that runs the cells up to the last of the variant's test cells. Test cells of
others are left out: none needs what another one left behind. Nothing but the imports runs in this process, and a fork
has copies of the notebook's folder for itself, so that no variant meets what another one did. What a variant wrote runs
in IPython, as a learner's cells do; the course's own cells are compiled once, here, and run past it, as a grader runs
them: to each fork IPython would be dearer than what they do.

A fork goes on with the next seed, from the names that the imports left, and with the cell first that settled the
matter; under the first seed, cells that take the reference long come last. Only where the outcome differs from the one
before, a fork of its own tells whether that is due to the seed or to what the fork has been through.

The job is JSON on stdin: {"cells": [cell], "seeds": [int], "limit": seconds for a variant under a seed, "processes":
how many at once, "variants": [variant]}. A cell is {"grade_id": str or null, "source": str, "is_test": bool}; a variant
{"label": any, "cells": {grade_id: source}, "tests": [grade_id], "until_lost": bool}: what stands in these cells, the
test cells that judge it, and whether the first one that it loses settles the matter. Each result is a line of JSON on
stdout: {"label", "seed", "lost": [grade_id]}, and {"error": text} as the last one if the reference can't be judged. A
test cell that a variant didn't get to, because the process ended or ran out of time, is lost.
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
from dataclasses import dataclass, field, replace
from importlib import import_module
from multiprocessing import connection, get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from types import CodeType, SimpleNamespace

from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output
from traitlets.config import Config

from gancourse.checks import SEED_VARIABLE
from gancourse.grading.judge import GradingError, judge

DEAR = 0.2  # seconds of the processor, from which a test cell is worth putting off
context = get_context("fork")


@dataclass(frozen=True)
class Cell:
    """A code cell. code: what the source compiles to, for one that bypasses IPython."""

    grade_id: str | None
    source: str
    is_test: bool
    code: CodeType | None = None


class Shell(InteractiveShell):
    """An IPython shell that keeps the last error in the form that a kernel sends it, but for the traceback: IPython
    takes longer to write one than most answers take in all."""

    error = None

    def showtraceback(self, *args, **kwargs):
        etype, evalue, _ = sys.exc_info()
        self.error = error(etype.__name__, str(evalue))

    showsyntaxerror = showtraceback


# Outputs have the attributes of nbformat's; importing nbformat would take as long as a hundred answers.
def error(name: str, message: str) -> SimpleNamespace:
    return SimpleNamespace(output_type="error", ename=name, evalue=message)


def run_cell(shell: Shell, cell: Cell) -> list[SimpleNamespace]:
    """Run one cell; what it displayed and the error that it raised, in nbformat's form."""
    shell.error = None
    with capture_output() as captured:
        if cell.code is None:
            shell.run_cell(cell.source)  # not in a history, for which IPython would write the traceback, too
        else:
            try:
                exec(cell.code, shell.user_ns)
            except BaseException:  # as in a notebook: one that ends a script ends no kernel
                shell.showtraceback()
    shown = [SimpleNamespace(output_type="display_data", data=o.data) for o in captured.outputs]
    return shown + ([shell.error] if shell.error else [])


def compiled(shell: Shell, cell: Cell) -> Cell:
    """The cell as Python that needs no IPython, if it is such; tf.function finds its source."""
    try:
        return replace(cell, code=compile(cell.source, shell.compile.cache(cell.source), "exec", dont_inherit=True))
    except SyntaxError:  # a magic, say
        return cell


@dataclass
class Run:
    """A variant on its way through some seeds, in one fork; label None: the reference that all are compared with."""

    label: object
    seeds: list[int]  # the first is the one that it is at
    cells: list[Cell]
    until_lost: bool = False
    fresh: bool = True  # the fork has seen no other seed
    alive: bool = True
    before: list[str] = field(default_factory=list)  # what it lost under the seed before
    lost: list[str] = field(default_factory=list)
    outputs: dict[str, list] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)  # of the processor, that each test cell took
    modules: list[str] = field(default_factory=list)  # what is imported in the end

    def fork(self, shell: Shell, folder: str) -> None:
        """Start a process that waits for `begin`; copies of the working directory go into the folder."""
        self.conn, theirs = context.Pipe()
        self.process = context.Process(target=serve, args=(shell, self.label, self.cells, folder, theirs))
        self.process.start()
        theirs.close()

    def begin(self, limit: float) -> None:
        self.deadline = time.monotonic() + limit
        self._send((self.seeds[0], self.before[0] if self.until_lost and self.before else None))

    def go_on(self, limit: float) -> None:
        """Begin with the next seed."""
        self.seeds, self.fresh, self.before, self.lost, self.outputs = self.seeds[1:], False, self.lost, [], {}
        self.begin(limit)

    def receive(self, expected: dict[str, list] | None) -> bool:
        """Note what the process sends; returns whether it is through under this seed, or ended.

        expected: the reference's outputs of each test cell, if there is something to compare with.
        Raises GradingError if that can't be judged by.
        """
        try:
            name, sent, seconds = self.conn.recv()
        except (EOFError, ConnectionError):
            self.alive = False
            return True
        if name is None:
            self.modules = sent
            return True
        self.seconds[name] = seconds
        self._note(name, sent, expected)
        self._send(not self._settled())
        return False

    def end(self) -> None:
        self.alive = False
        self.process.kill()
        self.process.join()
        self.conn.close()

    def miss(self, reason: str, expected: dict[str, list] | None) -> None:
        """Count test cells that the process didn't get to as lost, if the matter wasn't settled before."""
        for cell in self.cells:
            if cell.is_test and cell.grade_id not in self.outputs and not self._settled():
                self._note(cell.grade_id, [error("NotRun", reason)], expected)

    def _note(self, name: str, outputs: list, expected: dict[str, list] | None) -> None:
        self.outputs[name] = outputs
        if expected is not None:
            try:
                passed = judge(expected[name], outputs).passed
            except GradingError as err:
                raise GradingError(f"{name}: {err}") from err
            self.lost += [] if passed else [name]

    def _settled(self) -> bool:
        return self.until_lost and bool(self.lost)

    def _send(self, message) -> None:
        with contextlib.suppress(ConnectionError):  # `receive` notices that the process ended
            self.conn.send(message)


def serve(shell: Shell, label: object, cells: list, folder: str, conn) -> None:
    """In a fork: run the cells under each seed that comes, and send each test cell's outputs. Ends by being killed."""
    names, source = dict(shell.user_ns), Path.cwd()
    while True:
        seed, first = conn.recv()
        shell.user_ns.clear()
        shell.user_ns.update(names)
        os.chdir(shutil.copytree(source, Path(folder, str(seed))))
        os.environ[SEED_VARIABLE] = str(seed)
        # A fresh kernel's random numbers depend on nobody else's: probes that depend on them mustn't agree by chance.
        own = zlib.crc32(f"{seed} {label}".encode())
        random.seed(own)
        if numpy := sys.modules.get("numpy"):
            numpy.random.seed(own)
        if torch := sys.modules.get("torch"):
            torch.default_generator.manual_seed(own)
        if tensorflow := sys.modules.get("tensorflow"):
            tensorflow.random.set_seed(own)
        for cell in in_order(cells, first):
            began = time.process_time()
            outputs = run_cell(shell, cell)
            if cell.is_test:
                conn.send((cell.grade_id, outputs, time.process_time() - began))
                if not conn.recv():
                    break
        conn.send((None, list(sys.modules), None))


def cells_of(cells: list[Cell], answers: dict[str, str], tests: list[str]) -> list[Cell]:
    """What a variant runs, up to its last test cell: its answers, all other cells that are no tests, and its tests."""
    last = max(i for i, cell in enumerate(cells) if cell.grade_id in tests)
    return [
        Cell(cell.grade_id, answers[cell.grade_id], cell.is_test) if cell.grade_id in answers else cell
        for cell in cells[: last + 1]
        if not cell.is_test or cell.grade_id in tests
    ]


def in_order(cells: list[Cell], first: str | None) -> list[Cell]:
    """The cells as they come; if a test cell is to be the first: all that are no tests, that one, and the others."""
    if first is None:
        return cells
    return sorted(cells, key=lambda cell: cell.is_test + (cell.is_test and cell.grade_id != first))


def run_all(shell: Shell, runs: list[Run], expected: dict[int, dict], job: dict) -> Iterator[Run]:
    """Take the runs through their seeds; yields a run each time that it is through under the first of its seeds."""
    waiting, running = deque(runs), {}
    try:
        while waiting or running:
            while waiting and len(running) < job["processes"]:
                run, folder = waiting.popleft(), TemporaryDirectory()
                run.fork(shell, folder.name)
                running[run.conn] = (run, folder)
                run.begin(job["limit"])
            timeout = max(0, min(run.deadline for run, _ in running.values()) - time.monotonic())
            ready = connection.wait(list(running), timeout)
            for conn, (run, folder) in list(running.items()):
                known, late = expected.get(run.seeds[0]), time.monotonic() > run.deadline
                if not late and not (conn in ready and run.receive(known)):
                    continue
                if late or not run.alive:
                    run.end()
                    run.miss(f"took more than {job['limit']:.0f} s" if late else "ended the process", known)
                left = run.seeds
                if run.fresh or run.lost == run.before:
                    yield run
                    left = run.seeds[1:]
                    if left and run.alive:
                        run.go_on(job["limit"])
                        continue
                run.end()
                folder.cleanup()
                del running[conn]
                if left:
                    waiting.appendleft(Run(run.label, left, run.cells, run.until_lost))
    finally:
        for run, folder in running.values():
            run.end()
            folder.cleanup()


def verdicts(shell: Shell, cells: list[Cell], job: dict) -> Iterator[Run]:
    """Run all variants under all seeds; yields each as it is judged. Raises GradingError if the reference can't be."""
    seeds = job["seeds"]
    wanted = {test for variant in job["variants"] for test in variant["tests"]}
    expected, dear = {}, {}
    for run in run_all(shell, [Run(None, [seed], cells_of(cells, {}, wanted)) for seed in seeds], {}, job):
        expected[run.seeds[0]] = run.outputs
        dear |= {test: seconds for test, seconds in run.seconds.items() if seconds > DEAR}
        # What the reference imports on its way every variant would: once, here, in place of in each fork.
        for name in run.modules:
            if name not in sys.modules:
                with contextlib.suppress(Exception):
                    import_module(name)
    gc.freeze()  # the collector must not touch, and so copy, pages that all forks share
    runs = []
    for variant in job["variants"]:
        own = cells_of(cells, variant["cells"], variant["tests"])
        if variant["until_lost"]:
            own.sort(key=lambda cell: dear.get(cell.grade_id, 0))
        runs.append(Run(variant["label"], seeds, own, variant["until_lost"]))
    yield from run_all(shell, runs, expected, job)


def main() -> None:
    job = json.load(sys.stdin)
    results = os.fdopen(os.dup(sys.stdout.fileno()), "w")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # what a notebook's subprocesses print is no result
    # No history: its thread and its database don't survive a fork.
    shell = Shell.instance(config=Config(HistoryManager={"enabled": False}))
    imports, *rest = (Cell(**cell) for cell in job["cells"])
    gc.disable()  # importing makes millions of objects and hardly any garbage
    run_cell(shell, imports)
    gc.freeze()
    gc.enable()
    if shell.error:
        sys.exit(f"the first cell raised {shell.error.ename}: {shell.error.evalue}")
    try:
        for run in verdicts(shell, [compiled(shell, cell) for cell in rest], job):
            result = {"label": run.label, "seed": run.seeds[0], "lost": run.lost}
            print(json.dumps(result), file=results, flush=True)
    except GradingError as err:
        print(json.dumps({"error": str(err)}), file=results, flush=True)


if __name__ == "__main__":
    main()
