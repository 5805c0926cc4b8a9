"""The end of the demonstration: what must be true, and that each thing is noticed when it is not."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import replace
from typing import Any

import pytest

from service.core.progress.progress import Progress
from service.demo.aftermath import parcel
from service.demo.script import ASKED_WHOSE, MENDED, OVERDUE, REMINDED, SENT_TWICE, CampaignEnding, Parcel, expectations

CODES = tuple(f"U{number:02d}" for number in range(1, 13))


def _got(code: str) -> Counter[str]:
    """The mails a contact gets when all goes as scripted."""
    kinds = Counter({"opening": 1, "needs_correction": MENDED.get(code, 0), "reminder": REMINDED.get(code, 0)})
    kinds["confirmation"] = (2 if code in SENT_TWICE else 1) - MENDED.get(code, 0)
    kinds["overdue"] = OVERDUE.get(code, 0)
    kinds["confirm_sender"] = ASKED_WHOSE.get(code, 0)
    kinds["question_received"] = int(code == "U12")
    kinds["private_address"] = int(code == "U10")
    return kinds


@pytest.fixture
def ending() -> CampaignEnding:
    complete = {
        code: Progress(unit=code, roster_version=1, workers=2, expected=2, forms_expected=2, forms_accepted=2)
        for code in CODES
    }
    officer = ("question_forward", "contact_unreachable", "held_notice", "package_approval", "package_sent")
    return CampaignEnding(
        progress=complete,
        workers=dict.fromkeys(CODES, 2),
        got={code: _got(code) for code in CODES},
        officer_got=Counter({**dict.fromkeys(officer, 1), "summary": 18}),
        head_copies={code: OVERDUE.get(code, 0) for code in CODES},
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
        ({"private_got": 1}, "nothing was written to the private address"),
        ({"answered_automatic": ("Re: Vắng mặt",)}, "no automatic mail was answered"),
        ({"automatic_sent": 0}, "no automatic mail was answered"),
        ({"strangers": ("x@elsewhere.example",)}, "nobody outside the campaign was written to"),
        ({"parcels": ()}, "the package reached the agency once"),
        ({"head_copies": {"U01": 1, "U09": 1}}, "only the silent unit's head was in copy, once"),
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


def test_one_reminder_too_many_is_noticed(ending: CampaignEnding) -> None:
    """A unit that had done everything was reminded all the same."""
    got = {**ending.got, "U01": ending.got["U01"] + Counter({"reminder": 1})}
    changed = replace(ending, got=got)
    assert _failed(changed) == ["only units still missing something were reminded"]
    seen = next(expectation.seen for expectation in expectations(changed) if not expectation.met)
    assert seen == "U01: 1 instead of 0"


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
