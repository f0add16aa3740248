"""Where a page is set in columns of prose, and which words share a row.

A gutter is cut only where both sides read as running text; tables, forms and label/value pairs stay row by row. What
crosses the gutter (a title, a wide figure's caption) divides the page into bands, which are read from top to bottom;
so do the rows of a table over both columns.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise, takewhile
from statistics import median

from preprocess.document import Word
from preprocess.spaceless import characters, count_words, is_spaceless

SAME_ROW = 0.4  # of the smaller height; a superscript shares less than half, tightly set lines share a fifth
ONE_PLACE = 0.5  # of the smaller height: words over one another that share more are printed over one another
TALL = 1.6  # heights: a word so much taller than another one may have two lines beside it
GUTTER = 0.5  # least width, of the height of the text's boxes
BINS = 800
LEAST_TABLE = 3  # rows of a table over both columns that can be told from short lines of both
FULL = 0.75  # of its column's width: a line of prose
LEAST_PROSE = 5  # rows without gaps, where others have gaps
LINES_A_MARK = 4  # of prose that is written without spaces; cells of a table have no marks
LEAST_WORDS = 40  # fewer are never set in columns; a whole line may be one item


@dataclass(frozen=True, slots=True)
class Item:
    """A word on the page measured in page heights, so that both axes have one scale."""

    word: Word
    x0: float
    y0: float
    x1: float
    y1: float

    @property
    def height(self) -> float:
        return self.y1 - self.y0

    @property
    def middle(self) -> float:
        return (self.y0 + self.y1) / 2


def columns(items: Sequence[Item]) -> list[list[Item]]:
    """Cut `items` into blocks in reading order; within a block, rows run over its whole width."""
    block = list(items)
    gutter = _gutter(block)
    if gutter is None:
        return [block] if block else []
    blocks: list[list[Item]] = []
    plain: list[Item] = []
    for band in _bands(block, *gutter):
        above, between, below = _without_tables(band, *gutter)
        left, right = _halves(between, *gutter)
        both = _prose_columns(left, right) if len(left) + len(right) == len(between) else None
        if both is None:
            plain.extend(band)
            continue
        blocks.extend(columns([*plain, *above]))
        plain = below
        blocks.extend(both)
    if not blocks:
        return [block]
    return blocks + columns(plain)


def rows(items: Sequence[Item]) -> list[list[Item]]:
    """Words that stand on one visual line, top to bottom; each row from left to right."""
    found: list[list[Item]] = []
    reach: list[tuple[float, float]] = []  # of each row's end, so that far rows are passed over quickly
    for item in sorted(items, key=lambda item: (item.x0, item.y0)):
        top, bottom = item.y0, item.y1
        best, most = -1, SAME_ROW
        for place, (highest, lowest) in enumerate(reach):
            if highest <= bottom and lowest >= top:
                share = _shared_height(found[place], item)
                if share > most:
                    best, most = place, share
        if best < 0:
            found.append([item])
            reach.append((top, bottom))
        else:
            found[best].append(item)
            end = found[best][-3:]
            reach[best] = (min(other.y0 for other in end), max(other.y1 for other in end))
    return sorted(found, key=lambda row: (sum(item.middle for item in row) / len(row), row[0].x0))


def _shared_height(row: Sequence[Item], item: Item) -> float:
    """How far `item` stands on the row's level: its overlap with the best of the row's last words.

    Comparing with the row's end follows a bent receipt; looking back three words steps over a superscript. A tall word
    has several lines beside it: words as tall as `item`, where there are any, say whether the row is this one. What
    stands over or under one of them is on another line, however little lower that is set.
    """
    end = row[-3:]
    alike = [other for other in end if max(item.height, other.height) < TALL * min(item.height, other.height)]
    if alike and (any(_is_over(item, other) for other in alike) or not any(_share(item, other) for other in alike)):
        return 0.0
    return max(_share(item, other) for other in end)


def _is_over(one: Item, other: Item) -> bool:
    """Whether two words as tall as one another stand over one another: not beside, and not in one place."""
    across = min(one.x1, other.x1) - max(one.x0, other.x0)
    return across > 0.5 * min(one.x1 - one.x0, other.x1 - other.x0) and _share(one, other) < ONE_PLACE


def _share(one: Item, other: Item) -> float:
    """The height that two words share, of the smaller one's."""
    shared = min(one.y1, other.y1) - max(one.y0, other.y0)
    return max(shared, 0.0) / max(min(one.height, other.height), 1e-9)


def _gutter(items: Sequence[Item]) -> tuple[float, float] | None:
    """The strip in the middle of the page that the fewest words cross, or None where nothing can be cut."""
    if sum(count_words(item.word.text) for item in items) < LEAST_WORDS:
        return None
    unit = median(item.height for item in items)
    left, right = min(item.x0 for item in items), max(item.x1 for item in items)
    if right - left < 15 * unit:
        return None
    scale = BINS / (right - left)
    changes = [0] * (BINS + 2)
    half = GUTTER * unit / 2
    for item in items:
        changes[max(0, int((item.x0 - half - left) * scale))] += 1
        changes[min(BINS, int((item.x1 + half - left) * scale)) + 1] -= 1
    crossing, covered = [], 0
    for change in changes[:BINS]:
        covered += change
        crossing.append(covered)
    inner = range(int(BINS * 0.15), int(BINS * 0.85))
    fewest = min(crossing[place] for place in inner)
    if fewest > 0.1 * len(items):
        return None
    start, length = _longest_run(crossing, inner, fewest)
    middle = left + (start + length / 2) / scale
    return middle - half, middle + half


