"""The safety valves: hold, redirect, allowed domains. Nothing gets past them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from service.core.records import OutgoingState
from service.flow.hr.stuck_mails import CaseKind, NoSuchCase, give_up, open_cases, send_again
from service.flow.package import build
from service.flow.sending.delivery import deliver_due
from tests.support.post_office import LONG, MAI, STRANGER, PostOffice, post_office
from tests.support.smtp_server import Fault, Stage
from tests.support.whole_service import AGENCY, HR


def kinds(office: PostOffice) -> list[CaseKind]:
    with office.service.ledger.transaction() as books:
        return [case.kind for case in open_cases(office.service.house, books)]


def test_hold_keeps_everything_for_people_to_look_at(tmp_path: Path) -> None:
    """Nothing leaves, whatever is asked for; one mail can be given up, none can be let through."""
    with post_office(tmp_path, sending="hold") as office:
        office.write()
        office.write_to(AGENCY, "agency")
        office.work()
        assert office.smtp.connections == 0
        assert kinds(office) == [CaseKind.HELD, CaseKind.HELD]
        with pytest.raises(NoSuchCase, match="waiting to be sent already"):
            send_again(office.service.house, office.mail().id, by=HR)
        give_up(office.service.house, office.mail().id, by=HR, why="wrong words")
        assert office.state() is OutgoingState.SUPPRESSED
        assert kinds(office) == [CaseKind.HELD]


def test_redirect_sends_everything_to_one_address_only(tmp_path: Path) -> None:
    """Units, copies, agency: all to one address, the headers as they would be, one header more for each recipient."""
    with post_office(
        tmp_path,
        sending=f"redirect:{STRANGER}",
        allowed_domains=("vnpt-it.example",),
        delivery={"own_copy": True},
    ) as office:
        office.write(cc=(LONG,))
        office.write_to(AGENCY, "agency")
        office.work()
        assert office.taken() == [(STRANGER,), (STRANGER,)]
        mail = office.inbox(STRANGER)[0]
        assert mail["To"] == MAI and mail["Cc"] == LONG
        assert mail.get_all("X-Dondoc-Redirected-For") == [MAI, LONG]
        raw = office.service.house.shelf.get(office.mail().raw_sha256)
        assert office.smtp.accepted[0][2].endswith(raw), "nothing else in the mail is changed"
        assert office.state() is OutgoingState.SENT
        assert any(STRANGER in why for why in office.events("mail sent"))
        assert office.mail("agency").was_redirected


def test_what_was_redirected_can_be_sent_to_whom_it_was_meant_for(tmp_path: Path) -> None:
    """Nothing follows by itself when the trial is over; HR may have a mail sent after all."""
    with post_office(tmp_path, sending=f"redirect:{STRANGER}") as office:
        office.write_to(AGENCY)
        office.work()
        earnest = replace(office.service.house, redirect_to=None)
        assert deliver_due(earnest, office.service.sender) == 0
        send_again(earnest, office.mail().id, by=HR)
        deliver_due(earnest, office.service.sender)
        assert office.taken() == [(STRANGER,), (AGENCY,)]
        assert not office.mail().was_redirected


def test_a_redirected_package_is_not_taken_for_sent(tmp_path: Path) -> None:
    """HR approved it, it went to the trial's address: nobody is told that the agency has it."""
    with post_office(tmp_path, sending=f"redirect:{STRANGER}") as office:
        course = office.service.course("vssid-2021")
        built = build(office.service.house, course)
        with office.office() as at:
            at.books.decisions.approve_package(built.id, HR, office.clock())
        office.work()
        office.work()
        assert AGENCY in {mail["X-Dondoc-Redirected-For"] for mail in office.inbox(STRANGER)}
        assert set(office.taken()) == {(STRANGER,)}
        with office.office() as at:
            package = at.books.decisions.package("vssid-2021")
        assert package is not None and package.sent_at is None


def test_a_redirect_address_that_refuses_marks_nobody(tmp_path: Path) -> None:
    """The contact's address is not to blame."""
    with post_office(tmp_path, sending=f"redirect:{STRANGER}") as office:
        office.smtp.plan(Fault(Stage.RECIPIENT, "550 5.1.1 no such user", address=STRANGER, times=9))
        office.write()
        office.work()
        assert office.state() is OutgoingState.FAILED
        with office.office() as at:
            assert at.notes(at.course.units[0]).bounced == ()


def test_other_domains_are_kept_back_and_listed(tmp_path: Path) -> None:
    """The agency's mail stays, with the reason, until HR decides; the list is looked at again whatever HR decides."""
    with post_office(tmp_path, allowed_domains=("vnpt-it.example",)) as office:
        office.write_to(AGENCY)
        office.write("unit")
        office.work()
        assert office.taken() == [(MAI,)]
        assert office.state() is OutgoingState.SUPPRESSED
        assert "allowed_domains" in str(office.mail().last_error)
        assert kinds(office) == [CaseKind.KEPT_BACK]
        send_again(office.service.house, office.mail().id, by=HR)
        office.work()
        assert office.taken() == [(MAI,)]
        give_up(office.service.house, office.mail().id, by=HR, why="sent by post")
        assert kinds(office) == []


def test_one_recipient_of_another_domain_does_not_keep_the_others(tmp_path: Path) -> None:
    """The mail goes to those it may go to; the other one is listed."""
    with post_office(tmp_path, allowed_domains=("vnpt-it.example",)) as office:
        office.write(cc=(STRANGER,))
        office.work()
        assert office.taken() == [(MAI,)]
        assert office.mail().outcomes[STRANGER][0] == "suppressed"
        assert office.state() is OutgoingState.SENT
        assert kinds(office) == [CaseKind.KEPT_BACK]
