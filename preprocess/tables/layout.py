"""A table's lines while they are joined to rows: what they are, how wide columns are, how far apart lines stand."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from statistics import median

from preprocess.tables.columns import Part, Placed

FITS = 0.88  # of the column's width: a line that is shorter together with the next word had room for it
SPACE = 0.6  # characters
FREE = 3.0  # characters between two columns: there was room for one more word
UNBROKEN = 30.0  # characters: nobody breaks shorter texts where there is room
FURTHER = 1.25  # times the step within a cell: from row to row, where that can be told
ROWS_APART = 0.25  # of all steps, and two at least, are from row to row


@dataclass(frozen=True)
class Layout:
    """Lines from top to bottom, how many of them are heads, and how wide a text of each column may be."""

    placed: tuple[Placed, ...]
    head: int
    room: tuple[float, ...]

    @staticmethod
    def of(placed: Sequence[Placed], columns: int, head: int) -> Layout:
        return Layout(tuple(placed), head, tuple(_room(placed, column) for column in range(columns)))

    def step(self, number: int) -> float:
        """How far line `number` stands below the one above it, in heights."""
        row, above = self.placed[number].row, self.placed[number - 1].row
        return (row.y - above.y) / max(row.height, above.height)

    def label(self, number: int) -> str:
        """What line `number` says in the first column; empty where there is nothing, or no such line."""
        return self._labels[number] if 0 <= number < len(self._labels) else ""

    def goes_on(self, number: int) -> bool:
        """Whether the label of line `number` begins with a small letter, where most do not."""
        return self.label(number)[:1].islower() and not self._is_small

    @cached_property
    def counts(self) -> Counter[str]:
        """How often each label stands below the heads."""
        return Counter(filter(None, self._labels[self.head :]))

    def wraps(self, text: Part, following: Part, unit: float) -> bool:
        """Whether the first word of `following` would not have fitted behind `text`, so that they may be one cell."""
        word = min(following.piece.tokens, key=lambda token: token.order)
        width = text.piece.x1 - text.piece.x0 + SPACE * unit + word.x1 - word.x0
        return width > FITS * self.room[text.first]

    @cached_property
    def least_apart(self) -> float:
        """The least step from row to row in heights, where these are told from those within a cell; else 0."""
        steps = sorted(self.step(number) for number in range(max(self.head, 1), len(self.placed)))
        most = len(steps) - max(2, math.ceil(ROWS_APART * len(steps)))
        found = [(after / before, after) for before, after in pairwise(steps[: most + 1]) if before > 0]
        ratio, least = max(found, default=(0.0, 0.0))
        return least if ratio >= FURTHER else 0.0

    @cached_property
    def _labels(self) -> list[str]:
        parts = (line.at(0) for line in self.placed)
        return [part.piece.text if part is not None else "" for part in parts]

    @cached_property
    def _is_small(self) -> bool:
        """Whether half of the labels or more begin with a small letter."""
        return sum(count for text, count in self.counts.items() if text[0].islower()) >= self.counts.total() / 2


def _room(placed: Sequence[Placed], column: int) -> float:
    """How wide a column's widest text is, or texts that nobody breaks are, where there is that much space."""
    texts = [part.piece for row in placed if (part := row.at(column)) is not None]
    if not texts:
        return 0.0
    widest, right = max(piece.x1 - piece.x0 for piece in texts), max(piece.x1 for piece in texts)
    unit = median(row.row.unit for row in placed)
    following = (part.piece.x0 for row in placed for part in row.parts if part.first == column + 1)
    is_free = min(following, default=right) - right > FREE * unit
    return max(widest, UNBROKEN * unit) if is_free else widest
