"""One thin function for each answer to a mail: what it says and what goes with it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from service.core.conversation import asks_in_passing
from service.core.findings import errors
from service.core.masking import masked_address
from service.core.messages import Attachment
from service.core.records import MailRecord, OutgoingRecord
from service.core.units import Unit
from service.flow import questions
from service.flow.house import Office
from service.flow.phrases import (
    error_in_words,
    files_in_words,
    form_error_in_words,
    marks_of,
    notes_in_words,
    received_in_words,
)
from service.flow.sight import Incoming
from service.flow.standing import progress_of
from service.flow.submissions import Taken
from service.flow.writing import to_hr, to_unit, unit_facts

ERRORS_SHOWN = 20
_LINK = re.compile(
    r"https?://(?:drive\.google|docs\.google|1drv\.ms|[\w-]+\.sharepoint|onedrive\.live|www\.dropbox)\S*"
)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def answer_submission(office: Office, mail: Incoming, taken: Taken, *, to_contact: bool = False) -> None:
    """Everything wrong at once with the unit's own workbook marked, or a confirmation with what is still missing.

    `to_contact`: the sender is not registered for the unit whose list it was; its own contact gets the answer.
    """
    unit, wording = taken.unit, office.wording(taken.unit.language)
    form_errors = errors(taken.form_findings)
    facts: dict[str, Any] = {
        "received": received_in_words(office.campaign, taken, wording),
        "notes": notes_in_words(office.campaign, taken, wording),
    }
    if asks_in_passing(mail.message.new_text) and not to_contact:
        forward_question(office, unit, mail)
        facts["notes"] = [*facts["notes"], wording.say("received.question", contact=office.campaign.hr_contact)]
    if not taken.papers.has_anything:
        _reply(office, unit, mail, "unusable", facts={"files": files_in_words(taken.papers, wording)})
    elif taken.roster_errors or form_errors:
        returned = _returned_workbook(office, taken)
        shown = taken.roster_errors[:ERRORS_SHOWN]
        facts |= {
            "errors": [error_in_words(office.campaign, finding, wording) for finding in shown],
            "more": len(taken.roster_errors) - len(shown),
            "form_errors": [form_error_in_words(finding, wording) for finding in form_errors],
            "returned": bool(returned),
        }
        _reply(office, unit, mail, "needs_correction", facts=facts, attachments=returned, to_contact=to_contact)
    else:
        facts["complete"] = progress_of(office, unit).unit_is_done
        _reply(office, unit, mail, "confirmation", facts=facts, to_contact=to_contact)


def _returned_workbook(office: Office, taken: Taken) -> tuple[Attachment, ...]:
    """The unit's own workbook with everything marked."""
    if taken.version is None or not taken.roster_errors:
        return ()
    wording = office.wording(taken.unit.language)
    marks = marks_of(office.campaign, taken.version.findings, wording)
    content = office.house.annotate(office.house.shelf.get(taken.version.document_sha256), marks, wording)
    stem = taken.version.document_name.rpartition(".")[0] or taken.version.document_name
    return (Attachment(name=f"{stem}{wording.say('annex.returned_suffix')}.xlsx", media_type=XLSX, content=content),)


def answer_again(
    office: Office,
    unit: Unit,
    mail: Incoming,
    first: MailRecord,
) -> None:
    """The very same mail came again: said once."""
    to_unit(
        office,
        unit,
        key=f"already:{first.id}",
        template="already_received",
        facts={"received_at": first.received_at},
        answers=mail.message,
        answers_mail=mail.record.id,
    )


def answer_empty(office: Office, unit: Unit, mail: Incoming) -> None:
    """A mail without papers: what to send and how; files behind a link are never fetched."""
    links = _LINK.search(mail.message.text) is not None
    _reply(office, unit, mail, "instructions", facts={"links": links})


