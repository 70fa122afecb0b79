"""Pictures from shipped generators: which class is meant, which data set, and where the sheet goes."""

import subprocess
import sys

import numpy as np
import pytest
from PIL import Image

from gancourse.data import catalog
from gancourse.metrics import feature_net
from gancourse.trained import sampling
from gancourse.trained.sampling import class_index

CLOTHES = ("T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot")


def command(*arguments) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "-m", "gancourse.cli", "sample", *map(str, arguments)], capture_output=True, text=True
    )


@pytest.mark.parametrize(
    ("query", "index"),
    [("0", 0), (9, 9), (np.int64(3), 3), ("trouser", 1), ("TROUSER", 1), (" bag ", 8), ("tr", 1), ("shirt", 6)],
)
def test_a_class_by_number_name_or_beginning(query, index):
    assert class_index(query, CLOTHES) == index


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("s", "'s' may be Sandal or Shirt or Sneaker"),
        ("10", "no class '10'"),
        (-1, "no class -1"),
        ("", "no class ''"),
        ("trousr", r"did you mean Trouser\?"),
        ("sneakers", r"did you mean Sneaker\?"),
        ("airplane", "the classes are 0 T-shirt/top, 1 Trouser, .*, 9 Ankle boot"),
    ],
)
def test_a_class_that_is_none_is_refused_with_those_that_are(query, message):
    with pytest.raises(ValueError, match=message):
        class_index(query, CLOTHES)


@pytest.mark.parametrize(
    ("classes", "data_set", "rows"),
    [
        (["trouser"], None, ("fashion-mnist", "Trouser")),
        (["ship", "DOG"], None, ("cifar10", "ship", "dog")),
        (["0", "frog"], None, ("cifar10", "airplane", "frog")),
        (["0"], "cifar10", ("cifar10", "airplane")),
        (["0"], "fashion-mnist", ("fashion-mnist", "T-shirt/top")),
        ([], None, ("fashion-mnist", *CLOTHES)),
    ],
)
def test_the_classes_tell_which_data_set_is_meant(classes, data_set, rows):
    sheet = sampling.sample("05", classes, n=2, data_set=data_set)
    assert (sheet.data, *sheet.rows) == rows
    side, channels = {"fashion-mnist": (28, 1), "cifar10": (32, 3)}[sheet.data]
    assert sheet.pictures.shape == (2 * len(sheet.rows), side, side, channels) and sheet.pictures.dtype == np.uint8


@pytest.mark.parametrize(
    ("classes", "data_set", "message"),
    [
        (["0"], None, r"'0' may be T-shirt/top \(fashion-mnist\) or airplane \(cifar10\): say which with --data"),
        (["tr"], None, r"'tr' may be Trouser \(fashion-mnist\) or truck \(cifar10\)"),
        (["trouser", "ship"], None, "no data set here has 'trouser' and 'ship'"),
        (["trousr"], None, r"did you mean Trouser\?.*cifar10 has 0 airplane"),
        (["ship"], "fashion-mnist", "no class 'ship'"),
        ([], "mnist", "no generator for 'mnist'; it has fashion-mnist, cifar10"),
    ],
)
def test_what_is_unclear_is_asked_for(classes, data_set, message):
    with pytest.raises(ValueError, match=message):
        sampling.sample("05", classes, data_set=data_set)


def test_a_column_starts_from_one_latent_and_a_seed_repeats():
    sheets = [sampling.sample("05", classes, n=3, seed=seed) for classes, seed in [(["bag"], 1), (["coat", "bag"], 1)]]
    assert np.array_equal(sheets[0].pictures, sheets[1].pictures[3:])
    assert not np.array_equal(sheets[0].pictures, sampling.sample("05", ["bag"], n=3, seed=2).pictures)


@pytest.mark.parametrize(("data_set", "share"), [("fashion-mnist", 0.85), ("cifar10", 0.52)])
def test_the_shipped_generators_obey(data_set, share):
    sheet = sampling.sample("05", n=30, data_set=data_set)
    judged = feature_net(data_set).probabilities(sheet.pictures).argmax(1)
    assert (judged == np.arange(10).repeat(30)).mean() > share


def test_a_generator_without_classes_gives_one_row():
    sheet = sampling.sample("01", n=5)
    assert sheet.pictures.shape == (5, 28, 28, 1) and sheet.rows == ("any class",)
    with pytest.raises(ValueError, match="takes no class"):
        sampling.sample("01", ["trouser"])


def test_a_keras_generator_draws_as_pytorchs_do():
    sheet = sampling.sample("06", n=3, seed=1)
    assert sheet.pictures.shape == (3, 32, 32, 3) and sheet.pictures.dtype == np.uint8
    assert (sheet.data, sheet.rows) == ("cifar10", ("horse",)) and sheet.pictures.std() > 30
    assert np.array_equal(sheet.pictures, sampling.sample("06", n=3, seed=1).pictures)


def test_tensorflow_is_loaded_only_where_a_keras_generator_is_asked_for():
    code = "import sys; from gancourse.trained import sampling; sampling.sample('01', n=1)"
    code += "; sys.exit('tensorflow' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0


@pytest.mark.parametrize("stage", sampling.SHIPPED)
def test_every_shipped_generator_loads(stage):
    for data_set, shipped in sampling.SHIPPED[stage].items():
        rows = len(catalog.entry(data_set).classes) if shipped.conditional else 1
        assert len(sampling.sample(stage, n=1, data_set=data_set).pictures) == rows


def test_of_data_sets_with_the_same_classes_the_first_is_meant():
    assert sampling.sample("15", ["with_mask"], n=1).data == "aligned-faces"
    assert sampling.sample("15", ["with_mask"], n=1, data_set="drawn-faces").data == "drawn-faces"


def test_stages_without_a_generator_are_refused():
    with pytest.raises(ValueError, match="00-welcome has no trained generator; these have one: 01-first-gan"):
        sampling.sample("00")
    with pytest.raises(ValueError, match="no stage '99'"):
        sampling.sample("99")


def test_the_command_writes_a_sheet_and_never_over_another_file(tmp_path):
    file = tmp_path / "out.png"
    arguments = "05", "--class", "trouser", "--class", "bag", "--n", 3, file
    run = command(*arguments)
    assert run.returncode == 0 and "6 pictures (fashion-mnist): Trouser, Bag" in run.stdout, run.stderr
    assert Image.open(file).size == (3 * 29 - 1, 2 * 29 - 1)
    written = file.read_bytes()

    refused = command(*arguments, "--seed", 1)
    assert refused.returncode == 1 and "add --force" in refused.stderr and "Traceback" not in refused.stderr
    assert file.read_bytes() == written
    assert command(*arguments, "--seed", 1, "--force").returncode == 0 and file.read_bytes() != written


def test_a_single_row_is_broken_after_eight(tmp_path):
    sampling.save_sheet(sampling.sample("01", n=16), tmp_path / "16.png")
    assert Image.open(tmp_path / "16.png").size == (8 * 29 - 1, 2 * 29 - 1)


def test_the_target_is_checked_before_anything_is_drawn(tmp_path):
    with pytest.raises(ValueError, match="should end in .png"):
        sampling.check_target(tmp_path / "out.jpg")
    with pytest.raises(FileNotFoundError, match="there is no folder"):
        sampling.check_target(tmp_path / "nowhere" / "out.png")
    (tmp_path / "out.PNG").touch()
    with pytest.raises(FileExistsError, match="exists"):
        sampling.check_target(tmp_path / "out.PNG")
    sampling.check_target(tmp_path / "out.PNG", force=True)
