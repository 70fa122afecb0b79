"""nbgrader's own way in JupyterLab, in a real browser: fetch, validate, submit; collect, grade, release, read.

One walk with screenshots in test-output/browser/. Learner and instructor are one user on one machine, as in a clone
on a laptop.
"""

import re
import shutil
import signal
import socket
import subprocess
import time
from itertools import count
from pathlib import Path

import nbformat
import pytest
from conftest import hears_ctrl_c
from playwright.sync_api import expect, sync_playwright

from gancourse import jupyter, lab

ROOT = Path(__file__).resolve().parents[1]
STAGE = "01-first-gan"
TOKEN = "browser-test"
GRADING_MS = 150_000  # a notebook that imports torch runs twice, submission and reference, on a busy machine
CHROMIUM_FLAGS = [
    "--no-sandbox",  # tests may run as root, in a container
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture
def course(tmp_path) -> Path:
    """A clone as far as nbgrader looks: config, solutions and what is released of them."""
    (tmp_path / "work").mkdir()
    for config in ("nbgrader_config.py", "work/nbgrader_config.py"):
        shutil.copy(ROOT / config, tmp_path / config)
    for folder in ("solutions", "assignments"):
        shutil.copytree(ROOT / folder / STAGE, tmp_path / folder / STAGE)
    return tmp_path


@pytest.fixture
def server(course, output):
    """JupyterLab as `gancourse lab` starts it, on a free port; its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [*lab.command(course), "--no-browser", f"--ServerApp.port={port}", "--ServerApp.port_retries=0"]
    command.append(f"--IdentityProvider.token={TOKEN}")
    with (output / "jupyterlab.log").open("w") as log:
        process = subprocess.Popen(
            command, cwd=course, env=jupyter.environment(course), stdout=log, stderr=log, preexec_fn=hears_ctrl_c
        )
    try:
        for _ in range(240):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            assert process.poll() is None, (output / "jupyterlab.log").read_text()
            time.sleep(0.25)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(30)


@pytest.fixture
def page(browser_path, server, output):
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path, args=CHROMIUM_FLAGS)
        page = browser.new_page(viewport={"width": 1400, "height": 900})
        page.set_default_timeout(30_000)
        page.goto(f"{server}/lab?token={TOKEN}")
        try:
            yield page
        finally:
            page.screenshot(path=output / "last.png")
            browser.close()


def test_fetch_validate_submit_grade_and_read_feedback(page, course, output):
    steps = count(1)

    def shot(name):
        page.screenshot(path=output / f"{next(steps):02d}-{name}.png")

    for old in output.glob("*.png"):
        old.unlink()

    # Instructor: generate and release
    formgrader = open_nbgrader(page, "Formgrader")
    frame = page.frame_locator("iframe[src*=formgrader]")
    row = frame.locator("#main-table tr", has_text=STAGE)
    press(frame, row, "assign", "success")
    press(frame, row, "release", "success")
    expect(row.locator(".status")).to_have_text("released")
    shot("released")

    # Learner: fetch, and see the stub fail
    open_nbgrader(page, "Assignment List")
    page.locator("#released_assignments_list").get_by_role("button", name="Fetch", exact=True).click()
    fetched = page.locator("#fetched_assignments_list")
    fetched.get_by_role("button", name="Submit").wait_for()
    shot("fetched")
    fetched.locator(".assignment-notebooks-link").click()
    fetched.locator(".nested_list_item a", has_text=STAGE).click()
    page.locator(".jp-Notebook .jp-Cell").first.wait_for()
    assert "NotImplementedError" in validate(page, page.locator(".jp-NotebookPanel-toolbar"), shot, "stub")

    # Learner: solve, validate, submit
    discard = page.get_by_role("button", name="Discard")  # asked only if the kernel's name got into the notebook by now
    page.add_locator_handler(discard, lambda: discard.click())
    tab = page.get_by_role("tab", name=f"{STAGE}.ipynb")
    tab.locator(".lm-TabBar-tabCloseIcon").click()
    expect(tab).to_have_count(0)
    solve(course)
    fetched.locator(".nested_list_item a", has_text=STAGE).click()
    page.locator(".jp-Notebook .jp-Cell").first.wait_for()
    shown = validate(page, page.locator(".jp-NotebookPanel-toolbar"), shot, "solved")
    assert "Success! Your notebook passes all the tests." in shown
    page.get_by_role("tab", name="Assignments").click()
    fetched.get_by_role("button", name="Submit").click()
    submitted = page.locator("#submitted_assignments_list")
    feedback = submitted.get_by_role("button", name="Fetch Feedback")
    feedback.wait_for()
    shot("submitted")

    # Instructor: collect, autograde, release the feedback
    page.get_by_role("tab", name=formgrader).click()
    press(frame, row, "collect", "success")
    expect(row.locator(".num-submissions")).to_have_text("1")
    shot("collected")
    row.locator(".num-submissions a").click()
    submission = frame.locator("#main-table tr").first
    press(frame, submission, "autograde", "success")
    score = submission.locator(".score").inner_text()
    shot("autograded")
    reached, possible = map(float, re.findall(r"[\d.]+", score))
    assert reached == possible > 0
    frame.get_by_role("link", name="Manage Assignments").click()
    press(frame, row, "generate-feedback", "success")
    press(frame, row, "release-feedback", "success")
    shot("feedback-released")

    # Learner: read it
    page.get_by_role("tab", name="Assignments").click()
    feedback.click()
    page.get_by_text("view feedback").click()
    page.locator(".jp-DirListing-item", has_text=f"{STAGE}.html").dblclick()
    html = page.frame_locator(".jp-HTMLViewer iframe")
    expect(html.locator("body")).to_contain_text(f"{reached:g} of {possible:g} points")
    shot("feedback")


def open_nbgrader(page, name) -> str:
    page.locator(".lm-MenuBar-itemLabel", has_text="Nbgrader").click()
    page.locator(".lm-Menu-itemLabel").get_by_text(name, exact=True).click()
    return name


def press(frame, row, button, outcome):
    """Click one of Formgrader's icons, wait for its verdict and put the dialog away."""
    row.locator(f".{button} a").click()
    dialog = frame.locator(".modal.in")
    dialog.wait_for(timeout=GRADING_MS)
    assert dialog.get_attribute("id") == f"{outcome}-modal", dialog.inner_text()
    dialog.get_by_role("button", name="OK").click()
    expect(frame.locator(".modal-backdrop")).to_have_count(0)


def validate(page, toolbar, shot, name) -> str:
    toolbar.get_by_text("Validate", exact=True).click()
    dialog = page.locator(".jp-Dialog", has_text="Validation Results")
    dialog.wait_for(timeout=GRADING_MS)
    shown = dialog.inner_text()
    shot(f"validate-{name}")
    dialog.get_by_role("button", name="Ok").click()
    return shown


def solve(course):
    """Put the reference's answers into the learner's notebook, by grade_id."""
    reference = nbformat.read(course / "solutions" / STAGE / f"{STAGE}.ipynb", as_version=4)
    answers = {c.metadata.nbgrader.grade_id: c.source for c in reference.cells if is_answer(c)}
    path = course / "work" / STAGE / f"{STAGE}.ipynb"
    notebook = nbformat.read(path, as_version=4)
    for cell in filter(is_answer, notebook.cells):
        cell.source = answers[cell.metadata.nbgrader.grade_id]
    nbformat.write(notebook, path)


def is_answer(cell) -> bool:
    return cell.cell_type == "code" and cell.metadata.get("nbgrader", {}).get("solution", False)
