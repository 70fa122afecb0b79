"""What a learner reads about a submission, and what keeps Formgrader's pages harmless: wired in nbgrader_config.py.

A feedback page runs no script, fetches nothing and shows nothing that is hidden. nbgrader's own templates escape
nothing, hence a template of our own for feedback, and for Formgrader a preprocessor and a filter in front of its.
"""

import re
from pathlib import Path

from ipython_pygments_lexers import IPythonLexer
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape
from nbconvert.exporters import Exporter
from nbconvert.filters import ansi2html
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from nbconvert.preprocessors import Preprocessor
from nbformat import NotebookNode
from nbgrader.preprocessors import ClearHiddenTests
from nbgrader.utils import is_grade, is_locked, is_solution
from pygments import highlight
from pygments.formatters import HtmlFormatter

from gancourse.grading.assessment import Status
from gancourse.grading.feedback import sanitise
from gancourse.grading.judge import error_of
from gancourse.grading.notebooks import answer_cells, grade_id, is_test

templates = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    trim_blocks=True,
    undefined=StrictUndefined,
)
CODE = HtmlFormatter(style="friendly", nobackground=True)
STATUS_NOTES = {
    Status.REVIEW: "Something in this notebook needs a person to look at it: your instructor decides on its points.",
    Status.TIMEOUT: "Your notebook ran out of time. Tests that had not run by then have no points yet.",
}
EXPLANATIONS = {
    Status.UNREADABLE: (
        "What you handed in could not be read as this assignment's notebook, so nothing in it was graded.",
        (
            "Open your notebook in JupyterLab. If it doesn't open, fetch the assignment again and paste your answers "
            "into the fresh copy.",
            "Choose Run > Restart Kernel and Run All Cells, save it under its own name, and submit it again.",
        ),
    ),
    Status.ERROR: (
        "The grading itself failed, so nothing is known about your notebook yet. It isn't your fault.",
        ("You don't need to do anything: your instructor sees this too, and will grade what you handed in.",),
    ),
}


class HideTests(ClearHiddenTests):
    """Cuts the hidden tests out of the assignment's own cells; a learner may write the markers elsewhere."""

    def preprocess_cell(self, cell, resources, cell_index):
        if is_locked(cell):
            self._remove_hidden_test_region(cell)
        return cell, resources


class Harmless(Preprocessor):
    """Leaves of a notebook only what Formgrader's templates, which escape little, can show without harm."""

    def preprocess(self, nb, resources):
        nb.metadata = NotebookNode(language_info={"name": "python"})
        for name in ("student", "first_name", "last_name", "notebook_path"):
            if resources.get(name):
                resources[name] = str(escape(resources[name]))
        nb.cells = [_harmless(cell, number) for number, cell in enumerate(nb.cells)]
        return nb, resources


class FeedbackExporter(Exporter):
    """What `nbgrader generate_feedback` renders with."""

    file_extension = ".html"
    output_mimetype = "text/html"

    def __init__(self, config=None, **kwargs):
        super().__init__(config=config, **kwargs)
        self.register_preprocessor(HideTests, enabled=True)

    def from_notebook_node(self, nb, resources=None, **kwargs):
        nb, resources = super().from_notebook_node(nb, resources, **kwargs)
        return render(nb, resources["nbgrader"]), resources


def render(notebook: NotebookNode, about: dict) -> str:
    """The feedback page for an autograded notebook whose hidden tests are cut out.

    about: nbgrader's: "notebook" (the stage's name), "score", "max_score", "late_penalty". The cells' own points and
    comments stand in their metadata, where nbgrader's GetGrades put them. The notebook's `gancourse` metadata, if
    there, tells status, repairs and hints; else a failed test's error speaks.
    """
    graded = notebook.metadata.get("gancourse", {})
    results = {result["test"]: result for result in graded.get("results", [])}
    anchors = [f"cell-{number}" for number in range(len(notebook.cells))]
    rows = {
        anchor: _row(cell, anchor, results.get(grade_id(cell), {}), answer_cells(notebook))
        for anchor, cell in zip(anchors, notebook.cells)
        if is_grade(cell)
    }
    notes = [{"text": STATUS_NOTES[status], "lines": []} for status in STATUS_NOTES if status == graded.get("status")]
    if repairs := graded.get("repairs"):
        text = "Your notebook was not quite as it was handed out. Repaired before grading:"
        notes.append({"text": text, "lines": [sanitise.line(repair) for repair in repairs]})
    return templates.get_template("feedback.html.j2").render(
        stage=about["notebook"],
        score=about["score"],
        max_score=about["max_score"],
        late_penalty=about["late_penalty"],
        notes=notes,
        rows=list(rows.values()),
        cells=[_cell(cell, anchor, rows.get(anchor)) for anchor, cell in zip(anchors, notebook.cells)],
        code_style=Markup(CODE.get_style_defs(".highlight")),
    )


