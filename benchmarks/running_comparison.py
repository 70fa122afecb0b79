"""The running comparison: every stage's generator by one protocol, three seeds, into course/results and a table.

The lessons are run as they stand (`gancourse run NN -p SEED=...`), each in a process of its own whose peak memory is
taken; the usual beginner's recipe is trained for as long as a tutorial trains it. Each generator is measured by
`gancourse.metrics.evaluate`, its running average and its raw weights; so are the shipped weights of the `full` presets.

    python benchmarks/running_comparison.py [--stages 03 04] [--seeds 3] [--runs runs/03-dcgan-...]

`--stages` renews these rows alone and keeps the others; "beginner" is one of them. `--runs` takes finished laptop runs
in place of new ones.
"""

import argparse
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file
from time_to_quality import BEGINNER_EPOCHS, beginner, endless
from torch import nn

from gancourse import data, metrics, paths
from gancourse.trained import sampling

RESULTS = paths.root() / "course" / "results" / "running-comparison.json"
PROTOCOL = (
    "gancourse.metrics.evaluate: 10,000 samples (seed 0) against the 10,000 test pictures of Fashion-MNIST, in the "
    "features of the course's own classifier; these numbers compare with each other, not with papers' FID"
)
STAGES = ("beginner", "01", "03", "04", "05")
# Of each lesson what has nothing to do with the measured generator: cut short for all seeds but the first, whose run
# is also the lesson's time and memory.
APART = {
    "01": {"TOY_STEPS": 40},
    "03": {"CLINIC_STEPS": 10},
    "04": {"TOY_STEPS": 20, "CLINIC_STEPS": 10},
    "05": {"CIFAR_EPOCHS": 0, "COMPARISON_STEPS": 4},
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--stages", nargs="+", choices=STAGES, default=STAGES)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--runs", nargs="*", type=Path, default=[])
    options = parser.parse_args()
    results = json.loads(RESULTS.read_text("utf-8")) if RESULTS.exists() else {"rows": {}}
    results["protocol"] = PROTOCOL
    for stage in options.stages:
        if stage == "beginner":
            row = {"laptop": [beginner_row(seed) for seed in range(options.seeds)]}
        else:
            name = paths.stage(stage)
            finished = {run["seed"]: folder for folder in options.runs if (run := _run(folder))["stage"] == name}
            folders = [finished.get(seed) or laptop_run(stage, seed) for seed in range(options.seeds)]
            row = {"laptop": [lesson_row(name, folder) for folder in folders], "full": full_row(name)}
        results["rows"][stage if stage == "beginner" else name] = row
        results["rows"] = dict(sorted(results["rows"].items(), key=lambda row: (row[0] != "beginner", row[0])))
        RESULTS.write_text(json.dumps(results, indent=1) + "\n", "utf-8")
    print(table(results["rows"]))


def beginner_row(seed: int) -> dict:
    """Train the beginner's recipe (our loading: the same pictures, sooner) and measure it."""
    torch.manual_seed(seed)
    step, generator, latent_dim = beginner()
    loader = data.batches(data.load("fashion-mnist"), 128, drop_last=False)
    batches = endless(loader)
    for _ in range(BEGINNER_EPOCHS * len(loader)):
        step(next(batches))
    print(f"beginner, seed {seed}: trained", flush=True)
    return {"seed": seed, "raw": metrics.evaluate(sampler(generator, latent_dim))}


def sampler(generator: nn.Module, latent_dim: int, classes: int = 0):
    """What `evaluate` asks for: pictures from latents and, where the generator takes them, classes drawn evenly."""
    generator.eval()

    @torch.no_grad()
    def sample(n: int, rng: torch.Generator) -> torch.Tensor:
        z = torch.randn(n, latent_dim, generator=rng)
        return generator(z, torch.randint(classes, (n,), generator=rng)) if classes else generator(z)

    return sample


