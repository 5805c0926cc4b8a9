"""Whether two mails are one that came by two routes, or through two kinds of connection (S81).

Routes add and rewrite fields and encodings; what the writer wrote stays. A Message-ID alone proves nothing: scanners
give the same one to everything they send.
"""

from __future__ import annotations

import hashlib
import re

from service.core.mail.messages import Message

_TAGS = re.compile(r"(?:\s*\[[^\]]{0,60}\])+")
"""What lists and gateways put before a subject."""


def fingerprint(message: Message) -> str | None:
    """The mail below its transport: the same for every route. None without a Message-ID: nothing ties two such."""
    if not message.message_id or not message.sender:
        return None
    subject = " ".join(_TAGS.sub("", message.subject, count=1).split()).casefold()
    papers = sorted(hashlib.sha256(attachment.content).hexdigest() for attachment in message.attachments)
    said = (message.message_id, message.sender, subject, " ".join(message.text.split()), *papers)
    return hashlib.sha256("\0".join(said).encode("utf-8", "surrogateescape")).hexdigest()


def is_same_mail(one: Message, other: Message) -> bool:
    mark = fingerprint(one)
    return mark is not None and mark == fingerprint(other)
