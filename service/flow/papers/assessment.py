"""Judges the papers of a mail: rosters into rows and findings, pages into forms. Changes nothing."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date

from service.core.campaigns import Campaign
from service.core.contacts import Nominee
from service.core.findings import Finding, errors
from service.core.forms import PageKind, PageReading
from service.core.mail.contact_sheet import nominee_in_workbook
from service.core.mail.conversation import Brought
from service.core.papers import Paper, PaperKind, Problem
from service.core.records import RosterEntry
from service.core.rosters.rows import Roster, is_blank_template
from service.core.rosters.rules import check_against_personnel, check_roster
from service.core.rosters.unit_words import unit_words
from service.core.units import Worker
from service.flow.papers.joined_lists import entries_of, foreign_campaign, joined_places, lists_of


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadRoster:
    """A roster found in a paper, with everything that is to be said about it."""

    paper: Paper
    roster: Roster
    findings: tuple[Finding, ...]
    unit_words: tuple[str, ...] = ()
    """What stands above the table, and the mark of our own blank: whose list it says it is."""
    pasted: bool = False
    """It stood in the words of the mail."""

    @property
    def entries(self) -> tuple[RosterEntry, ...]:
        return entries_of(self.roster)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadForm:
    """A page that is a declaration."""

    paper: Paper
    reading: PageReading


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadPage:
    """A page that is no declaration."""

    paper: Paper
    reading: PageReading


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadPapers:
    """Everything that came with a mail, read."""

    papers: tuple[Paper, ...]
    rosters: tuple[ReadRoster, ...] = ()
    """Every list, each sheet with people of its own being one."""
    joined_places: tuple[int, ...] = ()
    """Places in `rosters` of those which together are the unit's list, the longest first."""
    foreign_rosters: tuple[Paper, ...] = ()
    """Lists of another campaign: recognised, not taken."""
    blank_rosters: tuple[Paper, ...] = ()
    forms: tuple[ReadForm, ...] = ()
    unusable: tuple[tuple[Paper, Problem], ...] = ()
    """Files that the sender has to send again in another way."""
    other_papers: tuple[Paper, ...] = ()
    """Readable, but neither roster nor declaration: kept, shown to HR."""
    other_pages: tuple[ReadPage, ...] = ()
    """All pages that are no declarations, also of documents that have some: covers, cards, backs."""
    nominee: Nominee | None = None
    """Whom a sheet "Đầu mối" names."""
    ours: tuple[Paper, ...] = ()
    """What we ourselves mailed out, unchanged: never new, and in none of the other lists."""

    @property
    def roster(self) -> ReadRoster | None:
        """The roster that counts: the one with most rows."""
        return self.together[0] if self.joined_places else None

    @property
    def together(self) -> tuple[ReadRoster, ...]:
        """The lists that count, the longest first."""
        return tuple(self.rosters[place] for place in self.joined_places)

    @property
    def unused(self) -> tuple[ReadRoster, ...]:
        """Lists with people who are in another one as well: which of them counts only the sender knows."""
        return tuple(read for place, read in enumerate(self.rosters) if place not in self.joined_places)

    @property
    def has_anything(self) -> bool:
        return bool(self.rosters or self.forms or self.blank_rosters)

    @property
    def brought(self) -> Brought:
        """What came, taken together."""
        if self.has_anything or self.unusable or self.foreign_rosters or any(map(_is_paper, self.other_papers)):
            return Brought.PAPERS
        if self.nominee is not None:
            return Brought.PAPERS
        if any(page.kind is PageKind.UNREADABLE for paper in self.scans for page in paper.pages):
            return Brought.UNCLEAR
        if self.scans:
            return Brought.PICTURES
        decorated = any(paper.kind is PaperKind.DECORATION for paper in self.papers)
        return Brought.OURS if self.ours else Brought.PICTURES if decorated else Brought.NOTHING

    @property
    def scans(self) -> tuple[Paper, ...]:
        """Pages in which nothing of ours was found."""
        return tuple(paper for paper in self.other_papers if paper.kind is PaperKind.PAGES)

    def without(self, ours: Collection[str], campaign: Campaign, workers: Sequence[Worker]) -> ReadPapers:
        """The same without these files (by SHA-256), which we mailed out ourselves."""
        if not any(paper.sha256 in ours for paper in self.papers):
            return self
        rosters = tuple(read for read in self.rosters if read.paper.sha256 not in ours)
        return replace(
            self,
            rosters=rosters,
            joined_places=counting(rosters, campaign, workers),
            foreign_rosters=tuple(paper for paper in self.foreign_rosters if paper.sha256 not in ours),
            blank_rosters=tuple(paper for paper in self.blank_rosters if paper.sha256 not in ours),
            forms=tuple(form for form in self.forms if form.paper.sha256 not in ours),
            unusable=tuple((paper, problem) for paper, problem in self.unusable if paper.sha256 not in ours),
            other_papers=tuple(paper for paper in self.other_papers if paper.sha256 not in ours),
            other_pages=tuple(page for page in self.other_pages if page.paper.sha256 not in ours),
            ours=tuple(paper for paper in self.papers if paper.sha256 in ours),
        )

    def without_tables(self) -> ReadPapers:
        """The same without the workbooks' cells, which have been read and are many."""

        light = {id(paper): replace(paper, workbook=None) for paper in self.papers}
        return replace(
            self,
            papers=tuple(light.values()),
            rosters=tuple(replace(read, paper=light[id(read.paper)]) for read in self.rosters),
            blank_rosters=tuple(light[id(paper)] for paper in self.blank_rosters),
            foreign_rosters=tuple(light[id(paper)] for paper in self.foreign_rosters),
            forms=tuple(replace(form, paper=light[id(form.paper)]) for form in self.forms),
            unusable=tuple((light[id(paper)], problem) for paper, problem in self.unusable),
            other_papers=tuple(light[id(paper)] for paper in self.other_papers),
            other_pages=tuple(replace(page, paper=light[id(page.paper)]) for page in self.other_pages),
        )


