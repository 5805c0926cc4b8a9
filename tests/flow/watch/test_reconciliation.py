"""The mailbox against the ledger, over a real mailbox that people meddle with."""

from __future__ import annotations

import email.policy
import json
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest
from imapclient import IMAPClient

from service.core.events import EventKind
from service.core.records import MailState
from service.flow.ports.failures import MailboxUnavailable
from service.flow.ports.world import Folder, Listing
from service.flow.watch import reconciliation
from service.flow.watch.reconciliation import as_json
from tests.support.harness.whole_service import HR, PASSWORD, SERVICE, Company, company
from tests.support.servers.dovecot import DOVECOT, MISSING, Dovecot
from tests.support.servers.mail_servers import mailbox_at


@pytest.fixture
def harness(tmp_path: Path) -> Iterator[Company]:
    with company(tmp_path) as opened:
        yield opened


@contextmanager
def person(harness: Company) -> Iterator[IMAPClient]:
    """Somebody with the mailbox open in a mail program."""
    with IMAPClient("127.0.0.1", harness.post.server.imap_port, ssl=False) as program:
        program.login(SERVICE, PASSWORD)
        program.select_folder("INBOX")
        yield program


def delete_all(harness: Company) -> None:
    with person(harness) as program:
        program.delete_messages(program.search())
        program.expunge()


def reports(harness: Company) -> list[EmailMessage]:
    """Mails to HR about differences."""
    return [mail for mail in harness.post.mails(HR) if "Đối chiếu hộp thư" in str(mail["Subject"])]


def events(harness: Company, kind: EventKind) -> int:
    with harness.service.ledger.transaction() as transaction:
        return sum(event.kind is kind for event in transaction.events.latest(1000))


def next_day(harness: Company) -> None:
    harness.clock.pass_by(days=1)
    harness.work()


def test_mailbox_and_ledger_agree_when_all_is_well(harness: Company) -> None:
    """Answered, held and ignored mails are counted, each in one state, and nobody is told anything."""
    harness.post.write(harness.address_of("U01"), text="Cho hỏi hạn nộp là ngày nào ạ?")
    harness.post.write("stranger@elsewhere.example")
    harness.post.write(harness.address_of("U02"), headers={"Auto-Submitted": "auto-replied"})
    harness.work()
    found = harness.service.reconcile()
    assert found.agrees
    assert found.counts == {"processed": 1, "held": 1, "ignored": 1}
    assert found.lying == 0
    assert found.oldest_waiting_seconds is None
    next_day(harness)
    assert reports(harness) == []


def test_it_is_done_once_a_day_from_its_hour_on(harness: Company) -> None:
    """Not before seven; then once, however often the mailbox is looked at; a missed day is caught up once."""
    harness.clock.go_to("2021-04-23T06:59")
    harness.work()
    assert events(harness, EventKind.MAILBOX_RECONCILED) == 0
    harness.clock.go_to("2021-04-23T07:00")
    harness.work()
    harness.clock.go_to("2021-04-23T17:00")
    harness.work()
    assert events(harness, EventKind.MAILBOX_RECONCILED) == 1
    harness.clock.go_to("2021-04-27T11:00")
    harness.work()
    assert events(harness, EventKind.MAILBOX_RECONCILED) == 2


def test_s05_mails_that_people_read_and_flag_are_taken_in_all_the_same(harness: Company) -> None:
    """S05: `\\Seen`, `\\Answered` and `\\Flagged` mean nothing to us, and no difference arises from them."""
    harness.post.write(harness.address_of("U01"), text="Cho hỏi hạn nộp là ngày nào ạ?")
    with person(harness) as program:
        program.add_flags(program.search(), [b"\\Seen", b"\\Answered", b"\\Flagged"])
    harness.work()
    assert harness.post.last(harness.address_of("U01"))["In-Reply-To"] is not None
    assert harness.service.reconcile().agrees


