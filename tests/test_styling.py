"""Styles of the shipped generators, truncated and mixed, and the commands that do it."""

import subprocess
import sys

import numpy as np
import pytest
import torch
from PIL import Image

from gancourse.nets.style import mean_style, style_generator
from gancourse.trained import sampling

pytestmark = pytest.mark.stage("08")


def command(*arguments) -> subprocess.CompletedProcess:
    return subprocess.run([sys.executable, "-m", "gancourse.cli", *map(str, arguments)], capture_output=True, text=True)


def faces():
    shipped = sampling.SHIPPED["08-stylegan"]["drawn-faces"]
    return sampling.load(shipped), shipped.latent_dim


def test_truncation_pulls_the_styles_to_their_mean():
    torch.manual_seed(0)
    generator = style_generator(6, (3, 16, 16), channels=4)
    mean = mean_style(generator.mapping, 6)
    whole, half, none = (sampling.draw_styles(generator, 6, 5, seed=3, truncation=psi) for psi in (1.0, 0.5, 0.0))
    assert whole.shape == (5, 3, 6) and torch.allclose(none, mean.expand(5, 3, 6), atol=1e-6)
    z = torch.randn(5, 6, generator=torch.Generator().manual_seed(4))
    assert torch.allclose(whole[:, 1], generator.mapping(z), atol=1e-5)
    assert torch.allclose(half, (whole + mean) / 2, atol=1e-5)


def test_samples_are_those_of_the_styles_and_the_seed_alone():
    generator, latent_dim = faces()
    found = sampling.sample("08", n=3, seed=7, data_set="drawn-faces", truncation=0.6)
    assert found.rows == ("face",) and found.pictures.shape == (3, 64, 64, 3)
    styles = sampling.draw_styles(generator, latent_dim, 3, 7, 0.6)
    assert np.array_equal(found.pictures, sampling.draw_from(generator, styles, 7))
    plain = [sampling.sample("08", n=3, seed=7, data_set="drawn-faces", truncation=psi).pictures for psi in (None, 1.0)]
    assert np.array_equal(*plain) and not np.array_equal(plain[0], found.pictures)


def test_no_seed_gives_the_numbers_that_the_weights_began_with():
    shipped = sampling.SHIPPED["08-stylegan"]["drawn-faces"]
    generator, far = sampling.load(shipped), []
    mean = mean_style(generator.mapping, shipped.latent_dim)
    for seed in range(4):
        w = sampling.draw_styles(generator, shipped.latent_dim, 40, seed, 1.0)[:, 0]
        far.append((w - mean).norm(dim=1).mean().item())
    assert max(far) < 1.2 * min(far)


def test_cats_are_what_is_drawn_when_nothing_is_said():
    assert sampling.sample("08", n=1).data == "animal-faces" and sampling.mix("08", 1, 1).data == "animal-faces"


def test_a_generator_without_styles_says_so():
    with pytest.raises(ValueError, match="03-dcgan has no styles to truncate"):
        sampling.sample("03", truncation=0.7)
    with pytest.raises(ValueError, match="03-dcgan has no styles to mix; these have: 08-stylegan"):
        sampling.mix("03", 2, 2)


def test_a_mixture_has_its_columns_coarse_and_its_rows_fine_styles():
    generator, latent_dim = faces()
    mixture = sampling.mix("08", 2, 3, seed=4, fine_from=32, data_set="drawn-faces")
    assert mixture.columns == 4 and mixture.pictures.shape == (12, 64, 64, 3)
    grid = mixture.pictures.reshape(3, 4, 64, 64, 3)
    assert (grid[0, 0] == 255).all()
    own = sampling.draw_styles(generator, latent_dim, 5, 4, 0.7)
    top, left = own[:3], own[3:]

    def drawn(styles):
        return sampling.draw_from(generator, styles, 4, same_noise=True).astype(int)

    assert abs(grid[0, 1:] - drawn(top)).max() <= 1 and abs(grid[1:, 0] - drawn(left)).max() <= 1
    for row in (0, 1):
        for column in (0, 1, 2):
            styles = torch.cat([top[column, :3], left[row, 3:]])[
                None
            ]  # 4, 8 and 16 from above, 32 and 64 from the left
            assert abs(grid[row + 1, column + 1] - drawn(styles)).max() <= 1


@pytest.mark.parametrize(
    ("options", "message"),
    [({"fine_from": 4}, "8, 16, 32, 64, not at 4"), ({"data_set": "mnist"}, "it has animal-faces, drawn-faces")],
)
def test_what_cannot_be_mixed(options, message):
    with pytest.raises(ValueError, match=message):
        sampling.mix("08", 1, 1, **options)


def test_both_commands_write_pictures(tmp_path):
    cats, grid = tmp_path / "cats.png", tmp_path / "grid.png"
    done = command("sample", "08", "--truncation", "0.7", "--seed", "3", cats)
    assert done.returncode == 0 and "16 pictures (animal-faces): cat" in done.stdout, done.stderr
    assert Image.open(cats).size == (8 * 65 - 1, 2 * 65 - 1)
    done = command("mix", "08", "--rows", "4", "--columns", "6", grid)
    assert done.returncode == 0 and "24 mixtures (animal-faces)" in done.stdout, done.stderr
    assert Image.open(grid).size == (7 * 65 - 1, 5 * 65 - 1)
    assert command("mix", "08", grid).returncode != 0  # it exists
