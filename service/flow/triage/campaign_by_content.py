"""Which campaign or unit a list is for, when neither its thread nor its subject says so: the papers tell."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from service.core.campaigns import Campaign
from service.core.grids import Sheet, Workbook
from service.core.mail.messages import Kind, Message
from service.core.papers import Paper, PaperKind
from service.core.rosters.rows import read_roster
from service.core.units import Unit
from service.core.vietnam.text import fold
from service.flow.context import OpenCampaign, Services
from service.flow.triage.thread_hints import is_colleague
from service.flow.triage.triage import Triage

CAMPAIGN_PROPERTY, UNIT_PROPERTY = "dondoc-campaign", "dondoc-unit"
"""Our own blank roster says in its properties which campaign and unit it is of."""
TITLE_ROWS = 12
"""Rows in which a list says whose it is."""
_OURS, _FORMS = 2.0, 0.5


def placed(services: Services, message: Message, triage: Triage) -> Triage:
    """The sight with the campaign that fits the papers best; the likeliest one stays where they say nothing."""
    if triage.kind is Kind.UNKNOWN_SENDER:
        return _with_candidate(services, message, triage)
    if triage.kind is not Kind.SUBMISSION or len(triage.places) < 2:
        return triage
    papers = services.documents.papers.open((*message.attachments, *message.pasted), None)
    open_campaign, unit = max(triage.places, key=lambda place: fit(papers, place[0].campaign))
    return replace(
        triage,
        open_campaign=open_campaign,
        unit=unit,
        reasons=(*triage.reasons, f"campaign {open_campaign.campaign.id}: papers"),
    )


def _with_candidate(services: Services, message: Message, triage: Triage) -> Triage:
    """For a colleague's unregistered address: the unit that subject or file names say. Nothing of hers is opened."""
    if triage.candidate is not None or not message.attachments or not is_colleague(services, message.sender):
        return triage
    names = [message.subject, *(attachment.name for attachment in message.attachments)]
    titles = [" ".join(re.split(r"[\W_]+", fold(name))) for name in names]
    for open_campaign in services.campaigns.values():
        named = [unit for unit in open_campaign.units if any(_called(unit, title) for title in titles)]
        if len(named) == 1:
            reason = f"unit {named[0].code}: named by subject or file, sender in our own domain (not registered)"
            return replace(triage, open_campaign=open_campaign, candidate=named[0], reasons=(*triage.reasons, reason))
    return triage


def _called(unit: Unit, title: str) -> bool:
    """By its code alone too: a file's name is no sentence."""
    return _names(unit, title) or bool(re.search(rf"\b{re.escape(unit.code.lower())}\b", title))


def named_unit(workbook: Workbook | None, open_campaign: OpenCampaign) -> Unit | None:
    """The unit which a workbook names: in the properties of our own blank, else by name or code above its list."""
    if workbook is None:
        return None
    if workbook.properties.get(CAMPAIGN_PROPERTY) == open_campaign.campaign.id:
        found = open_campaign.unit(workbook.properties.get(UNIT_PROPERTY, ""))
        if found is not None:
            return found
    titles = [fold(text) for sheet in workbook.sheets for text in _title_texts(sheet)]
    named = [unit for unit in open_campaign.units if any(_names(unit, title) for title in titles)]
    return named[0] if len(named) == 1 else None


def _title_texts(sheet: Sheet) -> Iterator[str]:
    for (row, _), cell in sheet.cells.items():
        if row <= TITLE_ROWS and isinstance(cell.value, str):
            yield cell.value[:200]


def _names(unit: Unit, title: str) -> bool:
    names = [fold(name) for name in (unit.name, *unit.aliases) if len(name) >= 6]
    code = re.escape(unit.code.lower())
    return any(name in title for name in names) or bool(re.search(rf"\b(ma don vi|don vi)\W{{0,3}}{code}\b", title))


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
