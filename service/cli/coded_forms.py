"""`dondoc forms`: the declaration as PDF for each worker, blank or filled in, with a code that identifies its scan."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from service.cli.common import ConfigOption, NowOption, chosen, clock_of, console, settings_of, unit_of
from service.flow.submissions.printed_forms import coded_forms
from service.wiring.assembly import reading_services


def forms(
    campaign: Annotated[str | None, typer.Argument(help="The campaign, where several are open.")] = None,
    output: Annotated[Path, typer.Option("--output", "-o", help="Folder for the PDF files.")] = Path("forms"),
    unit: Annotated[str | None, typer.Option("--unit", help="Only this unit's workers.")] = None,
    blank: Annotated[bool, typer.Option("--blank", help="Nothing filled in: to be written by hand.")] = False,
    config: ConfigOption = None,
    now: NowOption = None,
) -> int:
    """A declaration for each worker of HR's file, with a code by which its signed scan is recognised."""
    settings = settings_of(config)
    name = chosen(settings.campaigns, campaign)
    if settings.campaigns[name].campaign.declaration is None:
        raise typer.BadParameter(f"{name}: this campaign asks for no declaration; choose another by name")
    written = 0
    with reading_services(settings, now=clock_of(now, settings.campaigns[name].campaign.zone)) as services:
        open_campaign = services.campaigns[name]
        units = (unit_of(open_campaign, unit),) if unit else open_campaign.units
        for form in coded_forms(services, open_campaign, units, prefilled=not blank):
            folder = output / form.unit.code
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            (folder / form.name).write_bytes(form.content)
            written += 1
    if not written:
        raise typer.BadParameter(f"{name}: HR's file names no worker here; fill config/campaigns/{name}/workers.xlsx")
    console.print(f"{written} forms in {output}", highlight=False)
    return 0
