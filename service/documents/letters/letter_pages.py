"""Office letters and their annexes as PDF, laid out by Annex I of Decree 30/2020/NĐ-CP.

Every word comes from the letter value.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import cm, mm
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    Flowable,
    Frame,
    HRFlowable,
    KeepTogether,
    PageTemplate,
    Spacer,
    Table,
    TableStyle,
)
from reportlab.platypus import Paragraph as SetParagraph

from service.core.campaigns import Campaign
from service.core.sentences import Wording
from service.documents.letters.letter_text import Paragraph, ParagraphKind
from service.documents.letters.lettering import (
    BOLD,
    FAMILY,
    body_styles,
    escaped,
    line_style,
    marked_up,
    register_fonts,
)

LEFT, RIGHT, TOP, BOTTOM = 30 * mm, 18 * mm, 20 * mm, 20 * mm
WIDTH = A4[0] - LEFT - RIGHT
LEFT_HALF, RIGHT_HALF = WIDTH * 0.44, WIDTH * 0.56


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficialLetter:
    """A công văn, complete. Fields hold finished words: `number` is the whole "Số: 123/ABC"."""

    nation: str
    motto: str
    parent: str
    organisation: str
    number: str
    about: str
    place_and_date: str
    to_caption: str
    to: tuple[str, ...]
    body: tuple[Paragraph, ...]
    receivers_caption: str
    receivers: tuple[str, ...]
    signer_title: tuple[str, ...]
    signer_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Annex:
    """What is attached to a letter: its number ("PHỤ LỤC 01"), title, the letter it belongs to, text."""

    organisation: str
    label: str
    title: str
    belongs_to: str
    body: tuple[Paragraph, ...]


def letter_of(
    campaign: Campaign,
    wording: Wording,
    *,
    number: str,
    day: date,
    about: str,
    to: Sequence[str],
    body: tuple[Paragraph, ...],
    receivers: Sequence[str],
) -> OfficialLetter:
    """A letter of the campaign's organisation; days and the months 1 and 2 have two digits (II.4.b)."""
    month = f"{day.month:02d}" if day.month <= 2 else str(day.month)
    return OfficialLetter(
        nation=wording.say("letter.nation"),
        motto=wording.say("letter.motto"),
        parent=campaign.organisation_parent,
        organisation=campaign.organisation,
        number=wording.say("letter.number", number=number),
        about=about,
        place_and_date=wording.say(
            "letter.place_and_date", place=campaign.place, day=f"{day.day:02d}", month=month, year=str(day.year)
        ),
        to_caption=wording.say("letter.to"),
        to=tuple(to),
        body=body,
        receivers_caption=wording.say("letter.receivers"),
        receivers=tuple(receivers),
        signer_title=campaign.signer_title,
        signer_name=campaign.signer_name,
    )


def letter_pdf(letter: OfficialLetter) -> bytes:
    """The letter on A4; the same letter gives the same bytes."""
    story = [*_head(letter), *_addressees(letter), *_body(letter.body), Spacer(1, 8), _foot(letter)]
    return _set(story, title=letter.about, author=letter.organisation)


def annex_pdf(annex: Annex) -> bytes:
    """Guides and notices that go with a letter (Annex I, III)."""
    story: list[Flowable] = [
        SetParagraph(escaped(annex.label), line_style(14, bold=True)),
        SetParagraph(escaped(annex.title), line_style(14, bold=True)),
        SetParagraph(escaped(annex.belongs_to), line_style(13, italic=True)),
        HRFlowable(width="30%", thickness=0.7, color="black", spaceBefore=4, spaceAfter=12),
        *_body(annex.body),
    ]
    return _set(story if annex.label else story[1:], title=annex.title, author=annex.organisation)


