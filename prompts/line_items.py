"""Lists in a schema, filled from the tables of a document.

    read = line_items(field, tables)     # field: a ListField, tables: preprocess.tables.find.Table
    read.rows[0]["amount"].text          # "39.00"

No model is asked: a table says itself what its columns are (`prompts.columns`). Of several tables the one whose columns
fit the list best is taken. Rows that lack what the others have, or are named like a sum, are none of the list.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from statistics import median

from preprocess.tables.find import Cell, Table
from prompts.columns import assigned, columns_by_head
from prompts.folding import fold
from prompts.numbers import readings
from prompts.schema import Field, ListField

LEAST_FIELDS = 2  # of a table that is to fill a list of as many or more
FULL, HALF = 0.6, 0.5  # of the cells that rows usually have, and of the list's columns: less is no entry
CENT = Decimal("0.01")
NUMBERS = ("number", "integer")
SUMS = {
    *("total", "subtotal", "sum", "summe", "gesamt", "gesamtsumme", "zwischensumme", "nettosumme"),
    *("totaux", "montant", "suma", "jumlah", "合计", "总计", "小计"),
    *("net", "netto", "vat", "mwst", "ust", "tva", "iva", "endbetrag", "rechnungsbetrag"),
}
_WORD = re.compile(r"\w+")


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
    above = rows[: _first_sum(rows, columns)] or rows
    usual = median(len(row) for row in above) if above else 0
    worded = {column.last for column in columns if column.kind == "string" and _is_worded(column.last, above)}
    kept = [row for row in rows if _is_entry(row, usual, columns, worded)]
    return LineItems(columns, tuple(kept), len(rows) - len(kept))


def _first_sum(rows: Sequence[Mapping[str, Cell]], columns: Sequence[Field]) -> int:
    """The first row that says less than the fullest above it, and as its amount the sum of theirs; else how many there
    are."""
    whole = next((column.last for column in columns if column.product_of), "")
    total, most = Decimal(0), 0
    for number, row in enumerate(rows):
        said = readings(row[whole].text) if whole in row else frozenset()
        if most > len(row) and any(abs(value - total) < CENT for value in said):
            return number
        most = max(most, len(row))
        total += min(said, default=Decimal(0))
    return len(rows)


def _is_worded(name: str, rows: Sequence[Mapping[str, Cell]]) -> bool:
    """Whether most cells of a column have letters."""
    cells = [row[name].text for row in rows if name in row]
    return 2 * sum(map(_has_letters, cells)) > len(cells)


def _row(row: Sequence[Cell], places: Mapping[str, tuple[Field, int]]) -> dict[str, Cell]:
    """The cells of a row that are not empty, by field."""
    at: dict[int, Cell] = {}
    place = 0
    for cell in row:
        at[place] = cell
        place += cell.span
    return {name: at[column] for name, (_, column) in places.items() if column in at and at[column].text}


def _is_entry(row: Mapping[str, Cell], usual: float, columns: Sequence[Field], worded: Collection[str]) -> bool:
    """Whether enough of a row has the form of its columns; words stand in those that are `worded`."""
    fitting = [column for column in columns if column.last in row and _has_form(column, row[column.last].text)]
    if len(fitting) < max(FULL * usual, HALF * len(columns), 1):
        return False
    if any(name in row and not _has_letters(row[name].text) for name in worded):
        return False  # a rate of tax, below the list
    if any(column.kind in NUMBERS and column.last in row for column in columns) and not any(
        column.kind in NUMBERS for column in fitting
    ):
        return False  # heads once more
    first = next(row[column.last].text for column in columns if column.last in row)
    words = _WORD.findall(fold(first))
    return len(row) == len(columns) or not (words and words[0] in SUMS)


def _has_form(column: Field, text: str) -> bool:
    return column.kind not in NUMBERS or bool(readings(text))


def _has_letters(text: str) -> bool:
    return any(map(str.isalpha, text))
