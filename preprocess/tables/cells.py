"""Which lines of the page make one row of the table: wrapped cells, heads of several lines.

Nothing is drawn between the rows of many tables, so the words must say it. Two values over one another are two cells.
A text is one cell over two lines where the next word did not fit on the first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from preprocess.tables.columns import Part, Placed
from preprocess.tables.heads import count_head_rows, is_head_line, with_spans
from preprocess.tables.keys import NEAR, key_joins
from preprocess.tables.layout import Layout
from preprocess.tables.values import is_value

CLOSE = 1.3  # heights: a value this far below its row stands in it
OVERLAPPING = 0.7  # heights: so close, two lines are one row whatever they say


@dataclass(frozen=True, slots=True)
class Grouping:
    """Lines of the page, joined to rows of the table; the first `head` of these are heads."""

    rows: tuple[tuple[Placed, ...], ...]
    head: int


def grouped(placed: Sequence[Placed], columns: int) -> Grouping:
    """Join `placed`, which is not empty, to rows of a table of so many columns."""
    lines = count_head_rows(placed, columns)
    layout = Layout.of(with_spans(placed, columns, lines), columns, lines)
    keys = key_joins(layout)
    groups, head = [[layout.placed[0]]], min(lines, 1)
    for number in range(1, len(placed)):
        joined = keys.get(number)
        if joined if joined is not None else _joins(layout, groups[-1], number):
            groups[-1].append(layout.placed[number])
            continue
        groups.append([layout.placed[number]])
        head += number < lines
    return Grouping(tuple(map(tuple, groups)), head)


def _joins(layout: Layout, group: Sequence[Placed], number: int) -> bool:
    """Whether line `number` goes on with the row that `group` has begun."""
    line, step = layout.placed[number], layout.step(number)
    pairs = [
        (last, part)
        for part in line.parts
        if part.first == part.last and (last := _last(group, part.first)) is not None
    ]
    if any(is_value(last.piece.text) and is_value(part.piece.text) for last, part in pairs):
        return False
    if step < OVERLAPPING:
        return True
    if step > NEAR:
        return False
    if number < layout.head:
        return is_head_line(group, line, len(layout.room))
    filled = frozenset[int]().union(*(other.filled for other in group))
    wrapped = [layout.wraps(last, part, line.row.unit) for last, part in pairs]
    if 0 in line.filled:
        if 0 not in filled:  # heads that end on one line, the first column's being the shortest
            return len(group) == number and len(filled) < len(layout.room) - 1 and not _has_span(group)
        if any(wrapped) and layout.goes_on(number) and line.filled < filled:
            return True
        return bool(wrapped) and all(wrapped) and step < layout.least_apart
    if any(is_value(part.piece.text) for part in line.parts):
        return not filled & line.filled and 0 in filled and step < CLOSE
    if _has_span([line]):
        return False
    return len(line.filled) < len(filled - {0}) or any(wrapped) or step < layout.least_apart


def _last(group: Sequence[Placed], column: int) -> Part | None:
    """What the group has in this column so far, at the bottom."""
    return next((part for line in reversed(group) if (part := line.at(column)) is not None), None)


def _has_span(group: Sequence[Placed]) -> bool:
    return any(part.first < part.last for line in group for part in line.parts)
