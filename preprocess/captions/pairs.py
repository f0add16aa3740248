"""Captions over values, as their look and distances say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from preprocess.captions.lines import Line, Values, is_name, under
from preprocess.tables.fields import COLONS, is_field

SMALLER = 0.9  # a caption's height, of its value's, at most
NEARER = 0.8  # its distance from its value, of that from value to what follows, at most
NOT_FARTHER = 0.95  # and of that to what stands above the caption
FARTHEST = 2.6  # heights from a caption to its value
REPEATED = 2  # lines near their values, of any size: one on a scan may lie so by chance


def pairs(lines: Sequence[Line], is_even: bool = False) -> Iterator[Values]:
    """Values below their captions. `is_even`: whatever the size of their letters."""
    values: Line | None = None
    around = [None, *lines, None, None]
    for above, line, below, after in zip(around, lines, around[2:], around[3:], strict=False):
        if line is values or below is None or not _is_captioned(above, line, below, after, is_even):
            continue
        is_head = after is not None and _is_captioned(line, below, after, None, is_even)
        if not is_head and len(found := under(line, below)) > (0 if is_even else 1):
            values = below
            yield Values(below.number, found, len(line.pieces))


def evenly_set(lines: Sequence[Line], sure: Mapping[int, Values]) -> dict[int, Values]:
    """By their line's number, values to which captions lie near and far in turn, but for those that are sure.

    Names that begin with a small letter are a sentence that goes on.
    """
    taken = {number - place for number in sure for place in (0, 1)}
    found = {
        values.number: values
        for values in pairs(lines, is_even=True)
        if taken.isdisjoint((values.number, values.number - 1))
        and not all(value.text[:1].islower() for _, value in values.pairs)
    }
    return found if sum(len(values.pairs) > 1 for values in found.values()) >= REPEATED else {}


def _is_captioned(above: Line | None, line: Line, below: Line, after: Line | None, is_even: bool) -> bool:
    """Whether `line` holds the captions of `below`."""
    step = below.row.y - line.row.y
    if not line.is_over(below) or not 0 < step < FARTHEST * max(line.height, below.height):
        return False
    if len(line.pieces) < 2 or not all(map(is_name, line.pieces)):
        return False
    if any(is_field(piece.text) for piece in below.pieces):
        return False  # a form that nobody has filled in
    if all(piece.text.endswith(COLONS) for piece in line.pieces):
        return True
    if above is not None and step > NOT_FARTHER * abs(line.row.y - above.row.y):
        return False  # small words below what they explain
    is_smaller = line.height <= SMALLER * below.height
    if after is None:
        return is_smaller
    is_nearer = step <= NEARER * abs(after.row.y - below.row.y)
    if is_even:
        return is_nearer and not line.is_larger(below)
    is_table = after.height > SMALLER * below.height and len(under(line, after)) > 1
    return is_smaller and is_nearer and not is_table
