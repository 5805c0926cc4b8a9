"""What a submission brought and what is wrong with it, in the words of a mail and as marks in a workbook."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from service.core.campaigns import Campaign
from service.core.findings import Finding, Severity
from service.core.forms import Verdict, WaitsFor
from service.core.marks import Mark
from service.core.masking import masked, masked_apart
from service.core.papers import Paper, Problem
from service.core.rosters.alike import rows_in_words, together
from service.core.rosters.template_mark import is_old_template
from service.core.rosters.versions import Comparison, Relation, place_in_document
from service.core.sentences import Wording
from service.flow.outbox.progress import names_in_words
from service.flow.papers.assessment import ReadPapers, ReadRoster
from service.flow.submissions.handed_in import Taken
from service.flow.submissions.other_pages import covers_in_words, other_pages_in_words
from service.flow.submissions.roster_versions import NewRoster

WARNINGS_SHOWN = 20
ASSUMED = ("not_allowed.macros", "hidden_row", "legacy_encoding", "remark.column_understood")
"""Notes about a whole list which its sender should know of: how it was read."""


def received_in_words(campaign: Campaign, taken: Taken, wording: Wording) -> list[str]:
    """What this mail brought, and what its list was taken for."""
    lines = list(_roster_in_words(campaign, taken.roster, wording)) if taken.roster else []
    papers = taken.papers
    if len(papers.together) > 1:
        names = ", ".join(_list_name(read) for read in papers.together)
        lines.append(wording.say("received.joined", lists=names, count=str(len(papers.together))))
    if papers.roster is not None and papers.roster.pasted:
        lines.append(wording.say("received.pasted"))
    if taken.version is not None:
        lines += _unused_in_words(papers, taken.version.document_name, wording)
    if papers.blank_rosters:
        lines.append(wording.say("received.blank_roster", roster=campaign.roster_name))
    if taken.forms and campaign.declaration:
        lines.append(wording.say("received.forms", count=str(len(taken.forms)), form=campaign.declaration.name))
    covers = covers_in_words(papers, wording)
    if covers:
        lines.append(wording.say("received.covers", where=covers))
    if taken.stated_no_discrepancies:
        lines.append(wording.say("received.no_discrepancies"))
    return lines


def _unused_in_words(papers: ReadPapers, used: str, wording: Wording) -> Iterator[str]:
    others = ", ".join(_list_name(read) for read in papers.unused if not read.pasted)
    if others:
        yield wording.say("received.other_rosters", used=used, others=others)
    if any(read.pasted for read in papers.unused) and not papers.together[0].pasted:
        yield wording.say("received.pasted_unused", used=used)


def _list_name(read: ReadRoster) -> str:
    return f"{read.paper.name} ({read.roster.sheet})"


def _roster_in_words(campaign: Campaign, roster: NewRoster, wording: Wording) -> Iterator[str]:
    """Which version it became; what it was taken for and how to say otherwise; what changed."""
    version = roster.version
    facts = {"roster": campaign.roster_name, "rows": str(len(version.rows)), "version": str(version.version)}
    if roster.known_before:
        yield wording.say("received.roster_again", **facts)
        return
    yield wording.say("received.roster", **facts)
    if roster.former is None or roster.comparison is None:
        return
    facts |= {"former": str(roster.former.version), "own": str(roster.own_rows)}
    if roster.resent is not None:
        yield wording.say("received.roster_resent", earlier=str(roster.resent), **facts)
    if version.relation != Relation.REPLACES or roster.comparison.gone:
        yield wording.say(f"received.relation_{version.relation}", **facts)
    yield from _changes_in_words(roster.comparison, version.relation, wording)


def _changes_in_words(comparison: Comparison, relation: str, wording: Wording) -> Iterator[str]:
    """Who came, whose row changed, who is gone, against the former version."""
    groups = {
        "added": tuple(entry.name for entry in comparison.added),
        "changed": tuple(entry.name for _, entry in comparison.changed),
        "gone": () if relation == Relation.ADDS else tuple(entry.name for entry in comparison.gone),
    }
    said = [
        wording.say(f"received.{key}", count=str(len(names)), names=names_in_words(names, wording))
        for key, names in groups.items()
        if names
    ]
    yield wording.say("received.changes", changes="; ".join(said)) if said else wording.say("received.no_changes")


def notes_in_words(campaign: Campaign, taken: Taken, wording: Wording, *, complete: bool) -> list[str]:
    """Worth saying, but nothing the unit must act on. `complete`: the answer itself says what is looked at."""
    lines = [*(() if complete else _in_review(campaign, taken, wording)), *_about_people(campaign, taken, wording)]
    if taken.version is not None:
        said = taken.version.findings
        warnings = [*taken.shared, *(finding for finding in said if finding.severity is Severity.WARNING)]
        assumed = [finding for finding in said if finding.key in ASSUMED]
        for finding in (*warnings[:WARNINGS_SHOWN], *assumed[:WARNINGS_SHOWN]):
            place = where_in_words(campaign, finding, wording)
            lines.append(f"{place}: {masked(wording.message(finding))}")
    files = [file["message"] for file in files_in_words(campaign, taken.papers, wording)]
    pages = [f"{page['name']}: {page['message']}" for page in other_pages_in_words(campaign, taken.papers, wording)]
    return [*lines, *files, *pages]


def _about_people(campaign: Campaign, taken: Taken, wording: Wording) -> Iterator[str]:
    """Who is gone without a word; whose form does not fit the list any more; a blank of former days."""
    if taken.version is not None and taken.version.gone:
        names = names_in_words(taken.version.gone, wording)
        yield wording.say("received.who_is_gone", names=names, roster=campaign.roster_name)
    if any(is_old_template(read.roster, campaign) for read in taken.papers.together):
        yield wording.say("received.old_template", roster=campaign.roster_name)
    if taken.no_longer_accepted and campaign.declaration:
        names = names_in_words(taken.no_longer_accepted, wording)
        yield wording.say("received.judged_anew", names=names, form=campaign.declaration.name)


def _in_review(campaign: Campaign, taken: Taken, wording: Wording) -> Iterator[str]:
    """Forms that wait, for the list or for a person; of those that fit no row the list of errors speaks."""
    forms = [form for form in taken.forms if form.verdict is Verdict.REVIEW]
    waiting = [form for form in forms if form.waits_for is WaitsFor.LIST]
    if waiting:
        yield wording.say("received.forms_wait", count=str(len(waiting)), roster=campaign.roster_name)
    held_up = [form for form in forms if form.waits_for is WaitsFor.UNIT and form.worker_row is not None]
    if held_up:
        names = tuple(dict.fromkeys(form.worker_name for form in held_up if form.worker_name))
        yield wording.say("received.forms_wait_for_row", names=names_in_words(names, wording))
    looked_at = [form for form in forms if form.waits_for is WaitsFor.HR]
    if looked_at:
        names = tuple(dict.fromkeys(form.worker_name for form in looked_at if form.worker_name))
        key = "received.in_review" if names else "received.in_review_unnamed"
        yield wording.say(key, count=str(len(looked_at)), names=names_in_words(names, wording))


def error_in_words(campaign: Campaign, finding: Finding, wording: Wording) -> dict[str, str]:
    """A line of the mail's table: identifiers masked, for a mail body may be read by others."""
    return {
        "where": where_in_words(campaign, finding, wording),
        "value": masked(finding.value or ""),
        "message": masked(wording.message(finding)),
        "suggestion": masked(finding.suggestion or ""),
    }


