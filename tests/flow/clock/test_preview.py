"""`status --due`: what it promises is what happens, and it says why not."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from service.cli import run
from service.flow.clock.preview import preview
from service.storage.ledger import Ledger, open_ledger
from service.wiring.assembly import open_campaign
from tests.support.harness.bundled_campaign import ROOT, bundled_folder
from tests.support.harness.clockwork import HANOI, Clockwork, memory_ledger, open_campaign_of

FOLDER = bundled_folder("suc-khoe-2021")


@pytest.fixture(scope="module")
def ledger() -> Ledger:
    return memory_ledger()


@pytest.fixture
def clock(ledger: Ledger) -> Clockwork:
    opened = Clockwork(
        open_campaign_of(FOLDER.campaign, open_campaign(FOLDER).calendar, 3), ledger, at("2021-05-10T09:00")
    )
    opened.launch()
    return opened


def at(moment: str) -> datetime:
    return datetime.fromisoformat(moment).replace(tzinfo=HANOI)


@pytest.mark.parametrize("moment", ["2021-05-18T07:00", "2021-05-19T10:30", "2021-05-28T18:00", "2021-05-22T12:00"])
def test_what_is_foreseen_is_what_happens(clock: Clockwork, moment: str) -> None:
    """From any moment on, with nobody doing anything: the same mails on the same days; looking sends nothing."""
    clock.now = at(moment)
    clock.open(replace(clock.open_campaign, units=clock.open_campaign.units[:2]))
    foreseen = preview(clock.services, clock.open_campaign, days=20)
    assert clock.server.taken == []
    promised = [(mail.at.date(), mail.unit, mail.mail) for mail in foreseen.mails if mail.unit]
    end = clock.now + timedelta(days=20)
    while clock.now < end:
        clock.pulse()
        clock.now += timedelta(hours=4)
    units = {unit.addresses[0]: unit.code for unit in clock.open_campaign.units}
    happened = [(mail.day, units[mail.recipients[0]], mail.template) for mail in clock.server.taken]
    assert sorted(happened) == sorted(promised)


def test_every_mail_has_its_reason_and_every_silence_too(clock: Clockwork) -> None:
    """A reminder that is due, one that was missed, a unit that is done, one that is snoozed, one that HR paused."""
    clock.now = at("2021-05-20T09:00")
    open_campaign = clock.open_campaign
    clock.submit(open_campaign.units[1], whole=True)
    with clock.ledger.transaction() as transaction:
        transaction.decisions.snooze(open_campaign.campaign.id, "U3", date(2021, 6, 30))
    seen = preview(clock.services, open_campaign, days=6)
    assert [(f"{mail.at:%d/%m %H:%M}", mail.unit, mail.mail, mail.why) for mail in seen.mails if mail.unit] == [
        (
            "20/05 09:00",
            "U1",
            "reminder",
            "7 working days before the last day in time, 28/05/2021; its day was 19/05/2021",
        ),
        ("25/05 08:00", "U1", "reminder", "3 working days before the last day in time, 28/05/2021"),
    ]
    assert [(each.unit, each.why) for each in seen.silent] == [
        ("U2", "the unit has done its part"),
        ("U3", "reminders are put off up to and with 30/06/2021"),
    ]
    assert [f"{mail.at:%d/%m}" for mail in seen.mails if mail.mail == "summary"] == ["20/05", "21/05", "24/05", "25/05"]
    with clock.ledger.transaction() as transaction:
        transaction.decisions.pause(open_campaign.campaign.id, None, clock.now)
    paused = preview(clock.services, open_campaign, days=6)
    assert [each.why for each in paused.silent if each.unit == "U1"] == ["reminders are stopped"]


def test_the_head_stands_among_the_recipients_of_an_escalated_mail(clock: Clockwork) -> None:
    """Whom a mail reaches is said beforehand."""
    unit = replace(clock.open_campaign.units[0], head_address="head@office.example")
    clock.open(replace(clock.open_campaign, units=(unit,)))
    clock.now = at("2021-06-01T07:00")
    (mail,) = [mail for mail in preview(clock.services, clock.open_campaign, days=2).mails if mail.unit]
    assert mail.recipients == ("u1@office.example", "head@office.example")
    assert mail.why == "2 working days after the last day in time, 28/05/2021; the unit's head in copy"


def test_the_command_shows_the_plan_at_any_moment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """`dondoc status --due --now …`, for people and as JSON; exit 0."""
    monkeypatch.chdir(tmp_path)
    shutil.copytree(ROOT / "config", tmp_path / "config")
    ledger = open_ledger(f"sqlite:///{tmp_path / 'state' / 'ledger.sqlite'}")
    with ledger.transaction() as transaction:
        transaction.decisions.mark_launched("vssid-2021", at("2021-04-22T09:00"))
    ledger.close()
    asked = ["status", "--due", "--now", "2021-05-14T07:00", "--days", "1"]
    assert run([*asked, "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["campaign"], said["days"], said["silent"]) == ("vssid-2021", 1, [])
    first = said["due"][0]
    assert first["at"] == "2021-05-14T08:00:00+07:00"
    assert (first["unit"], first["mail"]) == ("U01", "reminder")
    assert first["why"] == "3 working days before the last day in time, 19/05/2021"
    assert len([mail for mail in said["due"] if mail["mail"] == "reminder"]) == 12
    assert said["due"][-1]["mail"] == "summary"
    assert run(asked) == 0
    assert "reminder" in capsys.readouterr().out


def test_hr_puts_a_unit_off_and_the_plan_shows_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """`dondoc snooze U01 2021-05-21`: named, recorded, shown; a wrong day or unit is one line."""
    monkeypatch.chdir(tmp_path)
    shutil.copytree(ROOT / "config", tmp_path / "config")
    ledger = open_ledger(f"sqlite:///{tmp_path / 'state' / 'ledger.sqlite'}")
    with ledger.transaction() as transaction:
        transaction.decisions.mark_launched("vssid-2021", at("2021-04-22T09:00"))
    now = ["--now", "2021-05-14T07:00"]
    assert run(["snooze", "u01", "2021-05-21", "--as", "Lan", *now]) == 0
    assert "U01: no reminders up to and with 21/05/2021" in capsys.readouterr().out
    assert run(["status", "--due", "--json", *now]) == 0
    silent = json.loads(capsys.readouterr().out)["silent"]
    assert silent == [{"unit": "U01", "why": "reminders are put off up to and with 21/05/2021"}]
    with ledger.transaction() as transaction:
        event = transaction.events.latest(1)[0]
    ledger.close()
    assert (event.who, event.what, event.why, event.unit) == ("Lan", "snoozed", "2021-05-21", "U01")
    for wrong in (["U01", "21/05"], ["U01", "2021-05-01"], ["U99", "2021-05-21"]):
        assert run(["snooze", *wrong, "--as", "Lan", *now]) == 2
        assert len(capsys.readouterr().err.strip().splitlines()) == 1
    assert run(["snooze", "U01", "--as", "Lan", *now]) == 0
    assert "reminders as planned" in capsys.readouterr().out
