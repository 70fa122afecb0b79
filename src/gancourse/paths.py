"""Where things lie: the clone (course root), the cache, and the folder of each run."""

import os
import re
from datetime import datetime
from pathlib import Path

import platformdirs


def root() -> Path:
    """The clone that this package was installed from (editable), where course/ and datasets/ lie.

    Raises FileNotFoundError where the package was installed without its clone.
    """
    here = Path(__file__).resolve().parents[2]
    if not (here / "datasets" / "catalog.toml").is_file():
        raise FileNotFoundError(
            f"no course at {here}: gancourse works from its clone. Clone the repository and run `make lab` there."
        )
    return here


def cache() -> Path:
    """Prepared data sets: `$GANCOURSE_HOME`, by default the platform's cache folder."""
    return Path(os.environ.get("GANCOURSE_HOME") or platformdirs.user_cache_path("gancourse"))


def new_run(stage: str) -> Path:
    """Make a folder of its own for one run of a lesson: runs/<stage>-<date>-<time>."""
    for suffix in ("", *(f"-{n}" for n in range(2, 100))):
        folder = root() / "runs" / f"{stage}-{datetime.now():%Y%m%d-%H%M%S}{suffix}"
        try:
            folder.mkdir(parents=True)
            return folder
        except FileExistsError:
            continue  # another run began in the same second
    raise FileExistsError(f"{folder} and all before it exist already")


def stages() -> list[str]:
    """The stages that have a lesson, in order: ["00-welcome", "01-first-gan", ...]."""
    return sorted(p.stem for p in (root() / "course").glob("[0-9][0-9]-*.ipynb"))


def stage(query: str, known: list[str] | None = None) -> str:
    """The full name of a stage from its number ("1", "01") or name ("01-first-gan").

    known: the stages to choose from, by default those that have a lesson.
    Raises ValueError, with the stages that exist, for anything else.
    """
    known = stages() if known is None else known
    number = re.match(r"\d+", query)
    found = [s for s in known if s == query or (number and s.startswith(f"{int(number[0]):02d}-"))]
    if len(found) != 1 or (query != found[0] and not query.isdigit()):
        raise ValueError(f"no stage {query!r}; there are: {', '.join(known)}")
    return found[0]
