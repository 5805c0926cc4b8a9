"""The mailbox against real servers: Dovecot as offices have it, without its extensions, and the demonstration's own."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest
from imapclient import IMAPClient

from service.flow.ports.failures import MailboxUnavailable
from service.flow.ports.world import Folder
from service.mail.connections.tls import Tls
from service.mail.imap.mailbox import ImapMailbox
from tests.support.harness.mailbox_contract import MailboxContract, put, seconds_of_wait
from tests.support.servers.dovecot import DOVECOT, MISSING, Dovecot, free_port
from tests.support.servers.mail_servers import (
    FULL,
    HR,
    KINDS,
    PASSWORD,
    CampaignContext,
    mailbox_at,
    open_office,
    plain_mail,
)
from tests.support.servers.tcp_proxy import TcpProxy


@dataclass(frozen=True, slots=True)
class Desk:
    """A server and the mailbox that looks at it."""

    harness: CampaignContext
    mailbox: ImapMailbox
    notice_seconds: float = 4

    def deliver(self, content: bytes) -> object:
        return self.harness.deliver(HR, content)

    def take_away(self, uid: int) -> None:
        with self._person() as person:
            person.select_folder("INBOX")
            person.delete_messages([uid])
            person.expunge()

    def contents(self, folder: Folder) -> list[bytes]:
        """Through a mailbox of its own: it knows the prefixes and separators of every server."""
        there = mailbox_at(self.harness.imap_port, folder=folder.value)
        found = [there.fetch(uid) for uid in there.list().uids]
        there.close()
        return [content for content in found if content is not None]

    def unread(self) -> int:
        with self._person() as person:
            person.select_folder("INBOX", readonly=True)
            return len(person.search("UNSEEN"))

    def break_down(self) -> object:
        return self.harness.cut_connections(HR)

    def mend(self) -> None:
        """A cut connection is only made anew."""

    @contextmanager
    def _person(self) -> Iterator[IMAPClient]:
        with IMAPClient("127.0.0.1", self.harness.imap_port, ssl=False) as person:
            person.login(HR, PASSWORD)
            yield person


@pytest.fixture(scope="module", params=KINDS)
def harness(request: pytest.FixtureRequest) -> Iterator[CampaignContext]:
    with open_office(str(request.param)) as server:
        yield server


@pytest.fixture
def desk(harness: CampaignContext) -> Iterator[Desk]:
    mailbox = mailbox_at(harness.imap_port)
    yield Desk(harness, mailbox)
    mailbox.close()


class TestEveryServer(MailboxContract):
    """The contract of all mailboxes, and what every IMAP server must do besides."""

    def test_new_mail_comes_last(self, desk: Desk) -> None:
        """The server's own order: mails are taken in as they came."""
        before = desk.mailbox.list().uids
        first, second = put(desk, "first"), put(desk, "second")
        assert desk.mailbox.list().uids == (*before, first, second)

    def test_the_lost_wake_up_does_not_happen(self, desk: Desk) -> None:
        """What arrives just before IDLE ends the wait at once, every time."""
        slept = []
        for number in range(6):
            desk.mailbox.list()
            desk.deliver(plain_mail(f"just before {number}"))
            slept.append(seconds_of_wait(desk.mailbox, 3))
        assert max(slept) < 2

    def test_a_connection_cut_during_wait_is_an_error_not_a_busy_loop(self, desk: Desk) -> None:
        """The end of the connection ends the wait with MailboxUnavailable, at once."""
        desk.mailbox.list()
        threading.Timer(0.3, desk.harness.cut_connections, (HR,)).start()
        begun = time.monotonic()
        with pytest.raises(MailboxUnavailable):
            desk.mailbox.wait(8)
        assert time.monotonic() - begun < 4

    def test_check_tells_what_was_found(self, desk: Desk) -> None:
        """`doctor` gets one line that names the account."""
        line = desk.mailbox.check()
        assert line.startswith(f"imap://{HR}@127.0.0.1/INBOX: signed in (none), ")
        assert "\n" not in line

    def test_a_wrong_password_is_named_with_its_remedy(self, harness: CampaignContext) -> None:
        """The administrator reads the account, the trouble and what to check."""
        mailbox = mailbox_at(harness.imap_port, password="wrong")
        with pytest.raises(MailboxUnavailable, match="check the user name and the password"):
            mailbox.check()
        mailbox.close()


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


@pytest.mark.skipif(DOVECOT is None, reason=MISSING)
def test_s01_a_half_open_connection_is_noticed_and_made_anew() -> None:
    """Nothing passes any more and nobody says so: the wait ends in trouble in time, the next look finds the mail."""
    with Dovecot({HR: PASSWORD}) as server, TcpProxy(server.imap_port) as network:
        mailbox = mailbox_at(network.port, timeout=1.0, renew=1.0)
        assert mailbox.list().uids == ()
        network.silence()
        server.deliver(HR, plain_mail("in the dark"))
        begun = time.monotonic()
        with pytest.raises(MailboxUnavailable):
            mailbox.wait(30)
            mailbox.list()
        assert time.monotonic() - begun < 10
        assert len(mailbox.list().uids) == 1
        mailbox.close()


@pytest.mark.skipif(DOVECOT is None, reason=MISSING)
def test_s01_a_connection_that_a_network_cuts_is_made_anew() -> None:
    """The proxy between us dies while we wait; the next look finds what came meanwhile."""
    with Dovecot({HR: PASSWORD}) as server, TcpProxy(server.imap_port) as network:
        mailbox = mailbox_at(network.port, timeout=2.0)
        assert mailbox.list().uids == ()
        threading.Timer(0.3, network.cut).start()
        begun = time.monotonic()
        with pytest.raises(MailboxUnavailable):
            mailbox.wait(30)
            mailbox.list()
        assert time.monotonic() - begun < 10
        server.deliver(HR, plain_mail("after the cut"))
        assert len(mailbox.list().uids) == 1
        mailbox.close()
