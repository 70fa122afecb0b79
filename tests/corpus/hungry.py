"""Submissions that want more than there is: memory, disk, processes, output. None may take it from others."""

from functools import partial

from .case import LONG, case

eats = partial(case, points=(0, 1))

CASES = [
    eats(
        "thirty-gib-at-once",
        "One array, larger than the machine.",
        says=("memory",),
        double="""
def double(x):
    taken = np.empty(30 * 2**30, np.uint8)
    taken[: 4 * 2**30] = 1
    return 2 * x""",
    ),
    eats(
        "list-that-grows",
        "Ten megabytes at a time.",
        double="""
kept = []
def double(x):
    for _ in range(400):
        kept.append(bytearray(10**7))
    return 2 * x""",
    ),
    eats(
        "memory-and-no-error",
        "Catches the MemoryError and tries again, smaller and smaller.",
        double="""
kept = []
def double(x):
    size = 2**28
    while size > 1:
        try:
            kept.append(np.ones(size, np.uint8))
        except MemoryError:
            size //= 2
        if sum(map(len, kept)) > 4 * 2**30:
            break
    return 2 * x""",
    ),
    eats(
        "memory-of-many",
        "Each process takes little; together they take it all.",
        double=f"""
import os, time
def double(x):
    reading, writing = os.pipe()
    children = range(0 if np.ndim(x) else 10)
    for _ in children:
        if os.fork() == 0:
            taken = np.ones(400 * 2**20, np.uint8)
            os.write(writing, b"x")
            time.sleep({LONG})
    for _ in children:
        os.read(reading, 1)
    return 2 * x""",
    ),
    eats(
        "memory-without-a-name",
        "memfd: memory that belongs to no file system and counts for no process.",
        says=("memory",),
        double="""
import os
kept = []
def double(x):
    for number in range(40):
        kept.append(os.memfd_create(str(number)))
        os.posix_fallocate(kept[-1], 0, 10**8)
    return 2 * x""",
    ),
    eats(
        "shared-memory",
        "/dev/shm, through Python's own module, never unlinked.",
        double="""
from multiprocessing import resource_tracker
from multiprocessing.shared_memory import SharedMemory
kept = []
def double(x):
    for number in range(80):
        block = SharedMemory(f"gancourse-corpus-{number}", create=True, size=10**8)
        block.buf[:] = bytes(10**8)
        kept.append(block)
    return 2 * x""",
    ),
    eats(
        "system-v-shared-memory",
        "Segments that outlive the processes that made them.",
        status="graded or review",
        double="""
import ctypes
libc = ctypes.CDLL(None)
libc.shmat.restype = ctypes.c_void_p
def double(x):
    for number in range(40):
        segment = libc.shmget(0, 10**8, 0o1600)
        assert segment >= 0, "no more shared memory"
        ctypes.memset(libc.shmat(segment, None, 0), 1, 10**8)
    return 2 * x""",
    ),
    eats(
        "fork-bomb",
        "Each child has children; what of them is left may speak in their name.",
        status="graded or review",
        double="""
import os
def double(x):
    for _ in range(11):
        os.fork()
    while True:
        pass""",
    ),
    eats(
        "many-subprocesses",
        "A thousand sleepers.",
        says=("processes",),
        double=f"""
import subprocess
def double(x):
    for _ in range(1000):
        subprocess.Popen(["sleep", "{LONG}"])
    return 2 * x""",
    ),
    eats(
        "threads-by-the-thousand",
        "More threads than any limit on processes allows.",
        double=f"""
import threading, time
def double(x):
    for _ in range(5000):
        threading.Thread(target=time.sleep, args=({LONG},), daemon=True).start()
    return 2 * x""",
    ),
    eats(
        "disk-filled",
        "Every folder that can be written, until it is full. The other task must still have room to run.",
        double="""
import os
def double(x):
    for folder in (".", "/tmp", "/dev/shm", "/var/tmp", os.path.expanduser("~")):
        for number in range(15):
            with open(f"{folder}/gancourse-corpus-{number}", "wb") as file:
                file.write(b"x" * 10**8)
    return 2 * x""",
    ),
    eats(
        "one-huge-file",
        "A terabyte, most of it a hole.",
        double="""
def double(x):
    with open("gancourse-corpus-hole", "wb") as file:
        file.truncate(2**40)
    return 2 * x""",
    ),
    eats(
        "open-files",
        "A hundred thousand of them, kept: what runs the tests must not need one.",
        double="""
kept = []
def double(x):
    for _ in range(100_000):
        kept.append(open("/dev/null"))
    return 2 * x""",
    ),
    case(
        "deep-folders",
        "Three thousand folders, one in the other, too deep for a recursive clean-up; the answers are right.",
        own="""
import os
home = os.open(".", os.O_RDONLY)
for _ in range(3000):
    os.mkdir("deeper")
    os.chdir("deeper")
os.fchdir(home)""",
    ),
    case(
        "files-that-resist",
        "Read-only folders and files without any permission; the answers are right.",
        own="""
import os
os.makedirs("locked/inner")
open("locked/inner/file", "w").close()
for path in ("locked/inner/file", "locked/inner", "locked"):
    os.chmod(path, 0)""",
    ),
    case(
        "one-long-line",
        "200 MB in one line, in the answer cell of a right answer: the output is cut, the points stay.",
        double="""
def double(x):
    return 2 * x
print("x" * 200_000_000)""",
    ),
    case(
        "many-lines",
        "Two hundred thousand, from a forgotten print.",
        double="""
def double(x):
    return 2 * x
for number in range(200_000):
    print(number)""",
    ),
    case(
        "prints-in-the-test",
        "20 MB at each call of a right function.",
        double="""
def double(x):
    print("x" * 20_000_000)
    return 2 * x""",
    ),
    case(
        "floods-below-python",
        "300 MB written to the file descriptors themselves, and by a subprocess.",
        own="""
import os
for number in (1, 2):
    for _ in range(150):
        os.write(number, b"x" * 1_000_000)
os.system("head -c 100000000 /dev/zero; head -c 100000000 /dev/zero >&2")""",
    ),
    case(
        "thousands-of-displays",
        "Small ones, from a loop in an own cell.",
        own="""
for number in range(5_000):
    display({"text/plain": str(number)}, raw=True)""",
    ),
    eats(
        "pictures-without-end",
        "Displays a picture of noise, and again.",
        double="""
import io
from PIL import Image as Picture
from IPython.display import Image, display
def double(x):
    while True:
        file = io.BytesIO()
        Picture.fromarray(np.random.randint(0, 256, (300, 300, 3), np.uint8)).save(file, "png")
        display(Image(file.getvalue()))""",
    ),
    eats(
        "prints-without-end",
        "A loop around a print.",
        double="""
def double(x):
    while True:
        print("still here" * 1000)""",
    ),
    eats(
        "huge-message",
        "An exception whose message has 100 MB.",
        double="""
def double(x):
    raise ValueError("x" * 10**8)""",
    ),
    eats(
        "huge-traceback",
        "A traceback of thousands of frames, each with a long line.",
        double="""
import sys
sys.setrecursionlimit(6000)
def deeper(n):
    assert n, "the bottom"
    return deeper(n - 1), "a line that is long enough to make a long traceback of"
def double(x):
    return deeper(5000)""",
    ),
    eats(
        "huge-result",
        "Returns 800 MB, which the test tries to hand out.",
        double="""
def double(x):
    return np.ones(10**8)""",
    ),
    eats(
        "result-without-end",
        "Returns a list that contains itself.",
        double="""
def double(x):
    made = [1, 2, 3, 4]
    made.append(made)
    return made""",
    ),
]
