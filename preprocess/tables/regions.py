"""Where on a page tables may be: runs of rows that leave the same upright strips free.

Gaps in running text stand anywhere; those of a table stand over one another. A region grows downwards from a row with
a gap as long as new rows keep its strips, over lines of one piece (a wrapped cell, a heading between groups) and over a
few that cross the strips.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from preprocess.tables.fields import field_of
from preprocess.tables.rows import Piece, Row

Strip = tuple[float, float]

CROSSED = 0.12  # of the rows may cross a strip: a label that reaches into the next column
SUPPORT = 0.3  # of the rows with words on both sides of a strip have a plain column gap there
KEPT = 0.8  # of a region's strips must outlast a new row, and of the row's gaps be strips
MOST_CROSSING = 2  # lines between two rows that belong to no column
MOST_ALONE = 4  # lines between two rows that belong to no column or to the first one alone
LARGER = 1.5  # times the letters of another row: a title, not a row of the same table
STEP = 4.0  # heights from row to row
WIDER = 2.2  # times the usual step


@dataclass(frozen=True, slots=True)
class Region:
    """Rows `start` up to, not with, `stop`; `gapped` are those of them that keep the strips free."""

    start: int
    stop: int
    gapped: tuple[int, ...]


def grown(rows: Sequence[Row], start: int) -> Region | None:
    """The region that begins with row `start`; None where that row has no gap or no other row shares it."""
    if not rows[start].gaps:
        return None
    gapped, strips, crossing = [start], tuple(rows[start].gaps), 0
    steps: list[float] = []
    for place in range(start + 1, len(rows)):
        row, above = rows[place], rows[place - 1]
        step = row.y - above.y
        if step < -0.5 * row.height or step > _farthest(steps, max(row.height, above.height)):
            break
        steps.append(step)
        together = _agreed(rows, gapped, strips, place) if row.gaps else None
        if together is not None:
            if _is_torn(rows[gapped[-1] + 1 : place], together):
                break
            gapped.append(place)
            strips, crossing = together, 0
            continue
        crossing = crossing + 1 if row.gaps or crosses(row.pieces[0], strips) else 0
        if crossing > MOST_CROSSING:
            break
    while len(gapped) > 2 and _is_first_sum(rows, gapped[-1], strips):
        gapped.pop()
    if len(gapped) < 2:
        return None
    return Region(start, gapped[-1] + 1, tuple(gapped))


def free_strips(rows: Sequence[Row]) -> tuple[Strip, ...]:
    """Strips between the words of `rows`, from left to right, that hardly any of them crosses.

    Words stand apart by chance too, so a strip needs rows that have a column gap there.
    """
    if not rows:
        return ()
    least = median(row.parted for row in rows)
    left, right = min(row.x0 for row in rows), max(row.x1 for row in rows)
    edges: list[tuple[float, int]] = []
    for row in rows:
        for x0, x1 in row.runs:
            edges += [(x0, 1), (x1, -1)]
    most, covering, begun = int(CROSSED * len(rows)), 0, left
    found: list[Strip] = []
    for x, change in sorted(edges, key=lambda edge: (edge[0], -edge[1])):
        before, covering = covering, covering + change
        if before > most >= covering:
            begun = x
        elif before <= most < covering and x - begun >= least and begun > left and x < right:
            found.append((begun, x))
    return tuple(strip for strip in found if _is_supported(strip, rows))


def _is_supported(strip: Strip, rows: Sequence[Row]) -> bool:
    both = [row for row in rows if row.x0 < strip[0] and row.x1 > strip[1]]
    least = max(1, SUPPORT * len(both))
    plain = 0
    for row in both:
        plain += any(overlap(gap, strip) > 0 for gap in row.plain)
        if plain >= least:
            return True
    return False


def crosses(piece: Piece, strips: Sequence[Strip]) -> bool:
    """Whether a piece reaches over the whole of a strip."""
    return any(piece.x0 < x0 and piece.x1 > x1 for x0, x1 in strips)


def overlap(one: Strip, other: Strip) -> float:
    return min(one[1], other[1]) - max(one[0], other[0])


def _is_torn(between: Sequence[Row], strips: Sequence[Strip]) -> bool:
    """Whether the lines between two rows are too many to belong to them."""
    crossing = sum(any(crosses(piece, strips) for piece in row.pieces) for row in between)
    alone = sum(row.x1 < strips[0][1] for row in between)
    return crossing > MOST_CROSSING or crossing + alone > MOST_ALONE


def _farthest(steps: Sequence[float], height: float) -> float:
    return max(STEP * height, WIDER * median(steps) if len(steps) > 1 else 0.0)


def _agreed(
    rows: Sequence[Row], gapped: Sequence[int], strips: Sequence[Strip], place: int
) -> tuple[Strip, ...] | None:
    """The strips that are left when row `place` joins, or None where it does not share enough of them."""
    row, height = rows[place], rows[gapped[-1]].height
    if max(row.height, height) > LARGER * min(row.height, height):
        return None
    if _fits(row, strips):
        return tuple(strips)
    if len(gapped) > 1 and (_names_a_sum(row, strips) or _is_labelled([rows[index] for index in gapped], row)):
        return None
    together = free_strips([*(rows[index] for index in gapped), row])
    kept = sum(any(overlap(strip, new) > 0 for new in together) for strip in strips)
    matched = sum(any(overlap(gap, new) > 0 for new in together) for gap in row.gaps)
    if not together or kept < KEPT * len(strips) or matched < KEPT * len(row.gaps):
        return None
    return together


def _names_a_sum(row: Row, strips: Sequence[Strip]) -> bool:
    """Whether a row is a name and a value, the name across what parts the columns: a sum below a list."""
    return len(row.pieces) == 2 and crosses(row.pieces[0], strips)


def _is_labelled(above: Sequence[Row], row: Row) -> bool:
    """Whether each piece of a row has a label of its own (`Cashier: Ann  Till: 3`), and no piece above it has one."""
    return all(map(_has_label, row.pieces)) and not any(_has_label(piece) for other in above for piece in other.pieces)


def _has_label(piece: Piece) -> bool:
    """Whether it begins with a name: words, and not a time of the day."""
    name, _ = field_of(piece.text) or ("", "")
    return ":" not in name and any(map(str.isalpha, name))


def _is_first_sum(rows: Sequence[Row], place: int, strips: Sequence[Strip]) -> bool:
    """Whether a row that keeps the strips free is one of the sums below it all the same, its name being short."""
    if len(rows[place].pieces) != 2 or len(strips) < 2 or place + 1 == len(rows):
        return False
    return _names_a_sum(rows[place + 1], strips)


def _fits(row: Row, strips: Sequence[Strip]) -> bool:
    """Whether a row leaves all strips as they are and has gaps nowhere else."""
    if any(overlap(run, strip) > 0 for run in row.runs for strip in strips):
        return False
    return all(any(overlap(gap, strip) > 0 for strip in strips) for gap in row.gaps)
