"""The running service: what the commands, the demo and the tests call."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from types import TracebackType

from service.core.hr_decisions import Admit, Decision, Outcome
from service.core.progress.progress import Progress
from service.core.records import MailState, OutgoingRecord
from service.core.watch import Concern
from service.flow.contacts.opening import Launched, launch
from service.flow.context import CampaignContext, OpenCampaign, Services
from service.flow.hr.decisions import decide, decide_by_number
from service.flow.intake.attempts import process_waiting
from service.flow.intake.receive import file_decided, receive_new
from service.flow.outbox.progress import progress_of
from service.flow.ports.failures import MailboxUnavailable
from service.flow.ports.world import CheckedMailbox, CheckedSender, Listing
from service.flow.sending.delivery import deliver_due, settle_interrupted
from service.flow.sending.in_doubt import settle_doubts
from service.flow.tick import tick
from service.flow.watch import health, reconciliation
from service.flow.watch.canary import keep_watch
from service.flow.watch.ownership import Keeper
from service.settings import Settings
from service.storage.ledger import Ledger
from service.wiring.place import place_of
from service.work.child_processes import ChildProcesses
from service.work.embedded import Duties, EmbeddedEngine

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """The running service: what the commands, the demo and the tests call."""

    settings: Settings
    services: Services
    ledger: Ledger
    mailbox: CheckedMailbox
    sender: CheckedSender
    children: ChildProcesses
    stopping: threading.Event = field(default_factory=threading.Event)
    keeper: Keeper = field(default_factory=Keeper)

    def open_campaign(self, campaign_id: str) -> OpenCampaign:
        return self.services.campaigns[campaign_id]

    def open_campaigns(self, campaign_id: str | None = None) -> list[OpenCampaign]:
        """The campaign of this id, or all."""
        return [self.open_campaign(campaign_id)] if campaign_id else list(self.services.campaigns.values())

    def launch(self, campaign_id: str, *, by: str = "administrator") -> Launched:
        return launch(self.services, self.open_campaign(campaign_id), by=by)

    def receive(self) -> int:
        """Takes new mails in; once a day the mailbox is compared with the ledger besides."""
        with health.watched(self.services, Concern.MAILBOX):
            if not self.keeper.is_ours(self.services, self.mailbox):
                return 0
            before = self.mailbox.list() if reconciliation.is_due(self.services) else None
            received = receive_new(self.services, self.mailbox)
            if before is not None:
                reconciliation.report(self.services, self._compared(before))
        return received

    def take_mailbox(self, *, over: bool = False) -> None:
        """Claims the mailbox for this state folder; where it cannot be reached, the first look does. `over`: whoever
        held it. Raises MailboxIsAnothers.
        """
        self.keeper.makes = not self._reads_only
        try:
            self.keeper.take(self.mailbox, place_of(self.settings.state), self.services.now(), over=over)
        except MailboxUnavailable as problem:
            log.warning("the mailbox is claimed later: %s", problem)

    def process(self, after_each: Callable[[], None] = lambda: None) -> int:
        return process_waiting(self.services, stopping=self.stopping.is_set, after_each=after_each)

    def deliver(self) -> int:
        return deliver_due(
            self.services, health.WatchedSender(self.services, self.sender), stopping=self.stopping.is_set
        )

    def file(self) -> int:
        """Moves decided mails to their folders; in read-only mode nothing is ever moved."""
        return 0 if self._reads_only else file_decided(self.services, self.mailbox)

    def reconcile(self) -> reconciliation.Reconciliation:
        """The mailbox against the ledger, for people who ask; changes nothing."""
        found = self._compared()
        # The service may be at work beside us: what it took in or moved between our two looks is no difference.
        return found if found.agrees else self._compared()

    @property
    def _reads_only(self) -> bool:
        return self.settings.service.mailbox.read_only

    def _compared(self, listing: Listing | None = None) -> reconciliation.Reconciliation:
        return reconciliation.reconcile(self.services, self.mailbox, listing, moves=not self._reads_only)

    def tick(self) -> None:
        """Whoever has lost the mailbox to another state folder says so, and leaves reminders to that one."""
        if self.keeper.lost:
            health.tell_troubles(self.services)
            return
        settle_interrupted(self.services)
        settle_doubts(self.services)
        tick(self.services)
        keep_watch(self.services)

    def work_until_quiet(self) -> int:
        """Takes in, processes, delivers and files until nothing is left to do; gives how many steps that took."""
        steps = 0
        while self.receive() + self.process() + self.deliver():
            steps += 1
        self.file()
        return steps

    def once(self) -> None:
        """One pass: take in, answer, send what is due."""
        self.work_until_quiet()
        self.tick()
        self.work_until_quiet()

    def recover(self) -> None:
        """After a start at which nobody else is at work: whatever a dead process had claimed is free again."""
        with self.ledger.transaction() as transaction:
            transaction.mails.release_all()
        settle_interrupted(self.services, before_seconds=0)

    def engine(self) -> EmbeddedEngine:
        """The threads that do all this by themselves."""
        poll = self.settings.service.mailbox.poll_seconds
        return EmbeddedEngine(
            Duties(
                receive=self.receive,
                file=self.file,
                wait=lambda: self.mailbox.wait(poll),
                wake=self.mailbox.wake,
                process=self.process,
                deliver=self.deliver,
                tick=self.tick,
                hurry=self.hurry,
            )
        )

    def hurry(self) -> None:
        """Told to stop: what is being read is given back, and nothing new is begun."""
        self.stopping.set()
        self.children.close()

    def decide(self, decision: Decision, *, by: str, campaign: str | None = None) -> Outcome:
        """HR's decision; where it names something by a number alone, its campaign is looked up."""
        if campaign is None:
            return decide_by_number(self.services, decision, by=by)
        return decide(self.services, self.open_campaign(campaign), decision, by=by)

    def admit(self, address: str, *, unit: str, by: str, campaign: str | None = None) -> list[Outcome]:
        """HR admits an address for a unit, in one campaign or in every one that has the unit."""
        known = [each for each in self.open_campaigns(campaign) if each.unit(unit)]
        return [decide(self.services, each, Admit(unit=unit, address=address), by=by) for each in known]

    def mail_state(self, mail_id: int) -> MailState:
        with self.ledger.transaction() as transaction:
            return transaction.mails.get(mail_id).state

    def outgoing(self, outgoing_id: int) -> OutgoingRecord | None:
        with self.ledger.transaction() as transaction:
            return transaction.outbox.get(outgoing_id)

    def status(self, campaign_id: str | None = None) -> list[Progress]:
        """Where every unit stands."""
        with self.ledger.transaction() as transaction:
            contexts = [
                CampaignContext(self.services, transaction, open_campaign)
                for open_campaign in self.open_campaigns(campaign_id)
            ]
            return [progress_of(context, unit) for context in contexts for unit in context.units]

    def close(self) -> None:
        self.mailbox.close()
        if self.services.sending.sent_folder is not None:
            self.services.sending.sent_folder.close()
        self.sender.close()
        self.children.close()
        self.ledger.close()

    def __enter__(self) -> Service:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
