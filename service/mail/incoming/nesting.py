"""How deep containers lie in one another, found before the parser is asked: its time grows with depth times lines."""

from __future__ import annotations

import re

DEEPEST = 60
"""Open containers; a mail forwarded ten times as an attachment has thirty."""

_DECLARED = re.compile(rb"boundary\s*=\s*(?:\"([^\"\r\n]{1,200})\"|([^\s;\"]{1,200}))", re.IGNORECASE)
_LINE = re.compile(rb"^--([^\r\n]{1,210})", re.MULTILINE)


def is_nested_too_deep(raw: bytes) -> bool:
    """Whether more than `DEEPEST` containers are open at once somewhere in the mail."""
    declared = {quoted or bare for quoted, bare in _DECLARED.findall(raw)}
    if len(declared) <= DEEPEST:
        return False
    open_now: dict[bytes, None] = {}
    for line in _LINE.findall(raw):
        boundary = line.rstrip()
        closing = boundary not in declared and boundary.endswith(b"--")
        boundary = boundary.removesuffix(b"--") if closing else boundary
        if boundary in open_now:
            while next(reversed(open_now)) != boundary:
                open_now.popitem()
            if closing:
                del open_now[boundary]
        elif boundary in declared and not closing:
            open_now[boundary] = None
        if len(open_now) > DEEPEST:
            return True
    return False
