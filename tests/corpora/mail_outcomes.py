"""Mails of other projects' test suites, as if a contact or HR had sent them: nothing ends unseen (`make corpora`).

No part of the suite; nothing is kept here. `DONDOC_CASES`: folders with further mails, separated as in PATH.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from service.core.records import MailState
from tests.corpora.mail_corpora import FOLDERS, PLACE
from tests.support.harness.rehearsing_office import SILENT, Office, is_ended, rehearsing_office
from tests.support.harness.whole_service import HR

CASES = [Path(each) for each in os.environ.get("DONDOC_CASES", str(PLACE.parent / "cases")).split(os.pathsep)]
_FROM = re.compile(rb"^from:[^\n]*\n(?:[ \t][^\n]*\n)*", re.IGNORECASE | re.MULTILINE)


def mails() -> list[Path]:
    ours = [path for place in CASES for path in sorted(place.rglob("*.eml"))]
    theirs = [path for name in sorted(FOLDERS) for path in sorted((PLACE / name).rglob("*")) if path.is_file()]
    return [*ours, *theirs]


pytestmark = pytest.mark.skipif(not mails(), reason=f"no mails at {PLACE}; set DONDOC_CORPORA or DONDOC_CASES")


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    with rehearsing_office(tmp_path_factory.mktemp("state")) as running:
        yield running


def sent_by(address: str, raw: bytes) -> bytes:
    """The same mail by a registered sender."""
    head, separator, rest = raw.partition(b"\r\n\r\n" if b"\r\n\r\n" in raw[:60_000] else b"\n\n")
    ended = head + (b"\r\n" if separator.startswith(b"\r") else b"\n")
    return f"From: <{address}>\n".encode() + _FROM.sub(b"", ended) + separator[len(separator) // 2 :] + rest


@pytest.mark.parametrize("by_hr", [False, True])
def test_nothing_that_a_mail_wants_ends_unseen(office: Office, by_hr: bool) -> None:
    """Done and said, handed to HR and said, or held."""
    unseen = []
    for path in mails():
        done = office.rehearse(sent_by(HR if by_hr else office.contact, path.read_bytes()))
        wanted = set(done.opened.triage.intents)
        if done.state is MailState.FAILED or (wanted not in SILENT and not is_ended(done)):
            unseen.append(f"{path.name}: {sorted(wanted)}, {done.state}")
    assert unseen == []
