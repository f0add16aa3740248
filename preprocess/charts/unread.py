"""What stands beside bars or over them and is not read with them: a second chart, and lines."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from preprocess.charts.axes import Scale, find_scales
from preprocess.charts.bars import Bars
from preprocess.charts.colours import distance, is_blend
from preprocess.charts.curves import line_colours
from preprocess.charts.look import Look
from preprocess.charts.pieces import Area

SECOND = "There is a second chart beside this one; it was not read."
LINE = "A line is drawn over the bars; it was not read."
LEAST_CROSSED = 0.7  # of the gaps between bars are crossed by a line
WIDE = 3.0  # pixels: a gap that one can look through
LOOK = 2  # pixels to both sides of a gap's middle
LIKE = 40  # grey levels between pixels of a line, or of bars
RULED = 0.5  # of the gaps have a pixel at one height: a grid line, dashed or not


def first_alone(look: Look, bars: Bars) -> tuple[Look, Bars, tuple[str, ...]]:
    """The bars before the first axis that stands between bars, what is written there, and a notice; all of it where
    there is no such axis."""
    spans = [bar.span for bar in bars.bars]
    low, high = min(span.a0 for span in spans), max(span.a1 for span in spans)
    middles = {number: bars.turn.span(number.area).a for number in look.numbers}
    free = [n for n, a in middles.items() if low < a < high and not any(span.a0 <= a <= span.a1 for span in spans)]
    axes = find_scales(free, bars.turn, look.height)
    for edge in sorted(min(bars.turn.span(tick.area).a0 for tick, _ in axis.ticks) for axis in axes):
        kept = tuple(bar for bar in bars.bars if bar.span.a1 <= edge)
        if 2 <= len(kept) < len(bars.bars):
            words = [word for word in look.words if bars.turn.span(word.area).a < edge]
            numbers = [number for number in look.numbers if middles[number] < edge]
            return look._replace(words=words, numbers=numbers), bars._replace(bars=kept), (SECOND,)
    return look, bars, ()


def lines_over(look: Look, bars: Bars, plot: Area, scale: Scale) -> tuple[str, ...]:
    """A notice where a line runs through the gaps between standing bars."""
    spans = sorted({bar.span for bar in bars.bars}, key=lambda span: span.a)
    gaps = [round((left.a1 + right.a0) / 2) for left, right in pairwise(spans) if right.a0 - left.a1 > WIDE]
    top = max(min([plot.y0, *(tick.area.y for tick, _ in scale.ticks)]), 0)
    field = Area(max(plot.x0, 0), top, plot.x1, plot.y1 - WIDE)
    if bars.turn.lying or len(gaps) < 2 or min(field.width, field.height) < look.height:
        return ()
    inks = [look.flat[number] for number in {bar.colour for bar in bars.bars}]
    part = look.pixels[round(field.y0) : round(field.y1)]
    for colour in line_colours(look.pixels, look.ground, field, look.words, ()):
        if any(np.abs(colour - ink).max() <= LIKE or is_blend(colour, look.ground, ink) for ink in inks):
            continue
        like = distance(part, colour) <= LIKE
        seen = np.stack([like[:, x - LOOK : x + LOOK + 1].any(axis=1) for x in gaps])  # (gaps, heights)
        if seen[:, seen.mean(axis=0) <= RULED].any(axis=1).mean() >= LEAST_CROSSED:
            return (LINE,)
    return ()
