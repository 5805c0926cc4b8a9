"""The final package: gathered from what was accepted, approved by HR, mailed to the agency, and only then."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace

from service.core.campaigns import Campaign
from service.core.events import SERVICE, PackageBuilt, PackageSent
from service.core.findings import errors
from service.core.forms import Verdict
from service.core.mail.messages import Attachment
from service.core.progress.listed_twice import not_counted
from service.core.progress.packages import PackageFile, PackageForm, PackageUnit
from service.core.progress.progress import NOT_POSSIBLE, Stage
from service.core.records import FormRecord, OutgoingState, PackageRecord, RosterVersion
from service.core.tasks import PackageToApprove
from service.core.units import Unit
from service.flow.context import CampaignContext, OpenCampaign, Services
from service.flow.outbox.compose import queue, to_hr
from service.flow.outbox.letters import Draft, HrLetter
from service.flow.outbox.progress import progress_of
from service.flow.tasks import open_task

LARGEST_MAIL = 15_000_000
"""Bytes of attachments; encoded for mail they grow by a third, and 20 MB is what every server takes."""


SUMS = "SHA256SUMS.txt"


@dataclass(frozen=True, slots=True, kw_only=True)
class FileLine:
    """A package file as mails name it."""

    name: str
    size_words: str
    sha256: str


def build_when_complete(services: Services, open_campaign: OpenCampaign) -> PackageRecord | None:
    """Builds the package once every unit is complete and asks HR for approval; what was built is not built again."""
    with services.ledger.transaction() as transaction:
        context = CampaignContext(services, transaction, open_campaign)
        if not _is_wanted(context):
            return None
    return build(services, open_campaign)


def _is_wanted(context: CampaignContext) -> bool:
    """Opened, never built, and nobody has anything left to do; the first unit that has ends the question."""
    decisions, campaign = context.transaction.decisions, context.campaign.id
    if decisions.package(campaign) is not None or decisions.launched_at(campaign) is None or not context.units:
        return False
    return all(progress_of(context, unit).stage is Stage.COMPLETE for unit in context.units)


def newest_package(services: Services, open_campaign: OpenCampaign) -> PackageRecord | None:
    """As it stands now."""
    with services.ledger.transaction() as transaction:
        return transaction.decisions.package(open_campaign.campaign.id)


def build(services: Services, open_campaign: OpenCampaign) -> PackageRecord:
    """Builds the package from what stands now, keeps it for people to look at, and asks HR for approval."""
    campaign = open_campaign.campaign
    with services.ledger.transaction() as transaction:
        units = tuple(
            _gather(CampaignContext(services, transaction, open_campaign), unit) for unit in open_campaign.units
        )
        open_units = sum(not unit.progress.unit_is_done for unit in units)
    wording = services.mail.wording(campaign.id, campaign.language)
    made = services.documents.build_package(
        campaign, [unit for unit in units if unit.rows], open_campaign.local(services.now()), wording
    )
    files = made.files
    for file in files:
        services.shelf.put(file.content)
    local = open_campaign.local(services.now())
    folder = services.documents.keep_package(f"{campaign.id}-{local:%Y%m%d-%H%M%S}", files)
    with services.ledger.transaction() as transaction:
        record = PackageRecord(
            campaign=campaign.id,
            folder=folder,
            built_at=services.now(),
            files=tuple((file.name, file.sha256) for file in files),
            totals={**asdict(made.totals), "open": open_units},
        )
        stored = replace(record, id=transaction.decisions.add_package(record))
        context = CampaignContext(services, transaction, open_campaign)
        context.record(SERVICE, PackageBuilt(folder=folder))
        _ask_approval(context, stored, files)
    return stored


def _gather(context: CampaignContext, unit: Unit) -> PackageUnit:
    campaign = context.campaign
    roster = _counted(context, unit)
    accepted = [
        form
        for form in context.transaction.submissions.forms(campaign.id, unit.code)
        if form.verdict is Verdict.ACCEPTED
    ]
    forms = _forms(context, roster, accepted)
    return PackageUnit(
        unit=unit,
        rows=tuple(_ready_rows(campaign, roster, {form.row for form in forms})) if roster else (),
        forms=forms,
        progress=progress_of(context, unit),
    )


def _counted(context: CampaignContext, unit: Unit) -> RosterVersion | None:
    """The unit's list without those who count for another unit: nobody stands in the package twice."""
    roster = context.transaction.submissions.current_roster(context.campaign.id, unit.code)
    elsewhere = not_counted(unit.code, context.transaction.listings.twice(context.campaign.id, unit.code))
    return replace(roster, rows=tuple(row for row in roster.rows if row.row not in elsewhere)) if roster else None


def _ready_rows(campaign: Campaign, roster: RosterVersion, with_form: set[int | None]) -> Iterator[Mapping[str, str]]:
    """Rows without an error whose declaration was accepted, where one is asked for; the rest is not handed on."""
    wrong = {finding.row for finding in errors(roster.findings)}
    for entry in roster.rows:
        accounted_for = bool(entry.values.get(NOT_POSSIBLE)) or campaign.declaration is None
        if entry.row not in wrong and (accounted_for or entry.row in with_form):
            yield entry.values


