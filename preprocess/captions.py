"""Captions over values: what a form sets in two lines, told in one.

    Given by  Address                      Given by  Address
    Orla Palmer  12 State Street  becomes  Given by: Orla Palmer  Address: 12 State Street

Who reads line by line cannot see which value stands under which caption. That a line is one of captions, its look says:
it is set smaller than the line below it, nearer to that than to what stands above, and than that is to what follows; or
each of its names ends with a colon. On a scan, where OCR's boxes are too uneven for sizes, that lines lie near and far
in turn says it. And names over nothing but numbers, one for each, are heads wherever they stand:

    Net  VAT %  Gross                      Net  VAT %  Gross
    100.00  19  119.00            becomes  Net: 100.00  VAT %: 19  Gross: 119.00
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import inf
from statistics import median
from typing import NamedTuple

from preprocess.document import COLUMN, PageText
from preprocess.tables.level import Level
from preprocess.tables.rows import Piece, Row, rows_of
from preprocess.tables.values import COLONS, is_field, is_value

SMALLER = 0.9  # a caption's height, of its value's, at most
NEARER = 0.8  # its distance from its value, of that from value to what follows, at most
NOT_FARTHER = 0.95  # and of that to what stands above the caption
FARTHEST = 2.6  # heights from a caption to its value
ASIDE = 2.0  # characters by which a value may begin left or right of its caption
LONGEST = 48  # characters of a caption
REPEATED = 2  # lines near their values, of any size: one on a scan may lie so by chance
LEAST_HEADS = 3  # over numbers


def told_captions(text: PageText) -> PageText:
    """The same lines, values below captions told with them; the very same where there are none.

    One caption over one value needs no telling: the next line is its value.
    """
    lines = _lines(text)
    found = {values.number: values for values in _pairs(lines)}
    if text.source == "ocr":
        found = _evenly_set(lines, found) | found
    found |= {values.number: values for values in _headed(lines)}
    if not found:
        return text
    shown = list(text.lines)
    for number, values in found.items():
        told = COLUMN.join(f"{_name(caption)}: {value.text}" for caption, value in values.pairs)
        shown[number] = replace(shown[number], told=told, needs_telling=len(values.pairs) < values.captions)
    return PageText(tuple(shown), text.source)


class _Values(NamedTuple):
    """A line of values, each of its pieces behind its caption, and how many captions there are."""

    number: int
    pairs: list[tuple[Piece, Piece]]
    captions: int


@dataclass(frozen=True, slots=True)
class _Line:
    """A row that is a line by itself; `height` is that of its letters, on a page that hangs askew too."""

    number: int
    row: Row
    height: float

    @property
    def pieces(self) -> tuple[Piece, ...]:
        return self.row.pieces


def _lines(text: PageText) -> list[_Line]:
    rows = [row for row in rows_of(text) if len(row.lines) == 1]
    slope = abs(Level.of(text.lines).slope) if rows else 0.0
    return [_Line(row.lines[0], row, _height(row, slope)) for row in rows]


def _height(row: Row, slope: float) -> float:
    """A slanted word's box is taller than its text by the rise over its width."""
    boxes = [token.word.box for piece in row.pieces for token in piece.tokens]
    return median(max(box.y1 - box.y0 - slope * (box.x1 - box.x0), 0.5 * (box.y1 - box.y0)) for box in boxes)


def _pairs(lines: Sequence[_Line], is_even: bool = False) -> Iterator[_Values]:
    """Values below their captions. `is_even`: whatever the size of their letters."""
    values: _Line | None = None
    around = [None, *lines, None, None]
    for above, line, below, after in zip(around, lines, around[2:], around[3:], strict=False):
        if line is values or below is None or not _is_captioned(above, line, below, after, is_even):
            continue
        is_head = after is not None and _is_captioned(line, below, after, None, is_even)
        if not is_head and len(pairs := _under(line, below)) > (0 if is_even else 1):
            values = below
            yield _Values(below.number, pairs, len(line.pieces))


