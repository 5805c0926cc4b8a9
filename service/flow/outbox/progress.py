"""Where units stand: reads the ledger, computes, and puts what remains into words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from service.core.campaigns import Campaign
from service.core.progress.progress import Progress, compute_progress
from service.core.sentences import Wording
from service.core.units import Unit
from service.flow.context import CampaignContext

NAMES_SHOWN = 10


def progress_of(context: CampaignContext, unit: Unit) -> Progress:
    """A unit's progress now."""
    campaign, transaction = context.campaign, context.transaction
    return compute_progress(
        campaign=campaign,
        unit=unit,
        roster=transaction.submissions.current_roster(campaign.id, unit.code),
        forms=transaction.submissions.forms(campaign.id, unit.code),
        workers=context.workers_of(unit),
        notes=context.notes(unit),
        shared=transaction.listings.twice(campaign.id, unit.code),
    )


def remaining_in_words(campaign: Campaign, progress: Progress, wording: Wording) -> list[str]:
    """What the unit still has to do, a sentence each, by name where that is short."""
    return list(_remaining(campaign, progress, wording))


def _remaining(campaign: Campaign, progress: Progress, wording: Wording) -> Iterator[str]:
    roster, declaration = campaign.roster_name, campaign.declaration
    form = declaration.name if declaration else ""
    if progress.roster_version == 0:
        yield wording.say("remaining.roster", roster=roster)
        if declaration:
            yield wording.say("remaining.forms", form=form)
        return
    if progress.roster_errors:
        yield wording.say("remaining.roster_errors", roster=roster, count=str(progress.roster_errors))
    for key, names in (
        ("not_in_roster", progress.not_in_roster),
        ("form_missing", progress.forms_missing),
        ("form_rejected", progress.forms_rejected),
    ):
        if names:
            yield wording.say(
                f"remaining.{key}",
                names=names_in_words(names, wording),
                count=str(len(names)),
                roster=roster,
                form=form,
            )
    if progress.listed_elsewhere and not progress.unit_is_done:
        leaving = names_in_words(progress.listed_elsewhere, wording)
        yield wording.say("remaining.listed_elsewhere", roster=roster, names=leaving)
    if not progress.discrepancies_answered:
        yield wording.say("remaining.discrepancies_statement", roster=roster)


def names_in_words(names: Sequence[str], wording: Wording, *, more: str = "remaining.more") -> str:
    """All names when they are few, else the first and how many more; `more`: the sentence that counts the rest."""
    if len(names) <= NAMES_SHOWN:
        return ", ".join(names)
    rest = wording.say(more, count=str(len(names) - NAMES_SHOWN))
    return f"{', '.join(names[:NAMES_SHOWN])} {rest}"
