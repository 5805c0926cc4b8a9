"""One pulse of the clock: whatever is due now, for every campaign. A missed pulse is caught up and never doubled."""

from __future__ import annotations

import logging

from service.flow.house import House
from service.flow.package import PackageTooLarge, build_when_complete, send_when_approved
from service.flow.reminders import remind
from service.flow.summaries import summarise

log = logging.getLogger(__name__)


def tick(house: House) -> None:
    """Reminders, escalation, the summary, the package."""
    for course in house.campaigns.values():
        remind(house, course)
        summarise(house, course)
        try:
            build_when_complete(house, course)
            send_when_approved(house, course)
        except PackageTooLarge as reason:
            log.error("package of %s: %s", course.campaign.id, reason)
