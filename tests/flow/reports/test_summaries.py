"""The summaries: when HR and management get one, what stands in it, and when nobody is bothered."""

from __future__ import annotations

import email
import email.policy
import io
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from email.message import EmailMessage

import openpyxl
import pytest
from PIL import Image

from service.core.campaigns import Management
from service.core.contacts import Contact, ContactState, Nominee
from service.core.events import ContactDeclined, Event, ExtensionAsked, Fact, MailDecided, Reminded, RosterTaken
from service.core.hr_decisions import Decision, DeclineExtension, Extend
from service.core.records import OutgoingRecord, PackageRecord
from service.core.tasks import ExtensionWish, ProposedContact, Subject, Task, Unreachable
from service.flow.hr.decisions import decide
from service.flow.reports.summaries import summarise
from service.mail.outgoing.rfc5322 import compose
from service.mail.outgoing.templates import MailTemplates
from service.storage.ledger import Ledger
from service.wiring.annexes import BuiltAnnexes
from service.wiring.assembly import open_campaign
from service.work.child_processes import ChildProcesses
from tests.support.harness.bundled_campaign import TEMPLATES, bundled_folder, bundled_wording
from tests.support.harness.clockwork import HANOI, Clockwork, memory_ledger, open_campaign_of

FOLDER = bundled_folder("suc-khoe-2021")
BOARD = "tong.giam.doc@vnpt-it.example"
CAMPAIGN = replace(FOLDER.campaign, management=Management(addresses=(BOARD,), weekday=5))
"""The last day in time is Friday 28/05/2021; HR is written to at 16:30, management on Fridays."""
ROSTER = RosterTaken(version=1, rows=2, relation="first")


@pytest.fixture(scope="module")
def ledger() -> Ledger:
    return memory_ledger()


@pytest.fixture(scope="module")
def children() -> Iterator[ChildProcesses]:
    with ChildProcesses(workers=1, seconds=60, memory_mb=2000) as some:
        yield some


@pytest.fixture
def clock(ledger: Ledger, children: ChildProcesses) -> Iterator[Clockwork]:
    opened = Clockwork(open_campaign_of(CAMPAIGN, open_campaign(FOLDER).calendar, 3), ledger, at("2021-05-10T09:00"))
    opened.services = replace(
        opened.services,
        mail=replace(opened.services.mail, templates=MailTemplates(TEMPLATES), write=compose),
        documents=replace(
            opened.services.documents,
            annexes=BuiltAnnexes(
                folders={CAMPAIGN.id: FOLDER}, wording=lambda campaign, language: bundled_wording(), children=children
            ),
        ),
    )
    opened.launch()
    yield opened


def at(moment: str) -> datetime:
    return datetime.fromisoformat(moment).replace(tzinfo=HANOI)


def look(clock: Clockwork, moment: str) -> list[str]:
    """A pulse at this moment; gives the summaries it wrote."""
    before = {mail.key for mail in summaries(clock)}
    clock.now = at(moment)
    summarise(clock.services, clock.open_campaign)
    return [mail.template for mail in summaries(clock) if mail.key not in before]


def summaries(clock: Clockwork) -> list[OutgoingRecord]:
    with clock.ledger.transaction() as transaction:
        return [mail for mail in transaction.outbox.due(clock.now) if mail.template in ("summary", "management")]


def mail_of(clock: Clockwork, template: str) -> EmailMessage:
    record = [mail for mail in summaries(clock) if mail.template == template][-1]
    raw = clock.services.shelf.get(record.raw_sha256)
    return email.message_from_bytes(raw, policy=email.policy.default)


def words(mail: EmailMessage, kind: str = "plain") -> str:
    body = mail.get_body((kind,))
    assert body is not None
    return str(body.get_content()).replace("\r\n", "\n")


def package(now: datetime) -> PackageRecord:
    return PackageRecord(campaign=CAMPAIGN.id, folder="x", built_at=now, files=())


def happens(clock: Clockwork, fact: Fact, *, who: str = "U1") -> None:
    with clock.ledger.transaction() as transaction:
        transaction.events.record(Event(at=clock.now, who=who, fact=fact, campaign=CAMPAIGN.id, unit="U1"))


def asks_for(clock: Clockwork, until: date) -> None:
    """U1 wants more time."""
    happens(clock, ExtensionAsked(until=until))
    waits(clock, ExtensionWish(until=until), "U1")


def waits(clock: Clockwork, subject: Subject, unit: str | None) -> None:
    with clock.ledger.transaction() as transaction:
        task = Task(subject=subject, campaign=CAMPAIGN.id, unit=unit, opened_at=clock.now)
        transaction.tasks.open(task)


