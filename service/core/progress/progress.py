"""Where a unit stands, computed from what it has sent; never stored, so it cannot be stale."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from service.core.campaigns import Campaign
from service.core.findings import errors
from service.core.forms import Verdict, WaitsFor
from service.core.progress.listed_twice import ListedTwice, not_counted, to_take_out
from service.core.records import FormRecord, RosterEntry, RosterVersion, UnitNotes
from service.core.units import Unit, Worker
from service.core.vietnam.names import comparison_key


class Stage(StrEnum):
    """One word for the board."""

    NOTHING = "nothing"
    PARTIAL = "partial"
    """Something came, something is missing."""
    CORRECTION = "correction"
    """The unit has errors to mend."""
    REVIEW = "review"
    """The unit is done; HR has pages to look at."""
    COMPLETE = "complete"


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """A unit's progress. Names are of workers, as the roster (or HR's personnel file) writes them."""

    unit: str
    roster_version: int = 0
    workers: int = 0
    """Rows of the current roster, without those of people who count for another unit."""
    expected: int = 0
    """Workers HR's personnel file has for the unit; 0 when there is no such file."""
    roster_errors: int = 0
    not_in_roster: tuple[str, ...] = ()
    """In HR's personnel file but not in the roster."""
    listed_elsewhere: tuple[str, ...] = ()
    """Whom HR has said to be another unit's: rows to take out of the list."""
    gone: tuple[str, ...] = ()
    """In an earlier version of the roster and not in this one; the unit was asked, and has not said why."""
    not_possible: tuple[str, ...] = ()
    """Accounted for with a reason."""
    forms_expected: int = 0
    forms_accepted: int = 0
    forms_in_review: tuple[str, ...] = ()
    """A person looks at them."""
    forms_held_up: tuple[str, ...] = ()
    """They wait until the unit has corrected their rows of the list."""
    forms_rejected: tuple[str, ...] = ()
    """Sent but to be mended (unsigned, differing)."""
    forms_missing: tuple[str, ...] = ()
    forms_waiting: int = 0
    """Read, but no roster row to match yet."""
    discrepancies: int = 0
    discrepancies_answered: bool = True
    """The unit listed discrepancies or stated that there are none (or the campaign does not ask)."""
    last_received_at: datetime | None = None
    extended_to: date | None = None
    bounced: bool = False
    """Our mail came back for good from every registered address."""

    @property
    def stage(self) -> Stage:
        if self.roster_version == 0:
            return Stage.PARTIAL if self.forms_waiting else Stage.NOTHING
        if self.roster_errors or self.forms_rejected:
            return Stage.CORRECTION
        if self.forms_missing or self.not_in_roster or not self.discrepancies_answered:
            return Stage.PARTIAL
        return Stage.REVIEW if self.forms_in_review else Stage.COMPLETE

    @property
    def unit_is_done(self) -> bool:
        """Nothing is left for the unit to do; it is not reminded any more."""
        return self.stage in (Stage.REVIEW, Stage.COMPLETE)


def compute_progress(
    *,
    campaign: Campaign,
    unit: Unit,
    roster: RosterVersion | None,
    forms: Sequence[FormRecord],
    workers: Sequence[Worker],
    notes: UnitNotes,
    shared: Sequence[ListedTwice] = (),
) -> Progress:
    """Where the unit stands now, from its current roster, all its forms and HR's personnel file.

    `shared`: workers whom another unit lists too; what counts for that one is asked of nobody here.
    """
    listed = roster.rows if roster else ()
    elsewhere = not_counted(unit.code, shared)
    rows = tuple(row for row in listed if row.row not in elsewhere)
    received = [form.received_at for form in forms] + ([roster.received_at] if roster else [])
    discrepancies = _discrepancies(campaign, rows)
    without_forms = Progress(
        unit=unit.code,
        roster_version=roster.version if roster else 0,
        workers=len(rows),
        expected=len(workers),
        roster_errors=len(errors(roster.findings)) if roster else 0,
        not_in_roster=_not_in_roster(listed, workers) if roster else (),
        listed_elsewhere=to_take_out(unit.code, shared),
        gone=roster.gone if roster else (),
        not_possible=tuple(row.name for row in rows if row.values.get(NOT_POSSIBLE)),
        discrepancies=discrepancies,
        discrepancies_answered=campaign.discrepancy is None
        or discrepancies > 0
        or notes.no_discrepancies_at is not None,
        last_received_at=max(received, default=None),
        extended_to=notes.extended_to,
        bounced=bool(notes.bounced) and not {*unit.addresses, *notes.addresses} - {*notes.bounced},
    )
    return _with_forms(without_forms, tuple(row for row in rows if _expects_form(campaign, row)), forms)


