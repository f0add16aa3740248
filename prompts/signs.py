"""What makes a printed number negative: `-9`, `(9)`, `9-`, `$(9)`, `▲9`. Texts are folded, and one cell each.

A dash is a sign where it hangs on the number or its currency, or has a cell for itself and the number: in
`Haircut - 12.50` it parts words.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from prompts.money import LETTER, SYMBOLS, currencies_at, ends_in_dash, is_name

TRIANGLES = "▲△"  # a minus in Japanese accounts
_NAME = rf"(?:{LETTER}{{1,2}}\$|[{SYMBOLS}]|(?<!{LETTER}){LETTER}{{1,8}}(?!{LETTER})\.?)"
_NAME_BEFORE = re.compile(rf"({_NAME})\s?$")
_NAME_AFTER = re.compile(rf" ?({_NAME})")
_MINUS_AFTER = re.compile(r"-(?!\w)(?! \d)| -$")  # `9.00- 10.00` is a range
_CLOSES = re.compile(r" ?\)")
_NONE = re.compile(rf"[^(\-{TRIANGLES}]*")  # most cells have none
_MINUS = re.compile(r"(?:\b(?:minus|negative|moins|menos) |负|負)$")
_LONGEST = 16  # what may stand between a sign and its number


class Signed(NamedTuple):
    """The stretch of a number with its sign. It is in doubt what the brackets are in `the fee (9.00) is due`."""

    start: int
    end: int
    is_negative: bool
    is_in_doubt: bool = False


def signed(cell: str, start: int, end: int) -> Signed:
    """A number of a cell together with what makes it negative."""
    own = max(start - _LONGEST, 0)
    if _NONE.fullmatch(cell, own, end + _LONGEST):
        return Signed(start, end, False)
    head = cell[own:start]
    for before in dict.fromkeys((head, _without_name(head))):
        rest = before.rstrip(" ")
        at = own + len(rest) - 1
        if not rest:
            continue
        if rest[-1] in TRIANGLES:  # which say in western tables that a share rose
            return Signed(at, end, True, "%" in cell[end : end + 2])
        if rest[-1] == "-" and _is_sign(cell, at, end, len(rest) == len(before)):
            return Signed(at, end, True)
        if rest[-1] == "(" and (at == 0 or cell[at - 1] in " :=" or _ends_in_name(cell[:at])):
            closes = _CLOSES.match(cell, _after_name(cell, end)) or _CLOSES.match(cell, end)
            if closes:
                return Signed(at, closes.end(), True, _says_more(cell, closes.end()))
            return Signed(start, end, False)
    after = _MINUS_AFTER.match(cell, end) or _MINUS_AFTER.match(cell, _after_name(cell, end))
    if after is None or ends_in_dash(currencies_at(cell, start, end), cell[start:end]):
        return Signed(start, end, False)
    return Signed(start, after.end(), True)


def says_minus(text: str, start: int, end: int) -> bool:
    """Whether a text makes the number of a stretch negative, by a sign or by a word."""
    places = [place for place in range(start, end) if text[place].isdigit()]
    return signed(text, places[0], places[-1] + 1).is_negative or is_called_negative(text, places[0])


def is_called_negative(text: str, start: int) -> bool:
    """Whether a word for a minus stands right before a number."""
    return _MINUS.search(text, max(start - _LONGEST, 0), start) is not None


def _is_sign(cell: str, at: int, end: int, is_attached: bool) -> bool:
    """Whether a hyphen before a number, or before its currency, is its sign."""
    if _ends_in_name(cell[:at]):
        return True
    if is_attached:
        return at == 0 or cell[at - 1] in " :=("
    return at == 0 and not _says_more(cell, end)  # else it is a bullet


def _says_more(cell: str, end: int) -> bool:
    """Whether words follow that are no currency."""
    return any(map(str.isalpha, cell[_after_name(cell, end) :]))


def _without_name(head: str) -> str:
    name = _NAME_BEFORE.search(head)
    return head[: name.start()] if name and is_name(name.group(1)) else head


def _ends_in_name(text: str) -> bool:
    name = _NAME_BEFORE.search(text[-_LONGEST:])
    return name is not None and not text.endswith(" ") and is_name(name.group(1))


def _after_name(cell: str, end: int) -> int:
    """Where the currency behind a number ends; `end` if none stands there."""
    name = _NAME_AFTER.match(cell, end)
    return name.end() if name and is_name(name.group(1)) else end
