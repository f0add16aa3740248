"""Captions over values: what a form sets in two lines, told in one.

    Given by  Address                      Given by  Address
    Orla Palmer  12 State Street  becomes  Given by: Orla Palmer  Address: 12 State Street

Who reads line by line cannot see which value stands under which caption. That a line is one of captions, its look says:
it is set smaller than the line below it, or nearer to it than to its other neighbour, as forms do it; or each of its
words ends with a colon.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from math import inf

from preprocess.document import COLUMN, PageText
from preprocess.tables.rows import Piece, Row, rows_of

SMALLER = 0.92  # a caption's height, of its value's, at most
NEARER = 0.8  # its distance from its value, of that from value to what comes below, at most
FARTHEST = 2.6  # heights from a caption to its value
ASIDE = 2.0  # characters by which a value may begin left or right of its caption
LONGEST = 48  # characters of a caption


def told_captions(text: PageText) -> PageText:
    """The same lines, values below captions told with them; the very same where there are none.

    One caption over one value needs no telling: the next line is its value.
    """
    rows = [row for row in rows_of(text) if len(row.lines) == 1 and not text.lines[row.lines[0]].told]
    told = {
        below.lines[0]: COLUMN.join(f"{name.text.removesuffix(':')}: {value.text}" for name, value in pairs)
        for below, pairs in _pairs(rows)
    }
    if not told:
        return text
    lines = [replace(line, told=told.get(number, line.told)) for number, line in enumerate(text.lines)]
    return PageText(tuple(lines), text.source)


def _pairs(rows: Sequence[Row]) -> Iterator[tuple[Row, list[tuple[Piece, Piece]]]]:
    """Rows of values, and each of their pieces behind its caption."""
    values: Row | None = None
    for row, below, following in zip(rows, rows[1:], [*rows[2:], None], strict=False):
        if row is values or not _are_captions(row) or not _look_apart(row, below, following):
            continue
        if (pairs := _under(row, below)) is not None:
            values = below
            yield below, pairs


def _are_captions(row: Row) -> bool:
    texts = [piece.text for piece in row.pieces]
    return len(texts) > 1 and all(_is_name(text) for text in texts)


def _is_name(text: str) -> bool:
    inner = text.removesuffix(":")
    letters, digits = sum(map(str.isalpha, inner)), sum(map(str.isdigit, inner))
    return letters > digits and len(text) <= LONGEST and ":" not in inner


def _under(row: Row, below: Row) -> list[tuple[Piece, Piece]] | None:
    """Captions and the values that begin below them; None unless every value has a place of its own."""
    reach = ASIDE * max(row.unit, below.unit)
    places = [*zip(row.pieces, [piece.x0 for piece in row.pieces[1:]] + [inf], strict=True)]
    found = []
    for value in below.pieces:
        fits = (name for name, end in places if abs(name.x0 - value.x0) <= reach and value.x1 < end)
        if (name := next(fits, None)) is None:
            return None
        found.append((name, value))
    names = [name for name, _ in found]
    return found if len(set(names)) == len(names) > 1 else None


def _look_apart(row: Row, below: Row, following: Row | None) -> bool:
    if row.lines[0] + 1 != below.lines[0] or not 0 < below.y - row.y < FARTHEST * max(row.height, below.height):
        return False
    if all(piece.text.endswith(":") for piece in row.pieces):
        return True
    is_nearer = following is None or below.y - row.y <= NEARER * abs(following.y - below.y)
    return row.height <= SMALLER * below.height and is_nearer
