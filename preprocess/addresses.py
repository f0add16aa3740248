"""Addresses that stand beside one another, or beside other facts: told one below the other.

    Bill to         Ship to                  Bill to
    Orla Palmer     Ed Chen                  Orla Palmer
    12 High Street  3 Low Road     becomes   12 High Street
    Derby TH3 9RQ   Leeds L18 4SS            Derby TH3 9RQ
                                             Ship to
                                             Ed Chen ...

Read across the page, one party's street runs into the other's. What is an address, its lines say: a name first, and
one that has a post code after it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from preprocess.captions.lines import ASIDE, Line, lines_of
from preprocess.document import COLUMN, PageText
from preprocess.document import Line as TextLine
from preprocess.tables.rows import Piece
from preprocess.tables.values import COLONS, is_field, is_value

FARTHEST = 1.9  # heights from one line of an address to the next
LEAST, LONGEST = 3, 8  # lines of an address, with the name of the party over it

_POST_CODE = re.compile(r"\b\d{4,5}(?:-\d{4})?\b|\b[A-Z]{1,2}\d{1,2}[A-Z]?\s?\d[A-Z]{2}\b")


@dataclass(frozen=True, slots=True)
class _Cell:
    """A piece of a line, the number of that line, and whether its neighbours make it a value, or a name of one."""

    number: int
    piece: Piece
    is_value: bool


def told_addresses(text: PageText) -> PageText:
    """The same words, addresses beside one another in lines of their own; the very same where there are none."""
    shown: list[TextLine] = []
    done = 0
    for block in _blocks([line for line in lines_of(text) if _is_whole(text, line)]):
        for first, last in _ranges(found := _addresses(block)):
            beside = [line for line in block if first <= line.number <= last]
            if sum(len(line.pieces) > 1 for line in beside) < LEAST - 1:
                continue  # it stands by itself
            shown += text.lines[done:first]
            shown += [_told(row) for group in _groups(beside, found) for row in _rows(group)]
            done = last + 1
    return PageText((*shown, *text.lines[done:]), text.source) if done else text


def _is_whole(text: PageText, line: Line) -> bool:
    """Whether its pieces have all its words: dots are left out of them."""
    return sum(len(piece.tokens) for piece in line.pieces) == len(text.lines[line.number].words)


def _blocks(lines: Sequence[Line]) -> Iterator[list[Line]]:
    """Lines that follow one another closely."""
    block = list(lines[:1])
    for above, line in pairwise(lines):
        step = line.row.y - above.row.y
        if not (above.is_over(line) and 0 < step < FARTHEST * max(above.height, line.height)):
            yield block
            block = []
        block = [*block, line]
    if block:
        yield block


def _addresses(block: Sequence[Line]) -> list[list[_Cell]]:
    """Pieces one below the other that are an address, where the piece before none of them names it."""
    return [
        run
        for column in _columns(block)
        for run in _unbroken(column)
        if _is_address([cell.piece.text for cell in run]) and not any(cell.is_value for cell in run)
    ]


def _columns(block: Sequence[Line]) -> list[list[_Cell]]:
    """Pieces by where they begin, from left to right."""
    unit = max((line.row.unit for line in block), default=0.0)
    found: list[list[_Cell]] = []
    for cell in sorted((cell for line in block for cell in _cells(line)), key=lambda cell: cell.piece.x0):
        if not found or cell.piece.x0 - found[-1][0].piece.x0 > ASIDE * unit:
            found.append([])
        found[-1].append(cell)
    return [sorted(column, key=lambda cell: cell.number) for column in found]


def _cells(line: Line) -> Iterator[_Cell]:
    around = [None, *line.pieces, None]
    for before, piece, after in zip(around, line.pieces, around[2:], strict=False):
        is_named = before is not None and before.text.endswith(COLONS) and not piece.text.endswith(COLONS)
        is_label = after is not None and is_value(after.text)
        yield _Cell(line.number, piece, is_named or is_label)


def _unbroken(column: Sequence[_Cell]) -> Iterator[list[_Cell]]:
    """Runs of pieces on lines that follow one another."""
    for _, run in groupby(enumerate(column), key=lambda placed: placed[1].number - placed[0]):
        yield [cell for _, cell in run]


def _is_address(texts: Sequence[str]) -> bool:
    """A name, then lines of which one has a post code; all of them have one in a list of towns.

    Lines that name themselves, as `Phone: 12` does, may follow.
    """
    own: list[str] = []
    for place, text in enumerate(texts):
        if is_field(text) and not (place == 0 and text.endswith(COLONS)):
            break
        own.append(text)
    if not LEAST <= len(own) <= LONGEST or any(map(is_value, own)) or any(map(str.isdigit, own[0])):
        return False
    codes = [place for place, text in enumerate(own) if _POST_CODE.search(text)]
    return 0 < 2 * len(codes) <= len(own) and codes[-1] > 1


def _ranges(addresses: Sequence[Sequence[_Cell]]) -> list[tuple[int, int]]:
    """First and last lines of addresses, those that stand beside one another taken together."""
    found: list[tuple[int, int]] = []
    for first, last in sorted((run[0].number, run[-1].number) for run in addresses):
        if found and first <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], last))
        else:
            found.append((first, last))
    return found


def _groups(lines: Sequence[Line], addresses: Sequence[Sequence[_Cell]]) -> list[list[_Cell]]:
    """Each address, and what stands left, right, or between them, line by line."""
    owner = {cell: place for place, run in enumerate(addresses) for cell in run}
    places = sorted(
        {owner[cell] for line in lines for cell in _cells(line) if cell in owner},
        key=lambda place: addresses[place][0].piece.x0,
    )
    edges = [addresses[place][0].piece.x0 for place in places]
    groups: list[list[_Cell]] = [[] for _ in range(2 * len(places) + 1)]
    for line in lines:
        for cell in _cells(line):
            right_of = sum(edge < cell.piece.x0 for edge in edges)
            groups[2 * places.index(owner[cell]) + 1 if cell in owner else 2 * right_of].append(cell)
    return groups


def _rows(group: Sequence[_Cell]) -> Iterator[list[Piece]]:
    for _, cells in groupby(group, key=lambda cell: cell.number):
        yield [cell.piece for cell in cells]


def _told(pieces: Sequence[Piece]) -> TextLine:
    words = [token.word for piece in pieces for token in sorted(piece.tokens, key=lambda token: token.order)]
    return TextLine(COLUMN.join(piece.text for piece in pieces), tuple(words))
