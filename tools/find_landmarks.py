"""Find eyes, nose and mouth in the photographs of `masked-faces`, and write datasets/masked-faces/landmarks.txt.

    python tools/find_landmarks.py PATH     (the authors' repository, as a zip or folder: see the data card)

Wants facenet-pytorch (MIT), which no one else needs, so it isn't among the course's dependencies; its MTCNN's weights
are inside, and its own bounds on PyTorch are older than the course's:

    pip install --no-deps facenet-pytorch==2.6.0

About ten minutes on one core. The full photographs are looked at, not a mirror's small ones: more faces are found.
"""

import sys
from pathlib import Path

from PIL import Image
from tqdm import tqdm

from gancourse import paths
from gancourse.data import alignment, catalog, photographs, pictures

HEAD = """\
# Where the faces are in the photographs of pictures.txt, by split and class, each photograph once: the first 16 digits
# of its SHA-256; width and height; x and y of both eyes, nose and both corners of the mouth, in pixels; or why the
# photograph is left out. Made by tools/find_landmarks.py.
"""


def main(path: Path) -> None:
    whole = catalog.entry("masked-faces")
    lines = []
    with photographs.opened(path) as (names, open_file), pictures.quiet():
        files = photographs.listed_files(whole, names, open_file)
        for split, classes in photographs.listed_pictures(whole).items():
            for label, digests in classes.items():
                lines.append(f"[{split}/{whole.classes[label]}]")
                named = dict(zip(digests, files[split][label], strict=True))  # those that occur twice, once
                for digest, name in tqdm(named.items(), desc=lines[-1]):
                    with open_file(name) as file, Image.open(file) as picture:
                        face = alignment.find_face(picture)
                    lines.append(f"{digest} {alignment.why_not(face) or alignment.written(face)}")
    target = paths.root() / "datasets" / "masked-faces" / "landmarks.txt"
    target.write_text(HEAD + "\n".join(lines) + "\n", "utf-8")
    for split, classes in alignment.listed_faces(catalog.entry("aligned-faces")).items():
        found = [sum(isinstance(face, alignment.Face) for face in part.values()) for part in classes.values()]
        print(f"{split}: {sum(found):,} faces to align ({found} by class); the catalogue has to say so")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