def test_s06_a_mail_deleted_after_it_was_taken_in_is_processed_and_counted(harness: Company) -> None:
    """S06: what was stored is answered; the next reconciliation names it to HR, once."""
    harness.post.write(harness.address_of("U01"), subject="Hỏi về hạn nộp", text="Cho hỏi hạn nộp là ngày nào ạ?")
    harness.service.receive()
    delete_all(harness)
    harness.work()
    assert len(harness.post.mails(harness.address_of("U01"))) == 1
    found = harness.service.reconcile()
    assert [record.subject for record in found.vanished] == ["Hỏi về hạn nộp"]
    next_day(harness)
    (told,) = reports(harness)
    assert "Hỏi về hạn nộp" in text_of(told)
    next_day(harness)
    assert len(reports(harness)) == 1


def test_s06_a_mail_deleted_while_it_waits_is_a_difference_at_once(harness: Company) -> None:
    """S06: in the ledger, not yet decided, and no longer in the folder."""
    harness.post.write(harness.address_of("U01"), text="Cho hỏi hạn nộp là ngày nào ạ?")
    harness.service.receive()
    assert harness.service.reconcile().agrees
    delete_all(harness)
    found = harness.service.reconcile()
    assert not found.agrees
    assert [record.state for record in found.vanished] == [MailState.RECEIVED]


def test_s06_a_mail_that_vanishes_before_it_is_fetched_is_counted(harness: Company) -> None:
    """S06: nothing of it is kept, and HR learns that there was one."""
    for _ in range(3):  # a server may go on listing it for a while
        reconciliation.note_vanished(harness.service.services, harness.service.mailbox.name, 4711)
    assert events(harness, EventKind.MAIL_VANISHED) == 1
    harness.work()
    (told,) = reports(harness)
    assert "1 thư biến mất" in text_of(told)
    assert harness.service.reconcile().vanished_unread == 0


def test_a_mail_that_was_never_taken_in_is_named(harness: Company) -> None:
    """What the ledger does not know is told with sender and subject, and looking takes nothing in."""
    harness.post.write("an@elsewhere.example", subject="Chưa ai đọc")
    found = harness.service.reconcile()
    assert [(stray.sender, stray.subject) for stray in found.not_taken_in] == [("an@elsewhere.example", "Chưa ai đọc")]
    assert found.received == 0
    harness.work()
    assert harness.service.reconcile().agrees


def test_mail_that_comes_during_the_daily_look_is_no_difference(harness: Company) -> None:
    """The comparison is with what lay there before taking in: a mail that comes a moment later waits its turn."""
    harness.clock.pass_by(days=1)
    before = harness.service.mailbox.list()
    harness.post.write(harness.address_of("U01"))
    assert reconciliation.reconcile(harness.service.services, harness.service.mailbox, before).agrees


def test_a_filed_mail_that_lies_there_again_is_named(harness: Company) -> None:
    """A server that brings back what was moved is found out."""
    harness.post.write(harness.address_of("U01"), text="Cho hỏi hạn nộp là ngày nào ạ?")
    lying = harness.service.mailbox.list()
    harness.work()
    found = reconciliation.reconcile(harness.service.services, harness.service.mailbox, lying)
    assert found.came_back == lying.uids
    assert not found.agrees


def test_the_oldest_unprocessed_mail_is_a_figure(harness: Company) -> None:
    """A mail that waits longer than an hour is a difference; before that only a number."""
    harness.post.write(harness.address_of("U01"))
    harness.service.receive()
    harness.clock.pass_by(minutes=59)
    found = harness.service.reconcile()
    assert found.agrees
    assert found.oldest_waiting_seconds == timedelta(minutes=59).total_seconds()
    harness.clock.pass_by(minutes=1)
    assert harness.service.reconcile().waiting_too_long is not None


