"""Bytes of a mail to a Message and back: `read_message` never fails on hostile input, `compose` writes ours."""

from __future__ import annotations

import email
import email.policy
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from service.core.mail.authentication_results import RESULTS
from service.core.mail.greetings import only_greets
from service.core.mail.messages import Attachment, Message
from service.mail.incoming.charsets import decode_text
from service.mail.incoming.headers import LONGEST_FIELD, header_text, mailboxes, message_ids, moment
from service.mail.incoming.nesting import DEEPEST, is_nested_too_deep
from service.mail.incoming.parts import ONE_PIECE, Parts, collect, take_words_out_of_wrappers
from service.mail.incoming.passed_on import passed_on, says_passed_on
from service.mail.incoming.pasted_tables import pasted_tables
from service.mail.incoming.reports import delivery_status, reported, returned_id
from service.mail.incoming.texts import LONGEST_TEXT, cut
from service.mail.incoming.wrapped import ENCRYPTED, NO_OPENERS, Openers, is_armoured
from service.mail.outgoing.rfc5322 import compose

__all__ = ["compose", "read_message"]

MOST_FIELDS = 2_000
"""Header fields that are looked at."""

MOST_MAILS = 5
DEEPEST_MAIL = 3
"""Attached mails that are looked through for words when the mail itself says nothing."""

BARE_FILES = {
    b"\x78\x9f\x3e\x22": ("winmail.dat", "application/ms-tnef"),
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1": ("message.msg", "application/vnd.ms-outlook"),
}
"""How files begin that people save from Outlook in place of a mail."""

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

FOLDED_BOUNDARY = re.compile(rb"(boundary=\"[^\"\r\n]{0,200})\r?\n[ \t]([^\"\r\n]{0,200}\")", re.IGNORECASE)
"""A boundary with a blank in it, folded there: the parser would look for the line end too."""

FIELD = re.compile(rb"[!-9;-~]{1,80}[ \t]*:")
MOST_HEAD = 200_000


def read_message(raw: bytes, openers: Openers = NO_OPENERS) -> Message:
    """The mail as a value. What cannot be read is left out and said in `defects`.

    `openers` look into opaque S/MIME signatures and what Outlook wraps; without them those stay attachments.
    """
    return _any_message(raw, openers, depth=0)


def attached_files(raw: bytes, openers: Openers) -> tuple[tuple[str, bytes], ...]:
    """(name, bytes) of what a mail brings, also one that lies in another: the papers of both are the same."""
    message = read_message(raw, openers)
    return tuple((item.name, item.content) for item in (*message.attachments, *message.pasted))


def _any_message(raw: bytes, openers: Openers, *, depth: int) -> Message:
    for beginning, (name, media_type) in BARE_FILES.items():
        if raw.startswith(beginning):
            return _bare_file(raw, name, media_type, openers)
    if is_nested_too_deep(raw):
        return _read_by_hand(raw, f"containers nested deeper than {DEEPEST}")
    try:
        return _read(raw, openers, depth)
    except Exception as problem:  # noqa: BLE001 - hostile bytes: any fault of a parser must become a defect, not a crash
        return _read_by_hand(raw, f"{type(problem).__name__}: {problem}"[:200])


def _bare_file(raw: bytes, name: str, media_type: str, openers: Openers) -> Message:
    """What Outlook saves is no mail; what lies in it is found as in any attachment."""
    parts = Parts(attachments=[Attachment(name=name, media_type=media_type, content=raw)], openers=openers)
    take_words_out_of_wrappers(parts)
    return _message({}, parts, content_type=media_type, defects=("an Outlook file in place of a mail",))


def _read(raw: bytes, openers: Openers, depth: int) -> Message:
    parsed = email.message_from_bytes(_mended(raw), policy=email.policy.compat32)
    parts = collect(parsed, openers)
    status = delivery_status(parts.report)
    defects = (*(type(defect).__name__ for defect in parsed.defects), *parts.defects)
    fields = [(name, str(value)) for name, value in parsed.raw_items()]
    headers = _headers(iter(fields))
    message = _message(headers, parts, content_type=parsed.get_content_type(), defects=defects, depth=depth)
    return replace(
        message,
        results=_down_to_results(fields[:MOST_FIELDS]),
        delivery_status=status,
        reported=reported(parsed, status, message.text, report=parts.report, attachments=parts.attachments),
        returned_id=returned_id(parts.report),
    )


def _mended(raw: bytes) -> bytes:
    """Without what stands before the first field, and with parameters joined that stand on a line of their own."""
    match = FIRST_FIELD.match(raw[:10_000])
    begun = raw[match.end() :] if match else raw
    joined = FOLDED_BOUNDARY.sub(rb"\1 \2", UNFOLDED_PARAMETER.sub(rb"\1 ", begun))
    return _without_strays(joined)


