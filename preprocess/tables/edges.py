"""Where a table begins and ends: heads above its first row with gaps, and the last lines of its cells."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from itertools import pairwise

from preprocess.tables.cells import CLOSE
from preprocess.tables.checks import is_running
from preprocess.tables.columns import Part, Placed, place
from preprocess.tables.regions import LARGER, Region, Strip, overlap
from preprocess.tables.rows import Row
from preprocess.tables.values import is_value

HEAD_STEP = 2.2  # heights from one line of a head to the next, at most
MOST_HEADINGS = 2  # lines of the first column alone between heads and the first row with gaps
OUTSIDE = 6.0  # characters that a head may stand out to either side
BESIDE = 1.0  # characters: the lines of a head share an edge or their middle
SUM_STEP = 2.0  # heights from line to line of sums, at most
CELL_STEP = 1.6  # heights from line to line of a cell, at most
SAME_STEP = 0.1  # of a step, by which another may differ that is meant to be the same

_CENTS = re.compile(r"\d[.,]\d\d?\b")


def first_row(rows: Sequence[Row], region: Region, strips: Sequence[Strip], free: int) -> int:
    """The first of the heads above a region; rows before `free` belong to another table."""
    body = rows[region.start : region.stop]
    left, right = min(row.x0 for row in body), max(row.x1 for row in body)
    first, below = region.start, place(rows[region.start], strips)
    for number in range(region.start - 1, free - 1, -1):
        row, after = rows[number], rows[number + 1]
        step, outside = after.y - row.y, OUTSIDE * row.unit
        if not 0 < step < HEAD_STEP * max(row.height, after.height):
            break
        if row.x0 < left - outside or row.x1 > right + outside or row.height > LARGER * body[0].height:
            break
        placed = place(row, strips)
        if _is_head(placed, below, strips):
            first, below = number, placed
        elif placed.filled != {0} or first < region.start or region.start - number > MOST_HEADINGS:
            break
    return first


def stop_row(rows: Sequence[Row], region: Region, strips: Sequence[Strip]) -> int:
    """Behind the sums below a region, and the last lines that go on with a cell above, the first column's left out."""
    stop = region.stop
    above = place(rows[stop - 1], strips)
    while stop < len(rows):
        below = place(rows[stop], strips)
        if _is_sum(below, rows[stop - 1], above.parts[-1]):
            above = below
        elif not _goes_on(below, rows[stop - 1], above.filled):
            break
        stop += 1
    return stop


def may_go_on(line: Placed, before: Row, body: Sequence[Sequence[Placed]]) -> bool:
    """Whether a line below a table is one of the first column, as far from the line before it as such lines are that go
    on with a cell in its `body`: nothing else tells it from a sentence that follows."""
    steps = (below.row.y - above.row.y for group in body for above, below in pairwise(group) if below.filled == {0})
    return line.filled == {0} and any(abs(line.row.y - before.y - step) < SAME_STEP * step for step in steps)


def _goes_on(line: Placed, before: Row, filled: Collection[int]) -> bool:
    """Whether a line is one part that goes on with a cell of the row above it, or stands close below."""
    row, part = line.row, line.parts[0]
    step = (row.y - before.y) / max(row.height, before.height)
    if not 0 < step < CELL_STEP or len(line.parts) > 1 or part.first == 0 or part.first < part.last:
        return False
    is_more = part.first in filled
    return not (is_more and is_value(part.piece.text)) and (is_more or step <= CLOSE)


def _is_sum(line: Placed, before: Row, last: Part) -> bool:
    """Whether a line is a name, in the first column or over several, and below the `last` value one like it."""
    row, parts = line.row, line.parts
    if len(parts) != 2 or not 0 < row.y - before.y < SUM_STEP * max(row.height, before.height):
        return False
    name, value = parts
    if name.first > 0 or (value.first, value.last) != (last.first, last.last) or last.first < 2:
        return False
    return is_value(value.piece.text) and bool(_CENTS.search(value.piece.text)) and bool(_CENTS.search(last.piece.text))


def _is_head(row: Placed, below: Placed, strips: Sequence[Strip]) -> bool:
    """Whether a row stands over the columns: with gaps between columns only, or alone over others than the first one,
    and there either over several or in line with what is below."""
    if len(row.parts) > 1:
        if is_running([part.piece for part in row.parts]):
            return False
        matched = all(any(overlap(gap, strip) > 0 for strip in strips) for gap in row.row.gaps)
        return matched and not row.parts[0].first == 0 < row.parts[0].last
    part = row.parts[0]
    if part.first == 0:
        return False
    if part.first < part.last:
        return True
    under = below.at(part.first)
    return under is None or part.piece.aside(under.piece) < BESIDE * row.row.unit
