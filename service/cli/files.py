"""Commands about files: `check`, `inspect`, `annotate`. They read as the service would, and change nothing."""

from __future__ import annotations

import mimetypes
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from service.cli.common import (
    CampaignOption,
    ConfigOption,
    JsonOption,
    NowOption,
    chosen,
    clock_of,
    console,
    print_json,
    read_file,
    unit_of,
)
from service.cli.folders import config_folder, templates_folder
from service.core.mail.messages import Attachment
from service.core.records import MailState
from service.core.rosters.rows import Roster, read_roster
from service.documents.common.errors import UnreadableFile
from service.documents.workbooks.workbook import read_workbook
from service.flow.answers.wording import marks_of
from service.flow.context import OpenCampaign, Services
from service.flow.intake.rehearsal import check as check_files
from service.flow.intake.rehearsal import inspect as inspect_mail
from service.flow.json_output import worst
from service.flow.papers.assessment import roster_findings
from service.flow.reports.task_sentences import task_in_words
from service.settings import load_for_reading, real_state
from service.settings.campaign_files import MAX_CELLS
from service.wiring.assembly import copy_state, reading_services

FilesArgument = Annotated[list[Path], typer.Argument(help="Files as a unit would send them.")]


@contextmanager
def _services(
    config: Path | None, campaign: str | None, now: str | None, *, any_will_do: bool = False, knowing: bool = False
) -> Iterator[tuple[Services, OpenCampaign]]:
    """Services over a ledger of their own: nothing of the real state is touched.

    `knowing`: what the real ledger knows (admitted addresses, threads, rosters, codes of forms) is copied into it.
    """
    folder = config_folder(config)
    with tempfile.TemporaryDirectory(prefix="dondoc-") as state:
        if knowing:
            copy_state(real_state(folder), Path(state))
        settings = load_for_reading(folder, templates=templates_folder(), state=Path(state), campaign=campaign)
        name = next(iter(settings.campaigns)) if any_will_do else chosen(settings.campaigns, campaign)
        clock = clock_of(now, settings.campaigns[name].campaign.zone)
        with reading_services(settings, now=clock) as services:
            yield services, services.campaigns[name]


def check_command(
    files: FilesArgument,
    unit: Annotated[str | None, typer.Option("--unit", help="Compare with HR's file of this unit.")] = None,
    roster: Annotated[Path | None, typer.Option("--roster", help="Judge declarations against this roster.")] = None,
    config: ConfigOption = None,
    campaign: CampaignOption = None,
    now: NowOption = None,
    json: JsonOption = False,
) -> int:
    """Reads rosters and scans as the service would, changes nothing."""
    attachments = [_attachment(file) for file in files]
    given = _attachment(roster) if roster else None
    with _services(config, campaign, now, knowing=True) as (services, open_campaign):
        known = unit_of(open_campaign, unit) if unit else None
        documents = check_files(services, open_campaign, attachments, unit=known, roster=given)
    if json:
        print_json({"documents": documents})
    else:
        _show(documents)
    return int(worst(documents))


def inspect_command(
    mails: Annotated[list[Path], typer.Argument(help="Mail files (.eml).")],
    config: ConfigOption = None,
    campaign: CampaignOption = None,
    now: NowOption = None,
    json: JsonOption = False,
) -> int:
    """Reads mails as the service would, changes nothing, sends nothing."""
    raws = [(str(mail), read_file(mail)) for mail in mails]
    with _services(config, campaign, now, any_will_do=True, knowing=True) as (services, _):
        seen = [
            inspect_mail(services, name, raw, task_in_words, number) for number, (name, raw) in enumerate(raws, start=1)
        ]
    if json:
        print_json(seen)
    else:
        for mail in seen:
            _show_mail(mail)
    return int(any(worst(mail["documents"]) or mail["state"] == MailState.HELD for mail in seen))


