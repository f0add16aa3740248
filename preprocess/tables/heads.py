"""The heads of a table: how many rows they take, and which of them stand over several columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from statistics import fmean

from preprocess.tables.columns import Part, Placed
from preprocess.tables.values import kind_of, numeric_columns

MOST_WHOLE = 2  # lines that fill all columns, in one row of heads
CENTRED = 1.2  # characters: heads over several columns each stand as far from the middle of these as the others do
LIKE = 0.3  # the same, of the distance from column to column
ALIGNED = 0.25  # characters


def count_head_rows(placed: Sequence[Placed], columns: int) -> int:
    """How many of the rows stand above the first one with values; 1 where no column is numeric."""
    numeric = numeric_columns(placed, columns)
    if not numeric:
        return 1
    kinds = [kind_of(row, placed, numeric) for row in placed]
    first = kinds.index("values") if "values" in kinds else len(kinds)
    head = max((number + 1 for number in range(first) if kinds[number] == "heads"), default=min(first, 1))
    return _without_headings(placed, head)


def with_spans(placed: Sequence[Placed], columns: int, head: int) -> list[Placed]:
    """The same rows, heads that stand over the middle of several columns in all of these.

    Only where they part the columns evenly, like `2019` and `2020` over `Men`, `Women`, `Men`, `Women`: a short word
    does not reach over the strip between two columns, so nothing else tells it from a head of one of them.
    """
    found = list(placed)
    for number in range(min(head, len(placed) - 1)):
        parts = _spread(placed[number], placed[number + 1], columns)
        if parts is not None:
            found[number] = replace(placed[number], parts=parts)
    return found


def is_head_line(group: Sequence[Placed], row: Placed, columns: int) -> bool:
    """Whether a row among the heads goes on with those in `group` above; not below a head over several columns."""
    if row.filled == {0}:
        return all(line.filled == {0} for line in group)
    whole = [line for line in (*group, row) if len(line.filled) == columns]
    if len(whole) > MOST_WHOLE and whole[-1] is row:
        return False
    spans = {(part.first, part.last) for line in group for part in line.parts if part.first < part.last}
    for part in row.parts:
        place = (part.first, part.last)
        if part.first < part.last and place not in spans:
            return False
        if any(first <= part.first and part.last <= last and (first, last) != place for first, last in spans):
            return False
    return True


def _without_headings(placed: Sequence[Placed], head: int) -> int:
    """`head` without the last rows that fill the first column alone: those are headings of the rows below."""
    while head > 1 and placed[head - 1].filled == {0}:
        head -= 1
    return head


def _spread(row: Placed, below: Placed, columns: int) -> tuple[Part, ...] | None:
    """The parts of `row` over equal shares of those `below`, or None where they do not stand like that."""
    key = [part for part in row.parts if part.first == 0]
    over = [part for part in row.parts if part.first > 0]
    under = [part for part in below.parts if part.first > 0]
    if any(part.last > 0 for part in key) or any(part.first < part.last for part in under):
        return None
    if len(over) < 2 or len(under) < columns - 1 or len(under) == len(over) or len(under) % len(over):
        return None
    size = len(under) // len(over)
    groups = [under[place : place + size] for place in range(0, len(under), size)]
    offsets = []
    for part, group in zip(over, groups, strict=True):
        if part.piece.x0 > group[-1].piece.x1 or part.piece.x1 < group[0].piece.x0:
            return None
        offsets.append(_middle(part) - fmean(map(_middle, group)))
    apart = fmean(abs(_middle(group[-1]) - _middle(group[0])) / (size - 1) for group in groups)
    if max(offsets) - min(offsets) > max(CENTRED * row.row.unit, LIKE * apart) or all(
        map(_is_over, over, (group[0] for group in groups))
    ):
        return None
    return (*key, *(Part(group[0].first, group[-1].last, part.piece) for part, group in zip(over, groups, strict=True)))


def _middle(part: Part) -> float:
    return (part.piece.x0 + part.piece.x1) / 2


def _is_over(part: Part, other: Part) -> bool:
    """Whether two parts share an edge or their middle."""
    text = other.piece
    return part.piece.aside(text) < ALIGNED * (text.x1 - text.x0) / max(len(text.text), 1)
