"""The `gancourse` command. Each command imports what it needs when it runs, so that `--help` is quick."""

import io
import sys
import tempfile
import traceback

import typer

from gancourse.cli import author, data, feedback, grade, grades, learner

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})(learner.lab)
for command in (
    learner.doctor,
    learner.run,
    learner.sample,
    learner.mix,
    learner.translate,
    learner.detect,
    learner.enlarge,
    learner.anomalies,
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
    """Entry point: an error that the user can fix is one line and exit status 1, without a traceback.

    So is one that nobody has foreseen; its traceback goes to a file, for whoever is to fix it.
    """
    # jsonschema, by which notebooks are validated, would compile a grammar of international addresses at each start:
    # for most of a second, and no notebook has such addresses.
    sys.modules.setdefault("rfc3987_syntax", None)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a name may hold letters that the terminal's encoding lacks
    try:
        app()
    except (ValueError, OSError) as err:
        typer.secho(f"gancourse: {err}", err=True, fg=typer.colors.RED)
        sys.exit(1)
    except Exception as err:
        with tempfile.NamedTemporaryFile(
            "w", prefix="gancourse-", suffix=".txt", encoding="utf-8", delete=False
        ) as file:
            traceback.print_exc(file=file)
        words = f"gancourse: {type(err).__name__}: {err}\nThis is a bug in the course; the traceback is in {file.name}"
        typer.secho(words, err=True, fg=typer.colors.RED)
        sys.exit(1)
