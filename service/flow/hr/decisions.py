"""The one door for what HR decides: whoever asks (a mail, a command, the desk), it is carried out, recorded, and told.

Askers parse and print. `decide` opens its own transaction; `decide_in` is for HR's mail alone, which is recorded in the
same transaction as what it decided, so that a crash between the two neither decides twice nor forgets the answer.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from service.core import hr_decisions as told
from service.core.hr_decisions import Decision, Outcome
from service.core.tasks import Ending
from service.flow.context import CampaignContext, OpenCampaign, Services
from service.flow.hr import about_contacts, about_mails, about_papers, about_units
from service.flow.hr.open_tasks import close_gone
from service.flow.ports.ledger import Transaction

Deed = Callable[[CampaignContext, Any, str], Outcome]
"""Carries one kind of decision out: context, decision, who decided."""

DEEDS: Mapping[type[Decision], Deed] = {
    told.AcceptForm: about_papers.accept_form,
    told.ReturnForm: about_papers.return_form,
    told.WaiveFinding: about_papers.waive_finding,
    told.PlaceList: about_papers.place_list,
    told.DecideHome: about_papers.decide_home,
    told.ApprovePackage: about_papers.approve_package,
    told.RejectPackage: about_papers.reject_package,
    told.Extend: about_units.extend,
    told.DeclineExtension: about_units.decline_extension,
    told.Pause: about_units.pause,
    told.Resume: about_units.resume,
    told.Snooze: about_units.snooze,
    told.Remind: about_units.remind,
    told.Admit: about_contacts.admit,
    told.Appoint: about_contacts.appoint_contact,
    told.ConfirmContact: about_contacts.confirm_contact,
    told.DeclineContact: about_contacts.decline_contact,
    told.Release: about_mails.release,
    told.Dismiss: about_mails.dismiss,
    told.Replay: about_mails.replay,
    told.Answer: about_mails.answer,
    told.SendAgain: about_mails.send_again,
    told.GiveUp: about_mails.give_up,
    told.Settle: about_mails.settle,
}
"""Every decision and what carries it out."""


def decide(services: Services, open_campaign: OpenCampaign, decision: Decision, *, by: str) -> Outcome:
    """Carries the decision out in a transaction of its own."""
    with services.ledger.transaction() as transaction:
        return decide_in(CampaignContext(services, transaction, open_campaign), decision, by=by)


def decide_by_number(services: Services, decision: Decision, *, by: str) -> Outcome:
    """The same for what is named by a number alone: its campaign is looked up."""
    return decide(services, campaign_of(services, decision), decision, by=by)


def decide_in(context: CampaignContext, decision: Decision, *, by: str) -> Outcome:
    """The same within the transaction that records HR's mail."""
    outcome = DEEDS[type(decision)](context, decision, by)
    if outcome.changed:
        close_gone(context, by=by, ending=Ending.DECIDED, unit=outcome.unit)
    return outcome


def campaign_of(services: Services, decision: Decision) -> OpenCampaign:
    """The campaign of what a decision names by a number alone; any one where the number says nothing."""
    with services.ledger.transaction() as transaction:
        name = _campaign_named(transaction, decision)
    return services.campaigns.get(name or "", services.any_campaign)


def _campaign_named(transaction: Transaction, decision: Decision) -> str | None:
    match decision:
        case told.AcceptForm(form=number) | told.ReturnForm(form=number):
            form = transaction.submissions.form(number)
            return form.campaign if form else None
        case told.WaiveFinding(finding=number):
            finding = transaction.submissions.numbered_finding(number)
            return finding.campaign if finding else None
        case told.SendAgain(outgoing=number) | told.GiveUp(outgoing=number):
            outgoing = transaction.outbox.get(number)
            return outgoing.campaign if outgoing else None
        case told.Settle(task=number):
            task = transaction.tasks.get(number)
            return task.campaign if task else None
        case told.Dismiss(mail=number) | told.Replay(mail=number):
            mail = transaction.mails.find(number)
            return mail.campaign if mail else None
    return None


def outcome_in_words(context: CampaignContext, outcome: Outcome, language: str | None = None) -> str:
    """One sentence for whoever decided."""
    return context.wording(language).say(f"command.{outcome.result}", **outcome.facts)
