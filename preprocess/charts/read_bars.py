"""Charts of bars, standing or lying, alone, in groups or in stacks."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

from preprocess.charts.axes import Scale, find_scales, on_grid
from preprocess.charts.bars import Bar, Bars, rectangles, standing
from preprocess.charts.draft import Cell, Draft, Total, learned, lost
from preprocess.charts.labels import Labels, below, left_of, spread
from preprocess.charts.legend import Entry, find_legend
from preprocess.charts.look import Look
from preprocess.charts.pieces import Piece, around
from preprocess.charts.printed import Place, at_bars
from preprocess.charts.slots import Layout, Slots, lay_out
from preprocess.charts.turn import Span, Turn

AT_ZERO = 0.02  # of the axis: a line this near to 0 is 0
LEAST_LONG = 2.0  # pixels: a shorter bar cannot be measured
LINE = 1.5  # pixels of a thick axis
LEAST_SHARE = 0.004  # of the picture: the bars' area


def read_bars(look: Look) -> Draft | None:
    """The bars of a page; None where there are none, or nothing that says what they are worth."""
    found = rectangles(look.colour_of, len(look.flat), look.words)
    options = [bars for lying in (False, True) if (bars := standing(found, Turn(lying)))]
    for bars in sorted(options, key=lambda bars: -bars.weight):
        if bars.weight >= LEAST_SHARE * look.size[0] * look.size[1]:
            legend = _legend(look, bars)
            layout = lay_out(bars.bars, [entry.colour for entry in legend])
            if layout is not None and (draft := _draft(look, bars, layout, legend)):
                return draft
    return None


def _legend(look: Look, bars: Bars) -> list[Entry]:
    marks = [bars.turn.area(bar.span) for bar in bars.bars]
    return find_legend(look.colour_of, len(look.flat), look.words, look.height, marks)


def _draft(look: Look, bars: Bars, layout: Layout, legend: Sequence[Entry]) -> Draft | None:
    turn = bars.turn
    plot = around(turn.area(bar.span) for bar in bars.bars)
    named = [word for entry in legend for word in entry.words]
    scale, notices = _scale(look, bars, [number for number in look.numbers if not _shares(number, named)])
    ticks = [piece for piece, _ in scale.ticks] if scale else []
    free = [word for word in look.words if word not in named and not _shares(word, ticks)]
    labels = Labels((), (), ())
    if not turn.lying:
        under = _under(bars, look.numbers)
        low = max([plot.y1, *(tick.area.y for tick in ticks)])
        words = [word for word in free if not _shares(word, under)]
        layout = _by_labels(bars, layout, spread(words, low, look.height, 0.0))
        labels = below(words, layout.slots, low, look.height)
    taken = [*named, *ticks, *labels.words]
    numbers = [number for number in look.numbers if not _shares(number, taken)]
    grid = _grid(bars, layout)
    places = [place for row in _places(bars, layout, grid) for place in row]
    pieces = at_bars(places, numbers, turn)
    if turn.lying:
        free = [word for word in free if not _shares(word, list(pieces.values()))]
        labels = left_of(free, layout.slots, bars.base, look.height)
    if scale is None:
        scale = _learned(bars, grid, pieces, layout)
        if scale is None or len(pieces) < len(bars.bars) / 2:
            return None
        notices = ("The axis has no numbers: marks were measured by the values that are printed.",)
    cells = _cells(bars, layout, grid, pieces, scale)
    totals = _totals(bars, layout, [n for n in numbers if n not in pieces.values()]) if layout.stacked else ()
    names = {entry.colour: entry.name for entry in legend}
    series = layout.series or (bars.bars[0].colour,)
    return Draft(
        kind="bar",
        turn=turn,
        stacked=layout.stacked,
        categories=labels.names or ("",) * layout.slots.number,
        labels=labels.areas or (None,) * layout.slots.number,
        names=tuple(names.get(colour, "") for colour in series),
        inks=tuple(look.flat[colour] for colour in series),
        cells=cells,
        scale=scale,
        plot=plot,
        used=(*named, *ticks, *labels.words, *pieces.values(), *(total.piece for total in totals)),
        totals=totals,
        notices=(*notices, *lost(names[colour] for colour in names if colour not in series)),
    )


def _by_labels(bars: Bars, layout: Layout, labelled: tuple[Slots, Labels] | None) -> Layout:
    """The layout with the labels' slots, where groups fit them: a bar too short to see shifts the middle of its group,
    but not its label."""
    if labelled is None or len(layout.series) < 2 or layout.stacked:
        return layout
    slots = labelled[0]
    places = [(slots.of(bar.span.a), bar.colour) for bar in bars.bars if bar.colour in layout.series]
    fits = None not in {place for place, _ in places} and len(set(places)) == len(places)
    return layout._replace(slots=slots) if fits else layout


def _shares(piece: Piece, others: Sequence[Piece]) -> bool:
    """Whether a word or number stands where one of `others` does: a number may be made of several words."""
    return any(
        (other.area.x0 <= piece.area.x <= other.area.x1 and other.area.y0 <= piece.area.y <= other.area.y1)
        or (piece.area.x0 <= other.area.x <= piece.area.x1 and piece.area.y0 <= other.area.y <= piece.area.y1)
        for other in others
    )


def _under(bars: Bars, numbers: Sequence[Piece]) -> list[Piece]:
    """Negative numbers printed under bars that hang from the line, which may reach into the labels."""
    hanging = [Place(bar.span, False) for bar in bars.bars if not _is_positive(bar, bars.base)]
    below_zero = [number for number in numbers if number.figure and number.figure.number < 0]
    return list(at_bars(hanging, below_zero, bars.turn).values())


def _scale(look: Look, bars: Bars, numbers: Sequence[Piece]) -> tuple[Scale | None, tuple[str, ...]]:
    """The axis beside the bars, the one nearest to their line where there are two."""
    spans = [bar.span for bar in bars.bars]
    low, high = min(span.a0 for span in spans), max(span.a1 for span in spans)
    beside = [n for n in numbers if not low < bars.turn.span(n.area).a < high]
    found = find_scales(beside, bars.turn, look.height)
    if not found:
        return None, ()
    # Lying bars have their axis below them, standing ones at their left.
    found.sort(key=lambda scale: (bars.turn.span(scale.ticks[0][0].area).a > high) != bars.turn.lying)
    notices = ("There is a second axis; what is drawn by it was not read.",) if len(found) > 1 else ()
    return on_grid(found[0], look.pixels, look.ground, bars.turn, look.height), notices


def _grid(bars: Bars, layout: Layout) -> dict[tuple[int, int], Bar]:
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


def _places(bars: Bars, layout: Layout, grid: dict[tuple[int, int], Bar]) -> list[list[Place]]:
    """Where values may be printed, series by series: at the bars, and on the line where a bar is too short to see."""
    thick = median(bar.span.thick for bar in bars.bars)
    rows = []
    for series in range(max(len(layout.series), 1)):
        away = [bar.span.a - layout.slots.at(place) for (own, place), bar in grid.items() if own == series]
        row = []
        for place in range(layout.slots.number):
            bar = grid.get((series, place))
            if bar is not None:
                row.append(Place(bar.span, _is_positive(bar, bars.base), layout.stacked))
                continue
            middle = layout.slots.at(place) + (median(away) if away else 0.0)
            row.append(Place(Span(middle - thick / 2, middle + thick / 2, bars.base, bars.base), True, layout.stacked))
        rows.append(row)
    return rows


def _is_positive(bar: Bar, base: float) -> bool:
    return abs(bar.span.v1 - base) > abs(bar.span.v0 - base) or bar.span.v0 >= base - 2


def _cells(
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


def _length(bar: Bar, bars: Bars, layout: Layout) -> float:
    """From the line to the bar's end; of a piece of a stack, its own length. Below the line it is less than 0."""
    hangs = not _is_positive(bar, bars.base)
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


def _learned(bars: Bars, grid: dict[tuple[int, int], Bar], pieces: dict[int, Piece], layout: Layout) -> Scale | None:
    """The scale that most printed values agree on, for a chart whose axis has no numbers."""
    pairs = [
        (_length(bar, bars, layout), piece.figure.number)
        for (series, place), bar in grid.items()
        if (piece := pieces.get(series * layout.slots.number + place)) is not None and piece.figure
    ]
    slope = learned(pairs)
    return Scale(slope, bars.base, ()) if slope else None


def _totals(bars: Bars, layout: Layout, numbers: Sequence[Piece]) -> tuple[Total, ...]:
    """Numbers over the stacks, if most of them have one."""
    tops: dict[int, Span] = {}
    for bar in bars.bars:
        place = layout.slots.of(bar.span.a)
        if place is not None and (place not in tops or bar.span.v1 > tops[place].v1):
            tops[place] = bar.span
    order = list(tops)
    over = [Place(tops[place]._replace(v0=tops[place].v1), True) for place in order]
    found = at_bars(over, numbers, bars.turn)
    totals = tuple(Total(order[number], piece) for number, piece in sorted(found.items()))
    return totals if len(totals) > len(order) / 2 else ()
