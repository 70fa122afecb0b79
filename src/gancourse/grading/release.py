"""assignments/, made from solutions/ by nbgrader: solutions and hidden tests cut out."""

import os
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

from nbgrader.converters import GenerateAssignment

from gancourse import paths
from gancourse.grading.course import convert, temporary_course
from gancourse.grading.notebooks import assignments


def generate(root: Path) -> dict[Path, bytes]:
    """What belongs in assignments/: each file's path under it, and its content. The same on every run."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        config = temporary_course(root, folder)
        config.GenerateAssignment.no_database = True
        config.SaveCells.enabled = False
        for stage in assignments(root):
            convert(GenerateAssignment, config, stage)
        return _files(folder / "assignments")


def drift(root: Path, wanted: dict[Path, bytes]) -> list[Path]:
    """The files of assignments/ that are missing, different, or too many."""
    found = _files(root / "assignments")
    return sorted(path for path in wanted.keys() | found.keys() if wanted.get(path) != found.get(path))


def write(root: Path, wanted: dict[Path, bytes]) -> list[Path]:
    """Make assignments/ hold exactly the wanted files; each is replaced whole. Returns what changed."""
    changed = drift(root, wanted)
    for path in changed:
        target = root / "assignments" / path
        if path not in wanted:
            target.unlink()
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        paths.write(target, wanted[path])
    return changed


def start(root: Path, stage: str) -> Path:
    """Copy a stage's assignment to work/, for a learner to work on; returns the copy's folder.

    Raises ValueError where there is a copy already, or nothing to copy.
    """
    release, work = root / "assignments" / stage, paths.place("work", root) / stage
    if not release.is_dir():
        raise ValueError(f"{stage} has no assignment; there are: {', '.join(assignments(root))}")
    if work.exists():
        raise ValueError(
            f"you have started {stage} already, and it stays as it is: {work}. "
            "To start over, rename or move that folder first."
        )
    work.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=work.parent, prefix=f".{stage}.") as folder:
        shutil.copytree(release, Path(folder) / stage)
        (Path(folder) / stage).rename(work)
    return work


def _files(folder: Path) -> dict[Path, bytes]:
    paths = (Path(parent, name) for parent, _, names in os.walk(folder) for name in names)
    return {path.relative_to(folder): path.read_bytes() for path in paths if ".ipynb_checkpoints" not in path.parts}
