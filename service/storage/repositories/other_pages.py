"""The book of pages that are no declarations: a row for each, found by its document and number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, select

from service.core.forms import PageKind
from service.core.records import OtherPage
from service.storage.tables import OtherPageRow


@dataclass(frozen=True, slots=True)
class OtherPages:
    """Adapter of the port of the same name."""

    session: Session

    def add(self, pages: Sequence[OtherPage]) -> int:
        new = 0
        for page in pages:
            key = (page.campaign, page.unit, page.document_sha256, page.page)
            if self.session.get(OtherPageRow, key) is None:
                self.session.add(
                    OtherPageRow(
                        campaign=page.campaign,
                        unit=page.unit,
                        document_sha256=page.document_sha256,
                        page=page.page,
                        mail_id=page.mail_id,
                        document_name=page.document_name,
                        kind=page.kind,
                        rotation=page.rotation,
                        received_at=page.received_at,
                    )
                )
                new += 1
        self.session.flush()
        return new

    def of(self, campaign: str, unit: str | None = None) -> tuple[OtherPage, ...]:
        query = select(OtherPageRow).where(OtherPageRow.campaign == campaign)
        if unit is not None:
            query = query.where(OtherPageRow.unit == unit)
        order = (col(OtherPageRow.received_at), col(OtherPageRow.document_name), col(OtherPageRow.page))
        return tuple(_page(row) for row in self.session.exec(query.order_by(*order)).all())


def _page(row: OtherPageRow) -> OtherPage:
    return OtherPage(
        campaign=row.campaign,
        unit=row.unit,
        mail_id=row.mail_id,
        document_sha256=row.document_sha256,
        document_name=row.document_name,
        page=row.page,
        kind=PageKind(row.kind),
        rotation=row.rotation,
        received_at=row.received_at,
    )
