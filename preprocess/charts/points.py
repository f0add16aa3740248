"""The numbers of a page, and the sign that parts their decimals: `1.050` is one or a thousand.

The axis says most: by the wrong sign its numbers seldom lie evenly. Dates below it, and numbers beside the chart, say
nothing of its values.
"""

from __future__ import annotations

from collections.abc import Sequence

from preprocess.charts.axes import Scale, find_scales
from preprocess.charts.numbers import Point, figure, point_of
from preprocess.charts.pieces import Piece, numeric, read
from preprocess.charts.turn import Turn

MOST = 150  # numbers of a page with a chart; more are tables


def numbers(words: Sequence[Piece], height: float) -> list[Piece]:
    """The numbers among flat words; `height` is the usual one of text."""
    found = numeric(words)
    return read(found, _point(found, height))


def _point(found: Sequence[Piece], height: float) -> Point:
    texts = [piece.text for piece in found]
    if len(found) > MOST or _are_plain(texts):
        return point_of(texts)
    points: tuple[Point, Point] = (".", ",")
    best, other = (_axis(read(found, point), height) for point in points)
    if best is None or other is None:
        return point_of(texts) if best is other else points[best is None]
    (turn, scale), ticks = best, [len(each.ticks) for _, each in (best, other)]
    if ticks[0] != ticks[1]:
        return points[ticks[1] > ticks[0]]
    places = [turn.span(piece.area).v for piece, _ in scale.ticks]
    low, high = min(places) - height / 2, max(places) + (max(places) - min(places)) / (len(places) - 1)
    return point_of([piece.text for piece in found if low <= turn.span(piece.area).v <= high])


def _are_plain(texts: Sequence[str]) -> bool:
    """Whether all numbers with a sign in them can be read by one sign alone, and by the same."""
    ways = {(figure(text, ".") is None, figure(text, ",") is None) for text in texts if "." in text or "," in text}
    return len(ways) < 2 and (False, False) not in ways


def _axis(found: Sequence[Piece], height: float) -> tuple[Turn, Scale] | None:
    """The axis with most ticks, of either direction."""
    turns = [Turn(False), Turn(True)]
    axes = [(turn, scale) for turn in turns for scale in find_scales(found, turn, height)[:1]]
    return max(axes, key=lambda axis: len(axis[1].ticks), default=None)
