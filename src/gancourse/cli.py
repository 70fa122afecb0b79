"""The `gancourse` command. Each command imports what it needs when it runs, so that `--help` is quick."""

import sys

import typer

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
data_app = typer.Typer(no_args_is_help=True, help="Data sets: what there is, where it is, fetch and import.")
app.add_typer(data_app, name="data")


def main() -> None:
    """Entry point: an error that the user can mend is one line and exit status 1, without a traceback."""
    try:
        app()
    except (ValueError, OSError) as err:
        typer.secho(f"gancourse: {err}", err=True, fg=typer.colors.RED)
        sys.exit(1)


if __name__ == "__main__":
    main()
