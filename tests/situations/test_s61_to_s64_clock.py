"""S61 to S64: papers that come while reminders go out, calendars and zones, downtime, moved deadlines."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from service.core.progress.deadlines import WorkingCalendar, steps
from service.core.records import OutgoingState
from service.flow.contacts.opening import launch
from service.flow.context import CampaignContext
from service.flow.outbox.compose import to_unit
from service.flow.outbox.letters import UnitLetter
from service.flow.outbox.still_wanted import DONE_MEANWHILE, SENT_MEANWHILE
from service.flow.sending.delivery import deliver_due
from service.storage.ledger import Ledger
from service.wiring.assembly import open_campaign
from tests.support.harness.bundled_campaign import bundled_folder
from tests.support.harness.clockwork import HANOI, Clockwork, memory_ledger, open_campaign_of

CAMPAIGN = bundled_folder("suc-khoe-2021").campaign
"""Reminders 7, 3 and 0 working days before Friday 28/05/2021, overdue after 1 and 2: 19, 25, 28/05, 31/05 and 01/06."""
CALENDAR = open_campaign(bundled_folder("suc-khoe-2021")).calendar
EVERY_MORNING = 9


@pytest.fixture(scope="module")
def ledger() -> Ledger:
    return memory_ledger()


@pytest.fixture
def clock(ledger: Ledger) -> Iterator[Clockwork]:
    opened = Clockwork(open_campaign_of(CAMPAIGN, CALENDAR, 2), ledger, at("2021-05-10T09:00"))
    opened.launch()
    yield opened


def at(moment: str) -> datetime:
    return datetime.fromisoformat(moment).replace(tzinfo=HANOI)


def days(clock: Clockwork, number: int = 0) -> list[tuple[int, int, str]]:
    """(month, day, mail) of what a unit got."""
    mails = clock.clock_mails(clock.open_campaign.units[number])
    return [(mail.day.month, mail.day.day, mail.template) for mail in mails]


def live(clock: Clockwork, until: str, *, hour: int = EVERY_MORNING) -> None:
    """The service looks once a day, weekends and holidays too."""
    clock.now = clock.now.astimezone(HANOI).replace(hour=hour)
    while clock.now <= at(until):
        clock.pulse()
        clock.now += timedelta(days=1)


def test_s61_papers_that_came_after_the_reminder_was_written_keep_it_at_home(clock: Clockwork) -> None:
    """Everything came: nothing is sent, the ledger says why, and no other reminder takes its place."""
    unit = clock.open_campaign.units[0]
    clock.now = at("2021-05-19T09:00")
    clock.pulse(between=lambda: clock.submit(unit, whole=True))
    live(clock, "2021-06-30T23:00")
    assert days(clock) == []
    with clock.ledger.transaction() as transaction:
        (mail,) = transaction.outbox.of_unit(CAMPAIGN.id, unit.code)
        why = [event.why for event in transaction.events.latest(50) if event.what == "mail suppressed"]
    assert mail.state is OutgoingState.SUPPRESSED
    assert len(why) == 1 and why[0].endswith(DONE_MEANWHILE) and mail.last_error == DONE_MEANWHILE


def test_s61_a_part_that_came_meanwhile_has_the_reminder_written_anew(clock: Clockwork) -> None:
    """What it said of the missing papers was no longer true: the first stays at home, the second says what is left."""
    unit = clock.open_campaign.units[0]
    clock.now = at("2021-05-19T09:00")

    def a_part_comes() -> None:
        clock.pass_by(minutes=1)
        clock.submit(unit, whole=False)

    clock.pulse(between=a_part_comes)
    assert days(clock) == []
    clock.pulse()
    assert days(clock) == [(5, 19, "reminder")]
    with clock.ledger.transaction() as transaction:
        errors = [mail.last_error for mail in transaction.outbox.of_unit(CAMPAIGN.id, unit.code)]
    assert errors == [SENT_MEANWHILE, None]


def test_s61_a_unit_that_sent_something_today_is_left_in_peace_once_it_has_been_reminded(clock: Clockwork) -> None:
    """It was answered with what is missing; the step is made good on the next working day."""
    unit = clock.open_campaign.units[0]
    live(clock, "2021-05-24T23:00")
    clock.now = at("2021-05-25T08:30")
    clock.submit(unit, whole=False)
    clock.pulse()
    assert days(clock) == [(5, 19, "reminder")]
    clock.now = at("2021-05-26T08:30")
    clock.pulse()
    assert days(clock) == [(5, 19, "reminder"), (5, 26, "reminder")]


def test_s62_weekends_holidays_and_quiet_days_are_silent(ledger: Ledger) -> None:
    """The last day is Wednesday 05/05: over 30/4, 1/5 and the day in lieu; the quiet 04/05 moves a step to 05/05."""
    plan = replace(CAMPAIGN.plan, before=(3, 2, 1), overdue=(1,), quiet_days=frozenset({date(2021, 5, 4)}))
    campaign = replace(CAMPAIGN, deadline=date(2021, 5, 6), plan=plan)
    clock = Clockwork(open_campaign_of(campaign, CALENDAR, 1), ledger, at("2021-04-20T09:00"))
    clock.launch()
    live(clock, "2021-05-31T23:00")
    assert days(clock) == [(4, 28, "reminder"), (4, 29, "reminder"), (5, 5, "reminder"), (5, 6, "overdue")]


def test_s62_a_swapped_saturday_is_a_day_like_others(ledger: Ledger) -> None:
    """Saturday 04/05/2024 is worked: the reminder of the working day before Monday goes out on it."""
    campaign = replace(CAMPAIGN, deadline=date(2024, 5, 7), plan=replace(CAMPAIGN.plan, before=(1,), overdue=()))
    clock = Clockwork(open_campaign_of(campaign, CALENDAR, 1), ledger, at("2024-04-22T09:00"))
    clock.launch()
    live(clock, "2024-05-20T23:00")
    assert days(clock) == [(5, 4, "reminder")]


@pytest.mark.parametrize("zone", ["UTC", "America/Los_Angeles", "Pacific/Kiritimati"])
def test_s62_the_servers_zone_does_not_matter(clock: Clockwork, monkeypatch: pytest.MonkeyPatch, zone: str) -> None:
    """07:59 in Hà Nội is too early, 08:00 is not, 17:00 is too late; whatever day it is where the server stands."""
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    try:
        for moment, mails in (("2021-05-19T00:59", 0), ("2021-05-19T10:00", 0), ("2021-05-19T01:00", 1)):
            clock.now = datetime.fromisoformat(moment + "+00:00")
            clock.pulse()
            assert len(days(clock)) == mails, moment
    finally:
        monkeypatch.undo()
        time.tzset()
    assert os.environ.get("TZ") != zone


def test_s63_after_days_of_downtime_one_reminder_the_latest(clock: Clockwork) -> None:
    """Down from 18/05 to 27/05 over two reminders: one on the morning it is back, then the plan goes on."""
    live(clock, "2021-05-17T23:00")
    clock.now = at("2021-05-27T09:00")
    live(clock, "2021-06-30T23:00")
    assert days(clock) == [(5, 27, "reminder"), (5, 28, "reminder"), (5, 31, "overdue"), (6, 1, "overdue")]


def test_s63_after_months_of_downtime_one_mail(clock: Clockwork) -> None:
    """Everything has passed: the last overdue step, once."""
    clock.now = at("2021-08-02T09:00")
    live(clock, "2021-09-30T23:00")
    assert days(clock) == [(8, 2, "overdue")]


def test_s64_a_deadline_moved_for_one_unit_moves_its_reminders_alone(clock: Clockwork) -> None:
    """Extended to 11/06 after the first reminder: steps of the new plan, and none that today's reminder covered."""
    live(clock, "2021-05-20T08:00")
    with clock.ledger.transaction() as transaction:
        transaction.decisions.extend(CAMPAIGN.id, "U1", date(2021, 6, 11))
    live(clock, "2021-07-30T23:00")
    assert days(clock) == [
        (5, 19, "reminder"),
        (6, 2, "reminder"),
        (6, 8, "reminder"),
        (6, 11, "reminder"),
        (6, 14, "overdue"),
        (6, 15, "overdue"),
    ]
    assert days(clock, 1) == [
        (5, 19, "reminder"),
        (5, 25, "reminder"),
        (5, 28, "reminder"),
        (5, 31, "overdue"),
        (6, 1, "overdue"),
    ]


