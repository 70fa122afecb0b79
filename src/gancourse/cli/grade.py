"""`gancourse grade`: a class's submissions, graded."""

from typing import Annotated

import typer

from gancourse.cli.options import Database, Stage


def grade(
    stage: Stage,
    students: Annotated[
        list[str] | None, typer.Option("--students", metavar="LEARNER", help="Only these.", show_default="all")
    ] = None,
    more: Annotated[list[str] | None, typer.Argument(metavar="LEARNER", help="Further ones.", hidden=True)] = None,
    jobs: Annotated[
        int | None,
        typer.Option("-j", "--jobs", min=1, help="How many submissions at a time.", show_default="one for each CPU"),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Grade again what is already graded.")] = False,
    no_sandbox: Annotated[
        bool, typer.Option("--no-sandbox", help="Run learners' code with your own rights; every result is marked.")
    ] = False,
    db: Database = None,
    scheduler: Annotated[
        str | None,
        typer.Option(metavar="ADDRESS", help="Grade on the workers of this Dask scheduler: tcp://host:8786."),
    ] = None,
) -> None:
    """Collect and grade a class's submissions, in a sandbox and in parallel; each result is saved at once.

    Run it again to continue after Ctrl-C, or when more has been handed in: what is already graded is left alone.
    Several learners: --students ann bob. Exit status: 0 if everybody is graded or has handed in nothing, 1 if a
    submission needs a person's attention, 2 for wrong arguments, 130 after Ctrl-C.
    """
    from gancourse import paths
    from gancourse.cli import progress
    from gancourse.grading import batch, notebooks

    root = paths.root()
    try:
        name = paths.stage(stage, notebooks.assignments(root))
    except ValueError as err:
        raise typer.BadParameter(str(err), param_hint="STAGE") from err
    if no_sandbox:
        typer.secho(
            "NO SANDBOX: learners' code runs with your rights, your files and your network.", fg="red", err=True
        )
    with progress.shown(name) as report:
        try:
            summary = batch.grade(
                root,
                name,
                students=[*(students or []), *(more or [])],
                jobs=jobs,
                force=force,
                sandbox=not no_sandbox,
                db_url=db,
                scheduler=scheduler,
                report=report,
            )
        except batch.UnknownLearner as err:
            raise typer.BadParameter(str(err), param_hint="--students") from err
        except KeyboardInterrupt:
            report.stop()
            typer.echo(
                f"\nInterrupted: {report.done} of {report.total or '?'} are done and saved. "
                f"Continue with:  gancourse grade {stage}",
                err=True,
            )
            raise typer.Exit(130) from None
    progress.conclude(summary)
    if summary.unresolved:
        raise typer.Exit(1)
