"""Pies and rings: slices with the names and shares that are printed beside them, in them, or in the legend."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from preprocess.charts.axes import alike
from preprocess.charts.chart import Disc
from preprocess.charts.draft import Cell, Draft
from preprocess.charts.legend import find_legend
from preprocess.charts.look import Look
from preprocess.charts.numbers import Point, figure, point_of
from preprocess.charts.pieces import Area, Piece, is_number, joined, phrases, read, rows
from preprocess.charts.pies import Pie, find_pie
from preprocess.charts.turn import Turn
from preprocess.charts.unread import SECOND

WHOLE = 100.0
REACH = 1.75  # radii: what is written further away belongs to no slice
LINE_GAP = 0.45  # of the text's height, between lines of one name
LEAST_TOLD = 0.5  # of the slices have a name or a value, and two at least: other discs are no charts
LEAST_LETTERS = 2  # of a name in a slice


class Named(NamedTuple):
    """What is written at a slice: its name, and its value where there is one."""

    name: str
    value: Piece | None
    words: tuple[Piece, ...]


NOTHING = Named("", None, ())


def read_pie(look: Look) -> Draft | None:
    """The pie of a page, if there is one. Measured values are shares of the whole, in per cent."""
    pie = find_pie(look.pixels, look.ground, look.flat, look.words)
    if pie is None:
        return None
    point = point_of([word.text for word in look.words if is_number(word.text)])
    inside, written = _inside(look, pie, point), _written_in(look, pie, point)
    named = _from_legend(look, pie, point) or [
        beside if beside.name else within for beside, within in zip(_beside(look, pie, point), written, strict=True)
    ]
    values = {n: piece for n, text in enumerate(named) if (piece := inside.get(n) or text.value or written[n].value)}
    if sum(n in values or bool(text.name) for n, text in enumerate(named)) < max(LEAST_TOLD * len(pie.slices), 2):
        return None
    values = dict(zip(values, alike(list(values.values())), strict=True))
    cells, categories = [], []
    for number, part in enumerate(pie.slices):
        x, y = pie.point(part.middle, 0.75)
        share = part.sweep / 360
        cells.append(Cell(Area(x - 4, y - 4, x + 4, y + 4), WHOLE * share, values.get(number), part.sweep))
        categories.append(named[number].name)
    radius = pie.radius
    return Draft(
        kind="pie",
        turn=Turn(False),
        stacked=False,
        categories=tuple(categories),
        labels=tuple(joined(text.words).area if text.words else None for text in named),
        names=("",),
        inks=(look.flat[pie.slices[0].colour],),
        cells=(tuple(cells),),
        scale=None,
        plot=Area(pie.x - radius, pie.y - radius, pie.x + radius, pie.y + radius),
        used=(*(word for text in named for word in text.words), *values.values()),
        disc=Disc(
            pie.x / look.size[0],
            pie.y / look.size[1],
            radius / look.size[0],
            pie.inner / look.size[0],
            pie.slices[0].start,
        ),
        notices=(SECOND,) if pie.has_second else (),
    )


def _from_legend(look: Look, pie: Pie, point: Point) -> list[Named]:
    """Names by colour; empty where no legend has most of the slices. A value may stand behind the name."""
    entries = find_legend(look.colour_of, len(look.flat), look.words, look.height, ())
    of_colour = {entry.colour: entry for entry in entries}
    found = [of_colour.get(part.colour) for part in pie.slices]
    if sum(entry is not None for entry in found) < 0.6 * len(found):
        return []
    return [_split(entry.words, point) if entry else NOTHING for entry in found]


def _inside(look: Look, pie: Pie, point: Point) -> dict[int, Piece]:
    """Numbers printed in slices, one in each."""
    found: dict[int, Piece] = {}
    for number in read(look.numbers, point):
        away = pie.away(number.area)
        if pie.inner / pie.radius < away < 1.0:
            place = _slice_at(pie, pie.angle(number.area))
            if place not in found:
                found[place] = _unbracketed(number)
    return found


def _written_in(look: Look, pie: Pie, point: Point) -> list[Named]:
    """Names, and the values behind them, that are written in slices."""
    parts: list[list[Piece]] = [[] for _ in pie.slices]
    for word in (word for row in rows(look.words) for word in row):
        if pie.inner / pie.radius < pie.away(word.area) < 1.0:
            parts[_slice_at(pie, pie.angle(word.area))].append(word)
    return [_split(part, point) if any(map(_has_letters, part)) else NOTHING for part in parts]


def _has_letters(word: Piece) -> bool:
    return sum(map(str.isalpha, word.text)) >= LEAST_LETTERS


def _slice_at(pie: Pie, angle: float) -> int:
    return next(number for number, part in enumerate(pie.slices) if (angle - part.start) % 360 < part.sweep + 1e-6)


def _beside(look: Look, pie: Pie, point: Point) -> list[Named]:
    """What is written around the pie, by slices. On the right it goes on downwards as the slices do, on the left
    upwards; where there are as many texts as slices on a side, their order decides, else the nearest slice."""
    found = [NOTHING] * len(pie.slices)
    for side in (True, False):
        words = [word for word in look.words if _is_around(word, pie, look.height) and (word.area.x >= pie.x) == side]
        blocks = _blocks(words, point)
        parts = [n for n, part in enumerate(pie.slices) if (part.middle < 180) == side]
        parts.sort(key=lambda n: pie.point(pie.slices[n].middle, 1.0)[1])
        if len(blocks) == len(parts):
            for number, block in zip(parts, blocks, strict=True):
                found[number] = _split(block, point)
            continue
        for number, block in _nearest(parts, blocks, pie):
            found[number] = _split(block, point)
    return found


def _nearest(parts: Sequence[int], blocks: Sequence[list[Piece]], pie: Pie) -> list[tuple[int, list[Piece]]]:
    """Slices and texts that are nearest to each other, each once, within a text's reach."""
    costs = []
    for number in parts:
        x, y = pie.point(pie.slices[number].middle, 1.1)
        for place, block in enumerate(blocks):
            area = joined(block).area
            away = max(area.x0 - x, x - area.x1, 0.0) + abs(area.y - y)
            costs.append((away, number, place))
    taken: dict[int, int] = {}
    for away, number, place in sorted(costs):
        if away <= 0.35 * pie.radius and number not in taken and place not in taken.values():
            taken[number] = place
    return [(number, blocks[place]) for number, place in taken.items()]


