"""What people decided about units and campaigns, and what we learned about them; the final packages."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from sqlmodel import Session, col, select

from service.core.records import PackageRecord, UnitNotes
from service.storage import values
from service.storage.tables import CampaignRow, PackageRow, UnitNotesRow


@dataclass(frozen=True, slots=True)
class Decisions:
    """Adapter of the port of the same name."""

    session: Session
    _known: dict[str, dict[str, UnitNotesRow]] = field(default_factory=dict)
    """The notes of whole campaigns by unit: who writes is looked for among the addresses of all units."""

    def notes(self, campaign: str, unit: str) -> UnitNotes:
        row = self._notes_of(campaign).get(unit)
        if row is None:
            return UnitNotes()
        return UnitNotes(
            addresses=values.strings.validate_json(row.addresses),
            bounced=values.strings.validate_json(row.bounced),
            extended_to=row.extended_to,
            no_discrepancies_at=row.no_discrepancies_at,
            paused_at=row.paused_at,
            snoozed_until=row.snoozed_until,
        )

    def admit(self, campaign: str, unit: str, address: str) -> None:
        row = self._notes_row(campaign, unit)
        kept = tuple(known for known in values.strings.validate_json(row.addresses) if known != address)
        row.addresses = values.to_json(values.strings, (*kept, address))
        self.unmark_bounced(campaign, unit, address)

    def mark_bounced(self, campaign: str, unit: str, address: str) -> None:
        row = self._notes_row(campaign, unit)
        known = values.strings.validate_json(row.bounced)
        if address not in known:
            row.bounced = values.to_json(values.strings, (*known, address))

    def unmark_bounced(self, campaign: str, unit: str, address: str) -> None:
        row = self._notes_row(campaign, unit)
        bounced = tuple(known for known in values.strings.validate_json(row.bounced) if known != address)
        row.bounced = values.to_json(values.strings, bounced)

    def extend(self, campaign: str, unit: str, until: date) -> None:
        self._notes_row(campaign, unit).extended_to = until

    def state_no_discrepancies(self, campaign: str, unit: str, at: datetime) -> None:
        self._notes_row(campaign, unit).no_discrepancies_at = at

    def paused_at(self, campaign: str) -> datetime | None:
        row = self.session.get(CampaignRow, campaign)
        return row.paused_at if row else None

    def pause(self, campaign: str, unit: str | None, at: datetime | None) -> None:
        if unit is not None:
            self._notes_row(campaign, unit).paused_at = at
            return
        row = self.session.get(CampaignRow, campaign) or CampaignRow(id=campaign)
        row.paused_at = at
        self.session.add(row)

    def snooze(self, campaign: str, unit: str, until: date | None) -> None:
        self._notes_row(campaign, unit).snoozed_until = until

    def launched_at(self, campaign: str) -> datetime | None:
        row = self.session.get(CampaignRow, campaign)
        return row.launched_at if row else None

    def mark_launched(self, campaign: str, at: datetime) -> None:
        row = self.session.get(CampaignRow, campaign) or CampaignRow(id=campaign)
        row.launched_at = at
        self.session.add(row)

    def add_package(self, package: PackageRecord) -> int:
        row = PackageRow(
            campaign=package.campaign,
            folder=package.folder,
            built_at=package.built_at,
            files=values.to_json(values.pairs, package.files),
            totals=values.to_json(values.totals, dict(package.totals)),
        )
        self.session.add(row)
        self.session.flush()
        assert row.id is not None
        return row.id

    def package(self, campaign: str) -> PackageRecord | None:
        query = select(PackageRow).where(PackageRow.campaign == campaign).order_by(col(PackageRow.id).desc())
        row = self.session.exec(query.limit(1)).first()
        return _package(row) if row else None

    def approve_package(self, package_id: int, by: str, at: datetime) -> bool:
        row = self._undecided(package_id)
        if row is None:
            return False
        row.approved_by, row.approved_at = by, at
        return True

    def reject_package(self, package_id: int, by: str, at: datetime) -> bool:
        row = self._undecided(package_id)
        if row is None:
            return False
        row.approved_by, row.rejected_at = by, at
        return True

    def mark_package_sent(self, package_id: int, at: datetime) -> None:
        row = self.session.get(PackageRow, package_id)
        if row is None:
            raise LookupError(f"package {package_id}: not in the ledger")
        row.sent_at = at
        self.session.add(row)

    def _undecided(self, package_id: int) -> PackageRow | None:
        row = self.session.get(PackageRow, package_id)
        if row is None or row.approved_at is not None or row.rejected_at is not None:
            return None
        self.session.add(row)
        return row

    def _notes_of(self, campaign: str) -> dict[str, UnitNotesRow]:
        if campaign not in self._known:
            rows = self.session.exec(select(UnitNotesRow).where(UnitNotesRow.campaign == campaign)).all()
            self._known[campaign] = {row.unit: row for row in rows}
        return self._known[campaign]

    def _notes_row(self, campaign: str, unit: str) -> UnitNotesRow:
        row = self._notes_of(campaign).setdefault(unit, UnitNotesRow(campaign=campaign, unit=unit))
        self.session.add(row)
        return row


def _package(row: PackageRow) -> PackageRecord:
    assert row.id is not None
    return PackageRecord(
        id=row.id,
        campaign=row.campaign,
        folder=row.folder,
        built_at=row.built_at,
        files=values.pairs.validate_json(row.files),
        totals=values.totals.validate_json(row.totals),
        approved_by=row.approved_by,
        approved_at=row.approved_at,
        rejected_at=row.rejected_at,
        sent_at=row.sent_at,
    )
