"""Reads mails and files as the service would, and changes nothing: for `dondoc inspect` and `dondoc check`."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from service.core.declarations.form_codes import FormCode
from service.core.mail.messages import Attachment, Kind, Message
from service.core.records import MailState, OutgoingRecord, OutgoingState, RosterEntry
from service.core.units import Unit
from service.flow.context import OpenCampaign, Services
from service.flow.intake.process import Opened, open_papers, record
from service.flow.json_output import documents_json
from service.flow.papers.assessment import ReadPapers, read_papers
from service.flow.triage.thread_hints import read_incoming
from service.flow.triage.triage import BY_PEOPLE, Incoming, triage_mail

log = logging.getLogger(__name__)

READ_BY_PEOPLE = BY_PEOPLE | {Kind.UNKNOWN_SENDER, Kind.QUARANTINE, Kind.UNREADABLE}
"""Mails whose papers a person may want to see."""


REHEARSAL = "inspect://"
"""Name of the mailbox in which rehearsed mails lie."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearsed:
    """What became of a mail in a rehearsal, and the mails of ours that it caused."""

    message: Message
    opened: Opened
    state: MailState
    written: tuple[OutgoingRecord, ...]


def rehearse(services: Services, raw: bytes, number: int) -> Rehearsed:
    """The whole way of one mail with services of its own, for people who ask what would happen (`dondoc inspect`).

    Whether the same bytes came before is left out: the question is what the mail is.
    """
    sha256 = services.shelf.put(raw)
    message = read_incoming(services, raw)
    with services.ledger.transaction() as transaction:
        stored = transaction.mails.receive(REHEARSAL, 0, number, sha256, services.now())
        seen = Incoming(record=stored, message=message, triage=triage_mail(services, transaction, message))
    opened = open_papers(services, seen)
    try:
        state, written = _rehearsed(services, opened)
    except Exception:  # as in the service: it would be tried again, then put aside for a person
        log.exception("mail %s cannot be processed", sha256)
        state, written = MailState.FAILED, ()
    return Rehearsed(message=message, opened=opened, state=state, written=written)


def _rehearsed(services: Services, opened: Opened) -> tuple[MailState, tuple[OutgoingRecord, ...]]:
    with services.ledger.transaction() as transaction:
        before = {mail.id for mail in transaction.outbox.in_state(OutgoingState.QUEUED)}
        record(services, transaction, opened)
        written = [mail for mail in transaction.outbox.in_state(OutgoingState.QUEUED) if mail.id not in before]
        return transaction.mails.get(opened.seen.record.id).state, tuple(written)


def check(
    services: Services,
    open_campaign: OpenCampaign,
    files: Sequence[Attachment],
    *,
    unit: Unit | None = None,
    roster: Attachment | None = None,
) -> list[dict[str, Any]]:
    """The contract's `documents`. Without a unit nothing is compared with HR's personnel file or earlier mail."""
    read = _read(services, open_campaign, files, unit)
    given = _read(services, open_campaign, (roster,), unit).roster if roster else read.roster
    entries = given.entries if given else _current(services, open_campaign, unit)
    return documents_json(
        read,
        open_campaign.campaign,
        services.mail.wording(open_campaign.campaign.id, "vi"),
        entries=entries,
        code_of=partial(_code, services),
        home_of=partial(open_campaign.home_of, unit),
    )


def _code(services: Services, token: str) -> FormCode | None:
    if not token:
        return None
    with services.ledger.transaction() as transaction:
        return transaction.submissions.form_code(token)


def _read(
    services: Services, open_campaign: OpenCampaign, files: Sequence[Attachment], unit: Unit | None
) -> ReadPapers:
    declaration = open_campaign.campaign.declaration
    papers = services.documents.papers.open(files, declaration.layout if declaration else None)
    workers = open_campaign.workers_of(unit) if unit else ()
    return read_papers(papers, open_campaign.campaign, workers=workers, today=open_campaign.day_of(services.now()))


def _current(services: Services, open_campaign: OpenCampaign, unit: Unit | None) -> tuple[RosterEntry, ...] | None:
    if unit is None:
        return None
    with services.ledger.transaction() as transaction:
        roster = transaction.submissions.current_roster(open_campaign.campaign.id, unit.code)
    return roster.rows if roster else None


def inspect(services: Services, file: str, raw: bytes, number: int = 1) -> dict[str, Any]:
    """The contract's object for one mail: what the service would make of it and answer, with reasons.

    `number` tells mails of one run apart. The services must be of its own: the mail is really processed in it.
    """
    done = rehearse(services, raw, number)
    message, triage = done.message, done.opened.triage
    replies = [mail for mail in done.written if message.sender in mail.recipients]
    return {
        "file": file,
        "sha256": hashlib.sha256(raw).hexdigest(),
        "message_id": message.message_id,
        "sender": message.sender,
        "subject": message.subject,
        "kind": triage.kind,
        "reasons": list(triage.reasons),
        "unit": triage.unit.code if triage.unit else None,
        "campaign": triage.open_campaign.campaign.id
        if triage.open_campaign and (triage.unit or triage.from_hr)
        else None,
        "authenticity": triage.authenticity,
        "would_reply": bool(replies),
        "reply": _mail_json(replies[0]) if replies else None,
        "bounced": list(triage.bounced),
        "permanent": triage.permanent,
        "state": done.state,
        "also_written": [_mail_json(mail) for mail in done.written if mail not in replies[:1]],
        "defects": list(message.defects),
        "documents": _documents(services, done),
    }


def _mail_json(mail: OutgoingRecord) -> dict[str, Any]:
    return {"to": list(mail.recipients), "subject": mail.subject, "template": mail.template}


def _documents(services: Services, done: Rehearsed) -> list[dict[str, Any]]:
    """What was opened in the rehearsal; for mails whose papers the service would not open, opened here."""
    message, triage = done.message, done.opened.triage
    open_campaign = triage.open_campaign or services.any_campaign
    read = done.opened.papers
    if read is None and triage.kind in READ_BY_PEOPLE:
        return check(services, open_campaign, message.attachments, unit=triage.unit) if message.attachments else []
    if read is None:  # a machine's mail: what is attached is named, its pages are not read
        opened = services.documents.papers.open(message.attachments, None)
        read = read_papers(opened, open_campaign.campaign, workers=(), today=open_campaign.day_of(services.now()))
    entries = read.roster.entries if read.roster else _current(services, open_campaign, triage.unit)
    wording = services.mail.wording(open_campaign.campaign.id, "vi")
    return documents_json(
        read,
        open_campaign.campaign,
        wording,
        entries=entries,
        code_of=partial(_code, services),
        home_of=partial(open_campaign.home_of, triage.unit),
    )
