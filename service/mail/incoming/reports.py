"""Delivery reports: what a returned mail says of each recipient, and which of our mails it holds."""

from __future__ import annotations

import email
import logging
import re
from collections.abc import Iterator, Mapping, Sequence
from email.message import Message as Part

from service.core.mail.delivery_reports import Reported
from service.core.mail.messages import Attachment
from service.core.mail.server_replies import class_of_reply
from service.core.vietnam.phrases import folded
from service.mail.incoming.headers import header_text, mailboxes, message_ids
from service.mail.incoming.report_prose import (
    ADDRESS,
    COPIED_HEADER,
    REPORT_SUBJECT,
    SAID_PERMANENT,
    in_person,
    named_in,
    prose_of,
    said_of,
    says_failed,
    speaks_as_a_mail_system,
    still_trying,
)

MACHINE_SENDER = re.compile(r"\b(mailer-?daemon|post_?master|mail-?daemon|mdaemon)\b", re.IGNORECASE)
"""Such a sender writes nothing but reports; the detectors decide."""

REPORT_SENDER = re.compile(
    r"mail delivery|mail-?administrator|postoffice|mailadmin|microsoft exchange|bounce", re.IGNORECASE
)
FULL_MAILBOX = re.compile(
    r"(over|exceed\w*|out of) .{0,30}(quota|allowed size|storage)|mailbox (is )?full"
    r"|(hop thu|hom thu|dung luong) .{0,30}day\b|vuot (qua )?(dung luong|han muc)|het dung luong",
    re.IGNORECASE,
)
GAVE_UP_WAITING = re.compile(
    r"retry time(out| not reached)|retry timeout exceeded|(connection|operation) timed out|"
    r"(delivery|message|retry) (time|has) ?(expired|limit)|(het|qua) (thoi gian|thoi han)( \S+){0,2} gui",
    re.IGNORECASE,
)
TEXT_FIELDS = frozenset({"action", "status", "final-recipient", "original-recipient", "diagnostic-code"})
STATUS_TYPE = "message/delivery-status"
TEMPORARY_ACTIONS = frozenset({"delayed", "delay"})
GOOD_ACTIONS = frozenset({"delivered", "relayed", "expanded"})
WORD = re.compile(r"[a-z]+")
STATUS_CODE = re.compile(r"([245])(?:\.\d{1,3}){1,2}()")
ANY_CODE = re.compile(r"\b([245])\.\d{1,3}\.\d{1,3}\b|\b([245])\d\d\b")
LONGEST_SAID = 500


def delivery_status(parts: list[Part]) -> tuple[Mapping[str, str], ...]:
    """The per-recipient blocks of every `message/delivery-status` part, names lower case."""
    blocks = (_fields(block) for part in parts if part.get_content_type() == STATUS_TYPE for block in _blocks(part))
    return tuple(block for block in blocks if "final-recipient" in block or "original-recipient" in block)


def _blocks(part: Part) -> Iterator[Part]:
    payload = part.get_payload()
    if isinstance(payload, list):
        yield from (block for block in payload if isinstance(block, Part))


def _fields(block: Part) -> dict[str, str]:
    fields: dict[str, str] = {}
    for name, value in block.raw_items():
        fields.setdefault(name.lower(), header_text(value))
    return fields


def reported(
    message: Part,
    status: tuple[Mapping[str, str], ...],
    text: str,
    *,
    report: Sequence[Part] = (),
    attachments: Sequence[Attachment] = (),
) -> tuple[Reported, ...]:
    """Everybody of whom a report speaks: by its own fields, by flufl.bounce, or by its prose; by address."""
    found = _by_address(_from_status(status, text))
    copies = _copies(report, attachments, text)
    if not found and _looks_like_a_report(message, text, gives_back=bool(copies)):
        in_text = _from_status(tuple(status_in_text(text)), text)
        found = _by_address(in_text) or _by_address(_by_words(message, text, copies))
    return tuple(found[address] for address in sorted(found) if not address or ADDRESS.fullmatch(address))


def _by_address(each: Iterator[Reported]) -> dict[str, Reported]:
    return {one.address: one for one in each}


def status_in_text(text: str) -> Iterator[Mapping[str, str]]:
    """The fields of RFC 3464 where they stand in the text, as in a report whose containers were lost on the way."""
    fields: dict[str, str] = {}
    for line in text[:50_000].split("\n"):
        name, colon, value = line.partition(":")
        name = name.strip().lower()
        if name in TEXT_FIELDS and colon:
            if name in fields:
                yield fields
                fields = {}
            fields[name] = value.strip()
        elif not line.strip() and "action" in fields:
            yield fields
            fields = {}
    if "action" in fields:
        yield fields


def _by_words(message: Part, text: str, copies: Sequence[Part]) -> Iterator[Reported]:
    """By the detectors, else by prose, else by whom the returned mail was for; what goes on trying is not lost."""
    prose, subject = prose_of(text), header_text(message.get("subject", ""))
    own = {address for name in ("from", "to") for _, address in mailboxes(message.get(name, ""))}
    found = _by_detectors(message) or dict.fromkeys(named_in(prose), True)
    found = {address: lost for address, lost in found.items() if address not in own}
    if not found and says_failed(subject, prose):
        found = _only_reader(copies)
    trying = still_trying(subject, prose)
    for address, said in said_of(tuple(found), prose).items():
        yield _in_prose(address, said, prose, lost=found[address] and not trying)
    if not found and speaks_as_a_mail_system(message, text, gives_back=bool(copies)):
        yield _in_prose("", " ".join(prose.split()), prose, lost=not trying)


