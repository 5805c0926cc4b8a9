"""What HR says by mail. The one-time code of our own mail proves it, besides the address."""

from __future__ import annotations

from collections.abc import Sequence

from service.core.commands import Command, Order, codes_in, order_in
from service.core.records import MailState, PackageRecord
from service.flow.board import board_rows
from service.flow.house import Office
from service.flow.sight import Incoming
from service.flow.writing import to_hr


def obey_hr(office: Office, mail: Incoming) -> MailState:
    """A mail from an HR address: a command is carried out and answered; anything else is left to people."""
    order = order_in(mail.message.new_text)
    if order is None:
        return MailState.PROCESSED
    offices = [Office(office.house, office.books, course) for course in mail.sight.hr_courses]
    if order.command is Command.STATUS:
        for each in offices:
            _answer_status(each, mail, order)
    else:
        _decide_package(_office_of_code(offices, mail) or office, mail, order)
    return MailState.PROCESSED


def _office_of_code(offices: Sequence[Office], mail: Incoming) -> Office | None:
    """The campaign whose package the one-time code in the mail belongs to."""
    codes = codes_in(mail.message.subject, mail.message.text)
    packages = ((office, office.books.decisions.package(office.campaign.id)) for office in offices)
    return next((office for office, package in packages if package and package.code in codes), None)


def _answer_status(office: Office, mail: Incoming, order: Order) -> None:
    rows = board_rows(office, only=order.argument.upper() or None)
    _reply(office, mail, "status_hr", {"units": rows})


def _decide_package(office: Office, mail: Incoming, order: Order) -> None:
    package = office.books.decisions.package(office.campaign.id)
    outcome = _decision(office, mail, order, package)
    wording = office.wording()
    lines = [wording.say(f"command.{outcome}", why=order.argument)]
    _reply(office, mail, "command_result", {"lines": lines})


def _decision(office: Office, mail: Incoming, order: Order, package: PackageRecord | None) -> str:
    """The catalogue key of what was done."""
    if package is None:
        return "no_package"
    if package.code not in codes_in(mail.message.subject, mail.message.text):
        return "wrong_code"
    if order.command is Command.REJECT:
        return "package_rejected" if reject_package(office, package, mail.message.sender, order) else "decided"
    return "package_approved" if approve_package(office, package, mail.message.sender) else "decided"


def approve_package(office: Office, package: PackageRecord, by: str) -> bool:
    """HR approves: the package is sent at the next pass. False when it was decided before."""
    if not office.books.decisions.approve_package(package.id, by, office.house.now()):
        return False
    office.record(by, "package approved", f"package {package.id}")
    return True


def reject_package(office: Office, package: PackageRecord, by: str, order: Order) -> bool:
    """HR refuses: the code is spent, a new package can be built."""
    if not office.books.decisions.reject_package(package.id, by, office.house.now()):
        return False
    office.record(by, "package rejected", order.argument)
    return True


def _reply(
    office: Office,
    mail: Incoming,
    template: str,
    facts: dict[str, Sequence[object]],
) -> None:
    to_hr(
        office,
        key=f"reply:{mail.record.id}:{office.campaign.id}:{template}",
        template=template,
        facts=facts,
        answers=mail.message,
        answers_mail=mail.record.id,
    )
