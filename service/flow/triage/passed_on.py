"""Papers that go round: what we mailed out ourselves and comes back, and what HR passes on for a unit."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from service.core.mail.messages import Message
from service.core.rosters.unit_words import unit_said
from service.core.units import Unit
from service.core.vietnam.text import fold
from service.flow.context import CampaignContext, OpenCampaign, Services, addresses_of
from service.flow.papers.assessment import ReadPapers
from service.flow.triage.campaign_by_content import named_unit
from service.flow.triage.triage import Incoming, Triage


def mailed_out(services: Services, read: ReadPapers) -> frozenset[str]:
    """SHA-256 of those papers which went out with a mail of ours."""
    if not read.papers:
        return frozenset()
    with services.ledger.transaction() as transaction:
        return transaction.outbox.mailed_out({paper.sha256 for paper in read.papers})


def is_passed_on(context: CampaignContext, unit: Unit, mail: Incoming) -> bool:
    """Whether HR sent the unit's papers, not the unit."""
    sender = mail.message.sender
    return sender in context.campaign.hr_addresses and sender not in addresses_of(unit, context.notes(unit))


def passed_on(services: Services, message: Message, triage: Triage, read: ReadPapers) -> Triage:
    """For papers which HR passes on: whose they seem to be. HR is asked all the same."""
    open_campaign = triage.open_campaign
    if not triage.from_hr or triage.unit is not None or open_campaign is None:
        return triage
    unit = next(_meant(message, open_campaign, triage, read), None)
    if unit is None:
        return triage
    return replace(triage, candidate=unit, reasons=(*triage.reasons, f"unit {unit.code}: named in what HR passes on"))


def _meant(message: Message, open_campaign: OpenCampaign, triage: Triage, read: ReadPapers) -> Iterator[Unit]:
    """The unit by what its list says, by what HR writes, by who wrote the mail that is passed on, the surest first."""
    units, workbooks = open_campaign.units, [roster.paper.workbook for roster in read.rosters]
    by_list = [unit for workbook in workbooks if (unit := named_unit(workbook, open_campaign)) is not None]
    by_title = [unit for each in read.rosters if (unit := unit_said(each.unit_words, units, None)) is not None]
    codes = {word.strip(".,:;()[]").upper() for word in f"{message.subject} {message.new_text}".split()}
    said = message.text[:20_000].lower()
    folded = fold(said)
    for found in (
        by_list,
        by_title,
        [unit for unit in units if unit.code.upper() in codes],
        [unit for unit in units if any(address in said for address in unit.addresses)],
        [unit for unit in units if fold(unit.name) in folded],
        [triage.candidate] if triage.candidate else [],
    ):
        if len({unit.code for unit in found}) == 1:
            yield found[0]
