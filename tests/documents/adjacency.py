"""How well a table was read: the measure of the ICDAR 2013 table competition.

Every cell that is not blank is next to the nearest one on its right and the nearest one below. What counts is how many
of these pairs were found (recall), and how many that were found are true (precision); so a row or a column too many
costs a few pairs, not the whole table.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from preprocess.tables.find import Table


class Placed(NamedTuple):
    """A cell: its text, its row, and the columns from `first` to `last`."""

    text: str
    row: int
    first: int
    last: int


def placed(table: Table) -> list[Placed]:
    """The cells of a found table that are not blank."""
    found = []
    for row, cells in enumerate(table.rows):
        column = 0
        for cell in cells:
            if cell.text:
                found.append(Placed(bare(cell.text), row, column, column + cell.span - 1))
            column += cell.span
    return found


def grid(rows: Iterable[Sequence[str]]) -> list[Placed]:
    """The cells of rows of texts, none over several columns."""
    return [
        Placed(bare(text), number, column, column)
        for number, row in enumerate(rows)
        for column, text in enumerate(row)
        if text.strip()
    ]


def bare(text: str) -> str:
    return "".join(text.split())


def relations(cells: Sequence[Placed]) -> Counter[tuple[str, str, str]]:
    """Pairs of neighbours, each with its direction."""
    found: Counter[tuple[str, str, str]] = Counter()
    for cell in cells:
        right = [other for other in cells if other.row == cell.row and other.first > cell.last]
        if right:
            found[cell.text, min(right, key=lambda other: other.first).text, "right"] += 1
        below = set()
        for column in range(cell.first, cell.last + 1):
            under = [other for other in cells if other.row > cell.row and other.first <= column <= other.last]
            if under:
                below.add(min(under, key=lambda other: other.row))
        found.update((cell.text, other.text, "down") for other in below)
    return found


def score(true: Sequence[Sequence[Placed]], found: Sequence[Sequence[Placed]]) -> tuple[int, int, int]:
    """Pairs that are true and found, that are found, and that are true, over all tables of a page."""
    expected: Counter[tuple[str, str, str]] = sum((relations(cells) for cells in true), Counter())
    got: Counter[tuple[str, str, str]] = sum((relations(cells) for cells in found), Counter())
    return (expected & got).total(), got.total(), expected.total()
