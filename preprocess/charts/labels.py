"""The names of the categories: words below standing bars and lines, each in its slot."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from preprocess.charts import turned_labels
from preprocess.charts.pieces import Area, Piece, around, phrases, rows
from preprocess.charts.slots import Slots, even

LINE_GAP = 0.6  # of the text's height, between lines of one label
LEAST_NAMED = 0.5  # of the slots have a word in the first row
LEAST_EVEN = 3  # phrases that make slots of their own
LEAST_FIT = 0.7  # of a row's phrases stand in the slots
MOST_WORDS = 4  # in one row of a label
LEAST_WHOLE = 0.85  # of the slots have a phrase
OFF_GRID = 0.2  # of a slot: how far beside its place a label may stand
OFF_MIDDLE = 0.25  # of a slot: how far beside its middle a label may stand
WIDEST = 1.25  # slots: a wider word is two labels that were read as one
FAR = 3.0  # heights of text: how far under the plot the first row of labels may begin


class Labels(NamedTuple):
    """A name for each slot and where it stands, empty and None where there is none; and the words that say them."""

    names: tuple[str, ...]
    areas: tuple[Area | None, ...]
    words: tuple[Piece, ...]


def below(words: Sequence[Piece], slots: Slots, top: float, height: float) -> Labels:
    """Labels of standing slots: of the words under `top` (pixels from the picture's top) that lie in them."""
    under = [word for word in words if word.area.y0 >= top - 0.4 * height]
    if turned := _turned(under, slots, top, height):
        return turned
    taken: list[Piece] = []
    bottom = None
    for row in rows(under):
        inside = [w for w in row if slots.of(w.area.x) is not None and w.area.width <= WIDEST * slots.step]
        if bottom is None:
            if len({slots.of(word.area.x) for word in inside}) < max(1, LEAST_NAMED * slots.number):
                continue
        elif not inside:  # words beside the chart
            continue
        elif min(word.area.y0 for word in inside) - bottom > LINE_GAP * height or not _fits(inside, slots):
            break
        taken += inside
        bottom = max(word.area.y1 for word in row)
    return named(taken, [slots.of(word.area.x) for word in taken], slots.number)


def spread(words: Sequence[Piece], top: float, height: float, more: float) -> tuple[Slots, Labels] | None:
    """Labels that make slots of their own: the first row under `top` whose phrases stand evenly, or turned ones. It may
    begin `more` pixels further down than labels usually do."""
    under = [word for word in words if word.area.y0 >= top - 0.4 * height]
    turned = turned_labels.turned(under, top, height)
    if len(turned) > LEAST_EVEN:
        slots = even(turned_labels.ends(turned, height), height)
        found = _turned(under, slots, top, height) if slots else None
        if slots and found:
            return slots, found
    for row in rows(under):
        if row[0].area.y0 > top + FAR * height + more:
            break
        slots = _even_phrases(row)
        if slots is not None:
            return slots, below(under, slots, min(word.area.y0 for word in row), height)
    return None


def _turned(under: Sequence[Piece], slots: Slots, top: float, height: float) -> Labels | None:
    """Turned labels, where most slots have one."""
    words = turned_labels.turned(under, top, height)
    places = [slots.of(turned_labels.end_of(word, words, height)) for word in words]
    if len({place for place in places if place is not None}) <= LEAST_NAMED * slots.number:
        return None
    ordered = sorted(zip(words, places, strict=True), key=lambda entry: turned_labels.order(entry[0], words, height))
    return named([word for word, _ in ordered], [place for _, place in ordered], slots.number)


def named(words: Sequence[Piece], places: Sequence[int | None], count: int) -> Labels:
    """Words as the labels of `count` slots, each word in the slot of its place."""
    parts: list[list[Piece]] = [[] for _ in range(count)]
    for word, place in zip(words, places, strict=True):
        if place is not None:
            parts[place].append(word)
    names = tuple(" ".join(word.text for word in part) for part in parts)
    return Labels(names, tuple(around(word.area for word in part) if part else None for part in parts), tuple(words))


def _fits(inside: Sequence[Piece], slots: Slots) -> bool:
    """Whether the words of a row stand in the middle of their slots: those of a title below the labels do not."""
    groups: dict[int, list[Piece]] = {}
    for word in inside:
        groups.setdefault(slots.of(word.area.x) or 0, []).append(word)
    middles = {
        place: (min(word.area.x0 for word in group) + max(word.area.x1 for word in group)) / 2
        for place, group in groups.items()
    }
    return all(abs(x - slots.at(place)) <= OFF_MIDDLE * slots.step for place, x in middles.items())


def _even_phrases(row: Sequence[Piece]) -> Slots | None:
    """Evenly spaced slots that most phrases of a row stand in, cut at that width of gap that gives most of them, or
    by their words, where months and their years stand close together."""
    best: Slots | None = None
    if any(char.isalpha() for char in row[0].text) and len(dated := _with_years(row)) < len(row):
        best = _slots_of(dated)
        if best is not None:
            return best
    gaps = {(right.area.x0 - left.area.x1) / min(left.area.height, right.area.height) for left, right in pairwise(row)}
    for near in (-10.0, *sorted(gaps)):
        found = _slots_of(phrases(row, near + 1e-6))
        if found is not None and (best is None or found.number > best.number):
            best = found
    return best


def _slots_of(parts: Sequence[Sequence[Piece]]) -> Slots | None:
    """The slots that labels of these words stand in, if they are even and none is wider than its slot."""
    if len(parts) < LEAST_EVEN or max(map(len, parts)) > MOST_WORDS:
        return None
    found = grid([(part[0].area.x0 + part[-1].area.x1) / 2 for part in parts])
    widest = max(part[-1].area.x1 - part[0].area.x0 for part in parts)
    return found if found is not None and widest <= WIDEST * found.step else None


def _with_years(row: Sequence[Piece]) -> list[list[Piece]]:
    """A row cut before every word with letters; one without goes on from it, as in `Nov 2013`."""
    found: list[list[Piece]] = []
    for word in row:
        if not found or any(char.isalpha() for char in word.text):
            found.append([])
        found[-1].append(word)
    return found


def grid(centres: Sequence[float]) -> Slots | None:
    """The slots that most of `centres` fall on, one on each; the others were printed in between or misread."""
    best, held = None, LEAST_FIT * len(centres)
    for left, right in pairwise(centres):
        step = right - left
        if step <= 0:
            continue
        on_grid = {}
        for centre in centres:
            place = round((centre - left) / step)
            if abs(left + place * step - centre) <= OFF_GRID * step:
                on_grid[place] = centre
        places = sorted(on_grid)
        count = places[-1] - places[0] + 1
        if len(places) >= LEAST_WHOLE * count and len(places) >= max(held, LEAST_EVEN):
            slope, first = np.polyfit(np.array(places) - places[0], [on_grid[place] for place in places], 1)
            best, held = Slots(float(first), float(slope), count), len(places) + 1
    return best
