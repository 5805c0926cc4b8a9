"""The `[trust]` and `[automatic]` tables: what proves a writer, what a stranger gets, what gives a machine away."""

from __future__ import annotations

from pydantic import Field

from service.core.mail.authenticity import Policy
from service.core.mail.automatic_words import HouseWords
from service.core.mail.trust import Trust
from service.settings.table import SettingsTable


class TrustSettings(SettingsTable):
    """Who is believed, and on what evidence."""

    unproven: Policy = Policy.CONFIRM
    resolver: str = Field(default="", pattern=r"^(|system|.+:\d{1,5})$")
    """Whom we ask for DKIM keys where our own server says nothing; empty: nobody."""
    resolver_seconds: float = Field(default=3, gt=0, le=30)
    reply_tags: bool = False
    answer_strangers: bool = False


class AutomaticSettings(SettingsTable):
    """Words by which automatic mail is known besides those that are built in."""

    subjects: tuple[str, ...] = ()
    first_lines: tuple[str, ...] = ()


def trust_of(trust: TrustSettings, automatic: AutomaticSettings) -> Trust:
    """Both tables as the flow wants them."""
    return Trust(
        policy=trust.unproven,
        words=HouseWords(subjects=automatic.subjects, first_lines=automatic.first_lines),
        reply_tags=trust.reply_tags,
        answers_strangers=trust.answer_strangers,
    )
