"""`gancourse feedback`: a page for each learner."""

from typing import Annotated

import typer

from gancourse.cli.options import Database, Stage


def feedback(
    stage: Stage,
    students: Annotated[
        list[str] | None,
        typer.Option("--students", metavar="LEARNER", help="Only these.", show_default="all who handed in"),
    ] = None,
    more: Annotated[list[str] | None, typer.Argument(metavar="", hidden=True)] = None,
    release: Annotated[
        bool, typer.Option("--release", help="Also release the pages through the exchange, for learners to fetch.")
    ] = False,
    db: Database = None,
) -> None:
    """Write a feedback page for each learner: points, what to look at, their notebook with its outputs.

    A page shows nothing hidden and runs nothing. A learner whose notebook couldn't be graded gets a page that says
    why. Several learners: --students ann bob. Exit status 1 if a page couldn't be written or released.
    """
    from gancourse import paths
    from gancourse.grading import course, notebooks
    from gancourse.grading.feedback import handback

    if more and not students:
        raise typer.BadParameter(f"{' '.join(more)}: name learners with --students", param_hint="STAGE")
    root = paths.root()
    name = paths.stage(stage, notebooks.assignments(root))
    config = course.settings(root, db)
    pages, failed = handback.write(config, name, [*(students or []), *(more or [])])
    typer.echo(f"{len(pages)} of {len(pages) + len(failed)} pages: gradebook/feedback/LEARNER/{name}/{name}.html")
    if release:
        unreleased = handback.hand_out(config, name, pages)
        typer.echo(f"{len(pages) - len(unreleased)} released")
        failed |= unreleased
    for student, reason in failed.items():
        typer.echo(paths.readable(f"{student}: {reason}"), err=True)
    if failed:
        raise typer.Exit(1)
