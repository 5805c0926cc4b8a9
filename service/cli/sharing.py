"""`dondoc listed-twice` and `belongs`: workers whom two units list, and HR's word to which unit each belongs."""

from __future__ import annotations

from typing import Annotated

import typer

from service.cli.common import (
    AsOption,
    CampaignOption,
    ConfigOption,
    JsonOption,
    NowOption,
    chosen,
    clock_of,
    console,
    print_json,
    settings_of,
    unit_of,
)
from service.flow.context import CampaignContext
from service.flow.submissions.listed_twice import decide
from service.wiring.assembly import reading_services


def register(app: typer.Typer) -> None:
    app.command("listed-twice")(listed_twice)
    app.command()(belongs)


def listed_twice(config: ConfigOption = None, campaign: CampaignOption = None, json: JsonOption = False) -> int:
    """Workers whom two units list now, with the number by which each is decided; 1 when one waits for HR's word."""
    settings = settings_of(config)
    name = chosen(settings.campaigns, campaign, settings.folder)
    zone = settings.campaigns[name].campaign.zone
    with reading_services(settings, now=clock_of(None, zone)) as services, services.ledger.transaction() as transaction:
        cases = transaction.listings.twice(name)
    lines = [
        {"number": case.id, "name": case.newer_name, "former": case.former, "newer": case.newer, "belongs": case.home}
        for case in cases
    ]
    if json:
        print_json(lines)
    else:
        for line in lines:
            said = f"of {line['belongs']}" if line["belongs"] else "to be decided"
            text = f"{line['number']}: {line['name']}: {line['former']} and {line['newer']}, {said}"
            console.print(text, markup=False, highlight=False)
    return int(any(case.home is None for case in cases))


def belongs(
    number: Annotated[int, typer.Argument(help="Number of the worker; `dondoc listed-twice` lists them.")],
    unit: Annotated[str, typer.Argument(help="Code of the unit, one of the two.")],
    by: AsOption,
    why: Annotated[str, typer.Option("--why", help="The reason; it stands in the audit trail.")],
    config: ConfigOption = None,
    campaign: CampaignOption = None,
    now: NowOption = None,
) -> int:
    """Says to which of two units a worker belongs; the other is asked to take her out with its next mail."""
    if not why.strip():
        raise typer.BadParameter("--why is empty; write the reason, it stands in the audit trail")
    settings = settings_of(config)
    name = chosen(settings.campaigns, campaign, settings.folder)
    zone = settings.campaigns[name].campaign.zone
    with reading_services(settings, now=clock_of(now, zone)) as services, services.ledger.transaction() as transaction:
        context = CampaignContext(services, transaction, services.campaigns[name])
        case = next((each for each in transaction.listings.twice(name) if each.id == number), None)
        if case is None:
            raise typer.BadParameter(f"{number}: no worker in two lists has this number; see `dondoc listed-twice`")
        home = unit_of(context.open_campaign, unit).code
        if home not in (case.former, case.newer):
            raise typer.BadParameter(
                f"{unit}: the worker is listed by {case.former} and {case.newer}; name one of them"
            )
        decide(context, case, home, by=by, why=why)
    console.print(f"{case.newer_name}: of {home}", markup=False, highlight=False)
    return 0
