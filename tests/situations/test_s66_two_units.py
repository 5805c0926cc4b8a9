"""S66: a worker moved between units and is in both lists. Both are told, HR decides, and she counts once."""

from __future__ import annotations

from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest

from service.core.progress.progress import Progress
from service.core.records import OutgoingRecord
from service.core.units import Worker
from service.flow.context import Office
from service.flow.package import build
from service.flow.reports.tasks_of_hr import needs_of_hr
from service.flow.submissions.listed_twice import decide
from tests.support.papers import roster, row_of, scans_of
from tests.support.whole_service import HR, Company, company

FORMER, NEWER = "U01", "U02"


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Company]:
    with company(tmp_path / "state") as running:
        running.launch()
        yield running


def body(mail: EmailMessage) -> str:
    part = mail.get_body(("plain",))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


def moved(office: Company) -> Worker:
    """The worker of the former unit whom the newer one lists as well."""
    return office.folder.workers[FORMER][0]


def rows_of(office: Company, code: str, *more: Worker) -> list[dict[str, str]]:
    return [row_of(worker) for worker in (*office.folder.workers[code], *more)]


def send(office: Company, code: str, rows: list[dict[str, str]], *workers: Worker) -> None:
    """The unit's list, with the declarations of these workers."""
    unit = next(unit for unit in office.folder.units if unit.code == code)
    files = {"PL02.xlsx": roster(office.folder.campaign, unit, rows)}
    if workers:
        files["to-khai.pdf"] = scans_of(office.folder.campaign, workers)
    office.post.write(office.address_of(code), text="Đã rà soát, không có sai lệch.", files=files)
    office.work()


def both_list_her(office: Company) -> None:
    send(office, FORMER, rows_of(office, FORMER))
    send(office, NEWER, rows_of(office, NEWER, moved(office)))


def standing(office: Company) -> dict[str, Progress]:
    return {each.unit: each for each in office.service.status()}


def counted(office: Company) -> dict[str, int]:
    return {code: each.workers for code, each in standing(office).items()}


def mails_about(office: Company) -> list[OutgoingRecord]:
    with office.service.ledger.transaction() as books:
        sent = [mail for code in (FORMER, NEWER) for mail in books.outbox.of_unit(office.folder.campaign.id, code)]
    return [mail for mail in sent if mail.template.startswith("listed_twice")]


def answer_hr(office: Company, word: str) -> str:
    """HR replies to the question; gives what HR is told was done."""
    asked = next(mail for mail in office.post.mails(HR) if "danh sách của hai đơn vị" in str(mail["Subject"]))
    quoted = "\n".join(f"> {line}" for line in body(asked).splitlines())
    office.post.write(HR, text=f"{word}\n{quoted}", answers=asked)
    office.work()
    return body(office.post.last(HR))


def test_s66_both_units_and_hr_are_told_once(office: Company) -> None:
    """Each unit reads the name that it wrote itself and the other unit's name: no number, no error, nothing twice."""
    both_list_her(office)
    worker = moved(office)
    answer, told = body(office.post.last(office.address_of(NEWER))), body(office.post.last(office.address_of(FORMER)))
    former, newer = office.folder.units
    assert f"{worker.name} cũng có trong danh sách của {former.name}" in answer
    assert newer.name in told
    assert worker.name in told
    number = worker.values["social_insurance_no"]
    assert all(number not in said for said in (answer, told))
    asked = body(office.post.last(HR))
    assert all(said in asked for said in (worker.name, former.name, newer.name, "DUYỆT", "TỪ CHỐI"))
    assert standing(office)[NEWER].roster_errors == 0
    again = rows_of(office, NEWER, worker)
    send(office, NEWER, [{**row, "registered_on": "2021-04-19"} for row in again])
    send(office, FORMER, [{**row, "registered_on": "2021-04-19"} for row in rows_of(office, FORMER)])
    assert sorted(mail.template for mail in mails_about(office)) == ["listed_twice", "listed_twice_hr"]
    assert f"{worker.name} cũng có trong danh sách của {newer.name}" in body(
        office.post.last(office.address_of(FORMER))
    )


