"""How the campaign has to end: named expectations over what can be seen from outside."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files

from service.core.progress.progress import Progress, Stage


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
    """Reader to the mails of ours that were handed to the mail server for them, by kind.

    A reader is called as in `expected_mails.toml`; somebody whom the campaign does not know by the address.
    """
    answered_automatic: Sequence[str] = ()
    """Subjects of our mails that answer an automatic mail."""
    automatic_sent: int = 0
    """How many automatic mails people's programs sent."""
    parcels: Sequence[Parcel] = ()


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
        _automatic(ending),
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
    """Every reader's mails, those that must come and none besides; nobody else is written to."""
    wanted = expected_mails()
    for reader in (*wanted, *sorted(set(ending.got) - set(wanted))):
        expected, seen = wanted.get(reader, Counter()), ending.got.get(reader, Counter())
        yield Expectation(name=f"{reader} got {_in_words(expected)}", met=seen == expected, seen=_odd(seen, expected))


def expected_mails() -> Mapping[str, Counter[str]]:
    """Reader to kinds of mail and how often each may come."""
    written = files("service.demo").joinpath("expected_mails.toml").read_text(encoding="utf-8")
    return {reader: Counter(kinds) for reader, kinds in tomllib.loads(written).items()}


def _in_words(kinds: Counter[str]) -> str:
    said = [kind.replace("_", " ") + (f" x{count}" if count > 1 else "") for kind, count in kinds.items()]
    return ", ".join(said) or "nothing"


def _automatic(ending: CampaignEnding) -> Expectation:
    return Expectation(
        name="no automatic mail was answered",
        met=ending.automatic_sent >= 2 and not ending.answered_automatic,
        seen=f"{ending.automatic_sent} automatic mails, answered: {list(ending.answered_automatic)}",
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


def _odd(seen: Counter[str], wanted: Counter[str]) -> str:
    """Only the kinds in which the two differ."""
    odd = [kind for kind in sorted({*seen, *wanted}) if seen[kind] != wanted[kind]]
    return ", ".join(f"{kind}: {seen[kind]} instead of {wanted[kind]}" for kind in odd)