def errors_in_words(
    campaign: Campaign, findings: Sequence[Finding], wording: Wording, *, most: int
) -> tuple[list[dict[str, str]], int]:
    """The lines of the mail's table, many alike in one line, and how many findings are left for the workbook."""
    groups = together(findings)
    shown = [
        error_in_words(campaign, group[0], wording) if len(group) == 1 else _alike_in_words(campaign, group, wording)
        for group in groups[:most]
    ]
    return shown, sum(len(group) for group in groups[most:])


def _alike_in_words(campaign: Campaign, group: Sequence[Finding], wording: Wording) -> dict[str, str]:
    """ "Cột Mã số BHXH: 37 dòng mất số 0 ở đầu (dòng 8–44)", with the first as the example."""
    first = group[0]
    rows = [place_in_document(finding.row)[1] for finding in group if finding.row]
    what = wording.say(f"alike.{first.key}" if f"alike.{first.key}" in wording.sentences else f"alike.{first.code}")
    heading = campaign.heading(first.column) if first.column else first.sheet or ""
    where = wording.say("where.alike", heading=heading, count=str(len(group)), what=what, rows=rows_in_words(rows))
    example = error_in_words(campaign, first, wording)
    if first.document:
        where = wording.say("where.document", where=where, document=first.document)
    message = wording.say("where.example", cell=first.cell or str(first.row or ""), message=example["message"])
    return {**example, "where": where, "message": message}


