"""A unit hands something in: records rosters and declarations, judges them again as a whole, and answers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial

from service.core.campaigns import DeclarationRules
from service.core.declarations.form_codes import by_code, code_doubts
from service.core.declarations.judgement import Cell, judge
from service.core.events import DeclarationsTaken
from service.core.findings import Code, Finding, errors
from service.core.forms import Verdict, WaitsFor
from service.core.mail.conversation import states_nothing_wrong
from service.core.records import FormRecord, RosterVersion
from service.core.tasks import FormToLookAt
from service.core.units import Unit
from service.flow.context import CampaignContext
from service.flow.papers.assessment import ReadPapers
from service.flow.ports.ledger import Transaction
from service.flow.submissions.listed_twice import findings_now, note_people
from service.flow.submissions.other_pages import note_other_pages, unreadable_pages
from service.flow.submissions.roster_versions import NewRoster, judge_changed_anew, no_longer_accepted, take_roster
from service.flow.tasks import open_task
from service.flow.triage.passed_on import is_passed_on
from service.flow.triage.triage import Incoming


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What a submission changed: enough to answer it."""

    unit: Unit
    papers: ReadPapers
    roster: NewRoster | None = None
    """What became of the lists of this mail."""
    no_longer_accepted: tuple[str, ...] = ()
    """Workers whose form had been accepted and does not fit the new list."""
    forms: tuple[FormRecord, ...] = ()
    """The declarations of this mail, judged."""
    form_findings: tuple[Finding, ...] = ()
    shared: tuple[Finding, ...] = ()
    """Warnings about people who stand in another unit's list too."""
    stated_no_discrepancies: bool = False

    @property
    def version(self) -> RosterVersion | None:
        """The unit's list after this mail, when it brought any."""
        return self.roster.version if self.roster else None

    @property
    def roster_errors(self) -> tuple[Finding, ...]:
        return errors(self.version.findings) if self.version else ()


def take(
    context: CampaignContext,
    unit: Unit,
    mail: Incoming,
    papers: ReadPapers,
) -> Taken:
    """Records all of it in the transaction that is open."""
    stated = note_statement(context, unit, mail, in_roster=_says_no_discrepancy(papers))
    before = context.transaction.submissions.forms(context.campaign.id, unit.code)
    roster = take_roster(context, unit, mail, papers)
    if roster is not None:
        judge_changed_anew(context, unit, roster)
        if not roster.known_before:
            note_people(context, unit, mail)
    new_forms = _take_forms(context, unit, mail, papers)
    note_other_pages(context, unit, mail, papers)
    findings = judge_forms(context, unit)
    after = context.transaction.submissions.forms(context.campaign.id, unit.code)
    mine = [form for form in after if form.id in new_forms]
    return Taken(
        unit=unit,
        papers=papers,
        roster=roster,
        no_longer_accepted=no_longer_accepted(before, after),
        forms=tuple(mine),
        form_findings=(
            *(finding for form in mine for finding in findings.get(form.id, ())),
            *unreadable_pages(papers.other_pages),
        ),
        shared=findings_now(context, unit) if roster is not None else (),
        stated_no_discrepancies=stated,
    )


def _says_no_discrepancy(papers: ReadPapers) -> bool:
    return papers.roster is not None and papers.roster.roster.no_discrepancy


def note_statement(context: CampaignContext, unit: Unit, mail: Incoming, *, in_roster: bool = False) -> bool:
    """ "Đã rà soát, không có sai lệch" in the unit's own words or its roster, said once for the campaign.

    What HR passes on has the unit's words below HR's.
    """
    stated = in_roster and context.campaign.discrepancy is not None
    stated = stated or states_no_discrepancies(context, mail.message.new_text)
    if not stated and is_passed_on(context, unit, mail):
        stated = states_no_discrepancies(context, mail.message.whole_words)
    if not stated:
        return False
    context.transaction.decisions.state_no_discrepancies(context.campaign.id, unit.code, context.now())
    return True


def states_no_discrepancies(context: CampaignContext, words: str) -> bool:
    """Whether the words say so, where the campaign asks for it."""
    return context.campaign.discrepancy is not None and states_nothing_wrong(words)


