"""Every lesson runs headless in the smoke preset; interrupted and resumed runs; presets and parameters."""

import base64
import io
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import numpy as np
import pytest
import torch
import yaml
from conftest import hears_ctrl_c
from PIL import Image

from gancourse import lessons, paths
from gancourse.cli.main import main
from gancourse.trained.sampling import SHIPPED

LESSON = "01-first-gan"
TRAINED = [stage for stage in paths.stages() if stage in SHIPPED]


@pytest.fixture(scope="module")
def runs():
    """Collects the run folders that a test makes in the clone, and removes them."""
    made = []
    yield made
    for folder in made:
        shutil.rmtree(folder)


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "gancourse.cli", *arguments]


@pytest.fixture(scope="module")
def smoke(runs, warm_kernels):
    """The run folder of a lesson in the smoke preset; each lesson runs once."""
    done, environment, environment_for = {}, dict(os.environ), lessons.jupyter.environment

    def run(stage: str) -> Path:
        if stage not in done:
            done[stage] = lessons.prepare(stage, "smoke")
            runs.append(done[stage])
            warm = {"JUPYTER_PATH": warm_kernels(paths.root() / "course" / f"{stage}.ipynb")}
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(lessons.jupyter, "environment", lambda place: environment_for(place) | warm)
                lessons.execute(done[stage])
        return done[stage]

    yield run
    os.environ.clear()
    os.environ.update(environment)


@pytest.mark.parametrize("stage", paths.stages())
def test_every_lesson_runs(stage, smoke):
    notebook = nbformat.read(smoke(stage) / f"{stage}.ipynb", as_version=4)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert all(cell.execution_count for cell in code)
    outputs = [output for cell in code for output in cell.outputs]
    assert any("image/png" in output.get("data", {}) for output in outputs)
    stderr = "".join(output.text for output in outputs if output.get("name") == "stderr")
    assert not stderr


@pytest.mark.parametrize("stage", paths.stages())
def test_a_lesson_imports_gancourse_keras_before_tensorflow(stage):
    """Otherwise TensorFlow's start-up lines end up in it; warm kernels don't show that, see conftest.py."""
    notebook = nbformat.read(paths.root() / "course" / f"{stage}.ipynb", as_version=4)
    code = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "code")
    imports = re.findall(r"^(?:import|from) (gancourse\.keras|keras|tensorflow)\b", code, re.MULTILINE)
    assert imports[:1] in ([], ["gancourse.keras"])


@pytest.mark.parametrize("stage", TRAINED)
def test_a_trained_lesson_leaves_its_run(stage, smoke):
    folder = smoke(stage)
    epochs = lessons.preset(stage, "smoke")["EPOCHS"]
    assert len(list((folder / "samples").glob("epoch-*.png"))) == epochs + 1
    (checkpoint,) = folder.glob("checkpoint.*")  # .pt by PyTorch, .safetensors by Keras
    for file in (checkpoint, folder / "losses.png", folder / "generator.safetensors", folder / "run.json"):
        assert file.stat().st_size > 100
    assert list(folder.glob("events.out.tfevents.*"))
    metrics = json.loads((folder / "metrics.json").read_text())
    assert metrics["epochs"] == epochs and metrics["lesson_seconds"] > metrics["train_seconds"] > 0


@pytest.mark.skipif(os.name == "nt", reason="Ctrl-C reaches console programs in another way on Windows")
@pytest.mark.parametrize("stage", [LESSON])
def test_interrupted_by_ctrl_c_and_resumed_it_ends_as_if_never_interrupted(stage, smoke, runs):
    changes = lessons.preset(stage, "smoke")
    arguments = [f"-p{name}={value}" for name, value in changes.items()]
    process = subprocess.Popen(
        command("run", stage, *arguments),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=paths.root(),
        preexec_fn=hears_ctrl_c,
    )
    shown = process.stdout.readline().split()[-1]
    folder = paths.root() / shown
    runs.append(folder)
    deadline = time.monotonic() + 300
    while not (folder / "checkpoint.pt").exists() and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.005)
    process.send_signal(signal.SIGINT)
    _, stderr = process.communicate(timeout=120)
    assert process.returncode == 130 and "Traceback" not in stderr, stderr
    assert f"gancourse run --resume {shown}" in stderr
    assert json.loads((folder / "metrics.json").read_text())["epochs"] < changes["EPOCHS"], "interrupted too late"
    nbformat.validate(nbformat.read(folder / f"{stage}.ipynb", as_version=4))

    subprocess.run(command("run", "--resume", str(folder)), check=True, capture_output=True)
    whole, resumed = (torch.load(f / "checkpoint.pt", weights_only=True) for f in (smoke(stage), folder))
    assert resumed["history"] == whole["history"]
    assert resumed["epoch"] == changes["EPOCHS"]


