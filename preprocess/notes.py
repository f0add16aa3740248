"""Signs of footnotes: `1,234¹` is a number with a note, and no digit of it; `m²` has none."""

from __future__ import annotations

import re

_RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹"
_NOTE = re.compile(rf"(?<=[\d%])[{_RAISED}]+")


def without_notes(text: str) -> str:
    """NFKC would make digits of them."""
    return text if text.isascii() else _NOTE.sub("", text)


def is_note(text: str, place: int) -> bool:
    """Whether the character at `place` is one."""
    before = text[:place].rstrip(_RAISED)[-1:]
    return text[place] in _RAISED and (before.isdecimal() or before == "%")
