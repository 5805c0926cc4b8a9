"""Reading, checking and annotating a 500-row roster, beside a bare calamine read of the same bytes."""

from __future__ import annotations

import io
import statistics
import time
from collections.abc import Callable
from datetime import date

import python_calamine

from service.core.rows import read_roster
from service.core.rules import check_roster
from service.documents.workbook import read_workbook
from service.settings.campaign_files import read_campaign_folder
from tests.benchmarks.people import worker
from tests.support.papers import roster
from tests.support.whole_service import CAMPAIGN, ROOT

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


def _median(work: Callable[[], None], times: int = 7) -> float:
    figures = []
    for _ in range(times):
        begun = time.perf_counter()
        work()
        figures.append(time.perf_counter() - begun)
    return statistics.median(figures)
