"""Whole generated rosters: columns, headings, layout and habits of some office, mistakes planted, the exact truth."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from random import Random

from service.core.campaigns import Campaign, Column
from service.core.grids import CellValue
from service.core.vietnam.text import fold
from tests.support.rosters.generated_people import DATE_HABITS, Person, as_typed, person
from tests.support.rosters.planted_errors import MISTAKES, UNIQUE, Mistake

_REQUIRED = (
    "full_name birth_date citizen_id social_insurance_no phone email registered_on vssid_installed declaration_signed"
)
_OPTIONAL = ("ordinal", "employee_code", "gender", "health_card_no", "department", "note", "not_possible_reason")
_BLOCK = ("discrepancy_kind", "discrepancy_vssid", "discrepancy_actual")
_DISCREPANCY = dict(zip(_BLOCK, ("Thẻ BHYT", "Nơi KCB: A", "Nơi KCB: B"), strict=True))
_SPLIT = ("family_name", "given_name")
_ALIEN = ("Chức danh", "Nơi cấp", "Địa chỉ", "Ngày cấp", "Mức lương")
_SECTIONS = (
    "I. Phòng Kỹ thuật",
    "II. Ban Kinh doanh",
    "III. Trung tâm Hạ tầng",
    "Tổ Lái xe",
    "Phòng Tổ chức - Hành chính",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Planted:
    """Where a mistake must be found: any of the columns, any of the codes."""

    row: int
    columns: tuple[str, ...]
    codes: tuple[str, ...]
    name: str


@dataclass(slots=True, kw_only=True)
class Generated:
    """A roster's lines with merged areas, and what a careful reader finds in it."""

    seed: int
    lines: list[list[CellValue]] = field(default_factory=list)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    """First row, first column, last row, last column; 1-based."""
    hidden_rows: list[int] = field(default_factory=list)
    values: dict[int, dict[str, str]] = field(default_factory=dict)
    """Row → canonical values, cells with mistakes left out."""
    planted: list[Planted] = field(default_factory=list)
    fair: set[tuple[int, str]] = field(default_factory=set)
    """Further cells at which something may rightly be said."""


def generate(seed: int, campaign: Campaign, *, people: int | None = None) -> Generated:
    """The roster of this seed."""
    return _Office(seed, campaign, people).roster()


