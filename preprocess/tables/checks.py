"""What lines up and yet is no table: lists, running text in columns, gaps that stand over one another by chance."""

from __future__ import annotations

import re
from collections.abc import Sequence
from statistics import median

from preprocess.tables.columns import Part, Placed
from preprocess.tables.rows import Piece
from preprocess.tables.values import is_value

LEAST_ROWS, LEAST_COLUMNS = 3, 2
MANY_COLUMNS = 4  # so many make a table of a head and one row
FILLED = 0.45  # of all cells, at least: the labels of a chart's axes line up too
PROSE = 25  # characters of a line of running text, at least
RUNNING = 40  # the same, where there is one line to judge by
LETTERS = 0.65  # of its characters are letters, and it is as wide as this share of its column, at least
FULL = 0.7
ALIGNED = 0.5  # of a column's texts begin, end, or have their middle at one place
BESIDE = 1.2  # characters from it
LEAST_TEXTS = 3  # of a column that is judged by how they are aligned
ALIGNED_COLUMNS = 0.6  # of those

_MARK = re.compile(r"[^\w\s]{1,3}|o|[(\[]?(?:\d{1,3}|[a-zA-Z]|[ivxIVX]{1,5})[.)\]]+|(?:\d{1,2}\.){1,4}\d{0,2}")


def is_table(groups: Sequence[Sequence[Placed]], columns: int) -> bool:
    """Whether rows of a table, each of one or more lines, are worth that name."""
    widths = [max(len(line.parts) for line in group) for group in groups]
    full = sum(width >= LEAST_COLUMNS for width in widths)
    if full < LEAST_ROWS and not _is_head_and_row(groups):
        return False
    filled = sum(len(frozenset[int]().union(*(line.filled for line in group))) for group in groups)
    if filled < FILLED * columns * len(groups):
        return False
    lines = [line for group in groups for line in group]
    texts = [[part for line in lines if (part := line.at(column)) is not None] for column in range(columns)]
    if _is_list(texts) or all(_is_prose(parts) for parts in texts):
        return False
    judged = [_is_aligned(parts, lines) for parts in texts if len(parts) >= LEAST_TEXTS]
    return sum(judged) >= max(min(LEAST_COLUMNS, len(judged)), ALIGNED_COLUMNS * len(judged))


def is_running(pieces: Sequence[Piece]) -> bool:
    """Whether all that a line says is running text, such as two columns of it: no table begins like that."""
    return all(len(piece.text) >= RUNNING for piece in pieces)


def _is_head_and_row(groups: Sequence[Sequence[Placed]]) -> bool:
    """A head and a row below it, which says mostly values."""
    wide = [line for group in groups for line in group if len(line.parts) >= MANY_COLUMNS]
    values = [is_value(part.piece.text) for line in wide[1:] for part in line.parts]
    return len(wide) > 1 and sum(values) >= len(values) / 2


def _is_list(texts: Sequence[Sequence[Part]]) -> bool:
    """Bullets or numbers, and texts behind them."""
    marks = [bool(_MARK.fullmatch(part.piece.text)) for part in texts[0]]
    return len(texts) == 2 and sum(marks) > 0.8 * len(marks) and not _has_digits(texts[1])


def _has_digits(parts: Sequence[Part]) -> bool:
    """Whether most texts are figures: then what stands before them is counted, not listed."""
    text = "".join(part.piece.text for part in parts)
    return sum(char.isdigit() for char in text) > sum(char.isalpha() for char in text)


def _is_prose(parts: Sequence[Part]) -> bool:
    """Long lines of words that fill their column."""
    if not parts:
        return False
    widths = [part.piece.x1 - part.piece.x0 for part in parts]
    text = "".join(part.piece.text for part in parts)
    return (
        median(len(part.piece.text) for part in parts) >= PROSE
        and median(widths) >= FULL * max(widths)
        and sum(char.isalpha() for char in text) >= LETTERS * len(text)
    )


def _is_aligned(parts: Sequence[Part], lines: Sequence[Placed]) -> bool:
    """Whether most texts of a column share an edge or their middle."""
    unit = median(line.row.unit for line in lines)
    pieces = [part.piece for part in parts]
    for places in (
        [piece.x0 for piece in pieces],
        [piece.x1 for piece in pieces],
        [(piece.x0 + piece.x1) / 2 for piece in pieces],
    ):
        best = max(sum(abs(other - place) < BESIDE * unit for other in places) for place in places)
        if best >= ALIGNED * len(places):
            return True
    return False
