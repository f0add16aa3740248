"""Cells that stand below one another: an address that is printed beside another one is not read row by row."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from preprocess.document import COLUMN, Box, Line, Word

_FARTHEST = 1.5  # of a cell's height, between a cell and the next one below
_SHARED = 0.5  # of the narrower one's width


def stacks(lines: Sequence[tuple[int, Line]]) -> list[list[tuple[int, Line]]]:
    """Cells of a page's numbered lines, each with its line's number, in stacks of two or more from the top down."""
    found: list[list[tuple[int, Line]]] = []
    lowest: list[Box] = []  # of each stack
    for number, line in lines:
        for cell in _cells(line):
            box = cell.box
            above = [place for place, other in enumerate(lowest) if _is_below(box, other)]
            if above:
                place = max(above, key=lambda place: lowest[place].y1)
                found[place].append((number, cell))
                lowest[place] = box
            else:
                found.append([(number, cell)])
                lowest.append(box)
    return [stack for stack in found if len(stack) > 1]


def _cells(line: Line) -> Iterator[Line]:
    """A line cut at the gaps between its columns, as far as its words can be told apart."""
    start = end = 0
    words: list[Word] = []
    for word in line.words:
        at = line.text.find(word.text, end)
        if at < 0:
            return
        if words and COLUMN in line.text[end:at]:
            yield Line(line.text[start:end], tuple(words))
            start, words = at, []
        words.append(word)
        end = at + len(word.text)
    if words:
        yield Line(line.text[start:end], tuple(words))


def _is_below(box: Box, above: Box) -> bool:
    height = min(box.y1 - box.y0, above.y1 - above.y0)
    shared = min(box.x1, above.x1) - max(box.x0, above.x0)
    is_next = above.y0 + height / 2 <= box.y0 < above.y1 + _FARTHEST * height
    return is_next and shared > _SHARED * min(box.x1 - box.x0, above.x1 - above.x0)
