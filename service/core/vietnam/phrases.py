"""Lists of phrases as one pattern, so that a recogniser can be read aloud line by line."""

from __future__ import annotations

import re

from service.core.vietnam.text import fold


def any_of(*alternatives: str) -> re.Pattern[str]:
    """A pattern that finds any of the alternatives (each a regular expression) in folded text."""
    return re.compile("|".join(f"(?:{alternative})" for alternative in alternatives))


def beginning_with(*alternatives: str) -> re.Pattern[str]:
    """The same at the beginning of a folded subject, after "Re:", "Fwd:", "TL:" and brackets."""
    return re.compile(
        r"^(?:(?:re|fwd?|tl|tra loi)\s*:\s*)*(?:\[[^\]]{1,30}\]\s*)*[(*]*\s*" + f"(?:{any_of(*alternatives).pattern})"
    )


def folded(text: str) -> str:
    """Folded without being remembered: a mail is long and is read once."""
    return str(fold.__wrapped__(text))