def test_hr_is_written_to_at_its_hour_on_working_days_once(clock: Clockwork) -> None:
    """Not before 16:30, not on a Saturday, not twice; and after an afternoon of downtime later that day."""
    assert look(clock, "2021-05-10T16:29") == []
    assert look(clock, "2021-05-10T16:30") == ["summary"]
    happens(clock, ROSTER)
    assert look(clock, "2021-05-10T18:00") == []
    assert look(clock, "2021-05-15T17:00") == [], "Saturday"
    assert look(clock, "2021-05-17T21:00") == ["summary"]


def test_a_day_without_news_is_skipped_and_a_week_without_is_said(clock: Clockwork) -> None:
    """The mail says since when nothing has changed."""
    assert look(clock, "2021-05-10T16:30") == ["summary"]
    written = [moment for day in range(11, 25) for moment in look(clock, f"2021-05-{day}T16:30") if moment == "summary"]
    assert len(written) == 2
    assert "Từ 16:30 ngày 17/05/2021 đến nay không có thay đổi nào." in words(mail_of(clock, "summary"))
    happens(clock, ROSTER)
    assert "summary" in look(clock, "2021-05-25T16:30")
    assert "không có thay đổi nào" not in words(mail_of(clock, "summary"))


def test_the_subject_has_the_figures_and_the_needs_stand_below(clock: Clockwork) -> None:
    """The subject says how many are done and how much waits, the first lines how long it is; then every matter."""
    clock.submit(clock.open_campaign.units[1], whole=True)
    asks_for(clock, date(2021, 6, 4))
    with clock.ledger.transaction() as transaction:
        transaction.decisions.mark_bounced(CAMPAIGN.id, "U3", "u3@office.example")
    waits(clock, Unreachable(address="u3@office.example"), "U3")
    look(clock, "2021-05-25T16:30")
    mail = mail_of(clock, "summary")
    assert mail["Subject"] == "1/3 xong, 3 việc chờ – KSK-2021, 25/5"
    assert "Thời hạn: còn 3 ngày làm việc (chậm nhất hết ngày 28/05/2021).\n" in words(mail)
    (wish,) = re.findall(r"- U1 Đơn vị 1: xin gia hạn đến hết ngày 04/06/2021 \(việc (\d+)\)\.\n", words(mail))
    assert f"DUYỆT VIỆC {wish}" in words(mail)
    assert "- U3 Đơn vị 3: thư gửi đầu mối (u3@office.example) bị trả lại.\n" in words(mail)
    assert "- U2 – Đơn vị 2" not in words(mail) and "Đã hoàn thành: U2.\n" in words(mail)
    assert "- 2 đơn vị chưa có đầu mối được xác nhận: U1 Đơn vị 1, U3 Đơn vị 3.\n" in words(mail)


def test_s65_who_has_no_contact_and_who_waits_for_hrs_word_is_named(clock: Clockwork) -> None:
    """A unit whose contact waits is asked about, not counted as having named nobody; a decided one is no matter."""
    contact = Contact(
        campaign=CAMPAIGN.id,
        unit="U1",
        nominee=Nominee(name="Ngô Thị Kim Oanh", address="oanh@mail.example"),
        named_by="u1@office.example",
        named_at=at("2021-05-24T09:00"),
        state=ContactState.PROPOSED,
    )
    with clock.ledger.transaction() as transaction:
        named = transaction.people.name_contact(contact)
    waits(clock, ProposedContact(contact=named.id), "U1")
    with clock.ledger.transaction() as transaction:
        transaction.people.name_contact(replace(contact, unit="U2", state=ContactState.CURRENT))
    look(clock, "2021-05-24T16:30")
    said = words(mail_of(clock, "summary"))
    assert "- U1 Đơn vị 1: cử Ngô Thị Kim Oanh làm đầu mối, chờ xác nhận (việc " in said
    assert "- 1 đơn vị chưa có đầu mối được xác nhận: U3 Đơn vị 3.\n" in said
    with clock.ledger.transaction() as transaction:
        transaction.people.decide_contact(named.id, ContactState.DECLINED, by=BOARD, at=clock.now)
    happens(clock, ContactDeclined(contact=named.id), who="hr.lan@vnpt-it.example")
    look(clock, "2021-05-25T16:30")
    said = words(mail_of(clock, "summary"))
    assert "chờ xác nhận" not in said
    assert "- 2 đơn vị chưa có đầu mối được xác nhận: U1 Đơn vị 1, U3 Đơn vị 3.\n" in said


@pytest.mark.parametrize(
    "decided",
    [Extend(unit="U1", until=date(2021, 6, 4)), DeclineExtension(unit="U1", until=date(2021, 6, 4))],
)
def test_a_wish_for_more_time_is_open_until_somebody_decides(clock: Clockwork, decided: Decision) -> None:
    """Granted or declined, it is no longer HR's concern; a new wish is."""
    asks_for(clock, date(2021, 6, 4))
    decide(clock.services, clock.open_campaign, decided, by="hr.lan@vnpt-it.example")
    look(clock, "2021-05-25T16:30")
    assert "xin gia hạn" not in words(mail_of(clock, "summary"))
    asks_for(clock, date(2021, 6, 9))
    look(clock, "2021-05-26T16:30")
    assert "09/06/2021" in words(mail_of(clock, "summary"))


