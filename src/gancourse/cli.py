"""The `gancourse` command. Each command imports what it needs when it runs, so that `--help` is quick."""

import sys
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
data_app = typer.Typer(no_args_is_help=True, help="Data sets: what there is, where it is, fetch and import.")
app.add_typer(data_app, name="data")


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def lab(ctx: typer.Context) -> None:
    """Open the course in JupyterLab; further options go to it (--port 9999)."""
    from gancourse import lab

    lab.start(ctx.args)


@app.command()
def doctor() -> None:
    """Check the environment: versions, device, data, disk; what is missing and the command that mends it."""
    from rich.console import Console

    from gancourse import doctor

    findings = doctor.examine()
    Console().print(doctor.table(findings))
    if not all(f.fine for f in findings):
        raise typer.Exit(1)


@app.command()
def run(
    stage: Annotated[str | None, typer.Argument(help="Number or name of a stage: 01, 01-first-gan.")] = None,
    preset: Annotated[str, typer.Option(help="smoke (seconds), laptop (the lesson as it stands), full.")] = "laptop",
    parameter: Annotated[
        list[str] | None,
        typer.Option("-p", "--parameter", metavar="NAME=VALUE", help="Change one; repeatable."),
    ] = None,
    resume: Annotated[
        Path | None, typer.Option(help="Folder of an interrupted run: go on from its last checkpoint.")
    ] = None,
    store: Annotated[
        bool, typer.Option("--store", help="Authors: put the executed notebook into course/ as the lesson.")
    ] = False,
) -> None:
    """Run a lesson without a browser; its notebook, pictures, numbers and weights go to a folder under runs/."""
    from gancourse import lessons, paths

    if (stage is None) == (resume is None):
        raise ValueError("name a stage (gancourse run 01), or an interrupted run (gancourse run --resume runs/...)")
    if resume is not None and (parameter or preset != "laptop"):
        raise ValueError("a resumed run keeps its own parameters: leave out -p and --preset")
    folder = resume.resolve() if resume else lessons.prepare(paths.stage(stage), preset, _parameters(parameter or []))
    shown = _relative(folder)
    typer.echo(f"{'Going on with' if resume else 'Running into'} {shown}")
    try:
        lessons.execute(folder)
    except KeyboardInterrupt:
        typer.echo(
            f"\nInterrupted. What is done is in {shown}\nGo on with:  gancourse run --resume {shown}",
            err=True,
        )
        raise typer.Exit(130) from None
    typer.echo(f"Done. In {shown}: {', '.join(sorted(p.name for p in folder.iterdir()))}")
    if store:
        typer.echo(f"Stored as {_relative(lessons.store(folder))}")


def _parameters(given: list[str]) -> dict[str, object]:
    import yaml

    pairs = [text.partition("=") for text in given]
    if wrong := [name for name, equals, _ in pairs if not equals]:
        raise ValueError(f"-p takes NAME=VALUE, for example -p EPOCHS=2; not {wrong[0]!r}")
    return {name: yaml.safe_load(value) for name, _, value in pairs}


def _relative(path: Path) -> Path:
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path


@data_app.command("list")
def list_data() -> None:
    """Show the data sets, and where each would come from now."""
    from rich.console import Console
    from rich.table import Table

    from gancourse.data import catalog, loading, sources

    table = Table("name", "pictures", "shape", "classes", "licence", "from", "size", box=None)
    table.columns[0].no_wrap = True
    for entry in catalog.entries().values():
        height, width, channels = entry.shape
        pictures = entry.train + entry.test
        shape, megabytes = f"{height}x{width}x{channels}", f"{pictures * height * width * channels / 1e6:.0f} MB"
        classes, origin = str(len(entry.classes)), loading.origin(entry)
        table.add_row(entry.name, f"{pictures:,}", shape, classes, entry.licence, origin, megabytes)
    Console().print(table)
    for problem in sources.missing_mirror():
        typer.secho(problem, fg=typer.colors.YELLOW)


@data_app.command("fetch")
def fetch_data(name: Annotated[str, typer.Argument(help="A data set's name, as `list` shows it.")]) -> None:
    """Put a full data set into the cache: from a mirror, the system, or the official download."""
    from gancourse import data

    _show_cached(name, data.fetch(name))


@data_app.command("import")
def import_data(
    name: Annotated[str, typer.Argument(help="A data set's name, as `list` shows it.")],
    path: Annotated[Path, typer.Argument(help="Folder (class folders, train/ and test/, official files) or zip.")],
) -> None:
    """Put your own copy of a data set into the cache, in place of what is there."""
    from gancourse import data

    _show_cached(name, data.import_set(name, path.expanduser()))


def _show_cached(name: str, prepared) -> None:
    from gancourse.data import cache

    counts = ", ".join(f"{len(labels):,} {split}" for split, (_, labels) in prepared.splits.items())
    typer.echo(f"{name}: {counts} pictures, {prepared.source}; in {cache.folder(name).parent}")


def main() -> None:
    """Entry point: an error that the user can mend is one line and exit status 1, without a traceback."""
    try:
        app()
    except (ValueError, OSError) as err:
        typer.secho(f"gancourse: {err}", err=True, fg=typer.colors.RED)
        sys.exit(1)


if __name__ == "__main__":
    main()
