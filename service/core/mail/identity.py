"""Knowing our own mail again: Message-IDs made from the cause of a mail, and signatures over them."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterable
from dataclasses import dataclass

_OURS = re.compile(r"<d\.([0-9a-z-]+)\.([0-9a-z-]*)\.([0-9a-f]{16})\.([0-9a-f]{20})@")

_TAG = re.compile(r"([0-9a-z-]+)\.([0-9a-z-]*)\.([0-9a-f]{16})$")
LONGEST_LOCAL_PART = 64
"""RFC 5321 §4.5.3.1.1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Who we are in mail. `secret` never leaves the state folder; tokens made with it cannot be guessed."""

    address: str
    name: str
    secret: bytes

    @property
    def domain(self) -> str:
        return self.address.partition("@")[2]

    def message_id(self, key: str, campaign: str, unit: str | None) -> str:
        """The same cause always gets the same Message-ID; the last part proves that it is ours."""
        place = f"{_plain(campaign)}.{_plain(unit or '')}.{hashlib.sha256(key.encode()).hexdigest()[:16]}"
        return f"<d.{place}.{self._token(place)}@{self.domain}>"

    def thread_of(self, message_ids: Iterable[str]) -> tuple[str, str] | None:
        """(campaign, unit), in lower case, of the first genuine Message-ID of ours among these."""
        for message_id in message_ids:
            found = _OURS.match(message_id)
            if found and hmac.compare_digest(self._token(".".join(found.groups()[:3])), found[4]):
                return found[1], found[2]
        return None

    def reply_tag(self, campaign: str, unit: str) -> str | None:
        """Our address with the thread in it (`hr+spring.u03.…@office.example`); None where it grows too long."""
        place = f"{_plain(campaign)}.{_plain(unit)}"
        local = f"{self.address.partition('@')[0]}+{place}.{self._token(f'tag {place}')[:16]}"
        return f"{local}@{self.domain}" if len(local) <= LONGEST_LOCAL_PART else None

    def thread_of_tag(self, addresses: Iterable[str]) -> tuple[str, str] | None:
        """(campaign, unit), in lower case, of the first genuine tagged address of ours among these."""
        for address in addresses:
            found = _TAG.match(self._tag_of(address) or "")
            if found and hmac.compare_digest(self._token(f"tag {found[1]}.{found[2]}")[:16], found[3]):
                return found[1], found[2]
        return None

    def is_own_address(self, address: str) -> bool:
        """Our address, with or without a tag."""
        return address.lower() == self.address or self._tag_of(address) is not None

    def _tag_of(self, address: str) -> str | None:
        own, _, domain = self.address.partition("@")
        local, _, there = address.lower().partition("@")
        return local[len(own) + 1 :] if there == domain and local.startswith(f"{own}+") else None

    def ids_in(self, text: str) -> tuple[str, ...]:
        """Genuine Message-IDs of ours that stand anywhere in a text, such as a report that quotes our mail."""
        written = (f"{found[0]}{self.domain}>" for found in _OURS.finditer(text))
        return tuple(dict.fromkeys(each for each in written if self.thread_of((each,)) is not None))

    def claims_a_thread(self, message_ids: Iterable[str]) -> bool:
        """Whether one of these looks like a Message-ID of ours, genuine or not."""
        return any(_OURS.match(message_id) for message_id in message_ids)

    def signature(self, message_id: str) -> str:
        """Value of our signed header."""
        return hmac.new(self.secret, f"header {message_id}".encode(), hashlib.sha256).hexdigest()[:32]

    def is_ours(self, message_id: str | None, signature: str | None) -> bool:
        """Whether a mail that came in is one of our own."""
        if not message_id or not signature:
            return False
        return hmac.compare_digest(self.signature(message_id), signature.strip())

    def _token(self, place: str) -> str:
        return hmac.new(self.secret, f"thread {place}".encode(), hashlib.sha256).hexdigest()[:20]


def _plain(name: str) -> str:
    return re.sub(r"[^0-9a-z-]", "-", name.lower())


_MARK = re.compile(r"\[\s*([A-Za-z0-9-]+)(?:\s+([A-Za-z0-9-]+))?\s*\]")


def marks_in(subject: str) -> tuple[tuple[str, str | None], ...]:
    """`[TAX-2021 U03]` in a subject: (mark, unit code). Only a hint."""
    return tuple((mark, unit or None) for mark, unit in _MARK.findall(subject))
