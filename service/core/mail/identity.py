"""Knowing our own mail again: Message-IDs made from the cause of a mail, and signatures over them."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import unquote

_OURS = re.compile(r"<d\.(([0-9a-z_-]+)(?:\.([0-9a-z_-]*))?\.[0-9a-f]{16})\.([0-9a-f]{20})@")
"""`<d.campaign.unit.cause.token@`. About no unit: without it (before, it stood there empty)."""
_TAG = re.compile(r"([0-9a-z_-]+)\.([0-9a-z_-]*)\.([0-9a-f]{16})$")
_NOT_PLAIN = re.compile(r"[^0-9a-z-]")
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
        """As it stands in Message-IDs: in ASCII."""
        domain = self.address.partition("@")[2]
        return domain if domain.isascii() else domain.encode("idna").decode("ascii")

    def message_id(self, key: str, campaign: str, unit: str | None) -> str:
        """The same cause always gets the same Message-ID; the last part proves that it is ours.

        A dot-atom on both sides (RFC 5322 §3.6.4), whatever the campaign and the unit are called.
        """
        cause = hashlib.sha256(key.encode()).hexdigest()[:16]
        place = ".".join((_atom(campaign), *([_atom(unit)] if unit else []), cause))
        return f"<d.{place}.{self._token(place)}@{self.domain}>"

    def thread_of(self, message_ids: Iterable[str]) -> tuple[str, str] | None:
        """(campaign, unit), in lower case, of the first genuine Message-ID of ours among these."""
        for message_id in message_ids:
            found = _OURS.match(message_id)
            if found and hmac.compare_digest(self._token(found[1]), found[4]):
                return _name(found[2]), _name(found[3] or "")
        return None

    def reply_tag(self, campaign: str, unit: str) -> str | None:
        """Our address with the thread in it (`hr+spring.u03.…@office.example`); None where it grows too long."""
        place = f"{_atom(campaign)}.{_atom(unit)}"
        own, _, domain = self.address.partition("@")
        local = f"{own}+{place}.{self._token(f'tag {place}')[:16]}"
        return f"{local}@{domain}" if len(local) <= LONGEST_LOCAL_PART else None

    def thread_of_tag(self, addresses: Iterable[str]) -> tuple[str, str] | None:
        """(campaign, unit), in lower case, of the first genuine tagged address of ours among these."""
        for address in addresses:
            found = _TAG.match(self._tag_of(address) or "")
            if found and hmac.compare_digest(self._token(f"tag {found[1]}.{found[2]}")[:16], found[3]):
                return _name(found[1]), _name(found[2])
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


def _atom(name: str) -> str:
    """A name in lower case with nothing in it but what stands in an atom; `_name` reads it back."""
    return _NOT_PLAIN.sub(lambda found: "".join(f"_{octet:02x}" for octet in found[0].encode()), name.lower()) or "_"


def _name(atom: str) -> str:
    return unquote(atom.replace("_", "%")) if atom != "_" else ""


_MARK = re.compile(r"\[\s*([A-Za-z0-9-]+)(?:\s+([A-Za-z0-9-]+))?\s*\]")


def marks_in(subject: str) -> tuple[tuple[str, str | None], ...]:
    """`[TAX-2021 U03]` in a subject: (mark, unit code). Only a hint."""
    return tuple((mark, unit or None) for mark, unit in _MARK.findall(subject))
