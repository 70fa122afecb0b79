"""The `gancourse` command. Each command imports what it needs when it runs, so that `--help` is quick."""

import sys

import typer

from gancourse.cli import author, data, feedback, grade, grades, learner

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})(learner.lab)
for command in (
    learner.doctor,
    learner.run,
    learner.sample,
    learner.detect,
    learner.start,
    learner.check,
    grade.grade,
    feedback.feedback,
    author.assignments,
    author.mutants,
):
    app.command()(command)
app.add_typer(data.app, name="data")
app.add_typer(grades.app, name="grades")


def main() -> None:
    """Entry point: an error that the user can mend is one line and exit status 1, without a traceback."""
    try:
        app()
    except (ValueError, OSError) as err:
        typer.secho(f"gancourse: {err}", err=True, fg=typer.colors.RED)
        sys.exit(1)
