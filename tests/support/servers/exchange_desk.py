"""HR's mailbox at the fake Exchange server, and mails to send through it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from service.flow.ports.world import Folder, SendOutcome
from service.mail.exchange.account import ExchangeAccount, SignIn
from service.mail.exchange.folders import uid_for
from service.mail.exchange.mailbox import ExchangeMailbox
from service.mail.exchange.sender import ExchangeSender
from tests.support.harness.mailbox_contract import HR
from tests.support.servers.fake_exchange import FakeExchange
from tests.support.servers.fake_exchange_store import KeptFolder, KeptMailbox

LAN, NAM = "lan@office.example", "nam@office.example"
PASSWORD = "mật khẩu"
USERS = {HR: PASSWORD, LAN: PASSWORD}
HOUSE_NAMES = {Folder.PROCESSED: "Dondoc/Xong & lưu", Folder.REVIEW: "INBOX/Xem lại", Folder.IGNORED: "Ignored"}


def account_at(
    server: FakeExchange,
    *,
    address: str = HR,
    sign_in: SignIn = SignIn.BASIC,
    user: str = HR,
    secret: str = PASSWORD,
    client_id: str = "",
    token_url: str = "",
    scope: str = "",
    ca_file: Path | None = None,
    timeout: float = 5.0,
) -> ExchangeAccount:
    return ExchangeAccount(
        endpoint=server.endpoint,
        address=address,
        sign_in=sign_in,
        user=user,
        secret=secret,
        client_id=client_id,
        token_url=token_url,
        scope=scope,
        ca_file=ca_file,
        timeout=timeout,
    )


@dataclass(frozen=True, slots=True)
class Desk:
    """HR's mailbox at the fake server, as the contract wants to see it."""

    server: FakeExchange
    mailbox: ExchangeMailbox
    names: dict[Folder, str]
    notice_seconds: float = 2.0

    @property
    def kept(self) -> KeptMailbox:
        return self.server.mailboxes[HR]

    @property
    def inbox(self) -> KeptFolder:
        return self.kept.folder("inbox")

    def deliver(self, content: bytes) -> object:
        return self.server.deliver(HR, content)

    def take_away(self, uid: int) -> object:
        with self.server.lock:
            gone = next(item for item in self.inbox.items.values() if uid_for(item.identity, item.received) == uid)
            return self.inbox.remove(gone.identity)

    def contents(self, folder: Folder) -> list[bytes]:
        name = self.names.get(folder, folder.value).rpartition("/")[2]
        return [item.content for item in self.kept.folder(name).items.values()]

    def unread(self) -> int:
        return sum(not item.read for item in self.inbox.items.values())

    def break_down(self) -> object:
        self.server.down = True
        return None

    def mend(self) -> object:
        self.server.down = False
        return None


def raw_to(*recipients: str, cc: str = "") -> bytes:
    copies = f"Cc: {cc}\r\n" if cc else ""
    head = f"From: =?utf-8?q?Nh=C3=A2n_s=E1=BB=B1?= <{HR}>\r\nTo: {', '.join(recipients)}\r\n{copies}"
    return f"{head}Subject: x\r\nMessage-ID: <1@office.example>\r\n\r\n.\r\n..two dots\r\nend\r\n".encode()


def outcomes(sender: ExchangeSender, *recipients: str) -> dict[str, SendOutcome]:
    result = sender.send(raw_to(*recipients), envelope_from=HR, recipients=recipients)
    return {address: outcome for address, (outcome, _) in result.outcomes.items()}
