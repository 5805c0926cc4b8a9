"""Commands of every day: `run`, `launch`, `status`, `doctor`, `demo`."""

from __future__ import annotations

import logging
import os
import signal
import time
from dataclasses import asdict
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from service.cli.coming_mails import show_due
from service.cli.common import (
    AsOption,
    ConfigOption,
    JsonOption,
    NowOption,
    campaign_named,
    clock_of,
    console,
    opened_service,
    opened_services,
    print_json,
    settings_of,
)
from service.cli.folders import config_folder, templates_folder
from service.cli.waiting import task_json
from service.core.progress.progress import Progress, Stage
from service.demo.extra import require_extra
from service.flow.clock.preview import DAYS_AHEAD, preview
from service.flow.reports import lookups
from service.settings import Settings
from service.wiring.alone import alone
from service.wiring.assembly import build_service

if TYPE_CHECKING:  # the whole flow, which `status` can do without
    from service.wiring.service import Service

log = logging.getLogger(__name__)


def run_command(
    once: Annotated[bool, typer.Option("--once", help="One pass: take in, answer, send what is due.")] = False,
    take_over: Annotated[
        bool, typer.Option("--take-over", help="Serve this mailbox although another state folder has served it.")
    ] = False,
    config: ConfigOption = None,
    now: NowOption = None,
) -> int:
    """The service: watches the mailbox, answers, reminds, reports."""
    settings = settings_of(config)
    with alone(settings.state), build_service(settings, now=clock_of(now, _zone(settings))) as service:
        service.take_mailbox(over=take_over)
        service.recover()
        if once:
            service.once()
        else:
            _run_until_stopped(service)
    return 0


def _run_until_stopped(service: Service) -> None:
    engine = service.engine()

    def stop(_number: int, _frame: FrameType | None) -> None:
        engine.ask_to_stop()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    console.print(f"Watching {service.mailbox.name}; stop with Ctrl-C.", highlight=False)
    if not engine.run():
        log.warning("a server keeps us waiting; what is under way is settled at the next start")
        logging.shutdown()
        os._exit(0)  # the ledger knows of everything that was begun; children end with their parent


def launch_command(
    campaign: Annotated[str, typer.Argument(help="The campaign to open.")],
    config: ConfigOption = None,
    now: NowOption = None,
    by: AsOption = "administrator",
) -> int:
    """The opening mails to all units; said twice, it sends nothing twice."""
    with opened_service(config, now) as service:
        launched = service.launch(campaign_named(service, campaign).campaign.id, by=by)
        sent = service.deliver()
    later = f", {launched.queued - sent} follow while `dondoc run` is at work" if launched.queued > sent else ""
    console.print(f"{launched.queued} opening mails{later}")
    for unit in launched.unreachable:
        console.print(f"{unit}: no address to write to; add one in units.xlsx or by `dondoc admit`", style="yellow")
    return int(bool(launched.unreachable))


def status_command(
    campaign: Annotated[str | None, typer.Argument(help="Which campaign, where several are open.")] = None,
    config: ConfigOption = None,
    json: JsonOption = False,
    due: Annotated[bool, typer.Option("--due", help="What the clock would send in the coming days, and why.")] = False,
    days: Annotated[int, typer.Option("--days", min=1, max=366, help="With --due: how many days.")] = DAYS_AHEAD,
    now: NowOption = None,
) -> int:
    """Where every unit stands; with --due what the clock would send next, and why not. Sends nothing."""
    with opened_services(config, now) as services:
        open_campaign = campaign_named(services, campaign)
        name = open_campaign.campaign.id
        if due:
            return show_due(preview(services, open_campaign, days=days), json=json)
        progress = lookups.progress_of_all(services, open_campaign)
        tasks = lookups.task_lines(services, name)
    if json:
        units = [{**asdict(each), "stage": each.stage, "done": each.unit_is_done} for each in progress]
        print_json({"campaign": name, "units": units, "tasks": [task_json(line) for line in tasks]})
    else:
        console.print(_status_table(progress, {unit.code: unit.name for unit in open_campaign.units}))
        if tasks:
            console.print(f"{len(tasks)} tasks wait for HR; see `dondoc tasks`")
    return int(any(each.stage is not Stage.COMPLETE for each in progress))


def _status_table(progress: list[Progress], names: dict[str, str]) -> Table:
    table = Table(expand=True)
    table.add_column("unit", no_wrap=True, min_width=4)
    table.add_column("name", no_wrap=True, overflow="ellipsis", ratio=1)
    for heading, width in (
        ("stage", 10),
        ("roster", 6),
        ("errors", 6),
        ("forms", 6),
        ("review", 6),
        ("wrong data", 10),
    ):
        table.add_column(heading, no_wrap=True, min_width=width)
    colours = {Stage.COMPLETE: "green", Stage.REVIEW: "cyan", Stage.CORRECTION: "red", Stage.PARTIAL: "yellow"}
    for each in progress:
        colour = colours.get(each.stage, "white")
        table.add_row(
            each.unit,
            names.get(each.unit, ""),
            f"[{colour}]{each.stage}[/]",
            f"v{each.roster_version}: {each.workers}" if each.roster_version else "–",
            str(each.roster_errors or ""),
            f"{each.forms_accepted}/{each.forms_expected}" if each.forms_expected else "",
            str(len(each.forms_in_review) or ""),
            str(each.discrepancies or ""),
        )
    return table


def doctor_command(
    config: ConfigOption = None,
    json: JsonOption = False,
    reconcile: Annotated[
        bool, typer.Option("--reconcile", help="Compares the mailbox with the ledger, mail by mail.")
    ] = False,
) -> int:
    """Checks configuration, mailbox, sending, database, reading of pages, clock and disk; says what to do."""
    from service.cli.comparison import compare
    from service.cli.examination import examine

    results = examine(config)
    found = compare(config) if reconcile else None
    if found is not None:
        results.append(found.result)
    if json:
        compared = {"reconciliation": found.details} if found is not None else {}
        print_json({"checks": [asdict(result) for result in results], **compared})
    else:
        for result in results:
            mark = "[green]✓[/]" if result.ok else "[red]✗[/]"
            console.print(f"{mark} {result.name}: {result.said}", highlight=False)
        for line in found.lines if found is not None else ():
            console.print(f"  {line}", highlight=False, markup=False)
    return int(not all(result.ok for result in results))


def demo_command(
    fast: Annotated[bool, typer.Option("--fast", help="Fewer papers, under a minute.")] = False,
    port: Annotated[int, typer.Option("--port", help="SMTP port of the demo's own mail server; 0: any.")] = 0,
) -> int:
    """A whole campaign on this machine: no accounts, no configuration, nothing leaves 127.0.0.1."""
    require_extra()
    from service.demo.runner import run_demo  # its libraries are an extra, looked for above

    return run_demo(
        folder=Path("state") / "demo",
        config=config_folder(None),
        templates=templates_folder(),
        console=console,
        stopwatch=time.monotonic,
        fast=fast,
        port=port,
    )


def _zone(settings: Settings) -> str:
    return next(iter(settings.campaigns.values())).campaign.zone
