"""HR's decisions at the command line: each is parsed here, carried out at the one door, and its sentence printed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from service.cli.common import (
    AsOption,
    CampaignOption,
    ConfigOption,
    NowOption,
    campaign_named,
    console,
    opened_service,
    opened_services,
    unit_of,
)
from service.core import hr_decisions as told
from service.core.contacts import Nominee
from service.core.hr_decisions import Decision, Outcome, Result
from service.core.mail.days import day_in
from service.core.records import OutgoingState
from service.flow.context import Services
from service.flow.hr.decisions import decide, decide_by_number
from service.flow.package import newest_package

UnitArgument = Annotated[str, typer.Argument(help="The unit's code.")]
AnyUnitArgument = Annotated[str | None, typer.Argument(help="The unit's code; none: all units.")]
FormArgument = Annotated[int, typer.Argument(help="Number of the declaration.")]
HeldArgument = Annotated[int, typer.Argument(help="Number of a held mail.")]
OutgoingArgument = Annotated[int, typer.Argument(help="Number of the mail, as `dondoc outbox` shows it.")]
WhyOption = Annotated[str, typer.Option("--why", help="The reason; it stands in the audit trail.")]
OptionalWhy = Annotated[str, typer.Option("--why", help="The reason.")]
WRONG_USE = frozenset(
    {
        Result.NO_FORM,
        Result.NO_FINDING,
        Result.NO_UNIT,
        Result.NO_MAIL,
        Result.NO_TASK,
        Result.NO_OUTGOING,
        Result.NO_QUESTION,
        Result.NOT_HELD,
        Result.WAIVE_NEEDS_REASON,
        Result.HOME_NEITHER,
        Result.ADMIT_OWN,
        Result.SNOOZE_PAST,
        Result.OUTGOING_QUEUED,
        Result.OUTGOING_BEING_SENT,
        Result.OUTGOING_REACHED,
        Result.LISTED_TWICE_SETTLED,
    }
)
"""Results that say that the command named something wrong."""
LISTED_BY = {
    Result.NO_FORM: "review",
    Result.NOT_HELD: "review",
    Result.NO_FINDING: "findings UNIT",
    Result.NO_TASK: "tasks",
    Result.NO_OUTGOING: "outbox",
    Result.OUTGOING_QUEUED: "outbox",
    Result.OUTGOING_BEING_SENT: "outbox",
    Result.LISTED_TWICE_SETTLED: "listed-twice",
}
"""The command that shows what can be named instead."""


def approve_command(
    campaign: Annotated[str, typer.Argument(help="The campaign whose package is approved.")],
    by: AsOption,
    config: ConfigOption = None,
    now: NowOption = None,
) -> int:
    """Approves the package that was built; it goes to the agency with the next pass."""
    with opened_services(config, now) as services:
        open_campaign = campaign_named(services, campaign)
        package = newest_package(services, open_campaign)
        if package is None:
            raise typer.BadParameter(f"{campaign}: no package has been built; run `dondoc package {campaign}` first")
        return _told(services, decide(services, open_campaign, told.ApprovePackage(package=package.id), by=by))


def admit_command(
    address: Annotated[str, typer.Argument(help="The mail address to register.")],
    unit: Annotated[str, typer.Option("--unit", help="For this unit.")],
    by: AsOption,
    config: ConfigOption = None,
    campaign: CampaignOption = None,
    now: NowOption = None,
) -> int:
    """Registers an address for a unit, in one campaign or in every one that has it; its held mails are taken in."""
    address = _address(address)
    with opened_service(config, now) as service:
        named = service.open_campaigns(campaign_named(service, campaign).campaign.id if campaign else None)
        code = unit_of(next((each for each in named if each.unit(unit)), named[0]), unit).code
        outcomes = service.admit(address, unit=code, by=by, campaign=campaign)
        service.process()
        service.deliver()
        return max(_told(service.services, outcome) for outcome in outcomes)


def accept_command(
    form: FormArgument, by: AsOption, why: OptionalWhy = "", config: ConfigOption = None, now: NowOption = None
) -> int:
    """HR accepts a declaration after looking at it."""
    return _decide(told.AcceptForm(form=form, why=why), by, config, now)


def reject_command(
    form: FormArgument, by: AsOption, why: OptionalWhy = "", config: ConfigOption = None, now: NowOption = None
) -> int:
    """HR rejects a declaration after looking at it."""
    return _decide(told.ReturnForm(form=form, why=why), by, config, now)


def release_command(
    mail: HeldArgument,
    unit: Annotated[str, typer.Option("--unit", help="Whose it is.")],
    by: AsOption,
    why: WhyOption,
    config: ConfigOption = None,
    campaign: CampaignOption = None,
    now: NowOption = None,
) -> int:
    """Takes in one held mail as this unit's without registering its address; answers go to the registered contact."""
    with opened_service(config, now) as service:
        open_campaign = campaign_named(service, campaign)
        decision = told.Release(mail=mail, unit=unit_of(open_campaign, unit).code, why=why)
        outcome = service.decide(decision, by=by, campaign=open_campaign.campaign.id)
        service.process()
        service.deliver()
        return _told(service.services, outcome)


