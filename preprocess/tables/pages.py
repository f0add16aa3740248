"""Tables that run over pages: `join_over_pages(tables)`, all tables of a document in order.

What follows on the next page with the same columns is the same table where it repeats the heads, or has none.
"""

from __future__ import annotations

from collections.abc import Sequence
from difflib import SequenceMatcher
from itertools import pairwise

from preprocess.tables.find import Cell, Table
from preprocess.tables.values import NUMERIC, is_value

ALIKE, LETTERS = 0.8, 4  # of a head's letters are the same; so many of them are all that was read of it
SAME_HEADS = 0.75  # of the heads are alike: the first often says what changes from page to page
LOW, HIGH = 0.6, 0.4  # of the page's height: one must end below and, without heads, the other begin above
FIRST = 3  # rows below the heads: one of them is whole
SLACK = 0.01  # of the page's width: a cell in which OCR joined words may reach so far into the next column
Interval = tuple[float, float]


def join_over_pages(tables: Sequence[Table]) -> tuple[Table, ...]:
    """The same tables, those joined that go on on the next page. `tables` are in the order of the document.

    Heads that are repeated, but for errors of OCR, are left out; others stay where they are, as rows.
    """
    runs: list[list[Table]] = []
    for table in tables:
        before = next((run for run in reversed(runs) if _goes_on(run, table)), None)  # there may be a foot between them
        if before is not None:
            before.append(table)
        else:
            runs.append([table])
    return tuple(_together(run) for run in runs)


def _goes_on(run: Sequence[Table], following: Table) -> bool:
    """Whether `following` is the next part of the table whose parts are `run`; heads stand over the first."""
    first, last = run[0], run[-1]
    if following.page != last.page + 1 or not _same_columns(last, following):
        return False
    if last.box.y1 < LOW:
        return False
    if first.head and following.head and _alike_heads(first, following) >= SAME_HEADS:
        return True
    is_headless = not following.head or not (_has_values(first) or _has_values(following))
    return is_headless and following.box.y0 < HIGH


def _together(run: Sequence[Table]) -> Table:
    first = run[0]
    rows = list(first.rows)
    for part in run[1:]:
        rows += part.rows[part.head if _alike_heads(first, part) == 1 else 0 :]
    return Table(tuple(place for part in run for place in part.places), tuple(rows), first.head)


def _alike_heads(table: Table, following: Table) -> float:
    """The part of the columns whose heads are alike on both pages, however many lines they take; 0 without heads."""
    pairs = [(a, b) for a, b in zip(_heads(table), _heads(following), strict=True) if a or b]
    return sum(_is_alike(a, b) for a, b in pairs) / len(pairs) if table.head and following.head and pairs else 0.0


def _heads(table: Table) -> list[str]:
    """What stands over each column, as letters and digits alone: spaces are what OCR errs in most."""
    return ["".join(filter(str.isalnum, head)).casefold() for head in table.heads]


def _is_alike(one: str, other: str) -> bool:
    """But for a few letters, or for words that were not read. Digits tell heads apart: `Sales 2019`, `Sales 2020`."""
    if one == other:
        return True
    digits = [[character for character in text if character.isdigit()] for text in (one, other)]
    shorter, longer = sorted((one, other), key=len)
    is_part = len(shorter) >= LETTERS and shorter in longer
    return digits[0] == digits[1] and (is_part or SequenceMatcher(None, one, other).ratio() >= ALIKE)


def _has_values(table: Table) -> bool:
    """Whether a column behind the first one holds values, so that heads can be told from rows."""
    for column in list(zip(*table.texts[table.head :], strict=True))[1:]:
        texts = [text for text in column if text]
        if texts and sum(map(is_value, texts)) >= NUMERIC * len(texts):
            return True
    return False


def _same_columns(table: Table, following: Table) -> bool:
    """Whether the columns stand below one another, be it that margins change from left pages to right ones."""
    one, two = _columns(table), _columns(following)
    if len(one) != len(two) or not one:
        return False
    shifts = (0.0, table.box.x0 - following.box.x0, table.box.x1 - following.box.x1)
    return any(_stand_apart(one, [(x0 + shift, x1 + shift) for x0, x1 in two]) for shift in shifts)


def _columns(table: Table) -> list[Interval]:
    """What each column of a table on one page covers, from left to right; none where a column is empty.

    Rows that fill fewer columns than the first ones below the heads are left out, unless a column would be empty then:
    names of sums reach over their column.
    """
    body = table.rows[table.head :]
    least = max(map(_filled, body[:FIRST]), default=0)
    full = [*table.rows[: table.head], *(row for row in body if _filled(row) >= least)]
    columns = sum(cell.span for cell in table.rows[0])
    found = _covered(full, columns)
    if not all(found):
        found = _covered(table.rows, columns)
    if not all(found):
        return []
    return sorted((min(x0 for x0, _ in places), max(x1 for _, x1 in places)) for places in found)


def _filled(row: Sequence[Cell]) -> int:
    return sum(cell.span for cell in row if cell.place is not None)


def _covered(rows: Sequence[Sequence[Cell]], columns: int) -> list[list[Interval]]:
    """What the cells of each column cover, those over several columns left out."""
    found: list[list[Interval]] = [[] for _ in range(columns)]
    for row in rows:
        column = 0
        for cell in row:
            if cell.place is not None and cell.span == 1:
                found[column].append((cell.place.box.x0, cell.place.box.x1))
            column += cell.span
    return found


def _stand_apart(one: Sequence[Interval], two: Sequence[Interval]) -> bool:
    """Whether no column of either page reaches into a neighbour on the other."""
    whole = [(min(a[0], b[0]), max(a[1], b[1])) for a, b in zip(one, two, strict=True)]
    return all(left[1] < right[0] + SLACK for left, right in pairwise(whole))
