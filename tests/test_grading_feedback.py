"""Feedback and Formgrader: nothing hidden is shown, nothing that a learner wrote runs; a class gets its pages."""

import base64
import codecs
import io
import random
import re
import shutil
import sys
from pathlib import Path

import nbformat
import pytest
from bs4 import BeautifulSoup
from nbconvert.exporters import HTMLExporter
from nbconvert.filters import ansi2html
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output, new_raw_cell
from nbgrader.api import Gradebook
from nbgrader.converters import GenerateAssignment, GenerateFeedback
from nbgrader.server_extensions.formgrader import handlers
from nbgrader.utils import notebook_hash
from PIL import Image
from playwright.sync_api import sync_playwright
from toycourse import CELLS, MARKER, STAGE, make
from traitlets.config import Config
from typer.testing import CliRunner

from gancourse import paths
from gancourse.grading import batch
from gancourse.grading.assessment import Assessment, Status
from gancourse.grading.books.records import Records
from gancourse.grading.course import convert, settings
from gancourse.grading.feedback import handback, pages, sanitise

SEED = "918273645546372819"
REFERENCE = "words_of_the_reference"
EXPECTED = "8642097531"
SOURCE = CELLS | {
    "double": CELLS["double"].replace("return 2 * x", f"return 2 * x  # {REFERENCE}"),
    "double-values": CELLS["double-values"].replace(
        "### END HIDDEN", f'probe("large", double({MARKER}[0] * 0 + 4321048765.5), hint="Large too.")\n### END HIDDEN'
    ),
}
HONEST = {"double": "def double(x):\n    return x + x", "half": "def half(x):\n    return 0.5 * x"}

ATTACK = "window.pwned = 1"
PAYLOAD = f'</title></style></pre></textarea>"\'><script>{ATTACK}</script><img src=x onerror="{ATTACK}">'
PAYLOAD += f'<svg onload="{ATTACK}">'
MARKDOWN = f"""# {PAYLOAD}
{PAYLOAD}

[click](javascript:{ATTACK}) ![seen](http://phone.home/pixel.png) <a href="java&#115;cript:{ATTACK}">x</a>
[file](evil.html) ![attached](attachment:evil.svg) <http://phone.home/> [ref]
[ref]: data:text/html,<script>{ATTACK}</script>

```mermaid
{PAYLOAD}
```
$\\href{{javascript:{ATTACK}}}{{x}}$ $$ <img src=x onerror="{ATTACK}"> $$ \\begin{{x}}{PAYLOAD}\\end{{x}}
````
~~~
"""
SVG = f'<svg xmlns="http://www.w3.org/2000/svg" onload="{ATTACK}"><script>{ATTACK}</script></svg>'

