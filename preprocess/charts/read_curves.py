"""Charts over evenly spaced labels: lines, and areas filled down to the axis."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from statistics import median

import numpy as np

from preprocess.charts.at_labels import aligned, corners_of, height_at
from preprocess.charts.axes import Scale, counted_alike, find_scales, on_grid, repeats
from preprocess.charts.bands import THINNEST, Band, find_bands, uncovered
from preprocess.charts.colours import colour_numbers, distance
from preprocess.charts.curves import GRID, Curve, line_colours, trace
from preprocess.charts.draft import Cell, Draft, lost
from preprocess.charts.labels import Labels, spread
from preprocess.charts.legend import Entry, find_legend
from preprocess.charts.look import Look
from preprocess.charts.pieces import Area, Piece, phrases, rows, stands_at
from preprocess.charts.printed import at_points
from preprocess.charts.slots import Slots
from preprocess.charts.turn import Turn

UPRIGHT = Turn(False)
TWO_AXES = "There are two axes, and which line goes by which is not known: only values that are printed are read."
AT_FLOOR = 0.6  # of the text's height: areas stand on zero or on the lowest tick
STACKED = "Areas were taken to stand on one another; if they overlap, the values of all but the lowest are too low."
MOST_WRITTEN = 6  # words in the plot, more than it has labels
MOST_BENT = 0.5  # of the stretches between labels: more, and the labels are not those of the points
LIKE_KEY = 75  # grey levels: how far a line or an area may be from its key in the legend
LEAST_NAME = 2  # letters
LEAST_SEEN = 0.5  # of the labels have a point of the line
BRIGHTER = 70  # grey levels: how far a name may be from the colour of its line, which is drawn thicker


def read_curves(look: Look) -> Draft | None:
    """The lines or areas of a page; None where there are none, or no axis with labels under it."""
    legend = find_legend(look.colour_of, len(look.flat), look.words, look.height, ())
    named = {word for entry in legend for word in entry.words}
    free = [word for word in look.words if word not in named]
    scales = find_scales(look.numbers, UPRIGHT, look.height)
    for found in scales:
        scale = on_grid(found, look.pixels, look.ground, UPRIGHT, look.height)
        ticks = [piece for piece, _ in scale.ticks]
        top, bottom = min(tick.area.y for tick in ticks), max(tick.area.y for tick in ticks)
        left = max(tick.area.x1 for tick in ticks)
        under = [word for word in free if word.area.x > min(tick.area.x1 for tick in ticks)]
        step = (bottom - top) / (len(ticks) - 1)  # the lowest tick may have been missed
        labelled = spread(under, bottom, look.height, step)
        if labelled is None or labelled[0].at(0) < left - look.height:
            continue
        slots, labels = labelled
        right = min(slots.at(slots.number - 1) + slots.step / 2, look.size[0] - 2.0)
        plot = Area(left + 2, max(top - look.height, 0), right, min(bottom + 2, look.size[1]))
        if min(plot.width, plot.height) < look.height or _is_written(plot, look, slots):
            continue
        draft = _areas(look, scale, slots, labels, plot, legend) or _lines(look, scale, slots, labels, plot, legend)
        if draft is not None and draft.corners[0] <= MOST_BENT * draft.corners[1]:
            return _printed_alone(draft) if len(draft.cells) > 1 and _has_second(scales, found, plot) else draft
    return None


def _has_second(scales: Sequence[Scale], first: Scale, plot: Area) -> bool:
    """Whether another axis, with other numbers at the same heights, stands right of the plot."""
    others = [other for other in scales if min(tick.area.x0 for tick, _ in other.ticks) > plot.x1 - 2]
    return any(not repeats(other, first) for other in others if other is not first)


def _printed_alone(draft: Draft) -> Draft:
    """Nobody knows which line goes by which axis; what is printed at the lines is right by either."""
    cells = tuple(tuple(cell._replace(measured=None) for cell in row) for row in draft.cells)
    return replace(draft, cells=cells, notices=(*draft.notices, TWO_AXES))


def _is_written(plot: Area, look: Look, slots: Slots) -> bool:
    """Whether more words stand in the plot than names and notes would: then it is a page of text."""
    inside = [
        word
        for word in look.words
        if plot.x0 < word.area.x < plot.x1 and plot.y0 < word.area.y < plot.y1 and sum(map(str.isalpha, word.text)) > 2
    ]
    return len(inside) > MOST_WRITTEN + slots.number


def _areas(look: Look, scale: Scale, slots: Slots, labels: Labels, plot: Area, legend: Sequence[Entry]) -> Draft | None:
    bands = find_bands(look.colour_of, look.flat, look.words, look.height)
    if not bands:
        return None
    floor, low = float(np.nanmedian(bands[0].lower.middle)), min(number for _, number in scale.ticks)
    if min(abs(floor + scale.v(number)) for number in (0.0, low)) > AT_FLOOR * look.height:
        return None
    if (placed := aligned(slots, labels, [band.upper for band in bands])) is None:
        return None
    slots, labels = placed
    colours = uncovered(bands, [look.flat[entry.colour] for entry in legend], look.ground)
    notices: tuple[str, ...] = ()
    if colours:
        scale, cells = _cells([band.upper for band in bands], slots, _values(look, scale, labels, legend), scale)
    else:
        floors = [bands[0].lower, *(band.upper for band in bands)]
        cells = [_thick(band, floor, slots, scale) for band, floor in zip(bands, floors, strict=False)]
        colours, notices = [band.upper.colour for band in bands], (STACKED,)
    draft = _draft("area", look, scale, labels, plot, legend, colours, cells, bool(notices))
    draft = replace(draft, notices=(*draft.notices, *notices))
    return replace(draft, corners=corners_of([band.upper for band in bands], slots))


def _thick(band: Band, floor: Curve, slots: Slots, scale: Scale) -> tuple[Cell, ...]:
    """How high an area of a stack is over `floor`, the upper edge of the one below it, at each label."""
    cells = []
    for place in range(slots.number):
        x = slots.at(place)
        upper, lower = height_at(band.upper, slots, place), height_at(floor, slots, place)
        if upper is None or lower is None:
            cells.append(Cell(None, None, None))
            continue
        length = max(lower - upper, 0.0)
        measured = length / scale.slope if length >= THINNEST else None
        cells.append(Cell(Area(x - 3, upper, x + 3, upper + length), measured, None, length))
    return tuple(cells)


def _lines(look: Look, scale: Scale, slots: Slots, labels: Labels, plot: Area, legend: Sequence[Entry]) -> Draft | None:
    sure = [look.flat[entry.colour] for entry in legend]
    colours = line_colours(look.pixels, look.ground, plot, look.words, sure)
    if len(sure) > 1:
        colours = _of_legend(colours, sure)
    if not colours:
        return None
    if not legend:
        legend = find_legend(
            colour_numbers(look.pixels, colours, look.ground), len(colours), look.words, look.height, ()
        )
        look = look._replace(flat=colours)
    inks = [ink for word in look.words if (ink := _ink(look, word)) is not None]
    others = [look.ground, *([np.median(inks, axis=0)] if inks else [])]
    ticks = [-scale.v(number) for _, number in scale.ticks]
    curves = trace(look.pixels, colours, others, plot, look.height, [*ticks, -scale.v(0.0)], look.words)
    curves = [curve for curve in curves if sure or not _is_grid(curve, ticks)]
    if not curves:
        return None
    if (placed := aligned(slots, labels, curves)) is None:
        return None
    slots, labels = placed
    curves = [curve for curve in curves if _seen(curve, slots) >= LEAST_SEEN * slots.number]
    if not curves:
        return None
    scale, cells = _cells(curves, slots, _values(look, scale, labels, legend), scale)
    if not legend and len(curves) > 1:
        legend = _beside(look, curves, slots)
        look = look._replace(flat=[curve.colour for curve in curves])
    draft = _draft("line", look, scale, labels, plot, legend, [c.colour for c in curves], cells, False)
    return replace(draft, corners=corners_of(curves, slots))


def _of_legend(colours: Sequence[np.ndarray], named: Sequence[np.ndarray]) -> list[np.ndarray]:
    """The colour nearest to each of `named`, where one is near; all colours where that leaves none."""
    found: list[int] = []
    for name in named:
        apart = [float(np.abs(colour - name).max()) for colour in colours]
        best = int(np.argmin(apart)) if apart else -1
        if best >= 0 and apart[best] <= LIKE_KEY and best not in found:
            found.append(best)
    return [colours[place] for place in found] or list(colours)


def _values(look: Look, scale: Scale, labels: Labels, legend: Sequence[Entry]) -> list[Piece]:
    """Numbers that are neither ticks nor labels nor names."""
    named = [word for entry in legend for word in entry.words]
    taken = [*(piece for piece, _ in scale.ticks), *labels.words, *named]
    return [number for number in look.numbers if not stands_at(number, taken)]


def _cells(
    curves: Sequence[Curve], slots: Slots, numbers: Sequence[Piece], axis: Scale
) -> tuple[Scale, list[tuple[Cell, ...]]]:
    """The values of curves at their labels, and the axis that counts as those that are printed do."""
    heights = [[height_at(curve, slots, place) for place in range(slots.number)] for curve in curves]
    points = [
        (series, place, slots.at(place), height)
        for series, row in enumerate(heights)
        for place, height in enumerate(row)
        if height is not None
    ]
    pieces: dict[int, Piece] = {}
    for place in range(slots.number):
        own = [number for number, point in enumerate(points) if point[1] == place]
        read = at_points([points[number][2:] for number in own], numbers, slots.step)
        pieces |= {own[number]: piece for number, piece in read.items()}
    scale, counted = counted_alike(axis, list(pieces.values()))
    pieces = dict(zip(pieces, counted, strict=True))
    found: dict[tuple[int, int], Cell] = {}
    for number, (series, place, x, y) in enumerate(points):
        mark = Area(x - 3, y - 3, x + 3, y + 3)
        found[series, place] = Cell(mark, scale.number(-y), pieces.get(number), -y - scale.v(0.0))
    empty = Cell(None, None, None)
    places = range(slots.number)
    return scale, [tuple(found.get((series, place), empty) for place in places) for series in range(len(curves))]


def _is_grid(curve: Curve, ticks: Sequence[float]) -> bool:
    """Whether a curve is straight all along, at one of the axis' numbers, or ruled to the pixel anywhere."""
    level = float(np.nanmedian(curve.middle))
    off = float(np.nanpercentile(np.abs(curve.middle - level), 80))
    return off <= 0.25 or (off <= 1.5 and min(abs(level - tick) for tick in ticks) <= GRID)


