"""Submissions that only look odd. Each gets full marks, and nobody is asked to look."""

import json

from nbformat.v4 import new_code_cell, new_markdown_cell, new_raw_cell

from .case import about, case, cell, put


def reordered(made) -> None:
    """A helper behind the answer that uses it, then dragged in front; the second task answered before the first."""
    put(made, new_code_cell("def twice(x):\n    return x + x"), before="double")
    answer = cell(made, "half")
    made.cells.remove(answer)
    made.cells.insert(1, answer)


def run_before(made) -> None:
    """As saved after hours of work: counts, outputs, errors of an earlier attempt."""
    for number, each in enumerate(made.cells):
        if each.cell_type == "code":
            each.execution_count = 90 - number
            each.outputs = [
                {"output_type": "stream", "name": "stderr", "text": "a warning\n"},
                {"output_type": "error", "ename": "NameError", "evalue": "x", "traceback": ["\x1b[31mNameError"]},
                {"output_type": "execute_result", "execution_count": 3, "data": {"text/plain": "0.0"}, "metadata": {}},
            ]


def format_4(minor: int):
    """The notebook as the minor version of format 4 has it: ids of cells came with 4.5."""

    def change(text: str) -> str:
        made = json.loads(text)
        made["nbformat_minor"] = minor
        if minor < 5:
            for each in made["cells"]:
                del each["id"]
        return json.dumps(made)

    return change


def from_colab(made) -> None:
    """Google Colab adds keys of its own everywhere, and gives every cell another id."""
    made.metadata = {"colab": {"provenance": [], "gpuType": "T4"}, "accelerator": "GPU"} | made.metadata
    for number, each in enumerate(made.cells):
        each.metadata |= {"id": f"hKx{number}", "colab": {"base_uri": "https://localhost:8080/"}, "outputId": "1"}
        each.id = f"hKx{number}"


def from_vscode(made) -> None:
    """Visual Studio Code names the kernel after its environment, and the language's version."""
    made.metadata.kernelspec = {"display_name": ".venv (3.12.1)", "language": "python", "name": "my-venv"}
    made.metadata.language_info = {"name": "python", "version": "3.12.1"}
    for each in made.cells:
        each.metadata |= {"vscode": {"languageId": "python"}}


