"""What HR and the administrator look up: what waits, what was found, who is whose contact. Nothing is changed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from service.cli.common import (
    CampaignOption,
    ConfigOption,
    JsonOption,
    campaign_named,
    console,
    opened_services,
    print_json,
    unit_of,
)
from service.core.contacts import Contact, ContactState
from service.core.forms import PageKind
from service.core.records import FormRecord, OutgoingState
from service.core.units import Unit
from service.flow.hr.stuck_mails import StuckMail
from service.flow.reports import lookups
from service.flow.reports.lookups import TaskLine

UnitArgument = Annotated[str, typer.Argument(help="The unit's code.")]


def tasks(config: ConfigOption = None, campaign: CampaignOption = None, json: JsonOption = False) -> int:
    """What waits for HR, oldest first; 1 when anything does."""
    with opened_services(config) as services:
        name = campaign_named(services, campaign).campaign.id if campaign else None
        lines = [task_json(line) for line in lookups.task_lines(services, name)]
    if json:
        print_json(lines)
    else:
        for line in lines:
            about = f"{line['task']}: {line['since']:%d/%m/%Y %H:%M} {line['unit'] or '–'} {line['about']}"
            console.print(about, markup=False, highlight=False)
    return int(bool(lines))


def task_json(line: TaskLine) -> dict[str, Any]:
    task = line.task
    return {
        "task": task.id,
        "kind": task.kind,
        "campaign": task.campaign,
        "unit": task.unit,
        "about": line.about,
        "subject": asdict(task.subject),
        "since": line.since,
    }


def review(config: ConfigOption = None, json: JsonOption = False) -> int:
    """What waits for a person: declarations in review, mails held, with their numbers; pages that were set aside."""
    with opened_services(config) as services:
        found = lookups.review_list(services)
        said = services.mail.wording(services.any_campaign.campaign.id, "vi").say
    forms = [_form_json(form, [said(f"form.{reason}") for reason in form.reasons]) for form in found.forms]
    mails = [
        {"mail": mail.id, "sender": mail.sender, "subject": mail.subject, "kind": mail.kind} for mail in found.held
    ]
    pages = [
        {"unit": page.unit, "document": page.document_name, "page": page.page, "kind": page.kind}
        for page in found.pages
        if page.kind is not PageKind.BLANK
    ]
    if json:
        print_json({"forms": forms, "held": mails, "aside": pages})
    else:
        _print_review(forms, mails, pages)
    return int(bool(forms or mails))


def _form_json(form: FormRecord, reasons: list[str]) -> dict[str, Any]:
    return {
        "form": form.id,
        "unit": form.unit,
        "worker": form.worker_name,
        "document": form.document_name,
        "page": form.page,
        "part": form.part,
        "waits_for": form.waits_for,
        "reasons": reasons,
    }


def _print_review(
    forms: Iterable[dict[str, Any]], mails: Iterable[dict[str, Any]], pages: Iterable[dict[str, Any]]
) -> None:
    for line in forms:
        place = f"{line['page']}, form {line['part']}" if line["part"] else str(line["page"])
        who, why = line["worker"] or "?", "; ".join(line["reasons"])
        console.print(
            f"form {line['form']}: {line['unit']} {who}, {line['document']} page {place}: {why}", markup=False
        )
    for mail in mails:
        console.print(f"mail {mail['mail']}: {mail['sender']}: {mail['subject']}", markup=False)
    for page in pages:
        console.print(f"set aside: {page['unit']} {page['document']} page {page['page']}: {page['kind']}", markup=False)


def outbox(config: ConfigOption = None, json: JsonOption = False) -> int:
    """Our mails that have not surely reached everybody: in doubt, failed, kept back, returned, held, or waiting."""
    with opened_services(config) as services:
        stuck, paused = lookups.stuck_list(services)
        sending = services.sending
    if json:
        state = "hold" if sending.holds else f"redirect:{sending.redirect_to}" if sending.redirect_to else "on"
        about = {"until": paused.until, "why": paused.why} if paused else None
        print_json({"sending": state, "paused": about, "mails": [_stuck_json(each) for each in stuck]})
    else:
        if paused:
            console.print(f"nothing is sent until {paused.until:%Y-%m-%d %H:%M} UTC: {escape(paused.why)}")
        console.print(_stuck_table(stuck) if stuck else "every mail of ours has reached its recipients")
    return int(any(each.needs_a_person for each in stuck))


def _stuck_json(stuck: StuckMail) -> dict[str, Any]:
    mail = stuck.mail
    return {
        "id": mail.id,
        "kind": stuck.kind,
        "state": mail.state,
        "to": stuck.missing,
        "subject": mail.subject,
        "template": mail.template,
        "campaign": mail.campaign,
        "unit": mail.unit,
        "message_id": mail.message_id,
        "created_at": mail.created_at,
        "attempts": mail.attempts,
        "next_try": mail.not_before if mail.state is OutgoingState.QUEUED else None,
        "error": mail.last_error,
        "outcomes": {who: {"fate": fate, "said": said} for who, (fate, said) in mail.outcomes.items()},
        "sha256": mail.raw_sha256,
    }


def _stuck_table(stuck: Iterable[StuckMail]) -> Table:
    table = Table("mail", "why", "to", "subject", "tries", "said")
    for each in stuck:
        mail = each.mail
        colour = "red" if each.needs_a_person else "white"
        said = escape(mail.last_error or next((text for _, (_, text) in mail.outcomes.items() if text), ""))
        row = (escape(", ".join(each.missing)), escape(mail.subject), str(mail.attempts), said)
        table.add_row(str(mail.id), f"[{colour}]{each.kind}[/]", *row)
    return table


def findings(
    unit: UnitArgument, config: ConfigOption = None, campaign: CampaignOption = None, json: JsonOption = False
) -> int:
    """The errors that count against a unit, with the numbers by which they are waived."""
    with opened_services(config) as services:
        open_campaign = campaign_named(services, campaign)
        found = lookups.findings_of(services, open_campaign, unit_of(open_campaign, unit))
    if json:
        print_json(
            [
                {"finding": each.number, "where": each.where, "code": each.code, "message": each.message}
                for each in found
            ]
        )
    else:
        for each in found:
            console.print(f"{each.number}: {each.where}: {each.message}", markup=False, highlight=False)
    return int(bool(found))


def contacts(config: ConfigOption = None, campaign: CampaignOption = None, json: JsonOption = False) -> int:
    """Every unit's contact, and who has named none; 1 when a unit has none."""
    with opened_services(config) as services:
        rows = [_contact_json(*each) for each in lookups.contacts_of(services, campaign_named(services, campaign))]
    if json:
        print_json(rows)
    else:
        for row in rows:
            who = f"{row['name']}, {row['address']}" if row["state"] == ContactState.CURRENT else str(row["state"])
            console.print(f"{row['unit']}: {who}", markup=False, highlight=False)
    return int(any(row["state"] != ContactState.CURRENT for row in rows))


def _contact_json(unit: Unit, contact: Contact | None) -> dict[str, str | None]:
    return {
        "unit": unit.code,
        "state": str(contact.state) if contact else "none",
        "name": contact.nominee.name if contact else None,
        "address": contact.nominee.address if contact else None,
        "phone": contact.nominee.phone if contact else None,
    }


def password(unit: UnitArgument, config: ConfigOption = None, campaign: CampaignOption = None) -> int:
    """The password of the list that the unit's contact got: to be told by telephone."""
    with opened_services(config) as services:
        open_campaign = campaign_named(services, campaign)
        found = lookups.password_of(services, open_campaign, unit_of(open_campaign, unit))
    if found is None:
        raise typer.BadParameter(f"{unit}: the unit has no contact yet; see `dondoc contacts`")
    console.print(found, highlight=False)
    return 0


def listed_twice(config: ConfigOption = None, campaign: CampaignOption = None, json: JsonOption = False) -> int:
    """Workers whom two units list now, with the number by which each is decided; 1 when one waits for HR's word."""
    with opened_services(config) as services:
        cases = lookups.listed_twice_of(services, campaign_named(services, campaign))
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