# What `double` does when a test calls it: with `here`, the source of the cell that runs.
HOSTILE = {
    "prints": "print(here, In, globals().get('_ih'))",
    "encodes": """import base64, codecs
    print(base64.b64encode(here.encode()).decode(), here.encode().hex(), here[::-1], "-".join(here))
    print(codecs.encode(here, "rot13"), "\\n".join(here))""",
    "raises": "raise ValueError(here)",
    "raises-encoded": """import base64
    raise ValueError(base64.b64encode(here.encode()).decode())""",
    "names-its-error": "raise type(here, (Exception,), {})(here)",
    "draws": """import matplotlib.pyplot as plt
    from IPython.display import display
    plt.plot([1, 2])
    plt.show()
    display({"image/png": here}, raw=True)
    display({"image/jpeg": here, "text/plain": here}, raw=True)""",
    "shows-inputs": "print(repr(x), 2 * x)",
    "shows-environment": """import os, sys
    print(os.environ, sys.argv, sys.path, os.getcwd(), __import__("gancourse").__file__)""",
    "displays": f"""from IPython.display import HTML, SVG, Javascript, Latex, Markdown, Math, display
    bad = {PAYLOAD!r}
    display(HTML(bad), Javascript({ATTACK!r}), SVG({SVG!r}), Markdown({MARKDOWN!r}), Latex(bad), Math(bad))
    for mime in ("text/html", "application/javascript", "image/svg+xml", "text/vnd.mermaid", "text/markdown",
                 "application/vnd.jupyter.widget-view+json", "application/pdf", "image/png", bad):
        display({{mime: bad}}, raw=True, metadata={{"filenames": {{"image/png": bad}}, mime: {{"isolated": True}}}})
    print(bad)
    display(bad, {{"text/plain": bad}})""",
    "escapes": r"""print("\x1b]8;;javascript:window.pwned=1\x07click\x1b]8;;\x07 \x1b[38m \x1b[48;5;999m \x1b[2J")
    print("\x1b]52;c;cHduZWQ=\x07 \x1b[31mred\x1b[0m \x1b[38;5;208morange\x1b[0m")
    print("\x9b31m \u202Etxt.exe \ud800 \x00 \x08 \r overwritten")""",
    "floods": """print("y" * 3_000_000)
    for number in range(3000):
        print(number, file=__import__("sys").stderr if number % 2 else __import__("sys").stdout)
    raise ValueError("z" * 3_000_000)""",
    "injects-by-error": f"raise type({PAYLOAD!r}, (Exception,), {{}})({PAYLOAD!r})",
}
DOUBLE = """def double(x):
    here = In[-1] if isinstance(In[-1], str) else str(In)
    {}
    return 6 if isinstance(x, int) else None"""


def spoil(notebook: nbformat.NotebookNode) -> None:
    """Put the payload wherever a notebook has room for it."""
    widgets = {"application/vnd.jupyter.widget-state+json": {"state": {PAYLOAD: PAYLOAD}}}
    notebook.metadata.update(title=PAYLOAD, widgets=widgets, language_info={"name": PAYLOAD})
    attached = {"evil.svg": {"image/svg+xml": SVG}}
    notebook.cells[-1].update(source=notebook.cells[-1].source + MARKDOWN, attachments=attached)
    notebook.cells += [
        new_markdown_cell(MARKDOWN, attachments=attached),
        new_raw_cell(PAYLOAD + '<a href="evil.html">x</a>', metadata={"raw_mimetype": "text/html"}),
        new_code_cell(f"# {PAYLOAD}\n'''{PAYLOAD}'''", metadata={"tags": [PAYLOAD], "nbgrader": {"grade_id": PAYLOAD}}),
        new_code_cell("%%javascript\n" + ATTACK),
    ]


def hand_in(root: Path, student: str, answers: dict[str, str], change=lambda notebook: None) -> None:
    """Submit the release with these answers, as the exchange would have brought it."""
    notebook = nbformat.read(root / "assignments" / STAGE / f"{STAGE}.ipynb", as_version=4)
    for cell in notebook.cells:
        cell.source = answers.get(cell.metadata.get("nbgrader", {}).get("grade_id"), cell.source)
    change(notebook)
    folder = root / "gradebook" / "submitted" / student / STAGE
    folder.mkdir(parents=True)
    (folder / f"{STAGE}.ipynb").write_text(nbformat.writes(notebook), "utf-8")
    (folder / "timestamp.txt").write_text("2026-01-01 00:00:00.000000 UTC")
    (folder / "submission_secret.txt").write_text(f"secret of {student}")


