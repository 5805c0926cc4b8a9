"""Each stored mail is claimed, tried, and left to a person after too many failures; one mail stops no other.

While one mail is recorded, the papers of others are opened (`prefetch`).
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import closing
from functools import partial

from service.core.records import MailRecord
from service.core.tasks import FailedMail
from service.flow.context import CampaignContext, Services
from service.flow.intake.prefetch import Work, in_turn
from service.flow.intake.process import Opened, conclude, open_papers, triage_stored
from service.flow.outbox import notices
from service.flow.ports.failures import CannotGoOn
from service.flow.ports.world import Folder
from service.flow.tasks import open_task

log = logging.getLogger(__name__)


def process_waiting(
    services: Services, *, stopping: Callable[[], bool] = lambda: False, after_each: Callable[[], None] = lambda: None
) -> int:
    """Processes every mail that waits; gives how many.

    `after_each` is called when a mail is done, so that its answer need not wait for the others.
    """
    with services.ledger.transaction() as transaction:
        waiting = transaction.mails.waiting()
    work = Work(
        claim=partial(_claim, services),
        triage=partial(triage_stored, services),
        open=partial(open_papers, services),
        give_back=partial(_give_back, services),
    )
    turns = in_turn(services, waiting, work, at_once=services.documents.papers.at_once, stopping=stopping)
    with closing(turns):
        done = 0
        for each in turns:
            done += _attempt(services, each.record, each.opened.result)
            after_each()
        return done


def process(services: Services, mail_id: int) -> bool:
    """Processes one mail; safe to call twice."""
    record = _claim(services, mail_id)
    if record is None:
        return False
    return _attempt(services, record, lambda: open_papers(services, triage_stored(services, record)))


def _claim(services: Services, mail_id: int) -> MailRecord | None:
    with services.ledger.transaction() as transaction:
        record = transaction.mails.claim(mail_id, services.now(), services.attempts.lease_seconds)
    if record is not None:
        services.reached("process.claimed")
    return record


def _give_back(services: Services, record: MailRecord) -> None:
    """As if it had never been tried: the mail is not to blame."""
    with services.ledger.transaction() as transaction:
        transaction.mails.release(record.id, counts=False)


def _attempt(services: Services, record: MailRecord, opened: Callable[[], Opened]) -> bool:
    """One attempt at a claimed mail. One that fails again and again is given up on, and the others go on."""
    if record.attempts > services.attempts.most:
        _give_up_on(services, record)
        return True
    try:
        conclude(services, opened())
    except CannotGoOn:
        _give_back(services, record)
        raise  # the ledger is locked, the disk is full, we are told to stop: everything pauses
    except Exception:  # noqa: BLE001  # one mail must not stop the others; it is tried again, then left to a person
        with services.ledger.transaction() as transaction:
            transaction.mails.release(record.id)
        _after_failure(services, record)
    return True


def _after_failure(services: Services, record: MailRecord) -> None:
    log.exception("mail %s: attempt %s failed", record.id, record.attempts)
    if record.attempts >= services.attempts.most:
        _give_up_on(services, record)


def _give_up_on(services: Services, record: MailRecord) -> None:
    """The dead letters: bytes intact, HR told once, `dondoc replay` brings it back."""
    with services.ledger.transaction() as transaction:
        transaction.mails.give_up_on(record.id, f"failed {record.attempts} times", Folder.REVIEW)
        context = CampaignContext(services, transaction, services.any_campaign)
        open_task(context, FailedMail(mail=record.id))
        notices.tell_hr_of_failure(context, record)
