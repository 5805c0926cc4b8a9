"""`dondoc status --due`: what the clock would send in the coming days, and why, and why not."""

from __future__ import annotations

from dataclasses import asdict

from rich.table import Table

from service.cli.common import console, print_json
from service.flow.clock.preview import Preview

NOBODY = "–"


def show_due(preview: Preview, *, json: bool) -> int:
    """Prints it; always 0, for nothing is wrong with a plan."""
    if json:
        print_json(
            {
                "campaign": preview.campaign,
                "since": preview.since,
                "days": preview.days,
                "due": [asdict(mail) for mail in preview.mails],
                "silent": [asdict(unit) for unit in preview.silent],
            }
        )
        return 0
    since = f"{preview.since:%H:%M %d/%m/%Y}"
    console.print(
        f"{preview.campaign}: {preview.days} days from {since}, if nothing happens meanwhile", highlight=False
    )
    console.print(_mails(preview))
    for unit in preview.silent:
        console.print(f"{unit.unit}: nothing, for {unit.why}", highlight=False, markup=False, soft_wrap=True)
    return 0


def _mails(preview: Preview) -> Table:
    table = Table(expand=True)
    for heading in ("from", "unit", "mail"):
        table.add_column(heading, no_wrap=True)
    table.add_column("to", overflow="fold", ratio=1)
    table.add_column("why", ratio=1)
    for mail in preview.mails:
        when = f"{mail.at:%a %d/%m/%Y %H:%M}"
        table.add_row(when, mail.unit or NOBODY, mail.mail, "\n".join(mail.recipients), mail.why)
    return table
