"""The legend: small keys in the colours of the marks, each with a name at its right."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import NamedTuple

import cv2
import numpy as np

from preprocess.charts.pieces import Area, Piece, around, joined, rows

WIDEST, TALLEST, SMALLEST = 3.6, 1.5, 0.35  # of the text's height: a key
FULL = 0.5  # of a key's frame is filled
REACH = 1.6  # of the text's height: from a key to its name, and from word to word of it
LIKE = 0.35  # of their size: how far keys may differ
BULLETS = " ●■•▪◆○□—–-_|*·©@•"


class Entry(NamedTuple):
    """A name, the number of its colour, and the words that say it."""

    name: str
    colour: int
    words: tuple[Piece, ...]


def find_legend(
    colour_of: np.ndarray, colours: int, words: Sequence[Piece], height: float, marks: Collection[Area]
) -> list[Entry]:
    """The entries of the legend, one for each colour, in reading order; none where there are fewer than two.

    `colour_of` numbers the colour of each pixel; `marks` are bars, which are no keys; `height` is that of text.
    """
    letters = [word.area for word in words if word.text.strip(BULLETS)]
    keys = [
        (area, colour)
        for colour in range(colours)
        for area in _keys(colour_of == colour, height)
        if not any(_inside(area, mark) for mark in [*marks, *letters])
    ]
    lines = rows(words)
    named = [(area, colour, name) for area, colour in keys if (name := _name(area, lines, keys))]
    return _agreeing(named, height)


def _keys(mask: np.ndarray, height: float) -> list[Area]:
    count, _, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8), connectivity=8)
    found = []
    for x, y, width, tall, size in stats[1:count]:
        fits = SMALLEST * height <= width <= WIDEST * height and tall <= TALLEST * height
        is_stroke = width >= 1.2 * height  # a piece of a line
        if fits and size >= FULL * width * tall and (tall >= SMALLEST * height or is_stroke):
            found.append(Area(float(x), float(y), float(x + width), float(y + tall)))
    return found


def _inside(area: Area, mark: Area) -> bool:
    return mark.x0 - 2 <= area.x <= mark.x1 + 2 and mark.y0 - 2 <= area.y <= mark.y1 + 2


def _name(key: Area, lines: Sequence[list[Piece]], keys: Sequence[tuple[Area, int]]) -> list[Piece]:
    """The words at the right of `key`, up to the next key or a wide gap, and those that go on below them."""
    found: list[Piece] = []
    edge = key.x1
    for word in sorted((word for line in lines for word in line), key=lambda word: word.area.x0):
        tall = word.area.height
        beside = abs(word.area.y - key.y) <= 0.55 * tall and word.area.x1 > key.x1
        if not beside or word.area.x0 < key.x0 - 0.3 * tall:
            continue
        next_key = any(key.x1 < other.x0 < word.area.x0 and abs(other.y - key.y) <= 0.6 * tall for other, _ in keys)
        if next_key or word.area.x0 - edge > (REACH if not found else 0.9) * tall:
            break
        if word.text.strip(BULLETS):
            found.append(word)
        edge = word.area.x1
    return found + _below(found, lines, keys) if found else []


def _below(found: Sequence[Piece], lines: Sequence[list[Piece]], keys: Sequence[tuple[Area, int]]) -> list[Piece]:
    """Lines of a name that was broken: right below it, flush with it, and without a key."""
    more: list[Piece] = []
    left, last = found[0].area.x0, around(word.area for word in found)
    for line in lines:
        row = [word for word in line if word.area.x0 >= left - 0.4 * last.height]
        if not row or row[0].area.y <= last.y + 0.5 * last.height:
            continue
        tall = row[0].area.height
        has_key = any(abs(key.y - row[0].area.y) <= 0.6 * tall and key.x1 <= row[0].area.x0 for key, _ in keys)
        near = row[0].area.y0 - last.y1 <= 0.3 * tall and abs(row[0].area.x0 - left) <= 0.5 * tall
        if has_key or not near:
            break
        more += row
        last = around(word.area for word in row)
    return more


def _agreeing(named: Sequence[tuple[Area, int, list[Piece]]], height: float) -> list[Entry]:
    """The largest set of keys of one size, one for each colour, that stand in rows or in a column."""
    areas = np.array([key for key, _, _ in named]).reshape(-1, 4)
    colours = np.array([colour for _, colour, _ in named])
    sizes = areas[:, 2:] - areas[:, :2]
    best = np.zeros(0, int)
    for size in np.unique(sizes, axis=0):
        like = np.flatnonzero(np.abs(sizes - size).max(axis=1) <= max(LIKE * size.max(), 2))
        order = like[np.argsort(_apart(areas[like]), kind="stable")]
        kept = order[np.unique(colours[order], return_index=True)[1]]  # of each colour the one that is least apart
        kept = kept[_apart(areas[kept]) <= 0.4 * height]
        if len(kept) > len(best):
            best = kept
    if len(best) < 2:
        return []
    ordered = sorted((named[n] for n in best), key=lambda entry: (round(entry[0].y / height), entry[0].x))
    return [Entry(joined(words).text.strip(BULLETS), colour, tuple(words)) for _, colour, words in ordered]


def _apart(areas: np.ndarray) -> np.ndarray:
    """How far each of the keys, (count, 4), is from standing in a row or a column with another one."""
    gaps = np.full(len(areas), np.inf)
    for middles in ((areas[:, 0] + areas[:, 2]) / 2, (areas[:, 1] + areas[:, 3]) / 2):
        order = np.argsort(middles, kind="stable")
        steps = np.diff(middles[order], prepend=-np.inf, append=np.inf)
        gaps[order] = np.minimum(gaps[order], np.minimum(steps[:-1], steps[1:]))
    return gaps
