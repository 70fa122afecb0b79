"""`gancourse data`: data sets."""

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(no_args_is_help=True, help="Data sets: list them, fetch one, import your own copy.")
Name = Annotated[str, typer.Argument(help="A data set's name, as `list` shows it.")]


@app.command("list")
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


@app.command("fetch")
def fetch_data(name: Name) -> None:
    """Put a full data set into the cache: from a mirror, the system, or the official download."""
    from gancourse import data

    _show_cached(name, data.fetch(name))


@app.command("import")
def import_data(
    name: Name,
    path: Annotated[Path, typer.Argument(help="Folder (class folders, train/ and test/, official files) or zip.")],
) -> None:
    """Put your own copy of a data set into the cache, in place of what is there."""
    from gancourse import data, paths

    _show_cached(name, data.import_set(name, paths.expanded(path)))


def _show_cached(name: str, prepared) -> None:
    from gancourse.data import cache

    counts = ", ".join(f"{len(labels):,} {split}" for split, (_, labels) in prepared.splits.items())
    typer.echo(f"{name}: {counts} pictures, {prepared.source}; in {cache.folder(name).parent}")
