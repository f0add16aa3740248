"""Names that stand more than once, under heads of their own: told with these.

    Seller                          Seller
    Name: Orla Palmer               Seller (Name): Orla Palmer
    Buyer                 becomes   Buyer
    Name: Ed Chen                   Buyer (Name): Ed Chen

Whoever is shown one line of many, or reads line by line, cannot see whose name it is.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from preprocess.captions.lines import ASIDE, Line, is_name, lines_of
from preprocess.document import COLUMN, PageText

LONGEST = 32  # characters of a head
FARTHEST = 8  # lines from a head to what stands under it

_FIELD = re.compile(r"(?P<name>[^:\N{FULLWIDTH COLON}]{1,40}?)\s?[:\N{FULLWIDTH COLON}]\s+(?P<value>\S.*)")


class _Field(NamedTuple):
    """A line that names itself, and the head that it stands under."""

    number: int
    head: str
    name: str
    value: str


def told_sections(text: PageText) -> PageText:
    """The same lines, those told whose name stands under several heads; the very same where there are none."""
    by_name: dict[str, list[_Field]] = defaultdict(list)
    for field in _fields(text, lines_of(text)):
        by_name[field.name.casefold()].append(field)
    shown = list(text.lines)
    for fields in by_name.values():
        if len({field.head for field in fields}) > 1:
            for field in fields:
                told = f"{field.head} ({field.name}): {field.value}"
                shown[field.number] = replace(shown[field.number], told=told)
    return PageText(tuple(shown), text.source) if shown != list(text.lines) else text


def _fields(text: PageText, lines: Sequence[Line]) -> Iterator[_Field]:
    head: Line | None = None
    for line, below in zip(lines, [*lines[1:], None], strict=False):
        if field := _FIELD.fullmatch(text.lines[line.number].shown):
            name = field["name"]
            if (
                head is not None
                and line.number - head.number <= FARTHEST
                and COLUMN not in name
                and any(map(str.isalpha, name))
            ):
                yield _Field(line.number, head.pieces[0].text, name, field["value"])
        elif below is not None and _is_head(text, line, below):
            head = line


def _is_head(text: PageText, line: Line, below: Line) -> bool:
    """Whether it is a name by itself, flush with the fields that begin below it."""
    head = line.pieces[0]
    return (
        len(line.pieces) == 1
        and line.is_over(below)
        and is_name(head)
        and len(head.text) <= LONGEST
        and not any(map(str.isdigit, head.text))
        and head.text[-1:].isalpha()
        and abs(head.x0 - below.pieces[0].x0) <= ASIDE * max(line.row.unit, below.row.unit)
        and _FIELD.fullmatch(text.lines[below.number].shown) is not None
    )
