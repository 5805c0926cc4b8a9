"""What people look up: who waits for what, where units stand, who is whose contact. Each reads the ledger once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from service.core.contacts import Contact, ContactState
from service.core.progress.listed_twice import ListedTwice
from service.core.progress.progress import Progress
from service.core.records import FormRecord, MailRecord, OtherPage, SendingPause
from service.core.tasks import Task
from service.core.units import Unit
from service.flow.answers.wording import where_in_words
from service.flow.contacts.nominations import roster_password
from service.flow.context import CampaignContext, OpenCampaign, Services
from service.flow.hr.stuck_mails import StuckMail, stuck_mails
from service.flow.hr.unit_details import open_findings
from service.flow.outbox.progress import progress_of
from service.flow.ports.ledger import Ledger
from service.flow.reports.task_sentences import task_in_words
from service.flow.submissions.handed_in import forms_in_review


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewList:
    """Papers and mails that wait for a person, and pages that were set aside."""

    forms: tuple[FormRecord, ...]
    held: tuple[MailRecord, ...]
    pages: tuple[OtherPage, ...]


def review_list(services: Services) -> ReviewList:
    """Of all campaigns."""
    with services.ledger.transaction() as transaction:
        return ReviewList(
            forms=tuple(
                form
                for each in services.campaigns.values()
                for unit in each.units
                for form in forms_in_review(transaction, each.campaign.id, unit)
            ),
            held=transaction.mails.held(),
            pages=tuple(
                page for each in services.campaigns.values() for page in transaction.other_pages.of(each.campaign.id)
            ),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingLine:
    """An error that counts against a unit, with the number by which it is waived."""

    number: int
    where: str
    code: str
    message: str


def findings_of(services: Services, open_campaign: OpenCampaign, unit: Unit) -> list[FindingLine]:
    """In HR's language."""
    with _context(services, open_campaign) as context:
        wording = context.wording()
        return [
            FindingLine(
                number=number,
                where=where_in_words(context.campaign, finding, wording),
                code=str(finding.code),
                message=wording.message(finding),
            )
            for number, finding in open_findings(context, unit)
        ]


def contacts_of(services: Services, open_campaign: OpenCampaign) -> list[tuple[Unit, Contact | None]]:
    """Every unit with its contact, else with the newest nomination that waits."""
    with _context(services, open_campaign) as context:
        return [(unit, _newest(context, unit)) for unit in context.units]


def _newest(context: CampaignContext, unit: Unit) -> Contact | None:
    named = context.transaction.people.contacts(context.campaign.id, unit.code)
    for state in (ContactState.CURRENT, ContactState.PROPOSED):
        found = next((each for each in reversed(named) if each.state is state), None)
        if found is not None:
            return found
    return None


def password_of(services: Services, open_campaign: OpenCampaign, unit: Unit) -> str | None:
    """Of the list that the unit's contact got; None while it has no contact."""
    with _context(services, open_campaign) as context:
        contact = context.transaction.people.current_contact(context.campaign.id, unit.code)
        return roster_password(context, contact) if contact else None


def listed_twice_of(services: Services, open_campaign: OpenCampaign) -> tuple[ListedTwice, ...]:
    """Workers whom two units list now."""
    with _context(services, open_campaign) as context:
        return context.transaction.listings.twice(context.campaign.id)


def progress_of_all(services: Services, open_campaign: OpenCampaign) -> list[Progress]:
    """Where every unit stands."""
    with _context(services, open_campaign) as context:
        return [progress_of(context, unit) for unit in context.units]


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskLine:
    """One thing that waits for HR. `since`: in the campaign's zone."""

    task: Task
    about: str
    since: datetime


def task_lines(services: Services, campaign: str | None = None) -> list[TaskLine]:
    """Oldest first; of one campaign, or of all. In HR's language."""
    with services.ledger.transaction() as transaction:
        lines = []
        for task in transaction.tasks.waiting(campaign):
            open_campaign = services.campaigns.get(task.campaign or "", services.any_campaign)
            about = task_in_words(CampaignContext(services, transaction, open_campaign), task)
            lines.append(TaskLine(task=task, about=about, since=open_campaign.local(task.opened_at)))
        return lines


def stuck_list(services: Services) -> tuple[tuple[StuckMail, ...], SendingPause | None]:
    """Mails of ours that have not surely reached everybody, and why nothing is sent now."""
    with services.ledger.transaction() as transaction:
        pause = transaction.traffic.pause()
        return stuck_mails(services, transaction), pause if pause and pause.until > services.now() else None


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerContents:
    """How much the ledger holds, and whether its audit trail is whole."""

    chain_is_intact: bool
    mails: Mapping[str, int]
    outgoing: Mapping[str, int]


def ledger_contents(ledger: Ledger) -> LedgerContents:
    """Mails of either way by state."""
    with ledger.transaction() as transaction:
        return LedgerContents(
            chain_is_intact=transaction.events.verify_chain(),
            mails=transaction.mails.count_by_state(),
            outgoing=transaction.outbox.count_by_state(),
        )


@contextmanager
def _context(services: Services, open_campaign: OpenCampaign) -> Iterator[CampaignContext]:
    with services.ledger.transaction() as transaction:
        yield CampaignContext(services, transaction, open_campaign)
