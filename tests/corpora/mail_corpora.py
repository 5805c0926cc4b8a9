"""Real-life mails of other projects' test suites, where they lie beside this checkout (`make corpora`).

No part of the suite. `MANIFEST.tsv` there names each file and the right behaviour (`expected`); nothing is kept here.
"""

from __future__ import annotations

import csv
import os
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from service.core.mail.conversation import Brought
from service.core.mail.kinds import Circumstances, Classification, classify
from service.core.mail.messages import Kind, Message
from service.mail.incoming.mime import read_message
from service.wiring.mail_openers import OPENERS

PLACE = Path(os.environ.get("DONDOC_CORPORA", Path(__file__).parents[3] / "shared" / "corpora"))
MANIFEST = PLACE / "MANIFEST.tsv"
FOLDERS = frozenset({"autoreplies", "bounces", "mail", "smime", "tnef"})
MACHINES = frozenset(
    {Kind.AUTO_REPLY, Kind.BOUNCE, Kind.DELAY, Kind.LIST_MAIL, Kind.OWN_MAIL, Kind.RECEIPT, Kind.REACTION}
)
PERMANENT = ("permanent", "is_bounce=1")
NO_BOUNCE = ("temporary", "failed with 4.x")
WRITTEN_BY_A_PERSON = frozenset({"autoreplies/rspamd__dmarc_tmpfail.eml"})
"""A bare greeting, which its file's name alone calls a report."""
WITH_FILES = frozenset(
    {
        "autoreplies/notmuch__default-bar-baz-05_2_",
        "autoreplies/notmuch__indexing-PATCH-1-2-system_data_types.7-srcfix.txt_2_S",
    }
)
"""Posts to a list with files by a person: a registered person's are opened before anything is decided."""

pytestmark = pytest.mark.skipif(not MANIFEST.is_file(), reason=f"no corpora at {PLACE}; set DONDOC_CORPORA")


@dataclass(frozen=True, slots=True)
class Sample:
    """One file, what is expected of it, and what we make of it as if its sender were registered."""

    path: str
    expected: str
    message: Message
    found: Classification
    seconds: float

    @property
    def folder(self) -> str:
        return self.path.partition("/")[0]


def samples() -> Iterator[Sample]:
    with closing(MANIFEST.open(encoding="utf-8", newline="")) as file:
        for row in csv.DictReader(file, delimiter="\t"):
            if row["path"].partition("/")[0] in FOLDERS:
                yield sample(row["path"], row["expected"])


def sample(path: str, expected: str) -> Sample:
    raw, begun = (PLACE / path).read_bytes(), time.monotonic()
    message = read_message(raw, OPENERS)
    around = Circumstances(
        own_addresses=("hr@office.example",),
        known_sender=True,
        brought=Brought.PAPERS if any(not each.inline for each in message.attachments) else Brought.NOTHING,
    )
    found = classify(message, around)
    return Sample(path, expected, message, found, time.monotonic() - begun)


@pytest.fixture(scope="module")
def read() -> list[Sample]:
    return list(samples())


def test_every_file_gets_a_kind_in_a_moment(read: list[Sample]) -> None:
    """No traceback, no long wait; the table goes to the log."""
    table = Counter((each.folder, str(each.found.kind)) for each in read)
    print("\n".join(f"{folder:12} {kind:16} {count}" for (folder, kind), count in sorted(table.items())))
    assert [each.path for each in read if each.seconds > 5] == []


def test_permanent_bounces_are_recognised_and_no_others(read: list[Sample]) -> None:
    """At least 97 in a hundred; nothing that may still arrive is called one, and no other kind of mail."""
    permanent = [each for each in read if each.folder == "bounces" and each.expected.startswith(PERMANENT)]
    missed = [each.path for each in permanent if each.found.kind is not Kind.BOUNCE]
    print(f"{len(permanent) - len(missed)} of {len(permanent)} permanent bounces; missed: {missed}")
    assert len(missed) <= 0.03 * len(permanent)
    others = [each for each in read if each.folder == "autoreplies" or each.expected.startswith(NO_BOUNCE)]
    assert [each.path for each in others if each.found.kind is Kind.BOUNCE] == []


def test_no_report_and_no_automatic_answer_would_be_answered(read: list[Sample]) -> None:
    """Even if its sender were registered."""
    machines = [each for each in read if each.folder in ("autoreplies", "bounces") and "trap" not in each.expected]
    answered = [each for each in machines if each.found.kind not in MACHINES and each.path not in WITH_FILES]
    assert {each.path for each in answered} <= WRITTEN_BY_A_PERSON


def test_signed_mails_are_read_and_encrypted_ones_held(read: list[Sample]) -> None:
    """Never silently taken for empty."""
    smime = [each for each in read if each.folder == "smime"]
    assert smime
    for each in smime:
        encrypted = each.expected.startswith("encrypted")
        assert (each.found.kind is Kind.UNREADABLE) == encrypted, each.path
