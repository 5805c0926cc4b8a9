"""HR's decisions, and what must not surprise anybody: held mails, reviews, late releases, large packages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from service.core.events import MailDismissed
from service.core.hr_decisions import AcceptForm, Dismiss, Replay, Result
from service.core.mail.commands import codes_in
from service.core.progress.packages import PackageFile
from service.core.records import MailState
from service.core.tasks import TaskKind
from service.flow.package import LARGEST_MAIL, parcels_of
from service.flow.submissions.handed_in import forms_in_review
from tests.campaign.test_small_campaign import attached, body, complete
from tests.support.harness.whole_service import AGENCY, CAMPAIGN, HR, Company, company
from tests.support.papers.filled_papers import roster, row_of, scan_of


@pytest.fixture
def harness(tmp_path: Path) -> Iterator[Company]:
    with company(tmp_path / "state") as small:
        yield small


def test_a_held_mail_is_closed_by_hr_with_a_reason(harness: Company) -> None:
    """It stays stored, and is no longer asked about."""
    harness.launch()
    harness.post.server.add_user("la@nha-rieng.example", "x")
    harness.post.write("la@nha-rieng.example", text="Quảng cáo bảo hiểm", subject="Chào anh chị")
    harness.work()
    with harness.service.ledger.transaction() as transaction:
        (held,) = transaction.mails.held()
    close = Dismiss(mail=held.id, why="quảng cáo")
    assert harness.service.decide(close, by=HR).result is Result.MAIL_DISMISSED
    assert harness.service.decide(close, by=HR).result is Result.NOT_HELD
    with harness.service.ledger.transaction() as transaction:
        assert transaction.mails.held() == ()
        assert transaction.mails.get(held.id).state is MailState.IGNORED
        dismissed = [event for event in transaction.events.latest() if isinstance(event.fact, MailDismissed)]
        assert [(event.mail_id, event.who) for event in dismissed] == [(held.id, HR)]
        assert [task for task in transaction.tasks.waiting(CAMPAIGN) if task.kind is TaskKind.HELD_MAIL] == []


def test_a_page_in_review_is_listed_and_decided_and_the_unit_told(harness: Company) -> None:
    """A form whose number differs from the roster: a person looks, and the audit trail shows who decided."""
    harness.launch()
    unit, campaign = harness.folder.units[0], harness.folder.campaign
    first, second = harness.folder.workers["U01"]
    other = replace(first, values={**first.values, "phone": second.values["phone"]})
    harness.post.write(
        harness.address_of("U01"),
        files={
            "PL02.xlsx": roster(campaign, unit, [row_of(first), row_of(second)]),
            "1.jpg": scan_of(campaign, other),
        },
        text="Đã rà soát, không có sai lệch.",
    )
    harness.work()
    with harness.service.ledger.transaction() as transaction:
        (waiting,) = forms_in_review(transaction, CAMPAIGN, unit)
    assert waiting.worker_name == first.name and waiting.reasons == ("form_differs.phone",)
    accepted = harness.service.decide(AcceptForm(form=waiting.id, why="đã gọi điện"), by=HR)
    assert accepted.result is Result.FORM_ACCEPTED
    harness.clock.pass_by(minutes=3)
    harness.tick()
    told = body(harness.post.last(harness.address_of("U01")))
    assert f"{first.name}: được chấp nhận. Lý do: đã gọi điện." in told
    assert second.name in told, "told where it stands now"
    progress = next(each for each in harness.service.status() if each.unit == "U01")
    assert (progress.forms_accepted, progress.forms_missing) == (1, (second.name,))


def test_replaying_a_mail_changes_nothing_twice(harness: Company) -> None:
    """Idempotent: no second version, no second answer."""
    harness.launch()
    complete(harness, "U01")
    before = len(harness.post.mails(harness.address_of("U01")))
    harness.service.decide(Replay(mail=1), by=HR)
    harness.service.process()
    assert harness.service.mail_state(1) is MailState.PROCESSED
    harness.work()
    progress = next(each for each in harness.service.status() if each.unit == "U01")
    assert progress.roster_version == 1
    assert len(harness.post.mails(harness.address_of("U01"))) == before


def test_reminders_that_could_not_leave_are_not_sent_in_a_burst(harness: Company) -> None:
    """Mail was down over three reminder days: one reminder goes, true on the day it goes."""
    harness.launch()
    services = harness.service.services
    held = replace(services, sending=replace(services.sending, holds=True))
    running = replace(harness.service, services=held)
    for day in ("2021-05-05T09:00", "2021-05-12T09:00", "2021-05-14T09:00"):
        harness.clock.go_to(day)
        running.tick()
    harness.clock.go_to("2021-05-17T09:00")
    harness.service.work_until_quiet()
    harness.service.tick()
    harness.service.work_until_quiet()
    reminders = harness.post.mails(harness.address_of("U02"))[1:]
    assert len(reminders) == 1
    assert "02 ngày" in body(reminders[0]) + reminders[0]["Subject"]


def test_a_question_beside_the_papers_reaches_hr_too(harness: Company) -> None:
    """The papers are answered by the service, the question by a person."""
    harness.launch()
    unit, campaign = harness.folder.units[0], harness.folder.campaign
    rows = [row_of(worker) for worker in harness.folder.workers["U01"]]
    harness.post.write(
        harness.address_of("U01"),
        files={"PL02.xlsx": roster(campaign, unit, rows)},
        text="Kính gửi Ban Nhân sự,\nCho hỏi người mới tuyển tháng 5 có phải kê khai không?",
    )
    harness.work()
    assert "mới tuyển tháng 5" in body(harness.post.last(HR))
    assert campaign.hr_contact in body(harness.post.last(harness.address_of("U01")))


def test_a_package_built_early_holds_only_what_is_right(tmp_path: Path) -> None:
    """Rows with errors or without an accepted declaration stay behind, and the figures say so."""
    from service.flow.package import build

    with company(tmp_path / "state") as harness:
        harness.launch()
        unit, campaign = harness.folder.units[0], harness.folder.campaign
        first, second = harness.folder.workers["U01"]
        wrong = row_of(second, social_insurance_no=second.values["social_insurance_no"].lstrip("0"))
        harness.post.write(
            harness.address_of("U01"),
            files={
                "PL02.xlsx": roster(campaign, unit, [row_of(first), wrong]),
                "1.jpg": scan_of(campaign, first),
                "2.jpg": scan_of(campaign, second, number=2),
            },
        )
        harness.work()
        record = build(harness.service.services, harness.service.open_campaign(CAMPAIGN))
        assert (record.totals["units"], record.totals["workers"], record.totals["forms"]) == (1, 1, 1)
        assert record.totals["open"] == 2
        harness.work()
        assert codes_in(harness.post.last(HR)["Subject"]), "its one-time code"
        assert harness.post.mails(AGENCY) == []


def test_a_large_package_is_divided_into_mails_that_servers_take() -> None:
    """S56: every file exactly once, in its order, no mail above the limit unless a single file is."""
    sizes = [LARGEST_MAIL // 2, LARGEST_MAIL // 2, 10, LARGEST_MAIL + 1, 10]
    files = [
        PackageFile(name=f"{number}.pdf", media_type="application/pdf", content=b"x" * size)
        for number, size in enumerate(sizes)
    ]
    parcels = parcels_of(files)
    assert [file.name for parcel in parcels for file in parcel] == [file.name for file in files]
    assert [len(parcel) for parcel in parcels] == [2, 1, 1, 1]


def test_the_manifest_reaches_the_agency_whole(tmp_path: Path) -> None:
    """`sha256sum -c` works for whoever receives the package."""
    with company(tmp_path / "state", units=("U01",), workers=1) as harness:
        harness.launch()
        complete(harness, "U01")
        harness.tick()
        approval = harness.post.last(HR)
        harness.post.write(HR, text="DUYỆT", answers=approval)
        harness.work()
        harness.tick()
        (package,) = harness.post.mails(AGENCY)
        assert set(attached(package)) == set(attached(approval)) - {"SHA256SUMS.txt"}
