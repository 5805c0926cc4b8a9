"""Lists typed in codes from before Unicode are read as if they had been typed in Unicode."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from service.core.grids import Cell, CellValue
from service.core.rosters.decoding import in_unicode
from service.core.rosters.rows import Roster
from service.core.vietnam.encodings import DECODERS, decode
from service.core.vietnam.syllables import is_syllable
from tests.support.rosters.invented_rosters import checked, people, read, sheet, table, workbook
from tests.support.rosters.legacy_letters import ENCODERS

NAMES = [str(person["full_name"]) for person in people(6)]
FONTS = {"tcvn3": ".VnTime", "vni": "VNI-Times"}


def _names(roster: Roster) -> list[str]:
    return [row.value("full_name") for row in roster.rows]


def _written(encode: Callable[[str], str]) -> list[list[CellValue]]:
    return [[encode(text) if isinstance(text, str) and "@" not in text else text for text in line] for line in _lines()]


def _lines() -> Sequence[Sequence[CellValue]]:
    return table(people(6))


@pytest.mark.parametrize("code", ENCODERS)
def test_a_whole_list_in_an_old_code(code: str) -> None:
    """Headings and names are known by the syllables they make; the code is named and nothing is called wrong."""
    roster = read(sheet(_written(ENCODERS[code])))
    assert (_names(roster), roster.encoding) == (NAMES, code)
    assert [finding.key for finding in checked(roster)] == ["legacy_encoding"]


@pytest.mark.parametrize("code", FONTS)
def test_one_row_in_an_old_font(code: str) -> None:
    """A row pasted from an old file is told by its font; the rows around it stay as they are."""
    lines = [list(line) for line in _lines()]
    lines[3] = _written(ENCODERS[code])[3]
    grid = sheet(lines)
    old = {
        place: Cell(cell.value, font=FONTS[code])
        for place, cell in grid.cells.items()
        if place[0] == 4 and isinstance(cell.value, str)
    }
    assert _names(read(sheet(lines, name="x").__class__(name="x", cells={**grid.cells, **old}))) == NAMES


@pytest.mark.parametrize("code", DECODERS)
def test_words_read_in_every_code(code: str) -> None:
    """Decoding undoes encoding, capitals included."""
    for text in ("Nguyễn Thị Ánh Tuyết", "TRẦN PHƯỚC QUỲNH", "Số CMND/CCCD/Hộ chiếu", "Đỗ Hữu Thuỳ"):
        assert decode(ENCODERS[code](text), code) == text


def test_names_that_are_not_vietnamese_stay() -> None:
    """Names of other peoples are no syllables, and are not taken for an old code."""
    book = workbook(sheet([["Họ và tên"], ["H'Hen Niê"], ["K'Brơi"], ["Müller Jürgen"], ["José Peña"]]))
    assert in_unicode(book) == (book, {})


def test_syllables() -> None:
    """What is one and what is none."""
    assert all(map(is_syllable, ("Nguyễn", "khuỷu", "ĐƯỜNG", "quýt", "giếng", "Yến", "loan", "ngoằng")))
    assert not any(map(is_syllable, ("Nguyeãn", "Müller", "teân", "vaø", "NguyÔn", "strong")))


def test_quotation_marks_around_words_are_no_letters_of_an_old_code() -> None:
    """A title in Unicode with typographic quotation marks and dashes stays, and nothing is said of it."""
    titles = ["Ghi “X” vào ô đã nộp", "Cột “Ghi chú” – không bắt buộc", "Đơn vị “Trung tâm Phần mềm”"]
    roster = read(sheet([*([title] for title in titles), *_lines()]))
    assert (_names(roster), roster.encoding) == (NAMES, "unicode")
    assert checked(roster) == ()
