"""A workbook with everything an office puts into one besides its list: pictures, charts, rules, names, comments."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from typing import Any

import xlsxwriter
from PIL import Image


def logo() -> bytes:
    """A small picture."""
    saved = io.BytesIO()
    Image.new("RGB", (40, 20), (192, 0, 0)).save(saved, "PNG")
    return saved.getvalue()


def rich_workbook(lines: Iterable[Sequence[Any]]) -> bytes:
    """The list on "Danh sách" from row 1, decorated; a sheet "Thống kê" with a chart; a hidden one."""
    saved = io.BytesIO()
    book = xlsxwriter.Workbook(saved, {"in_memory": True})
    rows = [list(line) for line in lines]
    page = book.add_worksheet("Danh sách")
    heading = book.add_format({"bold": True, "bg_color": "#DDEBF7", "border": 1, "text_wrap": True})
    write_list(book, page, heading, rows)
    decorate(book, page, heading, last=len(rows) - 1)
    lay_out_for_print(page, last=len(rows) - 1)
    add_other_sheets(book)
    book.define_name("SoLieu", "='Thống kê'!$A$1:$C$1")
    book.set_properties({"title": "Phụ lục 02", "author": "Lan"})
    book.set_custom_property("dondoc-unit", "U03")
    book.close()
    return saved.getvalue()


def write_list(book: Any, page: Any, heading: Any, rows: Sequence[Sequence[Any]]) -> None:
    """The cells, one column of them green."""
    green = book.add_format({"bg_color": "#00FF00", "num_format": "@", "font_name": "Times New Roman"})
    plain = book.add_format({"num_format": "@"})
    for number, line in enumerate(rows):
        for column, value in enumerate(line):
            look = heading if number == 0 else green if column == 5 else plain
            page.write(number, column, value, look) if value is not None else page.write_blank(
                number, column, None, look
            )


def decorate(book: Any, page: Any, heading: Any, *, last: int) -> None:
    """What lies on and beside the list's cells."""
    page.insert_image(0, 20, "logo.png", {"image_data": io.BytesIO(logo())})
    page.insert_textbox(8, 20, "Ghi chú của đơn vị")
    page.write_comment(1, 1, "của đơn vị", {"author": "Lan"})
    page.conditional_format(1, 2, last, 2, {"type": "duplicate", "format": book.add_format({"font_color": "#9C0006"})})
    page.conditional_format(1, 6, last, 6, {"type": "data_bar"})
    page.data_validation(1, 3, last, 3, {"validate": "list", "source": ["Nam", "Nữ"]})
    page.write_rich_string(0, 21, "Đậm ", heading, "nhạt", " thường")
    page.write_formula(1, 22, "=1+1", None, 2)
    page.write_url(2, 22, "https://vi-du.example/", string="liên kết")
    page.merge_range(last + 2, 0, last + 2, 4, "Người lập biểu", heading)
    page.add_sparkline(1, 23, {"range": "Thống kê!A1:C1"})


def lay_out_for_print(page: Any, *, last: int) -> None:
    """Widths, panes, filter, paper and protection."""
    page.set_column(1, 1, 33)
    page.set_row(0, 40)
    page.freeze_panes(1, 2)
    page.autofilter(0, 0, last, 5)
    page.set_header('&C&"Times New Roman"Danh sách')
    page.set_landscape()
    page.set_paper(9)
    page.repeat_rows(0)
    page.print_area(0, 0, last, 15)
    page.protect("", {"sort": True})


def add_other_sheets(book: Any) -> None:
    """Figures with a chart and a table, and a hidden sheet."""
    figures = book.add_worksheet("Thống kê")
    figures.write_row(0, 0, [1, 2, 3])
    chart = book.add_chart({"type": "column"})
    chart.add_series({"values": "='Thống kê'!$A$1:$C$1"})
    figures.insert_chart("E2", chart)
    figures.add_table(4, 0, 6, 1, {"columns": [{"header": "a"}, {"header": "b"}]})
    figures.write_comment(0, 0, "một", {"author": "Lan"})
    hidden = book.add_worksheet("Ẩn")
    hidden.write(0, 0, "giữ nguyên")
    hidden.hide()
