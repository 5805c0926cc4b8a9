"""Reads mails and files as the service would, and changes nothing: for `dondoc inspect` and `dondoc check`."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from service.core.declarations.form_codes import FormCode
from service.core.mail.messages import Attachment, Kind, Message
from service.core.records import MailState, OutgoingRecord, OutgoingState, RosterEntry
from service.core.tasks import Task
from service.core.units import Unit
from service.flow.context import CampaignContext, OpenCampaign, Services
from service.flow.intake.process import Opened, open_papers, record
from service.flow.json_output import documents_json
from service.flow.papers.assessment import ReadPapers, read_papers
from service.flow.triage.thread_hints import read_incoming
from service.flow.triage.triage import BY_PEOPLE, Incoming, Triage, triage_mail

log = logging.getLogger(__name__)

READ_BY_PEOPLE = BY_PEOPLE | {Kind.UNKNOWN_SENDER, Kind.QUARANTINE, Kind.UNREADABLE}
"""Mails whose papers a person may want to see."""


REHEARSAL = "inspect://"
"""Name of the mailbox in which rehearsed mails lie."""


TaskWords = Callable[[CampaignContext, Task], str]


class _NotKept(Exception):
    """Ends a rehearsal's transaction: nothing of it stays."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearsed:
    """What became of a mail in a rehearsal, the mails of ours that it caused, and what HR would have to do or know."""

    message: Message
    opened: Opened
    state: MailState = MailState.FAILED
    written: tuple[OutgoingRecord, ...] = ()
    tasks: tuple[tuple[str, str], ...] = ()
    """Kind and sentence of each."""


def rehearse(services: Services, raw: bytes, number: int, in_words: TaskWords) -> Rehearsed:
    """The whole way of one mail with services of its own, for people who ask what would happen (`dondoc inspect`).

    Nothing of it is kept, so that mails of one call are judged each by itself; whether the same bytes came before is
    left out: the question is what the mail is.
    """
    sha256 = services.shelf.put(raw)
    message = read_incoming(services, raw)
    with services.ledger.transaction() as transaction:
        stored = transaction.mails.receive(REHEARSAL, 0, number, sha256, services.now())
        seen = Incoming(record=stored, message=message, triage=triage_mail(services, transaction, message))
    opened = open_papers(services, seen)
    try:
        return _rehearsed(services, opened, in_words)
    except Exception:  # as in the service: it would be tried again, then put aside for a person
        log.exception("mail %s cannot be processed", sha256)
        return Rehearsed(message=message, opened=opened)


def _rehearsed(services: Services, opened: Opened, in_words: TaskWords) -> Rehearsed:
    done = Rehearsed(message=opened.seen.message, opened=opened)
    context_of = opened.triage.open_campaign or services.any_campaign
    with suppress(_NotKept), services.ledger.transaction() as transaction:
        before = {mail.id for mail in transaction.outbox.in_state(OutgoingState.QUEUED)}
        waited = {task.id for task in transaction.tasks.waiting()}
        record(services, transaction, opened)
        context = CampaignContext(services, transaction, context_of)
        tasks = [task for task in transaction.tasks.waiting() if task.id not in waited]
        done = replace(
            done,
            state=transaction.mails.get(opened.seen.record.id).state,
            written=tuple(mail for mail in transaction.outbox.in_state(OutgoingState.QUEUED) if mail.id not in before),
            tasks=tuple((str(task.kind), in_words(context, task)) for task in tasks),
        )
        raise _NotKept
    return done


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


def inspect(services: Services, file: str, raw: bytes, in_words: TaskWords, number: int = 1) -> dict[str, Any]:
    """The contract's object for one mail: what the service would make of it and answer, with reasons.

    `in_words` says a task; `number` tells mails of one run apart. The services must be of its own.
    """
    done = rehearse(services, raw, number, in_words)
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
        "intents": list(triage.intents),
        "tasks": [{"kind": kind, "about": about} for kind, about in done.tasks],
        "unit": _unit_code(triage),
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


def _unit_code(triage: Triage) -> str | None:
    """The sender's, or the one whose papers HR passes on."""
    unit = triage.unit or (triage.candidate if triage.from_hr else None)
    return unit.code if unit else None


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
