"""The safety valves: hold, redirect, allowed domains. Nothing gets past them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from service.core.records import OutgoingState
from service.flow.hr.stuck_mails import NotStuck, StuckKind, give_up, send_again, stuck_mails
from service.flow.package import build
from service.flow.sending.delivery import deliver_due
from tests.support.harness.delivery_harness import LONG, MAI, STRANGER, DeliveryHarness, delivery_harness
from tests.support.harness.whole_service import AGENCY, HR
from tests.support.servers.smtp_server import Fault, Stage


def kinds(harness: DeliveryHarness) -> list[StuckKind]:
    with harness.service.ledger.transaction() as transaction:
        return [case.kind for case in stuck_mails(harness.service.services, transaction)]


def test_hold_keeps_everything_for_people_to_look_at(tmp_path: Path) -> None:
    """Nothing leaves, whatever is asked for; one mail can be given up, none can be let through."""
    with delivery_harness(tmp_path, sending="hold") as harness:
        harness.write()
        harness.write_to(AGENCY, "agency")
        harness.work()
        assert harness.smtp.connections == 0
        assert kinds(harness) == [StuckKind.HELD, StuckKind.HELD]
        with pytest.raises(NotStuck, match="waiting to be sent already"):
            send_again(harness.service.services, harness.mail().id, by=HR)
        give_up(harness.service.services, harness.mail().id, by=HR, why="wrong words")
        assert harness.state() is OutgoingState.SUPPRESSED
        assert kinds(harness) == [StuckKind.HELD]


def test_redirect_sends_everything_to_one_address_only(tmp_path: Path) -> None:
    """Units, copies, agency: all to one address, the headers as they would be, one header more for each recipient."""
    with delivery_harness(
        tmp_path,
        sending=f"redirect:{STRANGER}",
        allowed_domains=("vnpt-it.example",),
        delivery={"own_copy": True},
    ) as harness:
        harness.write(cc=(LONG,))
        harness.write_to(AGENCY, "agency")
        harness.work()
        assert harness.taken() == [(STRANGER,), (STRANGER,)]
        mail = harness.inbox(STRANGER)[0]
        assert mail["To"] == MAI and mail["Cc"] == LONG
        assert mail.get_all("X-Dondoc-Redirected-For") == [MAI, LONG]
        raw = harness.service.services.shelf.get(harness.mail().raw_sha256)
        assert harness.smtp.accepted[0][2].endswith(raw), "nothing else in the mail is changed"
        assert harness.state() is OutgoingState.SENT
        assert any(STRANGER in why for why in harness.events("mail sent"))
        assert harness.mail("agency").was_redirected


def test_what_was_redirected_can_be_sent_to_whom_it_was_meant_for(tmp_path: Path) -> None:
    """Nothing follows by itself when the trial is over; HR may have a mail sent after all."""
    with delivery_harness(tmp_path, sending=f"redirect:{STRANGER}") as harness:
        harness.write_to(AGENCY)
        harness.work()
        services = harness.service.services
        earnest = replace(services, sending=replace(services.sending, redirect_to=None))
        assert deliver_due(earnest, harness.service.sender) == 0
        send_again(earnest, harness.mail().id, by=HR)
        deliver_due(earnest, harness.service.sender)
        assert harness.taken() == [(STRANGER,), (AGENCY,)]
        assert not harness.mail().was_redirected


def test_a_redirected_package_is_not_taken_for_sent(tmp_path: Path) -> None:
    """HR approved it, it went to the trial's address: nobody is told that the agency has it."""
    with delivery_harness(tmp_path, sending=f"redirect:{STRANGER}") as harness:
        open_campaign = harness.service.open_campaign("vssid-2021")
        built = build(harness.service.services, open_campaign)
        with harness.harness() as at:
            at.transaction.decisions.approve_package(built.id, HR, harness.clock())
        harness.work()
        harness.work()
        assert AGENCY in {mail["X-Dondoc-Redirected-For"] for mail in harness.inbox(STRANGER)}
        assert set(harness.taken()) == {(STRANGER,)}
        with harness.harness() as at:
            package = at.transaction.decisions.package("vssid-2021")
        assert package is not None and package.sent_at is None


def test_a_redirect_address_that_refuses_marks_nobody(tmp_path: Path) -> None:
    """The contact's address is not to blame."""
    with delivery_harness(tmp_path, sending=f"redirect:{STRANGER}") as harness:
        harness.smtp.plan(Fault(Stage.RECIPIENT, "550 5.1.1 no such user", address=STRANGER, times=9))
        harness.write()
        harness.work()
        assert harness.state() is OutgoingState.FAILED
        with harness.harness() as at:
            assert at.notes(at.open_campaign.units[0]).bounced == ()


def test_other_domains_are_kept_back_and_listed(tmp_path: Path) -> None:
    """The agency's mail stays, with the reason, until HR decides; the list is looked at again whatever HR decides."""
    with delivery_harness(tmp_path, allowed_domains=("vnpt-it.example",)) as harness:
        harness.write_to(AGENCY)
        harness.write("unit")
        harness.work()
        assert harness.taken() == [(MAI,)]
        assert harness.state() is OutgoingState.SUPPRESSED
        assert "allowed_domains" in str(harness.mail().last_error)
        assert kinds(harness) == [StuckKind.KEPT_BACK]
        send_again(harness.service.services, harness.mail().id, by=HR)
        harness.work()
        assert harness.taken() == [(MAI,)]
        give_up(harness.service.services, harness.mail().id, by=HR, why="sent by post")
        assert kinds(harness) == []


def test_one_recipient_of_another_domain_does_not_keep_the_others(tmp_path: Path) -> None:
    """The mail goes to those it may go to; the other one is listed."""
    with delivery_harness(tmp_path, allowed_domains=("vnpt-it.example",)) as harness:
        harness.write(cc=(STRANGER,))
        harness.work()
        assert harness.taken() == [(MAI,)]
        assert harness.mail().outcomes[STRANGER][0] == "suppressed"
        assert harness.state() is OutgoingState.SENT
        assert kinds(harness) == [StuckKind.KEPT_BACK]
