"""What a shell says is looked at before anything else does: shapes, sizes, and in linear time and memory."""

import fcntl
import json
import threading
import time
import tracemalloc

import pytest

from gancourse import paths
from gancourse.grading.sandbox import frames, turns

RIGHT = {
    "outputs": [
        {"output_type": "stream", "name": "stdout", "text": "hello"},
        {"output_type": "display_data", "data": {"text/plain": "7", "x/json": {"deep": [1]}}, "metadata": {}},
        {"output_type": "error", "ename": "E", "evalue": "why", "traceback": ["line"]},
    ],
    "signs": ["numpy.allclose"],
    "modules": ["gancourse"],
    "rebound": ["list"],
}


def read(message) -> frames.Said:
    data = json.dumps(message).encode()
    return frames.said(frames.parse(data), len(data))


def test_what_a_shell_says_is_read():
    said = read(RIGHT)
    assert [output.output_type for output in said.outputs] == ["stream", "display_data", "error"]
    assert said.outputs[0].text == "hello" and said.outputs[1].data["x/json"] == {"deep": [1]}
    assert said.outputs[2].ename == "E" and (said.signs, said.rebound) == (["numpy.allclose"], ["list"])


@pytest.mark.parametrize(
    "change",
    [
        {"outputs": None},
        {"outputs": [None]},
        {"outputs": [{"output_type": "input"}]},
        {"outputs": [{"output_type": "stream", "name": "log", "text": ""}]},
        {"outputs": [{"output_type": "stream", "name": "stdout", "text": ["a"]}]},
        {"outputs": [{"output_type": "display_data", "data": "x"}]},
        {"outputs": [{"output_type": "error", "ename": 1, "evalue": "", "traceback": []}]},
        {"outputs": [{"output_type": "error", "ename": "E", "evalue": "", "traceback": [["a"]]}]},
        {"outputs": [0] * (frames.MAX_OUTPUTS + 1)},
        {"signs": "numpy"},
        {"signs": [["numpy"]]},
        {"signs": ["x" * (frames.MAX_NAME + 1)]},
        {"modules": {"a": 1}},
        {"modules": ["x"] * (frames.MAX_MODULES + 1)},
        {"rebound": None},
    ],
)
def test_another_shape_is_refused(change):
    with pytest.raises(frames.Malformed):
        read(RIGHT | change)


@pytest.mark.parametrize("data", [b"", b"[]", b"7", b"{", b"\xff\xfe", b"[" * 100_000, b'{"a": ' * 100_000])
def test_what_is_no_object_is_refused(data):
    with pytest.raises(frames.Malformed):
        frames.parse(data)


def test_millions_of_dicts_are_refused_before_they_are_made():
    data = b"[" + b"{}," * 10_000_000 + b"{}]"
    tracemalloc.start()
    with pytest.raises(frames.Malformed, match="too many"):
        frames.parse(data)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 1_000_000


def test_one_that_runs_alone_waits_for_the_others_and_they_for_it():
    order, inside, over = [], threading.Event(), threading.Event()

    def other(name: str) -> None:
        with turns.beside():
            order.append(f"{name} begins")
            inside.set()
            over.wait(60)
            order.append(f"{name} ends")

    def queueing() -> bool:
        with (paths.temporary() / "turn-queue").open() as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return True
        return False

    def lonely() -> None:
        with turns.alone():
            order.append("alone begins")
            time.sleep(0.1)
            order.append("alone ends")

    first = threading.Thread(target=other, args=["first"])
    first.start()
    inside.wait()
    alone = threading.Thread(target=lonely)
    alone.start()
    while not queueing():
        time.sleep(0.01)
    late = threading.Thread(target=other, args=["late"])
    late.start()
    time.sleep(0.2)  # who doesn't wait goes in
    over.set()
    for thread in (first, alone, late):
        thread.join()
    assert order == ["first begins", "first ends", "alone begins", "alone ends", "late begins", "late ends"]


def test_those_beside_each_other_run_at_once():
    both = threading.Barrier(2, timeout=10)

    def run() -> None:
        with turns.beside():
            both.wait()

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not both.broken
