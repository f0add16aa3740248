"""Charts as programs draw them: a grid over the bars, panels, bars of zero, lines over bars, areas over areas."""

from __future__ import annotations

import pytest
from PIL import Image, ImageDraw

from preprocess.charts.bars import standing
from preprocess.charts.chart import Chart, NoChart
from preprocess.charts.legend import find_legend
from preprocess.charts.look import look_at
from preprocess.charts.pieces import Area
from preprocess.charts.turn import Turn
from preprocess.told import told_text
from tests.documents.sketch import (
    BLUE,
    FOOT,
    GREEN,
    GREY,
    INK,
    LEFT,
    NAMES,
    ORANGE,
    RIGHT,
    TICKS,
    TOP,
    VALUES,
    Sketch,
    bars,
    centre,
    grouped,
)  # fmt: skip

YEARS = ["2019", "2020", "2021", "2022"]


def numbers(chart: Chart, series: int = 0) -> list[float | None]:
    return [value and value.number for value in chart.series[series].values]


def said(chart: Chart, words: str) -> bool:
    return any(words in notice for notice in chart.notices)


def lying(values=VALUES, printed: bool = True, left: int = 150) -> Sketch:
    sketch = Sketch()
    for tick in TICKS:
        sketch.draw.line((left + 1.5 * tick, 60, left + 1.5 * tick, 380), GREY)
        sketch.write(left + 1.5 * tick, 392, f"{tick}")
    for place, value in enumerate(values):
        y = 100 + 80 * place
        if value:
            sketch.draw.rectangle((left, y - 20, left + 1.5 * value, y + 19), BLUE)
        sketch.write(left - 10, y, NAMES[place], "rm")
        if printed:
            sketch.write(left + 1.5 * value + 6, y, f"{value}", "lm")
    return sketch


@pytest.mark.parametrize(("colour", "wide"), [("white", 1), ("white", 3), (GREY, 1)])
def test_a_grid_drawn_over_the_bars_does_not_cut_them(colour, wide):
    sketch = bars(printed=False)
    for tick in TICKS[1:]:
        sketch.draw.line((LEFT, sketch.y(tick, TICKS), RIGHT, sketch.y(tick, TICKS)), colour, wide)
    assert numbers(sketch.read()) == pytest.approx(VALUES, abs=2)


@pytest.mark.parametrize(("colour", "wide"), [("white", 2), (INK, 2)])
@pytest.mark.parametrize("losses", [[30, 20, 45, 70], [0, 20, 0, 0]])
@pytest.mark.parametrize("grid", [False, True])
def test_the_line_between_gains_and_losses_parts_them(colour, wide, losses, grid):
    sketch, ticks, gains = Sketch(), [-100, -50, 0, 50, 100], [40, 80, 60, 30]
    sketch.y_axis(ticks)
    zero = sketch.y(0, ticks)
    for place, (gain, loss) in enumerate(zip(gains, losses, strict=True)):
        x = centre(place)
        sketch.draw.rectangle((x - 30, sketch.y(gain, ticks), x + 29, sketch.y(-loss, ticks) - 1), BLUE)
        sketch.write(x, FOOT + 14, NAMES[place])
    for tick in ticks if grid else []:
        sketch.draw.line((LEFT, sketch.y(tick, ticks), RIGHT, sketch.y(tick, ticks)), "white", 2)
    sketch.draw.line((LEFT, zero, RIGHT, zero), colour, wide)
    larger = [gain if gain > loss else -loss for gain, loss in zip(gains, losses, strict=True)]
    assert numbers(sketch.read()) == pytest.approx(larger, abs=2)


