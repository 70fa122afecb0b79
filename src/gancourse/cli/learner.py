"""Learners' commands: the course in JupyterLab, lessons, assignments, and what trained models do."""

import ast
import logging
import shlex
from pathlib import Path
from typing import Annotated

import typer

from gancourse.cli.options import Force, Stage


def lab(ctx: typer.Context) -> None:
    """Open the course in JupyterLab; further options go to it (--port 9999)."""
    from gancourse import lab

    lab.start(ctx.args)


def doctor() -> None:
    """Check the environment (versions, device, data, disk); say what is missing, and which command fixes it."""
    from rich.console import Console

    from gancourse import doctor

    findings = doctor.examine()
    Console().print(doctor.table(findings))
    if not all(f.fine for f in findings):
        raise typer.Exit(1)


def run(
    stage: Annotated[str | None, typer.Argument(help="Number or name of a stage: 01, 01-first-gan.")] = None,
    preset: Annotated[str, typer.Option(help="smoke (seconds), laptop (the lesson as it stands), full.")] = "laptop",
    parameter: Annotated[
        list[str] | None,
        typer.Option("-p", "--parameter", metavar="NAME=VALUE", help="Change a parameter; repeatable."),
    ] = None,
    resume: Annotated[
        Path | None, typer.Option(help="Folder of an interrupted run: continue from its last checkpoint.")
    ] = None,
    nproc: Annotated[
        int,
        typer.Option(min=1, help="Train in this many processes, started by torchrun; the batch size is that of each."),
    ] = 1,
    store: Annotated[
        bool, typer.Option("--store", help="Authors: put the executed notebook into course/ as the lesson.")
    ] = False,
) -> None:
    """Run a lesson without a browser; its notebook, pictures, numbers and weights go to a folder under runs/."""
    from papermill.exceptions import PapermillExecutionError

    from gancourse import lessons, paths

    if (stage is None) == (resume is None):
        raise ValueError("name a stage (gancourse run 01), or an interrupted run (gancourse run --resume runs/...)")
    if resume is not None and (parameter or preset != "laptop"):
        raise ValueError("a resumed run keeps its own parameters: leave out -p and --preset")
    if store and nproc > 1:
        raise ValueError("only a run in one process can be stored: leave out --nproc")
    if stage is not None and nproc > 1:
        lessons.check_shared_out(paths.stage(stage))
    folder = resume.resolve() if resume else lessons.prepare(paths.stage(stage), preset, _parameters(parameter or []))
    shown = _relative(folder)
    typer.echo(f"{'Continuing' if resume else 'Running into'} {shown}")
    try:
        lessons.execute(folder, nproc)
    except (KeyboardInterrupt, lessons.KernelDied) as err:
        logging.getLogger("asyncio").disabled = True  # the cell's task may end with the dead kernel's error, unheard
        interrupted = isinstance(err, KeyboardInterrupt)
        typer.echo(
            f"\n{'Interrupted' if interrupted else f'The lesson stopped: {err}'}. What is done is in {shown}\n"
            f"Continue with:  gancourse run --resume {shlex.quote(str(shown))}"
            f"{f' --nproc {nproc}' if nproc > 1 else ''}",
            err=True,
        )
        raise typer.Exit(130 if interrupted else 1) from None
    except PapermillExecutionError as err:
        typer.echo(f"Cell {err.exec_count} failed: {err.ename}: {err.evalue}\nThe notebook so far: {shown}", err=True)
        raise typer.Exit(1) from None
    typer.echo(f"Done. In {shown}: {', '.join(sorted(p.name for p in folder.iterdir()))}")
    if store:
        typer.echo(f"Stored as {_relative(lessons.store(folder))}")


def sample(
    stage: Annotated[str, typer.Argument(help="Number or name of a stage: 05, 05-conditional-gan.")],
    file: Annotated[Path, typer.Argument(help="The picture to write, a .png.")],
    classes: Annotated[
        list[str] | None,
        typer.Option(
            "--class", help="A class: number, name, or the beginning of a name; repeatable.", show_default="all"
        ),
    ] = None,
    n: Annotated[int, typer.Option("--n", min=1, max=1000, help="How many pictures of each class.")] = 16,
    seed: Annotated[int, typer.Option(help="Another seed gives other pictures.")] = 0,
    data_set: Annotated[
        str | None,
        typer.Option("--data", help="Which data set's generator.", show_default="the one that has the classes"),
    ] = None,
    truncation: Annotated[
        float | None,
        typer.Option(
            min=0.0,
            max=2.0,
            help="Of a generator with styles (08): how far they are from their mean; below 1 plainer and cleaner.",
            show_default="1",
        ),
    ] = None,
    force: Force = False,
) -> None:
    """Draw pictures with a stage's trained generator: gancourse sample 05 --class trouser out.png."""
    from gancourse.trained import sampling

    sampling.check_target(file, force)
    sheet = sampling.sample(stage, classes or [], n, seed, data_set, truncation)
    sampling.save_sheet(sheet, file)
    typer.echo(f"{file}: {len(sheet.pictures)} pictures ({sheet.data}): {', '.join(sheet.rows)}")


