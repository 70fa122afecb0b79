"""Where things lie: the clone (course root), the place for what is made with it, the cache, each run's folder.

And what the whole package needs for files: names shown to people or used as patterns, and writing whole or not at all.
"""

import functools
import hashlib
import os
import re
import stat
import tempfile
from contextlib import suppress
from datetime import datetime
from pathlib import Path

import platformdirs

PATTERN = set("[]*?(){}+^$|\\")


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


def workplace(course: Path | None = None) -> Path:
    """Where runs/, work/, gradebook/ and JupyterLab's state go: `$GANCOURSE_WORK`, else the clone, else the home.

    course: the clone, by default `root()`. One that this user can't write to (shared, read-only) gets none of them:
    they go to gan-course/ in the home folder, or in `temporary()` where there is none that can be written. The folder
    need not exist.
    """
    course = course or root()
    if given := os.environ.get("GANCOURSE_WORK"):
        return expanded(given).absolute()
    if os.access(course, os.W_OK):
        return course
    own = home()
    return (own if own and writable(own) else temporary()) / "gan-course"


def place(name: str, course: Path | None = None) -> Path:
    """Where runs/, work/ or gradebook/ is: in the clone if it stands there and can be written, else in `workplace()`.

    So an account that owns no more than a shared clone's gradebook/ grades into it.
    """
    own = (course or root()) / name
    there = not os.environ.get("GANCOURSE_WORK") and own.is_dir() and os.access(own, os.W_OK)
    return own if there else workplace(course) / name


def cache() -> Path:
    """Prepared data sets: `$GANCOURSE_HOME`, else the platform's cache folder, else `temporary()`.

    The last where there is no home folder, or none that can be written and no cache in it.
    """
    if given := os.environ.get("GANCOURSE_HOME"):
        return expanded(given).absolute()
    try:
        usual = Path(platformdirs.user_cache_path("gancourse"))
    except RuntimeError:  # no home folder
        return temporary()
    return usual if usual.is_dir() or writable(usual) else temporary()


def writable(folder: Path) -> bool:
    """Whether the folder can be written or, where it isn't there, be made."""
    return os.access(existing(folder), os.W_OK)


def existing(folder: Path) -> Path:
    """The folder, or the nearest above it that is there."""
    folder = folder.absolute()
    while not os.path.exists(folder):  # noqa: PTH110 - Path's raises where a folder on the way may not be looked into
        folder = folder.parent
    return folder


def home() -> Path | None:
    """The user's home folder; None where neither HOME nor the password file names one, as in some containers."""
    try:
        return Path.home()
    except RuntimeError:
        return None


@functools.cache
def temporary() -> Path:
    """This user's own folder for temporary files, the same in every process unless somebody else has made it."""
    folder = Path(tempfile.gettempdir()) / f"gancourse-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    found = folder.lstat()
    own = stat.S_ISDIR(found.st_mode) and found.st_uid == os.getuid() and not found.st_mode & 0o022
    return folder if own else Path(tempfile.mkdtemp(prefix="gancourse-"))


def expanded(path: str | Path) -> Path:
    """The path with ~ as the home folder. Raises ValueError where there is no such home."""
    try:
        return Path(path).expanduser()
    except RuntimeError as err:
        raise ValueError(f"{path}: there is no home folder for the ~") from err


def plain(folder: Path) -> Path:
    """The folder or, where its path holds what nbgrader takes for a pattern ([ ] * ? ( ) +), a link to it without that.

    A folder that isn't there yet is made, for the link. Raises OSError where that, or the link, can't be made.
    """
    if not PATTERN & set(str(folder)):
        return folder
    folder.mkdir(parents=True, exist_ok=True)
    error = OSError(f"nbgrader can't work in {folder}: its name holds one of {' '.join(sorted(PATTERN))}")
    for place in (cache() / "links", temporary()):
        link = place / hashlib.sha256(os.fsencode(folder)).hexdigest()[:16]
        try:
            place.mkdir(parents=True, exist_ok=True)
            if not link.is_symlink():
                link.symlink_to(folder)
            if not PATTERN & set(str(link)) and link.readlink() == folder:
                return link
        except OSError as err:
            error = err
    raise error


def readable(name: str | Path) -> str:
    """A name or a line for a person's terminal, whoever wrote it: "?" for each character that can't be printed.

    So nothing moves the cursor or reverses the direction of reading. Bytes that aren't UTF-8 are shown as Latin-1;
    joiners, without which Persian and some Indian names become other words, stay.
    """
    text = str(name)
    try:
        text.encode()
    except UnicodeEncodeError:
        with suppress(UnicodeEncodeError):  # a surrogate that stands for no byte
            text = os.fsencode(text).decode("latin-1")
    return "".join(c if c.isprintable() or c in "\u200c\u200d" else "?" for c in text)


def new_run(stage: str) -> Path:
    """Make a folder of its own for one run of a lesson: runs/<stage>-<date>-<time>."""
    for suffix in ("", *(f"-{n}" for n in range(2, 100))):
        folder = place("runs") / f"{stage}-{datetime.now():%Y%m%d-%H%M%S}{suffix}"
        try:
            folder.mkdir(parents=True)
            return folder
        except FileExistsError:
            continue  # another run began in the same second
        except PermissionError as err:
            raise PermissionError(f"{folder} can't be made: set GANCOURSE_WORK to a writable folder") from err
    raise FileExistsError(f"{folder} and all before it exist already")


def write(path: Path, content: bytes) -> None:
    """Write a file whole or not at all."""
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as file:
        try:
            file.write(content)
            file.close()
            Path(file.name).chmod(0o644)
            Path(file.name).replace(path)
        except BaseException:
            Path(file.name).unlink(missing_ok=True)
            raise


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