@pytest.mark.parametrize(
    ("page", "panel", "grid"), [("white", (235, 235, 235), "white"), ((235, 235, 240), "white", GREY)]
)
@pytest.mark.parametrize("as_line", [False, True])
def test_a_panel_is_paper(page, panel, grid, as_line):
    sketch = Sketch(Image.new("RGB", (640, 480), page))
    sketch.draw.rectangle((LEFT, TOP - 10, RIGHT, FOOT), panel)
    for tick in TICKS:
        sketch.draw.line((LEFT, sketch.y(tick, TICKS), RIGHT, sketch.y(tick, TICKS)), grid, 2)
        sketch.write(LEFT - 8, sketch.y(tick, TICKS), f"{tick}", "rm")
    points = [(centre(place), sketch.y(value, TICKS)) for place, value in enumerate(VALUES)]
    if as_line:
        sketch.draw.line(points, BLUE, 3)
    for place, (x, y) in enumerate(points):
        if not as_line:
            sketch.draw.rectangle((x - 30, y, x + 29, FOOT - 1), BLUE)
        sketch.write(x, FOOT + 14, YEARS[place] if as_line else NAMES[place])
    chart = sketch.read()
    assert chart.kind == ("line" if as_line else "bar") and len(chart.series) == 1
    assert numbers(chart) == pytest.approx(VALUES, abs=2)


@pytest.mark.parametrize("values", [[120, 183, 47, 0], [0, 183, 47, 96], [0, 183, 0, 96]])
@pytest.mark.parametrize("printed", [False, True])
def test_a_category_without_a_bar_keeps_its_place(values, printed):
    sketch = Sketch()
    sketch.y_axis(TICKS)
    for place, value in enumerate(values):
        x, y = centre(place), sketch.y(value, TICKS)
        if value:
            sketch.draw.rectangle((x - 30, y, x + 29, FOOT - 1), BLUE)
        sketch.write(x, FOOT + 14, NAMES[place])
        if printed:
            sketch.write(x, y - 10, f"{value}")
    chart = sketch.read()
    assert chart.categories == tuple(NAMES)
    assert numbers(chart) == (values if printed else pytest.approx([value or None for value in values], abs=2))
    assert said(chart, "left empty") == (not printed)


def test_a_stack_of_nothing_and_a_lying_bar_of_zero_keep_their_places():
    sketch, values = grouped(stacked=True, printed=False)
    sketch.draw.rectangle((centre(3) - 40, TOP, centre(3) + 40, FOOT - 1), "white")
    chart = sketch.read()
    assert chart.categories == tuple(NAMES) and numbers(chart) == pytest.approx([*values[0][:3], None], abs=2)
    chart = lying([120, 183, 47, 0]).read()
    assert chart.categories == tuple(NAMES) and numbers(chart) == [120, 183, 47, 0]


def test_a_title_over_lying_bars_is_no_name_of_one():
    sketch = lying(printed=False)
    sketch.write(140, 20, "Members", "rm")
    assert sketch.read().categories == tuple(NAMES)


def test_a_column_of_text_at_the_left_of_lying_bars_is_not_their_names():
    sketch = lying(left=300)
    for row in range(14):
        for place, word in enumerate(f"words of line {row}".split()):
            sketch.write(10 + 45 * place, 60 + 24 * row, word, "lm")
    assert sketch.read().categories == tuple(NAMES)
    lines = [" ".join(line.shown.split()) for line in told_text(sketch.page()).lines]
    assert "words of line 3" in lines and "North 120" in lines


def test_names_of_lying_bars_may_have_two_lines():
    sketch = lying()
    sketch.words = [word for word in sketch.words if word.text not in NAMES]
    for place, name in enumerate(NAMES):
        sketch.write(140, 92 + 80 * place, name, "rm")
        sketch.write(140, 108 + 80 * place, "end", "rm")
    assert sketch.read().categories == tuple(f"{name} end" for name in NAMES)


def test_a_line_over_bars_is_told():
    sketch = bars()
    points = [(centre(place), sketch.y(value, TICKS)) for place, value in enumerate([150, 190, 110, 140])]
    sketch.draw.line(points, ORANGE, 3)
    chart = sketch.read()
    assert numbers(chart) == VALUES and said(chart, "line is drawn") and not said(bars().read(), "line is drawn")


@pytest.mark.parametrize("right", [TICKS, [0, 5, 10, 15, 20]])
def test_a_second_axis_is_told_unless_it_repeats_the_first(right):
    sketch = bars(printed=False)
    for tick, number in zip(TICKS, right, strict=True):
        sketch.write(RIGHT + 8, sketch.y(tick, TICKS), f"{number}", "lm")
    chart = sketch.read()
    assert numbers(chart) == pytest.approx(VALUES, abs=2) and said(chart, "two axes") == (right != TICKS)


