"""Dots that lead from a name to its value: told as a colon.

    Surname ................ Okafor   becomes   Surname: Okafor

They are no words, and they are many.
"""

from __future__ import annotations

import re
from dataclasses import replace

from preprocess.document import PageText

_DOTS = re.compile(r"(?P<own>(?<=\w)\.(?=\s\.\.))?\s*(?:(?:[.·…]\s?){4,}|…{2,})\s*")


def told_leaders(text: PageText) -> PageText:
    """The same lines, those told that have dots between words; the very same where there are none.

    What is told already stays so.
    """
    told = {number: said for number, line in enumerate(text.lines) if not line.told and (said := _told(line.text))}
    if not told:
        return text
    lines = [replace(line, told=told.get(number, line.told)) for number, line in enumerate(text.lines)]
    return PageText(tuple(lines), text.source)


def _told(text: str) -> str:
    """Empty where no dots lead from a word."""
    if not any(map(str.isalnum, _DOTS.split(text, maxsplit=1)[0])):
        return ""
    told = _DOTS.sub(lambda dots: f"{dots['own'] or ''}: ", text).replace(":: ", ": ").rstrip()
    return told if told != text else ""