LIBRARIES = [
    case(
        "warnings",
        "Its own, NumPy's and Python's.",
        double="""
import warnings
def double(x):
    warnings.warn("an honest warning")
    warnings.warn("soon gone", DeprecationWarning)
    np.log(np.zeros(1))
    np.array([1]).dtype.type("7")
    return 2 * x""",
    ),
    case(
        "warnings-as-errors",
        "Strict with itself, also while the tests run.",
        own="import warnings\nwarnings.simplefilter('error')",
    ),
    case(
        "numpy-strict", "Floating point errors raise.", own="np.seterr(all='raise')\nnp.set_printoptions(precision=2)"
    ),
    case(
        "numpy-deprecated",
        "A function that will go.",
        double="""
def double(x):
    return 2 * np.row_stack([np.atleast_1d(x)])[0] if np.ndim(x) else x * 2""",
    ),
    case(
        "numpy-aliases-restored",
        "The usual remedy for old code.",
        own="np.int = int\nnp.float = float\nnp.object = object",
    ),
    case("random-seeds", "Of every generator.", own="import random\nrandom.seed(0)\nnp.random.seed(0)"),
    case(
        "logging",
        "To stderr, down to the last detail.",
        double="""
import logging
logging.basicConfig(level=logging.DEBUG, force=True)
def double(x):
    logging.getLogger(__name__).warning("doubling %s", x)
    logging.debug("done")
    return 2 * x""",
    ),
    case(
        "tqdm",
        "A bar on stderr, in the cell and in the function.",
        double="""
from time import sleep
from tqdm import tqdm, trange
for _ in trange(3, desc="warming up"):
    sleep(0.01)
def double(x):
    return np.array([2 * value for value in tqdm(np.atleast_1d(x))]).reshape(np.shape(x))""",
    ),
    case("tqdm-auto", "The bar that fits.", own="from tqdm.auto import tqdm\nfor _ in tqdm(range(5)):\n    pass"),
    case(
        "tqdm-notebook",
        "The bar that is a widget.",
        own="""
from tqdm.notebook import tqdm, trange
for _ in trange(2):
    for _ in tqdm(range(3), leave=False):
        pass""",
    ),
    case(
        "plots",
        "As every tutorial has them.",
        own="""
%matplotlib inline
import matplotlib.pyplot as plt
plt.plot([1, 2], [2, 4], label="double")
plt.legend()
plt.show()""",
        double="""
def double(x):
    return 2 * x
fig, (left, right) = plt.subplots(1, 2)
left.imshow(np.random.rand(8, 8))
right.hist(double(np.random.randn(100)))""",
    ),
    case(
        "plots-in-the-function",
        "And never closed.",
        double="""
import matplotlib.pyplot as plt
def double(x):
    plt.figure()
    plt.plot(np.atleast_1d(x))
    return 2 * x""",
    ),
    case(
        "plots-with-settings",
        "Interactive, in high resolution, saved.",
        own="""
import matplotlib
import matplotlib.pyplot as plt
%config InlineBackend.figure_format = "retina"
plt.ion()
plt.style.use("ggplot")
matplotlib.rcParams["figure.dpi"] = 50
plt.plot([1, 2])
plt.savefig("plot.png")
plt.close("all")""",
    ),
    case(
        "widgets",
        "A slider, and a function that follows it.",
        own="""
import ipywidgets
from IPython.display import display
display(ipywidgets.IntSlider(description="x"))
ipywidgets.interact(lambda x: 2 * x, x=3);
with ipywidgets.Output():
    print("inside")""",
    ),
    case(
        "displays",
        "Everything that can be shown.",
        own="""
from IPython.display import HTML, JSON, SVG, Audio, Code, Javascript, Latex, Markdown, Math, clear_output, display
display(HTML("<b>bold</b>"), Markdown("**bold**"), Math("x^2"), Latex("$x$"), JSON({"a": 1}), Code("x = 1"))
display(SVG("<svg xmlns='http://www.w3.org/2000/svg'/>"), Javascript("1"), Audio(np.zeros(100), rate=8000))
handle = display("first", display_id=True)
handle.update("second")
for step in range(3):
    clear_output(wait=True)
    print(step)""",
    ),
    case(
        "library-of-the-course",
        "For pictures of the own, as in the lesson.",
        own="""
import gancourse
from gancourse import plots
print(gancourse.__file__ is not None, plots)""",
    ),
    case(
        "tries-probe",
        "Calls what it sees imported, to find out what it does.",
        own="probe('mine', 3, hint='?')\nprint(secret_rng('mine').random())",
        status="graded or review",
    ),
    case(
        "subprocesses",
        "Started, waited for, and gone.",
        own="""
import subprocess, sys
print(subprocess.run(["echo", "hello"], capture_output=True, text=True).stdout)
print(subprocess.check_output([sys.executable, "-c", "import numpy; print(numpy.__version__)"], text=True))""",
    ),
    case(
        "several-processes",
        "multiprocessing, as Linux has it.",
        own="""
from concurrent.futures import ThreadPoolExecutor
from multiprocessing import Pool
def square(x):
    return x * x
with Pool(2) as pool:
    print(pool.map(square, range(5)))
with ThreadPoolExecutor(2) as pool:
    print(list(pool.map(square, range(5))))""",
    ),
    case(
        "environment-variables",
        "That other libraries asked for.",
        own="""
import os
os.environ["KMP_DUPLICATE_LIB_OK"] = "TRUE"
os.environ["CUDA_VISIBLE_DEVICES"] = ""
%env LEARNING_RATE=0.1""",
    ),
]

