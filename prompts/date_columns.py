"""Dates of a column, where one of them tells how all are written: below `13/01/2024`, `05/02/2024` is in February."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Mapping, Sequence

from prompts import dates

_NUMERIC = re.compile(r"\s*(\d{1,2})\s?([-/.])\s?(\d{1,2})\s?\2\s?(\d{4}|\d{2})\s*")
_ORDERS: Mapping[str, tuple[int, int, int]] = {
    "day first": (2, 1, 0),
    "month first": (2, 0, 1),
    "year first": (0, 1, 2),
}
"""Where year, month and day stand."""


def in_one_order(texts: Sequence[str]) -> list[dt.date | None]:
    """The dates of a column's cells that are written in numbers, where only one order makes a date of every one; else
    None. So no order is guessed: `03/01/2024` above `05/02/2024` stays open."""
    found = [_NUMERIC.fullmatch(unicodedata.normalize("NFKC", text)) for text in texts]
    written = [(match[1], match[3], match[4]) for match in found if match]
    orders = [places for name, places in _ORDERS.items() if _is_of_all(name, places, written)]
    if len(orders) != 1:
        return [None] * len(texts)
    return [_date((match[1], match[3], match[4]), orders[0]) if match else None for match in found]


def _is_of_all(name: str, places: tuple[int, int, int], written: Sequence[tuple[str, str, str]]) -> bool:
    """Whether every date of the column may be written so. The year does not come first where it has four digits behind,
    or where what stands first changes more than what stands last: a list is of few years and of many days."""
    if name == "year first":
        firsts, lasts = {first for first, _, _ in written}, {last for _, _, last in written}
        if any(len(last) == 4 for last in lasts) or len(firsts) > len(lasts):
            return False
    return all(_date(parts, places) is not None for parts in written)


def _date(parts: tuple[str, str, str], places: tuple[int, int, int]) -> dt.date | None:
    year, month, day = (parts[place] for place in places)
    return next(iter(dates.of_calendar((year, month, day))), None)
