"""Delivery reports: which addresses a returned mail names, for good or for now, and which of our mails it holds."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Mapping
from email.message import Message as Part

from service.mail.incoming.headers import header_text, message_ids

ADDRESS = re.compile(r"[^\s<>;,:\"'()\[\]]+@[^\s<>;,:\"'()\[\]]+")

MACHINE_SENDER = re.compile(r"\b(mailer-?daemon|post_?master|mail-?daemon|mdaemon)\b", re.IGNORECASE)
"""Such a sender writes nothing but reports; the detectors decide."""

REPORT_SENDER = re.compile(
    r"mail delivery|mail-?administrator|postoffice|mailadmin|microsoft exchange|bounce", re.IGNORECASE
)
REPORT_SUBJECT = re.compile(
    r"undeliver|returned mail|return(ing|ed)? (message|to sender)|failure notice|not delivered|non-?deliver|"
    r"delivery (status|fail|report|problem|error|notif|has failed|delay)|failed mail|"
    r"delivery.{0,20}(failed|failure|unsuccessful)|user unknown|"
    r"mail (delivery|system|error|failure)|could ?n[o']t be delivered|unable to deliver|bounce|"
    r"message (status|delayed|undeliverable|not deliver)|warning: (could not|message)|"
    r"không gửi được|không thể gửi|gửi thư thất bại|thư không gửi",
    re.IGNORECASE,
)
FULL_MAILBOX = re.compile(
    r"(over|exceed\w*|out of) .{0,30}(quota|allowed size|storage)|mailbox (is )?full", re.IGNORECASE
)
GAVE_UP_WAITING = re.compile(
    r"retry time(out| not reached)|retry timeout exceeded|(connection|operation) timed out|"
    r"(delivery|message|retry) (time|has) ?(expired|limit)|hết thời gian gửi lại",
    re.IGNORECASE,
)
SAID_PERMANENT = re.compile(r"\bpermanent(ly)?\b.{0,30}(fatal|delivery|failure)", re.IGNORECASE)
STILL_TRYING = re.compile(
    r"delayed mail|still being retried|warning.{0,40}delayed|delivery.{0,30}delayed|\(delay\)|"
    r"this is a warning (message )?only|will be retried|chậm trễ",
    re.IGNORECASE,
)
NAMED_IN_PROSE = re.compile(
    r"(?:rcpt to:|(?:sent|delivering your|deliver) (?:mail|message)s? to|recipient:?|could not be delivered to:?)\s*<?"
    r"([^\s<>;,:\"'()\[\]]+@[^\s<>;,:\"'()\[\]]*[^\s<>;,:\"'()\[\].])",
    re.IGNORECASE,
)
TEXT_FIELDS = frozenset({"action", "status", "final-recipient", "original-recipient", "diagnostic-code"})
STATUS_TYPE = "message/delivery-status"
TEMPORARY_ACTIONS = frozenset({"delayed", "delay"})
GOOD_ACTIONS = frozenset({"delivered", "relayed", "expanded"})
WORD = re.compile(r"[a-z]+")
STATUS_CODE = re.compile(r"([245])(?:\.\d{1,3}){1,2}()")
ANY_CODE = re.compile(r"\b([245])\.\d{1,3}\.\d{1,3}\b|\b([245])\d\d\b")


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


def bounced(message: Part, status: tuple[Mapping[str, str], ...], text: str) -> tuple[tuple[str, bool], ...]:
    """Addresses which a report names, and whether for good: by its own fields, by flufl.bounce, or by its prose."""
    found = dict(_from_status(status))
    if not found and _looks_like_a_report(message):
        found = dict(_from_status(tuple(status_in_text(text)))) or _by_words(message, text)
    return tuple(sorted((address, final) for address, final in found.items() if ADDRESS.fullmatch(address)))


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


def _by_words(message: Part, text: str) -> dict[str, bool]:
    """By the detectors, else by prose; a report that says it goes on trying is no failure."""
    named = {match[1].lower(): True for match in NAMED_IN_PROSE.finditer(text[:5_000])}
    found = _by_detectors(message, text) or named
    if STILL_TRYING.search(f"{header_text(message.get('subject', ''))}\n{text[:1_000]}"):
        return dict.fromkeys(found, False)
    return found


def _by_detectors(message: Part, text: str) -> dict[str, bool]:
    from flufl.bounce import all_failures

    logging.getLogger("flufl.bounce").disabled = True  # it writes a traceback for every odd header
    try:
        temporary, permanent = all_failures(message)
    except (AttributeError, LookupError, TypeError, ValueError):  # its detectors trust headers; the prose is left
        return {}
    # A full or silent server without a status code is a matter of time; the detectors know only "failed".
    said = text[:2_000]
    final = bool(SAID_PERMANENT.search(said)) or not (FULL_MAILBOX.search(said) or GAVE_UP_WAITING.search(said))
    return {_text(address): False for address in temporary} | {_text(address): final for address in permanent}


def _from_status(status: tuple[Mapping[str, str], ...]) -> Iterator[tuple[str, bool]]:
    """The class of the status code goes before the action: a server that gives up for now says `failed` and 4.x.x."""
    for block in status:
        action = next(iter(WORD.findall(block.get("action", "").lower())), "")
        code, address = _class_of(block), _recipient(block)
        if address and action in TEMPORARY_ACTIONS:
            yield address, False
        elif address and (action.startswith("fail") or (action not in GOOD_ACTIONS and code == "5")):
            yield address, code != "4"


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


def _looks_like_a_report(message: Part) -> bool:
    """flufl.bounce finds addresses in any mail that quotes a report; only mail that claims to be one is given to it."""
    if message.get_content_type() == "multipart/report":
        return "disposition-notification" not in str(message.get("content-type", "")).lower()
    sender = header_text(message.get("from", ""))
    if MACHINE_SENDER.search(sender) or "x-failed-recipients" in message:
        return True
    null_sender = header_text(message.get("return-path", "-")) == "<>"
    subject = header_text(message.get("subject", ""))
    return sum((bool(REPORT_SENDER.search(sender)), bool(REPORT_SUBJECT.search(subject)), null_sender)) >= 2


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
