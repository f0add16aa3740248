"""A page's chart as numbers, without a model: `read_chart(page)`.

The way of the data:

1. `look`: the page's picture and words; its paper, as which `panels` count too, its flat colours, and which words are
   numbers (`1O0` is none, and `points` says what parts their decimals).
2. `pies`, `bars`, `bands`, `curves` find marks by colour and shape. A disc is a pie; rectangles on one line are bars,
   standing or lying, in groups or stacks (`slots`); what fills down to a straight line is an area; else lines are
   followed through the plot. `unread` tells what stands beside bars or over them.
3. `axes`: numbers in a column (or a row) whose places and values lie on a straight line are the axis; those that do not
   are left out. Without them bars are measured by the values printed at them, if those agree.
4. `labels` name the categories, `legend` the series by the colours of its keys, `printed` gives each mark the number
   that stands at it, by place alone. What has no number is measured. `texts` are title, names of axes, unit.
5. `checks` holds it all against itself.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from preprocess.charts.axes import Scale
from preprocess.charts.chart import Axis, Chart, Colour, NoChart, Series, Tick, Value
from preprocess.charts.checks import checks_of, in_per_cent
from preprocess.charts.draft import Cell, Draft, rounded
from preprocess.charts.look import Look, look_at
from preprocess.charts.read_bars import read_bars
from preprocess.charts.read_curves import read_curves
from preprocess.charts.read_pie import read_pie
from preprocess.charts.texts import texts_of
from preprocess.charts.turn import Turn
from preprocess.document import Page

ROUGH = 20  # pixels of a mark, of which one is 5 %
PIE_STEP = 0.28  # per cent: a degree, about what a slice's edge can be placed to


def read_chart(page: Page) -> Chart:
    """The chart that a page shows, as a table with its checks.

    Raises:
        NoChart: there is none that can be read, and why.
        DocumentError: the page cannot be read.
    """
    return chart_of(look_at(page))


def chart_of(look: Look) -> Chart:
    """The same, of a page that has been looked at.

    Raises:
        NoChart: there is none that can be read, and why.
    """
    if not look.words:
        raise NoChart(f"Page {look.page} has no words: without labels and numbers no chart can be read.")
    draft = read_pie(look) or read_bars(look) or read_curves(look)
    if draft is None:
        raise NoChart(
            f"Page {look.page} shows no chart that can be read: no pie, no bars with an axis or printed values, and "
            "no lines or areas with an axis and labels below were found."
        )
    return _chart(look, draft)


def _chart(look: Look, draft: Draft) -> Chart:
    texts = texts_of(look, draft)
    series = tuple(
        Series(name, tuple(_value(cell, draft, look) for cell in row), _colour(ink))
        for name, row, ink in zip(draft.names, draft.cells, draft.inks, strict=True)
    )
    axis = _axis(draft.scale, draft.turn, look, texts.value_name) if draft.scale else None
    return Chart(
        page=look.page,
        kind=draft.kind,
        lying=draft.turn.lying,
        stacked=draft.stacked,
        title=texts.title,
        category_name=texts.category_name,
        categories=draft.categories,
        labels=tuple(area and area.box(look.size) for area in draft.labels),
        words=tuple(word.area.box(look.size) for word in draft.used),
        series=series,
        unit=texts.unit,
        axis=axis,
        disc=draft.disc,
        checks=checks_of(draft),
        notices=(*draft.notices, *texts.notices, *_gaps(draft, series)),
    )


def _value(cell: Cell, draft: Draft, look: Look) -> Value | None:
    mark = cell.mark.box(look.size) if cell.mark else None
    if cell.piece is not None and cell.piece.figure is not None:
        return Value(cell.piece.text, cell.piece.figure.number, "printed", cell.piece.area.box(look.size), mark)
    if cell.measured is None or mark is None or (draft.kind == "pie" and _is_of_counts(draft)):
        return None
    resolution = 1 / abs(draft.scale.slope) if draft.scale else PIE_STEP
    number = rounded(cell.measured, resolution)
    return Value(f"{number:.15g}", number, "estimated", mark, mark)


def _is_of_counts(draft: Draft) -> bool:
    """Whether a pie's printed values are no per cent: then shares that were measured do not belong beside them."""
    return any(cell.piece for row in draft.cells for cell in row) and not in_per_cent(draft)


def _axis(scale: Scale, turn: Turn, look: Look, name: str) -> Axis:
    length, way = (look.size[0], 1) if turn.lying else (look.size[1], -1)
    ticks = tuple(
        Tick(piece.text, number, way * scale.v(number) / length, piece.area.box(look.size))
        for piece, number in sorted(scale.ticks, key=lambda tick: tick[1])
    )
    return Axis(name, "x" if turn.lying else "y", way * scale.slope / length, way * scale.offset / length, ticks)


def _gaps(draft: Draft, series: Sequence[Series]) -> list[str]:
    """What the table lacks, in sentences."""
    found = []
    nameless = sum(not name for name in draft.categories)
    if nameless:
        found.append(f"{nameless} of {len(draft.categories)} categories have no name that could be read.")
    if len(series) > 1 and not all(each.name for each in series):
        found.append("Not all series have a name that could be read.")
    rough = sum(cell.piece is None and 0 < abs(cell.pixels or 0) < ROUGH for row in draft.cells for cell in row)
    if rough and draft.kind != "pie":
        found.append(f"{rough} values were measured on fewer than {ROUGH} pixels: they may be off by more than 5 %.")
    empty = sum(value is None for each in series for value in each.values)
    if empty:
        found.append(f"{empty} of {len(series) * len(draft.categories)} values could not be read; they are left empty.")
    return found


def _colour(ink: np.ndarray) -> Colour:
    red, green, blue = (int(channel) for channel in ink)
    return red, green, blue
