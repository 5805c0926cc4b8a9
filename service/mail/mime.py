"""Bytes of a mail to a Message and back: `read_message` never fails on hostile input, `compose` writes ours."""

from __future__ import annotations

import email
import email.policy
import re
from collections.abc import Iterator, Mapping

from service.core.messages import Message
from service.mail.charsets import decode_text
from service.mail.compose import compose
from service.mail.headers import header_text, mailboxes, message_ids, moment
from service.mail.parts import Parts, collect
from service.mail.reports import bounced, delivery_status, returned_id
from service.mail.texts import LONGEST_TEXT, new_text

__all__ = ["compose", "read_message"]

MOST_FIELDS = 2_000
"""Header fields that are looked at."""

FIRST_FIELD = re.compile(
    rb"\s*(?:>?From [^\r\n]*\r?\n)?"
    rb"(?=(?:received|return-path|delivered-to|from|date|to|subject|message-id|mime-version|x-[a-z-]+):)",
    re.IGNORECASE,
)
"""Blank lines or an mbox separator before the first field, as some exports have."""

UNFOLDED_PARAMETER = re.compile(
    rb"^(Content-Type:[^\r\n]{1,200};)[ \t]*\r?\n(?=boundary=)", re.IGNORECASE | re.MULTILINE
)
"""Some programs fold a field without the blank that marks the continuation."""


def read_message(raw: bytes) -> Message:
    """The mail as a value. What cannot be read is left out and said in `defects`."""
    try:
        return _read(raw)
    except Exception as problem:  # noqa: BLE001 - hostile bytes: any fault of a parser must become a defect, not a crash
        return _read_by_hand(raw, f"{type(problem).__name__}: {problem}"[:200])


def _read(raw: bytes) -> Message:
    parsed = email.message_from_bytes(_mended(raw), policy=email.policy.compat32)
    parts = collect(parsed)
    status = delivery_status(parts.report)
    text = parts.words()[:LONGEST_TEXT]
    defects = (*(type(defect).__name__ for defect in parsed.defects), *parts.defects)
    headers = _headers((name, str(value)) for name, value in parsed.raw_items())
    return _message(
        headers,
        parts,
        text,
        content_type=parsed.get_content_type(),
        delivery_status=status,
        bounced=bounced(parsed, status, text),
        returned_id=returned_id(parts.report),
        defects=defects,
    )


def _mended(raw: bytes) -> bytes:
    """Without what stands before the first field, and with parameters joined that stand on a line of their own."""
    match = FIRST_FIELD.match(raw[:10_000])
    return UNFOLDED_PARAMETER.sub(rb"\1 ", raw[match.end() :] if match else raw)


def _headers(fields: Iterator[tuple[str, str]]) -> dict[str, list[str]]:
    """Fields as they came, by lower-case name, top to bottom."""
    headers: dict[str, list[str]] = {}
    for number, (name, value) in enumerate(fields):
        if number >= MOST_FIELDS:
            break
        headers.setdefault(header_text(name).lower(), []).append(value)
    return headers


def _message(
    headers: Mapping[str, list[str]],
    parts: Parts,
    text: str,
    *,
    content_type: str,
    delivery_status: tuple[Mapping[str, str], ...] = (),
    bounced: tuple[tuple[str, bool], ...] = (),
    returned_id: str | None = None,
    defects: tuple[str, ...] = (),
) -> Message:
    """The value, from fields as they came and the parts."""

    def first(name: str) -> str:
        return headers.get(name, [""])[0]

    senders = [mailbox for value in headers.get("from", []) for mailbox in mailboxes(value)]
    return Message(
        message_id=next(iter(message_ids(first("message-id"))), None),
        sender=senders[0][1] if senders else "",
        sender_name=senders[0][0] if senders else "",
        subject=header_text(first("subject")),
        date=moment(first("date")) if first("date") else None,
        to=_addresses(headers, "to"),
        cc=_addresses(headers, "cc"),
        reply_to=_addresses(headers, "reply-to"),
        return_path=_return_path(headers),
        in_reply_to=next(iter(message_ids(first("in-reply-to"))), None),
        references=message_ids(first("references")),
        headers={name: tuple(header_text(value) for value in values) for name, values in headers.items()},
        text=text,
        new_text=new_text(text),
        attachments=tuple(parts.attachments),
        content_type=content_type,
        delivery_status=delivery_status,
        bounced=bounced,
        returned_id=returned_id,
        defects=(*defects, *(["several senders in From"] if len(senders) > 1 else [])),
    )


def _addresses(headers: Mapping[str, list[str]], name: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(address for value in headers.get(name, []) for _, address in mailboxes(value)))


def _return_path(headers: Mapping[str, list[str]]) -> str | None:
    """The uppermost Return-Path: only our own server writes that one."""
    values = headers.get("return-path")
    if not values:
        return None
    found = mailboxes(values[0])
    return found[0][1] if found else ""


def _read_by_hand(raw: bytes, defect: str) -> Message:
    """The header fields split by hand and the body as plain text: for bytes which the library cannot take apart."""
    head, _, body = raw.replace(b"\r\n", b"\n").partition(b"\n\n")
    unfolded = re.sub(r"\n[ \t]+", " ", head[:1_000_000].decode("ascii", "surrogateescape"))
    fields = (line.partition(":") for line in unfolded.split("\n"))
    headers = _headers((name, value) for name, colon, value in fields if colon and name.strip())
    text = decode_text(body[:LONGEST_TEXT], None)
    return _message(headers, Parts(), text, content_type="text/plain", defects=(defect,))
