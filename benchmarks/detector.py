"""The shipped mask detector: its accuracy on the test split, and on the authors' photographs that no model has seen.

    python benchmarks/detector.py [FOLDER]

FOLDER is an unpacked copy of the authors' repository (datasets/masked-faces/README.md says where it is). Its pictures
that datasets/masked-faces/pictures.txt doesn't list are neither training nor test data of anything here; they go
through `gancourse detect`'s own code. Don't choose anything by them: they would no longer be unseen. Exits 1 where the
test photographs are there and fewer than 99.5 % are right.
"""

import argparse
import hashlib
import sys
from pathlib import Path

import numpy as np

from gancourse import data
from gancourse.data import catalog
from gancourse.data.photographs import listed_pictures
from gancourse.keras.detector import SIZE, load_detector
from gancourse.trained import detecting

TARGET = 0.995


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", nargs="?", type=Path)
    options = parser.parse_args()
    detector, test = load_detector(), data.load("masked-faces", "test", size=SIZE)
    right = (detector.probabilities(test.images) >= detector.threshold) == test.labels
    print("| photographs | number | right | wrong: unmasked, masked |\n|---|---|---|---|")
    print(row(f"test split, {test.source}", right, test.labels))
    if options.folder:
        print(row("on no list", *unseen(options.folder)))
    if "draw_faces" not in test.source and right.mean() < TARGET:
        sys.exit(1)


def unseen(folder: Path) -> tuple[np.ndarray, np.ndarray]:
    """For each readable picture in the folder's class folders that isn't listed: is the verdict right; its label."""
    entry = catalog.entry("masked-faces")
    listed = {digest for classes in listed_pictures(entry).values() for part in classes.values() for digest in part}
    files = [file for file in sorted(folder.rglob("*")) if file.parent.name in entry.classes and file.is_file()]
    files = [file for file in files if hashlib.sha256(file.read_bytes()).hexdigest()[:16] not in listed]
    found = [finding for finding in detecting.detect(files) if not finding.problem]
    if not found:
        sys.exit(f"{folder} has no picture in {' or '.join(entry.classes)}/ that isn't listed")
    labels = np.array([entry.classes.index(finding.file.parent.name) for finding in found])
    return (np.array([finding.verdict == "with mask" for finding in found]) == labels), labels


def row(name: str, right: np.ndarray, labels: np.ndarray) -> str:
    wrong = [int((~right[labels == label]).sum()) for label in (0, 1)]
    return f"| {name} | {len(right)} | {right.mean():.2%} | {wrong[0]}, {wrong[1]} |"


if __name__ == "__main__":
    main()
