"""Authors' commands: assignments made from solutions, and the tests' tests."""

from pathlib import Path
from typing import Annotated

import typer


def assignments(
    check: Annotated[bool, typer.Option("--check", help="Only say what differs; exit status 1 if any.")] = False,
) -> None:
    """Authors: make assignments/ from solutions/ (nbgrader's generate_assignment)."""
    from gancourse import paths
    from gancourse.grading import release

    root = paths.root()
    wanted = release.generate(root)
    changed = release.drift(root, wanted) if check else release.write(root, wanted)
    for path in changed:
        typer.echo(f"{'differs from solutions/:' if check else 'written:'} {Path('assignments') / path}")
    if check and changed:
        typer.echo("`gancourse assignments` brings them up to date.")
        raise typer.Exit(1)


def mutants(
    stage: Annotated[str | None, typer.Argument(help="Number or name of a stage.", show_default="all")] = None,
    also: Annotated[Path | None, typer.Option(help="Folder with more answers, in files of the same form.")] = None,
    seeds: Annotated[int, typer.Option(min=1, help="How many secret seeds to try.")] = 3,
) -> None:
    """Authors: test the tests. Every wrong answer in tests/mutants/ must lose points, and no right one may.

    Exit status 1 if one survives, or a right one is rejected.
    """
    from rich.console import Console
    from rich.progress import track

    from gancourse import paths
    from gancourse.grading import notebooks
    from gancourse.grading.mutants import matrix

    root, console = paths.root(), Console()
    known = notebooks.assignments(root)
    drawn, failures = matrix.secret_seeds(seeds), []
    names = [paths.stage(stage, known)] if stage else known
    if also and not any((also / f"{name}.py").is_file() for name in names):
        raise ValueError(f"{also} holds no answers: none of {', '.join(f'{name}.py' for name in names)} is there")
    for name in names:
        answers = matrix.answers(root, name, also)
        runs = matrix.run(root, name, answers, drawn)
        for _ in track(runs, name, total=len(answers) * seeds, console=console, transient=True):
            pass
        console.print(*matrix.matrices(answers, drawn))
        failures += [f"{name}: {failure}" for failure in matrix.failures(answers, drawn)]
        typer.echo(f"{name}: {matrix.summary(answers, drawn)}")
    for failure in failures:
        typer.secho(failure, fg=typer.colors.RED)
    if failures:
        raise typer.Exit(1)
