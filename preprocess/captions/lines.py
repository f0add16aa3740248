"""Lines that may hold captions, or values below them: where their pieces stand, and what can be a name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf
from statistics import median
from typing import NamedTuple

from preprocess.document import PageText
from preprocess.spaceless import characters
from preprocess.tables.fields import COLONS, is_field
from preprocess.tables.level import Level
from preprocess.tables.rows import Piece, Row, rows_of

ASIDE = 2.0  # characters by which a value may begin left or right of its caption
INSET = 5.0  # and right of it where lines' distances say what belongs together
LONGEST = 48  # characters of a caption
MUCH_SMALLER = 0.8  # letters; those of a scan come out a tenth larger or smaller by chance

Pair = tuple[Piece, Piece]  # a caption and its value


class Values(NamedTuple):
    """A line of values, each of its pieces behind its caption, and how many captions there are."""

    number: int
    pairs: list[Pair]
    captions: int


@dataclass(frozen=True, slots=True)
class Line:
    """A row that is a line by itself; `height` is that of its letters, on a page that hangs askew too."""

    number: int
    row: Row
    height: float

    @property
    def pieces(self) -> tuple[Piece, ...]:
        return self.row.pieces

    def is_over(self, below: Line) -> bool:
        """Whether `below` is the next line of the page."""
        return self.number + 1 == below.number

    def is_larger(self, below: Line) -> bool:
        """Whether `below` is set so much smaller that it rather explains this line than the other way round."""
        return below.height < MUCH_SMALLER * self.height


def lines_of(text: PageText) -> list[Line]:
    rows = [row for row in rows_of(text) if len(row.lines) == 1]
    slope = abs(Level.of(text.lines).slope) if rows else 0.0
    return [Line(row.lines[0], row, _height(row, slope)) for row in rows]


def _height(row: Row, slope: float) -> float:
    """A slanted word's box is taller than its text by the rise over its width."""
    boxes = [token.word.box for piece in row.pieces for token in piece.tokens]
    return median(max(box.y1 - box.y0 - slope * (box.x1 - box.x0), 0.5 * (box.y1 - box.y0)) for box in boxes)


def is_name(piece: Piece) -> bool:
    name = name_of(piece)
    letters, digits = sum(map(str.isalpha, name)), sum(map(str.isdigit, name))
    is_short = characters(name) <= LONGEST and not name.endswith((",", ";", "!", "，", "；", "！", "。"))
    return letters > digits and is_short and not is_field(name)


def name_of(caption: Piece) -> str:
    return caption.text[:-1].rstrip() if caption.text.endswith(COLONS) else caption.text


def under(line: Line, below: Line, inset: float = ASIDE) -> list[Pair]:
    """Captions and the values that begin below them; none unless every value has a place of its own.

    `inset`: characters by which a value may begin right of its caption.
    """
    unit = max(line.row.unit, below.row.unit)
    places: Sequence[tuple[Piece, float]] = [
        *zip(line.pieces, [piece.x0 for piece in line.pieces[1:]] + [inf], strict=True)
    ]
    found = []
    for value in below.pieces:
        fits = (name for name, end in places if -ASIDE <= (value.x0 - name.x0) / unit <= inset and value.x1 < end)
        if (name := next(fits, None)) is None:
            return []
        found.append((name, value))
    names = [name for name, _ in found]
    return found if len(set(names)) == len(names) else []
