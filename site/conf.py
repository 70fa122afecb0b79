"""The site: README, lessons as stored, docs and data cards, by Sphinx from the clone's root. `make site` calls it.

Nothing is executed, and no page asks another host for anything: MathJax, fonts and icons lie in the site itself.
"""

import re
import shutil
import sys
from pathlib import Path

from myst_nb.core.render import NbElementRenderer

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "site"))
import holds  # noqa: E402
from repository import GITHUB, PLACEHOLDER, repository  # noqa: E402

project = "A GAN course"
author = "the authors of the course"
language = "en"
root_doc = "README"
extensions = ["myst_nb", "sphinx_copybutton", "sphinx-mathjax-offline"]
include_patterns = [
    "README.md",
    "CONTRIBUTING.md",
    "course/*.ipynb",
    "docs/*.md",
    "docs/*/*.md",
    "datasets/*/README.md",
    "benchmarks/RESULTS.md",
    "site/*.md",
]
# Folders that are large and hold no pages. Solutions and assignments are in none of the patterns above.
exclude_patterns = [".*", "build", "gradebook", "runs", "solutions", "work"]
templates_path = ["templates"]

nb_execution_mode = "off"
nb_merge_streams = True
myst_enable_extensions = ["amsmath", "dollarmath"]
myst_heading_anchors = 3
copybutton_selector = "div.highlight:not(div.output *) > pre"

html_theme = "sphinx_book_theme"
html_title = project
html_favicon = "static/favicon.svg"
html_use_index = False
html_static_path = ["static"]
html_css_files = ["site.css"]
html_js_files = ["print.js"]
html_copy_source = True  # what the download button of a lesson gives
html_show_sphinx = False
html_show_copyright = False
html_last_updated_fmt = None
html_sidebars = {"**": ["navbar-logo.html", "search-button-field.html", "in-the-page.html", "sbt-sidebar-nav.html"]}
html_context = {"default_mode": "auto"}  # and "play", from build.py
html_theme_options = {"show_toc_level": 2, "footer_content_items": []}
if address := repository():
    services = {"binderhub_url": "https://mybinder.org", "notebook_interface": "jupyterlab"}
    if address.startswith(GITHUB):
        services["colab_url"] = "https://colab.research.google.com"
    html_theme_options |= {"repository_url": address, "repository_branch": "main", "use_repository_button": True}
    html_theme_options["launch_buttons"] = services

CONTENTS = """

```{toctree}
:caption: Lessons
:hidden:
:glob:

course/*
```

```{toctree}
:caption: More
:hidden:

docs/learning
docs/hosted
docs/measured
benchmarks/RESULTS
site/holds
site/data
```

```{toctree}
:caption: To teach and to write
:hidden:

docs/grading
docs/scaling/README
CONTRIBUTING
```
"""


def on_read(app, name: str, source: list[str]) -> None:
    """What GitHub shows as it stands, in the site's terms: folders, HTML's own links, the repository's address."""
    text = re.sub(r"\]\(((?:\.\./)*)datasets/\)", r"](\1site/data.md)", source[0])
    if name == root_doc:
        text = re.sub(r'(href="[^":]+)\.ipynb"', r'\1.html"', text) + CONTENTS
    text = text.replace(PLACEHOLDER, address or PLACEHOLDER)
    if name == "docs/hosted" and address and address.startswith(GITHUB):
        text = text.replace(PLACEHOLDER.removeprefix(GITHUB), address.removeprefix(GITHUB))
    if name == "site/holds":
        app.env.note_reread()  # its file may stay as it is while table and lessons change
        stages = sorted(lesson.stem for lesson in (ROOT / "course").glob("*.ipynb"))
        text += "\n" + holds.text(Path(app.outdir).with_name("holds.json"), stages)
    source[0] = text


def on_page(app, name: str, template: str, context: dict, doctree) -> None:
    """On a lesson's page, a button for its slides and, beside the theme's own for Colab and Binder, Codespaces."""
    if not name.startswith("course/"):
        return
    slides = {"type": "link", "icon": "fas fa-person-chalkboard", "tooltip": "Slides of this lesson", "label": "slides"}
    context["header_buttons"].append(slides | {"url": f"{Path(name).name}-slides.html"})
    for group in context["header_buttons"]:
        if group.get("label") == "launch-buttons" and address.startswith(GITHUB):
            button = {"type": "link", "icon": "fab fa-github", "text": "Codespaces", "tooltip": "Launch on Codespaces"}
            url = address.replace(GITHUB, "https://codespaces.new/", 1)
            group["buttons"].append(button | {"url": f"{url}?quickstart=1"})


def on_finished(app, error: Exception | None) -> None:
    if not error:
        out = Path(app.outdir)
        shutil.copytree(ROOT / "course" / "images", out / "course" / "images", dirs_exist_ok=True)  # README's table
        shutil.copy(out / "README.html", out / "index.html")


def render_image(self, data, render=NbElementRenderer.render_image):
    (image,) = render(self, data)
    image["alt"] = data.output_metadata.get(data.mime_type, {}).get("alt", "")
    return [image]


def setup(app) -> None:
    NbElementRenderer.render_image = render_image  # MyST-NB knows one alt text for a cell, not one for a picture
    app.connect("source-read", on_read)
    app.connect("html-page-context", on_page, priority=900)  # after the theme has made its buttons
    app.connect("build-finished", on_finished)
