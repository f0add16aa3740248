"""Where the categories stand: evenly spaced places along the axis, learned from bars or from labels."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate, pairwise
from statistics import median
from typing import NamedTuple

from preprocess.charts.bars import Bar

WIDE = 0.75  # of the widest gap: those that part groups, and not those that a missing bar leaves
CLEAR = 1.8  # a gap between groups to one inside a group


class Slots(NamedTuple):
    """`number` places, the first at `first`, `step` pixels apart."""

    first: float
    step: float
    number: int

    def at(self, place: int) -> float:
        return self.first + place * self.step

    def place(self, a: float) -> int:
        """The number of the place nearest to `a`, were there more of them at both ends."""
        return round((a - self.first) / self.step)

    def of(self, a: float) -> int | None:
        """The number of the place that `a` belongs to."""
        place = self.place(a)
        return place if 0 <= place < self.number else None


class Layout(NamedTuple):
    """Slots, whether bars are stacked in them, and the colours that are series, in their order; one series where it is
    empty."""

    slots: Slots
    stacked: bool
    series: tuple[int, ...]


def lay_out(bars: Sequence[Bar], named: Sequence[int]) -> Layout | None:
    """How `bars` are grouped. `named` are the colours that the legend has; colours without a name may be accents.

    None where no even spacing is found.
    """
    columns = _columns(bars)
    present = {bar.colour for bar in bars}
    colours = [colour for colour in named if colour in present]
    stacked = any(len({bar.colour for bar in column}) > 1 for column in columns)
    centres = [column[0].span.a for column in columns]
    thick = median(bar.span.thick for bar in bars)
    if stacked:
        slots = even(centres, thick)
        order = [colour for colour in named if colour in present] or _from_base(bars)
        return Layout(slots, True, tuple(order)) if slots else None
    groups = _groups(columns)
    if len(colours) < 2 and not (len(present) > 1 and groups is not None and _clear(columns)):
        slots = even(centres, thick)
        return Layout(slots, False, ()) if slots else None
    order = colours if len(colours) > 1 else sorted(present)
    if groups is None:
        groups = [columns]
    slots = even(_centres(groups, thick), thick * len(order))
    return Layout(slots, False, tuple(order)) if slots else None


def _columns(bars: Sequence[Bar]) -> list[list[Bar]]:
    """Bars over one another."""
    found: list[list[Bar]] = []
    for bar in sorted(bars, key=lambda bar: bar.span.a):
        if found and bar.span.a - found[-1][0].span.a <= 0.4 * min(bar.span.thick, found[-1][0].span.thick):
            found[-1].append(bar)
        else:
            found.append([bar])
    return found


def _groups(columns: Sequence[list[Bar]]) -> list[list[list[Bar]]] | None:
    """Columns with a colour each, by groups: a colour that came already, or a wide gap, begins the next one."""
    step = _step(columns)
    if step is None:
        return None
    found: list[list[list[Bar]]] = []
    gaps = [right[0].span.a0 - left[0].span.a1 for left, right in pairwise(columns)]
    wide = WIDE * max(gaps) if gaps and max(gaps) > CLEAR * max(min(gaps), 2.0) else float("inf")
    for place, column in enumerate(columns):
        seen = {bar.colour for other in found[-1] for bar in other} if found else set()
        if not found or column[0].colour in seen or gaps[place - 1] > wide:
            found.append([])
        found[-1].append(column)
    return found


def _step(columns: Sequence[list[Bar]]) -> float | None:
    """From a bar to the next one of its colour; None where no colour comes twice."""
    steps = []
    for colour in {column[0].colour for column in columns}:
        own = [column[0].span.a for column in columns if column[0].colour == colour]
        steps += [right - left for left, right in pairwise(own)]
    return median(steps) if steps else None


def _clear(columns: Sequence[list[Bar]]) -> bool:
    gaps = [right[0].span.a0 - left[0].span.a1 for left, right in pairwise(columns)]
    return max(gaps) > CLEAR * max(min(gaps), 2.0)


def _centres(groups: Sequence[Sequence[list[Bar]]], thick: float) -> list[float]:
    """The middles of groups. Where bars are missing, each of the others still knows its place in the group."""
    most = max(len(group) for group in groups)
    full = [group for group in groups if len(group) == most]
    offsets: dict[int, float] = {}
    for colour in {column[0].colour for group in full for column in group}:
        away = [
            column[0].span.a - (group[0][0].span.a + group[-1][0].span.a) / 2
            for group in full
            for column in group
            if column[0].colour == colour
        ]
        offsets[colour] = median(away)
    return [median(column[0].span.a - offsets.get(column[0].colour, 0.0) for column in group) for group in groups]


def _from_base(bars: Sequence[Bar]) -> list[int]:
    """Colours of stacks without a legend, from the line upwards."""
    return sorted({bar.colour for bar in bars}, key=lambda colour: median(b.span.v for b in bars if b.colour == colour))


def even(centres: Sequence[float], alone: float) -> Slots | None:
    """Places `centres` fall on, gaps filled; a single one is a slot of twice the bars' width `alone`."""
    if len(centres) == 1:
        return Slots(centres[0], 2 * alone, 1)
    steps = sorted(right - left for left, right in pairwise(centres))
    step = median(steps[: max(1, (len(steps) + 1) // 2)])  # of the narrow half: wide ones have a gap in them
    places = [0, *accumulate(round((right - left) / step) for left, right in pairwise(centres))]
    step = (centres[-1] - centres[0]) / places[-1] if places[-1] else step
    off = max(abs(centres[0] + place * step - centre) for place, centre in zip(places, centres, strict=True))
    if len(set(places)) < len(places) or off > 0.25 * step:
        return None
    return Slots(centres[0], step, places[-1] + 1)
