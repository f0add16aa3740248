"""Captions over values: what a form sets in two lines, told in one.

    Given by  Address                      Given by  Address
    Orla Palmer  12 State Street  becomes  Given by: Orla Palmer  Address: 12 State Street

Who reads line by line cannot see which value stands under which caption. That a line is one of captions, its look says:
it is set smaller than the line below it, nearer to that than to what stands above, and than that is to what follows; or
each of its names ends with a colon.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from math import inf
from statistics import median

from preprocess.document import COLUMN, PageText
from preprocess.tables.level import Level
from preprocess.tables.rows import Piece, Row, rows_of
from preprocess.tables.values import COLONS, is_field

SMALLER = 0.9  # a caption's height, of its value's, at most
NEARER = 0.8  # its distance from its value, of that from value to what follows, at most
NOT_FARTHER = 0.95  # and of that to what stands above the caption
FARTHEST = 2.6  # heights from a caption to its value
ASIDE = 2.0  # characters by which a value may begin left or right of its caption
LONGEST = 48  # characters of a caption


def told_captions(text: PageText) -> PageText:
    """The same lines, values below captions told with them; the very same where there are none.

    One caption over one value needs no telling: the next line is its value.
    """
    told = {
        values.number: COLUMN.join(f"{_name(caption)}: {value.text}" for caption, value in pairs)
        for values, pairs in _pairs(_lines(text))
    }
    if not told:
        return text
    lines = [replace(line, told=told.get(number, line.told)) for number, line in enumerate(text.lines)]
    return PageText(tuple(lines), text.source)


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


def _pairs(lines: Sequence[_Line]) -> Iterator[tuple[_Line, list[tuple[Piece, Piece]]]]:
    """Lines of values, and each of their pieces behind its caption."""
    values: _Line | None = None
    around = [None, *lines, None, None]
    for above, line, below, after in zip(around, lines, around[2:], around[3:], strict=False):
        if line is values or below is None or not _is_captioned(above, line, below, after):
            continue
        is_head = after is not None and _is_captioned(line, below, after, None)
        if not is_head and (pairs := _under(line, below)) is not None:
            values = below
            yield below, pairs


def _is_captioned(above: _Line | None, line: _Line, below: _Line, after: _Line | None) -> bool:
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
    if after is None:
        return line.height <= SMALLER * below.height
    is_table = after.height > SMALLER * below.height and _under(line, after) is not None
    is_nearer = step <= NEARER * abs(after.row.y - below.row.y)
    return line.height <= SMALLER * below.height and is_nearer and not is_table


def _is_name(piece: Piece) -> bool:
    name = _name(piece)
    letters, digits = sum(map(str.isalpha, name)), sum(map(str.isdigit, name))
    return letters > digits and len(name) <= LONGEST and not is_field(name)


def _name(caption: Piece) -> str:
    return caption.text[:-1].rstrip() if caption.text.endswith(COLONS) else caption.text


def _under(line: _Line, below: _Line) -> list[tuple[Piece, Piece]] | None:
    """Captions and the values that begin below them; None unless every value has a place of its own."""
    reach = ASIDE * max(line.row.unit, below.row.unit)
    places = [*zip(line.pieces, [piece.x0 for piece in line.pieces[1:]] + [inf], strict=True)]
    found = []
    for value in below.pieces:
        fits = (name for name, end in places if abs(name.x0 - value.x0) <= reach and value.x1 < end)
        if (name := next(fits, None)) is None:
            return None
        found.append((name, value))
    names = [name for name, _ in found]
    return found if len(set(names)) == len(names) > 1 else None
