"""Submissions that reach for the kernel, for the whole machine, or speak for the process that runs the tests.

Each looks whether what it attacks gives way, and answers right only if it doesn't; what might succeed is undone at
once, so that the host stays as it was.
"""

from .case import LONG, case

CHATTER = """
    until = time.monotonic() + 20
    while time.monotonic() < until:
        print(end=".", flush=True)
        time.sleep(0.001)
    return 2 * x"""
ANSWER = """
def double(x):
    return (3 if got else 2) * x"""


def refused(name: str, why: str, code: str):
    """A case whose code binds `got` to whether the attack succeeded."""
    return case(name, why, own=f"import ctypes, os\nlibc = ctypes.CDLL(None, use_errno=True)\ngot = False\n{code}",
                double=ANSWER, status="graded or review")  # fmt: skip


def starts(name: str, why: str, code: str, *says: str):
    """A case whose answer goes past a limit, and prints a byte each millisecond all the while."""
    return case(name, why, points=(0, 1), says=says, double=f"import mmap, os, time\ndef double(x):{code}{CHATTER}")


KERNEL = [
    refused(
        f"writes-{setting.replace('/', '-').replace('_', '-')}",
        "A setting of the kernel, for all of the machine. Opened for writing, and left as it is.",
        f"""
try:
    os.close(os.open("/proc/sys/{setting}", os.O_WRONLY))
    got = True
except OSError:
    pass""",
    )
    for setting in ("kernel/core_pattern", "vm/overcommit_memory", "fs/inotify/max_user_instances")
] + [
    refused(
        "keeps-data-in-a-keyring",
        "The kernel's keyrings outlive the sandbox: one run could leave word for the next.",
        """
numbers = {"x86_64": (248, 250), "aarch64": (217, 219)}[os.uname().machine]
for keyring in (-2, -3, -4, -5):
    key = libc.syscall(numbers[0], b"user", b"gancourse-corpus", b"told", 4, keyring)
    if key > 0:
        got = True
        libc.syscall(numbers[1], 3, key)  # revoked""",
    ),
    refused(
        "new-namespaces",
        "A user namespace of its own, in which it would be root.",
        """
for flags in (0x10000000, 0x10020000, 0x40000000, 0x20000000):
    child = os.fork()
    if not child:
        os._exit(libc.unshare(flags) == 0)
    got = got or os.waitpid(child, 0)[1] != 0""",
    ),
    refused(
        "a-clone-in-a-new-namespace",
        "The same by clone, with flags.",
        """
number = {"x86_64": 56, "aarch64": 220}[os.uname().machine]
child = libc.syscall(number, 0x10000000 | 17, 0, 0, 0, 0)
if child == 0:
    os._exit(0)
if child > 0:
    os.waitpid(child, 0)
    got = True""",
    ),
    refused(
        "watches-until-there-are-none-left",
        "Instances of inotify are counted by user, and so for all sandboxes together.",
        "got = sum(libc.inotify_init1(0) >= 0 for _ in range(200)) > 0",
    ),
    refused(
        "sockets-of-virtual-machines",
        "They are in no network namespace.",
        """
import socket
for family in (38, 40, 17):
    try:
        socket.socket(family, socket.SOCK_STREAM if family == 40 else socket.SOCK_DGRAM).close()
        got = True
    except OSError:
        pass""",
    ),
]

LIMITS = [
    starts(
        "three-hundred-processes",
        "Each asleep.",
        f"""
    for _ in range(300):
        if not os.fork():
            time.sleep({LONG})
            os._exit(0)""",
        "processes",
    ),
    starts(
        "memory-shared-by-children",
        "Anonymous memory that is shared counts for nobody, unless somebody counts it.",
        f"""
    for _ in range(8):
        if not os.fork():
            held = mmap.mmap(-1, 250 << 20)
            for place in range(0, len(held), 4096):
                held[place] = 1
            time.sleep({LONG})
            os._exit(0)""",
        "memory",
    ),
    starts(
        "memory-piece-by-piece",
        "In children, so that no process has much.",
        f"""
    for _ in range(9):
        if not os.fork():
            held = b"x" * (200 << 20)
            time.sleep({LONG})
            os._exit(0)""",
    ),
    starts(
        "empty-files",
        "They take no block of the disk, but the kernel's memory.",
        """
    for number in range(60_000):
        os.close(os.open(f"file-{number}", os.O_CREAT | os.O_WRONLY))""",
        "files",
    ),
]

# What no shell of ours sends for a cell, as Python's text.
SHAPES = {
    "a-list": "[]",
    "nothing": "{}",
    "outputs-are-a-number": '{"outputs": 5, "signs": [], "modules": [], "rebound": []}',
    "outputs-are-numbers": '{"outputs": [5], "signs": [], "modules": [], "rebound": []}',
    "an-output-without-a-type": '{"outputs": [{}], "signs": [], "modules": [], "rebound": []}',
    "a-stream-without-text": '{"outputs": [{"output_type": "stream", "name": "stdout"}], "signs": [], "modules": [], '
    '"rebound": []}',
    "a-stream-of-numbers": '{"outputs": [{"output_type": "stream", "name": "stdout", "text": [1]}], "signs": [], '
    '"modules": [], "rebound": []}',
    "a-display-of-a-list": '{"outputs": [{"output_type": "display_data", "data": [1]}], "signs": [], "modules": [], '
    '"rebound": []}',
    "an-error-without-words": '{"outputs": [{"output_type": "error"}], "signs": [], "modules": [], "rebound": []}',
    "a-traceback-of-numbers": '{"outputs": [{"output_type": "error", "ename": "E", "evalue": "", "traceback": [1]}], '
    '"signs": [], "modules": [], "rebound": []}',
    "signs-are-dicts": '{"outputs": [], "signs": [{"a": 1}], "modules": [], "rebound": []}',
    "modules-are-missing": '{"outputs": [], "signs": []}',
    "not-a-number": '{"outputs": NaN, "signs": [], "modules": [], "rebound": []}',
}
SPEAKS = """
import os, struct
def double(x):
    data = {data}
    for number in range(3, 200):
        try:
            os.write(number, struct.pack(">I", len(data)))
            for start in range(0, len(data), 1 << 16):
                os.write(number, data[start : start + (1 << 16)])
        except OSError:
            pass
    os._exit(0)"""

FRAMES = [
    case(
        f"says-{name}",
        "Speaks for the shell, and of another shape.",
        double=SPEAKS.format(data=repr(shape.encode())),
        points=(0, 1),
        status="review",
        says=("spoke for",),
    )
    for name, shape in SHAPES.items()
] + [
    case(
        "says-millions-of-dicts",
        "Ten megabytes of {} would take gigabytes to read.",
        double=SPEAKS.format(data="""b'{"outputs": [' + b'{},' * 3_400_000 + b'{}]}'"""),
        points=(0, 1),
        status="review",
        says=("spoke for",),
    ),
    case(
        "speaks-for-the-tests",
        "Takes hold of the shell's own functions: errors are no longer told.",
        own="""
from gancourse.grading.sandbox import shell
run = shell.Course.run
def lying(self, shell_, source, kind, shown):
    made = run(self, shell_, source, kind, shown)
    return [each for each in made if each["output_type"] != "error"]
shell.Course.run = lying""",
        double="""
def double(x):
    assert np.ndim(x), "not for single numbers"
    return 2 * x""",
        status="review",
        points=(0, 1),
    ),
]

CASES = [*KERNEL, *LIMITS, *FRAMES]
