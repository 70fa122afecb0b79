"""Build the site in build/site/: pages by Sphinx, slides by nbconvert, and the pages to play with where npm is there.

Usage: python site/build.py [OUT_FOLDER]     exit status 1 if a link leads nowhere or anything else is worth a warning
"""

import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import slides
from sphinx.cmd import build as sphinx

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
NOT_HERE = 3  # how play/build.py exits where npm or its packages can't be had


def play(out: Path) -> bool:
    """Whether the pages to play with could be built."""
    program = HERE / "play" / "build.py"
    if not program.is_file():
        return False
    status = subprocess.run([sys.executable, program, out / "play"]).returncode
    if status not in (0, NOT_HERE):
        sys.exit(f"{program.relative_to(ROOT)} failed with exit status {status}.")
    return status == 0


def pages(out: Path, playable: bool) -> int:
    """Sphinx's exit status. What hasn't changed since the last time isn't built again."""
    options = ["-q", "--fail-on-warning", "--keep-going", "-c", HERE, "-d", out.parent / "site-cache"]
    context = ["-A", "play=1"] if playable else []
    return sphinx.main([str(word) for word in [*options, *context, ROOT, out]])


def decks(out: Path) -> None:
    """The slides of each lesson, beside its page; those that are newer than their lesson stay."""
    revealjs = Path(find_spec("sphinx_revealjs").origin).parent / "_static" / "revealjs"
    for folder in ("dist", "plugin"):
        shutil.copytree(revealjs / folder, out / "_static" / "revealjs" / folder, dirs_exist_ok=True)
    rules = max(path.stat().st_mtime for path in (HERE / "slides.py", *(HERE / "slides").iterdir()))
    for lesson in sorted((ROOT / "course").glob("*.ipynb")):
        deck = out / "course" / f"{lesson.stem}-slides.html"
        if not deck.exists() or deck.stat().st_mtime < max(rules, lesson.stat().st_mtime):
            slides.write(lesson, deck)


def main() -> None:
    out = Path(sys.argv[1] if len(sys.argv) > 1 else ROOT / "build" / "site").resolve()
    status = pages(out, play(out))
    decks(out)
    print(f"The site is in {out}: open {out / 'index.html'}")
    sys.exit(status)


if __name__ == "__main__":
    main()
