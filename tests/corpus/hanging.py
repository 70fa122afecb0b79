"""Submissions that don't come to an end. The cell that hangs loses its points, and no other."""

import os
from functools import partial

from .case import LONG, case

hangs = partial(case, points=(0, 1))

CASES = [
    hangs("loop-in-the-answer-cell", "The answer cell itself never ends.", double="while True:\n    pass"),
    hangs(
        "loop-in-the-function",
        "Defined at once, endless when a visible test calls it.",
        says=("seconds",),
        double="""
def double(x):
    while True:
        pass""",
    ),
    hangs(
        "loop-in-the-hidden-test-only",
        "The visible test passes; only the inputs of the hidden one never come back.",
        double="""
def double(x):
    while np.ndim(x):
        pass
    return 2 * x""",
    ),
    hangs(
        "asleep",
        "Sleeps without using any CPU, so that a limit on CPU time doesn't see it.",
        double="""
import time
def double(x):
    time.sleep(1e6)""",
    ),
    hangs(
        "deaf-to-signals",
        "Every signal that can be ignored is ignored, and interrupts are swallowed.",
        double="""
import signal
import time

for number in signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP}:
    signal.signal(number, signal.SIG_IGN)
signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())

def double(x):
    while True:
        try:
            time.sleep(1)
        except BaseException:
            pass""",
    ),
    hangs(
        "stopped",
        "Stops its own process: neither running nor ended.",
        double="""
import os, signal
def double(x):
    os.kill(os.getpid(), signal.SIGSTOP)""",
    ),
    hangs(
        "holds-the-interpreter",
        "Sleeps in C with Python's lock held: no other thread of the process gets a turn.",
        status="graded or review",
        double="""
import ctypes
def double(x):
    ctypes.PyDLL(None).sleep(10**6)""",
    ),
    hangs(
        "one-long-operation",
        "A single power of integers, which no exception interrupts.",
        double="""
def double(x):
    return 7 ** 10 ** 9 if np.ndim(x) == 0 else 2 * x""",
    ),
    hangs(
        "backtracking",
        "A regular expression that takes longer than the universe.",
        double="""
import re
def double(x):
    return re.match(r"(a+)+$", "a" * 60 + "b")""",
    ),
    hangs(
        "deadlock",
        "Waits for a lock that it holds itself.",
        double="""
import threading
lock = threading.Lock()
def double(x):
    with lock, lock:
        return 2 * x""",
    ),
    hangs("asks-for-input", "Nobody is there to answer.", double="factor = int(input('Factor? '))"),
    hangs(
        "reads-an-empty-pipe",
        "Blocks in the kernel until somebody writes, which nobody does.",
        double="""
import os
def double(x):
    os.mkfifo("pipe")
    return open("pipe").read()""",
    ),
    hangs(
        "awaits-for-ever",
        "Top-level await on something that never happens.",
        double="""
import asyncio
await asyncio.Event().wait()""",
    ),
    hangs(
        "destructor",
        "`__del__` never returns, so the end of a function is the end of it all.",
        double="""
class Forever:
    def __del__(self):
        while True:
            pass

def double(x):
    Forever()
    return 2 * x""",
    ),
    hangs(
        "helper-file",
        "The module beside the notebook never finishes its import.",
        says=("seconds",),
        double="""
from helper import double""",
        files={"helper.py": "while True:\n    pass\n"},
    ),
    hangs(
        "message-of-the-exception",
        "Raises at once, but turning the exception into text never ends.",
        double="""
class Endless(Exception):
    def __str__(self):
        while True:
            pass

def double(x):
    raise Endless""",
    ),
    hangs(
        "result-that-never-converts",
        "Returns at once; the object hangs when the test measures it.",
        double="""
class Endless:
    def __array__(self, dtype=None, copy=None):
        while True:
            pass
    __len__ = __eq__ = __array__

def double(x):
    return Endless()""",
    ),
    hangs(
        "waits-for-its-child",
        "A subprocess that takes for ever, and a parent who waits.",
        double=f"""
import subprocess
def double(x):
    subprocess.run(["sleep", "{LONG}"])""",
    ),
    case(
        "both-tasks",
        "Each of the two functions hangs: each costs its own points.",
        double="def double(x):\n    while True: pass",
        half="def half(x):\n    while True: pass",
        points=(0, 0),
    ),
    case(
        "own-cell",
        "A cell of the learner's own hangs; the answers around it are right.",
        own="while True:\n    pass",
    ),
    case(
        "non-daemon-thread",
        "A thread that Python would wait for at the end, and two right answers.",
        own=f"""
import threading, time
threading.Thread(target=time.sleep, args=({LONG},)).start()""",
    ),
    case(
        "busy-thread",
        "A thread that takes every second turn of the interpreter from the tests.",
        own="""
import threading
def spin():
    while True:
        pass
threading.Thread(target=spin).start()""",
    ),
    case(
        "exit-handler",
        "Nothing is wrong until the process shall end.",
        own=f"""
import atexit, time
atexit.register(time.sleep, {LONG})""",
    ),
    case(
        "destructor-at-the-end",
        "A global object whose `__del__` hangs while the interpreter goes down.",
        own="""
class Forever:
    def __del__(self):
        while True:
            pass
kept = Forever()""",
    ),
    case(
        "subprocess-left-running",
        "In a session of its own, with the parent's pipes still open.",
        own=f"""
import subprocess
subprocess.Popen(["sleep", "{LONG}"], start_new_session=True)""",
    ),
    case(
        "daemon-left-running",
        "Forked twice and detached, as a daemon is: nobody's child any more.",
        own=f"""
import os, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        time.sleep({LONG})
    os._exit(0)""",
    ),
    case(
        "busy-children",
        "Forked processes that compute for ever while the answers are tested.",
        own="""
import os
for _ in range(4):
    if os.fork() == 0:
        while True:
            pass""",
    ),
    case(
        "unread-pipe-beside-the-notebook",
        "Whoever copies the folder by reading its files waits for ever.",
        files={"data.fifo": os.mkfifo},
    ),
    case(
        "drop-by-drop",
        "No cell is slow, all together are: the submission's time is over before the first test.",
        own=["import time\ntime.sleep(2.5)"] * 30,
        status="timeout",
        points=(None, None),
    ),
]