def _seen(curve: Curve, slots: Slots) -> int:
    return sum(height_at(curve, slots, place) is not None for place in range(slots.number))


def _beside(look: Look, curves: Sequence[Curve], slots: Slots) -> list[Entry]:
    """Names written in the colours of their lines at the lines' ends."""
    right = slots.at(slots.number - 1)
    words = [word for word in look.words if word.area.x0 > right and not word.upright]
    found: dict[int, list[Piece]] = {}
    for row in rows(words):
        for phrase in phrases(row):
            if sum(char.isalpha() for word in phrase for char in word.text) < LEAST_NAME:
                continue
            colours = [_ink(look, word) for word in phrase]
            apart = [
                median(float(np.abs(ink - curve.colour).max()) for ink in colours if ink is not None)
                if any(ink is not None for ink in colours)
                else float("inf")
                for curve in curves
            ]
            nearest_one = int(np.argmin(apart))
            if apart[nearest_one] <= BRIGHTER:
                found.setdefault(nearest_one, []).extend(phrase)
    return [Entry(" ".join(word.text for word in phrase), colour, tuple(phrase)) for colour, phrase in found.items()]


def _ink(look: Look, word: Piece) -> np.ndarray | None:
    """The colour a word is written in: of its pixels furthest from the paper."""
    x0, y0, x1, y1 = (int(edge) for edge in word.area)
    part = look.pixels[y0 : y1 + 1, x0 : x1 + 1].reshape(-1, 3)
    if not len(part):
        return None
    away = distance(part, look.ground)
    strong = part[away >= 0.85 * away.max()]
    return np.median(strong, axis=0) if away.max() > 60 else None


