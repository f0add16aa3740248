"""Points: two measures of each subject, named beside it."""

from __future__ import annotations

from random import Random

from train.factory.charts.axes import upward
from train.factory.charts.bars import Drawn
from train.factory.charts.data import Data
from train.factory.charts.frame import Area, Canvas, scale, tick_text
from train.factory.scene import Circle


def scatter(rng: Random, canvas: Canvas, area: Area, data: Data) -> Drawn:
    """The first series runs upwards, the second to the right; names may carry the first one's value."""
    setting, size = canvas.setting, canvas.setting.size
    across = scale(data.values[1], 6, False, 1.1)
    inner = area._replace(y1=area.y1 - 2.2 * size)
    grid = upward(rng, canvas, inner, scale(data.values[0], 6, False, 1.1), [" "], data.number)
    for tick in across.ticks:
        x = across.at(tick, grid.area.x0, grid.area.x1)
        canvas.write(x, grid.area.y1 + 1.6 * size, tick_text(tick, data.number_of(1)), "middle")
    canvas.write((grid.area.x0 + grid.area.x1) / 2, area.y1 - 0.3 * size, data.series[1], "middle")
    prints = setting.prints_values
    taken: list[tuple[float, float]] = []
    for place, label in enumerate(data.labels):
        x = across.at(data.values[1][place], grid.area.x0, grid.area.x1)
        y = grid.y(float(data.values[0][place]))
        canvas.marks.append(Circle(x, y, 4, setting.ink(0)))
        text = f"{label.text} ({data.printed(0, place)})" if prints else label.text
        left = x + 6 + canvas.measure(text) > grid.area.x1
        at = y + 0.35 * size
        while any(abs(at - other_y) < 1.15 * size and abs(x - other_x) < 160 for other_x, other_y in taken):
            at -= 0.5 * size
        taken.append((x, at))
        canvas.write(x - 6 if left else x + 6, at, text, "right" if left else "left")
    return Drawn(prints, True, "point")