def _evenly_set(lines: Sequence[_Line], sure: Mapping[int, _Values]) -> dict[int, _Values]:
    """By their line's number, values to which captions lie near and far in turn, but for those that are sure.

    Names that begin with a small letter are a sentence that goes on.
    """
    taken = {number - place for number in sure for place in (0, 1)}
    found = {
        values.number: values
        for values in _pairs(lines, is_even=True)
        if taken.isdisjoint((values.number, values.number - 1))
        and not all(value.text[:1].islower() for _, value in values.pairs)
    }
    return found if sum(len(values.pairs) > 1 for values in found.values()) >= REPEATED else {}


def _is_captioned(above: _Line | None, line: _Line, below: _Line, after: _Line | None, is_even: bool) -> bool:
    """Whether `line` holds the captions of `below`."""
    step = below.row.y - line.row.y
    if line.number + 1 != below.number or not 0 < step < FARTHEST * max(line.height, below.height):
        return False
    if len(line.pieces) < 2 or not all(map(_is_name, line.pieces)):
        return False
    if any(is_field(piece.text) for piece in below.pieces):
        return False  # a form that nobody has filled in
    if all(piece.text.endswith(COLONS) for piece in line.pieces):
        return True
    if above is not None and step > NOT_FARTHER * abs(line.row.y - above.row.y):
        return False  # small words below what they explain
    is_smaller = line.height <= SMALLER * below.height
    if after is None:
        return is_smaller
    is_nearer = step <= NEARER * abs(after.row.y - below.row.y)
    if is_even:
        return is_nearer
    is_table = after.height > SMALLER * below.height and len(_under(line, after)) > 1
    return is_smaller and is_nearer and not is_table


def _is_name(piece: Piece) -> bool:
    name = _name(piece)
    letters, digits = sum(map(str.isalpha, name)), sum(map(str.isdigit, name))
    return letters > digits and len(name) <= LONGEST and not is_field(name)


def _name(caption: Piece) -> str:
    return caption.text[:-1].rstrip() if caption.text.endswith(COLONS) else caption.text


def _under(line: _Line, below: _Line) -> list[tuple[Piece, Piece]]:
    """Captions and the values that begin below them; none unless every value has a place of its own."""
    reach = ASIDE * max(line.row.unit, below.row.unit)
    places = [*zip(line.pieces, [piece.x0 for piece in line.pieces[1:]] + [inf], strict=True)]
    found = []
    for value in below.pieces:
        fits = (name for name, end in places if abs(name.x0 - value.x0) <= reach and value.x1 < end)
        if (name := next(fits, None)) is None:
            return []
        found.append((name, value))
    names = [name for name, _ in found]
    return found if len(set(names)) == len(names) else []


def _headed(lines: Sequence[_Line]) -> Iterator[_Values]:
    """Lines of nothing but numbers below heads, one below the other."""
    heads: _Line | None = None
    for before, above, line in zip([None, *lines], lines, lines[1:], strict=False):
        step = line.row.y - above.row.y
        is_next = above.number + 1 == line.number and 0 < step < FARTHEST * min(above.height, line.height)
        if not (is_next and _are_numbers(line)):
            heads = None
            continue
        if heads is None and len(above.pieces) >= LEAST_HEADS and all(map(_is_name, above.pieces)):
            # Names may as well explain the numbers above them.
            is_caption = before is not None and _are_numbers(before) and above.row.y - before.row.y < step / NEARER
            heads = None if is_caption else above
        least = LEAST_HEADS if heads is above else 2
        if heads is not None and len(pairs := _below(heads, line)) >= least:
            yield _Values(line.number, pairs, len(heads.pieces))
        else:
            heads = None


def _are_numbers(line: _Line) -> bool:
    return all(is_value(piece.text) for piece in line.pieces)


def _below(heads: _Line, line: _Line) -> list[tuple[Piece, Piece]]:
    """Heads and the numbers that stand below them; none unless every number stands below one of its own."""
    reach = ASIDE * max(heads.row.unit, line.row.unit)
    found = []
    for value in line.pieces:
        over = [head for head in heads.pieces if head.x0 < value.x1 and value.x0 < head.x1]
        if len(over) != 1 or not _is_aligned(over[0], value, reach):
            return []
        found.append((over[0], value))
    return found if len({head for head, _ in found}) == len(found) else []


def _is_aligned(head: Piece, value: Piece, reach: float) -> bool:
    """Whether they begin, end or have their middles in one place."""
    begin, end = head.x0 - value.x0, head.x1 - value.x1
    return min(abs(begin), abs(end), abs(begin + end) / 2) <= reach