class _Office:
    """One office's habits."""

    def __init__(self, seed: int, campaign: Campaign, people: int | None) -> None:
        self.random = Random(seed)
        self.campaign = campaign
        count = people or self.random.choice((3, 8, 15, 25, 40))
        self.people = [person(self.random, seed % 900 * 1000 + number + 1) for number in range(count)]
        self.habits = {key: self.random.choice(DATE_HABITS) for key in ("birth_date", "registered_on")}
        self.keys = self._columns()
        self.out = Generated(seed=seed)
        self.headings: list[str] = []

    def _columns(self) -> list[str]:
        keys = [*_REQUIRED.split(), *(key for key in _OPTIONAL if self.random.random() < 0.7)]
        if self.random.random() < 0.4:
            self.random.shuffle(keys)
        if "ordinal" in keys:
            keys.remove("ordinal")
            keys.insert(0, "ordinal")
        if self.random.random() < 0.2:
            place = keys.index("full_name")
            keys[place : place + 1] = _SPLIT
        if self.random.random() < 0.7:
            keys += _BLOCK
        if self.random.random() < 0.3:
            keys.insert(self.random.randrange(1, len(keys) - 3), f"?{self.random.choice(_ALIEN)}")
        return keys

    def roster(self) -> Generated:
        self._title()
        self._heading()
        self._body()
        self._foot()
        return self.out

    def _line(self, *cells: CellValue) -> int:
        self.out.lines.append(list(cells))
        return len(self.out.lines)

    def _title(self) -> None:
        if self.random.random() < 0.35:
            return
        self._line("TẬP ĐOÀN BƯU CHÍNH", None, None, None, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM")
        self._line("Đơn vị: Trung tâm Hạ tầng", None, None, None, "Độc lập - Tự do - Hạnh phúc")
        self._line()
        row = self._line("PHỤ LỤC 02")
        self.out.merged.append((row, 1, row, len(self.keys)))
        self._line("DANH SÁCH NGƯỜI LAO ĐỘNG ĐÃ ĐĂNG KÝ GIAO DỊCH ĐIỆN TỬ VÀ CÀI ĐẶT VssID")
        self._line("(Kèm theo công văn số 123/VNPT-NS ngày 15/04/2021)")

    def _heading(self) -> None:
        texts = self.headings = [self._printed(key) for key in self.keys]
        if _BLOCK[0] in self.keys and self.random.random() < 0.4:
            self._two_rows(texts)
        else:
            self._line(*texts)
        if self.random.random() < 0.4:
            shape = self.random.choice(("({})", "{}"))
            self._line(*(shape.format(number) for number in range(1, len(texts) + 1)))

    def _two_rows(self, texts: Sequence[str]) -> None:
        first = self.keys.index(_BLOCK[0])
        row = self._line(*texts[:first], "Thông tin sai lệch")
        self._line(*([None] * first), "Nội dung", "Trên VssID", "Thực tế")
        self.out.merged.append((row, first + 1, row, first + 3))
        self.out.merged.extend((row, column, row + 1, column) for column in range(1, first + 1))

    def _printed(self, key: str) -> str:
        column = self.campaign.column(key)
        if column is None:
            return key.lstrip("?")
        text = self.random.choice(_offered(column))
        how = self.random.random()
        if how < 0.1:
            return text.upper()
        if how < 0.2:
            return fold(text)
        return f"{text} (*)" if how < 0.25 else text.replace(" ", "\n", 1) if how < 0.35 else text

    def _body(self) -> None:
        wrong = self._mistakes()
        with_sections = "department" not in self.keys and self.random.random() < 0.5
        section = ""
        rows: list[int] = []
        for index, worker in enumerate(self.people):
            if with_sections and index % 6 == 0:
                section = self.random.choice(_SECTIONS)
                self._line(*((section,) if "." in section else (None, section)))
            if self.random.random() < 0.03:
                self._line()
            if index and index % 12 == 0 and self.random.random() < 0.3:
                self._line(*self.headings)
            rows.append(self._worker(worker, index + 1, wrong.get(index), section))
        self._plant_repetition(rows, wrong)
        if self.random.random() < 0.15 and len(rows) > 3:
            self.out.hidden_rows.append(self.random.choice(rows))

    def _mistakes(self) -> dict[int, Mistake]:
        possible = [mistake for mistake in MISTAKES if set(mistake.columns) <= set(self.keys)]
        count = min(self.random.choice((0, 1, 2, 4, 8)), len(self.people) - 1)
        return {index: self.random.choice(possible) for index in self.random.sample(range(len(self.people)), count)}

    def _worker(self, worker: Person, number: int, mistake: Mistake | None, section: str) -> int:
        row = len(self.out.lines) + 1
        changes = mistake.write(self.random, worker) if mistake else None
        written = self._written(worker, number) if mistake else self._with_habits(worker, number, row)
        written |= changes or {}
        self._line(*(written.get(key) for key in self.keys))
        touched = set(changes or ())
        if mistake and changes is not None:
            self.out.planted.append(Planted(row=row, columns=mistake.columns, codes=mistake.codes, name=mistake.name))
            if touched & {"citizen_id", "birth_date", "social_insurance_no", "health_card_no"}:
                # A wrong number contradicts its neighbours as well: that is no false error.
                self.out.fair |= {(row, key) for key in self.keys}
        truth = self.out.values.setdefault(row, {})
        for key, value in worker.values.items():
            if (key in self.keys or (key == "full_name" and _SPLIT[0] in self.keys)) and key not in touched:
                truth.setdefault(key, value)
        if section:
            truth["department"] = section.partition(". ")[2] or section
        return row

    def _written(self, worker: Person, number: int) -> dict[str, CellValue]:
        written: dict[str, CellValue] = {
            key: as_typed(self.random, key, value, self.habits) for key, value in worker.values.items()
        }
        family, _, given = worker.values["full_name"].rpartition(" ")
        written |= {"family_name": family, "given_name": given, "ordinal": number}
        return written | {"department": self.random.choice(("Phòng Kỹ thuật", "Ban Giám đốc", "Tổ 1"))}

    def _with_habits(self, worker: Person, number: int, row: int) -> dict[str, CellValue]:
        """A row without a mistake, sometimes in a way that is right and out of the common."""
        written, how = self._written(worker, number), self.random.random()
        truth = self.out.values.setdefault(row, {})
        if how < 0.1 and _BLOCK[0] in self.keys:
            written |= _DISCREPANCY
            truth |= _DISCREPANCY
        elif how < 0.15:
            year = worker.values["birth_date"][:4]
            written["birth_date"] = self.random.choice((year, float(year)))
            truth["birth_date"] = year
        elif how < 0.2 and "not_possible_reason" in self.keys:
            written |= {"not_possible_reason": "Nghỉ thai sản", "registered_on": None, "vssid_installed": None}
            written |= {"declaration_signed": "chưa", "email": None}
            truth |= {"registered_on": "", "vssid_installed": "", "declaration_signed": "false", "email": ""}
        return written

    def _plant_repetition(self, rows: Sequence[int], wrong: Mapping[int, Mistake]) -> None:
        """Somebody's number in somebody else's row."""
        right = [
            index
            for index in range(len(rows))
            if index not in wrong and self.out.values[rows[index]].get("email") != ""
        ]
        if len(right) < 2 or self.random.random() < 0.5:
            return
        key = self.random.choice(UNIQUE)
        one, other = self.random.sample(right, 2)
        self.out.lines[rows[other] - 1][self.keys.index(key)] = self.people[one].values[key]
        self.out.values[rows[other]].pop(key)
        codes = ("duplicate_in_file", "inconsistent")
        self.out.planted.append(Planted(row=rows[other], columns=(key,), codes=codes, name=f"{key} twice"))
        self.out.fair |= {(rows[one], key), *((rows[other], each) for each in self.keys)}

    def _foot(self) -> None:
        if self.random.random() < 0.5:
            self._line(None, f"Tổng cộng: {len(self.people)} người")
        if self.random.random() < 0.5:
            self._line()
            self._line(None, None, None, "Hà Nội, ngày 12 tháng 5 năm 2021")
            self._line(None, "NGƯỜI LẬP BIỂU", None, "GIÁM ĐỐC")
            self._line(None, "(Ký, ghi rõ họ tên)", None, "(Ký tên, đóng dấu)")
            self._line()
            self._line(None, "Trần Thị Bích Ngọc", None, "Nguyễn Văn Giám")


def _offered(column: Column) -> list[str]:
    """Headings that mean this column and nothing else by themselves."""
    unfit = {"Nữ", "Năm sinh", "NS", "#", "Nam/Nữ"}
    return [text for text in (column.heading, *column.synonyms) if text not in unfit]