def test_s09_mails_that_cannot_be_moved_are_told(harness: Company) -> None:
    """S09: the answer went out once all the same, and HR hears that the mailbox refuses."""
    harness.post.write(harness.address_of("U01"), text="Cho hỏi hạn nộp là ngày nào ạ?")
    harness.service.receive()
    harness.service.process()
    assert harness.service.reconcile().agrees
    harness.clock.pass_by(hours=2)
    found = harness.service.reconcile()
    assert len(found.not_moved) == 1
    reconciliation.report(harness.service.services, found)
    harness.service.deliver()
    (told,) = reports(harness)
    assert "1 thư đã xử lý nhưng máy chủ không cho chuyển" in text_of(told)


def test_s03_after_a_renumbering_old_places_are_no_differences(harness: Company) -> None:
    """S03: with a new UIDVALIDITY the folder is swept anew; what was known under old numbers is not missed."""
    harness.post.write(harness.address_of("U01"))
    harness.service.receive()
    now = harness.service.mailbox.list()
    renumbered = Listing(uidvalidity=now.uidvalidity + 1, uids=())
    found = reconciliation.reconcile(harness.service.services, harness.service.mailbox, renumbered)
    assert found.agrees


def test_s03_a_renumbered_mailbox_is_swept_anew_and_nothing_is_answered_twice(harness: Company) -> None:
    """S03: Dovecot gives the folder a new UIDVALIDITY while a mail lies there; one answer, and no difference."""
    if DOVECOT is None:
        pytest.skip(MISSING)
    writer = harness.address_of("U01")
    with Dovecot({SERVICE: PASSWORD}) as dovecot:
        mailbox = mailbox_at(dovecot.imap_port, user=SERVICE, password=PASSWORD)
        service = replace(harness.service, mailbox=mailbox)
        dovecot.deliver(SERVICE, question(writer, "renumbered"))
        service.receive()
        service.process()
        dovecot.renumber(SERVICE)
        dovecot.deliver(SERVICE, question(writer, "new"))
        with suppress(MailboxUnavailable):  # a server may end the session that knew the old numbers
            service.receive()
        service.once()
        assert service.reconcile().agrees
        mailbox.close()
    assert len(harness.post.mails(writer)) == 2
    with harness.service.ledger.transaction() as transaction:
        assert transaction.mails.count_by_state() == {"processed": 2}, (
            "known by what it holds: no new mail of an old one"
        )


def question(sender: str, name: str) -> bytes:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, SERVICE, "Hỏi"
    mail["Message-ID"] = f"<{name}@test.example>"
    mail.set_content("Cho hỏi hạn nộp là ngày nào ạ?")
    return mail.as_bytes(policy=email.policy.SMTP)


def test_read_only_moves_nothing(harness: Company) -> None:
    """Everything is answered, nothing is filed, and people may clear the folder themselves."""
    settings = harness.service.settings
    box = settings.service.mailbox.model_copy(update={"read_only": True})
    service = settings.service.model_copy(update={"mailbox": box})
    reader = replace(harness.service, settings=replace(settings, service=service))
    harness.post.write(harness.address_of("U01"), text="Cho hỏi hạn nộp là ngày nào ạ?")
    reader.once()
    assert len(harness.post.mails(harness.address_of("U01"))) == 1
    assert len(harness.post.mails(SERVICE)) == 1
    assert harness.post.mails(SERVICE, Folder.PROCESSED) == []
    assert reader.reconcile().agrees
    delete_all(harness)
    assert reader.reconcile().agrees


def test_programs_read_the_same_as_json(harness: Company) -> None:
    """`dondoc doctor --reconcile --json`: fixed names, plain values."""
    harness.post.write("an@elsewhere.example", subject="Chưa ai đọc")
    document = json.loads(json.dumps(as_json(harness.service.reconcile()), default=str))
    assert document["agrees"] is False
    assert document["counts"] == dict.fromkeys(("received", "processed", "held", "ignored", "failed"), 0)
    assert document["not_taken_in"][0]["sender"] == "an@elsewhere.example"
    assert document["oldest_unprocessed_seconds"] is None


def text_of(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert body is not None
    return str(body.get_content())
