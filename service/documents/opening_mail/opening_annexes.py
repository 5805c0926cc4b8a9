"""The documents that go out with the opening mail, put together from a campaign's data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime

from service.core.campaigns import Campaign
from service.core.sentences import Wording
from service.core.units import Unit
from service.documents.letters.letter_pages import Annex, annex_pdf, letter_of, letter_pdf
from service.documents.letters.letter_text import LetterText, fill, read_letter_text
from service.documents.opening_mail.annex_facts import annex_facts, facts_for_unit
from service.documents.opening_mail.blank_declaration import blank_declaration_pdf
from service.documents.opening_mail.blank_declaration_word import blank_declaration_docx
from service.documents.opening_mail.calendar_entry import METHOD, deadline_ics

PDF = "application/pdf"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CALENDAR = f"text/calendar; charset=utf-8; method={METHOD}; component=VEVENT"

NamedFile = tuple[str, str, bytes]
"""File name, media type, bytes."""


def opening_annexes(
    campaign: Campaign,
    unit: Unit,
    sources: Mapping[str, str],
    template: bytes,
    wording: Wording,
    *,
    last_day: date,
) -> tuple[NamedFile, ...]:
    """Letter, guide, notice on personal data, blank declaration, blank roster: what there is.

    `sources`: the texts of the campaign's `annexes/` by file name (`letter.md`, `guide.md`, `privacy.md`).
    `template`: the unit's blank roster. `last_day`: the unit's own last day in time; the letter alone, which was
    signed for all units, keeps the day that it names.
    """
    texts = {name.partition(".")[0]: source for name, source in sources.items()}
    return (
        *_letter_file(campaign, texts, wording, annex_facts(campaign, unit)),
        *_guides(campaign, texts, wording, facts_for_unit(campaign, unit, last_day)),
        *blank_papers(campaign, unit, template, wording),
    )


def blank_papers(campaign: Campaign, unit: Unit, template: bytes, wording: Wording) -> tuple[NamedFile, ...]:
    """What the unit fills in: the declaration, and its roster."""
    return (*_declaration(campaign, wording), roster_annex(campaign, unit, template))


def roster_annex(campaign: Campaign, unit: Unit, workbook: bytes) -> NamedFile:
    """The unit's roster, blank or filled, under its name."""
    return _file_name(campaign, "file_roster", "roster-{unit}.xlsx", annex_facts(campaign, unit)), XLSX, workbook


def _letter_file(
    campaign: Campaign, sources: Mapping[str, str], wording: Wording, facts: Mapping[str, str]
) -> Iterator[NamedFile]:
    if "letter" in sources:
        letter = _letter(campaign, read_letter_text(sources["letter"], facts), wording)
        yield _file_name(campaign, "file_letter", "letter.pdf", facts), PDF, letter


def _guides(
    campaign: Campaign, sources: Mapping[str, str], wording: Wording, facts: Mapping[str, str]
) -> Iterator[NamedFile]:
    for key in ("guide", "privacy"):
        if key in sources:
            annex = annex_pdf(_annex(campaign, read_letter_text(sources[key], facts), wording, facts))
            yield _file_name(campaign, f"file_{key}", f"{key}.pdf", facts), PDF, annex


def _letter(campaign: Campaign, text: LetterText, wording: Wording) -> bytes:
    return letter_pdf(
        letter_of(
            campaign,
            wording,
            number=campaign.letter_number,
            day=campaign.letter_date,
            about=text.first("about"),
            to=text.head.get("to", ()),
            body=text.paragraphs,
            receivers=text.head.get("receivers", ()),
        )
    )


def _annex(campaign: Campaign, text: LetterText, wording: Wording, facts: Mapping[str, str]) -> Annex:
    belongs_to = wording.say(
        "letter.annexed",
        number=campaign.letter_number,
        date=facts["letter_date"],
        organisation=campaign.organisation,
    )
    return Annex(
        organisation=campaign.organisation,
        label=text.first("label"),
        title=text.first("title"),
        belongs_to=belongs_to,
        body=text.paragraphs,
    )


def form_texts(campaign: Campaign, wording: Wording) -> Mapping[str, str]:
    """The words of the blank declaration: the campaign's, and what stands at the head of every official form."""
    return {**campaign.texts, "nation": wording.say("letter.nation"), "motto": wording.say("letter.motto")}


def _declaration(campaign: Campaign, wording: Wording) -> Iterator[NamedFile]:
    if campaign.declaration is None:
        return
    texts, layout = form_texts(campaign, wording), campaign.declaration.layout
    stem = campaign.texts.get("file_declaration", "declaration")
    yield f"{stem}.pdf", PDF, blank_declaration_pdf(layout, texts)
    yield f"{stem}.docx", DOCX, blank_declaration_docx(layout, texts)


def calendar_file(campaign: Campaign, unit: Unit, last_day: date, now: datetime, sequence: int) -> NamedFile:
    """The unit's last day as a calendar entry; one with a greater sequence takes the place of an earlier one."""
    facts = facts_for_unit(campaign, unit, last_day)
    content = deadline_ics(
        uid=f"{campaign.id}-{unit.code}@{campaign.email_domain}",
        title=fill(campaign.texts.get("calendar_title", campaign.title), facts),
        description=fill(campaign.texts.get("calendar_text", ""), facts),
        day=last_day,
        written_at=now,
        sequence=sequence,
    )
    return _file_name(campaign, "file_calendar", "deadline.ics", facts), CALENDAR, content


def _file_name(campaign: Campaign, key: str, otherwise: str, facts: Mapping[str, str]) -> str:
    return fill(campaign.texts.get(key, otherwise), facts)
