"""Authors' commands: assignments made from solutions, and the tests' tests."""

from pathlib import Path
from typing import Annotated

import typer


def assignments(
    check: Annotated[
        bool, typer.Option("--check", help="Only say what differs; exit status 1 if anything does.")
    ] = False,
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
    only: Annotated[
        list[str] | None,
        typer.Option(
            help="Only these answers: a task's grade_id or an answer's name, * for any characters; repeatable."
        ),
    ] = None,
    quick: Annotated[
        bool, typer.Option("--quick", help="Stop a wrong answer at the first test cell that it loses; no matrix.")
    ] = False,
    seeds: Annotated[int, typer.Option(min=1, help="How many secret seeds to try.")] = 3,
) -> None:
    """Authors: test the tests. Every wrong answer in tests/mutants/ must lose points, and no right answer may.

    Exit status 1 if one survives, or a right one is rejected.
    """
    from rich.console import Console
    from rich.progress import MofNCompleteColumn, Progress, TimeElapsedColumn

    from gancourse import paths
    from gancourse.grading import notebooks
    from gancourse.grading.mutants import matrix

    root, console = paths.root(), Console()
    known = notebooks.assignments(root)
    drawn, failures = matrix.secret_seeds(seeds), []
    names = [paths.stage(stage, known)] if stage else known
    if also and not any((also / f"{name}.py").is_file() for name in names):
        raise ValueError(f"{also} holds no answers: none of {', '.join(f'{name}.py' for name in names)} is there")
    answers = {name: found for name in names if (found := matrix.answers(root, name, also, only))}
    if not answers:
        raise ValueError(f"no answer and no task is called {' or '.join(only)}")
    columns = (*Progress.get_default_columns(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        for name, found in answers.items():
            bar, bad = progress.add_task(name, total=len(found) * seeds), 0
            for answer, seed in matrix.run(root, name, found, drawn, quick=quick):
                bad += answer.misjudged(seed)
                progress.update(bar, advance=1, description=f"{name}: {bad} misjudged" if bad else name)
            progress.remove_task(bar)
            if not quick:
                console.print(*matrix.matrices(found, drawn))
            failures += [f"{name}: {failure}" for failure in matrix.failures(found, drawn)]
            console.print(f"{name}: {matrix.summary(found, drawn)}", soft_wrap=True, highlight=False)
    for failure in failures:
        typer.secho(failure, fg=typer.colors.RED)
    if failures:
        raise typer.Exit(1)
