"""Tells the service's mails apart by their subjects, as their readers do: the subject templates become patterns."""

from __future__ import annotations

import re
from pathlib import Path

from service.core.campaigns import Campaign

PIECE = re.compile(r"(\{%.*?%\}|\{\{.*?\}\})", re.DOTALL)
CHOICE = re.compile(r"'([^']*)'")
MARK = re.compile(r"\{\{\s*campaign\.mark\s*\}\}")
ANSWERED = re.compile(r"^(?:(?:re|fwd?)\s*:\s*)+", re.IGNORECASE)


class MailKinds:
    """Patterns of one campaign's subjects; its own templates go before the common ones."""

    def __init__(self, templates: Path, campaign: Campaign) -> None:
        found: dict[str, Path] = {}
        for group in ("default", campaign.id):
            folder = templates / group / campaign.language
            found.update({path.parent.name: path for path in sorted(folder.glob("*/subject.txt"))})
        subjects = {kind: path.read_text(encoding="utf-8").strip() for kind, path in found.items()}
        patterns = [(kind, _pattern(subject, campaign.mark)) for kind, subject in subjects.items()]
        # The subject with the most words of its own is tried first: one that is nearly all blanks fits everything.
        self._patterns = sorted(patterns, key=lambda pair: -len(pair[1].pattern))

    def of(self, subject: str) -> str | None:
        """The name of the mail's template; None for a mail that is not ours."""
        bare = ANSWERED.sub("", subject.strip())
        return next((kind for kind, pattern in self._patterns if pattern.fullmatch(bare)), None)


def _pattern(template: str, mark: str) -> re.Pattern[str]:
    """`[MARK {{ unit.code }}] Words – {{ unit.name }}` becomes an expression with gaps for the blanks."""
    pieces = PIECE.split(MARK.sub(mark, template))
    return re.compile("".join(_expression(piece) for piece in pieces), re.DOTALL)


def _expression(piece: str) -> str:
    """A blank may be anything; words that depend on something are alternatives."""
    if piece.startswith("{{"):
        choices = CHOICE.findall(piece) if " if " in piece else []
        return "(?:" + "|".join(re.escape(choice) for choice in choices) + ")" if choices else ".*"
    if not piece.startswith("{%"):
        return re.escape(piece)
    word = piece.strip("{%+- }").split()[0]
    return {"if": "(?:", "else": "|", "elif": "|", "endif": ")?"}.get(word, ".*")
