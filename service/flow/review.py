"""HR's decisions about single declarations."""

from __future__ import annotations

from dataclasses import replace

from service.core.forms import Verdict
from service.core.records import Event, FormRecord
from service.flow.house import House


def decide_form(house: House, form_id: int, verdict: Verdict, *, by: str, why: str = "") -> FormRecord | None:
    """Records HR's verdict on a page; None when there is no such form."""
    with house.ledger.transaction() as books:
        form = books.submissions.form(form_id)
        if form is None:
            return None
        decided = replace(form, verdict=verdict, decided_by=by)
        books.submissions.update_form(decided)
        books.events.record(
            Event(
                at=house.now(),
                who=by,
                what=f"form {form_id} {verdict}",
                why=why,
                campaign=form.campaign,
                unit=form.unit,
                mail_id=form.mail_id,
            )
        )
        return decided
