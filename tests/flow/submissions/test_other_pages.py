"""What becomes of pages that are no declarations, from the scan in the mail to the answer, the ledger and HR's list."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from service.core.forms import PageKind, Verdict
from service.core.records import FormRecord, OtherPage
from service.core.units import Worker
from service.demo.papers.copier import Copier, declaration_page
from service.demo.papers.paper import as_pdf
from tests.campaign.test_small_campaign import body
from tests.drawn_forms.hands import Picture
from tests.drawn_forms.others import back, card, invoice, letter, portrait
from tests.drawn_forms.people import worker
from tests.support.harness.whole_service import HR, Company, company
from tests.support.papers.filled_papers import roster, row_of

CHANCE = np.random.default_rng(95)


@pytest.fixture
def harness(tmp_path: Path) -> Iterator[Company]:
    with company(tmp_path / "state", units=("U01",)) as running:
        yield running


def form_of(harness: Company, person: Worker) -> Picture:
    page = declaration_page(person.values, harness.folder.campaign, Copier(), number=1, signed_on=date(2021, 4, 20))
    return np.asarray(page.convert("RGB"), np.uint8)


def scan(*pages: Picture) -> bytes:
    return as_pdf([Image.fromarray(page) for page in pages])


def blurred(page: Picture) -> Picture:
    return np.asarray(cv2.GaussianBlur(page, (0, 0), 10), np.uint8)


def hand_in(harness: Company, rows: Sequence[Worker], **files: bytes) -> str:
    content = {"PL02.xlsx": roster(harness.folder.campaign, harness.folder.units[0], [row_of(each) for each in rows])}
    content = content if rows else {}
    harness.post.write(
        harness.address_of("U01"), files=content | {name.replace("_", "."): it for name, it in files.items()}
    )
    harness.work()
    return body(harness.post.last(harness.address_of("U01")))


def recorded(harness: Company) -> tuple[tuple[OtherPage, ...], tuple[FormRecord, ...]]:
    with harness.service.services.ledger.transaction() as transaction:
        campaign = harness.folder.campaign.id
        return transaction.other_pages.of(campaign, "U01"), transaction.submissions.forms(campaign, "U01")


def test_every_page_of_a_mixed_scan_has_its_fate(harness: Company) -> None:
    """Forms are taken; a letter is named, a card set aside, a back passed over, a blurred page asked for again."""
    first, second = harness.folder.workers["U01"]
    pages = (
        letter(CHANCE),
        form_of(harness, first),
        back(CHANCE),
        card(worker(CHANCE), CHANCE),
        form_of(harness, second),
        blurred(form_of(harness, second)),
        invoice(),
    )
    answer = hand_in(harness, (first, second), scan_pdf=scan(*pages))
    aside, forms = recorded(harness)
    assert [(page.page, page.kind) for page in aside] == [
        (1, PageKind.COVER),
        (3, PageKind.BLANK),
        (4, PageKind.IDENTITY),
        (6, PageKind.UNREADABLE),
        (7, PageKind.OTHER),
    ]
    assert [(form.page, form.verdict) for form in forms] == [(2, Verdict.ACCEPTED), (5, Verdict.ACCEPTED)]
    assert "- Công văn, trang bìa: scan.pdf, trang 1" in answer
    assert "- scan.pdf, trang 6: Trang này không đọc được" in answer
    assert "- scan.pdf, trang 4: ảnh chụp giấy tờ tùy thân; được để riêng" in answer
    assert "- scan.pdf, trang 7: chưa nhận ra là tài liệu gì" in answer
    assert "trang 3" not in answer


def test_hr_is_told_once_of_pages_that_nobody_could_name(harness: Company) -> None:
    """In the next summary, and not again in the one after."""
    harness.launch()
    people = harness.folder.workers["U01"]
    hand_in(harness, people, hoa_don_pdf=scan(invoice()))
    harness.clock.go_to("2021-04-23T16:30")
    harness.tick()
    line = "1 trang chưa nhận ra là tài liệu gì (hoa.don.pdf, trang 1)"
    assert line in body(harness.post.last(HR))
    hand_in(harness, people[:1], the_pdf=scan(card(worker(CHANCE), CHANCE)))
    harness.clock.go_to("2021-04-26T16:30")
    harness.tick()
    assert "trang chưa nhận ra" not in body(harness.post.last(HR))


def test_a_mail_with_nothing_but_pictures_of_a_person_says_what_they_are(harness: Company) -> None:
    """They are kept, used for nothing, and not wanted; a covering letter beside them is named."""
    content = scan(letter(CHANCE), card(worker(CHANCE), CHANCE), portrait(CHANCE))
    answer = hand_in(harness, (), giay_to_pdf=content)
    assert "chưa sử dụng được tài liệu nào" in answer
    assert "- giay.to.pdf, trang 2: ảnh chụp giấy tờ tùy thân" in answer
    assert "- giay.to.pdf, trang 3: ảnh không có chữ" in answer
    assert "- giay.to.pdf, trang 1: công văn hoặc trang bìa" in answer
    assert [page.kind for page in recorded(harness)[0]] == [PageKind.COVER, PageKind.IDENTITY, PageKind.PICTURE]


def test_a_covering_letter_beside_the_list_bothers_nobody(harness: Company) -> None:
    """It is named among what came, and asks for nothing."""
    answer = hand_in(harness, harness.folder.workers["U01"], cong_van_pdf=scan(letter(CHANCE)))
    assert "- Công văn, trang bìa: cong.van.pdf" in answer
    assert "không phải danh sách" not in answer
    assert "Lưu ý" not in answer
