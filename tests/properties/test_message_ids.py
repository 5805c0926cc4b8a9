"""Laws of our own Message-IDs, whatever campaigns, units and causes are called."""

from __future__ import annotations

import email
import email.policy
import hashlib
import hmac
import re
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as some

from service.core.mail.identity import Identity
from service.core.mail.messages import OutgoingMail, Rendered
from service.mail.outgoing.rfc5322 import compose

SECRET = b"a secret of the tests, long enough"
OURS = Identity(address="thutuc@congty.example", name="Văn phòng", secret=SECRET)
ABROAD = Identity(address="thutuc@côngty.example", name="Văn phòng", secret=SECRET)

ATEXT = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
STRICT = re.compile(rf"<{ATEXT}(\.{ATEXT})*@{ATEXT}(\.{ATEXT})*>")
"""RFC 5322 §3.6.4 without its obsolete forms: dot-atom-text on both sides."""

names = some.text(min_size=1, max_size=30)
units = some.none() | some.just("") | names


@given(key=some.text(), campaign=some.text(max_size=30), unit=units, identity=some.sampled_from([OURS, ABROAD]))
def test_every_message_id_of_ours_is_a_valid_one(key: str, campaign: str, unit: str | None, identity: Identity) -> None:
    """By the grammar of RFC 5322, by the library's parser, and in the bytes that are sent."""
    message_id = identity.message_id(key, campaign, unit)
    assert STRICT.fullmatch(message_id)
    mail = OutgoingMail(
        message_id=message_id,
        sender="thutuc@congty.example",
        sender_name="Văn phòng",
        to=("ha@donvi.example",),
        words=Rendered(subject="Hồ sơ", text="Kính gửi", html=""),
        date=datetime(2021, 5, 4, 9, 0, tzinfo=UTC),
        in_reply_to=message_id,
        references=(message_id, message_id),
    )
    header = email.message_from_bytes(compose(mail), policy=email.policy.default)["Message-ID"]
    assert (str(header), header.defects) == (message_id, ())


@given(key=some.text(), campaign=names, unit=units)
def test_every_message_id_of_ours_leads_back_to_its_thread(key: str, campaign: str, unit: str | None) -> None:
    """Quoted anywhere, too; nobody else's secret makes one."""
    message_id = OURS.message_id(key, campaign, unit)
    assert OURS.thread_of([message_id]) == (campaign.lower(), (unit or "").lower())
    assert OURS.ids_in(f"Message-ID: {message_id} ...") == (message_id,)
    others = Identity(address=OURS.address, name=OURS.name, secret=b"another secret")
    assert others.thread_of([message_id]) is None
    assert others.claims_a_thread([message_id])


@given(campaign=names, unit=names)
def test_every_tagged_address_leads_back_to_its_thread(campaign: str, unit: str) -> None:
    """Where it is short enough to be one."""
    tagged = OURS.reply_tag(campaign, unit)
    if tagged is not None:
        assert re.fullmatch(rf"{ATEXT}(\.{ATEXT})*@congty\.example", tagged)
        assert OURS.thread_of_tag([tagged.upper()]) == (campaign.lower(), unit.lower())


@pytest.mark.parametrize(("unit", "place"), [("", "nghi-viec-2020..{}"), ("đv4", "nghi-viec-2020.-v4.{}")])
def test_message_ids_of_earlier_versions_are_still_ours(unit: str, place: str) -> None:
    """With the empty unit between two dots, and with a dash for every letter that is not plain."""
    cause = hashlib.sha256(b"summary").hexdigest()[:16]
    token = hmac.new(SECRET, f"thread {place.format(cause)}".encode(), hashlib.sha256).hexdigest()[:20]
    written = f"<d.{place.format(cause)}.{token}@congty.example>"
    assert OURS.thread_of([written]) == ("nghi-viec-2020", "-v4" if unit else "")
    assert OURS.ids_in(f"In-Reply-To: {written}") == (written,)