def _head(letter: OfficialLetter) -> list[Flowable]:
    """Nation and motto to the right of the organisation; number and date below."""
    issuer: list[Flowable] = [
        SetParagraph(escaped(letter.parent.upper()), line_style(12)),
        SetParagraph(escaped(letter.organisation.upper()), line_style(12, bold=True)),
        HRFlowable(width="38%", thickness=0.7, color="black", spaceBefore=2),
    ]
    nation: list[Flowable] = [
        SetParagraph(escaped(letter.nation), line_style(12, bold=True)),
        SetParagraph(escaped(letter.motto), line_style(13, bold=True)),
        HRFlowable(width=stringWidth(letter.motto, BOLD, 13), thickness=0.7, color="black", spaceBefore=2),
    ]
    number: list[Flowable] = [
        SetParagraph(escaped(letter.number), line_style(13)),
        Spacer(1, 6),
        SetParagraph(escaped(letter.about), line_style(12)),
    ]
    place_and_date = SetParagraph(escaped(letter.place_and_date), line_style(13, italic=True))
    return [_halves([issuer, nation], [number, place_and_date]), Spacer(1, 16)]


def _halves(*rows: list[object]) -> Table:
    table = Table(rows, colWidths=[LEFT_HALF, RIGHT_HALF])
    table.setStyle(
        TableStyle(
            [
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
                ("ALIGN", (0, 0), (-1, -1), "CENTER"),
                ("LEFTPADDING", (0, 0), (-1, -1), 0),
                ("RIGHTPADDING", (0, 0), (-1, -1), 2),
                ("TOPPADDING", (0, 0), (-1, -1), 3),
            ]
        )
    )
    return table


def _addressees(letter: OfficialLetter) -> list[Flowable]:
    """One on the same line; several below each other with a dash (II.8.a)."""
    style = line_style(14)
    if len(letter.to) == 1:
        return [SetParagraph(escaped(f"{letter.to_caption} {letter.to[0]}"), style), Spacer(1, 12)]
    lines = [f"- {name}{'.' if name == letter.to[-1] else ';'}" for name in letter.to]
    caption = SetParagraph(escaped(letter.to_caption), line_style(14, centred=False))
    names = [SetParagraph(escaped(line), line_style(14, centred=False)) for line in lines]
    table = Table([[caption, names]], colWidths=[2.4 * cm, WIDTH * 0.6], hAlign="CENTER")
    table.setStyle(TableStyle([("VALIGN", (0, 0), (-1, -1), "TOP")]))
    return [table, Spacer(1, 12)]


def _body(paragraphs: Sequence[Paragraph]) -> list[Flowable]:
    register_fonts()
    styles = body_styles()
    marks = {ParagraphKind.ITEM: "- ", ParagraphKind.SUBITEM: "+ "}
    return [
        SetParagraph(marks.get(paragraph.kind, "") + marked_up(paragraph.spans), styles[paragraph.kind])
        for paragraph in paragraphs
    ]


def _foot(letter: OfficialLetter) -> Flowable:
    """Receivers to the left, the signer to the right; never parted by a page."""
    receivers: list[Flowable] = [
        SetParagraph(escaped(letter.receivers_caption), line_style(12, bold=True, italic=True, centred=False)),
        *(SetParagraph(escaped(f"- {line}"), line_style(11, centred=False)) for line in letter.receivers),
    ]
    signer: list[Flowable] = [
        *(SetParagraph(escaped(line), line_style(13, bold=True)) for line in letter.signer_title),
        Spacer(1, 2.4 * cm),
        SetParagraph(escaped(letter.signer_name), line_style(14, bold=True)),
    ]
    return KeepTogether(_halves([receivers, signer]))


def _set(story: list[Flowable], *, title: str, author: str) -> bytes:
    register_fonts()
    written = io.BytesIO()
    document = BaseDocTemplate(
        written, pagesize=A4, title=title, author=author, creator="dondoc", lang="vi", invariant=1
    )
    frame = Frame(LEFT, BOTTOM, WIDTH, A4[1] - TOP - BOTTOM, leftPadding=0, rightPadding=0, topPadding=0)
    document.addPageTemplates(PageTemplate(frames=[frame], onPage=_page_number))
    document.build(story)
    return written.getvalue()


def _page_number(canvas: Canvas, document: BaseDocTemplate) -> None:
    """In the middle of the upper margin, not on the first page (I.7)."""
    if document.page > 1:
        canvas.setFont(FAMILY, 13)
        canvas.drawCentredString(A4[0] / 2, A4[1] - 13 * mm, str(document.page))


def listed_lines(texts: Mapping[str, str], key: str) -> tuple[str, ...]:
    """A list kept as lines in the campaign's texts."""
    return tuple(line.strip() for line in texts.get(key, "").splitlines() if line.strip())
