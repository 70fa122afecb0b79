"""Submissions that end their process, or try to end others. The cell that does it loses its points, and no other."""

from functools import partial

from .case import LONG, case

dies = partial(case, points=(0, 1))

CASES = [
    dies("exit-status-0", "Ends without a word, and as if all were well.", double="import os\nos._exit(0)"),
    dies(
        "exit-in-the-visible-test",
        "The function ends the process.",
        double="""
import os
def double(x):
    os._exit(1)""",
    ),
    dies(
        "exit-in-the-hidden-test-only",
        "Full marks for the visible test, and gone before the first probe.",
        double="""
import os
def double(x):
    if np.ndim(x):
        os._exit(0)
    return 2 * x""",
    ),
    dies(
        "killed",
        "SIGKILL, as from a machine that is out of memory.",
        says=("ended",),
        double="""
import os, signal
def double(x):
    os.kill(os.getpid(), signal.SIGKILL)""",
    ),
    dies(
        "segmentation-fault",
        "Reads at address 0.",
        status="graded or review",
        double="""
import ctypes
def double(x):
    return ctypes.string_at(0)""",
    ),
    dies("aborted", "abort() in C code.", double="import os\ndef double(x):\n    os.abort()"),
    dies(
        "interrupted",
        "Sends itself Ctrl-C.",
        double="""
import os, signal
def double(x):
    os.kill(os.getpid(), signal.SIGINT)
    return 2 * x + 1""",
    ),
    dies("sys-exit-in-the-function", "SystemExit out of a test.", double="import sys\ndef double(x):\n    sys.exit()"),
    dies("exit-in-the-function", "IPython's own exit.", double="def double(x):\n    exit()"),
    dies("quit-in-the-function", "Its twin.", double="def double(x):\n    quit()"),
    dies(
        "neither-error-nor-exit",
        "An exception that no `except Exception` catches.",
        double="""
class Gone(BaseException):
    pass
def double(x):
    raise Gone""",
    ),
    dies("endless-recursion", "Python's own limit catches it.", double="def double(x):\n    return double(x)"),
    dies(
        "stack-overflow",
        "Recursion in C, beyond what the stack holds, with the limit that would catch it raised.",
        double="""
import sys
sys.setrecursionlimit(10**8)
class Deep:
    def __repr__(self):
        return repr(self)
def double(x):
    return repr(Deep())""",
    ),
    dies(
        "replaced-by-another-program",
        "exec: the process lives on and is no Python any more.",
        double="""
import os
def double(x):
    os.execv("/bin/true", ["true"])""",
    ),
    dies(
        "replaced-by-a-sleeping-program",
        "The same, and it never ends.",
        double=f"""
import os
def double(x):
    os.execv("/bin/sleep", ["sleep", "{LONG}"])""",
    ),
    dies(
        "closes-every-file",
        "The process lives, and nobody can hear it any more.",
        double="""
import os
def double(x):
    os.closerange(0, 4096)
    return 2 * x + 1""",
    ),
    dies(
        "kills-everybody",
        "Every process that it may signal.",
        double="""
import os, signal
def double(x):
    os.kill(-1, signal.SIGKILL)
    os.kill(os.getpid(), signal.SIGKILL)""",
    ),
    dies(
        "kills-the-first-process",
        "PID 1, and with it all of its namespace.",
        double="""
import os, signal
def double(x):
    os.kill(1, signal.SIGKILL)
    os.kill(1, signal.SIGTERM)
    raise RuntimeError("still there")""",
    ),
    dies(
        "kills-its-parent",
        "Parent, group and session leader, as far as there are any.",
        double="""
import os, signal
def double(x):
    for pid in {os.getppid(), os.getpgid(0), os.getsid(0)} - {0, os.getpid()}:
        os.kill(pid, signal.SIGKILL)
    os.killpg(0, signal.SIGKILL)""",
    ),
    dies(
        "dies-while-it-imports",
        "A helper module beside the notebook ends the process.",
        double="""
from fragile import double""",
        files={"fragile.py": "import os\nos._exit(3)\n"},
    ),
    case("both-tasks", "Each of the two functions dies.", double="exit()", half="exit()", points=(0, 0)),
    case(
        "own-cell", "A cell of the learner's own ends the process; the answers are right.", own="import os\nos._exit(1)"
    ),
    case(
        "exit-after-the-definition",
        "sys.exit() as the last line of a right answer, as in a script.",
        double="""
import sys
def double(x):
    return 2 * x
sys.exit()""",
    ),
    case(
        "dies-later",
        "A clock ticks: whichever cell it hits, the submission gets its verdict.",
        own="import signal\nsignal.setitimer(signal.ITIMER_REAL, 0.02)",
        at_most=True,
    ),
    case(
        "takes-the-tests-along",
        "Right, but leaves a process behind that kills the shell in the middle of a test.",
        own="""
import os, signal, time
shell = os.getpid()
if os.fork() == 0:
    time.sleep(0.05)
    os.kill(shell, signal.SIGKILL)
    os._exit(0)""",
        at_most=True,
    ),
]