def test_s64_an_extension_does_not_remind_of_steps_that_a_mail_covered(clock: Clockwork) -> None:
    """Extended by three days on 26/05: 7 before is 24/05, which yesterday's mail covered; next is 28/05."""
    live(clock, "2021-05-25T23:00")
    with clock.ledger.transaction() as transaction:
        transaction.decisions.extend(CAMPAIGN.id, "U1", date(2021, 6, 2))
    live(clock, "2021-06-30T23:00")
    assert days(clock)[1:4] == [(5, 25, "reminder"), (5, 28, "reminder"), (6, 2, "reminder")]


def test_s64_a_deadline_moved_for_all_moves_every_reminder(clock: Clockwork) -> None:
    """The campaign's file says another day: computed anew, whatever was planned before."""
    live(clock, "2021-05-20T08:00")
    moved = replace(CAMPAIGN, deadline=date(2021, 6, 12))
    clock.open(open_campaign_of(moved, CALENDAR, 2))
    live(clock, "2021-07-30T23:00")
    expected = [(5, 19), (6, 2), (6, 8), (6, 11), (6, 14), (6, 15)]
    assert [day[:2] for day in days(clock)] == expected
    assert [day[:2] for day in days(clock, 1)] == expected


def test_snoozed_and_paused_units_hear_nothing_and_get_one_mail_afterwards(clock: Clockwork) -> None:
    """Snoozed up to and with 26/05; HR's pause ends on 01/06. The steps that passed meanwhile become one."""
    with clock.ledger.transaction() as transaction:
        transaction.decisions.snooze(CAMPAIGN.id, "U1", date(2021, 5, 26))
        transaction.decisions.pause(CAMPAIGN.id, "U2", clock.now)
    live(clock, "2021-05-31T23:00")
    with clock.ledger.transaction() as transaction:
        transaction.decisions.pause(CAMPAIGN.id, "U2", None)
    live(clock, "2021-06-30T23:00")
    assert [day[:2] for day in days(clock)] == [(5, 27), (5, 28), (5, 31), (6, 1)]
    assert [day[:2] for day in days(clock, 1)] == [(6, 1)]


