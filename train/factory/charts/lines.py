"""Lines and areas over time."""

from __future__ import annotations

from decimal import Decimal
from random import Random

from train.factory.charts.axes import Grid, upward
from train.factory.charts.bars import Drawn, stack_scale
from train.factory.charts.data import Data
from train.factory.charts.frame import Area, Canvas, scale
from train.factory.scene import Circle, Path


def lines(rng: Random, canvas: Canvas, area: Area, data: Data) -> Drawn:
    setting, size = canvas.setting, canvas.setting.size
    direct = setting.legend == "direct" and len(data.series) > 1
    right = min(max(canvas.measure(name) for name in data.series), area.width * 0.25) + size if direct else 0.0
    axis = scale([value for series in data.values for value in series], 7, rng.random() < 0.5, 1.1)
    grid = upward(rng, canvas, area, axis, [label.text for label in data.labels], data.number, right)
    widest = max(canvas.measure(data.printed(s, p)) for s in range(len(data.series)) for p in range(len(data.labels)))
    printed = setting.prints_values and widest < grid.slot * 1.05 and len(data.series) < 4
    marked, thick = rng.random() < 0.7, rng.choice((1.5, 2.5, 3.5))
    taken: list[float] = []
    for series, values in enumerate(data.values):
        points = [(grid.x(place), grid.y(float(value))) for place, value in enumerate(values)]
        canvas.line(*points, colour=setting.ink(series), width=thick)
        if marked:
            canvas.marks.extend(Circle(x, y, thick * 1.2, setting.ink(series)) for x, y in points)
        if printed:
            _print(canvas, points, data, series)
        if direct:
            y = points[-1][1] + 0.35 * size
            while any(abs(y - other) < 1.2 * size for other in taken):
                y += 0.4 * size
            taken.append(y)
            for row, line in enumerate(canvas.wrap(data.series[series], right - size)):
                canvas.write(grid.area.x1 + 0.3 * size, y + row * 1.1 * size, line, colour=setting.ink(series))
    return Drawn(printed, len(data.series) == 1, "point")


def areas(rng: Random, canvas: Canvas, area: Area, data: Data) -> Drawn:
    """Filled to the axis; several series are stacked."""
    setting = canvas.setting
    grid = upward(rng, canvas, area, stack_scale(data, True), [label.text for label in data.labels], data.number)
    base = [0.0] * len(data.labels)
    widest = max(canvas.measure(data.printed(0, place)) for place in range(len(data.labels)))
    printed = setting.prints_values and len(data.series) == 1 and widest < grid.slot
    for series, values in enumerate(data.values):
        upper = [below + float(value) for below, value in zip(base, values, strict=True)]
        edge = _points(grid, upper)
        shape = (*edge, *reversed(_points(grid, base)))
        canvas.marks.append(Path(shape, None, setting.ink(series), opacity=0.8))
        if printed:
            _print(canvas, edge, data, series)
        base = upper
    return Drawn(printed, True, "point")


def _points(grid: Grid, values: list[float]) -> list[tuple[float, float]]:
    return [(grid.x(place), grid.y(value)) for place, value in enumerate(values)]


def _print(canvas: Canvas, points: list[tuple[float, float]], data: Data, series: int) -> None:
    """Values above the points, below where a dip leaves room there."""
    size = canvas.setting.size
    values = data.values[series]
    for place, (x, y) in enumerate(points):
        around = values[max(place - 1, 0) : place + 2]
        dips = len(around) == 3 and values[place] == min(around) and max(around) > values[place] * Decimal("1.1")
        canvas.write(
            x,
            y + (1.5 if dips else -0.7) * size,
            data.printed(series, place),
            "middle",
            bold=canvas.setting.look.values_bold,
        )
