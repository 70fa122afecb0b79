"""The site: built once into build/site/, read as files, and opened in Chromium, where no page may ask another host.

Screenshots in test-output/site/: light and dark, 1280 and 375 pixels wide.
"""

import functools
import http.server
import json
import re
import runpy
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from urllib.parse import unquote, urldefrag, urlsplit

import nbformat
import pytest
import yaml
from bs4 import BeautifulSoup
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from playwright.sync_api import sync_playwright
from test_browser import CHROMIUM_FLAGS
from test_environment import ASKED_FOR

from gancourse import paths

ROOT = paths.root()
SITE = ROOT / "site"
LESSONS = sorted((ROOT / "course").glob("*.ipynb"))
WIDTHS = (1280, 375)
SHOWN = ["index.html", "course/01-first-gan.html", "docs/measured.html"]  # what screenshots are taken of


@pytest.fixture(scope="module")
def built() -> subprocess.CompletedProcess:
    command = [sys.executable, SITE / "build.py", paths.workplace(ROOT) / "build" / "site"]
    return subprocess.run(command, capture_output=True, text=True)


@pytest.fixture(scope="module")
def site(built) -> Path:
    """The folder of the site, whatever Sphinx had to complain of."""
    folder = paths.workplace(ROOT) / "build" / "site"
    assert (folder / "index.html").is_file(), built.stderr
    return folder


@pytest.fixture(scope="module")
def soups(site) -> dict[Path, BeautifulSoup]:
    """Every page of Sphinx's, parsed."""
    pages = [path for path in site.rglob("*.html") if not {"_static", "play"} & set(path.relative_to(site).parts)]
    return {path: BeautifulSoup(path.read_bytes(), "html.parser") for path in pages if not is_deck(path)}


def is_deck(path: Path) -> bool:
    return path.stem.endswith("-slides")


def test_nothing_is_worth_a_warning(built):
    assert built.returncode == 0, built.stderr
    assert "WARNING" not in built.stderr


def test_links_lead_to_pages_and_places_in_them(site, soups):
    targets = {page: {tag["id"] for tag in soup.find_all(id=True)} for page, soup in soups.items()}
    lost = []
    for page, soup in soups.items():
        for tag in soup.find_all(["a", "img", "link", "script"]):
            address = tag.get("href") or tag.get("src") or ""
            if urlsplit(address).scheme or address.startswith("//"):
                continue
            path, place = urldefrag(address)
            target = (page.parent / unquote(urlsplit(path).path)).resolve() if path else page
            target = target / "index.html" if target.is_dir() else target
            if not target.is_file() or place and target in targets and unquote(place) not in targets[target]:
                lost.append(f"{page.relative_to(site)}: {address}")
    assert not lost


def test_the_navigation_has_every_lesson_and_card(site, soups):
    (navigation,) = soups[site / "index.html"].select("nav.bd-docs-nav")
    linked = {link["href"] for link in navigation.find_all("a")}
    assert {f"course/{lesson.stem}.html" for lesson in LESSONS} <= linked
    assert {f"datasets/{card.parent.name}/README.html" for card in ROOT.glob("datasets/*/README.md")} <= linked


def test_no_solution_and_no_assignment_is_published(site):
    notebooks = {path.relative_to(site).as_posix() for path in site.rglob("*.ipynb")}
    assert notebooks == {f"_sources/course/{lesson.name}" for lesson in LESSONS}
    assert not [path for path in site.rglob("*") if {"solutions", "assignments"} & set(path.parts[len(site.parts) :])]


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda path: path.stem)
def test_a_lesson_is_there_with_its_outputs(lesson, site, soups):
    (article,) = soups[site / "course" / f"{lesson.stem}.html"].find_all("article")
    cells = nbformat.read(lesson, as_version=4).cells
    outputs = [output for cell in cells if cell.cell_type == "code" for output in cell.outputs]
    alts = [
        out.metadata.get(kind, {}).get("alt")
        for out in outputs
        for kind in ("image/png", "image/gif")
        if kind in out.get("data", {})
    ]
    assert [image["alt"] for image in article.select(".cell_output img")] == alts
    folds = sum(cell.source.count("<details>") for cell in cells if cell.cell_type == "markdown")
    assert len(article.find_all("details")) == folds
    shown = article.get_text()
    for line in (line for output in outputs if output.output_type == "stream" for line in output.text.splitlines()):
        assert line.rstrip() in shown