_PICTURES = frozenset({PageKind.PICTURE, PageKind.OTHER, PageKind.BLANK, PageKind.UNREADABLE})


def _is_paper(paper: Paper) -> bool:
    """Whether a file without list or form is a document all the same: anything but a picture of something else."""
    is_picture = paper.media_type.startswith("image/") and paper.kind is PaperKind.PAGES
    return not (is_picture and all(page.kind in _PICTURES for page in paper.pages))


_NOT_READ = (PaperKind.ARCHIVE, PaperKind.MAIL, PaperKind.DECORATION)


def read_papers(papers: Sequence[Paper], campaign: Campaign, *, workers: Sequence[Worker], today: date) -> ReadPapers:
    """Tells rosters, declarations and the rest apart and checks the rosters."""
    rosters: list[ReadRoster] = []
    blank: list[Paper] = []
    foreign: list[Paper] = []
    other_papers: list[Paper] = []
    nominee: Nominee | None = None
    readable = [paper for paper in papers if paper.problem is None and paper.kind not in _NOT_READ]
    for paper in readable:
        lists = lists_of(paper.workbook, campaign, workers) if paper.workbook else ()
        named = nominee_in_workbook(paper.workbook) if paper.workbook else None
        nominee = nominee or named
        if paper.workbook and lists and foreign_campaign(paper.workbook, lists[0], campaign):
            foreign.append(paper)
        elif lists and is_blank_template(lists[0]):
            blank.append(paper)
        elif paper.workbook and lists:
            for roster in lists:
                findings, words = roster_findings(roster, campaign, workers, today), unit_words(paper.workbook, roster)
                rosters.append(ReadRoster(paper=paper, roster=roster, findings=findings, unit_words=words))
        elif named is None and not any(page.kind is PageKind.DECLARATION for page in paper.pages):
            other_papers.append(paper)
    pages = [ReadPage(paper=paper, reading=page) for paper in readable for page in paper.pages]
    forms = [page for page in pages if page.reading.kind is PageKind.DECLARATION]
    return ReadPapers(
        papers=tuple(papers),
        rosters=tuple(rosters),
        joined_places=counting(rosters, campaign, workers),
        foreign_rosters=tuple(foreign),
        blank_rosters=tuple(blank),
        forms=tuple(ReadForm(paper=form.paper, reading=form.reading) for form in forms),
        unusable=tuple((paper, paper.problem) for paper in papers if paper.problem is not None),
        other_papers=tuple(other_papers),
        other_pages=tuple(page for page in pages if page.reading.kind is not PageKind.DECLARATION),
        nominee=nominee,
    )


def counting(reads: Sequence[ReadRoster], campaign: Campaign, workers: Sequence[Worker]) -> tuple[int, ...]:
    """Places of the lists which together are the unit's; one pasted into the words counts when no file brings one."""
    attached = [place for place, read in enumerate(reads) if not read.pasted] or range(len(reads))
    chosen = joined_places([reads[place].roster for place in attached], campaign, workers)
    return tuple(attached[place] for place in chosen)


def roster_findings(roster: Roster, campaign: Campaign, workers: Sequence[Worker], today: date) -> tuple[Finding, ...]:
    """All there is to say. A cell that is wrong by itself need not be compared with HR's file as well."""
    own = (*roster.findings, *check_roster(roster, campaign, today=today))
    wrong = {(finding.row, finding.column) for finding in errors(own)}
    compared = check_against_personnel(roster, workers, campaign)
    return (*own, *(finding for finding in compared if (finding.row, finding.column) not in wrong))
