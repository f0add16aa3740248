"""Where a table begins and ends: heads above its first row with gaps, and the last lines of its cells."""

from __future__ import annotations

from collections.abc import Sequence

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
CELL_STEP = 1.6  # heights from line to line of a cell, at most


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
    """Behind the sums below a region, and the last line that goes on with a cell of the last row, the first column's
    left out."""
    stop = region.stop
    while stop < len(rows) and _is_sum(rows[stop], rows[stop - 1], strips):
        stop += 1
    filled = place(rows[stop - 1], strips).filled
    while stop < len(rows):
        row, above = rows[stop], rows[stop - 1]
        parts = place(row, strips).parts
        step = (row.y - above.y) / max(row.height, above.height)
        if not 0 < step < CELL_STEP or len(parts) > 1 or parts[0].first == 0 or parts[0].first < parts[0].last:
            break
        is_more = parts[0].first in filled
        if (is_more and is_value(parts[0].piece.text)) or (not is_more and step > CLOSE):
            break
        stop += 1
    return stop


def _is_sum(row: Row, above: Row, strips: Sequence[Strip]) -> bool:
    """Whether a row is a name, over several columns or in the first one, and a value in the last column."""
    parts = place(row, strips).parts
    if len(row.pieces) != 2 or len(parts) != 2 or not 0 < row.y - above.y < HEAD_STEP * max(row.height, above.height):
        return False
    name, value = parts
    return name.first == 0 and value.first == value.last == len(strips) > 1 and is_value(value.piece.text)


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
    return under is None or _is_in_line(part, under, BESIDE * row.row.unit)


def _is_in_line(part: Part, under: Part, most: float) -> bool:
    one, two = part.piece, under.piece
    middles = abs(one.x0 + one.x1 - two.x0 - two.x1) / 2
    return min(abs(one.x0 - two.x0), abs(one.x1 - two.x1), middles) < most
