"""The axis of the values: numbers in a column or a row whose places and values lie on one straight line.

What was misread does not lie on it and is left out: at least three must agree, and more than half of the numbers there.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import NamedTuple

import numpy as np

from preprocess.charts.colours import Pixels, distance
from preprocess.charts.numbers import scales_of
from preprocess.charts.pieces import Piece
from preprocess.charts.turn import Turn

LEAST_TICKS = 3
LEAST_SHARE = 0.5  # of the numbers in a column or row agree
OFF = 0.3  # of the text's height: how far a tick may stand beside its place
UNEVEN = 0.02  # of a step: what rounding may leave
SAME = 0.05  # of an axis: another one whose numbers differ less repeats it
LINED_UP = 0.7  # of the text's height


class Scale(NamedTuple):
    """`v = offset + slope * number`, in pixels up the values.

    `left_out` are numbers that are far from fitting; `on_grid` says that the line was learned from grid lines, not from
    the numbers' own places.
    """

    slope: float
    offset: float
    ticks: tuple[tuple[Piece, float], ...]
    left_out: tuple[str, ...] = ()
    on_grid: bool = False

    def number(self, v: float) -> float:
        return (v - self.offset) / self.slope

    def v(self, number: float) -> float:
        return self.offset + self.slope * number

    @property
    def unit(self) -> str:
        figures = [piece.figure for piece, _ in self.ticks if piece.figure]
        units = [one.unit for one in figures]
        return max(set(units), key=units.count) if units else ""

    @property
    def span(self) -> float:
        """From the lowest tick to the highest, as a number."""
        numbers = [number for _, number in self.ticks]
        return max(numbers) - min(numbers)


def find_scales(found: Sequence[Piece], turn: Turn, height: float) -> list[Scale]:
    """Every axis among the numbers `found`, the one with most ticks first; `height` is the usual one of text."""
    scales: list[Scale] = []
    for group in _lined_up(found, turn, height):
        scale = _fit(group, turn, height)
        used = {piece.area for other in scales for piece, _ in other.ticks}
        if scale is not None and not used & {piece.area for piece, _ in scale.ticks}:
            scales.append(scale)
    return sorted(scales, key=lambda scale: -len(scale.ticks))


def on_grid(scale: Scale, pixels: Pixels, ground: np.ndarray, turn: Turn, height: float) -> Scale:
    """The same axis, held to the grid lines or tick marks beside its numbers where most of them have one."""
    lines = _lines(pixels, ground, turn)
    held = []
    for _, number in scale.ticks:
        v = scale.v(number)
        near = [line for line in lines if abs(line - v) <= 0.35 * height]
        if near:
            held.append((min(near, key=lambda line: abs(line - v)), number))
    if len(held) < max(LEAST_TICKS, 0.6 * len(scale.ticks)):
        return scale
    places, values = np.array([v for v, _ in held]), np.array([number for _, number in held])
    slope, offset = np.polyfit(values, places, 1)
    if np.abs(offset + slope * values - places).max() > 1.5:
        return scale
    return scale._replace(slope=float(slope), offset=float(offset), on_grid=True)


def repeats(other: Scale, first: Scale) -> bool:
    """Whether an axis has the numbers of the `first` one at the same places."""
    return all(abs(other.number(first.v(number)) - number) <= SAME * first.span for _, number in first.ticks)


def counted_alike(scale: Scale, values: Sequence[Piece]) -> tuple[Scale, list[Piece]]:
    """Axis and printed values in one count: where one says M and another K, or nothing, all are multiplied out, unless
    values fit the axis less so. A value without a letter leaves it to an axis that has one, if it fits that."""
    ticks = [piece for piece, _ in scale.ticks]
    if not ticks:
        return scale, alike(values)
    counts = scales_of(piece.figure for piece in ticks)
    counts |= {piece.figure.scale for piece in values if piece.figure and piece.figure.scale > 1}
    whole, full = _in_full(scale), [in_full(piece) for piece in values]
    gained = _within(whole, full) - _within(scale, values)
    return (whole, full) if gained >= (0 if len(counts) > 1 else max(len(values) / 2, 1)) else (scale, list(values))


def alike(values: Sequence[Piece]) -> list[Piece]:
    """Numbers in one count: in full, where some are in K and others in M, or in ones."""
    differ = len(scales_of(piece.figure for piece in values)) > 1
    return [in_full(piece) for piece in values] if differ else list(values)


def in_full(piece: Piece) -> Piece:
    """The same number with its K or M multiplied out."""
    return piece._replace(figure=piece.figure.in_full) if piece.figure else piece


def _in_full(scale: Scale) -> Scale:
    times = max(scales_of(piece.figure for piece, _ in scale.ticks), default=1.0)
    ticks = tuple((in_full(piece), number * times) for piece, number in scale.ticks)
    return scale._replace(slope=scale.slope / times, ticks=ticks)


def _within(scale: Scale, values: Sequence[Piece]) -> int:
    """How many values lie between the ends of an axis, or less than its length beyond."""
    low, high = min(number for _, number in scale.ticks), max(number for _, number in scale.ticks)
    return sum(low - scale.span <= v.figure.number <= high + scale.span for v in values if v.figure)


def _lined_up(found: Sequence[Piece], turn: Turn, height: float) -> list[list[Piece]]:
    """Numbers that share an edge or the middle across the way in which values run, the largest groups first."""
    groups: list[list[Piece]] = []
    for edge in (0.0, 0.5, 1.0):
        if turn.lying:
            places = {piece: piece.area.y for piece in found}
        else:
            places = {piece: piece.area.x0 + edge * piece.area.width for piece in found}
        ordered = sorted(found, key=lambda piece: places[piece])
        start = 0
        for end in range(1, len(ordered) + 1):
            if end == len(ordered) or places[ordered[end]] - places[ordered[end - 1]] > LINED_UP / 2 * height:
                groups.append(ordered[start:end])
                start = end
    return sorted((group for group in groups if len(group) >= LEAST_TICKS), key=len, reverse=True)


def _fit(group: Sequence[Piece], turn: Turn, height: float) -> Scale | None:
    """The line that most numbers lie on, if it is most of them; K and M count where ticks differ in them."""
    places = np.array([turn.span(piece.area).v for piece in group])
    group = alike(group)
    values = np.array([piece.figure.number for piece in group if piece.figure is not None])
    best = np.zeros(len(group), bool)
    for one, other in combinations(range(len(group)), 2):
        rise = values[other] - values[one]
        slope = (places[other] - places[one]) / rise if rise else 0.0
        if slope > 0:
            fits = np.abs(places[one] + slope * (values - values[one]) - places) <= OFF * height
            if fits.sum() > best.sum():
                best = fits
    if best.sum() < LEAST_TICKS or best.sum() <= LEAST_SHARE * len(group) or not _in_steps(values[best]):
        return None
    slope, offset = np.polyfit(values[best], places[best], 1)
    ticks = tuple((piece, float(value)) for piece, value, fits in zip(group, values, best, strict=True) if fits)
    # The last label is often pushed inwards, to stay in the picture: what it says is right all the same.
    step = min(abs(a - b) for a, b in combinations(values[best], 2) if a != b) * slope
    far = np.abs(offset + slope * values - places) > step / 2
    out = tuple(piece.text for piece, is_far in zip(group, far & ~best, strict=True) if is_far)
    return Scale(float(slope), float(offset), ticks, out)


def _in_steps(values: np.ndarray) -> bool:
    """Whether at least three different numbers stand whole steps apart, or halves where every second one was missed:
    those of a table's column hardly ever do."""
    apart = np.diff(np.unique(values))
    if len(apart) < LEAST_TICKS - 1:
        return False
    halves = 2 * apart / apart.min()
    return bool((np.abs(halves - halves.round()) <= 2 * UNEVEN).all())


def _lines(pixels: Pixels, ground: np.ndarray, turn: Turn) -> list[float]:
    """Where thin straight lines run across a good part of the picture, in v."""
    marked = turn.pixels(distance(pixels, ground) > 8)  # (a, y or x)
    share = marked.mean(axis=0)
    around = np.minimum(np.roll(share, 3), np.roll(share, -3))
    hits = np.flatnonzero((share > around + 0.18) & (share > 0.25))
    groups = np.split(hits, np.flatnonzero(np.diff(hits) > 1) + 1) if len(hits) else []
    middles = [float((group[0] + group[-1] + 1) / 2) for group in groups if len(group) <= 4]
    return middles if turn.lying else [-middle for middle in middles]
