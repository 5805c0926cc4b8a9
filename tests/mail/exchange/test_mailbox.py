"""The mailbox at Exchange: the contract, and what is particular to Exchange."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from service.flow.ports.failures import MailboxUnavailable
from service.flow.ports.world import Folder
from service.mail.exchange.account import ExchangeAccount, SignIn
from service.mail.exchange.folders import uid_for
from service.mail.exchange.mailbox import ExchangeMailbox
from tests.support.harness.mailbox_contract import HR, MailboxContract, letter, put, seconds_of_wait
from tests.support.servers.dovecot import free_port
from tests.support.servers.exchange_desk import HOUSE_NAMES, PASSWORD, USERS, Desk, account_at
from tests.support.servers.fake_exchange import FakeExchange, Fault
from tests.support.servers.fake_exchange_store import FIRST_MAIL


@pytest.fixture
def server() -> Iterator[FakeExchange]:
    with FakeExchange(USERS) as running:
        yield running


@pytest.fixture
def desk(server: FakeExchange) -> Iterator[Desk]:
    mailbox = ExchangeMailbox(account_at(server), poll=0.2)
    yield Desk(server, mailbox, {})
    mailbox.close()


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
        assert desk.mailbox.received([uid_for("AAMk", FIRST_MAIL)]) == {uid_for("AAMk", FIRST_MAIL): FIRST_MAIL}

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
