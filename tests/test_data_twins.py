"""Twin squares: the same everywhere, the rule true of every picture and broken by any other colour."""

import hashlib

import numpy as np
import pytest

from gancourse import data
from gancourse.data import catalog, twins


@pytest.fixture(scope="module")
def drawn():
    return data.draw_twins(3_000, seed=7)


def test_pictures_labels_and_classes(drawn):
    assert drawn.images.dtype == np.uint8 and drawn.images.shape == (3_000, 32, 32, 3)
    assert drawn.labels.dtype == np.int64 and np.bincount(drawn.labels).min() > 500
    assert drawn.classes == catalog.entry("twins").classes and len(np.bincount(drawn.labels)) == len(drawn.classes)
    assert len(np.unique(drawn.images.reshape(3_000, -1), axis=0)) == 3_000


def test_bytes_are_the_same_on_every_machine(drawn):
    assert (
        hashlib.sha256(drawn.images.tobytes()).hexdigest()
        == "b55a244eaea08527eacd1e6870c10c2787c450399eb5ffa627bf6ae4ac24568e"
    )


def test_a_shorter_draw_is_the_beginning_and_another_seed_gives_others(drawn):
    assert np.array_equal(data.draw_twins(200, seed=7).images, drawn.images[:200])
    assert not np.array_equal(data.draw_twins(200, seed=8).labels, drawn.labels[:200])


def test_the_rule_is_true_of_every_picture(drawn):
    assert np.array_equal(data.twin_colours(drawn.images), drawn.labels[:, None].repeat(2, axis=1))
    report = data.rule_report(drawn.images)
    assert (report.obeyed, report.drawn, report.colours) == (1, 1, 5) and report.by_chance == pytest.approx(
        0.2, abs=0.01
    )


def test_heights_and_grey_say_nothing_about_the_colour(drawn):
    coloured = np.ptp(drawn.images.astype(int), axis=3) >= twins.COLOURFUL
    left, right = heights = coloured[:, :, 1].argmax(1), coloured[:, :, 30].argmax(1)
    assert all(set(side) == {1, 7, 13, 19, 25} for side in heights)
    numbers = np.corrcoef([left, right, drawn.images[:, 0, 0, 0], drawn.labels])
    assert abs(numbers - np.eye(4)).max() < 0.1


def test_between_the_squares_nothing_has_a_colour(drawn):
    assert not np.ptp(drawn.images[:, :, 7:25].reshape(3_000, -1), axis=1).any()
    assert (np.ptp(drawn.images.astype(int), axis=3) >= twins.COLOURFUL).sum((1, 2)).tolist() == [72] * 3_000


def test_other_colours_break_the_rule(drawn):
    mixed = drawn.images.copy()
    mixed[:, :, 16:] = mixed[::-1, :, 16:]
    found = data.twin_colours(mixed)
    assert np.array_equal(found, np.stack([drawn.labels, drawn.labels[::-1]], axis=1))
    assert data.rule_report(mixed).obeyed == pytest.approx(0.2, abs=0.03)


def test_no_square_or_none_that_is_clear():
    picture = data.draw_twins(1, seed=0).images
    colours = list(twins.PALETTE.values())
    for change, expected in (("blank", -1), ("faint", -1), ("two", -1), ("corner", 2)):
        changed = picture.copy()
        changed[:, :, :8] = 90
        if change == "faint":
            changed[:, 4:10, 1:7] = (90, 120, 90)
        elif change == "two":
            changed[:, 4:10, 1:7], changed[:, 20:26, 1:7] = colours[0], colours[3]
        elif change == "corner":
            changed[:, 4:8, 1:4] = colours[2]
        assert data.twin_colours(changed)[0, 0] == expected
    assert data.rule_report(np.zeros((4, 32, 32, 3), np.uint8)) == (0, 0, 0, 0)


def test_one_colour_alone_is_found_out(drawn):
    report = data.rule_report(drawn.images[drawn.labels == 1])
    assert (report.obeyed, report.by_chance, report.colours) == (1, 1, 1)


@pytest.mark.parametrize(("n", "size"), [(0, 32), (4, 64)])
def test_what_cannot_be_drawn_is_refused(n, size):
    with pytest.raises(ValueError, match="32 pixels"):
        data.draw_twins(n, 0, size)
