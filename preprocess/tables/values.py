"""What kind of thing a cell says: a value or words, a year; and which columns hold values."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Literal

from preprocess.tables.columns import Placed

Kind = Literal["heads", "values", "neither"]

NUMERIC = 0.7  # of a column's cells are values

_NOTHING = re.compile(r"[-–—―.·*/†‡]{1,3}|n\.?/?a\.?|k\.\s?A\.", re.IGNORECASE)
_ROMAN = re.compile(r"(?=.)x{0,3}(?:ix|iv|v?i{0,3})")
_WORD = re.compile(r"[^\W\d_]{5}")
_DATE = re.compile(r"\d{1,2}\.?\s[^\W\d]{3,10}\.?,?\s\d{4}|[^\W\d]{3,10}\.?\s\d{1,2},\s\d{4}")
_CHINESE = r"\s?年(?:度|末|初|[上下]半年|\s?\d{1,2}(?:\s?[-–~至]\s?\d{1,2})?\s?月(?:期|末|\s?\d{1,2}\s?日)?)?"
_PERIOD = re.compile(rf"(?:[^\W\d_]{{2,9}}\.?\s|FY\s?|[QH][1-4]\s)?(?:19|20)\d\d(?:\s?[-–/]\s?\d{{2,4}}|{_CHINESE})?")


def is_value(text: str) -> bool:
    """A number, an amount, a date, a code with few letters, a mark for nothing; not `(n = 469)`, which heads have."""
    if _NOTHING.fullmatch(text) or _DATE.fullmatch(text) or _ROMAN.fullmatch(text):
        return True
    digits = sum(char.isdigit() for char in text)
    letters = sum(char.isalpha() for char in text)
    return 0 < digits >= letters and "=" not in text and not _WORD.search(text)


def is_period(text: str) -> bool:
    """A year or a part of one, such as heads have too."""
    return bool(_PERIOD.fullmatch(text))


def numeric_columns(placed: Sequence[Placed], columns: int) -> list[int]:
    """Columns behind the first one that hold values below their heads."""
    return [column for column in range(1, columns) if share(placed, column, is_value) >= NUMERIC]


def share(placed: Sequence[Placed], column: int, test: Callable[[str], bool]) -> float:
    """The part of a column's texts that pass, the upper third left out, where heads are; 0 for fewer than two texts."""
    texts = [part.piece.text for row in placed if (part := row.at(column)) is not None]
    texts = texts[len(texts) // 3 :]
    return sum(map(test, texts)) / len(texts) if len(texts) > 1 else 0.0


def kind_of(row: Placed, placed: Sequence[Placed], numeric: Sequence[int]) -> Kind:
    """What a row mostly says in the columns that hold values: words or years, as heads do; values; or neither of both,
    such as `Year 1` or `less than 50`."""
    heads = values = days = 0
    for column in numeric:
        part = row.at(column)
        if part is None:
            continue
        text = part.piece.text
        if is_period(text) and share(placed, column, is_period) < NUMERIC:
            heads += not text.endswith("日")
            days += text.endswith("日")
        elif is_value(text):
            values += 1
        else:
            heads += "=" in text or not any(char.isdigit() for char in text)
    if values:
        values += days
    else:  # heads that are days stand beside days alone
        heads += days
    return "neither" if not heads + values else "heads" if heads >= values else "values"
