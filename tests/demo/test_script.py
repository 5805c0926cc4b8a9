"""The end of the demonstration: what must be true, and that each thing is noticed when it is not."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import replace
from typing import Any

import pytest

from service.core.progress.progress import Progress
from service.demo.aftermath import parcel
from service.demo.script import CampaignEnding, Parcel, expectations, expected_mails

U02 = "U02 got opening, needs correction, confirmation"
CODES = tuple(f"U{number:02d}" for number in range(1, 13))


@pytest.fixture
def ending() -> CampaignEnding:
    complete = {
        code: Progress(unit=code, roster_version=1, workers=2, expected=2, forms_expected=2, forms_accepted=2)
        for code in CODES
    }
    return CampaignEnding(
        progress=complete,
        workers=dict.fromkeys(CODES, 2),
        got={reader: Counter(kinds) for reader, kinds in expected_mails().items()},
        automatic_sent=2,
        parcels=(Parcel(files={"a.pdf": "1", "manifest.csv": "2"}, manifest={"a.pdf": "1"}),),
    )


def _failed(ending: CampaignEnding) -> list[str]:
    return [expectation.name for expectation in expectations(ending) if not expectation.met]


def test_the_scripted_ending_meets_everything(ending: CampaignEnding) -> None:
    """Nothing fails when all is as the script says."""
    assert _failed(ending) == []


@pytest.mark.parametrize(
    ("change", "noticed"),
    [
        ({"answered_automatic": ("Re: Vắng mặt",)}, "no automatic mail was answered"),
        ({"automatic_sent": 0}, "no automatic mail was answered"),
        ({"parcels": ()}, "the package reached the agency once"),
        (
            {"parcels": (Parcel(files={"a.pdf": "1"}, manifest={"a.pdf": "9"}),)},
            "its files are those of the manifest, byte for byte",
        ),
        (
            {"parcels": (Parcel(files={"a.pdf": "1", "b.pdf": "2"}, manifest={"a.pdf": "1"}),)},
            "its files are those of the manifest, byte for byte",
        ),
    ],
)
def test_what_went_wrong_is_named(ending: CampaignEnding, change: dict[str, Any], noticed: str) -> None:
    """One thing changed, one expectation fails."""
    assert _failed(replace(ending, **change)) == [noticed]


def test_a_unit_that_is_not_done_is_named(ending: CampaignEnding) -> None:
    """A missing declaration leaves its unit incomplete."""
    missing = replace(ending.progress["U05"], forms_accepted=1, forms_missing=("Trần Văn Độ",))
    assert _failed(replace(ending, progress={**ending.progress, "U05": missing})) == [
        "U05 is complete with all declarations accepted"
    ]


@pytest.mark.parametrize(
    ("reader", "more", "noticed"),
    [
        ("U01", {"reminder": 1}, ("U01 got opening, confirmation", "reminder: 1 instead of 0")),
        ("U02", {"contact_unclear": 1}, (U02, "contact_unclear: 1 instead of 0")),
        ("U03", {"confirmation": 1}, ("U03 got opening, confirmation x2", "confirmation: 3 instead of 2")),
        ("head of U01", {"overdue": 1}, ("head of U01 got nothing", "overdue: 1 instead of 0")),
        ("U10 at home", {"confirmation": 1}, ("U10 at home got nothing", "confirmation: 1 instead of 0")),
        ("x@elsewhere.example", {"stranger": 1}, ("x@elsewhere.example got nothing", "stranger: 1 instead of 0")),
        ("agency", {"package_agency": 1}, ("agency got package agency", "package_agency: 2 instead of 1")),
    ],
)
def test_one_mail_too_many_is_noticed(
    ending: CampaignEnding, reader: str, more: dict[str, int], noticed: tuple[str, str]
) -> None:
    """Whatever its kind and whoever its reader."""
    got = {**ending.got, reader: ending.got.get(reader, Counter()) + Counter(more)}
    failed = [each for each in expectations(replace(ending, got=got)) if not each.met]
    assert [(each.name, each.seen) for each in failed] == [noticed]


@pytest.mark.parametrize(("reader", "kinds"), expected_mails().items())
def test_every_mail_that_does_not_come_is_missed(ending: CampaignEnding, reader: str, kinds: Counter[str]) -> None:
    """Each of the table, one by one."""
    for kind in kinds:
        got = {**ending.got, reader: kinds - Counter({kind: 1})}
        failed = [each.seen for each in expectations(replace(ending, got=got)) if not each.met]
        assert failed == [f"{kind}: {kinds[kind] - 1} instead of {kinds[kind]}"]


def test_manifests_are_read_however_they_are_laid_out() -> None:
    """A table with commas or a list as sha256sum writes it; a file that did not arrive stays named."""
    contents = {"01 danh sach.xlsx": b"one", "02.pdf": b"two"}
    hashes = {name: hashlib.sha256(content).hexdigest() for name, content in contents.items()}
    lost = "0" * 64
    table = "\n".join(["tệp,byte,sha256", *(f"{name},3,{sha}" for name, sha in hashes.items()), f"lost.pdf,3,{lost}"])
    listing = "\n".join(f"{sha}  {name}" for name, sha in hashes.items())
    for manifest in (("manifest.csv", table), ("manifest.txt", listing)):
        read = parcel([*contents.items(), (manifest[0], manifest[1].encode())])
        assert {name: read.manifest[name] for name in contents} == hashes
    assert parcel([("manifest.csv", table.encode())]).manifest.keys() >= {"lost.pdf 3"}
