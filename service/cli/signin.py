"""The command `sign-in`: a person signs in once at Google or Microsoft, and the service needs no password."""

from __future__ import annotations

from typing import Annotated

import typer

from service.cli.common import ConfigOption, console, settings_of
from service.wiring.signing_in import Side, sign_in

WhatArgument = Annotated[Side, typer.Argument(help="mailbox: reading; sending: where another account sends.")]


def signs_in(what: WhatArgument = "mailbox", config: ConfigOption = None) -> int:
    """Signs in at Google, Microsoft or another provider; the service then renews its access by itself."""

    def show(line: str) -> None:
        # An address must come through whole: no colours, no line breaks of ours, and at once.
        console.print(line, highlight=False, markup=False, soft_wrap=True)

    console.print(sign_in(settings_of(config), what, show), highlight=False, markup=False)
    return 0