def test_a_service_with_two_campaigns_writes_to_a_unit_once_a_day(clock: Clockwork) -> None:
    """The other campaign's step waits until tomorrow."""
    other = replace(CAMPAIGN, id="other", plan=replace(CAMPAIGN.plan, before=(7,), overdue=()))
    clock.open_beside(open_campaign_of(other, CALENDAR, 2))
    live(clock, "2021-05-24T23:00")
    assert [day[:2] for day in days(clock)] == [(5, 19), (5, 20)]


def test_three_years_pass_in_seconds_and_every_step_is_written_once(ledger: Ledger) -> None:
    """2021 to 2023 with three weeks of downtime each autumn, one unit that finishes in the middle, one that never does.

    The expected days are counted here from the plan alone: the first day the service was up, on or after each step and
    before the next one.
    """
    plan = replace(CAMPAIGN.plan, before=tuple(range(0, 700, 25)), overdue=(1, 5, 20))
    campaign = replace(CAMPAIGN, deadline=date(2023, 12, 1), plan=plan)
    clock = Clockwork(open_campaign_of(campaign, CALENDAR, 2), ledger, at("2021-01-04T09:00"))
    clock.launch()
    done, up = at("2022-06-15T10:00"), []
    while clock.now < at("2024-01-01T00:00"):
        clock.now += timedelta(days=1)
        if not (clock.now.month == 10 and clock.now.day < 22):
            up.append(clock.now.date())
            clock.pulse()
        if clock.now.date() == done.date():
            clock.submit(clock.open_campaign.units[1], whole=True)
    planned = [step.day for step in steps(plan, date(2023, 11, 30), CALENDAR) if step.day > date(2021, 1, 4)]
    working = [day for day in up if CALENDAR.is_working(day)]
    expected = []
    for step, following in zip(planned, [*planned[1:], date.max], strict=True):
        possible = [day for day in working if step <= day < following]
        expected += possible[:1]
    assert [mail.day for mail in clock.clock_mails(clock.open_campaign.units[0])] == expected
    assert len(expected) > 25
    assert [mail.day for mail in clock.clock_mails(clock.open_campaign.units[1])] == [
        d for d in expected if d <= done.date()
    ]


def test_a_calendar_without_working_days_in_lieu_still_ends() -> None:
    """Counting over a year of free days finds the first worked one."""
    free = WorkingCalendar(is_holiday=lambda day: day.year == 2021)
    assert free.back(date(2021, 12, 31), 0) == date(2020, 12, 31)
    assert free.forward(date(2021, 1, 1), 1) == date(2022, 1, 3)


def test_s58_sixty_units_are_written_within_the_providers_limits(ledger: Ledger) -> None:
    """Opening wave and reminders: thirty in any minute, everybody once; an answer written meanwhile goes first."""
    clock = Clockwork(open_campaign_of(CAMPAIGN, CALENDAR, 60), ledger, at("2021-05-10T09:00"))
    launch(clock.services, clock.open_campaign, by="administrator")
    deliver_due(clock.services, clock.server)
    with clock.ledger.transaction() as transaction:
        unit = clock.open_campaign.units[59]
        facts = {"received_at": clock.now, "subject": "", "sender_masked": ""}
        letter = UnitLetter(key="a", template="already_received", facts=facts)
        to_unit(CampaignContext(clock.services, transaction, clock.open_campaign), unit, letter)
        (answer,) = [mail for mail in transaction.outbox.due(clock.now) if mail.template == "already_received"]
        transaction.outbox.settle(answer.id, state=OutgoingState.SUPPRESSED, now=clock.now)
        transaction.outbox.queue(replace(answer, key="b", message_id="<b@office.example>", answers_mail=1))
    for morning in ("2021-05-10T09:01", "2021-05-19T09:00"):
        clock.now = max(clock.now, at(morning))
        for _ in range(5):
            clock.pass_by(seconds=61)
            clock.pulse()
    taken = clock.server.taken
    assert [mail.template for mail in taken[30:32]] == ["already_received", "opening"]
    for template in ("opening", "reminder"):
        reached = [mail.recipients[0] for mail in taken if mail.template == template]
        assert sorted(reached) == sorted(unit.addresses[0] for unit in clock.open_campaign.units)
    for mail in taken:
        assert sum(mail.at <= other.at < mail.at + timedelta(minutes=1) for other in taken) <= 30
