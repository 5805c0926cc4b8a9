"""What a submission brought and what is wrong with it, in the words of a mail and as marks in a workbook."""

from __future__ import annotations

from collections.abc import Iterable

from service.core.campaigns import Campaign
from service.core.findings import Finding, Severity
from service.core.forms import Verdict
from service.core.marks import Mark
from service.core.masking import masked
from service.core.wording import Wording
from service.flow.reading import ReadPapers
from service.flow.standing import names_in_words
from service.flow.submissions import Taken

WARNINGS_SHOWN = 20


def received_in_words(campaign: Campaign, taken: Taken, wording: Wording) -> list[str]:
    """What this mail brought."""
    lines = []
    if taken.version is not None:
        key = "received.roster_again" if taken.known_before else "received.roster"
        facts = {"roster": campaign.roster_name, "rows": str(len(taken.version.rows))}
        lines.append(wording.say(key, version=str(taken.version.version), **facts))
    if taken.version is not None and len(taken.papers.rosters) > 1:
        others = [read.paper.name for read in taken.papers.rosters if read is not taken.papers.roster]
        lines.append(wording.say("received.other_rosters", used=taken.version.document_name, others=", ".join(others)))
    if taken.papers.blank_rosters:
        lines.append(wording.say("received.blank_roster", roster=campaign.roster_name))
    if taken.forms and campaign.declaration:
        lines.append(wording.say("received.forms", count=str(len(taken.forms)), form=campaign.declaration.name))
    if taken.stated_no_discrepancies:
        lines.append(wording.say("received.no_discrepancies"))
    return lines


def notes_in_words(campaign: Campaign, taken: Taken, wording: Wording) -> list[str]:
    """Worth saying, but nothing the unit must act on."""
    lines = _in_review(taken, wording)
    if taken.version is not None:
        warnings = [finding for finding in taken.version.findings if finding.severity is Severity.WARNING]
        for finding in warnings[:WARNINGS_SHOWN]:
            place = where_in_words(campaign, finding, wording)
            lines.append(f"{place}: {masked(wording.message(finding))}")
    return lines + [file["message"] for file in files_in_words(taken.papers, wording)]


def _in_review(taken: Taken, wording: Wording) -> list[str]:
    forms = [form for form in taken.forms if form.verdict is Verdict.REVIEW]
    if not forms:
        return []
    names = tuple(dict.fromkeys(form.worker_name for form in forms if form.worker_name))
    key = "received.in_review" if names else "received.in_review_unnamed"
    return [wording.say(key, count=str(len(forms)), names=names_in_words(names, wording))]


def error_in_words(campaign: Campaign, finding: Finding, wording: Wording) -> dict[str, str]:
    """A line of the mail's table: identifiers masked, for a mail body may be read by others."""
    return {
        "where": where_in_words(campaign, finding, wording),
        "value": masked(finding.value or ""),
        "message": masked(wording.message(finding)),
        "suggestion": masked(finding.suggestion or ""),
    }


def form_error_in_words(finding: Finding, wording: Wording) -> dict[str, str]:
    """A line about a page."""
    where = wording.say("where.page", document=finding.document or "", page=str(finding.page or 1))
    return {"where": where, "message": masked(wording.message(finding))}


def where_in_words(campaign: Campaign, finding: Finding, wording: Wording) -> str:
    """ "Dòng 13, cột Mã số BHXH (ô F13)"."""
    if finding.row is None:
        return wording.say("where.sheet", sheet=finding.sheet or "")
    if finding.column is None:
        return wording.say("where.row", row=str(finding.row))
    heading = campaign.heading(finding.column)
    if finding.cell is None:
        return wording.say("where.column", row=str(finding.row), heading=heading)
    return wording.say("where.cell", row=str(finding.row), heading=heading, cell=finding.cell)


def marks_of(campaign: Campaign, findings: Iterable[Finding], wording: Wording) -> list[Mark]:
    """Findings as marks for the unit's own workbook: whole values, for it is theirs."""
    return [
        Mark(
            sheet=finding.sheet,
            cell=finding.cell,
            row=finding.row,
            severity=finding.severity,
            text=wording.message(finding),
            heading=campaign.heading(finding.column) if finding.column else "",
            value=finding.value or "",
            suggestion=finding.suggestion or "",
        )
        for finding in findings
        if finding.severity is not Severity.NOTE
    ]


def files_in_words(papers: ReadPapers, wording: Wording) -> list[dict[str, str]]:
    """Files that could not be used, and what to do about each."""
    unusable = [
        {"name": paper.name, "message": wording.say(f"problem.{problem}", name=paper.name)}
        for paper, problem in papers.unusable
    ]
    aside = [
        {"name": paper.name, "message": wording.say("problem.set_aside", name=paper.name)} for paper in papers.set_aside
    ]
    return unusable + aside
