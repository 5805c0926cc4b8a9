"""When we cannot go on: each says whether trying again helps.

CannotGoOn
├── MailboxUnavailable · SendingUnavailable · StorageUnavailable   (trying again helps)
├── ToldToStop
└── SettingRefused (settings/)
"""

from __future__ import annotations


class CannotGoOn(Exception):
    """We cannot go on. `retry`: whether trying again later may help; `wait_seconds`: how long we were asked to wait."""

    retry = False

    def __init__(self, said: str = "", *, wait_seconds: float | None = None) -> None:
        super().__init__(said)
        self.wait_seconds = wait_seconds


class MailboxUnavailable(CannotGoOn):
    """The mailbox cannot be reached or refuses us for now."""

    retry = True


class MailboxIsAnothers(CannotGoOn):
    """Another state folder serves this mailbox; two would answer everything twice."""


class SendingUnavailable(CannotGoOn):
    """Nothing was handed over: connection refused, sign-in failed, busy before any recipient was named."""

    retry = True


class StorageUnavailable(CannotGoOn):
    """The disk is full, or the ledger is locked or out of reach: no mail is to blame, and everything pauses."""

    retry = True


class ToldToStop(CannotGoOn):
    """The service is being ended: what is under way is left for its next start."""
