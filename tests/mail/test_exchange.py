"""Exchange on-premises: the mailbox contract, sending in doubt and without, sign-in, and a server with moods."""

from __future__ import annotations

import ssl
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from service.flow.ports import Folder, MailboxUnavailable, Outcome, SendingUnavailable
from service.mail.exchange import ExchangeMailbox
from service.mail.exchange_account import ExchangeAccount, SignIn
from service.mail.exchange_folders import uid_for
from service.mail.exchange_sender import ExchangeSender
from service.mail.exchange_sent import ExchangeSentFolder
from tests.support.certificates import make_certificate
from tests.support.dovecot import free_port
from tests.support.fake_exchange import FakeExchange, Fault
from tests.support.fake_exchange_store import FIRST_MAIL, KeptFolder, KeptMailbox
from tests.support.mailbox_contract import HR, MailboxContract, letter, put, seconds_of_wait

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


@pytest.fixture
def server() -> Iterator[FakeExchange]:
    with FakeExchange(USERS) as running:
        yield running


@pytest.fixture
def desk(server: FakeExchange) -> Iterator[Desk]:
    mailbox = ExchangeMailbox(account_at(server), poll=0.2)
    yield Desk(server, mailbox, {})
    mailbox.close()


@pytest.fixture
def sender(server: FakeExchange) -> Iterator[ExchangeSender]:
    sender = ExchangeSender(account_at(server, timeout=1.0))
    yield sender
    sender.close()


class TestExchange(MailboxContract):
    """The contract, against the fake server."""


