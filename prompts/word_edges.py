"""Where words and numbers begin and end in a folded text: `12` is not in `112`, nor in `12.50`, nor `may` in `mayer`.

Nor are the parts of an e-mail address words of their own, nor of a code with several: `INV-12` is not `INV-12-A`.
"""

from __future__ import annotations

import re

from prompts.numbers import CURRENCIES, UNITS

_JOINS_DIGITS = ".,':/-"
_REACH = 48
_ADDRESS = re.compile(r"[\w.+-]*@\w")
_IN_ADDRESS = re.compile(r"@[\w.-]*$")
_CODE = re.compile(r"(?<![\w.,/-])[a-z\d/-]*\d[a-z\d/-]*$")
_SEVERAL = re.compile(r"\d+[-/]\w")
_ONE_MORE = re.compile(r"[-/]([a-z]{0,2}\d\w*|[a-z]{1,2})(?!\w)")


def starts_whole(text: str, at: int) -> bool:
    """Whether no word or number goes on to the left of `at`."""
    before, first = text[at - 1 : at], text[at]
    if first in "-.," and text[at + 1 : at + 2].isdigit():
        return not before.isalnum()
    if before == "@" and first.isalpha():
        return False
    if before and before in "._+-" and text[at - 2 : at - 1].isalnum() and _ADDRESS.match(text, at, at + _REACH):
        return False
    if not before or not first.isalnum():
        return True
    if not first.isdigit():
        return not _one_word(before, first)
    if before in ".,":
        return at > 1 and text[at - 2].isalpha()
    if before in _JOINS_DIGITS:
        # A hyphen right before a number is its sign, unless it hangs on a word: `INV-12`.
        if before == "-" and text[at - 2 : at - 1].isalpha():
            return not _SEVERAL.match(text, at)
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
    if after and after in ".-/" and text[end + 1 : end + 2].isalnum():
        said = text[max(end - _REACH, 0) : end]
        more = _ONE_MORE.match(text, end)
        if _IN_ADDRESS.search(said) or (more and more[1] not in UNITS and _CODE.search(said)):
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
