"""Tables that run over pages: `join_over_pages(tables)`, all tables of a document in order.

What follows at once on the next page with the same columns is the same table where it repeats the heads, or has none.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from preprocess.tables.find import Table
from preprocess.tables.values import NUMERIC, is_value

SAME_HEADS = 0.75  # of the heads are alike: the first often says what changes from page to page
LOW, HIGH = 0.6, 0.4  # of the page's height: without heads, one must end below and the other begin above
Interval = tuple[float, float]


def join_over_pages(tables: Sequence[Table]) -> tuple[Table, ...]:
    """The same tables, those joined that go on on the next page. `tables` are in the order of the document.

    Heads that are repeated word by word are left out; others stay where they are, as rows.
    """
    joined: list[Table] = []
    for table in tables:
        if joined and _goes_on(joined[-1], table):
            joined[-1] = _together(joined[-1], table)
        else:
            joined.append(table)
    return tuple(joined)


def _goes_on(table: Table, following: Table) -> bool:
    if following.page != table.places[-1].page + 1 or not _same_columns(table, following):
        return False
    if table.head and following.head and _alike_heads(table, following) >= SAME_HEADS:
        return True
    is_headless = not following.head or not (_has_values(table) or _has_values(following))
    return is_headless and table.places[-1].box.y1 > LOW and following.box.y0 < HIGH


def _together(table: Table, following: Table) -> Table:
    repeated = table.head if _alike_heads(table, following) == 1 else 0
    return Table((*table.places, *following.places), (*table.rows, *following.rows[repeated:]), table.head)


def _alike_heads(table: Table, following: Table) -> float:
    """The part of the heads that are the same on both pages; 0 where they do not take as many rows."""
    if not table.head or table.head != following.head:
        return 0.0
    one = [text for row in table.texts[: table.head] for text in row]
    two = [text for row in following.texts[: table.head] for text in row]
    pairs = [(a, b) for a, b in zip(one, two, strict=True) if a or b]
    return sum(a.casefold() == b.casefold() for a, b in pairs) / len(pairs)


def _has_values(table: Table) -> bool:
    """Whether a column behind the first one holds values, so that heads can be told from rows."""
    for column in list(zip(*table.texts[table.head :], strict=True))[1:]:
        texts = [text for text in column if text]
        if texts and sum(map(is_value, texts)) >= NUMERIC * len(texts):
            return True
    return False


def _same_columns(table: Table, following: Table) -> bool:
    """Whether the columns stand below one another, be it that margins change from left pages to right ones."""
    last = table.places[-1].page
    one, two = _columns(table, last), _columns(following, following.page)
    if len(one) != len(two) or not one:
        return False
    shifts = (0.0, table.places[-1].box.x0 - following.box.x0, table.places[-1].box.x1 - following.box.x1)
    return any(_stand_apart(one, [(x0 + shift, x1 + shift) for x0, x1 in two]) for shift in shifts)


def _columns(table: Table, page: int) -> list[Interval]:
    """What each column covers on a page, from left to right; none where a column is empty there."""
    count = sum(cell.span for cell in table.rows[0])
    found: list[list[Interval]] = [[] for _ in range(count)]
    for row in table.rows:
        column = 0
        for cell in row:
            if cell.place is not None and cell.place.page == page and cell.span == 1:
                found[column].append((cell.place.box.x0, cell.place.box.x1))
            column += cell.span
    if not all(found):
        return []
    return sorted((min(x0 for x0, _ in places), max(x1 for _, x1 in places)) for places in found)


def _stand_apart(one: Sequence[Interval], two: Sequence[Interval]) -> bool:
    """Whether no column of either page reaches into a neighbour on the other."""
    whole = [(min(a[0], b[0]), max(a[1], b[1])) for a, b in zip(one, two, strict=True)]
    return all(left[1] < right[0] for left, right in pairwise(whole))
