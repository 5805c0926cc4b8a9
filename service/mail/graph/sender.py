"""Handing finished mails to Microsoft 365 through Graph, as the bytes they are (MIME `sendMail`).

Graph takes the recipients from the mail's own header, all of them or none. The envelope decides all the same: a mail
that names others than it is for is given a header of its own before it leaves.
"""

from __future__ import annotations

import base64
import io
import re
import threading
from collections.abc import Sequence
from datetime import datetime
from email import message_from_bytes
from email.utils import getaddresses

import requests

from service.flow.ports.failures import MailboxUnavailable, SendingUnavailable
from service.flow.ports.world import SendOutcome, SendResult
from service.mail.connections.oauth import NoAccess
from service.mail.connections.troubles import one_line
from service.mail.connections.web import nothing_was_written, web_trouble
from service.mail.graph.client import GraphClient, GraphRefused, in_text, refused
from service.mail.smtp import ADDRESS

ASIDE = re.compile(rb"(?im)^(to|cc):")
BLIND = re.compile(rb"(?im)^bcc:.*(?:\r\n[ \t].*)*\r\n")

OUR_TROUBLE = (401, 403, 404, 408, 423, 429, 503)
"""Nothing was taken, and another mail would fare the same."""

IN_DOUBT = (500, 502, 504)
"""A server on the way gave up; the one behind it may have taken the mail."""


class GraphSender:
    """One user's mailbox. A copy of what is sent lies in Sent Items: Graph puts it there."""

    def __init__(self, client: GraphClient) -> None:
        self._client = client
        self._lock = threading.Lock()

    @property
    def name(self) -> str:
        return f"graph://{self._client.user}"

    def send(self, raw: bytes, *, envelope_from: str, recipients: Sequence[str]) -> SendResult:
        """One try for all recipients. Raises SendingUnavailable when nothing was handed over to anybody."""
        del envelope_from  # Graph sends as the signed-in mailbox, and answers go there
        invalid = (SendOutcome.REFUSED, "not a mail address")
        outcomes = {address: invalid for address in recipients if not ADDRESS.match(address)}
        valid = [address for address in dict.fromkeys(recipients) if address not in outcomes]
        if valid:
            with self._lock:
                outcomes |= dict.fromkeys(valid, self._hand_over(readdressed(raw, valid)))
        return SendResult(outcomes=outcomes)

    def check(self) -> str:
        """Looks for the folder of sent mails and says in one line what was found, for `doctor`."""
        try:
            self._client.get("mailFolders/sentitems", {"$select": "id"})
        except (GraphRefused, NoAccess) as problem:
            raise SendingUnavailable(f"{self.name}: {problem}", wait_seconds=problem.wait_seconds) from problem
        except requests.RequestException as problem:
            raise SendingUnavailable(f"{self.name}: {web_trouble(problem)}") from problem
        return "; ".join(filter(None, (f"{self.name}: signed in, Sent Items found", self._client.warning())))

    def close(self) -> None:
        self._client.close()

    def _hand_over(self, raw: bytes) -> tuple[SendOutcome, str]:
        body = _Body(base64.b64encode(raw))
        try:
            # A connection of its own: on one that the server has just closed, every mail would be in doubt.
            with self._client.new_session() as session:
                answer = self._client.post_once(session, "sendMail", body)
        except NoAccess as problem:
            raise SendingUnavailable(
                f"{self.name}: nothing was sent: {problem}", wait_seconds=problem.wait_seconds
            ) from problem
        except requests.RequestException as problem:
            if body.was_all_taken and not nothing_was_written(problem):
                return SendOutcome.UNKNOWN, f"no answer after the last byte: {web_trouble(problem)}"
            raise SendingUnavailable(f"{self.name}: nothing was sent: {web_trouble(problem)}") from problem
        return self._outcome(answer)

    def _outcome(self, answer: requests.Response) -> tuple[SendOutcome, str]:
        if answer.status_code == 202:
            return SendOutcome.ACCEPTED, one_line(f"202 {answer.headers.get('request-id', 'accepted')}")
        problem = refused(answer)
        if answer.status_code in OUR_TROUBLE:
            raise SendingUnavailable(f"{self.name}: nothing was sent: {problem}", wait_seconds=problem.wait_seconds)
        if answer.status_code in IN_DOUBT:
            return SendOutcome.UNKNOWN, str(problem)
        if answer.status_code == 413:
            return SendOutcome.REFUSED, f"{problem}; Graph takes mails up to 3 MB, SMTP larger ones"
        return SendOutcome.REFUSED, str(problem)


class GraphSentFolder:
    """Adapter of the port `SentFolder`: Sent Items, the evidence for a mail whose answer was lost."""

    def __init__(self, client: GraphClient, *, files_all: bool = False) -> None:
        """`files_all`: whether this tenant keeps our Message-ID on what it files; Microsoft promises it nowhere."""
        self._client, self._files_all = client, files_all

    @property
    def files_all(self) -> bool:
        return self._files_all

    def holds(self, message_id: str) -> bool:
        """Whether the mail lies in Sent Items. Raises MailboxUnavailable."""
        wanted = {"$filter": f"internetMessageId eq {in_text(message_id)}", "$select": "id", "$top": "1"}
        purpose = f"graph://{self._client.user}: cannot look for {message_id} in Sent Items"
        try:
            return bool(self._client.get("mailFolders/sentitems/messages", wanted).get("value"))
        except (GraphRefused, NoAccess) as problem:
            raise MailboxUnavailable(f"{purpose}: {problem}", wait_seconds=problem.wait_seconds) from problem
        except requests.RequestException as problem:
            raise MailboxUnavailable(f"{purpose}: {web_trouble(problem)}") from problem

    def append(self, raw: bytes, at: datetime) -> None:
        """Nothing: Graph has put a copy there itself."""

    def close(self) -> None:
        self._client.close()


class _Body(io.BytesIO):
    """What is sent, and whether the connection has taken all of it."""

    @property
    def was_all_taken(self) -> bool:
        return self.tell() >= len(self.getbuffer())


def readdressed(raw: bytes, recipients: Sequence[str]) -> bytes:
    """The mail for exactly these recipients: as it is when its header names them, else with a header of its own.

    The header's To and Cc stay readable as X-Dondoc-To and X-Dondoc-Cc, which no server sends to.
    """
    head, separator, rest = raw.partition(b"\r\n\r\n")
    fields = message_from_bytes(head + separator)
    named = {
        address.lower()
        for _, address in getaddresses(
            [str(value) for name in ("to", "cc", "bcc") for value in fields.get_all(name, [])]
        )
    }
    wanted = {address.lower() for address in recipients}
    if named == wanted:
        return raw
    if not named <= wanted:
        head, named = ASIDE.sub(rb"X-Dondoc-\1:", BLIND.sub(b"", head + b"\r\n")).removesuffix(b"\r\n"), set()
    missing = [address for address in recipients if address.lower() not in named]
    return b"Bcc: " + ",\r\n ".join(missing).encode() + b"\r\n" + head + separator + rest