# Slides


@pytest.fixture(scope="module")
def slides() -> dict:
    return runpy.run_path(str(SITE / "slides.py"))


def test_a_heading_opens_a_slide_and_text_goes_on_where_it_does_not_fit(slides):
    long = "word " * 120
    cell = f"## One\nshort\n\n- a\n- b\n\n{long}\n\n{long}\n\n### Two\n\nlast"
    assert list(slides["texts"](cell)) == [
        f"## One\n\nshort\n\n- a\n- b\n\n{long.strip()}",
        long.strip(),
        "### Two\n\nlast",
    ]


def test_a_picture_in_the_text_has_a_slide_of_its_own(slides):
    assert list(slides["texts"]("before\n\n![what it shows](images/a.svg)\n\nafter")) == [
        "before",
        "![what it shows](images/a.svg)",
        "after",
    ]


def test_a_fold_and_a_fence_stay_whole(slides):
    fold = "<details><summary>Answer</summary>\n\none\n\ntwo\n\n</details>"
    fence = "```python\na = 1\n\n# b\n```"
    assert list(slides["blocks"](f"## Why?\n\n{fold}\n{fence}")) == ["## Why?", fold, fence]


def test_code_stands_with_what_it_printed_and_each_picture_alone(slides):
    printed = new_output("stream", text="7\n")
    pictures = [
        new_output("display_data", {"image/png": data}, metadata={"image/png": {"alt": f'"{data}"'}}) for data in "ab"
    ]
    lesson = new_notebook(cells=[new_markdown_cell("# T"), new_code_cell("x", outputs=[printed, *pictures])])
    title, code, *alone = slides["slides"](lesson).cells
    assert title.metadata.slideshow.slide_type == "slide" and code.metadata.slideshow.slide_type == "subslide"
    assert code.source == "x" and code.outputs == [printed]
    assert [cell.source for cell in alone] == [
        f'<img src="data:image/png;base64,{data}" alt="&quot;{data}&quot;">' for data in "ab"
    ]


# In Chromium


@pytest.fixture(scope="module")
def address(site):
    """The site on a web server, as GitHub Pages would have it."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(site)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


@pytest.fixture(scope="module")
def browser(browser_path):
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path, args=CHROMIUM_FLAGS)
        yield browser
        browser.close()


class Watched:
    """A page of the browser's, and whatever goes wrong in it."""

    def __init__(self, browser, address: str, **options):
        self.page, self.address = browser.new_page(**options), address
        self.complaints: list[str] = []
        self.page.on("request", lambda request: self.complain_unless_own(request.url))
        self.page.on("response", lambda answer: answer.status < 400 or self.complain(f"{answer.status} {answer.url}"))
        self.page.on("pageerror", lambda error: self.complain(f"{error}"))

    def complain(self, what: str) -> None:
        self.complaints.append(f"{self.page.url}: {what}")

    def complain_unless_own(self, url: str) -> None:
        if not url.startswith((self.address, "data:", "blob:")):
            self.complain(f"asks for {url}")

    def open(self, name: str) -> None:
        self.page.goto(f"{self.address}/{name}")
        self.page.evaluate("window.MathJax ? MathJax.startup.promise : null")


BROKEN = """() => [
    ...[...document.images].filter(i => i.complete && !i.naturalWidth).map(i => `no picture ${i.src}`),
    ...[...document.images].filter(i => !i.hasAttribute('alt')).map(i => `no alt text ${i.src.slice(0, 80)}`),
    ...[...document.querySelectorAll('mjx-merror, .pst-error')].map(e => `formula ${e.textContent}`),
]"""