NOTEBOOK = [
    case(
        "own-cells",
        "Code and text everywhere, empty ones too.",
        own=["", "# only a comment", "sides = 2", "sides"],
        edit=lambda made: [
            put(made, new_markdown_cell(text), before=name)
            for name in ("double", "double-values", "half")
            for text in ("# My notes", "", "<b>$x$</b> ![](nowhere.png)")
        ],
    ),
    case(
        "helper-in-an-own-cell",
        "The answer needs it.",
        own="def twice(x):\n    return x + x",
        double="def double(x):\n    return twice(x)",
    ),
    case(
        "helper-at-the-end",
        "Defined after the answer, called by nothing but the test.",
        double="""
def double(x):
    return factor * x""",
        edit=lambda made: put(made, new_code_cell("factor = 2"), before="double-values"),
    ),
    case(
        "imports-in-an-own-cell",
        "In front of everything.",
        double="def double(x):\n    return math.prod([2]) * numpy.asarray(x)",
        edit=lambda made: put(made, new_code_cell("import math\nimport numpy"), before="imports"),
    ),
    case(
        "imports-added-to-the-locked-cell",
        "Where imports belong, the learner thinks.",
        double="def double(x):\n    return operator.mul(2, x)",
        edit=lambda made: cell(made, "imports").update(source=cell(made, "imports").source + "\nimport operator"),
    ),
    case(
        "cells-in-another-order",
        "Dragged to where they are wanted.",
        double="def double(x):\n    return twice(x)",
        edit=reordered,
    ),
    case(
        "own-tests",
        "Assertions, doctests and unit tests of one's own.",
        double='''
import doctest, unittest
def double(x):
    """
    >>> double(4)
    8
    """
    return 2 * x
assert double(4) == 8, "my own test"
class Tests(unittest.TestCase):
    def test_double(self):
        self.assertEqual(double(4), 8)
print(doctest.testmod())
unittest.main(argv=[""], exit=False)''',
    ),
    case(
        "a-failing-cell",
        "An own experiment that raises, between the answers.",
        own=["1 / 0", "undefined", "x = (", "raise SystemExit"],
    ),
    case(
        "module-beside-the-notebook",
        "In a file, and in a folder.",
        double="from helper import twice\nfrom tools.more import scale\ndef double(x):\n    return scale(twice(x))",
        files={
            "helper.py": "def twice(x):\n    return x + x\n",
            "tools/__init__.py": "",
            "tools/more.py": "def scale(x):\n    return x\n",
        },
    ),
    case(
        "data-beside-the-notebook",
        "Read by the answer.",
        double="""
import json
factor = json.load(open("factor.json"))["factor"]
def double(x):
    return factor * x""",
        files={"factor.json": '{"factor": 2}'},
    ),
    case(
        "files-written",
        "Small ones, read again, one left open.",
        own="""
import pathlib, pickle, tempfile
pathlib.Path("notes.txt").write_text("small")
print(pathlib.Path("notes.txt").read_text(), pathlib.Path.cwd().name)
np.save("array.npy", np.ones(3))
left = open("open.txt", "w")
with tempfile.TemporaryDirectory() as folder, open(f"{folder}/x", "wb") as file:
    pickle.dump([1, 2], file)""",
    ),
    case("another-folder", "Changed and never changed back.", own="import os, tempfile\nos.chdir(tempfile.mkdtemp())"),
    case("the-root-folder", "The same, where nothing can be written.", own="%cd /"),
    case("run-before", "Outputs, counts and errors of earlier runs are in it.", edit=run_before),
    case("colab", "Saved by Google Colab.", edit=from_colab),
    case("vscode", "Saved by Visual Studio Code.", edit=from_vscode),
    case(
        "jupyter-metadata",
        "Tags, collapsed cells, slides, times.",
        edit=lambda made: [
            each.metadata.update(
                tags=["important", "remove-cell"],
                collapsed=True,
                slideshow={"slide_type": "slide"},
                execution={"iopub.status.busy": "2024-01-01"},
                jupyter={"source_hidden": True},
                trusted=True,
            )
            for each in made.cells
        ],
    ),
    case(
        "checksums-removed",
        "By nbgrader's own DeduplicateIds, say.",
        edit=lambda made: [about(each).pop("checksum", None) for each in made.cells],
    ),
    case("raw-cells", "For notes.", edit=lambda made: put(made, new_raw_cell("---\ntitle: x\n---"), before="double")),
    *(case(f"format-4.{minor}", "As an older or newer Jupyter saves it.", raw=format_4(minor)) for minor in range(6)),
]

