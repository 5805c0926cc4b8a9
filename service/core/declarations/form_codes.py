"""Forms that we printed for one worker: what a code on a page says about it, and when it may be believed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from service.core.declarations.matching import NUMBERS
from service.core.forms import FieldReading, PageReading, Source

PREFILLED, TO_BE_FILLED = "DONDOC-FORM:", "DONDOC-BLANK:"
"""What the code on a form says before its token: the worker's values are printed on it, or somebody writes them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FormCode:
    """A token and the worker for whom the form was printed. `values`: canonical keys and values as printed."""

    token: str
    campaign: str
    unit: str
    made_at: datetime
    values: Mapping[str, str]
    prefilled: bool = True
    """False: another worker may have written on this form, so what stands on it is read and counts."""

    @property
    def text(self) -> str:
        """What the QR code says."""
        return f"{PREFILLED if self.prefilled else TO_BE_FILLED}{self.token}"


def by_code(reading: PageReading, code: FormCode | None, *, campaign: str, unit: str | None) -> PageReading:
    """The page with what its code says; a value that was read for certain and differs stays as it was read.

    A code of another campaign or unit, or one we never gave out, says nothing: see `code_doubts`.
    """
    if code is None or code_doubts(reading, code, campaign=campaign, unit=unit):
        return reading
    if not code.prefilled:
        return replace(reading, source=Source.CODE)
    said = {key: _said(value, reading.fields.get(key)) for key, value in code.values.items() if value}
    return replace(reading, source=Source.CODE, fields={**reading.fields, **said})


def code_doubts(reading: PageReading, code: FormCode | None, *, campaign: str, unit: str | None) -> tuple[str, ...]:
    """Why a code is not believed, as reasons below `form.`; `unit` None: whose form it is does not matter."""
    if not reading.code:
        return ()
    if code is None or code.campaign != campaign:
        return ("code_unknown",)
    if unit is not None and code.unit != unit:
        return ("code_of_another_unit",)
    fields = ((code.values.get(key), reading.fields.get(key)) for key in NUMBERS)
    differs = any(said and field is not None and field.agreed and field.value != said for said, field in fields)
    return ("code_differs",) if differs else ()


def _said(value: str, read: FieldReading | None) -> FieldReading:
    readings = {**(read.readings if read else {}), "code": value}
    return FieldReading(value=value, confidence=1.0, agreed=True, readings=readings, box=read.box if read else None)
