"""What an answer is worth as the value of a field: its JSON value, and how much it may be trusted, with reasons.

- *high*: the words stand in the document's text layer, once or where the answer says, and have the form of the field.
- *medium*: so, but OCR read them, or they were measured in a chart, or the source says them a little differently (and
  its words are shown).
- *low*: not found in the document in these words, or not of the field's form, or cut off.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any, Literal

from preprocess.spaceless import is_spaceless
from prompts import dates
from prompts.claims import Claim, beside, money, strip, without_marks
from prompts.folding import fold
from prompts.grounding import Citation
from prompts.numbers import printed
from prompts.quantities import quantities
from prompts.schema import NUMBERS, Field, choice_text
from prompts.signs import is_called_negative
from prompts.word_edges import ends_whole, starts_whole

Grade = Literal["high", "medium", "low"]

_TRUE = frozenset(("yes", "true", "ja", "oui", "sí", "x", "是", "有", "对", "はい"))
_FALSE = frozenset(("no", "false", "nein", "non", "否", "无", "無", "不是", "いいえ"))
_FIRST = re.compile(r"(\w+)(?:\s*[,;!。，、]|\.\s+(?!\d)| - )")
_AMOUNT = re.compile(r"[.,]\d\d(?!\d)")
_HANGS, _HOLDS = re.compile(r"\w[-/]$"), re.compile(r"[-/]\w")
_DENIED = re.compile(
    r"\b(?:no|not|never|neither|nor|nicht|nie|weder|kein\w*|non|ne|pas|ni|sin|nunca)\b|n't\b|\bn'|[不没沒未非無无]"
)


def value_of(field: Field, text: str) -> Any | None:
    """`text` as a JSON value of the field's kind: str that has its pattern, float, int, bool, or a date as ISO 8601.

    Models write a value bare, with marks around it (`**9.00**`), or in a sentence that has no other (`The total is
    RM9.00 [3]`). None where there is none or more than one, or where it could be read in two ways (`1.234`).
    """
    said = without_marks(text)
    if field.choices:
        return _choice(field, said)
    if field.kind == "date":
        day = dates.meaning(said)
        return day.isoformat() if day else None
    if field.kind == "integer":
        whole = [value for value in _numbers(said) if value == value.to_integral_value()]  # `1,200` is not 1.2
        return int(whole[0]) if len(whole) == 1 else None
    if field.kind == "number":
        return float(min(values)) if len(values := _numbers(said)) == 1 else None
    if field.kind == "boolean":
        return _truth(said)
    return next((form for form in (text, strip(text)) if re.search(field.pattern, form)), None)


def _numbers(said: str) -> frozenset[Decimal]:
    """What the one number in an answer may be."""
    folded = fold(said)
    if bare := quantities(said) or quantities(strip(said)):
        return bare
    if _DENIED.search(folded):
        return frozenset()
    lead_in = Claim(said, None).value
    if lead_in is not None:
        values = quantities(lead_in[1]) or _only_number(lead_in[1])
        if values:
            return values if _free_numbers(folded) - _free_numbers(lead_in[1]) <= {values} else frozenset()
    elif not _AMOUNT.search(folded) and not money(folded):
        return frozenset()  # `Room 12` and `5 March` are no numbers, `9.00 in total` is one
    return _only_number(folded)


def _only_number(folded: str) -> frozenset[Decimal]:
    """What the number may be that has all digits of a text."""
    free = [place for place in printed(folded) if _is_free(folded, *place[:2])]
    count = sum(map(str.isdigit, folded)) - sum(map(str.isdigit, "".join(folded[start:end] for start, end, _ in free)))
    found = _free_numbers(folded)
    return next(iter(found)) if len(found) == 1 and not count else frozenset()


def _free_numbers(folded: str) -> set[frozenset[Decimal]]:
    """What each number of a text may be, if it is a part of no code; nothing, if it has a scale (`5 million`)."""
    found: set[frozenset[Decimal]] = set()
    for start, end, values in printed(folded):
        if _is_free(folded, start, end):
            is_known = not beside(folded, start, end).zeros and not is_called_negative(folded, start)
            found.add(values if is_known else frozenset())
    return found


def _is_free(folded: str, start: int, end: int) -> bool:
    """Whether words or numbers are whole, and not joined with others by a hyphen: `INV-2`, `pre-paid`."""
    is_whole = starts_whole(folded, start) and ends_whole(folded, end)
    return is_whole and not _HANGS.search(folded[:start]) and not _HOLDS.match(folded, end)


def _choice(field: Field, said: str) -> Any | None:
    """The one choice that an answer names."""
    texts = {fold(choice_text(choice)): choice for choice in field.choices}
    if fold(said) in texts:
        return texts[fold(said)]
    by_text = {fold(strip(words)) or words: choice for words, choice in texts.items()}
    if len(by_text) < len(texts):
        return None  # `A` and `A*` differ in what is stripped
    lead_in = Claim(said, None).value
    for words in (fold(strip(said)), lead_in[1] if lead_in else "", _first_word(said)):
        if words and words in by_text and not _others(said, words, by_text):
            return by_text[words]
    if field.kind == "boolean":
        return next((choice for choice in field.choices if choice is _truth(said)), None)
    if field.kind in NUMBERS:
        values = _numbers(said)
        numbers = (choice for choice in field.choices if not isinstance(choice, str | bool))
        same = [choice for choice in numbers if Decimal(str(choice)) in values]
        return same[0] if len(same) == 1 else None
    named, rest = _named(fold(said), by_text)
    if not named:
        named = [words for words in by_text if words in money(fold(said))]  # `EUR` is what `€` is
    return by_text[named[0]] if len(named) == 1 and not _DENIED.search(rest) else None


def _others(said: str, words: str, texts: Iterable[str]) -> bool:
    """Whether an answer names other choices beside one that it may be."""
    return fold(strip(said)) != words and any(name != words for name in _named(fold(said), texts)[0])


def _named(folded: str, texts: Iterable[str]) -> tuple[list[str], str]:
    """The choices that a text has as words of their own, and what is left of it: `not paid` does not name `paid`.

    A single letter may be an article, and `no` denies something else.
    """
    named = []
    for words in sorted(texts, key=len, reverse=True):
        if not words or (len(words) < 2 and not is_spaceless(words)) or _DENIED.fullmatch(words):
            continue
        at = folded.find(words)
        while at >= 0:
            end = at + len(words)
            if _is_free(folded, at, end):
                named.append(words)
                folded = f"{folded[:at]}{' ' * len(words)}{folded[end:]}"
            at = folded.find(words, end)
    return list(dict.fromkeys(named)), folded


def _truth(said: str) -> bool | None:
    """Whether an answer says yes or no: alone, last (`Paid: yes`), or first (`Yes, it is paid`)."""
    lead_in = Claim(said, None).value
    for word in (fold(strip(said)), lead_in[1] if lead_in else "", _first_word(said)):
        if word in _TRUE or word in _FALSE:
            return word in _TRUE
    return None


def _first_word(said: str) -> str:
    """What stands before a comma or a stop, which `No` of `No. 5` does not; a letter may be a list's."""
    found = _FIRST.match(fold(strip(said)))
    return found[1] if found and (len(found[1]) > 1 or is_spaceless(found[1])) else ""


def graded(value: Any | None, citations: Sequence[Citation], is_cut_off: bool) -> tuple[Grade, tuple[str, ...]]:
    """How much the value may be trusted, and why not more."""
    doubts: list[tuple[Grade, str]] = []
    if value is None:
        doubts.append(("low", "it does not have the form of the field, or can be read in two ways"))
    if is_cut_off:
        doubts.append(("low", "the answer was cut off"))
    # A value is worth what the worst of its parts is: the right name does not make the street beside it right.
    statuses = {citation.status for citation in citations}
    sources = {citation.source for citation in citations}
    if not citations or "unverified" in statuses:
        doubts.append(("low", "the document does not say it in these words, or in several places"))
    else:
        if "repaired" in statuses:
            doubts.append(("medium", "the document says it a little differently"))
        if "measured" in sources:
            doubts.append(("medium", "it was measured in a chart"))
        if "ocr" in sources:
            doubts.append(("medium", "OCR read it"))
    grades: tuple[Grade, ...] = tuple(grade for grade, _ in doubts)
    grade: Grade = "low" if "low" in grades else "medium" if grades else "high"
    return grade, tuple(reason for _, reason in doubts)
