"""JudgedExecute: what runs a submission under `nbgrader autograde`, and gives each test cell its verdict.

nbgrader_config.py puts it in the place of nbgrader's own Execute, so that the command line, Formgrader and
`gancourse check` all judge alike.
"""

import os
import secrets
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from weakref import WeakKeyDictionary

from nbformat import NotebookNode
from nbformat.v4 import new_output
from nbgrader.preprocessors import Execute
from traitlets import Integer

from gancourse.checks import SEED_VARIABLE
from gancourse.grading.judge import GradingError, hidden_lines, judge, presented, reference_probes, scrubbed
from gancourse.grading.notebooks import grade_id, is_test, read


@dataclass
class Run:
    """One grading run: its secret seed, and what the references handed out under it, by notebook and grade_id."""

    seed: int = field(default_factory=lambda: int(os.environ.get("GANCOURSE_SEED") or secrets.randbits(63)))
    references: dict[Path, dict[str, list[NotebookNode]]] = field(default_factory=dict)


runs: WeakKeyDictionary[object, Run] = WeakKeyDictionary()  # by nbgrader's converter, which lives as long as the run


class SeededExecute(Execute):
    """Runs a notebook in a kernel that knows the secret seed."""

    seed = Integer()

    def setup_kernel(self, **kwargs):
        return super().setup_kernel(env=os.environ | {SEED_VARIABLE: str(self.seed)}, **kwargs)


class JudgedExecute(SeededExecute):
    """Runs a submission, then judges its test cells by the reference's run with the same seed, outside the kernel.

    Raises GradingError, which fails the submission and says why, if the reference is missing or itself fails.
    """

    def preprocess(self, nb, resources, km=None):
        converter = self.parent.parent
        run = runs.setdefault(converter, Run())
        names, directory = resources["nbgrader"], converter.coursedir
        folder = Path(directory.format_path(directory.source_directory, ".", names["assignment"]))
        source = folder / f"{names['notebook']}.ipynb"
        if source not in run.references:
            run.references[source] = self.run_reference(source, run.seed)
        for name, outputs in run.references[source].items():
            try:
                reference_probes(outputs)
            except GradingError as err:
                raise GradingError(f"{source.name}, {name}: {err}") from err
        self.seed = run.seed
        nb, resources = super().preprocess(nb, resources, km)
        judge_notebook(nb, run.references[source])
        return nb, resources

    def run_reference(self, source: Path, seed: int) -> dict[str, list[NotebookNode]]:
        """The outputs of the reference's test cells by grade_id; it runs in a copy of its folder."""
        with TemporaryDirectory() as folder:
            shutil.copytree(source.parent, folder, dirs_exist_ok=True)
            resources = {"metadata": {"path": folder}}
            notebook, _ = SeededExecute(parent=self.parent, seed=seed).preprocess(read(source), resources)
        return {grade_id(cell): cell.outputs for cell in notebook.cells if is_test(cell)}


def judge_notebook(notebook: NotebookNode, reference: dict[str, list[NotebookNode]]) -> None:
    """Give each test cell of an executed submission the outputs that its verdict calls for; hide what is hidden."""
    hidden = hidden_lines(*(cell.source for cell in notebook.cells if is_test(cell)))
    for cell in notebook.cells:
        if is_test(cell) and grade_id(cell) in reference:
            verdict = judge(reference[grade_id(cell)], cell.outputs)
            cell.outputs = presented(cell.outputs, verdict, hidden)
        elif is_test(cell):
            reason = "the reference has no such test cell"
            cell.outputs = [new_output("error", ename="CheckFailed", evalue=reason, traceback=[reason])]
        elif cell.cell_type == "code":
            cell.outputs = scrubbed(cell.outputs, hidden)