def test_s66_until_hr_decides_the_newer_list_counts_her(office: Company) -> None:
    """Also after the former unit sent its list again; HR's summary names her and the number to decide by."""
    both_list_her(office)
    assert counted(office) == {FORMER: 1, NEWER: 3}
    send(office, FORMER, [{**row, "registered_on": "2021-04-19"} for row in rows_of(office, FORMER)])
    assert counted(office) == {FORMER: 1, NEWER: 3}
    assert moved(office).name not in standing(office)[FORMER].forms_missing
    course = office.service.course(office.folder.campaign.id)
    with office.service.ledger.transaction() as books:
        needs = needs_of_hr(Office(office.service.house, books, course), [])
    assert any(moved(office).name in line and FORMER in line and NEWER in line for line in needs)


def test_s66_hr_says_that_she_moved(office: Company) -> None:
    """The former unit reads with its next answer that the row is to be taken out; that is no error."""
    both_list_her(office)
    assert "gửi danh sách sau" in answer_hr(office, "DUYỆT")
    assert counted(office) == {FORMER: 1, NEWER: 3}
    assert standing(office)[FORMER].listed_elsewhere == (moved(office).name,)
    send(office, FORMER, [{**row, "registered_on": "2021-04-19"} for row in rows_of(office, FORMER)])
    answer = body(office.post.last(office.address_of(FORMER)))
    assert f"Bỏ khỏi Phụ lục 02 những người được xác định thuộc đơn vị khác: {moved(office).name}" in answer
    assert standing(office)[FORMER].roster_errors == 0


def test_s66_hr_says_that_she_stays(office: Company) -> None:
    """With the reason in the audit trail; the newer unit takes the row out, and the matter has ended."""
    both_list_her(office)
    assert "gửi danh sách trước" in answer_hr(office, "TỪ CHỐI chị chỉ đi biệt phái")
    assert counted(office) == {FORMER: 2, NEWER: 2}
    with office.service.ledger.transaction() as books:
        assert any(event.why == "chị chỉ đi biệt phái" for event in books.events.latest(50))
    send(office, NEWER, [{**row, "registered_on": "2021-04-19"} for row in rows_of(office, NEWER, moved(office))])
    assert "Đề nghị bỏ dòng này khi gửi lại danh sách" in body(office.post.last(office.address_of(NEWER)))
    office.post.write(
        office.address_of(NEWER),
        text="Danh sách thay thế",
        files={"PL02.xlsx": roster(office.folder.campaign, office.folder.units[1], rows_of(office, NEWER))},
    )
    office.work()
    assert standing(office)[NEWER].listed_elsewhere == ()
    assert counted(office) == {FORMER: 2, NEWER: 2}


def test_s66_she_stands_once_in_the_package(office: Company) -> None:
    """Both units sent her declaration: the package has one row and one page, of the unit that counts her."""
    worker, colleagues = moved(office), office.folder.workers
    send(office, FORMER, rows_of(office, FORMER), *colleagues[FORMER])
    send(office, NEWER, rows_of(office, NEWER, worker), *colleagues[NEWER], worker)
    house, course = office.service.house, office.service.course(office.folder.campaign.id)
    assert build(house, course).totals["workers"] == 4
    with office.service.ledger.transaction() as books:
        (case,) = books.listings.twice(course.campaign.id)
        decide(Office(house, books, course), case, FORMER, by=HR, why="đi biệt phái")
    assert build(house, course).totals["workers"] == 4
    assert counted(office) == {FORMER: 2, NEWER: 2}


def test_s66_another_persons_number_is_a_warning_and_moves_nobody(office: Company) -> None:
    """One number that agrees under another name is a slip: said to the sender, asked of nobody, counted for both."""
    send(office, FORMER, rows_of(office, FORMER))
    rows = rows_of(office, NEWER)
    rows[0]["social_insurance_no"] = moved(office).values["social_insurance_no"]
    rows[0].pop("health_card_no", None)
    send(office, NEWER, rows)
    answer = body(office.post.last(office.address_of(NEWER)))
    assert "trùng với số của một người khác trong danh sách của" in answer
    assert moved(office).name not in answer
    assert mails_about(office) == []
    assert counted(office) == {FORMER: 2, NEWER: 2}
