"""S66: a worker moved between units and is in both lists. Both are told, HR decides, and she counts once."""

from __future__ import annotations

from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest

from service.core.events import HomeDecided
from service.core.hr_decisions import DecideHome
from service.core.progress.progress import Progress
from service.core.records import OutgoingRecord
from service.core.units import Worker
from service.flow.context import CampaignContext
from service.flow.package import build
from service.flow.reports.task_sentences import tasks_in_words
from tests.support.harness.whole_service import HR, Company, company
from tests.support.papers.filled_papers import roster, row_of, scans_of

FORMER, NEWER = "U01", "U02"


@pytest.fixture
def harness(tmp_path: Path) -> Iterator[Company]:
    with company(tmp_path / "state") as running:
        running.launch()
        yield running


def body(mail: EmailMessage) -> str:
    part = mail.get_body(("plain",))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


def moved(harness: Company) -> Worker:
    """The worker of the former unit whom the newer one lists as well."""
    return harness.folder.workers[FORMER][0]


def rows_of(harness: Company, code: str, *more: Worker) -> list[dict[str, str]]:
    return [row_of(worker) for worker in (*harness.folder.workers[code], *more)]


def send(harness: Company, code: str, rows: list[dict[str, str]], *workers: Worker) -> None:
    """The unit's list, with the declarations of these workers."""
    unit = next(unit for unit in harness.folder.units if unit.code == code)
    files = {"PL02.xlsx": roster(harness.folder.campaign, unit, rows)}
    if workers:
        files["to-khai.pdf"] = scans_of(harness.folder.campaign, workers)
    answered = next(iter(reversed(harness.post.mails(harness.address_of(code)))), None)
    harness.post.write(harness.address_of(code), text="Đã rà soát, không có sai lệch.", files=files, answers=answered)
    harness.work()


def both_list_her(harness: Company) -> None:
    send(harness, FORMER, rows_of(harness, FORMER))
    send(harness, NEWER, rows_of(harness, NEWER, moved(harness)))


def standing(harness: Company) -> dict[str, Progress]:
    return {each.unit: each for each in harness.service.status()}


def counted(harness: Company) -> dict[str, int]:
    return {code: each.workers for code, each in standing(harness).items()}


def mails_about(harness: Company) -> list[OutgoingRecord]:
    with harness.service.ledger.transaction() as transaction:
        sent = [
            mail for code in (FORMER, NEWER) for mail in transaction.outbox.of_unit(harness.folder.campaign.id, code)
        ]
    return [mail for mail in sent if mail.template.startswith("listed_twice")]


def answer_hr(harness: Company, word: str) -> str:
    """HR replies to the question; gives what HR is told was done."""
    asked = next(mail for mail in harness.post.mails(HR) if "danh sách của hai đơn vị" in str(mail["Subject"]))
    quoted = "\n".join(f"> {line}" for line in body(asked).splitlines())
    harness.post.write(HR, text=f"{word}\n{quoted}", answers=asked)
    harness.work()
    return body(harness.post.last(HR))


def test_s66_both_units_and_hr_are_told_once(harness: Company) -> None:
    """Each unit reads the name that it wrote itself and the other unit's name: no number, no error, nothing twice."""
    both_list_her(harness)
    worker = moved(harness)
    answer, told = (
        body(harness.post.last(harness.address_of(NEWER))),
        body(harness.post.last(harness.address_of(FORMER))),
    )
    former, newer = harness.folder.units
    assert f"{worker.name} cũng có trong danh sách của {former.name}" in answer
    assert newer.name in told
    assert worker.name in told
    number = worker.values["social_insurance_no"]
    assert all(number not in said for said in (answer, told))
    asked = body(harness.post.last(HR))
    assert all(said in asked for said in (worker.name, former.name, newer.name, "DUYỆT", "TỪ CHỐI"))
    assert standing(harness)[NEWER].roster_errors == 0
    again = rows_of(harness, NEWER, worker)
    send(harness, NEWER, [{**row, "registered_on": "2021-04-19"} for row in again])
    send(harness, FORMER, [{**row, "registered_on": "2021-04-19"} for row in rows_of(harness, FORMER)])
    assert sorted(mail.template for mail in mails_about(harness)) == ["listed_twice", "listed_twice_hr"]
    assert f"{worker.name} cũng có trong danh sách của {newer.name}" in body(
        harness.post.last(harness.address_of(FORMER))
    )


