"""S94: two state folders on one mailbox: the second refuses; if it happens all the same, both say so."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from service.core.watch import Concern
from service.flow.ports.failures import MailboxIsAnothers
from service.flow.watch import health
from service.flow.watch.ownership import LOOK_EVERY, Claim, claims_of, holder
from service.wiring.assembly import build_service
from service.wiring.place import known_place, place_of
from service.wiring.service import Service
from tests.support.harness.whole_service import HR, SERVICE, Company, company


@pytest.fixture
def harness(tmp_path: Path) -> Iterator[Company]:
    with company(tmp_path / "state") as running:
        running.service.take_mailbox()
        running.launch()
        yield running


@contextmanager
def another(harness: Company, state: Path) -> Iterator[Service]:
    """A service with another state folder on the same mailbox."""
    settings = harness.service.settings
    own = settings.service.model_copy(
        update={"state": settings.service.state.model_copy(update={"folder": str(state)})}
    )
    with build_service(replace(settings, service=own), now=harness.clock) as service:
        yield service


def troubles(service: Service) -> list[Concern]:
    with service.ledger.transaction() as transaction:
        return [trouble.concern for trouble in health.open_troubles(transaction)]


def told(harness: Company) -> int:
    return sum("cùng phục vụ hộp thư" in str(mail["Subject"]) for mail in harness.post.mails(HR))


def test_s94_the_second_state_folder_refuses(harness: Company, tmp_path: Path) -> None:
    """One line: which mailbox, what is wrong, what to do. Nothing was taken in, nobody was written to."""
    sent = len(harness.post.server.submitted)
    harness.post.write(harness.address_of("U01"), text="Cho em hỏi hạn nộp ạ?")
    with another(harness, tmp_path / "copy") as second:
        with pytest.raises(MailboxIsAnothers) as refused:
            second.take_mailbox()
        assert second.work_until_quiet() == 0
    said = str(refused.value)
    assert "\n" not in said and SERVICE in said and "run --take-over" in said
    assert claims_of(harness.service.mailbox)[0].folder in said
    assert len(harness.post.server.submitted) == sent + 1
    harness.work()
    assert len(harness.post.mails(harness.address_of("U01"))) == 2, "the first goes on as before"


def test_s94_the_same_state_folder_goes_on(harness: Company, tmp_path: Path) -> None:
    """After a restart, and after it was moved."""
    with another(harness, tmp_path / "state") as again:
        again.take_mailbox()
    shutil.move(tmp_path / "state", tmp_path / "moved")
    with another(harness, tmp_path / "moved") as moved:
        moved.take_mailbox()
    assert len(claims_of(harness.service.mailbox)) == 1


def test_s94_a_copy_with_the_same_secret_is_another_one(harness: Company, tmp_path: Path) -> None:
    """A test copy has everything of the first, and no right to its mailbox."""
    shutil.copytree(tmp_path / "state", tmp_path / "copy")
    with another(harness, tmp_path / "copy") as copy, pytest.raises(MailboxIsAnothers):
        copy.take_mailbox()


def test_s94_a_lost_folder_is_replaced_on_purpose_and_both_say_so(harness: Company, tmp_path: Path) -> None:
    """The new one serves; the old one, still at work somewhere, rests and tells people, once."""
    with another(harness, tmp_path / "new") as new:
        new.take_mailbox(over=True)
        harness.clock.pass_by(seconds=LOOK_EVERY.total_seconds())
        harness.post.write(harness.address_of("U01"), text="Cho em hỏi hạn nộp ạ?")
        for _ in range(3):
            harness.work()
            harness.tick()
            harness.clock.pass_by(hours=2)
        assert troubles(harness.service) == [Concern.OTHER_SERVICE]
        assert told(harness) == 1
        assert len(harness.post.mails(harness.address_of("U01"))) == 1, "the old one took nothing in"
        assert new.work_until_quiet() > 0
        assert troubles(new) == []
    harness.service.take_mailbox(over=True)
    harness.clock.pass_by(hours=1)
    harness.work()
    assert troubles(harness.service) == []
    with another(harness, tmp_path / "new") as late, pytest.raises(MailboxIsAnothers):
        late.take_mailbox()


def test_s94_two_that_claim_at_the_same_moment_agree_on_one(harness: Company) -> None:
    """The other one's folder lies there with the same number: one of both serves, and that one says so too."""
    mine = holder(claims_of(harness.service.mailbox))
    assert mine is not None
    harness.service.mailbox.claim(Claim(mine.number, "f" * 12).folder)
    assert holder(claims_of(harness.service.mailbox)) == mine
    harness.clock.pass_by(seconds=LOOK_EVERY.total_seconds())
    harness.tick()
    harness.tick()
    assert troubles(harness.service) == [Concern.OTHER_SERVICE]
    assert told(harness) == 1
    harness.post.write(harness.address_of("U01"), text="Cho em hỏi hạn nộp ạ?")
    harness.work()
    assert len(harness.post.mails(harness.address_of("U01"))) == 2


def test_s94_a_state_folder_keeps_its_name_until_it_is_copied(tmp_path: Path) -> None:
    """Whoever only looks invents none."""
    first = tmp_path / "first"
    assert known_place(first) == ""
    name = place_of(first)
    assert (place_of(first), known_place(first)) == (name, name)
    shutil.copytree(first, tmp_path / "copy")
    assert known_place(tmp_path / "copy") == ""
    assert place_of(tmp_path / "copy") != name
