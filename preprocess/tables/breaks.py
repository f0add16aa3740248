"""Where one table ends and the next begins, though the same strips are free in both.

A caption or a heading lies between, or a wider step. What follows says words where numbers were, fills columns that
were empty, has columns of its own, or is a block of totals.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from preprocess.tables.columns import Placed, place, strips_between_columns
from preprocess.tables.regions import Strip, overlap
from preprocess.tables.rows import Row
from preprocess.tables.values import is_value, kind_of, numeric_columns

APART = 1.5  # of the usual step: another table stands further below than another row ...
PARTED = 1.2  # ... or this far, where more speaks for it
LEAST_STEP = 0.1  # heights: rows that are printed over one another have no usual step
LEAST_ROWS = 3  # above, before words are taken for heads of another table
HEAD_LINES = 3  # that are looked at below
HEADS = 3  # words between numbers that are heads of another table
TOTALS = 3  # rows of a first column and one other


def next_table(rows: Sequence[Row], strips: Sequence[Strip]) -> int | None:
    """The number of the row, if there is one, at which another table begins."""
    usual = max(median(below.y - above.y for above, below in pairwise(rows)), LEAST_STEP * rows[0].height)
    page = _Page(tuple(rows), tuple(place(row, strips) for row in rows), tuple(strips), usual)
    return next((number for number in range(1, len(rows) - 1) if page.is_break(number)), None)


@dataclass(frozen=True, slots=True)
class _Page:
    """Rows, their pieces in columns, the strips between these, and the usual step from row to row."""

    rows: tuple[Row, ...]
    placed: tuple[Placed, ...]
    strips: tuple[Strip, ...]
    usual: float

    def is_break(self, number: int) -> bool:
        row, above = self.placed[number], self.placed[number - 1]
        below_line = _is_line(above) and self.step(number) > PARTED and self.step(number - 1) > APART
        is_apart = self.step(number) > APART or below_line
        if is_apart and (_is_line(row) or _is_line(above)) and self.are_two(number):
            return True
        if _is_line(row):
            return False
        if self.is_head_within(number):
            return True
        if below_line and (above.parts[0].last > 0 or self.is_totals(number)):
            return True
        if (is_apart or _is_line(above)) and self.has_other_columns(number, is_apart):
            return True
        return number >= LEAST_ROWS and (_is_line(above) or self.step(number) > PARTED) and self.has_heads(number)

    def step(self, number: int) -> float:
        """How far row `number` stands below the one above it, against the usual."""
        return (self.rows[number].y - self.rows[number - 1].y) / self.usual if number else 0.0

    def are_two(self, number: int) -> bool:
        """Whether a part that has two rows with gaps parts its columns where all rows together do not."""
        for part in (self.rows[:number], self.rows[number:]):
            gapped = [row for row in part if row.gaps]
            if len(gapped) > 1:
                own = strips_between_columns(gapped)
                if any(not any(overlap(strip, other) > 0 for other in self.strips) for strip in own):
                    return True
        return False

    def has_other_columns(self, number: int, is_apart: bool) -> bool:
        """Whether the next rows fill more columns than all above, or others; the first one apart."""
        above, following = _filled(self.placed[:number]), _filled(self.placed[number : number + HEAD_LINES])
        more = len(following) - len(above)
        return more > 1 or (more == 1 and is_apart) or (more == 0 and following != above)

    def has_heads(self, number: int) -> bool:
        """Whether the next row with gaps says words or years in columns that hold numbers above."""
        columns = len(self.strips) + 1
        above = self.placed[:number]
        following = self.placed[number : number + HEAD_LINES]
        head = next((line for line in following if len(line.parts) > 1), self.placed[number])
        return kind_of(head, above, numeric_columns(above, columns)) == "heads"

    def is_head_within(self, number: int) -> bool:
        """Whether a row says different words in several columns, each between two numbers."""
        above, row, below = (
            {part.first: part.piece.text for part in self.placed[place].parts}
            for place in (number - 1, number, number + 1)
        )
        words = [
            text
            for column, text in row.items()
            if column and not is_value(text) and is_value(above.get(column, "")) and is_value(below.get(column, ""))
        ]
        return len(words) >= HEADS and len(words) == len(set(words)) == len(row.keys() - {0})

    def is_totals(self, number: int) -> bool:
        """Whether all rows that follow have a label and one value, below rows that have more."""
        wide = [line.filled for line in self.placed[number:] if len(line.parts) > 1]
        most = max(len(line.parts) for line in self.placed[:number])
        return most > 2 and len(wide) >= TOTALS and len(set(wide)) == 1 and len(wide[0]) == 2 and 0 in wide[0]


def _filled(placed: Sequence[Placed]) -> frozenset[int]:
    return frozenset[int]().union(*(line.filled for line in placed)) - {0}


def _is_line(row: Placed) -> bool:
    """Whether it says one thing, from the first column on: a caption, a note, a heading."""
    return len(row.parts) == 1 and row.parts[0].first == 0
