"""A small campaign for the demonstration's tests: one unit, three workers, a declaration."""

from __future__ import annotations

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from service.core.campaigns import (
    Agency,
    Campaign,
    Column,
    ColumnKind,
    DeclarationRules,
    DiscrepancyBlock,
    FormField,
    FormLayout,
    ReminderPlan,
)
from service.core.units import Unit, Worker


def _column(
    key: str, heading: str, kind: ColumnKind, *, required: bool = False, choices: tuple[str, ...] = ()
) -> Column:
    return Column(key=key, heading=heading, kind=kind, required=required, choices=choices)


COLUMNS = (
    _column("ordinal", "STT", ColumnKind.ORDINAL),
    _column("full_name", "Họ và tên", ColumnKind.NAME, required=True),
    _column("birth_date", "Ngày sinh", ColumnKind.DATE, required=True),
    _column("gender", "Giới tính", ColumnKind.GENDER, choices=("Nam", "Nữ")),
    _column("citizen_id", "Số CCCD", ColumnKind.CITIZEN_ID, required=True),
    _column("social_insurance_no", "Mã số", ColumnKind.SOCIAL_INSURANCE_NO, required=True),
    _column("phone", "Điện thoại", ColumnKind.PHONE, required=True),
    _column("email", "Email", ColumnKind.EMAIL, required=True),
    _column("registered_on", "Ngày đăng ký", ColumnKind.DATE, required=True),
    _column("installed", "Đã cài đặt", ColumnKind.YES_NO, required=True),
    _column("kind", "Nội dung sai", ColumnKind.TEXT),
    _column("shown", "Đang ghi", ColumnKind.TEXT),
    _column("actual", "Thực tế", ColumnKind.TEXT),
)
FIELDS = (
    FormField(key="full_name", kind=ColumnKind.NAME, labels=("Họ và tên",)),
    FormField(key="birth_date", kind=ColumnKind.DATE, labels=("Ngày sinh",), boxes=(2, 2, 4)),
    FormField(key="social_insurance_no", kind=ColumnKind.SOCIAL_INSURANCE_NO, labels=("Mã số",), boxes=(10,)),
    FormField(key="citizen_id", kind=ColumnKind.CITIZEN_ID, labels=("Số CCCD",), boxes=(12,)),
    FormField(key="contact_address", kind=ColumnKind.TEXT, labels=("Địa chỉ liên hệ",)),
    FormField(key="agency", kind=ColumnKind.TEXT, labels=("Cơ quan tiếp nhận",)),
)


@pytest.fixture
def declaration() -> DeclarationRules:
    layout = FormLayout(
        titles=("TỜ KHAI", "Dùng để thử"),
        fields=FIELDS,
        signature_captions=("Người kê khai", "Cá nhân đăng ký", "(Ký, ghi rõ họ tên)"),
    )
    return DeclarationRules(layout=layout, agencies=("Cơ quan mẫu",), name="Tờ khai mẫu")


@pytest.fixture
def campaign(declaration: DeclarationRules) -> Campaign:
    return Campaign(
        id="trial",
        mark="TRIAL",
        title="Đợt thử",
        organisation="Công ty mẫu",
        organisation_parent="",
        place="Hà Nội",
        letter_number="1/CV",
        letter_date=date(2021, 4, 15),
        hr_department="Ban Nhân sự",
        hr_contact="Đỗ Ngọc Lan",
        hr_phone="000",
        hr_addresses=("lan@office.example",),
        signer_title=("TRƯỞNG BAN",),
        signer_name="Vũ Đức Minh",
        deadline=date(2021, 5, 20),
        zone="Asia/Ho_Chi_Minh",
        sending_from=time(8),
        sending_until=time(17),
        summary_at=time(16),
        agency=Agency(name="Cơ quan mẫu", address="agency@agency.example"),
        email_domain="office.example",
        columns=COLUMNS,
        discrepancy=DiscrepancyBlock(kind="kind", shown="shown", actual="actual"),
        declaration=declaration,
        rules=(),
        plan=ReminderPlan(before=(10,), overdue=(1,), escalate_from=1, call_list_from=2),
        roster_name="Phụ lục 02",
        texts={"no_discrepancies": "đã rà soát, không có sai lệch"},
    )


@pytest.fixture
def unit() -> Unit:
    return Unit(
        code="U01",
        name="Phòng Thử nghiệm",
        addresses=("mai@office.example",),
        contact="Nguyễn Thị Mai",
        head_name="Trần Quốc Khánh",
        head_address="khanh@office.example",
    )


@pytest.fixture
def workers() -> tuple[Worker, ...]:
    rows = (
        ("Trần Văn Độ", "1993-12-14", "Nam", "001093841798", "0101494708", "0794402490", "do@office.example"),
        ("Lê Thị Hoa", "1988-02-03", "Nữ", "036188000123", "7912345678", "0912345678", "hoa@office.example"),
        ("Ngô Văn Hải", "1969-09-23", "Nam", "025069769661", "0115210289", "0837764650", "hai@office.example"),
    )
    keys = ("full_name", "birth_date", "gender", "citizen_id", "social_insurance_no", "phone", "email")
    return tuple(Worker(unit="U01", values=dict(zip(keys, row, strict=True))) for row in rows)


@pytest.fixture
def morning() -> datetime:
    return datetime(2021, 4, 26, 9, 0, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
