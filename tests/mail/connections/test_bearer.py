"""Signing in at mail servers with access tokens: Dovecot, which looks them up at the provider, and SMTP."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from service.flow.ports.failures import MailboxUnavailable, SendingUnavailable
from service.flow.ports.world import SendOutcome
from service.mail.connections.bearer import BearerDialogue, Mechanism, mechanism_among
from service.mail.connections.oauth import KeptTokens
from service.mail.connections.oauth_endpoint import TokenEndpoint
from service.mail.connections.tls import Tls
from service.mail.connections.token_store import Grant, TokenStore
from service.mail.imap.mailbox import ImapMailbox
from service.mail.smtp import SmtpSender
from tests.support.servers.dovecot import DOVECOT, MISSING, Dovecot
from tests.support.servers.mail_servers import HR, PASSWORD, plain_mail
from tests.support.servers.smtp_server import SmtpServer
from tests.support.servers.token_server import CLIENT, TokenServer

LAN = "lan@office.example"
RAW = b"From: hr@office.example\r\nSubject: x\r\n\r\nhello\r\n"
START = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Account:
    """HR's account at a provider, signed in."""

    provider: TokenServer
    tokens: KeptTokens

    def takes(self, user: str, token: str) -> bool:
        return user == HR and self.provider.is_good(token)


@pytest.fixture(scope="module")
def provider() -> Iterator[TokenServer]:
    with TokenServer(HR) as running:
        yield running


@pytest.fixture
def account(provider: TokenServer, tmp_path: Path) -> Account:
    endpoint = TokenEndpoint(token_url=provider.token_url, client_id=CLIENT, now=lambda: START)
    store = TokenStore(tmp_path / "tokens")
    tokens = KeptTokens(account=HR, provider=endpoint, store=store, now=lambda: START, sign_in="dondoc sign-in mailbox")
    tokens.keep(Grant(access_token="old", expires_at=START, refresh_token=provider.signed_in()))
    provider.requests.clear()
    return Account(provider, tokens)


@pytest.fixture(scope="module")
def dovecot(provider: TokenServer) -> Iterator[Dovecot]:
    if DOVECOT is None:
        pytest.skip(MISSING)
    with Dovecot({HR: PASSWORD}, introspection_url=provider.introspection_url) as server:
        yield server


def mailbox_at(server: Dovecot, tokens: KeptTokens) -> ImapMailbox:
    return ImapMailbox(host="127.0.0.1", port=server.imap_port, user=HR, tokens=tokens, tls=Tls.NONE, timeout=10.0)


def sender_at(server: SmtpServer, tokens: KeptTokens) -> SmtpSender:
    return SmtpSender(host="127.0.0.1", port=server.port, user=HR, tokens=tokens, tls=Tls.NONE, timeout=5.0)


class TestMailbox:
    """Dovecot asks the provider whether a token is good."""

    def test_a_token_opens_the_mailbox(self, dovecot: Dovecot, account: Account) -> None:
        """Signed in without a password, with all that the server offers afterwards."""
        mailbox = mailbox_at(dovecot, account.tokens)
        dovecot.deliver(HR, plain_mail("by token"))
        assert mailbox.fetch(mailbox.list().uids[-1]) is not None
        assert "IDLE, MOVE, UIDPLUS" in mailbox.check()
        mailbox.close()

    def test_a_server_with_the_standard_form_only(self, provider: TokenServer, account: Account) -> None:
        """OAUTHBEARER where XOAUTH2 is not offered."""
        if DOVECOT is None:
            pytest.skip(MISSING)
        where = provider.introspection_url
        with Dovecot({HR: PASSWORD}, introspection_url=where, mechanisms="plain oauthbearer") as server:
            mailbox = mailbox_at(server, account.tokens)
            assert "signed in" in mailbox.check()
            mailbox.close()

    def test_s08_a_revoked_token_is_renewed_once(self, dovecot: Dovecot, account: Account) -> None:
        """S08: the server refuses the token although its time is not up; one renewal, one more try."""
        mailbox = mailbox_at(dovecot, account.tokens)
        mailbox.check()
        account.provider.revoke_access()
        assert "signed in" in mailbox.check()
        assert len(account.provider.requests) == 2
        mailbox.close()

    def test_an_account_that_may_not_is_named_with_its_remedy(self, dovecot: Dovecot, account: Account) -> None:
        """Two tokens refused: it is not the token, and no third is fetched."""
        mailbox = ImapMailbox(
            host="127.0.0.1", port=dovecot.imap_port, user="other@office.example", tokens=account.tokens, tls=Tls.NONE
        )
        with pytest.raises(MailboxUnavailable, match="run `dondoc sign-in mailbox`"):
            mailbox.check()
        assert len(account.provider.requests) == 2
        mailbox.close()

    def test_without_a_sign_in_no_connection_is_tried(self, dovecot: Dovecot, account: Account) -> None:
        """A withdrawn sign-in is one line, and heals when somebody has signed in."""
        account.provider.refresh.clear()
        mailbox = mailbox_at(dovecot, account.tokens)
        with pytest.raises(MailboxUnavailable, match=r"cannot sign in: .*invalid_grant.*run `dondoc sign-in mailbox`"):
            mailbox.list()
        account.tokens.keep(Grant(access_token="old", expires_at=START, refresh_token=account.provider.signed_in()))
        assert mailbox.list().uidvalidity > 0
        mailbox.close()

    def test_s07_a_busy_provider_hands_on_its_time(self, dovecot: Dovecot, account: Account) -> None:
        """S07: the time the provider asks for reaches the engine."""
        account.provider.rules.answers.append((503, {}, {"Retry-After": "30"}))
        mailbox = mailbox_at(dovecot, account.tokens)
        with pytest.raises(MailboxUnavailable) as told:
            mailbox.list()
        assert told.value.wait_seconds == 30
        mailbox.close()


