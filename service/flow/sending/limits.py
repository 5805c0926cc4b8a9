"""The safety valves: what leaves, to whom, and what is kept back. Nothing is sent that has not come through here."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from service.core.records import Fate, OutgoingRecord
from service.flow.context import Services
from service.flow.ports.world import SendOutcome

NOT_ALLOWED = "its domain is not among `allowed_domains`"
REDIRECTED_FOR = "X-Dondoc-Redirected-For"
_NOT_IN_A_HEADER = re.compile(r"[^\x21-\x7e]")

Said = tuple[SendOutcome, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """One attempt as the server sees it."""

    raw: bytes
    recipients: tuple[str, ...]
    meant_for: tuple[str, ...]
    """Whose mail it is; other than `recipients` when redirected or with an own copy."""

    @property
    def redirected(self) -> bool:
        return not set(self.meant_for) <= set(self.recipients)

    def outcomes(self, said: Mapping[str, Said]) -> dict[str, Said]:
        """The answers by whom the mail is meant for."""
        nothing: Said = (SendOutcome.UNKNOWN, "the sender gave no answer for this recipient")
        if self.redirected:
            return dict.fromkeys(self.meant_for, said.get(self.recipients[0], nothing))
        return {address: said.get(address, nothing) for address in self.meant_for}


def carries_own_copy(services: Services) -> bool:
    """Whether our own address is named along: never where a valve says that mail goes elsewhere or not there."""
    return (
        services.sending.own_copy
        and services.sending.redirect_to is None
        and is_allowed(services, services.identity.address)
    )


def is_allowed(services: Services, address: str) -> bool:
    """Whether mail to this address may leave."""
    return (
        not services.sending.allowed_domains or address.lower().rpartition("@")[2] in services.sending.allowed_domains
    )


def kept_back(services: Services, recipients: Iterable[str]) -> dict[str, tuple[Fate, str]]:
    """Recipients to whom the mail does not go, with the reason."""
    if services.sending.redirect_to is not None:
        return {}
    return {each: (Fate.SUPPRESSED, NOT_ALLOWED) for each in recipients if not is_allowed(services, each)}


def envelope(services: Services, record: OutgoingRecord, raw: bytes) -> Envelope:
    """The bytes and recipients of one attempt."""
    meant_for = tuple(each for each in record.recipients if each not in kept_back(services, record.recipients))
    if services.sending.redirect_to is not None:
        named = _redirected_for(meant_for) + raw
        return Envelope(raw=named, recipients=(services.sending.redirect_to,), meant_for=meant_for)
    own = (services.identity.address,) if carries_own_copy(services) else ()
    return Envelope(raw=raw, recipients=tuple(dict.fromkeys((*meant_for, *own))), meant_for=meant_for)


def _redirected_for(recipients: Iterable[str]) -> bytes:
    """One header line for each, so that none grows too long; nothing in an address can begin another header."""
    names = (_NOT_IN_A_HEADER.sub("?", address) for address in recipients)
    return "".join(f"{REDIRECTED_FOR}: {name}\r\n" for name in names).encode("ascii")
