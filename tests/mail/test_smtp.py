"""Sending under faults: every recipient gets an outcome, and "perhaps sent" is never taken for "not sent"."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest

from service.flow.ports.failures import SendingUnavailable
from service.flow.ports.world import SendOutcome
from service.mail.connections.tls import Tls
from service.mail.smtp import SmtpSender
from tests.support.servers.certificates import make_certificate
from tests.support.servers.dovecot import DOVECOT, MISSING, Dovecot, free_port
from tests.support.servers.smtp_server import Fault, SmtpServer, Stage

US = "hr@office.example"
LAN, NAM = "lan@office.example", "nam@office.example"
RAW = b"From: hr@office.example\r\nSubject: x\r\nMessage-ID: <1@office.example>\r\n\r\n.\r\n..two dots\r\nend\r\n"


@pytest.fixture
def server() -> Iterator[SmtpServer]:
    with SmtpServer() as running:
        yield running


@pytest.fixture
def sender(server: SmtpServer) -> Iterator[SmtpSender]:
    sender = sender_at(server.port)
    yield sender
    sender.close()


def sender_at(port: int, **options: object) -> SmtpSender:
    settings: dict[str, object] = {"tls": Tls.NONE, "timeout": 5.0, "final_timeout": 1.0} | options
    return SmtpSender(host="127.0.0.1", port=port, **settings)  # type: ignore[arg-type]  # options of one test


def outcomes(sender: SmtpSender, *recipients: str) -> dict[str, SendOutcome]:
    result = sender.send(RAW, envelope_from=US, recipients=recipients)
    return {address: outcome for address, (outcome, _) in result.outcomes.items()}


def test_a_mail_arrives_byte_for_byte(server: SmtpServer, sender: SmtpSender) -> None:
    """Lines that begin with dots come through."""
    assert outcomes(sender, LAN, NAM) == {LAN: SendOutcome.ACCEPTED, NAM: SendOutcome.ACCEPTED}
    assert server.accepted == [(US, (LAN, NAM), RAW)]


def test_one_connection_carries_a_burst(server: SmtpServer, sender: SmtpSender) -> None:
    """Ten mails need one connection."""
    for _ in range(10):
        outcomes(sender, LAN)
    assert (len(server.accepted), server.connections) == (10, 1)


def test_a_stale_connection_is_renewed_without_a_word(server: SmtpServer, sender: SmtpSender) -> None:
    """A connection that the server has closed meanwhile costs nothing but a new one."""
    outcomes(sender, LAN)
    server.cut_connections()
    assert outcomes(sender, LAN) == {LAN: SendOutcome.ACCEPTED}
    assert server.connections == 2


@pytest.mark.parametrize(
    ("stage", "reply"), [(Stage.SENDER, "421 4.4.2 idle for too long"), (Stage.RECIPIENT, None)], ids=["421", "cut"]
)
def test_a_kept_connection_that_dies_in_the_dialogue_is_made_anew_at_once(
    server: SmtpServer, sender: SmtpSender, stage: Stage, reply: str | None
) -> None:
    """It answered a moment ago, and is gone now: the mail goes over a new one, once, without a word."""
    outcomes(sender, LAN)
    server.plan(Fault(stage, reply))
    assert outcomes(sender, LAN, NAM) == {LAN: SendOutcome.ACCEPTED, NAM: SendOutcome.ACCEPTED}
    assert [recipients for _, recipients, _ in server.accepted] == [(LAN,), (LAN, NAM)]
    assert server.connections == 2


@pytest.mark.parametrize("stored", [True, False])
def test_a_kept_connection_that_dies_after_the_last_byte_is_in_doubt(
    server: SmtpServer, sender: SmtpSender, stored: bool
) -> None:
    """The mail may have been taken: it is not sent over a new one."""
    outcomes(sender, LAN)
    server.plan(Fault(Stage.DATA, stored=stored))
    assert outcomes(sender, NAM) == {NAM: SendOutcome.UNKNOWN}
    assert (len(server.accepted), server.connections) == (2 if stored else 1, 1)


def test_when_the_new_connection_dies_too_it_is_an_outage(server: SmtpServer, sender: SmtpSender) -> None:
    """Tried once more, not for ever."""
    outcomes(sender, LAN)
    server.plan(Fault(Stage.RECIPIENT, times=2))
    with pytest.raises(SendingUnavailable, match="nothing was sent"):
        outcomes(sender, NAM)
    assert (len(server.accepted), server.connections) == (1, 2)


def test_s59_one_bad_recipient_does_not_keep_the_others_from_theirs(server: SmtpServer, sender: SmtpSender) -> None:
    """S59: 550 for one is a refusal for that one."""
    server.plan(Fault(Stage.RECIPIENT, "550 5.1.1 no such user", address=NAM))
    result = sender.send(RAW, envelope_from=US, recipients=[LAN, NAM])
    assert result.outcomes[LAN][0] is SendOutcome.ACCEPTED
    assert result.outcomes[NAM] == (SendOutcome.REFUSED, "550 5.1.1 no such user")
    assert server.accepted[0][1] == (LAN,)


def test_s55_greylisting_is_put_off(server: SmtpServer, sender: SmtpSender) -> None:
    """S55: 451 means later; the same mail goes through then, on the same connection."""
    server.plan(Fault(Stage.RECIPIENT, "451 4.7.1 greylisted"))
    assert outcomes(sender, LAN) == {LAN: SendOutcome.DEFERRED}
    assert outcomes(sender, LAN) == {LAN: SendOutcome.ACCEPTED}
    assert server.connections == 1


@pytest.mark.parametrize(
    ("reply", "expected"),
    [("552 5.3.4 too big", SendOutcome.MAIL_REFUSED), ("452 4.3.1 no space", SendOutcome.DEFERRED)],
)
def test_s56_a_refusal_after_the_last_byte_counts_for_all(
    server: SmtpServer, sender: SmtpSender, reply: str, expected: SendOutcome
) -> None:
    """S56: nobody got the mail, and we know it."""
    server.plan(Fault(Stage.DATA, reply))
    assert outcomes(sender, LAN, NAM) == {LAN: expected, NAM: expected}
    assert server.accepted == []


def test_s56_a_mail_above_the_announced_size_is_refused_at_once() -> None:
    """S56: the server's SIZE refuses the mail before it is sent; that is this mail's fate, not an outage."""
    with SmtpServer(largest=1_000) as server:
        sender = sender_at(server.port)
        result = sender.send(RAW + b"x" * 5_000, envelope_from=US, recipients=[LAN])
        assert result.outcomes[LAN][0] is SendOutcome.MAIL_REFUSED
        assert outcomes(sender, LAN) == {LAN: SendOutcome.ACCEPTED}
        sender.close()


@pytest.mark.parametrize("stored", [True, False])
def test_s57_a_connection_lost_after_the_last_byte_is_in_doubt(
    server: SmtpServer, sender: SmtpSender, stored: bool
) -> None:
    """S57: stored or not, we cannot know; the next mail goes over a new connection."""
    server.plan(Fault(Stage.DATA, stored=stored))
    assert outcomes(sender, LAN, NAM) == {LAN: SendOutcome.UNKNOWN, NAM: SendOutcome.UNKNOWN}
    assert outcomes(sender, LAN) == {LAN: SendOutcome.ACCEPTED}


def test_s57_silence_after_the_last_byte_is_in_doubt_too(server: SmtpServer, sender: SmtpSender) -> None:
    """S57: no answer in time is no answer."""
    server.plan(Fault(Stage.DATA, stored=True, hang=2.0))
    assert outcomes(sender, LAN) == {LAN: SendOutcome.UNKNOWN}
    assert len(server.accepted) == 1


def test_a_connection_lost_before_the_last_byte_means_nothing_was_sent(server: SmtpServer, sender: SmtpSender) -> None:
    """A cut in the dialogue raises SendingUnavailable; trying again is safe."""
    server.plan(Fault(Stage.RECIPIENT))
    with pytest.raises(SendingUnavailable, match="nothing was sent"):
        outcomes(sender, LAN)
    assert server.accepted == []
    assert outcomes(sender, LAN) == {LAN: SendOutcome.ACCEPTED}


def test_a_server_that_closes_down_puts_everybody_off(server: SmtpServer, sender: SmtpSender) -> None:
    """421 at a recipient: nobody has got the mail, all may get it later."""
    server.plan(Fault(Stage.RECIPIENT, "421 4.3.2 shutting down", address=NAM))
    assert outcomes(sender, LAN, NAM) == {LAN: SendOutcome.DEFERRED, NAM: SendOutcome.DEFERRED}
    assert server.accepted == []


@pytest.mark.parametrize(
    "fault", [Fault(Stage.CONNECT), Fault(Stage.CONNECT, "421 busy"), Fault(Stage.SENDER, "421 busy")]
)
def test_a_busy_server_is_an_outage_before_anybody_was_named(
    server: SmtpServer, sender: SmtpSender, fault: Fault
) -> None:
    """Nothing was handed over: the whole mail is tried again later."""
    server.plan(fault)
    with pytest.raises(SendingUnavailable):
        outcomes(sender, LAN)


def test_a_sender_that_may_not_send_is_our_trouble_not_the_recipients(server: SmtpServer, sender: SmtpSender) -> None:
    """550 at MAIL FROM must not mark anybody's address as dead."""
    server.plan(Fault(Stage.SENDER, "550 5.7.1 you may not send as this address"))
    with pytest.raises(SendingUnavailable, match="may send as that address"):
        outcomes(sender, LAN)


