"""Names over nothing but numbers, one for each: heads wherever they stand.

Net  VAT %  Gross                      Net  VAT %  Gross
100.00  19  119.00            becomes  Net: 100.00  VAT %: 19  Gross: 119.00
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from preprocess.captions.lines import ASIDE, Line, Pair, Values, is_name
from preprocess.captions.pairs import FARTHEST, NEARER
from preprocess.tables.values import is_value

LEAST_HEADS = 3  # over numbers


def headed(lines: Sequence[Line]) -> Iterator[Values]:
    """Lines of nothing but numbers below heads, one below the other."""
    heads: Line | None = None
    for before, above, line in zip([None, *lines], lines, lines[1:], strict=False):
        step = line.row.y - above.row.y
        is_next = above.is_over(line) and 0 < step < FARTHEST * min(above.height, line.height)
        if not (is_next and _are_numbers(line)):
            heads = None
            continue
        if heads is None and len(above.pieces) >= LEAST_HEADS and all(map(is_name, above.pieces)):
            # Names may as well explain the numbers above them.
            is_caption = before is not None and _are_numbers(before) and above.row.y - before.row.y < step / NEARER
            heads = None if is_caption else above
        least = LEAST_HEADS if heads is above else 2
        if heads is not None and len(pairs := _below(heads, line)) >= least:
            yield Values(line.number, pairs, len(heads.pieces))
        else:
            heads = None


def _are_numbers(line: Line) -> bool:
    return all(is_value(piece.text) for piece in line.pieces)


def _below(heads: Line, line: Line) -> list[Pair]:
    """Heads and the numbers that stand below them; none unless every number stands below one of its own."""
    reach = ASIDE * max(heads.row.unit, line.row.unit)
    found = []
    for value in line.pieces:
        over = [head for head in heads.pieces if head.x0 < value.x1 and value.x0 < head.x1]
        if len(over) != 1 or over[0].aside(value) > reach:
            return []
        found.append((over[0], value))
    return found if len({head for head, _ in found}) == len(found) else []
