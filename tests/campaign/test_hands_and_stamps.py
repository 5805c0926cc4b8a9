"""Declarations signed, stamped, initialled or not at all, mailed before the roster: what is said, and what counts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pytest

from service.core.forms import Verdict
from service.core.records import FormRecord
from tests.campaign.test_small_campaign import attached, body
from tests.drawn_forms.hands import BLUES, REDS, Hand
from tests.drawn_forms.layouts import LAYOUTS
from tests.drawn_forms.others import two_on_one
from tests.drawn_forms.people import Worker
from tests.drawn_forms.sheets import Filled, Sealed, draw_sheet
from tests.drawn_forms.wear import Level, captured
from tests.support.harness.whole_service import Company, company
from tests.support.papers.filled_papers import roster, row_of

UNIT = "U01"
STAMPED, INITIALLED, RIGHT, LEFT, SIGNED, PRINTED = range(6)
"""Places of the workers in HR's file; `LEFT` and `RIGHT` are on the page with two forms."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """What stood and what was said after the scans, and after the roster that came a day later."""

    names: tuple[str, ...]
    waiting: dict[tuple[str, int], FormRecord]
    first: str
    pictures: tuple[str, ...]
    judged: dict[tuple[str, int], FormRecord]
    second: str
    stage: str


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    with company(tmp_path_factory.mktemp("state"), units=(UNIT,), workers=6) as harness:
        workers = harness.folder.workers[UNIT]
        harness.launch()
        harness.post.write(harness.address_of(UNIT), files=scans(harness))
        harness.work()
        answer = harness.post.last(harness.address_of(UNIT))
        waiting = forms(harness)
        harness.clock.pass_by(days=1)
        rows = [row_of(worker) for worker in workers]
        harness.post.write(
            harness.address_of(UNIT),
            text="Kính gửi Ban Nhân sự,\nĐơn vị gửi danh sách. Đã rà soát, không có sai lệch.",
            files={"PL02.xlsx": roster(harness.folder.campaign, harness.folder.units[0], rows)},
        )
        harness.work()
        yield Story(
            names=tuple(worker.name for worker in workers),
            waiting=waiting,
            first=body(answer),
            pictures=tuple(attached(answer)),
            judged=forms(harness),
            second=body(harness.post.last(harness.address_of(UNIT))),
            stage=harness.stage(UNIT),
        )


def scans(harness: Company) -> dict[str, bytes]:
    """One paper a worker, and one with two."""
    layout, chance = LAYOUTS["official"], np.random.default_rng(11)

    def filled(place: int, hand: Hand | None, sealed: Sealed = Sealed.NOT) -> Filled:
        values = harness.folder.workers[UNIT][place].values
        keys = ("social_insurance_no", "citizen_id", "birth_date", "phone", "email", "gender")
        person = Worker(name=values["full_name"], **{key: values[key] for key in keys})
        return Filled(person=person, hand=hand, sealed=sealed, name_printed=True, pen=BLUES[0], red=REDS[0])

    sheets = {
        "dong-dau.jpg": filled(STAMPED, None, Sealed.OVER),
        "ky-tat.jpg": filled(INITIALLED, Hand.INITIALS),
        "ghi-ten.jpg": filled(PRINTED, None),
        "da-ky.jpg": filled(SIGNED, Hand.LOOPS),
    }
    drawn = {name: draw_sheet(layout, each, chance) for name, each in sheets.items()}
    drawn["hai-to.jpg"] = two_on_one(layout, (filled(LEFT, Hand.NAME), filled(RIGHT, None)), chance, beside=True)
    return {name: captured(sheet, Level.OFFICE, 0, chance) for name, sheet in drawn.items()}


def forms(harness: Company) -> dict[tuple[str, int], FormRecord]:
    with harness.service.services.ledger.transaction() as transaction:
        found = transaction.submissions.forms(harness.folder.campaign.id, UNIT)
    return {(form.document_name, form.part): form for form in found}


def test_forms_that_come_first_wait_for_the_roster_and_the_unit_is_told(story: Story) -> None:
    """Signed ones need not be sent again; nothing is accepted before there is a row to compare with."""
    signed = [("ky-tat.jpg", 0), ("da-ky.jpg", 0), ("hai-to.jpg", 1)]
    assert [(story.waiting[each].verdict, story.waiting[each].reasons) for each in signed] == [
        (Verdict.REVIEW, ("waiting_for_roster",))
    ] * len(signed)
    assert "Tờ khai mẫu số 01: 6 tờ" in story.first
    assert "3 tờ khai đã nhận, sẽ được đối chiếu khi đơn vị gửi Phụ lục 02" in story.first
    assert "received." not in story.first


def test_an_unsigned_form_is_sent_back_at_once_whatever_is_stamped_on_it(story: Story) -> None:
    """A red stamp or a printed name is no signature: the mail names worker and page, and shows where to sign."""
    unsigned = {("dong-dau.jpg", 0): STAMPED, ("ghi-ten.jpg", 0): PRINTED, ("hai-to.jpg", 2): RIGHT}
    for which, place in unsigned.items():
        assert story.waiting[which].verdict is Verdict.REJECTED
        assert story.waiting[which].reasons[0] == "not_signed"
        part = ", tờ thứ 2" if which[1] else ""
        assert f"{which[0]}, trang 1{part}: Tờ khai của {story.names[place]} chưa có chữ ký" in story.first
    assert story.pictures == ("dong-dau-1-cho-ky.jpg", "ghi-ten-1-cho-ky.jpg", "hai-to-1.2-cho-ky.jpg")


def test_the_roster_matches_what_waited_and_never_accepts_what_is_unsigned(story: Story) -> None:
    """Each paper stands at its worker."""
    stands = {which: (form.verdict, form.worker_name) for which, form in story.judged.items()}
    assert stands == {
        ("dong-dau.jpg", 0): (Verdict.REJECTED, story.names[STAMPED]),
        ("ky-tat.jpg", 0): (Verdict.ACCEPTED, story.names[INITIALLED]),
        ("ghi-ten.jpg", 0): (Verdict.REJECTED, story.names[PRINTED]),
        ("da-ky.jpg", 0): (Verdict.ACCEPTED, story.names[SIGNED]),
        ("hai-to.jpg", 1): (Verdict.ACCEPTED, story.names[LEFT]),
        ("hai-to.jpg", 2): (Verdict.REJECTED, story.names[RIGHT]),
    }
    assert "3/6 hợp lệ" in story.second
    assert story.stage == "correction"
    left = story.second.partition("Hoàn thiện và gửi lại")[2].partition("Đề nghị Anh/Chị")[0]
    assert [name in left for name in story.names] == [place in (STAMPED, PRINTED, RIGHT) for place in range(6)]


def test_initials_by_hand_are_a_signature(story: Story) -> None:
    """Whoever signs with two letters has signed; whose hand it is nobody can tell of a full signature either."""
    assert story.judged["ky-tat.jpg", 0].reading.signed is True
    assert story.names[INITIALLED] not in story.second
