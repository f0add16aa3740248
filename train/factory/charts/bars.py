"""Bars, upright and lying; one series, groups side by side, or stacks."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from random import Random
from typing import NamedTuple

from train.factory.charts.axes import Grid, upward
from train.factory.charts.data import Data
from train.factory.charts.frame import Area, Canvas, Scale, scale, tick_text
from train.factory.scene import Colour, Rect

WHITE: Colour = (255, 255, 255)


class Drawn(NamedTuple):
    """Whether all values were printed, whether text alone tells whose they are, and what shows a value."""

    printed: bool
    told: bool
    mark: str


def stack_scale(data: Data, stacked: bool) -> Scale:
    values = [value for series in data.values for value in series]
    if stacked:
        values = [sum(column, Decimal(0)) for column in zip(*data.values, strict=True)]
    return scale(values, 7)


def upright(rng: Random, canvas: Canvas, area: Area, data: Data, stacked: bool = False) -> Drawn:
    setting = canvas.setting
    grid = upward(rng, canvas, area, stack_scale(data, stacked), [label.text for label in data.labels], data.number)
    beside = 1 if stacked else len(data.series)
    thick = grid.slot * (1 - setting.look.gap) / beside
    room = grid.slot * 0.98 if beside == 1 else thick * 1.25
    size = _fitting(canvas, data, room)
    inside = stacked or (beside == 1 and rng.random() < 0.12)
    for place in range(len(data.labels)):
        base = 0.0
        for series, values in enumerate(data.values):
            value = float(values[place])
            left = grid.x(place) - thick * beside / 2 + (0 if stacked else series * thick)
            low, high = sorted((grid.y(base), grid.y(base + value)))
            canvas.marks.append(
                Rect(left, low, thick * (0.94 if beside > 1 else 1), max(high - low, 0.5), setting.ink(series))
            )
            if size and setting.prints_values:
                y = (
                    (low + high) / 2 + 0.35 * size
                    if stacked
                    else low + 1.4 * size
                    if inside
                    else _beyond(value, low, high, size)
                )
                _value(canvas, left + thick / 2, y, data.printed(series, place), size, inside)
            base += value if stacked else 0.0
    told = not stacked or _has_room(data, abs(grid.y(1.0) - grid.y(0.0)), lambda _: 0.4 * size)
    return Drawn(bool(size) and setting.prints_values, told, "bar")


def _has_room(data: Data, unit: float, need: Callable[[str], float]) -> bool:
    """Whether every piece of the stacks, `unit` points for 1, is as long as `need` says of its printed value."""
    return all(
        float(value) * unit >= need(data.printed(series, place))
        for series, values in enumerate(data.values)
        for place, value in enumerate(values)
    )


def _beyond(value: float, low: float, high: float, size: float) -> float:
    return low - 0.45 * size if value >= 0 else high + 1.2 * size


def _value(canvas: Canvas, x: float, y: float, text: str, size: float, inside: bool) -> None:
    look = canvas.setting.look
    canvas.write(x, y, text, "middle", size, look.values_bold, WHITE if inside else look.ink)


def _fitting(canvas: Canvas, data: Data, room: float) -> float:
    """The size in which all values fit into `room`, 0 where none does."""
    bold = canvas.setting.look.values_bold
    widest = max(
        canvas.measure(data.printed(series, place), bold=bold)
        for series in range(len(data.series))
        for place in range(len(data.labels))
    )
    size = canvas.setting.size * min(1.0, room / widest)
    return size if size >= 6.5 else 0.0


class _Lying(NamedTuple):
    area: Area
    scale: Scale
    row: float

    def x(self, value: float) -> float:
        return self.scale.at(value, self.area.x0, self.area.x1)


def lying(rng: Random, canvas: Canvas, area: Area, data: Data, stacked: bool = False) -> Drawn:
    """Bars from left to right: a label and its value share a line."""
    setting = canvas.setting
    frame = _lying_axes(rng, canvas, area, data, stacked)
    beside = 1 if stacked else len(data.series)
    thick = frame.row * (1 - setting.look.gap) / beside
    size = min(setting.size, thick * 1.15 if beside > 1 else frame.row * 0.8)
    printed = setting.prints_values and size >= 6
    column = frame.area.x1 - 0.3 * size if beside == 1 and not stacked and rng.random() < 0.1 else 0.0
    for place in range(len(data.labels)):
        top, base = frame.area.y0 + frame.row * (place + 0.5) - thick * beside / 2, 0.0
        for series, values in enumerate(data.values):
            value = float(values[place])
            x0, x1 = sorted((frame.x(base), frame.x(base + value)))
            y = top + (0 if stacked else series * thick)
            canvas.marks.append(
                Rect(x0, y, max(x1 - x0, 0.5), thick * (0.94 if beside > 1 else 1), setting.ink(series))
            )
            if printed:
                text, y = data.printed(series, place), y + thick / 2 + 0.35 * size
                if stacked:
                    _value(canvas, (x0 + x1) / 2, y, text, size, True)
                else:
                    canvas.write(
                        column or x1 + 0.5 * size,
                        y,
                        text,
                        "right" if column else "left",
                        size,
                        setting.look.values_bold,
                    )
            base += value if stacked else 0.0
    told = not stacked or _has_room(data, abs(frame.x(1.0) - frame.x(0.0)), lambda text: canvas.measure(text, size))
    return Drawn(printed, told, "bar")


def _lying_axes(rng: Random, canvas: Canvas, area: Area, data: Data, stacked: bool) -> _Lying:
    setting, size = canvas.setting, canvas.setting.size
    widest = max(canvas.measure(label.text) for label in data.labels)
    left = min(widest, area.width * 0.38) + 2
    axis = stack_scale(data, stacked)
    margin = max(canvas.measure(data.printed(0, place)) for place in range(len(data.labels))) * 0.6
    has_ticks = rng.random() < (0.85 if setting.brand else 0.5)
    foot = size * (1.6 * has_ticks + 1.7 * bool(setting.axis) + 0.3)
    inner = Area(area.x0 + left + 0.8 * size, area.y0, area.x1 - margin, area.y1 - foot)
    frame = _Lying(inner, axis, inner.height / len(data.labels))
    for tick in axis.ticks if has_ticks else ():
        x = frame.x(float(tick))
        canvas.line((x, inner.y0), (x, inner.y1), colour=setting.look.grid, dash=setting.look.dash)
        canvas.write(x, inner.y1 + 1.4 * size, tick_text(tick, data.number), "middle")
    if setting.axis:
        canvas.write((inner.x0 + inner.x1) / 2, area.y1 - 0.4 * size, setting.axis, "middle")
    anchor_left = rng.random() < 0.25
    for place, label in enumerate(data.labels):
        lines = canvas.wrap(label.text, left)
        y = inner.y0 + frame.row * (place + 0.5) + size * (0.35 - 0.6 * (len(lines) - 1))
        for row, line in enumerate(lines):
            x = area.x0 if anchor_left else inner.x0 - 0.7 * size
            canvas.write(x, y + 1.2 * size * row, line, "left" if anchor_left else "right")
    zero = frame.x(0.0)
    canvas.line((zero, inner.y0), (zero, inner.y1), colour=setting.look.ink)
    return frame


def with_line(rng: Random, canvas: Canvas, area: Area, data: Data) -> Drawn:
    """Bars on the left axis, a line of another measure on the right one; values of bars stand at their feet."""
    setting, size = canvas.setting, canvas.setting.size
    first, second = data.values
    right = scale(second, 6)
    ticks = [tick_text(tick, data.number_of(1)) for tick in right.ticks]
    width = max(canvas.measure(tick) for tick in ticks) + size
    top = scale(first, 6, head=1.2)
    grid: Grid = upward(rng, canvas, area, top, [label.text for label in data.labels], data.number, width)
    for tick, text in zip(right.ticks, ticks, strict=True):
        canvas.write(grid.area.x1 + 0.5 * size, right.at(tick, grid.area.y1, grid.area.y0) + 0.35 * size, text)
    thick = grid.slot * (1 - setting.look.gap)
    fits = _fitting(canvas, data, grid.slot * 0.98)
    for place, value in enumerate(first):
        y = grid.y(float(value))
        canvas.marks.append(Rect(grid.x(place) - thick / 2, y, thick, grid.area.y1 - y, setting.ink(0)))
        if fits and setting.prints_values:
            _value(canvas, grid.x(place), grid.area.y1 - 0.5 * fits, data.printed(0, place), fits, True)
    points = [(grid.x(place), right.at(value, grid.area.y1, grid.area.y0)) for place, value in enumerate(second)]
    canvas.line(*points, colour=setting.ink(1), width=2.0)
    for place, (x, y) in enumerate(points):
        if fits and setting.prints_values:
            canvas.write(x, y - 0.5 * fits, data.printed(1, place), "middle", fits)
    return Drawn(bool(fits) and setting.prints_values, True, "bar")
