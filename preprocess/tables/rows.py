"""A page's lines as rows of tokens and pieces, level and from left to right: what tables are looked for in.

Rows have the page's own units: x in page widths, y in page heights. How wide a gap is, is counted in characters, so
that nobody has to know the page's shape. Where the page is written from right to left, x is mirrored: the first column
of a table is then the one that is read first.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from statistics import fmean, median

from preprocess.document import COLUMN, Line, PageText, Word
from preprocess.spaceless import characters
from preprocess.tables.level import Level, are_amounts, glue, middle

PARTED = 0.8  # characters: a gap between words that may lie between columns ...
WIDER = 1.3  # ... and times the usual space, which typewriters set a whole character wide
LOWER = 1.7  # heights below its row, at most, an amount still belongs to it

_LEADER = re.compile(r"[.…·_]{3,}|\.{2,}|…+")
_AMOUNT = re.compile(r"\W{0,3}[\d][\d.,'’\s]*\W{0,2}(?:[A-Z]{3})?")
_DOT = re.compile(r"[.·]")


@dataclass(frozen=True, slots=True)
class Token:
    """A word of a row; `glue` is what the line has before it: nothing, a space, or a column gap."""

    word: Word
    glue: str
    order: int
    x0: float
    x1: float


@dataclass(frozen=True)
class Piece:
    """Tokens of a row without a column gap between them, from left to right."""

    tokens: tuple[Token, ...]

    @cached_property
    def x0(self) -> float:
        return self.tokens[0].x0

    @cached_property
    def x1(self) -> float:
        return max(token.x1 for token in self.tokens)

    @cached_property
    def text(self) -> str:
        """As the line has it, a gap within as one space."""
        ordered = self._ordered
        parts = [ordered[0].word.text]
        for before, after in pairwise(ordered):
            parts.append(after.glue[:1] if after.order == before.order + 1 else " ")
            parts.append(after.word.text)
        return "".join(parts)

    def aside(self, other: Piece) -> float:
        """How far the two are from sharing an edge or their middle."""
        begin, end = self.x0 - other.x0, self.x1 - other.x1
        return min(abs(begin), abs(end), abs(begin + end) / 2)

    @property
    def words(self) -> list[Word]:
        """As the line has them."""
        return [token.word for token in self._ordered]

    @property
    def _ordered(self) -> list[Token]:
        return sorted(self.tokens, key=lambda token: token.order)


@dataclass(frozen=True)
class Row:
    """One line of the page, or one and a value that is set a little lower.

    Attributes:
        lines: their numbers in the page's text.
        pieces: from left to right.
        runs: what words cover, from x0 to x1, narrow gaps left free that may lie between columns where others say so.
        y: the middle of its words; `height` is theirs, `unit` the width of a character.
        parted: the least gap between words that may lie between columns; wider than the page's spaces.
    """

    lines: tuple[int, ...]
    pieces: tuple[Piece, ...]
    runs: tuple[tuple[float, float], ...]
    y: float
    height: float
    unit: float
    parted: float

    @cached_property
    def x0(self) -> float:
        return self.pieces[0].x0

    @cached_property
    def x1(self) -> float:
        return max(piece.x1 for piece in self.pieces)

    @cached_property
    def gaps(self) -> list[tuple[float, float]]:
        return [(left.x1, right.x0) for left, right in pairwise(self.pieces) if right.x0 > left.x1]

    @cached_property
    def plain(self) -> list[tuple[float, float]]:
        """Gaps that say by themselves that columns may be parted there: between two amounts, narrow ones too."""
        return self.gaps + [
            (before.x1, after.x0)
            for piece in self.pieces
            for before, after in pairwise(piece.tokens)
            if after.x0 - before.x1 >= self.parted and are_amounts(before.word, after.word)
        ]


def rows_of(text: PageText) -> list[Row]:
    """The lines of a page, blocks in reading order; dot leaders and charts' values are left out."""
    lines = [(number, line) for number, line in enumerate(text.lines) if _is_straight(line)]
    if not lines:
        return []
    level = Level.of([line for _, line in lines])
    found: list[Row] = []
    for number, line in lines:
        row = _row(number, line, level)
        if row is not None and found and _is_lower_value(found[-1], row):
            found[-1] = _together(found[-1], row)
        elif row is not None:
            found.append(row)
    return found


