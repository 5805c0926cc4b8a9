"""What every mailbox adapter must do, as one test class: an adapter's tests subclass it and give it a `desk`.

class TestMaildir(MailboxContract):
    @pytest.fixture
    def desk(self, tmp_path: Path) -> Iterator[MailboxDesk]: ...
"""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime, timedelta
from typing import Protocol

import pytest

from service.flow.ports.failures import MailboxUnavailable
from service.flow.ports.world import Folder, Mailbox

HR = "hr@office.example"
BIG = int(2.4 * 1024 * 1024)
"""Bytes of a mail that comes in several pieces where an adapter fetches by pieces of a megabyte."""


class MailboxDesk(Protocol):
    """The mailbox under test, and what servers and people do around it."""

    @property
    def mailbox(self) -> Mailbox: ...

    @property
    def notice_seconds(self) -> float:
        """How long after a delivery a wait may go on at the most: the adapter's own look, or the server's notice."""
        ...

    def deliver(self, content: bytes) -> object:
        """A mail server puts a mail into the folder that the mailbox looks at."""
        ...

    def take_away(self, uid: int) -> object:
        """A person deletes a mail."""
        ...

    def contents(self, folder: Folder) -> list[bytes]:
        """What lies in a folder for people."""
        ...

    def unread(self) -> int:
        """How many mails people see as unread."""
        ...

    def break_down(self) -> object:
        """The next call of the mailbox finds its server or folder gone."""
        ...

    def mend(self) -> object:
        """From now on the server answers again."""
        ...


