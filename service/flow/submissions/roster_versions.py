"""A unit's list, version after version: what a mail brings is joined with what is there, or takes its place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from service.core.campaigns import Campaign, ColumnKind
from service.core.events import SERVICE, FormJudgedAnew, RosterTaken, WorkersGone
from service.core.findings import Finding
from service.core.records import FormRecord, RosterEntry, RosterPart, RosterVersion
from service.core.rosters.versions import (
    Comparison,
    ListPlace,
    Relation,
    compare_lists,
    further,
    place_in_document,
    relation_of,
    repeated_between,
    wish_in,
)
from service.core.units import Unit
from service.core.vietnam.names import comparison_key
from service.core.vietnam.text import fold
from service.flow.context import CampaignContext
from service.flow.papers.assessment import ReadPapers, ReadRoster
from service.flow.triage.triage import Incoming

_NUMBERS = (ColumnKind.SOCIAL_INSURANCE_NO, ColumnKind.CITIZEN_ID)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRoster:
    """What became of the lists of a mail."""

    version: RosterVersion
    known_before: bool = False
    """The very same documents make up the current version already."""
    former: RosterVersion | None = None
    """What it replaces or adds to."""
    comparison: Comparison | None = None
    resent: int | None = None
    """The earlier version that consisted of this very document."""

    @property
    def own_rows(self) -> int:
        """Rows that this mail brought."""
        return sum(self.is_own(entry.row) for entry in self.version.rows)

    def is_own(self, row: int | None) -> bool:
        """Whether this row, or the whole list, came with the version's mail."""
        document = place_in_document(row)[0] if row else 0
        parts = self.version.parts
        return document < len(parts) and parts[document].mail_id == self.version.mail_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One of the documents of which a list consists, with what was found in it; rows as its own sheets count them."""

    sha256: str
    name: str
    mail_id: int
    findings: tuple[Finding, ...]


def take_roster(context: CampaignContext, unit: Unit, mail: Incoming, papers: ReadPapers) -> NewRoster | None:
    """Records the lists of a mail as the unit's next version; None when it brought none."""
    reads, transaction = papers.together, context.transaction.submissions
    if not reads:
        return None
    campaign_id, mail_id = context.campaign.id, mail.record.id
    current = transaction.current_roster(campaign_id, unit.code)
    seen = transaction.roster_of_document(campaign_id, unit.code, reads[0].paper.sha256)
    wish = wish_in(mail.message.new_text)
    if current is not None and _is_known(current, seen, reads, mail_id, wish):
        return NewRoster(version=current, known_before=True)
    former = current
    if current is not None and _documents(reads) == _own_documents(current):
        # The same list with another wish: what it was taken for is undone first.
        former = transaction.roster_version(campaign_id, unit.code, current.version - 1) or current
    new = _next(context.campaign, unit, mail, reads, former=former, current=current, wish=wish)
    resent = seen.version if seen is not None and current is not None and seen.version < current.version else None
    transaction.add_roster(new.version)
    version = new.version
    taken = RosterTaken(version=version.version, rows=len(version.rows), relation=version.relation)
    context.record(unit.code, taken, unit=unit, mail_id=mail_id)
    if version.gone:
        context.record(unit.code, WorkersGone(names=version.gone), unit=unit, mail_id=mail_id)
    return replace(new, resent=resent)


def judge_changed_anew(context: CampaignContext, unit: Unit, new: NewRoster) -> None:
    """A person's decision about a form held for the numbers it was compared with; others need another look."""
    comparison = new.comparison
    if comparison is None:
        return
    numbers = [column.key for column in context.campaign.columns if column.kind in _NUMBERS]
    changed = {
        former.row
        for former, entry in comparison.pairs
        if any(former.values.get(key) != entry.values.get(key) for key in numbers)
    }
    for form in context.transaction.submissions.forms(context.campaign.id, unit.code):
        if form.decided_by is not None and form.worker_row in changed:
            context.transaction.submissions.update_form(replace(form, decided_by=None))
            context.record(SERVICE, FormJudgedAnew(form=form.id), unit=unit)


def no_longer_accepted(before: Sequence[FormRecord], after: Sequence[FormRecord]) -> tuple[str, ...]:
    """Workers whose form had been accepted and does not fit the new list."""
    accepted = {form.id: form for form in before if form.verdict == "accepted"}
    names = (form.worker_name or accepted[form.id].worker_name for form in after if form.id in accepted)
    lost = (form.verdict != "accepted" for form in after if form.id in accepted)
    return tuple(dict.fromkeys(name for name, is_lost in zip(names, lost, strict=True) if is_lost and name))


def _is_known(
    current: RosterVersion, seen: RosterVersion | None, reads: Sequence[ReadRoster], mail_id: int, wish: Relation | None
) -> bool:
    """Whether the current version holds it all already, and nobody asks to take it for something else."""
    if seen is not None and seen.mail_id == mail_id:
        return True  # a stored mail is processed again
    if current.relation == Relation.FIRST or wish is None or wish == current.relation:
        return _documents(reads) <= {part.document_sha256 for part in parts_of(current)}
    return False


def _documents(reads: Sequence[ReadRoster]) -> set[str]:
    return {read.paper.sha256 for read in reads}


def _own_documents(version: RosterVersion) -> set[str]:
    return {part.document_sha256 for part in parts_of(version) if part.mail_id == version.mail_id}


