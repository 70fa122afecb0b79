"""How soon the pages to play with show their first picture, and how many the play page draws while a slider moves.

For each generator, in headless Chromium, on a page opened afresh with nothing cached: seconds from the request to the
first picture (median of three), and pictures a second while the first direction's slider moves with every frame. For
the page that enlarges: seconds to the first picture, by both networks. Targets: 2 s, and 10 a second, on two cores that
do nothing else. Needs npm's package (site/play/build.py) and Chromium. Exits 1 where one misses a target.
"""

import functools
import http.server
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
REPEATS = 3
FIRST_LIMIT_S = 2
WANTED_PER_S = 10
SECONDS_TO_FIRST = """
() => new Promise((resolve) => {
  const look = () => (document.body?.dataset.drawn ? resolve(performance.now() / 1000) : setTimeout(look, 5));
  look();
})
"""
MOVE = """
(seconds) => new Promise((resolve) => {
  const slider = document.getElementById("direction-1");
  const [begin, drawn] = [performance.now(), () => Number(document.body.dataset.drawn)];
  const before = drawn();
  const move = (now) => {
    const passed = (now - begin) / 1000;
    if (passed >= seconds) return resolve((drawn() - before) / passed);
    slider.value = 4 * Math.sin(3 * passed);
    slider.dispatchEvent(new Event("input", { bubbles: true }));
    requestAnimationFrame(move);
  };
  requestAnimationFrame(move);
})
"""


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


def main() -> int:
    """Run and print everything; returns the exit status."""
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        subprocess.run([sys.executable, ROOT / "site/play/build.py", folder], check=True, stdout=subprocess.DEVNULL)
        handler = functools.partial(Quiet, directory=folder)
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_port}"
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        names = [card["name"] for card in json.loads(Path(folder, "models/models.json").read_text("utf-8"))]
        figures = {name: measured(browser, f"{address}/play.html#{name}") for name in names}
        enlarging = statistics.median(opened(browser, f"{address}/enlarge.html")[1] for _ in range(REPEATS))
        browser.close()
        server.shutdown()
    busy = os.getloadavg()[0]
    print(f"load average at the end {busy:.1f} on {os.cpu_count()} cores; first picture, median of {REPEATS}\n")
    for name, (seconds, rate) in figures.items():
        print(f"{name}: first picture {seconds:.2f} s, then {rate:.0f} pictures/s")
    print(f"enlarged: first picture {enlarging:.2f} s")
    good = all(seconds < FIRST_LIMIT_S and rate >= WANTED_PER_S for seconds, rate in figures.values())
    return 0 if good and enlarging < FIRST_LIMIT_S else 1


def measured(browser, address: str) -> tuple[float, float]:
    """Seconds to the first picture, and pictures a second while a slider moves."""
    seconds = []
    for _ in range(REPEATS):
        page, first = opened(browser, address)
        seconds.append(first)
        rate = page.evaluate(MOVE, 3)
        page.context.close()
    return statistics.median(seconds), rate


def opened(browser, address: str) -> tuple[Page, float]:
    """A page with nothing cached, and the seconds to its first picture."""
    page = browser.new_context().new_page()
    page.set_default_timeout(120_000)
    page.goto(address, wait_until="commit")
    return page, page.evaluate(SECONDS_TO_FIRST)


if __name__ == "__main__":
    sys.exit(main())
