"""A list pasted into the words of a mail: taken as the unit's list when it surely is one, and no file brings another.

A signature set as a table, a contact's telephone or a case that a question shows are tables too. So the campaign's
headings must stand above at least one person with a number of her own, and beside a question most of the columns.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from service.core.campaigns import Campaign, ColumnKind
from service.core.mail.conversation import asks_in_passing
from service.core.mail.messages import Kind, Message
from service.core.papers import Paper
from service.core.rosters.roster import Roster
from service.core.rosters.rows import read_roster
from service.core.units import Worker
from service.flow.context import Services
from service.flow.papers.assessment import ReadPapers, counting
from service.flow.triage.triage import Triage

_MAY_HOLD_A_LIST = frozenset({Kind.QUESTION, Kind.EMPTY, Kind.ACKNOWLEDGEMENT, Kind.NOMINATION, Kind.COMMAND})
_ADDRESSES = (ColumnKind.PHONE, ColumnKind.EMAIL)
_MOST = 0.5


def with_pasted(services: Services, message: Message, triage: Triage) -> Triage:
    """A mail in words whose table is a list of one of the sender's campaigns hands that list in."""
    if not message.pasted or triage.kind not in _MAY_HOLD_A_LIST or not triage.places or triage.from_hr:
        return triage
    papers = services.documents.papers.open(message.pasted, None)
    if not any(
        _is_list(paper, open_campaign.campaign, message) for open_campaign, _ in triage.places for paper in papers
    ):
        return triage
    return replace(triage, kind=Kind.SUBMISSION, reasons=(*triage.reasons, "a list pasted into the words of the mail"))


def _is_list(paper: Paper, campaign: Campaign, message: Message) -> bool:
    roster = read_roster(paper.workbook, campaign) if paper.workbook else None
    return roster is not None and is_list(roster, campaign, asks=asks_in_passing(message.new_text))


def is_list(roster: Roster, campaign: Campaign, *, asks: bool) -> bool:
    """Whether a table in a mail is meant as the unit's list."""
    own = [column.key for column in campaign.columns if column.unique and column.kind not in _ADDRESSES]
    if own and not any(row.value(key) for row in roster.rows for key in own):
        return False
    required = [column.key for column in campaign.columns if column.required]
    whole = sum(key in roster.columns for key in required) >= len(required) * _MOST
    return bool(roster.rows) and (whole or not asks)


def joined(
    read: ReadPapers, pasted: ReadPapers, message: Message, campaign: Campaign, workers: Sequence[Worker]
) -> ReadPapers:
    """What the files brought, with the lists in the words beside them; other tables there are no papers."""
    asks = asks_in_passing(message.new_text)
    found = [each for each in pasted.rosters if is_list(each.roster, campaign, asks=asks)]
    lists = tuple(replace(each, pasted=True) for each in found)
    papers = tuple(paper for paper in pasted.papers if any(each.paper is paper for each in lists))
    if not lists:
        return read
    rosters = (*read.rosters, *lists)
    return replace(
        read, papers=(*read.papers, *papers), rosters=rosters, joined_places=counting(rosters, campaign, workers)
    )
