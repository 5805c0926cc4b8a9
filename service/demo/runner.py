"""The whole demonstration: a campaign from the opening mail to the package, on an accelerated clock, through real mail.

At the end what can be seen from outside is held against the script.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from rich.console import Console
from rich.text import Text

from service.demo.aftermath import Witness, ending_of, keep_mails
from service.demo.cast import Member, make_cast
from service.demo.correspondence import Inbox, Post
from service.demo.live_view import make_board, unit_table
from service.demo.officer import Officer
from service.demo.play import Play
from service.demo.script import Expectation, expectations
from service.demo.server.mail_server import MailServer
from service.demo.stage import (
    AUTHSERV_ID,
    PASSWORD,
    DemoClock,
    DemoStage,
    accounts,
    first_moment,
    prepare,
    settings_for,
)
from service.demo.stories import NewAddress, PhotographsSideways
from service.wiring.assembly import build_service
from service.wiring.service import Service

WORKERS_A_UNIT, WORKERS_A_UNIT_FAST = 4, 2


def run_demo(
    *,
    folder: Path,
    config: Path,
    templates: Path,
    console: Console,
    stopwatch: Callable[[], float],
    fast: bool = False,
    port: int = 0,
) -> int:
    """Plays the campaign and reports; 0 only if everything ended as scripted.

    `stopwatch` gives seconds; `port` is the mail server's for SMTP, 0 for any.
    """
    begun = stopwatch()
    workers = WORKERS_A_UNIT_FAST if fast else WORKERS_A_UNIT
    stage = prepare(folder, config=config, templates=templates, workers_a_unit=workers)
    members = make_cast(
        stage.campaign, stage.campaign_folder.units, stage.workers, service_address=stage.service_address
    )
    clock = DemoClock(first_moment(stage.campaign))
    with MailServer(accounts(stage, members), now=clock, smtp_port=port, authserv_id=AUTHSERV_ID) as server:
        with build_service(settings_for(stage, server), now=clock) as service:
            play = _set_up(stage, members, server=server, service=service, clock=clock, console=console, live=not fast)
            with play.board:
                play.run()
            progress, lines = play.progress(), play.lines()
            play.close()
        witness = Witness(stage=stage, members=members, server=server, sent=play.post.sent)
        results = expectations(ending_of(witness, progress))
        mails = keep_mails(witness, folder / "mails")
    console.print(unit_table(lines))
    _show_foreseen(console, play)
    _report(console, results)
    _where_to_look(console, folder, mails, stopwatch() - begun)
    return 0 if all(result.met for result in results) else 1


def _set_up(
    stage: DemoStage,
    members: Sequence[Member],
    *,
    server: MailServer,
    service: Service,
    clock: DemoClock,
    console: Console,
    live: bool,
) -> Play:
    """Everybody at her desk. The officer registers addresses by the same function as the command."""
    officer = Officer(
        campaign=stage.campaign,
        units=stage.campaign_folder.units,
        service_address=stage.service_address,
        admit=lambda address, unit, by: service.admit(address, unit=unit, by=by),
        telephone_book={
            member.unit.code: member.mailbox for member in members if isinstance(member.contact, NewAddress)
        },
    )
    for member in members:
        if isinstance(member.contact, PhotographsSideways):
            officer.returns = member.contact.what_hr_sees()
        if member.contact.writes_anew:
            server.vouch_no_more(member.mailbox)
    readers = [*(member.mailbox for member in members), officer.address]
    return Play(
        stage=stage,
        members=members,
        server=server,
        service=service,
        clock=clock,
        board=make_board(console, stage.campaign.title, live=live),
        post=Post(server.smtp_port),
        inboxes={address: Inbox(server.imap_port, address, PASSWORD) for address in readers},
        officer=officer,
    )


def _show_foreseen(console: Console, play: Play) -> None:
    """What `dondoc status --due` said on one morning of the story."""
    if play.foreseen is None:
        return
    console.print(f"\nOn {play.foreseen.since:%d/%m/%Y} `dondoc status --due` said:", style="bold")
    for mail in play.foreseen.mails:
        line = f"  {mail.at:%d/%m %H:%M}  {mail.unit or 'HR':<4} {mail.mail:<9} {mail.why}"
        console.print(line, highlight=False, markup=False, soft_wrap=True)
    for unit in play.foreseen.silent:
        console.print(f"  nothing      {unit.unit:<4} {unit.why}", highlight=False, markup=False, soft_wrap=True)
    console.print()


def _report(console: Console, results: Sequence[Expectation]) -> None:
    """What had to be true, each with a tick or a cross; what was seen only where it is not."""
    for result in results:
        mark = Text("✓ ", style="green") if result.met else Text("✗ ", style="bold red")
        seen = Text("" if result.met else f"  ({result.seen})", style="red")
        console.print(Text.assemble(mark, result.name, seen), soft_wrap=True)
    met = sum(result.met for result in results)
    console.print(
        f"\n{met} of {len(results)} expectations met", style="bold green" if met == len(results) else "bold red"
    )


def _where_to_look(console: Console, folder: Path, mails: int, seconds: float) -> None:
    packages = sorted((folder / "packages").glob("*")) if (folder / "packages").is_dir() else []
    lines = [f"mails:   {folder / 'mails'} ({mails} files, in their order; any mail program opens them)"]
    lines += [f"package: {package}" for package in packages]
    lines += [f"ledger:  {folder / 'ledger.sqlite'}", f"took {seconds:.0f} s"]
    for line in lines:
        console.print(line, soft_wrap=True, highlight=False)
