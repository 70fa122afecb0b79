"""What grades under `nbgrader autograde` and Formgrader's button: the same assessment as `gancourse grade`.

nbgrader_config.py puts these in the place of nbgrader's own. nbgrader reads a submission, writes it to autograded/ and
then runs what it wrote. Here it gets the blank assignment in the first step, whatever was handed in; in the second,
JudgedExecute assesses what was handed in.
"""

from dataclasses import replace
from pathlib import Path
from weakref import WeakKeyDictionary

import nbformat
from nbconvert.exporters import NotebookExporter
from nbgrader.preprocessors import NbGraderPreprocessor

from gancourse.grading import assess
from gancourse.grading.assessment import Assessment, Status
from gancourse.grading.books import saving
from gancourse.grading.books.records import Records
from gancourse.grading.course import timezone
from gancourse.grading.intake import handin
from gancourse.grading.intake.reading import Unreadable
from gancourse.grading.judge import GradingError
from gancourse.grading.notebooks import read, source_path

# What a converter's submissions are judged by: one secret seed and one canary for all that it grades at once.
stages: WeakKeyDictionary[object, dict[str, assess.Stage]] = WeakKeyDictionary()


class SubmissionExporter(NotebookExporter):
    """Never reads what a learner wrote: it may be anything, and nbgrader would stop at it."""

    def from_filename(self, filename, resources=None, **kwargs):
        source = read(source_path(_root(self.parent.coursedir), resources["nbgrader"]["assignment"]))
        released = nbformat.reads(assess.blank(source).decode(), as_version=4)
        return self.from_notebook_node(released, resources=resources, **kwargs)


class JudgedExecute(NbGraderPreprocessor):
    """Assesses a submission in the sandbox, saves and records what it comes to, and gives nbgrader the notebook.

    Raises GradingError, which fails this submission alone and says why, where there is none: what was handed in can't
    be read, or the grading itself failed. No earlier score stays then.
    """

    def preprocess(self, nb, resources):
        converter, names = self.parent.parent, resources["nbgrader"]
        directory, stage, student = converter.coursedir, names["assignment"], names["student"]
        prepared = stages.setdefault(converter, {})
        if stage not in prepared:
            made = assess.prepare(_root(directory), stage)
            assess.canary(made)
            prepared[stage] = made
        handed_in = None
        try:
            handed_in = handin.read(
                Path(directory.format_path(directory.submitted_directory, student, stage)),
                stage,
                timezone(converter.config),
            )
        except Unreadable as err:
            found = Assessment(Status.UNREADABLE, (str(err),))
        else:
            found = assess.assess(prepared[stage], handed_in.raw, handed_in.files)
            found = replace(found, repairs=(*handed_in.repairs, *found.repairs))
        with Records(directory.db_url) as records:
            saving.save(converter.config, stage, student, found, handed_in)
            records.add(
                stage,
                student,
                found,
                submission_sha256=handed_in.sha256 if handed_in else None,
                version=prepared[stage].version,
            )
        if found.notebook is None:
            raise GradingError(f"{student}: {found.status}: {'; '.join(found.reasons)}")
        return nbformat.reads(found.notebook, as_version=4), resources


def _root(directory) -> Path:
    """The course's folder, by where its sources are."""
    return Path(directory.format_path(directory.source_directory, ".", "x")).resolve().parents[1]
