"""The board in the terminal: every unit, what just happened, and the simulated day; plain lines without a terminal."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from types import TracebackType
from typing import Protocol, Self

from rich.console import Console, Group
from rich.live import Live
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

EVENTS_KEPT, EVENTS_SHOWN_AT_LEAST = 30, 3
FRAME_LINES = 8
"""Lines of the board besides units and events: headings and borders."""
STAGE_COLOURS = {
    "nothing": "dim",
    "partial": "yellow",
    "correction": "red",
    "review": "cyan",
    "complete": "green",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitLine:
    """One unit as the board shows it."""

    code: str
    name: str
    stage: str
    roster: str = ""
    declarations: str = ""
    last: str = ""
    """The last thing that happened with this unit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """Something that just happened, in one line."""

    at: datetime
    who: str
    what: str
    unit: str | None = None


class Board(Protocol):
    """What the runner shows things on."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    def happened(self, happening: Happening) -> None: ...

    def show(self, now: datetime, units: Sequence[UnitLine]) -> None: ...


class LiveBoard:
    """Redrawn in place, as high as the terminal allows; gone when it is over."""

    def __init__(self, console: Console, title: str) -> None:
        self._console, self._title = console, title
        self._events: deque[Happening] = deque(maxlen=EVENTS_KEPT)
        self._units: Sequence[UnitLine] = ()
        self._now: datetime | None = None
        self._live = Live(console=console, auto_refresh=False, transient=True)

    def __enter__(self) -> Self:
        self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._live.stop()

    def happened(self, happening: Happening) -> None:
        self._events.append(happening)
        self._draw()

    def show(self, now: datetime, units: Sequence[UnitLine]) -> None:
        self._now, self._units = now, units
        self._draw()

    def _draw(self) -> None:
        self._live.update(Group(self._heading(), unit_table(self._units), self._happenings()), refresh=True)

    def _heading(self) -> Text:
        day = f"{self._now:%A %d/%m/%Y %H:%M}" if self._now else ""
        return Text.assemble((f" {self._title} ", "bold reverse"), "  ", (day, "bold"))

    def _happenings(self) -> Panel:
        room = max(EVENTS_SHOWN_AT_LEAST, self._console.size.height - len(self._units) - FRAME_LINES)
        lines = [event_line(happening) for happening in list(self._events)[-room:]]
        lines += [Text("")] * (min(room, EVENTS_KEPT) - len(lines))
        return Panel(Group(*lines), title="just happened", title_align="left", border_style="dim")


class PlainBoard:
    """A line an event: for logs and pipes."""

    def __init__(self, console: Console) -> None:
        self._console = console

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        return None

    def happened(self, happening: Happening) -> None:
        self._console.print(event_line(happening), soft_wrap=True)

    def show(self, now: datetime, units: Sequence[UnitLine]) -> None:
        """Only the events are told; the whole table comes once, at the end."""


def unit_table(units: Sequence[UnitLine]) -> Table:
    """Units by stage, roster and declarations."""
    table = Table(expand=True, border_style="dim", pad_edge=False)
    table.add_column("unit", no_wrap=True, ratio=4)
    table.add_column("stage", no_wrap=True, min_width=10)
    table.add_column("roster", no_wrap=True, justify="right", min_width=6)
    table.add_column("forms", no_wrap=True, justify="right", min_width=5)
    table.add_column("last", no_wrap=True, ratio=5, style="dim")
    for line in units:
        stage = Text(line.stage, style=STAGE_COLOURS.get(line.stage, ""))
        table.add_row(f"{line.code} {line.name}", stage, line.roster, line.declarations, line.last)
    return table


def event_line(happening: Happening) -> Text:
    """ "12/05 09:00  U11  sent: …" in one line."""
    return Text.assemble(
        (f"{happening.at:%d/%m %H:%M}  ", "dim"),
        (f"{happening.unit or '':<4}", "bold"),
        (f"{happening.who}: ", "cyan"),
        happening.what,
        no_wrap=True,
        overflow="ellipsis",
    )


def make_board(console: Console, title: str, *, live: bool) -> Board:
    """A live board at a terminal, plain lines anywhere else."""
    return LiveBoard(console, title) if live and console.is_terminal else PlainBoard(console)