def _is_around(word: Piece, pie: Pie, height: float) -> bool:
    area = word.area
    reach = pie.radius + 2.2 * height
    return (
        pie.away(area) > 0.98
        and abs(area.y - pie.y) <= reach
        and abs(area.x - pie.x) <= REACH * pie.radius + 6 * height
    )


def _blocks(words: Sequence[Piece], point: Point) -> list[list[Piece]]:
    """Texts from top to bottom: lines close together, and a line that ends in a number ends its text."""
    lines = [phrase for row in rows(words) for phrase in phrases(row, 1.0)]
    found: list[list[Piece]] = []
    ended = True
    for line in lines:
        last = found[-1][-1].area if found else None
        apart = last is None or line[0].area.y0 - last.y1 > LINE_GAP * last.height
        if ended or apart:
            found.append([])
        found[-1] += line
        ended = _value_at_end(line, point) is not None
    return found


def _value_at_end(words: Sequence[Piece], point: Point) -> Piece | None:
    """The number that a text ends in; of `Aged 25 34%` the 34%."""
    for start in range(max(len(words) - 3, 0), len(words)):
        whole = joined(words[start:])
        found = figure(whole.text, point)
        if found is not None:
            return _unbracketed(whole._replace(figure=found))
    return None


def _unbracketed(piece: Piece) -> Piece:
    """A slice is never less than nothing: `(35%)` is 35 %."""
    assert piece.figure is not None
    bracketed = piece.text.startswith("(")
    return piece._replace(figure=piece.figure._replace(number=abs(piece.figure.number))) if bracketed else piece


def _split(words: Sequence[Piece], point: Point) -> Named:
    value = _value_at_end(words, point) if len(words) > 1 else None
    if value is None:
        return Named(" ".join(word.text for word in words), None, tuple(words))
    name = [
        word for word in words if word.area.x < value.area.x0 or abs(word.area.y - value.area.y) > word.area.height / 2
    ]
    return Named(" ".join(word.text for word in name), value, tuple(words))
