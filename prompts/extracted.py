"""What an answer is worth as the value of a field: its JSON value, and how much it may be trusted, with reasons.

- *high*: the words stand in the document's text layer, once or where the answer says, and have the form of the field.
- *medium*: so, but OCR read them, or they were measured in a chart, or the source says them a little differently (and
  its words are shown).
- *low*: not found in the document in these words, or not of the field's form, or cut off.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from prompts import dates
from prompts.folding import fold
from prompts.grounding import Citation
from prompts.quantities import quantities
from prompts.schema import Field

Grade = Literal["high", "medium", "low"]

_TRUE = frozenset(("yes", "true", "ja", "oui", "sí", "x", "是", "有", "对", "はい"))
_FALSE = frozenset(("no", "false", "nein", "non", "否", "无", "無", "不是", "いいえ"))


def value_of(field: Field, text: str) -> Any | None:
    """`text` as a JSON value of the field's kind: str, float, int, bool, or a date as ISO 8601.

    None where it does not have that form, or could be read in two ways (`03/04/2020`, `1.234`).
    """
    if field.choices:
        return next((choice for choice in field.choices if fold(choice) == fold(text)), None)
    if field.kind == "date":
        day = dates.meaning(text)
        return day.isoformat() if day else None
    if field.kind in ("number", "integer"):
        values = quantities(text)
        if len(values) != 1 or (field.kind == "integer" and min(values) % 1):
            return None
        return int(min(values)) if field.kind == "integer" else float(min(values))
    if field.kind == "boolean":
        word = fold(text).strip(" .。")
        return True if word in _TRUE else False if word in _FALSE else None
    return text


def graded(value: Any | None, citations: Sequence[Citation], is_cut_off: bool) -> tuple[Grade, tuple[str, ...]]:
    """How much the value may be trusted, and why not more."""
    doubts: list[tuple[Grade, str]] = []
    if value is None:
        doubts.append(("low", "it does not have the form of the field, or can be read in two ways"))
    if is_cut_off:
        doubts.append(("low", "the answer was cut off"))
    best = min(citations, key=lambda citation: _TRUST[citation.status], default=None)
    if best is None or best.status == "unverified":
        doubts.append(("low", "the document does not say it in these words, or in several places"))
    else:
        if best.status == "repaired":
            doubts.append(("medium", "the document says it a little differently"))
        if best.source == "measured":
            doubts.append(("medium", "it was measured in a chart"))
        if best.source == "ocr":
            doubts.append(("medium", "OCR read it"))
    grades: tuple[Grade, ...] = tuple(grade for grade, _ in doubts)
    grade: Grade = "low" if "low" in grades else "medium" if grades else "high"
    return grade, tuple(reason for _, reason in doubts)


_TRUST = {"verified": 0, "repaired": 1, "unverified": 2}
