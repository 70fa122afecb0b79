"""Put the pages to play with into a folder: python site/play/build.py OUT

Pages, shipped networks as ONNX, and onnxruntime-web from npm, as package-lock.json pins it. Both of these are kept in
build/play/ and made anew only when what they come from has changed. OUT is a folder for a web server; pages that run
modules don't open from a file. Exits 3, with a message and without touching OUT, where npm or the package can't be had.
"""

import hashlib
import json
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

from filelock import FileLock
from PIL import Image

from gancourse import paths
from gancourse.data import draw_faces

HERE = Path(__file__).resolve().parent
ROOT = paths.root()
CACHE = paths.workplace(ROOT) / "build" / "play"
PAGES = ("*.html", "*.js", "*.css")
RUNTIME = ("ort.wasm.bundle.min.mjs", "ort-wasm-simd-threaded.wasm")
EXPORT = ROOT / "tools" / "export_onnx.py"
FACE_SEED = 11  # of the face that the page on enlarging opens with
NOT_HERE = 3


def main(out: Path) -> int:
    """Fill `out`; returns the exit status."""
    CACHE.mkdir(parents=True, exist_ok=True)
    with FileLock(CACHE / "lock"):  # tests in several processes may build at once
        try:
            runtime = once("npm", [HERE / "package-lock.json"], install)
        except (FileNotFoundError, subprocess.CalledProcessError) as err:
            reason = getattr(err, "stderr", None) or "npm isn't installed (it comes with Node)"
            print(f"no pages to play with: onnxruntime-web can't be had: {reason.splitlines()[0]}", file=sys.stderr)
            return NOT_HERE
        nets = [*(ROOT / "src/gancourse/nets").glob("*.py"), *(ROOT / "src/gancourse/keras").glob("*.py")]
        weights = (ROOT / "course/weights").glob("*.*")
        trained = (ROOT / "src/gancourse/trained" / name for name in ("sampling.py", "enlarging.py"))
        models = once("models", [EXPORT, *trained, *nets, *weights], export)
    (out / "ort").mkdir(parents=True, exist_ok=True)
    for name in RUNTIME:
        shutil.copy(runtime / "node_modules" / "onnxruntime-web" / "dist" / name, out / "ort")
    shutil.copytree(models, out / "models", dirs_exist_ok=True)
    (out / "models" / "models.json").write_text(json.dumps(described(models)) + "\n", "utf-8")
    for page in (page for pattern in PAGES for page in HERE.glob(pattern)):
        shutil.copy(page, out)
    Image.fromarray(draw_faces(1, FACE_SEED, 128).images[0]).save(out / "face.png", optimize=True)
    return 0


def once(name: str, sources: list[Path], make) -> Path:
    """The cache's folder of that name, made anew where a source has changed since."""
    folder, stamp = CACHE / name, CACHE / f"{name}.sha256"
    digest = hashlib.sha256(b"".join(path.name.encode() + path.read_bytes() for path in sorted(sources))).hexdigest()
    if not stamp.exists() or stamp.read_text("utf-8") != digest:
        stamp.unlink(missing_ok=True)
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        make(folder)
        stamp.write_text(digest, "utf-8")
    return folder


def install(folder: Path) -> None:
    for name in ("package.json", "package-lock.json", ".npmrc"):
        shutil.copy(HERE / name, folder)
    command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error", "--fetch-retries=1"]
    subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True)


def export(folder: Path) -> None:
    subprocess.run([sys.executable, EXPORT, folder], check=True)


def described(models: Path) -> list[dict]:
    """models.json with what notes.toml says: title, what the generator shows, and its limits."""
    notes = tomllib.loads((HERE / "notes.toml").read_text("utf-8"))
    cards = json.loads((models / "models.json").read_text("utf-8"))
    return [{"title": card["name"], "shows": "", "limits": ""} | card | notes.get(card["name"], {}) for card in cards]


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python site/play/build.py OUT")
    sys.exit(main(Path(sys.argv[1])))
