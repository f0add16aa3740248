"""A chart as `preprocess.charts.told` tells it: its values as rows of text, measured ones with a ~.

Reading the picture would take longer than all the rest; the rows are laid out as a page of text instead, between the
words that stand around the plot, and go the way of every other page.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from math import floor, log10
from random import Random

from preprocess.charts.numbers import Point, figure
from train.factory.charts.bars import Drawn
from train.factory.charts.data import ABOUT, Data
from train.factory.charts.frame import Area
from train.factory.charts.questions import Questions, ask
from train.factory.charts.style import Setting
from train.factory.charts.tongues import Tongue
from train.factory.sample import TOLD, Sample, Split
from train.factory.scene import Scene, Text, estimated_width
from train.factory.values import NumberStyle

UNREAD = ("scatter", "dual")  # kinds that no reader tells, or only half of
GAP, LEADING = 1.4, 1.6  # of the text's size: between columns, between lines


def told(
    sample: Sample, split: Split, tongue: Tongue, given: Data, drawn: Drawn, setting: Setting, area: Area, outer: int
) -> Sample | None:
    """The chart of `sample` as rows; None where a reader does not tell it.

    `area` is what header and footer left of the picture, `outer` how many of the scene's texts those are.
    """
    lowest = min(value for column in given.values for value in column)
    if sample.kind.partition("/")[2] in UNREAD or (not drawn.printed and lowest <= 0):
        return None
    rng = Random(repr(given))  # of its own, so that the sample's other chance does not depend on it
    (scene,) = sample.scenes
    known = _known(given)
    if not drawn.printed:
        given = _measured(rng, given)
    inner = [text for text in scene.texts[outer:] if text.text not in known]
    stay = {setting.axis, *given.series}
    around = [*scene.texts[:outer], *(text for text in inner if text.upright or text.text in stay)]
    rows = [_row(given, place) for place in range(len(given.labels))]
    if ticks := _ticks([text for text in inner if text not in around], given):
        rows.append(ticks)
    told_rows, room = _laid_out(rows, area, setting.size)
    below = [replace(text, y=text.y + room) if text.y > area.y0 else text for text in around]
    return replace(
        sample,
        kind=TOLD + sample.kind,
        scenes=(Scene(scene.width, scene.height + room, (*below, *told_rows)),),
        questions=ask(Questions(rng, split, tongue, given, Drawn(True, True, drawn.mark), setting)),
    )


def _measured(rng: Random, given: Data) -> Data:
    """Values as they are measured: off by about a pixel, and rounded to what a pixel can tell."""
    top = float(max(value for column in given.values for value in column))
    pixel = top / rng.uniform(150, 600)
    digits = -floor(log10(pixel))

    def measured(value: Decimal) -> Decimal:
        number = round(max(float(value) + rng.gauss(0, pixel / 2), pixel), digits)
        return Decimal(f"{Decimal(f'{number:.15g}'):f}")

    columns = tuple(tuple(measured(value) for value in column) for column in given.values)
    style = NumberStyle("", ".", before=ABOUT, after="%" if given.topic.unit == "%" else "")
    return replace(given, values=columns, number=style)


def _row(given: Data, place: int) -> list[str]:
    cells = [given.printed(series, place) for series in range(len(given.series))]
    named = [f"{name}: {cell}" for name, cell in zip(given.series, cells, strict=True)] if len(cells) > 1 else cells
    return [given.labels[place].text, *named]


def _known(given: Data) -> set[str]:
    """What moves to the rows: labels, whole and on several lines, and values."""
    names = {part for label in given.labels for part in (label.text, *label.text.split())}
    places = range(len(given.labels))
    return names | {given.printed(series, place) for series in range(len(given.series)) for place in places}


def _ticks(texts: Sequence[Text], given: Data) -> list[str]:
    """The numbers at the axis."""
    point: Point = "," if given.number.point == "," else "."
    return list(dict.fromkeys(text.text for text in texts if figure(text.text, point)))


def _laid_out(rows: Sequence[Sequence[str]], area: Area, usual: float) -> tuple[list[Text], float]:
    """Rows under one another from the top of `area` on, small enough to fit its width; and the height they take."""
    widest = max(sum(_width(cell, 1.0) + GAP for cell in row) for row in rows)
    size = min(usual, area.width / widest)
    found = []
    for number, row in enumerate(rows, 1):
        x = area.x0
        for cell in row:
            found.append(Text(x, area.y0 + number * LEADING * size, cell, size))
            x += _width(cell, size) + GAP * size
    return found, LEADING * size * (len(rows) + 1)


def _width(cell: str, size: float) -> float:
    return estimated_width(cell, Text(0, 0, "", size))
