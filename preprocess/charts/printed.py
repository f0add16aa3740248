"""Values printed at marks: which number belongs to which bar or point, by their places alone.

What a number says has no say here, so that it can be held against its mark afterwards.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from preprocess.charts.pieces import Piece
from preprocess.charts.turn import Span, Turn

BESIDE = 0.4  # of a bar's thickness, or of the text's height: how far beside the middle of its bar
OVER = 1.5  # heights of text from a bar's end to its value
OVER_POINT = 2.2  # heights of text from a point to the middle of its value


class Place(NamedTuple):
    """Where a value may be printed: at the end of a bar, `positive` or not, or inside it."""

    span: Span
    positive: bool
    inside_only: bool = False


def at_bars(places: Sequence[Place], numbers: Sequence[Piece], turn: Turn) -> dict[int, Piece]:
    """The number of each place, by the place's number; places without one are left out."""
    costs = []
    for place, where in enumerate(places):
        for number, piece in enumerate(numbers):
            cost = _cost(where, turn.span(piece.area), piece.area.height)
            if cost is not None:
                costs.append((cost, place, number))
    found = {place: numbers[number] for place, number in _matched(costs).items()}
    if not turn.lying or len(found) > len(places) / 2:
        return found
    listed = _listed(places, numbers, turn)
    return listed if len(listed) > len(places) / 2 else found


def _listed(places: Sequence[Place], numbers: Sequence[Piece], turn: Turn) -> dict[int, Piece]:
    """Values in a column at the right, one in the row of each bar."""
    costs = []
    for number, piece in enumerate(numbers):
        text = turn.span(piece.area)
        for place, where in enumerate(places):
            beside = abs(text.a - where.span.a)
            if text.v1 > where.span.v0 and beside <= BESIDE * max(where.span.thick, piece.area.height):
                costs.append((beside, place, number))
    ends = {number: turn.span(numbers[number].area).v1 for _, _, number in costs}
    lined_up = [
        [cost for cost in costs if abs(ends[cost[2]] - end) <= numbers[cost[2]].area.height] for end in ends.values()
    ]
    best = max(lined_up, key=len, default=[])
    return {place: numbers[number] for place, number in _matched(best).items()}


def at_points(points: Sequence[tuple[float, float]], numbers: Sequence[Piece], step: float) -> dict[int, Piece]:
    """The number of each of a category's `points` (x, y in pixels): right over it, else under it; `step` parts the
    categories. Where lines run close together, a higher point has the higher number: as many as can are given so."""
    order = sorted(range(len(points)), key=lambda place: points[place][1])
    near = [n for n in numbers if any(_at_point(point, n, step) is not None for point in points)]
    near.sort(key=lambda piece: piece.area.y)
    # best[j]: of the points so far and the first j numbers, (how many are not given, cost, which)
    best: list[tuple[int, float, tuple[tuple[int, int], ...]]] = [(0, 0.0, ())] * (len(near) + 1)
    for place in order:
        after = [(best[0][0] + 1, best[0][1], best[0][2])]
        for number, piece in enumerate(near):
            cost = _at_point(points[place], piece, step)
            ways = [after[-1], (best[number + 1][0] + 1, *best[number + 1][1:])]
            if cost is not None:
                ways.append((best[number][0], best[number][1] + cost, (*best[number][2], (place, number))))
            after.append(min(ways))
        best = after
    return {place: near[number] for place, number in best[-1][2]}


def _at_point(point: tuple[float, float], piece: Piece, step: float) -> float | None:
    """How badly a number fits a point; None where it does not at all."""
    away, beside, tall = abs(piece.area.y - point[1]), abs(piece.area.x - point[0]), piece.area.height
    if beside > max(0.3 * step, 0.35 * tall) or beside > 1.2 * tall or away > OVER_POINT * tall:
        return None
    return away + beside + (0.4 * tall if piece.area.y > point[1] else 0.0)


def _cost(place: Place, text: Span, height: float) -> float | None:
    """How badly a text fits a place; None where it does not at all."""
    bar = place.span
    beside = abs(text.a - bar.a)
    if beside > BESIDE * max(bar.thick, height):
        return None
    if place.inside_only:
        out = max(bar.v0 - text.v, text.v - bar.v1, 0.0)
        return beside + 2 * out + abs(text.v - bar.v) if out <= 0.5 * height else None
    if bar.v0 <= text.v <= bar.v1:
        return beside + height
    ends = [text.v0 - bar.v1, bar.v0 - text.v1]
    gap, other = ends if place.positive else ends[::-1]
    if -0.5 * height <= gap <= OVER * height:
        return beside + gap
    # A few print the values of bars below the line on its other side.
    if not place.positive and -0.5 * height <= other <= OVER * height:
        return beside + other + 3 * height
    return None


def _matched(costs: Sequence[tuple[float, int, int]]) -> dict[int, int]:
    """One number to one place, the best fits first."""
    found: dict[int, int] = {}
    for _, place, number in sorted(costs):
        if place not in found and number not in found.values():
            found[place] = number
    return found
