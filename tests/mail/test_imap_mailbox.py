"""The mailbox against real servers: Dovecot as offices have it, without its extensions, and the demonstration's own."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from service.flow.ports import Folder, MailboxUnavailable
from service.mail.imap import PIECE, ImapMailbox
from service.mail.tls import Tls
from tests.support.dovecot import DOVECOT, MISSING, Dovecot, free_port
from tests.support.offices import FULL, HR, KINDS, PASSWORD, Office, mailbox_at, open_office, plain_mail


@dataclass(frozen=True, slots=True)
class Desk:
    """A server and the mailbox that looks at it."""

    office: Office
    mailbox: ImapMailbox

    def put(self, subject: str, size: int = 0) -> int:
        """Delivers a mail and gives its UID."""
        before = set(self.mailbox.list().uids)
        self.office.deliver(HR, plain_mail(subject, size))
        return next(iter(set(self.mailbox.list().uids) - before))


@pytest.fixture(scope="module", params=KINDS)
def office(request: pytest.FixtureRequest) -> Iterator[Office]:
    with open_office(str(request.param)) as server:
        yield server


@pytest.fixture
def desk(office: Office) -> Iterator[Desk]:
    mailbox = mailbox_at(office.imap_port)
    yield Desk(office, mailbox)
    mailbox.close()


class TestEveryServer:
    """What the flow may rely on, whichever server the office has."""

    def test_uids_are_listed_in_ascending_order(self, desk: Desk) -> None:
        """New mail appears at the end of the list, under the same UIDVALIDITY."""
        before = desk.mailbox.list()
        first, second = desk.put("first"), desk.put("second")
        after = desk.mailbox.list()
        assert after.uids == (*before.uids, first, second)
        assert list(after.uids) == sorted(after.uids)
        assert after.uidvalidity == before.uidvalidity > 0

    def test_bytes_come_as_they_were_delivered(self, desk: Desk) -> None:
        """The content is untouched, from the first header field that the sender wrote."""
        raw = plain_mail("untouched")
        fetched = desk.mailbox.fetch(desk.put("untouched"))
        assert fetched is not None
        assert fetched.endswith(raw)

    def test_a_mail_above_one_megabyte_comes_in_pieces_and_whole(self, desk: Desk) -> None:
        """Several partial fetches give the same bytes as one."""
        raw = plain_mail("big", size=int(2.4 * PIECE))
        fetched = desk.mailbox.fetch(desk.put("big", size=int(2.4 * PIECE)))
        assert fetched is not None
        assert fetched.endswith(raw)

    def test_s06_a_vanished_mail_is_neither_fetched_nor_filed(self, desk: Desk) -> None:
        """S06: a UID that is gone gives None and False, no error."""
        assert desk.mailbox.fetch(999_999) is None
        assert desk.mailbox.file(999_999, Folder.PROCESSED) is False

    def test_s10_a_filed_mail_is_in_its_folder_and_no_longer_listed(self, desk: Desk) -> None:
        """S10: with MOVE, with COPY and UID EXPUNGE, and without both."""
        uid = desk.put("to be filed")
        stays = desk.put("stays")
        assert desk.mailbox.file(uid, Folder.REVIEW) is True
        listed = desk.mailbox.list().uids
        assert uid not in listed
        assert stays in listed

    def test_s09_filing_twice_says_that_the_mail_is_gone(self, desk: Desk) -> None:
        """S09: a repeated move makes no second copy, not even where the mail only carries a mark."""
        uid = desk.put("filed twice")
        assert desk.mailbox.file(uid, Folder.IGNORED) is True
        assert desk.mailbox.file(uid, Folder.IGNORED) is False

    def test_s01_wait_ends_when_mail_comes(self, desk: Desk) -> None:
        """S01: a mail that arrives while we wait ends the wait long before its time."""
        desk.mailbox.list()
        threading.Timer(0.2, desk.office.deliver, (HR, plain_mail("news"))).start()
        assert seconds_of_wait(desk.mailbox, 8) < 4

    def test_mail_between_listing_and_waiting_is_not_slept_over(self, desk: Desk) -> None:
        """The lost wake-up: what arrives just before IDLE ends the wait at once, every time."""
        slept = []
        for number in range(6):
            desk.mailbox.list()
            desk.office.deliver(HR, plain_mail(f"just before {number}"))
            slept.append(seconds_of_wait(desk.mailbox, 3))
        assert max(slept) < 2

    def test_wait_ends_after_its_time(self, desk: Desk) -> None:
        """Without news the wait lasts as long as it was told to, and not longer."""
        desk.mailbox.list()
        assert 0.3 <= seconds_of_wait(desk.mailbox, 0.4) < 1.5

    def test_wake_ends_a_wait_from_another_thread(self, desk: Desk) -> None:
        """The engine stops or sends at once, although the mailbox sleeps."""
        desk.mailbox.list()
        threading.Timer(0.2, desk.mailbox.wake).start()
        assert seconds_of_wait(desk.mailbox, 8) < 2

    def test_wake_before_wait_is_not_lost(self, desk: Desk) -> None:
        """A wake-up that comes too early ends the next wait, once."""
        desk.mailbox.list()
        desk.mailbox.wake()
        desk.mailbox.wake()
        assert seconds_of_wait(desk.mailbox, 8) < 1
        assert seconds_of_wait(desk.mailbox, 0.4) >= 0.3

    def test_s02_a_cut_connection_is_told_once_and_then_renewed(self, desk: Desk) -> None:
        """S02: the failure is raised, the next call connects anew."""
        desk.mailbox.list()
        desk.office.cut_connections(HR)
        with pytest.raises(MailboxUnavailable):
            desk.mailbox.list()
        assert desk.mailbox.list().uidvalidity > 0

    def test_a_connection_cut_during_wait_is_an_error_not_a_busy_loop(self, desk: Desk) -> None:
        """The end of the connection ends the wait with MailboxUnavailable, at once."""
        desk.mailbox.list()
        threading.Timer(0.3, desk.office.cut_connections, (HR,)).start()
        begun = time.monotonic()
        with pytest.raises(MailboxUnavailable):
            desk.mailbox.wait(8)
        assert time.monotonic() - begun < 4

    def test_check_tells_what_was_found(self, desk: Desk) -> None:
        """`doctor` gets one line that names the account."""
        line = desk.mailbox.check()
        assert line.startswith(f"imap://{HR}@127.0.0.1/INBOX: signed in (none), ")
        assert "\n" not in line

    def test_a_wrong_password_is_named_with_its_remedy(self, office: Office) -> None:
        """The administrator reads the account, the trouble and what to check."""
        mailbox = mailbox_at(office.imap_port, password="wrong")
        with pytest.raises(MailboxUnavailable, match="check the user name and the password"):
            mailbox.check()
        mailbox.close()


def seconds_of_wait(mailbox: ImapMailbox, seconds: float) -> float:
    begun = time.monotonic()
    mailbox.wait(seconds)
    return time.monotonic() - begun


@pytest.fixture(scope="module")
def dovecot() -> Iterator[Dovecot]:
    if DOVECOT is None:
        pytest.skip(MISSING)
    with Dovecot({HR: PASSWORD, FULL: PASSWORD, "an@office.example": "mật khẩu"}, quota={FULL: "30K"}) as server:
        yield server


class TestDovecotOnly:
    """What only a full server can show."""

    def test_s05_reading_sets_no_flag(self, dovecot: Dovecot) -> None:
        """S05: people see their mail as unread, whatever we did with it."""
        mailbox = mailbox_at(dovecot.imap_port)
        dovecot.deliver(HR, plain_mail("unread"))
        mailbox.fetch(mailbox.list().uids[-1])
        assert all("Seen" not in flags for flags in dovecot.flags(HR))
        mailbox.close()

    def test_s03_a_new_uidvalidity_is_reported(self, dovecot: Dovecot) -> None:
        """S03: after a renumbering the listing says so; the broken session is raised once."""
        mailbox = mailbox_at(dovecot.imap_port)
        before = mailbox.list().uidvalidity
        dovecot.renumber(HR)
        try:
            after = mailbox.list().uidvalidity
        except MailboxUnavailable:
            after = mailbox.list().uidvalidity
        assert after != before
        mailbox.close()

    def test_s09_a_full_quota_is_an_error_that_loses_nothing(self) -> None:
        """S09: when the folder for people cannot take the mail, it stays where it is."""
        if DOVECOT is None:
            pytest.skip(MISSING)
        copying = {"capability": "IMAP4rev1 NAMESPACE IDLE UIDPLUS"}
        with Dovecot({FULL: PASSWORD}, quota={FULL: "30K"}, **copying) as server:
            server.deliver(FULL, plain_mail("fills the account", size=22_000))
            mailbox = mailbox_at(server.imap_port, user=FULL)
            uid = mailbox.list().uids[-1]
            with pytest.raises(MailboxUnavailable, match="Quota exceeded"):
                mailbox.file(uid, Folder.PROCESSED)
            assert uid in mailbox.list().uids
            mailbox.close()

    @pytest.mark.parametrize("tls", [Tls.TLS, Tls.STARTTLS])
    def test_encrypted_connections_are_checked_against_the_authority(self, dovecot: Dovecot, tls: Tls) -> None:
        """With the authority's file it works; without, the line names the remedy."""
        port = dovecot.imaps_port if tls is Tls.TLS else dovecot.imap_port
        trusted = mailbox_at(port, tls=tls, ca_file=dovecot.folder / "cert.pem")
        assert f"({tls})" in trusted.check()
        dovecot.deliver(HR, plain_mail("over TLS"))
        trusted.list()
        dovecot.deliver(HR, plain_mail("over TLS, just before IDLE"))
        assert seconds_of_wait(trusted, 4) < 2
        trusted.close()
        strange = mailbox_at(port, tls=tls)
        with pytest.raises(MailboxUnavailable, match="`ca_file`"):
            strange.check()
        strange.close()

    def test_s01_idle_is_renewed(self, dovecot: Dovecot) -> None:
        """S01: a wait longer than the renewal goes through several IDLE commands and still hears the news."""
        mailbox = mailbox_at(dovecot.imap_port, renew=0.3)
        mailbox.list()
        threading.Timer(1.0, dovecot.deliver, (HR, plain_mail("after two renewals"))).start()
        assert 0.9 <= seconds_of_wait(mailbox, 8) < 4
        mailbox.close()

    def test_passwords_with_vietnamese_letters_sign_in(self, dovecot: Dovecot) -> None:
        """SASL PLAIN carries UTF-8 where LOGIN cannot."""
        mailbox = mailbox_at(dovecot.imap_port, user="an@office.example", password="mật khẩu")
        assert mailbox.list().uids == ()
        mailbox.close()


def test_no_server_at_all_is_named_with_its_remedy() -> None:
    """A refused connection says host, port and what to check."""
    mailbox = mailbox_at(free_port())
    with pytest.raises(MailboxUnavailable, match="check host and port, and that the server runs"):
        mailbox.list()
    mailbox.close()


def test_a_server_that_says_nothing_ends_in_a_timeout() -> None:
    """A silent peer cannot hold the service for ever."""
    import socket

    with socket.create_server(("127.0.0.1", 0)) as silent:
        mailbox = mailbox_at(int(silent.getsockname()[1]), timeout=0.5)
        with pytest.raises(MailboxUnavailable):
            mailbox.list()
        mailbox.close()
