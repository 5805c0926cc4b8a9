"""The book of what units handed in: rosters, declarations, and what documents said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlmodel import Session, col, select

from service.core.contacts import NumberedFinding
from service.core.declarations.form_codes import FormCode
from service.core.findings import errors
from service.core.forms import Verdict, WaitsFor
from service.core.papers import Paper
from service.core.records import FormRecord, RosterVersion
from service.core.rosters.fingerprints import fingerprint
from service.storage import values
from service.storage.tables import (
    FormCodeRow,
    FormRow,
    NumberedFindingRow,
    PaperMemoryRow,
    PlacedRosterRow,
    RosterVersionRow,
)


@dataclass(frozen=True, slots=True)
class Submissions:
    """Adapter of the port of the same name."""

    session: Session
    _current: dict[tuple[str, str], RosterVersion | None] = field(default_factory=dict)
    """Newest rosters by campaign and unit: one mail asks for the same one several times."""

    def add_roster(self, roster: RosterVersion) -> None:
        self._current.pop((roster.campaign, roster.unit), None)
        self.session.add(
            RosterVersionRow(
                campaign=roster.campaign,
                unit=roster.unit,
                version=roster.version,
                mail_id=roster.mail_id,
                document_sha256=roster.document_sha256,
                document_name=roster.document_name,
                received_at=roster.received_at,
                entries=values.to_json(values.entries, roster.rows),
                findings=values.to_json(values.findings, roster.findings),
                relation=roster.relation,
                parts=values.to_json(values.parts, roster.parts),
                gone=values.to_json(values.strings, roster.gone),
            )
        )
        self._number_errors(roster)
        self.session.flush()

    def current_roster(self, campaign: str, unit: str) -> RosterVersion | None:
        if (campaign, unit) not in self._current:
            query = select(RosterVersionRow).where(RosterVersionRow.campaign == campaign, RosterVersionRow.unit == unit)
            row = self.session.exec(query.order_by(col(RosterVersionRow.version).desc()).limit(1)).first()
            self._current[campaign, unit] = self._roster(row) if row else None
        return self._current[campaign, unit]

    def roster_version(self, campaign: str, unit: str, version: int) -> RosterVersion | None:
        query = select(RosterVersionRow).where(
            RosterVersionRow.campaign == campaign,
            RosterVersionRow.unit == unit,
            RosterVersionRow.version == version,
        )
        row = self.session.exec(query).first()
        return _roster(row) if row else None

    def roster_of_document(self, campaign: str, unit: str, document_sha256: str) -> RosterVersion | None:
        query = select(RosterVersionRow).where(
            RosterVersionRow.campaign == campaign,
            RosterVersionRow.unit == unit,
            RosterVersionRow.document_sha256 == document_sha256,
        )
        row = self.session.exec(query.order_by(col(RosterVersionRow.version).desc()).limit(1)).first()
        return self._roster(row) if row else None

    def waive_finding(self, number: int, *, by: str, at: datetime, why: str) -> bool:
        row = self.session.get(NumberedFindingRow, number)
        if row is None or row.waived_at is not None:
            return False
        row.waived_by, row.waived_at, row.why = by, at, why
        self.session.add(row)
        self.session.flush()
        self._current.pop((row.campaign, row.unit), None)
        return True

    def numbered_finding(self, number: int) -> NumberedFinding | None:
        row = self.session.get(NumberedFindingRow, number)
        return _numbered(row) if row else None

    def numbered_findings(self, campaign: str, unit: str) -> tuple[NumberedFinding, ...]:
        query = select(NumberedFindingRow).where(
            NumberedFindingRow.campaign == campaign, NumberedFindingRow.unit == unit
        )
        return tuple(_numbered(row) for row in self.session.exec(query.order_by(col(NumberedFindingRow.id))).all())

    def _number_errors(self, roster: RosterVersion) -> None:
        """Every error gets a number once; the same error of a later version keeps it."""
        known = {each.fingerprint for each in self.numbered_findings(roster.campaign, roster.unit)}
        prints = dict.fromkeys(fingerprint(finding, roster.rows) for finding in errors(roster.findings))
        for new in (each for each in prints if each not in known):
            self.session.add(NumberedFindingRow(campaign=roster.campaign, unit=roster.unit, fingerprint=new))

    def _roster(self, row: RosterVersionRow) -> RosterVersion:
        """The roster as it counts now: what HR waived stands apart."""
        roster = _roster(row)
        waived = {each.fingerprint for each in self.numbered_findings(row.campaign, row.unit) if each.waived_at}
        apart = (
            tuple(each for each in errors(roster.findings) if fingerprint(each, roster.rows) in waived)
            if waived
            else ()
        )
        return replace(roster, findings=tuple(each for each in roster.findings if each not in apart), waived=apart)

    def place_roster(self, campaign: str, mail_id: int, document_sha256: str, unit: str) -> None:
        placed = PlacedRosterRow(campaign=campaign, mail_id=mail_id, document_sha256=document_sha256, unit=unit)
        self.session.merge(placed)

    def placed_roster(self, campaign: str, mail_id: int, document_sha256: str) -> str | None:
        row = self.session.get(PlacedRosterRow, (campaign, mail_id, document_sha256))
        return row.unit if row else None

    def add_form(self, form: FormRecord) -> int:
        """The same page (or part of it) of the same document is one form, however often it is sent.

        A page that was kept whole, and that nobody has decided about, becomes its first part once it is read in parts.
        """
        row = self._form_row(form, form.part)
        whole = self._form_row(form, 0) if row is None and form.part == 1 else None
        if whole is not None and whole.decided_by is None:
            row = whole
            row.part, row.reading = form.part, values.to_json(values.reading, form.reading)
        if row is None:
            row = FormRow(
                campaign=form.campaign,
                unit=form.unit,
                mail_id=form.mail_id,
                document_sha256=form.document_sha256,
                document_name=form.document_name,
                media_type=form.media_type,
                page=form.page,
                part=form.part,
                reading=values.to_json(values.reading, form.reading),
                received_at=form.received_at,
                verdict=form.verdict,
                waits_for=form.waits_for,
            )
            self.session.add(row)
            self.session.flush()
        assert row.id is not None
        return row.id

    def _form_row(self, form: FormRecord, part: int) -> FormRow | None:
        query = select(FormRow).where(
            FormRow.campaign == form.campaign,
            FormRow.unit == form.unit,
            FormRow.document_sha256 == form.document_sha256,
            FormRow.page == form.page,
            FormRow.part == part,
        )
        return self.session.exec(query.limit(1)).first()

    def update_form(self, form: FormRecord) -> None:
        row = self.session.get(FormRow, form.id)
        if row is None:
            raise LookupError(f"form {form.id}: not in the ledger")
        row.verdict, row.waits_for = form.verdict, form.waits_for
        row.worker_row, row.worker_name = form.worker_row, form.worker_name
        row.reasons, row.decided_by = values.to_json(values.strings, form.reasons), form.decided_by
        self.session.add(row)

    def forms(self, campaign: str, unit: str) -> tuple[FormRecord, ...]:
        query = select(FormRow).where(FormRow.campaign == campaign, FormRow.unit == unit).order_by(col(FormRow.id))
        return tuple(_form(row) for row in self.session.exec(query).all())

    def has_accepted_form(self, campaign: str, unit: str, worker_row: int) -> bool:
        query = select(FormRow.id).where(
            FormRow.campaign == campaign,
            FormRow.unit == unit,
            FormRow.worker_row == worker_row,
            FormRow.verdict == Verdict.ACCEPTED,
        )
        return self.session.exec(query.limit(1)).first() is not None

    def form(self, form_id: int) -> FormRecord | None:
        row = self.session.get(FormRow, form_id)
        return _form(row) if row else None

    def add_form_code(self, code: FormCode) -> None:
        self.session.add(
            FormCodeRow(
                token=code.token,
                campaign=code.campaign,
                unit=code.unit,
                made_at=code.made_at,
                printed=values.to_json(values.words, dict(code.values)),
                prefilled=code.prefilled,
            )
        )

    def form_code(self, token: str) -> FormCode | None:
        row = self.session.get(FormCodeRow, token) if token else None
        if row is None:
            return None
        printed = values.words.validate_json(row.printed)
        return FormCode(
            token=row.token,
            campaign=row.campaign,
            unit=row.unit,
            made_at=row.made_at,
            values=printed,
            prefilled=row.prefilled,
        )

    def remember_paper(self, key: str, papers: Sequence[Paper]) -> None:
        if self.session.get(PaperMemoryRow, key) is None:
            self.session.add(PaperMemoryRow(key=key, papers=values.to_json(values.papers, tuple(papers))))

    def remembered_paper(self, key: str) -> tuple[Paper, ...] | None:
        row = self.session.get(PaperMemoryRow, key)
        return values.papers.validate_json(row.papers) if row else None


def _roster(row: RosterVersionRow) -> RosterVersion:
    assert row.id is not None
    return RosterVersion(
        id=row.id,
        campaign=row.campaign,
        unit=row.unit,
        version=row.version,
        mail_id=row.mail_id,
        document_sha256=row.document_sha256,
        document_name=row.document_name,
        received_at=row.received_at,
        rows=values.entries.validate_json(row.entries),
        findings=values.findings.validate_json(row.findings),
        relation=row.relation,
        parts=values.parts.validate_json(row.parts),
        gone=values.strings.validate_json(row.gone),
    )


def _form(row: FormRow) -> FormRecord:
    assert row.id is not None
    return FormRecord(
        id=row.id,
        campaign=row.campaign,
        unit=row.unit,
        mail_id=row.mail_id,
        document_sha256=row.document_sha256,
        document_name=row.document_name,
        media_type=row.media_type,
        reading=values.reading.validate_json(row.reading),
        received_at=row.received_at,
        verdict=Verdict(row.verdict),
        waits_for=WaitsFor(row.waits_for),
        worker_row=row.worker_row,
        worker_name=row.worker_name,
        reasons=values.strings.validate_json(row.reasons),
        decided_by=row.decided_by,
    )


def _numbered(row: NumberedFindingRow) -> NumberedFinding:
    assert row.id is not None
    return NumberedFinding(
        id=row.id,
        campaign=row.campaign,
        unit=row.unit,
        fingerprint=row.fingerprint,
        waived_by=row.waived_by,
        waived_at=row.waived_at,
        why=row.why,
    )
