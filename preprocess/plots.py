"""Charts whose values are printed over their labels: read label by label, not height by height.

    25.3                        2018  25.3
          24.1        becomes   2019  24.1
    2018  2019

Rows of a chart hold values of equal height, which says nothing; what belongs together stands over one another. A table
also has values over one another, but there every row is full: only where rows are mostly gaps is it a chart.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from preprocess.columns import Item

CELL_GAP = 0.9  # of the text's height; wider gaps part one label from the next
LEAST_TICKS = 3
MOST_UNEVEN = 1.5  # the widest step between labels to the narrowest
NEAR = 0.35  # of a step: how far beside its label a value may stand
LEAST_VALUED = 0.6  # of the labels have a value
MOST_FULL = 0.6  # of the labels have a value on one and the same row, on average
MOST_OTHER = 0.25  # other words between the values, for each value: a receipt has items there, a chart has not
MOST_NAMED = 0.5  # of the rows with values have words, too: in a table each row has its name

_VALUE = re.compile(r"[^a-zA-Z0-9]{0,3}[A-Za-z]{0,3}\s?\d[\d.,'\s]{0,11}\s?(?:%|[A-Za-z]{1,4})?[^\w\s]{0,2}")
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


def find_plot(rows: Sequence[list[Item]]) -> Plot | None:
    """The chart among `rows` (from top to bottom, each from left to right), if there is one. Every word stays."""
    for place in range(len(rows) - 1, 1, -1):
        labels = cells(rows[place])
        step = _step(labels)
        if step is not None and sum(bool(_MEASURED.search(_text(label))) for label in labels) < len(labels) / 2:
            plot = _over(labels, step, rows[:place], rows[place + 1 :])
            if plot is not None:
                return plot
    return None


def _over(
    labels: Sequence[list[Item]], step: float, rows: Sequence[list[Item]], below: Sequence[list[Item]]
) -> Plot | None:
    """`rows` sorted by what stands over the labels, unless that does not look like a chart."""
    centres = [_centre(label) for label in labels]
    values: list[list[list[Item]]] = [[] for _ in labels]
    above: list[list[Item]] = []
    full: list[int] = []  # labels with a value, of each row that has one
    other = named = 0
    for row in rows:
        rest: list[Item] = []
        hit: set[int] = set()
        between = 0
        for cell in cells(row):
            nearest = min(range(len(centres)), key=lambda tick: abs(centres[tick] - _centre(cell)))
            if abs(centres[nearest] - _centre(cell)) <= NEAR * step and _VALUE.fullmatch(_text(cell)):
                values[nearest].append(cell)
                hit.add(nearest)
            else:
                rest += cell
                between += centres[0] - step / 2 < _centre(cell) < centres[-1] + step / 2
        if rest:
            above.append(rest)
        if hit:
            full.append(len(hit))
            named += any(not _VALUE.fullmatch(_text(cell)) for cell in cells(rest)) if rest else 0
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
    ticks = [Tick(label, over) for label, over in zip(labels, values, strict=True)]
    return Plot(above, ticks, [*below]) if is_chart else None


def cells(row: Sequence[Item]) -> list[list[Item]]:
    """Words of a row that stand close together."""
    found = [[row[0]]]
    for before, after in pairwise(row):
        if after.x0 - before.x1 > CELL_GAP * min(before.height, after.height):
            found.append([])
        found[-1].append(after)
    return found


def _text(cell: Sequence[Item]) -> str:
    return " ".join(item.word.text for item in cell)


def _centre(cell: Sequence[Item]) -> float:
    return (cell[0].x0 + cell[-1].x1) / 2


def _step(labels: Sequence[list[Item]]) -> float | None:
    """The distance from label to label, if there are enough of them at like distances."""
    if len(labels) < LEAST_TICKS:
        return None
    steps = sorted(_centre(right) - _centre(left) for left, right in pairwise(labels))
    return sum(steps) / len(steps) if 0 < steps[-1] <= MOST_UNEVEN * steps[0] else None