class MailboxContract:
    """What the flow may rely on, whichever mailbox the office has. Subclasses give the fixture `desk`."""

    def test_uids_are_listed_in_ascending_order(self, desk: MailboxDesk) -> None:
        """New mail joins the list, under the same UIDVALIDITY, and the list is in order."""
        before = desk.mailbox.list()
        first, second = put(desk, "first"), put(desk, "second")
        after = desk.mailbox.list()
        assert set(after.uids) == {*before.uids, first, second}
        assert list(after.uids) == sorted(set(after.uids))
        assert after.uidvalidity == before.uidvalidity > 0

    def test_uids_stay_the_same_from_one_look_to_the_next(self, desk: MailboxDesk) -> None:
        """A mail keeps its UID while it lies there, whatever comes or goes beside it."""
        stays, goes = put(desk, "stays where it is"), put(desk, "goes")
        assert desk.mailbox.file(goes, Folder.PROCESSED) is True
        content = desk.mailbox.fetch(stays)
        assert content is not None
        assert b"Subject: stays where it is" in content
        put(desk, "comes later")
        assert stays in desk.mailbox.list().uids
        assert desk.mailbox.fetch(stays) == content

    def test_uids_and_uidvalidity_fit_into_63_bits(self, desk: MailboxDesk) -> None:
        """The ledger's columns hold them."""
        uid = put(desk, "small enough")
        assert 0 < uid < 2**63
        assert 0 < desk.mailbox.list().uidvalidity < 2**63

    def test_bytes_come_as_they_were_delivered(self, desk: MailboxDesk) -> None:
        """The content is untouched, from the first header field that the sender wrote."""
        raw = letter("untouched") + "Trân trọng,\r\n.một dấu chấm\r\n".encode()
        uid = put_raw(desk, raw)
        fetched = desk.mailbox.fetch(uid)
        assert fetched is not None
        assert fetched.endswith(raw)
        assert desk.mailbox.fetch(uid) == fetched

    def test_a_mail_above_one_megabyte_comes_whole(self, desk: MailboxDesk) -> None:
        """However an adapter fetches, a big mail gives the same bytes."""
        raw = letter("big", BIG)
        fetched = desk.mailbox.fetch(put_raw(desk, raw))
        assert fetched is not None
        assert fetched.endswith(raw)

    def test_s85_a_mail_was_received_when_the_server_got_it(self, desk: MailboxDesk) -> None:
        """S85: with a zone, in order, and the same at every look."""
        first, second = put(desk, "received"), put(desk, "received later")
        moments = desk.mailbox.received([first, second])
        assert moments[first] <= moments[second] <= datetime.now(UTC) + timedelta(seconds=5)
        desk.mailbox.list()
        assert desk.mailbox.received([second]) == {second: moments[second]}
        assert desk.mailbox.received([]) == {}

    def test_s94_claims_are_seen_by_everybody_and_stay(self, desk: MailboxDesk) -> None:
        """S94: made once, however often it is asked for; no mail of the inbox and no folder for people is one."""
        put(desk, "Dondoc-1-aaaaaaaaaaaa")
        assert desk.mailbox.claims() == ()
        for folder in ("Dondoc-1-0123456789ab", "Dondoc-2-ba9876543210", "Dondoc-1-0123456789ab"):
            desk.mailbox.claim(folder)
        assert sorted(desk.mailbox.claims()) == ["Dondoc-1-0123456789ab", "Dondoc-2-ba9876543210"]

    def test_s05_reading_marks_nothing_as_read(self, desk: MailboxDesk) -> None:
        """S05: people see their mail as unread, whatever we did with it."""
        uid = put(desk, "unread")
        before = desk.unread()
        desk.mailbox.fetch(uid)
        desk.mailbox.list()
        assert desk.unread() == before > 0

    def test_s06_a_vanished_mail_is_neither_fetched_nor_filed(self, desk: MailboxDesk) -> None:
        """S06: a mail that a person deleted gives None and False, no error, and is no longer listed.

        Before the next look a server may still show the old picture: then the bytes are whole.
        """
        raw = letter("taken away")
        uid = put_raw(desk, raw)
        desk.take_away(uid)
        at_first = desk.mailbox.fetch(uid)
        assert at_first is None or at_first.endswith(raw)
        assert uid not in desk.mailbox.list().uids
        assert desk.mailbox.fetch(uid) is None
        assert desk.mailbox.file(uid, Folder.PROCESSED) is False

    def test_s06_a_uid_that_never_was_gives_none_and_false(self, desk: MailboxDesk) -> None:
        """S06: an unknown UID is as one that vanished."""
        assert desk.mailbox.fetch(999_999) is None
        assert desk.mailbox.file(999_999, Folder.PROCESSED) is False

    @pytest.mark.parametrize("folder", list(Folder))
    def test_s10_a_filed_mail_is_in_its_folder_and_no_longer_listed(self, desk: MailboxDesk, folder: Folder) -> None:
        """S10: that mail alone is moved, whole; the one beside it stays."""
        raw = letter(f"to be filed in {folder}")
        uid, stays = put_raw(desk, raw), put(desk, "stays")
        assert desk.mailbox.file(uid, folder) is True
        listed = desk.mailbox.list().uids
        assert uid not in listed
        assert stays in listed
        assert sum(content.endswith(raw) for content in desk.contents(folder)) == 1

    def test_s09_filing_twice_says_that_the_mail_is_gone(self, desk: MailboxDesk) -> None:
        """S09: a repeated move makes no second copy, not even where the mail only carries a mark."""
        raw = letter("filed twice")
        uid = put_raw(desk, raw)
        assert desk.mailbox.file(uid, Folder.IGNORED) is True
        assert desk.mailbox.file(uid, Folder.IGNORED) is False
        assert sum(content.endswith(raw) for content in desk.contents(Folder.IGNORED)) == 1

    def test_s01_wait_ends_when_mail_comes(self, desk: MailboxDesk) -> None:
        """S01: a mail that arrives while we wait ends the wait long before its time."""
        desk.mailbox.list()
        threading.Timer(0.2, desk.deliver, (letter("news"),)).start()
        assert seconds_of_wait(desk.mailbox, 8) < desk.notice_seconds

    def test_mail_between_listing_and_waiting_is_not_slept_over(self, desk: MailboxDesk) -> None:
        """The lost wake-up: what arrives just before the wait ends it soon, every time."""
        slept = []
        for number in range(4):
            desk.mailbox.list()
            desk.deliver(letter(f"just before {number}"))
            slept.append(seconds_of_wait(desk.mailbox, 6))
        assert max(slept) < desk.notice_seconds

    def test_wait_ends_after_its_time(self, desk: MailboxDesk) -> None:
        """Without news the wait lasts as long as it was told to, and not longer."""
        desk.mailbox.list()
        assert 0.3 <= seconds_of_wait(desk.mailbox, 0.4) < 1.5

    def test_wake_ends_a_wait_from_another_thread(self, desk: MailboxDesk) -> None:
        """The engine stops or sends at once, although the mailbox sleeps."""
        desk.mailbox.list()
        threading.Timer(0.2, desk.mailbox.wake).start()
        assert seconds_of_wait(desk.mailbox, 8) < 2

    def test_wake_before_wait_is_not_lost(self, desk: MailboxDesk) -> None:
        """A wake-up that comes too early ends the next wait, once."""
        desk.mailbox.list()
        desk.mailbox.wake()
        desk.mailbox.wake()
        assert seconds_of_wait(desk.mailbox, 8) < 1
        assert seconds_of_wait(desk.mailbox, 0.4) >= 0.3

    def test_s02_trouble_is_told_and_then_healed(self, desk: MailboxDesk) -> None:
        """S02: the failure is raised as MailboxUnavailable; when the trouble is over, the next call works by itself."""
        uid = put(desk, "before the trouble")
        desk.break_down()
        with pytest.raises(MailboxUnavailable) as told:
            desk.mailbox.list()
        assert told.value.retry
        assert "\n" not in str(told.value)
        desk.mend()
        assert uid in desk.mailbox.list().uids

    def test_s02_a_wait_in_trouble_is_an_error_or_ends_in_time(self, desk: MailboxDesk) -> None:
        """S02: trouble during a wait neither hangs nor makes a busy loop; afterwards all is well."""
        uid = put(desk, "before the wait")
        desk.break_down()
        begun = time.monotonic()
        try:
            desk.mailbox.wait(1)
        except MailboxUnavailable:
            desk.mend()
        else:
            assert time.monotonic() - begun >= 0.8
            desk.mend()
        assert time.monotonic() - begun < 4
        assert uid in desk.mailbox.list().uids


def letter(subject: str, size: int = 0) -> bytes:
    """A small mail, or one of about `size` bytes."""
    head = (
        f"From: lan@office.example\r\nTo: {HR}\r\nSubject: {subject}\r\n"
        f"Message-ID: <{subject.replace(' ', '-')}@office.example>\r\n\r\n"
    )
    return head.encode() + b"Kinh gui,\r\n" + (b"x" * 74 + b"\r\n") * (size // 76)


def put(desk: MailboxDesk, subject: str) -> int:
    """Delivers a mail and gives its UID."""
    return put_raw(desk, letter(subject))


def put_raw(desk: MailboxDesk, content: bytes) -> int:
    before = set(desk.mailbox.list().uids)
    desk.deliver(content)
    return next(iter(set(desk.mailbox.list().uids) - before))


def seconds_of_wait(mailbox: Mailbox, seconds: float) -> float:
    begun = time.monotonic()
    mailbox.wait(seconds)
    return time.monotonic() - begun
