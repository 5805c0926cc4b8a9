"""Two machines facing each other, and reports on our own mails (S32, S34, S36)."""

from __future__ import annotations

import email
import email.policy
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from service.core.events import EventKind
from service.core.records import Fate
from service.flow.hr.stuck_mails import StuckKind, stuck_mails
from service.flow.outbox.caps import CAPS
from tests.support.harness.whole_service import HR, SERVICE, Company, company

UNIT = "U01"
IN_TEN_MINUTES = CAPS[0][1]
STRIPPED = ("auto-submitted", "x-auto-response-suppress", "x-dondoc", "message-id", "in-reply-to", "references")


@pytest.fixture(scope="module")
def companies(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Company, Company]]:
    """Two services, each of which takes the other for the contact of its unit."""
    states = tmp_path_factory.mktemp("one"), tmp_path_factory.mktemp("two")
    with company(states[0], units=(UNIT,)) as one, company(states[1], units=(UNIT,)) as other:
        yield one, other


def carry(giver: Company, taker: Company, already: int, *, stripped: bool) -> int:
    """Brings what one service wrote to its contact into the other's mailbox, as from that contact; gives how many."""
    contact = giver.address_of(UNIT)
    mails = giver.post.server.messages(contact)[already:]
    for raw in mails:
        mail = email.message_from_bytes(raw, policy=email.policy.default)
        for name in STRIPPED if stripped else ():
            del mail[name]
        del mail["From"]
        mail["From"] = contact
        taker.post.server.deliver(SERVICE, mail.as_bytes())
    return len(mails)


def exchange(one: Company, other: Company, *, stripped: bool, rounds: int = 60) -> int:
    """Lets the two answer each other until nothing moves any more; gives how many mails went between them."""
    pairs = ((one, other), (other, one))
    moved = {id(giver): len(giver.post.server.messages(giver.address_of(UNIT))) for giver in (one, other)}
    one.post.write(one.address_of(UNIT), text="Xin hỏi: hạn nộp là ngày nào?")
    one.work()
    total = 0
    for _ in range(rounds):
        now = 0
        for giver, taker in pairs:
            carried = carry(giver, taker, moved[id(giver)], stripped=stripped)
            moved[id(giver)] += carried
            now += carried
            taker.work()
        total += now
        if not now:
            return total
    return total


def test_s32_two_services_stop_at_the_first_header(companies: tuple[Company, Company]) -> None:
    """S32: ours say that they are automatic, and ours believe it: one mail, no answer."""
    assert exchange(*companies, stripped=False) == 1


def test_s32_two_services_without_any_header_stop_at_the_caps(companies: tuple[Company, Company]) -> None:
    """S32: even where everything that marks them is lost on the way, no more than the caps are exchanged."""
    for each in companies:
        each.clock.pass_by(days=2)
    total = exchange(*companies, stripped=True)
    assert 0 < total <= 2 * IN_TEN_MINUTES
    written = [len(each.post.mails(each.address_of(UNIT))) for each in companies]
    for each in companies:
        each.clock.pass_by(days=2)
        each.work()
    assert [len(each.post.mails(each.address_of(UNIT))) for each in companies] == written, "it does not begin again"


def test_s32_a_machine_that_always_says_something_new_is_answered_to_the_caps(
    companies: tuple[Company, Company],
) -> None:
    """S32: questions, empty mails and commands in turn: the caps count all answers, not each kind for itself."""
    harness = companies[0]
    harness.clock.pass_by(days=2)
    contact, before = harness.address_of(UNIT), len(harness.post.mails(harness.address_of(UNIT)))
    for number in range(3 * IN_TEN_MINUTES):
        harness.post.write(contact, text=("", "Xin hỏi?", "TÌNH TRẠNG")[number % 3], subject=f"Phiếu {number}")
    harness.work()
    assert len(harness.post.mails(contact)) - before == IN_TEN_MINUTES
    with harness.service.ledger.transaction() as transaction:
        assert any(event.kind is EventKind.ANSWER_WITHHELD for event in transaction.events.latest(100))


def test_s32_papers_that_the_caps_left_unanswered_are_answered_once_when_all_is_quiet(
    companies: tuple[Company, Company],
) -> None:
    """S32: a person who sends a paper a mail is told where she stands, half an hour after the flood, once that day."""
    harness = companies[1]
    harness.clock.go_to("2021-05-05T09:00")
    contact, before = harness.address_of(UNIT), len(harness.post.mails(harness.address_of(UNIT)))
    for number in range(IN_TEN_MINUTES + 3):
        harness.post.write(contact, files={f"{number}.txt": b"x%d" % number})
    harness.work()
    harness.tick()
    assert len(harness.post.mails(contact)) - before == IN_TEN_MINUTES
    for _ in range(2):
        harness.clock.pass_by(minutes=31)
        harness.tick()
    assert len(harness.post.mails(contact)) - before == IN_TEN_MINUTES + 1


