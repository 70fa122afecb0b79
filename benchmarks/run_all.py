"""Run benchmarks, one after the other, and write what each printed into benchmarks/RESULTS.md.

    python benchmarks/run_all.py [NAME ...]        (others keep their section as it is)

None named: all but those that train for long, or want photographs; docs/measured.md and the lessons quote them.

Exits 1 if a benchmark missed its target; its section says so.
"""

import os
import platform
import re
import subprocess
import sys
from datetime import date
from pathlib import Path

HERE = Path(__file__).resolve().parent
RESULTS = HERE / "RESULTS.md"
LONG = (
    "anomaly_detection",
    "augmentation",
    "backbone_transfer",
    "cyclegan_losses",
    "detector_probe",
    "detector_recipe",
    "masked_face_comparison",
    "running_comparison",
    "super_resolution",
)
HEAD = "# Results\n\nWritten by `python benchmarks/run_all.py`; machines differ, so compare ratios.\n"


def run(script: Path) -> tuple[str, int]:
    """A benchmark's section, and its exit status; what it prints is shown as it comes."""
    print(f"== {script.name}", flush=True)
    lines = []
    with subprocess.Popen(
        [sys.executable, "-u", script], cwd=HERE.parent, stdout=subprocess.PIPE, text=True
    ) as process:
        for line in process.stdout:
            print(line, end="", flush=True)
            lines.append(line)
    verdict = "" if process.returncode == 0 else f"\n**Missed its target (exit status {process.returncode}).**\n"
    machine = f"{date.today()}, {os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}"
    body = "".join(lines).strip()
    if "\n|" not in body:  # a table is Markdown already, the rest is quoted as it was printed
        body = f"```\n{body}\n```"
    return f"\n## {script.stem}\n\n{machine}\n\n{body}\n{verdict}", process.returncode


def main() -> None:
    scripts = {path.stem: path for path in sorted(HERE.glob("*.py")) if path.name != Path(__file__).name}
    chosen = sys.argv[1:] or [name for name in scripts if name not in LONG]
    if unknown := [name for name in chosen if name not in scripts]:
        sys.exit(f"no benchmark {unknown[0]!r}; there are {', '.join(scripts)}")
    old = RESULTS.read_text("utf-8") if RESULTS.exists() else HEAD
    sections = {part.split("\n", 1)[0]: f"\n## {part.rstrip()}\n" for part in re.split(r"\n## ", old)[1:]}
    failed = False
    for name in chosen:
        sections[name], status = run(scripts[name])
        failed = failed or status != 0
        RESULTS.write_text(HEAD + "".join(sections[key] for key in sorted(sections)), "utf-8")
    sys.exit(failed)


if __name__ == "__main__":
    main()
