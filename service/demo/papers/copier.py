"""The copier in a contact's office: her workers' declarations, printed, signed and captured."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from PIL import Image

from service.core.campaigns import Campaign
from service.demo.papers.ink import Pen
from service.demo.papers.paper import Level, PaperStyle, draw_declaration, scan
from service.demo.papers.roster_filling import Values
from service.demo.words import words


@dataclass(frozen=True, slots=True, kw_only=True)
class Copier:
    """How the office copies a page: the form's style, how well it is captured, how it is turned."""

    style: PaperStyle = PaperStyle.BOXES
    level: Level = Level.CLEAN
    turns: tuple[int, ...] = (0,)


def declaration_page(
    values: Values, campaign: Campaign, copier: Copier, *, pen: Pen = Pen.SIGNATURE, number: int, signed_on: date
) -> Image.Image:
    """One worker's declaration as captured. `number` makes pages differ; the same number gives the same page."""
    if campaign.declaration is None:
        raise ValueError(f"campaign {campaign.id} has no declaration")
    office = words("office")
    on_form = {
        "agency": next(iter(campaign.declaration.agencies), ""),
        "registered_at": campaign.texts.get("registered_at", ""),
        "contact_address": office["addresses"][number % len(office["addresses"])],
        "issued_on": f"{1 + number % 28:02d}/{1 + number % 12:02d}/{2016 + number % 5}",
        "issued_at": office["issued_at"],
        "signed_on": signed_on.isoformat(),
        **values,
    }
    page = draw_declaration(on_form, campaign.declaration, style=copier.style, signature=pen, stamp=False, seed=number)
    return scan(page, level=copier.level, turn=copier.turns[number % len(copier.turns)], seed=number)
