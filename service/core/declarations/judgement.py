"""Whether a declaration that was read may be accepted: only when sure, else a person looks.

A wrong acceptance is the worst error: the numbers must have been read alike by independent readers, agree with
exactly one roster row, and the signature must have been seen.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace

from rapidfuzz import fuzz

from service.core.campaigns import DeclarationRules
from service.core.declarations.matching import NUMBERS, Match, match
from service.core.declarations.names_on_page import is_named, may_name
from service.core.findings import Code, Finding, Severity
from service.core.forms import PageReading, Tick, Verdict, WaitsFor
from service.core.records import RosterEntry
from service.core.vietnam.text import fold

SUPPORTING = ("birth_date", "phone")
"""Contradict when read for certain and different; not needed for an acceptance."""
NAME_LIKENESS = 80
AGENCY_LIKENESS = 85
AGENCY_CONFIDENCE = 0.8
WRONG_PLACE = f"{Code.WRONG_AGENCY}.place"
"""Reason and sentence where the place of registration is wrong, not the agency."""
WAITING = "waiting_for_roster"
WITHOUT_ROW = str(Code.FORM_WITHOUT_ROW)
ELSEWHERE = f"{WITHOUT_ROW}.elsewhere"
"""Reason and sentence where HR's file has the person in another unit."""


Cell = tuple[int, str]
"""A row of the roster and the key of a column."""
HomeOf = Callable[[PageReading], str]
"""A page → the name of the other unit in which HR's file surely has this very person; empty: none."""


def nowhere(_reading: PageReading) -> str:
    """Where there is no file to ask."""
    return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What is decided about one page. `reasons` are catalogue keys below `form.`, first the weightiest."""

    verdict: Verdict
    waits_for: WaitsFor = WaitsFor.HR
    entry: RosterEntry | None = None
    reasons: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()


def judge(
    reading: PageReading,
    entries: Sequence[RosterEntry] | None,
    rules: DeclarationRules,
    *,
    document: str,
    doubts: tuple[str, ...] = (),
    home_of: HomeOf = nowhere,
    to_mend: AbstractSet[Cell] = frozenset(),
) -> Judgement:
    """Judges a declaration page against the unit's roster (None: no roster yet). `doubts`: reasons known before.

    `home_of`: asked of a page that fits no row. `to_mend`: cells of the roster which the unit was asked to mend.
    """
    if reading.doubts:
        return Judgement(verdict=Verdict.REVIEW, reasons=(*reading.doubts, *doubts))
    found = match(reading, entries or ())
    problems = tuple(_problems(reading, entries, found, rules, document=document, home_of=home_of))
    reasons = tuple(
        dict.fromkeys(
            [*doubts, *(problem.reason for problem in problems), *_doubts(reading, found.entry, entries or ())]
        )
    )
    findings = tuple(problem.finding for problem in problems if problem.finding is not None)
    verdict = _verdict(reading, reasons)
    waits_for = _waits_for(verdict, problems, doubts)
    if verdict is Verdict.REVIEW and found.entry is not None and _hangs_on(reasons, found.entry, to_mend):
        waits_for = WaitsFor.UNIT
    return Judgement(verdict=verdict, waits_for=waits_for, entry=found.entry, reasons=reasons, findings=findings)


@dataclass(frozen=True, slots=True)
class _Problem:
    reason: str
    finding: Finding | None = None
    waits_for: WaitsFor = WaitsFor.HR


def _verdict(reading: PageReading, reasons: Sequence[str]) -> Verdict:
    """Rejected only for what the sender can mend for certain."""
    if reading.signed is False:
        return Verdict.REJECTED
    return Verdict.REVIEW if reasons else Verdict.ACCEPTED


def _waits_for(verdict: Verdict, problems: Sequence[_Problem], doubts: Sequence[str]) -> WaitsFor:
    """The weightiest problem says whose turn it is; a doubt known before is always a person's."""
    if verdict is Verdict.ACCEPTED:
        return WaitsFor.NOBODY
    if verdict is Verdict.REJECTED:
        return WaitsFor.UNIT
    return problems[0].waits_for if problems and not doubts else WaitsFor.HR


def _hangs_on(reasons: Sequence[str], entry: RosterEntry, to_mend: AbstractSet[Cell]) -> bool:
    """Whether the page disagrees with nothing but cells of its row that are wrong by themselves."""
    compared = [reason.partition(".") for reason in reasons]
    return all(about in _BY_ROW and (entry.row, column) in to_mend for about, _, column in compared)


_BY_ROW = frozenset({"form_differs", "roster_lacks"})


def _problems(
    reading: PageReading,
    entries: Sequence[RosterEntry] | None,
    found: Match,
    rules: DeclarationRules,
    *,
    document: str,
    home_of: HomeOf,
) -> Iterator[_Problem]:
    entry = found.entry
    name = _name(reading, entry)
    if reading.signed is False:
        yield _Problem("not_signed", _finding(Code.NOT_SIGNED, reading, entry, document, name=name))
    if entries is None:
        yield _Problem(WAITING, waits_for=WaitsFor.LIST)
    elif entry is None and found.candidates and found.candidates[0].score >= 1.5:
        yield _Problem("several_rows")
    elif entry is None:
        yield _without_row(reading, rules, document, home_of(reading))
    if entry is not None:
        yield from _differences(reading, entry, document)
    yield from _agency(reading, entry, rules, document)
    yield from _place(reading, entry, rules, document)


