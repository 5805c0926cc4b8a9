"""The commands. Exit status: 0 nothing to complain of, 1 findings or something needs a person, 2 we cannot go on.

Each problem that stops a command is one line on standard error: value, problem, remedy; never a traceback.
"""

from __future__ import annotations

import logging
import os
import sys

import typer

from service.cli import daily, decisions, files, forms, lists, packages, signin
from service.flow.ports.world import CannotGoOn
from service.settings import SettingRefused

app = typer.Typer(
    name="dondoc",
    help="Collects papers from many units by mail: reads, checks, answers, reminds, reports and packs.",
    no_args_is_help=False,
    pretty_exceptions_enable=False,
    add_completion=False,
)
for group in (daily, lists, decisions, packages, files, forms, signin):
    group.register(app)


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
    except (SettingRefused, CannotGoOn) as reason:
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
