"""Charts whose values are printed over their labels: read label by label, not height by height.

    25.3                        2018  25.3
          24.1        becomes   2019  24.1
    2018  2019

Rows of a chart hold values of equal height, which says nothing; what belongs together stands over one another. A table
also has values over one another, but there every row is full: only where rows are mostly gaps is it a chart.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from preprocess.charts.numbers import CHINESE_UNIT
from preprocess.columns import Item

CELL_GAP = 0.9  # of the text's height; wider gaps part one label from the next
LEAST_TICKS = 3
MOST_UNEVEN = 1.5  # the widest step between labels to the narrowest
NEAR = 0.35  # of a step: how far beside its label a value may stand
LEAST_VALUED = 0.6  # of the labels have a value
MOST_FULL = 0.6  # of the labels have a value on one and the same row, on average
MOST_OTHER = 0.25  # other words between the values, for each value: a receipt has items there, a chart has not
MOST_NAMED = 0.5  # of the rows with values have words, too: in a table each row has its name

_UNIT = rf"%|[A-Za-z]{{1,4}}|{CHINESE_UNIT}"
_VALUE = re.compile(rf"[^a-zA-Z0-9]{{0,3}}[A-Za-z]{{0,3}}\s?\d[\d.,'\s]{{0,11}}\s?(?:{_UNIT})?[^\w\s]{{0,2}}")
_MEASURED = re.compile(r"\d[.,]\d|[%$€£¥₹]")


@dataclass(frozen=True, slots=True)
class Tick:
    """A label of the axis, and the values over it from top to bottom."""

    label: list[Item]
    values: list[list[Item]]


@dataclass(frozen=True, slots=True)
class Plot:
    """A block's rows: those above the axis without the values, the axis label by label, and those below."""

    above: list[list[Item]]
    ticks: list[Tick]
    below: list[list[Item]]


@dataclass(frozen=True)
class _Cell:
    """Words that stand close together; what is asked of them again and again is worked out once."""

    items: list[Item]

    @cached_property
    def centre(self) -> float:
        return (self.items[0].x0 + self.items[-1].x1) / 2

    @cached_property
    def text(self) -> str:
        return " ".join(item.word.text for item in self.items)

    @cached_property
    def is_value(self) -> bool:
        return bool(_VALUE.fullmatch(self.text))


def find_plot(rows: Sequence[list[Item]]) -> Plot | None:
    """The chart among `rows` (from top to bottom, each from left to right), if there is one. Every word stays."""
    parted = [[_Cell(cell) for cell in cells(row)] for row in rows]
    for place in range(len(rows) - 1, 1, -1):
        labels = parted[place]
        step = _step(labels)
        if step is not None and sum(bool(_MEASURED.search(label.text)) for label in labels) < len(labels) / 2:
            plot = _over(labels, step, parted[:place], rows[place + 1 :])
            if plot is not None:
                return plot
    return None


def _over(
    labels: Sequence[_Cell], step: float, rows: Sequence[list[_Cell]], below: Sequence[list[Item]]
) -> Plot | None:
    """`rows` sorted by what stands over the labels, unless that does not look like a chart."""
    centres = [label.centre for label in labels]
    values: list[list[list[Item]]] = [[] for _ in labels]
    above: list[list[Item]] = []
    full: list[int] = []  # labels with a value, of each row that has one
    other = named = 0
    for row in rows:
        rest: list[Item] = []
        hit: set[int] = set()
        between = 0
        for cell in row:
            place = nearest(centres, cell.centre)
            if abs(centres[place] - cell.centre) <= NEAR * step and cell.is_value:
                values[place].append(cell.items)
                hit.add(place)
            else:
                rest += cell.items
                between += centres[0] - step / 2 < cell.centre < centres[-1] + step / 2
        if rest:
            above.append(rest)
        if hit:
            full.append(len(hit))
            named += any(not _Cell(cell).is_value for cell in cells(rest)) if rest else 0
        if full:
            other += between
    counts = sorted(map(len, values))
    found = sum(counts)
    is_chart = (
        sum(map(bool, counts)) >= max(LEAST_TICKS, LEAST_VALUED * len(labels))
        and counts[-1] <= counts[len(counts) // 2] + 1
        and sum(full) <= MOST_FULL * len(labels) * len(full)
        and other <= MOST_OTHER * found
        and named <= MOST_NAMED * len(full)
    )
    ticks = [Tick(label.items, over) for label, over in zip(labels, values, strict=True)]
    return Plot(above, ticks, [*below]) if is_chart else None


def nearest(centres: Sequence[float], x: float) -> int:
    """The place of the one of `centres`, which rise, that is nearest to `x`; of two as near, the first."""
    after = min(max(bisect_left(centres, x), 1), len(centres) - 1)
    return after - 1 if x - centres[after - 1] <= centres[after] - x else after


def cells(row: Sequence[Item]) -> list[list[Item]]:
    """Words of a row that stand close together."""
    found = [[row[0]]]
    for before, after in pairwise(row):
        if after.x0 - before.x1 > CELL_GAP * min(before.height, after.height):
            found.append([])
        found[-1].append(after)
    return found


def _step(labels: Sequence[_Cell]) -> float | None:
    """The distance from label to label, if there are enough of them at like distances."""
    if len(labels) < LEAST_TICKS:
        return None
    steps = sorted(right.centre - left.centre for left, right in pairwise(labels))
    return sum(steps) / len(steps) if 0 < steps[-1] <= MOST_UNEVEN * steps[0] else None
