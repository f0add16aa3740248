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
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise, takewhile
from statistics import median

from preprocess.captions.lines import ASIDE, Line, lines_of
from preprocess.document import COLUMN, PageText
from preprocess.document import Line as TextLine
from preprocess.tables.fields import COLONS, is_field
from preprocess.tables.rows import Piece
from preprocess.tables.values import is_value

FARTHEST = 1.9  # heights from one line of an address to the next
LEAST, LONGEST = 3, 8  # lines of an address, with the name of the party over it

# Of a town: `04109 Leipzig`, `CH-8001 Zug`, `40600, Soria`; `Austin, TX 73301`; `Derby TH3 9RQ`, `Ottawa K1A 0B1`.
_BEFORE = re.compile(r"(?:[A-Z]{1,3}[- ])?\d{4,5}[ ,]+(?:- )?[^\W\d_]{2}")
_BEHIND = re.compile(
    r"\b[A-Z]{2,3}\s\d{4,5}(?:-\d{4})?$|\b[A-Z]{1,2}\d{1,2}[A-Z]?\s?\d[A-Z]{2}\b|\b[A-Z]\d[A-Z]\s?\d[A-Z]\d\b"
)


@dataclass(frozen=True, slots=True)
class _Cell:
    """A piece of a line, the number of that line, and the pieces left and right of it."""

    number: int
    piece: Piece
    before: Piece | None
    after: Piece | None

    @property
    def text(self) -> str:
        return self.piece.text

    @property
    def is_paired(self) -> bool:
        """Whether it is named by what stands left of it, or names what stands right of it."""
        is_named = self.before is not None and self.before.text.endswith(COLONS) and not self.text.endswith(COLONS)
        return is_named or (self.after is not None and _is_fact(self.after.text))


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
        block.append(line)
    if block:
        yield block


def _addresses(block: Sequence[Line]) -> list[list[_Cell]]:
    """Pieces one below the other that are an address."""
    runs = (run for column in _columns(block) for run in _unbroken(column))
    found = [own for run in runs if (own := _address(run))]
    pieces = {cell.piece for own in found for cell in own}
    return [own for own in found if not _is_labelled(own, pieces)]


def _columns(block: Sequence[Line]) -> list[list[_Cell]]:
    """Pieces by where they begin, from left to right."""
    unit = median(line.row.unit for line in block)
    found: list[list[_Cell]] = []
    for cell in sorted((cell for line in block for cell in _cells(line)), key=lambda cell: cell.piece.x0):
        if not found or cell.piece.x0 - found[-1][0].piece.x0 > ASIDE * unit:
            found.append([])
        found[-1].append(cell)
    return [sorted(column, key=lambda cell: cell.number) for column in found]


def _cells(line: Line) -> Iterator[_Cell]:
    around = [None, *line.pieces, None]
    for before, piece, after in zip(around, line.pieces, around[2:], strict=False):
        yield _Cell(line.number, piece, before, after)


def _unbroken(column: Sequence[_Cell]) -> Iterator[list[_Cell]]:
    """Runs of pieces on lines that follow one another."""
    for _, run in groupby(enumerate(column), key=lambda placed: placed[1].number - placed[0]):
        yield [cell for _, cell in run]


def _address(run: Sequence[_Cell]) -> list[_Cell]:
    """The name and the lines that a run begins with, and facts that name themselves, as `Phone: 12` does; nothing where
    it begins with no address."""
    is_fact = [
        is_field(cell.text) and not (place == 0 and cell.text.endswith(COLONS)) for place, cell in enumerate(run)
    ]
    ends = is_fact.index(True) if True in is_fact else len(run)
    own = run[:ends]
    texts = [cell.text for cell in own]
    if not LEAST <= len(own) <= LONGEST or any(map(str.isdigit, texts[0])):
        return []
    if any(cell.is_paired for cell in own) or any(map(_is_fact, texts)):
        return []
    # Where a code ends a line, digits that begin one are a house number.
    codes = [place for place, text in enumerate(texts) if _BEHIND.search(text)]
    codes = codes or [place for place, text in enumerate(texts) if _BEFORE.match(text)]
    if len(codes) != 1 or codes[0] < 2:  # a list of towns has more
        return []
    facts = takewhile(lambda cell: is_field(cell.text) and not cell.text.endswith(COLONS), run[ends:])
    return [*own, *facts]


def _is_fact(text: str) -> bool:
    """A value, and no town."""
    return is_value(text) and not (_BEHIND.search(text) or _BEFORE.match(text))


def _is_labelled(own: Sequence[_Cell], addresses: Container[Piece]) -> bool:
    """Whether names stand left of nearly all lines, as in a form."""
    labels = [cell.before for cell in own if cell.before is not None and cell.before not in addresses]
    return sum(not any(map(str.isdigit, label.text)) for label in labels) >= len(own) - 1


def _ranges(addresses: Sequence[Sequence[_Cell]]) -> list[tuple[int, int]]:
    """First and last lines of addresses, those that stand beside one another taken together."""
    found: list[tuple[int, int]] = []
    for first, last in sorted((own[0].number, own[-1].number) for own in addresses):
        if found and first <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], last))
        else:
            found.append((first, last))
    return found


def _groups(lines: Sequence[Line], addresses: Sequence[Sequence[_Cell]]) -> list[list[_Cell]]:
    """Each address, and what stands left, right, or between them, line by line."""
    numbers = {line.number for line in lines}
    beside = sorted((own for own in addresses if own[0].number in numbers), key=lambda own: own[0].piece.x0)
    reach = ASIDE * median(line.row.unit for line in lines)
    edges = [own[0].piece.x0 for own in beside]
    groups: list[list[_Cell]] = [[] for _ in range(2 * len(beside) + 1)]
    for line in lines:
        for cell in _cells(line):
            begins = [place for place, edge in enumerate(edges) if abs(edge - cell.piece.x0) <= reach]
            right_of = sum(edge < cell.piece.x0 for edge in edges)
            groups[2 * begins[0] + 1 if begins else 2 * right_of].append(cell)
    for own, left, address in zip(beside, groups[::2], groups[1::2], strict=False):
        if (label := _label(own[0], left, reach)) is not None:
            left.remove(label)
            address.insert(address.index(own[0]), label)
    return groups


def _label(first: _Cell, left: Sequence[_Cell], reach: float) -> _Cell | None:
    """The words that stand left of an address' first line and over or under nothing: they say whose it is."""
    for cell in left:
        if cell.piece == first.before and not any(map(str.isdigit, cell.text)):
            column = [other for other in left if abs(other.piece.x0 - cell.piece.x0) <= reach]
            return cell if column == [cell] else None
    return None


def _rows(group: Sequence[_Cell]) -> Iterator[list[Piece]]:
    for _, cells in groupby(group, key=lambda cell: cell.number):
        yield [cell.piece for cell in cells]


def _told(pieces: Sequence[Piece]) -> TextLine:
    words = tuple(word for piece in pieces for word in piece.words)
    return TextLine(COLUMN.join(piece.text for piece in pieces), words)
