"""Rosters of up to 100,000 rows, read and checked beside a bare calamine read and pandas, each in its own process.

Seconds are of the processor: other work on the machine does not count. pandas reads the smallest of the large files.
"""

from __future__ import annotations

import io
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

import python_calamine
import xlsxwriter

from service.core.campaigns import Campaign
from service.core.rosters.rows import read_roster
from service.core.rosters.rules import check_roster
from service.documents.workbooks.workbook import read_workbook
from service.settings.campaign_files import read_campaign_folder
from tests.benchmarks.people import worker
from tests.support.harness.whole_service import CAMPAIGN, ROOT
from tests.support.papers.filled_papers import roster

TODAY = date(2021, 5, 12)
FOLDER = ROOT / "config" / "campaigns" / CAMPAIGN
SMALL = 50
LARGE = (25_000, 50_000, 100_000)
COLUMNS = 20


def run() -> None:
    """Prints milliseconds, seconds, megabytes and ratios."""
    folder = read_campaign_folder(FOLDER)
    _small(roster(folder.campaign, folder.units[0], [worker(number) for number in range(SMALL)]), folder.campaign)
    with tempfile.TemporaryDirectory() as place:
        for rows in LARGE:
            file = Path(place) / f"{rows}.xlsx"
            file.write_bytes(_large(folder.campaign, rows))
            _beside_peers(file, rows)


def _small(content: bytes, campaign: Campaign) -> None:
    def ours() -> None:
        found = read_roster(read_workbook(content), campaign)
        assert found is not None and len(found.rows) == SMALL
        check_roster(found, campaign, today=TODAY)

    def bare() -> None:
        python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()

    mine, theirs = _median(ours), _median(bare)
    print(
        f"{SMALL} rows read and checked: {mine * 1000:.1f} ms; bare calamine {theirs * 1000:.1f} ms; "
        f"ratio {mine / theirs:.1f}"
    )


def _beside_peers(file: Path, rows: int) -> None:
    mine, memory = _measured("ours", file)
    theirs, _ = _measured("bare", file)
    print(
        f"{rows} rows x {COLUMNS} columns read and checked: {mine:.2f} s, {memory} MB; bare calamine {theirs:.2f} s; "
        f"ratio {mine / theirs:.1f}; {mine / rows * 1e6:.0f} us a row"
    )
    if rows == LARGE[0]:
        peer, its_memory = _measured("pandas", file)
        print(f"pandas.read_excel (openpyxl) {peer:.1f} s, {its_memory} MB; we are {peer / mine:.1f} times as fast")


def _measured(work: str, file: Path) -> tuple[float, int]:
    command: Sequence[str] = (sys.executable, "-m", "tests.benchmarks.roster_child", work, str(file), str(FOLDER))
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    return float(said[0]), int(said[1])


def _large(campaign: Campaign, rows: int) -> bytes:
    """As another program writes it: twenty of the campaign's columns."""
    columns = [column for column in campaign.columns if column.in_template][:COLUMNS]
    saved = io.BytesIO()
    book = xlsxwriter.Workbook(saved, {"constant_memory": True})
    page = book.add_worksheet("Danh sách")
    page.write_row(0, 0, [column.heading for column in columns])
    for number in range(rows):
        values = _written(number)
        page.write_row(number + 1, 0, [values.get(column.key, "") for column in columns])
    book.close()
    return saved.getvalue()


def _written(number: int) -> dict[str, str | int]:
    values = dict(worker(number))
    year, month, day = values["birth_date"].split("-")
    whole: dict[str, str | int] = {
        **values,
        "ordinal": number + 1,
        "employee_code": f"IT{number:06}",
        "birth_date": f"{day}/{month}/{year}",
        "registered_on": "20/04/2021",
        "health_card_no": f"DN401{values['social_insurance_no']}",
        "department": f"Phòng Kỹ thuật {number % 40}",
        "vssid_installed": "X",
        "declaration_signed": "X",
    }
    if number % 10 == 0:
        block = {"kind": "Thẻ BHYT", "vssid": "Nơi KCB: A", "actual": "Nơi KCB: B"}
        whole |= {f"discrepancy_{key}": value for key, value in block.items()} | {"evidence": "Bản chụp thẻ"}
    return whole


def _median(work: Callable[[], None], times: int = 7) -> float:
    figures = []
    for _ in range(times):
        begun = time.process_time()
        work()
        figures.append(time.process_time() - begun)
    return statistics.median(figures)
