"""Laws of the clock: on any calendar, however long the service was down, whatever units send, wherever it dies."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from service.core.campaigns import ReminderPlan
from service.core.progress.deadlines import ONE_DAY, WorkingCalendar, deadline_of_campaign, in_sending_hours, steps
from service.core.units import Unit
from service.storage.ledger import Ledger
from tests.support.harness.bundled_campaign import bundled_folder
from tests.support.harness.clockwork import HANOI, Clockwork, Delivered, memory_ledger, open_campaign_of

HEALTH_CHECK = bundled_folder("suc-khoe-2021").campaign
START = date(2021, 3, 1)
LEDGER: list[Ledger] = []


def ledger() -> Ledger:
    """One for all examples, emptied by each: making the tables takes longer than an example."""
    if not LEDGER:
        LEDGER.append(memory_ledger())
    return LEDGER[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """What happens around the clock. Moments are hours since the start, in Hà Nội."""

    plan: ReminderPlan
    calendar: WorkingCalendar
    deadline: date
    launched: int
    pulses: tuple[int, ...]
    """Hours in which the service is up, twice in each."""
    papers: tuple[tuple[int, int, bool], ...]
    """(hour, unit, everything is right)."""
    snoozed: tuple[tuple[int, int, int], ...] = ()
    """(hour, unit, days)."""
    paused: tuple[tuple[int, int], ...] = ()
    """(hour, unit)."""
    extended: tuple[tuple[int, int, int], ...] = ()
    """(hour, unit, further days)."""
    dies_at: int = 0
    touched: frozenset[int] = field(default_factory=frozenset)


HOURS = 24 * 40
hour = some.integers(0, HOURS)
unit_number = some.integers(0, 1)


@some.composite
def stories(draw: some.DrawFn, *, deaths: bool = False) -> Story:
    days = [START + ONE_DAY * n for n in range(45)]
    free = draw(some.frozensets(some.sampled_from(days), max_size=12))
    swapped = draw(some.frozensets(some.sampled_from(days), max_size=4))
    plan = ReminderPlan(
        before=tuple(draw(some.lists(some.integers(0, 12), min_size=1, max_size=4, unique=True))),
        overdue=tuple(draw(some.lists(some.integers(1, 6), max_size=3, unique=True))),
        escalate_from=1,
        call_list_from=2,
        quiet_days=draw(some.frozensets(some.sampled_from(days), max_size=3)),
    )
    up = draw(
        some.lists(some.tuples(some.integers(0, 39), some.integers(6, 17), some.integers(1, 4)), min_size=1, max_size=9)
    )
    return Story(
        plan=plan,
        calendar=WorkingCalendar(is_holiday=free.__contains__, is_swapped=swapped.__contains__),
        deadline=START + ONE_DAY * draw(some.integers(8, 35)),
        launched=draw(some.integers(0, 24 * 10)),
        pulses=tuple(sorted({24 * day + begin + n for day, begin, length in up for n in range(length)})),
        papers=tuple(draw(some.lists(some.tuples(hour, unit_number, some.booleans()), max_size=4))),
        snoozed=tuple(draw(some.lists(some.tuples(hour, unit_number, some.integers(0, 9)), max_size=1))),
        paused=tuple(draw(some.lists(some.tuples(hour, unit_number), max_size=1))),
        extended=tuple(draw(some.lists(some.tuples(hour, unit_number, some.integers(1, 20)), max_size=1))),
        dies_at=draw(some.integers(1, 60)) if deaths else 0,
    )


@dataclass
class Played:
    """How a story went."""

    clock: Clockwork
    story: Story
    complete_since: dict[str, datetime] = field(default_factory=dict)
    clean: Counter[date] = field(default_factory=Counter)
    """Local days to how many pulses the service lived through in their sending hours."""

    def mails(self, unit: Unit) -> list[Delivered]:
        return self.clock.clock_mails(unit)


def play(story: Story) -> Played:
    campaign = replace(HEALTH_CHECK, plan=story.plan, deadline=story.deadline)
    start = datetime.combine(START, time(), HANOI)
    clock = Clockwork(open_campaign_of(campaign, story.calendar, 2), ledger(), start, dies_at=story.dies_at)
    played = Played(clock, story)
    happenings = sorted({story.launched, *story.pulses, *(each[0] for each in _deeds(story))})
    for at in happenings:
        clock.now = start + timedelta(hours=at)
        if at == story.launched:
            clock.launch()
        _decided(played, at)
        meanwhile = [each for each in story.papers if each[0] == at]
        if at in story.pulses:
            _pulse_twice(played, meanwhile)
        else:
            _sent(played, meanwhile)
    return played


def _deeds(story: Story) -> list[tuple[int, ...]]:
    return [*story.papers, *story.snoozed, *story.paused, *story.extended]


def _decided(played: Played, at: int) -> None:
    """What HR decides in this hour."""
    story, open_campaign = played.story, played.clock.open_campaign
    with played.clock.ledger.transaction() as transaction:
        for when, number, days in story.snoozed:
            if when == at:
                until = open_campaign.day_of(played.clock.now) + ONE_DAY * days
                transaction.decisions.snooze(open_campaign.campaign.id, open_campaign.units[number].code, until)
        for when, number in story.paused:
            if when == at:
                transaction.decisions.pause(
                    open_campaign.campaign.id, open_campaign.units[number].code, played.clock.now
                )
        for when, number, days in story.extended:
            if when == at:
                until = open_campaign.campaign.deadline + ONE_DAY * days
                transaction.decisions.extend(open_campaign.campaign.id, open_campaign.units[number].code, until)


def _sent(played: Played, papers: list[tuple[int, int, bool]]) -> None:
    for _, number, whole in papers:
        unit = played.clock.open_campaign.units[number]
        if whole or unit.code not in played.complete_since:
            played.clock.submit(unit, whole=whole)
        if whole:
            played.complete_since.setdefault(unit.code, played.clock.now)


def _pulse_twice(played: Played, meanwhile: list[tuple[int, int, bool]]) -> None:
    """Papers come in after the first pulse wrote its reminders and before they leave; then again 35 minutes later."""
    clock, open_campaign = played.clock, played.clock.open_campaign
    left = list(meanwhile)

    def between() -> None:
        _sent(played, left)
        left.clear()

    for minutes in (0, 35):
        clock.now += timedelta(minutes=minutes)
        lived = clock.pulse(between)
        if lived and in_sending_hours(open_campaign.campaign, open_campaign.calendar, open_campaign.local(clock.now)):
            played.clean[open_campaign.day_of(clock.now)] += 1
    between()


def check_never(played: Played) -> None:
    """At most one a day, in decent hours, to nobody who is complete."""
    open_campaign = played.clock.open_campaign
    for unit in open_campaign.units:
        mails = played.mails(unit)
        assert max(Counter(mail.day for mail in mails).values(), default=0) <= 1
        for mail in mails:
            assert in_sending_hours(open_campaign.campaign, open_campaign.calendar, open_campaign.local(mail.at))
            assert unit.code not in played.complete_since or mail.at < played.complete_since[unit.code]


def check_at_least_once(played: Played, *, pulses: int) -> None:
    """Before its deadline every incomplete unit has been reminded, if the service was up for it and nobody objected."""
    story, open_campaign = played.story, played.clock.open_campaign
    launched = START + ONE_DAY * (story.launched // 24)
    objected = {open_campaign.units[each[1]].code for each in (*story.snoozed, *story.paused, *story.extended)}
    last_day = deadline_of_campaign(open_campaign.campaign)
    before = [step.day for step in steps(story.plan, last_day, story.calendar) if launched < step.day <= last_day]
    for unit in open_campaign.units:
        done = played.complete_since.get(unit.code)
        if unit.code in objected or not before or (done is not None and open_campaign.day_of(done) <= last_day):
            continue
        chances = [day for day, count in played.clean.items() if before[0] <= day <= last_day and count >= pulses]
        reminded = [mail for mail in played.mails(unit) if mail.template == "reminder" and mail.day <= last_day]
        assert reminded or not chances


@given(stories())
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_one_decent_mail_a_day_to_whom_it_concerns_and_nobody_is_forgotten(story: Story) -> None:
    """The laws on any calendar and through any downtime, papers arriving while reminders are on their way."""
    played = play(story)
    check_never(played)
    check_at_least_once(played, pulses=1)


@given(stories(deaths=True))
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_the_laws_hold_wherever_the_process_dies(story: Story) -> None:
    """Killed once at any named point; afterwards the server's own folder tells what was sent."""
    played = play(story)
    check_never(played)
    check_at_least_once(played, pulses=3)
