"""What goes along with a mail to a unit: its own workbook with everything marked that is to be corrected."""

from __future__ import annotations

from service.core.messages import Attachment
from service.core.records import RosterVersion
from service.core.units import Unit
from service.flow.house import Office
from service.flow.phrases import marks_of

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def marked_roster(office: Office, unit: Unit, version: RosterVersion | None = None) -> tuple[Attachment, ...]:
    """The last version (or the one given) as the unit wrote it, marked; nothing where there is none."""
    version = version or office.books.submissions.current_roster(office.campaign.id, unit.code)
    if version is None:
        return ()
    wording = office.wording(unit.language)
    marks = marks_of(office.campaign, version.findings, wording)
    content = office.house.annotate(office.house.shelf.get(version.document_sha256), marks, wording)
    if content is None:
        return ()
    stem = version.document_name.rpartition(".")[0] or version.document_name
    return (Attachment(name=f"{stem}{wording.say('annex.returned_suffix')}.xlsx", media_type=XLSX, content=content),)
