"""Names that stand more than once, under heads of their own: told with these.

    Seller                          Seller
    Name: Orla Palmer               Seller (Name): Orla Palmer
    Buyer                 becomes   Buyer
    Name: Ed Chen                   Buyer (Name): Ed Chen

Whoever is shown one line of many, or reads line by line, cannot see whose name it is.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from preprocess.captions.lines import ASIDE, Line, is_name, lines_of, name_of
from preprocess.document import COLUMN, PageText
from preprocess.tables.fields import COLONS, field_of

LONGEST, LONGEST_NAME = 32, 40  # characters of a head, of a name under it
FARTHEST = 8  # lines from a head to what stands under it
APART = 1.15  # times the distance to the line below, by which a head stands away from lines above that name nothing


class _Field(NamedTuple):
    """A line that names itself, and the head that it stands under, if any."""

    number: int
    head: str
    name: str
    value: str


def told_sections(text: PageText) -> PageText:
    """The same lines, those told whose name stands under several heads, and nowhere without one; the very same where
    there are none."""
    by_name: dict[str, list[_Field]] = defaultdict(list)
    for field in _fields(text, lines_of(text)):
        by_name[field.name.casefold()].append(field)
    shown = list(text.lines)
    for fields in by_name.values():
        heads = {field.head for field in fields}
        if len(heads) > 1 and "" not in heads:
            for field in fields:
                told = f"{field.head} ({field.name}): {field.value}"
                shown[field.number] = replace(shown[field.number], told=told)
    return PageText(tuple(shown), text.source) if shown != list(text.lines) else text


def _fields(text: PageText, lines: Sequence[Line]) -> Iterator[_Field]:
    head: tuple[int, str] = (-FARTHEST - 1, "")
    for above, line, below in zip([None, *lines], lines, [*lines[1:], None], strict=False):
        if field := _field(text, line):
            is_near = line.number - head[0] <= FARTHEST
            yield _Field(line.number, head[1] if is_near else "", *field)
        elif below is not None and _is_over_field(text, line, below):
            # Whatever stands there ends the section before it.
            head = (line.number, name_of(line.pieces[0]) if _is_head(text, above, line, below) else "")


def _field(text: PageText, line: Line) -> tuple[str, str] | None:
    """The name that a line gives itself, of letters and without a colon or a gap, and what stands behind it."""
    name, value = field_of(text.lines[line.number].shown) or ("", "")
    is_short = len(name) <= LONGEST_NAME and not any(mark in name for mark in (*COLONS, COLUMN))
    return (name, value) if value and is_short and any(map(str.isalpha, name)) else None


def _is_over_field(text: PageText, line: Line, below: Line) -> bool:
    """Whether it stands by itself, flush with a field right below it."""
    aside = abs(line.pieces[0].x0 - below.pieces[0].x0)
    is_flush = len(line.pieces) == 1 and aside <= ASIDE * max(line.row.unit, below.row.unit)
    field = _field(text, below) if is_flush and line.is_over(below) else None
    return field is not None and field[0] != line.pieces[0].text  # a caption told again


def _is_head(text: PageText, above: Line | None, line: Line, below: Line) -> bool:
    """Whether it is a name, and no last line of something above."""
    head = name_of(line.pieces[0])
    is_first = (
        above is None
        or _field(text, above) is not None
        or line.row.y - above.row.y > APART * (below.row.y - line.row.y)
        or line.row.y < above.row.y
    )
    is_short = len(head) <= LONGEST and head[-1:].isalpha() and not any(map(str.isdigit, head))
    return is_first and is_short and is_name(line.pieces[0])
