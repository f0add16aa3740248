"""Where words and numbers begin and end in a folded text: `12` is not in `112`, nor in `12.50`, nor `may` in `mayer`.

Nor are the words beside the `@` of an e-mail address words of their own.
"""

from __future__ import annotations

import re

from prompts.numbers import CURRENCIES, UNITS

_JOINS_DIGITS = ".,':/-"


def starts_whole(text: str, at: int) -> bool:
    """Whether no word or number goes on to the left of `at`."""
    before, first = text[at - 1 : at], text[at]
    if first in "-.," and text[at + 1 : at + 2].isdigit():
        return not before.isalnum()
    if before == "@" and first.isalpha():
        return False
    if not before or not first.isalnum():
        return True
    if not first.isdigit():
        return not _one_word(before, first)
    if before in ".,":
        return at > 1 and text[at - 2].isalpha()
    if before in _JOINS_DIGITS:
        # A hyphen right before a number is its sign, unless it hangs on a word: `INV-12`.
        return text[at - 2 : at - 1].isalpha() or (before != "-" and not text[at - 2 : at - 1].isdigit())
    if before.isalpha():
        letters = re.search(r"[^\W\d_]+$", text[max(at - 8, 0) : at])
        return not _one_word(before, "a") or bool(letters and letters.group() in CURRENCIES)
    return not before.isdigit()


def ends_whole(text: str, end: int) -> bool:
    """Whether no word or number goes on to the right of `end`."""
    after, last = text[end : end + 1], text[end - 1]
    if after == "@" and last.isalpha():
        return False
    if not after or not last.isalnum():
        return True
    if not last.isdigit():
        return not _one_word(last, after)
    if after in _JOINS_DIGITS:
        return not text[end + 1 : end + 2].isdigit()
    if after.isalpha():
        letters = re.match(r"[^\W\d_]+", text[end : end + 8])
        return not _one_word("a", after) or bool(letters and letters.group() in CURRENCIES | UNITS)
    return not after.isdigit()


def _one_word(a: str, b: str) -> bool:
    """Whether two neighbours are in one word. Scripts written without spaces have no such thing."""
    return all(c.isalnum() and (c < "\u2e80" or "\uac00" <= c <= "\ud7a3") for c in (a, b))
