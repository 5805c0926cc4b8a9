"""Sending through Exchange, in doubt and without: "perhaps sent" is never taken for "not sent"."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from service.flow.ports.failures import MailboxUnavailable, SendingUnavailable
from service.flow.ports.world import SendOutcome
from service.mail.exchange.account import ExchangeAccount, SignIn
from service.mail.exchange.sender import ExchangeSender
from service.mail.exchange.sent import ExchangeSentFolder
from tests.support.harness.mailbox_contract import HR
from tests.support.servers.dovecot import free_port
from tests.support.servers.exchange_desk import LAN, NAM, PASSWORD, USERS, account_at, outcomes, raw_to
from tests.support.servers.fake_exchange import FakeExchange, Fault
from tests.support.servers.fake_exchange_store import FIRST_MAIL


@pytest.fixture
def server() -> Iterator[FakeExchange]:
    with FakeExchange(USERS) as running:
        yield running


@pytest.fixture
def sender(server: FakeExchange) -> Iterator[ExchangeSender]:
    sender = ExchangeSender(account_at(server, timeout=1.0))
    yield sender
    sender.close()


class TestSending:
    """Every recipient gets an outcome, and "perhaps sent" is never taken for "not sent"."""

    def test_a_mail_arrives_byte_for_byte_with_a_copy_in_sent_items(
        self, server: FakeExchange, sender: ExchangeSender
    ) -> None:
        """The Message-ID is ours; To and Cc are the recipients."""
        raw = raw_to(LAN, cc=f"Nam <{NAM}>")
        result = sender.send(raw, envelope_from=HR, recipients=[LAN, NAM])
        assert {outcome for outcome, _ in result.outcomes.values()} == {SendOutcome.ACCEPTED}
        assert server.answers.sent == [((LAN, NAM), raw)]
        assert [item.content for item in server.mailboxes[HR].folder("sentitems").items.values()] == [raw]
        assert [item.content for item in server.mailboxes[LAN].folder("inbox").items.values()] == [raw]

    @pytest.mark.parametrize("recipients", [[NAM], [LAN], [LAN, NAM, HR], ["other@office.example", HR]])
    def test_exactly_the_recipients_of_the_envelope_get_the_mail(
        self, server: FakeExchange, sender: ExchangeSender, recipients: list[str]
    ) -> None:
        """Nobody whom the header names gets a mail that is redirected or kept from him; one more gets a blind copy."""
        result = sender.send(raw_to(LAN, cc=NAM), envelope_from=HR, recipients=recipients)
        assert {outcome for outcome, _ in result.outcomes.values()} == {SendOutcome.ACCEPTED}
        ((reached, content),) = server.answers.sent
        assert sorted(reached) == sorted(recipients)
        assert content.endswith(b"\r\n\r\n.\r\n..two dots\r\nend\r\n")
        assert b"Bcc" not in content

    def test_what_is_no_address_is_refused_here(self, server: FakeExchange, sender: ExchangeSender) -> None:
        """A line end in an address cannot become a header."""
        evil = "x@office.example\r\nBcc: boss@office.example"
        result = sender.send(raw_to(LAN), envelope_from=HR, recipients=[evil, LAN])
        assert {who: outcome for who, (outcome, _) in result.outcomes.items()} == {
            evil: SendOutcome.REFUSED,
            LAN: SendOutcome.ACCEPTED,
        }
        assert server.answers.sent[0][0] == (LAN,)

    def test_a_burst_asks_for_sent_items_once(self, server: FakeExchange, sender: ExchangeSender) -> None:
        """Ten mails need ten requests and two before them."""
        for _ in range(10):
            outcomes(sender, LAN)
        assert server.operations == ["GetFolder", "GetFolder", *["CreateItem"] * 10]

    @pytest.mark.parametrize("carried_out", [True, False])
    @pytest.mark.parametrize(
        "fault",
        [
            Fault("CreateItem"),
            Fault("CreateItem", status=504),
            Fault("CreateItem", status=200),
            Fault("CreateItem", hang=1.3, status=502),
        ],
        ids=["cut", "gateway timeout", "garbled", "silence"],
    )
    def test_s57_a_lost_answer_is_in_doubt_and_never_sent_again(
        self, server: FakeExchange, sender: ExchangeSender, fault: Fault, carried_out: bool
    ) -> None:
        """S57: carried out or not, we cannot know; the next mail is sent as usual."""
        server.plan(Fault(fault.operation, status=fault.status, hang=fault.hang, carried_out=carried_out))
        assert outcomes(sender, LAN) == {LAN: SendOutcome.UNKNOWN}
        assert server.operations.count("CreateItem") == 1
        assert outcomes(sender, LAN) == {LAN: SendOutcome.ACCEPTED}
        assert server.operations[-2:] == ["GetFolder", "CreateItem"], "a question first, after trouble"
        assert len(server.answers.sent) == 1 + carried_out

    def test_s57_the_servers_own_timeout_is_in_doubt_too(self, server: FakeExchange, sender: ExchangeSender) -> None:
        """S57: ErrorTimeoutExpired says that the server gave up waiting, not that nothing went out."""
        server.plan(Fault("CreateItem", code="ErrorTimeoutExpired"))
        assert outcomes(sender, LAN) == {LAN: SendOutcome.UNKNOWN}

    @pytest.mark.parametrize(
        "fault", [Fault("CreateItem", code="ErrorServerBusy", milliseconds=9000), Fault("CreateItem", status=503)]
    )
    def test_a_busy_server_took_nothing_and_gets_its_pause(
        self, server: FakeExchange, sender: ExchangeSender, fault: Fault
    ) -> None:
        """The mail is tried again later, not before the pause is over."""
        server.plan(Fault(fault.operation, code=fault.code, milliseconds=fault.milliseconds, status=fault.status))
        with pytest.raises(SendingUnavailable) as told:
            outcomes(sender, LAN)
        assert told.value.wait_seconds in (9.0, 10.0)
        with pytest.raises(SendingUnavailable, match="asked for a pause"):
            outcomes(sender, LAN)
        assert server.operations.count("CreateItem") == 1

    def test_trouble_before_the_mail_was_handed_over_means_nothing_was_sent(
        self, server: FakeExchange, sender: ExchangeSender
    ) -> None:
        """A cut at the question before: trying again is safe."""
        server.plan(Fault("GetFolder"))
        with pytest.raises(SendingUnavailable):
            outcomes(sender, LAN)
        assert outcomes(sender, LAN) == {LAN: SendOutcome.ACCEPTED}

    def test_an_invalid_recipient_is_a_refusal(self, server: FakeExchange, sender: ExchangeSender) -> None:
        """Exchange refuses the whole mail, and does not say whose address it is."""
        server.answers.invalid_recipients.add(NAM)
        assert outcomes(sender, LAN, NAM) == {LAN: SendOutcome.REFUSED, NAM: SendOutcome.REFUSED}
        assert server.answers.sent == []

    def test_s56_a_mail_that_is_too_big_is_refused(self, server: FakeExchange, sender: ExchangeSender) -> None:
        """S56: by Exchange's own limit and by the web server's before it; that is this mail's fate, not an outage."""
        server.answers.largest = 10
        assert outcomes(sender, LAN) == {LAN: SendOutcome.REFUSED}
        server.answers.largest = 10_000
        server.plan(Fault("CreateItem", status=413))
        assert outcomes(sender, LAN) == {LAN: SendOutcome.REFUSED}
        assert outcomes(sender, LAN) == {LAN: SendOutcome.ACCEPTED}

    def test_a_sender_that_may_not_send_is_our_trouble_not_the_recipients(
        self, server: FakeExchange, sender: ExchangeSender
    ) -> None:
        """ErrorSendAsDenied must not mark anybody's address as dead."""
        raw = raw_to(LAN).replace(HR.encode(), b"boss@office.example")
        with pytest.raises(SendingUnavailable, match="may send as that address"):
            sender.send(raw, envelope_from=HR, recipients=[LAN])

    def test_no_server_at_all_is_named_with_its_remedy(self) -> None:
        """A refused connection says what to check; nothing is in doubt."""
        endpoint = f"http://127.0.0.1:{free_port()}/EWS/Exchange.asmx"
        account = ExchangeAccount(endpoint=endpoint, address=HR, sign_in=SignIn.BASIC, user=HR, secret=PASSWORD)
        with pytest.raises(SendingUnavailable, match="check host and port, and that the server runs"):
            outcomes(ExchangeSender(account), LAN)

    def test_a_server_that_went_away_between_two_mails_leaves_nothing_in_doubt(
        self, server: FakeExchange, sender: ExchangeSender
    ) -> None:
        """A closed connection is opened again without a word; where it cannot be, nothing was written."""
        outcomes(sender, LAN)
        server.cut_connections()
        assert outcomes(sender, LAN) == {LAN: SendOutcome.ACCEPTED}
        with FakeExchange(USERS) as short_lived:
            gone = ExchangeSender(account_at(short_lived))
            outcomes(gone, LAN)
        with pytest.raises(SendingUnavailable, match="check host and port"):
            outcomes(gone, LAN)


