"""What was read and decided, in the JSON other programs read (the contract's field names)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from service.core.campaigns import Campaign
from service.core.declarations.form_codes import FormCode, by_code, code_doubts
from service.core.declarations.judgement import HomeOf, Judgement, judge, nowhere
from service.core.findings import Finding
from service.core.forms import FieldReading, PageReading
from service.core.papers import Paper, PaperKind
from service.core.records import RosterEntry
from service.core.sentences import Wording
from service.flow.papers.assessment import ReadPapers, ReadRoster
from service.flow.submissions.other_pages import unreadable_pages

CodeBook = Callable[[str], FormCode | None]
"""Token → whom the form was printed for."""
FIELDS = (
    "full_name",
    "social_insurance_no",
    "citizen_id",
    "birth_date",
    "phone",
    "email",
    "agency",
    "registered_at",
)


def documents_json(
    read: ReadPapers,
    campaign: Campaign,
    wording: Wording,
    *,
    entries: Sequence[RosterEntry] | None,
    code_of: CodeBook,
    home_of: HomeOf = nowhere,
) -> list[dict[str, Any]]:
    """One object a paper, in order. `entries`: the roster the declarations are judged against."""
    rosters = {id(roster.paper): roster for roster in reversed(read.rosters)}
    blank = {id(paper) for paper in (*read.blank_rosters, *read.foreign_rosters)}
    documents = []
    for paper in read.papers:
        forms = [form.reading for form in read.forms if form.paper is paper]
        roster = rosters.get(id(paper))
        judged = [_judged(form, campaign, paper, entries, code_of, home_of) for form in forms]
        findings = [finding for _, judgement in judged for finding in judgement.findings]
        documents.append(
            {
                "name": paper.name,
                "path": list(paper.path),
                "sha256": paper.sha256,
                "media_type": paper.media_type,
                "kind": _kind(paper, is_roster=roster is not None or id(paper) in blank, is_form=bool(forms)),
                "problem": paper.problem,
                "roster": _roster_json(roster) if roster else None,
                "pages": list({page.page: _page_json(page) for page in paper.pages}.values()),
                "declarations": [_declaration_json(form, judgement, wording) for form, judgement in judged],
                "findings": [finding_json(finding, wording) for finding in (*_said(read, paper), *findings)],
            }
        )
    return documents


def _said(read: ReadPapers, paper: Paper) -> list[Finding]:
    """About each list of the paper, and its pages that cannot be read."""
    lists = [finding for roster in read.rosters if roster.paper is paper for finding in roster.findings]
    return [*lists, *unreadable_pages([page for page in read.other_pages if page.paper is paper])]


def _page_json(page: PageReading) -> dict[str, Any]:
    """What the page was taken for."""
    return {"page": page.page, "kind": page.kind, "rotation": page.rotation}


def _judged(  # noqa: PLR0917  # one call, in the order of its caller
    form: PageReading,
    campaign: Campaign,
    paper: Paper,
    entries: Sequence[RosterEntry] | None,
    code_of: CodeBook,
    home_of: HomeOf,
) -> tuple[PageReading, Judgement]:
    """The page with what its code says, and what is decided about it."""
    assert campaign.declaration is not None
    code = code_of(form.code)
    doubts = code_doubts(form, code, campaign=campaign.id, unit=None)
    reading = by_code(form, code, campaign=campaign.id, unit=None)
    judgement = judge(reading, entries, campaign.declaration, document=paper.name, doubts=doubts, home_of=home_of)
    return reading, judgement


def _kind(paper: Paper, *, is_roster: bool, is_form: bool) -> str:
    if is_roster:
        return "roster"
    if is_form:
        return "declaration"
    if paper.kind in (PaperKind.WORKBOOK, PaperKind.PAGES):
        return "unreadable" if paper.problem else "other"
    return str(paper.kind)


def _roster_json(read: ReadRoster) -> dict[str, Any]:
    roster = read.roster
    return {
        "sheet": roster.sheet,
        "header_rows": list(roster.header_rows),
        "encoding": roster.encoding,
        "columns": dict(roster.columns),
        "rows": [{"row": row.row, "values": dict(row.values)} for row in roster.rows],
    }


def _declaration_json(form: PageReading, judgement: Judgement, wording: Wording) -> dict[str, Any]:
    return {
        "page": form.page,
        "part": form.part,
        "rotation": form.rotation,
        "source": form.source,
        "fields": {key: _field_json(form.fields.get(key)) for key in FIELDS},
        "signed": form.signed,
        "worker_row": judgement.entry.row if judgement.entry else None,
        "verdict": judgement.verdict,
        "reasons": [wording.say(f"form.{reason}") for reason in judgement.reasons],
    }


def _field_json(field: FieldReading | None) -> dict[str, Any]:
    return {"value": field.value, "confidence": round(field.confidence, 3)} if field else {}


def finding_json(finding: Finding, wording: Wording) -> dict[str, Any]:
    """A finding with its message in words."""
    return {
        "code": finding.code,
        "severity": finding.severity,
        "document": finding.document,
        "sheet": finding.sheet,
        "page": finding.page,
        "row": finding.row,
        "cell": finding.cell,
        "column": finding.column,
        "value": finding.value,
        "message": wording.message(finding),
        "suggestion": finding.suggestion,
    }


def worst(documents: Sequence[Mapping[str, Any]]) -> bool:
    """Whether anything needs a person: the exit status of `check`."""
    return any(
        document["problem"]
        or any(finding["severity"] in ("error", "warning") for finding in document["findings"])
        or any(page["verdict"] != "accepted" for page in document["declarations"])
        for document in documents
    )
