"""Run many variants of an assignment's answers in forked processes; `python -m gancourse.grading.mutants.runner < job`.

A process of its own, for it forks: the notebook's first code cell (its imports) runs once, then for each secret seed a
child runs the reference through, and wherever the answer cell of a variant is due forks a grandchild that goes on
with the variant in its place. So a variant costs its own cells and no import. TensorFlow's threads don't survive a
fork, and its first operation starts them: with it every variant is forked before any cell but the imports ran, and
runs the cells that come before its own, without their tests.

The job is JSON on stdin: {"notebook": path, "seeds": [int], "limit": seconds, "variants": [variant]}, a variant
{"label": str, "cells": {grade_id: source}, "last": grade_id or null}: it starts at the first of its cells and ends
after the last one (the notebook's end if null). Each result is a line of JSON on stdout: {"seed", "label",
"outputs": {grade_id: outputs of that test cell}}; label null is the reference. A test cell that a variant didn't get
to, because the process ended or ran out of time, has one error output.
"""

import json
import os
import random
import sys
import time
import zlib
from multiprocessing import connection, get_context
from pathlib import Path

from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output
from nbformat import NotebookNode
from nbformat.v4 import new_output
from traitlets.config import Config

from gancourse.checks import SEED_VARIABLE
from gancourse.grading.notebooks import grade_id, is_test, read

CHILDREN = 2  # grandchildren at once
fork = get_context("fork")


class Shell(InteractiveShell):
    """An IPython shell that keeps the last error in the form that a kernel sends it."""

    error = None

    def _showtraceback(self, etype, evalue, stb):
        self.error = new_output("error", ename=etype.__name__, evalue=str(evalue), traceback=stb)


def run_cell(shell: Shell, source: str) -> list:
    """Run one cell; its outputs in nbformat's form (a last expression's value counts as displayed)."""
    shell.error = None
    with capture_output() as captured:
        shell.run_cell(source, store_history=True)
    streams = [("stdout", captured.stdout), ("stderr", captured.stderr)]
    outputs = [new_output("stream", name=name, text=text) for name, text in streams if text]
    outputs += [new_output("display_data", data=o.data, metadata=o.metadata) for o in captured.outputs]
    return outputs + ([shell.error] if shell.error else [])


def run_cells(shell: Shell, cells: list, send) -> None:
    """Run the cells; call send(grade_id, outputs) after each test cell."""
    for cell in cells:
        outputs = run_cell(shell, cell.source)
        if is_test(cell):
            send(grade_id(cell), outputs)


def run_variant(shell: Shell, cells: list, seed: int, label: str, conn) -> None:
    # A fresh kernel's random numbers depend on nobody else's: a probe that depends on them must not agree by chance.
    own = zlib.crc32(f"{seed} {label}".encode())
    random.seed(own)
    if numpy := sys.modules.get("numpy"):
        numpy.random.seed(own)
    if torch := sys.modules.get("torch"):
        torch.manual_seed(own)
    if tensorflow := sys.modules.get("tensorflow"):
        tensorflow.random.set_seed(own)
    run_cells(shell, cells, lambda name, outputs: conn.send((name, outputs)))
    conn.close()
    os._exit(0)  # whatever exit handlers the notebook's libraries left are the parent's


def run_seed(shell: Shell, cells: list, job: dict, seed: int, conn) -> None:
    """Run the reference with one seed, and each variant from where it begins; send (label, outputs) for each."""
    os.environ[SEED_VARIABLE] = str(seed)
    reference, replay = {}, "tensorflow" in sys.modules
    starts = [next(i for i, cell in enumerate(cells) if grade_id(cell) in v["cells"]) for v in job["variants"]]
    if replay:
        for index in sorted(set(starts)):
            due = [v for v, start in zip(job["variants"], starts) if start == index]
            before = [cell for cell in cells[:index] if not is_test(cell)]
            fork_variants(shell, before + cells[index:], due, seed, job["limit"], conn)
    for index, cell in enumerate(cells):
        if not replay:
            due = [v for v, start in zip(job["variants"], starts) if start == index]
            fork_variants(shell, cells[index:], due, seed, job["limit"], conn)
        run_cells(shell, [cell], reference.__setitem__)
    conn.send((None, reference))


def fork_variants(shell: Shell, cells: list, variants: list, seed: int, limit: float, conn) -> None:
    """Run each variant in a fork of this process, at most CHILDREN at once; send (label, outputs) as they end."""
    waiting, running = list(variants), {}
    while waiting or running:
        while waiting and len(running) < CHILDREN:
            variant = waiting.pop(0)
            own = [NotebookNode(cell, source=variant["cells"].get(grade_id(cell), cell.source)) for cell in cells]
            ids = [grade_id(cell) for cell in own]
            own = own[: ids.index(variant["last"]) + 1] if variant["last"] else own
            ours, theirs = fork.Pipe(duplex=False)
            child = fork.Process(target=run_variant, args=(shell, own, seed, variant["label"], theirs))
            child.start()
            theirs.close()
            tests = [grade_id(cell) for cell in own if is_test(cell)]
            running[ours] = (child, variant["label"], tests, {}, time.monotonic() + limit)
        timeout = max(0, min(deadline for *_, deadline in running.values()) - time.monotonic())
        ready = connection.wait(list(running), timeout)
        for ours, (child, label, tests, outputs, deadline) in list(running.items()):
            late = time.monotonic() > deadline
            if ours in ready and not late:
                try:
                    name, output = ours.recv()
                    outputs[name] = output
                    continue
                except EOFError:
                    pass
            elif not late:
                continue
            child.kill()
            child.join()
            ours.close()
            del running[ours]
            reason = f"took more than {limit:.0f} s" if late else "ended the process"
            missing = new_output("error", ename="NotRun", evalue=reason, traceback=[])
            conn.send((label, {test: outputs.get(test, [missing]) for test in tests}))


def main() -> None:
    job = json.load(sys.stdin)
    results = os.fdopen(os.dup(sys.stdout.fileno()), "w")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # what a notebook's subprocesses print is no result
    cells = [cell for cell in read(Path(job["notebook"])).cells if cell.cell_type == "code"]
    # No history: its thread and its database don't survive a fork.
    shell = Shell.instance(config=Config(HistoryManager={"enabled": False}))
    first, *rest = cells
    run_cell(shell, first.source)
    if shell.error:
        sys.exit(f"the first cell raised {shell.error.ename}: {shell.error.evalue}")
    for seed in job["seeds"]:
        ours, theirs = fork.Pipe(duplex=False)
        child = fork.Process(target=run_seed, args=(shell, rest, job, seed, theirs))
        child.start()
        theirs.close()
        while True:
            try:
                label, outputs = ours.recv()
            except EOFError:
                break
            print(json.dumps({"seed": seed, "label": label, "outputs": outputs}), file=results, flush=True)
        child.join()
        if child.exitcode:
            sys.exit(f"the run with seed {seed} ended with exit status {child.exitcode}")


if __name__ == "__main__":
    main()