def answer_question(office: Office, unit: Unit, mail: Incoming) -> None:
    """The unit is told at once who will answer."""
    _reply(office, unit, mail, "question_received", facts={})
    forward_question(office, unit, mail)


def forward_question(office: Office, unit: Unit, mail: Incoming) -> None:
    """HR gets the question with the unit's state in one look, and answers by replying."""
    questions.forward(office, unit, mail)


def answer_status(office: Office, unit: Unit, mail: Incoming) -> None:
    """ "TÌNH TRẠNG": where the unit stands."""
    _reply(office, unit, mail, "status_unit", facts={})


def tell_hr_of_held(
    office: Office,
    mail: Incoming,
    candidate: Unit | None,
    reason: str,
) -> None:
    """Nobody could place the mail, or its sender is not registered: HR decides."""
    wording = office.wording()
    to_hr(
        office,
        key=f"held:{mail.record.id}",
        template="held_notice",
        facts={
            "sender": mail.message.sender,
            "sender_masked": masked_address(mail.message.sender),
            "subject": mail.message.subject,
            "reason": wording.say(f"held.{reason}"),
            "files": [attachment.name for attachment in mail.message.attachments],
            "mail_id": mail.record.id,
            "candidate": candidate,
        },
    )


def tell_hr_of_failure(office: Office, record: MailRecord) -> None:
    """A mail that we could not process: its bytes are kept."""
    wording = office.wording()
    to_hr(
        office,
        key=f"failed:{record.id}",
        template="held_notice",
        facts={
            "sender": record.sender,
            "sender_masked": masked_address(record.sender),
            "subject": record.subject,
            "reason": wording.say("held.failed"),
            "files": [],
            "mail_id": record.id,
            "candidate": None,
        },
    )


def tell_contact_of_stranger(office: Office, unit: Unit, mail: Incoming) -> None:
    """The registered contact learns that somebody wrote for her unit; the stranger learns nothing."""
    to_unit(
        office,
        unit,
        key=f"private:{mail.record.id}",
        template="private_address",
        facts={
            "sender_masked": masked_address(mail.message.sender),
            "received_at": office.course.local(mail.record.received_at),
            "subject": mail.message.subject,
        },
    )


def tell_hr_of_unreachable(office: Office, unit: Unit | None, address: str, diagnostic: str) -> None:
    """A contact (or, without a unit, the agency) cannot be reached by mail: bounced or refused for good."""
    facts: dict[str, Any] = {"address": address, "diagnostic": diagnostic}
    to_hr(
        office,
        key=f"bounced:{office.campaign.id}:{unit.code if unit else 'agency'}:{address}",
        template="contact_unreachable",
        facts=facts | (unit_facts(office, unit) if unit else {}),
        unit=unit,
    )


def tell_hr_of_unsent(office: Office, record: OutgoingRecord, said: str) -> None:
    """A mail of ours that reaches nobody although its addresses are good, or that is not for a unit: HR decides."""
    to_hr(
        office,
        key=f"unsent:{record.id}",
        template="mail_not_sent",
        facts={
            "outgoing_id": record.id,
            "subject": record.subject,
            "recipients": list(record.recipients),
            "diagnostic": said,
        },
        unit=office.course.unit(record.unit) if record.unit else None,
    )


def _reply(
    office: Office,
    unit: Unit,
    mail: Incoming,
    template: str,
    *,
    facts: dict[str, Any],
    attachments: Sequence[Attachment] = (),
    to_contact: bool = False,
) -> bool:
    """Answers in the thread; one answer of a kind to a mail, and for each unit that it is about."""
    own = mail.sight.unit is not None and mail.sight.unit.code == unit.code
    return to_unit(
        office,
        unit,
        key=f"reply:{mail.record.id}:{template}" + ("" if own else f":{unit.code}"),
        template=template,
        facts=facts,
        answers=None if to_contact else mail.message,
        answers_mail=mail.record.id,
        attachments=attachments,
    )
