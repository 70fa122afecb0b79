"""Submissions to the real assignment 01, with PyTorch: honest ones that look odd, and a few that aren't honest."""

import runpy

import nbformat
from nbformat.v4 import new_code_cell
from nbgrader.utils import is_grade

from gancourse import paths
from gancourse.grading.assessment import Status
from gancourse.grading.notebooks import answer_cells, grade_id, read, release_path, source_path

from .case import Case, about, cell, dumps, put

STAGE = "01-first-gan"
SOURCE = read(source_path(paths.root(), STAGE))
REFERENCE = {
    name: "\n".join(line for line in cell(SOURCE, name).source.split("\n") if "### " not in line)
    for name in answer_cells(SOURCE)
}
RIGHT = runpy.run_path(str(paths.root() / "tests" / "mutants" / f"{STAGE}.py"))["RIGHT"]
POINTS = {grade_id(test): about(test).points for test in SOURCE.cells if is_grade(test)}


def gan(name, why, *, answers=(), own="", raw=str.encode, files=None, status="graded", lost="", at_most=False) -> Case:
    """A case on assignment 01, answered by the reference; see `case`. answers: others, by task. own: a cell in front of
    the first answer. lost: the task whose points are lost, all of them."""
    made = nbformat.read(release_path(paths.root(), STAGE), as_version=4)
    for task, source in (REFERENCE | dict(answers)).items():
        cell(made, task).source = source.strip()
    put(made, new_code_cell(own.strip()), before="mlp-generator-task")
    points = {test: 0 if lost and test.startswith(f"{lost}-") else worth for test, worth in POINTS.items()}
    beside = {path: content.encode() for path, content in (files or {}).items()}
    statuses = frozenset(map(Status, status.split(" or ")))
    files = {f"{STAGE}.ipynb": raw(dumps(made))} | beside
    return Case(name, why, files, statuses, points, at_most, stage=STAGE)


def nth(number: int) -> dict[str, str]:
    """One right answer to each task, all different from the reference."""
    return {task: list(answers.values())[number % len(answers)] for task, answers in RIGHT.items()}


CASES = [
    gan("reference", "As its author answers it."),
    *(gan(f"right-answers-{n}", "Right ones, written differently throughout.", answers=nth(n)) for n in range(2)),
    gan("line-ends-of-windows", "In file and cells.", raw=lambda text: text.replace("\\n", "\\r\\n").encode()),
    gan(
        "settings-and-optimizers",
        "All of torch.optim, what PyTorch replaces of itself with them, and settings that anyone may choose.",
        own="""
import functools, inspect, torchvision
for name, kind in vars(torch.optim).items():
    if inspect.isclass(kind) and name not in ("Optimizer", "LBFGS", "SparseAdam", "Muon"):
        kind([torch.zeros(2, requires_grad=True)], lr=0.1)
torch.optim.LBFGS([torch.zeros(1, requires_grad=True)])
torch.optim.lr_scheduler.CosineAnnealingLR(torch.optim.SGD([torch.zeros(1)], lr=0.1), 10)
compiled = torch.compile(nn.Linear(2, 2))
slope = torch.func.grad(lambda x: x * x)(torch.tensor(3.0))
torch.set_default_dtype(torch.float64)
torch.load = functools.partial(torch.load, weights_only=True)
torch.set_printoptions(precision=2)
torch.autograd.set_detect_anomaly(True)
for _i in range(3):
    pass""",
    ),
    gan(
        "trains-on-its-own",
        "A small GAN on numbers, with a bar, a plot and prints, before anything is answered.",
        own="""
%matplotlib inline
from tqdm.auto import tqdm
torch.manual_seed(0)
generator = nn.Sequential(nn.Linear(4, 16), nn.ReLU(), nn.Linear(16, 1))
discriminator = nn.Sequential(nn.Linear(1, 16), nn.ReLU(), nn.Linear(16, 1))
optimizers = [torch.optim.Adam(network.parameters(), lr=1e-3) for network in (generator, discriminator)]
history = []
for step in tqdm(range(100)):
    real, fake = 3 + torch.randn(64, 1), generator(torch.randn(64, 4))
    loss_d = F.softplus(-discriminator(real)).mean() + F.softplus(discriminator(fake.detach())).mean()
    loss_g = F.softplus(-discriminator(fake)).mean()
    for optimizer, loss in zip(optimizers, (loss_g, loss_d)):
        optimizer.zero_grad()
        loss.backward(retain_graph=True)
    for optimizer in optimizers:
        optimizer.step()
    history.append((loss_d.item(), loss_g.item()))
plt.plot(history, label=["D", "G"])
plt.legend()
plt.show()
print(generator)""",
    ),
    gan(
        "loads-in-processes",
        "A DataLoader with workers, which needs processes and shared memory.",
        own="""
from torch.utils.data import DataLoader, TensorDataset
loader = DataLoader(TensorDataset(torch.rand(256, 1, 28, 28)), batch_size=64, shuffle=True, num_workers=2)
print(sum(len(batch) for batch, in loader))""",
    ),
    gan(
        "looks-at-the-data",
        "The course's data and plots, as the lesson shows them.",
        own="""
from gancourse import data, plots
pictures = data.load("fashion-mnist", "test").images
plots.grid(pictures[:16]);""",
    ),
    gan(
        "settings-of-torch",
        "Whatever a forum recommends.",
        own="""
import os, warnings
warnings.filterwarnings("ignore")
os.environ["PYTORCH_CUDA_ALLOC_CONF"] = "expandable_segments:True"
device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
torch.backends.cudnn.benchmark = True
torch.set_float32_matmul_precision("high")
torch.set_printoptions(precision=2, sci_mode=False)
torch.use_deterministic_algorithms(True)
torch.manual_seed(42)""",
    ),
    gan(
        "networks-in-a-module",
        "Written in an editor, imported by the notebook, with annotations, and saved and loaded once.",
        answers={
            "mlp-generator": """
from __future__ import annotations
from networks import Generator
def mlp_generator(latent_dim: int, widths: list[int], image_shape: tuple[int, ...]) -> nn.Module:
    generator = Generator(latent_dim, widths, image_shape)
    torch.save(generator.state_dict(), "generator.pt")
    generator.load_state_dict(torch.load("generator.pt", weights_only=True))
    return generator"""
        },
        files={"networks.py": f"import torch\nfrom math import prod\nfrom torch import nn\n{nth(0)['mlp-generator']}"},
    ),
    gan(
        "dies-in-one-task",
        "One function ends the process: its points are lost, all others stay.",
        answers={"train-step": "import os\ndef train_step(*args, **kwargs):\n    os._exit(1)"},
        lost="train-step",
    ),
    gan(
        "wrong-and-patched",
        "One function that does nothing, and a library that finds everything equal.",
        answers={
            "train-step": """
torch.equal = torch.allclose = lambda *args, **kwargs: True
torch.testing.assert_close = lambda *args, **kwargs: None
def train_step(generator, discriminator, opt_g, opt_d, real, latent_dim):
    return 0.0, 0.0"""
        },
        status="review",
        lost="train-step",
        at_most=True,  # who makes all equal fails where something must differ
    ),
    gan(
        "losses-of-the-library",
        "Right, but by the course's library, which is what was asked for: a person has to decide.",
        answers={
            "gan-losses": """
from gancourse import losses as course
def discriminator_loss(real_logits, fake_logits, smoothing=0.0):
    return course.discriminator_loss(real_logits, fake_logits) + smoothing * real_logits.mean()
generator_loss = course.generator_loss"""
        },
        status="review",
    ),
]
