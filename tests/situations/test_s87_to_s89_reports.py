"""S87 to S89: what a report or a refusal says of the address, and what of the mail."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from service.core.events import AddressReached, EventKind, ForeignReport
from service.core.hr_decisions import SendAgain
from service.core.records import Fate, OutgoingRecord, OutgoingState
from service.core.tasks import ClaimedUnreachable, Task, Unreachable
from service.flow.hr.stuck_mails import StuckKind, stuck_mails
from tests.support.harness.delivery_harness import LONG, MAI, DeliveryHarness, delivery_harness
from tests.support.harness.whole_service import CAMPAIGN, HR, SERVICE, Company, company
from tests.support.servers.smtp_server import Fault, Stage

UNIT = "U01"
FIELDS = """Return-Path: <>
From: Mail Delivery System <MAILER-DAEMON@mx.example>
To: {own}
Subject: Undelivered Mail Returned to Sender
Content-Type: multipart/report; report-type=delivery-status; boundary=B

--B
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; {about}
Action: {action}
Status: {status}
Diagnostic-Code: smtp; {said}
{more}
--B
Content-Type: text/rfc822-headers

{returned}
--B--
"""


@pytest.fixture
def harness(tmp_path: Path) -> Iterator[Company]:
    with company(tmp_path / "state", units=(UNIT, "U02")) as running:
        running.launch()
        yield running


def report(
    harness: Company,
    status: str,
    said: str,
    *,
    about: str = "",
    returned: str = "",
    action: str = "failed",
    more: str = "",
) -> None:
    """A report on the last mail to the unit's contact, or on whatever `returned` says."""
    contact = harness.address_of(UNIT)
    ours = f"Message-ID: {harness.post.last(contact)['Message-ID']}"
    words = {"own": SERVICE, "about": about or contact, "action": action, "status": status, "said": said, "more": more}
    raw = FIELDS.format(**words, returned=returned or ours)
    harness.post.server.deliver(SERVICE, raw.replace("\n", "\r\n").encode())
    harness.work()


def bounced(harness: Company) -> tuple[str, ...]:
    with harness.service.ledger.transaction() as transaction:
        return transaction.decisions.notes(CAMPAIGN, UNIT).bounced


def tasks(harness: Company) -> list[Task]:
    with harness.service.ledger.transaction() as transaction:
        return list(transaction.tasks.waiting(CAMPAIGN))


def sent_to_contact(harness: Company) -> OutgoingRecord:
    """The mail that was reported on."""
    with harness.service.ledger.transaction() as transaction:
        found = transaction.outbox.by_message_id(str(harness.post.last(harness.address_of(UNIT))["Message-ID"]))
    assert found is not None
    return found


def copies(harness: Company) -> int:
    """How often the contact got the mail that was reported on."""
    contact = harness.address_of(UNIT)
    wanted = sent_to_contact(harness).message_id
    return sum(mail["Message-ID"] == wanted for mail in harness.post.mails(contact))


def stuck(harness: Company) -> list[StuckKind]:
    with harness.service.ledger.transaction() as transaction:
        return [case.kind for case in stuck_mails(harness.service.services, transaction)]


@pytest.mark.parametrize("returned", ["Subject: x", "Message-ID: <somebody@else.example>"])
def test_s87_a_report_without_a_mail_of_ours_marks_nobody(harness: Company, returned: str) -> None:
    """S87: a task for HR, once however often it comes; mail goes there as before; it closes when she writes."""
    contact = harness.address_of(UNIT)
    for _ in range(2):
        report(harness, "5.1.1", "550 no such user", returned=returned)
    assert bounced(harness) == ()
    assert [task.subject for task in tasks(harness)] == [ClaimedUnreachable(address=contact)]
    assert harness.post.mails(HR) == []
    with harness.service.ledger.transaction() as transaction:
        facts = [event.fact for event in transaction.events.latest(200)]
    assert sum(isinstance(fact, ForeignReport) for fact in facts) == 2
    harness.post.write(contact, text="Xin hỏi: hạn nộp là ngày nào?")
    harness.work()
    assert not any(isinstance(task.subject, ClaimedUnreachable) for task in tasks(harness)), "she is there"


