"""S55, S56, S58 to S61: what mail servers do to our mails, and what becomes of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from service.core.events import EventKind
from service.core.hr_decisions import SendAgain
from service.core.mail.server_replies import asks_to_slow_down
from service.core.records import OutgoingState
from service.flow.clock.reminders import remind_due
from service.flow.hr.stuck_mails import StuckKind, stuck_mails
from tests.support.harness.delivery_harness import LONG, MAI, DeliveryHarness, delivery_harness
from tests.support.harness.whole_service import AGENCY, HR, SERVICE
from tests.support.papers.filled_papers import roster, row_of, scans_of
from tests.support.servers.smtp_server import Fault, Stage


def subjects(harness: DeliveryHarness, address: str) -> str:
    return " | ".join(str(mail["Subject"]) for mail in harness.inbox(address))


def test_s55_greylisting_is_overcome_by_patience(tmp_path: Path) -> None:
    """451 three times: tried again after growing pauses, delivered once, and nobody else waits for it."""
    with delivery_harness(tmp_path) as harness:
        harness.smtp.plan(Fault(Stage.RECIPIENT, "451 4.7.1 Greylisted, try again later", address=MAI, times=3))
        harness.write()
        harness.write("hr", to="hr")
        harness.service.deliver()
        assert (harness.state(), harness.state("hr")) == (OutgoingState.QUEUED, OutgoingState.SENT)
        for minutes in (1, 2, 4):
            harness.clock.pass_by(minutes=minutes - 0.1)
            assert harness.service.deliver() == 0, "too early"
            harness.clock.pass_by(minutes=0.1)
            harness.service.deliver()
        assert harness.state() is OutgoingState.SENT
        assert harness.copies_in(MAI) == 1


def test_s55_after_days_it_is_given_up_and_hr_is_told(tmp_path: Path) -> None:
    """Four days of 4xx since the first try, however long it was held before."""
    with delivery_harness(tmp_path) as harness:
        harness.smtp.plan(Fault(Stage.RECIPIENT, "452 4.2.2 mailbox full", address=MAI, times=1_000))
        harness.write()
        harness.clock.pass_by(days=30)
        harness.service.deliver()
        assert harness.state() is OutgoingState.QUEUED, "the first try is not the last"
        for _ in range(5 * 24):
            harness.clock.pass_by(hours=1)
            harness.service.deliver()
        assert harness.state() is OutgoingState.FAILED
        assert "không gửi được" in subjects(harness, HR)


def test_an_outage_of_our_own_server_costs_no_mail(tmp_path: Path) -> None:
    """Ten days without a sending server: nothing is given up, and everything goes out soon after it is back."""
    with delivery_harness(tmp_path) as harness:
        harness.smtp.plan(Fault(Stage.CONNECT, times=100_000))
        for number in range(3):
            harness.write(f"mail {number}")
        for _ in range(10 * 24):
            harness.clock.pass_by(hours=1)
            harness.service.deliver()
        harness.smtp.faults.clear()
        for _ in range(2):
            harness.clock.pass_by(minutes=15)
            harness.service.deliver()
        assert [harness.copies_in(MAI, f"mail {number}") for number in range(3)] == [1, 1, 1]
        assert len(harness.events(EventKind.SENDING_PAUSED)) == 1


def test_a_short_outage_of_our_own_server_costs_a_short_pause(tmp_path: Path) -> None:
    """15 seconds, then 30: a server that was restarted is asked again soon."""
    with delivery_harness(tmp_path) as harness:
        harness.smtp.plan(Fault(Stage.CONNECT, times=2))
        harness.write()
        for seconds in (15, 30):
            harness.service.deliver()
            harness.clock.pass_by(seconds=seconds - 1)
            assert harness.service.deliver() == 0
            harness.clock.pass_by(seconds=1)
        harness.service.deliver()
        assert harness.copies_in(MAI) == 1


def test_s56_too_big_is_the_mails_fault_not_the_contacts(tmp_path: Path) -> None:
    """552: HR is told at once with the number to decide about; the contact is not marked as unreachable."""
    with delivery_harness(tmp_path) as harness:
        harness.smtp.plan(Fault(Stage.DATA, "552 5.3.4 Message size exceeds fixed limit"))
        harness.write()
        harness.work()
        assert harness.state() is OutgoingState.FAILED
        with harness.harness() as at:
            assert at.notes(at.open_campaign.units[0]).bounced == ()
        told = harness.inbox(HR)
        assert len(told) == 1 and "Thư không gửi được" in told[0]["Subject"]
        body = told[0].get_body(("plain",))
        assert body is not None and "552 5.3.4" in body.get_content() and "DUYỆT" in body.get_content()
        harness.decide(SendAgain(outgoing=harness.mail().id))
        harness.work()
        assert harness.copies_in(MAI) == 1


def test_s58_no_more_in_a_minute_than_the_provider_takes(tmp_path: Path) -> None:
    """Thirty a minute: a launch of seventy takes three minutes, and mails in doubt count."""
    with delivery_harness(tmp_path, mails_per_minute=30) as harness:
        harness.smtp.plan(Fault(Stage.DATA, stored=True, times=3))
        for number in range(70):
            harness.write(f"mail {number}")
        for expected in (30, 60, 70):
            while harness.service.deliver():
                pass
            assert len(harness.smtp.accepted) == expected
            harness.clock.pass_by(seconds=61)


def test_s58_no_more_in_a_day_than_the_provider_takes(tmp_path: Path) -> None:
    """A day is any twenty-four hours."""
    with delivery_harness(tmp_path, delivery={"mails_per_day": 5}) as harness:
        for number in range(8):
            harness.write(f"mail {number}")
        harness.service.deliver()
        harness.clock.pass_by(hours=23)
        harness.service.deliver()
        assert len(harness.smtp.accepted) == 5
        harness.clock.pass_by(hours=1)
        harness.service.deliver()
        assert len(harness.smtp.accepted) == 8


def test_s58_a_server_that_asks_to_slow_down_is_left_in_peace(tmp_path: Path) -> None:
    """All sending rests, longer if it asks again; then everything goes out, each mail once."""
    with delivery_harness(tmp_path) as harness:
        harness.smtp.plan(Fault(Stage.RECIPIENT, "450 4.7.1 Error: too much mail from 127.0.0.1", times=2))
        for number in range(5):
            harness.write(f"mail {number}")
        harness.service.deliver()
        assert harness.smtp.accepted == []
        harness.clock.pass_by(minutes=4.9)
        assert harness.service.deliver() == 0
        harness.clock.pass_by(minutes=0.1)
        harness.service.deliver()
        assert harness.smtp.accepted == [], "it asked again: ten minutes now"
        harness.clock.pass_by(minutes=9.9)
        assert harness.service.deliver() == 0
        harness.pass_by(minutes=0.1)
        assert len(harness.smtp.accepted) == 5
        assert len(harness.events(EventKind.SENDING_PAUSED)) == 1
        assert len(harness.events(EventKind.SENDING_RESUMED)) == 1


@pytest.mark.parametrize(
    ("said", "slow"),
    [
        ("421 4.7.0 Too many connections", True),
        ("450 4.7.1 Error: too much mail from 10.0.0.1", True),
        ("451 4.7.500 Server busy. Please try again later", True),
        ("421 4.7.28 Our system has detected an unusual rate of unsolicited mail", True),
        ("451 4.7.1 Greylisting in action, please come back later", False),
        ("450 4.2.1 The user is receiving mail too quickly", False),
        ("452 4.2.2 mailbox full", False),
        ("550 5.7.1 rate limit", False),
        ("451 4.3.0 Temporary lookup failure", False),
    ],
)
def test_s58_which_replies_mean_us(said: str, slow: bool) -> None:
    """A rate of ours is our matter; one recipient's greylisting or full mailbox is not."""
    assert asks_to_slow_down(said) is slow