def _without_row(reading: PageReading, rules: DeclarationRules, document: str, home: str) -> _Problem:
    """Of HR's file only the unit's name is told: everything else stands on the page that was sent."""
    facts = {"name": _read(reading, "full_name"), "number": _read(reading, rules.number_field)}
    finding = _finding(Code.FORM_WITHOUT_ROW, reading, None, document, **facts)
    if not home:
        return _Problem(WITHOUT_ROW, finding, WaitsFor.UNIT)
    said = replace(finding, key=ELSEWHERE, facts={**finding.facts, "unit": home})
    return _Problem(ELSEWHERE, said, WaitsFor.UNIT)


def _differences(reading: PageReading, entry: RosterEntry, document: str) -> Iterator[_Problem]:
    for key in (*NUMBERS, *SUPPORTING):
        field, wanted = reading.fields.get(key), entry.values.get(key, "")
        if field is None or not field.agreed or not wanted or field.value == wanted:
            continue
        if key == "birth_date" and len(wanted) == 4 and field.value.startswith(wanted):
            continue
        name = _name(reading, entry)
        finding = _finding(
            Code.FORM_DIFFERS, reading, entry, document, name=name, key=key, form=field.value, roster=wanted
        )
        yield _Problem(f"form_differs.{key}", finding)


def _agency(
    reading: PageReading, entry: RosterEntry | None, rules: DeclarationRules, document: str
) -> Iterator[_Problem]:
    field = reading.fields.get("agency")
    if not rules.agencies or field is None or not field.value:
        return
    if _names(field.value, rules.agencies):
        return
    if field.confidence < AGENCY_CONFIDENCE:
        yield _Problem("uncertain.agency")
        return
    name = _name(reading, entry)
    yield _Problem("wrong_agency", _finding(Code.WRONG_AGENCY, reading, entry, document, name=name, agency=field.value))


def _place(
    reading: PageReading, entry: RosterEntry | None, rules: DeclarationRules, document: str
) -> Iterator[_Problem]:
    """Registered where it must not be, in writing or by a tick."""
    field = reading.fields.get("registered_at")
    if field is None:
        return
    if field.ticks and not field.value:
        if _may_be_wrong(field.ticks, rules):
            yield _Problem("uncertain.registered_at")
        return
    if _names(field.value, rules.places) or not _names(field.value, rules.other_places):
        return
    if field.confidence < AGENCY_CONFIDENCE:
        yield _Problem("uncertain.registered_at")
        return
    name = _name(reading, entry)
    said = _finding(Code.WRONG_AGENCY, reading, entry, document, name=name, place=field.value)
    yield _Problem(WRONG_PLACE, replace(said, key=WRONG_PLACE, value=field.value))


def _may_be_wrong(ticks: Mapping[str, Tick], rules: DeclarationRules) -> bool:
    """Whether a place where nobody may register is ticked, perhaps besides others; nothing ticked is nothing said."""
    return any(tick is not Tick.EMPTY and _names(place, rules.other_places) for place, tick in ticks.items())


def _names(said: str, spellings: Sequence[str]) -> bool:
    return any(fuzz.partial_ratio(fold(each), fold(said)) >= AGENCY_LIKENESS for each in spellings)


def _doubts(reading: PageReading, entry: RosterEntry | None, entries: Sequence[RosterEntry]) -> list[str]:
    """What keeps an otherwise matching page from being accepted without a person."""
    doubts = ["signature_unclear"] if reading.signed is None else []
    if entry is None:
        return doubts
    for key in NUMBERS:
        field = reading.fields.get(key)
        if field is None or not field.agreed:
            doubts.append(f"uncertain.{key}")
        elif not entry.values.get(key):
            doubts.append(f"roster_lacks.{key}")
    if not _name_confirmed(reading, entry, entries):
        doubts.append("uncertain.full_name")
    return doubts


def _name_confirmed(reading: PageReading, entry: RosterEntry, entries: Sequence[RosterEntry]) -> bool:
    """Accent-only differences are soft once the numbers are confirmed; another name is not.

    Where the name's place was not found or holds more than the name, it may stand anywhere on the page; not when
    its place names somebody else of the list.
    """
    field = reading.fields.get("full_name")
    seen = {field.value, *field.readings.values()} - {""} if field else set()
    wanted = fold(entry.name)
    if any(fuzz.ratio(fold(value), wanted) >= NAME_LIKENESS for value in seen):
        return True
    others = [other.name for other in entries if other is not entry]
    placed = may_name(seen)
    named_otherwise = any(is_named(other, [entry.name], placed) for other in others)
    return not named_otherwise and is_named(entry.name, others, (*placed, *reading.names))


def _name(reading: PageReading, entry: RosterEntry | None) -> str:
    """As the list has it, else as the form has it."""
    return (entry.name if entry else "") or _read(reading, "full_name")


def _read(reading: PageReading, key: str) -> str:
    field = reading.fields.get(key)
    return field.value if field else ""


def _finding(code: Code, reading: PageReading, entry: RosterEntry | None, document: str, **facts: str) -> Finding:
    """The facts say which form of a page with two is meant, for a page number alone would not."""
    key = facts.get("key")
    part = {"part": str(reading.part)} if reading.part else {}
    return Finding(
        code=code,
        severity=Severity.ERROR,
        key=f"{code}.{key}" if key else str(code),
        facts={fact: value for fact, value in facts.items() if fact != "key"} | part,
        document=document,
        page=reading.page,
        row=entry.row if entry else None,
        column=key,
        value=facts.get("form") or facts.get("agency"),
    )
