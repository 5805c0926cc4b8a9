"""What HR itself wrote in its reply to a forwarded question, without anything of the mail it answers."""

from __future__ import annotations

import re

from service.core.vietnam.text import fold, folded_words

DIVIDER = "=== "
"""Our mail to HR begins its part for HR alone with a line of this kind."""
_ATTRIBUTION = re.compile(
    r"^(?:vao|on|luc|ngay|thu \w+)\b.{0,200}\b(?:da viet|viet|wrote|schrieb)\s*:?\s*$"
    r"|^-{2,}.*(?:original message|thu goc).*-{2,}$"
    r"|^(?:from|tu|nguoi gui|sent|da gui|ngay gui|to|den|subject|chu de)\s*:.*$"
)
_SHORTEST = 12
"""Letters: shorter lines ("Trân trọng") may be in both mails by chance."""


def own_words(reply: str, ours: str) -> str:
    """The reply up to our divider, without lines that our mail says too and without what introduces a quotation."""
    theirs = {_key(line) for line in ours.splitlines()}
    kept: list[str] = []
    for line in reply.splitlines():
        if line.lstrip("> \t").startswith(DIVIDER.strip()):
            break
        if line.lstrip().startswith(">") or (len(_key(line)) >= _SHORTEST and _is_ours(_key(line), theirs)):
            continue
        kept.append(line.rstrip())
    while kept and (not kept[-1].strip() or _ATTRIBUTION.match(fold(kept[-1]))):
        kept.pop()
    return "\n".join(kept).strip()


def _is_ours(line: str, theirs: set[str]) -> bool:
    """Also when the mail program broke our line in two or joined two of them."""
    longer = 2 * _SHORTEST
    return any(
        line == each or (len(line) > longer and line in each) or (len(each) > longer and each in line)
        for each in theirs
    )


def _key(line: str) -> str:
    return folded_words(line)