def test_s59_one_bad_recipient_of_several(tmp_path: Path) -> None:
    """The others get theirs, the refused one is told to HR, and what became of each stands in the ledger."""
    with delivery_harness(tmp_path) as harness:
        harness.smtp.plan(Fault(Stage.RECIPIENT, "550 5.1.1 no such user", address=LONG))
        harness.write(cc=(LONG,))
        harness.work()
        mail = harness.mail()
        assert mail.state is OutgoingState.SENT
        assert {who: fate for who, (fate, _) in mail.outcomes.items()} == {MAI: "accepted", LONG: "refused"}
        assert (harness.copies_in(MAI), harness.copies_in(LONG)) == (1, 0)
        assert "đầu mối" in subjects(harness, HR)


def test_s59_one_put_off_of_several(tmp_path: Path) -> None:
    """The one who was put off gets it later, the other not twice."""
    with delivery_harness(tmp_path) as harness:
        harness.smtp.plan(Fault(Stage.RECIPIENT, "450 4.2.0 busy", address=LONG))
        harness.write(cc=(LONG,))
        harness.service.deliver()
        assert harness.mail().recipients == (LONG,)
        harness.pass_by(minutes=1)
        assert harness.taken() == [(MAI,), (LONG,)]
        assert harness.state() is OutgoingState.SENT


def test_s59_a_refused_mail_to_the_agency_is_told_to_hr(tmp_path: Path) -> None:
    """It is no unit's contact: HR hears of the mail itself."""
    with delivery_harness(tmp_path) as harness:
        harness.smtp.plan(Fault(Stage.RECIPIENT, "550 5.1.1 no such user", address=AGENCY))
        harness.write_to(AGENCY)
        harness.work()
        assert harness.state() is OutgoingState.FAILED
        assert "không gửi được" in subjects(harness, HR)