def test_no_page_asks_another_host_or_is_wider_than_the_screen(site, soups, browser, address):
    watched = Watched(browser, address)
    for path in soups:
        for width in WIDTHS:
            watched.page.set_viewport_size({"width": width, "height": 800})
            if width == WIDTHS[0]:
                watched.open(path.relative_to(site).as_posix())
            wide = watched.page.evaluate("document.documentElement.scrollWidth")
            if wide > width:
                watched.complain(f"{wide} pixels wide on a screen of {width}")
        watched.complaints += [f"{path.name}: {found}" for found in watched.page.evaluate(BROKEN)]
    watched.page.close()
    assert not watched.complaints


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda path: path.stem)
def test_slides_show_one_picture_each_and_nothing_beyond_their_edge(lesson, site, browser, address):
    watched = Watched(browser, address, viewport={"width": 1280, "height": 720})
    watched.open(f"course/{lesson.stem}-slides.html")
    watched.page.wait_for_function("window.Reveal && Reveal.isReady()")
    sizes = watched.page.evaluate("""() => [...document.querySelectorAll('.slides section section')].map(slide => {
        slide.style.display = 'block';
        const size = [slide.scrollHeight - slide.clientHeight, slide.scrollWidth - slide.clientWidth];
        slide.style.display = '';
        return [slide.querySelectorAll(':scope :not(details) > img').length, ...size];
    })""")
    found = watched.page.evaluate(BROKEN)
    watched.page.close()
    cells = nbformat.read(lesson, as_version=4).cells
    assert len(sizes) > len(cells) and not found and not watched.complaints
    assert {pictures for pictures, *_ in sizes} == {0, 1}
    beyond = {number: size for number, (_, *size) in enumerate(sizes, 1) if max(size) > 2}
    assert len(beyond) <= 1, f"{beyond}: LINES and WIDTH in site/slides.py are too large"  # one long output scrolls


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_light_and_dark(scheme, browser, address, output):
    for width in WIDTHS:
        watched = Watched(browser, address, viewport={"width": width, "height": 900}, color_scheme=scheme)
        for name in SHOWN:
            watched.open(name)
            watched.page.screenshot(path=output / f"{Path(name).stem}-{width}-{scheme}.png")
            red, *_ = map(
                int, re.findall(r"\d+", watched.page.evaluate("getComputedStyle(document.body).backgroundColor"))
            )
            assert (red > 127) == (scheme == "light")
        watched.page.close()


PAPER = 794 - 76  # the width of A4 less a centimetre on either side, in CSS pixels


def test_on_paper_a_page_is_light_and_whole(browser, address, output):
    watched = Watched(browser, address, viewport={"width": PAPER, "height": 1000}, color_scheme="dark")
    closed = "document.querySelectorAll('details:not([open])').length"
    for name in SHOWN:
        watched.open(name)
        folded = watched.page.evaluate(closed)
        watched.page.emulate_media(media="print")
        watched.page.evaluate("dispatchEvent(new Event('beforeprint'))")
        assert watched.page.evaluate("document.documentElement.dataset.theme") == "light"
        assert watched.page.evaluate(closed) == 0
        assert watched.page.evaluate("document.documentElement.scrollWidth") == PAPER, f"{name} goes beyond the paper"
        assert not watched.page.locator(":is(.bd-sidebar-primary, .bd-header-article, button):visible").count()
        watched.page.evaluate("dispatchEvent(new Event('afterprint'))")
        watched.page.emulate_media(media="screen")
        assert watched.page.evaluate("document.documentElement.dataset.theme") == "dark"
        assert watched.page.evaluate(closed) == folded
        watched.page.pdf(path=output / f"{Path(name).stem}.pdf", format="A4")
    watched.page.close()
    assert not watched.complaints


def test_search_finds_a_lesson(browser, address):
    watched = Watched(browser, address)
    watched.open("search.html?q=lipschitz")
    results = watched.page.locator("#search-results li a")
    results.first.wait_for()
    assert "course/04-wasserstein-gan.html" in "".join(link.get_attribute("href") for link in results.all())
    watched.page.close()
    assert not watched.complaints


def test_answers_unfold_and_code_has_a_button_to_copy_it(browser, address):
    watched = Watched(browser, address)
    watched.open("course/01-first-gan.html")
    fold = watched.page.locator("article details").first
    answer = fold.locator("p").first
    assert not answer.is_visible()
    fold.locator("summary").click()
    assert answer.is_visible()
    buttons = watched.page.locator("article button.copybtn").count()
    assert buttons == watched.page.locator("article .cell_input, article > section > .highlight-sh").count()
    watched.page.close()


# Where else a lesson opens


