"""Single orders carried out: HR's, each giving the sentence that says what was done, and the unit's own."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from service.core.forms import Verdict
from service.core.mail.commands import Command, Order, day_in
from service.core.mail.nomination import nominee_in
from service.core.masking import masked
from service.core.progress.deadlines import deadline_of_unit
from service.core.records import PackageRecord
from service.core.units import Unit
from service.flow.answers.wording import where_in_words
from service.flow.contacts.nominations import appoint, decide_proposal, list_of
from service.flow.context import CampaignContext
from service.flow.hr import decisions
from service.flow.outbox.compose import reply_to_unit, to_hr, to_unit, unit_facts
from service.flow.outbox.letters import HrLetter, UnitLetter
from service.flow.outbox.progress import progress_of
from service.flow.submissions import listed_twice as sharing
from service.flow.submissions.attribution import decide_whose
from service.flow.triage.triage import Incoming

FINDINGS_SHOWN = 40


def carry_out(context: CampaignContext, order: Order, about: str, *, by: str, today: date) -> str:
    """One order of HR's, whose right to give it has been proven; says what was done."""
    facts: dict[str, str] = {"why": order.argument, "number": str(order.number or "")}
    facts |= _asked_facts(context, about)
    unit = context.unit(order.first_word) if order.first_word else None
    if unit is not None:
        facts["unit"] = f"{unit.code} {unit.name}"
    if order.command in (Command.APPROVE, Command.REJECT):
        outcome = _decide_asked(context, order, about, by=by)
    elif order.command in (Command.ACCEPT, Command.WAIVE):
        outcome = _decide_number(context, order, by=by, facts=facts)
    elif order.command in (Command.PAUSE, Command.RESUME):
        outcome = _pause_or_resume(context, order, unit, by=by)
    elif unit is None:
        outcome, facts["unit"] = "no_unit", order.first_word or "…"
    else:
        outcome = _about_unit(context, order, unit, by=by, today=today, facts=facts)
    return context.wording().say(f"command.{outcome}", **facts)


def _asked_facts(context: CampaignContext, about: str) -> dict[str, str]:
    """Unit and day of the request that HR replies to."""
    what, _, rest = about.partition(":")
    code, _, day = rest.partition(":")
    unit = context.unit(code) if what == "extension" else None
    return {"unit": f"{unit.code} {unit.name}", "day": f"{date.fromisoformat(day):%d/%m/%Y}"} if unit else {}


def _decide_asked(context: CampaignContext, order: Order, about: str, *, by: str) -> str:
    """ "DUYỆT" and "TỪ CHỐI" decide what the mail asked that HR replies to."""
    accept = order.command is Command.APPROVE
    if accept and not order.is_plain_agreement:
        return "approve_unclear"
    what, _, rest = about.partition(":")
    if what == "contact":
        return decide_proposal(context, int(rest), accept=accept, by=by, why=order.argument)
    if what == "whose":
        return decide_whose(context, rest, accept=accept, by=by, why=order.argument)
    if what == "listed-twice":
        return sharing.decide_asked(context, rest, accept=accept, by=by, why=order.argument)
    if what == "extension":
        return _decide_extension(context, order, rest, accept=accept, by=by)
    return "nothing_asked"


def _decide_extension(context: CampaignContext, order: Order, asked: str, *, accept: bool, by: str) -> str:
    """Exactly the day that the unit asked for, or none."""
    code, _, day = asked.partition(":")
    unit, until = context.unit(code), date.fromisoformat(day)
    if unit is None:
        return "nothing_asked"
    if accept:
        return decisions.extend(context, unit, until, by=by)
    key = f"extension-declined:{context.campaign.id}:{asked}"
    letter = UnitLetter(key=key, template="extension_declined", facts={"day": until, "why": order.argument})
    to_unit(context, unit, letter)
    context.record(by, "extension declined", order.argument, unit=unit)
    return "extension_declined"


def _decide_number(context: CampaignContext, order: Order, *, by: str, facts: dict[str, str]) -> str:
    """ "CHẤP NHẬN 12": a declaration; "BỎ QUA 7 lý do": an error of a roster."""
    if order.number is None:
        return "no_number"
    if order.command is Command.WAIVE:
        if not order.after_number:
            return "waive_needs_reason"
        facts["why"] = order.after_number
        outcome, unit = decisions.waive(context, order.number, by=by, why=order.after_number)
    else:
        form = decisions.decide_form_in(context, order.number, Verdict.ACCEPTED, by=by, why=order.after_number)
        outcome, unit = ("form_accepted", context.unit(form.unit)) if form else ("no_form", None)
        facts["worker"] = (form.worker_name or form.document_name) if form else ""
    if unit is not None:
        facts["unit"] = f"{unit.code} {unit.name}"
    return outcome


def _pause_or_resume(context: CampaignContext, order: Order, unit: Unit | None, *, by: str) -> str:
    if order.argument and unit is None:
        return "no_unit_or_all"
    act = decisions.pause if order.command is Command.PAUSE else decisions.resume
    return f"{act(context, unit, by=by)}_{'unit' if unit else 'all'}"


