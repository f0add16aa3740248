"""Tables of a page, found by its words and their boxes alone: `find_tables(page.text(), page.number)`

So text layers and OCR go the same way, and no rule needs to be drawn. A table is three rows and two columns or more
that line up, or a head and one row of four columns. Running text in columns and lists with bullets or numbers are none.
The way there: rows (`rows`), runs of rows that leave the same strips free (`regions`), columns
(`columns`), where a table begins and ends (`edges`, `breaks`), which lines make one row
(`cells`), and whether it is a table at all (`checks`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from preprocess.document import Box, PageText, Word
from preprocess.spaceless import between
from preprocess.tables.breaks import next_table
from preprocess.tables.cells import Grouping, grouped
from preprocess.tables.checks import is_running, is_table
from preprocess.tables.columns import Part, Placed, place, strips_between_columns
from preprocess.tables.edges import first_row, may_go_on, stop_row
from preprocess.tables.regions import Region, grown
from preprocess.tables.rows import Row, rows_of


class Place(NamedTuple):
    """Where something stands: a page's number, and a box on it."""

    page: int
    box: Box


@dataclass(frozen=True, slots=True)
class Cell:
    """A text of a table, where it stands (None for an empty cell), and how many columns it covers."""

    text: str
    place: Place | None = None
    span: int = 1


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells, each from the first column to the last; the first `head` rows are heads of the columns.

    `places` has one place, and one more for every page that the table goes on on.
    """

    places: tuple[Place, ...]
    rows: tuple[tuple[Cell, ...], ...]
    head: int

    @property
    def page(self) -> int:
        """The number of the page on which it begins."""
        return self.places[0].page

    @property
    def box(self) -> Box:
        """Where it stands on that page."""
        return self.places[0].box

    @property
    def texts(self) -> list[list[str]]:
        """A list a row, all equally long: a cell over several columns is followed by empty ones."""
        return [[text for cell in row for text in (cell.text, *[""] * (cell.span - 1))] for row in self.rows]

    @property
    def heads(self) -> list[str]:
        """What stands over each column, from the top down; a head over several columns is of all of them."""
        heads: list[list[str]] = [[] for _ in self.texts[0]]
        for row in self.rows[: self.head]:
            place = 0
            for cell in row:
                for column in range(place, place + cell.span):
                    heads[column] += [cell.text] if cell.text else []
                place += cell.span
        return [" ".join(words) for words in heads]


@dataclass(frozen=True, slots=True)
class Found:
    """A table, the numbers of the page's lines that it is made of, and the words of each row, cell by cell."""

    table: Table
    lines: tuple[int, ...]
    words: tuple[tuple[Word, ...], ...]


def find_tables(text: PageText, page: int = 1) -> tuple[Table, ...]:
    """The tables of a page, in reading order; `page` is its number."""
    return tuple(found.table for found in located_tables(text, page))


def located_tables(text: PageText, page: int = 1) -> Iterator[Found]:
    """The same, with the lines that each of them takes up."""
    rows = rows_of(text)
    start = free = 0
    while start < len(rows):
        region = None if is_running(rows[start].pieces) else grown(rows, start)
        span = _span(rows, region, free) if region is not None else None
        if span is None:
            start += 1
            continue
        lines = tuple(line for row in rows[span.start : span.stop] for line in row.lines)
        words = tuple(tuple(word for parts in _merged(group) for word in _words(parts)) for group in span.groups.rows)
        yield Found(_table(span.groups, span.columns, page), lines, words)
        start = free = span.stop


class _Span(NamedTuple):
    """Rows `start` up to, not with, `stop`, how many columns they have, and which of them make one row of the table."""

    start: int
    stop: int
    columns: int
    groups: Grouping


def _span(rows: Sequence[Row], region: Region, free: int) -> _Span | None:
    """The rows and columns of the first table in a region, None where it holds none; rows before `free` are taken."""
    strips = strips_between_columns([rows[number] for number in region.gapped])
    if not strips:
        return None
    cut = next_table(rows[region.start : region.stop], strips)
    if cut is not None:
        gapped = tuple(number for number in region.gapped if number < region.start + cut)
        return _span(rows, Region(region.start, gapped[-1] + 1, gapped), free) if len(gapped) > 1 else None
    start, stop = first_row(rows, region, strips, free), stop_row(rows, region, strips)
    placed, columns = [place(row, strips) for row in rows[start:stop]], len(strips) + 1
    found = grouped(placed, columns)
    if not is_table(found.rows, columns):
        return None
    for row in rows[stop:]:
        placed.append(place(row, strips))
        if not may_go_on(placed[-1], placed[-2].row, found.rows[found.head :]):
            break
        longer = grouped(placed, columns)
        if len(longer.rows) > len(found.rows):
            break
        found, stop = longer, stop + 1
    return _Span(start, stop, columns, found)


def _table(found: Grouping, columns: int, page: int) -> Table:
    cells = tuple(tuple(_cells(group, columns, page)) for group in found.rows)
    box = Box.around([cell.place.box for row in cells for cell in row if cell.place])
    return Table((Place(page, box),), cells, found.head)


def _cells(group: Sequence[Placed], columns: int, page: int) -> Iterator[Cell]:
    """The cells of a row of the table: parts of its lines that share a column are one."""
    column = 0
    for parts in _merged(group):
        first, last = min(part.first for part in parts), max(part.last for part in parts)
        yield from [Cell("")] * (first - column)
        box = Box.around([word.box for word in _words(parts)])
        yield Cell(_joined([part.piece.text for part in parts]), Place(page, box), last + 1 - first)
        column = last + 1
    yield from [Cell("")] * (columns - column)


def _words(parts: Sequence[Part]) -> list[Word]:
    return [word for part in parts for word in part.piece.words]


def _merged(group: Sequence[Placed]) -> list[list[Part]]:
    """Parts of a row's lines that share columns, from the first column on, each from the top down."""
    parts = [part for line in group for part in line.parts]
    merged: list[list[int]] = []
    for number in sorted(range(len(parts)), key=lambda number: (parts[number].first, number)):
        if merged and parts[number].first <= max(parts[other].last for other in merged[-1]):
            merged[-1].append(number)
        else:
            merged.append([number])
    return [[parts[number] for number in sorted(numbers)] for numbers in merged]


def _joined(lines: Sequence[str]) -> str:
    """The lines of a cell; a word that was broken stays together, with its hyphen."""
    text = lines[0]
    for line in lines[1:]:
        broken = text.endswith("-") and text[-2:-1].isalpha() and line[0].islower()
        text += line if broken else f"{between(text, line)}{line}"
    return text
