"""Charts whose every value and place is known, read back to numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from preprocess.charts.chart import Chart, NoChart
from preprocess.charts.redraw import INKS, overlay
from tests.documents.sketch import (
    BLUE,
    FOOT,
    GREEN,
    GREY,
    HEIGHT,
    LEFT,
    NAMES,
    ORANGE,
    TICKS,
    TOP,
    VALUES,
    WIDTH,
    Sketch,
    bars,
    centre,
    grouped,
)  # fmt: skip


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


def test_stacks_below_zero_are_negative():
    ticks = [-100, -50, 0, 50, 100]
    sketch = Sketch()
    sketch.y_axis(ticks)
    sketch.legend(["In", "Out"], [BLUE, ORANGE])
    into, out = [60, 45, 88, 70], [-35, -60, -20, -50]
    for place in range(4):
        x, zero = centre(place), sketch.y(0, ticks)
        sketch.draw.rectangle((x - 30, sketch.y(into[place], ticks), x + 30, zero - 1), BLUE)
        sketch.draw.rectangle((x - 30, zero + 1, x + 30, sketch.y(out[place], ticks)), ORANGE)
        sketch.write(x, FOOT + 14, NAMES[place])
    chart = sketch.read()
    assert [series.name for series in chart.series] == ["In", "Out"]
    assert numbers(chart) == pytest.approx(into, abs=2) and numbers(chart, 1) == pytest.approx(out, abs=2)


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


@pytest.mark.parametrize("right", [[0, 5, 10, 15, 20], TICKS])
def test_of_two_lines_by_two_axes_only_what_is_printed_is_read(right):
    """Numbers at the right edge that repeat those at the left are no second axis."""
    sketch = line()
    sketch.legend(["Sales", "Margin"], [BLUE, ORANGE])
    points = [(centre(place), sketch.y(value, TICKS)) for place, value in enumerate((30, 60, 20, 90))]
    sketch.draw.line(points, ORANGE, 3)
    for tick, number in zip(TICKS, right, strict=True):
        sketch.write(WIDTH - 30, sketch.y(tick, TICKS), f"{number}")
    chart = sketch.read()
    assert numbers(chart) == ([None] * 4 if right != TICKS else pytest.approx(VALUES, abs=2))
    assert any("two axes" in notice for notice in chart.notices) == (right != TICKS)


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
    assert numbers(pie([50, 30, 20], ["1,000", "600", ""]).read()) == [1000, 600, None], "no share beside counts"


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