def page_of(root: Path, student: str) -> Path:
    return root / "gradebook" / "feedback" / student / STAGE / f"{STAGE}.html"


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A course in which an honest learner and all HOSTILE ones were graded, and nbgrader made the feedback."""
    root = make(tmp_path_factory.mktemp("course"), SOURCE)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GANCOURSE_SEED", SEED)
        convert(GenerateAssignment, settings(root), STAGE)
        hand_in(root, "honest", HONEST)
        hand_in(root, "half-right", HONEST | {"double": "print('half way')\ndef double(x):\n    return abs(x) * 2"})
        hand_in(root, "spoilt", HONEST, spoil)
        for name, body in HOSTILE.items():
            hand_in(root, name, HONEST | {"double": DOUBLE.format(body)})
        batch.grade(root, STAGE)
        convert(GenerateFeedback, settings(root), STAGE)
    return root


def disguises(secret: str) -> set[str]:
    """Forms in which an output may carry a secret."""
    shifted = (base64.b64encode(b"." * shift + secret.encode()).decode()[4:-4] for shift in range(3))
    return {
        secret,
        secret[::-1],
        secret.encode().hex(),
        codecs.encode(secret, "rot13"),
        "-".join(secret),
        "\n".join(secret),
        *shifted,
    }


LEARNERS = ["honest", "half-right", "spoilt", *HOSTILE]


@pytest.mark.parametrize("student", LEARNERS)
def test_feedback_shows_nothing_that_is_hidden(course, student):
    text = page_of(course, student).read_text("utf-8")
    plain = BeautifulSoup(text, "html.parser").get_text()
    found = [form for form in disguises(MARKER) | disguises(REFERENCE) if form in text or form in plain]
    assert not found
    for secret in (EXPECTED, "4321048765", "HIDDEN TESTS", "vnd.gancourse", SEED, str(course), sys.prefix):
        assert secret not in plain, secret


@pytest.mark.parametrize("student", LEARNERS)
def test_nothing_in_feedback_can_run_or_fetch(course, student):
    assert_inert(page_of(course, student).read_text("utf-8"))


def assert_inert(text: str) -> None:
    """By the page's tree: only tags that can do nothing, pictures within it, links to itself and the web."""
    page = BeautifulSoup(text, "html.parser")
    policy = page.head.find("meta", {"http-equiv": "Content-Security-Policy"})["content"]
    assert policy.startswith("default-src 'none'; img-src data:; style-src 'unsafe-inline';")
    assert len(page.find_all("title")) == len(page.find_all("style")) == 1
    assert not page.find_all(["script", "iframe", "object", "embed", "link", "base", "form", "svg", "math", "input"])
    for tag in page.find_all(True):
        assert not [name for name in tag.attrs if name.startswith("on") or name in ("srcset", "ping")], tag
        assert re.match(r"data:image/(png|jpeg);base64,[\w+/=]+$", tag.get("src", "data:image/png;base64,x")), tag
        assert re.match(r"#|https?://", tag.get("href", "#")), tag
        assert re.fullmatch(r"((background-)?color: rgb\([\d,]+\)(; |$))*", tag.get("style", "")), tag


def test_a_browser_runs_nothing_and_asks_for_nothing(course, browser):
    """Without the page's own policy, so that it is the second line of defence."""
    for student in LEARNERS:
        path = page_of(course, student)
        asked, pwned = visit(browser, path.read_text("utf-8"))
        assert (asked, pwned) == ([], None), student


@pytest.fixture(scope="module")
def browser(browser_path):
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=browser_path, args=["--no-sandbox", "--disable-gpu"])
        yield chromium
        chromium.close()


def visit(browser, html: str) -> tuple[list[str], object]:
    """What a page asked the network for, and what became of window.pwned."""
    context = browser.new_context(bypass_csp=True)
    page, asked = context.new_page(), []

    def answer(route):
        if route.request.url == "http://page.test/":
            route.fulfill(body=html, content_type="text/html; charset=utf-8")
        else:
            asked.append(route.request.url)
            route.abort()

    page.route("**/*", answer)
    page.goto("http://page.test/")
    page.wait_for_timeout(100)  # for error handlers of pictures
    pwned = page.evaluate("window.pwned")
    context.close()
    return asked, pwned


