"""Signing in at Exchange: by password, by NTLM, by token; never in the clear where TLS is set."""

from __future__ import annotations

import ssl
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from service.flow.ports.failures import MailboxUnavailable, SendingUnavailable
from service.flow.ports.world import SendOutcome
from service.mail.exchange.account import SignIn
from service.mail.exchange.mailbox import ExchangeMailbox
from service.mail.exchange.sender import ExchangeSender
from tests.support.harness.mailbox_contract import HR, letter
from tests.support.servers.certificates import make_certificate
from tests.support.servers.exchange_desk import LAN, USERS, account_at, raw_to
from tests.support.servers.fake_exchange import FakeExchange


@pytest.fixture
def server() -> Iterator[FakeExchange]:
    with FakeExchange(USERS) as running:
        yield running


class TestSignIn:
    """By password, by NTLM, by token; never in the clear where TLS is set."""

    def test_check_tells_what_was_found(self, server: FakeExchange) -> None:
        """`doctor` gets one line."""
        mailbox, sender = ExchangeMailbox(account_at(server)), ExchangeSender(account_at(server))
        found = f"exchange://{HR}@127.0.0.1"
        assert mailbox.check() == f"{found}/INBOX: signed in (basic), 0 mails, Exchange 15.2.1544.4"
        assert sender.check() == f"{found}: signed in (basic), Exchange 15.2.1544.4"
        mailbox.close()
        sender.close()

    def test_a_wrong_password_is_named_with_its_remedy(self, server: FakeExchange) -> None:
        """The administrator reads the account, the trouble and what to check; nothing secret."""
        account = account_at(server, secret="wrong")
        with pytest.raises(MailboxUnavailable, match="check user name, password") as told:
            ExchangeMailbox(account).check()
        assert "wrong" not in str(told.value) + repr(account)
        with pytest.raises(SendingUnavailable, match="check user name, password"):
            ExchangeSender(account).check()

    def test_a_mailbox_without_access_is_named_with_its_remedy(self, server: FakeExchange) -> None:
        """Somebody else's mailbox, and one that does not exist."""
        with pytest.raises(MailboxUnavailable, match="give this account access"):
            ExchangeMailbox(account_at(server, address=LAN)).list()
        with pytest.raises(MailboxUnavailable, match="check `address`"):
            ExchangeMailbox(account_at(server, address="nobody@office.example")).list()

    def test_ntlm_signs_in_once_for_a_connection(self, tmp_path: Path) -> None:
        """The handshake is made once; a wrong password is refused."""
        with FakeExchange({HR: "secret"}, ntlm_file=tmp_path / "users") as server:
            account = account_at(server, sign_in=SignIn.NTLM, user=r"OFFICE\hr", secret="secret")
            mailbox = ExchangeMailbox(account)
            assert "signed in (ntlm)" in mailbox.check()
            mailbox.close()
            wrong = account_at(server, sign_in=SignIn.NTLM, user=r"OFFICE\hr", secret="wrong")
            with pytest.raises(MailboxUnavailable, match="check user name, password"):
                ExchangeMailbox(wrong).check()

    def test_tls_and_tokens_are_checked_against_the_house_authority(self, tmp_path: Path) -> None:
        """With the authority's file a token is fetched and used; without it, nothing is said to the server."""
        certificate, key = make_certificate(tmp_path)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        with FakeExchange(USERS, certificate=context, client=("dondoc", "shh")) as server:
            trusted = account_at(
                server,
                sign_in=SignIn.OAUTH,
                client_id="dondoc",
                secret="shh",
                token_url=server.token_url,
                scope="https://mail.office.example/.default",
                ca_file=certificate,
            )
            mailbox, sender = ExchangeMailbox(trusted), ExchangeSender(trusted)
            server.deliver(HR, letter("over TLS"))
            server.token_seconds = 1
            mailbox.list()
            server.token_seconds = 3599
            time.sleep(1.6)
            mailbox.list()  # the token has run out: a new one is fetched without a word
            assert server.tokens == {"token-1", "token-2"}
            assert mailbox.fetch(mailbox.list().uids[0]) == letter("over TLS")
            server.tokens.clear()
            with pytest.raises(MailboxUnavailable):  # withdrawn: told once, then a new one is fetched
                mailbox.list()
            assert len(mailbox.list().uids) == 1
            assert sender.send(raw_to(LAN), envelope_from=HR, recipients=[LAN]).outcomes[LAN][0] is SendOutcome.ACCEPTED
            mailbox.close()
            sender.close()
            asked = len(server.operations)
            with pytest.raises(MailboxUnavailable, match="`ca_file`"):
                ExchangeMailbox(account_at(server)).list()
            assert len(server.operations) == asked

    def test_a_wrong_client_secret_is_named_with_its_remedy(self, tmp_path: Path) -> None:
        """What the token endpoint says, and what to check."""
        certificate, key = make_certificate(tmp_path)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        with FakeExchange(USERS, certificate=context, client=("dondoc", "shh")) as server:
            account = account_at(
                server, sign_in=SignIn.OAUTH, client_id="dondoc", token_url=server.token_url, ca_file=certificate
            )
            with pytest.raises(MailboxUnavailable, match="check `client_id`, its secret"):
                ExchangeMailbox(account).list()
