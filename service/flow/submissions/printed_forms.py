"""Declarations printed for one worker each, with a code by which the signed scan is recognised at any quality."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from service.core.declarations.form_codes import FormCode
from service.core.units import Unit, Worker
from service.core.vietnam.text import fold
from service.flow.context import OpenCampaign, Services


@dataclass(frozen=True, slots=True, kw_only=True)
class CodedForm:
    """One worker's form. `name`: for a file, letters a to z and digits only."""

    unit: Unit
    worker: Worker
    name: str
    content: bytes


def coded_forms(
    services: Services, open_campaign: OpenCampaign, units: Sequence[Unit], *, prefilled: bool
) -> Iterator[CodedForm]:
    """A form for every worker of HR's file; each code is in the ledger before its form is handed out.

    With `prefilled` the worker's values are printed; without, the form is to be written by hand, and still recognised.
    """
    declaration = open_campaign.campaign.declaration
    if declaration is None:
        return
    printed = {field.key for field in declaration.layout.fields}
    for unit in units:
        for number, worker in enumerate(open_campaign.workers_of(unit), 1):
            values = {key: value for key, value in worker.values.items() if key in printed and value}
            code = _recorded(services, open_campaign, unit, values, prefilled=prefilled)
            shown = _with_campaign_values(open_campaign, values) if prefilled else {}
            content = services.documents.annexes.declaration(open_campaign.campaign, shown, code.text)
            yield CodedForm(unit=unit, worker=worker, name=_file_name(number, worker), content=content)


def _recorded(
    services: Services, open_campaign: OpenCampaign, unit: Unit, values: dict[str, str], *, prefilled: bool
) -> FormCode:
    """A new code each time: a form that was printed twice is recognised by either print."""
    code = FormCode(
        token=services.codes.new_form_token(),
        campaign=open_campaign.campaign.id,
        unit=unit.code,
        made_at=services.now(),
        values=values,
        prefilled=prefilled,
    )
    with services.ledger.transaction() as transaction:
        transaction.submissions.add_form_code(code)
    return code


def _with_campaign_values(open_campaign: OpenCampaign, values: dict[str, str]) -> dict[str, str]:
    """What is the same for everybody, such as the agency: the texts `form_value_<field>`."""
    layout = open_campaign.campaign.declaration.layout if open_campaign.campaign.declaration else None
    same = (
        {field.key: open_campaign.campaign.texts.get(f"form_value_{field.key}", "") for field in layout.fields}
        if layout
        else {}
    )
    return {**{key: value for key, value in same.items() if value}, **values}


def _file_name(number: int, worker: Worker) -> str:
    slug = re.sub(r"[^a-z0-9]+", "-", fold(worker.name)).strip("-") or "form"
    return f"{number:04d}-{slug}.pdf"
