"""The read table drawn over its picture: where marks would be if every value were true.

Bars are outlined, points ringed and joined, slices cut, each in a colour that stands out from its mark, at the places
where the values belong by the axis. Where outline and mark part, something was misread. Values that were printed are
drawn full, estimated ones thin.
"""

from __future__ import annotations

from math import cos, radians, sin

from PIL import Image, ImageDraw

from preprocess.charts.chart import Axis, Chart, Disc, Series, Value
from preprocess.document import Box

INKS = ((230, 0, 120), (0, 150, 0), (255, 110, 0), (120, 0, 200), (0, 140, 200), (130, 90, 0))
THICK, THIN = 3, 1  # pixels
RADIUS = 6  # pixels: a point


def overlay(picture: Image.Image, chart: Chart) -> Image.Image:
    """A copy of `picture`, of any size, with `chart` drawn over it."""
    shown = picture.convert("RGB")
    draw = ImageDraw.Draw(shown)
    if chart.disc is not None:
        _pie(draw, shown.size, chart.disc, chart.series[0])
    elif chart.axis is not None:
        for number, series in enumerate(chart.series):
            _series(draw, shown.size, chart, chart.axis, series, INKS[number % len(INKS)])
    return shown


def _series(
    draw: ImageDraw.ImageDraw, size: tuple[int, int], chart: Chart, axis: Axis, series: Series,
    ink: tuple[int, int, int],
) -> None:  # fmt: skip
    """One series; in a stack each value begins where its piece does."""
    points = []
    for value in series.values:
        if value is None or value.mark is None:
            continue
        floor = _foot(value, value.mark, axis) if chart.stacked else axis.place(0.0)
        end = floor + axis.slope * value.number
        width = THICK if value.kind == "printed" else THIN
        if chart.kind == "bar" or (chart.kind == "area" and chart.stacked):
            draw.rectangle(_pixels(_bar(value.mark, axis, floor, end), size), outline=ink, width=width)
        else:
            x, y = (value.mark.x0 + value.mark.x1) / 2 * size[0], end * size[1]
            draw.ellipse((x - RADIUS, y - RADIUS, x + RADIUS, y + RADIUS), outline=ink, width=width)
            points.append((x, y))
    if len(points) > 1:
        draw.line(points, fill=ink, width=THIN)


def _foot(value: Value, mark: Box, axis: Axis) -> float:
    """Where a piece of a stack begins: its lower end, or its upper one if it hangs below zero."""
    low, high = (mark.x0, mark.x1) if axis.along == "x" else (mark.y1, mark.y0)
    return high if value.number < 0 else low


def _bar(mark: Box, axis: Axis, floor: float, end: float) -> tuple[float, float, float, float]:
    low, high = sorted((floor, end))
    return (low, mark.y0, high, mark.y1) if axis.along == "x" else (mark.x0, low, mark.x1, high)


def _pixels(box: tuple[float, float, float, float], size: tuple[int, int]) -> tuple[float, float, float, float]:
    """A box in pixels, at least two wide and high, so that small values are seen."""
    x0, y0, x1, y1 = box[0] * size[0], box[1] * size[1], box[2] * size[0], box[3] * size[1]
    return x0, y0, max(x1, x0 + 2), max(y1, y0 + 2)


def _pie(draw: ImageDraw.ImageDraw, size: tuple[int, int], disc: Disc, series: Series) -> None:
    """Slices by their values, from the first one's beginning on; nothing where a value is missing."""
    values: list[Value] = [value for value in series.values if value is not None]
    total = sum(value.number for value in values)
    if len(values) < len(series.values) or total <= 0:
        return
    x, y, radius = disc.x * size[0], disc.y * size[1], disc.radius * size[0]
    draw.ellipse((x - radius, y - radius, x + radius, y + radius), outline=INKS[0], width=THIN)
    angle = disc.start
    for value in values:
        way = sin(radians(angle)), -cos(radians(angle))
        inner = disc.inner * size[0]
        ends = [(x + part * way[0], y + part * way[1]) for part in (inner, radius * 1.04)]
        draw.line(ends, fill=INKS[0], width=THICK if value.kind == "printed" else THIN)
        angle += 360 * value.number / total
