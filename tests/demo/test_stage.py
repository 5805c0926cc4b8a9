"""The stage: nothing of anybody else is wiped, the days are the office's, the board fits where it is shown."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest
from rich.console import Console

from service.core.campaigns import Campaign
from service.core.progress.deadlines import WorkingCalendar
from service.core.units import Unit, Worker
from service.demo.cast import ROLES, make_cast
from service.demo.live_view import Happening, LiveBoard, PlainBoard, UnitLine, make_board
from service.demo.stage import FolderInUse, half_days, wipe
from service.demo.stories import NewAddress, WritesPrivately


def test_only_its_own_folder_is_wiped(tmp_path: Path) -> None:
    """A folder of something else is refused; one of an earlier demonstration is emptied."""
    folder = tmp_path / "demo"
    wipe(folder)
    (folder / "ledger.sqlite").write_text("old")
    wipe(folder)
    assert not (folder / "ledger.sqlite").exists()
    other = tmp_path / "documents"
    other.mkdir()
    (other / "thesis.docx").write_text("dear")
    with pytest.raises(FolderInUse, match="holds something else"):
        wipe(other)
    assert (other / "thesis.docx").read_text() == "dear"


def test_half_days_are_working_days_in_the_campaigns_zone(campaign: Campaign) -> None:
    """Two a day, none at the weekend or on a holiday, at the end within the sending hours and after the summary's."""
    holidays = {date(2021, 4, 30), date(2021, 5, 3)}
    calendar = WorkingCalendar(is_holiday=holidays.__contains__)
    moments = list(half_days(campaign, calendar))
    assert len(moments) == 2 * 20
    assert (moments[0].isoformat(), moments[-1].isoformat()) == (
        "2021-04-22T09:00:00+07:00",
        "2021-05-21T16:10:00+07:00",
    )
    assert not {moment.date() for moment in moments} & holidays
    assert all(campaign.sending_from <= moment.time() < campaign.sending_until for moment in moments)


def _units() -> list[Unit]:
    return [
        Unit(code=f"U{number:02d}", name=f"Phòng {number}", addresses=(f"u{number}@office.example",))
        for number in range(1, 13)
    ]


def test_every_unit_gets_its_person(campaign: Campaign, workers: Sequence[Worker]) -> None:
    """Twelve roles; one has a new mailbox, one a private address; without twelve units there is no play."""
    everybody = [replace(worker, unit=unit.code) for unit in _units() for worker in workers]
    members = make_cast(campaign, _units(), everybody, service_address="hr@office.example")
    assert [type(member.contact) for member in members] == [role for role, _ in ROLES]
    moved = [member.mailbox for member in members if isinstance(member.contact, NewAddress)]
    assert moved == ["u82@office.example"]
    private = [member.private_address for member in members if isinstance(member.contact, WritesPrivately)]
    assert private == ["u10@home.example"]
    with pytest.raises(ValueError, match="3 units"):
        make_cast(campaign, _units()[:3], everybody, service_address="hr@office.example")
    with pytest.raises(ValueError, match=r"unit U02: .* needs 2 workers"):
        make_cast(campaign, _units(), everybody[:3], service_address="hr@office.example")


def _shown(console: Console, output: io.StringIO) -> str:
    now = datetime(2021, 5, 7, 9)  # noqa: DTZ001 - only shown
    line = UnitLine(code="U01", name="Phòng Thử nghiệm", stage="complete", roster="2/2", declarations="2/2")
    with make_board(console, "Đợt thử", live=True) as board:
        board.happened(Happening(at=now, who="mai", what="Phụ lục 02 (+2 files)", unit="U01"))
        board.show(now, [line])
    return output.getvalue()


def test_without_a_terminal_there_is_a_line_an_event() -> None:
    """Logs and pipes get plain lines."""
    output = io.StringIO()
    console = Console(file=output, width=80)
    assert isinstance(make_board(console, "Đợt thử", live=True), PlainBoard)
    assert _shown(console, output) == "07/05 09:00  U01 mai: Phụ lục 02 (+2 files)\n"


def test_at_a_terminal_the_board_shows_units_and_events() -> None:
    """One screen with the day, the units and what just happened."""
    output = io.StringIO()
    console = Console(file=output, width=100, height=24, force_terminal=True)
    assert isinstance(make_board(console, "Đợt thử", live=True), LiveBoard)
    shown = _shown(console, output)
    for words in ("Đợt thử", "Friday 07/05/2021 09:00", "U01 Phòng Thử nghiệm", "complete", "Phụ lục 02 (+2 files)"):
        assert words in shown