def test_units_to_telephone_are_named_after_the_second_overdue_step(clock: Clockwork) -> None:
    """31/05 and 01/06 are the overdue steps: from the second one on."""
    look(clock, "2021-05-31T16:30")
    assert "gọi điện" not in words(mail_of(clock, "summary"))
    happens(clock, Reminded(step="overdue"), who="clock")
    look(clock, "2021-06-01T16:30")
    assert words(mail_of(clock, "summary")).count("đề nghị gọi điện") == 3
    assert "Thời hạn: đã quá thời hạn 4 ngày" in words(mail_of(clock, "summary"))


def test_the_picture_is_inline_with_words_for_those_who_do_not_see_it(clock: Clockwork) -> None:
    """One PNG that the page shows, with a description; one workbook with everything."""
    look(clock, "2021-05-25T16:30")
    mail = mail_of(clock, "summary")
    page = words(mail, "html")
    assert 'src="cid:progress@dondoc"' in page
    assert 'alt="Hình tiến độ: 0/3 đơn vị đã hoàn thành, còn 3 ngày làm việc."' in page
    (picture,) = [part for part in mail.walk() if part.get_content_type() == "image/png"]
    assert picture["Content-ID"] == "<progress@dondoc>" and picture.get_content_disposition() == "inline"
    seen = Image.open(io.BytesIO(picture.get_payload(decode=True)))  # type: ignore[arg-type]  # bytes of a leaf
    assert seen.width == 1050
    (workbook,) = [part for part in mail.walk() if part.get_content_type().endswith("sheet")]
    read = openpyxl.load_workbook(io.BytesIO(workbook.get_payload(decode=True)))  # type: ignore[arg-type]  # the same
    assert any(cell.value == "Đơn vị 2" for row in read.worksheets[0].iter_rows() for cell in row)


def test_management_is_written_to_once_a_week_without_data_of_persons(clock: Clockwork) -> None:
    """On Friday, or (Friday being free) not before the next week; figures and units, no names, addresses, workbook."""
    unit = replace(clock.open_campaign.units[0], contact="Ngô Thị Kim Oanh", phone="024 0000 0209")
    clock.open(replace(clock.open_campaign, units=(unit, *clock.open_campaign.units[1:])))
    clock.submit(unit, whole=False)
    weeks = [day for day in range(10, 29) if "management" in look(clock, f"2021-05-{day}T16:30")]
    assert weeks == [14, 21, 28]
    mail = mail_of(clock, "management")
    assert mail["To"] == BOARD
    headline = "0/3 đơn vị đã hoàn thành phần việc của mình, hôm nay là ngày cuối cùng"
    assert mail["Subject"] == f"[KSK-2021] Báo cáo tiến độ tuần, ngày 28/05/2021: {headline}"
    said = words(mail) + words(mail, "html")
    for personal in ("Hồ Anh Nam", "Ngô Thị Kim Oanh", "0209", "u1@office.example"):
        assert personal not in said
    assert "U1 – Đơn vị 1" in said
    assert [part.get_content_type() for part in mail.walk() if not part.is_multipart()] == [
        "text/plain",
        "text/html",
        "image/png",
    ]


def test_a_missed_friday_is_left_to_the_next_week_when_the_office_is_closed(clock: Clockwork) -> None:
    """30/04/2021 is a holiday, Saturday and Sunday are not worked: that week has none."""
    assert look(clock, "2021-04-30T17:00") == []
    assert look(clock, "2021-05-02T17:00") == []


def test_after_the_package_has_gone_only_news_and_open_matters_are_written(clock: Clockwork) -> None:
    """No weekly mail for ever that nothing has changed."""
    for unit in clock.open_campaign.units:
        clock.submit(unit, whole=True)
    assert look(clock, "2021-05-28T16:30") == ["summary", "management"]
    with clock.ledger.transaction() as transaction:
        transaction.decisions.add_package(package(clock.now))
        built = transaction.decisions.package(CAMPAIGN.id)
        assert built is not None
        transaction.decisions.approve_package(built.id, "hr", clock.now)
        transaction.decisions.mark_package_sent(built.id, clock.now)
    day, found = date(2021, 5, 31), []
    while day < date(2021, 8, 1):
        found += look(clock, f"{day.isoformat()}T16:30")
        day += timedelta(days=1)
    assert found == ["management"], "the end is said once"
    waits(clock, Unreachable(address=CAMPAIGN.agency.address), None)
    happens(clock, MailDecided(state="processed", mail_kind="bounce"))
    assert look(clock, "2021-08-02T16:30") == ["summary"]
