"""The columns of a region, and which of them each piece of a row stands in."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from preprocess.tables.regions import Strip, free_strips, overlap
from preprocess.tables.rows import Piece, Row, Token

MOST_HEADS, LEAST_BODY = 2, 3  # rows that may be left out at the top, and that must be left then
NARROW = 0.34  # of a plain gap: what a narrow one says
REACH = 0.3  # characters that a piece must reach into a column to stand in it


@dataclass(frozen=True, slots=True)
class Part:
    """A piece that stands in the columns `first` to `last`."""

    first: int
    last: int
    piece: Piece


@dataclass(frozen=True, slots=True)
class Placed:
    """A row with its parts, from the first column on; no two of them share a column."""

    row: Row
    parts: tuple[Part, ...]

    @property
    def filled(self) -> frozenset[int]:
        return frozenset(column for part in self.parts for column in range(part.first, part.last + 1))

    def at(self, column: int) -> Part | None:
        """The part that stands in this column alone."""
        return next((part for part in self.parts if part.first == part.last == column), None)


def strips_between_columns(rows: Sequence[Row]) -> tuple[Strip, ...]:
    """Strips that part the columns of `rows`, which have gaps all of them.

    Heads over several columns cross strips, so that up to two rows are left out at the top where more are found then.
    """
    choices = [
        _parted(rows[heads:]) for heads in range(MOST_HEADS + 1) if heads == 0 or len(rows) - heads >= LEAST_BODY
    ]
    return max(choices, key=len)


def _parted(rows: Sequence[Row]) -> tuple[Strip, ...]:
    """Strips between the columns of `rows`.

    Neighbours that no row fills both of, with a plain gap between, are one column: a head and its numbers need not
    stand over each other.
    """
    strips = list(free_strips(rows))
    while strips:
        evidence = _evidence(rows, strips)
        if min(evidence) >= 1:
            break
        del strips[evidence.index(min(evidence))]
    return tuple(strips)


def place(row: Row, strips: Sequence[Strip]) -> Placed:
    """The row's pieces in their columns; a piece that crosses a strip is cut there if words stand apart there."""
    parts: list[Part] = []
    begins, ends = [float("-inf"), *(x for _, x in strips)], [*(x for x, _ in strips), float("inf")]
    for piece in row.pieces:
        for cut in _cut(piece, strips, row.parted):
            first, last = columns_reached((cut.x0, cut.x1), begins, ends, REACH * row.unit)
            if parts and first <= parts[-1].last:
                before = parts.pop()
                first, last = before.first, max(before.last, last)
                cut = Piece(tuple(sorted((*before.piece.tokens, *cut.tokens), key=lambda token: token.x0)))
            parts.append(Part(first, last, cut))
    return Placed(row, tuple(parts))


def _evidence(rows: Sequence[Row], strips: Sequence[Strip]) -> list[float]:
    """How much says that the columns beside each strip are two: 1 for a row with a plain gap, less for a narrow one."""
    found = [0.0] * len(strips)
    for row in rows:
        for left, right in pairwise(place(row, strips).parts):
            if left.last + 1 == right.first:
                gap = (left.piece.x1, right.piece.x0)
                found[left.last] += 1 if any(overlap(gap, plain) > 0 for plain in row.plain) else NARROW
    return found


def _cut(piece: Piece, strips: Sequence[Strip], least: float) -> list[Piece]:
    """Parts of a piece on either side of those strips over which two of its words stand apart."""
    runs: list[list[Token]] = [[piece.tokens[0]]]
    for before, after in pairwise(piece.tokens):
        gap = (before.x1, after.x0)
        if gap[1] - gap[0] >= least and any(overlap(gap, strip) > 0 for strip in strips):
            runs.append([])
        runs[-1].append(after)
    return [Piece(tuple(run)) for run in runs]


def columns_reached(span: Strip, begins: Sequence[float], ends: Sequence[float], reach: float) -> tuple[int, int]:
    """First and last column that a span reaches into; the nearest one where it stands between two."""
    touched = sorted((bisect_right(ends, span[0]), bisect_left(begins, span[1]) - 1))  # or what it stands between
    near = range(touched[0], touched[1] + 1)
    overlaps = [overlap(span, (begins[column], ends[column])) for column in near]
    reached = [column for column, shared in zip(near, overlaps, strict=True) if shared > reach]
    if reached:
        return reached[0], reached[-1]
    nearest = near[overlaps.index(max(overlaps))]
    return nearest, nearest