def test_s87_a_report_about_a_stranger_is_nobodys_task(harness: Company) -> None:
    """S87: neither is one that only says that a contact's mailbox is full."""
    report(harness, "5.1.1", "550 no such user", about="x@nowhere.example", returned="Subject: x")
    report(harness, "5.2.2", "552 mailbox full", returned="Subject: x")
    assert tasks(harness) == []


def test_s87_one_that_gives_our_mail_back_marks_the_contact(harness: Company) -> None:
    """S87: HR is told once, and the mark goes when the contact writes."""
    contact = harness.address_of(UNIT)
    report(harness, "5.1.1", "550 no such user")
    assert bounced(harness) == (contact,)
    assert Unreachable(address=contact) in [task.subject for task in tasks(harness)]
    assert len(harness.post.mails(HR)) == 1
    harness.post.write(contact, text="Xin hỏi: hạn nộp là ngày nào?")
    harness.work()
    assert bounced(harness) == ()
    assert Unreachable(address=contact) not in [task.subject for task in tasks(harness)]
    assert contacts_reached(harness) == ["wrote"]


def contacts_reached(harness: Company) -> list[str]:
    with harness.service.ledger.transaction() as transaction:
        facts = [event.fact for event in transaction.events.latest(200)]
    return [fact.because for fact in facts if isinstance(fact, AddressReached)]


@pytest.mark.parametrize("reported", [True, False])
def test_s87_the_mark_goes_when_a_later_mail_arrives(harness: Company, reported: bool) -> None:
    """S87: at once when a report says that it was delivered; else when a day has brought no report."""
    report(harness, "5.1.1", "550 no such user")
    harness.clock.pass_by(hours=1)
    harness.service.decide(SendAgain(outgoing=sent_to_contact(harness).id), by=HR)
    harness.tick()
    assert bounced(harness) != ()
    if reported:
        report(harness, "2.0.0", "250 taken", action="delivered")
    else:
        harness.clock.pass_by(days=1)
        harness.tick()
    assert bounced(harness) == ()
    assert contacts_reached(harness) == ["delivered" if reported else "no report"]


@pytest.mark.parametrize("whose", [HR, SERVICE])
def test_s87_hrs_address_and_ours_are_nobodys_mark(harness: Company, whose: str) -> None:
    """S87: even where a unit has it among its addresses."""
    with harness.service.ledger.transaction() as transaction:
        transaction.decisions.admit(CAMPAIGN, UNIT, whose)
    report(harness, "5.1.1", "550 no such user", about=whose, returned="Subject: x")
    record = sent_to_contact(harness)
    with harness.service.ledger.transaction() as transaction:
        transaction.outbox.note_fate(record.id, whose, Fate.ACCEPTED, "250")
    report(harness, "5.1.1", "550 no such user", about=whose)
    assert bounced(harness) == ()
    assert not [task for task in tasks(harness) if isinstance(task.subject, ClaimedUnreachable | Unreachable)]
    assert stuck(harness) == [StuckKind.RETURNED], "but it is listed"


FULL = [("4.4.7", "451 retry time exceeded"), ("4.2.2", "452 mailbox full"), ("5.2.2", "552 over quota")]


@pytest.mark.parametrize(("status", "said"), FULL)
def test_s88_a_lost_mail_to_a_good_address_goes_once_more(harness: Company, status: str, said: str) -> None:
    """S88: the same mail some hours later, nobody is told; a report that comes twice changes nothing."""
    for _ in range(2):
        report(harness, status, said)
    assert (bounced(harness), tasks(harness), copies(harness)) == ((), [], 1)
    harness.clock.pass_by(hours=4)
    harness.work()
    assert (copies(harness), sent_to_contact(harness).state) == (2, OutgoingState.SENT)
    assert harness.post.mails(HR) == []


def test_s88_if_it_is_lost_again_hr_is_told(harness: Company) -> None:
    """S88: with what the server said; the address stays good, and HR may try once more."""
    report(harness, "4.2.2", "452 mailbox full")
    harness.clock.pass_by(hours=4)
    harness.work()
    report(harness, "4.2.2", "452 still full")
    told = harness.post.mails(HR)
    assert len(told) == 1 and "Thư không gửi được" in told[0]["Subject"]
    body = told[0].get_body(("plain",))
    assert body is not None and "452 still full" in body.get_content() and "gửi lại một lần" in body.get_content()
    assert (bounced(harness), stuck(harness)) == ((), [StuckKind.RETURNED])
    harness.clock.pass_by(days=1)
    harness.work()
    assert copies(harness) == 2
    harness.service.decide(SendAgain(outgoing=sent_to_contact(harness).id), by=HR)
    harness.work()
    assert (copies(harness), stuck(harness)) == (3, [])


