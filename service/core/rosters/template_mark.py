"""The mark our blank roster carries: which columns it asked for, so that an old one is known when it comes back."""

from __future__ import annotations

import hashlib

from service.core.campaigns import Campaign
from service.core.rosters.roster import Roster

MARK_PROPERTY = "dondoc-template"
_LENGTH = 12


def template_mark(campaign: Campaign) -> str:
    """The same for the same columns under the same headings."""
    columns = [(column.key, column.heading, column.required) for column in campaign.columns if column.in_template]
    return hashlib.sha256(repr(columns).encode()).hexdigest()[:_LENGTH]


def is_old_template(roster: Roster, campaign: Campaign) -> bool:
    """Whether the list was written into a blank of ours that has changed since."""
    mark = roster.properties.get(MARK_PROPERTY)
    return mark is not None and mark != template_mark(campaign)
