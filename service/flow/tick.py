"""One pulse of the clock: whatever is due now, for every campaign. A missed pulse is caught up and never doubled."""

from __future__ import annotations

from service.flow.answers.owed_answers import catch_up
from service.flow.clock.reminders import remind
from service.flow.context import House
from service.flow.package import build_when_complete, send_when_approved
from service.flow.reports.summaries import summarise


def tick(house: House) -> None:
    """Reminders, escalation, what the caps held back, the summary, the package."""
    for course in house.campaigns.values():
        remind(house, course)
        catch_up(house, course)
        summarise(house, course)
        build_when_complete(house, course)
        send_when_approved(house, course)
