"""Bars: upright rectangles of one colour that stand on a common line, or on one another."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import NamedTuple

import cv2
import numpy as np

from preprocess.charts.colours import Mask
from preprocess.charts.pieces import Area, Piece
from preprocess.charts.turn import Span, Turn

FULL = 0.86  # of its frame is filled, else it is no rectangle
THINNEST = 3.0  # pixels
MOST = 250  # rectangles, the largest: what has more is no chart
TOUCH = 4.0  # pixels between pieces of a stack, or between a bar and its line
THICKEST_LINE = 4.0  # pixels: of a grid drawn over the bars
LIKE = 0.3  # of the usual thickness: how far a bar's may be from it


class Bar(NamedTuple):
    """A bar, or a piece of a stack; `colour` is the number of its colour."""

    span: Span
    colour: int


class Bars(NamedTuple):
    """Bars that belong together, and where the line is on which they stand."""

    bars: tuple[Bar, ...]
    base: float
    turn: Turn

    @property
    def weight(self) -> float:
        """Their area in pixels."""
        return sum(bar.span.thick * bar.span.long for bar in self.bars)


def rectangles(colour_of: np.ndarray, colours: int, words: Sequence[Piece]) -> list[tuple[Area, int]]:
    """Filled rectangles of each colour; `colour_of` numbers the colour of each pixel. Printed values are no holes."""
    found = []
    for colour in range(colours):
        mask = without_words(colour_of == colour, words)
        found += [(area, colour) for area in _filled(mask, thin=True)]
    return sorted(found, key=lambda each: -each[0].width * each[0].height)[:MOST]


def _filled(mask: Mask, thin: bool) -> list[Area]:
    """The rectangles of a mask. With `thin`, what is none is looked at once more without its thin parts: the soft edge
    of an axis can have a bar's colour, and tie bars together."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8), connectivity=4)
    found = []
    for number in range(1, count):
        x, y, width, height, size = (int(value) for value in stats[number])
        if min(width, height) < 2 or max(width, height) < THINNEST:
            continue
        part = labels[y : y + height, x : x + width] == number
        if size >= FULL * width * height:
            found.append(_edges(part, x, y))
        elif thin and size > THINNEST**2:
            opened = cv2.morphologyEx(np.pad(part, 2).astype(np.uint8), cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
            inner = opened[2:-2, 2:-2].astype(bool)
            found += [Area(a.x0 + x, a.y0 + y, a.x1 + x, a.y1 + y) for a in _filled(inner, thin=False)]
    return found


def without_words(mask: Mask, words: Sequence[Piece]) -> Mask:
    """`mask`, filled where a word is printed on it: holes in the shape of its letters, and letters at its edges, with
    the colour at their left and right or above and below."""
    filled = mask.copy()
    rows, columns = mask.shape
    inside = np.zeros(mask.shape, bool)
    for word in words:
        x0, x1 = max(int(word.area.x0) - 1, 1), min(int(word.area.x1) + 2, columns - 1)
        y0, y1 = max(int(word.area.y0) - 1, 1), min(int(word.area.y1) + 2, rows - 1)
        if x1 <= x0 or y1 <= y0:
            continue
        inside[max(y0 - 3, 0) : y1 + 3, max(x0 - 3, 0) : x1 + 3] = True
        beside = mask[y0:y1, x0 - 1] & mask[y0:y1, x1]
        over = mask[y0 - 1, x0:x1] & mask[y1, x0:x1]
        filled[y0:y1, x0:x1] |= beside[:, None] | over[None, :]
    count, labels = cv2.connectedComponents((~filled).astype(np.uint8), connectivity=4)
    open_ones = np.bincount(labels[~inside & ~filled], minlength=count) > 0
    return filled | ~(open_ones[labels] | filled)


def standing(found: Sequence[tuple[Area, int]], turn: Turn) -> Bars | None:
    """Those of the rectangles that stand on one line, or on others that do: the line with most of them by area.

    The line that most bars touch may part gains from losses, and cut none of them: then more of them stand on it.
    """
    pieces = sorted((Bar(turn.span(area), colour) for area, colour in found), key=lambda bar: bar.span.v0)
    cuts = [bar.span.v0 for bar in pieces if any(_goes_on(bar, other) for other in pieces)]
    whole = _on_one_line(_whole(pieces), turn)
    if not cuts:
        return whole
    middle = max(cuts, key=lambda cut: sum(_is_at(bar, cut) for bar in pieces))
    parted = _on_one_line(_whole(pieces, middle), turn)
    return max(filter(None, (whole, parted)), key=lambda bars: bars.weight, default=None)


def _on_one_line(bars: Sequence[Bar], turn: Turn) -> Bars | None:
    bars = [bar for bar in bars if bar.span.thick >= THINNEST]
    touching = _touching(bars)
    best: Bars | None = None
    for edge in sorted({round(edge) for bar in bars for edge in (bar.span.v0, bar.span.v1)}):
        on_line = [n for n, bar in enumerate(bars) if min(abs(bar.span.v0 - edge), abs(bar.span.v1 - edge)) <= 2]
        kept = _stacked(_alike(on_line, bars), touching)
        if len(kept) >= 2:
            candidate = Bars(tuple(bars[n] for n in kept), _base([bars[n] for n in on_line], edge), turn)
            if best is None or candidate.weight > best.weight:
                best = candidate
    return best


def _whole(bars: Sequence[Bar], middle: float | None = None) -> list[Bar]:
    """Bars that lines of a grid drawn over them have cut, whole again but for a line in the `middle`; the others as
    they are. They come from below, and the largest go first."""
    found: list[Bar] = []
    for bar in bars:
        place = next((n for n, other in enumerate(found) if _goes_on(bar, other)), None)
        if place is None or (middle is not None and abs(bar.span.v0 - middle) <= THICKEST_LINE):
            found.append(bar)
        else:
            found[place] = Bar(found[place].span._replace(v1=bar.span.v1), bar.colour)
    return sorted(found, key=lambda bar: -bar.span.thick * bar.span.long)


def _goes_on(upper: Bar, lower: Bar) -> bool:
    gap = upper.span.v0 - lower.span.v1
    return upper.colour == lower.colour and _is_over(upper.span, lower.span) and -1 <= gap <= THICKEST_LINE


def _is_at(bar: Bar, line: float) -> bool:
    return min(abs(bar.span.v0 - line), abs(bar.span.v1 - line)) <= THICKEST_LINE


def _base(on_line: Sequence[Bar], edge: float) -> float:
    ends = [end for bar in on_line for end in (bar.span.v0, bar.span.v1) if abs(end - edge) <= 2]
    return float(np.median(ends))


def _alike(on_line: Sequence[int], bars: Sequence[Bar]) -> list[int]:
    """Those of the bars `on_line` that have the usual thickness, which large ones decide."""
    if not on_line:
        return []
    ordered = sorted((bars[n] for n in on_line), key=lambda bar: bar.span.thick)
    weights = np.cumsum([bar.span.thick * bar.span.long for bar in ordered])
    usual = ordered[int(np.searchsorted(weights, weights[-1] / 2))].span.thick
    return [n for n in on_line if abs(bars[n].span.thick - usual) <= max(LIKE * usual, 2)]


def _touching(bars: Sequence[Bar]) -> list[list[int]]:
    """For each bar the numbers of those that stand on it, or on which it stands."""
    found: list[list[int]] = [[] for _ in bars]
    for (one, bar), (other, beside) in combinations(enumerate(bars), 2):
        ends = abs(bar.span.v0 - beside.span.v1), abs(beside.span.v0 - bar.span.v1)
        if min(ends) <= TOUCH and _is_over(bar.span, beside.span):
            found[one].append(other)
            found[other].append(one)
    return found


def _stacked(standing: Sequence[int], touching: Sequence[Sequence[int]]) -> list[int]:
    """`standing` and what stands on it, piece by piece."""
    kept = dict.fromkeys(standing)
    waiting = list(standing)
    while waiting:
        more = [n for n in touching[waiting.pop()] if n not in kept]
        kept |= dict.fromkeys(more)
        waiting += more
    return list(kept)


def _is_over(one: Span, other: Span) -> bool:
    """Whether they stand over one another and are as thick."""
    return abs(one.a0 - other.a0) <= 2.5 and abs(one.a1 - other.a1) <= 2.5


def _edges(mask: Mask, x: int, y: int) -> Area:
    """The frame of a rectangle whose sides are those of most of its rows and columns."""
    height, width = mask.shape
    columns, rows = mask.any(axis=0), mask.any(axis=1)
    tops = mask.argmax(axis=0)[columns]
    bottoms = height - mask[::-1].argmax(axis=0)[columns]
    lefts = mask.argmax(axis=1)[rows]
    rights = width - mask[:, ::-1].argmax(axis=1)[rows]
    return Area(
        x + float(np.median(lefts)),
        y + float(np.median(tops)),
        x + float(np.median(rights)),
        y + float(np.median(bottoms)),
    )
