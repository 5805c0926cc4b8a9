"""The picture in HR's summary: every unit a row, every step a column, the darker the further."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from PIL import Image

_DPI = 100
_WIDTH = 9.6
"""Inches: 960 pixels, sharp in a mail 600 wide, and no program has to shrink it to fit."""
_ROW = 0.3
_LEFT = 4.0
"""Where the fields begin."""
_HEAD, _FOOT = 0.95, 0.55
_INK, _PALE_INK, _PAPER = "#1f2933", "#5b6770", "#ffffff"
_SCALE = LinearSegmentedColormap.from_list("progress", ["#fdece6", "#fbe3b5", "#cfe6bd", "#5ba574"])
"""From pale red to green; the steps differ in lightness too, for those who cannot tell red from green."""
_NOT_ASKED = "#eef1f4"
_LONGEST_NAME = 34
_MOST_ROWS = 60
"""More would be neither read nor below 80 KB; the workbook beside the picture has them all."""
_COLOURS = 48


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


def progress_picture(rows: Sequence[PictureRow], words: PictureWords) -> bytes:
    """PNG on white paper, readable in dark mail programs too; the same bytes for the same rows and words."""
    shown, hidden = rows[:_MOST_ROWS], max(0, len(rows) - _MOST_ROWS)
    height = _HEAD + _FOOT + _ROW * max(len(shown) + bool(hidden), 1)
    figure = Figure(figsize=(_WIDTH, height), dpi=_DPI, facecolor=_PAPER)
    axes = figure.add_axes((0.0, 0.0, 1.0, 1.0))
    axes.set_xlim(0, _WIDTH)
    axes.set_ylim(height, 0)
    axes.set_axis_off()
    step_width = (_WIDTH - _LEFT - 0.3) / max(len(words.steps), 1)
    _write(axes, 0.3, 0.3, words.title, size=13, weight="bold")
    _write(axes, 0.3, 0.58, words.subtitle, size=9, color=_PALE_INK)
    for number, heading in enumerate(words.steps.values()):
        centre = _LEFT + step_width * (number + 0.5)
        _write(axes, centre, 0.82, heading, size=9, weight="bold", align="center")
    for number, row in enumerate(shown):
        _draw_row(axes, row, tuple(words.steps), top=_HEAD + number * _ROW, step_width=step_width)
    if hidden:
        _write(axes, 0.3, _HEAD + (len(shown) + 0.5) * _ROW, f"+ {hidden} {words.more}", size=9, color=_PALE_INK)
    _draw_legend(axes, words.footer, height - 0.3)
    return _as_png(figure)


def _draw_row(axes: Axes, row: PictureRow, steps: Sequence[str], *, top: float, step_width: float) -> None:
    middle = top + _ROW / 2
    _write(axes, 0.3, middle, row.code, size=9, weight="bold")
    _write(axes, 0.85, middle, _shortened(row.name), size=9)
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
        axes.add_patch(Rectangle((0.3 + number * 0.62, middle - 0.09), 0.58, 0.18, color=_SCALE(share), linewidth=0))
        _write(axes, 0.59 + number * 0.62, middle, f"{share:.0%}", size=8, align="center")
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
        family="DejaVu Sans",
        parse_math=False,
    )


def _shortened(name: str) -> str:
    return name if len(name) <= _LONGEST_NAME else name[: _LONGEST_NAME - 1].rstrip() + "…"


def _as_png(figure: Figure) -> bytes:
    """Few colours, no alpha: sixty units stay below 80 KB."""
    canvas = FigureCanvasAgg(figure)
    canvas.draw()  # type: ignore[no-untyped-call]  # matplotlib's types leave it out
    width, height = canvas.get_width_height()
    pixels = bytes(canvas.buffer_rgba())  # type: ignore[no-untyped-call]  # matplotlib's types leave it out
    picture = Image.frombuffer("RGBA", (width, height), pixels).convert("RGB")
    written = io.BytesIO()
    picture.quantize(_COLOURS, dither=Image.Dither.NONE).save(written, "PNG", optimize=True)
    return written.getvalue()
