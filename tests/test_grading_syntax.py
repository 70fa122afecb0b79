"""Learners' code, read by several threads of a grader at once."""

import ast
import gc
import sys
import threading
import time
from collections.abc import Callable

import pytest

from gancourse.grading.intake import syntax

SOURCE = "\n".join(f"def f{i}(a, b=1):\n    return [a + b * {i} for a in range(3)]" for i in range(60))


@pytest.fixture
def restless():
    """A collector of garbage that often runs in the middle of a parse, and lets the other threads take over there."""

    def rest(phase: str, info: dict) -> None:
        time.sleep(0.0005)

    before = gc.get_threshold()
    gc.callbacks.append(rest)
    gc.set_threshold(50)
    yield
    gc.set_threshold(*before)
    gc.callbacks.remove(rest)


def raised(parse: Callable[[str], ast.Module]) -> list[Exception]:
    """What two threads run into that parse at once, from places of different depths."""
    errors = []

    def run(depth: int) -> None:
        if depth:
            return run(depth - 1)
        for _ in range(4):
            try:
                assert len(parse(SOURCE).body) == 60
            except SystemError as error:
                errors.append(error)

    threads = [threading.Thread(target=run, args=(depth,)) for depth in (2, 20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return errors


def test_threads_can_parse_at_once(restless):
    assert not raised(syntax.parse)


@pytest.mark.skipif(sys.version_info[:2] != (3, 11), reason="the fault is CPython 3.11's")
def test_they_could_not_without_the_lock(restless):
    assert any(raised(ast.parse) for _ in range(20))
