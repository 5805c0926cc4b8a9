"""HR's decisions at the command line: `approve`, `admit`, `accept`, `reject`, `package`. Each is named and recorded."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from service.cli import units
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
from service.core.forms import PageKind, Verdict
from service.core.trust import Vouched
from service.flow.context import CampaignContext
from service.flow.hr.commands import approve_package
from service.flow.intake.review import decide_form, forms_in_review, vouch
from service.flow.intake.review import dismiss as dismiss_mail
from service.flow.intake.review import replay as replay_mail
from service.flow.package import build, send_when_approved
from service.wiring.assembly import build_service
from service.wiring.service import Service


def register(app: typer.Typer) -> None:
    for command in (approve, admit, review, accept, reject, release, dismiss, replay, package):
        app.command()(command)
    units.register(app)


def approve(
    campaign: Annotated[str, typer.Argument(help="The campaign whose package is approved.")],
    by: AsOption,
    config: ConfigOption = None,
    now: NowOption = None,
) -> int:
    """Approves the package that was built; it goes to the agency with the next pass."""
    with _service(config, now) as service:
        open_campaign = service.open_campaign(chosen(service.settings.campaigns, campaign, service.settings.folder))
        with service.ledger.transaction() as transaction:
            built = transaction.decisions.package(open_campaign.campaign.id)
            approved = built is not None and approve_package(
                CampaignContext(service.services, transaction, open_campaign), built, by
            )
    if built is None:
        raise typer.BadParameter(f"{campaign}: no package has been built; run `dondoc package {campaign}` first")
    console.print("approved" if approved else "decided before; nothing changed")
    return int(not approved)


def package(
    campaign: Annotated[str, typer.Argument(help="The campaign.")],
    send: Annotated[bool, typer.Option("--send", help="Send the approved package to the agency now.")] = False,
    config: ConfigOption = None,
    now: NowOption = None,
) -> int:
    """Builds the final package and asks HR for approval; with --send the approved one goes to the agency."""
    with _service(config, now) as service:
        open_campaign = service.open_campaign(chosen(service.settings.campaigns, campaign, service.settings.folder))
        with service.ledger.transaction() as transaction:
            built = transaction.decisions.package(open_campaign.campaign.id)
        if send:
            if built is None or built.approved_at is None:
                raise typer.BadParameter(f"{campaign}: no approved package; HR answers DUYỆT, or `dondoc approve`")
            send_when_approved(service.services, open_campaign)
            service.deliver()
            send_when_approved(service.services, open_campaign)
        else:
            built = build(service.services, open_campaign)
        service.deliver()
        console.print(built.folder, highlight=False)
        for name, sha256 in built.files:
            console.print(f"  {sha256[:16]}…  {name}", highlight=False)
    return 0


def admit(
    address: Annotated[str, typer.Argument(help="The mail address to register.")],
    unit: Annotated[str, typer.Option("--unit", help="For this unit.")],
    by: AsOption,
    config: ConfigOption = None,
    campaign: CampaignOption = None,
    now: NowOption = None,
) -> int:
    """Registers an address for a unit; mails held from it are taken in."""
    if address.count("@") != 1:
        raise typer.BadParameter(f"{address!r} is no mail address")
    with _service(config, now) as service:
        if campaign is not None:
            chosen(service.settings.campaigns, campaign, service.settings.folder)
        open_campaigns = service.open_campaigns(campaign)
        unit_of(
            next((open_campaign for open_campaign in open_campaigns if open_campaign.unit(unit)), open_campaigns[0]),
            unit,
        )
        if service.services.identity.is_own_address(address.strip()):
            raise typer.BadParameter(f"{address}: that is our own address; name the address of a person of the unit")
        taken = service.admit(address, unit=unit, by=by, campaign=campaign)
        service.process()
        service.deliver()
    console.print(f"{address} writes for {unit.upper()} from now on; {taken} held mails taken in", highlight=False)
    return 0


def review(config: ConfigOption = None, json: JsonOption = False) -> int:
    """What waits for a person: declarations in review and mails held, with their numbers; pages that were set aside."""
    with _service(config, None) as service, service.ledger.transaction() as transaction:
        forms = [
            form
            for open_campaign in service.services.campaigns.values()
            for unit in open_campaign.units
            for form in forms_in_review(transaction, open_campaign.campaign.id, unit)
        ]
        held = transaction.mails.held()
        other_pages = [
            page
            for open_campaign in service.services.campaigns.values()
            for page in transaction.other_pages.of(open_campaign.campaign.id)
        ]
        said = service.services.mail.wording(service.services.any_campaign.campaign.id, "vi").say
    lines: list[dict[str, Any]] = [
        {
            "form": form.id,
            "unit": form.unit,
            "worker": form.worker_name,
            "document": form.document_name,
            "page": form.page,
            "part": form.part,
            "reasons": [said(f"form.{reason}") for reason in form.reasons],
        }
        for form in forms
    ]
    mails = [{"mail": mail.id, "sender": mail.sender, "subject": mail.subject, "kind": mail.kind} for mail in held]
    pages = [
        {"unit": page.unit, "document": page.document_name, "page": page.page, "kind": page.kind}
        for page in other_pages
        if page.kind is not PageKind.BLANK
    ]
    if json:
        print_json({"forms": lines, "held": mails, "aside": pages})
    else:
        _print_review(lines, mails, pages)
    return int(bool(lines or mails))


def _place(line: dict[str, Any]) -> str:
    """ "3", or "3, form 2" where two stand on the page."""
    return f"{line['page']}, form {line['part']}" if line["part"] else str(line["page"])


def _print_review(lines: list[dict[str, Any]], mails: list[dict[str, Any]], pages: list[dict[str, Any]]) -> None:
    for line in lines:
        why = "; ".join(line["reasons"])
        console.print(
            f"form {line['form']}: {line['unit']} {line['worker'] or '?'}, "
            f"{line['document']} page {_place(line)}: {why}",
            markup=False,
        )
    for mail in mails:
        console.print(f"mail {mail['mail']}: {mail['sender']}: {mail['subject']}", markup=False)
    for page in pages:
        console.print(f"set aside: {page['unit']} {page['document']} page {page['page']}: {page['kind']}", markup=False)


def release(
    mail: Annotated[int, typer.Argument(help="Number of a held mail.")],
    unit: Annotated[str, typer.Option("--unit", help="Whose it is.")],
    by: AsOption,
    why: Annotated[str, typer.Option("--why", help="The reason.")],
    config: ConfigOption = None,
    campaign: CampaignOption = None,
    now: NowOption = None,
) -> int:
    """Takes in one held mail as this unit's without registering its address; answers go to the registered contact."""
    with _service(config, now) as service:
        name = chosen(service.settings.campaigns, campaign, service.settings.folder)
        code = unit_of(service.open_campaign(name), unit).code
        try:
            state = vouch(service.services, mail, Vouched(by=by, campaign=name, unit=code), why=why)
        except LookupError as problem:
            raise typer.BadParameter(str(problem)) from None
        service.deliver()
    console.print(f"mail {mail} taken in for {code}: {state}", highlight=False)
    return 0


