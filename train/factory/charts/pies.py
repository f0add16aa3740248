"""Pies and rings: shares of a whole, named beside their slices or in a legend."""

from __future__ import annotations

from math import cos, radians, sin
from random import Random

from train.factory.charts.bars import WHITE, Drawn
from train.factory.charts.data import Data
from train.factory.charts.frame import Area, Canvas, legend
from train.factory.scene import Wedge


def pie(rng: Random, canvas: Canvas, area: Area, data: Data) -> Drawn:
    """With a legend of names alone, whose slice a value is cannot be told from text."""
    setting, size = canvas.setting, canvas.setting.size
    form = rng.choice(("beside", "beside", "beside", "listed", "legend"))
    names = [label.text for label in data.labels]
    values = [data.printed(0, place) for place in range(len(names))]
    prints = setting.prints_values
    if form != "beside":
        entries = (
            [f"{name} {value}" for name, value in zip(names, values, strict=True)]
            if form == "listed" and prints
            else names
        )
        area = legend(canvas, area, entries, True)
    side = area.width * 0.24 if form == "beside" else 0.0
    radius = max(min(area.height - (3 if form == "beside" else 1) * size, area.width - 2 * side) / 2, 40.0)
    centre = ((area.x0 + area.x1) / 2, (area.y0 + area.y1) / 2)
    inner = radius * rng.choice((0.5, 0.62)) if rng.random() < 0.35 else 0.0
    total, start = float(sum(data.values[0])), rng.choice((0.0, 0.0, 90.0))
    low: dict[bool, float] = {}
    for place, value in enumerate(data.values[0]):
        sweep = 360 * float(value) / total
        canvas.marks.append(Wedge(*centre, radius, start, sweep, setting.ink(place), inner))
        angle = radians(start + sweep / 2)
        start += sweep
        x, y = sin(angle), -cos(angle)
        if form == "beside":
            _beside(canvas, centre, radius, (x, y), names[place], values[place] if prints else "", side, low)
        elif form == "legend" and prints:
            at = (radius + inner) / 2 if inner else radius * 0.68
            canvas.write(centre[0] + at * x, centre[1] + at * y + 0.35 * size, values[place], "middle", colour=WHITE)
    return Drawn(prints, form != "legend", "slice")


def _beside(
    canvas: Canvas, centre: tuple[float, float], radius: float, way: tuple[float, float], name: str, value: str,
    room: float, low: dict[bool, float],
) -> None:  # fmt: skip
    """A name with its value on one line outside the slice, kept clear of the one written before on that side."""
    size = canvas.setting.size
    is_right = way[0] >= 0
    lines = canvas.wrap(f"{name} {value}".strip(), room)
    height = 1.15 * size * len(lines)
    y = centre[1] + (radius + 0.9 * size) * way[1] + 0.35 * size - height / 2 + 0.6 * size
    before = low.get(is_right)
    if before is not None:  # clockwise: downwards on the right, upwards on the left
        y = max(y, before + 1.2 * size) if is_right else min(y, before - height - 0.1 * size)
    low[is_right] = y + height - 1.15 * size if is_right else y
    x = centre[0] + (radius + 0.8 * size) * way[0]
    for row, line in enumerate(lines):
        canvas.write(x, y + 1.15 * size * row, line, "left" if is_right else "right")
