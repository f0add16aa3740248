"""Boxes with a cross: what was chosen, told as the value of what was asked.

    Sex:  [ ] male  [x] female  [ ] other  becomes  Sex: female  [ ] male  [ ] other

Marks of many looks say so, and whoever reads letter by letter sees brackets before every choice.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from preprocess.document import COLUMN, PageText
from preprocess.tables.fields import COLONS, field_of, is_field
from preprocess.tables.values import is_period

LONGEST = 48  # characters of a name or a choice: more is a sentence

_SURE = r"\[ ?[xX×✓✔√] ?\]|[(（] ?√ ?[)）]|_[xX]_|[☒☑]"
# A cross only beside open boxes; elsewhere a footnote, a factor, a bullet.
_BESIDE = r"\[ ?\* ?\]|\( ?[xX×•] ?\)|[●■✔✗√]|(?<!\S)(?<!\d )[xX](?! \d)(?!\S)"
_OPEN = r"\[ ?\]|[(（][ \u3000]?[)）]|[☐□○]|(?<!\S)_{1,4}(?!\S)"
_MARK = re.compile(f"(?P<sure>{_SURE})|(?P<beside>{_BESIDE})|(?P<open>{_OPEN})")


# A question does not end in one of these, unless it is a choice itself.
_ANSWER = re.compile(
    r"(?i)\b(?:yes|no|ja|nein|oui|non|sí|si|male|female|männlich|weiblich|true|false|m|f)$|(?<!\S)[是否有无男女]$"
)


class _Choice(NamedTuple):
    text: str
    is_chosen: bool


def told_ticks(text: PageText) -> PageText:
    """The same lines, those told that have a cross in one of their boxes; the very same where there are none.

    What is told already stays so.
    """
    return text.told_by(_told)


def _told(text: str) -> str:
    """Empty where it is not clear what is chosen, or of what."""
    marks = list(_MARK.finditer(text))
    groups = {mark.lastgroup for mark in marks}
    if not marks or not ("sure" in groups or {"beside", "open"} <= groups) or {"✔", "✗"} <= set(text):
        return ""
    if any(_is_behind(text, mark) for mark in marks):
        return ""
    before = text[: marks[0].start()]
    name, lost = _name(before.strip())
    if lost and not before.endswith(COLUMN):
        return ""  # the box may be that of the choice before it
    choices = [*(_Choice(piece, False) for piece in lost), *_choices(text, marks)]
    # Of thin boxes OCR may lose all; where it sees one, what has none is no choice, but another field.
    is_clear = "open" not in groups or len(choices) == len(marks)
    chosen = [choice.text for choice in choices if choice.is_chosen]
    if _ANSWER.search(name):
        return ""  # boxes stand behind their choices, and words behind the last one
    if not is_clear or not chosen or not any(map(str.isalpha, name)) or all(is_period(each.text) for each in choices):
        return ""
    texts = [choice.text for choice in choices]
    if len(set(texts)) < len(texts) or any("?" in each for each in texts):
        return ""  # two questions
    if texts[-1].startswith("(") or not all(map(_is_name, (name, *texts))):
        return ""  # a note, or more than names
    rest = [f"[ ] {choice.text}" for choice in choices if not choice.is_chosen]
    return COLUMN.join([f"{name.rstrip('?？')}: {', '.join(chosen)}", *rest])


def _is_behind(text: str, mark: re.Match[str]) -> bool:
    """Whether a box belongs to what stands before it, or is none, as in `f(x)`."""
    before, after = text[: mark.start()], text[mark.end() :]
    return before[-1:].isalnum() or not after or after.startswith(COLUMN)


def _name(before: str) -> tuple[str, list[str]]:
    """What was asked, and choices that have lost their boxes."""
    name, *lost = before.split(COLUMN)
    if not lost and (field := field_of(before)):
        name, lost = field[0], [field[1]]
    return name.strip().rstrip("".join(COLONS)).rstrip(), [piece.strip() for piece in lost if piece.strip()]


def _choices(text: str, marks: list[re.Match[str]]) -> Iterator[_Choice]:
    ends = [mark.start() for mark in marks[1:]] + [len(text)]
    for mark, end in zip(marks, ends, strict=True):
        own, *lost = text[mark.end() : end].strip().split(COLUMN)
        yield _Choice(own.strip(), mark.lastgroup != "open")
        yield from (_Choice(piece.strip(), False) for piece in lost)


def _is_name(text: str) -> bool:
    return any(map(str.isalnum, text)) and text[:1] != "=" and len(text) <= LONGEST and not is_field(text)
