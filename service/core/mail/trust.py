"""How much is believed without proof, as the administrator decided."""

from __future__ import annotations

from dataclasses import dataclass

from service.core.mail.authenticity import Policy
from service.core.mail.automatic_words import NO_WORDS, HouseWords


@dataclass(frozen=True, slots=True, kw_only=True)
class Trust:
    """The `[trust]` and `[automatic]` tables as the flow wants them."""

    policy: Policy = Policy.CONFIRM
    words: HouseWords = NO_WORDS
    reply_tags: bool = False
    """Our mails to units carry the thread in their Reply-To; only where the server takes such addresses."""
    answers_strangers: bool = False
    """A stranger whose address is proven gets one neutral line, once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Vouched:
    """A person said whose a held mail is: HR, or its sender from the registered address."""

    by: str
    campaign: str
    unit: str
