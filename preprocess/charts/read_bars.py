"""Charts of bars, standing or lying, alone, in groups or in stacks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from preprocess.charts.axes import Scale, alike, counted_alike, find_scales, on_grid, repeats
from preprocess.charts.bar_values import cells_of, grid_of, is_positive, learned_scale, places_of, totals_of
from preprocess.charts.bars import Bars, rectangles, standing
from preprocess.charts.draft import Draft, Total, lost
from preprocess.charts.labels import OFF_MIDDLE, Labels, below, spread
from preprocess.charts.legend import Entry, find_legend
from preprocess.charts.look import Look
from preprocess.charts.lying_labels import left_of, spread_down
from preprocess.charts.pieces import Piece, around, stands_at
from preprocess.charts.printed import Place, at_bars
from preprocess.charts.slots import Layout, Slots, lay_out
from preprocess.charts.turn import Turn
from preprocess.charts.unread import first_alone, lines_over

ALONE = 0.1  # of a slot: how far pieces of one bar may lie beside one another
LEAST_SHARE = 0.004  # of the picture: the bars' area


def read_bars(look: Look) -> Draft | None:
    """The bars of a page; None where there are none, or nothing that says what they are worth."""
    found = rectangles(look.colour_of, len(look.flat), look.words)
    options = [bars for lying in (False, True) if (bars := standing(found, Turn(lying)))]
    for bars in sorted(options, key=lambda bars: -bars.weight):
        if bars.weight >= LEAST_SHARE * look.size[0] * look.size[1]:
            legend = _legend(look, bars)
            seen, alone, notices = first_alone(look, bars)
            layout = lay_out(alone.bars, [entry.colour for entry in legend])
            if layout is not None and (draft := _draft(seen, alone, layout, legend)):
                return replace(draft, notices=(*draft.notices, *notices))
    return None


def _legend(look: Look, bars: Bars) -> list[Entry]:
    marks = [bars.turn.area(bar.span) for bar in bars.bars]
    return find_legend(look.colour_of, len(look.flat), look.words, look.height, marks)


def _draft(look: Look, bars: Bars, layout: Layout, legend: Sequence[Entry]) -> Draft | None:
    turn = bars.turn
    plot = around(turn.area(bar.span) for bar in bars.bars)
    named = [word for entry in legend for word in entry.words]
    numbers = [number for number in look.numbers if not stands_at(number, named)]
    scale, notices = _scale(look, bars, numbers)
    ticks = [piece for piece, _ in scale.ticks] if scale else []
    free = [word for word in look.words if word not in named and not stands_at(word, ticks)]
    labels = Labels((), (), ())
    if turn.lying:
        layout = _by_labels(bars, layout, spread_down(free, numbers, layout.slots, bars.base, look.height))
    else:
        under = _under(bars, look.numbers)
        low = max([plot.y1, *(tick.area.y for tick in ticks)])
        words = [word for word in free if not stands_at(word, under)]
        spaced = spread(words, low, look.height, 0.0)
        layout = _by_labels(bars, layout, spaced[0] if spaced else None)
        labels = below(words, layout.slots, low, look.height)
    numbers = [number for number in numbers if not stands_at(number, [*ticks, *labels.words])]
    grid = grid_of(bars, layout)
    places = [place for row in places_of(bars, layout, grid) for place in row]
    pieces = at_bars(places, numbers, turn)
    rest = [number for number in numbers if number not in pieces.values()]
    if turn.lying:
        free = [word for word in free if not stands_at(word, list(pieces.values()))]
        labels = left_of(free, layout.slots, bars.base, look.height)
    if scale is None:
        pieces = dict(zip(pieces, alike(list(pieces.values())), strict=True))
        scale = learned_scale(bars, grid, pieces, layout)
        if scale is None or len(pieces) < len(bars.bars) / 2:
            return None
        notices = ("The axis has no numbers: marks were measured by the values that are printed.",)
    over = totals_of(bars, layout, rest) if layout.stacked else {}
    scale, counted = counted_alike(scale, [*pieces.values(), *over.values()])
    pieces = dict(zip(pieces, counted, strict=False))
    totals = tuple(map(Total, over, counted[len(pieces) :]))
    cells = cells_of(bars, layout, grid, pieces, scale)
    names = {entry.colour: entry.name for entry in legend}
    series = layout.series or (bars.bars[0].colour,)
    unseen = lost(name for colour, name in names.items() if colour not in series)
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
        notices=(*notices, *lines_over(look, bars, plot, scale), *unseen),
    )


def _by_labels(bars: Bars, layout: Layout, slots: Slots | None) -> Layout:
    """The layout with the labels' `slots`, where bars fit them: a bar too short to see shifts the middle of its group,
    or leaves none, but it has its label."""
    grouped = len(layout.series) > 1 and not layout.stacked
    if slots is None or (not grouped and slots.number <= layout.slots.number):
        return layout
    found: dict[tuple[int, int], list[float]] = {}
    for bar in bars.bars:
        place = slots.of(bar.span.a)
        off_middle = place is None or abs(bar.span.a - slots.at(place)) > OFF_MIDDLE * slots.step
        if place is None or (off_middle and not grouped):
            return layout
        if not grouped or bar.colour in layout.series:
            found.setdefault((place, bar.colour if grouped else 0), []).append(bar.span.a)
    alone = all(max(own) - min(own) <= ALONE * slots.step for own in found.values())
    return layout._replace(slots=slots) if alone else layout


def _under(bars: Bars, numbers: Sequence[Piece]) -> list[Piece]:
    """Negative numbers printed under bars that hang from the line, which may reach into the labels."""
    hanging = [Place(bar.span, False) for bar in bars.bars if not is_positive(bar, bars.base)]
    below_zero = [number for number in numbers if number.figure and number.figure.number < 0]
    return list(at_bars(hanging, below_zero, bars.turn).values())


def _scale(look: Look, bars: Bars, numbers: Sequence[Piece]) -> tuple[Scale | None, tuple[str, ...]]:
    """The axis beside the bars; of two that differ the one at the left of standing bars, or below lying ones."""
    spans = [bar.span for bar in bars.bars]
    low, high = min(span.a0 for span in spans), max(span.a1 for span in spans)
    beside = [n for n in numbers if not low < bars.turn.span(n.area).a < high]
    found = find_scales(beside, bars.turn, look.height)
    if not found:
        return None, ()
    found.sort(key=lambda scale: (bars.turn.span(scale.ticks[0][0].area).a > high) != bars.turn.lying)
    differ = not all(repeats(other, found[0]) for other in found[1:])
    notices = ("There are two axes; bars were measured by the one at the left or below.",) if differ else ()
    return on_grid(found[0], look.pixels, look.ground, bars.turn, look.height), notices
