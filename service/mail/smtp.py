"""Handing finished mails to a mail server by SMTP, with an outcome for every recipient.

The commands are given one by one instead of by `sendmail`, because the moment counts: a connection lost before the
final dot means that nothing was sent; lost after it, nobody knows (and nothing may be sent again blindly).
"""

from __future__ import annotations

import contextlib
import re
import smtplib
import threading
from collections.abc import Sequence
from pathlib import Path

from service.flow.ports.failures import SendingUnavailable
from service.flow.ports.world import SendOutcome, SendResult
from service.mail.connections.bearer import BearerDialogue, mechanism_among, with_token
from service.mail.connections.oauth import AccessTokens, NoAccess
from service.mail.connections.tls import Tls, tls_context
from service.mail.connections.troubles import Remedies, one_line, with_remedy

FAILURES = (smtplib.SMTPException, OSError, ValueError)
REFUSED = smtplib.SMTPAuthenticationError
ADDRESS = re.compile(r"^[^\s@<>,;:\"()\\]+@[^\s@<>,;:\"()\\]+$")
TOO_BIG = re.compile(r"\b5\.(2\.3|3\.4)\b")
"""Enhanced status of a refusal that is about this mail's size, not about us."""

REMEDIES: Remedies = (
    (smtplib.SMTPAuthenticationError, "check the user name and the password"),
    (smtplib.SMTPSenderRefused, "check that this account may send as that address, and that it signs in"),
    (smtplib.SMTPNotSupportedError, "check `tls` (tls, starttls or none) and whether the server offers sign-in"),
)
TOKEN_REMEDIES: Remedies = (
    (
        smtplib.SMTPAuthenticationError,
        "check the user name and that SMTP is allowed for it, then run `dondoc sign-in sending`",
    ),
    *REMEDIES,
)

CLOSING = 421
Outcomes = dict[str, tuple[SendOutcome, str]]
Reply = tuple[int, bytes]