class TestMailbox:
    """What is particular to Exchange."""

    def test_numbers_ascend_with_the_time_of_arrival(self, desk: Desk) -> None:
        """A later second gives a greater number, and the same mail the same number after a restart."""
        first, second = put(desk, "first"), put(desk, "second")
        assert first < second
        again = ExchangeMailbox(account_at(desk.server))
        assert again.list() == desk.mailbox.list()
        again.close()
        assert uid_for("AAMk", FIRST_MAIL) == uid_for("AAMk", FIRST_MAIL) != uid_for("AAMl", FIRST_MAIL)
        assert 0 < uid_for("", None) < 2**63

    def test_a_mail_can_be_filed_right_after_a_restart(self, desk: Desk) -> None:
        """The map from numbers to Exchange's identities is made anew where it is missing."""
        uid = put(desk, "known from before")
        again = ExchangeMailbox(account_at(desk.server))
        assert again.fetch(uid) == letter("known from before")
        assert again.file(uid, Folder.PROCESSED) is True
        again.close()

    def test_folders_may_have_the_house_own_names_and_places(self, desk: Desk) -> None:
        """Below the inbox, in a folder of ours, with spaces and special letters; a folder that is there is used."""
        desk.kept.make_folder("dondoc", desk.kept.folder("msgfolderroot").identity)
        mailbox = ExchangeMailbox(account_at(desk.server), folders=HOUSE_NAMES)
        for folder in Folder:
            assert mailbox.file(put(desk, f"to {folder}"), folder) is True
        own = Desk(desk.server, mailbox, HOUSE_NAMES)
        assert [own.contents(folder) for folder in Folder] == [[letter(f"to {folder}")] for folder in Folder]
        assert desk.kept.folder("Xem lại").parent == desk.inbox.identity
        assert desk.kept.folder("Xong & lưu").parent == desk.kept.folder("dondoc").identity
        assert desk.mailbox.list().uids == ()
        mailbox.close()

    def test_a_second_look_asks_only_for_changes(self, desk: Desk) -> None:
        """A mailbox of many mails costs several answers once, and then one small answer a look."""
        for number in range(700):
            desk.deliver(letter(f"mail {number}"))
        assert len(desk.mailbox.list().uids) == 700
        asked = len(desk.server.operations)
        assert len(desk.mailbox.list().uids) == 700
        assert desk.server.operations[asked:] == ["SyncFolderItems"]

    def test_a_server_that_forgot_our_state_is_asked_for_all(self, desk: Desk) -> None:
        """ErrorInvalidSyncStateData: the same list under the same numbers."""
        put(desk, "stays")
        before = desk.mailbox.list()
        desk.server.answers.generation += 1
        assert desk.mailbox.list() == before

    def test_a_server_without_synchronisation_is_listed_each_time(self, desk: Desk) -> None:
        """FindItem in pages gives what SyncFolderItems would."""
        for number in range(130):
            desk.deliver(letter(f"mail {number}"))
        desk.server.plan(Fault("SyncFolderItems", code="ErrorInvalidRequest", times=1000))
        uids = desk.mailbox.list().uids
        assert uids == tuple(sorted(uid_for(item.identity, item.received) for item in desk.inbox.items.values()))
        desk.take_away(uids[0])
        assert desk.mailbox.list().uids == uids[1:]

    def test_a_folder_that_people_removed_is_made_again(self, desk: Desk) -> None:
        """Somebody deletes "Processed" between two moves; the second finds or makes it."""
        first, second = put(desk, "first"), put(desk, "second")
        assert desk.mailbox.file(first, Folder.PROCESSED) is True
        desk.kept.drop_folder("Processed")
        assert desk.mailbox.file(second, Folder.PROCESSED) is True
        assert desk.contents(Folder.PROCESSED) == [letter("second")]

    def test_another_folder_of_the_same_name_has_another_uidvalidity(self, desk: Desk) -> None:
        """The folder we read is deleted and made anew: told once, then listed as a new one."""
        root = desk.kept.folder("msgfolderroot").identity
        desk.kept.make_folder("Đợt 1", root)
        mailbox = ExchangeMailbox(account_at(desk.server), folder="đợt 1")
        before = mailbox.list().uidvalidity
        desk.kept.drop_folder("Đợt 1")
        with pytest.raises(MailboxUnavailable):
            mailbox.list()
        with pytest.raises(MailboxUnavailable, match="there is no folder 'đợt 1'"):
            mailbox.list()
        desk.kept.make_folder("Đợt 1", root)
        assert mailbox.list().uidvalidity != before
        mailbox.close()

    def test_a_mail_that_exchange_cannot_convert_does_not_block_the_others(self, desk: Desk) -> None:
        """It comes as a header that says so, for people to look at; the next one comes as it is."""
        desk.mailbox.list()
        desk.server.deliver(HR, letter("broken"), convertible=False)
        broken, whole = desk.mailbox.list().uids[-1], put(desk, "whole")
        content = desk.mailbox.fetch(broken)
        assert content is not None
        assert b"X-Exchange-Trouble: The MIME content of the item cannot be made." in content
        assert desk.mailbox.fetch(whole) == letter("whole")
        assert desk.mailbox.file(broken, Folder.REVIEW) is True

    def test_a_busy_server_gets_the_pause_it_asks_for(self, desk: Desk) -> None:
        """The pause is told to the engine, and until it is over nothing is asked; the reason is in the line."""
        desk.mailbox.list()
        desk.server.plan(Fault("SyncFolderItems", code="ErrorServerBusy", milliseconds=600))
        with pytest.raises(MailboxUnavailable, match="ErrorServerBusy") as told:
            desk.mailbox.list()
        assert told.value.wait_seconds == 0.6
        asked = len(desk.server.operations)
        with pytest.raises(MailboxUnavailable, match="asked for a pause"):
            desk.mailbox.list()
        assert len(desk.server.operations) == asked
        time.sleep(0.7)
        assert desk.mailbox.list().uids == ()

    def test_a_gateway_that_is_overloaded_gets_its_pause_too(self, desk: Desk) -> None:
        """HTTP 503 with Retry-After."""
        desk.server.plan(Fault(status=503, retry_after=17))
        with pytest.raises(MailboxUnavailable, match="HTTP 503") as told:
            desk.mailbox.list()
        assert told.value.wait_seconds == 17

    def test_what_is_no_exchange_server_is_named_with_its_remedy(self, desk: Desk) -> None:
        """A wrong path answers with a web page."""
        wrong = ExchangeAccount(
            endpoint=desk.server.endpoint.replace("EWS", "owa"), address=HR, sign_in=SignIn.BASIC, user=HR, secret="x"
        )
        with pytest.raises(MailboxUnavailable, match="check `endpoint`") as told:
            ExchangeMailbox(wrong).list()
        assert len(str(told.value)) < 600

    def test_a_server_that_says_nothing_ends_in_a_timeout(self, server: FakeExchange) -> None:
        """A silent peer cannot hold the service for ever."""
        server.plan(Fault(hang=2.0))
        mailbox = ExchangeMailbox(account_at(server, timeout=0.3))
        with pytest.raises(MailboxUnavailable):
            mailbox.list()
        mailbox.close()

    def test_no_server_at_all_is_named_with_its_remedy(self) -> None:
        """A refused connection says what to check."""
        endpoint = f"http://127.0.0.1:{free_port()}/EWS/Exchange.asmx"
        account = ExchangeAccount(endpoint=endpoint, address=HR, sign_in=SignIn.BASIC, user=HR, secret=PASSWORD)
        with pytest.raises(MailboxUnavailable, match="check host and port, and that the server runs"):
            ExchangeMailbox(account).list()

    def test_waiting_without_news_asks_little(self, desk: Desk) -> None:
        """One small question a look."""
        desk.mailbox.list()
        asked = len(desk.server.operations)
        seconds_of_wait(desk.mailbox, 1.0)
        assert len(desk.server.operations) - asked <= 6


