"""`dondoc status --due`: what the clock would send in the coming days, and why, and why not."""

from __future__ import annotations

from dataclasses import asdict

from rich.table import Table

from service.cli.common import console, print_json
from service.flow.clock.preview import Preview

NOBODY = "–"


def show_due(foresight: Preview, *, json: bool) -> int:
    """Prints it; always 0, for nothing is wrong with a plan."""
    if json:
        print_json(
            {
                "campaign": foresight.campaign,
                "since": foresight.since,
                "days": foresight.days,
                "due": [asdict(mail) for mail in foresight.mails],
                "silent": [asdict(unit) for unit in foresight.silent],
            }
        )
        return 0
    since = f"{foresight.since:%H:%M %d/%m/%Y}"
    console.print(
        f"{foresight.campaign}: {foresight.days} days from {since}, if nothing happens meanwhile", highlight=False
    )
    console.print(_mails(foresight))
    for unit in foresight.silent:
        console.print(f"{unit.unit}: nothing, for {unit.why}", highlight=False, markup=False, soft_wrap=True)
    return 0


def _mails(foresight: Preview) -> Table:
    table = Table(expand=True)
    for heading in ("from", "unit", "mail"):
        table.add_column(heading, no_wrap=True)
    table.add_column("to", overflow="fold", ratio=1)
    table.add_column("why", ratio=1)
    for mail in foresight.mails:
        when = f"{mail.at:%a %d/%m/%Y %H:%M}"
        table.add_row(when, mail.unit or NOBODY, mail.mail, "\n".join(mail.recipients), mail.why)
    return table
