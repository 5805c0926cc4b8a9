"""Reads mails and files as the service would, and changes nothing: for `dondoc inspect` and `dondoc check`."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import partial
from typing import Any

from service.core.declarations.form_codes import FormCode
from service.core.messages import Attachment, Kind
from service.core.records import OutgoingRecord, RosterEntry
from service.core.units import Unit
from service.flow.context import House, OpenCampaign
from service.flow.intake.process import Rehearsed, rehearse
from service.flow.json_output import documents_json
from service.flow.papers.assessment import ReadPapers, read_papers
from service.flow.triage.triage import BY_PEOPLE

READ_BY_PEOPLE = BY_PEOPLE | {Kind.UNKNOWN_SENDER, Kind.QUARANTINE, Kind.UNREADABLE}
"""Mails whose papers a person may want to see."""


def check(
    house: House,
    course: OpenCampaign,
    files: Sequence[Attachment],
    *,
    unit: Unit | None = None,
    roster: Attachment | None = None,
) -> list[dict[str, Any]]:
    """The contract's `documents`. Without a unit nothing is compared with HR's personnel file or earlier mail."""
    read = _read(house, course, files, unit)
    given = _read(house, course, (roster,), unit).roster if roster else read.roster
    entries = given.entries if given else _current(house, course, unit)
    return documents_json(
        read,
        course.campaign,
        house.wording(course.campaign.id, "vi"),
        entries=entries,
        code_of=partial(_code, house),
        home_of=partial(course.home_of, unit),
    )


def _code(house: House, token: str) -> FormCode | None:
    if not token:
        return None
    with house.ledger.transaction() as books:
        return books.submissions.form_code(token)


def _read(house: House, course: OpenCampaign, files: Sequence[Attachment], unit: Unit | None) -> ReadPapers:
    declaration = course.campaign.declaration
    papers = house.papers.open(files, declaration.layout if declaration else None)
    workers = course.workers_of(unit) if unit else ()
    return read_papers(papers, course.campaign, workers=workers, today=course.today(house.now()))


def _current(house: House, course: OpenCampaign, unit: Unit | None) -> tuple[RosterEntry, ...] | None:
    if unit is None:
        return None
    with house.ledger.transaction() as books:
        roster = books.submissions.current_roster(course.campaign.id, unit.code)
    return roster.rows if roster else None


def inspect(house: House, file: str, raw: bytes, number: int = 1) -> dict[str, Any]:
    """The contract's object for one mail: what the service would make of it and answer, with reasons.

    `number` tells mails of one run apart. The house must be one of its own: the mail is really processed in it.
    """
    done = rehearse(house, raw, number)
    message, sight = done.message, done.opened.sight
    replies = [mail for mail in done.written if message.sender in mail.recipients]
    return {
        "file": file,
        "sha256": hashlib.sha256(raw).hexdigest(),
        "message_id": message.message_id,
        "sender": message.sender,
        "subject": message.subject,
        "kind": sight.kind,
        "reasons": list(sight.reasons),
        "unit": sight.unit.code if sight.unit else None,
        "campaign": sight.course.campaign.id if sight.course and (sight.unit or sight.from_hr) else None,
        "authenticity": sight.authenticity,
        "would_reply": bool(replies),
        "reply": _mail_json(replies[0]) if replies else None,
        "bounced": list(sight.bounced),
        "permanent": sight.permanent,
        "state": done.state,
        "also_written": [_mail_json(mail) for mail in done.written if mail not in replies[:1]],
        "defects": list(message.defects),
        "documents": _documents(house, done),
    }


def _mail_json(mail: OutgoingRecord) -> dict[str, Any]:
    return {"to": list(mail.recipients), "subject": mail.subject, "template": mail.template}


def _documents(house: House, done: Rehearsed) -> list[dict[str, Any]]:
    """What was opened in the rehearsal; for mails whose papers the service would not open, opened here."""
    message, sight = done.message, done.opened.sight
    course = sight.course or house.any_campaign
    read = done.opened.papers
    if read is None and sight.kind in READ_BY_PEOPLE:
        return check(house, course, message.attachments, unit=sight.unit) if message.attachments else []
    if read is None:  # a machine's mail: what is attached is named, its pages are not read
        opened = house.papers.open(message.attachments, None)
        read = read_papers(opened, course.campaign, workers=(), today=course.today(house.now()))
    entries = read.roster.entries if read.roster else _current(house, course, sight.unit)
    wording = house.wording(course.campaign.id, "vi")
    return documents_json(
        read,
        course.campaign,
        wording,
        entries=entries,
        code_of=partial(_code, house),
        home_of=partial(course.home_of, sight.unit),
    )
