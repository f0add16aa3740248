"""Rows of a table that are sums of those above them, though they have a cell in every column: `Total | 3 | 13.00`."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence, Set
from decimal import Decimal

from preprocess.spaceless import unspread
from preprocess.tables.find import Cell
from prompts.folding import fold
from prompts.numbers import CURRENCIES, readings
from prompts.schema import Field

CENT = Decimal("0.01")
NUMBERS = ("number", "integer")
SUMS = {
    *("total", "subtotal", "sum", "summe", "gesamt", "gesamtsumme", "zwischensumme", "nettosumme"),
    *("totaux", "montant", "suma", "jumlah", "合计", "总计", "小计", "总额", "价税合计", "小計", "合計", "總計"),
    *("net", "netto", "vat", "mwst", "ust", "tva", "iva", "endbetrag", "rechnungsbetrag"),
}
_TAXES = {"tax", "gst", "btw", "steuer", "umsatzsteuer", "mehrwertsteuer", "impuesto", "taxe", "税额", "税金", "消費税"}
_TAXES |= {"vat", "mwst", "ust", "tva", "iva"}
_PARTIAL = {"sub", "subtotal", "zwischensumme", "小计", "小計"}  # the list may go on below
_BESIDE = {"grand", "sub", "gross", "brutto", "sales", "incl", "excl", "inkl", "exkl", "zzgl", "plus", "amount", "due"}
_WORD = re.compile(r"\w+")


def words_of(text: str) -> list[str]:
    """The words of a cell, as they are compared."""
    return _WORD.findall(unspread(fold(text)))


def sum_rows(
    rows: Sequence[Mapping[str, Cell]], columns: Sequence[Field], before: Sequence[Mapping[str, Cell]]
) -> Set[int]:
    """The numbers of the rows that are no entries because of a sum; `before` are entries of tables above this one.

    A row is a sum if its first cell says nothing else, and the last number in it is what the rows above it make, or
    such a row came before it. What stands below a total is no entry either (`Cash`, `Change`), unless a later sum
    counts it.
    """
    name = next((column.last for column in reversed(columns) if column.kind in NUMBERS), None)
    if name is None:
        return frozenset()
    above, totals = _total(before, name), [Decimal(0), Decimal(0)]
    sums: set[int] = set()
    below: set[int] = set()
    is_over = False
    for number, row in enumerate(rows):
        said = readings(row[name].text) if name in row else frozenset()
        if words := _sum_name(row, columns):
            ends = (totals, [own + other for own, other in zip(totals, above, strict=True)])
            is_total = any(end and abs(value - end) < CENT for value in said for both in ends for end in both)
            if is_total or sums:
                sums.add(number)
                is_over = is_over or not (words & _PARTIAL or words <= _TAXES | _BESIDE)
                if is_total:
                    below.clear()
                continue
        if is_over:
            below.add(number)
        totals = _added(totals, said)
    return sums | below


def _total(rows: Sequence[Mapping[str, Cell]], name: str) -> list[Decimal]:
    totals = [Decimal(0), Decimal(0)]
    for row in rows:
        totals = _added(totals, readings(row[name].text) if name in row else ())
    return totals


def _added(totals: Sequence[Decimal], said: Set[Decimal] | tuple[()]) -> list[Decimal]:
    """The least and the most that rows can make: the sum tells what `1,200` is."""
    return [totals[0] + min(said, key=abs), totals[1] + max(said, key=abs)] if said else list(totals)


def _sum_name(row: Mapping[str, Cell], columns: Sequence[Field]) -> Set[str]:
    """The words of a row's first cell if they all name a sum; rates and currencies beside them do not count."""
    first = next((row[column.last].text for column in columns if column.last in row), "")
    words = {word for word in words_of(first) if not word.isdecimal() and word not in CURRENCIES}
    return words if words & (SUMS | _TAXES) and words <= SUMS | _TAXES | _BESIDE else frozenset()
