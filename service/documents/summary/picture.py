"""The picture in a summary: the campaign's way to its last day, and every unit a row, every step a column."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from PIL import Image

from service.core.progress.summary_facts import BurnUp

_DPI = 150
_WIDTH = 7.0
"""Inches: 1,050 pixels, twice what a mail shows, so that it is sharp and still legible when shrunk for a telephone."""
_ROW = 0.28
_LEFT = 3.0
"""Where the fields begin."""
_TOP, _WAY, _HEAD, _FOOT = 0.72, 2.4, 0.34, 0.5
"""Heights: title, the campaign's way, headings of the fields, legend."""
_DONE, _FORMS, _LATE = "#0b5cad", "#3d8b57", "#b3261e"
_INK, _PALE_INK, _PAPER = "#1f2933", "#5b6770", "#ffffff"
_SCALE = LinearSegmentedColormap.from_list("progress", ["#fdece6", "#fbe3b5", "#cfe6bd", "#5ba574"])
"""From pale red to green; the steps differ in lightness too, for those who cannot tell red from green."""
_NOT_ASKED = "#eef1f4"
_LONGEST_NAME = 27
_MOST_ROWS = 60
"""More would be neither read nor below 180 KB; the workbook beside the picture has them all."""
_COLOURS = 64
_FONT = "DejaVu Sans"


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureRow:
    """One unit. `parts`: step to what is done of it, 0 to 1; a step that is not asked of the unit is left out."""

    code: str
    name: str
    parts: Mapping[str, float]
    notes: Mapping[str, str] = field(default_factory=dict)
    """What stands in the field, such as `5/7`; the percentage where nothing is given."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureWords:
    """What is written around the fields."""

    title: str
    subtitle: str
    steps: Mapping[str, str]
    """Step to its heading, in order."""
    footer: str = ""
    more: str = ""
    """Follows the number of units for which there is no room."""
    way: str = ""
    """Above the campaign's way."""
    units: str = ""
    """Names of its lines; no line of declarations without a name."""
    forms: str = ""
    even: str = ""
    last_day: str = ""


def progress_picture(rows: Sequence[PictureRow], words: PictureWords, burn_up: BurnUp | None = None) -> bytes:
    """PNG on white paper, readable in dark mail programs too; the same bytes for the same rows and words."""
    shown, hidden = rows[:_MOST_ROWS], max(0, len(rows) - _MOST_ROWS)
    begin = _TOP + (_WAY if burn_up else 0.0)
    height = begin + _HEAD + _FOOT + _ROW * max(len(shown) + bool(hidden), 1)
    figure = Figure(figsize=(_WIDTH, height), dpi=_DPI, facecolor=_PAPER)
    axes = figure.add_axes((0.0, 0.0, 1.0, 1.0))
    axes.set_xlim(0, _WIDTH)
    axes.set_ylim(height, 0)
    axes.set_axis_off()
    _write(axes, 0.3, 0.28, words.title, size=13, weight="bold")
    _write(axes, 0.3, 0.54, words.subtitle, size=9, color=_PALE_INK)
    if burn_up:
        _write(axes, 0.3, _TOP + 0.1, words.way, size=9, weight="bold")
        place = (0.75 / _WIDTH, 1 - (_TOP + _WAY - 0.62) / height, (_WIDTH - 1.15) / _WIDTH, (_WAY - 0.92) / height)
        _draw_way(figure.add_axes(place), burn_up, words)
    _draw_fields(axes, shown, words, top=begin)
    if hidden:
        below = begin + _HEAD + (len(shown) + 0.5) * _ROW
        _write(axes, 0.3, below, f"+ {hidden} {words.more}", size=9, color=_PALE_INK)
    _draw_legend(axes, words.footer, height - 0.25)
    return _as_png(figure)