def test_s59_a_refused_mail_to_hr_is_listed_and_starts_no_loop(tmp_path: Path) -> None:
    """Nobody is left to write to: `dondoc outbox` has it, and no mail about the mail is made."""
    with delivery_harness(tmp_path) as harness:
        harness.smtp.plan(Fault(Stage.RECIPIENT, "550 5.1.1 no such user", address=HR, times=100))
        harness.write(to="hr")
        for _ in range(5):
            harness.pass_by(minutes=10)
        with harness.service.ledger.transaction() as transaction:
            cases = stuck_mails(harness.service.services, transaction)
        assert [(case.kind, case.missing) for case in cases] == [(StuckKind.FAILED, (HR,))]


def test_s60_a_copy_lies_in_sent_read_already(tmp_path: Path) -> None:
    """One copy, marked as read, the very bytes that were sent."""
    with delivery_harness(tmp_path, delivery={"sent_copy": True}) as harness:
        harness.write()
        harness.service.deliver()
        assert harness.copies_in(SERVICE, folder="Sent") == 1
        assert "\\Seen" in harness.imap.flags(SERVICE, "Sent")[0]


def test_s60_a_sent_folder_that_refuses_never_causes_a_second_mail(tmp_path: Path) -> None:
    """The mailbox is full: the mail is sent, the failure is one line of the audit trail, nothing is repeated."""
    with delivery_harness(tmp_path, delivery={"sent_copy": True}, quota={SERVICE: "1K"}) as harness:
        harness.write()
        harness.service.deliver()
        for _ in range(3):
            harness.pass_by(hours=1)
        assert harness.state() is OutgoingState.SENT
        assert harness.copies_in(MAI) == 1
        assert len(harness.events(EventKind.NO_COPY_IN_SENT)) == 1


def test_s60_a_mailbox_server_that_is_away_holds_no_mail_up(tmp_path: Path) -> None:
    """Sending goes on when copies cannot be kept."""
    with delivery_harness(tmp_path, delivery={"sent_copy": True}) as harness:
        harness.write()
        harness.service.deliver()
        harness.imap.cut_connections(SERVICE)
        harness.write("two")
        harness.service.deliver()
        assert harness.copies_in(SERVICE, "two", folder="Sent") == 1, "a connection gone stale is made anew"


def launched(harness: DeliveryHarness) -> None:
    with harness.harness() as at:
        at.transaction.decisions.mark_launched(at.campaign.id, harness.clock())


def hand_in_everything(harness: DeliveryHarness) -> None:
    open_campaign = harness.service.open_campaign("vssid-2021")
    workers = open_campaign.workers["U01"]
    sheet = roster(open_campaign.campaign, open_campaign.units[0], [row_of(worker) for worker in workers])
    text = "Đơn vị gửi báo cáo. Đã rà soát, không có sai lệch."
    harness.submit(text, {"PL02.xlsx": sheet, "tk.pdf": scans_of(open_campaign.campaign, workers)})


def test_s61_a_reminder_is_looked_at_again_when_it_is_sent(tmp_path: Path) -> None:
    """Everything came in after the reminder was written: it is not sent, and the ledger says why."""
    with delivery_harness(tmp_path) as harness:
        launched(harness)
        harness.clock.go_to("2021-05-14T09:00")
        assert remind_due(harness.service.services, harness.service.open_campaign("vssid-2021")) == 1
        hand_in_everything(harness)
        harness.work()
        reminders = harness.mails_by("reminder")
        assert [mail.state for mail in reminders] == [OutgoingState.SUPPRESSED]
        assert "meanwhile" in str(reminders[0].last_error)
        assert "reminder" not in [mail["X-Dondoc-Mail"] for mail in harness.inbox(MAI)]


def test_s61_a_reminder_waits_for_mails_that_nobody_has_read_yet(tmp_path: Path) -> None:
    """The papers are here, not yet read: the reminder waits, other mails do not."""
    with delivery_harness(tmp_path) as harness:
        launched(harness)
        harness.clock.go_to("2021-05-14T09:00")
        hand_in_everything(harness)
        harness.service.receive()
        remind_due(harness.service.services, harness.service.open_campaign("vssid-2021"))
        harness.write("other")
        harness.service.deliver()
        assert harness.state("other") is OutgoingState.SENT
        assert [mail.state for mail in harness.mails_by("reminder")] == [OutgoingState.QUEUED]
        harness.work()
        assert [mail.state for mail in harness.mails_by("reminder")] == [OutgoingState.SUPPRESSED]