def parts_of(version: RosterVersion) -> tuple[RosterPart, ...]:
    """The version's sheets; versions of old had one document and did not say its sheet."""
    if version.parts:
        return version.parts
    return (
        RosterPart(
            document_sha256=version.document_sha256,
            document_name=version.document_name,
            sheet="",
            mail_id=version.mail_id,
        ),
    )


def documents_of(version: RosterVersion) -> Iterator[Document]:
    """The version's documents, each once."""
    parts = parts_of(version)
    for part in {part.document_sha256: part for part in parts}.values():
        mine = {place: each for place, each in enumerate(parts) if each.document_sha256 == part.document_sha256}
        names: set[str | None] = {_label(each.document_name, each.sheet) for each in mine.values()}
        names |= {None} if part.mail_id == version.mail_id else set()
        found = []
        for finding in version.findings:
            document, row = place_in_document(finding.row) if finding.row else (None, None)
            if document in mine or (document is None and finding.document in names):
                found.append(replace(finding, row=row))
        yield Document(
            sha256=part.document_sha256, name=part.document_name, mail_id=part.mail_id, findings=tuple(found)
        )


def _next(
    campaign: Campaign,
    unit: Unit,
    mail: Incoming,
    reads: Sequence[ReadRoster],
    *,
    former: RosterVersion | None,
    current: RosterVersion | None,
    wish: Relation | None,
) -> NewRoster:
    rows = tuple(further(entry, place) for place, read in enumerate(reads) for entry in read.entries)
    parts = tuple(
        RosterPart(
            document_sha256=read.paper.sha256,
            document_name=read.paper.name,
            sheet=read.roster.sheet,
            mail_id=mail.record.id,
        )
        for read in reads
    )
    comparison = compare_lists(former.rows if former else (), rows, campaign)
    version = RosterVersion(
        campaign=campaign.id,
        unit=unit.code,
        version=current.version + 1 if current else 1,
        mail_id=mail.record.id,
        document_sha256=reads[0].paper.sha256,
        document_name=reads[0].paper.name,
        received_at=mail.record.received_at,
        rows=rows,
        findings=(*_findings(reads), *_repeated(reads, rows, campaign)),
        relation=relation_of(comparison, wish),
        parts=parts,
    )
    if former is not None and version.relation == Relation.ADDS:
        places = [ListPlace(sheet=read.roster.sheet, columns=read.roster.columns) for read in reads]
        version = _added(version, former, comparison, campaign, places)
    version = replace(version, gone=_gone(version, former, comparison, mail.message.new_text))
    return NewRoster(version=version, former=former, comparison=comparison if former else None)


def _findings(reads: Sequence[ReadRoster]) -> list[Finding]:
    """Of all lists, their rows counted as the entries are; each says in which it is where there are several."""
    return [
        _moved(finding, place, _label(read.paper.name, read.roster.sheet) if len(reads) > 1 else None)
        for place, read in enumerate(reads)
        for finding in read.findings
    ]


def _repeated(reads: Sequence[ReadRoster], rows: Sequence[RosterEntry], campaign: Campaign) -> Iterator[Finding]:
    """Numbers of one person in two lists of one mail, marked in both: nobody else knows whose they are."""
    places = [ListPlace(sheet=read.roster.sheet, columns=read.roster.columns) for read in reads]
    names = [_label(read.paper.name, read.roster.sheet) for read in reads]
    for place in range(len(reads) if len(reads) > 1 else 0):
        own = [entry for entry in rows if place_in_document(entry.row)[0] == place]
        others = [entry for entry in rows if place_in_document(entry.row)[0] != place]
        for finding in repeated_between(own, others, campaign, places, lists=names):
            yield replace(finding, document=names[place])


def _label(document: str, sheet: str) -> str:
    return f"{document} / {sheet}"


def _moved(finding: Finding, documents: int, name: str | None) -> Finding:
    moved = further(RosterEntry(row=finding.row), documents).row if finding.row else None
    return replace(finding, row=moved, document=finding.document or name)


def _added(
    version: RosterVersion,
    former: RosterVersion,
    comparison: Comparison,
    campaign: Campaign,
    places: Sequence[ListPlace],
) -> RosterVersion:
    """The former's people whom the new list does not name stay, with what was found in their rows."""
    earlier, own = parts_of(former), len(version.parts)
    kept = tuple(further(entry, own) for entry in comparison.gone)
    staying = {entry.row for entry in comparison.gone}
    labels = [_label(part.document_name, part.sheet) for part in earlier]
    about_kept = [
        _moved(finding, own, labels[place_in_document(finding.row)[0] if finding.row else 0])
        for finding in former.findings
        if finding.row in staying or (finding.row is None and kept)
    ]
    repeated = repeated_between(version.rows, kept, campaign, places)
    return replace(
        version,
        rows=(*version.rows, *kept),
        findings=(*version.findings, *repeated, *about_kept),
        parts=(*version.parts, *earlier),
    )


def _gone(version: RosterVersion, former: RosterVersion | None, comparison: Comparison, text: str) -> tuple[str, ...]:
    """Everybody who was in the list and is not, until the list names them again or the mail speaks of them."""
    if former is None:
        return ()
    left = () if version.relation == Relation.ADDS else tuple(entry.name for entry in comparison.gone)
    present, said = {comparison_key(entry.name) for entry in version.rows}, fold(text)
    names = dict.fromkeys(name for name in (*former.gone, *left) if name)
    return tuple(name for name in names if comparison_key(name) not in present and fold(name) not in said)