class TestSender:
    """SMTP with both forms."""

    @pytest.mark.parametrize("without", [(), ("XOAUTH2",), ("OAUTHBEARER",)])
    def test_a_token_sends(self, account: Account, without: tuple[str, ...]) -> None:
        """Whichever form the server offers; the check says who is signed in."""
        with SmtpServer(takes=account.takes, without=without) as server:
            sender = sender_at(server, account.tokens)
            assert f"signed in as {HR}" in sender.check()
            result = sender.send(RAW, envelope_from=HR, recipients=[LAN])
            assert result.outcomes[LAN][0] is SendOutcome.ACCEPTED
            sender.close()

    @pytest.mark.parametrize("without", [("OAUTHBEARER",), ("XOAUTH2",)])
    def test_s08_a_revoked_token_is_renewed_once(self, account: Account, without: tuple[str, ...]) -> None:
        """S08: the refusal is ended as the form demands, and the second try goes over a new connection."""
        account.tokens.token()
        account.provider.revoke_access()
        with SmtpServer(takes=account.takes, without=without) as server:
            sender = sender_at(server, account.tokens)
            assert sender.send(RAW, envelope_from=HR, recipients=[LAN]).outcomes[LAN][0] is SendOutcome.ACCEPTED
            assert (len(server.accepted), server.connections) == (1, 2)
            sender.close()
        assert len(account.provider.requests) == 2

    def test_an_account_that_may_not_is_named_with_its_remedy(self, account: Account) -> None:
        """Refused twice: nothing was sent, and what to do."""
        with SmtpServer(takes=lambda user, token: False) as server:
            sender = sender_at(server, account.tokens)
            with pytest.raises(SendingUnavailable, match=r"nothing was sent: 535.*run `dondoc sign-in sending`"):
                sender.send(RAW, envelope_from=HR, recipients=[LAN])
        assert len(account.provider.requests) == 2

    def test_without_a_sign_in_nothing_is_sent(self, account: Account) -> None:
        """A withdrawn sign-in is an outage, not the fate of a mail."""
        account.provider.refresh.clear()
        with SmtpServer(takes=account.takes) as server:
            sender = sender_at(server, account.tokens)
            with pytest.raises(SendingUnavailable, match="nothing was sent"):
                sender.send(RAW, envelope_from=HR, recipients=[LAN])
            with pytest.raises(SendingUnavailable, match="dondoc sign-in"):
                sender.check()
            assert server.connections == 0


def test_the_standard_form_is_used_only_where_it_must_be() -> None:
    """XOAUTH2 first: Microsoft and older servers know nothing else."""
    assert mechanism_among(["plain", "xoauth2", "oauthbearer"]) is Mechanism.XOAUTH2
    assert mechanism_among(["PLAIN", "OAUTHBEARER"]) is Mechanism.OAUTHBEARER
    assert mechanism_among([]) is Mechanism.XOAUTH2


def test_what_is_said_is_what_the_providers_document() -> None:
    """Google's example, and RFC 7628's with its escapes."""
    google = BearerDialogue(
        Mechanism.XOAUTH2, user="someuser@example.com", token="ya29.vF9dft4qmTc2Nvb3RlckBhdHRhdmlzdGEuY29tCg"
    )
    assert base64.b64encode(google().encode()).decode() == (
        "dXNlcj1zb21ldXNlckBleGFtcGxlLmNvbQFhdXRoPUJlYXJlciB5YTI5LnZGOWRmdDRxbVRjMk52YjNSbGNrQmhkSFJoZG1semRHRXVZMjl0Q2cBAQ=="
    )
    standard = BearerDialogue(Mechanism.OAUTHBEARER, user="a,b=c", token="x")
    assert (standard(), standard()) == ("n,a=a=2Cb=3Dc,\x01auth=Bearer x\x01\x01", "\x01")
