"""What HR decided reaches a unit in one mail: whose forms, which verdicts and why, and what remains.

A decision is an event that waits to be told. Those of HR's mail are told with it; those of the command line or the desk
when the sitting is over. Letter and mark are one commit: a crash neither forgets a decision nor tells it twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta

from service.core.events import SERVICE, DecisionsTold, DecisionToTell, Event, EventKind
from service.core.hr_decisions import Result
from service.core.masking import masked
from service.core.rosters.fingerprints import fingerprint
from service.core.sentences import Wording
from service.core.units import Unit
from service.flow.answers.wording import where_in_words
from service.flow.context import CampaignContext, OpenCampaign, Services
from service.flow.outbox.calendar_entries import changed_calendar_entry
from service.flow.outbox.compose import to_unit
from service.flow.outbox.letters import UnitLetter

SITTING_ENDS_AFTER = timedelta(minutes=2)
"""Without a decision of this campaign."""
_OF_FORMS = frozenset({Result.FORM_ACCEPTED, Result.FORM_RETURNED})
_OF_TIME = {Result.EXTENDED: "extension_granted", Result.EXTENSION_DECLINED: "extension_declined"}
"""Alone in a sitting, a word about time has a letter of its own."""


def tell_after_sitting(services: Services, open_campaign: OpenCampaign) -> None:
    """At each pulse: everybody concerned is told once HR has decided nothing for a while."""
    with services.ledger.transaction() as transaction:
        context = CampaignContext(services, transaction, open_campaign)
        waiting = _not_told(context)
        if waiting and context.now() - waiting[-1].at >= SITTING_ENDS_AFTER:
            _tell(context, waiting)


def tell_units(context: CampaignContext) -> None:
    """At the end of HR's mail: in the transaction that records it."""
    waiting = _not_told(context)
    if waiting:
        _tell(context, waiting)


def _not_told(context: CampaignContext) -> list[Event]:
    """Oldest first."""
    events, campaign = context.transaction.events, context.campaign.id
    told = events.last(EventKind.DECISIONS_TOLD, campaign)
    later = events.after(told.id if told else 0, EventKind.DECISION_TO_TELL)
    return [event for event in later if event.campaign == campaign]


def _tell(context: CampaignContext, waiting: Sequence[Event]) -> None:
    """A letter for each unit, in the order of the configuration."""
    for unit in context.units:
        own = [event for event in waiting if event.unit == unit.code]
        if own:
            to_unit(context, unit, _letter(context, unit, own))
    context.record(SERVICE, DecisionsTold())


def _letter(context: CampaignContext, unit: Unit, events: Sequence[Event]) -> UnitLetter:
    key = f"decisions:{context.campaign.id}:{unit.code}:{events[-1].id}"
    facts = list(_last_words(events))
    is_longer = any(fact.result == Result.EXTENDED for fact in facts)
    entry = changed_calendar_entry(context, unit) if is_longer else ()
    if len(facts) == 1 and facts[0].result in _OF_TIME:
        template = _OF_TIME[Result(facts[0].result)]
        said = {"day": facts[0].day, "why": facts[0].why, "calendar": bool(entry)}
        return UnitLetter(key=key, template=template, facts=said, attachments=entry)
    wording = context.wording(unit.language)
    decided = [_sentence(context, unit, fact, wording) for fact in facts]
    return UnitLetter(key=key, template="decisions", facts={"decided": decided}, attachments=entry)


def _last_words(events: Iterable[Event]) -> Iterable[DecisionToTell]:
    """Of several decisions about the same thing the last, in its place."""
    last: dict[tuple[str, int], DecisionToTell] = {}
    for event in events:
        fact = event.fact
        assert isinstance(fact, DecisionToTell)
        about = "form" if fact.result in _OF_FORMS else "time" if fact.result in _OF_TIME else fact.result
        last[about, fact.number] = fact
    return last.values()


def _sentence(context: CampaignContext, unit: Unit, fact: DecisionToTell, wording: Wording) -> str:
    about = _where(context, unit, fact.number, wording) if fact.result == Result.WAIVED else fact.about
    day = f"{fact.day:%d/%m/%Y}" if fact.day else ""
    form = context.campaign.declaration.name if context.campaign.declaration else ""
    said = wording.say(f"decisions.{fact.result}", form=form, about=about or str(fact.number), day=day)
    return f"{said} {wording.say('decisions.why', why=fact.why.rstrip(' .'))}" if fact.why else said


def _where(context: CampaignContext, unit: Unit, number: int, wording: Wording) -> str:
    """The place and words of a waived error, as the unit has read of it; empty when its list has it no longer."""
    roster = context.transaction.submissions.current_roster(context.campaign.id, unit.code)
    numbered = context.transaction.submissions.numbered_finding(number)
    for finding in roster.waived if roster and numbered else ():
        if roster and numbered and fingerprint(finding, roster.rows) == numbered.fingerprint:
            return (
                f"{where_in_words(context.campaign, finding, wording)}: {masked(wording.message(finding)).rstrip('.')}"
            )
    return ""
