"""Whether the writer is who the From field says: by our own server's word (RFC 8601), else by signatures we checked.

Nothing else in a mail is believed. A method counts only where its domain is the writer's own (RFC 7489 §3.1, relaxed).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from service.core.mail.authentication_results import RESULTS, Finding, findings, own_results

_SAYS_WHO = ("header.d", "header.i", "smtp.mailfrom")
"""The properties which name the domain that was proven; `smtp.helo` and `header.from` prove nothing."""
_BAD = frozenset({"fail", "softfail"})


class Authenticity(StrEnum):
    """The contract's three words."""

    PASS = "pass"  # noqa: S105  # a result, not a secret
    FAIL = "fail"
    NONE = "none"


class Policy(StrEnum):
    """What suffices when nothing proves the writer (S26)."""

    CONFIRM = "confirm"
    """The registered address, once it has confirmed by answering our mail."""
    ADDRESS = "address"
    """The registered address."""
    THREAD = "thread"
    """The mail must go on in a thread of ours, which only its recipients know."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DkimSignature:
    """A DKIM signature as we found it: the domain that signed, whether it holds, and why not."""

    domain: str
    valid: bool
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Proof:
    """The word and its evidence."""

    said: Authenticity
    reason: str


def authenticity(
    results: Sequence[str], authserv_id: str | None, sender: str, signatures: Sequence[DkimSignature] = ()
) -> Proof:
    """Judges the Authentication-Results of our own server (`own_results`); others may be the sender's invention."""
    domain = sender.rpartition("@")[2].lower()
    own = own_results([(RESULTS, value) for value in results], authserv_id)
    if own:
        return _by_results([found for value in own for found in findings(value)], domain)
    return _by_signatures(signatures, domain)


def _by_results(said: Sequence[Finding], domain: str) -> Proof:
    """Several fields, and several results of a method, are read as one: any failure of DMARC wins (S86)."""
    if any(found.method == "dmarc" and found.result == "fail" for found in said):
        return Proof(Authenticity.FAIL, "our server says dmarc=fail")
    proven = next((method for method in ("dmarc", "dkim", "spf") if _passed(said, method, domain)), None)
    if proven is not None:
        return Proof(Authenticity.PASS, f"our server says {proven}=pass for {domain}")
    failed = [f"{found.method}={found.result}" for found in said if found.result in _BAD]
    if failed:
        return Proof(Authenticity.FAIL, f"our server says {', '.join(failed)}")
    return Proof(Authenticity.NONE, "our server says nothing that proves the sender's domain")


def _passed(said: Sequence[Finding], method: str, domain: str) -> bool:
    """Whether the method passed for the writer's own domain.

    A server that says of no domain what it proved is taken at its word: it is ours.
    """
    return any(
        found.method == method and found.result == "pass" and found.clean and _is_about(found, domain) for found in said
    )


def _is_about(found: Finding, domain: str) -> bool:
    names = ("header.from",) if found.method == "dmarc" else _SAYS_WHO
    named = [value for name in names for value in found.properties.get(name, ())]
    if not named:
        return found.method == "dmarc" or not found.properties
    return any(aligned(value.rpartition("@")[2], domain) for value in named)


def _by_signatures(signatures: Sequence[DkimSignature], domain: str) -> Proof:
    """A signature that fails is worth no less than none (RFC 6376 §6.1): forwarders and gateways break good ones."""
    own = [signature for signature in signatures if aligned(signature.domain, domain)]
    valid = next((signature for signature in own if signature.valid), None)
    if valid is not None:
        return Proof(Authenticity.PASS, f"DKIM signature of {valid.domain}")
    if own:
        return Proof(Authenticity.NONE, f"DKIM signature of {own[0].domain} does not hold: {own[0].reason}")
    if signatures:
        return Proof(Authenticity.NONE, f"signed by {signatures[0].domain}, which is not the sender's domain")
    return Proof(Authenticity.NONE, "neither our server nor a signature says who wrote")


def aligned(domain: str, sender_domain: str) -> bool:
    """The same domain, or one below the other; never a mere top-level domain."""
    one, other = domain.lower().strip("."), sender_domain.lower().strip(".")
    shorter, longer = sorted((one, other), key=len)
    return "." in shorter and (longer == shorter or longer.endswith(f".{shorter}"))


def disguises(sender: str, sender_name: str, reply_to: Iterable[str], known_domains: Iterable[str]) -> Iterator[str]:
    """What is odd about a From field: reasons for people to look twice, no proof of anything."""
    domain = sender.rpartition("@")[2]
    shown = _ADDRESS.search(sender_name.lower())
    if shown and shown[0] != sender:
        yield f"the display name shows another address ({shown[0]})"
    elsewhere = [address for address in reply_to if not aligned(address.rpartition("@")[2], domain)]
    if elsewhere:
        yield f"answers are wanted elsewhere (Reply-To {elsewhere[0]}); they go to registered addresses only"
    alike = next((known for known in known_domains if looks_like(domain, known)), None)
    if alike:
        yield f"the domain {domain} looks like {alike} and is another one"


_ADDRESS = re.compile(r"[^\s<>\"'()@,;:]+@[^\s<>\"'()@,;:]+\.[a-z]{2,}")
_TWINS = str.maketrans({"0": "o", "1": "l", "i": "l", "5": "s", "а": "a", "е": "e", "о": "o", "р": "p", "с": "c"})
"""Letters and digits that are taken for each other; the last five are Cyrillic."""


def looks_like(domain: str, known: str) -> bool:
    """Another domain which a reader may take for the known one: `0ffice.example`, `office.example.evil.example`."""
    if not domain or aligned(domain, known):
        return False
    one, other = (_skeleton(each) for each in (domain, known))
    if one == other or other in one:
        return True
    return len(other) >= 8 and abs(len(one) - len(other)) <= 1 and _one_apart(one, other)


def _skeleton(domain: str) -> str:
    return domain.lower().translate(_TWINS).replace("rn", "m").replace("vv", "w").replace("-", "").replace(".", "")


def _one_apart(one: str, other: str) -> bool:
    """One letter changed, left out, added, or two neighbours exchanged."""
    begin = next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    rest, other_rest = one[begin:], other[begin:]
    swapped = rest[:2] == other_rest[1::-1] and rest[2:] == other_rest[2:]
    return swapped or rest[1:] == other_rest[1:] or rest[1:] == other_rest or rest == other_rest[1:]
