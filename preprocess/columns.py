"""Where a page is set in columns of prose, and which words share a row.

A gutter is cut only where both sides read as running text; tables, forms and label/value pairs stay row by row. What
crosses the gutter (a title, a wide figure's caption) divides the page into bands, which are read from top to bottom.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from preprocess.document import Word
from preprocess.spaceless import characters, count_words, is_spaceless

SAME_ROW = 0.4  # of the smaller height; a superscript shares less than half, tightly set lines share a fifth
TALL = 1.6  # heights: a word so much taller than another one may have two lines beside it
GUTTER = 0.7  # least width, of the text's height
BINS = 200
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
        left = [item for item in band if item.x1 <= gutter[0]]
        right = [item for item in band if item.x0 >= gutter[1]]
        both = _prose_columns(left, right) if len(left) + len(right) == len(band) else None
        if both is None:
            plain.extend(band)
            continue
        blocks.extend(columns(plain))
        plain = []
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
    has several lines beside it: words as tall as `item`, where there are any, say whether the row is this one.
    """
    shares = [
        (_share(item, other), max(item.height, other.height) < TALL * min(item.height, other.height))
        for other in row[-3:]
    ]
    alike = [share for share, is_alike in shares if is_alike]
    return max(share for share, _ in shares) if not alike or max(alike) > 0 else 0.0


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
    best, start, length = (places.start, 1), 0, 0
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
    """Most rows fill the column, are one run of words (ideographs with commas and stops), and are made of letters."""
    if len(lines) < 2:
        return False
    extents = [line[-1].x1 - line[0].x0 for line in lines]
    width = max(line[-1].x1 for line in lines) - min(line[0].x0 for line in lines)
    text = "".join(item.word.text for line in lines for item in line)
    letters = sum(char.isalpha() for char in text)
    marks = sum(char in "，。、；" for char in text)
    has_words = not any(map(is_spaceless, text)) or LINES_A_MARK * marks >= len(lines)
    broken = sum(any(b.x0 - a.x1 > 1.5 * a.height for a, b in pairwise(line)) for line in lines)
    return (
        median(extents) >= 0.75 * width
        and median(sum(characters(item.word.text) for item in line) for line in lines) >= 20
        and letters >= 0.65 * len(text)
        and has_words
        and broken <= 0.25 * len(lines)
    )