def _draft(
    kind: str, look: Look, scale: Scale, labels: Labels, plot: Area, legend: Sequence[Entry],
    colours: Sequence[np.ndarray], cells: Sequence[tuple[Cell, ...]], stacked: bool,
) -> Draft:  # fmt: skip
    names, order = _named(look, legend, colours)
    pieces = [cell.piece for row in cells for cell in row if cell.piece is not None]
    return Draft(
        kind="area" if kind == "area" else "line",
        turn=UPRIGHT,
        stacked=stacked,
        categories=labels.names,
        labels=labels.areas,
        names=tuple(names[place] for place in order),
        inks=tuple(colours[place] for place in order),
        cells=tuple(cells[place] for place in order),
        scale=scale,
        plot=plot,
        used=(
            *(piece for piece, _ in scale.ticks),
            *labels.words,
            *(word for entry in legend for word in entry.words),
            *pieces,
        ),
        notices=lost(entry.name for entry in legend if entry.name not in names),
    )


def _named(look: Look, legend: Sequence[Entry], colours: Sequence[np.ndarray]) -> tuple[list[str], list[int]]:
    """A name for each colour from the legend entry nearest to it, and the order in which the legend has them.

    An area lets the paper through, so the key's own colour is only near to it.
    """
    names = [""] * len(colours)
    order: list[int] = []
    pairs = sorted(
        (float(np.abs(look.flat[entry.colour] - colour).max()), number, place)
        for number, entry in enumerate(legend)
        for place, colour in enumerate(colours)
    )
    taken: dict[int, int] = {}
    for apart, number, place in pairs:
        if apart <= LIKE_KEY and number not in taken and place not in taken.values():
            taken[number] = place
            names[place] = legend[number].name
    order = [taken[number] for number in sorted(taken)]
    order += [place for place in range(len(colours)) if place not in order]
    return names, order
