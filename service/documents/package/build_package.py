"""The package for the agency: covering letter, lists, declarations of each unit, and a manifest with every file's hash.

Slow for many scans, so callers run it in a child process. The same input gives the same bytes.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterator, Sequence
from datetime import datetime

from service.core.campaigns import Campaign
from service.core.progress.packages import Package, PackageFile, PackageForm, PackageTotals, PackageUnit
from service.core.sentences import Wording
from service.documents.package.agency_lists import (
    discrepancies_workbook,
    not_possible_workbook,
    package_totals,
    roster_workbook,
)
from service.documents.package.declarations_pdf import FormsTitle, declarations_pdf
from service.documents.package.letter import covering_letter

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PDF = "application/pdf"
_SIGNED_PDF = b"/ByteRange"


def build_package(campaign: Campaign, units: Sequence[PackageUnit], wording: Wording, *, made_at: datetime) -> Package:
    """Everything the agency gets. `made_at` has the campaign's zone and dates the letter."""
    sums = package_totals(campaign, units)
    files = [
        PackageFile(
            name=_name(wording, "letter", "pdf"),
            media_type=PDF,
            content=covering_letter(campaign, sums, wording, made_at),
        ),
        *_workbooks(campaign, units, sums, wording, made_at),
        *(file for unit in units for file in _forms(campaign, unit, wording, made_at)),
    ]
    return Package(files=(*files, *_manifest(files, wording)), totals=sums)


def _workbooks(
    campaign: Campaign, units: Sequence[PackageUnit], sums: PackageTotals, wording: Wording, made_at: datetime
) -> Iterator[PackageFile]:
    """Lists with nothing in them are left out, and those the campaign keeps from the agency."""
    makers = (
        ("roster", True, roster_workbook),
        ("discrepancies", bool(sums.discrepancies), discrepancies_workbook),
        ("not_possible", bool(sums.not_possible), not_possible_workbook),
    )
    for key, wanted, make in makers:
        if wanted and key in campaign.package_lists:
            content = make(campaign, units, wording, made_at)
            yield PackageFile(name=_name(wording, key, "xlsx"), media_type=XLSX, content=content)


def _forms(campaign: Campaign, unit: PackageUnit, wording: Wording, made_at: datetime) -> Iterator[PackageFile]:
    """One PDF a unit; a digitally signed original besides, since a copied page carries no signature (S49)."""
    if not unit.forms or campaign.declaration is None:
        return
    ordinal, worker, row, page = (wording.say(f"package.forms.{key}") for key in ("ordinal", "worker", "row", "page"))
    words = FormsTitle(
        organisation=campaign.organisation.upper(),
        unit=unit.unit.name,
        title=campaign.declaration.name,
        headings=(ordinal, worker, row, page),
        total=wording.say("package.forms.total", count=str(len(unit.forms))),
    )
    name = _name(wording, "forms", "pdf", unit=unit.unit.code)
    yield PackageFile(name=name, media_type=PDF, content=declarations_pdf(unit.forms, words, made_at))
    for number, content in enumerate(_signed_originals(unit.forms), 1):
        name = _name(wording, "signed_original", "pdf", unit=unit.unit.code, number=str(number))
        yield PackageFile(name=name, media_type=PDF, content=content)


def _signed_originals(forms: Sequence[PackageForm]) -> tuple[bytes, ...]:
    signed = (form.content for form in forms if form.media_type == PDF and _SIGNED_PDF in form.content)
    return tuple(dict.fromkeys(signed))


def _manifest(files: Sequence[PackageFile], wording: Wording) -> tuple[PackageFile, PackageFile]:
    """For people a table, for programs the format of `sha256sum --check`."""
    table = io.StringIO()
    writer = csv.writer(table, lineterminator="\r\n")
    writer.writerow([wording.say(f"package.manifest.{key}") for key in ("name", "media_type", "size", "sha256")])
    writer.writerows((file.name, file.media_type, len(file.content), file.sha256) for file in files)
    lines = "".join(f"{file.sha256}  {file.name}\n" for file in files)
    return (
        # The byte order mark makes Excel read the headings as UTF-8.
        PackageFile(name="manifest.csv", media_type="text/csv", content=table.getvalue().encode("utf-8-sig")),
        PackageFile(name="manifest.txt", media_type="text/plain", content=lines.encode("ascii")),
    )


def _name(wording: Wording, key: str, ending: str, **facts: str) -> str:
    return f"{ascii_name(wording.say(f'package.file.{key}', **facts))}.{ending}"


def ascii_name(words: str) -> str:
    """Letters a to z, digits and `-`: "Tờ khai U01" → "To-khai-U01"."""
    plain = unicodedata.normalize("NFD", words.replace("đ", "d").replace("Đ", "D"))
    return re.sub(r"[^A-Za-z0-9.]+", "-", plain.encode("ascii", "ignore").decode()).strip("-.") or "file"
