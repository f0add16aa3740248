"""How a page lies and what is usual on it: measured once, used for all of its rows."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from preprocess.document import Line, Word
from preprocess.lines import is_right_to_left
from preprocess.spaceless import characters

LEAST_SLOPE, STEEPEST = 0.001, 0.15
LONG = 0.3  # of the page's width: a line as long as this says how the page lies
CHARACTER = 0.5  # width of one, of its height
NARROWEST, WIDEST = 0.1, 10.0  # pages; what says otherwise are odd boxes

_AMOUNT = re.compile(r"\W{0,2}\d[\d.,'’]*[.,]\d\d\W{0,2}")  # with cents: no group of a longer number


@dataclass(frozen=True, slots=True)
class Level:
    """What straightens a page.

    Attributes:
        slope: how far a level line falls (page heights) while it runs (page widths).
        shape: about the page's width divided by its height; a character is half as wide as its line is high.
        space: the usual gap between two words, in characters.
        mirrored: it is read from right to left.
    """

    slope: float
    shape: float
    space: float
    mirrored: bool

    @staticmethod
    def of(lines: Sequence[Line]) -> Level:
        """Of a page with at least one line."""
        text = "".join(word.text for line in lines for word in line.words)
        return Level(_slope(lines), _shape(lines), _space(lines), is_right_to_left(text))

    def middle(self, word: Word) -> float:
        """How far down a word stands on the level page, in page heights."""
        return middle(word) - self.slope * (word.box.x0 + word.box.x1) / 2

    def across(self, word: Word) -> tuple[float, float]:
        """Where a word begins and ends in reading order, in page widths; below zero on a mirrored page."""
        turn = self.slope * self.middle(word) / self.shape**2  # what is level must also stand upright
        x0, x1 = word.box.x0 + turn, word.box.x1 + turn
        return (-x1, -x0) if self.mirrored else (x0, x1)


def glue(line: Line) -> list[str]:
    """What stands before each word in the line's text."""
    found, place = [], 0
    for word in line.words:
        start = line.text.index(word.text, place)
        found.append(line.text[place:start])
        place = start + len(word.text)
    return found


def are_amounts(one: Word, other: Word) -> bool:
    """Whether what lies between them is rather a column's edge than a space."""
    return bool(_AMOUNT.fullmatch(one.text) and _AMOUNT.fullmatch(other.text))


def middle(word: Word) -> float:
    return (word.box.y0 + word.box.y1) / 2


def _slope(lines: Sequence[Line]) -> float:
    slopes = []
    for line in lines:
        first, last = min(line.words, key=lambda word: word.box.x0), max(line.words, key=lambda word: word.box.x1)
        run = last.box.x0 + last.box.x1 - first.box.x0 - first.box.x1
        if run > 2 * LONG:
            slopes.append((middle(last) - middle(first)) / run * 2)
    slope = median(slopes) if len(slopes) >= 3 else 0.0
    return slope if LEAST_SLOPE < abs(slope) < STEEPEST else 0.0


def _shape(lines: Sequence[Line]) -> float:
    words = [word for line in lines for word in line.words]
    width = sum(word.box.x1 - word.box.x0 for word in words) / sum(characters(word.text) for word in words)
    shape = CHARACTER * median(word.box.y1 - word.box.y0 for word in words) / max(width, 1e-6)
    return min(max(shape, NARROWEST), WIDEST)


def _space(lines: Sequence[Line]) -> float:
    gaps = []
    for line in lines:
        for (before, after), between in zip(pairwise(line.words), glue(line)[1:], strict=True):
            if between == " " and not are_amounts(before, after):
                width = (before.box.x1 - before.box.x0) / characters(before.text)
                gaps.append(max(after.box.x0 - before.box.x1, 0.0) / max(width, 1e-6))
    return median(gaps) if gaps else 0.0