def test_what_is_no_address_is_refused_here(server: SmtpServer, sender: SmtpSender) -> None:
    """A line end in an address cannot become an SMTP command."""
    evil = "x@office.example>\r\nRCPT TO:<boss@office.example"
    assert outcomes(sender, evil, LAN) == {evil: SendOutcome.REFUSED, LAN: SendOutcome.ACCEPTED}
    assert outcomes(sender, "no address") == {"no address": SendOutcome.REFUSED}
    assert server.accepted[0][1] == (LAN,)


def test_an_address_that_the_server_cannot_be_told_is_refused_alone() -> None:
    """Without SMTPUTF8 an address with Vietnamese letters gets nothing; the others get theirs, and no mail waits."""
    with SmtpServer(utf8=False) as server:
        sender = sender_at(server.port)
        assert outcomes(sender, "hòa@office.example", LAN) == {
            "hòa@office.example": SendOutcome.REFUSED,
            LAN: SendOutcome.ACCEPTED,
        }
        assert outcomes(sender, "hòa@office.example") == {"hòa@office.example": SendOutcome.REFUSED}
        sender.close()


def test_sign_in_and_its_refusal() -> None:
    """The right password sends; the wrong one is named with its remedy."""
    with SmtpServer(users={US: "secret"}) as server:
        sender = sender_at(server.port, user=US, password="secret")
        assert sender.check() == f"smtp://127.0.0.1:{server.port}: signed in as {US} (none), mails up to 10 MB"
        assert outcomes(sender, LAN) == {LAN: SendOutcome.ACCEPTED}
        sender.close()
        with pytest.raises(SendingUnavailable, match="check the user name and the password"):
            sender_at(server.port, user=US, password="wrong").check()


