"""Sending through an Exchange server of the house's own, over EWS: the finished bytes, with a copy in Sent Items.

The bytes go as they are when their header names the recipients (else see `exchange_recipients`). An answer that is lost
leaves the outcome open: then nothing is sent again, neither by exchangelib nor by us.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from typing import Any

from exchangelib import Mailbox, Message
from exchangelib.items import SEND_AND_SAVE_COPY

from service.flow.ports.failures import SendingUnavailable
from service.flow.ports.world import SendOutcome, SendResult
from service.mail.exchange.account import ExchangeAccount
from service.mail.exchange.connection import Connection
from service.mail.exchange.recipients import addressed
from service.mail.exchange.troubles import FAILURES, REFUSALS, may_have_gone_out, only, trouble
from service.mail.smtp import ADDRESS

LONG_AGO = float("-inf")
FRESH_SECONDS = 30.0
"""A connection unused for longer is tried with a question first: what becomes of a mail on a dead one, nobody knows."""


class ExchangeSender:
    """One account that sends as its own mailbox. Threads take turns."""

    def __init__(self, account: ExchangeAccount) -> None:
        self._connection = Connection(account, SendingUnavailable)
        self._lock = threading.Lock()
        self._sent_items: Any = None
        self._answered = LONG_AGO

    @property
    def name(self) -> str:
        return self._connection.account.name

    def send(self, raw: bytes, *, envelope_from: str, recipients: Sequence[str]) -> SendResult:
        """One try for all recipients. Raises SendingUnavailable when nothing was handed over to anybody."""
        del envelope_from  # Exchange sends as this mailbox, and answers go there
        invalid = (SendOutcome.REFUSED, "not a mail address")
        outcomes = {address: invalid for address in recipients if not ADDRESS.match(address)}
        valid = [address for address in dict.fromkeys(recipients) if address not in outcomes]
        if valid:
            with self._lock:
                account = self._connection.ask("send", self._ready)
                outcomes |= dict.fromkeys(valid, self._hand_over(account, raw, valid))
        return SendResult(outcomes=outcomes)

    def check(self) -> str:
        """Connects anew and says in one line what was found, for `doctor`."""
        with self._lock:
            self._close()
            account = self._connection.ask("look into Sent Items", self._ready)
            return (
                f"{self.name}: signed in ({self._connection.account.sign_in.value}), Exchange {account.version.build}"
            )

    def close(self) -> None:
        with self._lock:
            self._close()

    def _close(self) -> None:
        self._sent_items, self._answered = None, LONG_AGO
        self._connection.close()

    def _ready(self, account: Any) -> Any:
        """Signed in, and the server has answered a moment ago."""
        if self._sent_items is None:
            self._sent_items = account.sent
        elif time.monotonic() - self._answered > FRESH_SECONDS:
            self._sent_items.refresh()
        self._answered = time.monotonic()
        return account

    def _hand_over(self, account: Any, raw: bytes, recipients: Sequence[str]) -> tuple[SendOutcome, str]:
        content, added = addressed(raw, recipients)
        blind = [Mailbox(email_address=address) for address in added] or None
        message = Message(account=account, mime_content=content, bcc_recipients=blind, is_read=True)
        try:
            only(account.bulk_create(self._sent_items, [message], message_disposition=SEND_AND_SAVE_COPY))
        except FAILURES as problem:
            self._answered = LONG_AGO  # before the next mail a question shows whether the server is well again
            if isinstance(problem, REFUSALS):
                return SendOutcome.REFUSED, trouble(problem)
            if may_have_gone_out(problem):
                return SendOutcome.UNKNOWN, f"no answer after the mail was handed over: {trouble(problem)}"
            raise self._connection.failed("send", problem) from problem
        self._answered = time.monotonic()
        return SendOutcome.ACCEPTED, "taken by Exchange"