def test_s88_two_people_in_one_report(harness: Company) -> None:
    """S88: one is gone, the other's mailbox is full: the one is marked, the other gets the mail again."""
    contact, head, record = harness.address_of(UNIT), "truong.phong@vnpt-it.example", sent_to_contact(harness)
    with harness.service.ledger.transaction() as transaction:
        transaction.outbox.note_fate(record.id, head, Fate.ACCEPTED, "250")
    more = f"\nFinal-Recipient: rfc822; {head}\nAction: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550 unknown\n"
    report(harness, "5.2.2", "552 mailbox full", more=more)
    assert bounced(harness) == (head,), "the head's mail was the unit's"
    waiting = sent_to_contact(harness)
    assert (waiting.state, waiting.recipients) == (OutgoingState.QUEUED, (contact,))
    assert waiting.outcomes[head][0] is Fate.BOUNCED


def test_s89_content_that_is_refused_is_told_as_this_mail(harness: Company) -> None:
    """S89: by a report: HR hears which mail, the contact stays, nothing is sent again by itself."""
    report(harness, "5.7.1", "550 message refused as spam")
    assert bounced(harness) == ()
    assert len(harness.post.mails(HR)) == 1
    assert "Thư không gửi được" in harness.post.last(HR)["Subject"]
    harness.clock.pass_by(days=1)
    harness.work()
    assert (copies(harness), stuck(harness)) == (1, [StuckKind.RETURNED])


@pytest.mark.parametrize("said", ["550 content rejected", "500", "554 5.7.1 policy", "550 rejected"])
def test_s89_a_refusal_at_data_blames_the_mail(tmp_path: Path, said: str) -> None:
    """S89: the server had taken the address before."""
    with delivery_harness(tmp_path) as harness:
        harness.smtp.plan(Fault(Stage.DATA, said))
        harness.write()
        harness.work()
        assert harness.state() is OutgoingState.FAILED
        assert marked(harness) == ()
        assert ["Thư không gửi được" in mail["Subject"] for mail in harness.inbox(HR)] == [True]


def test_s89_an_answer_for_all_readers_marks_none_of_them(tmp_path: Path) -> None:
    """S89: after DATA a server answers once: which of two addresses it does not know cannot be told."""
    with delivery_harness(tmp_path) as harness:
        harness.smtp.plan(Fault(Stage.DATA, "550 5.1.1 user unknown"))
        harness.write(cc=(LONG,))
        harness.work()
        assert {fate for fate, _ in harness.mail().outcomes.values()} == {Fate.MAIL_REFUSED}
        assert (marked(harness), len(harness.inbox(HR))) == ((), 1)


def test_s89_one_reader_whose_server_refuses_the_content(tmp_path: Path) -> None:
    """S89: the others have theirs, the address stays good, HR hears of the mail."""
    with delivery_harness(tmp_path) as harness:
        harness.smtp.plan(Fault(Stage.RECIPIENT, "550 5.7.1 blocked by policy", address=LONG))
        harness.write(cc=(LONG,))
        harness.work()
        fates = {who: fate for who, (fate, _) in harness.mail().outcomes.items()}
        assert fates == {MAI: Fate.ACCEPTED, LONG: Fate.MAIL_REFUSED}
        assert (marked(harness), len(harness.inbox(HR))) == ((), 1)


def test_s88_a_mailbox_that_is_full_for_good_is_tried_again(tmp_path: Path) -> None:
    """S88: 552 at the address is a matter of time, as 452 is; then the mail arrives once."""
    with delivery_harness(tmp_path) as harness:
        harness.smtp.plan(Fault(Stage.RECIPIENT, "552 5.2.2 mailbox full", address=MAI))
        harness.write()
        harness.work()
        assert (harness.state(), marked(harness)) == (OutgoingState.QUEUED, ())
        harness.pass_by(minutes=1)
        assert (harness.copies_in(MAI), harness.inbox(HR)) == (1, [])
        assert harness.events(EventKind.OUTGOING_FAILED) == []


def marked(harness: DeliveryHarness) -> tuple[str, ...]:
    with harness.harness() as at:
        return at.notes(at.open_campaign.units[0]).bounced
