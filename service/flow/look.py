"""Reads mails and files as the service would, and changes nothing: for `dondoc inspect` and `dondoc check`."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

from service.core.messages import Attachment, Kind
from service.core.records import RosterEntry
from service.core.units import Unit
from service.flow.contract import documents_json
from service.flow.house import House, OpenCampaign
from service.flow.intake import SILENT_KINDS
from service.flow.placing import placed
from service.flow.reading import ReadPapers, read_papers
from service.flow.sight import Sight, look


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
    return documents_json(read, course.campaign, house.wording(course.campaign.id, "vi"), entries=entries)


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


def inspect(house: House, file: str, raw: bytes) -> dict[str, Any]:
    """The contract's object for one mail: what the service would make of it, with reasons."""
    message = house.read_mail(raw)
    with house.ledger.transaction() as books:
        sight = look(house, books, message)
    sight = placed(house, message, sight)
    documents: list[dict[str, Any]] = []
    if sight.course is not None and message.attachments:
        documents = check(house, sight.course, message.attachments, unit=sight.unit)
    template = _template(sight, documents)
    subject = f"Re: {message.subject}" if template else ""
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
        "would_reply": template is not None,
        "reply": {"to": [message.sender], "subject": subject, "template": template} if template else None,
        "bounced": list(sight.bounced),
        "permanent": sight.permanent,
        "documents": documents,
    }


def _template(sight: Sight, documents: Sequence[dict[str, Any]]) -> str | None:
    """The answer the sender would get; None when nothing would be sent to her."""
    if sight.kind in SILENT_KINDS or (sight.unit is None and not sight.from_hr):
        return None
    if sight.from_hr:
        return {Kind.COMMAND: "command_result"}.get(sight.kind)
    answers = {
        Kind.COMMAND: "status_unit",
        Kind.EMPTY: "instructions",
        Kind.QUESTION: "question_received",
        Kind.NOMINATION: "question_received",
    }
    if sight.kind is not Kind.SUBMISSION:
        return answers.get(sight.kind)
    if not any(document["kind"] in ("roster", "declaration") for document in documents):
        return "unusable"
    wrong = any(finding["severity"] == "error" for document in documents for finding in document["findings"])
    return "needs_correction" if wrong else "confirmation"
