"""Our mails that need a person: `outbox` lists them, `resend` and `give-up` decide, each named and recorded."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from service.cli.common import AsOption, ConfigOption, JsonOption, NowOption, clock_of, console, print_json, settings_of
from service.core.records import OutgoingState
from service.flow.hr.stuck_mails import StuckMail, give_up, send_again, stuck_mails
from service.settings import Settings
from service.wiring.assembly import build_service, wall_clock
from service.wiring.service import Service

MailArgument = Annotated[int, typer.Argument(help="Number of the mail, as `dondoc outbox` shows it.")]


def register(app: typer.Typer) -> None:
    app.command()(outbox)
    app.command()(resend)
    app.command("give-up")(abandon)


def outbox(config: ConfigOption = None, json: JsonOption = False) -> int:
    """Our mails that have not surely reached everybody: in doubt, failed, kept back, returned, held, or waiting."""
    settings = settings_of(config)
    with build_service(settings) as service, service.ledger.transaction() as transaction:
        cases = stuck_mails(service.services, transaction)
        pause = transaction.traffic.pause()
    paused = pause if pause is not None and pause.until > wall_clock() else None
    if json:
        about = {"until": paused.until, "why": paused.why} if paused else None
        print_json({"sending": settings.service.sending, "paused": about, "mails": [_plain(case) for case in cases]})
    else:
        if paused:
            console.print(f"nothing is sent until {paused.until:%Y-%m-%d %H:%M} UTC: {escape(paused.why)}")
        console.print(_table(cases) if cases else "every mail of ours has reached its recipients")
    return int(any(case.needs_a_person for case in cases))


def resend(number: MailArgument, by: AsOption, config: ConfigOption = None, now: NowOption = None) -> int:
    """Sends the very same mail once more, to those whom it has not surely reached."""
    with _service(settings_of(config), now) as service:
        mail = send_again(service.services, number, by=by)
        service.deliver()
        with service.ledger.transaction() as transaction:
            after = transaction.outbox.get(number) or mail
    said = f": {after.last_error}" if after.last_error else ""
    console.print(f"{number} to {', '.join(mail.recipients)}: {after.state}{said}", highlight=False, markup=False)
    return int(after.state is not OutgoingState.SENT)


def abandon(
    number: MailArgument,
    by: AsOption,
    why: Annotated[str, typer.Option("--why", help="The reason; recorded.")],
    config: ConfigOption = None,
    now: NowOption = None,
) -> int:
    """The mail is not sent (again); it is not listed any more."""
    with _service(settings_of(config), now) as service:
        mail = give_up(service.services, number, by=by, why=why)
    console.print(f"{number} {mail.subject}: given up", highlight=False, markup=False)
    return 0


def _plain(case: StuckMail) -> dict[str, Any]:
    mail = case.mail
    return {
        "id": mail.id,
        "kind": case.kind,
        "state": mail.state,
        "to": case.missing,
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


def _table(cases: tuple[StuckMail, ...]) -> Table:
    table = Table("mail", "why", "to", "subject", "tries", "said")
    for case in cases:
        mail = case.mail
        colour = "red" if case.needs_a_person else "white"
        said = escape(mail.last_error or next((text for _, (_, text) in mail.outcomes.items() if text), ""))
        row = (escape(", ".join(case.missing)), escape(mail.subject), str(mail.attempts), said)
        table.add_row(str(mail.id), f"[{colour}]{case.kind}[/]", *row)
    return table


def _service(settings: Settings, now: str | None) -> Service:
    zone = next(iter(settings.campaigns.values())).campaign.zone
    return build_service(settings, now=clock_of(now, zone))