def test_the_learner_finds_points_hints_and_own_output(course):
    text = BeautifulSoup(page_of(course, "half-right").read_text("utf-8"), "html.parser").get_text(" ", strip=True)
    assert "1 of 3 points" in text
    assert "Try negative numbers." in text and "As many come out" not in text
    assert "half way" in text and "return abs(x) * 2".replace(" ", "") in text.replace(" ", "")
    assert "3 of 3 points" in BeautifulSoup(page_of(course, "honest").read_text("utf-8"), "html.parser").get_text()


def test_a_learners_output_keeps_pictures_and_colours_and_ends_somewhere(course):
    escaped = page_of(course, "escapes").read_text("utf-8")
    assert "data:image/png;base64," in page_of(course, "draws").read_text("utf-8")
    assert 'class="ansi-red-fg"' in escaped and "color: rgb(" in escaped
    assert page_of(course, "floods").stat().st_size < 400_000
    assert "... cut" in page_of(course, "floods").read_text("utf-8")


def test_what_an_instructor_wrote_and_decided_appears_escaped(course):
    with Gradebook(settings(course).CourseDirectory.db_url) as gradebook:
        comment = gradebook.find_comment("double", STAGE, STAGE, "half-right")
        comment.manual_comment = f"**Nearly.** [why](javascript:{ATTACK}) {PAYLOAD}"
        gradebook.find_grade("double-values", STAGE, STAGE, "half-right").manual_score = 1.5
        gradebook.db.commit()
    config = settings(course)
    config.CourseDirectory.student_id = "half-right"
    config.GenerateFeedback.force = True
    convert(GenerateFeedback, config, STAGE)
    text = page_of(course, "half-right").read_text("utf-8")
    assert_inert(text)
    assert "<strong>Nearly.</strong>" in text
    assert "<b>2.5</b> of 3 points" in text and "1.5&thinsp;/&thinsp;2" in text.replace("\u2009", "&thinsp;")


def test_the_table_tells_what_the_grader_noted():
    cells = [
        new_code_cell("def f(): ...", metadata={"nbgrader": mark("f", solution=True)}),
        new_code_cell("assert f()", metadata={"nbgrader": mark("f-one", points=2, score=0)}),
        new_code_cell("assert f()", metadata={"nbgrader": mark("f-two", points=3, score=0)}),
        new_code_cell("assert f()", metadata={"nbgrader": mark("f-three", points=1, score=1)}),
    ]
    cells[0].outputs = [new_output("display_data", data={mime: PAYLOAD}) for mime in ("text/html", "image/png")]
    cells[1].outputs = [new_output("error", ename="CheckFailed", evalue="said twice", traceback=["said twice"])]
    results = [
        {"test": "f-one", "task": "f", "points": 0, "max_points": 2, "hints": [f"look {PAYLOAD}", "and here"]},
        {"test": "f-two", "task": "f", "points": None, "max_points": 3, "hints": ["it never ran"]},
        {"test": "f-three", "task": "f", "points": 0, "max_points": 1, "hints": ["forgiven by a person"]},
    ]
    about = {"status": "review", "repairs": [f"'f' had lost its id {PAYLOAD}"], "results": results}
    notebook = new_notebook(cells=cells, metadata={"gancourse": about})
    text = pages.render(notebook, {"notebook": PAYLOAD, "score": 1, "max_score": 6, "late_penalty": 0.5})
    assert_inert(text)
    rows = [
        [cell.get_text(" ", strip=True) for cell in row.find_all("td")]
        for row in BeautifulSoup(text, "html.parser").find("table").find_all("tr")
    ][1:]
    assert [row[:3] for row in rows] == [
        ["f", "one", "0\u2009/\u20092"],
        ["", "two", "–\u2009/\u20093"],
        ["", "three", "1\u2009/\u20091"],
        ["total", "", "1\u2009/\u20096"],
    ]
    assert rows[0][3].startswith("look </title>") and rows[0][3].endswith("and here")
    assert rows[1][3] == "it never ran" and rows[2][3] == "✓"
    assert "had lost its id" in text and "your instructor decides" in text and "0.5 taken off" in text
    assert "said twice" not in text