def form_error_in_words(finding: Finding, wording: Wording) -> dict[str, str]:
    """A line about a page, or about one of the two forms on it."""
    part = finding.facts.get("part", "")
    key = "where.part" if part else "where.page"
    where = wording.say(key, document=finding.document or "", page=str(finding.page or 1), part=part)
    if {"form", "roster"} <= finding.facts.keys():
        form, roster = masked_apart(finding.facts["form"], finding.facts["roster"])
        finding = replace(finding, facts={**finding.facts, "form": form, "roster": roster})
    return {"where": where, "message": masked(wording.message(finding))}


def where_in_words(campaign: Campaign, finding: Finding, wording: Wording) -> str:
    """ "Dòng 13, cột Mã số BHXH (ô F13)"; with the document where the list consists of several."""
    where = _where_in_sheet(campaign, finding, wording)
    return wording.say("where.document", where=where, document=finding.document) if finding.document else where


def _where_in_sheet(campaign: Campaign, finding: Finding, wording: Wording) -> str:
    if finding.row is None:
        return wording.say("where.sheet", sheet=finding.sheet or "")
    row = str(place_in_document(finding.row)[1])
    if finding.column is None:
        return wording.say("where.row", row=row)
    heading = campaign.heading(finding.column)
    if finding.cell is None:
        return wording.say("where.column", row=row, heading=heading)
    return wording.say("where.cell", row=row, heading=heading, cell=finding.cell)


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


_SAID_APART: Mapping[str, str] = {
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "word_form",
    "application/vnd.apple.iwork": "iwork",
    "application/pdf": "xfa",
}
"""Files that are known and cannot be read, with the name of the sentence that says what to do."""
_ARCHIVES: Mapping[str, str] = {
    "application/vnd.rar": "RAR",
    "application/x-7z-compressed": "7z",
    "application/x-arj": "ARJ",
    "application/x-lzh-compressed": "LZH",
    "application/x-compress": "Z",
    "application/vnd.ms-cab-compressed": "CAB",
    "application/x-xz": "XZ",
    "application/x-bzip2": "BZ2",
    "application/zstd": "ZST",
}
"""Archives that are recognised and not opened, under the names that people know."""


def problem_in_words(paper: Paper, problem: Problem, wording: Wording) -> str:
    """What is wrong with a file and what to do: an archive is called by its kind, a web page a web page."""
    archive = _ARCHIVES.get(paper.media_type)
    if problem is Problem.UNSUPPORTED and archive:
        return wording.say("problem.unsupported_archive", name=paper.name, format=archive)
    if problem is Problem.UNSUPPORTED and paper.media_type in _SAID_APART:
        return wording.say(f"problem.{_SAID_APART[paper.media_type]}", name=paper.name)
    if problem is Problem.CORRUPT and paper.media_type == "text/html":
        return wording.say("problem.web_page", name=paper.name)
    return wording.say(f"problem.{problem}", name=paper.name)


def files_in_words(campaign: Campaign, papers: ReadPapers, wording: Wording) -> list[dict[str, str]]:
    """Files that could not be used, and what to do about each; pages are told apart in `other_pages.py`."""
    unusable = [
        {"name": paper.name, "message": problem_in_words(paper, problem, wording)} for paper, problem in papers.unusable
    ]
    other_pages = [
        {"name": paper.name, "message": wording.say("problem.set_aside", name=paper.name)}
        for paper in papers.other_papers
        if not paper.pages
    ]
    foreign = [
        {"name": paper.name, "message": wording.say("problem.foreign_roster", name=paper.name, title=campaign.title)}
        for paper in papers.foreign_rosters
    ]
    return unusable + foreign + other_pages