class TestSentItems:
    """Evidence for mails in doubt."""

    @pytest.mark.parametrize("carried_out", [True, False])
    def test_s57_sent_items_tell_what_became_of_a_mail(
        self, server: FakeExchange, sender: ExchangeSender, carried_out: bool
    ) -> None:
        """S57: what was carried out lies there under our Message-ID, and what was not does not."""
        sent = ExchangeSentFolder(account_at(server))
        server.plan(Fault("CreateItem", carried_out=carried_out))
        assert outcomes(sender, LAN) == {LAN: Outcome.UNKNOWN}
        assert sent.files_all
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

    def test_a_copy_of_what_another_server_sent_is_put_there_as_read(self, server: FakeExchange) -> None:
        """Sending by SMTP, people find the copy in Outlook all the same."""
        sent = ExchangeSentFolder(account_at(server))
        sent.append(raw_to(LAN), FIRST_MAIL)
        (item,) = server.mailboxes[HR].folder("sentitems").items.values()
        assert (item.content, item.read) == (raw_to(LAN), True)
        assert server.answers.sent == []
        sent.close()


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
            assert mailbox.fetch(mailbox.list().uids[0]) == letter("over TLS")
            server.tokens.clear()
            with pytest.raises(MailboxUnavailable):  # withdrawn: told once, then a new one is fetched
                mailbox.list()
            assert len(mailbox.list().uids) == 1
            assert sender.send(raw_to(LAN), envelope_from=HR, recipients=[LAN]).outcomes[LAN][0] is Outcome.ACCEPTED
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


def raw_to(*recipients: str, cc: str = "") -> bytes:
    copies = f"Cc: {cc}\r\n" if cc else ""
    head = f"From: =?utf-8?q?Nh=C3=A2n_s=E1=BB=B1?= <{HR}>\r\nTo: {', '.join(recipients)}\r\n{copies}"
    return f"{head}Subject: x\r\nMessage-ID: <1@office.example>\r\n\r\n.\r\n..two dots\r\nend\r\n".encode()


def outcomes(sender: ExchangeSender, *recipients: str) -> dict[str, Outcome]:
    result = sender.send(raw_to(*recipients), envelope_from=HR, recipients=recipients)
    return {address: outcome for address, (outcome, _) in result.outcomes.items()}


