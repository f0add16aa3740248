"""What bars are worth: which stands for which cell, where its value may be printed, and how long it is."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

from preprocess.charts.axes import Scale
from preprocess.charts.bars import Bar, Bars
from preprocess.charts.draft import Cell, learned
from preprocess.charts.pieces import Piece
from preprocess.charts.printed import Place, at_bars
from preprocess.charts.slots import Layout
from preprocess.charts.turn import Span

AT_ZERO = 0.02  # of the axis: a line this near to 0 is 0
LEAST_LONG = 2.0  # pixels: a shorter bar cannot be measured
LINE = 1.5  # pixels of a thick axis


def grid_of(bars: Bars, layout: Layout) -> dict[tuple[int, int], Bar]:
    """The bar of each series and category, the longest where there are several."""
    found: dict[tuple[int, int], Bar] = {}
    for bar in bars.bars:
        place = layout.slots.of(bar.span.a)
        if place is None or (layout.series and bar.colour not in layout.series):
            continue
        key = (layout.series.index(bar.colour) if layout.series else 0, place)
        if key not in found or bar.span.long > found[key].span.long:
            found[key] = bar
    return found


def places_of(bars: Bars, layout: Layout, grid: dict[tuple[int, int], Bar]) -> list[list[Place]]:
    """Where values may be printed, series by series: at the bars, and on the line where a bar is too short to see."""
    thick = median(bar.span.thick for bar in bars.bars)
    rows = []
    for series in range(max(len(layout.series), 1)):
        away = [bar.span.a - layout.slots.at(place) for (own, place), bar in grid.items() if own == series]
        row = []
        for place in range(layout.slots.number):
            bar = grid.get((series, place))
            if bar is not None:
                row.append(Place(bar.span, is_positive(bar, bars.base), layout.stacked))
                continue
            middle = layout.slots.at(place) + (median(away) if away else 0.0)
            row.append(Place(Span(middle - thick / 2, middle + thick / 2, bars.base, bars.base), True, layout.stacked))
        rows.append(row)
    return rows


def cells_of(
    bars: Bars, layout: Layout, grid: dict[tuple[int, int], Bar], pieces: dict[int, Piece], scale: Scale
) -> tuple[tuple[Cell, ...], ...]:
    rows = []
    for series in range(max(len(layout.series), 1)):
        row = []
        for place in range(layout.slots.number):
            bar = grid.get((series, place))
            piece = pieces.get(series * layout.slots.number + place)
            if bar is None:
                row.append(Cell(None, None, piece))
                continue
            length = _length(bar, bars, layout)
            measured = _number(length, bars.base, layout, scale) if abs(length) >= LEAST_LONG else None
            row.append(Cell(bars.turn.area(bar.span), measured, piece, length))
        rows.append(tuple(row))
    return tuple(rows)


def learned_scale(
    bars: Bars, grid: dict[tuple[int, int], Bar], pieces: dict[int, Piece], layout: Layout
) -> Scale | None:
    """The scale that most printed values agree on, for a chart whose axis has no numbers."""
    pairs = [
        (_length(bar, bars, layout), piece.figure.number)
        for (series, place), bar in grid.items()
        if (piece := pieces.get(series * layout.slots.number + place)) is not None and piece.figure
    ]
    slope = learned(pairs)
    return Scale(slope, bars.base, ()) if slope else None


def totals_of(bars: Bars, layout: Layout, numbers: Sequence[Piece]) -> dict[int, Piece]:
    """The number over the stack of each category, if most of them have one."""
    tops: dict[int, Span] = {}
    for bar in bars.bars:
        place = layout.slots.of(bar.span.a)
        if place is not None and (place not in tops or bar.span.v1 > tops[place].v1):
            tops[place] = bar.span
    order = list(tops)
    over = [Place(tops[place]._replace(v0=tops[place].v1), True) for place in order]
    found = at_bars(over, numbers, bars.turn)
    return {order[number]: found[number] for number in sorted(found)} if len(found) > len(order) / 2 else {}


def is_positive(bar: Bar, base: float) -> bool:
    return abs(bar.span.v1 - base) > abs(bar.span.v0 - base) or bar.span.v0 >= base - 2


def _length(bar: Bar, bars: Bars, layout: Layout) -> float:
    """From the line to the bar's end; of a piece of a stack, its own length. Below the line it is less than 0."""
    hangs = not is_positive(bar, bars.base)
    start, end = (bar.span.v1, bar.span.v0) if hangs else (bar.span.v0, bar.span.v1)
    if not layout.stacked:
        return end - bars.base
    beside = [other.span for other in bars.bars if other != bar and abs(other.span.a - bar.span.a) < 3]
    ends = [span.v0 if hangs else span.v1 for span in beside]  # of the pieces between this one and the line
    near = [place for place in ends if abs(start - place) <= 4]
    line = bars.base if abs(start - bars.base) <= 3 else start
    return end - (min if hangs else max)(near, default=line)


def _number(length: float, base: float, layout: Layout, scale: Scale) -> float:
    if layout.stacked:
        return length / scale.slope
    at_base = scale.number(base)
    hidden = scale.on_grid and abs(scale.v(0.0) - base) <= LINE  # the axis may be drawn over the bars' feet
    near = not scale.ticks or abs(at_base) <= AT_ZERO * scale.span
    return length / scale.slope + (0.0 if near and not hidden else at_base)
