"""The facts of a campaign under the names which annexes may use as blanks."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from service.core.campaigns import Campaign
from service.core.progress.deadlines import ONE_DAY
from service.core.units import Unit


def annex_facts(campaign: Campaign, unit: Unit | None = None) -> dict[str, str]:
    """Every one-line text of the campaign by its own key, and what the campaign itself knows."""
    texts = {key: text.strip() for key, text in campaign.texts.items() if "\n" not in text.strip()}
    return texts | {
        "title": campaign.title,
        "organisation": campaign.organisation,
        "organisation_parent": campaign.organisation_parent,
        "place": campaign.place,
        "letter_number": campaign.letter_number,
        "letter_date": f"{campaign.letter_date:%d/%m/%Y}",
        "deadline": f"{campaign.deadline:%d/%m/%Y}",
        "hr_department": campaign.hr_department,
        "hr_contact": campaign.hr_contact,
        "hr_phone": campaign.hr_phone,
        "agency": campaign.agency.name,
        "email_domain": campaign.email_domain,
        "roster_name": campaign.roster_name,
        "form_name": campaign.declaration.name if campaign.declaration else "",
        "unit": unit.code if unit else "",
        "unit_name": unit.name if unit else "",
    }


def facts_for_unit(campaign: Campaign, unit: Unit, last_day: date) -> Mapping[str, str]:
    """The facts for what a unit is to keep to: "before {deadline}" then means its own last day in time."""
    return annex_facts(campaign, unit) | {"deadline": f"{last_day + ONE_DAY:%d/%m/%Y}"}
