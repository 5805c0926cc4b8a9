"""HR's decisions about papers: declarations, errors of rosters, whose list it is, whose worker, the package."""

from __future__ import annotations

from dataclasses import replace

from service.core import events
from service.core.forms import Verdict
from service.core.hr_decisions import (
    AcceptForm,
    ApprovePackage,
    DecideHome,
    Outcome,
    PlaceList,
    RejectPackage,
    Result,
    ReturnForm,
    WaiveFinding,
)
from service.flow.context import CampaignContext
from service.flow.hr.about_units import named, no_unit
from service.flow.submissions.handed_in import judge_forms


def accept_form(context: CampaignContext, decision: AcceptForm, by: str) -> Outcome:
    return _decide_form(context, decision.form, Verdict.ACCEPTED, by=by, why=decision.why)


def return_form(context: CampaignContext, decision: ReturnForm, by: str) -> Outcome:
    return _decide_form(context, decision.form, Verdict.REJECTED, by=by, why=decision.why)


def _decide_form(context: CampaignContext, number: int, verdict: Verdict, *, by: str, why: str) -> Outcome:
    """Records HR's verdict on a page of this campaign which the unit reads of when the sitting is over."""
    form = context.transaction.submissions.form(number)
    unit = context.unit(form.unit) if form and form.campaign == context.campaign.id else None
    if form is None or unit is None:
        return Outcome(result=Result.NO_FORM, facts={"number": str(number)})
    result = Result.FORM_ACCEPTED if verdict is Verdict.ACCEPTED else Result.FORM_RETURNED
    about = form.worker_name or form.document_name
    facts = {"number": str(number), "worker": about, "unit": named(unit), "why": why}
    if form.verdict is verdict and form.decided_by is not None:
        return Outcome(result=Result.FORM_DECIDED_BEFORE, facts=facts, unit=unit.code)
    context.transaction.submissions.update_form(replace(form, verdict=verdict, decided_by=by))
    context.record(by, events.FormDecided(form=number, verdict=verdict, why=why), unit=unit, mail_id=form.mail_id)
    told = events.DecisionToTell(result=result, number=number, about=about, why=why)
    context.record(by, told, unit=unit, mail_id=form.mail_id)
    return Outcome(result=result, facts=facts, unit=unit.code)


def waive_finding(context: CampaignContext, decision: WaiveFinding, by: str) -> Outcome:
    """HR overrules an error of a roster."""
    number, why, submissions = decision.finding, decision.why.strip(), context.transaction.submissions
    facts = {"number": str(number), "why": why}
    if not why:
        return Outcome(result=Result.WAIVE_NEEDS_REASON, facts=facts)
    numbered = submissions.numbered_finding(number)
    unit = context.unit(numbered.unit) if numbered and numbered.campaign == context.campaign.id else None
    if numbered is None or unit is None:
        return Outcome(result=Result.NO_FINDING, facts=facts)
    facts["unit"] = named(unit)
    if not submissions.waive_finding(number, by=by, at=context.now(), why=why):
        return Outcome(result=Result.WAIVED_BEFORE, facts=facts, unit=unit.code)
    context.record(by, events.FindingWaived(finding=number, why=why), unit=unit)
    judge_forms(context, unit)
    context.record(by, events.DecisionToTell(result=Result.WAIVED, number=number, why=why), unit=unit)
    return Outcome(result=Result.WAIVED, facts=facts, unit=unit.code)


def place_list(context: CampaignContext, decision: PlaceList, by: str) -> Outcome:
    """HR's word whose list it is; the mail waits to be processed again."""
    unit, mail_id = context.unit(decision.unit), decision.mail
    if unit is None:
        return no_unit(decision.unit)
    submissions, sha256 = context.transaction.submissions, decision.document_sha256
    if submissions.placed_roster(context.campaign.id, mail_id, sha256) == unit.code:
        return Outcome(result=Result.LIST_PLACED_BEFORE, facts={"unit": named(unit)}, unit=unit.code)
    submissions.place_roster(context.campaign.id, mail_id, sha256, unit.code)
    sender = context.transaction.mails.get(mail_id).unit
    context.transaction.mails.reopen(mail_id)
    fact = events.ListPlaced(document_sha256=sha256, home=unit.code, why=decision.why)
    context.record(by, fact, unit=unit, mail_id=mail_id)
    result = Result.WHOSE_SENDER if sender == unit.code else Result.WHOSE_NAMED
    return Outcome(result=result, facts={"unit": named(unit)})


def decide_home(context: CampaignContext, decision: DecideHome, by: str) -> Outcome:
    """HR's word on one worker; the unit she does not belong to reads of it with its next answer or reminder."""
    listings, unit = context.transaction.listings, context.unit(decision.unit)
    if unit is None:
        return no_unit(decision.unit)
    case = next((each for each in listings.twice(context.campaign.id) if each.id == decision.case), None)
    if case is None or case.home is not None:
        return Outcome(result=Result.LISTED_TWICE_SETTLED, facts={"number": str(decision.case)})
    if unit.code not in (case.former, case.newer):
        facts = {"unit": named(unit), "former": case.former, "newer": case.newer}
        return Outcome(result=Result.HOME_NEITHER, facts=facts)
    listings.decide_home(case.id, unit.code, by=by, at=context.now(), why=decision.why)
    context.record(by, events.HomeDecided(case=case.id, home=unit.code, why=decision.why), unit=unit)
    result = Result.LISTED_TWICE_NEWER if unit.code == case.newer else Result.LISTED_TWICE_FORMER
    return Outcome(result=result, facts={"worker": case.newer_name, "unit": named(unit)})


def approve_package(context: CampaignContext, decision: ApprovePackage, by: str) -> Outcome:
    """It is sent at the next pass."""
    if not context.transaction.decisions.approve_package(decision.package, by, context.now()):
        return Outcome(result=Result.DECIDED)
    context.record(by, events.PackageDecided(package=decision.package, approved=True))
    return Outcome(result=Result.PACKAGE_APPROVED)


def reject_package(context: CampaignContext, decision: RejectPackage, by: str) -> Outcome:
    """A new package can be built."""
    if not context.transaction.decisions.reject_package(decision.package, by, context.now()):
        return Outcome(result=Result.DECIDED)
    context.record(by, events.PackageDecided(package=decision.package, approved=False, why=decision.why))
    return Outcome(result=Result.PACKAGE_REJECTED, facts={"why": decision.why})