@pytest.mark.parametrize("stage", paths.stages())
@pytest.mark.parametrize("name", lessons.PRESETS)
def test_presets_name_parameters_that_the_lesson_has(stage, name):
    assert lessons.preset(stage, name).keys() <= lessons.parameters_of(stage).keys()


def test_presets_name_lessons_that_exist():
    for file in (paths.root() / "course" / "presets").glob("*.yaml"):
        assert yaml.safe_load(file.read_text("utf-8")).keys() <= set(paths.stages())


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["99"], "no stage '99'"),
        ([], "name a stage"),
        (["01", "--preset", "huge"], "no preset 'huge'"),
        (["01", "-p", "EPOCH=3"], "did you mean EPOCHS?"),
        (["01", "-p", "EPOCHS=three"], "EPOCHS is 'three', but must be like 6 (int)"),
        (["01", "-p", "EPOCHS=1.5"], "must be like"),
        (["01", "-p", "EPOCHS"], "-p takes NAME=VALUE"),
        (["--resume", "."], "isn't the folder of a run"),
        (["--resume", ".", "-p", "EPOCHS=2"], "keeps its own parameters"),
    ],
)
def test_wrong_arguments_say_what_to_do(arguments, message, monkeypatch, capsys):
    monkeypatch.chdir(paths.root())
    monkeypatch.setattr(sys, "argv", ["gancourse", "run", *arguments])
    with pytest.raises(SystemExit) as ended:
        main()
    said = capsys.readouterr().err
    assert ended.value.code == 1 and message in said and "Traceback" not in said


def test_a_learning_rate_may_be_given_as_1e_3_or_as_a_whole_number():
    assert lessons.parameters_of(LESSON)["LEARNING_RATE"] == 1e-3
    assert lessons._checked(LESSON, {"LEARNING_RATE": 1}) == {"LEARNING_RATE": 1}


def test_store_keeps_outputs_and_drops_what_papermill_added(tmp_path, monkeypatch):
    shutil.copytree(paths.root() / "course", tmp_path / "course")
    notebook = nbformat.read(tmp_path / "course" / "00-welcome.ipynb", as_version=4)
    monkeypatch.setattr(paths, "root", lambda: tmp_path)
    folder = tmp_path / "run"
    folder.mkdir()
    description = {"stage": "00-welcome", "parameters": lessons.parameters_of("00-welcome")}
    (folder / "run.json").write_text(json.dumps(description))
    notebook.metadata["papermill"] = {"input_path": "somewhere"}
    code = next(cell for cell in notebook.cells if cell.cell_type == "code")
    code.metadata["papermill"] = {"duration": 1}
    bar = {"application/vnd.jupyter.widget-view+json": {"model_id": "x"}, "text/plain": "0%"}
    code.outputs = [
        nbformat.v4.new_output("display_data", data=bar),
        nbformat.v4.new_output("stream", name="stdout", text="kept"),
    ]
    nbformat.write(notebook, folder / "00-welcome.ipynb")

    stored = nbformat.read(lessons.store(folder), as_version=4)

    assert "papermill" not in json.dumps([stored.metadata, *(cell.metadata for cell in stored.cells)])
    first = next(cell for cell in stored.cells if cell.cell_type == "code")
    assert [output.get("text") for output in first.outputs] == ["kept"] and "parameters" in first.metadata.tags

    (folder / "run.json").write_text(json.dumps(description | {"parameters": {"PICTURES": 5, "SEED": 0}}))
    with pytest.raises(ValueError, match="own numbers"):
        lessons.store(folder)


@pytest.mark.parametrize(
    ("colours", "mode"), [((90, 90, 90, 255), "L"), ((90, 20, 30, 255), "RGB"), ((9, 9, 9, 7), "RGBA")]
)
def test_stored_pictures_lose_bytes_and_nothing_else(colours, mode):
    picture = np.zeros((40, 60, 4), np.uint8) + np.uint8(colours)
    picture[:20, ::2, :3] //= 3
    file = io.BytesIO()
    Image.fromarray(picture).save(file, "PNG", compress_level=0)
    packed = base64.b64decode(lessons._packed(base64.b64encode(file.getvalue()).decode()))
    assert len(packed) < len(file.getvalue())
    stored = Image.open(io.BytesIO(packed))
    assert stored.mode == mode and (np.asarray(stored.convert("RGBA")) == picture).all()


@pytest.mark.stage("00")
def test_the_stored_map_of_the_course_shows_all_lessons():
    """Lesson 00 draws it from the lessons; stored before a lesson came, it doesn't show that one."""
    notebook = nbformat.read(paths.root() / "course" / "00-welcome.ipynb", as_version=4)
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    texts = [output.get("metadata", {}).get("image/png", {}).get("alt", "") for output in outputs]
    (shown,) = [text for text in texts if text.startswith("Map of the lessons")]
    missing = [stage for stage in paths.stages()[1:] if not re.search(rf"\b{stage[:2]} on ", shown)]
    assert not missing, f"run `gancourse run 00 --store`: its map doesn't show {', '.join(missing)}"