def explain(stage: str, status: Status, reasons: tuple[str, ...] = ()) -> str:
    """The page for a submission without an autograded notebook: what happened and what to do.

    The reasons are shown, except those of Status.ERROR: they are the instructor's business.
    """
    happened, steps = EXPLANATIONS[status]
    shown = [] if status is Status.ERROR else [sanitise.line(reason) for reason in reasons]
    page = templates.get_template("explanation.html.j2")
    return page.render(title=stage, happened=happened, reasons=shown, steps=steps)


def markdown2html(written: str) -> Markup:
    """Markdown as HTML without raw HTML, pictures, diagrams, and links to anywhere but the web."""
    return Markup(MarkdownWithMath(renderer=_Renderer()).render(written))


class _Renderer(IPythonRenderer):
    def __init__(self):
        super().__init__(escape=True, allow_harmful_protocols=False, exclude_anchor_links=True)

    def image(self, text, url, title=None):
        return f"<em>{text}</em>"

    def link(self, text, url, title=None):
        if not re.match("https?://", url):
            return text
        return f'<a href="{escape(url)}" rel="noopener noreferrer">{text}</a>'

    def block_code(self, code, info=None):
        return f"<pre><code>{escape(code)}</code></pre>\n"  # nbconvert leaves a diagram's code unescaped


def _harmless(cell: NotebookNode, number: int) -> NotebookNode:
    about = cell.metadata.get("nbgrader")
    known = isinstance(about, dict) and re.fullmatch(r"[\w-]+", str(about.get("grade_id")), re.ASCII)
    shown = NotebookNode(
        id=f"cell-{number}",
        cell_type=cell.cell_type,
        metadata={"nbgrader": about} if known else {},
        source=sanitise.source(cell.source),
    )
    if cell.cell_type == "raw":  # nbconvert takes it for HTML
        shown.update(cell_type="markdown", source=sanitise.markdown(cell.source))
    elif cell.cell_type == "code":
        shown.update(execution_count=cell.execution_count, outputs=sanitise.outputs(cell.outputs))
    return shown


def _row(cell: NotebookNode, anchor: str, result: dict, answers: list[str]) -> dict:
    """A line of the table: a test cell's points and hints, or an answer's that a person grades."""
    name, points, most = grade_id(cell), cell.metadata.nbgrader.score, cell.metadata.nbgrader.points
    never_ran = bool(result) and result["points"] is None and not points
    full = not never_ran and points >= most
    task = max((answer for answer in answers if f"{name}-".startswith(f"{answer}-")), key=len, default=name)
    hints = list(result.get("hints", ())) or _error_in_words(cell)
    return {
        "anchor": anchor,
        "task": task,
        "short": name.removeprefix(f"{task}-") if name != task else "your answer",
        "points": None if never_ran else points,
        "max_points": most,
        "full": full,
        "hints": [] if full else [sanitise.line(hint) for hint in hints],
    }


def _error_in_words(cell: NotebookNode) -> list[str]:
    error = error_of(cell.get("outputs", []))
    if error is None:
        return []
    if error.ename == "NotImplementedError":
        return ["no answer yet"]
    if error.ename in ("CheckFailed", "AssertionError") and error.evalue:
        return error.evalue.split("\n")
    return [f"{error.ename}: {error.evalue}"]


def _cell(cell: NotebookNode, anchor: str, row: dict | None) -> dict:
    """A cell as the template shows it."""
    source = sanitise.source(cell.source)
    if cell.cell_type == "markdown":
        kind, html = "text", markdown2html(source)
    elif cell.cell_type == "code":
        kind, html = "code", Markup(highlight(source, IPythonLexer(), CODE))
    else:
        kind, html = "code", Markup("<pre>{}</pre>").format(source)
    if is_test(cell):
        kind = "test"
    elif is_solution(cell):
        kind = "answer"
    outputs = sanitise.outputs(cell.get("outputs"))
    if row and row["hints"]:  # they say the same
        outputs = [output for output in outputs if output.get("ename") != "CheckFailed"]
    comment = cell.metadata.get("nbgrader", {}).get("comment")
    return {
        "kind": kind,
        "anchor": anchor,
        "name": grade_id(cell) if kind in ("test", "answer") else None,
        "row": row,
        "html": html,
        "comment": markdown2html(sanitise.source(comment)) if comment else None,
        "outputs": [_output(output) for output in outputs],
    }


def _output(output: NotebookNode) -> dict:
    if output.output_type == "stream":
        return {"kind": output.name, "picture": None, "html": Markup(ansi2html(output.text))}
    if output.output_type == "error":
        return {"kind": "error", "picture": None, "html": Markup(ansi2html("\n".join(output.traceback)))}
    for mime in sanitise.PICTURES:
        if mime in output.data:
            return {"kind": "display", "picture": f"data:{mime};base64,{output.data[mime]}", "html": None}
    return {"kind": "display", "picture": None, "html": Markup(ansi2html(output.data["text/plain"]))}
