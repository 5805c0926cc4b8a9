"""What becomes of declarations when the unit's list comes again: they stay, unless a number has changed."""

from __future__ import annotations

from pathlib import Path

from service.core.forms import FieldReading, PageKind, PageReading, Source, Verdict
from service.core.records import FormRecord
from service.core.units import Worker
from service.flow.intake.review import decide_form
from tests.campaign.test_small_campaign import body
from tests.support.harness.whole_service import HR, Company, company
from tests.support.papers.filled_papers import roster, row_of


def reading(worker: Worker, page: int, **misread: str) -> PageReading:
    """The worker's signed form as a text layer gives it."""
    said = {**worker.values, **misread}
    keys = ("full_name", "social_insurance_no", "citizen_id", "birth_date", "phone")
    return PageReading(
        page=page,
        kind=PageKind.DECLARATION,
        rotation=0,
        source=Source.TEXT,
        fields={key: FieldReading(value=said[key], confidence=1.0, agreed=True) for key in keys},
        signed=True,
    )


def add_form(harness: Company, read: PageReading, mail_id: int) -> int:
    with harness.service.services.ledger.transaction() as transaction:
        return transaction.submissions.add_form(
            FormRecord(
                campaign=harness.folder.campaign.id,
                unit="U01",
                mail_id=mail_id,
                document_sha256=f"{read.page:064}",
                document_name="to-khai.pdf",
                media_type="application/pdf",
                reading=read,
                received_at=harness.clock(),
            )
        )


def verdicts(harness: Company) -> dict[int, tuple[Verdict, str | None, str | None]]:
    with harness.service.services.ledger.transaction() as transaction:
        forms = transaction.submissions.forms(harness.folder.campaign.id, "U01")
    return {form.page: (form.verdict, form.worker_name, form.decided_by) for form in forms}


def send(harness: Company, *rows: dict[str, str]) -> str:
    content = roster(harness.folder.campaign, harness.folder.units[0], rows)
    harness.post.write(harness.address_of("U01"), files={"PL02.xlsx": content})
    harness.work()
    return body(harness.post.last(harness.address_of("U01")))


def test_forms_stay_with_their_people_and_a_changed_number_is_judged_anew(tmp_path: Path) -> None:
    """Rows in another order, a mended address: as before. A decided form whose number changed: looked at again."""
    with company(tmp_path / "state", units=("U01",), workers=2) as harness:
        first, second = harness.folder.workers["U01"]
        send(harness, row_of(first), row_of(second))
        add_form(harness, reading(first, 1), 1)
        decided = add_form(harness, reading(second, 2, phone="0399999999"), 1)
        send(harness, row_of(second), row_of(first))
        assert verdicts(harness)[1] == (Verdict.ACCEPTED, first.name, None)
        decide_form(harness.service.services, decided, Verdict.ACCEPTED, by=HR)
        same = send(harness, row_of(first), row_of(second, email="moi@vnpt-it.example"))
        assert verdicts(harness) == {
            1: (Verdict.ACCEPTED, first.name, None),
            2: (Verdict.ACCEPTED, second.name, HR),
        }
        assert "đối chiếu lại" not in same
        other = send(harness, row_of(first), row_of(second, social_insurance_no="0199999999"))
        assert verdicts(harness)[1] == (Verdict.ACCEPTED, first.name, None)
        assert verdicts(harness)[2] == (Verdict.REVIEW, second.name, None)
        assert f"của {second.name} được đối chiếu lại" in other
