"""The mails' words: every template renders, both forms say the same, and the common ones know no campaign."""

from __future__ import annotations

import html
import re
import tomllib
from collections.abc import Iterator
from dataclasses import fields, replace
from datetime import date, timedelta
from typing import Any

import pytest

from service.core.contacts import CODE_IS_GOOD_FOR
from service.core.mail.messages import Rendered
from service.core.progress.progress import Progress, Stage
from service.flow.reports.needs import Matter, Need
from tests.support.harness.bundled_campaign import TEMPLATES, bundled_campaign
from tests.support.mails.mail_facts import (
    COUNTS,
    HR_MAILS,
    NEUTRAL_MAILS,
    NOW,
    PROGRESS,
    UNIT,
    UNIT_MAILS,
    all_mails,
    facts_of,
    render,
)

CAMPAIGN_WORDS = re.compile(r"vssid|vnpt|đống đa|phụ lục 02|tờ khai mẫu số|i-van", re.IGNORECASE)


def words_of_html(page: str) -> str:
    """What a reader sees: no tags, no style sheet, single spaces."""
    page = re.sub(r"<(style|title)>.*?</\1>", " ", page, flags=re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


def sayings(value: Any) -> Iterator[str]:
    """Every text in a mail's own facts that a reader must find."""
    if isinstance(value, str):
        yield from (line for line in value.splitlines() if line)
    elif isinstance(value, dict):
        for inner in value.values():
            yield from sayings(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from sayings(inner)
    elif isinstance(value, Need | Matter):
        yield from sayings([getattr(value, field.name) for field in fields(value)])


def plain(text: str) -> str:
    return " ".join(re.sub(r"^\s*> ", "", text, flags=re.MULTILINE).split())


@pytest.mark.parametrize("mail", all_mails())
def test_every_mail_renders_with_our_mark_in_a_subject_of_one_line(mail: str) -> None:
    """Every mail has a subject with the campaign's mark, a text and a page, and no hole."""
    rendered = render(mail)
    assert rendered.subject.startswith("[VSSID-2021") or mail == "summary"
    assert "VSSID-2021" in rendered.subject
    assert "\n" not in rendered.subject
    assert rendered.text.strip()
    assert rendered.html.startswith("<!doctype html>")
    assert "{{" not in rendered.subject + rendered.text + rendered.html
    assert "None" not in rendered.text


@pytest.mark.parametrize("mail", all_mails())
def test_text_and_page_say_the_same_facts(mail: str) -> None:
    """Whoever reads only the plain text misses nothing that stands on the page, and the other way round."""
    rendered = render(mail)
    text, page = plain(rendered.text), words_of_html(rendered.html)
    own = {**UNIT_MAILS, **HR_MAILS}[mail]
    for key in set(own) - {"picture_cid", "unit", "units"}:
        for saying in sayings(own[key]):
            assert " ".join(saying.split()) in text, saying
            assert " ".join(saying.split()) in page, saying


@pytest.mark.parametrize("mail", UNIT_MAILS)
def test_a_unit_is_addressed_with_courtesy(mail: str) -> None:
    """A mail to a unit greets its contact by name, thanks, and says whom to ask."""
    text = render(mail).text
    assert text.startswith("Kính gửi: ")
    assert "Đặng Thùy Linh" in text
    assert "Trân trọng cảm ơn./." in text
    assert "024 0000 0119" in text


@pytest.mark.parametrize("mail", UNIT_MAILS)
def test_a_unit_that_reads_english_is_written_to_in_english(mail: str) -> None:
    """No mail to a unit is in Vietnamese alone."""
    facts = {"remaining": ["Send the list."], "stage_words": "Corrections needed"}
    text = render(mail, language="en", **facts).text
    assert text.startswith("Dear ")
    assert "Trân trọng" not in text


def test_the_common_templates_know_no_campaign() -> None:
    """Nothing below `default` names a campaign, its forms or its agency."""
    for path in sorted((TEMPLATES / "default").rglob("*")):
        if path.is_file():
            found = CAMPAIGN_WORDS.search(path.read_text(encoding="utf-8"))
            assert found is None, f"{path}: {found}"


@pytest.mark.parametrize("mail", all_mails())
def test_a_campaign_without_forms_and_texts_renders_too(mail: str) -> None:
    """Every mail stands on the campaign's required data alone."""
    bare = replace(bundled_campaign(), declaration=None, discrepancy=None, texts={})
    progress = replace(PROGRESS, forms_expected=0, forms_accepted=0, forms_in_review=())
    rendered = render(mail, campaign=bare, progress=progress, remaining=["Gửi danh sách."], form_errors=[])
    assert "Tờ khai mẫu số 01:" not in rendered.text.replace("Tờ khai mẫu số 01: 62", "")


def test_text_from_mails_stays_text() -> None:
    """Markup and template language that a sender wrote is shown, not obeyed."""
    evil = "<script>alert(1)</script> {{ 7*7 }} =cmd()"
    rendered = render("question_forward", subject=evil, text=evil, sender="a@b.example")
    assert "<script>" not in rendered.html
    assert "{{ 7*7 }}" in html.unescape(rendered.html)
    assert "> <script>alert(1)</script> {{ 7*7 }} =cmd()" in rendered.text


def confirmation(**changes: Any) -> Rendered:
    return render("confirmation", **{"complete": True, "remaining": [], "notes": [], **changes})


def test_a_complete_unit_is_thanked_and_asked_for_nothing() -> None:
    """When everything is valid the mail says so and names nothing that is missing."""
    done = Progress(unit="U03", roster_version=1, workers=6, forms_expected=6, forms_accepted=6)
    rendered = confirmation(progress=done, stage_words="Hoàn thành")
    assert rendered.subject == "[VSSID-2021 U03] Hồ sơ đã đầy đủ – Trung tâm Y tế số"
    assert "đầy đủ, hợp lệ" in rendered.text
    assert "Để hoàn thành" not in rendered.text


def test_pages_with_hr_are_no_work_for_the_unit() -> None:
    """A unit that is done while HR looks at pages is told that it need not do anything."""
    waiting = Progress(
        unit="U03", roster_version=1, workers=2, forms_expected=2, forms_accepted=1, forms_in_review=("Hồ Anh Nam",)
    )
    text = confirmation(progress=waiting, stage_words="Đã gửi đủ, chờ xem xét", looked_at="Hồ Anh Nam").text
    assert "(Hồ Anh Nam); Anh/Chị chưa phải làm gì thêm" in text
    assert "hợp lệ. Đơn vị không phải gửi thêm" not in text


def test_an_extension_is_named_instead_of_the_letters_day() -> None:
    """A unit with more time reads its own last day."""
    extended = replace(PROGRESS, extended_to=date(2021, 5, 25))
    text = render("reminder", progress=extended, last_day=date(2021, 5, 25)).text
    assert "đã được gia hạn đến hết ngày 25/05/2021" in text
    assert "20/05/2021" not in text


def test_late_papers_are_still_welcome() -> None:
    """After the last day an answer says both: the time has passed, and papers are still accepted."""
    text = render("confirmation", now=NOW + timedelta(days=9)).text
    assert "nay đã quá thời hạn, hồ sơ vẫn được tiếp nhận" in text


def test_the_last_day_has_its_own_words() -> None:
    """No "còn 00 ngày" on the last day."""
    rendered = render("reminder", days_left=0)
    assert rendered.subject == "[VSSID-2021 U03] Hôm nay là hạn cuối nộp hồ sơ – Trung tâm Y tế số"
    assert "Còn 0" not in rendered.text


def test_an_escalated_mail_speaks_to_the_head_first() -> None:
    """The head of the unit is addressed, the contact along with her."""
    text = render("overdue").text
    assert text.startswith("Kính gửi: Lãnh đạo Trung tâm Y tế số (Anh/Chị Hoàng Minh Tuấn);\nĐồng kính gửi: ")
    assert render("overdue", escalated=False).text.startswith("Kính gửi: Anh/Chị Đặng Thùy Linh, đầu mối")


def test_a_unit_without_a_named_contact_is_addressed_by_its_office() -> None:
    """No name is invented where none is known."""
    text = render("instructions", unit=replace(UNIT, contact=None)).text
    assert text.startswith("Kính gửi: Anh/Chị đầu mối Trung tâm Y tế số,\n")


@pytest.mark.parametrize("mail", [mail for mail in HR_MAILS if mail not in ("trouble", "package_agency")])
def test_hr_is_told_no_command_of_the_shell(mail: str) -> None:
    """HR decides by words of a mail; what is typed at the server is for the administrator."""
    rendered = render(mail)
    assert "dondoc " not in rendered.text + rendered.html


def test_the_summary_begins_with_its_figures_and_fits_a_list_of_mails() -> None:
    """Under 60 letters, also for many units and much that waits; nothing is empty praise."""
    counts = COUNTS | {Stage.COMPLETE: 138, "units": 160}
    subject = render("summary", counts=counts, matters=105, now=NOW.replace(month=11, day=30)).subject
    assert subject == "138/160 xong, 105 việc chờ – VSSID-2021, 30/11"
    assert render("summary", needs=[], matters=0).subject == "5/12 xong, không có việc chờ – VSSID-2021, 12/5"
    assert len(subject) < 60


def test_the_summary_tells_nothing_twice() -> None:
    """Each unit that has something open stands in the table, finished ones by code in one line, the time limit once."""
    text = render("summary").text
    assert "Đã hoàn thành: U01, U02, U06.\n" in text
    assert text.count("19/05/2021") == text.count("U04 – ") == text.count("12/05") == 1
    quiet = render("summary", needs=[], matters=0, picture_cid=None)
    assert "U04" not in quiet.text + quiet.html and "<img" not in quiet.html
    assert len(quiet.text.splitlines()) < 15


@pytest.mark.parametrize(
    ("asks", "said"), [(True, " và lâu hơn khi việc thư này hỏi chưa được quyết định"), (False, "")]
)
def test_a_code_is_good_for_as_long_as_the_mail_says(asks: bool, said: str) -> None:
    """The words have the figure that the code is judged by."""
    rendered = render("command_result", reply_code="7KQM-2XPD", asks=asks, code_days=CODE_IS_GOOD_FOR.days)
    limit = f"(dùng cho một thư, trong 14 ngày{said})."
    assert limit in rendered.text and limit in words_of_html(rendered.html)


def test_the_approval_asks_for_one_word_and_carries_its_code() -> None:
    """HR answers DUYỆT; the code stands in the subject and in the mail."""
    rendered = render("package_approval")
    assert rendered.subject == "[VSSID-2021] Đề nghị duyệt hồ sơ gửi BHXH quận Đống Đa (mã K7M2-QX4T)"
    assert rendered.text.splitlines()[2].endswith("DUYỆT. Không duyệt: TỪ CHỐI và lý do.")
    assert "K7M2-QX4T" in rendered.text
    assert "SHA256SUMS.txt" in rendered.text and "SHA-256:" not in rendered.text
    assert "Còn 02 đơn vị chưa hoàn thành" in rendered.text


def test_a_whole_mail_reads_as_it_should() -> None:
    """One mail letter by letter."""
    assert render("question_received").text == (
        "Kính gửi: Anh/Chị Đặng Thùy Linh, đầu mối Trung tâm Y tế số,\n"
        "\n"
        "Ban Nhân sự đã nhận được câu hỏi của Anh/Chị lúc 09:15 ngày 12/05/2021 và đã chuyển đến Đỗ Ngọc Lan (điện "
        "thoại 024 0000 0119) để trả lời. Anh/Chị sẽ nhận được trả lời bằng thư điện tử; trường hợp cần gấp, xin gọi "
        "theo số điện thoại nêu trên.\n"
        "\n"
        "Tình hình của đơn vị: Cần chỉnh sửa\n"
        "- Phụ lục 02: lần 2, 06 người lao động (theo danh sách nhân sự: 07)\n"
        "- Tờ khai mẫu số 01: 3/6 hợp lệ, 01 đang chờ Ban Nhân sự xem\n"
        "\n"
        "Trong quá trình thực hiện, nếu có vướng mắc, đề nghị Anh/Chị trả lời thư này hoặc liên hệ Ban Nhân sự (Đỗ "
        "Ngọc Lan, điện thoại 024 0000 0119) để được hướng dẫn.\n"
        "\n"
        "Trân trọng cảm ơn./.\n"
        "\n"
        "Ban Nhân sự\n"
        "Công ty Công nghệ thông tin VNPT-IT (mẫu)\n"
        "\n"
        "--\n"
        "Thư được lập tự động thay mặt Ban Nhân sự; thư trả lời của Anh/Chị vẫn được tiếp nhận và xử lý. Khi trả lời, "
        "đề nghị giữ nguyên tiêu đề thư.\n"
        "Thư có chứa dữ liệu cá nhân; đề nghị chỉ sử dụng cho mục đích nêu trên và không chuyển tiếp.\n"
    )


def test_both_languages_have_the_same_sentences() -> None:
    """A sentence that exists in one language exists in the other, with the same blanks."""
    tables = {
        language: tomllib.loads((TEMPLATES / "default" / language / "messages.toml").read_text("utf-8"))
        for language in ("vi", "en")
    }
    own = [name for name in tables["vi"] if name not in ("findings", "package")]
    for name in own:
        assert set(tables["vi"][name]) == set(tables["en"][name]), name
        for key, sentence in tables["vi"][name].items():
            assert _blanks(sentence) == _blanks(tables["en"][name][key]), f"{name}.{key}"


def _blanks(sentence: str) -> set[str]:
    return set(re.findall(r"\{(\w+)\}", sentence))


def test_facts_given_to_the_tests_cover_every_template() -> None:
    """No template is left untested."""
    folders = {path.parent.name for path in (TEMPLATES / "default" / "vi").glob("*/subject.txt")}
    assert folders == {*all_mails(), *NEUTRAL_MAILS}
    assert facts_of("opening")["unit"] is UNIT


def test_a_stranger_learns_nothing_from_the_neutral_line() -> None:
    """Neither campaign, unit nor organisation stands in it, and it says it in two languages."""
    rendered = render("stranger")
    campaign = bundled_campaign()
    for words in (rendered.subject, rendered.text, rendered.html):
        assert not any(name in words for name in (campaign.mark, campaign.id, campaign.organisation, UNIT.name))
    assert "chưa được đăng ký" in rendered.text
    assert "not registered" in rendered.text
