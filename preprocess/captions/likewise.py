"""What is set as captions are that are known, or in a rhythm of its own: one value below its caption, too.

    Pieces              Pieces
    2                   Pieces: 2
    Value of shipment   Value of shipment
    31.76      becomes  Value of shipment: 31.76

One caption over one value can be read without this; but on a page full of them it is soon unclear which line is which.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from statistics import median
from typing import NamedTuple

from preprocess.captions.lines import INSET, Line, Values, is_name, under
from preprocess.captions.pairs import FARTHEST, NOT_FARTHER
from preprocess.tables.fields import is_field

ALIKE = 0.1  # of the usual distance from caption to value, by which one may differ
SURELY_NEARER = 0.9  # that distance, of the one from value to what follows, at most
RUN = 3  # captions over values, one after the other, that are a rhythm
SENTENCE = 3  # words: so many that begin with a small letter go on what stands above


def likewise(lines: Sequence[Line], known: Mapping[int, Values]) -> Iterator[Values]:
    """Values that are as far below their captions as those that are `known` are below theirs."""
    if not known:
        return
    places = {line.number: line for line in lines}
    usual = median(places[number].row.y - places[number - 1].row.y for number in known)
    taken = {number - place for number in known for place in (0, 1)}
    for near in _near(lines):
        if taken.isdisjoint((near.values.number - 1, near.values.number)) and _is_alike(near.step, usual):
            taken |= {near.values.number - 1, near.values.number}
            yield near.values


def in_turn(lines: Sequence[Line]) -> Iterator[Values]:
    """Values of runs in which captions and values lie near and far in turn; without any number it may be verse."""
    for run in _runs(_near(lines)):
        usual = median(near.step for near in run)
        has_number = any(char.isdigit() for near in run for _, value in near.values.pairs for char in value.text)
        if len(run) >= RUN and has_number and all(_is_alike(near.step, usual) for near in run):
            yield from (near.values for near in run)


class _Near(NamedTuple):
    """Values, and how far below their captions they stand."""

    values: Values
    step: float


def _near(lines: Sequence[Line]) -> Iterator[_Near]:
    """Names and what stands below them, nearer than anything else does."""
    around = [None, *lines, None, None]
    for above, line, below, after in zip(around, lines, around[2:], around[3:], strict=False):
        if below is None or not line.is_over(below) or line.is_larger(below) or not all(map(is_name, line.pieces)):
            continue
        step = below.row.y - line.row.y
        is_nearer = above is None or step <= NOT_FARTHER * abs(line.row.y - above.row.y)
        is_nearest = is_nearer and (after is None or step <= SURELY_NEARER * abs(after.row.y - below.row.y))
        is_below = 0 < step < FARTHEST * max(line.height, below.height)
        if is_below and is_nearest and not _is_no_value(below) and (pairs := under(line, below, INSET)):
            yield _Near(Values(below.number, pairs, len(line.pieces)), step)


def _is_no_value(line: Line) -> bool:
    """Whether it is a sentence that goes on, or a form that nobody has filled in."""
    first = line.pieces[0].text
    goes_on = first[:1].islower() and len(first.split()) >= SENTENCE
    return goes_on or any(is_field(piece.text) for piece in line.pieces)


def _runs(found: Iterable[_Near]) -> Iterator[list[_Near]]:
    """Those that follow one another: two lines each."""
    for _, run in groupby(enumerate(found), key=lambda placed: placed[1].values.number - 2 * placed[0]):
        yield [near for _, near in run]


def _is_alike(step: float, usual: float) -> bool:
    return abs(step - usual) <= ALIKE * usual
