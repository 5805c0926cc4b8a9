"""HR's decisions about single papers: declarations in review, mails held, mails to process again."""

from __future__ import annotations

from service.core.forms import Verdict
from service.core.records import FormRecord, MailState
from service.core.trust import Vouched
from service.flow.context import House, Office
from service.flow.hr.decisions import decide_form_in, forms_in_review
from service.flow.intake.process import process
from service.flow.ports.world import Folder

__all__ = ["decide_form", "dismiss", "forms_in_review", "replay"]


def decide_form(house: House, form_id: int, verdict: Verdict, *, by: str, why: str = "") -> FormRecord | None:
    """Records HR's verdict on a page and tells the unit where it stands now; None when there is no such form."""
    with house.ledger.transaction() as books:
        form = books.submissions.form(form_id)
        course = house.campaigns.get(form.campaign) if form else None
        return decide_form_in(Office(house, books, course), form_id, verdict, by=by, why=why) if course else None


def dismiss(house: House, mail_id: int, *, by: str, why: str) -> bool:
    """HR closes a held mail: it stays stored, and is no longer asked about. False when it is not held."""
    with house.ledger.transaction() as books:
        if mail_id not in {record.id for record in books.mails.held()}:
            return False
        books.mails.close(mail_id, why, Folder.IGNORED)
        Office(house, books, house.any_campaign).record(by, f"mail {mail_id} dismissed", why, mail_id=mail_id)
        return True


def vouch(house: House, mail_id: int, vouched: Vouched, *, why: str) -> MailState:
    """HR says whose a held mail is, without registering its address: it is taken in as that unit's (S25, S29).

    Answers go to the unit's registered contact. Raises LookupError when the mail is not held.
    """
    with house.ledger.transaction() as books:
        if mail_id not in {record.id for record in books.mails.held()}:
            raise LookupError(f"{mail_id}: no held mail has this number; see `dondoc review`")
        books.mails.vouch(mail_id, vouched)
        books.mails.reopen(mail_id)
        office = Office(house, books, house.campaigns[vouched.campaign])
        office.record(vouched.by, f"mail {mail_id} vouched for", why, unit=vouched.unit, mail_id=mail_id)
    process(house, mail_id)
    with house.ledger.transaction() as books:
        return books.mails.get(mail_id).state


def replay(house: House, mail_id: int, *, by: str) -> MailState:
    """Processes a stored mail again: what it changed before is not changed twice. Raises LookupError."""
    with house.ledger.transaction() as books:
        books.mails.reopen(mail_id)
        Office(house, books, house.any_campaign).record(by, f"mail {mail_id} replayed", mail_id=mail_id)
    process(house, mail_id)
    with house.ledger.transaction() as books:
        return books.mails.get(mail_id).state
