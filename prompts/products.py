"""Columns of which one is the product of two others, row by row, as amounts are of quantities and prices."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations, product

Numbers = Collection[Decimal]  # what one cell may say: none if it is no number, two if it is `1,200`

MOST = 0.6  # of the rows are right
ROWS = 60  # are enough to look at
NEAR = Decimal("0.006")  # of a product, and a thousandth of it: quantities are rounded where they are printed
TRIVIAL = {Decimal(0), Decimal(1)}  # factors that prove nothing: 1 x 5 is 5 anywhere
DIGITS = 3  # of a product that proves itself in one row: 2 x 3 is 6 by chance


@dataclass(frozen=True, slots=True)
class Product:
    """Three columns: two factors and what they make.

    Attributes:
        share: of the rows that have all three numbers, those that are right.
        is_certain: whether more than one of them says it with factors other than 0 and 1.
    """

    columns: tuple[int, int, int]
    share: float
    is_certain: bool


def products(columns: Sequence[Sequence[Numbers]]) -> Iterator[Product]:
    """All products among `columns`, each with its factors in either order; an empty column has no part in any.

    Factors of 0 and 1 prove none, and a single other row only one that has some digits.
    """
    numeric = [column for column, cells in enumerate(columns) if any(cells)]
    for first, second in combinations(numeric, 2):
        for whole in numeric:
            if whole in (first, second):
                continue
            found = _product(columns[first], columns[second], columns[whole])
            if found is not None:
                share, is_certain = found
                yield Product((first, second, whole), share, is_certain)
                yield Product((second, first, whole), share, is_certain)


def _product(
    first: Sequence[Numbers], second: Sequence[Numbers], whole: Sequence[Numbers]
) -> tuple[float, bool] | None:
    rows = [row for row in zip(first, second, whole, strict=True) if all(row)]
    right = 0
    telling: list[Numbers] = []
    for number, row in enumerate(rows, 1):
        if _is_right(*row):
            right += 1
            if not {*row[0], *row[1]} & TRIVIAL:
                telling.append(row[2])
        elif number - right > (1 - MOST) * len(rows):
            return None
    if not telling or (len(telling) == 1 and max(map(_digits, telling[0])) < DIGITS):
        return None
    return right / len(rows), len(telling) > 1


def _is_right(first: Numbers, second: Numbers, whole: Numbers) -> bool:
    return any(abs(a * b - c) <= NEAR + abs(c) / 1000 for a, b, c in product(first, second, whole))


def _digits(number: Decimal) -> int:
    """As printed: 12.00 has four, 0.50 three."""
    _, digits, exponent = number.as_tuple()
    return max(len(digits), 1 - exponent) if isinstance(exponent, int) else 0