def _without_strays(raw: bytes) -> bytes:
    """A line among the fields that is no field would end them for the parser, and From and Subject with them."""
    ends = [found for found in (raw.find(b"\n\n", 0, MOST_HEAD), raw.find(b"\n\r\n", 0, MOST_HEAD)) if found >= 0]
    if not ends:
        return raw
    head, rest = raw[: min(ends)].split(b"\n"), raw[min(ends) :]
    if not FIELD.match(head[0]):
        return raw
    strays = [bool(line.strip()) and line[:1] not in b" \t" and not FIELD.match(line) for line in head]
    lone = [
        stray and number + 1 < len(head) and bool(FIELD.match(head[number + 1])) and not strays[number - 1]
        for number, stray in enumerate(strays)
    ]
    return b"\n".join(line for line, drop in zip(head, lone, strict=True) if not drop) + rest if any(lone) else raw


def _headers(fields: Iterator[tuple[str, str]]) -> dict[str, list[str]]:
    """Fields as they came, by lower-case name, top to bottom."""
    headers: dict[str, list[str]] = {}
    for number, (name, value) in enumerate(fields):
        if number >= MOST_FIELDS:
            break
        headers.setdefault(header_text(name).lower(), []).append(value)
    return headers


def _down_to_results(fields: Sequence[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """Undecoded: an encoded word in an envelope sender must not become a result."""
    named = [(name.lower(), value[:LONGEST_FIELD]) for name, value in fields]
    last = max((at for at, (name, _) in enumerate(named) if name == RESULTS), default=-1)
    return tuple(named[: last + 1])


def _message(
    headers: Mapping[str, list[str]], parts: Parts, *, content_type: str, defects: tuple[str, ...], depth: int = 0
) -> Message:
    """The value, from fields as they came and the parts; without what only reports on our mails say."""

    def first(name: str) -> str:
        return headers.get(name, [""])[0]

    text = parts.words()[:LONGEST_TEXT]
    subject, to, cc = header_text(first("subject")), _addresses(headers, "to"), _addresses(headers, "cc")
    found, is_reply = cut(text, forwarded=says_passed_on(subject)), _is_reply(headers, subject)
    own, inner = found.words, _inner_words(parts, depth)
    further = passed_on(found, own, subject, is_reply=is_reply, readers=(*to, *cc), inner=inner)
    senders = [mailbox for value in headers.get("from", []) for mailbox in mailboxes(value)]
    sender_name, sender = senders[0] if senders else ("", "")
    return Message(
        message_id=next(iter(message_ids(first("message-id"))), None),
        sender=sender,
        sender_name=sender_name,
        subject=subject,
        date=moment(first("date")) if first("date") else None,
        to=to,
        cc=cc,
        reply_to=_addresses(headers, "reply-to"),
        return_path=_return_path(headers),
        in_reply_to=next(iter(message_ids(first("in-reply-to"))), None),
        references=message_ids(first("references")),
        headers={name: tuple(header_text(value) for value in values) for name, values in headers.items()},
        text=text,
        new_text=own,
        whole_words=further.words,
        is_forward=further.is_forward,
        in_pieces=ONE_PIECE in parts.defects,
        attachments=tuple(parts.attachments),
        pasted=pasted_tables(parts.pages, own),
        wrappings=tuple(parts.wrappings),
        encrypted=ENCRYPTED in parts.wrappings and (not text.strip() or is_armoured(text)),
        content_type=content_type,
        defects=(*defects, *(["several senders in From"] if len(senders) > 1 else [])),
    )


def _is_reply(headers: Mapping[str, list[str]], subject: str) -> bool:
    answers = any(headers.get(name, [""])[0] for name in ("in-reply-to", "references"))
    return answers or subject[:3].lower() in ("re:", "tl:")


def _inner_words(parts: Parts, depth: int) -> Iterator[str]:
    """What attached mails say, one after the other."""
    mails = [item for item in parts.attachments if item.media_type == "message/rfc822"]
    for item in mails[:MOST_MAILS] if depth < DEEPEST_MAIL else []:
        inner = _any_message(item.content, parts.openers, depth=depth + 1)
        yield inner.whole_words if only_greets(inner.new_text) else inner.new_text


def _addresses(headers: Mapping[str, list[str]], name: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(address for value in headers.get(name, []) for _, address in mailboxes(value)))


def _return_path(headers: Mapping[str, list[str]]) -> str | None:
    """The uppermost Return-Path: only our own server writes that one. A name without domain says nothing."""
    values = headers.get("return-path")
    if not values:
        return None
    found = mailboxes(values[0])
    if found:
        return found[0][1]
    return "" if values[0].split("(")[0].strip() in ("", "<>") else None


def _read_by_hand(raw: bytes, defect: str) -> Message:
    """The header fields split by hand and the body as plain text: for bytes which the library cannot take apart."""
    head, _, body = raw.replace(b"\r\n", b"\n").partition(b"\n\n")
    unfolded = re.sub(r"\n[ \t]+", " ", head[:1_000_000].decode("ascii", "surrogateescape"))
    split = (line.partition(":") for line in unfolded.split("\n"))
    fields = [(name.strip(), value) for name, colon, value in split if colon and name.strip()]
    parts = Parts(texts=[(False, decode_text(body[:LONGEST_TEXT], None))])
    message = _message(_headers(iter(fields)), parts, content_type="text/plain", defects=(defect,))
    return replace(message, results=_down_to_results(fields[:MOST_FIELDS]))
