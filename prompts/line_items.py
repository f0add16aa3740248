"""Lists in a schema, filled from the tables of a document.

    read = line_items(field, tables)     # field: a ListField, tables: preprocess.tables.find.Table
    read.rows[0]["amount"].text          # "39.00"

No model is asked: a table says itself what its columns are (`prompts.columns`). Of several tables the one whose columns
fit the list best is taken, and those with the same heads: a bill has a table a page, or one of work and one of parts.
Rows that lack what the others have, or are named like a sum (`prompts.sum_rows`), are none of the list.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from statistics import median

from preprocess.tables.find import Cell, Table
from prompts.columns import assigned, columns_by_head, is_number_like, words_of
from prompts.date_columns import in_one_order
from prompts.folding import fold
from prompts.schema import NUMBERS, Field, ListField
from prompts.sum_rows import SUMS, is_called_sum, names_sum, said_in, sum_rows, total_of

LEAST_FIELDS = 2  # of a table that is to fill a list of as many or more
FULL, HALF = 0.6, 0.5  # of the cells that rows usually have, and of the list's columns: less is no entry
_RATE = re.compile(r"[\d.,\s]+%|\d[\d.,'\s]*[.,]\d\d")


@dataclass(frozen=True, slots=True)
class LineItems:
    """A cell for each field that an entry has, in the tables' order; `left_out` rows were no entries, or stand in
    tables with the same fields under other heads.

    `columns` are the fields that have a column; of a list without fields of its own, one for each head. `dates` has for
    each row its dates in ISO 8601, as far as the order of day and month in their column is certain.
    """

    columns: tuple[Field, ...]
    rows: tuple[Mapping[str, Cell], ...]
    left_out: int = 0
    dates: tuple[Mapping[str, str], ...] = ()


Columns = Mapping[str, tuple[Field, int]]
"""Fields by name, each with its column."""


def line_items(field: ListField, tables: Sequence[Table]) -> LineItems:
    """The entries of `field`; none where no table has two of its columns (or its only one)."""
    best: tuple[float, int] = (0.0, 0)
    found: tuple[Table, Columns] | None = None
    fitting: list[tuple[Table, Columns]] = []
    for table in tables:
        if not table.head and not field.columns:
            continue
        places, score = _places(field, table)
        if len(places) < min(LEAST_FIELDS, len(field.columns)):
            continue
        fitting.append((table, places))
        if (score, len(table.rows)) > best:
            best, found = (score, len(table.rows)), (table, places)
    if found is None:
        return LineItems((), ())
    chosen, places = found
    alike = [table for table in tables if table is chosen or _is_alike(table, chosen)]
    others = (table for table, named in fitting if table not in alike and named.keys() == places.keys())
    return _read(alike, places, sum(len(table.rows) - table.head for table in others))


def _places(field: ListField, table: Table) -> tuple[Columns, float]:
    """The columns of a list in a table, and how well they fit it."""
    if not field.columns:
        named = columns_by_head(field.path, table)
        return named, float(len(named))
    by_name = {column.last: column for column in field.columns}
    chosen = assigned(field.columns, table)
    return {name: (by_name[name], column) for name, (column, _) in chosen.items()}, sum(
        score for _, score in chosen.values()
    )


def _is_alike(table: Table, other: Table) -> bool:
    """Whether two tables have the same heads."""
    heads = [fold(head) for head in table.heads]
    return any(heads) and heads == [fold(head) for head in other.heads]


def _read(tables: Sequence[Table], places: Columns, left_out: int) -> LineItems:
    """The entries of tables whose fields stand in the same places."""
    columns = tuple(field for field, _ in sorted(places.values(), key=lambda place: place[1]))
    entries: list[Mapping[str, Cell]] = []
    for table in tables:
        rows = [_row(row, places) for row in table.rows[table.head :]]
        sums = sum_rows(rows, columns, entries)
        left = [number for number in range(len(rows)) if number not in sums.rows]
        listed = [rows[number] for number in left]
        carried, end = _carried([(rows[number], number in sums.counted) for number in left], columns, entries)
        usual = max(median(map(len, part)) if part else 0 for part in (listed, listed[:end]))
        kept = [
            row
            for number, row in enumerate(listed)
            if number not in carried
            and (
                _is_entry(row, usual if number > end else FULL * usual, columns)
                or ((left[number] in sums.counted or number < end < len(listed)) and _is_extra(row, columns))
            )
        ]
        left_out += len(rows) - len(kept)
        entries += kept
    return LineItems(columns, tuple(entries), left_out, _dates(columns, entries))


def _dates(columns: Sequence[Field], rows: Sequence[Mapping[str, Cell]]) -> tuple[Mapping[str, str], ...]:
    dates: list[dict[str, str]] = [{} for _ in rows]
    for name in (column.last for column in columns if column.kind == "date"):
        for row, day in zip(dates, in_one_order([row[name].text if name in row else "" for row in rows]), strict=True):
            row |= {name: day.isoformat()} if day else {}
    return tuple(dates)


def _carried(
    rows: Sequence[tuple[Mapping[str, Cell], bool]], columns: Sequence[Field], before: Sequence[Mapping[str, Cell]]
) -> tuple[Set[int], int]:
    """The numbers of the rows that are the sum of those above them and say less, whatever they are called; and the
    first of them behind which no whole row stands, which is where the list ends: else the number of rows.

    Before that, a sum was only carried over to the next page. Of each row it is known whether another sum counts it,
    as that of a page counts what was carried over to it.
    """
    whole = next((column.last for column in columns if column.product_of), "")
    total, most, end = total_of(before, whole), max(map(len, before), default=0), len(rows)
    found: set[int] = set()
    for number, (row, is_counted) in enumerate(rows):
        said = said_in(row, whole)
        if len(row) >= most:
            most, end = len(row), len(rows)
        elif total.are(said) and (not is_counted or (number == 0 and before)):
            found.add(number)
            end = min(end, number)
            continue
        total = total.plus(said)
    return found, end


def _row(row: Sequence[Cell], places: Mapping[str, tuple[Field, int]]) -> dict[str, Cell]:
    """The cells of a row that are not empty, by field."""
    at: dict[int, Cell] = {}
    place = 0
    for cell in row:
        at[place] = cell
        place += cell.span
    return {name: at[column] for name, (_, column) in places.items() if column in at and at[column].text}


def _is_extra(row: Mapping[str, Cell], columns: Sequence[Field]) -> bool:
    """Whether a row has a text and an amount alone, and names neither a sum nor a tax: a discount, or what the freight
    costs."""
    is_named = any(column.kind == "string" for column in columns if column.last in row)
    is_worth = any(
        column.product_of and is_number_like(row[column.last].text) for column in columns if column.last in row
    )
    return is_named and is_worth and not names_sum(row, columns)


def _is_entry(row: Mapping[str, Cell], least: float, columns: Sequence[Field]) -> bool:
    """Whether so many of a row's cells are filled, half of the columns as their form has it, and it is no sum."""
    filled = [column for column in columns if column.last in row]
    fitting = [column for column in filled if column.kind not in NUMBERS or is_number_like(row[column.last].text)]
    if len(filled) < least or len(fitting) < max(HALF * len(columns), 1):
        return False
    if any(column.kind in NUMBERS for column in filled) and not any(column.kind in NUMBERS for column in fitting):
        return False  # heads once more
    if any(column.product_of for column in columns) and any(
        column.kind == "string" and _RATE.fullmatch(row[column.last].text) for column in filled
    ):
        return False  # of a tax, below the list, and what it is taken of
    words = words_of(row[filled[0].last].text)
    may_be_sum = len(row) < len(columns) and any(column.product_of for column in columns)
    return not (may_be_sum and words and (words[0] in SUMS or is_called_sum(row, columns)))
