"""A 500-row roster: read and checked beside a bare calamine read, marked beside a bare openpyxl load and save."""

from __future__ import annotations

import io
import statistics
import time
from collections.abc import Callable
from datetime import date

import openpyxl
import python_calamine

from service.core.findings import Finding
from service.core.rosters.rows import read_roster
from service.core.rosters.rules import check_roster
from service.documents.returned.annotate import annotate_in_words
from service.documents.workbooks.workbook import read_workbook
from service.flow.answers.wording import marks_of
from service.mail.outgoing.catalogue import load_wording
from service.settings.campaign_files import CampaignFolder, read_campaign_folder
from tests.benchmarks.people import worker
from tests.support.harness.whole_service import CAMPAIGN, ROOT
from tests.support.papers.filled_papers import roster

ROWS = 500


def run() -> None:
    """Prints milliseconds and ratios."""
    folder = read_campaign_folder(ROOT / "config" / "campaigns" / CAMPAIGN)
    content = roster(folder.campaign, folder.units[0], [worker(number) for number in range(ROWS)])

    def ours() -> None:
        found = read_roster(read_workbook(content, max_cells=1_000_000), folder.campaign)
        assert found is not None and len(found.rows) == ROWS
        check_roster(found, folder.campaign, today=date(2021, 5, 12))

    def bare() -> None:
        python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()

    mine, theirs = _median(ours), _median(bare)
    print(
        f"{ROWS} rows read and checked: {mine * 1000:.0f} ms; bare calamine {theirs * 1000:.0f} ms; "
        f"ratio {mine / theirs:.1f}"
    )
    _marked(folder)


def _marked(folder: CampaignFolder) -> None:
    """Every tenth worker wrong: the whole way from the unit's bytes to the bytes that go back."""
    workers = [{**worker(number), **({} if number % 10 else {"phone": "0123"})} for number in range(ROWS)]
    content = roster(folder.campaign, folder.units[0], workers)
    wording = load_wording(ROOT / "mail_templates", CAMPAIGN, "vi")
    marks = marks_of(folder.campaign, _findings(content, folder), wording)
    assert len(marks) >= ROWS // 10

    def bare() -> None:
        openpyxl.load_workbook(io.BytesIO(content)).save(io.BytesIO())

    mine, theirs = _median(lambda: annotate_in_words(content, marks, wording)), _median(bare, times=3)
    whole = _median(
        lambda: annotate_in_words(content, marks_of(folder.campaign, _findings(content, folder), wording), wording)
    )
    print(
        f"{ROWS} rows marked ({len(marks)} marks): {mine * 1000:.0f} ms; bare openpyxl load and save "
        f"{theirs * 1000:.0f} ms; ratio {mine / theirs:.2f}; read, checked and marked: {whole * 1000:.0f} ms"
    )


def _findings(content: bytes, folder: CampaignFolder) -> tuple[Finding, ...]:
    found = read_roster(read_workbook(content, max_cells=1_000_000), folder.campaign)
    assert found is not None
    return check_roster(found, folder.campaign, today=date(2021, 5, 12))


def _median(work: Callable[[], object], times: int = 7) -> float:
    figures = []
    for _ in range(times):
        begun = time.perf_counter()
        work()
        figures.append(time.perf_counter() - begun)
    return statistics.median(figures)