def mix(
    stage: Annotated[str, typer.Argument(help="Number or name of a stage whose generator has styles: 08.")],
    file: Annotated[Path, typer.Argument(help="The picture to write, a .png.")],
    rows: Annotated[int, typer.Option(min=1, max=20, help="Pictures at the left, which give the fine styles.")] = 4,
    columns: Annotated[int, typer.Option(min=1, max=20, help="Pictures at the top, which give the coarse ones.")] = 6,
    fine_from: Annotated[
        int, typer.Option("--fine-from", help="The size at which the fine styles begin: 8, 16, 32 or 64.")
    ] = 16,
    seed: Annotated[int, typer.Option(help="Another seed gives other pictures.")] = 0,
    truncation: Annotated[
        float, typer.Option(min=0.0, max=2.0, help="How far the styles are from their mean; 1 leaves them as they are.")
    ] = 0.7,
    data_set: Annotated[
        str | None, typer.Option("--data", help="Which data set's generator.", show_default="the stage's first")
    ] = None,
    force: Force = False,
) -> None:
    """Mix the styles of a stage's trained generator: gancourse mix 08 --rows 4 --columns 6 grid.png"""
    from gancourse.trained import sampling

    sampling.check_target(file, force)
    mixture = sampling.mix(stage, rows, columns, seed, fine_from, truncation, data_set)
    sampling.save_sheet(mixture, file)
    typer.echo(
        f"{file}: {rows * columns} mixtures ({mixture.data}), coarse styles from the top, fine ones from the left"
    )


def translate(
    source: Annotated[Path, typer.Argument(help="A picture, at least 64 pixels wide and high, or a folder of them.")],
    out: Annotated[Path, typer.Argument(help="The picture to write, a .png; for a folder, the folder to write into.")],
    target: Annotated[str, typer.Option("--to", help="What to make of them: one of the kinds named above.")],
    force: Force = False,
) -> None:
    """Translate pictures with lesson 10's translators: gancourse translate --to map tile.jpg out.png

    A folder's files are translated one by one, at any depth, into files of the same names. One that can't be read is
    named on stderr, and makes the exit status 1; the others are still translated.

    Each translator knows one kind of picture: those to masked and bare know drawn faces, the one to map knows satellite
    views, the one to satellite knows maps. With others they do something, but nothing sensible.
    """
    from gancourse import paths
    from gancourse.trained import translating

    problems = 0
    for file, written, note, problem in translating.translate(source, out, target, force):
        name = paths.readable(file)
        if problem:
            typer.secho(f"{name}: {problem}", err=True, fg=typer.colors.RED)
            problems += 1
        else:
            typer.echo(f"{name} -> {paths.readable(written)}: {note}")
    if problems:
        raise typer.Exit(1)


def detect(
    photos: Annotated[list[Path], typer.Argument(help="Photographs, or folders: all files in them, at any depth.")],
    threshold: Annotated[
        float | None,
        typer.Option(
            min=0.0, max=1.0, help="Probability from which a face counts as masked.", show_default="lesson 14's"
        ),
    ] = None,
) -> None:
    """Is there a mask on the face? Verdict and confidence for each photograph: gancourse detect me.jpg album/

    Files that aren't pictures are named on stderr, and make the exit status 1; the others still get their line.

    For learning only. It wasn't made to decide about people, and isn't fit to: no doors, fines or reports. The data
    card, datasets/masked-faces/README.md, says what it was trained on, and what not to do with it.
    """
    from gancourse import paths
    from gancourse.trained import detecting

    problems = 0
    for file, probability, verdict, problem in detecting.detect(photos, threshold):
        name = paths.readable(file)
        if problem:
            typer.secho(f"{name}: {problem}", err=True, fg=typer.colors.RED)
            problems += 1
        else:
            confidence = probability if verdict == "with mask" else 1 - probability
            typer.echo(f"{verdict:12s} {confidence:6.1%}  {name}")
    if problems:
        raise typer.Exit(1)


