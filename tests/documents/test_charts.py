"""Charts drawn here with Pillow, so that every value and every place is known, read back to numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from preprocess.charts.chart import Chart, NoChart
from preprocess.charts.read import read_chart
from preprocess.charts.redraw import INKS, overlay
from preprocess.document import Box, Page, PageText, Word
from preprocess.lines import to_lines

WIDTH, HEIGHT = 640, 480
LEFT, RIGHT, TOP, FOOT = 80, 600, 60, 400  # of the plot
BLUE, ORANGE, GREEN, GREY, INK = (40, 117, 221), (237, 125, 49), (60, 150, 60), (220, 220, 220), (60, 60, 60)
FONT = ImageFont.load_default(13)


@dataclass
class Sketch:
    """A picture in the making, and its words."""

    picture: Image.Image = field(default_factory=lambda: Image.new("RGB", (WIDTH, HEIGHT), "white"))
    words: list[Word] = field(default_factory=list)

    @property
    def draw(self) -> ImageDraw.ImageDraw:
        return ImageDraw.Draw(self.picture)

    def write(self, x: float, y: float, text: str, anchor: str = "mm", seen: str | None = None, ink=INK) -> None:
        """`seen` is what a reader takes the text for."""
        self.draw.text((x, y), text, ink, FONT, anchor)
        x0, y0, x1, y1 = self.draw.textbbox((x, y), text, FONT, anchor)
        box = Box(x0 / WIDTH, y0 / HEIGHT, x1 / WIDTH, y1 / HEIGHT)
        self.words.append(Word(text if seen is None else seen, box, 0.95))

    def y_axis(self, ticks: Sequence[float], seen: dict[float, str] | None = None) -> None:
        for tick in ticks:
            y = self.y(tick, ticks)
            self.draw.line((LEFT, y, RIGHT, y), GREY)
            self.write(LEFT - 8, y, f"{tick:g}", "rm", (seen or {}).get(tick))

    def y(self, value: float, ticks: Sequence[float]) -> float:
        return FOOT - (value - ticks[0]) / (ticks[-1] - ticks[0]) * (FOOT - TOP)

    def legend(self, names: Sequence[str], colours) -> None:
        for place, (name, colour) in enumerate(zip(names, colours, strict=True)):
            x = 150 + 120 * place
            self.draw.rectangle((x, 35, x + 10, 45), colour)
            self.write(x + 18, 40, name, "lm")

    def page(self) -> Page:
        words = PageText(to_lines(self.words, WIDTH / HEIGHT), "ocr")
        return Page(1, lambda: self.picture, lambda: words)

    def read(self) -> Chart:
        return read_chart(self.page())


TICKS = [0, 50, 100, 150, 200]
NAMES = ["North", "South", "East", "West"]
VALUES = [120, 183, 47, 96]


def centre(place: int, count: int = 4) -> float:
    return LEFT + (RIGHT - LEFT) / count * (place + 0.5)


def bars(values=VALUES, printed: bool = True, ticks=TICKS, seen=None, tick_seen=None) -> Sketch:
    """Standing bars of 60 pixels; `seen` is what a printed value is taken for, by its place."""
    sketch = Sketch()
    sketch.y_axis(ticks, tick_seen)
    for place, value in enumerate(values):
        x, y, zero = centre(place), sketch.y(value, ticks), sketch.y(0, ticks)
        sketch.draw.rectangle((x - 30, min(y, zero), x + 29, max(y, zero) - 1), BLUE)
        sketch.write(x, FOOT + 14, NAMES[place])
        if printed:
            sketch.write(x, y - 10 if value >= 0 else y + 10, f"{value}", seen=(seen or {}).get(place))
    return sketch


def numbers(chart: Chart, series: int = 0) -> list[float | None]:
    return [value and value.number for value in chart.series[series].values]


def kinds(chart: Chart) -> list[str | None]:
    return [value and value.kind for value in chart.series[0].values]


def failed(chart: Chart) -> set[str]:
    return {check.name for check in chart.checks if not check.passed}


def test_printed_values_are_read_exactly_with_their_places():
    sketch = bars()
    chart = sketch.read()
    assert (chart.kind, chart.lying, chart.categories) == ("bar", False, tuple(NAMES))
    assert numbers(chart) == VALUES and kinds(chart) == ["printed"] * 4
    assert {check.name for check in chart.checks} == {"ticks", "range", "marks", "order"} and not failed(chart)
    own = {word.text: word.box for word in sketch.words}
    for value in chart.series[0].values:
        assert abs(value.box.x0 - own[value.text].x0) < 1e-6 and abs(value.box.y1 - own[value.text].y1) < 1e-6
    assert chart.axis.range == (0, 200) and [tick.text for tick in chart.axis.ticks] == ["0", "50", "100", "150", "200"]
    assert chart.axis.place(100) * HEIGHT == pytest.approx((TOP + FOOT) / 2, abs=1)


def test_values_that_are_not_printed_are_measured_to_two_pixels():
    chart = bars(printed=False).read()
    pixel = 200 / (FOOT - TOP)
    assert numbers(chart) == pytest.approx(VALUES, abs=2 * pixel) and kinds(chart) == ["estimated"] * 4
    mark = chart.series[0].values[1].mark
    assert mark.x0 * WIDTH == pytest.approx(centre(1) - 30, abs=1)
    assert mark.y0 * HEIGHT == pytest.approx(FOOT - 183 / 200 * (FOOT - TOP), abs=1)


def test_bars_below_zero():
    ticks = [-100, -50, 0, 50, 100]
    values = [60, -35, 88, -70]
    assert numbers(bars(values, ticks=ticks).read()) == values
    assert numbers(bars(values, printed=False, ticks=ticks).read()) == pytest.approx(values, abs=1)


def test_a_letter_for_a_digit_is_no_number_and_the_mark_is_measured():
    chart = bars(seen={0: "12O"}).read()
    assert kinds(chart) == ["estimated", "printed", "printed", "printed"]
    assert numbers(chart)[0] == pytest.approx(120, abs=1)


@pytest.mark.parametrize(("place", "seen"), [(0, "720"), (1, "133"), (1, "18"), (2, "4.7"), (3, "-96")])
def test_a_wrong_digit_is_caught_by_the_mark(place, seen):
    assert "marks" in failed(bars(seen={place: seen}).read())


def test_a_wrong_tick_is_left_out_and_told():
    chart = bars(printed=False, tick_seen={100: "700"}).read()
    assert failed(chart) == {"ticks"} and "700" in next(c.sentence for c in chart.checks if c.name == "ticks")
    assert numbers(chart) == pytest.approx(VALUES, abs=1)


def test_without_an_axis_printed_values_that_agree_are_the_scale():
    sketch = bars(ticks=TICKS)
    sketch.words = [word for word in sketch.words if word.box.x0 * WIDTH > LEFT or word.text in NAMES]
    chart = sketch.read()
    assert numbers(chart) == VALUES and chart.axis.range is None
    assert any("no numbers" in notice for notice in chart.notices)


def test_bars_without_any_number_are_refused():
    sketch = bars(printed=False)
    sketch.words = [word for word in sketch.words if word.text in NAMES]
    with pytest.raises(NoChart, match="no chart that can be read"):
        sketch.read()


def grouped(stacked: bool = False, printed: bool = True) -> tuple[Sketch, list[list[int]]]:
    sketch, values = Sketch(), [[60, 90, 30, 75], [80, 50, 95, 40]]
    sketch.y_axis(TICKS)
    sketch.legend(["Men", "Women"], [BLUE, ORANGE])
    for place in range(4):
        base = FOOT
        for series, colour in enumerate((BLUE, ORANGE)):
            high = values[series][place] / 200 * (FOOT - TOP)
            x = centre(place) - 30 if stacked else centre(place) - 42 + 42 * series
            sketch.draw.rectangle((x, base - high, x + (59 if stacked else 39), base - 1), colour)
            if printed:
                y = base - high / 2 if stacked else base - high - 10
                sketch.write(x + (30 if stacked else 20), y, f"{values[series][place]}")
            base -= high if stacked else 0
        sketch.write(centre(place), FOOT + 14, NAMES[place])
    return sketch, values


@pytest.mark.parametrize("printed", [True, False])
@pytest.mark.parametrize("stacked", [True, False])
def test_groups_and_stacks_have_the_names_of_the_legend(stacked, printed):
    sketch, values = grouped(stacked, printed)
    chart = sketch.read()
    assert [series.name for series in chart.series] == ["Men", "Women"] and chart.stacked == stacked
    assert [series.colour for series in chart.series] == [BLUE, ORANGE]
    for series in range(2):
        assert numbers(chart, series) == (values[series] if printed else pytest.approx(values[series], abs=1))
    assert not failed(chart)


def test_totals_over_stacks_are_held_against_their_pieces():
    for wrong in (0, 7):
        sketch, values = grouped(stacked=True)
        for place in range(4):
            total = values[0][place] + values[1][place]
            sketch.write(
                centre(place), FOOT - total / 200 * (FOOT - TOP) - 10, f"{total + (wrong if place == 2 else 0)}"
            )
        assert failed(sketch.read()) == ({"totals"} if wrong else set())


def test_a_series_too_small_to_see_is_told():
    sketch, _ = grouped(printed=False)
    sketch.draw.rectangle((450, 35, 460, 45), GREEN)
    sketch.write(468, 40, "Others", "lm")
    assert any("Others" in notice for notice in sketch.read().notices)


def test_lying_bars_have_their_names_at_the_left():
    sketch = Sketch()
    for tick in TICKS:
        x = 150 + tick * 2
        sketch.draw.line((x, 60, x, 380), GREY)
        sketch.write(x, 392, f"{tick}")
    for place, value in enumerate(VALUES):
        y = 100 + 80 * place
        sketch.draw.rectangle((150, y - 20, 150 + 2 * value, y + 19), BLUE)
        sketch.write(140, y, NAMES[place], "rm")
        if place != 2:
            sketch.write(150 + 2 * value + 6, y, f"{value}", "lm")
    chart = sketch.read()
    assert chart.lying and chart.categories == tuple(NAMES) and chart.axis.along == "x"
    assert numbers(chart) == pytest.approx(VALUES, abs=1)
    assert kinds(chart) == ["printed", "printed", "estimated", "printed"]


def line(values=VALUES, extra: Sequence[float] = ()) -> Sketch:
    """A line through `values`; `extra` are points between the labels."""
    sketch = Sketch()
    sketch.y_axis(TICKS)
    points = [(centre(place), sketch.y(value, TICKS)) for place, value in enumerate(values)]
    points += [(centre(place) + 65, sketch.y(value, TICKS)) for place, value in enumerate(extra)]
    sketch.draw.line(sorted(points), BLUE, 3)
    for place, name in enumerate(("2019", "2020", "2021", "2022")):
        sketch.write(centre(place), FOOT + 14, name)
    return sketch


def test_a_line_is_read_at_its_labels():
    chart = line().read()
    assert chart.kind == "line" and chart.categories == ("2019", "2020", "2021", "2022")
    assert numbers(chart) == pytest.approx(VALUES, abs=2) and not failed(chart)


def test_a_line_with_more_points_than_labels_is_not_taken_for_one_that_has_its_points_there():
    with pytest.raises(NoChart):
        line(extra=(20, 150, 160)).read()


def pie(shares: Sequence[float], printed: Sequence[str]) -> Sketch:
    sketch, start = Sketch(), -90.0
    sketch.legend(NAMES[:3], [BLUE, ORANGE, GREEN])
    for share, text, colour in zip(shares, printed, (BLUE, ORANGE, GREEN), strict=True):
        sketch.draw.pieslice((220, 120, 420, 320), start, start + 3.6 * share, colour)
        way = np.radians(start + 1.8 * share)
        if text:
            sketch.write(320 + 65 * np.cos(way), 220 + 65 * np.sin(way), text, ink=(255, 255, 255))
        start += 3.6 * share
    return sketch


def test_a_pie_is_measured_by_its_angles_and_its_printed_parts_sum_to_one_hundred():
    chart = pie([50, 30, 20], ["", "", ""]).read()
    assert dict(zip(chart.categories, numbers(chart), strict=True)) == pytest.approx(
        {"North": 50, "South": 30, "East": 20}, abs=0.6
    )
    assert not failed(pie([50, 30, 20], ["50%", "30%", "20%"]).read())
    assert failed(pie([50, 30, 20], ["50%", "80%", "20%"]).read()) >= {"sum", "marks"}


def test_what_is_no_chart_is_refused():
    noise = Sketch(Image.fromarray(np.random.default_rng(1).integers(0, 255, (HEIGHT, WIDTH, 3), np.uint8)))
    noise.write(300, 200, "Holiday")
    letter = Sketch()
    for row in range(12):
        letter.write(60, 40 + 30 * row, f"Paragraph {row} of a letter, dated 2019, over 120 euros", "lm")
    points = Sketch()
    points.y_axis(TICKS)
    for place in range(9):
        points.draw.ellipse((120 + 50 * place, 100 + 31 * place % 250, 128 + 50 * place, 108 + 31 * place % 250), BLUE)
        points.write(120 + 50 * place, FOOT + 14, f"{place * 10}")
    for sketch in (noise, letter, points, Sketch()):
        with pytest.raises(NoChart) as refused:
            sketch.read()
        assert refused.value.code == "no_chart"


def test_the_overlay_draws_values_where_they_belong():
    sketch = bars()
    chart = sketch.read()
    wrong = replace(chart.series[0].values[1], number=100.0)
    values = (chart.series[0].values[0], wrong, *chart.series[0].values[2:])
    shown = overlay(sketch.picture, replace(chart, series=(replace(chart.series[0], values=values),)))
    assert shown.getpixel((round(centre(0)), round(sketch.y(120, TICKS)) + 1)) == INKS[0]
    assert shown.getpixel((round(centre(1)), round(sketch.y(100, TICKS)) + 1)) == INKS[0]
    assert shown.getpixel((round(centre(1)), round(sketch.y(183, TICKS)) + 1)) == BLUE
    assert sketch.picture.getpixel((round(centre(0)), round(sketch.y(120, TICKS)) + 1)) == BLUE
