"""Who plays whom: gives every unit its person, her first working day, her mailbox and her workers' papers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from service.core.campaigns import Campaign
from service.core.units import Unit, Worker
from service.demo.actors import ContactPerson, Desk
from service.demo.papers.roster_filling import worker_values
from service.demo.stories import (
    Asks,
    Corrects,
    ForgetsSignatures,
    LosesZeros,
    NewAddress,
    OutOfOffice,
    PhotographsSideways,
    SendsInTwoParts,
    WaitsForEscalation,
    WritesPrivately,
    Zips,
)

MORNING, AFTERNOON = "T09:00", "T16:10"

ROLES: tuple[tuple[type[ContactPerson], str], ...] = (
    (ContactPerson, "2021-04-26" + MORNING),
    (LosesZeros, "2021-04-27" + MORNING),
    (SendsInTwoParts, "2021-04-27" + AFTERNOON),
    (ForgetsSignatures, "2021-04-28" + MORNING),
    (PhotographsSideways, "2021-04-28" + AFTERNOON),
    (Zips, "2021-04-29" + MORNING),
    (OutOfOffice, "2021-05-10" + MORNING),
    (NewAddress, "2021-05-06" + MORNING),
    (WaitsForEscalation, "2021-05-20" + MORNING),
    (WritesPrivately, "2021-05-06" + AFTERNOON),
    (Corrects, "2021-05-07" + MORNING),
    (Asks, "2021-05-11" + AFTERNOON),
)
"""In the order of the units: who she is, and the half day on which she gets to it."""

FEWEST_WORKERS = 2

REGISTERED_ON = (date(2021, 4, 23), date(2021, 4, 24), date(2021, 4, 25))
"""Days on which workers registered, in turns: after the opening mail, before the first unit hands in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One of the cast: her unit, herself, and the mailbox she reads."""

    unit: Unit
    contact: ContactPerson
    mailbox: str
    private_address: str = ""
    """Where she writes from at home."""


def make_cast(
    campaign: Campaign, units: Sequence[Unit], workers: Sequence[Worker], *, service_address: str
) -> list[Member]:
    """The twelve, in the order of the units. Raises ValueError when units or workers are too few for the roles."""
    if len(units) != len(ROLES):
        raise ValueError(f"{len(units)} units: the demonstration has roles for {len(ROLES)}")
    papers = _papers(campaign, workers)
    for unit in units:
        if len(papers.get(unit.code, ())) < FEWEST_WORKERS:
            raise ValueError(f"unit {unit.code}: the demonstration needs {FEWEST_WORKERS} workers in every unit")
    members = []
    for number, (unit, (role, starts)) in enumerate(zip(units, ROLES, strict=True), 1):
        mailbox = unit.addresses[0].replace("@", "2@") if role is NewAddress else unit.addresses[0]
        desk = Desk(
            campaign=campaign,
            unit=unit,
            address=mailbox,
            service_address=service_address,
            workers=papers[unit.code],
            number=number,
            starts=datetime.fromisoformat(starts).replace(tzinfo=ZoneInfo(campaign.zone)),
        )
        member = Member(unit=unit, contact=role(desk), mailbox=mailbox)
        members.append(_at_home(member) if role is WritesPrivately else member)
    return members


def _at_home(member: Member) -> Member:
    """Her private mailbox at another provider."""
    address = f"{member.mailbox.partition('@')[0]}@home.example"
    if isinstance(member.contact, WritesPrivately):
        member.contact.private_address = address
    return replace(member, private_address=address)


def _papers(campaign: Campaign, workers: Sequence[Worker]) -> Mapping[str, tuple[dict[str, str], ...]]:
    """Each unit's workers with all that is true of them."""
    found: dict[str, tuple[dict[str, str], ...]] = {}
    for index, worker in enumerate(workers):
        values = worker_values(worker, campaign, REGISTERED_ON[index % len(REGISTERED_ON)])
        found[worker.unit] = (*found.get(worker.unit, ()), values)
    return found
