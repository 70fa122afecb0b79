"""Read what a learner handed in: the notebook and the files beside it. Nothing is run, followed or changed.

A submission's folder may hold anything: symbolic links, pipes, endless folders, names that aren't text.
"""

import fnmatch
import hashlib
import os
import re
import stat
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from gancourse.grading.intake.reading import MAX_BYTES, Unreadable, clean, excerpt

MAX_BESIDE = 10_000_000  # bytes of all files beside the notebook
MAX_FILES = 1000
MAX_DEPTH = 20
OWN = ("timestamp.txt", "submission_secret.txt")  # nbgrader's: when it was handed in, and by what it finds feedback
TIME = re.compile(r"(?P<date>\d{4}-\d\d-\d\d)[T ](?P<time>\d\d:\d\d(:\d\d(\.\d{1,6})?)?) ?(?P<zone>\S*)", re.A)
OFFSET = re.compile(r"(UTC|GMT)?(?P<sign>[+-])(?P<hours>\d\d):?(?P<minutes>\d\d)?", re.A)
UNSAFE = set('<>"\\')  # what Formgrader's pages don't escape where it could do harm
IGNORED = (".ipynb_checkpoints", "*.pyc", "__pycache__", "feedback", "*.feedback.html")
IGNORED += ("__MACOSX", "._*", ".DS_Store")  # what macOS puts into archives: no file of the learner's


@dataclass(frozen=True)
class HandedIn:
    """A submission as bytes. files: those beside the notebook, by relative path; own: nbgrader's two, where they are
    there; repairs: what was put right, in words; timestamp: when it was handed in, UTC without tzinfo, if that is
    told."""

    raw: bytes
    files: dict[str, bytes]
    own: dict[str, bytes]
    repairs: tuple[str, ...]
    timestamp: datetime | None

    @property
    def sha256(self) -> str:
        """Tells it from every other one, also from the same files handed in at another time."""
        digest = hashlib.sha256()
        for name, content in [("", self.raw), *sorted((self.files | self.own).items())]:
            for part in (os.fsencode(name), content):
                digest.update(len(part).to_bytes(8, "big") + part)
        return digest.hexdigest()


def read(folder: Path, stage: str, zone: str = "UTC") -> HandedIn:
    """The submission of a stage in `folder`; zone: nbgrader's Exchange.timezone, see `handed_in_at`.

    Its notebook is STAGE.ipynb, else the only one that is there, whatever its name. Raises Unreadable, with words for
    the learner, where there is none.
    """
    if folder.is_symlink():
        raise Unreadable("its folder is a symbolic link, which isn't followed")
    if not folder.is_dir():
        raise Unreadable("what was handed in is a file, not a folder with a notebook")
    files, left_out = regular_files(folder, MAX_BYTES + MAX_BESIDE)
    own = {name: files.pop(name) for name in OWN if name in files}
    name, repairs = _notebook(stage, folder, files, left_out)
    raw = files.pop(name)
    top = name.rpartition("/")[0]
    if top:  # the folder was handed in within another one
        files = {path.removeprefix(f"{top}/"): content for path, content in files.items() if path.startswith(f"{top}/")}
    repairs += _left_out(files, left_out)
    timestamp = None
    if "timestamp.txt" in own:
        try:
            timestamp = handed_in_at(own["timestamp.txt"].decode(), zone)
        except ValueError as err:
            reason = "it isn't text" if isinstance(err, UnicodeDecodeError) else err
            repairs.append(f"timestamp.txt: {reason}: ignored, so it isn't known when it was handed in")
            del own["timestamp.txt"]
    return HandedIn(raw, files, own, tuple(repairs), timestamp)


def beside(folder: Path, notebook: str) -> tuple[dict[str, bytes], list[str]]:
    """The files that a notebook would be handed in with, as in `HandedIn`, and what is left out of them, in words."""
    files, left_out = regular_files(folder, MAX_BYTES + MAX_BESIDE)
    for name in (notebook, *OWN):
        files.pop(name, None)
        left_out.pop(name, None)
    return files, _left_out(files, left_out)


def _left_out(files: dict[str, bytes], left_out: dict[str, str]) -> list[str]:
    """Remove from the files what is more than MAX_BESIDE, the largest first; what is left out, in words."""
    room = MAX_BESIDE
    for path in sorted(files, key=lambda path: len(files[path])):
        room -= len(files[path])
        if room < 0:
            left_out[path] = f"is too large: at most {MAX_BESIDE // 10**6} MB beside the notebook are read"
            del files[path]
    told = [f"left out: {excerpt(path)} {reason}" for path, reason in list(left_out.items())[:20]]
    return told + [f"left out: {len(left_out) - 20:,} more"] * (len(left_out) > 20)


def regular_files(folder: Path, room: int, ignored: Sequence[str] = IGNORED) -> tuple[dict[str, bytes], dict[str, str]]:
    """The regular files below `folder`, by relative path with "/", up to `room` bytes in all, notebooks first; and for
    what was left out why, in words. `ignored`: patterns of names to leave out.

    Neither a symbolic link nor a folder that becomes one meanwhile is followed.
    """
    files, left_out = {}, {}
    for number, (place, folders, names, descriptor) in enumerate(os.fwalk(folder)):
        below = Path(place).relative_to(folder)
        if number == MAX_FILES:
            left_out[below.as_posix()] = f"is one too many: at most {MAX_FILES} folders are looked into"
            break
        for name in list(folders):
            if _matches(name, ignored):
                folders.remove(name)
            elif _mode(name, descriptor, stat.S_ISLNK):
                left_out[str(below / name)] = "is a symbolic link"
            elif len(below.parts) == MAX_DEPTH:
                left_out[str(below / name)] = "lies too deep"
                folders.remove(name)
        for name in sorted(names, key=lambda name: (not _is_notebook(name), name)):
            path = (below / name).as_posix()
            if _matches(name, ignored):
                continue
            if len(files) == MAX_FILES:
                left_out[path] = f"is one too many: at most {MAX_FILES} files are read"
                return files, left_out
            try:
                files[path] = _content(name, descriptor, room)
                room -= len(files[path])
            except OSError as err:
                left_out[path] = f"can't be read ({err.strerror})"
            except ValueError as err:
                left_out[path] = str(err)
    return files, left_out