def _take_forms(context: CampaignContext, unit: Unit, mail: Incoming, papers: ReadPapers) -> frozenset[int]:
    rules = context.campaign.declaration
    if rules is None:
        return frozenset()
    ids = {
        context.transaction.submissions.add_form(
            FormRecord(
                campaign=context.campaign.id,
                unit=unit.code,
                mail_id=mail.record.id,
                document_sha256=form.paper.sha256,
                document_name=form.paper.name,
                media_type=form.paper.media_type,
                reading=form.reading,
                received_at=mail.record.received_at,
            )
        )
        for form in papers.forms
    }
    if ids:
        context.record(unit.code, DeclarationsTaken(pages=len(ids)), unit=unit, mail_id=mail.record.id)
    return frozenset(ids)


def judge_forms(context: CampaignContext, unit: Unit) -> dict[int, tuple[Finding, ...]]:
    """Judges all declarations of the unit against its current roster: forms may come before their row."""
    rules = context.campaign.declaration
    if rules is None:
        return {}
    roster = context.transaction.submissions.current_roster(context.campaign.id, unit.code)
    findings: dict[int, tuple[Finding, ...]] = {}
    for form in context.transaction.submissions.forms(context.campaign.id, unit.code):
        judged, said = _judge(context, form, roster, rules)
        findings[form.id] = said
        if judged != form:
            context.transaction.submissions.update_form(judged)
    for form in forms_for_hr(context, unit):
        open_task(context, FormToLookAt(form=form.id), unit=unit)
    return findings


def forms_in_review(transaction: Transaction, campaign: str, unit: Unit) -> tuple[FormRecord, ...]:
    """Pages of the unit that are not decided, and no better page of the same worker exists."""
    forms = transaction.submissions.forms(campaign, unit.code)
    settled = {form.worker_row for form in forms if form.verdict is Verdict.ACCEPTED and form.worker_row is not None}
    return tuple(form for form in forms if form.verdict is Verdict.REVIEW and form.worker_row not in settled)


def forms_for_hr(context: CampaignContext, unit: Unit) -> tuple[FormRecord, ...]:
    """Those of them at which a person has to look; the others wait for the unit."""
    in_review = forms_in_review(context.transaction, context.campaign.id, unit)
    return tuple(form for form in in_review if form.waits_for is WaitsFor.HR)


def _judge(
    context: CampaignContext, form: FormRecord, roster: RosterVersion | None, rules: DeclarationRules
) -> tuple[FormRecord, tuple[Finding, ...]]:
    entries = roster.rows if roster else None
    code = context.transaction.submissions.form_code(form.reading.code)
    reading = by_code(form.reading, code, campaign=form.campaign, unit=form.unit)
    doubts = code_doubts(form.reading, code, campaign=form.campaign, unit=form.unit)
    home_of = partial(context.open_campaign.home_of, context.unit(form.unit))
    to_mend = _to_mend(roster)
    judgement = judge(
        reading, entries, rules, document=form.document_name, doubts=doubts, home_of=home_of, to_mend=to_mend
    )
    entry, written = judgement.entry, reading.fields.get("full_name")
    name = (entry.name or (written.value if written else "")) if entry else ""
    placed = replace(form, worker_row=entry.row if entry else None, worker_name=name or None)
    if form.decided_by is not None:
        return replace(placed, waits_for=WaitsFor.NOBODY), ()
    said = _not_said_already(judgement.findings, to_mend)
    judged = replace(placed, verdict=judgement.verdict, waits_for=judgement.waits_for, reasons=judgement.reasons)
    return judged, said


def _to_mend(roster: RosterVersion | None) -> frozenset[Cell]:
    """The cells which the unit was told are wrong."""
    found = errors(roster.findings) if roster else ()
    return frozenset((each.row, each.column) for each in found if each.row is not None and each.column is not None)


def _not_said_already(findings: tuple[Finding, ...], to_mend: frozenset[Cell]) -> tuple[Finding, ...]:
    """A cell of the roster that is wrong by itself explains why the form differs from it."""
    return tuple(
        finding
        for finding in findings
        if finding.code is not Code.FORM_DIFFERS or (finding.row, finding.column) not in to_mend
    )
