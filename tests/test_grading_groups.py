"""Control groups, on a folder that stands for the kernel's: what is written where, and when it is left alone."""

import os

import pytest

from gancourse.grading.sandbox import group


@pytest.fixture
def given(tmp_path):
    """A group that was delegated, with two processes in it."""
    (tmp_path / "cgroup.controllers").write_text("cpuset cpu io memory pids\n")
    (tmp_path / "cgroup.procs").write_text("17\n18\n")
    (tmp_path / "grader").mkdir()
    return tmp_path


def test_a_subtree_is_divided(given):
    assert group.divide(given) == given
    assert (given / "grader" / "cgroup.procs").read_text() == "18"  # one write for each; the kernel adds them up
    assert (given / "cgroup.subtree_control").read_text() == "+cpu +memory +pids"


def test_a_missing_controller_leaves_everything_as_it_is(given):
    (given / "cgroup.controllers").write_text("cpu pids\n")
    assert group.divide(given) is None
    assert not (given / "cgroup.subtree_control").exists()


def test_a_submission_gets_bounds_and_its_group_goes(given):
    made = group.Group(given, 3 << 30, 128)
    wanted = {"memory.max": str(3 << 30), "memory.swap.max": "0", "memory.oom.group": "1", "pids.max": "128"}
    assert {name: (made.place / name).read_text() for name in wanted} == wanted
    assert (made.place / "cpu.max").read_text() == "100000 100000"
    made.add(99)
    assert (made.place / "cgroup.procs").read_text() == "99"
    assert not made.out_of_memory()
    (made.place / "memory.events").write_text("low 0\noom 1\noom_kill 3\n")
    assert made.out_of_memory()
    for file in made.place.iterdir():  # the kernel's own files never stand in the way of rmdir
        file.unlink()
    made.place.rmdir()
    made.close()
    assert not made.place.exists()


def test_two_groups_have_names_of_their_own(given):
    assert group.Group(given, 1, 1).place != group.Group(given, 1, 1).place


def test_a_group_that_nobody_delegated_is_left_alone(monkeypatch):
    monkeypatch.setattr(os, "getxattr", lambda *_: (_ for _ in ()).throw(OSError(61, "no data")))
    group.subtree.cache_clear()
    assert group.subtree() is None
    group.subtree.cache_clear()
