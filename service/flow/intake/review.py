"""HR's decisions about single papers: declarations in review, mails held, mails to process again."""

from __future__ import annotations

from service.core.forms import Verdict
from service.core.records import FormRecord, MailState
from service.core.trust import Vouched
from service.flow.context import CampaignContext, Services
from service.flow.hr.decisions import decide_form_in, forms_in_review
from service.flow.intake.process import process
from service.flow.ports.world import Folder

__all__ = ["decide_form", "dismiss", "forms_in_review", "replay"]


def decide_form(services: Services, form_id: int, verdict: Verdict, *, by: str, why: str = "") -> FormRecord | None:
    """Records HR's verdict on a page and tells the unit where it stands now; None when there is no such form."""
    with services.ledger.transaction() as transaction:
        form = transaction.submissions.form(form_id)
        open_campaign = services.campaigns.get(form.campaign) if form else None
        return (
            decide_form_in(CampaignContext(services, transaction, open_campaign), form_id, verdict, by=by, why=why)
            if open_campaign
            else None
        )


def dismiss(services: Services, mail_id: int, *, by: str, why: str) -> bool:
    """HR closes a held mail: it stays stored, and is no longer asked about. False when it is not held."""
    with services.ledger.transaction() as transaction:
        if mail_id not in {record.id for record in transaction.mails.held()}:
            return False
        transaction.mails.close(mail_id, why, Folder.IGNORED)
        CampaignContext(services, transaction, services.any_campaign).record(
            by, f"mail {mail_id} dismissed", why, mail_id=mail_id
        )
        return True


def vouch(services: Services, mail_id: int, vouched: Vouched, *, why: str) -> MailState:
    """HR says whose a held mail is, without registering its address: it is taken in as that unit's (S25, S29).

    Answers go to the unit's registered contact. Raises LookupError when the mail is not held.
    """
    with services.ledger.transaction() as transaction:
        if mail_id not in {record.id for record in transaction.mails.held()}:
            raise LookupError(f"{mail_id}: no held mail has this number; see `dondoc review`")
        transaction.mails.vouch(mail_id, vouched)
        transaction.mails.reopen(mail_id)
        context = CampaignContext(services, transaction, services.campaigns[vouched.campaign])
        context.record(vouched.by, f"mail {mail_id} vouched for", why, unit=vouched.unit, mail_id=mail_id)
    process(services, mail_id)
    with services.ledger.transaction() as transaction:
        return transaction.mails.get(mail_id).state


def replay(services: Services, mail_id: int, *, by: str) -> MailState:
    """Processes a stored mail again: what it changed before is not changed twice. Raises LookupError."""
    with services.ledger.transaction() as transaction:
        transaction.mails.reopen(mail_id)
        CampaignContext(services, transaction, services.any_campaign).record(
            by, f"mail {mail_id} replayed", mail_id=mail_id
        )
    process(services, mail_id)
    with services.ledger.transaction() as transaction:
        return transaction.mails.get(mail_id).state