def enlarge(
    photo: Annotated[Path, typer.Argument(help="The photograph, of any size up to 40 million pixels.")],
    file: Annotated[Path, typer.Argument(help="The picture to write, a .png.")],
    sharp: Annotated[
        float,
        typer.Option(min=0.0, max=1.0, help="0 is nearest to the truth, 1 looks most natural, between is between."),
    ] = 0.0,
    force: Force = False,
) -> None:
    """Make a photograph four times as high and wide: gancourse enlarge photo.jpg large.png --sharp 0.5

    What is too small to be seen in the photograph is invented, and looks as in the pictures that the networks have
    learned from: nothing that is to be read or recognised in the result is evidence of anything.
    """
    from functools import partial

    from tqdm import tqdm

    from gancourse import paths
    from gancourse.trained import enlarging, sampling

    sampling.check_target(file, force)
    bar = partial(tqdm, unit="tile", delay=2, leave=False)
    height, width = enlarging.enlarge(photo, file, sharp, bar)
    typer.echo(f"{paths.readable(file)}: {width} x {height} pixels, four times {paths.readable(photo)}")


def anomalies(
    photos: Annotated[Path, typer.Argument(help="A folder of pictures to look through, or one picture.")],
    normal: Annotated[Path, typer.Option(help="A folder of normal pictures, at least eight.")],
    sheet: Annotated[
        Path | None, typer.Option(help="Also draw all of them with their scores, the oddest first, into this .png.")
    ] = None,
    force: Force = False,
) -> None:
    """Which pictures don't belong? A score for each, the oddest first: gancourse anomalies album --normal good

    Beside each score stands how many of the normal pictures, each compared with all others, score less. Files that
    aren't pictures are named on stderr, and make the exit status 1; the others still get their line.

    Unusual isn't wrong: a score says that nothing similar is among the normal pictures, and not why.
    """
    from functools import partial

    from tqdm import tqdm

    from gancourse import paths
    from gancourse.trained import sampling, spotting

    if sheet is not None:
        sampling.check_target(sheet, force)
    found, problems = spotting.spot(photos, normal, partial(tqdm, unit=" batches", delay=2, leave=False))
    for each in found:
        typer.echo(f"{each.score:6.2f}  {each.rank:6.1%}  {paths.readable(each.file)}")
    for file, problem in problems:
        typer.secho(f"{paths.readable(file)}: {problem}", err=True, fg=typer.colors.RED)
    if sheet is not None and found:
        spotting.draw(found, sheet)
        typer.echo(f"{paths.readable(sheet)}: the {min(len(found), spotting.MOST_SHOWN)} oddest first")
    if problems:
        raise typer.Exit(1)


def start(stage: Stage) -> None:
    """Copy a stage's assignment to work/, for you to write your answers in; an older copy is never overwritten."""
    from gancourse import paths
    from gancourse.grading import notebooks, release

    root = paths.root()
    name = paths.stage(stage, notebooks.assignments(root))
    folder = release.start(root, name)
    typer.echo(f"Your copy: {_relative(folder / f'{name}.ipynb')}\nCheck it with:  gancourse check {name[:2]}")


def check(
    stage: Stage,
    notebook: Annotated[
        Path | None, typer.Argument(help="Your notebook.", show_default="the one in work/, from `gancourse start`")
    ] = None,
) -> None:
    """Run your answers against visible and hidden tests: points, and what to look at.

    Your notebook isn't changed; the feedback is written beside it, as a web page. Exit status: 0 with full marks,
    otherwise 1.
    """
    from rich.console import Console

    from gancourse import paths
    from gancourse.grading import notebooks, selfcheck

    root = paths.root()
    name = paths.stage(stage, notebooks.assignments(root))
    console = Console()
    with console.status("Running your notebook and the tests; this takes about half a minute ..."):
        found, feedback = selfcheck.check(root, name, notebook or paths.place("work", root) / name / f"{name}.ipynb")
    console.print(selfcheck.table(found))
    for repair in (*found.repairs, *found.reasons):
        typer.echo(repair)
    typer.echo(f"In full: {_relative(feedback)}")
    if found.score != found.max_score:
        raise typer.Exit(1)


def _parameters(given: list[str]) -> dict[str, object]:
    pairs = [text.partition("=") for text in given]
    if wrong := [text for text, (_, equals, _) in zip(given, pairs) if not equals]:
        raise ValueError(f"-p takes NAME=VALUE, for example -p EPOCHS=2; not {wrong[0]!r}")
    return {name: _value(text) for name, _, text in pairs}


def _value(text: str) -> object:
    try:
        return ast.literal_eval(text)
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):  # what literal_eval says it raises
        return text


def _relative(path: Path) -> Path:
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path
