"""Rows of a table that are sums of those above them, though they have a cell in every column: `Total | 3 | 13.00`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence, Set
from decimal import Decimal
from typing import NamedTuple

from preprocess.tables.find import Cell
from prompts.columns import words_of
from prompts.numbers import CURRENCIES, readings
from prompts.schema import NUMBERS, Field

CENT = Decimal("0.01")
SUMS = {
    *("total", "subtotal", "sum", "summe", "gesamt", "gesamtsumme", "zwischensumme", "nettosumme", "endsumme"),
    *("totaux", "montant", "suma", "jumlah", "totaal", "subtotaal", "imponible", "nettobetrag", "bruttobetrag"),
    *("合计", "总计", "小计", "总额", "价税合计", "小計", "合計", "總計", "合計金額", "合计金额"),
    *("net", "netto", "vat", "mwst", "ust", "tva", "iva", "endbetrag", "gesamtbetrag", "rechnungsbetrag"),
}
_TAXES = {"tax", "gst", "btw", "steuer", "umsatzsteuer", "mehrwertsteuer", "impuesto", "taxe", "税额", "税金", "消費税"}
_TAXES |= {"vat", "mwst", "ust", "tva", "iva"}
_PARTIAL = {"sub", "subtotal", "subtotaal", "zwischensumme", "小计", "小計"}  # the list may go on below
_BESIDE = {"grand", "sub", "gross", "brutto", "sales", "incl", "excl", "inkl", "exkl", "zzgl", "plus", "amount", "due"}
_BESIDE |= {"ht", "ttc", "invoice", "base", "factura"}
_INITIALS = re.compile(r"(?<!\w)(?:[^\W\d_]\.){2,}")  # T.V.A.


class Sums(NamedTuple):
    """The numbers of the rows that are no entries because of a sum, and of those that a sum counts exactly."""

    rows: Set[int]
    counted: Set[int]


class Totals(NamedTuple):
    """The least and the most that rows make, as `1,200` may be one or the other, and how many they are."""

    least: Decimal = Decimal(0)
    most: Decimal = Decimal(0)
    rows: int = 0

    def plus(self, said: Set[Decimal]) -> Totals:
        if not said:
            return self
        return Totals(self.least + min(said, key=abs), self.most + max(said, key=abs), self.rows + 1)

    def joined(self, other: Totals) -> Totals:
        return Totals(self.least + other.least, self.most + other.most, self.rows + other.rows)

    def are(self, said: Set[Decimal]) -> bool:
        """Whether a number may be what the rows make, which is not nothing."""
        return any(total and abs(value - total) < CENT for value in said for total in self[:2])


def said_in(row: Mapping[str, Cell], name: str) -> Set[Decimal]:
    return readings(row[name].text) if name in row else frozenset()


def total_of(rows: Sequence[Mapping[str, Cell]], name: str) -> Totals:
    total = Totals()
    for row in rows:
        total = total.plus(said_in(row, name))
    return total


def sum_rows(
    rows: Sequence[Mapping[str, Cell]], columns: Sequence[Field], before: Sequence[Mapping[str, Cell]]
) -> Sums:
    """The sums among rows, by name and by arithmetic; `before` are entries of tables above this one.

    A row is a sum if its first cell has a name of one, and the last number in it is what the rows above it make, or
    those since the last sum; or if it says nothing else, and such a row came before it. A sum that counts it as well
    tells that it was an entry by that name. What stands below a total is no entry either (`Cash`, `Change`), unless a
    later sum counts it. A row as full as any that has other words, too, may be an article (`Fishing net`) whose price
    is by chance that of the one above it: it is a sum of two rows at least, and the list goes on below.
    """
    name = next((column.last for column in reversed(columns) if column.kind in NUMBERS), None)
    if name is None:
        return Sums(frozenset(), frozenset())
    numbers = [said_in(row, name) for row in rows]
    words = [_first_words(row, columns) for row in rows]
    most = max(map(len, rows), default=0)
    above, own, since = total_of(before, name), Totals(), Totals()
    sums: set[int] = set()
    below: set[int] = set()
    counted: set[int] = set()
    is_over = False
    for number, said in enumerate(numbers):
        only = words[number] <= SUMS | _TAXES | _BESIDE
        is_named = bool(words[number] & (SUMS | _TAXES if only else SUMS))
        may_be_article = not only and len(rows[number]) == most
        is_total = (
            is_named
            and _makes(said, own, above, since, 2 if may_be_article else 1)
            and not any(
                words[later] & SUMS and _makes(numbers[later], reached, above, Totals())
                for later, reached in _reached(own, numbers, number)
            )
        )
        if is_total or (is_named and only and sums):
            sums.add(number)
            goes_on = may_be_article or words[number] & _PARTIAL or words[number] <= _TAXES | _BESIDE
            is_over = is_over or not goes_on
            if is_total:
                below.clear()
                counted |= set(range(number)) - sums
                since = Totals()
            continue
        if is_over:
            below.add(number)
        own, since = own.plus(said), since.plus(said)
    return Sums(sums | below, counted)


def _makes(said: Set[Decimal], own: Totals, above: Totals, since: Totals, least: int = 1) -> bool:
    """Whether a number is the sum of the rows before it, `least` of them or more."""
    totals = [total for total in (own, own.joined(above)) if total.rows >= least]
    return any(total.are(said) for total in totals) or (since.rows > 1 and since.are(said))


def _reached(own: Totals, numbers: Sequence[Set[Decimal]], number: int) -> Iterator[tuple[int, Totals]]:
    """The rows behind one, each with what all before it make, that one included."""
    for later in range(number + 1, len(numbers)):
        own = own.plus(numbers[later - 1])
        yield later, own


def names_sum(row: Mapping[str, Cell], columns: Sequence[Field]) -> bool:
    """Whether the first cell of a row has a word that names a sum or a tax."""
    return bool(_first_words(row, columns) & (SUMS | _TAXES))


def is_called_sum(row: Mapping[str, Cell], columns: Sequence[Field]) -> bool:
    """Whether the first cell of a row has such words, and no others but what may stand beside them."""
    return names_sum(row, columns) and _first_words(row, columns) <= SUMS | _TAXES | _BESIDE


def _first_words(row: Mapping[str, Cell], columns: Sequence[Field]) -> Set[str]:
    """The words of a row's first cell; rates and currencies beside them do not count."""
    first = next((row[column.last].text for column in columns if column.last in row), "")
    first = _INITIALS.sub(lambda match: match.group().replace(".", ""), first)
    return frozenset(word for word in words_of(first) if not word.isdecimal() and word not in CURRENCIES)