def mark(grade_id: str, *, solution: bool = False, points: float = 0, score: float = 0) -> dict:
    about = {"grade_id": grade_id, "grade": not solution, "solution": solution, "locked": not solution, "task": False}
    return about | {"schema_version": 3, "points": points, "score": score}


def test_feedback_cuts_hidden_tests_out_of_every_locked_cell_but_no_learners_line():
    hidden = "### BEGIN HIDDEN TESTS\nhidden = 1\n### END HIDDEN TESTS"
    locked = mark("locked") | {"grade": False}
    notebook = new_notebook(
        cells=[new_code_cell(hidden, metadata={"nbgrader": about}) for about in (mark("test"), locked)]
        + [new_code_cell(hidden.replace("hidden = 1", "own = 1"), metadata={"nbgrader": mark("f", solution=True)})]
    )
    kept, _ = pages.HideTests().preprocess(notebook, {})
    assert [cell.source.strip() for cell in kept.cells[:2]] == ["", ""]
    assert "own = 1" in kept.cells[2].source


def test_explanations_say_what_to_do():
    text = pages.explain(STAGE, Status.UNREADABLE, (f"{PAYLOAD} is no JSON in {sys.prefix}/x",))
    assert_inert(text)
    assert "is no JSON" in text and sys.prefix not in text and "submit it again" in text
    text = pages.explain(STAGE, Status.ERROR, ("the sandbox broke",))
    assert "sandbox" not in text and "isn&#39;t your fault" in text


# Formgrader


def formgraded(notebook: Path, config: Config) -> str:
    """The page that Formgrader makes of an autograded notebook."""
    config.HTMLExporter.template_name = "formgrade"
    config.HTMLExporter.extra_template_basedirs = [handlers.template_path]
    who = {"student": PAYLOAD, "last_name": PAYLOAD, "first_name": PAYLOAD, "notebook_path": PAYLOAD}
    resources = {"assignment_id": STAGE, "notebook_id": STAGE, "submission_id": "1", "index": 0, "total": 1}
    html, _ = HTMLExporter(config=config).from_filename(str(notebook), resources=resources | who | {"base_url": ""})
    return html


@pytest.fixture
def poisoned(tmp_path) -> Path:
    """An autograded notebook that nothing went over before: worse than what normalising and sanitising leave."""
    mimes = ("text/html", "text/markdown", "application/javascript", "image/svg+xml", "text/latex", "image/png")
    displays = [new_output("display_data", data={mime: PAYLOAD}) for mime in mimes]
    notebook = new_notebook(cells=[new_code_cell("1", outputs=displays)])
    notebook.cells[0].outputs[-1].metadata = {"image/png": {"width": PAYLOAD, "alt": PAYLOAD}}
    notebook.cells[0].metadata.nbgrader = mark(PAYLOAD)
    notebook.cells.append(new_markdown_cell("The end."))
    spoil(notebook)
    path = tmp_path / f"{STAGE}.ipynb"
    path.write_text(nbformat.writes(notebook), "utf-8")
    return path


def test_formgrader_runs_nothing_even_of_a_poisoned_notebook(poisoned, browser):
    def foreign(asked):
        return [url for url in asked if "/formgrader/static/" not in url and "mathjax" not in url]

    asked, pwned = visit(browser, formgraded(poisoned, Config()))
    assert pwned == 1 and foreign(asked), "the attack itself doesn't work: this test proves nothing"
    html = formgraded(poisoned, settings(paths.root()))
    asked, pwned = visit(browser, html)
    assert pwned is None
    assert not foreign(asked)
    links = BeautifulSoup(html, "html.parser").select("#notebook a")
    assert all(re.match(r"#|https?://", link.get("href", "#")) for link in links)


