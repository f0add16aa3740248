"""A page's words in pixels, those of one row that belong together as one piece, and numbers among them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from statistics import median
from typing import NamedTuple

from preprocess.charts.numbers import Figure, Point, figure
from preprocess.document import Box, PageText, Word

NEAR = 0.5  # of the text's height: words nearer than this are one piece
OVERLAP = 0.6  # of the text's height: words that overlap more are printed over one another
SAME_ROW = 0.6  # of the text's height: how far the middles of words on one row may lie apart


class Area(NamedTuple):
    """A rectangle in pixels."""

    x0: float
    y0: float
    x1: float
    y1: float

    @property
    def x(self) -> float:
        return (self.x0 + self.x1) / 2

    @property
    def y(self) -> float:
        return (self.y0 + self.y1) / 2

    @property
    def width(self) -> float:
        return self.x1 - self.x0

    @property
    def height(self) -> float:
        return self.y1 - self.y0

    def box(self, size: tuple[int, int]) -> Box:
        """As fractions of a picture of `size`, (width, height)."""
        across = [min(max(x / size[0], 0.0), 1.0) for x in (self.x0, self.x1)]
        down = [min(max(y / size[1], 0.0), 1.0) for y in (self.y0, self.y1)]
        return Box(across[0], down[0], across[1], down[1])


class Piece(NamedTuple):
    """A text and where it stands. `figure` is what it says as a number; `upright` of text turned by a quarter."""

    text: str
    area: Area
    upright: bool = False
    figure: Figure | None = None
    confidence: float = 1.0


def around(areas: Iterable[Area]) -> Area:
    """The smallest rectangle that holds all of `areas` (at least one)."""
    x0, y0, x1, y1 = zip(*areas, strict=True)
    return Area(min(x0), min(y0), max(x1), max(y1))


def stands_at(piece: Piece, others: Iterable[Piece]) -> bool:
    """Whether a word or number stands where one of `others` does: a number may be made of several words."""
    return any(_holds(other.area, piece.area) or _holds(piece.area, other.area) for other in others)


def atoms(text: PageText, size: tuple[int, int]) -> list[Piece]:
    """Every word of the page as a piece of its own, in pixels of a picture of `size`."""
    words = [word for line in text.lines for word in line.words]
    placed = [(word, _area(word, size)) for word in words]
    unit = _usual([area for word, area in placed if len(word.text) > 2]) or _usual([area for _, area in placed]) or 1.0
    return [Piece(word.text, area, _is_upright(word, area, unit), None, word.confidence) for word, area in placed]


def text_height(pieces: Sequence[Piece]) -> float:
    """The usual height of flat text, in pixels."""
    return _usual([piece.area for piece in pieces if not piece.upright]) or 10.0


def rows(pieces: Iterable[Piece]) -> list[list[Piece]]:
    """Flat pieces row by row from top to bottom, each from left to right."""
    found: list[list[Piece]] = []
    for piece in sorted((piece for piece in pieces if not piece.upright), key=lambda piece: piece.area.y):
        for row in found[-3:]:
            last = row[-1].area
            if abs(last.y - piece.area.y) < SAME_ROW * min(last.height, piece.area.height):
                row.append(piece)
                break
        else:
            found.append([piece])
    return [sorted(row, key=lambda piece: piece.area.x0) for row in found]


def joined(pieces: Sequence[Piece], between: str = " ") -> Piece:
    """Several pieces as one, in their order."""
    return Piece(
        between.join(piece.text for piece in pieces),
        around(piece.area for piece in pieces),
        pieces[0].upright,
        None,
        min(piece.confidence for piece in pieces),
    )


def phrases(row: Sequence[Piece], near: float = NEAR) -> list[list[Piece]]:
    """A row cut where the gap is wider than `near` heights."""
    found: list[list[Piece]] = []
    for piece in row:
        tall = min(piece.area.height, found[-1][-1].area.height) if found else 0.0
        if found and -OVERLAP * tall <= piece.area.x0 - found[-1][-1].area.x1 <= near * tall:
            found[-1].append(piece)
        else:
            found.append([piece])
    return found


def numeric(pieces: Sequence[Piece]) -> list[Piece]:
    """Texts of flat words that are numbers by one sign or the other: `1 200` and `3.4 %` are one. A phrase with other
    words in it holds none."""
    return [piece for row in rows(pieces) for phrase in phrases(row) for piece in _numeric(phrase)]


def read(found: Sequence[Piece], point: Point) -> list[Piece]:
    """Those of the texts that are numbers where `point` parts decimals, as such."""
    figured = [piece._replace(figure=figure(piece.text, point)) for piece in found]
    return [piece for piece in figured if piece.figure is not None]


def _numeric(phrase: Sequence[Piece]) -> list[Piece]:
    """A phrase as one number, else as the numbers that stand in it alone, if it has nothing else."""
    whole = joined(phrase)
    if is_number(whole.text):
        return [whole]
    return [piece for piece in phrase if is_number(piece.text)] if all(is_number(p.text) for p in phrase) else []


def is_number(text: str) -> bool:
    """Whether a text is a number by one sign or the other."""
    return figure(text, ".") is not None or figure(text, ",") is not None


def _holds(area: Area, other: Area) -> bool:
    return area.x0 <= other.x <= area.x1 and area.y0 <= other.y <= area.y1


def _area(word: Word, size: tuple[int, int]) -> Area:
    return Area(word.box.x0 * size[0], word.box.y0 * size[1], word.box.x1 * size[0], word.box.y1 * size[1])


def _usual(areas: Sequence[Area]) -> float | None:
    """The usual height of those that are wider than high: the others may be turned."""
    heights = [area.height for area in areas if area.width > 1.2 * area.height]
    return median(heights) if heights else None


def _is_upright(word: Word, area: Area, unit: float) -> bool:
    # Two letters, turned, are no higher than wide; lying, "in" and "il" may well be.
    return len(word.text) >= 3 and area.height > 1.4 * area.width and area.height > 1.3 * unit
