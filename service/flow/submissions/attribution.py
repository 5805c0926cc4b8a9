"""Whose papers a mail brings: its sender's unit's, or another's that the list itself names.

A list goes to another unit without a person only when the sender is registered for that unit too. Otherwise it is
recorded for nobody, HR is asked, and both answers of HR let the mail be processed again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from service.core.declarations.judgement import judge
from service.core.events import ListOfAnotherUnit
from service.core.masking import masked_address
from service.core.rosters.unit_words import unit_said
from service.core.tasks import WhoseList
from service.core.units import Unit
from service.flow.context import CampaignContext, addresses_of
from service.flow.outbox.compose import to_hr, to_unit, unit_facts
from service.flow.outbox.letters import HrLetter, Part, UnitLetter
from service.flow.papers.assessment import ReadForm, ReadPapers, ReadRoster, counting
from service.flow.tasks import open_task
from service.flow.triage.triage import Incoming


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """What of a mail's papers belongs to one unit. `to_contact`: the sender may not read this unit's answer."""

    unit: Unit
    papers: ReadPapers
    to_contact: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribution:
    """The papers by unit, the sender's own first, and the lists that wait for HR with the unit each names."""

    shares: tuple[Share, ...]
    doubtful: tuple[tuple[ReadRoster, Unit], ...] = ()


def whose_papers(context: CampaignContext, unit: Unit, mail: Incoming, papers: ReadPapers) -> Attribution:
    """Sorts the lists by what they say of themselves, then the declarations after the lists."""
    mine: list[ReadRoster] = []
    others: dict[str, list[ReadRoster]] = {}
    doubtful: list[tuple[ReadRoster, Unit]] = []
    for read in papers.rosters:
        home = _decided(context, mail, read) or unit_said(read.unit_words, context.units, unit) or unit
        if home.code == unit.code:
            mine.append(read)
        elif _decided(context, mail, read) or mail.message.sender in addresses_of(home, context.notes(home)):
            others.setdefault(home.code, []).append(read)
        else:
            doubtful.append((read, home))
    rest, shares = papers.forms, []
    for code, reads in others.items():
        there = context.unit(code)
        assert there is not None
        theirs = tuple(form for form in rest if not mine or _fits(context, form, reads))
        rest = tuple(form for form in rest if form not in theirs)
        own = ReadPapers(
            papers=papers.papers, rosters=tuple(reads), joined_places=_counting(context, there, reads), forms=theirs
        )
        registered = mail.message.sender in addresses_of(there, context.notes(there))
        shares.append(Share(unit=there, papers=own, to_contact=not registered))
    own = replace(papers, rosters=tuple(mine), joined_places=_counting(context, unit, mine), forms=rest)
    has_own = own.has_anything or not (shares or doubtful)
    if shares and not has_own:
        shares[0] = _with_the_rest(shares[0], papers)
    return Attribution(shares=(*([Share(unit=unit, papers=own)] if has_own else []), *shares), doubtful=tuple(doubtful))


def _with_the_rest(share: Share, papers: ReadPapers) -> Share:
    """What is neither list nor declaration goes with the only lists that came."""
    rest = replace(
        share.papers, unusable=papers.unusable, other_papers=papers.other_papers, other_pages=papers.other_pages
    )
    return replace(share, papers=rest)


def _counting(context: CampaignContext, unit: Unit, reads: Sequence[ReadRoster]) -> tuple[int, ...]:
    """Which of these lists make up the unit's list, now that those of others are gone."""
    return counting(reads, context.campaign, context.workers_of(unit))


def _decided(context: CampaignContext, mail: Incoming, read: ReadRoster) -> Unit | None:
    code = context.transaction.submissions.placed_roster(context.campaign.id, mail.record.id, read.paper.sha256)
    return context.unit(code) if code else None


def _fits(context: CampaignContext, form: ReadForm, reads: Sequence[ReadRoster]) -> bool:
    """Whether one of these lists has the worker of the declaration."""
    rules = context.campaign.declaration
    return rules is not None and any(
        judge(form.reading, read.entries, rules, document=form.paper.name).entry is not None for read in reads
    )


def ask_hr(context: CampaignContext, unit: Unit, mail: Incoming, read: ReadRoster, named: Unit) -> Part:
    """The list is recorded for nobody; HR sees it; gives why, for the sender."""
    sha256 = read.paper.sha256
    fact = ListOfAnotherUnit(document=read.paper.name, named=named.code)
    context.record(unit.code, fact, unit=unit, mail_id=mail.record.id)
    subject = WhoseList(mail=mail.record.id, document_sha256=sha256, sender=unit.code, named=named.code)
    task = open_task(context, subject, unit=unit)
    question = HrLetter(
        key=f"whose:{mail.record.id}:{sha256}:{named.code}",
        template="whose_list",
        facts={
            "sender": mail.message.sender,
            "file": read.paper.name,
            "named": named,
            "people": len(read.roster.rows),
            **unit_facts(context, unit),
        },
        unit=unit,
        tasks=(task.id,),
    )
    to_hr(context, question)
    facts = {"file": read.paper.name, "named": named.name}
    return Part(template="whose_list_unit", facts=facts, beside=facts)


def tell_other_contact(context: CampaignContext, unit: Unit, mail: Incoming, others: Sequence[str]) -> None:
    """Two people hand in for one unit: each learns of the other's list."""
    for address in others:
        letter = UnitLetter(
            key=f"other-contact:{mail.record.id}:{unit.code}:{address}",
            template="other_contact",
            facts={
                "sender_masked": masked_address(mail.message.sender),
                "received_at": context.local(mail.record.received_at),
            },
            only_to=address,
        )
        to_unit(context, unit, letter)
