"""What goes along with a mail to a unit: its own workbooks with the errors marked, pictures of what is to be signed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from service.core.findings import errors
from service.core.forms import Spot, Verdict
from service.core.mail.messages import Attachment
from service.core.records import FormRecord, RosterVersion
from service.core.units import Unit
from service.flow.answers.wording import marks_of
from service.flow.context import CampaignContext
from service.flow.submissions.roster_versions import documents_of

SPOTS_SHOWN = 6
"""More pictures would only make the mail heavy: the lines of the mail name every page."""
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def marked_roster(
    context: CampaignContext, unit: Unit, version: RosterVersion | None = None, *, only_of_its_mail: bool = False
) -> tuple[Attachment, ...]:
    """The documents of the last version (or the one given) which hold errors, as the unit wrote them, marked.

    `only_of_its_mail`: not those of earlier mails to which the version only added; they were returned then.
    """
    version = version or context.transaction.submissions.current_roster(context.campaign.id, unit.code)
    return tuple(_marked(context, unit, version, only_of_its_mail=only_of_its_mail)) if version else ()


def _marked(
    context: CampaignContext, unit: Unit, version: RosterVersion, *, only_of_its_mail: bool
) -> Iterator[Attachment]:
    wording = context.wording(unit.language)
    for document in documents_of(version):
        if not errors(document.findings) or (only_of_its_mail and document.mail_id != version.mail_id):
            continue
        marks = marks_of(context.campaign, document.findings, wording)
        content = context.services.documents.annotate(context.services.shelf.get(document.sha256), marks, wording)
        if content is not None:
            stem = document.name.rpartition(".")[0] or document.name
            name = f"{stem}{wording.say('annex.returned_suffix')}.xlsx"
            yield Attachment(name=name, media_type=XLSX, content=content)


def spots_to_sign(context: CampaignContext, unit: Unit, forms: Sequence[FormRecord]) -> tuple[Attachment, ...]:
    """For each page that came without a signature a small picture of where it belongs."""
    unsigned = [form for form in forms if form.verdict is Verdict.REJECTED and form.reading.signed is False]
    return tuple(_pictures(context, unit, unsigned[:SPOTS_SHOWN]))


def _pictures(context: CampaignContext, unit: Unit, forms: Sequence[FormRecord]) -> Iterator[Attachment]:
    suffix = context.wording(unit.language).say("annex.spot_suffix")
    for form in forms:
        box = form.reading.signature_box
        if box is None:
            continue
        spot = Spot(page=form.page, rotation=form.reading.rotation, box=box)
        picture = context.services.documents.picture_of(context.services.shelf.get(form.document_sha256), spot)
        if picture is not None:
            stem = form.document_name.rpartition(".")[0] or form.document_name
            number = f"{form.page}.{form.part}" if form.part else str(form.page)
            yield Attachment(name=f"{stem}-{number}{suffix}.jpg", media_type="image/jpeg", content=picture)