def stage_sampler(name: str, weights: dict[str, torch.Tensor]):
    """`sampler` for a stage's generator with these weights."""
    shipped = sampling.SHIPPED[name]["fashion-mnist"]
    generator = shipped.build()
    generator.load_state_dict(weights)
    return sampler(generator, shipped.latent_dim, 10 if shipped.conditional else 0)


def laptop_run(stage: str, seed: int) -> Path:
    """Run a lesson with another seed, in a process of its own; its folder."""
    parameters = {"SEED": seed} | (APART[stage] if seed else {})
    command = [sys.executable, "-m", "gancourse.cli", "run", stage]
    command += [word for name, value in parameters.items() for word in ("-p", f"{name}={value}")]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=paths.root())
    output = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        sys.exit(f"{' '.join(command)} failed:\n{output}")
    folder = paths.root() / re.search(r"Running into (\S+)", output)[1]
    memory = usage.ru_maxrss / (2**20 if sys.platform == "linux" else 2**30)  # KiB there, bytes on macOS
    _amend(folder / "metrics.json", peak_memory_gib=round(memory, 2))
    print(f"{stage}, seed {seed}: {folder.name}, peak memory {memory:.2f} GiB", flush=True)
    return folder


def lesson_row(name: str, folder: Path) -> dict:
    """A run's evaluation; where the lesson doesn't measure (01), of the generators in its checkpoint."""
    found = json.loads((folder / "metrics.json").read_text("utf-8"))
    if "evaluation" not in found:
        saved = torch.load(folder / "checkpoint.pt", weights_only=True)["state"]
        kinds = {"average": saved["average"], "raw": saved["generator"]}
        found["evaluation"] = {kind: metrics.evaluate(stage_sampler(name, state)) for kind, state in kinds.items()}
    keep = ("seed", "epochs", "train_seconds", "lesson_seconds", "peak_memory_gib", "hardware")
    return {key: found[key] for key in keep if key in found} | found["evaluation"]


def full_row(name: str) -> dict:
    """The shipped weights, measured here, with what their card says of their training."""
    file = paths.root() / "course" / "weights" / f"{name}.safetensors"
    card = json.loads(file.with_suffix(".json").read_text("utf-8"))
    keep = ("seed", "epochs", "train_seconds", "hardware")
    return {key: card[key] for key in keep} | {"average": metrics.evaluate(stage_sampler(name, load_file(file)))}


def table(rows: dict) -> str:
    """The comparison of docs/measured.md: means and ranges over the seeds."""
    lines = [
        "| recipe | training | Fréchet, average of G | Fréchet, G itself | kernel × 1000 | precision | recall |",
        "|---|---|---|---|---|---|---|",
    ]
    for name, row in rows.items():
        runs = row["laptop"]
        best = [run.get("average", run["raw"]) for run in runs]
        seconds = runs[0].get("train_seconds")  # the first run is the lesson's time and memory
        lines.append(
            f"| {name} | {f'{seconds:.0f} s' if seconds else f'{BEGINNER_EPOCHS} epochs'} "
            f"| {_spread([run['average']['frechet'] for run in runs if 'average' in run])} "
            f"| {_spread([run['raw']['frechet'] for run in runs])} "
            f"| {_spread([1000 * one['kernel'] for one in best])} "
            f"| {_spread([one['precision'] for one in best], 2)} | {_spread([one['recall'] for one in best], 2)} |"
        )
    return "\n".join(lines)


def _spread(values: list[float], digits: int = 1) -> str:
    return f"{np.mean(values):.{digits}f} ({min(values):.{digits}f} to {max(values):.{digits}f})" if values else "-"


def _run(folder: Path) -> dict:
    described = json.loads((folder / "run.json").read_text("utf-8"))
    return {"stage": described["stage"], "seed": described["parameters"]["SEED"]}


def _amend(file: Path, **facts: object) -> None:
    file.write_text(json.dumps(json.loads(file.read_text("utf-8")) | facts, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
