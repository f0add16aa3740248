"""Words whose lines run up or down the page, and which way, by their boxes and their order alone.

Angles are degrees clockwise by which such a page is turned to lie, as PDF's `/Rotate` has them.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from preprocess.document import Box, Word
from preprocess.spaceless import is_spaceless

TALL = 1.5  # times as high as wide
LONG = 5  # letters; a shorter word may stand and be as wide as high
SIDEWAYS, LEAST = 0.8, 8  # of the long words, and so many: a chart's labels stand, too


def sideways(words: Sequence[Word], aspect: float) -> int:
    """By how much the page must be turned for its lines to run across: 0, 90 or 270.

    Args:
        words: in the order in which they are read, as PDFs have them.
        aspect: width of the page divided by its height.
    """
    long = [word for word in words if len(word.text) >= LONG]
    standing = sum(is_tall(word.box, aspect) for word in long)
    if standing < LEAST or standing < SIDEWAYS * len(long):
        return 0
    boxes = [(one.box, two.box) for one, two in pairwise(words)]
    in_line = [(one, two) for one, two in boxes if two.x0 < one.x1 and one.x0 < two.x1]
    # Of a page written from the top down, each line is one word.
    run_down = 2 * sum(two.y0 + two.y1 > one.y0 + one.y1 for one, two in in_line) >= len(in_line)
    return 270 if run_down else 90


def is_tall(box: Box, aspect: float) -> bool:
    return box.y1 - box.y0 > TALL * aspect * (box.x1 - box.x0)


def may_run_down(words: Sequence[Word]) -> bool:
    """Whether most letters are of a script that is also written from the top down: its signs stand upright then."""
    letters = [char for word in words for char in word.text if char.isalpha()]
    return 2 * sum(map(is_spaceless, letters)) > len(letters)