def test_formgrader_shows_what_the_pipeline_made_of_hostile_submissions(course, browser):
    for student in ("spoilt", "displays", "injects-by-error"):
        path = course / "gradebook" / "autograded" / student / STAGE / f"{STAGE}.ipynb"
        html = formgraded(path, settings(course))
        assert 'id="double-values"' in html and MARKER in html  # the instructor grades, and sees hidden tests
        assert visit(browser, html)[1] is None, student


# What may stay of outputs and sources


def picture(kind: str = "PNG", size=(3, 2)) -> str:
    file = io.BytesIO()
    Image.new("L", size).save(file, kind)
    return base64.encodebytes(file.getvalue()).decode()


def stream(text, name="stdout"):
    return {"output_type": "stream", "name": name, "text": text}


def display(data, kind="display_data"):
    return {"output_type": kind, "data": data, "metadata": {"any": PAYLOAD}}


@pytest.mark.parametrize(
    ("found", "kept"),
    [
        (None, []),
        ([None, 3, "x", [], {}, {"output_type": "update_display_data", "data": {"text/plain": "x"}}], []),
        ([stream(["a", "b\n"]), stream("c"), stream("d", "stderr")], [("stdout", "ab\nc"), ("stderr", "d")]),
        ([stream("1%\r50%\r100%\nnext\r\n")], [("stdout", "100%\nnext\n")]),
        ([stream(None), stream({"a": 1}), stream([1, None])], []),
        ([display({"text/plain": ["1", ".0"]}, "execute_result")], ["1.0"]),
        ([display({"text/html": PAYLOAD, "text/plain": "<Figure>"})], ["<Figure>"]),
        ([display({"text/html": "x", "image/svg+xml": SVG})], ["[not shown: image/svg+xml, text/html]"]),
        ([display({"image/png": "bm90IGEgcGljdHVyZQ==", "text/plain": "a"})], ["a\n[not shown: image/png]"]),
        ([display({"image/png": picture("JPEG")})], ["[not shown: image/png]"]),
        ([display({"image/jpeg": picture(size=(1, 1)) + '"><script>'})], ["[not shown: image/jpeg]"]),
        ([display({"image/png": picture(size=(5000, 5000))})], ["[not shown: image/png]"]),
        ([display(PAYLOAD), display({"text/plain": {"a": 1}})], []),
    ],
)
def test_outputs_are_text_and_pictures_and_nothing_else(found, kept):
    made = sanitise.outputs(found)
    assert [(o.name, o.text) if o.output_type == "stream" else o.data["text/plain"] for o in made] == kept
    assert all(o.get("metadata", {}) == {} and o.output_type != "execute_result" for o in made)


