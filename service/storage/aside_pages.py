"""The book of pages that are no declarations: a row for each, found by its document and number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, select

from service.core.forms import PageKind
from service.core.records import AsidePage
from service.storage.tables import AsidePageRow


@dataclass(frozen=True, slots=True)
class AsidePages:
    """Adapter of the port of the same name."""

    session: Session

    def add(self, pages: Sequence[AsidePage]) -> int:
        new = 0
        for page in pages:
            key = (page.campaign, page.unit, page.document_sha256, page.page)
            if self.session.get(AsidePageRow, key) is None:
                self.session.add(
                    AsidePageRow(
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

    def of(self, campaign: str, unit: str | None = None) -> tuple[AsidePage, ...]:
        query = select(AsidePageRow).where(AsidePageRow.campaign == campaign)
        if unit is not None:
            query = query.where(AsidePageRow.unit == unit)
        order = (col(AsidePageRow.received_at), col(AsidePageRow.document_name), col(AsidePageRow.page))
        return tuple(_page(row) for row in self.session.exec(query.order_by(*order)).all())


def _page(row: AsidePageRow) -> AsidePage:
    return AsidePage(
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