def dismiss_command(
    mail: HeldArgument, by: AsOption, why: WhyOption, config: ConfigOption = None, now: NowOption = None
) -> int:
    """Closes a held mail without taking it in; it stays stored."""
    return _decide(told.Dismiss(mail=mail, why=why), by, config, now)


def replay_command(
    mails: Annotated[list[int], typer.Argument(help="Numbers of stored mails.")],
    by: AsOption = "administrator",
    config: ConfigOption = None,
    now: NowOption = None,
) -> int:
    """Processes stored mails again; what they changed before is not changed twice."""
    with opened_service(config, now) as service:
        for number in mails:
            outcome = service.decide(told.Replay(mail=number), by=by)
            _told(service.services, outcome)
            service.process()
            console.print(f"mail {number}: {service.mail_state(number)}")
        service.deliver()
    return 0


def extend_command(
    unit: UnitArgument,
    day: Annotated[str, typer.Argument(help="The new last day in time, such as 25/05/2021 or 2021-05-25.")],
    by: AsOption,
    config: ConfigOption = None,
    campaign: CampaignOption = None,
    now: NowOption = None,
) -> int:
    """Gives a unit more time; the unit is told, and later reminders follow the new day."""
    with opened_services(config, now) as services:
        open_campaign = campaign_named(services, campaign)
        until = _day(day, open_campaign.day_of(services.now()))
        decision = told.Extend(unit=unit_of(open_campaign, unit).code, until=until)
        return _told(services, decide(services, open_campaign, decision, by=by))


def waive_command(
    finding: Annotated[int, typer.Argument(help="Number of the finding; `dondoc findings` lists them.")],
    by: AsOption,
    why: WhyOption,
    config: ConfigOption = None,
    now: NowOption = None,
) -> int:
    """Overrules a finding: it no longer counts against the unit, in this version of its roster or a later one."""
    return _decide(told.WaiveFinding(finding=finding, why=why), by, config, now)


def pause_command(
    by: AsOption,
    unit: AnyUnitArgument = None,
    config: ConfigOption = None,
    campaign: CampaignOption = None,
    now: NowOption = None,
) -> int:
    """Pauses the mails to a unit, or to all; what comes in is still taken."""
    return _about_unit(lambda code: told.Pause(unit=code), unit, by, config, campaign, now)


def resume_command(
    by: AsOption,
    unit: AnyUnitArgument = None,
    config: ConfigOption = None,
    campaign: CampaignOption = None,
    now: NowOption = None,
) -> int:
    """Lets paused mails go on."""
    return _about_unit(lambda code: told.Resume(unit=code), unit, by, config, campaign, now)


def snooze_command(
    unit: UnitArgument,
    by: AsOption,
    until: Annotated[
        str | None, typer.Argument(help="No reminders up to and with this day, such as 2021-05-21; without: ended.")
    ] = None,
    config: ConfigOption = None,
    campaign: CampaignOption = None,
    now: NowOption = None,
) -> int:
    """Puts reminders to a unit off to a day, or ends that; its mails are answered all the same."""
    with opened_services(config, now) as services:
        open_campaign = campaign_named(services, campaign)
        day = _day(until, open_campaign.day_of(services.now())) if until else None
        decision = told.Snooze(unit=unit_of(open_campaign, unit).code, until=day)
        return _told(services, decide(services, open_campaign, decision, by=by))


