"""What a delivery report says of each recipient: is the mail lost, and is it the address that is to blame."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from service.core.mail.server_replies import Blame, blame


@dataclass(frozen=True, slots=True, kw_only=True)
class Reported:
    """One recipient in a report. `address` is empty where the report names nobody."""

    address: str
    lost: bool
    """False: the mail is still under way."""
    final: bool = False
    """Lost by a refusal of class 5, or for want of any code that says otherwise."""
    said: str = ""
    """The words about this recipient."""

    @property
    def blames(self) -> Blame:
        """What a lost mail's refusal blames; one that is not final blames nobody."""
        return blame(self.said) if self.final else Blame.TIME

    @property
    def for_good(self) -> bool:
        """Whether trying again would change nothing."""
        return self.lost and self.blames is not Blame.TIME


def failures(reported: Sequence[Reported]) -> tuple[tuple[str, bool], ...]:
    """(address, whether for good) of everybody named. A full mailbox counts only where nothing worse is said."""
    for_good = [each for each in reported if each.for_good] or [each for each in reported if each.final]
    return tuple((each.address, each in for_good) for each in reported if each.address)