REPORT = """Return-Path: <>
From: Mail Delivery System <MAILER-DAEMON@vnpt-it.example>
To: {own}
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
Content-Type: multipart/report; report-type=delivery-status; boundary=B

--B
Content-Type: text/plain

I could not deliver your message.
--B
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.vnpt-it.example

Final-Recipient: rfc822; {about}
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 user unknown

--B
Content-Type: text/rfc822-headers

Message-ID: {returned}

--B--
"""


def report(harness: Company, about: str, returned: str, action: str = "failed", status: str = "5.1.1") -> None:
    """A mail server's report on a mail of ours."""
    words = {"own": SERVICE, "about": about, "returned": returned, "action": action, "status": status}
    harness.post.server.deliver(SERVICE, REPORT.format(**words).replace("\n", "\r\n").encode())
    harness.work()


def bounced(harness: Company) -> tuple[str, ...]:
    with harness.service.ledger.transaction() as transaction:
        return transaction.decisions.notes(harness.folder.campaign.id, UNIT).bounced


def test_s34_a_report_is_tied_to_the_mail_it_gives_back(tmp_path: Path) -> None:
    """S34: delayed, then failed for good: noted on that mail; the contact is marked and HR told once, nobody answered.

    A report on somebody else's mail changes nothing, whatever address it names. One that names the place to which our
    mail was forwarded is about our contact all the same.
    """
    with company(tmp_path / "state", units=(UNIT,)) as harness:
        harness.launch()
        contact = harness.address_of(UNIT)
        ours = str(harness.post.last(contact)["Message-ID"])
        report(harness, contact, "<not-ours@elsewhere.example>")
        assert bounced(harness) == ()
        report(harness, contact, ours, "delayed", "4.4.1")
        assert bounced(harness) == ()
        assert kinds_of_cases(harness) == [StuckKind.DELAYED]
        report(harness, "lan@forwarded.example", ours)
        assert bounced(harness) == (contact,)
        assert kinds_of_cases(harness) == [StuckKind.RETURNED]
        report(harness, contact, ours)
        assert len(harness.post.mails(HR)) == 1
        with harness.service.ledger.transaction() as transaction:
            assert (
                transaction.outbox.count_to("mailer-daemon@vnpt-it.example", harness.clock() - timedelta(days=9)) == 0
            )


def test_s34_a_report_in_prose_is_tied_by_what_it_quotes(tmp_path: Path) -> None:
    """S34: without fields and containers; an address to which we wrote nothing lately is nobody's concern."""
    with company(tmp_path / "state", units=(UNIT,)) as harness:
        harness.launch()
        contact = harness.address_of(UNIT)
        prose = (
            "Return-Path: <>\r\nFrom: MAILER-DAEMON@vnpt-it.example\r\nSubject: failure notice\r\n\r\n"
            "Hi. This is the qmail-send program at vnpt-it.example.\r\n"
            "I'm afraid I wasn't able to deliver your message to the following addresses.\r\n\r\n"
            "<{about}>:\r\nSorry, no mailbox here by that name.\r\n\r\n"
            "--- Below this line is a copy of the message.\r\n\r\nMessage-ID: {returned}\r\nSubject: x\r\n"
        )
        for about, returned in (
            ("lan@nowhere.example", "<x@y.example>"),
            (contact, harness.post.last(contact)["Message-ID"]),
        ):
            assert bounced(harness) == ()
            harness.post.server.deliver(SERVICE, prose.format(about=about, returned=returned).encode())
            harness.work()
        assert bounced(harness) == (contact,)
        assert kinds_of_cases(harness) == [StuckKind.RETURNED]


def kinds_of_cases(harness: Company) -> list[StuckKind]:
    """What `dondoc outbox` lists of mails to the contact."""
    with harness.service.ledger.transaction() as transaction:
        cases = stuck_mails(harness.service.services, transaction)
    assert all(set(case.mail.outcomes) - {Fate.ACCEPTED} for case in cases)
    return [case.kind for case in cases]


def test_s36_our_own_mail_that_comes_back_causes_nothing(companies: tuple[Company, Company]) -> None:
    """S36: a forwarding rule sends our answer back to us: known by its signed header, whatever its From says."""
    harness = companies[0]
    harness.clock.pass_by(days=2)
    contact = harness.address_of(UNIT)
    harness.post.write(contact, text="Xin hỏi: hạn nộp?")
    harness.work()
    mail = email.message_from_bytes(harness.post.server.messages(contact)[-1], policy=email.policy.default)
    count = len(harness.post.mails(contact))
    del mail["From"], mail["Auto-Submitted"]
    mail["From"] = contact
    harness.post.server.deliver(SERVICE, mail.as_bytes())
    harness.work()
    assert len(harness.post.mails(contact)) == count
