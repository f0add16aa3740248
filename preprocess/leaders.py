"""Dots that lead from a name to its value: told as a colon.

    Surname ................ Okafor   becomes   Surname: Okafor

They are no words, and they are many.
"""

from __future__ import annotations

import re

from preprocess.document import COLUMN, PageText
from preprocess.spaceless import SPACELESS
from preprocess.tables.fields import is_field
from preprocess.tables.values import is_value

# Two dots of three each are the dash of Chinese sentences.
_LEADER = rf"\s*(?:(?:[.·…⋯・．]\s?){{5,}}|[…⋯]{{3,}}|(?<![…{SPACELESS}])…{{2}}(?![…{SPACELESS}]))\s*"
_DOTS = re.compile(rf"(?P<own>(?<=\w)\.(?=\s\.\.))?{_LEADER}")  # behind the dot of a name cut short
_BLANK = re.compile(rf"[,;，；、]{_LEADER}|{_LEADER}[,;，；、]")  # within a sentence
_MASK = re.compile(r"\d\.{5,}\d")


def told_leaders(text: PageText) -> PageText:
    """The same lines, those told that have dots between words; the very same where there are none.

    What is told already stays so.
    """
    return text.told_by(_told)


def _told(text: str) -> str:
    """Empty where no dots lead from a word, or where they are blanks that nobody has filled in."""
    if not any(map(str.isalnum, _DOTS.split(text, maxsplit=1)[0])) or _BLANK.search(text) or _MASK.search(text):
        return ""
    leaders = list(_DOTS.finditer(text))
    if len(leaders) > 1 and leaders[-1].end() == len(text):
        return ""
    if any(_is_label(text[dots.end() :].split(COLUMN)[0]) for dots in leaders):
        return ""
    told = _DOTS.sub(lambda dots: f"{dots['own'] or ''}: ", text).replace(":: ", ": ").rstrip()
    return told if told != text else ""


def _is_label(text: str) -> bool:
    """Whether it is no value: it names one of its own, or says what is to be filled in. `(1,234)` is less than zero."""
    return (text.startswith("(") and not is_value(text.strip())) or is_field(text)
