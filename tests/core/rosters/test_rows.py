"""Which rows are workers: between titles, sections, totals, signatures, examples and empty lines."""

from __future__ import annotations

from collections.abc import Sequence

from service.core.grids import Cell, CellValue
from service.core.rosters.rows import is_blank_template
from tests.support.rosters.invented_rosters import KEYS, Person, people, person, read, sheet, table

WIDTH = len(KEYS)


def _line(**places: str) -> list[str | None]:
    """A line with texts at named columns: A=…, B=…"""
    line: list[str | None] = [None] * WIDTH
    for letter, text in places.items():
        line[ord(letter) - 65] = text
    return line


def test_section_titles_are_not_workers_but_name_their_department() -> None:
    """ "I | Phòng Kỹ thuật" stands over the rows that follow it."""
    head, first, second = table(people(2))
    roster = read(sheet([head, _line(A="I", B="Phòng Kỹ thuật"), first, _line(B="II. Trung tâm Vận hành"), second]))
    assert [row.row for row in roster.rows] == [3, 5]
    assert [row.value("department") for row in roster.rows] == ["Phòng Kỹ thuật", "Trung tâm Vận hành"]


def test_totals_and_signatures_end_the_list() -> None:
    """The names under the signatures are not workers."""
    below = [
        _line(B="Tổng cộng: 2 người"),
        [],
        _line(B="NGƯỜI LẬP BIỂU", H="THỦ TRƯỞNG ĐƠN VỊ"),
        _line(B="(Ký, ghi rõ họ tên)", H="(Ký tên, đóng dấu)"),
        [],
        _line(B="Nguyễn Thị Lập", H="Trần Văn Trưởng"),
    ]
    assert len(read(sheet([*table(people(2)), *below])).rows) == 2


def test_a_director_in_the_list_does_not_end_it() -> None:
    """Words of a signature inside a worker's row are the worker's."""
    rows = [person(0, note="Giám đốc"), person(1, phone=None, email=None, note="Giám đốc"), person(2)]
    assert len(read(sheet(table(rows))).rows) == 3


def test_someone_called_tong_is_not_a_total() -> None:
    """Tống is a family name, tổng a sum."""
    assert len(read(sheet(table([person(0, full_name="Tống Công Cộng"), person(1)]))).rows) == 2


def test_subtotals_inside_the_list_are_stepped_over() -> None:
    """Each department's sum stands between its rows and the next."""
    head, first, second = table(people(2))
    assert len(read(sheet([head, first, _line(B="Cộng: 1"), second])).rows) == 2


def test_numbered_empty_lines_are_nobody() -> None:
    """Ordinals prepared in advance do not make workers."""
    lines: list[Sequence[CellValue]] = [*table(people(1)), *([number] for number in range(2, 50))]
    assert len(read(sheet(lines)).rows) == 1


def test_a_worker_without_a_name_is_still_a_worker() -> None:
    """Numbers without a name are somebody's, and the name is asked for."""
    assert len(read(sheet(table([person(0, full_name=None)]))).rows) == 1


def test_the_heading_repeated_on_a_new_page_is_not_a_worker() -> None:
    """Some offices paste the heading at the top of every printed page."""
    head, first, second = table(people(2))
    assert [row.row for row in read(sheet([head, first, head, second])).rows] == [2, 4]


def test_the_example_is_left_out_until_somebody_writes_over_it() -> None:
    """The example's name tells; her first worker written over it counts, though "VD" still stands before him."""
    example = person(0, ordinal="VD", full_name="Nguyễn Văn Ví Dụ")
    assert is_blank_template(read(sheet(table([example]))))
    assert len(read(sheet(table([person(0, ordinal="VD")]))).rows) == 1


def test_further_discrepancies_stand_in_rows_of_their_own() -> None:
    """One worker over three rows; each line of the block is kept."""
    block = {"discrepancy_kind": "Thẻ BHYT", "discrepancy_vssid": "BV A", "discrepancy_actual": "BV B"}
    more: Person = {"discrepancy_kind": "Nhân thân", "discrepancy_vssid": "1980", "discrepancy_actual": "1981"}
    rows = [person(0, **block), more, person(1)]
    roster = read(sheet(table(rows)))
    assert [row.row for row in roster.rows] == [2, 4]
    assert [discrepancy.row for discrepancy in roster.rows[0].discrepancies] == [2, 3]
    assert roster.rows[0].value("discrepancy_kind") == "Thẻ BHYT; Nhân thân"


def test_hidden_rows_are_read_and_named() -> None:
    """A filter left on does not lose anybody."""
    roster = read(sheet(table(people(3)), hidden_rows=frozenset({3, 400})))
    assert (len(roster.rows), roster.hidden_rows) == (3, (3,))


def test_a_visible_sheet_goes_before_a_hidden_one() -> None:
    """Last year's list, hidden, is not this year's."""
    roster = read(sheet(table(people(5)), name="2020", hidden=True), sheet(table(people(2)), name="2021"))
    assert (roster.sheet, roster.other_sheets) == ("2021", ())


def test_a_statement_that_nothing_is_wrong() -> None:
    """Said once, under the table or in the column; "nếu không có sai lệch" states nothing."""
    assert read(sheet([*table(people(1)), [], ["Đơn vị đã rà soát, không có sai lệch."]])).no_discrepancy
    in_column = read(sheet(table([person(0, discrepancy_kind="Không có sai lệch")])))
    assert in_column.no_discrepancy
    assert in_column.rows[0].discrepancies == ()
    assert not read(sheet([["Nếu không có sai lệch thì để trống"], *table(people(1))])).no_discrepancy


def test_formulas_are_known_with_and_without_their_result() -> None:
    """A cell never computed has no value to read."""
    grid = sheet(table(people(2)))
    cells = {**grid.cells, (2, 8): Cell("an@vnpt-it.example", formula="=A2"), (3, 8): Cell(None, formula="=A3")}
    roster = read(type(grid)(name="S", cells=cells))
    assert [(cell.row, cell.key, cell.has_value) for cell in roster.formulas] == [
        (2, "email", True),
        (3, "email", False),
    ]
