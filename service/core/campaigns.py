"""A campaign as data: what is collected, from whom, by when, how it is read. Built by settings from its files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time
from enum import StrEnum
from typing import Literal

PackageList = Literal["roster", "discrepancies", "not_possible"]
"""The lists a package can hold."""


class ColumnKind(StrEnum):
    """How the values of a roster column are read and checked; each has its reader and rules in `core/`."""

    ORDINAL = "ordinal"
    TEXT = "text"
    NAME = "name"
    DATE = "date"
    """A day; year-only allowed where the column says so."""
    MONTH = "month"
    GENDER = "gender"
    YES_NO = "yes_no"
    CITIZEN_ID = "citizen_id"
    SOCIAL_INSURANCE_NO = "social_insurance_no"
    HEALTH_CARD_NO = "health_card_no"
    PHONE = "phone"
    EMAIL = "email"
    NUMBER = "number"


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One roster column: canonical key, heading as our template prints it, and what else offices write above it."""

    key: str
    heading: str
    kind: ColumnKind
    synonyms: tuple[str, ...] = ()
    required: bool = False
    unique: bool = False
    year_only_allowed: bool = False
    not_before: date | None = None
    """Earliest allowed day of a date column."""
    not_after_today: bool = False
    not_after: date | None = None
    """Latest allowed day of a date column that lies ahead, such as the last day offered."""
    must_be_true: bool = False
    """A yes/no column that has to say yes."""
    choices: tuple[str, ...] = ()
    """Offered as a drop-down in the template; other text is allowed unless the kind forbids it."""
    only_choices: bool = False
    """Nothing else than `choices` is allowed."""
    help: str = ""
    """Input message of the template's cells."""
    example: str = ""
    width: int = 16
    in_template: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class DiscrepancyBlock:
    """The columns which are filled together or not at all (kind, what the system shows, what is true)."""

    kind: str
    shown: str
    actual: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FormField:
    """One field of the declaration: canonical key, kind, and the labels printed before its value."""

    key: str
    kind: ColumnKind
    labels: tuple[str, ...]
    boxes: tuple[int, ...] = ()
    """Digit boxes in groups: (10,), (12,), (2, 2, 4)."""
    printed: str = ""
    """The label as our own blank form prints it."""
    choices: tuple[tuple[str, ...], ...] = ()
    """Printed to be ticked: for each choice its spellings, of which the first is the field's value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FormLayout:
    """What recognition has to know of the declaration, and nothing else: labels and captions."""

    titles: tuple[str, ...]
    fields: tuple[FormField, ...]
    signature_captions: tuple[str, ...]
    """Captions above the signature, such as "Người kê khai" and "(Ký, ghi rõ họ tên)"."""
    other_captions: tuple[str, ...] = ()
    """Captions above other signatures, such as "Xác nhận của đơn vị": what stands below is not the worker's."""
    printed_in_space: tuple[str, ...] = ()
    """What signing programs and stickers put into the signature's space: "Ký bởi", "Ký tại đây"; a person looks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclarationRules:
    """How a read declaration is judged. `agencies`, `places` (of registration): accepted spellings, empty: none."""

    layout: FormLayout
    agencies: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    other_places: tuple[str, ...] = ()
    """Places that are known to be wrong; only these are told to the sender, anything else is for a person."""
    name: str = ""
    """What the form is called in mails."""
    number_field: str = "social_insurance_no"
    expected_column: str | None = "declaration_signed"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReminderPlan:
    """Working days before the last day in time (0 = on it), and after it; see DESIGN.md §7."""

    before: tuple[int, ...]
    overdue: tuple[int, ...]
    escalate_from: int
    """From this overdue step on the unit's head is in copy."""
    call_list_from: int
    """From this overdue step on HR's summary names the unit for a telephone call."""
    mails_a_day: int = 1
    """The most that a unit gets unasked on a day, over all campaigns of the service."""
    quiet_days: frozenset[date] = field(default_factory=frozenset)
    """Worked, and counted as such, but the clock leaves the units in peace."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactRules:
    """What the contact person of a unit gets, and how."""

    encrypt_roster: bool = False
    """The list with the workers' numbers opens only with a password, which HR tells by telephone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Management:
    """Who gets a summary once a week, without data of persons. `weekday`: 1 (Monday) to 5."""

    addresses: tuple[str, ...]
    weekday: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Agency:
    """Where the package goes."""

    name: str
    address: str
    """Mail address."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Campaign:
    """One campaign, whole. Words that vary between campaigns are in `texts`, used by mail templates and annexes."""

    id: str
    mark: str
    """Stands in subjects, before the unit's code: `[TAX-2021 U03]`."""
    title: str
    organisation: str
    organisation_parent: str
    place: str
    letter_number: str
    letter_date: date
    hr_department: str
    hr_contact: str
    hr_phone: str
    hr_addresses: tuple[str, ...]
    """Addresses that may command; the first gets the summaries."""
    signer_title: tuple[str, ...]
    signer_name: str
    deadline: date
    """"Before this day": the last day in time is the day before."""
    zone: str
    sending_from: time
    sending_until: time
    summary_at: time
    agency: Agency
    email_domain: str
    columns: tuple[Column, ...]
    discrepancy: DiscrepancyBlock | None
    declaration: DeclarationRules | None
    rules: tuple[str, ...]
    """Names of the checks of `core/rosters/rules.py` that apply."""
    plan: ReminderPlan
    roster_name: str
    """What the roster is called in mails."""
    package_lists: tuple[PackageList, ...] = ("roster", "discrepancies", "not_possible")
    """The lists which the agency gets; who could not take part is not every agency's business."""
    contact: ContactRules = field(default_factory=ContactRules)
    texts: Mapping[str, str] = field(default_factory=dict)
    language: str = "vi"
    management: Management | None = None
    days_off: frozenset[date] = field(default_factory=frozenset)
    """Additional days off (override file)."""
    working_days: frozenset[date] = field(default_factory=frozenset)
    """Additional working days, such as swapped Saturdays."""

    def column(self, key: str) -> Column | None:
        return next((column for column in self.columns if column.key == key), None)

    def heading(self, key: str) -> str:
        column = self.column(key)
        return column.heading if column else key
