"""How the campaign came to where it stands, read from the ledger: for the picture and the workbook of a summary."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from service.core.forms import Verdict
from service.core.progress.deadlines import deadline_of_campaign, deadline_of_unit
from service.core.progress.summary_facts import BurnUp, SummaryFacts
from service.core.records import OutgoingState
from service.flow.context import CampaignContext
from service.flow.outbox.overview import OverviewRow
from service.flow.outbox.still_wanted import CLOCK_MAILS


def summary_facts(context: CampaignContext, rows: Sequence[OverviewRow], needs: Sequence[str]) -> SummaryFacts:
    """Everything that the annexes of a summary show."""
    return SummaryFacts(
        units=[row.unit for row in rows],
        progress=[row.progress for row in rows],
        now=context.local_now(),
        burn_up=burn_up_of(context, rows),
        needs=needs,
        last_days={row.unit.code: deadline_of_unit(context.campaign, context.notes(row.unit)) for row in rows},
        reminded=_reminded(context, rows),
    )


def burn_up_of(context: CampaignContext, rows: Sequence[OverviewRow]) -> BurnUp:
    """Computed from the papers themselves: a unit that has to mend something is no longer counted as done before."""
    launched = context.transaction.decisions.launched_at(context.campaign.id)
    today = context.today()
    return BurnUp(
        begun=context.day_of(launched) if launched else today,
        last_day=deadline_of_campaign(context.campaign),
        today=today,
        units=len(rows),
        units_done=tuple(sorted(day for row in rows if (day := _done_on(context, row)) is not None)),
        forms=sum(row.progress.forms_expected or row.progress.expected for row in rows)
        if context.campaign.declaration
        else 0,
        forms_done=tuple(sorted(day for row in rows for day in _forms_on(context, row))),
    )


def _done_on(context: CampaignContext, row: OverviewRow) -> date | None:
    """The day of the last thing that the unit sent, once it has done its part."""
    moments = [row.progress.last_received_at, context.notes(row.unit).no_discrepancies_at]
    known = [moment for moment in moments if moment is not None]
    return context.day_of(max(known)) if row.progress.unit_is_done and known else None


def _forms_on(context: CampaignContext, row: OverviewRow) -> list[date]:
    """The day on which each worker's accepted declaration came; the first of several."""
    first: dict[int, date] = {}
    for form in context.transaction.submissions.forms(context.campaign.id, row.unit.code):
        if form.worker_row is not None and form.verdict is Verdict.ACCEPTED:
            day = context.day_of(form.received_at)
            first[form.worker_row] = min(day, first.get(form.worker_row, day))
    return list(first.values())


def _reminded(context: CampaignContext, rows: Sequence[OverviewRow]) -> Mapping[str, list[str]]:
    """The clock's mails that left, in words."""
    wording = context.wording()
    found: dict[str, list[str]] = {}
    for row in rows:
        for mail in context.transaction.outbox.of_unit(context.campaign.id, row.unit.code):
            if mail.template in CLOCK_MAILS and mail.state is OutgoingState.SENT:
                copied = len(mail.outcomes) > 1
                key = {"reminder": "summary.reminded", "overdue": "summary.reminded.overdue"}[mail.template]
                key = "summary.reminded.escalated" if copied else key
                day = f"{context.day_of(mail.created_at):%d/%m}"
                found.setdefault(row.unit.code, []).append(wording.say(key, day=day))
    return found
