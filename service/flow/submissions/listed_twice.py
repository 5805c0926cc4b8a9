"""A worker whom two units list (one moved, or was copied): both are told, HR decides, and counts her once meanwhile.

Lists are compared by number in the ledger, when one is taken. What a unit reads of it is worked out anew with each
answer, for the other list, or HR's word, may have come since.
"""

from __future__ import annotations

from collections.abc import Mapping

from service.core.events import ListedTwiceNoted
from service.core.findings import Finding
from service.core.progress.listed_twice import ListedTwice, Meeting, findings_about, meetings, people_in
from service.core.tasks import WorkerListedTwice
from service.core.units import Unit
from service.flow.context import CampaignContext
from service.flow.outbox.compose import to_hr, to_unit
from service.flow.outbox.letters import HrLetter, UnitLetter
from service.flow.outbox.progress import names_in_words
from service.flow.tasks import open_task
from service.flow.triage.triage import Incoming


def note_people(context: CampaignContext, unit: Unit, mail: Incoming) -> None:
    """The unit's new list against those of the other units; who is found anew is told and asked about once."""
    transaction, campaign = context.transaction, context.campaign
    roster = transaction.submissions.current_roster(campaign.id, unit.code)
    if roster is None:
        return
    transaction.listings.list_people(campaign.id, unit.code, people_in(campaign, roster))
    fresh: dict[str, dict[int, Meeting]] = {}
    for each in _meetings(context, unit):
        case = transaction.listings.note_twice(campaign.id, _begun(context, each, mail)) if each.is_one_person else None
        if case is not None:
            fresh.setdefault(each.theirs.unit, {})[case] = each
    for code, found in fresh.items():
        other = context.unit(code)
        assert other is not None
        _tell_other(context, unit, other, mail, list(found.values()))
        _ask_hr(context, unit, other, mail, found)


def _meetings(context: CampaignContext, unit: Unit) -> tuple[Meeting, ...]:
    """Lists of units that the campaign does not have any more say nothing."""
    found = meetings(context.transaction.listings.met_elsewhere(context.campaign.id, unit.code))
    return tuple(each for each in found if context.unit(each.theirs.unit) is not None)


def _begun(context: CampaignContext, each: Meeting, mail: Incoming) -> ListedTwice:
    return ListedTwice(
        kind=each.mine.kind,
        number=each.mine.number,
        former=each.theirs.unit,
        newer=each.mine.unit,
        mail_id=mail.record.id,
        noted_at=context.now(),
    )


def _tell_other(context: CampaignContext, unit: Unit, other: Unit, mail: Incoming, found: list[Meeting]) -> None:
    """In the words of its own list: nothing of the other unit's but the unit's name."""
    names = names_in_words([each.theirs.name for each in found], context.wording(other.language))
    letter = UnitLetter(
        key=f"listed-twice:{context.campaign.id}:{mail.record.id}:{other.code}:{unit.code}",
        template="listed_twice",
        facts={"other": unit.name, "people": len(found), "names": names},
    )
    to_unit(context, other, letter)


def _ask_hr(context: CampaignContext, unit: Unit, other: Unit, mail: Incoming, found: Mapping[int, Meeting]) -> None:
    """`found`: by the number of the case."""
    names = [each.mine.name for each in found.values()]
    noted = ListedTwiceNoted(other=other.code, names=tuple(names))
    context.record(unit.code, noted, unit=unit, mail_id=mail.record.id)
    tasks = tuple(open_task(context, WorkerListedTwice(case=number), unit=unit).id for number in found)
    numbered = [
        context.wording().say("needs.person", name=name, task=str(task))
        for name, task in zip(names, tasks, strict=True)
    ]
    asked = f"{mail.record.id}:{other.code}:{unit.code}"
    letter = HrLetter(
        key=f"listed-twice-hr:{context.campaign.id}:{asked}",
        template="listed_twice_hr",
        facts={"former": other, "newer": unit, "names": numbered},
        unit=unit,
        tasks=tasks,
    )
    to_hr(context, letter)


def findings_now(context: CampaignContext, unit: Unit) -> tuple[Finding, ...]:
    """Warnings for the unit's answer: who stands in another list too, and whom HR has said to be another unit's."""
    strangers = [each for each in _meetings(context, unit) if not each.is_one_person]
    names = {each.code: each.name for each in context.units}
    cases = context.transaction.listings.twice(context.campaign.id, unit.code)
    return tuple(findings_about(context.campaign, unit.code, cases, strangers, names))