def _is_straight(line: Line) -> bool:
    """Not put together of words over one another, as a chart's labels and values are."""
    tallest = max(word.box.y1 - word.box.y0 for word in line.words)
    return all(abs(middle(after) - middle(before)) < 2 * tallest for before, after in pairwise(line.words))


def _row(number: int, line: Line, level: Level) -> Row | None:
    """None for a line of dots alone."""
    tokens = sorted(
        (
            Token(word, before, order, *level.across(word))
            for order, (word, before) in enumerate(zip(line.words, glue(line), strict=True))
        ),
        key=lambda token: (token.x0, token.x1),
    )
    pieces = _pieces(tokens)
    if not pieces:
        return None
    written = [token for piece in pieces for token in piece.tokens]
    width = sum(token.x1 - token.x0 for token in written) / sum(characters(token.word.text) for token in written)
    unit = max(width, 1e-6)
    parted = unit * max(PARTED, WIDER * level.space)
    y = fmean(level.middle(word) for word in line.words)
    height = max(median(word.box.y1 - word.box.y0 for word in line.words), 1e-6)
    return Row((number,), tuple(pieces), _runs(pieces, parted), y, height, unit, parted)


def _is_lower_value(row: Row, below: Row) -> bool:
    """Whether a line is one amount that goes on where the row above it ends, as in the last column of some invoices."""
    if len(row.pieces) < 3 or len(below.pieces) > 1 or not 0 < below.y - row.y < LOWER * row.height:
        return False
    return below.x0 > row.x1 + row.unit and bool(_AMOUNT.fullmatch(below.pieces[0].text))


def _together(row: Row, below: Row) -> Row:
    behind = 2 + max(token.order for piece in row.pieces for token in piece.tokens)  # in no line's order with the rest
    lower = [
        Piece(tuple(replace(token, order=token.order + behind) for token in piece.tokens)) for piece in below.pieces
    ]
    pieces, runs = (*row.pieces, *lower), (*row.runs, *below.runs)
    return replace(row, lines=(*row.lines, *below.lines), pieces=pieces, runs=runs)


def _pieces(tokens: Sequence[Token]) -> list[Piece]:
    """Tokens parted where the line has a column gap, and at dot leaders."""
    leaders = _leaders(tokens)
    pieces: list[list[Token]] = [[]]
    for place, token in enumerate(tokens):
        if place in leaders:
            pieces.append([])
            continue
        before = tokens[place - 1] if place else token
        # The gap is told before whichever of the two is read second.
        later = token if token.order > before.order else before
        if pieces[-1] and later.glue == COLUMN:
            pieces.append([])
        pieces[-1].append(token)
    return [Piece(tuple(piece)) for piece in pieces if piece]


def _runs(pieces: Sequence[Piece], least: float) -> tuple[tuple[float, float], ...]:
    """What the words of `pieces` cover, as runs with gaps of `least` or more between them."""
    runs: list[tuple[float, float]] = []
    for token in (token for piece in pieces for token in piece.tokens):
        if runs and token.x0 - runs[-1][1] < least:
            runs[-1] = (runs[-1][0], max(runs[-1][1], token.x1))
        else:
            runs.append((token.x0, token.x1))
    return tuple(runs)


def _leaders(tokens: Sequence[Token]) -> set[int]:
    """Places of words that are nothing but dots, and of single dots where three or more follow one another."""
    found = {place for place, token in enumerate(tokens) if _LEADER.fullmatch(token.word.text)}
    run: list[int] = []
    for place, token in enumerate(tokens):
        if _DOT.fullmatch(token.word.text) or place in found:
            run.append(place)
        else:
            run = []
        if len(run) >= 3:
            found.update(run)
    return found