@pytest.fixture(scope="module")
def small_site(tmp_path_factory):
    """Call it with a repository's address or None, and a table of what holds: it gives any page, by its name."""

    def build(address: str | None, table: dict | None = None) -> Callable[[str], BeautifulSoup]:
        clone = tmp_path_factory.mktemp("clone")
        shutil.copytree(SITE, clone / "site", ignore=shutil.ignore_patterns("play", "__pycache__"))
        urls = f'\n[project.urls]\nRepository = "{address}"\n' if address else ""
        (clone / "pyproject.toml").write_text(f'[project]\nname = "small"\n{urls}', "utf-8")
        (clone / "README.md").write_text("# Small\n", "utf-8")
        shutil.copytree(ROOT / "docs", clone / "docs")
        (clone / "course" / "images").mkdir(parents=True)
        lesson = new_notebook(
            cells=[new_markdown_cell("# A lesson")],
            metadata={"kernelspec": {"name": "python3", "display_name": "Python 3"}},
        )
        nbformat.write(lesson, clone / "course" / "01-lesson.ipynb")
        if table:
            (clone / "build").mkdir()
            (clone / "build" / "holds.json").write_text(json.dumps(table), "utf-8")
        subprocess.run(
            [sys.executable, clone / "site" / "build.py"], capture_output=True
        )  # docs it lacks are warned of
        site = clone / "build" / "site"
        return lambda name: BeautifulSoup((site / f"{name}.html").read_bytes(), "html.parser")

    return build


def buttons(page: Callable[[str], BeautifulSoup]) -> set[str]:
    """Where the buttons of the lesson lead, out of the site."""
    return {button["href"] for button in page("course/01-lesson").select(".article-header-buttons a[href^=http]")}


@pytest.mark.parametrize("unset", [None, "https://github.com/OWNER/REPOSITORY"])
def test_without_an_address_there_is_no_button(unset, small_site):
    page = small_site(unset)
    assert not buttons(page) and "https://github.com/OWNER/REPOSITORY" in page("docs/hosted").get_text()
    assert "has no such table" in page("site/holds").find("article").get_text()


def test_all_addresses_follow_from_one(small_site):
    page = small_site("https://github.com/someone/her-gans")
    assert buttons(page) == {
        "https://colab.research.google.com/github/someone/her-gans/blob/main/course/01-lesson.ipynb",
        "https://mybinder.org/v2/gh/someone/her-gans/main?urlpath=lab/tree/course/01-lesson.ipynb",
        "https://codespaces.new/someone/her-gans?quickstart=1",
        "https://github.com/someone/her-gans",
    }
    hosted = page("docs/hosted").get_text()
    assert "git clone --quiet --depth 1 https://github.com/someone/her-gans gan-course" in hosted
    named = {line.replace("01-first-gan", "01-lesson") for line in re.findall("(?m)^https://.+$", hosted)}
    assert named == buttons(page) - {"https://github.com/someone/her-gans"} and "OWNER" not in hosted


def test_a_repository_elsewhere_has_the_buttons_that_take_it(small_site):
    page = small_site("https://gitlab.com/someone/her-gans")
    assert buttons(page) == {
        "https://mybinder.org/v2/gl/someone%2Fher-gans/main?urlpath=lab/tree/course/01-lesson.ipynb",
        "https://gitlab.com/someone/her-gans",
    }


def test_the_table_of_what_holds_is_taken_in_with_every_odd_character(small_site):
    odd = "KeyError: '</td><b>' & | $x$ `y` [a](b) {c} é"
    results = {"lessons": {"01-lesson": {"outcome": "failed", "seconds": 1.0, "why": odd}}}
    environments = [{"name": "Linux, <old>", "results": results}, {"name": "macOS", "results": {}}]
    page = small_site(None, {"date": "2030-01-07", "run": None, "environments": environments})
    article = page("site/holds").find("article")
    _, lessons, _ = article.find_all("table")
    assert [cell.get_text() for cell in lessons.find("thead").find_all("th")] == ["Linux, <old>", "macOS"]
    assert [cell.get_text() for cell in lessons.find("tbody").find_all("td")] == ["failed", "didn't run"]
    (reason,) = article.select(lessons.find("td").find_next("a", string="failed")["href"])
    assert reason.find("code").get_text() == odd
    assert (
        "2030-01-07" in article.get_text() and lessons.find("th").find_next("a")["href"] == "../course/01-lesson.html"
    )


