"""The final package: gathered from what was accepted, approved by HR, mailed to the agency, and only then."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from service.core.forms import Verdict
from service.core.messages import Attachment
from service.core.packages import PackageFile, PackageForm, PackageUnit
from service.core.progress import Stage
from service.core.records import FormRecord, OutgoingState, PackageRecord, RosterVersion
from service.core.units import Unit
from service.flow.board import BoardRow, board_rows, counts
from service.flow.house import House, Office, OpenCampaign
from service.flow.standing import progress_of
from service.flow.writing import Draft, queue, to_hr

LARGEST_MAIL = 20_000_000
"""Bytes of attachments that any mail server takes; a larger package is pointed to instead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileLine:
    """A package file as mails name it."""

    name: str
    size_words: str
    sha256: str


def build_when_complete(house: House, course: OpenCampaign) -> PackageRecord | None:
    """Builds the package once every unit is complete and asks HR for approval; what was built is not built again."""
    with house.ledger.transaction() as books:
        package = books.decisions.package(course.campaign.id)
        rows = board_rows(Office(house, books, course))
        launched = books.decisions.launched_at(course.campaign.id)
    complete = bool(rows) and all(row.progress.stage is Stage.COMPLETE for row in rows)
    if package is not None or launched is None or not complete:
        return None
    return build(house, course)


def build(house: House, course: OpenCampaign) -> PackageRecord:
    """Builds the package from what stands now, keeps it for people to look at, and asks HR for approval."""
    campaign = course.campaign
    with house.ledger.transaction() as books:
        units = tuple(_gather(Office(house, books, course), unit) for unit in course.units)
    wording = house.wording(campaign.id, campaign.language)
    files = house.build_package(campaign, units, course.local(house.now()), wording)
    for file in files:
        house.shelf.put(file.content)
    local = course.local(house.now())
    folder = house.keep_package(f"{campaign.id}-{local:%Y%m%d-%H%M%S}", files)
    with house.ledger.transaction() as books:
        record = PackageRecord(
            campaign=campaign.id,
            code=house.new_code(),
            folder=folder,
            built_at=house.now(),
            files=tuple((file.name, file.sha256) for file in files),
        )
        books.decisions.add_package(record)
        Office(house, books, course).record("dondoc", "package built", folder)
        _ask_approval(Office(house, books, course), record, files)
        stored = books.decisions.package(campaign.id)
    assert stored is not None
    return stored


def _gather(office: Office, unit: Unit) -> PackageUnit:
    campaign = office.campaign
    roster = office.books.submissions.current_roster(campaign.id, unit.code)
    accepted = [
        form for form in office.books.submissions.forms(campaign.id, unit.code) if form.verdict is Verdict.ACCEPTED
    ]
    return PackageUnit(
        unit=unit,
        rows=tuple(entry.values for entry in roster.rows) if roster else (),
        forms=tuple(_forms(office, roster, accepted)),
        progress=progress_of(office, unit),
    )


def _forms(office: Office, roster: RosterVersion | None, accepted: list[FormRecord]) -> list[PackageForm]:
    """The newest accepted page of each worker, in the roster's order."""
    newest = {form.worker_row: form for form in accepted if form.worker_row is not None}
    return [
        PackageForm(
            worker=entry.name,
            row=entry.row,
            content=office.house.shelf.get(newest[entry.row].document_sha256),
            media_type=newest[entry.row].media_type,
            page=newest[entry.row].page,
            rotation=newest[entry.row].reading.rotation,
        )
        for entry in (roster.rows if roster else ())
        if entry.row in newest
    ]


def _ask_approval(office: Office, record: PackageRecord, files: tuple[PackageFile, ...]) -> None:
    to_hr(
        office,
        key=f"approval:{record.campaign}:{record.code}",
        template="package_approval",
        facts={"code": record.code, "files": _lines(files), "totals": totals(board_rows(office))},
        attachments=_attachments(files),
    )


def send_when_approved(house: House, course: OpenCampaign) -> bool:
    """Queues the approved package for the agency, and tells HR once it has really gone out."""
    with house.ledger.transaction() as books:
        package = books.decisions.package(course.campaign.id)
        if package is None or package.approved_at is None or package.sent_at is not None:
            return False
        key = f"package:{course.campaign.id}:{package.id}"
        queued = books.outbox.with_key(key)
        if queued is None:
            return _queue_for_agency(Office(house, books, course), package, key)
        if queued.state is not OutgoingState.SENT:
            return False
        books.decisions.mark_package_sent(package.id, house.now())
        Office(house, books, course).record("dondoc", "package sent", course.campaign.agency.address)
        facts = _package_facts(Office(house, books, course), package)
        return to_hr(Office(house, books, course), key=f"{key}:sent", template="package_sent", facts=facts)


def _queue_for_agency(office: Office, package: PackageRecord, key: str) -> bool:
    draft = Draft(
        key=key,
        template="package_agency",
        to=(office.campaign.agency.address,),
        facts=_package_facts(office, package),
        attachments=_attachments(_files(office.house, package)),
        language=office.campaign.language,
    )
    return queue(office, draft)


def _package_facts(office: Office, package: PackageRecord) -> dict[str, Any]:
    return {"files": _lines(_files(office.house, package)), "totals": totals(board_rows(office))}


def _files(house: House, package: PackageRecord) -> tuple[PackageFile, ...]:
    """The very bytes that HR approved."""
    return tuple(
        PackageFile(name=name, media_type=media_type_of(name), content=house.shelf.get(sha256))
        for name, sha256 in package.files
    )


def media_type_of(name: str) -> str:
    """By the ending of names that we gave ourselves."""
    return {
        "pdf": "application/pdf",
        "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "zip": "application/zip",
        "csv": "text/csv",
        "txt": "text/plain",
    }.get(name.rpartition(".")[2], "application/octet-stream")


def _attachments(files: tuple[PackageFile, ...]) -> tuple[Attachment, ...]:
    if sum(len(file.content) for file in files) > LARGEST_MAIL:
        raise PackageTooLarge(sum(len(file.content) for file in files))
    return tuple(Attachment(name=file.name, media_type=file.media_type, content=file.content) for file in files)


class PackageTooLarge(Exception):
    """The package does not fit into one mail; splitting it is a later issue, and until then HR is told plainly."""

    def __init__(self, size: int) -> None:
        super().__init__(f"{size} bytes: one mail takes {LARGEST_MAIL}; hand the folder over in another way")


def totals(rows: list[BoardRow]) -> dict[str, int]:
    """Figures of the covering mails, the same as in the covering letter: who could not take part is not counted."""
    numbers = counts(rows)
    return {
        "units": numbers["units"],
        "workers": numbers["workers"] - numbers["not_possible"],
        "forms": numbers["forms_accepted"],
        "discrepancies": numbers["discrepancies"],
        "open": numbers["units"] - numbers[str(Stage.COMPLETE)],
    }


def _lines(files: tuple[PackageFile, ...]) -> list[FileLine]:
    return [FileLine(name=file.name, size_words=size_words(len(file.content)), sha256=file.sha256) for file in files]


def size_words(size: int) -> str:
    """1536 → "1,5 KB", with the decimal comma of the office."""
    for unit, factor in (("MB", 1_000_000), ("KB", 1_000)):
        if size >= factor:
            return f"{size / factor:.1f} {unit}".replace(".", ",")
    return f"{size} B"