def _longest_run(counts: Sequence[int], places: range, value: int) -> tuple[int, int]:
    best, start, length = (places.start, 0), 0, 0
    for place in places:
        if counts[place] != value:
            length = 0
            continue
        start, length = (place, 1) if length == 0 else (start, length + 1)
        if length > best[1]:
            best = (start, length)
    return best


def _bands(items: Sequence[Item], left: float, right: float) -> list[list[Item]]:
    """Cut at the rows that cross the gutter; such a row is a band of its own."""
    barriers: list[tuple[float, float]] = []
    for item in sorted((item for item in items if item.x1 > left and item.x0 < right), key=lambda item: item.y0):
        if barriers and item.y0 < barriers[-1][1]:
            barriers[-1] = (barriers[-1][0], max(barriers[-1][1], item.y1))
        else:
            barriers.append((item.y0, item.y1))
    bands: list[list[Item]] = [[] for _ in range(2 * len(barriers) + 1)]
    place = 0
    for item in sorted(items, key=lambda item: item.middle):
        while place < len(barriers) and item.middle > barriers[place][1]:
            place += 1
        within = place < len(barriers) and item.middle >= barriers[place][0]
        bands[2 * place + within].append(item)
    return [band for band in bands if band]


def _halves(items: Sequence[Item], left: float, right: float) -> tuple[list[Item], list[Item]]:
    return [item for item in items if item.x1 <= left], [item for item in items if item.x0 >= right]


def _without_tables(band: Sequence[Item], left: float, right: float) -> list[list[Item]]:
    """The rows of a table over both columns that a band begins with, what follows, and such rows that it ends with."""
    lines = rows(band)
    halves = [_halves(line, left, right) for line in lines]
    widths = [_width([item for half in side for item in half]) for side in zip(*halves, strict=True)]
    kinds = [_is_over_both(both, widths) for both in halves]
    top, foot = _table_rows(kinds), len(lines) - _table_rows(kinds[::-1])
    parts = lines[:top], lines[top:foot], lines[max(top, foot) :]
    return [[item for line in part for item in line] for part in parts]


def _table_rows(is_over_both: Sequence[bool | None]) -> int:
    """How many rows, from the first on, are those of a table over both columns: some of them may have one half."""
    run = list(takewhile(lambda kind: kind is not False, is_over_both))
    while run and run[-1] is None:
        run.pop()
    return len(run) if sum(map(bool, run)) >= LEAST_TABLE else 0


def _is_over_both(halves: Sequence[Sequence[Item]], widths: Sequence[float]) -> bool | None:
    """Whether a row has words on both sides, and neither are a line of prose; None: it may belong to such rows."""
    full = (_width(half) >= FULL * width and not _is_broken(half) for half, width in zip(halves, widths, strict=True))
    return False if any(full) else all(halves) or None


def _width(items: Sequence[Item]) -> float:
    return max(item.x1 for item in items) - min(item.x0 for item in items) if items else 0.0


def _is_broken(line: Sequence[Item]) -> bool:
    return any(b.x0 - a.x1 > 1.5 * a.height for a, b in pairwise(line))


def _prose_columns(left: Sequence[Item], right: Sequence[Item]) -> list[list[Item]] | None:
    """The blocks of both sides in order, or None unless each side is running text."""
    blocks: list[list[Item]] = []
    lengths = []
    for side in (left, right):
        lines = rows(side)
        lengths.append(len(lines))
        cut = columns(side)
        if not _is_prose(lines) and len(cut) < 2:
            return None
        blocks.extend(cut)
    return blocks if min(lengths) >= 2 and max(lengths) >= 5 else None


def _is_prose(lines: Sequence[Sequence[Item]]) -> bool:
    """Most rows fill the column, are one run of words (ideographs with commas and stops), and are made of letters.

    Rows with gaps do not count where there are five others: they are a table's, which stands in the column.
    """
    whole = [line for line in lines if not _is_broken(line)]
    if len(whole) < min(LEAST_PROSE, max(2, 0.75 * len(lines))):
        return False
    extents = [line[-1].x1 - line[0].x0 for line in whole]
    width = _width([item for line in lines for item in line])
    text = "".join(item.word.text for line in whole for item in line)
    letters = sum(char.isalpha() for char in text)
    marks = sum(char in "，。、；" for char in text)
    has_words = not any(map(is_spaceless, text)) or LINES_A_MARK * marks >= len(whole)
    return (
        median(extents) >= FULL * width
        and median(sum(characters(item.word.text) for item in line) for line in whole) >= 20
        and letters >= 0.65 * len(text)
        and has_words
    )
