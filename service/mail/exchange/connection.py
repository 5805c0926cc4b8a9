"""The connection to one mailbox at an Exchange server: its troubles are ours, and a pause it asks for is kept."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, TypeVar

from service.flow.ports.failures import MailboxUnavailable, SendingUnavailable
from service.mail.exchange.account import ExchangeAccount, open_account
from service.mail.exchange.troubles import FAILURES, pause_asked_for, trouble

BUSY_PAUSE = 10.0
"""Seconds, when a busy server does not say how long."""

Result = TypeVar("Result")
Failure = type[MailboxUnavailable] | type[SendingUnavailable]


class Connection:
    """The account at work. One thread at a time uses it."""

    def __init__(self, account: ExchangeAccount, failure: Failure) -> None:
        self.account = account
        self._failure = failure
        self._opened: Any = None
        self._busy_until = 0.0

    def ask(self, purpose: str, ask: Callable[[Any], Result]) -> Result:
        """One piece of work with exchangelib's Account; its troubles become ours, in one line with the remedy."""
        self._respect_pause(purpose)
        try:
            return ask(self.opened())
        except FAILURES as problem:
            raise self.failed(purpose, problem) from problem

    def failed(self, purpose: str, problem: BaseException) -> MailboxUnavailable | SendingUnavailable:
        """The trouble as the port knows it; a pause that was asked for begins now."""
        pause = pause_asked_for(problem, BUSY_PAUSE)
        if pause:
            self._busy_until = time.monotonic() + pause
        said = f"{self.account.name}: cannot {purpose}: {trouble(problem)}"
        return self._failure(said, wait_seconds=pause)

    def opened(self) -> Any:
        if self._opened is None:
            self._opened = open_account(self.account)
        return self._opened

    def close(self) -> None:
        opened, self._opened = self._opened, None
        if opened is not None:
            opened.protocol.close()

    def _respect_pause(self, purpose: str) -> None:
        left = self._busy_until - time.monotonic()
        if left > 0:
            said = f"{self.account.name}: cannot {purpose}: the server asked for a pause, {left:.0f} s of it are left"
            raise self._failure(said, wait_seconds=left)
