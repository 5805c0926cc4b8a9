"""Sent Items at Exchange: the evidence for a mail whose answer was lost. A connection of its own."""

from __future__ import annotations

import threading
from datetime import datetime
from typing import Any

from service.flow.ports.failures import MailboxUnavailable
from service.mail.exchange.account import ExchangeAccount
from service.mail.exchange.connection import Connection
from service.mail.exchange.troubles import all_of


class ExchangeSentFolder:
    """Adapter of the port `SentFolder`. Exchange itself files what it sends for us."""

    def __init__(self, account: ExchangeAccount, *, files_all: bool = False) -> None:
        self._files_all = files_all
        self._connection = Connection(account, MailboxUnavailable)
        self._turn = threading.Lock()

    @property
    def files_all(self) -> bool:
        """Every mail is handed over with the order to keep a copy; whether absence proves anything, the office says."""
        return self._files_all

    def holds(self, message_id: str) -> bool:
        """Whether the mail lies in Sent Items. One that waits in the Outbox is neither sent nor absent."""

        def ask(account: Any) -> bool:
            if _has(account.sent, message_id):
                return True
            if _has(account.outbox, message_id):
                raise MailboxUnavailable(f"{self._connection.account.name}: {message_id} still waits in the Outbox")
            return False

        with self._turn:
            return self._connection.ask(f"look for {message_id} in Sent Items", ask)

    def append(self, raw: bytes, at: datetime) -> None:
        """Never needed: a second copy would only confuse people."""
        name = self._connection.account.name
        raise MailboxUnavailable(f"{name}: Exchange files what it sends by itself; leave out `delivery.sent_copy`")

    def close(self) -> None:
        with self._turn:
            self._connection.close()


def _has(folder: Any, message_id: str) -> bool:
    return bool(all_of(folder.filter(message_id=message_id).only("message_id")[:1]))
