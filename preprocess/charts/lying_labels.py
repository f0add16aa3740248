"""The names of lying bars: at the left of their line, in one line or in several that are flush with one another."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

from preprocess.charts.labels import Labels, grid, named
from preprocess.charts.pieces import Area, Piece, around, joined, phrases, rows
from preprocess.charts.slots import Slots

LINE_GAP = 1.2  # of the text's height, between lines of one label
WIDE_GAP = 2.0  # heights of text: what stands further to the left is another column
FLUSH = 0.5  # of the text's height


def left_of(words: Sequence[Piece], slots: Slots, right: float, height: float) -> Labels:
    """Labels of lying slots: of the flat words that end before `right` (pixels from the picture's left) those nearest
    to it, and the lines over and under them."""
    parts: list[list[list[Piece]]] = [[] for _ in range(slots.number)]
    for phrase in _phrases(words, right, height):
        place = slots.of(joined(phrase).area.y)
        if place is not None:
            parts[place].append(phrase)
    taken = [(word, place) for place, part in enumerate(parts) for word in _label(part, height)]
    return named([word for word, _ in taken], [place for _, place in taken], slots.number)


def spread_down(
    words: Sequence[Piece], numbers: Sequence[Piece], slots: Slots, right: float, height: float
) -> Slots | None:
    """Evenly spaced slots of the labels that end where those of most of the bars' `slots` do: some may have no bar.
    Over the first bar and under the last one, where titles and notes stand, one of `numbers` is in the bar's place."""
    edges = [area.x1 for area in left_of(words, slots, right, height).areas if area is not None]
    if not edges:
        return None
    whole = [joined(phrase).area for row in rows(words) for phrase in phrases(row, 1.0)]
    lines = sorted((a for a in whole if abs(a.x1 - median(edges)) <= FLUSH * height), key=lambda area: area.y)
    blocks: list[list[Area]] = []
    for line in lines:
        if not blocks or line.y0 - blocks[-1][-1].y1 > LINE_GAP * height:
            blocks.append([])
        blocks[-1].append(line)
    grids = [grid([line.y for line in lines]), grid([around(block).y for block in blocks])]
    found = max((each for each in grids if each is not None), key=lambda each: each.number, default=None)
    if found is None:
        return None
    beside = [n.area.y for n in numbers if 0 <= n.area.x0 - right <= WIDE_GAP * height]
    with_bar = range(found.place(slots.at(0)), found.place(slots.at(slots.number - 1)) + 1)
    held = [
        n for n in range(found.number) if n in with_bar or any(abs(y - found.at(n)) <= FLUSH * height for y in beside)
    ]
    return Slots(found.at(held[0]), found.step, held[-1] - held[0] + 1) if held else None


def _phrases(words: Sequence[Piece], right: float, height: float) -> list[list[Piece]]:
    beside = [word for word in words if not word.upright and word.area.x1 <= right + 0.5 * height]
    return [phrase for row in rows(beside) for phrase in phrases(row, WIDE_GAP)]


def _label(part: Sequence[list[Piece]], height: float) -> list[Piece]:
    """Of the phrases in a slot the one that ends furthest right, and lines that are flush with it and close to it."""
    if not part:
        return []
    nearest = max(part, key=lambda phrase: phrase[-1].area.x1)
    label = joined(nearest).area
    lines = [nearest]
    for way in (-1, 1):
        area = label
        for line in sorted((p for p in part if p is not nearest), key=lambda phrase: way * phrase[0].area.y):
            other = joined(line).area
            gap = other.y0 - area.y1 if way > 0 else area.y0 - other.y1
            flush = min(abs(other.x0 - label.x0), abs(other.x1 - label.x1), abs(other.x - label.x))
            if -FLUSH * height <= gap <= LINE_GAP * height and flush <= FLUSH * height:
                lines.append(line)
                area = other
    return [word for line in sorted(lines, key=lambda line: joined(line).area.y) for word in line]
