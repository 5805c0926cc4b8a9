"""The commands. Exit status: 0 nothing to complain of, 1 findings or something needs a person, 2 we cannot go on.

Each problem that stops a command is one line on standard error: value, problem, remedy; never a traceback.
"""

from __future__ import annotations

import logging
import os
import sys
from typing import Annotated

import typer

from service.cli.command_table import CommandTable
from service.flow.ports.failures import CannotGoOn

app = typer.Typer(
    name="dondoc",
    cls=CommandTable,
    help="Collects papers from many units by mail: reads, checks, answers, reminds, reports and packs.",
    no_args_is_help=False,
    pretty_exceptions_enable=False,
    add_completion=False,
)


def _say_version(wanted: bool) -> None:
    if wanted:
        from service.cli.version import versions

        typer.echo(versions())
        raise typer.Exit


VersionOption = Annotated[
    bool,
    typer.Option(
        "--version", help="The version, the configuration's, the schema's.", callback=_say_version, is_eager=True
    ),
]


@app.callback()
def options(_version: VersionOption = False) -> None:
    """Collects papers from many units by mail: reads, checks, answers, reminds, reports and packs."""


def main() -> None:
    """Entry of the `dondoc` command."""
    logging.basicConfig(
        level=os.environ.get("DONDOC_LOG", "WARNING").upper(),
        stream=sys.stderr,
        format="%(asctime)s %(levelname)s %(name)s: %(message)s",
    )
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """Runs one command line and gives its exit status."""
    command = typer.main.get_command(app)
    try:
        result = command.main(args=arguments, prog_name="dondoc", standalone_mode=False)
    except typer.TyperException as reason:
        return _stop(str(getattr(reason, "format_message", reason.__str__)()))
    except CannotGoOn as reason:
        return _stop(str(reason))
    except OSError as reason:
        return _stop(f"{reason.filename or 'system'}: {reason.strerror or reason}; check the name and the permissions")
    except (KeyboardInterrupt, typer.Abort):
        return _stop("stopped at your request")
    return result if isinstance(result, int) else 0


def _stop(reason: str) -> int:
    line = " ".join(reason.split())
    print(f"dondoc: {line}", file=sys.stderr)
    return 2