def _forms(
    context: CampaignContext, roster: RosterVersion | None, accepted: list[FormRecord]
) -> tuple[PackageForm, ...]:
    """The newest accepted page of each worker whose row is right, in the roster's order."""
    newest = {form.worker_row: form for form in accepted if form.worker_row is not None}
    wrong = {finding.row for finding in errors(roster.findings)} if roster else set()
    return tuple(
        PackageForm(
            worker=entry.name,
            row=entry.row,
            content=context.services.shelf.get(newest[entry.row].document_sha256),
            media_type=newest[entry.row].media_type,
            page=newest[entry.row].page,
            rotation=newest[entry.row].reading.rotation,
        )
        for entry in (roster.rows if roster else ())
        if entry.row in newest and entry.row not in wrong
    )


def _ask_approval(context: CampaignContext, record: PackageRecord, files: tuple[PackageFile, ...]) -> None:
    """HR gets what one mail takes, the covering letter and the lists first; all of it lies in the folder."""
    task = open_task(context, PackageToApprove(package=record.id))
    letter = HrLetter(
        key=f"approval:{record.campaign}:{record.id}",
        template="package_approval",
        facts={"files": _lines(files), "totals": record.totals, "folder": record.folder, "sums": SUMS},
        attachments=(*_attachments(parcels_of(files)[0]), _sums(files)),
        tasks=(task.id,),
    )
    to_hr(context, letter)


def send_when_approved(services: Services, open_campaign: OpenCampaign) -> bool:
    """Queues the approved package for the agency, and tells HR once all of it has really gone out."""
    with services.ledger.transaction() as transaction:
        context = CampaignContext(services, transaction, open_campaign)
        package = transaction.decisions.package(open_campaign.campaign.id)
        if package is None or package.approved_at is None or package.sent_at is not None:
            return False
        parcels = parcels_of(_files(services, package))
        keys = [f"package:{package.campaign}:{package.id}:{number}" for number, _ in enumerate(parcels, start=1)]
        queued = [transaction.outbox.with_key(key) for key in keys]
        if None in queued:
            return _queue_for_agency(context, package, dict(zip(keys, parcels, strict=True)))
        if any(mail and (mail.state is not OutgoingState.SENT or mail.was_redirected) for mail in queued):
            return False
        transaction.decisions.mark_package_sent(package.id, services.now())
        context.record(SERVICE, PackageSent(package=package.id, to=open_campaign.campaign.agency.address))
        files = _files(services, package)
        facts = {"files": _lines(files), "totals": package.totals, "sums": SUMS}
        key = f"{keys[0]}:sent"
        return to_hr(context, HrLetter(key=key, template="package_sent", facts=facts, attachments=(_sums(files),)))


def _queue_for_agency(
    context: CampaignContext, package: PackageRecord, parcels: Mapping[str, tuple[PackageFile, ...]]
) -> bool:
    """One mail, or several numbered ones where a mail server would refuse the size (S56)."""
    files = _files(context.services, package)
    for number, (key, parcel) in enumerate(parcels.items(), start=1):
        facts = {
            "files": _lines(files),
            "here": [file.name for file in parcel],
            "totals": package.totals,
            "mail_number": number,
            "mail_count": len(parcels),
        }
        draft = Draft(
            key=key,
            template="package_agency",
            to=(context.campaign.agency.address,),
            facts=facts,
            attachments=_attachments(parcel),
            language=context.campaign.language,
        )
        queue(context, draft)
    return True


def parcels_of(files: Sequence[PackageFile]) -> list[tuple[PackageFile, ...]]:
    """The files in their order, each parcel small enough for a mail; a file larger than that goes alone."""
    parcels: list[list[PackageFile]] = [[]]
    for file in files:
        size = sum(len(packed.content) for packed in parcels[-1])
        if parcels[-1] and size + len(file.content) > LARGEST_MAIL:
            parcels.append([])
        parcels[-1].append(file)
    return [tuple(parcel) for parcel in parcels]


def _files(services: Services, package: PackageRecord) -> tuple[PackageFile, ...]:
    """The very bytes that HR approved."""
    return tuple(
        PackageFile(name=name, media_type=media_type_of(name), content=services.shelf.get(sha256))
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


def _attachments(files: Sequence[PackageFile]) -> tuple[Attachment, ...]:
    return tuple(Attachment(name=file.name, media_type=file.media_type, content=file.content) for file in files)


def _sums(files: Sequence[PackageFile]) -> Attachment:
    """For whoever compares files later, as `sha256sum --check` reads it."""
    lines = "".join(f"{file.sha256}  {file.name}\n" for file in files)
    return Attachment(name=SUMS, media_type="text/plain", content=lines.encode())


def _lines(files: tuple[PackageFile, ...]) -> list[FileLine]:
    return [FileLine(name=file.name, size_words=size_words(len(file.content)), sha256=file.sha256) for file in files]


def size_words(size: int) -> str:
    """1536 → "1,5 KB", with the decimal comma of the office."""
    for unit, factor in (("MB", 1_000_000), ("KB", 1_000)):
        if size >= factor:
            return f"{size / factor:.1f} {unit}".replace(".", ",")
    return f"{size} B"