def test_starttls_is_checked_against_the_authority(tmp_path: Path) -> None:
    """With the authority's file it works; without it, and where STARTTLS is missing, the line names the remedy."""
    certificate, key = make_certificate(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    with SmtpServer(certificate=context) as server:
        sender = sender_at(server.port, tls=Tls.STARTTLS, ca_file=certificate)
        assert outcomes(sender, LAN) == {LAN: SendOutcome.ACCEPTED}
        sender.close()
        with pytest.raises(SendingUnavailable, match="`ca_file`"):
            sender_at(server.port, tls=Tls.STARTTLS).check()
    with SmtpServer() as plain, pytest.raises(SendingUnavailable, match="check `tls`"):
        sender_at(plain.port, tls=Tls.STARTTLS).check()


def test_no_server_at_all_is_named_with_its_remedy() -> None:
    """A refused connection says what to check."""
    with pytest.raises(SendingUnavailable, match="check host and port, and that the server runs"):
        outcomes(sender_at(free_port()), LAN)


def test_a_mail_goes_through_a_real_delivery_agent() -> None:
    """What we hand over lies in Dovecot's mailbox, whole."""
    if DOVECOT is None:
        pytest.skip(MISSING)
    with Dovecot({LAN: "x"}) as dovecot, SmtpServer(lmtp_port=dovecot.lmtp_port) as server:
        sender = sender_at(server.port)
        assert outcomes(sender, LAN) == {LAN: SendOutcome.ACCEPTED}
        sender.close()
        assert "..two dots" in dovecot.messages(LAN)[0].decode()
