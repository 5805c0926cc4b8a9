"""Which of several open campaigns a list is for, when neither its thread nor its subject says so: the papers tell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from service.core.campaigns import Campaign
from service.core.messages import Kind, Message
from service.core.papers import Paper, PaperKind
from service.core.rows import read_roster
from service.flow.house import House
from service.flow.sight import Sight

CAMPAIGN_PROPERTY = "dondoc-campaign"
"""Our own blank roster says in its properties which campaign it is of."""
_OURS, _FORMS = 2.0, 0.5


def placed(house: House, message: Message, sight: Sight) -> Sight:
    """The sight with the campaign that fits the papers best; the likeliest one stays where they say nothing."""
    if sight.kind is not Kind.SUBMISSION or len(sight.places) < 2:
        return sight
    papers = house.papers.open(message.attachments, None)
    course, unit = max(sight.places, key=lambda place: fit(papers, place[0].campaign))
    return replace(sight, course=course, unit=unit, reasons=(*sight.reasons, f"campaign {course.campaign.id}: papers"))


def fit(papers: Sequence[Paper], campaign: Campaign) -> float:
    """How well the papers fit: our own blank before any other list, a list before pages without one."""
    return max((_fit(paper, campaign) for paper in papers), default=0.0)


def _fit(paper: Paper, campaign: Campaign) -> float:
    if paper.workbook is None:
        return _FORMS if paper.kind is PaperKind.PAGES and campaign.declaration else 0.0
    if paper.workbook.properties.get(CAMPAIGN_PROPERTY) == campaign.id:
        return _OURS
    roster = read_roster(paper.workbook, campaign)
    required = [column.key for column in campaign.columns if column.required]
    return sum(key in roster.columns for key in required) / len(required) if roster and required else 0.0