PYTHON = [
    case(
        "await",
        "At the top level of a cell, as only notebooks allow.",
        own="""
import asyncio
await asyncio.sleep(0.01)
async def value():
    return 2
factor = await value()
print(await asyncio.gather(value(), value()))""",
        double="def double(x):\n    return factor * x",
    ),
    case(
        "magics",
        "The usual ones.",
        own=[
            """
%time sum(range(1000))
%timeit -n 2 -r 2 sum(range(1000))
%who
%precision 3
%load_ext autoreload
%autoreload 2""",
            "%%capture captured\nprint('hidden')",
            "%%bash\necho from bash",
            "%%html\n<b>bold</b>",
            "%%writefile helper.py\nfactor = 2",
            "%run helper.py",
            "%%timeit -n 2 -r 2\npass",
        ],
        double="def double(x):\n    return factor * x",
    ),
    case("timed-answer", "`%%time` on top of the answer.", double="%%time\ndef double(x):\n    return 2 * x"),
    case(
        "shell-commands",
        "With an exclamation mark.",
        own="!ls\nfiles = !ls /\nprint(len(files))\n!echo {1 + 1} $HOME\n!false",
    ),
    case("help", "Asked for in every way.", own="factor = 3\nfactor?\nlen?\n?np.mean\nnp.mean??\nhelp(len)"),
    case(
        "annotations",
        "From the future, with every kind of hint.",
        double="""
from __future__ import annotations
from typing import Any
def double(x: Undefined | list[Nowhere]) -> Any:
    y: int = 2
    return y * x""",
    ),
    case(
        "names-of-builtins",
        "Taken for own variables, as beginners do.",
        own="""
sum = 0
input = 3
list = [1]
max, min, id, type, dir, str, print_ = 1, 2, 3, 4, 5, "text", print
all = any = map = filter = zip = range(3)""",
    ),
    case("names-of-ipython", "Taken as well.", own="In = 3\nOut = {}\n_ = 5\n__ = out = exit = quit = 7"),
    case("own-display", "A function of that name.", own="def display(*things):\n    return None\nget_ipython = None"),
    case(
        "names-deleted", "Of helpers that are done.", own="helper = 1\ndel helper\nfor i in range(3):\n    pass\ndel i"
    ),
    case("lambda", "In place of a function.", double="double = lambda x: 2 * x", half="half = lambda x: x / 2"),
    case(
        "partial",
        "And a function of NumPy's.",
        double="from functools import partial\ndouble = partial(np.multiply, 2)",
        half="half = np.vectorize(lambda x: x / 2, otypes=[float])",
    ),
    case(
        "class-with-call",
        "In place of a function.",
        double="""
class Double:
    def __call__(self, x):
        return 2 * x
double = Double()""",
        half="""
class half:
    def __new__(cls, x):
        return x / 2""",
    ),
    case(
        "generator",
        "And a comprehension, with the same result.",
        double="""
def pairs(x):
    for value in np.atleast_1d(x):
        yield value + value
def double(x):
    return np.array(list(pairs(x))).reshape(np.shape(x))""",
    ),
    case(
        "decorated",
        "Timed, and checked.",
        double="""
import functools, time
def timed(function):
    @functools.wraps(function)
    def wrapper(*args, **kwargs):
        start = time.perf_counter()
        try:
            return function(*args, **kwargs)
        finally:
            print(f"{function.__name__}: {time.perf_counter() - start:.6f} s")
    return wrapper
@timed
def double(x):
    return 2 * x""",
    ),
    case(
        "dispatched",
        "One function for each type, and match.",
        double="""
from functools import singledispatch
@singledispatch
def double(x):
    match x:
        case np.ndarray():
            return x + x
@double.register
def _(x: int):
    return 2 * x""",
    ),
    case(
        "try-everywhere",
        "With a bare except.",
        double="""
def double(x):
    try:
        try:
            return x.no_such_thing
        except:
            return 2 * x
    finally:
        pass""",
    ),
    case(
        "prints",
        "A line for each call, some hundred kilobytes.",
        double="""
def double(x):
    print("doubling", x)
    for step in range(20_000):
        print(step, end=" ")
    return 2 * x""",
    ),
    case(
        "standard-error",
        "Written to directly.",
        double="""
import sys
def double(x):
    print("progress ...", file=sys.stderr)
    sys.stderr.write("\\r 50 %")
    sys.stderr.flush()
    return 2 * x""",
    ),
    case(
        "standard-output-replaced",
        "And never put back.",
        own="import io, sys\nsys.stdout = io.StringIO()\nprint('caught')",
    ),
    case(
        "last-values",
        "Of every kind; no number is partial credit.",
        double="""
def double(x):
    return 2 * x
double(21)""",
        half="""
def half(x):
    return x / 2
0.0""",
        own=[
            "1.0",
            "True",
            "'text'",
            "np.arange(10_000)",
            "None",
            "double = 7\ndouble",
            "{'a': [1, 2]}",
            "float('nan')",
            "...",
            "_",
        ],
    ),
    case(
        "long-lines",
        "A picture pasted into the code.",
        double=f"ICON = '{'A' * 100_000}'\ndef double(x):\n    return 2 * x",
    ),
    case(
        "letters-of-the-world",
        "Identifiers, comments, text and emoji.",
        double='''
def double(ξ):
    """Verdoppelt ξ. 🎉 二倍 \u202eright to left\u202c"""
    größe = 2  # naïve
    print("двойной", "👩‍🎓", "e\u0301", "\\x1b[1mbold\\x1b[0m")
    return größe * ξ''',
    ),
    case(
        "main",
        "As in a script.",
        double="""
def double(x):
    return 2 * x
def main():
    print(double(2))
if __name__ == "__main__":
    main()""",
    ),
    case(
        "source-inspected",
        "Its own, and copied.",
        double="""
import copy, inspect
def double(x):
    return 2 * x
print(inspect.getsource(double), inspect.signature(double))
double = copy.deepcopy(double)""",
    ),
    case(
        "a-second-of-work",
        "In the answer cell, and in the function.",
        double="""
import time
time.sleep(1)
def double(x):
    time.sleep(0.3)
    return 2 * x""",
    ),
    case(
        "recursion",
        "With the limit raised.",
        own="import sys\nsys.setrecursionlimit(5000)",
        double="""
def double(x, depth=0):
    return 2 * x if depth == 2000 else double(x, depth + 1)""",
    ),
    case(
        "generic-names",
        "Global state, classes, dataclasses.",
        own="""
from dataclasses import dataclass
@dataclass
class Config:
    factor: int = 2
config = Config()
data = x = y = model = loss = result = results = values = test = notebook = cell = None""",
        double="""
def double(x):
    global calls
    calls = globals().get("calls", 0) + 1
    return config.factor * x""",
    ),
    case(
        "other-types",
        "NumPy's where Python's were expected.",
        double="def double(x):\n    return np.asarray(x) * np.int8(2)",
        half="def half(x):\n    return np.divide(x, 2, dtype=np.float64)",
    ),
    case(
        "garbage",
        "Collected, and limits asked for.",
        own="import gc, resource, threading\ngc.collect()\ngc.freeze()\n"
        "print(resource.getrlimit(resource.RLIMIT_NOFILE), threading.active_count())",
    ),
    case("pasted-prompt", "With the prompts of a Python session.", own=">>> factor = 2\n>>> factor * 2\n4"),
]