def workflow(name: str) -> dict:
    return yaml.safe_load((ROOT / ".github" / "workflows" / name).read_text("utf-8"))


def steps(job: dict) -> list[str]:
    return [step["run"] for step in job["steps"] if "run" in step]


def test_the_container_makes_the_environment_as_ci_does():
    container = json.loads((ROOT / ".devcontainer" / "devcontainer.json").read_text("utf-8"))
    assert container["onCreateCommand"] in steps(workflow("ci.yml")["jobs"]["mutants"])
    assert container["customizations"]["vscode"]["settings"]["python.defaultInterpreterPath"].endswith(
        "/.venv/bin/python"
    )


def test_binder_installs_what_make_venv_does():
    binder, made = ROOT / "binder", (ROOT / "tools" / "make_venv.py").read_text("utf-8")
    (line,) = (binder / "requirements.txt").read_text("utf-8").splitlines()
    assert (binder / line.removeprefix("-r ")).resolve() == ROOT / "requirements.lock"
    (install,) = [line for line in (binder / "postBuild").read_text("utf-8").splitlines() if "pip install" in line]
    options = re.search(r'\*pip, "install", ("--no-build-isolation".*?"\.")', made)[1]
    assert install.split("install ")[1].split() == re.findall('"(.+?)"', options)
    subprocess.run(["bash", "-n", str(binder / "postBuild")], check=True)
    python = (binder / "runtime.txt").read_text("utf-8").strip().removeprefix("python-")
    assert python in workflow("ci.yml")["jobs"]["test"]["strategy"]["matrix"]["python"]


def test_the_site_is_published_from_the_folder_that_make_site_fills():
    job = workflow("pages.yml")["jobs"]["publish"]
    assert "make site PYTHON=python" in steps(job)
    (upload,) = [step for step in job["steps"] if "upload-pages-artifact" in step.get("uses", "")]
    assert ROOT / upload["with"]["path"] == ROOT / "build" / "site"
    command = ["make", "--dry-run", "--no-print-directory", "site", "PYTHON=python"]  # make runs these tests, too
    printed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert printed.stdout.splitlines()[-1] == ".venv/bin/python site/build.py"


# What Colab's own environment has, of what lessons and library import.
COLAB = {"ipython", "ipywidgets", "jupyter-client", "keras", "matplotlib", "nbformat", "numpy", "pillow", "requests"}
COLAB |= {"scipy", "tensorboard", "tensorflow", "torch", "torchvision", "tqdm", "traitlets"}


IMPORT = re.compile(r"(?m)^\s*(?:from|import) (\w+)[\w.]*(?: import | as |$)")


def colab_cell() -> str:
    return re.search(r"```ipython3\n(.+?)```", (ROOT / "docs" / "hosted.md").read_text("utf-8"), re.S)[1]


def test_colabs_first_cell_installs_what_the_library_imports_and_colab_lacks():
    rooms = {"checks", "cli", "grading", "jupyter", "lab", "lessons"}  # those that no lesson imports
    library = ROOT / "src" / "gancourse"
    files = [path for path in library.rglob("*.py") if path.relative_to(library).parts[0].split(".")[0] not in rooms]
    found = {name for path in files for name in re.findall(IMPORT, path.read_text("utf-8"))}
    packages = {"PIL": "pillow", "IPython": "ipython"}
    wanted = {packages.get(name, name) for name in found - set(sys.stdlib_module_names)} - {"gancourse"} - ASKED_FOR
    assert wanted - COLAB == set(colab_cell().splitlines()[3].split()[3:])


def test_colabs_first_cell_finds_the_clones_library(tmp_path):
    if not (ROOT / ".git").exists():
        pytest.skip("this copy of the course isn't a git clone")
    cell = colab_cell().replace("https://github.com/OWNER/REPOSITORY", f"'{ROOT.as_uri()}'")
    cell = re.sub(r"(?m)^%pip .*\n", "", cell)  # it would change the environment of the tests
    script = tmp_path / "cell.ipy"
    script.write_text(cell + "import gancourse.paths\nprint(gancourse.paths.root())\n", "utf-8")
    run = subprocess.run([sys.executable, "-m", "IPython", script], cwd=tmp_path, capture_output=True, text=True)
    assert run.stdout.splitlines()[-1] == str(tmp_path / "gan-course"), run.stderr
