"""Lines: where each runs, column by column, and its height at a category.

At a corner the stroke's middle is off; both sides are drawn on to the category instead.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from preprocess.charts.colours import APART, Mask, Pixels, distance, drawn, is_blend, nearest
from preprocess.charts.pieces import Area, Piece

LEAST_LONG = 0.45  # of the plot's width has a pixel of the line
REACH = 9  # columns at each side of a corner that are looked at where the line beyond is not straight
MARKER, HALF = 0.2, 0.48  # of the step to the next corner: where a line is straight, and free of markers
STRAIGHT = 1.5  # pixels off a straight line
GRID = 4  # pixels: how far a grid line may be from its number's place
WIDEST_GAP = 16  # columns in which a line may be hidden
THICKEST = 0.7  # of the text's height: a stroke where it runs level
LEVEL = 15  # of 100 columns run level
LONG_GAP = 3  # columns after which the line may have turned
LEAST_SEEN = 4  # of those columns
WITH_EDGES = 70  # grey levels: a thin line has no pixel that is wholly its colour


class Curve(NamedTuple):
    """`middle[x]` is the height of the line in pixels from the top, NaN where it was not seen; `colour` its colour."""

    colour: np.ndarray
    middle: np.ndarray

    @property
    def ends(self) -> tuple[int, int]:
        seen = np.flatnonzero(~np.isnan(self.middle))
        return int(seen[0]), int(seen[-1])

    def at(self, x: float, step: float, sides: Sequence[int] = (-1, 1)) -> float | None:
        """The height at `x`, in pixels; None where the line was not seen.

        `step` is how far the next corner is at most; up to half of it the line is drawn on to `x` from afar, where no
        marker hides it, if it is straight there. `sides`: left (-1), right (1) or both.
        """
        found = []
        for side in sides:
            far = self._drawn_on(x, side, round(MARKER * step), round(HALF * step))
            near = self._drawn_on(x, side, 1, REACH)
            best = far if far is not None and far[1] <= STRAIGHT else near
            if best is not None:
                found.append(best)
        if not found:
            return None
        calm = [offset for offset, bent in found if bent <= min(bent for _, bent in found) + STRAIGHT]
        return sum(calm) / len(calm)

    def _drawn_on(self, x: float, side: int, first: int, last: int) -> tuple[float, float] | None:
        """The height at `x` of a straight line through the columns `first` to `last` beside it, and how far they are
        from it at most."""
        columns = np.arange(first, last + 1) * side + round(x - 0.5)
        columns = columns[(columns >= 0) & (columns < len(self.middle))]
        columns = columns[~np.isnan(self.middle[columns])]
        if len(columns) < LEAST_SEEN:
            return None
        slope, offset = np.polyfit(columns + 0.5 - x, self.middle[columns], 1)
        bent = np.abs(slope * (columns + 0.5 - x) + offset - self.middle[columns]).max()
        return float(offset), float(bent)


def line_colours(
    pixels: Pixels, ground: np.ndarray, plot: Area, words: Sequence[Piece], sure: Sequence[np.ndarray]
) -> list[np.ndarray]:
    """Colours of lines that run through most of `plot`. Those in `sure`, which the legend has, may be blends, and may
    run as straight as a grid."""
    x0, y0, x1, y1 = (round(edge) for edge in plot)
    part = pixels[y0:y1, x0:x1].copy()
    part[_covered(words, plot)] = ground
    found: list[np.ndarray] = []
    for colour in drawn(part, ground, round(0.25 * part.shape[1])):
        mask = distance(part, colour) <= 40
        known = any(np.abs(colour - other).max() <= 40 for other in sure)
        blend = any(is_blend(colour, ground, other) for other in found)
        if _is_long(mask, plot) and (known or not (blend or _is_ruled(mask))):
            found.append(colour)
    return found


def trace(
    pixels: Pixels, colours: Sequence[np.ndarray], others: Sequence[np.ndarray], plot: Area, height: float,
    ticks: Sequence[float], words: Sequence[Piece],
) -> list[Curve]:  # fmt: skip
    """Each colour's line through `plot`, thinner than text of `height` is high. `others` are colours of paper and text,
    which are no line's; `ticks` are the heights of the axis' numbers, where grid lines may be. The soft edges of
    `words` can have any colour and are left out."""
    x0, y0, x1, y1 = (round(edge) for edge in plot)
    apart = [other for other in others if all(np.abs(other - colour).max() > APART for colour in colours)]
    colour_of = nearest(pixels[y0:y1, x0:x1], [*colours, *apart], WITH_EDGES)
    covered = _covered(words, plot)
    colour_of[covered] = -1
    curves = []
    for number, colour in enumerate(colours):
        mask = _unruled(colour_of == number, [tick - y0 for tick in ticks])
        seen = mask.sum(axis=0)
        if not seen.any() or np.percentile(seen[seen > 0], LEVEL) > THICKEST * height:
            continue
        middle = np.full(pixels.shape[1], np.nan)
        middle[x0:x1] = _follow(mask, covered) + y0
        if not np.isnan(middle).all():
            curves.append(Curve(colour, middle))
    return curves


def _covered(words: Sequence[Piece], plot: Area) -> Mask:
    """Where words stand in the plot."""
    x0, y0, x1, y1 = (round(edge) for edge in plot)
    mask = np.zeros((y1 - y0, x1 - x0), bool)
    for word in words:
        left, right = max(round(word.area.x0) - x0, 0), max(round(word.area.x1) - x0, 0)
        top, bottom = max(round(word.area.y0) - y0, 0), max(round(word.area.y1) - y0, 0)
        mask[top:bottom, left:right] = True
    return mask


def _is_long(mask: Mask, plot: Area) -> bool:
    return bool(mask.any(axis=0).sum() >= LEAST_LONG * plot.width)


def _is_ruled(mask: Mask) -> bool:
    """Whether most of it is straight lines across or down the plot: its grid or its axes."""
    full = (mask.mean(axis=1) > 0.55)[:, None] | (mask.mean(axis=0) > 0.55)[None, :]
    return bool((mask & full).sum() > 0.5 * mask.sum())


def _unruled(mask: Mask, ticks: Sequence[float]) -> Mask:
    """Without straight lines down the plot, which are its axis, and across it at `ticks`, which are its grid."""
    clean = mask.copy()
    clean[:, mask.mean(axis=0) > 0.8] = False
    full = mask.mean(axis=1) > 0.5
    for tick in ticks:
        rows = np.arange(max(round(tick) - GRID, 0), min(round(tick) + GRID + 1, len(mask)))
        clean[rows[full[rows]]] = False
    return clean


def _follow(mask: Mask, covered: Mask) -> np.ndarray:
    """The middle of the stroke in each column, begun in the middle of the longest stretch without a jump. What is not
    connected to the line is not followed, but after a gap, or where the line goes on beyond a word."""
    runs = [_runs(column) for column in mask.T]
    found = np.full(len(runs), np.nan)
    start = _calmest(runs)
    if start is None:
        return found
    for step in (1, -1):
        last, slope, gap, hidden, x = runs[start][0], 0.0, 0, 0, start
        while 0 <= x < len(runs) and gap <= WIDEST_GAP:
            blind = gap + hidden
            near = [run for run in runs[x] if _joins(run, last, slope, blind)]
            if not near and blind >= LONG_GAP and len(runs[x]) == 1:  # a corner was hidden
                near = runs[x]
            if near:
                best = min(near, key=lambda run: abs(run.middle - last.middle - slope))
                slope = 0.5 * slope + 0.5 * (best.middle - last.middle) / (blind + 1)
                found[x], last, gap, hidden = best.middle, best, 0, 0
            elif covered[:, x].any():
                hidden += 1
            else:
                gap += 1
            x += step
    return found


class _Run(NamedTuple):
    """Pixels of one colour over one another in a column."""

    start: int
    stop: int

    @property
    def middle(self) -> float:
        return (self.start + self.stop) / 2


def _joins(run: _Run, last: _Run, slope: float, gap: int) -> bool:
    """Whether `run` can go on from `last`: it touches it, or lies where the line would be after a gap."""
    slack = 2 + gap * (1 + abs(slope))
    return run.start <= last.stop + slack and run.stop >= last.start - slack


def _calmest(runs: Sequence[Sequence[_Run]]) -> int | None:
    """The middle of the longest stretch of columns with one run each."""
    best, start = (0, 0), None
    for x in range(len(runs) + 1):
        alone = x < len(runs) and len(runs[x]) == 1
        if alone and start is None:
            start = x
        elif not alone and start is not None:
            best = max(best, (x - start, start))
            start = None
    return best[1] + best[0] // 2 if best[0] else None


def _runs(column: np.ndarray) -> list[_Run]:
    edges = np.diff(np.concatenate(([0], column.astype(np.int8), [0])))
    starts, stops = np.flatnonzero(edges == 1), np.flatnonzero(edges == -1)
    return [_Run(int(start), int(stop)) for start, stop in zip(starts, stops, strict=True)]
