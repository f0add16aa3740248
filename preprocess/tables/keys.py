"""Lines that fill a table's first column alone: headings of the rows below, or parts of a label that was broken."""

from __future__ import annotations

from collections.abc import Sequence

from preprocess.tables.layout import Layout

NEAR = 1.7  # heights from line to line within a cell, at most
INDENT = 0.6  # characters


def key_joins(layout: Layout) -> dict[int, bool]:
    """Of such lines below the heads, and of those that follow them: whether they go on with the line above."""
    alone = [number for number in range(max(layout.head, 1), len(layout.placed)) if _is_alone(layout, number)]
    headings = _headings(layout, alone)
    broken = [number for number in alone if number not in headings]
    above = {number: number - 1 not in headings and _reads_on(layout, number - 1) for number in broken}
    below = {number: _reads_on(layout, number) for number in broken}
    votes = sum(above[number] - below[number] for number in broken)
    if not votes and broken:
        votes = -1 if broken[0] == layout.head else 1
    found = dict.fromkeys(headings, False) | {number + 1: False for number in headings}
    for number in broken:
        up = above[number] and (votes > 0 or not below[number])
        found[number] = found.get(number, False) or up
        found[number + 1] = below[number] and not up
    return found


def _is_alone(layout: Layout, number: int) -> bool:
    return layout.placed[number].filled == {0}


def _headings(layout: Layout, alone: Sequence[int]) -> set[int]:
    """Those that are surely headings, and with them all that stand as far in and do not read on."""
    sure = {number for number in alone if _is_heading(layout, number)}
    starts = [layout.placed[number].row.x0 for number in sure]
    alike = set()
    for number in alone:
        row = layout.placed[number].row
        near = any(abs(row.x0 - start) < INDENT * row.unit for start in starts)
        if near and not layout.goes_on(number) and not layout.goes_on(number + 1):
            alike.add(number)
    return sure | alike


def _is_heading(layout: Layout, number: int) -> bool:
    """It ends like one, or rows below stand further in or have labels that come again, or it can be nothing else."""
    if layout.label(number).endswith(":"):
        return True
    if layout.goes_on(number) or number + 1 >= len(layout.placed):
        return False
    following = layout.label(number + 1)
    if following and layout.counts[following] > 1:
        return True
    if number == layout.head and not _reads_on(layout, number):
        return True
    row, inward = layout.placed[number].row, []
    for other in range(number + 1, len(layout.placed)):
        if _is_alone(layout, other):
            break
        inward.append(layout.placed[other].row.x0 - row.x0 > INDENT * row.unit)
    return len(inward) > 1 and all(inward)


def _reads_on(layout: Layout, number: int) -> bool:
    """Whether the first column's text in line `number` goes on in the next."""
    below = number + 1
    if below >= len(layout.placed) or number < layout.head or layout.step(below) > NEAR:
        return False
    text, following = layout.placed[number].at(0), layout.placed[below].at(0)
    if text is None or following is None or text.piece.text.endswith(":"):
        return False
    if layout.least_apart:
        return layout.step(below) < layout.least_apart
    return layout.goes_on(below) or layout.wraps(text, following, layout.placed[below].row.unit)