class SmtpSender:
    """One account at one server. The connection is kept between mails and renewed when it has gone stale."""

    def __init__(
        self,
        *,
        host: str,
        port: int,
        tls: Tls = Tls.STARTTLS,
        user: str | None = None,
        password: str | None = None,
        tokens: AccessTokens | None = None,
        ca_file: Path | None = None,
        own_name: str = "localhost",
        timeout: float = 60.0,
        final_timeout: float = 300.0,
    ) -> None:
        self._host, self._port, self._tls, self._ca_file = host, port, Tls(tls), ca_file
        self._user, self._password, self._tokens = user, password, tokens
        self._remedies = TOKEN_REMEDIES if tokens else REMEDIES
        self._own_name = own_name
        self._timeout, self._final_timeout = timeout, final_timeout
        self._connection: smtplib.SMTP | None = None
        self._lock = threading.Lock()

    @property
    def name(self) -> str:
        return f"smtp://{self._host}:{self._port}"

    def send(self, raw: bytes, *, envelope_from: str, recipients: Sequence[str]) -> SendResult:
        """One try for all recipients. Raises SendingUnavailable when nothing was handed over to anybody."""
        outcomes: Outcomes = {
            address: (SendOutcome.REFUSED, "not a mail address") for address in recipients if not ADDRESS.match(address)
        }
        valid = [address for address in dict.fromkeys(recipients) if address not in outcomes]
        if valid:
            with self._lock:
                outcomes |= self._transact(raw, envelope_from, valid)
        return SendResult(outcomes=outcomes)

    def _transact(self, raw: bytes, envelope_from: str, recipients: Sequence[str]) -> Outcomes:
        try:
            return self._try(raw, envelope_from, recipients)
        except NoAccess as problem:
            raise SendingUnavailable(
                f"{self.name}: nothing was sent: {problem}", wait_seconds=problem.wait_seconds
            ) from problem
        except FAILURES as problem:
            self._drop()
            raise SendingUnavailable(f"{self.name}: nothing was sent: {_trouble(problem, self._remedies)}") from problem

    def _try(self, raw: bytes, envelope_from: str, recipients: Sequence[str]) -> Outcomes:
        """Over the connection at hand; when one that was kept dies in the dialogue, once more over a new one.

        Nothing was taken by then: trouble after the final dot is an outcome, and comes by no exception.
        """
        kept = self._connection
        connection = self._ready()
        try:
            return self._dialogue(connection, raw, envelope_from, recipients)
        except FAILURES as problem:
            if connection is not kept or not _connection_lost(problem):
                raise
            self._drop()
            return self._dialogue(self._ready(), raw, envelope_from, recipients)

    def _dialogue(
        self, connection: smtplib.SMTP, raw: bytes, envelope_from: str, recipients: Sequence[str]
    ) -> Outcomes:
        foreign = _beyond(connection, recipients)
        recipients = [address for address in recipients if address not in foreign]
        if not recipients:
            return foreign
        outcomes = self._name_sender(connection, raw, envelope_from, recipients)
        if outcomes is None:
            outcomes = self._name_recipients(connection, recipients)
            named = [address for address in recipients if address not in outcomes]
            outcomes |= self._hand_over(connection, raw, named)
        return outcomes | foreign

    def _name_sender(
        self, connection: smtplib.SMTP, raw: bytes, envelope_from: str, recipients: Sequence[str]
    ) -> Outcomes | None:
        """MAIL FROM. None when accepted; a refusal for size is this mail's fate; any other is our trouble."""
        options = [f"SIZE={len(raw)}"] if connection.has_extn("size") else []
        options += ["BODY=8BITMIME"] if not raw.isascii() and connection.has_extn("8bitmime") else []
        options += ["SMTPUTF8"] if not "".join((envelope_from, *recipients)).isascii() else []
        reply = connection.mail(envelope_from, options)
        if reply[0] == 250:
            return None
        if reply[0] == 552 or (reply[0] >= 500 and TOO_BIG.search(_text(reply))):
            connection.rset()
            return dict.fromkeys(recipients, (SendOutcome.MAIL_REFUSED, _text(reply)))
        raise smtplib.SMTPSenderRefused(reply[0], reply[1], envelope_from)

    def _name_recipients(self, connection: smtplib.SMTP, recipients: Sequence[str]) -> Outcomes:
        """RCPT TO, one by one; the refused and the deferred ones. The others still get theirs."""
        outcomes: Outcomes = {}
        for address in recipients:
            reply = connection.rcpt(address)
            if reply[0] == CLOSING:  # the server closes down: nothing goes to anybody now
                self._drop()
                return dict.fromkeys(recipients, (SendOutcome.DEFERRED, _text(reply)))
            if reply[0] not in (250, 251):
                outcomes[address] = _refusal(reply)
        return outcomes

    def _hand_over(self, connection: smtplib.SMTP, raw: bytes, recipients: Sequence[str]) -> Outcomes:
        """DATA, the bytes, the final dot, the answer."""
        if not recipients:
            if self._connection is not None:
                connection.rset()
            return {}
        reply = connection.docmd("DATA")
        if reply[0] != 354:
            return dict.fromkeys(recipients, self._after_refusal(connection, reply))
        connection.send(_dotted(raw))
        # From here on the server has all of it: whatever goes wrong now leaves the outcome open.
        try:
            _set_timeout(connection, self._final_timeout)
            reply = connection.getreply()
            _set_timeout(connection, self._timeout)
        except FAILURES as problem:
            self._drop()
            return dict.fromkeys(
                recipients, (SendOutcome.UNKNOWN, f"no answer after the last byte: {_trouble(problem)}")
            )
        if reply[0] == 250:
            return dict.fromkeys(recipients, (SendOutcome.ACCEPTED, _text(reply)))
        return dict.fromkeys(recipients, self._after_refusal(connection, reply))

    def _after_refusal(self, connection: smtplib.SMTP, reply: Reply) -> tuple[SendOutcome, str]:
        # The refusal counts, whether or not the connection is good for another mail.
        with contextlib.suppress(*FAILURES):
            connection.rset()
        outcome, said = _refusal(reply)
        return (SendOutcome.MAIL_REFUSED if outcome is SendOutcome.REFUSED else outcome), said

    def _ready(self) -> smtplib.SMTP:
        """The connection of the last mail when it still answers, else a new one."""
        if self._connection is not None:
            if _still_answers(self._connection):
                return self._connection
            self._drop()
        self._connection = with_token(self._tokens, self._connect, REFUSED) if self._tokens else self._connect()
        return self._connection

    def _connect(self, token: str = "") -> smtplib.SMTP:
        context = None if self._tls is Tls.NONE else tls_context(self._ca_file)
        connection: smtplib.SMTP
        if self._tls is Tls.TLS:
            connection = smtplib.SMTP_SSL(
                self._host, self._port, self._own_name, timeout=self._timeout, context=context
            )
        else:
            connection = smtplib.SMTP(self._host, self._port, self._own_name, timeout=self._timeout)
        try:
            if self._tls is Tls.STARTTLS:
                connection.starttls(context=context)
            connection.ehlo_or_helo_if_needed()
            self._sign_in(connection, token)
        except FAILURES:
            connection.close()
            raise
        return connection

    def _sign_in(self, connection: smtplib.SMTP, token: str) -> None:
        if token:
            mechanism = mechanism_among(connection.esmtp_features.get("auth", "").split())
            connection.auth(mechanism.value, BearerDialogue(mechanism, user=self._user or "", token=token))
        elif self._user:
            connection.login(self._user, self._password or "")

    def _drop(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()

    def close(self) -> None:
        with self._lock:
            if self._connection is not None:
                with contextlib.suppress(*FAILURES):  # a server that is gone needs no goodbye
                    self._connection.quit()
            self._drop()

    def check(self) -> str:
        """Connects anew and says in one line what was found, for `doctor`."""
        with self._lock:
            self._drop()
            try:
                connection = self._ready()
            except NoAccess as problem:
                raise SendingUnavailable(f"{self.name}: {problem}", wait_seconds=problem.wait_seconds) from problem
            except FAILURES as problem:
                raise SendingUnavailable(f"{self.name}: {_trouble(problem, self._remedies)}") from problem
            who = f"signed in as {self._user}" if self._user else "no sign-in"
            size = connection.esmtp_features.get("size", "").strip()
            limit = f", mails up to {int(size) // 1_000_000} MB" if size.isdigit() and int(size) else ""
            warning = self._tokens.warning() if self._tokens else ""
            return "; ".join(filter(None, (f"{self.name}: {who} ({self._tls.value}){limit}", warning)))


def _beyond(connection: smtplib.SMTP, recipients: Sequence[str]) -> Outcomes:
    """Addresses that this server cannot be told: their fate alone, no outage for all other mails."""
    if connection.has_extn("smtputf8"):
        return {}
    refusal = (SendOutcome.REFUSED, "the server takes no address with letters beyond ASCII (SMTPUTF8)")
    return {address: refusal for address in recipients if not address.isascii()}


def _still_answers(connection: smtplib.SMTP) -> bool:
    try:
        return connection.rset()[0] == 250
    except FAILURES:  # gone stale, as servers do after some minutes: the caller connects anew
        return False


def _connection_lost(problem: BaseException) -> bool:
    """Cut without a word, or closed with 421, which speaks of this connection (RFC 5321 §4.2.3)."""
    if isinstance(problem, smtplib.SMTPResponseException):
        return problem.smtp_code == CLOSING
    return isinstance(problem, OSError)


def _dotted(raw: bytes) -> bytes:
    """CRLF line ends, leading dots doubled, and the final dot: one buffer, so that a failed send means no final dot."""
    lines = re.sub(rb"\r\n|\r|\n", b"\r\n", raw)
    stuffed = re.sub(rb"(?m)^\.", b"..", lines)
    return stuffed + (b"" if stuffed.endswith(b"\r\n") else b"\r\n") + b".\r\n"


def _refusal(reply: Reply) -> tuple[SendOutcome, str]:
    return (SendOutcome.REFUSED if reply[0] >= 500 else SendOutcome.DEFERRED), _text(reply)


def _text(reply: Reply) -> str:
    """The server's answer on one line."""
    return one_line(f"{reply[0]} {reply[1].decode('utf-8', 'replace')}")


def _set_timeout(connection: smtplib.SMTP, seconds: float) -> None:
    if connection.sock is not None:
        connection.sock.settimeout(seconds)


def _trouble(problem: BaseException, remedies: Remedies = REMEDIES) -> str:
    if isinstance(problem, smtplib.SMTPResponseException):
        error = problem.smtp_error
        said = _text((problem.smtp_code, error if isinstance(error, bytes) else str(error).encode()))
    else:
        said = str(problem)
    return with_remedy(problem, said, remedies)
