"""The covering letter of the package: the campaign's words with the package's figures."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

from service.core.campaigns import Campaign
from service.core.progress.packages import PackageTotals
from service.core.sentences import Wording
from service.documents.letters.letter_pages import letter_of, letter_pdf, listed_lines
from service.documents.letters.letter_text import fill, paragraphs


def covering_letter(campaign: Campaign, totals: PackageTotals, wording: Wording, made_at: datetime) -> bytes:
    """A công văn to the agency. Raises UnknownBlank when the campaign's text asks for a fact that there is not."""
    texts = campaign.texts
    facts = {
        "organisation": campaign.organisation,
        "hr_department": campaign.hr_department,
        "hr_contact": campaign.hr_contact,
        "hr_phone": campaign.hr_phone,
        "letter_number": campaign.letter_number,
        "letter_date": f"{campaign.letter_date:%d/%m/%Y}",
        "agency": campaign.agency.name,
        **{name: two_digits(number) for name, number in asdict(totals).items()},
    }
    body = texts.get("package_letter_body", wording.say("package.letter_body"))
    letter = letter_of(
        campaign,
        wording,
        number=texts.get("package_letter_number", "        "),
        day=made_at.date(),
        about=texts.get("package_letter_about", wording.say("package.letter_about", title=campaign.title)),
        to=listed_lines(texts, "package_letter_to") or (campaign.agency.name,),
        body=paragraphs(fill("\n\n".join(line for line in body.splitlines() if line.strip()), facts)),
        receivers=listed_lines(texts, "package_letter_receivers"),
    )
    return letter_pdf(letter)


def two_digits(number: int) -> str:
    """4 → "04", as Vietnamese offices write counts below ten."""
    return f"{number:02d}"
