"""Scripts that write no spaces between words: Chinese and Japanese."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

SPACELESS = r"\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"  # kana and ideographs, for a class of a regular expression


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
    """What parts two texts that are read on, one behind the other: a space, or nothing where both write none."""
    return "" if before and after and is_spaceless(before[-1]) and is_spaceless(after[0]) else " "


def read_on(texts: Iterable[str]) -> str:
    """Texts that follow one another, as one."""
    joined = ""
    for text in texts:
        joined += f"{between(joined, text)}{text}" if joined else text
    return joined
