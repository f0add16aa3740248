"""What stands around the plot: the title over it, the names of its axes, and the unit of its values."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from preprocess.charts.axes import Scale
from preprocess.charts.draft import Draft
from preprocess.charts.look import Look
from preprocess.charts.pieces import Piece, around, joined, rows, stands_at

LIKE_TITLE = 0.83  # of the tallest line: lines of one title
LEAST_WORD = 3  # letters of a word that is no icon
SURE = 0.9  # confidence of OCR in text that it was not made for
BROKEN = 1.6  # of an upright text's thickness: a wider gap is a hole in what was read

_AMOUNT = re.compile(
    r"\bin ((?:(?:hundred|thousand|million|billion|trillion|percent|per cent|%|1,000|U\.?S\.?|euro|dollar|pound|yen)"
    r"\w*)[^()]*)\)?\s*$",
    re.IGNORECASE,
)


class Texts(NamedTuple):
    """Each is empty where the chart does not have it; `notices` say what was there and could not be read."""

    title: str
    category_name: str
    value_name: str
    unit: str
    notices: tuple[str, ...]


def texts_of(look: Look, draft: Draft) -> Texts:
    """Title, axis names and unit, from the words that have no other meaning yet."""
    free = [word for word in look.words if not stands_at(word, draft.used)]
    frame = around([draft.plot, *(piece.area for piece in draft.used)])
    title = _title(free, frame.y0, look)
    below, beside = _below(free, draft, look), ""
    notices: tuple[str, ...] = ()
    if not draft.turn.lying and draft.scale is not None:
        beside, notices = _upright(free, draft.scale, look)
    value_name, category_name = (below, "") if draft.turn.lying else (beside, below)
    unit = (draft.scale.unit if draft.scale else "") or _usual_unit(draft)
    if not unit:
        match = _AMOUNT.search(value_name) or _AMOUNT.search(title)
        unit = match.group(1).strip() if match else ""
    return Texts(title, category_name, value_name, unit, notices)


def _title(free: Sequence[Piece], top: float, look: Look) -> str:
    """The tallest lines over everything else, those next to one another."""
    lines = []
    for row in rows(free):
        words = [word for word in row if word.area.y1 <= top + 0.3 * look.height]
        if sum(len(word.text) >= LEAST_WORD and word.text[0].isalnum() for word in words) >= 1:
            lines.append(words)
    if not lines:
        return ""
    tall = [sorted(word.area.height for word in line)[len(line) // 2] for line in lines]
    start = tall.index(max(tall)) if max(tall) > 1.12 * look.height else 0
    while start and tall[start - 1] >= LIKE_TITLE * tall[start]:
        start -= 1
    stop = start + 1
    while stop < len(lines) and tall[stop] >= 0.9 * tall[start] and _follows(lines[stop - 1], lines[stop]):
        stop += 1
    return " ".join(word.text for line in lines[start:stop] for word in line)


def _follows(line: Sequence[Piece], after: Sequence[Piece]) -> bool:
    above, below = around(word.area for word in line), around(word.area for word in after)
    return below.y0 - above.y1 <= 0.6 * above.height


def _below(free: Sequence[Piece], draft: Draft, look: Look) -> str:
    """A line under the middle of the plot, next to what is written there: the name of the lower axis."""
    if draft.kind == "pie":
        return ""
    plot = draft.plot
    foot = max([plot.y1, *(piece.area.y1 for piece in draft.used if plot.x0 < piece.area.x < plot.x1)])
    for row in rows(free):
        words = [word for word in row if word.area.y0 >= foot - 0.3 * look.height]
        if not words or words[0].area.y0 > foot + 2.2 * look.height:
            continue
        area = around(word.area for word in words)
        if abs(area.x - plot.x) <= 0.12 * plot.width and area.width < plot.width and "©" not in words[0].text:
            return joined(words).text
    return ""


def _upright(free: Sequence[Piece], scale: Scale, look: Look) -> tuple[str, tuple[str, ...]]:
    """The name beside the axis, read from the bottom up. OCR often has only bits of it: then it is not told."""
    left = min(piece.area.x0 for piece, _ in scale.ticks) if scale.ticks else 0.0
    beside = [word for word in free if word.area.x1 <= left + 0.3 * look.height]
    top = min((piece.area.y0 for piece, _ in scale.ticks), default=0.0) - 3 * look.height
    low = max((piece.area.y1 for piece, _ in scale.ticks), default=0.0) + 3 * look.height
    beside = [word for word in beside if top <= word.area.y <= low]
    if not beside:
        return "", ()
    ordered = sorted(beside, key=lambda word: (round(word.area.x / look.height), -word.area.y1))
    whole = all((word.upright or len(word.text) == 1) and word.confidence >= SURE for word in beside)
    for under, over in pairwise(ordered):
        same = round(under.area.x / look.height) == round(over.area.x / look.height)
        whole &= not same or under.area.y0 - over.area.y1 <= BROKEN * under.area.width
    if not whole or sum(len(word.text) for word in ordered) < LEAST_WORD:
        return "", ("The name of the axis stands upright and was read only in bits; it is left out.",)
    return joined(ordered).text, ()


def _usual_unit(draft: Draft) -> str:
    """That of most printed values; a pie without any is measured in per cent."""
    units = [cell.piece.figure.unit for row in draft.cells for cell in row if cell.piece and cell.piece.figure]
    if not units:
        return "%" if draft.kind == "pie" else ""
    return max(set(units), key=units.count)
