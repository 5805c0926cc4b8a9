"""HR's decisions about units at the command line, and what HR looks at before: contacts, findings, passwords."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
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
from service.core.contacts import ContactState, Nominee
from service.core.mail.commands import day_in
from service.core.units import Unit
from service.flow.answers.wording import where_in_words
from service.flow.contacts.nominations import appoint, roster_password
from service.flow.context import CampaignContext
from service.flow.hr import decisions
from service.wiring.assembly import build_service
from service.wiring.service import Service

UnitArgument = Annotated[str, typer.Argument(help="The unit's code.")]
WhyOption = Annotated[str, typer.Option("--why", help="The reason; it stands in the audit trail.")]
FINDING_HELP = "Number of the finding; `dondoc findings` lists them."
SUCCEEDS = frozenset({"extended", "waived", "paused", "resumed"})


def register(app: typer.Typer) -> None:
    for command in (extend, waive, pause, resume, findings, contacts, password):
        app.command()(command)
    app.command("name-contact")(name_contact)


def extend(
    unit: UnitArgument,
    day: Annotated[str, typer.Argument(help="The new last day in time, such as 25/05/2021 or 2021-05-25.")],
    by: AsOption,
    config: ConfigOption = None,
    campaign: CampaignOption = None,
    now: NowOption = None,
) -> int:
    """Gives a unit more time; the unit is told, and later reminders follow the new day."""
    with _service(config, now) as service, _context(service, campaign) as context:
        found = _unit(context, unit)
        until = _day(day, context.today())
        outcome = decisions.extend(context, found, until, by=by)
        return _told(context, outcome, unit=f"{found.code} {found.name}", day=f"{until:%d/%m/%Y}")


def waive(
    finding: Annotated[int, typer.Argument(help=FINDING_HELP)],
    by: AsOption,
    why: WhyOption,
    config: ConfigOption = None,
    now: NowOption = None,
) -> int:
    """Overrules a finding: it no longer counts against the unit, in this version of its roster or a later one."""
    if not why.strip():
        raise typer.BadParameter("--why is empty; write the reason, it stands in the audit trail")
    with _service(config, now) as service:
        with service.ledger.transaction() as transaction:
            numbered = transaction.submissions.numbered_finding(finding)
        if numbered is None or numbered.campaign not in service.services.campaigns:
            raise typer.BadParameter(f"{finding}: no finding has this number; see `dondoc findings UNIT`")
        with _context(service, numbered.campaign) as context:
            outcome, unit = decisions.waive(context, finding, by=by, why=why)
            return _told(context, outcome, unit=unit.name if unit else "", number=str(finding), why=why)


def pause(
    by: AsOption,
    unit: Annotated[str | None, typer.Argument(help="The unit's code; none: all units.")] = None,
    config: ConfigOption = None,
    campaign: CampaignOption = None,
    now: NowOption = None,
) -> int:
    """Pauses the mails to a unit, or to all; what comes in is still taken."""
    return _pause_or_resume(decisions.pause, unit, by=by, config=config, campaign=campaign, now=now)


def resume(
    by: AsOption,
    unit: Annotated[str | None, typer.Argument(help="The unit's code; none: all units.")] = None,
    config: ConfigOption = None,
    campaign: CampaignOption = None,
    now: NowOption = None,
) -> int:
    """Lets paused mails go on."""
    return _pause_or_resume(decisions.resume, unit, by=by, config=config, campaign=campaign, now=now)


def _pause_or_resume(
    act: Callable[..., str], code: str | None, *, by: str, config: Path | None, campaign: str | None, now: str | None
) -> int:
    with _service(config, now) as service, _context(service, campaign) as context:
        unit = _unit(context, code) if code else None
        outcome = act(context, unit, by=by)
        return _told(context, f"{outcome}_{'unit' if unit else 'all'}", unit=unit.name if unit else "")


def name_contact(
    unit: UnitArgument,
    address: Annotated[str, typer.Argument(help="Mail address of the contact.")],
    by: AsOption,
    name: Annotated[str, typer.Option("--name", help="Her full name.")],
    phone: Annotated[str, typer.Option("--phone", help="Her telephone number.")] = "",
    config: ConfigOption = None,
    campaign: CampaignOption = None,
    now: NowOption = None,
) -> int:
    """Names a unit's contact: she gets the unit's list, whoever was it before is told."""
    if address.count("@") != 1:
        raise typer.BadParameter(f"{address!r} is no mail address")
    with _service(config, now) as service:
        with _context(service, campaign) as context:
            nominee = Nominee(name=name, phone=phone, address=address.strip().lower())
            appoint(context, _unit(context, unit), nominee, by=by)
        service.deliver()
    console.print(f"{name}, {address}: contact of {unit.upper()} from now on", highlight=False)
    return 0


def findings(
    unit: UnitArgument, config: ConfigOption = None, campaign: CampaignOption = None, json: JsonOption = False
) -> int:
    """The errors that count against a unit, with the numbers by which they are waived."""
    with _service(config, None) as service, _context(service, campaign) as context:
        said = context.wording()
        lines = [
            {
                "finding": number,
                "where": where_in_words(context.campaign, finding, said),
                "code": str(finding.code),
                "message": said.message(finding),
            }
            for number, finding in decisions.open_findings(context, _unit(context, unit))
        ]
    if json:
        print_json(lines)
    else:
        for line in lines:
            console.print(f"{line['finding']}: {line['where']}: {line['message']}", markup=False, highlight=False)
    return int(bool(lines))


def contacts(config: ConfigOption = None, campaign: CampaignOption = None, json: JsonOption = False) -> int:
    """Every unit's contact, and who has named none; 1 when a unit has none."""
    with _service(config, None) as service, _context(service, campaign) as context:
        rows = list(_contact_rows(context))
    if json:
        print_json(rows)
    else:
        for row in rows:
            who = f"{row['name']}, {row['address']}" if row["state"] == "current" else str(row["state"])
            console.print(f"{row['unit']}: {who}", markup=False, highlight=False)
    return int(any(row["state"] != "current" for row in rows))


