"""Scripts that write no spaces between words: Chinese and Japanese."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

SPACELESS = r"\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"  # kana and ideographs, for a class of a regular expression

_WIDE = re.compile("[０-９Ａ-Ｚａ-ｚ]")
_SPREAD = re.compile(rf"(?<=\b[{SPACELESS}])\s+(?=[{SPACELESS}]\b)")


def is_spaceless(char: str) -> bool:
    """Whether it is of such a script, punctuation included; Korean writes spaces."""
    return unicodedata.east_asian_width(char) in "WF" and not "\uac00" <= char <= "\ud7a3"


def characters(text: str) -> int:
    """How many characters wide a text is; an ideograph counts as two."""
    return sum(1 + (unicodedata.east_asian_width(char) in "WF") for char in text)


def count_words(text: str) -> int:
    """How many words a text has; two ideographs are taken for one."""
    return sum(max(1, sum(map(is_spaceless, word)) // 2) for word in text.split())


def between(before: str, after: str) -> str:
    """What parts two texts that are read on, one behind the other: a space, or nothing where both write none.

    Numbers do not run on, though their digits may be as wide as ideographs.
    """
    sides = (before[-1:], after[:1])
    return "" if all(side and is_spaceless(side) and not _WIDE.match(side) for side in sides) else " "


def unspread(text: str) -> str:
    """Without the spaces of a name that is set as wide as longer ones: `合 计`."""
    return _SPREAD.sub("", text)


def read_on(texts: Iterable[str]) -> str:
    """Texts that follow one another, as one."""
    joined = ""
    for text in texts:
        joined += f"{between(joined, text)}{text}" if joined else text
    return joined