def test_s66_until_hr_decides_the_newer_list_counts_her(harness: Company) -> None:
    """Also after the former unit sent its list again; HR's summary names her and the number to decide by."""
    both_list_her(harness)
    assert counted(harness) == {FORMER: 1, NEWER: 3}
    send(harness, FORMER, [{**row, "registered_on": "2021-04-19"} for row in rows_of(harness, FORMER)])
    assert counted(harness) == {FORMER: 1, NEWER: 3}
    assert moved(harness).name not in standing(harness)[FORMER].forms_missing
    open_campaign = harness.service.open_campaign(harness.folder.campaign.id)
    with harness.service.ledger.transaction() as transaction:
        tasks = transaction.tasks.waiting(open_campaign.campaign.id)
        needs = tasks_in_words(CampaignContext(harness.service.services, transaction, open_campaign), tasks)
    assert any(moved(harness).name in line and FORMER in line and NEWER in line for line in needs)


def test_s66_hr_says_that_she_moved(harness: Company) -> None:
    """The former unit reads with its next answer that the row is to be taken out; that is no error."""
    both_list_her(harness)
    assert "gửi danh sách sau" in answer_hr(harness, "DUYỆT")
    assert counted(harness) == {FORMER: 1, NEWER: 3}
    assert standing(harness)[FORMER].listed_elsewhere == (moved(harness).name,)
    send(harness, FORMER, [{**row, "registered_on": "2021-04-19"} for row in rows_of(harness, FORMER)])
    answer = body(harness.post.last(harness.address_of(FORMER)))
    assert f"Bỏ khỏi Phụ lục 02 những người được xác định thuộc đơn vị khác: {moved(harness).name}" in answer
    assert standing(harness)[FORMER].roster_errors == 0


def test_s66_hr_says_that_she_stays(harness: Company) -> None:
    """With the reason in the audit trail; the newer unit takes the row out, and the matter has ended."""
    both_list_her(harness)
    assert "gửi danh sách trước" in answer_hr(harness, "TỪ CHỐI chị chỉ đi biệt phái")
    assert counted(harness) == {FORMER: 2, NEWER: 2}
    with harness.service.ledger.transaction() as transaction:
        facts = [event.fact for event in transaction.events.latest(50)]
    assert [fact.why for fact in facts if isinstance(fact, HomeDecided)] == ["chị chỉ đi biệt phái"]
    send(harness, NEWER, [{**row, "registered_on": "2021-04-19"} for row in rows_of(harness, NEWER, moved(harness))])
    assert "Đề nghị bỏ dòng này khi gửi lại danh sách" in body(harness.post.last(harness.address_of(NEWER)))
    harness.post.write(
        harness.address_of(NEWER),
        text="Danh sách thay thế",
        files={"PL02.xlsx": roster(harness.folder.campaign, harness.folder.units[1], rows_of(harness, NEWER))},
        answers=harness.post.last(harness.address_of(NEWER)),
    )
    harness.work()
    assert standing(harness)[NEWER].listed_elsewhere == ()
    assert counted(harness) == {FORMER: 2, NEWER: 2}


def test_s66_she_stands_once_in_the_package(harness: Company) -> None:
    """Both units sent her declaration: the package has one row and one page, of the unit that counts her."""
    worker, colleagues = moved(harness), harness.folder.workers
    send(harness, FORMER, rows_of(harness, FORMER), *colleagues[FORMER])
    send(harness, NEWER, rows_of(harness, NEWER, worker), *colleagues[NEWER], worker)
    services, open_campaign = harness.service.services, harness.service.open_campaign(harness.folder.campaign.id)
    assert build(services, open_campaign).totals["workers"] == 4
    with harness.service.ledger.transaction() as transaction:
        (case,) = transaction.listings.twice(open_campaign.campaign.id)
        number = case.id
    harness.service.decide(
        DecideHome(case=number, unit=FORMER, why="đi biệt phái"), by=HR, campaign=open_campaign.campaign.id
    )
    assert build(services, open_campaign).totals["workers"] == 4
    assert counted(harness) == {FORMER: 2, NEWER: 2}


def test_s66_another_persons_number_is_a_warning_and_moves_nobody(harness: Company) -> None:
    """One number that agrees under another name is a slip: said to the sender, asked of nobody, counted for both."""
    send(harness, FORMER, rows_of(harness, FORMER))
    rows = rows_of(harness, NEWER)
    rows[0]["social_insurance_no"] = moved(harness).values["social_insurance_no"]
    rows[0].pop("health_card_no", None)
    send(harness, NEWER, rows)
    answer = body(harness.post.last(harness.address_of(NEWER)))
    assert "trùng với số của một người khác trong danh sách của" in answer
    assert moved(harness).name not in answer
    assert mails_about(harness) == []
    assert counted(harness) == {FORMER: 2, NEWER: 2}
