"""S65: the opening mail came back from the only address: whoever HR names instead gets it, with all its files."""

from __future__ import annotations

from pathlib import Path

from service.core.contacts import Nominee
from service.core.hr_decisions import Appoint
from tests.support.harness.whole_service import CAMPAIGN, HR, company

NEW = "moi.dt@vnpt-it.example"


def test_s65_the_opening_mail_goes_to_whoever_is_named_instead(tmp_path: Path) -> None:
    """Letter, guide, forms and calendar; a unit that was reached gets no second one."""
    gone = "mai.ntp@vnpt-it.example"
    with company(tmp_path / "state", missing=(gone,), more_people=(NEW, "khac@vnpt-it.example")) as harness:
        harness.launch()
        harness.clock.pass_by(minutes=5)
        harness.tick()
        assert any(gone in str(mail.get_body(("plain",))) for mail in harness.post.mails(HR))
        for unit, address in (("U01", NEW), ("U02", "khac@vnpt-it.example")):
            nominee = Nominee(name="Đỗ Thị Mới", phone="0912345678", address=address)
            harness.service.decide(Appoint(unit=unit, nominee=nominee), by=HR, campaign=CAMPAIGN)
            harness.work()
        counts = [
            [mail["X-Dondoc-Mail"] for mail in harness.post.mails(address)].count("opening")
            for address in (NEW, "khac@vnpt-it.example")
        ]
        assert counts == [1, 0]
        (opening,) = [mail for mail in harness.post.mails(NEW) if mail["X-Dondoc-Mail"] == "opening"]
        assert "cong-van-huong-dan.pdf" in [part.get_filename() for part in opening.iter_attachments()]