def _about_unit(
    context: CampaignContext, order: Order, unit: Unit, *, by: str, today: date, facts: dict[str, str]
) -> str:
    if order.command is Command.EXTEND:
        until = day_in(order.after_first_word, today)
        if until is None:
            return "no_day"
        facts["day"] = f"{until:%d/%m/%Y}"
        return decisions.extend(context, unit, until, by=by)
    if order.command is Command.REMIND:
        return decisions.remind_now(context, unit, by=by)
    nominee = nominee_in(f"họ tên: {order.after_first_word}")
    if nominee is None or not nominee.address or not nominee.name:
        return "no_contact"
    appoint(context, unit, nominee, by=by)
    facts["contact"] = f"{nominee.name}, {nominee.address}"
    return "contact_named"


def decide_package(context: CampaignContext, package: PackageRecord, order: Order, *, by: str) -> str:
    """HR's word about the package whose code the mail carries; gives the catalogue's word for what was done."""
    if order.command is Command.REJECT:
        return "package_rejected" if reject_package(context, package, by, order) else "decided"
    if not order.is_plain_agreement:
        return "approve_unclear"
    return "package_approved" if approve_package(context, package, by) else "decided"


def approve_package(context: CampaignContext, package: PackageRecord, by: str) -> bool:
    """HR approves: the package is sent at the next pass. False when it was decided before."""
    if not context.transaction.decisions.approve_package(package.id, by, context.now()):
        return False
    context.record(by, "package approved", f"package {package.id}")
    return True


def reject_package(context: CampaignContext, package: PackageRecord, by: str, order: Order) -> bool:
    """HR refuses: the code is spent, a new package can be built."""
    if not context.transaction.decisions.reject_package(package.id, by, context.now()):
        return False
    context.record(by, "package rejected", order.argument)
    return True


def details_of(context: CampaignContext, unit: Unit) -> list[str]:
    """What HR needs to decide about one unit: contact, time limit, pause, and everything that has a number."""
    wording, progress = context.wording(), progress_of(context, unit)
    contact = context.transaction.people.current_contact(context.campaign.id, unit.code)
    lines = [
        wording.say("details.contact", name=contact.nominee.name, address=contact.nominee.address)
        if contact
        else wording.say("details.no_contact")
    ]
    if progress.extended_to:
        lines.append(wording.say("details.extended", day=f"{progress.extended_to:%d/%m/%Y}"))
    if context.paused(unit):
        lines.append(wording.say("details.paused"))
    findings = decisions.open_findings(context, unit)
    lines += [
        wording.say(
            "details.finding",
            number=str(number),
            where=where_in_words(context.campaign, finding, wording),
            message=masked(wording.message(finding)),
        )
        for number, finding in findings[:FINDINGS_SHOWN]
    ]
    lines += [
        wording.say("details.form", number=str(form.id), worker=form.worker_name or form.document_name)
        for form in decisions.forms_in_review(context.transaction, context.campaign.id, unit)
    ]
    return lines


def obey_unit(
    context: CampaignContext, unit: Unit, mail: Incoming, said: tuple[Order, ...], *, beside_papers: bool
) -> None:
    """What a unit says for itself; where it stands is in the answer to its papers anyway."""
    for command in dict.fromkeys(order.command for order in said):
        order = next(each for each in said if each.command is command)
        if command is Command.STATUS and not beside_papers:
            reply_to_unit(context, unit, mail, "status_unit", {})
        elif command is Command.TEMPLATE:
            _send_template(context, unit, mail)
        elif command is Command.EXTEND:
            _ask_extension(context, unit, mail, order)
        elif command is Command.NOT_POSSIBLE and not beside_papers:
            reply_to_unit(context, unit, mail, "not_possible_help", _not_possible_facts(context, order))


def _send_template(context: CampaignContext, unit: Unit, mail: Incoming) -> None:
    """The blank papers once more; the confirmed contact gets her list with the workers entered."""
    contact = context.transaction.people.current_contact(context.campaign.id, unit.code)
    last_day = deadline_of_unit(context.campaign, context.notes(unit))
    attachments = list(context.services.documents.annexes.opening(context.campaign, unit, last_day, context.now()))
    if contact is not None and contact.nominee.address == mail.message.sender:
        mine = list_of(context, unit, contact)
        attachments = [each for each in attachments if each.name not in {one.name for one in mine}] + list(mine)
    facts = {"attachments": [attachment.name for attachment in attachments]}
    reply_to_unit(context, unit, mail, "template_again", facts, attachments=tuple(attachments))


def _ask_extension(context: CampaignContext, unit: Unit, mail: Incoming, order: Order) -> None:
    """HR decides; a day that is none, or that has passed, is asked for again."""
    today = context.today()
    until = day_in(order.argument, today)
    standing = unit_facts(context, unit)
    later = max(today, standing["last_day"])
    if until is None or until <= later:
        reply_to_unit(context, unit, mail, "extension_unclear", {"day": until, "example": later + timedelta(days=7)})
        return
    context.record(unit.code, "extension asked", until.isoformat(), unit=unit, mail_id=mail.record.id)
    letter = HrLetter(
        key=f"extension:{mail.record.id}",
        template="extension_request",
        facts={"day": until, "sender": mail.message.sender, "text": mail.message.new_text, **standing},
        unit=unit,
        about=f"extension:{unit.code}:{until.isoformat()}",
    )
    to_hr(context, letter)
    reply_to_unit(context, unit, mail, "extension_requested", {"day": until})


def _not_possible_facts(context: CampaignContext, order: Order) -> dict[str, Any]:
    return {"column": context.campaign.heading("not_possible_reason"), "said": order.argument}
