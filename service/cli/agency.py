"""`dondoc package`: builds the final package, and sends the one that HR approved."""

from __future__ import annotations

from typing import Annotated

import typer

from service.cli.common import ConfigOption, NowOption, campaign_named, console, opened_service
from service.flow.package import build, newest_package, send_when_approved


def package_command(
    campaign: Annotated[str, typer.Argument(help="The campaign.")],
    send: Annotated[bool, typer.Option("--send", help="Send the approved package to the agency now.")] = False,
    config: ConfigOption = None,
    now: NowOption = None,
) -> int:
    """Builds the final package and asks HR for approval; with --send the approved one goes to the agency."""
    with opened_service(config, now) as service:
        open_campaign = campaign_named(service, campaign)
        built = newest_package(service.services, open_campaign)
        if send:
            if built is None or built.approved_at is None:
                raise typer.BadParameter(f"{campaign}: no approved package; HR answers DUYỆT, or `dondoc approve`")
            send_when_approved(service.services, open_campaign)
            service.deliver()
            send_when_approved(service.services, open_campaign)
        else:
            built = build(service.services, open_campaign)
        service.deliver()
        console.print(built.folder, highlight=False)
        for name, sha256 in built.files:
            console.print(f"  {sha256[:16]}…  {name}", highlight=False)
    return 0
