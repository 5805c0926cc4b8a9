"""Who gets a mail that goes through Exchange: it sends to those whom the header names, and to those added beside it.

So that the envelope decides all the same, those missing are added as blind copies; and a header that names others than
the mail is for (a mail that is redirected, or kept from somebody) is set aside before the mail leaves.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from email import message_from_bytes, policy
from email.utils import getaddresses

NAMING = ("to", "cc", "bcc")
ASIDE = re.compile(rb"(?im)^(to|cc):")
BLIND = re.compile(rb"(?im)^bcc:.*(?:\r\n[ \t].*)*\r\n")


def addressed(raw: bytes, recipients: Sequence[str]) -> tuple[bytes, tuple[str, ...]]:
    """The mail, and those to add as blind copies, so that exactly these recipients get it."""
    named = named_in(raw)
    wanted = {address.casefold() for address in recipients}
    if not named <= wanted:
        raw, named = _set_aside(raw), set()
    return raw, tuple(address for address in dict.fromkeys(recipients) if address.casefold() not in named)


def named_in(raw: bytes) -> set[str]:
    """The addresses of To, Cc and Bcc, in small letters."""
    header = message_from_bytes(raw.partition(b"\r\n\r\n")[0], policy=policy.compat32)
    fields = [str(value) for name in NAMING for value in header.get_all(name, [])]
    return {address.casefold() for _, address in getaddresses(fields) if address}


def _set_aside(raw: bytes) -> bytes:
    """To and Cc stay readable as X-Dondoc-To and X-Dondoc-Cc, to which no server sends."""
    head, separator, body = raw.partition(b"\r\n\r\n")
    lines = BLIND.sub(b"", head + b"\r\n")
    return ASIDE.sub(rb"X-Dondoc-\1:", lines).removesuffix(b"\r\n") + separator + body
