"""Lists in a schema, filled from the tables of a document.

    read = line_items(field, tables)     # field: a ListField, tables: preprocess.tables.find.Table
    read.rows[0]["amount"].text          # "39.00"

No model is asked: a table says itself what its columns are (`prompts.columns`). Of several tables the one whose columns
fit the list best is taken. Rows that lack what the others have, or are named like a sum, are none of the list.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from statistics import median

from preprocess.spaceless import unspread
from preprocess.tables.find import Cell, Table
from prompts.columns import assigned, columns_by_head
from prompts.folding import fold
from prompts.numbers import readings
from prompts.quantities import quantities
from prompts.schema import Field, ListField

LEAST_FIELDS = 2  # of a table that is to fill a list of as many or more
FULL, HALF = 0.6, 0.5  # of the cells that rows usually have, and of the list's columns: less is no entry
CENT = Decimal("0.01")
NUMBERS = ("number", "integer")
SUMS = {
    *("total", "subtotal", "sum", "summe", "gesamt", "gesamtsumme", "zwischensumme", "nettosumme"),
    *("totaux", "montant", "suma", "jumlah", "合计", "总计", "小计", "总额", "价税合计", "小計", "合計", "總計"),
    *("net", "netto", "vat", "mwst", "ust", "tva", "iva", "endbetrag", "rechnungsbetrag"),
}
_WORD = re.compile(r"\w+")
_RATE = re.compile(r"[\d.,\s]+%|\d[\d.,'\s]*[.,]\d\d")


@dataclass(frozen=True, slots=True)
class LineItems:
    """A cell for each field that an entry has, in the table's order; `left_out` rows were no entries.

    `columns` are the fields that have a column; of a list without fields of its own, one for each head.
    """

    columns: tuple[Field, ...]
    rows: tuple[Mapping[str, Cell], ...]
    left_out: int = 0


def line_items(field: ListField, tables: Sequence[Table]) -> LineItems:
    """The entries of `field`; none where no table has two of its columns (or its only one)."""
    best: tuple[float, int] = (0.0, 0)
    found: tuple[Table, Mapping[str, tuple[Field, int]]] | None = None
    for table in tables:
        if not table.head and not field.columns:
            continue
        if field.columns:
            chosen = assigned(field.columns, table)
            by_name = {column.last: column for column in field.columns}
            places: Mapping[str, tuple[Field, int]] = {
                name: (by_name[name], column) for name, (column, _) in chosen.items()
            }
            score = sum(score for _, score in chosen.values())
        else:
            places = columns_by_head(field.path, table)
            score = float(len(places))
        if len(places) >= min(LEAST_FIELDS, len(field.columns)) and (score, len(table.rows)) > best:
            best, found = (score, len(table.rows)), (table, places)
    return LineItems((), ()) if found is None else _read(*found)


def _read(table: Table, places: Mapping[str, tuple[Field, int]]) -> LineItems:
    columns = tuple(field for field, _ in sorted(places.values(), key=lambda place: place[1]))
    rows = [_row(row, places) for row in table.rows[table.head :]]
    end = _end(rows, columns)
    usual = max(median(map(len, part)) if part else 0 for part in (rows, rows[:end]))
    kept = [
        row
        for number, row in enumerate(rows)
        if number != end and _is_entry(row, usual if number > end else FULL * usual, columns)
    ]
    return LineItems(columns, tuple(kept), len(rows) - len(kept))


def _end(rows: Sequence[Mapping[str, Cell]], columns: Sequence[Field]) -> int:
    """The number of the row that is the sum of those above it and says less, the number of rows if there is none.

    Where a whole row follows, a sum was only carried over to the next page.
    """
    whole = next((column.last for column in columns if column.product_of), "")
    totals, most, end = [Decimal(0), Decimal(0)], 0, len(rows)
    for number, row in enumerate(rows):
        said = readings(row[whole].text) if whole in row else frozenset()
        if len(row) >= most:
            most, end = len(row), len(rows)
        elif end == len(rows) and any(total and abs(value - total) < CENT for value in said for total in totals):
            end = number
            continue
        if said:  # the sum tells what `1,200` is
            totals = [totals[0] + min(said, key=abs), totals[1] + max(said, key=abs)]
    return end


def _row(row: Sequence[Cell], places: Mapping[str, tuple[Field, int]]) -> dict[str, Cell]:
    """The cells of a row that are not empty, by field."""
    at: dict[int, Cell] = {}
    place = 0
    for cell in row:
        at[place] = cell
        place += cell.span
    return {name: at[column] for name, (_, column) in places.items() if column in at and at[column].text}


def _is_entry(row: Mapping[str, Cell], least: float, columns: Sequence[Field]) -> bool:
    """Whether so many of a row's cells are filled, half of the columns as their form has it, and it is no sum."""
    filled = [column for column in columns if column.last in row]
    fitting = [column for column in filled if column.kind not in NUMBERS or quantities(row[column.last].text)]
    if len(filled) < least or len(fitting) < max(HALF * len(columns), 1):
        return False
    if any(column.kind in NUMBERS for column in filled) and not any(column.kind in NUMBERS for column in fitting):
        return False  # heads once more
    if any(column.product_of for column in columns) and any(
        column.kind == "string" and _RATE.fullmatch(row[column.last].text) for column in filled
    ):
        return False  # of a tax, below the list, and what it is taken of
    words = _WORD.findall(unspread(fold(row[filled[0].last].text)))
    return len(row) == len(columns) or not (words and words[0] in SUMS)
