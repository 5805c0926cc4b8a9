"""What our own mail server says of a sender's authenticity (RFC 8601); nothing else in a mail is believed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import StrEnum

_RESULT = re.compile(r"\b(dmarc|dkim|spf)\s*=\s*([a-z]+)", re.IGNORECASE)
_COMMENT = re.compile(r"\([^()]*\)")


class Authenticity(StrEnum):
    """The contract's three words."""

    PASS = "pass"  # noqa: S105  # a result, not a secret
    FAIL = "fail"
    NONE = "none"


def authenticity(results: Sequence[str], authserv_id: str | None) -> Authenticity:
    """Judges the topmost Authentication-Results of our own server; others may be the sender's invention."""
    if not authserv_id or not results:
        return Authenticity.NONE
    said = _COMMENT.sub(" ", results[0])
    if said.split(";")[0].split()[:1] != [authserv_id]:
        return Authenticity.NONE
    verdicts = {method.lower(): verdict.lower() for method, verdict in reversed(_RESULT.findall(said))}
    if "dmarc" in verdicts and verdicts["dmarc"] in ("pass", "fail"):
        return Authenticity(verdicts["dmarc"])
    if "pass" in (verdicts.get("dkim"), verdicts.get("spf")):
        return Authenticity.PASS
    failed = {verdicts.get("dkim"), verdicts.get("spf")} & {"fail", "softfail"}
    return Authenticity.FAIL if failed else Authenticity.NONE
