"""Boxes with a cross: what was chosen, told as the value of what was asked.

    Sex:  [ ] male  [x] female  [ ] other  becomes  Sex: female  [ ] male  [ ] other

Marks of many looks say so, and whoever reads letter by letter sees brackets before every choice.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

from preprocess.document import COLUMN, PageText
from preprocess.tables.values import COLONS, is_field

LONGEST = 48  # characters of a name or a choice: more is a sentence

_SURE = r"\[ ?[xX×✓✔*] ?\]|\( ?[xX×•] ?\)|(?<![^\W_])_[xX]_|[☒☑]"
_BESIDE = r"[●■✔✗]|(?<!\S)[xX](?!\S)"  # a cross only beside open boxes: elsewhere a bullet, or a factor
_OPEN = r"\[ ?\]|\( ?\)|[☐□○]|(?<!\S)_{1,4}(?!\S)"
_MARK = re.compile(f"(?P<sure>{_SURE})|(?P<beside>{_BESIDE})|(?P<open>{_OPEN})")


class _Choice(NamedTuple):
    text: str
    is_chosen: bool


def told_ticks(text: PageText) -> PageText:
    """The same lines, those told that have a cross in one of their boxes; the very same where there are none."""
    told = {number: said for number, line in enumerate(text.lines) if (said := _told(line.text))}
    if not told:
        return text
    lines = [replace(line, told=told.get(number, line.told)) for number, line in enumerate(text.lines)]
    return PageText(tuple(lines), text.source)


def _told(text: str) -> str:
    """Empty where it is not clear what is chosen, or of what."""
    marks = list(_MARK.finditer(text))
    groups = {mark.lastgroup for mark in marks}
    if not marks or not ("sure" in groups or {"beside", "open"} <= groups):
        return ""
    name, choices = _read(text, marks)
    chosen = [choice.text for choice in choices if choice.is_chosen]
    if not chosen or not all(_is_name(piece) for piece in (name, *(choice.text for choice in choices))):
        return ""
    rest = [f"[ ] {choice.text}" for choice in choices if not choice.is_chosen]
    return COLUMN.join([f"{name}: {', '.join(chosen)}", *rest])


def _read(text: str, marks: list[re.Match[str]]) -> tuple[str, list[_Choice]]:
    """What was asked, and the choices; one whose box is lost (OCR sees no thin line) is not chosen."""
    before = text[: marks[0].start()].strip()
    name, *lost = before.split(COLUMN)
    for colon in COLONS:
        if not lost and colon in before:
            name, _, after = before.partition(colon)
            lost = [after]
    return name.strip().rstrip("".join(COLONS)).rstrip(), [
        *(_Choice(piece.strip(), False) for piece in lost if piece.strip()),
        *_choices(text, marks),
    ]


def _choices(text: str, marks: list[re.Match[str]]) -> Iterator[_Choice]:
    ends = [mark.start() for mark in marks[1:]] + [len(text)]
    for mark, end in zip(marks, ends, strict=True):
        own, *lost = text[mark.end() : end].strip().split(COLUMN)
        yield _Choice(own.strip(), mark.lastgroup != "open")
        yield from (_Choice(piece.strip(), False) for piece in lost)


def _is_name(text: str) -> bool:
    """A line whose boxes stand behind their choices has a choice without a name."""
    return any(map(str.isalnum, text)) and len(text) <= LONGEST and not is_field(text)
