"""What several commands ask for."""

from typing import Annotated

import typer

Stage = Annotated[str, typer.Argument(help="Number or name of a stage: 01, 01-first-gan.")]
Database = Annotated[
    str | None,
    typer.Option(
        "--db", envvar="GANCOURSE_DB", help="The gradebook's database.", show_default="gradebook/gradebook.db"
    ),
]
Force = Annotated[bool, typer.Option("--force", help="Replace the file if it exists.")]
