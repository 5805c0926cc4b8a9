"""How the campaign has to end: named expectations over what can be seen from outside."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from service.core.progress.progress import Progress, Stage

ANSWERS = ("confirmation", "needs_correction")
SCRIPTED = frozenset(
    {"opening", *ANSWERS, "reminder", "overdue", "question_received", "private_address", "confirm_sender"}
)
"""Everything that any unit is to get."""
MENDED = {"U02": 1, "U04": 1, "U11": 1}
"""Units whose first submission has something wrong, and how often they are asked to correct."""
SENT_TWICE = {"U02", "U03", "U04", "U11"}
"""Units that hand in twice from their registered address: they get two answers."""
REMINDED = {"U07": 1, "U08": 1, "U09": 4, "U10": 1, "U11": 1, "U12": 1}
"""Units still silent on 05/05 (ten working days before the last day in time); one of them to the end."""
OVERDUE = {"U09": 1}
ASKED_WHOSE = {"U06": 1}
"""Nothing proves who wrote for this unit: it is asked, once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """A package as it arrived at the agency: files with their SHA-256, and what its manifest says of them."""

    files: Mapping[str, str]
    manifest: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignEnding:
    """What can be seen when the last day is over. Mails are counted by kind, as their readers tell them apart."""

    progress: Mapping[str, Progress]
    workers: Mapping[str, int]
    """How many workers each unit has."""
    got: Mapping[str, Counter[str]]
    """Unit to the mails in its contact's mailbox."""
    officer_got: Counter[str]
    head_copies: Mapping[str, int]
    """Unit to the mails in its head's mailbox."""
    private_got: int = 0
    """Mails of ours in the private mailbox of U10's contact."""
    answered_automatic: Sequence[str] = ()
    """Subjects of our mails that answer an automatic mail."""
    automatic_sent: int = 0
    """How many automatic mails people's programs sent."""
    parcels: Sequence[Parcel] = ()
    strangers: Sequence[str] = ()
    """Addresses we wrote to that the campaign does not know."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """One thing that must be true, and what was seen."""

    name: str
    met: bool
    seen: str = ""


def expectations(ending: CampaignEnding) -> list[Expectation]:
    """All of them, in the order in which one tells the story."""
    return [
        *_units(ending),
        *_mails(ending),
        *_officer(ending),
        *_package(ending),
    ]


def _units(ending: CampaignEnding) -> Iterator[Expectation]:
    for code, progress in ending.progress.items():
        expected = ending.workers[code]
        seen = f"{progress.stage}, roster v{progress.roster_version}, {progress.forms_accepted}/{expected} declarations"
        met = (
            progress.stage is Stage.COMPLETE
            and progress.workers == expected
            and progress.forms_accepted == expected
            and progress.discrepancies_answered
        )
        yield Expectation(name=f"{code} is complete with all declarations accepted", met=met, seen=seen)


def _mails(ending: CampaignEnding) -> Iterator[Expectation]:
    yield _counts("every contact got the opening mail once", ending, "opening", dict.fromkeys(ending.got, 1))
    yield _counts("only units with mistakes were asked to correct", ending, "needs_correction", MENDED)
    answers = {code: 2 if code in SENT_TWICE else 1 for code in ending.got}
    seen = {code: sum(got[kind] for kind in ANSWERS) for code, got in ending.got.items()}
    yield Expectation(name="every submission was answered exactly once", met=seen == answers, seen=_odd(seen, answers))
    yield _counts("only units still missing something were reminded", ending, "reminder", REMINDED)
    yield _counts("only the silent unit was called overdue", ending, "overdue", OVERDUE)
    copies = {code: count for code, count in ending.head_copies.items() if count}
    yield Expectation(
        name="only the silent unit's head was in copy, once", met=copies == dict(OVERDUE), seen=str(copies)
    )
    yield _counts("the question was acknowledged at once", ending, "question_received", {"U12": 1})
    yield _counts("only the sender whom nothing proves was asked to confirm", ending, "confirm_sender", ASKED_WHOSE)
    yield _counts("the private sender's unit was told at its registered address", ending, "private_address", {"U10": 1})
    others = {code: sorted(set(got) - SCRIPTED) for code, got in ending.got.items() if set(got) - SCRIPTED}
    yield Expectation(name="no unit got a mail of any other kind", met=not others, seen=str(others))
    yield Expectation(
        name="nothing was written to the private address", met=ending.private_got == 0, seen=str(ending.private_got)
    )
    yield Expectation(
        name="no automatic mail was answered",
        met=ending.automatic_sent >= 2 and not ending.answered_automatic,
        seen=f"{ending.automatic_sent} automatic mails, answered: {list(ending.answered_automatic)}",
    )
    yield Expectation(
        name="nobody outside the campaign was written to", met=not ending.strangers, seen=str(list(ending.strangers))
    )


def _officer(ending: CampaignEnding) -> Iterator[Expectation]:
    got = ending.officer_got
    for kind, wanted, name in (
        ("question_forward", 1, "HR got the question"),
        ("contact_unreachable", 1, "HR was told of the address that bounces, once"),
        ("held_notice", 1, "HR was told of the mail held back, once"),
        ("package_approval", 1, "HR was asked for approval once"),
        ("package_sent", 1, "HR was told that the package has gone"),
    ):
        yield Expectation(name=name, met=got[kind] == wanted, seen=f"{kind}: {got[kind]}")
    yield Expectation(
        name="HR got a summary on working days only", met=15 <= got["summary"] <= 20, seen=f"summary: {got['summary']}"
    )


def _package(ending: CampaignEnding) -> Iterator[Expectation]:
    count = len(ending.parcels)
    yield Expectation(name="the package reached the agency once", met=count == 1, seen=f"{count} packages")
    for parcel in ending.parcels[:1]:
        missing = sorted(set(parcel.manifest) - set(parcel.files))
        differing = sorted(name for name, said in parcel.manifest.items() if parcel.files.get(name, said) != said)
        unlisted = sorted(name for name in set(parcel.files) - set(parcel.manifest) if "manifest" not in name)
        yield Expectation(
            name="its files are those of the manifest, byte for byte",
            met=bool(parcel.manifest) and not missing and not differing and not unlisted,
            seen=f"{len(parcel.manifest)} files, missing {missing}, differing {differing}, unlisted {unlisted}",
        )


def _counts(name: str, ending: CampaignEnding, kind: str, wanted: Mapping[str, int]) -> Expectation:
    seen = {code: got[kind] for code, got in ending.got.items() if got[kind]}
    return Expectation(name=name, met=seen == dict(wanted), seen=_odd(seen, wanted))


def _odd(seen: Mapping[str, int], wanted: Mapping[str, int]) -> str:
    """Only where the two differ."""
    odd = [
        f"{code}: {seen.get(code, 0)} instead of {wanted.get(code, 0)}"
        for code in sorted({*seen, *wanted})
        if seen.get(code, 0) != wanted.get(code, 0)
    ]
    return ", ".join(odd) or "as scripted"
