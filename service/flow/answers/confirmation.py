"""The letter that asks a registered address whether a mail was its own: what came, and how to answer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from service.core.findings import errors
from service.core.mail.conversation import names_contact
from service.core.sentences import Wording
from service.core.tasks import Task, Unconfirmed
from service.core.units import Unit
from service.flow.contacts.nominations import nomination_in
from service.flow.context import CampaignContext
from service.flow.outbox.compose import to_unit
from service.flow.outbox.letters import UnitLetter, in_thread
from service.flow.papers.assessment import ReadPapers
from service.flow.submissions.handed_in import states_no_discrepancies
from service.flow.triage.triage import Incoming

CONFIRM = "confirm_sender"


def ask_to_confirm(
    context: CampaignContext, unit: Unit, mail: Incoming, papers: ReadPapers | None, waiting: Sequence[Task]
) -> None:
    """One letter in the mail's thread. `waiting`: all mails of the unit that wait; one answer settles what it lists."""
    others = [each for each in waiting if _mail_of(each) != mail.record.id]
    wording = context.wording(unit.language)
    found = [finding for read in papers.together for finding in errors(read.findings)] if papers else []
    letter = UnitLetter(
        key=f"confirm:{mail.record.id}",
        template=CONFIRM,
        facts={
            "sender": mail.message.sender,
            "subject": mail.message.subject,
            "received_at": context.local(mail.record.received_at),
            "brought": list(_brought(context, unit, mail, papers, wording)),
            "errors": len(found),
            "earlier": [_earlier(context, each, wording) for each in others],
        },
        answers=in_thread(mail),
        tasks=tuple(each.id for each in waiting),
    )
    to_unit(context, unit, letter)


def _brought(
    context: CampaignContext, unit: Unit, mail: Incoming, papers: ReadPapers | None, wording: Wording
) -> Iterator[str]:
    """What the mail would change, and the names of its files."""
    campaign = context.campaign
    for read in papers.rosters if papers else ():
        facts = {"roster": campaign.roster_name, "rows": str(len(read.entries)), "file": read.paper.name}
        yield wording.say("confirm.roster", **facts)
    if papers and papers.forms and campaign.declaration:
        files = ", ".join(dict.fromkeys(form.paper.name for form in papers.forms))
        facts = {"form": campaign.declaration.name, "count": str(len(papers.forms)), "files": files}
        yield wording.say("confirm.forms", **facts)
    named = nomination_in(context, mail, papers) if _names_contact(mail, papers) else None
    if named is not None and named.nominee.name and named.nominee.address:
        yield wording.say("confirm.contact", name=named.nominee.name, address=named.nominee.address)
    if states_no_discrepancies(context, mail.message.new_text):
        yield wording.say("confirm.no_discrepancies")
    named_above = [*(each.paper for each in papers.rosters), *(each.paper for each in papers.forms)] if papers else []
    said = {paper.path[0] for paper in named_above}
    others = [each.name for each in mail.message.attachments if not each.inline and each.name not in said]
    if others:
        yield wording.say("confirm.files", files=", ".join(others))


def _names_contact(mail: Incoming, papers: ReadPapers | None) -> bool:
    return (papers is not None and papers.nominee is not None) or names_contact(mail.message.new_text)


def _mail_of(task: Task) -> int:
    assert isinstance(task.subject, Unconfirmed)
    return task.subject.mail


def _earlier(context: CampaignContext, task: Task, wording: Wording) -> str:
    mail = context.transaction.mails.get(_mail_of(task))
    moment = f"{context.local(mail.received_at):%H:%M %d/%m}"
    return wording.say("confirm.earlier", moment=moment, subject=mail.subject)
