"""S103: zeros that only a cell's format shows count, whatever the file and however the format is written."""

from __future__ import annotations

import io
import re
import zipfile

import pytest
from openpyxl import Workbook

from service.core.rosters.cell_values import shows_zeros
from service.core.rosters.rows import read_roster
from service.documents.workbooks.workbook import read_workbook
from tests.support.harness.bundled_campaign import bundled_campaign
from tests.support.rosters.invented_rosters import KEYS, headings, person

NUMBERS = {"citizen_id": 12, "social_insurance_no": 10, "phone": 10}
FORMATS = ["{}", "{};@", "{};-{};{};@", "[$-42A]{}", "[$-42A]{};@", "[Red]{}"]


def numbers_shown(content: bytes) -> dict[str, str]:
    roster = read_roster(read_workbook(content, max_cells=10_000), bundled_campaign())
    assert roster is not None
    return {key: roster.rows[0].value(key) for key in NUMBERS}


def workbook(number_format: str) -> bytes:
    """One person whose numbers are numbers, with zeros from a format."""
    book = Workbook()
    page = book.worksheets[0]
    page.append(headings(KEYS))
    whole = person(7)
    page.append([int(str(whole[key])) if key in NUMBERS else whole.get(key) for key in KEYS])
    for key, digits in NUMBERS.items():
        page.cell(2, KEYS.index(key) + 1).number_format = number_format.replace("{}", "0" * digits)
    saved = io.BytesIO()
    book.save(saved)
    return saved.getvalue()


WANTED = {key: str(person(7)[key]) for key in NUMBERS}


@pytest.mark.parametrize("number_format", FORMATS)
def test_s103_sections_languages_and_colours(number_format: str) -> None:
    """What counts is the section for numbers above zero."""
    assert shows_zeros(number_format.replace("{}", "0000000000"))
    assert numbers_shown(workbook(number_format)) == WANTED


def test_s103_the_order_of_attributes_does_not_matter() -> None:
    """Other programs write the type before the style."""
    content = workbook("{}")
    changed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(changed, "w") as new:
        for name in old.namelist():
            part = old.read(name)
            if name.endswith("sheet1.xml"):
                part = re.sub(rb'<c r="([A-Z]+\d+)" s="(\d+)"( t="\w+")?', rb'<c r="\1"\3 s="\2"', part)
            new.writestr(name, part)
    assert numbers_shown(changed.getvalue()) == WANTED


def test_s103_the_xml_of_2003_has_its_formats_in_styles() -> None:
    """ss:StyleID of a cell, NumberFormat of the style."""
    styles = "".join(
        f'<Style ss:ID="s{digits}"><NumberFormat ss:Format="{"0" * digits}"/></Style>' for digits in NUMBERS.values()
    )
    whole = person(7)

    def cell(key: str) -> str:
        if key in NUMBERS:
            number = int(str(whole[key]))
            return f'<Cell ss:StyleID="s{NUMBERS[key]}"><Data ss:Type="Number">{number}</Data></Cell>'
        return f'<Cell><Data ss:Type="String">{whole.get(key) or ""}</Data></Cell>'

    heads = "".join(f'<Cell><Data ss:Type="String">{text}</Data></Cell>' for text in headings(KEYS))
    rows = f"<Row>{heads}</Row><Row>{''.join(map(cell, KEYS))}</Row>"
    namespace = "urn:schemas-microsoft-com:office:spreadsheet"
    sheet = f'<Worksheet ss:Name="A"><Table>{rows}</Table></Worksheet>'
    book = f'<Workbook xmlns="{namespace}" xmlns:ss="{namespace}"><Styles>{styles}</Styles>{sheet}</Workbook>'
    text = f'<?xml version="1.0"?>{book}'
    assert numbers_shown(text.encode()) == WANTED
