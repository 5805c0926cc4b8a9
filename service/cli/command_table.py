"""Every command: its name, where it is, and what it does. A command's module is imported when it is called.

What the modules need takes a second to import; `dondoc --help` names them all without.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup


@dataclass(frozen=True, slots=True)
class Row:
    """One command. `said`: the first line of its function's docstring (a test compares them)."""

    name: str
    module: str
    function: str
    said: str


COMMANDS = (
    Row(
        "demo",
        "daily",
        "demo_command",
        "A whole campaign on this machine: no accounts, no configuration, nothing leaves 127.0.0.1.",
    ),
    Row("run", "daily", "run_command", "The service: watches the mailbox, answers, reminds, reports."),
    Row("launch", "daily", "launch_command", "The opening mails to all units; said twice, it sends nothing twice."),
    Row(
        "status",
        "daily",
        "status_command",
        "Where every unit stands; with --due what the clock would send next, and why not. Sends nothing.",
    ),
    Row(
        "doctor",
        "daily",
        "doctor_command",
        "Checks configuration, mailbox, sending, database, reading of pages, clock and disk; says what to do.",
    ),
    Row("tasks", "waiting", "tasks", "What waits for HR, oldest first; 1 when anything does."),
    Row(
        "review",
        "waiting",
        "review",
        "What waits for a person: declarations in review, mails held, with their numbers; pages that were set aside.",
    ),
    Row(
        "outbox",
        "waiting",
        "outbox",
        "Our mails that have not surely reached everybody: in doubt, failed, kept back, returned, held, or waiting.",
    ),
    Row(
        "findings",
        "waiting",
        "findings",
        "The errors that count against a unit, with the numbers by which they are waived.",
    ),
    Row("contacts", "waiting", "contacts", "Every unit's contact, and who has named none; 1 when a unit has none."),
    Row(
        "password",
        "waiting",
        "password",
        "The password of the list that the unit's contact got: to be told by telephone.",
    ),
    Row(
        "listed-twice",
        "waiting",
        "listed_twice",
        "Workers whom two units list now, with the number by which each is decided; 1 when one waits for HR's word.",
    ),
    Row(
        "approve",
        "hr",
        "approve_command",
        "Approves the package that was built; it goes to the agency with the next pass.",
    ),
    Row(
        "admit",
        "hr",
        "admit_command",
        "Registers an address for a unit, in one campaign or in every one that has it; its held mails are taken in.",
    ),
    Row("accept", "hr", "accept_command", "HR accepts a declaration after looking at it."),
    Row("reject", "hr", "reject_command", "HR rejects a declaration after looking at it."),
    Row(
        "release",
        "hr",
        "release_command",
        "Takes in one held mail as this unit's without registering its address; answers go to the registered contact.",
    ),
    Row("dismiss", "hr", "dismiss_command", "Closes a held mail without taking it in; it stays stored."),
    Row(
        "replay",
        "hr",
        "replay_command",
        "Processes stored mails again; what they changed before is not changed twice.",
    ),
    Row(
        "extend",
        "hr",
        "extend_command",
        "Gives a unit more time; the unit is told, and later reminders follow the new day.",
    ),
    Row(
        "waive",
        "hr",
        "waive_command",
        "Overrules a finding: it no longer counts against the unit, in this version of its roster or a later one.",
    ),
    Row("pause", "hr", "pause_command", "Pauses the mails to a unit, or to all; what comes in is still taken."),
    Row("resume", "hr", "resume_command", "Lets paused mails go on."),
    Row(
        "snooze",
        "hr",
        "snooze_command",
        "Puts reminders to a unit off to a day, or ends that; its mails are answered all the same.",
    ),
    Row(
        "belongs",
        "hr",
        "belongs_command",
        "Says to which of two units a worker belongs; the other is asked to take her out with its next mail.",
    ),
    Row(
        "name-contact",
        "hr",
        "name_contact_command",
        "Names a unit's contact: she gets the unit's list, whoever was it before is told.",
    ),
    Row(
        "resend",
        "hr",
        "resend_command",
        "Sends the very same mail once more, to those whom it has not surely reached.",
    ),
    Row("give-up", "hr", "give_up_command", "The mail is not sent (again); it is not listed any more."),
    Row("settle", "hr", "settle_command", "Closes a task that was done in another way, by telephone for instance."),
    Row(
        "package",
        "agency",
        "package_command",
        "Builds the final package and asks HR for approval; with --send the approved one goes to the agency.",
    ),
    Row("check", "files", "check_command", "Reads rosters and scans as the service would, changes nothing."),
    Row("inspect", "files", "inspect_command", "Reads mails as the service would, changes nothing, sends nothing."),
    Row("annotate", "files", "annotate_command", "The workbook with its errors marked, as a unit would get it back."),
    Row(
        "forms",
        "coded_forms",
        "forms",
        "A declaration for each worker of HR's file, with a code by which its signed scan is recognised.",
    ),
    Row(
        "sign-in",
        "signin",
        "signs_in",
        "Signs in at Google, Microsoft or another provider; the service then renews its access by itself.",
    ),
)


class CommandTable(TyperGroup):
    """The table as typer sees it: cheap rows to list, the real command to run."""

    def list_commands(self, ctx: Any) -> list[str]:
        return [row.name for row in COMMANDS]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        row = _row(cmd_name)
        return TyperCommand(row.name, help=row.said) if row else None

    def resolve_command(self, ctx: Any, args: list[str]) -> tuple[str | None, Any, list[str]]:
        name, found, rest = super().resolve_command(ctx, args)
        row = _row(name or "")
        return name, command_of(row) if row else found, rest


def command_of(row: Row) -> Any:
    """The command itself, with its options, as typer makes it of the function."""
    app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
    app.command(row.name)(getattr(import_module(f"service.cli.{row.module}"), row.function))
    return typer.main.get_command(app)


def _row(name: str) -> Row | None:
    return next((row for row in COMMANDS if row.name == name), None)