@pytest.mark.parametrize(("mime", "kind"), sanitise.PICTURES.items())
def test_pictures_stay_as_they_were_up_to_a_size(mime, kind):
    encoded = picture(kind)
    (kept,) = sanitise.outputs([display({mime: encoded, "text/plain": "<Figure>"})])
    assert base64.b64decode(kept.data[mime]) == base64.b64decode(encoded)
    padded = base64.b64encode(base64.b64decode(encoded) + bytes(sanitise.MAX_PICTURES // 2)).decode()
    kept = sanitise.outputs([display({mime: padded})] * 3)
    assert [list(o.data) for o in kept] == [[mime], ["text/plain"], ["text/plain"]]


def test_text_ends_with_a_line_that_says_so_but_the_error_stays():
    found = [stream("é" * 100_000), stream("more", "stderr"), display({"image/png": picture(), "text/plain": "a"})]
    found += [{"output_type": "error", "ename": "E", "evalue": "why", "traceback": ["x" * 100_000, "the end"]}] * 2
    first, shown, error = sanitise.outputs(found)
    assert len(first.text.encode()) <= sanitise.MAX_TEXT and first.text.endswith("more bytes\n")
    assert list(shown.data) == ["image/png"]
    assert error.traceback[0].startswith("... cut") and error.traceback[-1] == "the end"
    many = sanitise.outputs([stream("x", name) for name in ("stdout", "stderr") * 5000])
    assert len(many) == sanitise.MAX_OUTPUTS and "... cut: 9,801 more outputs" in many[-1].data["text/plain"]


@pytest.mark.parametrize(
    "error", [{}, {"ename": 3, "evalue": None, "traceback": "x"}, {"traceback": [None, 3, ["x"]]}, {"traceback": []}]
)
def test_an_error_stays_an_error_whatever_its_shape(error):
    (kept,) = sanitise.outputs([{"output_type": "error"} | error])
    assert kept.output_type == "error" and kept.ename and "".join(kept.traceback).strip()


def test_text_names_no_folder_of_this_machine():
    home = Path.home()
    said = sanitise.text(f"{sys.prefix}/lib/x.py {paths.root()}/src {home}/secret {home}ly")
    assert said == f"<python>/lib/x.py <course>/src ~/secret {home}ly"


AWKWARD = [MARKDOWN, PAYLOAD, "````\n" * 3, "~~~", "x\n    ```\n\n```\r\n# a", "", None, ["a", "\n", 3]]


@pytest.mark.parametrize("written", AWKWARD)
def test_markdown_is_shown_as_written_and_renders_nothing(written):
    fenced = sanitise.markdown(written)
    for rendered in (pages.markdown2html(fenced), HTMLExporter().markdown2html({}, fenced)):  # ours, nbconvert's
        page = BeautifulSoup(rendered, "html.parser")
        assert {tag.name for tag in page.find_all(True)} == {"pre", "code"}
        assert page.get_text().strip() == sanitise.source(written).strip()


def test_nothing_that_a_process_may_send_is_too_much():
    """Random structures of awkward pieces: what comes out is a valid notebook that nbconvert can show."""
    dice = random.Random(0)
    pieces = ["\x1b", "[", "38", ";5;", "m", "\x1b[31m", "\x1b[38m", "\x1b[48;2;1;2m", "]", "\\", "\x07", "\r", "\n"]
    pieces += ["`", "<script>", "\u202e", "\ud800", "\x9b", "é", sys.prefix, "x" * 70]
    keys = ["output_type", "text", "name", "data", "image/png", "text/plain", "traceback", "ename", "evalue"]

    def anything(depth=0):
        kind = dice.random()
        if kind < 0.5 or depth > 3:
            return "".join(dice.choices(pieces, k=dice.choice([1, 5, 30, 2000])))
        if kind < 0.6:
            return dice.choice([None, 3, True, 1.5])
        if kind < 0.8:
            return [anything(depth + 1) for _ in range(dice.randint(0, 4))]
        return {dice.choice(keys + pieces): anything(depth + 1) for _ in range(3)}

    for _ in range(300):
        found = [{key: anything() for key in keys if dice.random() < 0.8} for _ in range(4)]
        for output in found:
            output["output_type"] = dice.choice(["stream", "error", "display_data", "execute_result", 3])
        kept = sanitise.outputs(found)
        notebook = new_notebook(cells=[new_code_cell(sanitise.source(anything()), outputs=kept)])
        nbformat.validate(notebook)
        nbformat.writes(notebook).encode()
        for output in kept:
            shown = [output.get("text", ""), output.get("data", {}).get("text/plain", ""), *output.get("traceback", [])]
            assert not any("<script" in ansi2html(text) or "\x9b" in text for text in shown)


# For a class


@pytest.fixture
def recorded(course, tmp_path) -> Path:
    """A copy of the course with more on record: an unreadable submission, one that failed, nothing handed in."""
    root = tmp_path / "class"
    shutil.copytree(course, root)
    for student in ("unreadable", "failed"):
        hand_in(root, student, HONEST)
    statuses = {
        "unreadable": Assessment(Status.UNREADABLE, ("it is no JSON",)),
        "failed": Assessment(Status.ERROR, ("the sandbox broke",)),
        "absent": Assessment(Status.MISSING),
    }
    with Records(settings(root).CourseDirectory.db_url) as records:
        for student, assessment in statuses.items():
            records.add(STAGE, student, assessment, submission_sha256=None, version="1")
    return root


def test_a_class_gets_its_pages_and_nothing_else_lies_beside_them(recorded, tmp_path):
    folder = page_of(recorded, "honest").parent
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "evil.html").write_text("not the grader's")
    (folder / "sub").mkdir(exist_ok=True)
    (tmp_path / "private").write_text("the instructor's")
    secret = recorded / "gradebook" / "submitted" / "unreadable" / STAGE / "submission_secret.txt"
    secret.unlink()
    secret.symlink_to(tmp_path / "private")
    config = settings(recorded)
    pages, failed = handback.write(config, STAGE)
    assert failed == {}
    assert pages == {name: page_of(recorded, name) for name in [*LEARNERS, "failed", "unreadable"]}
    listed = {name: sorted(path.name for path in page.parent.iterdir()) for name, page in pages.items()}
    whole = [f"{STAGE}.html", "submission_secret.txt", "timestamp.txt"]
    assert listed == dict.fromkeys(pages, whole) | {"unreadable": [f"{STAGE}.html", "timestamp.txt"]}
    assert "it is no JSON" in pages["unreadable"].read_text("utf-8")
    assert "sandbox" not in pages["failed"].read_text("utf-8")
    assert "3 of 3 points" in BeautifulSoup(pages["honest"].read_text("utf-8"), "html.parser").get_text()
    released = handback.hand_out(config, STAGE, pages)
    assert list(released) == ["unreadable"] and "no submission_secret.txt" in released["unreadable"]
    exchange = recorded / "gradebook" / "exchange" / config.CourseDirectory.course_id / "feedback"
    names = {s: f"{notebook_hash(secret=f'secret of {s}', notebook_id=STAGE)}.html" for s in pages if s not in released}
    assert {path.name for path in exchange.iterdir()} == set(names.values())
    assert all((exchange / name).read_bytes() == pages[student].read_bytes() for student, name in names.items())


def test_a_page_that_cant_be_made_leaves_the_old_one_and_costs_nobody_else_theirs(recorded):
    handback.write(settings(recorded), STAGE)
    autograded = recorded / "gradebook" / "autograded" / "spoilt" / STAGE / f"{STAGE}.ipynb"
    whole, before = autograded.read_bytes(), page_of(recorded, "spoilt").read_bytes()
    autograded.chmod(0o644)
    autograded.write_bytes(whole[:100])
    try:
        pages, failed = handback.write(settings(recorded), STAGE)
    finally:
        autograded.write_bytes(whole)
    assert list(failed) == ["spoilt"] and "honest" in pages
    assert page_of(recorded, "spoilt").read_bytes() == before


def test_the_command(recorded, monkeypatch):
    import typer

    from gancourse.cli.feedback import feedback

    app = typer.Typer()
    app.command()(feedback)
    monkeypatch.setattr(paths, "root", lambda: recorded)
    done = CliRunner().invoke(app, ["0", "--students", "honest", "unreadable"])
    assert done.exit_code == 0 and "2 of 2 pages" in done.output, done.output
    done = CliRunner().invoke(app, ["0", "--students", "nobody"])
    assert isinstance(done.exception, ValueError) and "gancourse grade 00" in str(done.exception)
    (recorded / "gradebook" / "submitted" / "failed" / STAGE / "timestamp.txt").unlink()
    done = CliRunner().invoke(app, ["0", "--students", "failed", "--release"])
    assert done.exit_code == 1 and "failed: not handed in through the exchange" in done.output, done.output
