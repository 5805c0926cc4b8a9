"""`dondoc snooze`: the clock leaves a unit in peace up to a day; answers to its mails go out all the same."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import typer

from service.cli.common import (
    AsOption,
    CampaignOption,
    ConfigOption,
    NowOption,
    chosen,
    clock_of,
    console,
    settings_of,
    unit_of,
)
from service.flow.context import CampaignContext
from service.wiring.assembly import reading_services


def register(app: typer.Typer) -> None:
    app.command()(snooze)


def snooze(
    unit: Annotated[str, typer.Argument(help="The unit's code.")],
    by: AsOption,
    until: Annotated[
        str | None, typer.Argument(help="No reminders up to and with this day, such as 2021-05-21; without: ended.")
    ] = None,
    config: ConfigOption = None,
    campaign: CampaignOption = None,
    now: NowOption = None,
) -> int:
    """Puts reminders to a unit off to a day, or ends that; its mails are answered all the same."""
    day = _day(until)
    settings = settings_of(config)
    name = chosen(settings.campaigns, campaign, settings.folder)
    zone = settings.campaigns[name].campaign.zone
    with reading_services(settings, now=clock_of(now, zone)) as services, services.ledger.transaction() as transaction:
        context = CampaignContext(services, transaction, services.campaigns[name])
        found = unit_of(context.open_campaign, unit)
        if day is not None and day < context.day_of(services.now()):
            raise typer.BadParameter(f"{until!r} has passed; name today or a later day")
        transaction.decisions.snooze(name, found.code, day)
        context.record(by, "snoozed", day.isoformat() if day else "ended", unit=found)
    said = f"no reminders up to and with {day:%d/%m/%Y}" if day else "reminders as planned"
    console.print(f"{found.code}: {said}", highlight=False)
    return 0


def _day(written: str | None) -> date | None:
    if written is None:
        return None
    try:
        return date.fromisoformat(written)
    except ValueError:
        raise typer.BadParameter(f"{written!r} is no day; write for example 2021-05-21") from None
