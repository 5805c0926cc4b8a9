"""HR pauses the mails to a unit, or to all: nothing is lost, nothing comes in a burst afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.whole_service import CAMPAIGN, HR, Company, company


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Company]:
    with company(tmp_path / "state", workers=1) as running:
        running.launch()
        yield running


def pause(office: Company, unit: str | None, *, ends: bool = False) -> None:
    with office.service.ledger.transaction() as books:
        books.decisions.pause(CAMPAIGN, unit, None if ends else office.clock())


def test_a_paused_unit_is_neither_reminded_nor_answered_until_it_goes_on(office: Company) -> None:
    """The answer waits; reminders of days that have passed are not made up for."""
    mine, theirs = office.address_of("U01"), office.address_of("U02")
    pause(office, "U01")
    office.clock.go_to("2021-05-12T09:00")
    office.post.write(mine, text="Xin hỏi tờ khai in màu được không ạ?", answers=office.post.last(mine))
    office.tick()
    assert (len(office.post.mails(mine)), len(office.post.mails(theirs))) == (1, 2)
    assert "in màu" in office.post.last(HR).get_body(("plain",)).get_content()  # type: ignore[union-attr]  # there is one
    pause(office, "U01", ends=True)
    office.work()
    (answer,) = office.post.mails(mine)[1:]
    assert "câu hỏi" in str(answer["Subject"])


def test_a_pause_of_the_whole_campaign_holds_for_every_unit(office: Company) -> None:
    """HR itself is still written to."""
    pause(office, None)
    office.clock.go_to("2021-05-12T09:00")
    office.tick()
    assert [len(office.post.mails(office.address_of(unit))) for unit in ("U01", "U02")] == [1, 1]
    pause(office, None, ends=True)
    office.tick()
    assert [len(office.post.mails(office.address_of(unit))) for unit in ("U01", "U02")] == [2, 2]
