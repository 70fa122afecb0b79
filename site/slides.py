"""Slides of each lesson, by nbconvert and reveal.js: a heading opens a slide, what follows it comes below.

Lessons carry no tags for it. Text that is too long is continued on the next slide, code stands with what it printed,
and every picture has a slide of its own.
"""

import html
import re
from collections.abc import Iterator
from pathlib import Path

import nbformat
from nbconvert import SlidesExporter
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

LINES, WIDTH = 17, 82  # of text, that fit on a slide
# A whole fold, a whole fence, or what stands between empty lines.
BLOCK = re.compile(r"<details>(?s:.*?)</details>|^```(?s:.*?)^```|(?:(?!<details>).+\n?)+", re.M)
PICTURE = re.compile(r"!\[[^\]]*\]\([^)]*\)")


def blocks(text: str) -> Iterator[str]:
    """The blocks of a Markdown cell: headings, paragraphs, lists, tables, formulas, folded answers."""
    for found in BLOCK.finditer(text):
        heading, rest = re.fullmatch(r"(#+ .*\n?)?((?s:.*))", found[0]).groups()
        yield from (part.strip() for part in (heading, rest) if part and part.strip())


def height(block: str) -> int:
    """About how many lines a block takes on a slide; a folded answer takes that of its summary."""
    if block.startswith("<details>"):
        return 1
    return 1 + sum(1 + len(line) // WIDTH for line in block.splitlines())


def texts(cell: str) -> Iterator[str]:
    """A Markdown cell as the texts of slides: a new one at each heading, before what doesn't fit, for each picture."""
    page: list[str] = []
    for block in blocks(cell):
        alone = PICTURE.fullmatch(block)
        full = sum(map(height, page)) + height(block) > LINES and not (len(page) == 1 and page[0].startswith("#"))
        if page and (block.startswith("#") or alone or full):
            yield "\n\n".join(page)
            page = []
        page.append(block)
        if alone:
            yield page.pop()
    if page:
        yield "\n\n".join(page)


def picture(output: NotebookNode) -> str | None:
    """An output's picture as HTML, or None where it has none."""
    for kind in ("image/png", "image/gif"):
        if data := output.get("data", {}).get(kind):
            alt = html.escape(output.metadata.get(kind, {}).get("alt", ""))
            return f'<img src="data:{kind};base64,{data.replace(chr(10), "")}" alt="{alt}">'
    return None


def slides(notebook: NotebookNode) -> NotebookNode:
    """The notebook with one cell for each slide."""
    cells = []
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            cells += map(new_markdown_cell, texts(re.sub(r"(\]\([^):]+)\.(?:md|ipynb)\)", r"\1.html)", cell.source)))
        elif cell.cell_type == "code" and cell.source:
            printed = [output for output in cell.outputs if not picture(output)]
            cells.append(new_code_cell(cell.source, outputs=printed, execution_count=cell.execution_count))
            cells += map(new_markdown_cell, filter(None, map(picture, cell.outputs)))
    for cell in cells:
        opens = cell.cell_type == "markdown" and cell.source.startswith("#")
        cell.metadata.slideshow = {"slide_type": "slide" if opens else "subslide"}
    title = re.search(r"^# (.*)", notebook.cells[0].source)[1]
    return new_notebook(cells=cells, metadata=notebook.metadata | {"title": title})


def write(lesson: Path, out: Path) -> None:
    """Write a lesson's slides as one HTML file, which finds reveal.js in ../_static/revealjs beside its folder."""
    exporter = SlidesExporter(
        template_name="slides",
        extra_template_basedirs=[str(Path(__file__).parent)],
        reveal_url_prefix="../_static/revealjs",
        reveal_theme="white",
        exclude_input_prompt=True,
        exclude_output_prompt=True,
    )
    body, _ = exporter.from_notebook_node(slides(nbformat.read(lesson, as_version=4)))
    out.write_text(body, "utf-8")