def _contact_rows(context: CampaignContext) -> Iterator[dict[str, str | None]]:
    for unit in context.units:
        named = context.transaction.people.contacts(context.campaign.id, unit.code)
        last = next((each for each in named if each.state is ContactState.CURRENT), None) or next(
            (each for each in reversed(named) if each.state is ContactState.PROPOSED), None
        )
        yield {
            "unit": unit.code,
            "state": str(last.state) if last else "none",
            "name": last.nominee.name if last else None,
            "address": last.nominee.address if last else None,
            "phone": last.nominee.phone if last else None,
        }


def password(unit: UnitArgument, config: ConfigOption = None, campaign: CampaignOption = None) -> int:
    """The password of the list that the unit's contact got: to be told by telephone."""
    with _service(config, None) as service, _context(service, campaign) as context:
        contact = context.transaction.people.current_contact(context.campaign.id, _unit(context, unit).code)
        if contact is None:
            raise typer.BadParameter(f"{unit}: the unit has no contact yet; see `dondoc contacts`")
        console.print(roster_password(context, contact), highlight=False)
    return 0


def _told(context: CampaignContext, outcome: str, **facts: str) -> int:
    """Says what was done; 1 when nothing was."""
    console.print(
        context.services.mail.wording(context.campaign.id, "en").say(f"command.{outcome}", **facts), highlight=False
    )
    return int(outcome.removesuffix("_unit").removesuffix("_all") not in SUCCEEDS)


def _day(text: str, today: date) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        day = day_in(text, today)
    if day is None:
        raise typer.BadParameter(f"{text!r} is no day; write for example 25/05/2021")
    return day


def _unit(context: CampaignContext, code: str) -> Unit:
    unit: Unit = unit_of(context.open_campaign, code)
    return unit


@contextmanager
def _context(service: Service, campaign: str | None) -> Iterator[CampaignContext]:
    """One campaign in one transaction."""
    name = chosen(service.settings.campaigns, campaign, service.settings.folder)
    with service.ledger.transaction() as transaction:
        yield CampaignContext(service.services, transaction, service.open_campaign(name))


def _service(config: Path | None, now: str | None) -> Service:
    settings = settings_of(config)
    zone = next(iter(settings.campaigns.values())).campaign.zone
    return build_service(settings, now=clock_of(now, zone))
