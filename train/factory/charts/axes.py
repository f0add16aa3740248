"""Axes of charts whose values run upwards: ticks and grid, and labels below that wrap or turn."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import NamedTuple

from train.factory.charts.frame import Area, Canvas, Scale, tick_text, upright_title
from train.factory.scene import Rect
from train.factory.values import NumberStyle


class Grid(NamedTuple):
    """The plot's area, the scale of its values, and the width of one label's slot."""

    area: Area
    scale: Scale
    slot: float

    def x(self, place: int) -> float:
        return self.area.x0 + self.slot * (place + 0.5)

    def y(self, value: float) -> float:
        return self.scale.at(value, self.area.y1, self.area.y0)


def upward(
    rng: Random,
    canvas: Canvas,
    area: Area,
    scale: Scale,
    labels: Sequence[str],
    number: NumberStyle,
    right: float = 0.0,
) -> Grid:
    """Draw the axes and give the grid; `right` leaves room for a second axis or for names of lines."""
    setting, size = canvas.setting, canvas.setting.size
    look = setting.look
    ticks = [tick_text(tick, number) for tick in scale.ticks]
    left = area.x0 + max(canvas.measure(tick) for tick in ticks) + 0.8 * size
    if setting.axis:
        left += 1.8 * size * min(len(canvas.wrap(setting.axis, area.height * 0.8, 0.92 * size)), 2)
    inner = Area(left, area.y0 + size, area.x1 - right, area.y1)
    slot = inner.width / len(labels)
    inner = inner._replace(y1=inner.y1 - _labels_below(canvas, inner, slot, labels))
    grid = Grid(inner, scale, slot)
    if look.bands:
        for place in range(1, len(labels), 2):
            canvas.marks.append(Rect(inner.x0 + place * slot, inner.y0, slot, inner.height, (248, 248, 248)))
    for tick, text in zip(scale.ticks, ticks, strict=True):
        y = grid.y(float(tick))
        canvas.line((inner.x0, y), (inner.x1, y), colour=look.grid, dash=look.dash)
        canvas.write(inner.x0 - 0.6 * size, y + 0.35 * size, text, "right")
    spine(canvas, grid)
    if setting.axis:
        upright_title(rng, canvas, area.x0 + size, inner, setting.axis)
    return grid


def spine(canvas: Canvas, grid: Grid) -> None:
    look, (x0, y0, x1, y1) = canvas.setting.look, grid.area
    zero = grid.y(min(max(0.0, grid.scale.low), grid.scale.high))
    if look.spine in ("bottom", "both", "box"):
        canvas.line((x0, zero), (x1, zero), colour=look.ink)
    if look.spine in ("both", "box"):
        canvas.line((x0, y0), (x0, y1), colour=look.ink)
    if look.spine == "box":
        canvas.line((x0, y0), (x1, y0), (x1, y1), (x0, y1), colour=look.ink)


def _labels_below(canvas: Canvas, area: Area, slot: float, labels: Sequence[str]) -> float:
    """Write the labels under the plot and give the height they take."""
    size = canvas.setting.size
    wrapped = [canvas.wrap(label, slot * 0.98) for label in labels]
    is_narrow = max(canvas.measure(line) for lines in wrapped for line in lines) > slot
    if (
        is_narrow
        or max(map(len, wrapped)) > 4
        or (labels[0][-1:].isdigit() and any(len(lines) > 1 for lines in wrapped))
    ):
        longest = max(canvas.measure(label) for label in labels)
        cut = min(longest, area.height * 0.45)
        for place, label in enumerate(labels):
            lines = canvas.wrap(label, cut)
            for row, line in enumerate(lines):
                x = area.x0 + slot * (place + 0.5) + size * (0.35 + row - (len(lines) - 1) / 2)
                canvas.write(x, area.y1 - cut, line, "right", upright=True)
        return cut + size
    rows = max(map(len, wrapped))
    height = (1.2 * rows + 0.6) * size
    for place, lines in enumerate(wrapped):
        for row, line in enumerate(lines):
            canvas.write(area.x0 + slot * (place + 0.5), area.y1 - height + (1.3 + 1.2 * row) * size, line, "middle")
    return height