NAMES = [
    case(
        "variables-called-as-builtins",
        "Variables that are called as Python's own functions: the tests know the real ones.",
        own="list = []\nstr = 'text'\nsum = 0\nmax = 1\nid = 7\nall = any = None\nlen = 3",
        says=("list",),
    ),
    case("star-of-numpy", "Brings other versions of all, any, sum, max.", own="from numpy import *"),
    case("pylab", "The same, and much more.", own="%pylab inline"),
    case("everything-reset", "Starts anew, as some do between tasks.", own="%reset -f\nimport numpy as np"),
    case("probe-deleted", "A name that it doesn't know.", own="del probe", status="graded or review"),
    case("probe-a-variable", "A name that it needs.", own="probe = 3", status="review", says=("probe",)),
    case("numbers-called-np", "A person should look.", own="import numpy\nnp = 3",
         double="def double(x):\n    return 2 * x", status="review", says=("np",)),
    case(
        "all-is-true",
        "Wrong, whatever `all` is called.",
        own="from numpy import all, any, allclose\nall = any = lambda *_: True",
        double="def double(x):\n    return 3 * x",
        points=(0, 1),
    ),
]  # fmt: skip

JUPYTER = [
    case("faulthandler", "Wants a descriptor of stderr.", own="import faulthandler\nfaulthandler.enable()"),
    case(
        "a-subprocess-on-stdout",
        "Hands sys.stdout to a program.",
        double="""
import subprocess, sys
def double(x):
    subprocess.run(["true"], stdout=sys.stdout, check=True)
    return 2 * x""",
    ),
    case(
        "a-task-over-two-cells",
        "Begun in one cell, awaited in the next.",
        own=[
            "import asyncio\ntask = asyncio.create_task(asyncio.sleep(0.01, result=2))",
            "factor = await task",
        ],
        double="def double(x):\n    return factor * x",
    ),
    case("autosave", "A magic of Jupyter's own.", own="%autosave 60\nfactor = 2",
         double="def double(x):\n    return factor * x"),
    case("a-loop-over-i", "A name that looks like IPython's.", own="for _i in range(3):\n    pass"),
    case(
        "settings-of-its-own",
        "Errors where numbers overflow, and where anything warns.",
        own="import warnings\nwarnings.simplefilter('error')\nnp.seterr(all='raise')",
    ),
]  # fmt: skip

FOLDERS = [
    case(
        "packed-on-a-mac",
        "macOS puts a shadow of each file beside it.",
        files={"._00-toy.ipynb": b"\0\5\x16\7", "__MACOSX/._00-toy.ipynb": b"\0\5\x16\7", ".DS_Store": b"\0"},
    ),
    case("scratch-in-a-subfolder", "Of another name, and scratch paper deeper.", called="mine.ipynb",
         files={"old/scratch.ipynb": "{}"}, says=("taken for",)),
    case("a-folder-within-the-folder", "The right name one folder deeper, scratch paper beside it.",
         called="homework/00-toy.ipynb", files={"homework/scratch.ipynb": "{}", "homework/old/00-toy.ipynb": "{}"}),
]  # fmt: skip

CASES = [*LIBRARIES, *NOTEBOOK, *PYTHON, *NAMES, *JUPYTER, *FOLDERS]
