"""One pulse of the clock: whatever is due now, for every campaign. A missed pulse is caught up and never doubled."""

from __future__ import annotations

from service.flow.answers.owed_answers import catch_up
from service.flow.clock.reminders import remind_due
from service.flow.context import CampaignContext, OpenCampaign, Services
from service.flow.hr.open_tasks import close_gone, close_settled
from service.flow.hr.telling import tell_after_sitting
from service.flow.package import build_when_complete, send_when_approved
from service.flow.reports.gathered_notices import tell_gathered
from service.flow.reports.summaries import summarise
from service.flow.sending.marks import note_arrived


def tick(services: Services) -> None:
    """HR's decisions, reminders, what the caps kept, the package, tasks without cause; last what HR is told of it."""
    for open_campaign in services.campaigns.values():
        tell_after_sitting(services, open_campaign)
        remind_due(services, open_campaign)
        catch_up(services, open_campaign)
        build_when_complete(services, open_campaign)
        package_moved = send_when_approved(services, open_campaign)
        note_arrived(services, open_campaign)
        _close_tasks(services, open_campaign, all_kinds=package_moved)
        summarise(services, open_campaign)
        tell_gathered(services, open_campaign)


def _close_tasks(services: Services, open_campaign: OpenCampaign, *, all_kinds: bool) -> None:
    """All kinds when the package went out: what units did not do is nobody's task any more."""
    with services.ledger.transaction() as transaction:
        close = close_gone if all_kinds else close_settled
        close(CampaignContext(services, transaction, open_campaign))
