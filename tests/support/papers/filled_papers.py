"""Papers of the bundled campaign's workers for tests: filled rosters and scanned declarations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from service.core.campaigns import Campaign
from service.core.units import Unit, Worker
from service.demo.papers.copier import Copier, declaration_page
from service.demo.papers.ink import Pen
from service.demo.papers.paper import as_jpeg, as_pdf
from service.documents.opening_mail.blank_roster import roster_template

FILLED = {"registered_on": "2021-04-20", "vssid_installed": "true", "declaration_signed": "true"}


def row_of(worker: Worker, **changes: str) -> dict[str, str]:
    """A worker's complete roster row."""
    return {**worker.values, **FILLED, **changes}


def roster(campaign: Campaign, unit: Unit, rows: Sequence[Mapping[str, str]]) -> bytes:
    """The unit's roster as our template, filled."""
    return roster_template(campaign, unit, rows=rows, blank_rows=5)


def scan_of(campaign: Campaign, worker: Worker, *, signed: bool = True, turn: int = 0, number: int = 1) -> bytes:
    """One declaration as a JPEG of a clean scan."""
    copier = Copier(turns=(turn,))
    day, pen = date(2021, 4, 20), Pen.SIGNATURE if signed else Pen.NOTHING
    return as_jpeg(declaration_page(worker.values, campaign, copier, pen=pen, number=number, signed_on=day))


def scans_of(campaign: Campaign, workers: Sequence[Worker]) -> bytes:
    """One PDF with a scanned page for each worker."""
    pages = [
        declaration_page(worker.values, campaign, Copier(), number=number, signed_on=date(2021, 4, 20))
        for number, worker in enumerate(workers)
    ]
    return as_pdf(pages)
