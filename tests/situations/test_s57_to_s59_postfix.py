"""The same against a real Postfix: evidence, per-recipient answers, its rate limit, its bounces."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from service.core.records import OutgoingState
from tests.support.harness.delivery_harness import LONG, MAI, STRANGER, DeliveryHarness, delivery_harness
from tests.support.harness.whole_service import HR, SERVICE
from tests.support.servers.postfix import REASON
from tests.support.servers.smtp_server import Fault, Stage

pytestmark = pytest.mark.skipif(bool(REASON), reason=REASON)
NOBODY = "nobody@vnpt-it.example"


def until(harness: DeliveryHarness, true: Callable[[], bool]) -> None:
    """Postfix delivers in its own time."""
    end = time.monotonic() + 20
    while not true():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.1)
        harness.work()


def test_s57_the_own_copy_comes_back_through_postfix(tmp_path: Path) -> None:
    """Killed between the last byte and the ledger: the copy settles it, and the contact has one mail."""
    with delivery_harness(tmp_path, delivery={"own_copy": True}, postfix={}) as harness:
        harness.write()
        with harness.service.ledger.transaction() as transaction:
            claimed = transaction.outbox.claim(harness.mail().id, harness.clock(), carries_copy=True)
        assert claimed is not None
        raw = harness.service.services.shelf.get(claimed.raw_sha256)
        harness.service.sender.send(raw, envelope_from=SERVICE, recipients=[MAI, SERVICE])
        harness.clock.pass_by(minutes=11)
        until(harness, lambda: harness.state() is OutgoingState.SENT)
        until(harness, lambda: harness.copies_in(MAI) == 1)


def test_s58_postfixs_own_rate_limit_is_respected(tmp_path: Path) -> None:
    """It says "450 4.7.1 Error: too much mail": all sending rests, nothing is lost, nothing doubled."""
    limit = {"smtpd_client_message_rate_limit": "3", "anvil_rate_time_unit": "2s"}
    with delivery_harness(tmp_path, postfix={**limit, "smtpd_client_event_limit_exceptions": ""}) as harness:
        for number in range(5):
            harness.write(f"mail {number}")
        harness.service.deliver()
        states = [harness.state(f"mail {number}") for number in range(5)]
        assert states == [OutgoingState.SENT] * 3 + [OutgoingState.QUEUED] * 2
        assert len(harness.events("sending paused")) == 1
        harness.clock.pass_by(minutes=4)
        assert harness.service.deliver() == 0
        time.sleep(2.5)
        harness.clock.pass_by(minutes=1)
        harness.service.deliver()
        until(harness, lambda: len(harness.inbox(MAI)) == 5)


def test_s59_postfix_refuses_one_of_several(tmp_path: Path) -> None:
    """550 5.1.1 for the one who does not exist; the other has hers."""
    with delivery_harness(tmp_path, postfix={}) as harness:
        harness.write(cc=(NOBODY,))
        harness.service.deliver()
        mail = harness.mail()
        assert (mail.state, mail.outcomes[MAI][0], mail.outcomes[NOBODY][0]) == ("sent", "accepted", "refused")
        assert "5.1.1" in mail.outcomes[NOBODY][1]
        until(harness, lambda: harness.copies_in(MAI) == 1)


def test_a_bounce_that_postfix_writes_marks_the_contact(tmp_path: Path) -> None:
    """Taken first, refused further on: the report comes back by itself, is understood, and HR is told."""
    with delivery_harness(tmp_path, postfix={}, contact=STRANGER) as harness:
        harness.smtp.plan(Fault(Stage.RECIPIENT, "550 5.1.1 no such user here", address=STRANGER, times=9))
        harness.write()
        harness.service.deliver()
        assert harness.state() is OutgoingState.SENT

        def marked() -> bool:
            with harness.harness() as at:
                return STRANGER in at.notes(at.open_campaign.units[0]).bounced

        until(harness, marked)
        until(harness, lambda: len(harness.inbox(HR)) == 1)
        assert harness.inbox(LONG) == []
