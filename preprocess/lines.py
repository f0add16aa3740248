"""Words to lines in reading order: what stands on one visual line stays on one line.

A label and its value far to the right make one line (`Total  9.00`), a slightly turned scan is straightened first,
and only prose set in columns is read column by column (`preprocess.columns`), and a chart's values with the labels
below them (`preprocess.plots`). Pure Python, no pictures.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from itertools import pairwise
from statistics import median
from typing import NamedTuple

from preprocess.columns import Item, columns, rows
from preprocess.document import COLUMN, Box, Line, Word
from preprocess.plots import find_plot
from preprocess.sideways import sideways
from preprocess.spaceless import SPACELESS, between

COLUMN_GAP = 0.9  # of the text's height; wider than any stretched space between two words
TOUCHING = 0.04
TOUCHING_CJK = 0.35
STEEPEST = 0.2
SPREAD = 4.0  # of the text's height: a label of two ideographs that is set as wide as longer ones, `姓　　名：`
WORD_GAP = 0.6  # of an upright line's width, between its words
LEAST_SLOPE = 0.0015
AGAIN = 0.6  # of a word's box: the same word there is its shadow
_STRONG = {"L", "R", "AL", "EN", "AN"}  # letters' directions, and numbers'
_FIRST_GROUP, _NEXT_GROUP = re.compile(r"(?:\d{1,3} )*\d{1,3}"), re.compile(r"\d{3}(?!\d)")
_NAMELESS = re.compile(r"[^\W\d]{1,4}|\W{1,2}")
_SPREAD = re.compile(rf"[{SPACELESS}]{{2}}[:：]")


def to_lines(words: Sequence[Word], aspect: float = 1.0) -> tuple[Line, ...]:
    """Join `words` into lines in reading order. `aspect` is the page's width divided by its height.

    Every word that is not blank comes out exactly once, also where it is printed twice, as bold letters and shadows
    are; words inside a line run left to right (right to left where most letters are Hebrew or Arabic). Upright text
    (axis titles, stamps in the margin) comes last.
    """
    items = _once([_item(word, aspect) for word in words if word.text.strip()])
    if not items:
        return ()
    turn = sideways([item.word for item in items], aspect)
    items = [_laid_down(item, turn, aspect) for item in items] if turn else items
    unit = median(item.height for item in items)
    upright = _upright([item for item in items if _is_upright(item, unit)], items)
    flat = [item for item in items if item not in upright]
    straight = _straighten(flat)
    found = [line for block in columns(straight) for line in _block_lines(rows(block))]
    return tuple(found + [_upright_line(group) for group in _upright_groups(upright)])


def _item(word: Word, aspect: float) -> Item:
    text = unicodedata.normalize("NFC", " ".join(word.text.split()))
    kept = word if text == word.text else Word(text, word.box, word.confidence)
    box: Box = word.box
    return Item(kept, box.x0 * aspect, box.y0, box.x1 * aspect, box.y1)


def _once(items: Sequence[Item]) -> list[Item]:
    """The items, in their order, without those that say again what stands in their place."""
    again: set[int] = set()
    near: dict[str, list[Item]] = {}  # of each text, those that may reach as far down as the next item
    for place, item in sorted(enumerate(items), key=lambda placed: placed[1].y0):
        same = near[item.word.text] = [other for other in near.get(item.word.text, ()) if other.y1 > item.y0]
        if any(_shared(item, other) > AGAIN for other in same):
            again.add(place)
        else:
            same.append(item)
    return [item for place, item in enumerate(items) if place not in again]


def _shared(one: Item, other: Item) -> float:
    """The part of the larger item that lies in the other one."""
    across, down = min(one.x1, other.x1) - max(one.x0, other.x0), min(one.y1, other.y1) - max(one.y0, other.y0)
    most = max((item.x1 - item.x0) * item.height for item in (one, other))
    return max(across, 0.0) * max(down, 0.0) / max(most, 1e-12)


def _laid_down(item: Item, turn: int, aspect: float) -> Item:
    if turn == 90:
        return Item(item.word, 1 - item.y1, item.x0, 1 - item.y0, item.x1)
    return Item(item.word, item.y0, aspect - item.x1, item.y1, aspect - item.x0)


def _block_lines(found: Sequence[list[Item]]) -> list[Line]:
    plot = find_plot(found)
    if plot is None:
        return [_line(row) for row in found]
    ticks = [_beside([_line(cell) for cell in (tick.label, *tick.values)]) for tick in plot.ticks]
    return [*(_line(row) for row in plot.above), *ticks, *(_line(row) for row in plot.below)]


def _beside(cells: Sequence[Line]) -> Line:
    return Line(COLUMN.join(cell.text for cell in cells), tuple(word for cell in cells for word in cell.words))


def _line(row: Sequence[Item]) -> Line:
    runs = _runs(row)
    parts = []
    for place, run in enumerate(runs):
        parts += [_space(runs[place - 1][0], run[-1])] if place else []
        parts.append(run[0].word.text)
        for before, after in pairwise(run):
            parts += [_space(before, after), after.word.text]
    return Line("".join(parts), tuple(item.word for run in runs for item in run))


def _space(before: Item, after: Item) -> str:
    """What stands between two neighbours: nothing, a space, or two spaces for a column gap."""
    left, right = (before, after) if before.x0 <= after.x0 else (after, before)
    gap = right.x0 - left.x1
    height = max(min(left.height, right.height), 1e-9)
    if gap < SPREAD * height and len(before.word.text) == 1 and _SPREAD.match(before.word.text + after.word.text):
        return ""
    if gap > COLUMN_GAP * height:
        return COLUMN
    are_cjk = not between(before.word.text, after.word.text)
    # A deep overlap is two readings of one place, not one word that was cut in two.
    if -0.3 * height < gap < (TOUCHING_CJK if are_cjk else TOUCHING) * height:
        return ""
    return " "


def _runs(row: Sequence[Item]) -> list[list[Item]]:
    """The row as it is read, in runs from left to right: one; where its script runs the other way one a word, the last
    first, but that words of a script which does not stay together, as far as their column goes (in the manner of
    Unicode's bidirectional algorithm, UAX #9), and the groups of a number."""
    ordered = sorted(row, key=lambda item: (item.x0, item.x1))
    if not is_right_to_left("".join(item.word.text for item in ordered)):
        return [ordered]
    runs: list[list[Item]] = []
    for place in range(len(ordered) - 1, -1, -1):
        item, before = ordered[place], ordered[place - 1] if place else None
        if runs and _belongs_before(item, runs[-1], before):
            runs[-1].insert(0, item)
        else:
            runs.append([item])
    return runs


def _belongs_before(item: Item, run: Sequence[Item], before: Item | None) -> bool:
    """Whether a row that runs to the left has `item` as a beginning of `run`, which stands to its right."""
    after = run[0]
    kinds, next_kinds = _directions(item), _directions(after)
    if _space(item, after) == COLUMN or {"R", "AL"} & (kinds | next_kinds):
        return False
    if not _STRONG & kinds:  # a sign between two words, such as &
        return "L" in next_kinds and before is not None and "L" in _directions(before)
    if not _STRONG & next_kinds:
        return len(run) > 1  # it stands there for this word
    if "L" in kinds | next_kinds:
        return True
    return bool(_FIRST_GROUP.fullmatch(item.word.text) and _NEXT_GROUP.match(after.word.text))


def is_right_to_left(text: str) -> bool:
    """Whether most of its letters are Hebrew or Arabic."""
    kinds = [unicodedata.bidirectional(char) for char in text]
    rightward = sum(kind == "L" for kind in kinds)
    return sum(kind in ("R", "AL") for kind in kinds) > rightward


def _directions(item: Item) -> set[str]:
    return {unicodedata.bidirectional(char) for char in item.word.text}


def _is_upright(item: Item, unit: float) -> bool:
    """Text turned by a quarter: it would glue the rows beside it together."""
    return len(item.word.text) >= 3 and item.height > 2.2 * (item.x1 - item.x0) and item.height > 1.5 * unit


def _upright(sure: Sequence[Item], items: Sequence[Item]) -> list[Item]:
    """`sure`, and short words that go on their lines: the `of` of an axis title is no taller than it is wide.

    No numbers: they may be values, above names that stand below their bars.
    """
    found, new = list(sure), list(sure)
    rest = [item for item in items if _NAMELESS.fullmatch(item.word.text) and item not in found] if found else []
    while new:
        new = [item for item in rest if any(_goes_on(item, before) for before in new)]
        rest = [item for item in rest if item not in new]
        found += new
    return found


def _goes_on(item: Item, before: Item) -> bool:
    """Whether it stands right above, where upright lines go on, and no wider than that line."""
    across = before.x1 - before.x0
    is_within = before.x0 - 0.2 * across < item.x0 and item.x1 < before.x1 + 0.2 * across
    return is_within and -0.2 * across < before.y0 - item.y1 < WORD_GAP * across


def _upright_groups(items: Sequence[Item]) -> list[list[Item]]:
    """Turned words that share a vertical line, read from the bottom up as axis titles are."""
    groups: list[list[Item]] = []
    for item in sorted(items, key=lambda item: (item.x0, -item.y1)):
        for group in groups:
            shared = min(item.x1, group[0].x1) - max(item.x0, group[0].x0)
            if shared > 0.5 * min(item.x1 - item.x0, group[0].x1 - group[0].x0):
                group.append(item)
                break
        else:
            groups.append([item])
    return [sorted(group, key=lambda item: -item.y1) for group in groups]


def _upright_line(group: Sequence[Item]) -> Line:
    return Line(" ".join(item.word.text for item in group), tuple(item.word for item in group))


def _straighten(items: Sequence[Item]) -> list[Item]:
    """The same words on a level page: a slope learned from close neighbours, then refined over a longer reach."""
    level = list(items)
    for reach in (3.0, 15.0):
        slope = _slope(level, reach)
        if LEAST_SLOPE < abs(slope) < STEEPEST:
            level = [_turned(item, slope) for item in level]
    return level


def _turned(item: Item, slope: float) -> Item:
    # A slanted word's box is taller than its text by the rise over its width.
    height = max(item.height - abs(slope) * (item.x1 - item.x0), 0.5 * item.height)
    middle = item.middle - slope * (item.x0 + item.x1) / 2
    return Item(item.word, item.x0, middle - height / 2, item.x1, middle + height / 2)


class _Run(NamedTuple):
    """What of an item its slope depends on, computed once: it is looked at many times."""

    middle: float
    height: float
    x0: float
    x1: float


def _slope(items: Sequence[Item], reach: float) -> float:
    """The median rise from a word to its right neighbour; 0 when too few words have one."""
    runs = sorted((_Run(item.middle, item.height, item.x0, item.x1) for item in items), key=lambda run: run.middle)
    step = max(1, len(runs) // 300)
    slopes = []
    for index in range(0, len(runs), step):
        neighbour = _right_neighbour(runs, index, reach)
        if neighbour is not None:
            run = runs[index]
            slopes.append((neighbour.middle - run.middle) / (neighbour.x0 + neighbour.x1 - run.x0 - run.x1) * 2)
    return median(slopes) if len(slopes) >= 5 else 0.0


def _right_neighbour(runs: Sequence[_Run], index: int, reach: float) -> _Run | None:
    middle, height, x0, x1 = runs[index]
    best, nearest, least = None, reach * height, -0.2 * height
    for step in (-1, 1):
        place = index + step
        while 0 <= place < len(runs):
            other = runs[place]
            if abs(other.middle - middle) >= 0.5 * height:
                break
            gap = other.x0 - x1
            if least < gap < nearest and 0.75 < other.height / height < 1.33:
                best, nearest = other, gap
            place += step
    return best if best is None or best.x0 + best.x1 > x0 + x1 else None
