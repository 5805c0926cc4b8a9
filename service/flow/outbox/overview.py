"""All units at a glance: for the summary, the status command and the command line."""

from __future__ import annotations

from dataclasses import dataclass

from service.core.progress.progress import Progress, Stage
from service.core.units import Unit
from service.flow.context import CampaignContext
from service.flow.outbox.progress import progress_of


@dataclass(frozen=True, slots=True, kw_only=True)
class OverviewRow:
    """One unit's line."""

    unit: Unit
    progress: Progress
    stage_words: str


def overview(context: CampaignContext, *, only: str | None = None) -> list[OverviewRow]:
    """Lines in the order of the configuration; `only`: one unit by its code."""
    wording = context.wording()
    units = [unit for unit in context.units if only is None or unit.code.upper() == only]
    rows = []
    for unit in units:
        progress = progress_of(context, unit)
        words = wording.say(f"stage.{progress.stage}")
        rows.append(OverviewRow(unit=unit, progress=progress, stage_words=words))
    return rows


def counts(rows: list[OverviewRow]) -> dict[str, int]:
    """Units by stage, and totals of workers and declarations."""
    by_stage = {str(stage): sum(row.progress.stage is stage for row in rows) for stage in Stage}
    return {
        **by_stage,
        "units": len(rows),
        "done": sum(row.progress.unit_is_done for row in rows),
        "workers": sum(row.progress.workers for row in rows),
        "not_possible": sum(len(row.progress.not_possible) for row in rows),
        "forms_expected": sum(row.progress.forms_expected for row in rows),
        "forms_accepted": sum(row.progress.forms_accepted for row in rows),
        "forms_in_review": sum(len(row.progress.forms_in_review) for row in rows),
        "discrepancies": sum(row.progress.discrepancies for row in rows),
    }