def _show_mail(mail: dict[str, Any]) -> None:
    console.print(f"[bold]{escape(mail['file'])}[/bold]: {mail['kind']}", highlight=False)
    about = (
        f"from {mail['sender'] or '(nobody)'}: {mail['subject']}",
        f"unit {mail['unit'] or '-'}, campaign {mail['campaign'] or '-'}, authenticity {mail['authenticity']}",
    )
    for line in (*about, *(f"· {reason}" for reason in mail["reasons"])):
        console.print(f"  {line}", markup=False, highlight=False)
    if mail["bounced"]:
        console.print(f"  reported: {', '.join(mail['bounced'])}", markup=False, highlight=False)
    if mail["reply"] is None:
        console.print("  no answer to the sender", highlight=False)
    for label, written in (("answer", [mail["reply"]] if mail["reply"] else []), ("also", mail["also_written"])):
        for each in written:
            line = f"  {label} to {', '.join(each['to'])}: {each['subject']} ({each['template']})"
            console.print(line, markup=False, highlight=False)
    _show(mail["documents"])


def annotate_command(
    file: Annotated[Path, typer.Argument(help="A roster.")],
    output: Annotated[Path, typer.Option("--output", "-o", help="Where the marked workbook is written.")],
    config: ConfigOption = None,
    campaign: CampaignOption = None,
    now: NowOption = None,
) -> int:
    """The workbook with its errors marked, as a unit would get it back."""
    content = read_file(file)
    with _services(config, campaign, now) as (services, open_campaign):
        roster = _roster(file, content, open_campaign)
        findings = roster_findings(roster, open_campaign.campaign, (), open_campaign.day_of(services.now()))
        wording = services.mail.wording(open_campaign.campaign.id, open_campaign.campaign.language)
        marked = services.documents.annotate(content, marks_of(open_campaign.campaign, findings, wording), wording)
    if marked is None:
        raise typer.BadParameter(f"{file}: too large to be marked in time; split the list into several workbooks")
    output.write_bytes(marked)
    return int(any(finding.severity == "error" for finding in findings))


def _roster(file: Path, content: bytes, open_campaign: OpenCampaign) -> Roster:
    try:
        roster = read_roster(read_workbook(content, max_cells=MAX_CELLS), open_campaign.campaign)
    except UnreadableFile as problem:
        raise typer.BadParameter(f"{file}: {problem}; send a workbook that opens in Excel") from None
    if roster is None:
        raise typer.BadParameter(f"{file}: no roster of campaign {open_campaign.campaign.id} was found in it")
    return roster


def _attachment(path: Path) -> Attachment:
    media_type = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    return Attachment(name=path.name, media_type=media_type, content=read_file(path))


def _show(documents: list[dict[str, Any]]) -> None:
    for document in documents:
        console.print(f"[bold]{' / '.join(document['path'])}[/bold]: {document['problem'] or document['kind']}")
        if document["roster"]:
            console.print(f"  {len(document['roster']['rows'])} rows in sheet {document['roster']['sheet']!r}")
        for page in document["declarations"]:
            fields = ", ".join(f"{key}: {field['value']}" for key, field in page["fields"].items() if field)
            reasons = f" ({'; '.join(page['reasons'])})" if page["reasons"] else ""
            part = f", form {page['part']}" if page["part"] else ""
            console.print(f"  page {page['page']}{part}: {page['verdict']}{reasons} · {fields}", markup=False)
        for page in document["pages"]:
            if page["kind"] != "declaration":
                console.print(f"  page {page['page']}: {page['kind']}", markup=False, highlight=False)
        if document["findings"]:
            console.print(_findings_table(document["findings"]))


def _findings_table(findings: list[dict[str, Any]]) -> Table:
    table = Table("", "where", "value", "message", "suggestion", show_edge=False, pad_edge=False)
    colours = {"error": "red", "warning": "yellow", "note": "dim"}
    for finding in findings:
        where = finding["cell"] or (f"page {finding['page']}" if finding["page"] else str(finding["row"] or ""))
        severity = f"[{colours[finding['severity']]}]{finding['severity']}[/]"
        table.add_row(severity, where, finding["value"] or "", finding["message"], finding["suggestion"] or "")
    return table
