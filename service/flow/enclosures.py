"""What goes along with a mail to a unit: its own workbooks with everything marked that is to be corrected."""

from __future__ import annotations

from collections.abc import Iterator

from service.core.findings import errors
from service.core.messages import Attachment
from service.core.records import RosterVersion
from service.core.units import Unit
from service.flow.house import Office
from service.flow.phrases import marks_of
from service.flow.rosters import documents_of

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def marked_roster(
    office: Office, unit: Unit, version: RosterVersion | None = None, *, only_of_its_mail: bool = False
) -> tuple[Attachment, ...]:
    """The documents of the last version (or the one given) which hold errors, as the unit wrote them, marked.

    `only_of_its_mail`: not those of earlier mails to which the version only added; they were returned then.
    """
    version = version or office.books.submissions.current_roster(office.campaign.id, unit.code)
    return tuple(_marked(office, unit, version, only_of_its_mail=only_of_its_mail)) if version else ()


def _marked(office: Office, unit: Unit, version: RosterVersion, *, only_of_its_mail: bool) -> Iterator[Attachment]:
    wording = office.wording(unit.language)
    for document in documents_of(version):
        if not errors(document.findings) or (only_of_its_mail and document.mail_id != version.mail_id):
            continue
        marks = marks_of(office.campaign, document.findings, wording)
        content = office.house.annotate(office.house.shelf.get(document.sha256), marks, wording)
        if content is not None:
            stem = document.name.rpartition(".")[0] or document.name
            name = f"{stem}{wording.say('annex.returned_suffix')}.xlsx"
            yield Attachment(name=name, media_type=XLSX, content=content)
