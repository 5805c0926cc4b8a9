"""Templates and catalogues from small folders made here: which file is taken, what is escaped, how days are written."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from service.core.masking import masked, masked_address
from service.mail.outgoing.catalogue import CatalogueUnreadable, load_wording
from service.mail.outgoing.templates import MailNotRendered, MailTemplates
from tests.support.harness.bundled_campaign import bundled_campaign

CAMPAIGN = replace(bundled_campaign(), id="spring", zone="Asia/Ho_Chi_Minh", mark="SPRING")
MESSAGES = (
    '[findings]\n"lost_zero" = "Thiếu số 0: {value}"\n[format]\nday = "%d/%m/%Y"\nmoment = "%H:%M ngày %d/%m/%Y"\n'
)
BODY = "{{ sent|moment }}, {{ day|day }}, {{ count|two }}, {{ number|masked }}"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with one common mail in Vietnamese."""
    write(tmp_path, "default/vi/messages.toml", MESSAGES)
    write_mail(
        tmp_path / "default/vi/reminder", subject="[{{ campaign.mark }}]\n  {{ name }}\n", text=BODY, html="{{ name }}"
    )
    return tmp_path


def write(folder: Path, name: str, text: str) -> None:
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8")


def write_mail(folder: Path, *, subject: str, text: str, html: str) -> None:
    for name, words in (("subject.txt", subject), ("body.txt", text), ("body.html", html)):
        write(folder, name, words)


FACTS = {
    "name": "<b>Lan & Nam</b>",
    "sent": datetime(2021, 5, 12, 2, 15, tzinfo=UTC),
    "day": date(2021, 5, 19),
    "count": 4,
    "number": "0110123425",
}


def test_a_mail_in_words(folder: Path) -> None:
    """The subject is one line, the text is as written, the HTML is escaped; times are the campaign's."""
    rendered = MailTemplates(folder).render("reminder", CAMPAIGN, "vi", FACTS)
    assert rendered.subject == "[SPRING] <b>Lan & Nam</b>"
    assert rendered.text == "09:15 ngày 12/05/2021, 19/05/2021, 04, 0110****25\n"
    assert rendered.html == "&lt;b&gt;Lan &amp; Nam&lt;/b&gt;\n"


def test_a_missing_fact_is_an_error_not_a_hole(folder: Path) -> None:
    """No mail goes out with a gap; the line names template and fact."""
    with pytest.raises(MailNotRendered, match=r"reminder.*'name' is undefined"):
        MailTemplates(folder).render("reminder", CAMPAIGN, "vi", {})


def test_a_missing_or_faulty_template_is_named(folder: Path) -> None:
    """The administrator learns which file to mend."""
    write_mail(folder / "default/vi/faulty", subject="{{ name", text="x", html="x")
    for mail in ("no_such_mail", "faulty"):
        with pytest.raises(MailNotRendered, match=mail):
            MailTemplates(folder).render(mail, CAMPAIGN, "vi", FACTS)


def test_a_campaigns_file_goes_before_the_common_one(folder: Path) -> None:
    """Only what a campaign words differently needs a file of its own."""
    write(folder, "spring/vi/reminder/subject.txt", "Xuân")
    rendered = MailTemplates(folder).render("reminder", CAMPAIGN, "vi", FACTS)
    assert (rendered.subject, rendered.text[:5]) == ("Xuân", "09:15")


def test_a_mail_that_is_not_translated_is_sent_in_vietnamese_whole(folder: Path) -> None:
    """No mail mixes two languages."""
    write(folder, "default/en/reminder/subject.txt", "Reminder")
    assert MailTemplates(folder).render("reminder", CAMPAIGN, "en", FACTS).subject.startswith("[SPRING]")
    write_mail(folder / "default/en/reminder", subject="Reminder", text="x", html="x")
    assert MailTemplates(folder).render("reminder", CAMPAIGN, "en", FACTS).subject == "Reminder"


def test_days_inside_macros_follow_the_campaigns_zone(folder: Path) -> None:
    """Imported macros write moments as the mail itself does."""
    write(folder, "default/vi/_parts.txt", "{% macro when(at) %}{{ at|moment }}{% endmacro %}")
    text = '{% import "default/vi/_parts.txt" as parts %}{{ parts.when(sent) }}\n\n\n\nx   \n'
    write_mail(folder / "default/vi/other", subject="x", text=text, html="x")
    assert MailTemplates(folder).render("other", CAMPAIGN, "vi", FACTS).text == "09:15 ngày 12/05/2021\n\nx\n"


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("0110123425", "0110****25"),
        ("012345678", "0123***78"),
        ("001199012345", "0011******45"),
        ("Số 0912 345 678.", "Số 0912****78."),
        ("19/05/2021 lúc 09:15", "19/05/2021 lúc 09:15"),
        ("dòng 12345678", "dòng 12345678"),
    ],
)
def test_identifiers_are_masked_wherever_they_stand(text: str, hidden: str) -> None:
    """Nine digits or more, in groups too; days and short numbers stay."""
    assert masked(text) == hidden


def test_addresses_are_masked_to_their_first_letter() -> None:
    """The domain stays: it tells whether an address is private."""
    assert (masked_address("lan@x.example"), masked_address("lan")) == ("l***@x.example", "l***")


def test_a_catalogue_is_common_sentences_under_the_campaigns_own(folder: Path) -> None:
    """Findings stand for themselves, other tables keep their name; the campaign's and the language's sentences win."""
    write(folder, "spring/vi/messages.toml", '[stage]\nnothing = "Chưa gửi"\n')
    write(folder, "default/en/messages.toml", '[stage]\nnothing = "Nothing yet"\n')
    vietnamese, english = load_wording(folder, "spring", "vi"), load_wording(folder, "spring", "en")
    assert vietnamese.say("lost_zero", value="123") == english.say("lost_zero", value="123") == "Thiếu số 0: 123"
    assert (vietnamese.say("stage.nothing"), english.say("stage.nothing")) == ("Chưa gửi", "Nothing yet")


def test_a_broken_or_missing_catalogue_is_named(folder: Path, tmp_path: Path) -> None:
    """One line: file, trouble, remedy."""
    write(folder, "default/vi/messages.toml", "[findings\n")
    with pytest.raises(CatalogueUnreadable, match=r"messages\.toml.*mend the file"):
        load_wording(folder, "spring", "vi")
    with pytest.raises(CatalogueUnreadable, match="check `mail_templates`"):
        load_wording(tmp_path / "nowhere", "spring", "vi")
