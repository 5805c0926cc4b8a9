"""S104 and look-alike signs: letters settle the code and not fonts; signs that look alike are the same sign."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from service.core.findings import Severity
from service.core.grids import Cell, CellValue, Sheet
from service.core.rosters.cell_values import TRUE, yes_or_no
from service.core.rosters.rows import Roster
from service.core.vietnam.names import in_vietnamese_letters
from service.core.vietnam.numbers import phone
from tests.support.rosters.invented_rosters import KEYS, checked, people, person, read, roster_of, said, sheet, table
from tests.support.rosters.legacy_letters import ENCODERS

LATIN_ONLY = ["Lê Thành Công", "Võ Hà My", "Tô Hoài Ân", "Lý Bình"]
BEYOND = ["Nguyễn Thị Hồng", "Trần Quốc Bảo", "Lê Thành Công", "Võ Hà My"]
NAME = KEYS.index("full_name") + 1


def in_font(names: Sequence[str], font: str) -> Sheet:
    """A list whose names stand in this font."""
    lines = table([person(number, full_name=name) for number, name in enumerate(names)])
    grid = sheet(lines)
    fonts = {(row, NAME): Cell(name, font=font) for row, name in enumerate(names, 2)}
    return Sheet(name="Danh sách", cells={**grid.cells, **fonts})


def names_of(roster: Roster) -> list[str]:
    return [row.value("full_name") for row in roster.rows]


def encoding_said(roster: Roster) -> list[tuple[str, Severity]]:
    return [(each.key, each.severity) for each in checked(roster) if each.key.startswith("legacy")]


@pytest.mark.parametrize("font", [".VnTime", "VNI-Times"])
def test_s104_unicode_in_an_old_font_stays(font: str) -> None:
    """Letters no old code has settle it for the whole list."""
    roster = read(in_font(BEYOND, font))
    assert (names_of(roster), encoding_said(roster), roster.encoding) == (BEYOND, [], "unicode")


def test_s104_what_may_be_either_stays_and_is_asked_about() -> None:
    """Names of letters that both codes have: a font alone never changes one."""
    roster = read(in_font(LATIN_ONLY, ".VnTime"))
    assert names_of(roster) == LATIN_ONLY
    assert encoding_said(roster) == [("legacy_encoding.font", Severity.WARNING)]


@pytest.mark.parametrize(("code", "font"), [("tcvn3", ".VnTime"), ("vni", "VNI-Times")])
def test_s104_old_letters_in_an_old_font_are_read(code: str, font: str) -> None:
    """One name that is strange as it stands settles it too."""
    wanted = ["Nguyễn Thị Hồng", "Trần Quốc Bảo", "Lê Đức Thịnh"]
    roster = read(in_font([ENCODERS[code](name) for name in wanted], font))
    assert (names_of(roster), encoding_said(roster)) == (wanted, [("legacy_encoding", Severity.NOTE)])


@pytest.mark.parametrize("tick", ["ü", "þ", "û", "ý", "\uf0fc", "\uf050", "✔\ufe0f", "☑\ufe0e", "☒"])
def test_s104_ticks_of_symbol_fonts_are_yes_and_no_old_letters(tick: str) -> None:
    """In a column of answers; nothing is said of an old encoding."""
    rows = [person(number, vssid_installed=tick, declaration_signed=tick) for number in range(4)]
    roster = roster_of(*rows)
    assert {row.value("vssid_installed") for row in roster.rows} == {TRUE}
    assert checked(roster) == ()
    assert yes_or_no(tick) == TRUE


def test_s104_soft_hyphens_in_numbers_are_dropped() -> None:
    """They come with text copied from pages, and are a letter of an old code."""
    rows = [
        {**each, "citizen_id": f"{str(each['citizen_id'])[:5]}\u00ad{str(each['citizen_id'])[5:]}"}
        for each in people(5)
    ]
    assert said(*rows) == []
    assert names_of(roster_of(*rows)) == [str(each["full_name"]) for each in people(5)]


@pytest.mark.parametrize(
    "written", ["0912–345–601", "0912‑345‑601", "0912—345 601", "0912−345.601", "0912\u00ad345601"]
)
def test_every_dash_is_a_separator(written: str) -> None:
    """Hyphens, dashes, minus, and the invisible one."""
    assert phone(written) == "0912345601"


@pytest.mark.parametrize(
    ("written", "meant"),
    [("Trần Quốc Bảо", "Trần Quốc Bảo"), ("Ðặng Thu Hà", "Đặng Thu Hà"), ("Nguyễn Văn Αn", "Nguyễn Văn An")],
)
def test_letters_of_other_alphabets_in_a_name_are_read_as_they_look(written: str, meant: str) -> None:
    """With a note that names both; a name wholly in another alphabet stays."""
    roster = roster_of(person(0, full_name=written))
    assert names_of(roster) == [meant]
    assert [(each.key, each.severity, each.suggestion) for each in roster.findings] == [
        ("remark.look_alike", Severity.NOTE, meant)
    ]
    assert in_vietnamese_letters("Иван Петров") == "Иван Петров"


@pytest.mark.parametrize("key", ["social_insurance_no", "citizen_id", "phone", "full_name"])
def test_a_text_kept_from_the_spreadsheet_is_read(key: str) -> None:
    """="0123" in a csv is the text 0123."""
    value: CellValue = f'="{person(3)[key]}"'
    assert said(person(3, **{key: value})) == []
    assert roster_of(person(3, **{key: value})).rows[0].value(key) == person(3)[key]


@pytest.mark.parametrize("failed", ["#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!"])
def test_a_formula_that_fails_is_called_so(failed: str) -> None:
    """The cell holds something, and says nothing."""
    (found,) = checked(roster_of(person(0, social_insurance_no=failed)))
    assert (found.key, found.facts["failed"]) == ("missing_value.formula_failed", failed)