def _notebook(stage: str, folder: Path, files: dict[str, bytes], left_out: dict[str, str]) -> tuple[str, list[str]]:
    """The path of the notebook to grade, and what there is to say about it."""
    wanted = f"{stage}.ipynb"
    if wanted in files:
        return wanted, []
    if wanted in left_out:
        raise Unreadable(f"{wanted} {left_out[wanted]}")
    if (folder / wanted).is_dir():
        raise Unreadable(f"{wanted} is a folder, not a notebook")
    every = [path for path in files if _is_notebook(path)]
    named = [path for path in every if path.rpartition("/")[2] == wanted]
    top = min((path.count("/") for path in named or every), default=0)
    found = [path for path in named or every if path.count("/") == top]  # others lie deeper, as scratch paper does
    if not found:
        there = [excerpt(path) for path in files] + [f"{excerpt(p)} ({why})" for p, why in left_out.items()]
        raise Unreadable(f"there is no notebook in it, only {', '.join(there[:5])}" if there else "its folder is empty")
    if len(found) > 1:
        which = "several of its notebooks are" if named else "none of its notebooks is"
        raise Unreadable(f"{which} called {wanted}: {', '.join(map(excerpt, sorted(found)[:5]))}")
    return found[0], [f"the notebook was called {excerpt(found[0])}: taken for {wanted}"]


def _content(name: str, descriptor: int, room: int) -> bytes:
    """A file's bytes. Raises ValueError, in words, for what isn't a regular file or is larger than `room`."""
    if _mode(name, descriptor, stat.S_ISLNK):
        raise ValueError("is a symbolic link")
    if not _mode(name, descriptor, stat.S_ISREG):  # opening a device may do things
        raise ValueError("isn't a regular file")
    with os.fdopen(os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=descriptor), "rb") as file:
        size = os.fstat(file.fileno()).st_size
        if size > room:
            raise ValueError(f"is too large: {size / 1e6:.1f} MB, and {room / 1e6:.0f} MB at most are read")
        return file.read(room)


def _mode(name: str, descriptor: int, kind) -> bool:
    return kind(os.stat(name, dir_fd=descriptor, follow_symlinks=False).st_mode)


def _matches(name: str, patterns: Sequence[str]) -> bool:
    return any(fnmatch.fnmatch(name, pattern) for pattern in patterns)


def _is_notebook(path: str) -> bool:
    return path.casefold().endswith(".ipynb")


def unsafe_name(student: str) -> str | None:
    """Why a learner's name isn't one that gradebook and Formgrader can hold safely, in words; None where it is."""
    if clean(student) != student:
        return "the name holds bytes that aren't text"
    if unsafe := set(student) & UNSAFE:
        return f"the name holds {' '.join(sorted(unsafe))}, which Formgrader would take for a part of its page"
    return None


def handed_in_at(text: str, zone: str) -> datetime:
    """The time that nbgrader wrote ("2026-07-01 23:30:00.123456 CEST"), in UTC without tzinfo.

    zone: nbgrader's Exchange.timezone. It decides what an abbreviation means (CEST there is two hours before UTC, also
    when the clocks go back), and what the time of a text without a zone is. Others count where the time zone database
    has them and the clocks showed them then: CET in winter. Raises ValueError, in words, for a zone
    that isn't known, for an incomplete date or time, and for an Exchange.timezone that doesn't exist.
    """
    local = _zone(zone)
    if local is None:
        raise ValueError(f"Exchange.timezone {zone} doesn't exist")
    found = TIME.fullmatch(text.strip())
    if not found:
        raise ValueError("it holds no complete date and time")
    try:
        return _utc(datetime.fromisoformat(f"{found['date']}T{found['time']}"), found["zone"], local)
    except OverflowError as err:
        raise ValueError("there is no such date") from err


def _utc(moment: datetime, name: str, local: tzinfo) -> datetime:
    if name in ("UTC", "GMT", "Z"):
        return moment
    if offset := OFFSET.fullmatch(name):
        hours, minutes = int(offset["hours"]), int(offset["minutes"] or 0)
        if hours > 14 or minutes > 59:
            raise ValueError(f"offset {name} unknown")
        ahead = timedelta(hours=hours, minutes=minutes)
        return moment - ahead if offset["sign"] == "+" else moment + ahead
    region = _zone(name) if name else None
    for zone in filter(None, [region] if "/" in name else [local, region]):
        for fold in (0, 1):  # in the hour that comes twice, the abbreviation tells which one it is
            here = moment.replace(tzinfo=zone, fold=fold)
            if name in ("", here.tzname()) or "/" in name:
                return here.astimezone(UTC).replace(tzinfo=None)
    raise ValueError(f"zone {excerpt(name)} unknown: none of Exchange.timezone's")


def _zone(name: str) -> ZoneInfo | None:
    """The time zone database's zone of this name, if it has one."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # no name of a zone, or of a folder of zones
        return None