class TestSentItems:
    """Evidence for mails in doubt."""

    @pytest.mark.parametrize("carried_out", [True, False])
    def test_s57_sent_items_tell_what_became_of_a_mail(
        self, server: FakeExchange, sender: ExchangeSender, carried_out: bool
    ) -> None:
        """S57: what was carried out lies there under our Message-ID, and what was not does not."""
        sent = ExchangeSentFolder(account_at(server))
        server.plan(Fault("CreateItem", carried_out=carried_out))
        assert outcomes(sender, LAN) == {LAN: SendOutcome.UNKNOWN}
        assert not sent.files_all
        assert sent.holds("<1@office.example>") is carried_out
        assert sent.holds("<other@office.example>") is False
        sent.close()

    def test_a_mail_that_waits_in_the_outbox_is_neither_sent_nor_absent(self, server: FakeExchange) -> None:
        """The transport is slow: asked again later."""
        server.mailboxes[HR].receive(raw_to(LAN), "outbox")
        sent = ExchangeSentFolder(account_at(server))
        with pytest.raises(MailboxUnavailable, match="still waits in the Outbox"):
            sent.holds("<1@office.example>")
        sent.close()

    def test_no_second_copy_is_put_there(self, server: FakeExchange) -> None:
        """Exchange keeps one by itself; to ask for another is named as what it is."""
        sent = ExchangeSentFolder(account_at(server))
        with pytest.raises(MailboxUnavailable, match=r"leave out `delivery\.sent_copy`"):
            sent.append(raw_to(LAN), FIRST_MAIL)
        assert server.operations == []