def _draw_way(axes: Axes, burn_up: BurnUp, words: PictureWords) -> None:
    """What is done day by day up to today, beside an even pace to the last day."""
    last, today = ((day - burn_up.begun).days for day in (burn_up.last_day, burn_up.today))
    end = max(last, today, 1)
    numbers = range(max(today, 0) + 1)
    days = [burn_up.begun + timedelta(days=number) for number in numbers]
    axes.plot([0, last], [0, 1], color=_PALE_INK, linestyle=":", linewidth=1.2, label=words.even)
    if words.forms and burn_up.forms:
        done = [burn_up.forms_share(day) for day in days]
        axes.plot(numbers, done, color=_FORMS, linestyle="--", linewidth=2, drawstyle="steps-post", label=words.forms)
    done = [burn_up.units_share(day) for day in days]
    axes.plot(numbers, done, color=_DONE, linewidth=2.4, drawstyle="steps-post", label=words.units)
    axes.axvline(last, color=_LATE, linewidth=1.4)
    axes.text(last, 1.05, words.last_day, color=_LATE, fontsize=8, ha="center", family=_FONT)
    axes.set_xlim(0, end * 1.08)
    axes.set_ylim(0, 1.02)
    axes.set_yticks([0, 0.5, 1], ["0%", "50%", "100%"])
    marks = sorted({0, end // 2, today})
    axes.set_xticks(marks, [f"{burn_up.begun + timedelta(days=mark):%d/%m}" for mark in marks])
    axes.tick_params(labelsize=8, labelcolor=_INK, color=_PALE_INK)
    axes.grid(axis="y", color="#e3eaf2", linewidth=0.8)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    axes.legend(
        loc="upper center", bbox_to_anchor=(0.5, -0.13), ncol=3, prop={"family": _FONT, "size": 8}, frameon=False
    )


def _draw_fields(axes: Axes, rows: Sequence[PictureRow], words: PictureWords, *, top: float) -> None:
    """Headings, then a row for each unit."""
    step_width = (_WIDTH - _LEFT - 0.25) / max(len(words.steps), 1)
    for number, heading in enumerate(words.steps.values()):
        centre = _LEFT + step_width * (number + 0.5)
        _write(axes, centre, top + _HEAD - 0.14, heading, size=9, weight="bold", align="center")
    for number, row in enumerate(rows):
        _draw_row(axes, row, tuple(words.steps), top=top + _HEAD + number * _ROW, step_width=step_width)


def _draw_row(axes: Axes, row: PictureRow, steps: Sequence[str], *, top: float, step_width: float) -> None:
    middle = top + _ROW / 2
    _write(axes, 0.3, middle, row.code, size=9, weight="bold")
    _write(axes, 0.78, middle, _shortened(row.name), size=9)
    for number, step in enumerate(steps):
        share = row.parts.get(step)
        colour = _NOT_ASKED if share is None else _SCALE(float(min(max(share, 0.0), 1.0)))
        start = _LEFT + number * step_width
        axes.add_patch(Rectangle((start + 0.03, top + 0.03), step_width - 0.06, _ROW - 0.06, color=colour, linewidth=0))
        note = row.notes.get(step, "–" if share is None else f"{share:.0%}")
        _write(axes, start + step_width / 2, middle, note, size=9, align="center")


def _draw_legend(axes: Axes, footer: str, middle: float) -> None:
    for number in range(5):
        share = number / 4
        axes.add_patch(Rectangle((0.3 + number * 0.52, middle - 0.09), 0.48, 0.18, color=_SCALE(share), linewidth=0))
        _write(axes, 0.54 + number * 0.52, middle, f"{share:.0%}", size=8, align="center")
    _write(axes, _LEFT, middle, footer, size=8, color=_PALE_INK)


def _write(
    axes: Axes,
    across: float,
    down: float,
    text: str,
    *,
    size: float,
    weight: str = "normal",
    color: str = _INK,
    align: str = "left",
) -> None:
    """Text as it is: `$` in a unit's name begins no formula."""
    axes.text(
        across,
        down,
        text,
        fontsize=size,
        fontweight=weight,
        color=color,
        ha=align,
        va="center",
        family=_FONT,
        parse_math=False,
    )


def _shortened(name: str) -> str:
    return name if len(name) <= _LONGEST_NAME else name[: _LONGEST_NAME - 1].rstrip() + "…"


def _as_png(figure: Figure) -> bytes:
    """Few colours, no alpha: sixty units stay below 180 KB."""
    canvas = FigureCanvasAgg(figure)
    canvas.draw()  # type: ignore[no-untyped-call]  # matplotlib's types leave it out
    width, height = canvas.get_width_height()
    pixels = bytes(canvas.buffer_rgba())  # type: ignore[no-untyped-call]  # matplotlib's types leave it out
    picture = Image.frombuffer("RGBA", (width, height), pixels).convert("RGB")
    written = io.BytesIO()
    picture.quantize(_COLOURS, dither=Image.Dither.NONE).save(written, "PNG", optimize=True)
    return written.getvalue()