def _in_prose(address: str, said: str, prose: str, *, lost: bool) -> Reported:
    """A full or silent server without a code is a matter of time; the detectors know only "failed"."""
    words = folded(said)
    by_code = class_of_reply(said)
    heals = (FULL_MAILBOX.search(words) or GAVE_UP_WAITING.search(words)) and not SAID_PERMANENT.search(folded(prose))
    final = by_code == "5" or (not by_code and not heals)
    return Reported(address=address, lost=lost, final=lost and final, said=said[:LONGEST_SAID])


def _only_reader(copies: Sequence[Part]) -> dict[str, bool]:
    """A report that names nobody is about the one to whom the mail in it was written."""
    readers = [address for copy in copies[:1] for _, address in mailboxes(copy.get("to", ""))]
    return dict.fromkeys(readers, True) if len(readers) == 1 else {}


def _copies(report: Sequence[Part], attachments: Sequence[Attachment], text: str) -> list[Part]:
    """The heads of the mails that it gives back: as parts, as attached mails, or written into the text."""
    heads = [part.get_payload() for part in report if part.get_content_type() in ("message/rfc822", "message/global")]
    found = [head[0] for head in heads if isinstance(head, list) and head and isinstance(head[0], Part)]
    lines = [str(part.get_payload()) for part in report if part.get_content_type() == "text/rfc822-headers"]
    lines += [item.content[:20_000].decode("ascii", "replace") for item in attachments if _is_mail(item)]
    quoted = COPIED_HEADER.search(text)
    lines += [text[quoted.start() :][:20_000]] if quoted else []
    return [*found, *(email.message_from_string(each.lstrip()) for each in lines)]


def _is_mail(item: Attachment) -> bool:
    return item.media_type == "message/rfc822"


def _by_detectors(message: Part) -> dict[str, bool]:
    """Whether each address is lost; what they call temporary is under way."""
    from flufl.bounce import all_failures

    logging.getLogger("flufl.bounce").disabled = True  # it writes a traceback for every odd header
    try:
        temporary, permanent = all_failures(message)
    except (AttributeError, LookupError, TypeError, ValueError):  # its detectors trust headers; the prose is left
        return {}
    return {_text(address): False for address in temporary} | {_text(address): True for address in permanent}


def _from_status(status: tuple[Mapping[str, str], ...], text: str) -> Iterator[Reported]:
    """The class of the status code goes before the action: a server that gives up for now says `failed` and 4.x.x."""
    for block in status:
        action = next(iter(WORD.findall(block.get("action", "").lower())), "")
        code, address = _class_of(block), _recipient(block)
        said = _said_in(block) or said_of((address,), prose_of(text))[address]
        if address and action in TEMPORARY_ACTIONS:
            yield Reported(address=address, lost=False, said=said[:LONGEST_SAID])
        elif address and (action.startswith("fail") or (action not in GOOD_ACTIONS and code == "5")):
            yield Reported(address=address, lost=True, final=code != "4", said=said[:LONGEST_SAID])


def _said_in(block: Mapping[str, str]) -> str:
    """Status and diagnosis; nothing where the block gives neither a diagnosis nor a status that says anything."""
    status, diagnosis = block.get("status", "").strip(), block.get("diagnostic-code", "").partition(";")[2].strip()
    return f"{diagnosis} {status}".strip() if diagnosis or not status.endswith(".0.0") else ""


def _class_of(block: Mapping[str, str]) -> str:
    """2, 4 or 5: by the status, else by the first code in what the other server said."""
    stated = STATUS_CODE.match(block.get("status", "").strip())
    said = stated or ANY_CODE.search(block.get("diagnostic-code", "").partition(";")[2])
    return (said[1] or said[2]) if said else ""


def _recipient(block: Mapping[str, str]) -> str:
    """The address that we wrote to: the original one when it is told; a forwarded final one is nobody we know."""
    for name in ("original-recipient", "final-recipient", "x-actual-recipient"):
        match = ADDRESS.search(block.get(name, "").rpartition(";")[2])
        if match:
            return match[0].lower()
    return ""


def _text(address: bytes | str) -> str:
    return (address.decode("utf-8", "replace") if isinstance(address, bytes) else str(address)).strip().lower()


def _looks_like_a_report(message: Part, text: str, *, gives_back: bool) -> bool:
    """flufl.bounce finds addresses in any mail that quotes a report; only mail that is one is given to it."""
    if message.get_content_type() == "multipart/report":
        return "disposition-notification" not in str(message.get("content-type", "")).lower()
    sender = header_text(message.get("from", ""))
    if MACHINE_SENDER.search(sender) or "x-failed-recipients" in message:
        return True
    null_sender = header_text(message.get("return-path", "-")) == "<>"
    subject = folded(header_text(message.get("subject", "")))
    marks = (bool(REPORT_SENDER.search(sender)), bool(REPORT_SUBJECT.search(subject)), null_sender)
    if sum(marks) >= 2 and not in_person(text):
        return True
    return speaks_as_a_mail_system(message, text, gives_back=gives_back)


def returned_id(parts: list[Part]) -> str | None:
    """Message-ID of the mail a report gives back, whole or by its headers."""
    for part in parts:
        if part.get_content_type() == "message/rfc822":
            payload = part.get_payload()
            inner = payload[0] if isinstance(payload, list) and payload else None
            found = message_ids(inner.get("message-id", "")) if isinstance(inner, Part) else ()
        elif part.get_content_type() == "text/rfc822-headers":
            match = re.search(r"^message-id:\s*(<[^<>\s]+>)", str(part.get_payload()), re.IGNORECASE | re.MULTILINE)
            found = (match[1],) if match else ()
        else:
            continue
        if found:
            return found[0]
    return None