class TestSending:
    """Every recipient gets an outcome, and "perhaps sent" is never taken for "not sent"."""

    def test_a_mail_arrives_byte_for_byte_with_a_copy_in_sent_items(
        self, server: FakeExchange, sender: ExchangeSender
    ) -> None:
        """The Message-ID is ours; To and Cc are the recipients."""
        raw = raw_to(LAN, cc=f"Nam <{NAM}>")
        result = sender.send(raw, envelope_from=HR, recipients=[LAN, NAM])
        assert {outcome for outcome, _ in result.outcomes.values()} == {Outcome.ACCEPTED}
        assert server.answers.sent == [((LAN, NAM), raw)]
        assert [item.content for item in server.mailboxes[HR].folder("sentitems").items.values()] == [raw]
        assert [item.content for item in server.mailboxes[LAN].folder("inbox").items.values()] == [raw]

    @pytest.mark.parametrize("recipients", [[NAM], [LAN], [LAN, NAM, HR], ["other@office.example", HR]])
    def test_exactly_the_recipients_of_the_envelope_get_the_mail(
        self, server: FakeExchange, sender: ExchangeSender, recipients: list[str]
    ) -> None:
        """Nobody whom the header names gets a mail that is redirected or kept from him; one more gets a blind copy."""
        result = sender.send(raw_to(LAN, cc=NAM), envelope_from=HR, recipients=recipients)
        assert {outcome for outcome, _ in result.outcomes.values()} == {Outcome.ACCEPTED}
        ((reached, content),) = server.answers.sent
        assert sorted(reached) == sorted(recipients)
        assert content.endswith(b"\r\n\r\n.\r\n..two dots\r\nend\r\n")
        assert b"Bcc" not in content

    def test_what_is_no_address_is_refused_here(self, server: FakeExchange, sender: ExchangeSender) -> None:
        """A line end in an address cannot become a header."""
        evil = "x@office.example\r\nBcc: boss@office.example"
        result = sender.send(raw_to(LAN), envelope_from=HR, recipients=[evil, LAN])
        assert {who: outcome for who, (outcome, _) in result.outcomes.items()} == {
            evil: Outcome.REFUSED,
            LAN: Outcome.ACCEPTED,
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
        [Fault("CreateItem"), Fault("CreateItem", status=504), Fault("CreateItem", hang=1.3, status=502)],
        ids=["cut", "gateway timeout", "silence"],
    )
    def test_s57_a_lost_answer_is_in_doubt_and_never_sent_again(
        self, server: FakeExchange, sender: ExchangeSender, fault: Fault, carried_out: bool
    ) -> None:
        """S57: carried out or not, we cannot know; the next mail is sent as usual."""
        server.plan(Fault(fault.operation, status=fault.status, hang=fault.hang, carried_out=carried_out))
        assert outcomes(sender, LAN) == {LAN: Outcome.UNKNOWN}
        assert server.operations.count("CreateItem") == 1
        assert outcomes(sender, LAN) == {LAN: Outcome.ACCEPTED}
        assert len(server.answers.sent) == 1 + carried_out

    def test_s57_the_servers_own_timeout_is_in_doubt_too(self, server: FakeExchange, sender: ExchangeSender) -> None:
        """S57: ErrorTimeoutExpired says that the server gave up waiting, not that nothing went out."""
        server.plan(Fault("CreateItem", code="ErrorTimeoutExpired"))
        assert outcomes(sender, LAN) == {LAN: Outcome.UNKNOWN}

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
        assert outcomes(sender, LAN) == {LAN: Outcome.ACCEPTED}

    def test_an_invalid_recipient_is_a_refusal(self, server: FakeExchange, sender: ExchangeSender) -> None:
        """Exchange refuses the whole mail, and does not say whose address it is."""
        server.answers.invalid_recipients.add(NAM)
        assert outcomes(sender, LAN, NAM) == {LAN: Outcome.REFUSED, NAM: Outcome.REFUSED}
        assert server.answers.sent == []

    def test_s56_a_mail_that_is_too_big_is_refused(self, server: FakeExchange, sender: ExchangeSender) -> None:
        """S56: by Exchange's own limit and by the web server's before it; that is this mail's fate, not an outage."""
        server.answers.largest = 10
        assert outcomes(sender, LAN) == {LAN: Outcome.REFUSED}
        server.answers.largest = 10_000
        server.plan(Fault("CreateItem", status=413))
        assert outcomes(sender, LAN) == {LAN: Outcome.REFUSED}
        assert outcomes(sender, LAN) == {LAN: Outcome.ACCEPTED}

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
        assert outcomes(sender, LAN) == {LAN: Outcome.ACCEPTED}
        with FakeExchange(USERS) as short_lived:
            gone = ExchangeSender(account_at(short_lived))
            outcomes(gone, LAN)
        with pytest.raises(SendingUnavailable, match="check host and port"):
            outcomes(gone, LAN)