def dismiss(
    mail: Annotated[int, typer.Argument(help="Number of a held mail.")],
    by: AsOption,
    why: Annotated[str, typer.Option("--why", help="The reason.")],
    config: ConfigOption = None,
    now: NowOption = None,
) -> int:
    """Closes a held mail without taking it in; it stays stored."""
    with _service(config, now) as service:
        done = dismiss_mail(service.services, mail, by=by, why=why)
    if not done:
        raise typer.BadParameter(f"{mail}: no held mail has this number; see `dondoc review`")
    return 0


def replay(
    mails: Annotated[list[int], typer.Argument(help="Numbers of stored mails.")],
    by: AsOption = "administrator",
    config: ConfigOption = None,
    now: NowOption = None,
) -> int:
    """Processes stored mails again; what they changed before is not changed twice."""
    with _service(config, now) as service:
        for number in mails:
            try:
                state = replay_mail(service.services, number, by=by)
            except LookupError as problem:
                raise typer.BadParameter(str(problem)) from None
            console.print(f"mail {number}: {state}")
        service.deliver()
    return 0


def accept(
    form: Annotated[int, typer.Argument(help="Number of the declaration.")],
    by: AsOption,
    why: Annotated[str, typer.Option("--why", help="The reason.")] = "",
    config: ConfigOption = None,
    now: NowOption = None,
) -> int:
    """HR accepts a declaration after looking at it."""
    return _decide(form, Verdict.ACCEPTED, by=by, why=why, service=_service(config, now))


def reject(
    form: Annotated[int, typer.Argument(help="Number of the declaration.")],
    by: AsOption,
    why: Annotated[str, typer.Option("--why", help="The reason.")] = "",
    config: ConfigOption = None,
    now: NowOption = None,
) -> int:
    """HR rejects a declaration after looking at it."""
    return _decide(form, Verdict.REJECTED, by=by, why=why, service=_service(config, now))


def _decide(number: int, verdict: Verdict, *, by: str, why: str, service: Service) -> int:
    with service:
        decided = decide_form(service.services, number, verdict, by=by, why=why)
    if decided is None:
        raise typer.BadParameter(f"{number}: no declaration has this number; see `dondoc review`")
    console.print(f"{decided.unit} {decided.worker_name or decided.document_name}: {verdict}", highlight=False)
    return 0


def _service(config: Path | None, now: str | None) -> Service:
    settings = settings_of(config)
    zone = next(iter(settings.campaigns.values())).campaign.zone
    return build_service(settings, now=clock_of(now, zone))
