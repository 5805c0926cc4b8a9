"""HR pauses the mails to a unit, or to all: nothing is lost, nothing comes in a burst afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.harness.whole_service import CAMPAIGN, HR, Company, company, title_of


@pytest.fixture
def harness(tmp_path: Path) -> Iterator[Company]:
    with company(tmp_path / "state", workers=1) as running:
        running.launch()
        yield running


def pause(harness: Company, unit: str | None, *, ends: bool = False) -> None:
    with harness.service.ledger.transaction() as transaction:
        transaction.decisions.pause(CAMPAIGN, unit, None if ends else harness.clock())


def test_a_paused_unit_is_neither_reminded_nor_answered_until_it_goes_on(harness: Company) -> None:
    """The answer waits; reminders of days that have passed are not made up for."""
    mine, theirs = harness.address_of("U01"), harness.address_of("U02")
    pause(harness, "U01")
    harness.clock.go_to("2021-05-12T09:00")
    harness.post.write(mine, text="Xin hỏi tờ khai in màu được không ạ?", answers=harness.post.last(mine))
    harness.tick()
    assert (len(harness.post.mails(mine)), len(harness.post.mails(theirs))) == (1, 2)
    assert "in màu" in harness.post.last(HR).get_body(("plain",)).get_content()  # type: ignore[union-attr]  # there is one
    pause(harness, "U01", ends=True)
    harness.work()
    (answer,) = harness.post.mails(mine)[1:]
    assert "câu hỏi" in title_of(answer)


def test_a_pause_of_the_whole_campaign_holds_for_every_unit(harness: Company) -> None:
    """HR itself is still written to."""
    pause(harness, None)
    harness.clock.go_to("2021-05-12T09:00")
    harness.tick()
    assert [len(harness.post.mails(harness.address_of(unit))) for unit in ("U01", "U02")] == [1, 1]
    pause(harness, None, ends=True)
    harness.tick()
    assert [len(harness.post.mails(harness.address_of(unit))) for unit in ("U01", "U02")] == [2, 2]
