"""What printed numbers say: where decimals begin, in K or in M, of what unit, and whether they agree."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pytest

from app.charts import rows_of
from preprocess.charts.chart import Chart
from tests.documents.sketch import (
    BLUE,
    FOOT,
    GREEN,
    GREY,
    LEFT,
    NAMES,
    ORANGE,
    RIGHT,
    TICKS,
    TOP,
    Sketch,
    centre,
    grouped,
)  # fmt: skip


def numbers(chart: Chart) -> list[float | None]:
    return [value and value.number for value in chart.series[0].values]


def passed(chart: Chart) -> dict[str, bool]:
    return {check.name: check.passed for check in chart.checks}


def drawn(
    ticks: Sequence[float], values: Sequence[float], names: Sequence[str], say: Callable[[float], str],
    printed: Sequence[str] = (), kind: str = "bar",
) -> Sketch:  # fmt: skip
    """`say` writes the numbers at the axis."""
    sketch = Sketch()
    for tick in ticks:
        sketch.draw.line((LEFT, sketch.y(tick, ticks), RIGHT, sketch.y(tick, ticks)), GREY)
        sketch.write(LEFT - 8, sketch.y(tick, ticks), say(tick), "rm")
    points = [(centre(place), sketch.y(value, ticks)) for place, value in enumerate(values)]
    if kind == "line":
        sketch.draw.line(points, BLUE, 3)
    for place, (x, y) in enumerate(points):
        if kind == "bar":
            sketch.draw.rectangle((x - 30, y, x + 29, FOOT - 1), BLUE)
        sketch.write(x, FOOT + 14, names[place])
        if printed:
            sketch.write(x, y - 10, printed[place])
    return sketch


def german(number: float) -> str:
    return f"{number:,.0f}".replace(",", ".")


@pytest.mark.parametrize("kind", ["bar", "line"])
@pytest.mark.parametrize(
    ("ticks", "values", "names", "say"),
    [
        ([1.05, 1.1, 1.15, 1.2], [1.08, 1.12, 1.17, 1.09], ["1", "8", "15", "22"], "{:.3f}".format),
        ([0, 1000, 2000, 3000], [800, 1200, 2700, 900], ["01.03", "08.03", "15.03", "22.03"], german),
        ([0, 250, 500, 750, 1000], [800, 200, 700, 900], NAMES, german),
    ],
)
def test_names_of_categories_do_not_say_what_parts_decimals(kind, ticks, values, names, say):
    chart = drawn(ticks, values, names, say, kind=kind).read()
    assert numbers(chart) == pytest.approx(values, rel=0.02) and len(chart.axis.ticks) == len(ticks)
    assert chart.categories == tuple(names)


def test_values_with_three_decimals_are_not_thousands():
    printed = ["1.125", "1.750", "1.500", "1.250"]
    chart = drawn([1, 1.25, 1.5, 1.75, 2], [1.125, 1.75, 1.5, 1.25], ["1", "2", "3", "4"], "{:.3f}".format, printed)
    assert numbers(chart.read()) == [1.125, 1.75, 1.5, 1.25]


FULL = [900_000, 1_200_000, 1_500_000, 800_000]


@pytest.mark.parametrize("kind", ["bar", "line"])
@pytest.mark.parametrize(
    ("say", "printed"),
    [
        ("${:g}M".format, ["$900K", "$1.2M", "$1.5M", "$800K"]),
        ("${:g}M".format, ["900,000", "1,200,000", "1,500,000", "800,000"]),
        (lambda tick: f"{tick * 1e6:,.0f}", ["0.9M", "1.2M", "1.5M", "0.8M"]),
    ],
)
def test_axis_and_values_may_count_in_different_letters(kind, say, printed):
    years = ["2019", "2020", "2021", "2022"]
    chart = drawn([0, 0.5, 1, 1.5, 2], [0.9, 1.2, 1.5, 0.8], years, say, printed, kind).read()
    assert numbers(chart) == FULL and chart.axis.range == (0, 2e6)
    assert all(passed(chart).values()) and passed(chart)["marks"]


@pytest.mark.parametrize(
    ("say", "printed", "unit"),
    [("${:g}M".format, "0.9 1.2 1.5 0.8", "$M"), ("{:g}".format, "0.9M 1.2M 1.5M 0.8M", "M")],
)
def test_values_without_a_letter_leave_it_to_the_axis_and_the_other_way_round(say, printed, unit):
    chart = drawn([0, 0.5, 1, 1.5, 2], [0.9, 1.2, 1.5, 0.8], NAMES, say, printed.split()).read()
    assert numbers(chart) == [0.9, 1.2, 1.5, 0.8] and chart.unit == unit and all(passed(chart).values())


def test_without_an_axis_values_may_count_in_different_letters():
    sketch = drawn(
        [0, 0.5, 1, 1.5, 2], [0.9, 1.2, 1.5, 0.8], NAMES, "{:g}".format, ["$900K", "$1.2M", "$1.5M", "$800K"]
    )
    sketch.words = [word for word in sketch.words if "$" in word.text or word.text in NAMES]
    chart = sketch.read()
    assert numbers(chart) == FULL and {row[3] for row in rows_of(chart)[1:]} == {"$"}


def test_bars_without_an_axis_have_the_unit_of_their_values():
    sketch = drawn(TICKS, [120, 183, 47, 96], NAMES, "{:g}".format, ["120%", "183%", "47%", "96%"])
    sketch.words = [word for word in sketch.words if "%" in word.text or word.text in NAMES]
    assert {row[3] for row in rows_of(sketch.read())[1:]} == {"%"}


def pie(shares: Sequence[float], beside: Sequence[str] = (), inside: Sequence[str] = ()) -> Sketch:
    """Word by word, as OCR reads it."""
    sketch, start = Sketch(), -90.0
    for place, (share, colour) in enumerate(zip(shares, (BLUE, ORANGE, GREEN), strict=True)):
        sketch.draw.pieslice((220, 120, 420, 320), start, start + 3.6 * share, colour)
        way = np.radians(start + 1.8 * share)
        for texts, far in ((beside, 150), (inside, 60)):
            for at, word in enumerate(texts[place].split() if texts else ()):
                sketch.write(320 + far * np.cos(way) - 18 + 40 * at, 220 + (far - 25 * (far > 100)) * np.sin(way), word)
        start += 3.6 * share
    return sketch


def test_a_pie_counts_in_one_letter_too():
    chart = pie([50, 37.5, 12.5], ["Rent $1.2M", "Food $900K", "Fun $300K"]).read()
    assert numbers(chart) == [1_200_000, 900_000, 300_000] and passed(chart)["order"] and chart.unit == "$"


@pytest.mark.parametrize("where", ["beside", "inside"])
@pytest.mark.parametrize("say", ["Rent {}%", "Rent ({}%)"])
def test_names_and_shares_stand_beside_slices_or_in_them(where, say):
    texts = [say.format(50), say.format(30).replace("Rent", "Food"), say.format(20).replace("Rent", "Fun")]
    chart = pie([50, 30, 20], **{where: texts}).read()
    assert chart.categories == ("Rent", "Food", "Fun") and numbers(chart) == [50, 30, 20]
    assert {row[3] for row in rows_of(chart)[1:]} == {"%"} and passed(chart)["sum"] and passed(chart)["marks"]


def test_one_value_of_a_pie_tells_what_parts_decimals_of_all():
    assert numbers(pie([50, 30, 20], ["Miete 2.500", "Essen 1.500", "Rest 999,5"]).read()) == [2500, 1500, 999.5]


def test_counts_that_sum_to_about_one_hundred_are_no_shares():
    chart = pie([50, 31.25, 18.75], ["Rent 48", "Food 30", "Fun 18"]).read()
    assert numbers(chart) == [48, 30, 18] and not passed(chart).keys() & {"sum", "marks"}
    assert numbers(pie([50, 31.25, 18.75], ["Rent 48", "Food 47", "Fun"]).read()) == [48, 47, None]


@pytest.mark.parametrize("wrong", [0, 30])
def test_totals_are_held_against_pieces_that_were_measured(wrong):
    sketch, values = grouped(stacked=True, printed=False)
    for place, (men, women) in enumerate(zip(*values, strict=True)):
        y = FOOT - (men + women) / 200 * (FOOT - TOP) - 10
        sketch.write(centre(place), y, f"{men + women + (wrong if place == 1 else 0)}")
    assert passed(sketch.read())["totals"] == (not wrong)
