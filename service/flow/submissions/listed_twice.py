"""A worker whom two units list (one moved, or was copied): both are told, HR decides, and counts her once meanwhile.

Lists are compared by number in the ledger, when one is taken. What a unit reads of it is worked out anew with each
answer, for the other list, or HR's word, may have come since.
"""

from __future__ import annotations

from service.core.findings import Finding
from service.core.progress.listed_twice import ListedTwice, Meeting, findings_about, meetings, people_in
from service.core.units import Unit
from service.flow.context import CampaignContext
from service.flow.outbox.compose import to_hr, to_unit
from service.flow.outbox.letters import HrLetter, UnitLetter
from service.flow.outbox.progress import names_in_words
from service.flow.triage.triage import Incoming


def note_people(context: CampaignContext, unit: Unit, mail: Incoming) -> None:
    """The unit's new list against those of the other units; who is found anew is told and asked about once."""
    transaction, campaign = context.transaction, context.campaign
    roster = transaction.submissions.current_roster(campaign.id, unit.code)
    if roster is None:
        return
    transaction.listings.list_people(campaign.id, unit.code, people_in(campaign, roster))
    fresh: dict[str, list[Meeting]] = {}
    for each in _meetings(context, unit):
        if each.is_one_person and transaction.listings.note_twice(campaign.id, _begun(context, each, mail)):
            fresh.setdefault(each.theirs.unit, []).append(each)
    for code, found in fresh.items():
        other = context.unit(code)
        assert other is not None
        _tell_other(context, unit, other, mail, found)
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


def _ask_hr(context: CampaignContext, unit: Unit, other: Unit, mail: Incoming, found: list[Meeting]) -> None:
    names = [each.mine.name for each in found]
    context.record(unit.code, "listed twice", f"{other.code}: {', '.join(names)}", unit=unit, mail_id=mail.record.id)
    asked = f"{mail.record.id}:{other.code}:{unit.code}"
    letter = HrLetter(
        key=f"listed-twice-hr:{context.campaign.id}:{asked}",
        template="listed_twice_hr",
        facts={"former": other, "newer": unit, "names": names},
        unit=unit,
        about=f"listed-twice:{asked}",
    )
    to_hr(context, letter)


def findings_now(context: CampaignContext, unit: Unit) -> tuple[Finding, ...]:
    """Warnings for the unit's answer: who stands in another list too, and whom HR has said to be another unit's."""
    strangers = [each for each in _meetings(context, unit) if not each.is_one_person]
    names = {each.code: each.name for each in context.units}
    cases = context.transaction.listings.twice(context.campaign.id, unit.code)
    return tuple(findings_about(context.campaign, unit.code, cases, strangers, names))


def waiting(context: CampaignContext) -> tuple[ListedTwice, ...]:
    """Who waits for HR's word."""
    return tuple(case for case in context.transaction.listings.twice(context.campaign.id) if case.home is None)


def decide_asked(context: CampaignContext, asked: str, *, accept: bool, by: str, why: str) -> str:
    """ "DUYỆT": the unit whose list came later; "TỪ CHỐI": the former one. All of whom that mail asked."""
    mail_id, former, newer = asked.split(":")
    cases = [
        case for case in waiting(context) if (str(case.mail_id), case.former, case.newer) == (mail_id, former, newer)
    ]
    for case in cases:
        decide(context, case, newer if accept else former, by=by, why=why)
    if not cases:
        return "listed_twice_settled"
    return "listed_twice_newer" if accept else "listed_twice_former"


def decide(context: CampaignContext, case: ListedTwice, home: str, *, by: str, why: str) -> None:
    """HR's word on one worker; the unit she does not belong to reads of it with its next answer or reminder."""
    context.transaction.listings.decide_home(case.id, home, by=by, at=context.now(), why=why)
    context.record(by, f"listed twice: {case.id} is of {home}", why, unit=home)