NOT_POSSIBLE = "not_possible_reason"


def _expects_form(campaign: Campaign, row: RosterEntry) -> bool:
    return campaign.declaration is not None and not row.values.get(NOT_POSSIBLE)


def _with_forms(progress: Progress, expecting: Sequence[RosterEntry], forms: Sequence[FormRecord]) -> Progress:
    """The same unit, with how the form of each worker who is to sign one stands."""
    forms_of = _forms_by_row(forms)
    standing = [(row, forms_of.get(row.row, ())) for row in expecting]

    def named(wanted: Verdict | None, *, waits: bool = False) -> tuple[str, ...]:
        best = [(row, sent) for row, sent in standing if _best_verdict(sent) is wanted]
        if wanted is Verdict.REVIEW:
            best = [(row, sent) for row, sent in best if _is_held_up(sent) is waits]
        return tuple(_name(row, sent) for row, sent in best)

    return replace(
        progress,
        forms_expected=len(expecting),
        forms_accepted=len(named(Verdict.ACCEPTED)),
        forms_in_review=named(Verdict.REVIEW),
        forms_held_up=named(Verdict.REVIEW, waits=True),
        forms_rejected=named(Verdict.REJECTED),
        forms_missing=named(None),
        forms_waiting=sum(form.worker_row is None for form in forms),
    )


def _is_held_up(forms: Sequence[FormRecord]) -> bool:
    undecided = [form for form in forms if form.verdict is Verdict.REVIEW]
    return bool(undecided) and all(form.waits_for is WaitsFor.UNIT for form in undecided)


def _name(row: RosterEntry, forms: Sequence[FormRecord]) -> str:
    """As the list has it; a row without a name has that of its form."""
    return row.name or next((form.worker_name for form in forms if form.worker_name), "")


def _forms_by_row(forms: Sequence[FormRecord]) -> Mapping[int, Sequence[FormRecord]]:
    by_row: dict[int, list[FormRecord]] = {}
    for form in forms:
        if form.worker_row is not None:
            by_row.setdefault(form.worker_row, []).append(form)
    return by_row


def _best_verdict(forms: Sequence[FormRecord]) -> Verdict | None:
    """A worker's form sent twice counts by its best page; an old unsigned one does not spoil a signed one."""
    seen = {form.verdict for form in forms}
    return next((verdict for verdict in (Verdict.ACCEPTED, Verdict.REVIEW, Verdict.REJECTED) if verdict in seen), None)


def _discrepancies(campaign: Campaign, rows: Sequence[RosterEntry]) -> int:
    if campaign.discrepancy is None:
        return 0
    return sum(bool(row.values.get(campaign.discrepancy.kind)) for row in rows)


def _not_in_roster(rows: Sequence[RosterEntry], workers: Sequence[Worker]) -> tuple[str, ...]:
    """Workers whom no row names by a number; a row with the same name counts too, for its number may be the error."""
    known = {row.values.get(key) for row in rows for key in ("social_insurance_no", "citizen_id", "employee_code")}
    names = {comparison_key(row.name) for row in rows}
    return tuple(
        worker.name
        for worker in workers
        if not {worker.values.get(key) for key in ("social_insurance_no", "citizen_id")} & (known - {None, ""})
        and comparison_key(worker.name) not in names
    )
