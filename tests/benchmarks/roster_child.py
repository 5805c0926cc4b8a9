"""One measured piece of work on a roster, in a process of its own: seconds, and the most memory it ever had."""

from __future__ import annotations

import io
import resource
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

TODAY = date(2021, 5, 12)


def ours(file: str, campaign_folder: str) -> float:
    """Reads and checks as the service does in its children."""
    from service.core.rosters.rows import read_roster
    from service.core.rosters.rules import check_roster
    from service.documents.workbooks.workbook import read_workbook
    from service.settings.campaign_files import read_campaign_folder
    from service.work.child import collect_seldom

    collect_seldom()
    campaign = read_campaign_folder(Path(campaign_folder)).campaign
    content = Path(file).read_bytes()
    begun = time.process_time()
    roster = read_roster(read_workbook(content, max_cells=4_000_000), campaign)
    assert roster is not None
    check_roster(roster, campaign, today=TODAY)
    return time.process_time() - begun


def bare(file: str, _campaign: str) -> float:
    """Calamine alone."""
    import python_calamine

    content = Path(file).read_bytes()
    begun = time.process_time()
    python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    return time.process_time() - begun


def pandas(file: str, _campaign: str) -> float:
    """pandas with openpyxl, reading only."""
    import pandas

    begun = time.process_time()
    pandas.read_excel(file, engine="openpyxl", dtype=str)
    return time.process_time() - begun


WORK: dict[str, Callable[[str, str], float]] = {"ours": ours, "bare": bare, "pandas": pandas}

if __name__ == "__main__":
    seconds = WORK[sys.argv[1]](sys.argv[2], sys.argv[3])
    print(seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