def test_of_two_charts_side_by_side_the_first_is_read():
    sketch = Sketch()
    for left, values, ticks in ((60, [120, 183, 47], TICKS), (380, [6, 9, 15], [0, 5, 10, 15, 20])):
        for tick in ticks:
            sketch.draw.line((left, sketch.y(tick, ticks), left + 230, sketch.y(tick, ticks)), GREY)
            sketch.write(left - 6, sketch.y(tick, ticks), f"{tick}", "rm")
        for place, value in enumerate(values):
            x = left + 40 + 75 * place
            sketch.draw.rectangle((x - 25, sketch.y(value, ticks), x + 24, FOOT - 1), BLUE)
            sketch.write(x, FOOT + 14, f"{'AB'[left > 60]}{place}")
    chart = sketch.read()
    assert chart.categories == ("A0", "A1", "A2") and numbers(chart) == pytest.approx([120, 183, 47], abs=2)
    assert said(chart, "second chart")


def test_areas_that_let_one_another_through_are_measured_to_the_axis():
    sketch = Sketch()
    sketch.y_axis(TICKS)
    values = [[150, 160, 120, 170], [60, 80, 50, 90]]
    for row, colour in zip(values, (BLUE, ORANGE), strict=True):
        mask = Image.new("L", sketch.picture.size)
        points = [(centre(place), sketch.y(value, TICKS)) for place, value in enumerate(row)]
        ImageDraw.Draw(mask).polygon([(centre(0), FOOT), *points, (centre(3), FOOT)], 150)
        sketch.picture.paste(colour, (0, 0), mask)
    sketch.legend(["Visits", "Sales"], [tuple((150 * c + 105 * 255) // 255 for c in ink) for ink in (BLUE, ORANGE)])
    for place, year in enumerate(YEARS):
        sketch.write(centre(place), FOOT + 14, year)
    chart = sketch.read()
    assert (
        chart.kind == "area" and not chart.stacked and [series.name for series in chart.series] == ["Visits", "Sales"]
    )
    assert numbers(chart) == pytest.approx(values[0], abs=2) and numbers(chart, 1) == pytest.approx(values[1], abs=2)


def test_a_disc_without_names_and_numbers_is_no_pie():
    sketch = Sketch()
    sketch.draw.pieslice((220, 120, 420, 320), 180, 360, BLUE)
    sketch.draw.pieslice((220, 120, 420, 320), 0, 180, ORANGE)
    sketch.write(320, 280, "1898")
    with pytest.raises(NoChart):
        sketch.read()


def test_many_rectangles_and_keys_are_looked_at_quickly():
    """What is quadratic in them takes a tenth of a second; what is cubic took ten."""
    field = [(Area(40 * x, 31 * y, 40 * x + 39, 31 * y + 29), (x * y) % 3) for x in range(12) for y in range(20)]
    assert standing(field, Turn(False)) is not None
    sketch = Sketch()
    for place in range(90):
        x, y = 20 + 60 * (place % 10), 20 + 30 * (place // 10)
        sketch.draw.rectangle((x, y - 5, x + 10, y + 5), (BLUE, ORANGE, GREEN)[place % 3])
        sketch.write(x + 18, y, "done", "lm")
    look = look_at(sketch.page())
    assert len(find_legend(look.colour_of, len(look.flat), look.words, look.height, ())) == 3


@pytest.mark.parametrize("size", [(8, 400), (400, 8)])
def test_pictures_too_narrow_for_a_chart_are_refused(size):
    sketch = Sketch(bars().picture.resize(size), bars().words)
    with pytest.raises(NoChart):
        sketch.read()


def test_an_axis_at_the_very_foot_of_the_picture_is_looked_at():
    sketch = Sketch()
    for tick in TICKS:
        sketch.write(LEFT - 8, 478 - 1.5 * tick, f"{tick}", "rm")
    sketch.draw.line([(centre(place), 460 - 1.5 * value) for place, value in enumerate(VALUES)], BLUE, 3)
    for place, year in enumerate(YEARS):
        sketch.write(centre(place), 478, year)
    with pytest.raises(NoChart):
        sketch.read()
