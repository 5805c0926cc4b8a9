"""Pages that are no declarations: recorded with their document, told to the sender and to HR where that helps."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from service.core.campaigns import Campaign
from service.core.events import OtherPagesNoted
from service.core.findings import Code, Finding, Severity
from service.core.forms import PageKind
from service.core.records import OtherPage
from service.core.rosters.alike import rows_in_words
from service.core.sentences import Wording
from service.core.tasks import PagesToLookAt
from service.core.units import Unit
from service.flow.context import CampaignContext
from service.flow.papers.assessment import ReadPage, ReadPapers
from service.flow.tasks import open_task
from service.flow.triage.triage import Incoming

SAID = (PageKind.IDENTITY, PageKind.PICTURE, PageKind.LIST, PageKind.FOREIGN, PageKind.OTHER)
"""Told to the sender as a note, in this order; backs are nobody's concern, covers are named among what came."""


def note_other_pages(context: CampaignContext, unit: Unit, mail: Incoming, papers: ReadPapers) -> None:
    """Records the pages in the transaction that is open."""
    new = context.transaction.other_pages.add(
        [
            OtherPage(
                campaign=context.campaign.id,
                unit=unit.code,
                mail_id=mail.record.id,
                document_sha256=each.paper.sha256,
                document_name=each.paper.name,
                page=each.reading.page,
                kind=each.reading.kind,
                rotation=each.reading.rotation,
                received_at=mail.record.received_at,
            )
            for each in papers.other_pages
        ]
    )
    if new:
        counted = Counter(str(each.reading.kind) for each in papers.other_pages)
        context.record(unit.code, OtherPagesNoted(pages=dict(counted)), unit=unit, mail_id=mail.record.id)
        if counted[PageKind.OTHER]:
            open_task(context, PagesToLookAt(mail=mail.record.id), unit=unit)


def unreadable_pages(pages: Sequence[ReadPage]) -> tuple[Finding, ...]:
    """A finding for each page whose writing could not be read: only the sender can mend that."""
    return tuple(
        Finding(
            code=Code.UNREADABLE_PAGE,
            severity=Severity.ERROR,
            key=str(Code.UNREADABLE_PAGE),
            document=each.paper.name,
            page=each.reading.page,
        )
        for each in pages
        if each.reading.kind is PageKind.UNREADABLE
    )


def covers_in_words(papers: ReadPapers, wording: Wording) -> str:
    """ "cong-van.pdf; scan.pdf, trang 1"; empty where there is none."""
    return "; ".join(_places(papers, PageKind.COVER, wording))


def other_pages_in_words(campaign: Campaign, papers: ReadPapers, wording: Wording) -> list[dict[str, str]]:
    """What was found where, and what became of it, for those pages of which the sender should know."""
    form = campaign.declaration.name if campaign.declaration else campaign.roster_name
    facts = {"roster": campaign.roster_name, "hr_department": campaign.hr_department, "form": form}
    return [
        {"name": "; ".join(places), "message": wording.say(f"aside.{kind}", **facts)}
        for kind in SAID
        if (places := _places(papers, kind, wording))
    ]


def unusable_in_words(campaign: Campaign, papers: ReadPapers, wording: Wording) -> list[dict[str, str]]:
    """The same where nothing else came: then letters, blank pages and what is unreadable must be said as well."""
    more = [
        {"name": "; ".join(places), "message": wording.say(f"aside.{kind}", roster=campaign.roster_name)}
        for kind in (PageKind.UNREADABLE, PageKind.COVER, PageKind.BLANK)
        if (places := _places(papers, kind, wording))
    ]
    return [*other_pages_in_words(campaign, papers, wording), *more]


def _places(papers: ReadPapers, kind: PageKind, wording: Wording) -> list[str]:
    """Each document that has such pages, with their numbers where it has others too."""
    return list(_documents([page for page in papers.other_pages if page.reading.kind is kind], wording))


def _documents(pages: Sequence[ReadPage], wording: Wording) -> Iterator[str]:
    for paper in {id(each.paper): each.paper for each in pages}.values():
        numbers = [each.reading.page for each in pages if each.paper is paper]
        whole = len(numbers) == len({page.page for page in paper.pages})
        yield paper.name if whole else wording.say("where.page", document=paper.name, page=rows_in_words(numbers))


def pages_of_mail(context: CampaignContext, unit: Unit, mail_id: int) -> tuple[OtherPage, ...]:
    """What nobody could name of this mail."""
    pages = context.transaction.other_pages.of(context.campaign.id, unit.code)
    return tuple(page for page in pages if page.kind is PageKind.OTHER and page.mail_id == mail_id)


def looked_at_in_words(pages: Sequence[OtherPage], wording: Wording) -> str:
    """ "scan.pdf, trang 3, 5; them.pdf, trang 1"."""
    numbers: dict[str, list[int]] = {}
    for page in pages:
        numbers.setdefault(page.document_name, []).append(page.page)
    return "; ".join(
        wording.say("where.page", document=name, page=rows_in_words(found)) for name, found in numbers.items()
    )
