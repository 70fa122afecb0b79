"""`gancourse grades`: what was graded, for learning platforms, spreadsheets and people."""

import io
from enum import StrEnum
from pathlib import Path
from typing import Annotated
from urllib.parse import unquote

import typer

from gancourse import paths
from gancourse.cli.options import Database, Force, Stage

app = typer.Typer(no_args_is_help=True, help="What was graded: export, statistics, attempts.")


class Format(StrEnum):
    CANVAS = "canvas"
    MOODLE = "moodle"
    CSV = "csv"
    JSON = "json"


@app.command()
def export(
    stage: Annotated[str, typer.Argument(help="Number or name of a stage, or `all`.")],
    file: Annotated[Path | None, typer.Argument(help="The file to write.", show_default="the terminal")] = None,
    format: Annotated[Format, typer.Option(help="canvas and moodle: the format that each imports.")] = Format.CSV,
    db: Database = None,
    force: Force = False,
) -> None:
    """Write the class's grades for Canvas, Moodle, a spreadsheet or a program.

    The newest attempts count, with what was changed in Formgrader since. Where nothing was handed in, or someone still
    has to look at the submission, the cell is left empty, not 0; stderr lists these.
    """
    from gancourse.grading.books import exports

    _check_target(file, force)
    with _records(db) as records:
        known = records.stages()
        found = exports.grades(records, known if stage == "all" else [_stage(stage, known)])
    text = exports.FORMATS[format](found)
    if file is None:
        typer.echo(text, nl=False)
    else:
        paths.write(file, text.encode())
        typer.echo(f"{file}: {len(found)} grades", err=True)
    for line in exports.unresolved(found):
        typer.secho(paths.readable(line), err=True, fg=typer.colors.YELLOW)


@app.command()
def stats(
    stage: Stage,
    plot: Annotated[
        Path | None, typer.Option(help="Also plot the probes that failed most often: a .png, .pdf or .svg.")
    ] = None,
    db: Database = None,
    force: Force = False,
) -> None:
    """Show what the class misunderstood: each task's mean, and how many failed each test and each probe."""
    from rich.console import Console

    from gancourse.grading.books import statistics
    from gancourse.grading.notebooks import read, source_path

    _check_target(plot, force)
    if plot and plot.suffix not in (".png", ".pdf", ".svg"):
        raise ValueError(f"the plot's name must end in .png, .pdf or .svg, not {plot.name}")
    with _records(db) as records:
        name = _stage(stage, records.stages())
        attempts = list(records.latest(name).values())
    probes = statistics.probes(attempts, read(source_path(paths.root(), name)))
    Console().print(
        statistics.task_table(statistics.tasks(attempts)),
        statistics.table(statistics.tests(attempts)),
        statistics.table(probes),
    )
    if plot:
        learners = sum(bool(attempt.results) for attempt in attempts)
        picture = io.BytesIO()
        figure = statistics.plot(probes, f"{name}: what {learners} learners failed")
        figure.savefig(picture, format=plot.suffix[1:], dpi=110)
        paths.write(plot, picture.getvalue())
        typer.echo(f"{plot}")


@app.command()
def history(
    student: Annotated[str, typer.Argument(help="A learner, by nbgrader's student id.")],
    stage: Stage,
    db: Database = None,
) -> None:
    """Show every attempt at one learner's submissions, oldest first."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    with _records(db) as records:
        name = _stage(stage, records.stages())
        attempts = records.history(name, student)
    if not attempts:
        raise ValueError(f"no attempt by {student!r} at {name}: `gancourse grades list {name[:2]}` shows who has one")
    shown = Table("time (UTC)", "status", "points", "seed", "version", "submission", "notes")
    shown.columns[2].justify = "right"
    for attempt in attempts:
        submission = (attempt.submission_sha256 or "")[:8]
        texts = [f"{attempt.time:%Y-%m-%d %H:%M:%S}", str(attempt.status), _points(attempt), str(attempt.seed or "")]
        shown.add_row(*(Text(paths.readable(text)) for text in [*texts, attempt.version, submission, _notes(attempt)]))
    Console().print(shown)


@app.command("list")
def list_grades(stage: Stage, db: Database = None) -> None:
    """Show the newest result of each learner, as it would be exported."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from gancourse.grading.books import exports

    with _records(db) as records:
        found = exports.grades(records, [_stage(stage, records.stages())])
    shown = Table("learner", "status", "points", "graded (UTC)", "note")
    shown.columns[2].justify = "right"
    for grade in found:
        when = f"{grade.time:%Y-%m-%d %H:%M}" if grade.time else ""
        texts = [grade.learner.student, str(grade.status), _points(grade), when, grade.note]
        shown.add_row(*(Text(paths.readable(text)) for text in texts))
    Console().print(shown)


def _records(db: str | None):
    """The records of the course's database. Raises ValueError where nothing was graded into it yet."""
    from gancourse.grading import course
    from gancourse.grading.books import records

    url = course.settings(paths.root(), db).CourseDirectory.db_url
    file = Path(unquote(url.removeprefix("sqlite:///")))
    if url.startswith("sqlite:///") and not file.is_file():
        raise ValueError(f"no gradebook at {file}: run `gancourse grade STAGE` first")
    return records.Records(url)


def _stage(query: str, known: list[str]) -> str:
    if not known:
        raise ValueError("nothing has been graded yet: run `gancourse grade STAGE` first")
    return paths.stage(query, known)


def _check_target(file: Path | None, force: bool) -> None:
    """Raises ValueError where writing the file would fail or replace another, before any work is done."""
    if file is not None and file.exists() and not force:
        raise ValueError(f"{file} exists: choose another name, or add --force to replace it")
    if file is not None and not file.parent.is_dir():
        raise ValueError(f"no folder {file.parent} to write {file.name} into")


def _points(graded) -> str:
    """Points of an attempt or a grade; a dash where there are none."""
    most = "" if graded.max_score is None else f"/{graded.max_score:g}"
    return "-" if graded.score is None else f"{graded.score:g}{most}"


def _notes(attempt) -> str:
    sandbox = [] if attempt.sandboxed else ["graded without a sandbox"]
    return "; ".join([*attempt.reasons, *attempt.repairs, *sandbox])