def belongs_command(
    number: Annotated[int, typer.Argument(help="Number of the worker; `dondoc listed-twice` lists them.")],
    unit: Annotated[str, typer.Argument(help="Code of the unit, one of the two.")],
    by: AsOption,
    why: WhyOption,
    config: ConfigOption = None,
    campaign: CampaignOption = None,
    now: NowOption = None,
) -> int:
    """Says to which of two units a worker belongs; the other is asked to take her out with its next mail."""
    with opened_services(config, now) as services:
        open_campaign = campaign_named(services, campaign)
        decision = told.DecideHome(case=number, unit=unit_of(open_campaign, unit).code, why=_reason(why))
        return _told(services, decide(services, open_campaign, decision, by=by))


def name_contact_command(
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
    nominee = Nominee(name=name, phone=phone, address=_address(address))
    with opened_service(config, now) as service:
        open_campaign = campaign_named(service, campaign)
        decision = told.Appoint(unit=unit_of(open_campaign, unit).code, nominee=nominee)
        outcome = service.decide(decision, by=by, campaign=open_campaign.campaign.id)
        service.deliver()
        return _told(service.services, outcome)


def resend_command(number: OutgoingArgument, by: AsOption, config: ConfigOption = None, now: NowOption = None) -> int:
    """Sends the very same mail once more, to those whom it has not surely reached."""
    with opened_service(config, now) as service:
        outcome = service.decide(told.SendAgain(outgoing=number), by=by)
        said = _told(service.services, outcome)
        service.deliver()
        after = service.outgoing(number)
        assert after is not None
        error = f": {after.last_error}" if after.last_error else ""
        console.print(f"{number} to {', '.join(after.recipients)}: {after.state}{error}", highlight=False, markup=False)
        return said or int(after.state is not OutgoingState.SENT)


def give_up_command(
    number: OutgoingArgument, by: AsOption, why: WhyOption, config: ConfigOption = None, now: NowOption = None
) -> int:
    """The mail is not sent (again); it is not listed any more."""
    return _decide(told.GiveUp(outgoing=number, why=why), by, config, now)


def settle_command(
    task: Annotated[int, typer.Argument(help="Number of the task; `dondoc tasks` lists them.")],
    by: AsOption,
    why: WhyOption,
    config: ConfigOption = None,
    now: NowOption = None,
) -> int:
    """Closes a task that was done in another way, by telephone for instance."""
    return _decide(told.Settle(task=task, why=_reason(why)), by, config, now)


def _decide(decision: Decision, by: str, config: Path | None, now: str | None) -> int:
    """What is named by a number alone: its campaign is looked up."""
    with opened_services(config, now) as services:
        return _told(services, decide_by_number(services, decision, by=by))


def _about_unit(  # the options of two commands, in their order
    decision: Callable[[str | None], Decision],
    unit: str | None,
    by: str,
    config: Path | None,
    campaign: str | None,
    now: str | None,
) -> int:
    with opened_services(config, now) as services:
        open_campaign = campaign_named(services, campaign)
        code = unit_of(open_campaign, unit).code if unit else None
        return _told(services, decide(services, open_campaign, decision(code), by=by))


def _told(services: Services, outcome: Outcome) -> int:
    """Says what was done; 1 when nothing was. Raises BadParameter where the command named something wrong."""
    campaign = services.any_campaign.campaign.id
    sentence = services.mail.wording(campaign, "en").say(f"command.{outcome.result}", **outcome.facts)
    if outcome.result in WRONG_USE:
        hint = f" See `dondoc {LISTED_BY[outcome.result]}`." if outcome.result in LISTED_BY else ""
        raise typer.BadParameter(f"{sentence}{hint}")
    console.print(sentence, highlight=False, markup=False)
    return int(not outcome.changed)


def _reason(why: str) -> str:
    if not why.strip():
        raise typer.BadParameter("--why is empty; write the reason, it stands in the audit trail")
    return why


def _address(text: str) -> str:
    if text.count("@") != 1:
        raise typer.BadParameter(f"{text!r} is no mail address")
    return text.strip().lower()


def _day(text: str, today: date) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        day = day_in(text, today)
    if day is None:
        raise typer.BadParameter(f"{text!r} is no day; write for example 25/05/2021")
    return day
