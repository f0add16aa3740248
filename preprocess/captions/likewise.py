"""What is set as captions are that are known, or in a rhythm of its own: one value below its caption, too.

    Pieces              Pieces
    2                   Pieces: 2
    Value of shipment   Value of shipment
    31.76      becomes  Value of shipment: 31.76

One caption over one value can be read without this; but on a page full of them it is soon unclear which line is which.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from statistics import median

from preprocess.captions.lines import INSET, Line, Values, is_name, under
from preprocess.captions.pairs import FARTHEST, NOT_FARTHER
from preprocess.tables.values import is_field

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
    for line, below in _near(lines):
        if taken.isdisjoint((line.number, below.number)) and _is_alike(below.row.y - line.row.y, usual):
            taken |= {line.number, below.number}
            yield Values(below.number, under(line, below, INSET), len(line.pieces))


def in_turn(lines: Sequence[Line]) -> Iterator[Values]:
    """Values of runs in which captions and values lie near and far in turn; without any number it may be verse."""
    for run in _runs(_near(lines)):
        steps = [below.row.y - line.row.y for line, below in run]
        has_number = any(char.isdigit() for _, below in run for piece in below.pieces for char in piece.text)
        if len(run) >= RUN and has_number and all(_is_alike(step, median(steps)) for step in steps):
            for line, below in run:
                yield Values(below.number, under(line, below, INSET), len(line.pieces))


def _near(lines: Sequence[Line]) -> Iterator[tuple[Line, Line]]:
    """Names and what stands below them, nearer than anything else does."""
    around = [None, *lines, None, None]
    for above, line, below, after in zip(around, lines, around[2:], around[3:], strict=False):
        if below is None or not line.is_over(below) or not all(map(is_name, line.pieces)):
            continue
        step = below.row.y - line.row.y
        is_nearer = above is None or step <= NOT_FARTHER * abs(line.row.y - above.row.y)
        is_nearest = is_nearer and (after is None or step <= SURELY_NEARER * abs(after.row.y - below.row.y))
        is_below = 0 < step < FARTHEST * max(line.height, below.height)
        if is_below and is_nearest and not _is_no_value(below) and under(line, below, INSET):
            yield line, below


def _is_no_value(line: Line) -> bool:
    """Whether it is a sentence that goes on, or a form that nobody has filled in."""
    first = line.pieces[0].text
    goes_on = first[:1].islower() and len(first.split()) >= SENTENCE
    return goes_on or any(is_field(piece.text) for piece in line.pieces)


def _runs(near: Iterable[tuple[Line, Line]]) -> Iterator[list[tuple[Line, Line]]]:
    """Those that follow one another."""
    found = list(near)
    run = found[:1]
    for (_, before), (line, below) in pairwise(found):
        if not before.is_over(line):
            yield run
            run = []
        run.append((line, below))
    if run:
        yield run


def _is_alike(step: float, usual: float) -> bool:
    return abs(step - usual) <= ALIKE * usual
